// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_get_application_score[] = {
    { "zdx_get_application", "zdx_reports", READS, "Read ZDX application by its id.", .method = GET,
      .path = "/zdx/v1/apps/{app_id}",
      .args = ARGS({ "app_id", STR, PATH, "Id of the application." },
                   { "location_id", STRS, QUERY, "Ids of locations.", .wire = "loc" },
                   { "department_id", STRS, QUERY, "Ids of departments.", .wire = "dept" },
                   { "geo_id", STRS, QUERY, "Ids of regions.", .wire = "geo" },
                   { "since", INT, SPAN,
                     "Hours to look back from now; the API looks back 2 if left out.",
                     .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .model = "ApplicationScore", .json = true },
    { "zdx_get_application_score_trend", "zdx_reports", READS,
      "Read ZDX application score trend by its id.", .method = GET,
      .path = "/zdx/v1/apps/{app_id}/score",
      .args = ARGS({ "app_id", STR, PATH, "Id of the application." },
                   { "location_id", STRS, QUERY, "Ids of locations.", .wire = "loc" },
                   { "department_id", STRS, QUERY, "Ids of departments.", .wire = "dept" },
                   { "geo_id", STRS, QUERY, "Ids of regions.", .wire = "geo" },
                   { "since", INT, SPAN,
                     "Hours to look back from now; the API looks back 2 if left out.",
                     .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .model = "ApplicationScoreTrend", .json = true },
    { 0 },
};
