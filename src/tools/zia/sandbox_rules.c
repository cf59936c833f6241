// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zia/rows.h"

const struct tool zia_sandbox_rules[] = {
    { "zia_list_sandbox_rules", "zia_sandbox", READS,
      "Lists the sandbox rules: which files are held and analysed before they are delivered. Rules are judged by order, 1 first. zia_get_sandbox_report shows what an analysis found.",
      .method = GET, .path = "/zia/api/v1/sandboxRules",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "SandboxRules", .list = true, .find = "search=name" },
    { "zia_get_sandbox_rule", "zia_sandbox", READS,
      "Reads one ZIA sandbox rule: file types, protocols, first-time action, whom and where it holds, order, state. zia_list_sandbox_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/sandboxRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the sandbox rule; zia_list_sandbox_rules shows it." }),
      .model = "SandboxRules" },
    { "zia_create_sandbox_rule", "zia_sandbox", CREATES,
      "Creates a ZIA sandbox rule; returns it as stored. zia_list_sandbox_rules shows the order to place it in. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/sandboxRules", .body = "{\"order\": 1, \"rank\": 7}",
      .args =
          ARGS(ROW_NEW_NAME,
               { "action", STR | NEEDED, BODY, "What happens to matching files: ALLOW or BLOCK." },
               ROW_DESCRIPTION, ROW_ENABLED_AT_FIRST, ROW_ORDER, ROW_RANK, ROW_URL_RULE_FIELDS),
      .model = "SandboxRules" },
    { "zia_update_sandbox_rule", "zia_sandbox", UPDATES,
      "Changes a ZIA sandbox rule; returns it as stored. The API replaces the record: read it first with zia_get_sandbox_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/sandboxRules/{rule_id}",
      .args =
          ARGS({ "rule_id", STR, PATH, "Id of the sandbox rule; zia_list_sandbox_rules shows it." },
               ROW_NAME, { "action", STR, BODY, "What happens to matching files: ALLOW or BLOCK." },
               ROW_DESCRIPTION, ROW_ENABLED, ROW_ORDER, ROW_RANK, ROW_URL_RULE_FIELDS),
      .model = "SandboxRules" },
    { "zia_delete_sandbox_rule", "zia_sandbox", DELETES,
      "Deletes a ZIA sandbox rule. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/sandboxRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the sandbox rule; zia_list_sandbox_rules shows it." }),
      .says = "Sandbox rule {rule_id} deleted successfully." },
    { 0 },
};
