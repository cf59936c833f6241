// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_get_application_metric[] = {
    { "zdx_get_application_metric", "zdx_reports", READS, "Read ZDX application metric by its id.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/metrics",
      .args = ARGS({ "app_id", STR, PATH, "Id of the application." },
                   { "metric_name", STR, QUERY, "Metric name.",
                     .choices = CHOICES("pft", "dns", "availability") },
                   { "location_id", STRS, QUERY, "Ids of locations.", .wire = "loc" },
                   { "department_id", STRS, QUERY, "Ids of departments.", .wire = "dept" },
                   { "geo_id", STRS, QUERY, "Ids of regions.", .wire = "geo" },
                   { "since", INT, SPAN,
                     "Hours to look back from now; the API looks back 2 if left out.",
                     .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .at = "items", .model = "ApplicationMetrics", .list = true, .json = true },
    { 0 },
};
