// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool ztw_ip_destination_groups[] = {
    { "ztw_list_ip_destination_groups", "ztw", READS, "List Cloud Connector IP destination groups.",
      .method = GET, .path = "/ztw/api/v1/ipDestinationGroups",
      .args = ARGS({ "exclude_type", STR, QUERY, "Exclude type." }), .model = "IPDestinationGroups",
      .list = true },
    { "ztw_list_ip_destination_groups_lite", "ztw", READS,
      "List Cloud Connector IP destination groups lite.", .method = GET,
      .path = "/ztw/api/v1/ipDestinationGroups",
      .args = ARGS({ "exclude_type", STR, QUERY, "Exclude type." }), .model = "IPDestinationGroups",
      .list = true },
    { "ztw_delete_ip_destination_group", "ztw", DELETES,
      "Delete Cloud Connector IP destination group. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE, .path = "/ztw/api/v1/ipDestinationGroups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }),
      .says = "IP destination group {group_id} deleted successfully." },
    { 0 },
};
