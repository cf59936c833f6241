// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zia_sandbox_rules[] = {
    { "zia_list_sandbox_rules", "zia_sandbox", READS,
      "Lists the sandbox rules: which files are held and analysed before they are delivered. Rules are judged by order, 1 first. zia_get_sandbox_report shows what an analysis found.",
      .method = GET, .path = "/zia/api/v1/sandboxRules",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "SandboxRules", .list = true, .find = "search=name" },
    { "zia_get_sandbox_rule", "zia_sandbox", READS,
      "Reads one ZIA sandbox rule with all its fields. zia_list_sandbox_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/sandboxRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the sandbox rule; zia_list_sandbox_rules shows it." }),
      .model = "SandboxRules" },
    { "zia_create_sandbox_rule", "zia_sandbox", CREATES,
      "Creates a ZIA sandbox rule; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/sandboxRules", .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name, unique among its kind." },
          { "action", STR | NEEDED, BODY, "What happens to matching files: ALLOW or BLOCK." },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL | OR_NULL, BODY, "Whether it is in force.", .wire = "state",
            .as = as_state, .otherwise = "true" },
          { "order", INT, BODY, "Position among the rules, from 1; lower is judged first." },
          { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_rule_members }),
      .model = "SandboxRules" },
    { "zia_update_sandbox_rule", "zia_sandbox", UPDATES,
      "Changes a ZIA sandbox rule; returns it as stored. The API replaces the record: read it first with zia_get_sandbox_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/sandboxRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the sandbox rule; zia_list_sandbox_rules shows it." },
          { "name", STR, BODY, "Name, as it is or a new one." },
          { "action", STR, BODY, "What happens to matching files: ALLOW or BLOCK." },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL, BODY, "Whether it is in force.", .wire = "state", .as = as_state },
          { "order", INT, BODY, "Position among the rules, from 1; lower is judged first." },
          { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_rule_members }),
      .model = "SandboxRules" },
    { "zia_delete_sandbox_rule", "zia_sandbox", DELETES,
      "Deletes a ZIA sandbox rule. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/sandboxRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the sandbox rule; zia_list_sandbox_rules shows it." }),
      .says = "Sandbox rule {rule_id} deleted successfully." },
    { 0 },
};
