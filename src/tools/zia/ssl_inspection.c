// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zia/rows.h"

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
      "Reads one ZIA SSL inspection rule: action (decrypt, do not decrypt, block), destinations, whom and where it holds, order, state. zia_list_ssl_inspection_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/sslInspectionRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the SSL inspection rule; zia_list_ssl_inspection_rules shows it." }),
      .model = "SSLInspectionRules" },
    { "zia_create_ssl_inspection_rule", "zia_ssl_inspection", CREATES,
      "Creates a ZIA SSL inspection rule; returns it as stored. zia_list_cloud_app_ssl_policy lists the applications to name. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/sslInspectionRules",
      .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(
          ROW_NEW_NAME,
          { "action", STR, BODY,
            "What happens to matching traffic: DECRYPT, DO_NOT_DECRYPT or BLOCK. With its details it goes into advanced instead: {\"action\": {\"type\": \"DECRYPT\", …}}.",
            .as = as_type },
          ROW_DESCRIPTION, ROW_ENABLED_AT_FIRST, ROW_ORDER, ROW_RANK, ROW_URL_RULE_FIELDS),
      .model = "SSLInspectionRules" },
    { "zia_update_ssl_inspection_rule", "zia_ssl_inspection", UPDATES,
      "Changes a ZIA SSL inspection rule; returns it as stored. The API replaces the record: read it first with zia_get_ssl_inspection_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/sslInspectionRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH,
            "Id of the SSL inspection rule; zia_list_ssl_inspection_rules shows it." },
          ROW_NAME,
          { "action", STR, BODY,
            "What happens to matching traffic: DECRYPT, DO_NOT_DECRYPT or BLOCK. With its details it goes into advanced instead: {\"action\": {\"type\": \"DECRYPT\", …}}.",
            .as = as_type },
          ROW_DESCRIPTION, ROW_ENABLED, ROW_ORDER, ROW_RANK, ROW_URL_RULE_FIELDS),
      .model = "SSLInspectionRules" },
    { "zia_delete_ssl_inspection_rule", "zia_ssl_inspection", DELETES,
      "Deletes a ZIA SSL inspection rule. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/sslInspectionRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the SSL inspection rule; zia_list_ssl_inspection_rules shows it." }),
      .says = "SSL Inspection rule {rule_id} deleted successfully." },
    { 0 },
};
