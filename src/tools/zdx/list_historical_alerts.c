// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_list_historical_alerts[] = {
    { "zdx_list_historical_alerts", "zdx_alerts", READS,
      "Lists the alerts that ended in the last hours. zdx_list_alerts shows those that go on. Returns one page.",
      .method = GET, .path = "/zdx/v1/alerts/historical",
      .args = ARGS(ROWS_WHERE,
                   { "since", INT, SPAN,
                     "Hours to look back from now; the API looks back 2 if left out.",
                     .wire = "from,to", .as = as_hours_ago, .min = 1, .max = 336 },
                   ROW_OFFSET, { "limit", INT, QUERY, "How many records at most.", .min = 1 }),
      .at = "alerts", .model = "AlertDetails", .list = true },
    { 0 },
};
