// SPDX-License-Identifier: MIT
#include "tools/zins/window.h"
#include "tools/tools.h"

const struct tool zins_firewall[] = {
    { "zins_get_firewall_by_action", "zins_firewall", READS,
      "Counts firewall sessions by action (allowed, blocked, …). zia_list_cloud_firewall_rules shows the rules behind it.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query FirewallByAction( $startTime: Long!, $endTime: Long!, $limit: Int, $filter_by: FirewallEntriesFilterBy, $order_by: [FirewallEntryOrderBy] ) { ZERO_TRUST_FIREWALL { action(start_time: $startTime, end_time: $endTime) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { name total } } } }",
      .args = ARGS(WINDOW("9"), ROW_LIMIT), .at = "data.ZERO_TRUST_FIREWALL.action.entries",
      .keys = KEYS_RAW, .list = true, .prepare = zins_window },
    { "zins_get_firewall_by_location", "zins_firewall", READS,
      "Counts firewall sessions by location, most first, with the locations' ids. Use it to find the busiest or the quietest offices; zins_get_firewall_by_action says what was blocked.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query FirewallByLocation( $startTime: Long!, $endTime: Long!, $limit: Int, $filter_by: FirewallEntriesFilterBy, $order_by: [FirewallEntryOrderBy] ) { ZERO_TRUST_FIREWALL { location_firewall(start_time: $startTime, end_time: $endTime) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { id name total } } } }",
      .args = ARGS(WINDOW("9"), ROW_LIMIT),
      .at = "data.ZERO_TRUST_FIREWALL.location_firewall.entries", .keys = KEYS_RAW, .list = true,
      .prepare = zins_window },
    { "zins_get_firewall_network_services", "zins_firewall", READS,
      "Counts firewall sessions by network service (HTTPS, DNS, SSH, …), most first. Use it to find services that nobody should use; zia_list_network_services shows their ports.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query FirewallNetworkServices( $startTime: Long!, $endTime: Long!, $limit: Int, $filter_by: FirewallEntriesFilterBy, $order_by: [FirewallEntryOrderBy] ) { ZERO_TRUST_FIREWALL { network_service(start_time: $startTime, end_time: $endTime) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { name total } } } }",
      .args = ARGS(WINDOW("9"), ROW_LIMIT),
      .at = "data.ZERO_TRUST_FIREWALL.network_service.entries", .keys = KEYS_RAW, .list = true,
      .prepare = zins_window },
    { 0 },
};
