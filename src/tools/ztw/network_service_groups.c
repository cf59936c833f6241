// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool ztw_network_service_groups[] = {
    { "ztw_list_network_service_groups", "ztw", READS,
      "Lists the groups of network services that rules of Cloud Connectors name. ztw_list_network_services shows the services.",
      .method = GET, .path = "/ztw/api/v1/networkServiceGroups", .args = ARGS(ROW_SEARCH),
      .model = "NetworkServiceGroups", .list = true },
    { 0 },
};
