// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

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
      .args = ARGS(
          { "rule_type", STR, PATH,
            "Type of the rule: WEBMAIL, FILE_SHARE, STREAMING_MEDIA, SOCIAL_NETWORKING, INSTANT_MESSAGING, SYSTEM_AND_DEVELOPMENT, …." },
          { "cloud_apps", STRS, BODY,
            "Applications, as zia_list_cloud_app_policy names them: [\"GOOGLE_WEBMAIL\"]." }),
      .list = true, .finish = actions_as_rows },
    { "zia_list_cloud_app_control_rules", "zia_cloud_app_control", READS,
      "Lists the cloud application control rules of one type (as WEBMAIL): what people may do in which application. Rules are judged by order, 1 first.",
      .method = GET, .path = "/zia/api/v1/webApplicationRules/{rule_type}",
      .args = ARGS(
          { "rule_type", STR, PATH,
            "Type of the rule: WEBMAIL, FILE_SHARE, STREAMING_MEDIA, SOCIAL_NETWORKING, INSTANT_MESSAGING, SYSTEM_AND_DEVELOPMENT, …." }),
      .model = "CloudApplicationControl", .list = true },
    { "zia_get_cloud_app_control_rule", "zia_cloud_app_control", READS,
      "Reads one ZIA cloud application control rule with all its fields. zia_list_cloud_app_control_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/webApplicationRules/{rule_type}/{rule_id}",
      .args = ARGS(
          { "rule_type", STR, PATH,
            "Type of the rule: WEBMAIL, FILE_SHARE, STREAMING_MEDIA, SOCIAL_NETWORKING, INSTANT_MESSAGING, SYSTEM_AND_DEVELOPMENT, …." },
          { "rule_id", STR, PATH,
            "Id of the cloud application control rule; zia_list_cloud_app_control_rules shows it." }),
      .model = "CloudApplicationControl" },
    { "zia_create_cloud_app_control_rule", "zia_cloud_app_control", CREATES,
      "Creates a ZIA cloud application control rule; returns it as stored. zia_list_cloud_app_control_actions lists the actions that the type allows, zia_list_cloud_app_policy the applications. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/webApplicationRules/{rule_type}",
      .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(
          { "rule_type", STR, PATH,
            "Type of the rule: WEBMAIL, FILE_SHARE, STREAMING_MEDIA, SOCIAL_NETWORKING, INSTANT_MESSAGING, SYSTEM_AND_DEVELOPMENT, …." },
          { "name", STR | NEEDED, BODY, "Name, unique among its kind." },
          { "action", STR, BODY,
            "What the type allows, as ALLOW_WEBMAIL_VIEW; zia_list_cloud_app_control_actions lists the words." },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL | OR_NULL, BODY, "Whether it is in force.", .wire = "state",
            .as = as_state, .otherwise = "true" },
          { "order", INT, BODY, "Position among the rules, from 1; lower is judged first.",
            .as = as_position },
          { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_rule_members }),
      .model = "CloudApplicationControl" },
    { "zia_update_cloud_app_control_rule", "zia_cloud_app_control", UPDATES,
      "Changes a ZIA cloud application control rule; returns it as stored. The API replaces the record: read it first with zia_get_cloud_app_control_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/webApplicationRules/{rule_type}/{rule_id}",
      .args = ARGS(
          { "rule_type", STR, PATH,
            "Type of the rule: WEBMAIL, FILE_SHARE, STREAMING_MEDIA, SOCIAL_NETWORKING, INSTANT_MESSAGING, SYSTEM_AND_DEVELOPMENT, …." },
          { "rule_id", STR, PATH,
            "Id of the cloud application control rule; zia_list_cloud_app_control_rules shows it." },
          { "name", STR, BODY, "Name, as it is or a new one." },
          { "action", STR, BODY,
            "What the type allows, as ALLOW_WEBMAIL_VIEW; zia_list_cloud_app_control_actions lists the words." },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL, BODY, "Whether it is in force.", .wire = "state", .as = as_state },
          { "order", INT, BODY, "Position among the rules, from 1; lower is judged first.",
            .as = as_position },
          { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_rule_members }),
      .model = "CloudApplicationControl" },
    { "zia_delete_cloud_app_control_rule", "zia_cloud_app_control", DELETES,
      "Deletes a ZIA cloud application control rule. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/webApplicationRules/{rule_type}/{rule_id}",
      .args = ARGS(
          { "rule_type", STR, PATH,
            "Type of the rule: WEBMAIL, FILE_SHARE, STREAMING_MEDIA, SOCIAL_NETWORKING, INSTANT_MESSAGING, SYSTEM_AND_DEVELOPMENT, …." },
          { "rule_id", STR, PATH,
            "Id of the cloud application control rule; zia_list_cloud_app_control_rules shows it." }),
      .says = "Cloud App Control rule {rule_id} ({rule_type}) deleted successfully." },
    { 0 },
};
