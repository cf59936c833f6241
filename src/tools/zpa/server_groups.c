// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

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
