// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zia/rows.h"

const struct tool zia_cloud_firewall_rules[] = {
    { "zia_list_cloud_firewall_rules", "zia_cloud_firewall", READS,
      "Lists the firewall filtering rules: what traffic, by network, address, application and user, is allowed or dropped. Rules are judged by order, 1 first. zia_list_cloud_firewall_dns_rules and zia_list_cloud_firewall_ips_rules show the rules for DNS and IPS.",
      .method = GET, .path = "/zia/api/v1/firewallFilteringRules", .args = ARGS(ROW_SEARCH),
      .model = "FirewallRule", .list = true },
    { "zia_get_cloud_firewall_rule", "zia_cloud_firewall", READS,
      "Reads one ZIA firewall filtering rule: action, sources, destinations, services, whom and where it holds, order, state. zia_list_cloud_firewall_rules shows the ids.",
      .method = GET, .path = "/zia/api/v1/firewallFilteringRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the firewall rule; zia_list_cloud_firewall_rules shows it." }),
      .model = "FirewallRule" },
    { "zia_create_cloud_firewall_rule", "zia_cloud_firewall", CREATES,
      "Creates a ZIA firewall rule; returns it as stored. Look up groups and services first (zia_list_ip_source_groups, zia_list_network_services, zia_list_network_app_groups). Takes effect after zia_activate_configuration.",
      .method = POST, .path = "/zia/api/v1/firewallFilteringRules",
      .body = "{\"order\": 1, \"rank\": 7}",
      .args = ARGS(
          ROW_NEW_NAME,
          { "action", STR | NEEDED, BODY,
            "What happens to matching traffic: ALLOW, BLOCK_DROP, BLOCK_RESET, BLOCK_ICMP or EVAL_NWAPP." },
          ROW_DESCRIPTION, ROW_ENABLED_AT_FIRST, ROW_ORDER, ROW_RANK, ROW_RULE_FIELDS),
      .model = "FirewallRule" },
    { "zia_update_cloud_firewall_rule", "zia_cloud_firewall", UPDATES,
      "Changes a ZIA firewall rule; returns it as stored. The API replaces the record: read it first with zia_get_cloud_firewall_rule and repeat what shall stay. Takes effect after zia_activate_configuration.",
      .method = PUT, .path = "/zia/api/v1/firewallFilteringRules/{rule_id}",
      .args = ARGS(
          { "rule_id", STR, PATH,
            "Id of the firewall rule; zia_list_cloud_firewall_rules shows it." },
          ROW_NAME,
          { "action", STR, BODY,
            "What happens to matching traffic: ALLOW, BLOCK_DROP, BLOCK_RESET, BLOCK_ICMP or EVAL_NWAPP." },
          ROW_DESCRIPTION, ROW_ENABLED, ROW_ORDER, ROW_RANK, ROW_RULE_FIELDS),
      .model = "FirewallRule" },
    { "zia_delete_cloud_firewall_rule", "zia_cloud_firewall", DELETES,
      "Deletes a ZIA firewall rule. The user has to confirm: if the first call answers with a confirmation, show it to them. Takes effect after zia_activate_configuration.",
      .method = DELETE, .path = "/zia/api/v1/firewallFilteringRules/{rule_id}",
      .args = ARGS({ "rule_id", STR, PATH,
                     "Id of the firewall rule; zia_list_cloud_firewall_rules shows it." }),
      .says = "Cloud firewall rule {rule_id} deleted successfully." },
    { 0 },
};
