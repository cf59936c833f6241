// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zpa/conditions.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

// Nothing can be isolated without a profile that says how.
static bool profile_named(struct tool_call *call, struct err *err)
{
    if (str_eq_nocase(call_text(call, "action_type"), STR("ISOLATE")) &&
        !call_text(call, "zpn_isolation_profile_id").n)
        return err_set(err, ERR_TOOL_ARGUMENTS,
                       "action_type ISOLATE needs zpn_isolation_profile_id.");
    return conditions_judge(call, err);
}

const struct tool zpa_access_isolation_rules[] = {
    { "zpa_list_isolation_policy_rules", "zpa_access_policies", READS,
      "Lists the rules that decide which browser traffic is isolated, with which profile. Rules are judged by rule order, 1 first; conditions come in one notation whatever the API used. Returns one page.",
      .method = GET,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/rules/policyType/ISOLATION_POLICY",
      .args = ARGS(ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE, ROW_MICROTENANT), .at = "list",
      .model = "PolicySetControllerV1", .list = true },
    { "zpa_get_isolation_policy_rule", "zpa_access_policies", READS,
      "Reads one ZPA isolation rule: action, isolation profile, conditions, order. Use it before zpa_update_isolation_policy_rule, which replaces the rule. zpa_list_isolation_policy_rules shows the ids.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/ISOLATION_POLICY" },
          { GET, "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the rule; zpa_list_isolation_policy_rules shows it." },
          ROW_MICROTENANT_OF_ALL),
      .model = "PolicySetControllerV1", .finish = conditions_shown },
    { "zpa_create_isolation_policy_rule", "zpa_access_policies", CREATES,
      "Adds a ZPA isolation rule at the end of the policy and returns it as stored; it is in force at once. Ids in conditions come from the zpa_list_ and get_zpa_ tools of their kind.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/ISOLATION_POLICY" },
          { POST, "/zpa/mgmtconfig/v2/admin/customers/{customer}/policySet/{1.id}/rule",
            .body =
                "{\"description\": null, \"ruleOrder\": null, \"conditions\": [{\"operator\": \"OR\", \"operands\": [{\"objectType\": \"CLIENT_TYPE\", \"values\": [\"zpn_client_type_exporter\"]}]}], \"zpnIsolationProfileId\": null}" }),
      .args = ARGS(
          ROW_NEW_RULE_NAME,
          { "action_type", STR | NEEDED, BODY, "ISOLATE or BYPASS_ISOLATE.", .wire = "action",
            .as = as_upper },
          { "zpn_isolation_profile_id", STR, BODY,
            "Id of the isolation profile (get_zpa_isolation_profile); needed to isolate." },
          ROW_NOTE,
          { "conditions", ANY, BODY,
            "Who and what the rule matches: a list of {\"operator\": \"OR\", \"operands\": [{\"objectType\": \"APP\", \"values\": [\"id\"]}]}; operands with two sides have \"entryValues\": [{\"lhs\": …, \"rhs\": …}]. Conditions are ANDed.",
            .as = as_isolation_conditions },
          ROW_MICROTENANT_OF_RULE),
      .model = "PolicySetControllerV2", .finish = conditions_shown, .prepare = profile_named },
    { "zpa_update_isolation_policy_rule", "zpa_access_policies", UPDATES,
      "Replaces a ZPA isolation rule: what is left out is cleared, so read the rule first (zpa_get_isolation_policy_rule) and send everything that shall stay. Returns it as stored.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/ISOLATION_POLICY" },
          { PUT, "/zpa/mgmtconfig/v2/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}",
            .body =
                "{\"description\": null, \"ruleOrder\": null, \"conditions\": [{\"operator\": \"OR\", \"operands\": [{\"objectType\": \"CLIENT_TYPE\", \"values\": [\"zpn_client_type_exporter\"]}]}], \"zpnIsolationProfileId\": null, \"name\": null, \"action\": null}" }),
      .args = ARGS(
          ROW_RULE_NAME,
          { "action_type", STR, BODY, "ISOLATE or BYPASS_ISOLATE.", .wire = "action",
            .as = as_upper },
          { "zpn_isolation_profile_id", STR, BODY,
            "Id of the isolation profile (get_zpa_isolation_profile); needed to isolate." },
          ROW_NOTE,
          { "conditions", ANY, BODY,
            "Who and what the rule matches: a list of {\"operator\": \"OR\", \"operands\": [{\"objectType\": \"APP\", \"values\": [\"id\"]}]}; operands with two sides have \"entryValues\": [{\"lhs\": …, \"rhs\": …}]. Conditions are ANDed.",
            .as = as_isolation_conditions },
          ROW_MICROTENANT_OF_RULE,
          { "rule_id", STR, PATH, "Id of the rule; zpa_list_isolation_policy_rules shows it." }),
      .model = "PolicySetControllerV2", .finish = conditions_shown, .prepare = conditions_judge,
      .needs_change = true },
    { "zpa_delete_isolation_policy_rule", "zpa_access_policies", DELETES,
      "Deletes a ZPA isolation rule; the next rule that matches decides then. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/ISOLATION_POLICY" },
          { DELETE,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the rule; zpa_list_isolation_policy_rules shows it." },
          ROW_MICROTENANT_OF_ALL),
      .says = "isolation policy rule {rule_id} deleted successfully." },
    { 0 },
};
