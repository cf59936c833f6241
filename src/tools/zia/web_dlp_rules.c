// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_web_dlp_rules[] = {
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
