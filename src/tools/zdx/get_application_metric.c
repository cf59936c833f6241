// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_get_application_metric[] = {
    { "zdx_get_application_metric", "zdx_reports", READS,
      "Reads a metric of an application over time: page fetch time, DNS time or availability. zdx_get_application_score_trend shows the score.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/metrics",
      .args = ARGS(
          { "app_id", STR, PATH, "Id of the application; zdx_list_applications shows it." },
          { "metric_name", STR, QUERY,
            "pft (page fetch time), dns (DNS time) or availability; all if left out.",
            .choices = CHOICES("pft", "dns", "availability") },
          { "location_id", STRS, QUERY,
            "Only these locations, by id; zdx_list_locations shows them.", .wire = "loc" },
          { "department_id", STRS, QUERY,
            "Only these departments, by id; zdx_list_departments shows them.", .wire = "dept" },
          { "geo_id", STRS, QUERY, "Only these regions, by id.", .wire = "geo" },
          { "since", INT, SPAN, "Hours to look back from now; the API looks back 2 if left out.",
            .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .at = "items", .model = "ApplicationMetrics", .list = true, .json = true },
    { 0 },
};
