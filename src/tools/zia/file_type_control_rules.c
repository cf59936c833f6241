// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zia/rows.h"

const struct tool zia_file_type_control_rules[] = {
    { "zia_list_file_type_control_rules", "zia_file_type_control", READS,
      "Lists the file type control rules: which kinds of files may be up- or downloaded, by whom and where. Rules are judged by order, 1 first.",
      .method = GET, .path = "/zia/api/v1/fileTypeRules", .args = ARGS(ROW_SEARCH),
      .model = "FileTypeControlRules", .list = true },
    { "zia_list_file_type_categories", "zia_file_type_control", READS,
      "Lists the file types that rules can name, predefined and custom, with their parent category. Use it to find the words for file_types of zia_create_file_type_control_rule.",
      .method = GET, .path = "/zia/api/v1/fileTypeCategories",
      .args =
          ARGS({ "enums", BOOL, QUERY, "Whether to answer the words of the API instead of names." },
               { "exclude_custom_file_types", BOOL, QUERY,
                 "Whether to leave out the types that the organisation defined." }),
      .model = "FileTypeControlRules", .list = true },
    { "zia_get_file_type_control_rule", "zia_file_type_control", READS,
      "Reads one ZIA file type control rule: file types, direction, action, whom and where it holds, order, state. zia_list_file_type_control_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/fileTypeRules/{rule_id}",
      .args =
          ARGS({ "rule_id", STR, PATH,
                 "Id of the file type control rule; zia_list_file_type_control_rules shows it." }),
      .model = "FileTypeControlRules" },
    { "zia_create_file_type_control_rule", "zia_file_type_control", CREATES,
      "Creates a ZIA file type control rule; returns it as stored. zia_list_file_type_categories lists the file types to name. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/fileTypeRules", .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(ROW_NEW_NAME,
                   { "action", STR | NEEDED, BODY,
                     "What happens to matching traffic: ALLOW, CAUTION or BLOCK." },
                   ROW_DESCRIPTION, ROW_ENABLED_AT_FIRST, ROW_ORDER, ROW_RANK, ROW_URL_RULE_FIELDS),
      .model = "FileTypeControlRules" },
    { "zia_update_file_type_control_rule", "zia_file_type_control", UPDATES,
      "Changes a ZIA file type control rule; returns it as stored. The API replaces the record: read it first with zia_get_file_type_control_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/fileTypeRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH,
            "Id of the file type control rule; zia_list_file_type_control_rules shows it." },
          ROW_NAME,
          { "action", STR, BODY, "What happens to matching traffic: ALLOW, CAUTION or BLOCK." },
          ROW_DESCRIPTION, ROW_ENABLED, ROW_ORDER, ROW_RANK, ROW_URL_RULE_FIELDS),
      .model = "FileTypeControlRules" },
    { "zia_delete_file_type_control_rule", "zia_file_type_control", DELETES,
      "Deletes a ZIA file type control rule. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/fileTypeRules/{rule_id}",
      .args =
          ARGS({ "rule_id", STR, PATH,
                 "Id of the file type control rule; zia_list_file_type_control_rules shows it." }),
      .says = "File Type Control rule {rule_id} deleted successfully." },
    { 0 },
};
