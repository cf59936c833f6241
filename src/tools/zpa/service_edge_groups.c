// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zpa_service_edge_groups[] = {
    { "zpa_list_service_edge_groups", "zpa_service_edge_groups", READS,
      "List ZPA service edge groups. Returns one page.", .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serviceEdgeGroup",
      .args = ARGS(
          { "search", STR, QUERY, "Part of the name to look for.", .as = as_search },
          { "microtenant_id", STR, QUERY,
            "Id of the microtenant; the default tenant if left out." },
          { "page", INT, QUERY, "Number of the page.", .min = 1 },
          { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .min = 1, .max = 500 }),
      .at = "list", .model = "ServiceEdgeGroup", .list = true },
    { "zpa_get_service_edge_group", "zpa_service_edge_groups", READS,
      "Read ZPA service edge group by its id.", .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serviceEdgeGroup/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "ServiceEdgeGroup" },
    { "zpa_delete_service_edge_group", "zpa_service_edge_groups", DELETES,
      "Delete ZPA service edge group. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/serviceEdgeGroup/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .says = "Service edge group {group_id} deleted successfully." },
    { 0 },
};
