// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zpa_access_app_protection_rules[] = {
    { "zpa_get_app_protection_rule", "zpa_access_policies", READS,
      "Read ZPA application protection rule by its id.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/INSPECTION_POLICY" },
          { GET, "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args = ARGS({ "rule_id", STR, PATH, "Id of the rule." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out.", .step = ALL_STEPS }),
      .model = "PolicySetControllerV1" },
    { "zpa_delete_app_protection_rule", "zpa_access_policies", DELETES,
      "Delete ZPA application protection rule. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/INSPECTION_POLICY" },
          { DELETE,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args = ARGS({ "rule_id", STR, PATH, "Id of the rule." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out.", .step = ALL_STEPS }),
      .says = "app protection policy rule {rule_id} deleted successfully." },
    { 0 },
};
