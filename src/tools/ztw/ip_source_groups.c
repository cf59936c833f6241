// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool ztw_ip_source_groups[] = {
    { "ztw_list_ip_source_groups", "ztw", READS,
      "Lists the groups of source addresses for rules of Cloud Connectors, with their addresses. ztw_list_ip_source_groups_lite answers only ids and names.",
      .method = GET, .path = "/ztw/api/v1/ipSourceGroups", .args = ARGS(ROW_SEARCH),
      .model = "IPSourceGroup", .list = true },
    { "ztw_list_ip_source_groups_lite", "ztw", READS,
      "Lists the groups of source addresses of Cloud Connectors by id and name only. Use it to find an id; ztw_list_ip_source_groups shows the addresses.",
      .method = GET, .path = "/ztw/api/v1/ipSourceGroups/lite",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "IPSourceGroup", .list = true, .find = "search=name" },
    { "ztw_create_ip_source_group", "ztw", CREATES,
      "Creates a group of source addresses for rules of Cloud Connectors; returns it as stored, with its id. ztw_list_ip_source_groups shows those that exist.",
      .method = POST, .path = "/ztw/api/v1/ipSourceGroups", .body = "{\"description\": null}",
      .args = ARGS(ROW_NEW_NAME,
                   { "ip_addresses", STRS | NEEDED, BODY,
                     "Addresses, ranges or networks: [\"192.0.2.1\", \"198.51.100.0/24\"]." },
                   ROW_DESCRIPTION),
      .model = "IPSourceGroup" },
    { "ztw_delete_ip_source_group", "ztw", DELETES,
      "Deletes a group of source addresses. Fails while something refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE, .path = "/ztw/api/v1/ipSourceGroups/{group_id}",
      .args =
          ARGS({ "group_id", STR, PATH, "Id of the group; ztw_list_ip_source_groups shows it." }),
      .says = "IP source group {group_id} deleted successfully." },
    { 0 },
};
