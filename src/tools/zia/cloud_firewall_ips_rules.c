// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zia_cloud_firewall_ips_rules[] = {
    { "zia_list_cloud_firewall_ips_rules", "zia_cloud_firewall", READS,
      "List ZIA cloud firewall IPS rules.", .method = GET, .path = "/zia/api/v1/firewallIpsRules",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "FirewallIPSrules", .list = true, .find = "search=name" },
    { "zia_get_cloud_firewall_ips_rule", "zia_cloud_firewall", READS,
      "Read ZIA cloud firewall IPS rule by its id.", .method = GET,
      .path = "/zia/api/v1/firewallIpsRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH, "Id of the rule." }), .model = "FirewallIPSrules" },
    { "zia_create_cloud_firewall_ips_rule", "zia_cloud_firewall", CREATES,
      "Create ZIA cloud firewall IPS rule; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/firewallIpsRules", .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(
          { "name", STR | NEEDED, BODY, "Name." },
          { "action", STR | NEEDED, BODY, "What the rule does with matching traffic." },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL | OR_NULL, BODY, "Whether it is in force.", .wire = "state",
            .as = as_state, .otherwise = "true" },
          { "order", INT, BODY, "Position among the rules, from 1; lower is judged first." },
          { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_rule_members }),
      .model = "FirewallIPSrules" },
    { "zia_update_cloud_firewall_ips_rule", "zia_cloud_firewall", UPDATES,
      "Change ZIA cloud firewall IPS rule; returns it as stored. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/firewallIpsRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH, "Id of the rule." }, { "name", STR, BODY, "Name." },
          { "action", STR, BODY, "What the rule does with matching traffic." },
          { "description", STR, BODY, "Free text for administrators." },
          { "enabled", BOOL, BODY, "Whether it is in force.", .wire = "state", .as = as_state },
          { "order", INT, BODY, "Position among the rules, from 1; lower is judged first." },
          { "rank", INT, BODY, "Admin rank of the rule, 0 (highest) to 7." },
          { "advanced", OBJ, MERGE,
            "Further fields of the API in snake_case, merged last; lists of ids are turned into references.",
            .as = as_rule_members }),
      .model = "FirewallIPSrules" },
    { 0 },
};
