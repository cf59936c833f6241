// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool ztw_network_services[] = {
    { "ztw_list_network_services", "ztw", READS,
      "Lists the network services (named TCP and UDP ports) that rules of Cloud Connectors name. ztw_list_network_service_groups shows the groups of them.",
      .method = GET, .path = "/ztw/api/v1/networkServices",
      .args =
          ARGS({ "protocol", STR, QUERY,
                 "Only services of this protocol: ICMP, TCP, UDP, GRE, ESP or OTHER." },
               ROW_SEARCH, { "locale", STR, QUERY, "Language of the names, as en-US or de-DE." }),
      .model = "NetworkServices", .list = true },
    { 0 },
};
