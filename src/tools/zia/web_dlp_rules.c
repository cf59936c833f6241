// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_web_dlp_rules[] = {
    { "zia_list_web_dlp_rules", "zia_dlp", READS, "List ZIA web DLP rules.", .method = GET,
      .path = "/zia/api/v1/webDlpRules",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "DLPWebRules", .list = true, .find = "search=name" },
    { "zia_list_web_dlp_rules_lite", "zia_dlp", READS, "List ZIA web DLP rules lite.",
      .method = GET, .path = "/zia/api/v1/webDlpRules/lite",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "DLPWebRules", .list = true, .find = "search=name" },
    { "zia_get_web_dlp_rule", "zia_dlp", READS, "Read ZIA web DLP rule by its id.", .method = GET,
      .path = "/zia/api/v1/webDlpRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH, "Id of the rule." }), .model = "DLPWebRules" },
    { "zia_delete_web_dlp_rule", "zia_dlp", DELETES,
      "Delete ZIA web DLP rule. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/webDlpRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH, "Id of the rule." }),
      .says = "Web DLP rule {rule_id} deleted successfully." },
    { 0 },
};
