// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool ztw_network_services[] = {
    { "ztw_list_network_services", "ztw", READS, "List Cloud Connector network services.",
      .method = GET, .path = "/ztw/api/v1/networkServices",
      .args = ARGS({ "protocol", STR, QUERY, "Protocol." },
                   { "search", STR, QUERY, "Part of the name to look for." },
                   { "locale", STR, QUERY, "Locale." }),
      .model = "NetworkServices", .list = true },
    { 0 },
};
