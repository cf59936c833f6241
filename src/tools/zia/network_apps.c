// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_network_apps[] = {
    { "zia_list_network_apps", "zia_cloud_firewall", READS, "List ZIA network applications.",
      .method = GET, .path = "/zia/api/v1/networkApplications",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." },
                   { "locale", STR, QUERY, "Locale." }),
      .model = "NetworkApplications", .list = true },
    { "zia_get_network_app", "zia_cloud_firewall", READS, "Read ZIA network application by its id.",
      .method = GET, .path = "/zia/api/v1/networkApplications/{app_id}",
      .args = ARGS({ "app_id", STR, PATH, "Id of the application." }),
      .model = "NetworkApplications" },
    { 0 },
};
