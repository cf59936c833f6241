// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcc_list_forwarding_profiles[] = {
    { "zcc_list_forwarding_profiles", "zcc_forwarding_profiles", READS,
      "List Client Connector forwarding profiles. Returns one page.", .method = GET,
      .path = "/zcc/papi/public/v1/webForwardingProfile/listByCompany",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." },
                   { "page", INT, QUERY, "Number of the page.", .min = 1 },
                   { "page_size", INT, QUERY, "Records a page.", .min = 1 }),
      .model = "ForwardingProfile", .list = true },
    { 0 },
};
