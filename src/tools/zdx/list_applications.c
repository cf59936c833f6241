// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_list_applications[] = {
    { "zdx_list_applications", "zdx_reports", READS,
      "Lists the applications that ZDX measures, with score, users and the region hit most. Use it to find an app id and for an overview.",
      .method = GET, .path = "/zdx/v1/apps", .args = ARGS(ROWS_WHERE, ROW_SINCE), .at = "items",
      .model = "ActiveApplications", .list = true },
    { 0 },
};
