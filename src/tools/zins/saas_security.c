// SPDX-License-Identifier: MIT
#include "tools/zins/window.h"
#include "tools/tools.h"

const struct tool zins_saas_security[] = {
    { "zins_get_casb_app_report", "zins_saas", READS,
      "Counts the events that SaaS Security (CASB) saw in each connected application. Use it to see which applications hold findings; zins_get_shadow_it_apps shows the applications that nobody connected.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query CasbAppReport( $startTime: Long!, $endTime: Long!, $limit: Int, $filter_by: CasbEntriesFilterBy, $order_by: [CasbEntryOrderBy] ) { SAAS_SECURITY { casb_app(start_time: $startTime, end_time: $endTime) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { name total } } } }",
      .args = ARGS(WINDOW("9"), ROW_LIMIT), .at = "data.SAAS_SECURITY.casb_app.entries",
      .keys = KEYS_RAW, .list = true, .prepare = zins_window },
    { 0 },
};
