// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zpa/conditions.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

const struct tool zpa_access_timeout_rules[] = {
    { "zpa_list_timeout_policy_rules", "zpa_access_policies", READS,
      "Lists the rules that decide after how long people must authenticate again. Rules are judged by rule order, 1 first; conditions come in one notation whatever the API used. Returns one page.",
      .method = GET,
      .path =
          "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/rules/policyType/TIMEOUT_POLICY",
      .args = ARGS(ROW_FILTER, ROW_PAGE, ROW_PAGE_SIZE, ROW_MICROTENANT), .at = "list",
      .model = "PolicySetControllerV1", .list = true },
    { "zpa_get_timeout_policy_rule", "zpa_access_policies", READS,
      "Reads one ZPA timeout rule: after how long people sign in again, conditions, order. Use it before zpa_update_timeout_policy_rule, which replaces the rule. zpa_list_timeout_policy_rules shows the ids.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/TIMEOUT_POLICY" },
          { GET, "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args =
          ARGS({ "rule_id", STR, PATH, "Id of the rule; zpa_list_timeout_policy_rules shows it." },
               ROW_MICROTENANT_OF_ALL),
      .model = "PolicySetControllerV1", .finish = conditions_shown },
    { "zpa_create_timeout_policy_rule", "zpa_access_policies", CREATES,
      "Adds a ZPA timeout rule at the end of the policy and returns it as stored; it is in force at once. Ids in conditions come from the zpa_list_ and get_zpa_ tools of their kind.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/TIMEOUT_POLICY" },
          { POST, "/zpa/mgmtconfig/v2/admin/customers/{customer}/policySet/{1.id}/rule",
            .body =
                "{\"description\": null, \"customMsg\": null, \"action\": \"RE_AUTH\", \"conditions\": []}" }),
      .args = ARGS(
          ROW_NEW_RULE_NAME,
          { "action_type", STR, NOWHERE, "Always RE_AUTH.", .otherwise = "\"RE_AUTH\"" }, ROW_NOTE,
          { "custom_msg", STR, BODY, "What users are told when they must sign in again." },
          { "reauth_timeout", STR, BODY,
            "Seconds until users must sign in again, as text; words like 10 days pass too.",
            .otherwise = "\"172800\"" },
          { "reauth_idle_timeout", STR, BODY, "The same without any activity.",
            .otherwise = "\"600\"" },
          ROW_CONDITIONS, ROW_MICROTENANT_OF_RULE),
      .model = "PolicySetControllerV2", .finish = conditions_shown, .prepare = conditions_judge },
    { "zpa_update_timeout_policy_rule", "zpa_access_policies", UPDATES,
      "Replaces a ZPA timeout rule: what is left out is cleared, so read the rule first (zpa_get_timeout_policy_rule) and send everything that shall stay. Returns it as stored.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/TIMEOUT_POLICY" },
          { PUT, "/zpa/mgmtconfig/v2/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}",
            .body =
                "{\"name\": null, \"description\": null, \"customMsg\": null, \"action\": \"RE_AUTH\", \"conditions\": [], \"reauthTimeout\": null, \"reauthIdleTimeout\": null}" }),
      .args =
          ARGS(ROW_RULE_NAME, { "action_type", STR, NOWHERE, "Always RE_AUTH." }, ROW_NOTE,
               { "custom_msg", STR, BODY, "What users are told when they must sign in again." },
               { "reauth_timeout", STR, BODY, "Seconds until users must sign in again, as text." },
               { "reauth_idle_timeout", STR, BODY, "The same without any activity." },
               ROW_CONDITIONS, ROW_MICROTENANT_OF_RULE,
               { "rule_id", STR, PATH, "Id of the rule; zpa_list_timeout_policy_rules shows it." }),
      .model = "PolicySetControllerV2", .finish = conditions_shown, .prepare = conditions_judge,
      .needs_change = true },
    { "zpa_delete_timeout_policy_rule", "zpa_access_policies", DELETES,
      "Deletes a ZPA timeout rule; the next rule that matches decides then. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .steps = STEPS(
          { GET,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/policyType/TIMEOUT_POLICY" },
          { DELETE,
            "/zpa/mgmtconfig/v1/admin/customers/{customer}/policySet/{1.id}/rule/{rule_id}" }),
      .args =
          ARGS({ "rule_id", STR, PATH, "Id of the rule; zpa_list_timeout_policy_rules shows it." },
               ROW_MICROTENANT_OF_ALL),
      .says = "timeout policy rule {rule_id} deleted successfully." },
    { 0 },
};
