// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zpa_app_connector_groups[] = {
    { "zpa_list_app_connector_groups", "zpa_app_connector_groups", READS,
      "List ZPA application connector groups. Returns one page.", .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/appConnectorGroup",
      .args = ARGS(
          { "search", STR, QUERY, "Part of the name to look for.", .as = as_search },
          { "microtenant_id", STR, QUERY,
            "Id of the microtenant; the default tenant if left out." },
          { "page", INT, QUERY, "Number of the page.", .min = 1 },
          { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .min = 1, .max = 500 }),
      .at = "list", .model = "AppConnectorGroup", .list = true },
    { "zpa_get_app_connector_group", "zpa_app_connector_groups", READS,
      "Read ZPA application connector group by its id.", .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/appConnectorGroup/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "AppConnectorGroup" },
    { "zpa_delete_app_connector_group", "zpa_app_connector_groups", DELETES,
      "Delete ZPA application connector group. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/appConnectorGroup/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .says = "App connector group {group_id} deleted successfully." },
    { 0 },
};
