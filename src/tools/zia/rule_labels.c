// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool zia_rule_labels[] = {
    { "zia_list_rule_labels", "zia_rule_labels", READS,
      "Lists the labels by which ZIA rules are grouped, with the number of rules that carry each. Their ids go into advanced.labels of rules.",
      .method = GET, .path = "/zia/api/v1/ruleLabels", .args = ARGS(ROW_SEARCH),
      .model = "RuleLabels", .list = true },
    { "zia_get_rule_label", "zia_rule_labels", READS,
      "Reads one ZIA rule label: name, note, who made it, how many rules carry it. zia_list_rule_labels shows the ids.",
      .method = GET, .path = "/zia/api/v1/ruleLabels/{label_id}",
      .args =
          ARGS({ "label_id", STR, PATH, "Id of the rule label; zia_list_rule_labels shows it." }),
      .model = "RuleLabels" },
    { "zia_create_rule_label", "zia_rule_labels", CREATES,
      "Creates a ZIA rule label; returns it as stored. Then name it in rules (advanced.labels). Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/ruleLabels", .args = ARGS(ROW_NEW_NAME, ROW_DESCRIPTION),
      .model = "RuleLabels" },
    { "zia_update_rule_label", "zia_rule_labels", UPDATES,
      "Changes a ZIA rule label; returns it as stored. The API replaces the record: read it first with zia_get_rule_label and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .needs_change = true, .method = PUT, .path = "/zia/api/v1/ruleLabels/{label_id}",
      .args =
          ARGS({ "label_id", STR, PATH, "Id of the rule label; zia_list_rule_labels shows it." },
               ROW_NAME, ROW_DESCRIPTION),
      .model = "RuleLabels" },
    { "zia_delete_rule_label", "zia_rule_labels", DELETES,
      "Deletes a ZIA rule label. Rules lose it. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/ruleLabels/{label_id}",
      .args =
          ARGS({ "label_id", STR, PATH, "Id of the rule label; zia_list_rule_labels shows it." }),
      .says = "Rule label {label_id} deleted successfully." },
    { 0 },
};
