// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_get_application_score[] = {
    { "zdx_get_application", "zdx_reports", READS,
      "Reads the ZDX score of one application now (0 to 100), its users and the regions hit most. zdx_list_applications shows the ids, zdx_get_application_score_trend the hours before.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}", .args = ARGS(ROW_APP, ROWS_WHERE, ROW_SINCE),
      .model = "ApplicationScore", .json = true },
    { "zdx_get_application_score_trend", "zdx_reports", READS,
      "Reads how the score of one application went over the last hours. zdx_get_application_metric shows what is behind it.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/score",
      .args = ARGS(ROW_APP, ROWS_WHERE, ROW_SINCE), .model = "ApplicationScoreTrend",
      .json = true },
    { 0 },
};
