// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

// The API wants an object; a word is its type.
static json_t *as_type(struct tool_call *call, const struct arg *arg, json_t *value,
                       struct err *err)
{
    json_t *word = as_upper(call, arg, value, err);
    return word ? json_pack("{s:o}", "type", word) : NULL;
}

const struct tool zia_ssl_inspection[] = {
    { "zia_list_ssl_inspection_rules", "zia_ssl_inspection", READS,
      "Lists the SSL inspection rules: which traffic is decrypted, left alone or blocked. Rules are judged by order, 1 first. zia_list_cloud_app_ssl_policy lists the applications that a rule can name.",
      .method = GET, .path = "/zia/api/v1/sslInspectionRules", .model = "SSLInspectionRules",
      .list = true },
    { "zia_get_ssl_inspection_rule", "zia_ssl_inspection", READS,
      "Reads one ZIA SSL inspection rule with all its fields. zia_list_ssl_inspection_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/sslInspectionRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the SSL inspection rule; zia_list_ssl_inspection_rules shows it." }),
      .model = "SSLInspectionRules" },
    { "zia_create_ssl_inspection_rule", "zia_ssl_inspection", CREATES,
      "Creates a ZIA SSL inspection rule; returns it as stored. zia_list_cloud_app_ssl_policy lists the applications to name. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/sslInspectionRules",
      .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name, unique among its kind." },
          { "action", STR, BODY,
            "What happens to matching traffic: DECRYPT, DO_NOT_DECRYPT or BLOCK. With its details it goes into advanced instead: {\"action\": {\"type\": \"DECRYPT\", …}}.",
            .as = as_type },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL | OR_NULL, BODY, "Whether it is in force.", .wire = "state",
            .as = as_state, .otherwise = "true" },
          { "order", INT, BODY, "Position among the rules, from 1; lower is judged first.",
            .as = as_position },
          { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_url_rule_members }),
      .model = "SSLInspectionRules" },
    { "zia_update_ssl_inspection_rule", "zia_ssl_inspection", UPDATES,
      "Changes a ZIA SSL inspection rule; returns it as stored. The API replaces the record: read it first with zia_get_ssl_inspection_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/sslInspectionRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH,
            "Id of the SSL inspection rule; zia_list_ssl_inspection_rules shows it." },
          { "name", STR, BODY, "Name, as it is or a new one." },
          { "action", STR, BODY,
            "What happens to matching traffic: DECRYPT, DO_NOT_DECRYPT or BLOCK. With its details it goes into advanced instead: {\"action\": {\"type\": \"DECRYPT\", …}}.",
            .as = as_type },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL, BODY, "Whether it is in force.", .wire = "state", .as = as_state },
          { "order", INT, BODY, "Position among the rules, from 1; lower is judged first.",
            .as = as_position },
          { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_url_rule_members }),
      .model = "SSLInspectionRules" },
    { "zia_delete_ssl_inspection_rule", "zia_ssl_inspection", DELETES,
      "Deletes a ZIA SSL inspection rule. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/sslInspectionRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the SSL inspection rule; zia_list_ssl_inspection_rules shows it." }),
      .says = "SSL Inspection rule {rule_id} deleted successfully." },
    { 0 },
};
