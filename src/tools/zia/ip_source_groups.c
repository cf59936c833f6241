// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_ip_source_groups[] = {
    { "zia_list_ip_source_groups", "zia_cloud_firewall", READS, "List ZIA IP source groups.",
      .method = GET, .path = "/zia/api/v1/ipSourceGroups",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." }),
      .model = "IPSourceGroup", .list = true },
    { "zia_get_ip_source_group", "zia_cloud_firewall", READS, "Read ZIA IP source group by its id.",
      .method = GET, .path = "/zia/api/v1/ipSourceGroups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }), .model = "IPSourceGroup" },
    { "zia_create_ip_source_group", "zia_cloud_firewall", CREATES,
      "Create ZIA IP source group; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/ipSourceGroups", .body = "{\"description\": null}",
      .args = ARGS({ "name", STR | NEEDED, BODY, "Name." },
                   { "ip_addresses", STRS | NEEDED, BODY, "Addresses or networks." },
                   { "description", STR, BODY, "Free text for administrators." }),
      .model = "IPSourceGroup" },
    { "zia_delete_ip_source_group", "zia_cloud_firewall", DELETES,
      "Delete ZIA IP source group. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/ipSourceGroups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }),
      .says = "IP source group {group_id} deleted successfully." },
    { 0 },
};
