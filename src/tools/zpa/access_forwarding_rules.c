// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zpa/conditions.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

const struct tool zpa_access_forwarding_rules[] = {
    { "zpa_list_forwarding_policy_rules", "zpa_access_policies", READS,
      "Lists the rules that decide which traffic the client sends to ZPA or past it. Rules are judged by rule order, 1 first; conditions come in one notation whatever the API used. Returns one page.",
      .method = GET,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/rules/policyType/CLIENT_FORWARDING_POLICY",
      .args = ARGS(ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE, ROW_MICROTENANT), .at = "list",
      .model = "PolicySetControllerV1", .list = true },
    { "zpa_get_forwarding_policy_rule", "zpa_access_policies", READS,
      "Reads one ZPA client forwarding rule: action, conditions, order. Use it before zpa_update_forwarding_policy_rule, which replaces the rule. zpa_list_forwarding_policy_rules shows the ids.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/CLIENT_FORWARDING_POLICY" },
          { GET, "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the rule; zpa_list_forwarding_policy_rules shows it." },
          ROW_MICROTENANT_OF_ALL),
      .model = "PolicySetControllerV1", .finish = conditions_shown },
    { "zpa_create_forwarding_policy_rule", "zpa_access_policies", CREATES,
      "Adds a ZPA client forwarding rule at the end of the policy and returns it as stored; it is in force at once. Ids in conditions come from the zpa_list_ and get_zpa_ tools of their kind.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/CLIENT_FORWARDING_POLICY" },
          { POST, "/zpa/mgmtconfig/v2/admin/customers/{customer}/policySet/{1.id}/rule",
            .body = "{\"description\": null, \"ruleOrder\": null, \"conditions\": []}" }),
      .args =
          ARGS(ROW_NEW_RULE_NAME,
               { "action_type", STR | NEEDED, BODY, "BYPASS, INTERCEPT or INTERCEPT_ACCESSIBLE.",
                 .wire = "action", .as = as_upper },
               ROW_NOTE, ROW_CONDITIONS, ROW_MICROTENANT_OF_RULE),
      .model = "PolicySetControllerV2", .finish = conditions_shown, .prepare = conditions_judge },
    { "zpa_update_forwarding_policy_rule", "zpa_access_policies", UPDATES,
      "Replaces a ZPA client forwarding rule: what is left out is cleared, so read the rule first (zpa_get_forwarding_policy_rule) and send everything that shall stay. Returns it as stored.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/CLIENT_FORWARDING_POLICY" },
          { PUT, "/zpa/mgmtconfig/v2/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}",
            .body =
                "{\"description\": null, \"ruleOrder\": null, \"conditions\": [], \"name\": null, \"action\": \"\"}" }),
      .args = ARGS(
          ROW_RULE_NAME,
          { "action_type", STR, BODY, "BYPASS, INTERCEPT or INTERCEPT_ACCESSIBLE.",
            .wire = "action", .as = as_upper },
          ROW_NOTE, ROW_CONDITIONS, ROW_MICROTENANT_OF_RULE,
          { "rule_id", STR, PATH, "Id of the rule; zpa_list_forwarding_policy_rules shows it." }),
      .model = "PolicySetControllerV2", .finish = conditions_shown, .prepare = conditions_judge,
      .needs_change = true },
    { "zpa_delete_forwarding_policy_rule", "zpa_access_policies", DELETES,
      "Deletes a ZPA client forwarding rule; the next rule that matches decides then. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/CLIENT_FORWARDING_POLICY" },
          { DELETE,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the rule; zpa_list_forwarding_policy_rules shows it." },
          ROW_MICROTENANT_OF_ALL),
      .says = "forwarding policy rule {rule_id} deleted successfully." },
    { 0 },
};
