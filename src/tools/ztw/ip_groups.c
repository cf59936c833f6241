// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool ztw_ip_groups[] = {
    { "ztw_list_ip_groups", "ztw", READS, "List Cloud Connector IP groups.", .method = GET,
      .path = "/ztw/api/v1/ipGroups",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." }), .model = "IPGroups",
      .list = true },
    { "ztw_list_ip_groups_lite", "ztw", READS, "List Cloud Connector IP groups lite.",
      .method = GET, .path = "/ztw/api/v1/ipGroups/lite",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "IPGroups", .list = true, .find = "search=name" },
    { "ztw_create_ip_group", "ztw", CREATES,
      "Create Cloud Connector IP group; returns it as stored.", .method = POST,
      .path = "/ztw/api/v1/ipGroups", .body = "{\"description\": null}",
      .args = ARGS({ "name", STR | NEEDED, BODY, "Name." },
                   { "ip_addresses", STRS | NEEDED, BODY, "Addresses or networks." },
                   { "description", STR, BODY, "Free text for administrators." }),
      .model = "IPGroups" },
    { "ztw_delete_ip_group", "ztw", DELETES,
      "Delete Cloud Connector IP group. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE, .path = "/ztw/api/v1/ipGroups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }),
      .says = "IP group {group_id} deleted successfully." },
    { 0 },
};
