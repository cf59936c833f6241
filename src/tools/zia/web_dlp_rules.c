// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zia/rows.h"

const struct tool zia_web_dlp_rules[] = {
    { "zia_list_web_dlp_rules", "zia_dlp", READS,
      "Lists the web DLP rules: which sensitive data may not leave, and who is told. Rules are judged by order, 1 first. zia_list_web_dlp_rules_lite answers shorter; get_zia_dlp_engines and get_zia_dlp_dictionaries show what the rules look for.",
      .method = GET, .path = "/zia/api/v1/webDlpRules",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "DLPWebRules", .list = true, .find = "search=name" },
    { "zia_list_web_dlp_rules_lite", "zia_dlp", READS,
      "Lists the web DLP rules by id, name and state only. Use it to find a rule; zia_list_web_dlp_rules shows them whole.",
      .method = GET, .path = "/zia/api/v1/webDlpRules/lite",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "DLPWebRules", .list = true, .find = "search=name" },
    { "zia_get_web_dlp_rule", "zia_dlp", READS,
      "Reads one ZIA web DLP rule: DLP engines, action, applications, file types, whom and where it holds, order, state. zia_list_web_dlp_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/webDlpRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the web DLP rule; zia_list_web_dlp_rules shows it." }),
      .model = "DLPWebRules" },
    { "zia_create_web_dlp_rule", "zia_dlp", CREATES,
      "Creates a ZIA web DLP rule; returns it as stored. get_zia_dlp_engines lists the engines to name. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/webDlpRules", .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(
          ROW_NEW_NAME,
          { "action", STR, BODY, "What happens to matching traffic: ALLOW, BLOCK or CONFIRM." },
          ROW_DESCRIPTION, ROW_ENABLED_AT_FIRST, ROW_ORDER, ROW_RANK, ROW_RULE_FIELDS),
      .model = "DLPWebRules" },
    { "zia_update_web_dlp_rule", "zia_dlp", UPDATES,
      "Changes a ZIA web DLP rule; returns it as stored. The API replaces the record: read it first with zia_get_web_dlp_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/webDlpRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the web DLP rule; zia_list_web_dlp_rules shows it." },
          ROW_NAME,
          { "action", STR, BODY, "What happens to matching traffic: ALLOW, BLOCK or CONFIRM." },
          ROW_DESCRIPTION, ROW_ENABLED, ROW_ORDER, ROW_RANK, ROW_RULE_FIELDS),
      .model = "DLPWebRules" },
    { "zia_delete_web_dlp_rule", "zia_dlp", DELETES,
      "Deletes a ZIA web DLP rule. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/webDlpRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the web DLP rule; zia_list_web_dlp_rules shows it." }),
      .says = "Web DLP rule {rule_id} deleted successfully." },
    { 0 },
};
