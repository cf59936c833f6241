// SPDX-License-Identifier: MIT
#include "tools/zins/window.h"
#include "tools/tools.h"

const struct tool zins_firewall[] = {
    { "zins_get_firewall_by_action", "zins_firewall", READS,
      "Counts firewall sessions by action (allowed, blocked, …). zia_list_cloud_firewall_rules shows the rules behind it.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query FirewallByAction( $startTime: Long!, $endTime: Long!, $limit: Int, $filter_by: FirewallEntriesFilterBy, $order_by: [FirewallEntryOrderBy] ) { ZERO_TRUST_FIREWALL { action(start_time: $startTime, end_time: $endTime) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { name total } } } }",
      .args =
          ARGS({ "start_days_ago", INT, NOWHERE,
                 "Where the window begins, in days back from now; it becomes 7 or 14 days long.",
                 .otherwise = "9", .min = 1 },
               { "end_days_ago", INT, NOWHERE, "Where the window ends, in days back from now.",
                 .otherwise = "2", .min = 1 },
               { "start_time", INT, VARS,
                 "Begin of the window in epoch milliseconds, instead of start_days_ago." },
               { "end_time", INT, VARS,
                 "End of the window in epoch milliseconds, at least a day back." },
               { "limit", INT, VARS, "How many records at most.", .otherwise = "50", .min = 1,
                 .max = 1000 }),
      .at = "data.ZERO_TRUST_FIREWALL.action.entries", .keys = KEYS_RAW, .list = true,
      .prepare = zins_window },
    { "zins_get_firewall_by_location", "zins_firewall", READS,
      "Counts firewall sessions by location, most first.", .method = POST, .path = "/zins/graphql",
      .graphql =
          "query FirewallByLocation( $startTime: Long!, $endTime: Long!, $limit: Int, $filter_by: FirewallEntriesFilterBy, $order_by: [FirewallEntryOrderBy] ) { ZERO_TRUST_FIREWALL { location_firewall(start_time: $startTime, end_time: $endTime) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { id name total } } } }",
      .args =
          ARGS({ "start_days_ago", INT, NOWHERE,
                 "Where the window begins, in days back from now; it becomes 7 or 14 days long.",
                 .otherwise = "9", .min = 1 },
               { "end_days_ago", INT, NOWHERE, "Where the window ends, in days back from now.",
                 .otherwise = "2", .min = 1 },
               { "start_time", INT, VARS,
                 "Begin of the window in epoch milliseconds, instead of start_days_ago." },
               { "end_time", INT, VARS,
                 "End of the window in epoch milliseconds, at least a day back." },
               { "limit", INT, VARS, "How many records at most.", .otherwise = "50", .min = 1,
                 .max = 1000 }),
      .at = "data.ZERO_TRUST_FIREWALL.location_firewall.entries", .keys = KEYS_RAW, .list = true,
      .prepare = zins_window },
    { "zins_get_firewall_network_services", "zins_firewall", READS,
      "Counts firewall sessions by network service, most first.", .method = POST,
      .path = "/zins/graphql",
      .graphql =
          "query FirewallNetworkServices( $startTime: Long!, $endTime: Long!, $limit: Int, $filter_by: FirewallEntriesFilterBy, $order_by: [FirewallEntryOrderBy] ) { ZERO_TRUST_FIREWALL { network_service(start_time: $startTime, end_time: $endTime) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { name total } } } }",
      .args =
          ARGS({ "start_days_ago", INT, NOWHERE,
                 "Where the window begins, in days back from now; it becomes 7 or 14 days long.",
                 .otherwise = "9", .min = 1 },
               { "end_days_ago", INT, NOWHERE, "Where the window ends, in days back from now.",
                 .otherwise = "2", .min = 1 },
               { "start_time", INT, VARS,
                 "Begin of the window in epoch milliseconds, instead of start_days_ago." },
               { "end_time", INT, VARS,
                 "End of the window in epoch milliseconds, at least a day back." },
               { "limit", INT, VARS, "How many records at most.", .otherwise = "50", .min = 1,
                 .max = 1000 }),
      .at = "data.ZERO_TRUST_FIREWALL.network_service.entries", .keys = KEYS_RAW, .list = true,
      .prepare = zins_window },
    { 0 },
};
