// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zpa/conditions.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

const struct tool zpa_access_policy_rules[] = {
    { "zpa_list_access_policy_rules", "zpa_access_policies", READS,
      "Lists the access rules: who may reach which applications, under which conditions. Rules are judged by rule order, 1 first; conditions come in the notation of the API, zpa_get_access_policy_rule shows them as they are given. Returns one page.",
      .method = GET,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/rules/policyType/ACCESS_POLICY",
      .args = ARGS(ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE, ROW_MICROTENANT), .at = "list",
      .model = "PolicySetControllerV1", .list = true },
    { "zpa_get_access_policy_rule", "zpa_access_policies", READS,
      "Reads one ZPA access rule: action, conditions (who, what, from where), order, message to people. Use it before zpa_update_access_policy_rule, which replaces the rule. zpa_list_access_policy_rules shows the ids.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/ACCESS_POLICY" },
          { GET, "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args =
          ARGS({ "rule_id", STR, PATH, "Id of the rule; zpa_list_access_policy_rules shows it." },
               ROW_MICROTENANT_OF_ALL),
      .model = "PolicySetControllerV1", .finish = conditions_shown },
    { "zpa_create_access_policy_rule", "zpa_access_policies", CREATES,
      "Adds a ZPA access policy rule at the end of the policy and returns it as stored; it is in force at once. Ids in conditions come from the zpa_list_ and get_zpa_ tools of their kind.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/ACCESS_POLICY" },
          { POST, "/zpa/mgmtconfig/v2/admin/customers/{customer}/policySet/{1.id}/rule",
            .body =
                "{\"description\": null, \"ruleOrder\": null, \"conditions\": [], \"customMsg\": null, \"appConnectorGroups\": [], \"appServerGroups\": []}" }),
      .args =
          ARGS(ROW_NEW_RULE_NAME,
               { "action_type", STR | NEEDED, BODY, "ALLOW, DENY or REQUIRE_APPROVAL.",
                 .wire = "action", .as = as_upper },
               ROW_NOTE,
               { "app_connector_group_ids", STRS, BODY,
                 "Ids of the App Connector groups that serve it (zpa_list_app_connector_groups).",
                 .wire = "appConnectorGroups", .as = as_ids },
               { "app_server_group_ids", STRS, BODY,
                 "Ids of the server groups that serve it (zpa_list_server_groups).",
                 .wire = "appServerGroups", .as = as_ids },
               ROW_CONDITIONS, ROW_MICROTENANT_OF_RULE),
      .model = "PolicySetControllerV2", .finish = conditions_shown, .prepare = conditions_judge },
    { "zpa_update_access_policy_rule", "zpa_access_policies", UPDATES,
      "Replaces a ZPA access policy rule: what is left out is cleared, so read the rule first (zpa_get_access_policy_rule) and send everything that shall stay. Returns it as stored.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/ACCESS_POLICY" },
          { PUT, "/zpa/mgmtconfig/v2/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}",
            .body =
                "{\"description\": null, \"ruleOrder\": null, \"conditions\": [], \"name\": null, \"customMsg\": null, \"appConnectorGroups\": [], \"appServerGroups\": [], \"action\": \"\"}" }),
      .args =
          ARGS(ROW_RULE_NAME,
               { "action_type", STR, BODY, "ALLOW, DENY or REQUIRE_APPROVAL.", .wire = "action",
                 .as = as_upper },
               ROW_NOTE,
               { "app_connector_group_ids", STRS, BODY,
                 "Ids of the App Connector groups that serve it (zpa_list_app_connector_groups).",
                 .wire = "appConnectorGroups", .as = as_ids },
               { "app_server_group_ids", STRS, BODY,
                 "Ids of the server groups that serve it (zpa_list_server_groups).",
                 .wire = "appServerGroups", .as = as_ids },
               ROW_CONDITIONS, ROW_MICROTENANT_OF_RULE,
               { "rule_id", STR, PATH, "Id of the rule; zpa_list_access_policy_rules shows it." }),
      .model = "PolicySetControllerV2", .finish = conditions_shown, .prepare = conditions_judge,
      .needs_change = true },
    { "zpa_delete_access_policy_rule", "zpa_access_policies", DELETES,
      "Deletes a ZPA access rule: who had access only by it loses it, who was blocked by it may get in. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/ACCESS_POLICY" },
          { DELETE,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args =
          ARGS({ "rule_id", STR, PATH, "Id of the rule; zpa_list_access_policy_rules shows it." },
               ROW_MICROTENANT_OF_ALL),
      .says = "access policy rule {rule_id} deleted successfully." },
    { 0 },
};
