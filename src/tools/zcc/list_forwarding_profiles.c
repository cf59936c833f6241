// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcc_list_forwarding_profiles[] = {
    { "zcc_list_forwarding_profiles", "zcc_forwarding_profiles", READS,
      "Lists the forwarding profiles of the Client Connector: how traffic goes to ZIA and ZPA on trusted and other networks. zcc_list_trusted_networks shows the networks. Returns one page.",
      .method = GET, .path = "/zcc/papi/public/v1/webForwardingProfile/listByCompany",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." },
                   { "page", INT, QUERY, "Number of the page, from 1.", .min = 1 },
                   { "page_size", INT, QUERY, "Records a page.", .min = 1 }),
      .model = "ForwardingProfile", .list = true },
    { 0 },
};
