// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zia/rows.h"

// ["ALLOW_X"] -> [{"action": "ALLOW_X"}]: rows, as every list has.
static bool actions_as_rows(struct tool_call *call, json_t **value, struct err *err)
{
    (void)call, (void)err;
    json_t *rows = json_array();
    for (size_t i = 0; i < json_array_size(*value); i++)
        json_array_append_new(rows, json_pack("{s:O}", "action", json_array_get(*value, i)));
    json_decref(*value);
    *value = rows;
    return true;
}

const struct tool zia_cloud_app_control[] = {
    { "zia_list_cloud_app_control_actions", "zia_cloud_app_control", READS,
      "Lists the actions that rules of this type may take, all of them or those that the named applications have in common. Use it before zia_create_cloud_app_control_rule: the actions differ by type and application.",
      .method = POST, .path = "/zia/api/v1/webApplicationRules/{rule_type}/availableActions",
      .body = "{\"cloudApps\": []}",
      .args =
          ARGS(ROW_RULE_TYPE,
               { "cloud_apps", STRS, BODY,
                 "Applications, as zia_list_cloud_app_policy names them: [\"GOOGLE_WEBMAIL\"]." }),
      .list = true, .finish = actions_as_rows },
    { "zia_list_cloud_app_control_rules", "zia_cloud_app_control", READS,
      "Lists the cloud application control rules of one type (as WEBMAIL): what people may do in which application. Rules are judged by order, 1 first.",
      .method = GET, .path = "/zia/api/v1/webApplicationRules/{rule_type}",
      .args = ARGS(ROW_RULE_TYPE), .model = "CloudApplicationControl", .list = true },
    { "zia_get_cloud_app_control_rule", "zia_cloud_app_control", READS,
      "Reads one ZIA cloud application control rule: applications, actions, whom and where it holds, order, state. zia_list_cloud_app_control_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/webApplicationRules/{rule_type}/{rule_id}",
      .args = ARGS(
          ROW_RULE_TYPE,
          { "rule_id", STR, PATH,
            "Id of the cloud application control rule; zia_list_cloud_app_control_rules shows it." }),
      .model = "CloudApplicationControl" },
    { "zia_create_cloud_app_control_rule", "zia_cloud_app_control", CREATES,
      "Creates a ZIA cloud application control rule; returns it as stored. zia_list_cloud_app_control_actions lists the actions that the type allows, zia_list_cloud_app_policy the applications. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/webApplicationRules/{rule_type}",
      .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(
          ROW_RULE_TYPE, ROW_NEW_NAME,
          { "action", STR, BODY,
            "What the type allows, as ALLOW_WEBMAIL_VIEW; zia_list_cloud_app_control_actions lists the words." },
          ROW_DESCRIPTION, ROW_ENABLED_AT_FIRST, ROW_ORDER, ROW_RANK, ROW_RULE_FIELDS),
      .model = "CloudApplicationControl" },
    { "zia_update_cloud_app_control_rule", "zia_cloud_app_control", UPDATES,
      "Changes a ZIA cloud application control rule; returns it as stored. The API replaces the record: read it first with zia_get_cloud_app_control_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/webApplicationRules/{rule_type}/{rule_id}",
      .args = ARGS(
          ROW_RULE_TYPE,
          { "rule_id", STR, PATH,
            "Id of the cloud application control rule; zia_list_cloud_app_control_rules shows it." },
          ROW_NAME,
          { "action", STR, BODY,
            "What the type allows, as ALLOW_WEBMAIL_VIEW; zia_list_cloud_app_control_actions lists the words." },
          ROW_DESCRIPTION, ROW_ENABLED, ROW_ORDER, ROW_RANK, ROW_RULE_FIELDS),
      .model = "CloudApplicationControl" },
    { "zia_delete_cloud_app_control_rule", "zia_cloud_app_control", DELETES,
      "Deletes a ZIA cloud application control rule. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/webApplicationRules/{rule_type}/{rule_id}",
      .args = ARGS(
          ROW_RULE_TYPE,
          { "rule_id", STR, PATH,
            "Id of the cloud application control rule; zia_list_cloud_app_control_rules shows it." }),
      .says = "Cloud App Control rule {rule_id} ({rule_type}) deleted successfully." },
    { 0 },
};
