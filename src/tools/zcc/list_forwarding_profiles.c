// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool zcc_list_forwarding_profiles[] = {
    { "zcc_list_forwarding_profiles", "zcc_forwarding_profiles", READS,
      "Lists the forwarding profiles of the Client Connector: how traffic goes to ZIA and ZPA on trusted and other networks. zcc_list_trusted_networks shows the networks. Returns one page.",
      .method = GET, .path = "/zcc/papi/public/v1/webForwardingProfile/listByCompany",
      .args = ARGS(ROW_SEARCH, ROW_PAGE, { "page_size", INT, QUERY, "Records a page.", .min = 1 }),
      .model = "ForwardingProfile", .list = true },
    { 0 },
};
