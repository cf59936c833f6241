// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool ztw_ip_groups[] = {
    { "ztw_list_ip_groups", "ztw", READS,
      "Lists the IP pools that rules of Cloud Connectors name, with their addresses. ztw_list_ip_groups_lite answers only ids and names.",
      .method = GET, .path = "/ztw/api/v1/ipGroups", .args = ARGS(ROW_SEARCH), .model = "IPGroups",
      .list = true },
    { "ztw_list_ip_groups_lite", "ztw", READS,
      "Lists the IP pools of Cloud Connectors by id and name only. Use it to find an id; ztw_list_ip_groups shows the addresses.",
      .method = GET, .path = "/ztw/api/v1/ipGroups/lite",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "IPGroups", .list = true, .find = "search=name" },
    { "ztw_create_ip_group", "ztw", CREATES,
      "Creates an IP pool for rules of Cloud Connectors; returns it as stored, with its id. ztw_list_ip_groups shows those that exist.",
      .method = POST, .path = "/ztw/api/v1/ipGroups", .body = "{\"description\": null}",
      .args = ARGS(ROW_NEW_NAME,
                   { "ip_addresses", STRS | NEEDED, BODY,
                     "Addresses, ranges or networks: [\"192.0.2.1\", \"198.51.100.0/24\"]." },
                   ROW_DESCRIPTION),
      .model = "IPGroups" },
    { "ztw_delete_ip_group", "ztw", DELETES,
      "Deletes an IP pool of Cloud Connectors. Fails while a rule refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE, .path = "/ztw/api/v1/ipGroups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group; ztw_list_ip_groups shows it." }),
      .says = "IP group {group_id} deleted successfully." },
    { 0 },
};
