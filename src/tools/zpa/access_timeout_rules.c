// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zpa_access_timeout_rules[] = {
    { "zpa_list_timeout_policy_rules", "zpa_access_policies", READS,
      "List ZPA timeout policy rules. Returns one page.", .method = GET,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/rules/policyType/TIMEOUT_POLICY",
      .args = ARGS(
          { "search", STR, QUERY, "Part of the name to look for.", .as = as_search },
          { "page", INT, QUERY, "Number of the page.", .min = 1 },
          { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .min = 1, .max = 500 },
          { "microtenant_id", STR, QUERY,
            "Id of the microtenant; the default tenant if left out." }),
      .at = "list", .model = "PolicySetControllerV1", .list = true },
    { "zpa_get_timeout_policy_rule", "zpa_access_policies", READS,
      "Read ZPA timeout policy rule by its id.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/TIMEOUT_POLICY" },
          { GET, "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args = ARGS({ "rule_id", STR, PATH, "Id of the rule." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out.", .step = ALL_STEPS }),
      .model = "PolicySetControllerV1" },
    { "zpa_delete_timeout_policy_rule", "zpa_access_policies", DELETES,
      "Delete ZPA timeout policy rule. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/TIMEOUT_POLICY" },
          { DELETE,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args = ARGS({ "rule_id", STR, PATH, "Id of the rule." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out.", .step = ALL_STEPS }),
      .says = "timeout policy rule {rule_id} deleted successfully." },
    { 0 },
};
