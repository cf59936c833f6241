// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zpa_get_posture_profiles[] = {
    { "get_zpa_posture_profile", "zpa_misc", READS,
      "Lists ZPA posture profiles, or reads one by its id. Their ids and names serve the conditions of policy rules.",
      .steps = STEPS(
          { GET, "/zpa/mgmtconfig/v2/admin/customers/{customer}/posture", .when = "!profile_id" },
          { GET, "/zpa/mgmtconfig/v1/admin/customers/{customer}/posture/{profile_id}",
            .when = "profile_id", .one = true }),
      .args = ARGS({ "profile_id", STR | OR_NULL, PATH,
                     "Id of the one to read; the filters are then left out." },
                   { "name", STR, QUERY, "Exact name of the one to read.", .wire = "search",
                     .as = as_search, .step = 1 },
                   { "page", INT, QUERY, "Number of the page, from 1.", .step = 1, .min = 1 },
                   { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .step = 1,
                     .min = 1, .max = 500 }),
      .at = "list", .model = "PostureProfile", .list = true, .find = "name==name" },
    { 0 },
};
