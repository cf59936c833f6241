// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_get_application_score[] = {
    { "zdx_get_application", "zdx_reports", READS,
      "Reads the score of one application now, its users and the regions hit most. zdx_list_applications shows the ids.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}",
      .args = ARGS(
          { "app_id", STR, PATH, "Id of the application; zdx_list_applications shows it." },
          { "location_id", STRS, QUERY,
            "Only these locations, by id; zdx_list_locations shows them.", .wire = "loc" },
          { "department_id", STRS, QUERY,
            "Only these departments, by id; zdx_list_departments shows them.", .wire = "dept" },
          { "geo_id", STRS, QUERY, "Only these regions, by id.", .wire = "geo" },
          { "since", INT, SPAN, "Hours to look back from now; the API looks back 2 if left out.",
            .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .model = "ApplicationScore", .json = true },
    { "zdx_get_application_score_trend", "zdx_reports", READS,
      "Reads how the score of one application went over the last hours. zdx_get_application_metric shows what is behind it.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/score",
      .args = ARGS(
          { "app_id", STR, PATH, "Id of the application; zdx_list_applications shows it." },
          { "location_id", STRS, QUERY,
            "Only these locations, by id; zdx_list_locations shows them.", .wire = "loc" },
          { "department_id", STRS, QUERY,
            "Only these departments, by id; zdx_list_departments shows them.", .wire = "dept" },
          { "geo_id", STRS, QUERY, "Only these regions, by id.", .wire = "geo" },
          { "since", INT, SPAN, "Hours to look back from now; the API looks back 2 if left out.",
            .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .model = "ApplicationScoreTrend", .json = true },
    { 0 },
};
