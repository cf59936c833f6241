// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_ips_signature_rules[] = {
    { "zia_list_ips_signature_rules", "zia_cloud_firewall", READS, "List ZIA IPS signature rules.",
      .method = GET, .path = "/zia/api/v1/ipsSignatureRules",
      .args = ARGS({ "search", STR, QUERY, "Part of the name to look for." }),
      .model = "IPSSignatureRules", .list = true },
    { "zia_get_ips_signature_rule", "zia_cloud_firewall", READS,
      "Read ZIA IPS signature rule by its id.", .method = GET,
      .path = "/zia/api/v1/ipsSignatureRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH, "Id of the rule." }), .model = "IPSSignatureRules" },
    { "zia_create_ips_signature_rule", "zia_cloud_firewall", CREATES,
      "Create ZIA IPS signature rule; returns it as stored. Takes effect after zia_activate_configuration.",
      .steps = STEPS({ POST, "/zia/api/v1/ipsSignatureRules/validateRuleText" },
                     { POST, "/zia/api/v1/ipsSignatureRules" }),
      .args = ARGS({ "name", STR | NEEDED, BODY, "Name." },
                   { "rule_text", STR | NEEDED, BODY, "Rule text.", .step = ALL_STEPS },
                   { "description", STR, BODY, "Free text for administrators." }),
      .model = "IPSSignatureRules" },
    { "zia_delete_ips_signature_rule", "zia_cloud_firewall", DELETES,
      "Delete ZIA IPS signature rule. The first call deletes nothing: it answers with a confirmation to show to the user. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/ipsSignatureRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH, "Id of the rule." }),
      .says = "IPS signature rule {rule_id} deleted successfully." },
    { 0 },
};
