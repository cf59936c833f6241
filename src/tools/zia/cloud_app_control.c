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
      .args =
          ARGS({ "rule_type", STR, PATH, "Type of the rule, as WEBMAIL or STREAMING_MEDIA." },
               { "cloud_apps", STRS, BODY,
                 "Applications, as zia_list_cloud_app_policy names them: [\"GOOGLE_WEBMAIL\"]." }),
      .list = true, .finish = actions_as_rows },
    { "zia_list_cloud_app_control_rules", "zia_cloud_app_control", READS,
      "List ZIA cloud application control rules.", .method = GET,
      .path = "/zia/api/v1/webApplicationRules/{rule_type}",
      .args = ARGS({ "rule_type", STR, PATH, "Type of the rule, as WEBMAIL or STREAMING_MEDIA." }),
      .model = "CloudApplicationControl", .list = true },
    { "zia_get_cloud_app_control_rule", "zia_cloud_app_control", READS,
      "Read ZIA cloud application control rule by its id.", .method = GET,
      .path = "/zia/api/v1/webApplicationRules/{rule_type}/{rule_id}",
      .args = ARGS({ "rule_type", STR, PATH, "Type of the rule, as WEBMAIL or STREAMING_MEDIA." },
                   { "rule_id", STR, PATH, "Id of the rule." }),
      .model = "CloudApplicationControl" },
    { "zia_create_cloud_app_control_rule", "zia_cloud_app_control", CREATES,
      "Create ZIA cloud application control rule; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/webApplicationRules/{rule_type}",
      .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(
          { "rule_type", STR, PATH, "Type of the rule, as WEBMAIL or STREAMING_MEDIA." },
          { "name", STR | NEEDED, BODY, "Name." },
          { "action", STR, BODY, "What the rule does with matching traffic." },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL | OR_NULL, BODY, "Whether it is in force.", .wire = "state",
            .as = as_state, .otherwise = "true" },
          { "order", INT, BODY, "Position among the rules, from 1; lower is judged first." },
          { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_rule_members }),
      .model = "CloudApplicationControl" },
    { "zia_update_cloud_app_control_rule", "zia_cloud_app_control", UPDATES,
      "Change ZIA cloud application control rule; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/webApplicationRules/{rule_type}/{rule_id}",
      .args = ARGS(
          { "rule_type", STR, PATH, "Type of the rule, as WEBMAIL or STREAMING_MEDIA." },
          { "rule_id", STR, PATH, "Id of the rule." }, { "name", STR, BODY, "Name." },
          { "action", STR, BODY, "What the rule does with matching traffic." },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL, BODY, "Whether it is in force.", .wire = "state", .as = as_state },
          { "order", INT, BODY, "Position among the rules, from 1; lower is judged first." },
          { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_rule_members }),
      .model = "CloudApplicationControl" },
    { "zia_delete_cloud_app_control_rule", "zia_cloud_app_control", DELETES,
      "Delete ZIA cloud application control rule. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/webApplicationRules/{rule_type}/{rule_id}",
      .args = ARGS({ "rule_type", STR, PATH, "Type of the rule, as WEBMAIL or STREAMING_MEDIA." },
                   { "rule_id", STR, PATH, "Id of the rule." }),
      .says = "Cloud App Control rule {rule_id} ({rule_type}) deleted successfully." },
    { 0 },
};
