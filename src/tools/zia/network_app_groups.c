// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_network_app_groups[] = {
    { "zia_list_network_app_groups", "zia_cloud_firewall", READS,
      "List ZIA network application groups.", .method = GET,
      .path = "/zia/api/v1/networkApplicationGroups",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." }),
      .model = "NetworkApplicationGroups", .list = true },
    { "zia_get_network_app_group", "zia_cloud_firewall", READS,
      "Read ZIA network application group by its id.", .method = GET,
      .path = "/zia/api/v1/networkApplicationGroups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }),
      .model = "NetworkApplicationGroups" },
    { "zia_create_network_app_group", "zia_cloud_firewall", CREATES,
      "Create ZIA network application group; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/networkApplicationGroups",
      .body = "{\"description\": null}",
      .args =
          ARGS({ "name", STR | NEEDED, BODY, "Name." },
               { "network_applications", STRS | NEEDED, BODY, "Network applications, as a list." },
               { "description", STR, BODY, "Free text for administrators." }),
      .model = "NetworkApplicationGroups" },
    { "zia_update_network_app_group", "zia_cloud_firewall", UPDATES,
      "Change ZIA network application group; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/networkApplicationGroups/{group_id}",
      .body = "{\"description\": null}",
      .args = ARGS(
          { "group_id", STR, PATH, "Id of the group." }, { "name", STR | NEEDED, BODY, "Name." },
          { "network_applications", STRS | NEEDED, BODY, "Network applications, as a list." },
          { "description", STR, BODY, "Free text for administrators." }),
      .model = "NetworkApplicationGroups" },
    { "zia_delete_network_app_group", "zia_cloud_firewall", DELETES,
      "Delete ZIA network application group. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/networkApplicationGroups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }),
      .says = "Network app group {group_id} deleted successfully." },
    { 0 },
};
