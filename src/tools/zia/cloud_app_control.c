// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_cloud_app_control[] = {
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
    { "zia_delete_cloud_app_control_rule", "zia_cloud_app_control", DELETES,
      "Delete ZIA cloud application control rule. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/webApplicationRules/{rule_type}/{rule_id}",
      .args = ARGS({ "rule_type", STR, PATH, "Type of the rule, as WEBMAIL or STREAMING_MEDIA." },
                   { "rule_id", STR, PATH, "Id of the rule." }),
      .says = "Cloud App Control rule {rule_id} ({rule_type}) deleted successfully." },
    { 0 },
};
