// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zia/rows.h"

const struct tool zia_cloud_firewall_dns_rules[] = {
    { "zia_list_cloud_firewall_dns_rules", "zia_cloud_firewall", READS,
      "Lists the DNS control rules: which DNS requests and tunnels are allowed, blocked or redirected. Rules are judged by order, 1 first.",
      .method = GET, .path = "/zia/api/v1/firewallDnsRules",
      .args = ARGS({ "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "FirewallDNSRules", .list = true, .find = "search=name" },
    { "zia_get_cloud_firewall_dns_rule", "zia_cloud_firewall", READS,
      "Reads one ZIA DNS control rule: action, sources, destinations, request types, order, state. zia_list_cloud_firewall_dns_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/firewallDnsRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the DNS control rule; zia_list_cloud_firewall_dns_rules shows it." }),
      .model = "FirewallDNSRules" },
    { "zia_create_cloud_firewall_dns_rule", "zia_cloud_firewall", CREATES,
      "Creates a ZIA DNS control rule; returns it as stored. zia_list_cloud_firewall_dns_rules shows the order to place it in. Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/firewallDnsRules", .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(
          ROW_NEW_NAME,
          { "action", STR | NEEDED, BODY,
            "What happens to matching traffic: ALLOW, BLOCK, REDIR_REQ, REDIR_RES or others." },
          ROW_DESCRIPTION, ROW_ENABLED_AT_FIRST, ROW_ORDER, ROW_RANK, ROW_RULE_FIELDS),
      .model = "FirewallDNSRules" },
    { "zia_update_cloud_firewall_dns_rule", "zia_cloud_firewall", UPDATES,
      "Changes a ZIA DNS control rule; returns it as stored. The API replaces the record: read it first with zia_get_cloud_firewall_dns_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/firewallDnsRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH,
            "Id of the DNS control rule; zia_list_cloud_firewall_dns_rules shows it." },
          ROW_NAME,
          { "action", STR, BODY,
            "What happens to matching traffic: ALLOW, BLOCK, REDIR_REQ, REDIR_RES or others." },
          ROW_DESCRIPTION, ROW_ENABLED, ROW_ORDER, ROW_RANK, ROW_RULE_FIELDS),
      .model = "FirewallDNSRules" },
    { "zia_delete_cloud_firewall_dns_rule", "zia_cloud_firewall", DELETES,
      "Deletes a ZIA DNS control rule. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/firewallDnsRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the DNS control rule; zia_list_cloud_firewall_dns_rules shows it." }),
      .says = "Cloud Firewall DNS rule {rule_id} deleted successfully." },
    { 0 },
};
