// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

// Servers that are not discovered must be named.
static bool servers_named(struct tool_call *call, struct err *err)
{
    if (!json_is_false(call_arg(call, "dynamic_discovery")) ||
        json_array_size(call_arg(call, "server_ids")))
        return true;
    return err_set(err, ERR_TOOL_ARGUMENTS,
                   "dynamic_discovery=false needs server_ids: name the servers of the group.");
}

const struct tool zpa_server_groups[] = {
    { "zpa_list_server_groups", "zpa_server_groups", READS,
      "List ZPA server groups. Returns one page.", .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serverGroup",
      .args = ARGS(
          { "search", STR, QUERY, "Part of the name to look for.", .as = as_search },
          { "microtenant_id", STR, QUERY,
            "Id of the microtenant; the default tenant if left out." },
          { "page", INT, QUERY, "Number of the page.", .min = 1 },
          { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .min = 1, .max = 500 }),
      .at = "list", .model = "ServerGroup", .list = true },
    { "zpa_get_server_group", "zpa_server_groups", READS, "Read ZPA server group by its id.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serverGroup/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "ServerGroup" },
    { "zpa_create_server_group", "zpa_server_groups", CREATES,
      "Create ZPA server group; returns it as stored.", .method = POST,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serverGroup",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name." },
          { "app_connector_group_ids", STRS | NEEDED, BODY,
            "Ids of the application connector groups.", .wire = "appConnectorGroups",
            .as = as_ids },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL, BODY, "Whether it is in force.", .otherwise = "true" },
          { "server_ids", STRS, BODY, "Ids of the servers.", .wire = "servers", .as = as_ids },
          { "ip_anchored", BOOL, BODY, "Switch: IP anchored." },
          { "dynamic_discovery", BOOL, BODY, "Switch: dynamic discovery.", .otherwise = "true" },
          { "microtenant_id", STR, BOTH,
            "Id of the microtenant; the default tenant if left out." }),
      .model = "ServerGroup", .prepare = servers_named },
    { "zpa_delete_server_group", "zpa_server_groups", DELETES,
      "Delete ZPA server group. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serverGroup/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .says = "Server group {group_id} deleted successfully." },
    { 0 },
};
