// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool zia_network_apps[] = {
    { "zia_list_network_apps", "zia_cloud_firewall", READS,
      "Lists the network applications that ZIA recognises, with their category. Use it to find the words for network application groups and firewall rules.",
      .method = GET, .path = "/zia/api/v1/networkApplications",
      .args = ARGS(ROW_SEARCH,
                   { "locale", STR, QUERY,
                     "Language of the names: en-US, de-DE, es-ES, fr-FR, ja-JP or zh-CN." }),
      .model = "NetworkApplications", .list = true },
    { "zia_get_network_app", "zia_cloud_firewall", READS,
      "Reads one network application that ZIA recognises: its word, category, whether it is deprecated. zia_list_network_apps shows the ids.",
      .method = GET, .path = "/zia/api/v1/networkApplications/{app_id}",
      .args = ARGS({ "app_id", STR, PATH,
                     "Id of the application, as ICMP_ANY; zia_list_network_apps shows it." }),
      .model = "NetworkApplications" },
    { 0 },
};
