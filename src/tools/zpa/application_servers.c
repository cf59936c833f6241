// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zpa_application_servers[] = {
    { "zpa_list_application_servers", "zpa_application_servers", READS,
      "List ZPA application servers. Returns one page.", .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/server",
      .args = ARGS(
          { "search", STR, QUERY, "Part of the name to look for.", .as = as_search },
          { "microtenant_id", STR, QUERY,
            "Id of the microtenant; the default tenant if left out." },
          { "page", INT, QUERY, "Number of the page.", .min = 1 },
          { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .min = 1, .max = 500 }),
      .at = "list", .model = "AppServers", .list = true },
    { "zpa_get_application_server", "zpa_application_servers", READS,
      "Read ZPA application server by its id.", .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/server/{server_id}",
      .args = ARGS({ "server_id", STR, PATH, "Id of the server." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "AppServers" },
    { "zpa_update_application_server", "zpa_application_servers", UPDATES,
      "Change ZPA application server; returns it as stored.", .method = PUT,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/server/{server_id}",
      .body =
          "{\"name\": null, \"description\": null, \"address\": null, \"enabled\": null, \"appServerGroupIds\": null}",
      .args = ARGS({ "server_id", STR, PATH, "Id of the server." }, { "name", STR, BODY, "Name." },
                   { "address", STR, BODY, "Address." },
                   { "description", STR, BODY, "Free text for administrators." },
                   { "enabled", BOOL, BODY, "Whether it is in force." },
                   { "app_server_group_ids", STRS, BODY, "Ids of the application server groups." },
                   { "microtenant_id", STR, BOTH,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "AppServers" },
    { "zpa_delete_application_server", "zpa_application_servers", DELETES,
      "Delete ZPA application server. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/server/{server_id}",
      .args = ARGS({ "server_id", STR, PATH, "Id of the server." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .says = "Application server {server_id} deleted successfully." },
    { 0 },
};
