// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zpa/conditions.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

// Nothing can be inspected without a profile that says how.
static bool profile_named(struct tool_call *call, struct err *err)
{
    if (str_eq_nocase(call_text(call, "action_type"), STR("INSPECT")) &&
        !call_text(call, "zpn_inspection_profile_id").n)
        return err_set(err, ERR_TOOL_ARGUMENTS,
                       "action_type INSPECT needs zpn_inspection_profile_id.");
    return conditions_judge(call, err);
}

const struct tool zpa_access_app_protection_rules[] = {
    { "zpa_list_app_protection_rules", "zpa_access_policies", READS,
      "Lists the rules that decide which traffic AppProtection inspects, with which profile. Rules are judged by rule order, 1 first; conditions come in one notation whatever the API used. Returns one page.",
      .method = GET,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/rules/policyType/INSPECTION_POLICY",
      .args = ARGS(ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE, ROW_MICROTENANT), .at = "list",
      .model = "PolicySetControllerV1", .list = true },
    { "zpa_get_app_protection_rule", "zpa_access_policies", READS,
      "Reads one ZPA AppProtection rule: action, profile, conditions, order. Use it before zpa_update_app_protection_rule, which replaces the rule. zpa_list_app_protection_rules shows the ids.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/INSPECTION_POLICY" },
          { GET, "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args =
          ARGS({ "rule_id", STR, PATH, "Id of the rule; zpa_list_app_protection_rules shows it." },
               ROW_MICROTENANT_OF_ALL),
      .model = "PolicySetControllerV1", .finish = conditions_shown },
    { "zpa_create_app_protection_rule", "zpa_access_policies", CREATES,
      "Adds a ZPA AppProtection rule at the end of the policy and returns it as stored; it is in force at once. Ids in conditions come from the zpa_list_ and get_zpa_ tools of their kind.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/INSPECTION_POLICY" },
          { POST, "/zpa/mgmtconfig/v2/admin/customers/{customer}/policySet/{1.id}/rule",
            .body =
                "{\"description\": null, \"ruleOrder\": null, \"conditions\": [], \"zpnInspectionProfileId\": null}" }),
      .args = ARGS(
          ROW_NEW_RULE_NAME,
          { "action_type", STR | NEEDED, BODY, "INSPECT or BYPASS_INSPECT.", .wire = "action",
            .as = as_upper },
          { "zpn_inspection_profile_id", STR, BODY,
            "Id of the AppProtection profile (get_zpa_app_protection_profile); needed to inspect." },
          ROW_NOTE, ROW_CONDITIONS,
          { "microtenant_id", STR, NOWHERE,
            "Has no effect: these rules belong to the default microtenant." }),
      .model = "PolicySetControllerV2", .finish = conditions_shown, .prepare = profile_named },
    { "zpa_update_app_protection_rule", "zpa_access_policies", UPDATES,
      "Replaces a ZPA AppProtection rule: what is left out is cleared, so read the rule first (zpa_get_app_protection_rule) and send everything that shall stay. Returns it as stored.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/INSPECTION_POLICY" },
          { PUT, "/zpa/mgmtconfig/v2/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}",
            .body =
                "{\"description\": null, \"ruleOrder\": null, \"conditions\": [], \"name\": null, \"zpnInspectionProfileId\": null, \"action\": \"\"}" }),
      .args = ARGS(
          ROW_RULE_NAME,
          { "action_type", STR, BODY, "INSPECT or BYPASS_INSPECT.", .wire = "action",
            .as = as_upper },
          { "zpn_inspection_profile_id", STR, BODY,
            "Id of the AppProtection profile (get_zpa_app_protection_profile); needed to inspect." },
          ROW_NOTE, ROW_CONDITIONS,
          { "microtenant_id", STR, NOWHERE,
            "Has no effect: these rules belong to the default microtenant." },
          { "rule_id", STR, PATH, "Id of the rule; zpa_list_app_protection_rules shows it." }),
      .model = "PolicySetControllerV2", .finish = conditions_shown, .prepare = conditions_judge,
      .needs_change = true },
    { "zpa_delete_app_protection_rule", "zpa_access_policies", DELETES,
      "Deletes a ZPA AppProtection rule; the next rule that matches decides then. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/INSPECTION_POLICY" },
          { DELETE,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args =
          ARGS({ "rule_id", STR, PATH, "Id of the rule; zpa_list_app_protection_rules shows it." },
               ROW_MICROTENANT_OF_ALL),
      .says = "app protection policy rule {rule_id} deleted successfully." },
    { 0 },
};
