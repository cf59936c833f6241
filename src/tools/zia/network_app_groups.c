// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool zia_network_app_groups[] = {
    { "zia_list_network_app_groups", "zia_cloud_firewall", READS,
      "Lists the groups of network applications that ZIA firewall rules name in nw_application_groups, with their members and ids.",
      .method = GET, .path = "/zia/api/v1/networkApplicationGroups", .args = ARGS(ROW_SEARCH),
      .model = "NetworkApplicationGroups", .list = true },
    { "zia_get_network_app_group", "zia_cloud_firewall", READS,
      "Reads one ZIA network application group with the applications in it. zia_list_network_app_groups shows the ids.",
      .method = GET, .path = "/zia/api/v1/networkApplicationGroups/{group_id}",
      .args =
          ARGS({ "group_id", STR, PATH,
                 "Id of the network application group; zia_list_network_app_groups shows it." }),
      .model = "NetworkApplicationGroups" },
    { "zia_create_network_app_group", "zia_cloud_firewall", CREATES,
      "Creates a ZIA network application group; returns it as stored. zia_list_network_apps lists the applications to put into it. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/networkApplicationGroups",
      .body = "{\"description\": null}",
      .args =
          ARGS(ROW_NEW_NAME,
               { "network_applications", STRS | NEEDED, BODY,
                 "The applications: [\"SKYPE\", \"SIP\"]; zia_list_network_apps lists the words." },
               ROW_DESCRIPTION),
      .model = "NetworkApplicationGroups" },
    { "zia_update_network_app_group", "zia_cloud_firewall", UPDATES,
      "Changes a ZIA network application group; returns it as stored. The API replaces the record: read it first with zia_get_network_app_group and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/networkApplicationGroups/{group_id}",
      .body = "{\"description\": null}",
      .args =
          ARGS({ "group_id", STR, PATH,
                 "Id of the network application group; zia_list_network_app_groups shows it." },
               { "name", STR | NEEDED, BODY, "Name, as it is or a new one." },
               { "network_applications", STRS | NEEDED, BODY,
                 "All applications of the group; replaces those it has: [\"SKYPE\", \"SIP\"]." },
               ROW_DESCRIPTION),
      .model = "NetworkApplicationGroups" },
    { "zia_delete_network_app_group", "zia_cloud_firewall", DELETES,
      "Deletes a ZIA network application group. Fails while something refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/networkApplicationGroups/{group_id}",
      .args =
          ARGS({ "group_id", STR, PATH,
                 "Id of the network application group; zia_list_network_app_groups shows it." }),
      .says = "Network app group {group_id} deleted successfully." },
    { 0 },
};
