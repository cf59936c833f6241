// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zpa_get_trusted_networks[] = {
    { "get_zpa_trusted_network", "zpa_misc", READS,
      "Lists ZPA trusted networks, or reads one by its id. Their ids and names serve the conditions of policy rules.",
      .steps = STEPS(
          { GET, "/zpa/mgmtconfig/v2/admin/customers/{customer}/network", .when = "!network_id" },
          { GET, "/zpa/mgmtconfig/v1/admin/customers/{customer}/network/{network_id}",
            .when = "network_id", .one = true }),
      .args = ARGS({ "network_id", STR | OR_NULL, PATH,
                     "Id of the one to read; the filters are then left out." },
                   { "name", STR, QUERY, "Exact name of the one to read.", .wire = "search",
                     .as = as_search, .step = 1 },
                   { "page", INT, QUERY, "Number of the page, from 1.", .step = 1, .min = 1 },
                   { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .step = 1,
                     .min = 1, .max = 500 }),
      .at = "list", .model = "TrustedNetwork", .list = true, .find = "name==name" },
    { 0 },
};
