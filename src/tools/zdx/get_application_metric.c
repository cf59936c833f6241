// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_get_application_metric[] = {
    { "zdx_get_application_metric", "zdx_reports", READS,
      "Reads a metric of an application over time: page fetch time, DNS time or availability. zdx_get_application_score_trend shows the score.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/metrics",
      .args = ARGS(ROW_APP,
                   { "metric_name", STR, QUERY,
                     "pft (page fetch time), dns (DNS time) or availability; all if left out.",
                     .choices = CHOICES("pft", "dns", "availability") },
                   ROWS_WHERE, ROW_SINCE),
      .at = "items", .model = "ApplicationMetrics", .list = true, .json = true },
    { 0 },
};
