// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zms/rows.h"

const struct tool zms_agents[] = {
    { "zms_list_agents", "zms", READS,
      "Lists the microsegmentation agents: host, system, version, connection state, group. zms_get_agent_connection_status_statistics counts them. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListAgents( $customerId: ID!, $page: Int, $pageSize: Int, $search: String, $sort: String, $sortDir: SortDirection ) { agents( customerId: $customerId, page: $page, pageSize: $pageSize, search: $search, sort: $sort, sortDir: $sortDir ) { nodes { name eyezId connectionStatus agentType hostOs currentSoftwareVersion upgradeStatus description cloudProvider publicIp privateIps adminStatus agentGroupName agentGroupType } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS({ "page", INT, VARS, "Number of the page, from 1.", .otherwise = "1", .min = 1 },
                   ROW_PAGE_SIZE, { "search", STR, VARS, "Part of the name to look for." },
                   { "sort", STR, VARS, "Field to sort by, as name." },
                   { "sort_dir", STR, VARS, "ASC or DESC." }),
      .at = "data.agents.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_get_agent_connection_status_statistics", "zms", READS,
      "Counts the microsegmentation agents by type and connection state, with percentages. Use it to see how many are offline; zms_list_agents shows which.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query AgentConnectionStatusStats($customerId: ID!, $search: String) { agentConnectionStatusStatistics( customerId: $customerId, search: $search ) { totalCount totalPercentage agentStatuses { agentType connectionStatus count percentage } } }",
      .customer_var = "customerId",
      .args = ARGS({ "search", STR, VARS, "Only agents with this part in their name." }),
      .at = "data.agentConnectionStatusStatistics", .keys = KEYS_RAW, .json = true },
    { "zms_get_agent_version_statistics", "zms", READS,
      "Counts the microsegmentation agents by type and software version, with percentages. Use it before an upgrade; zms_list_agents shows which agent runs what.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query AgentVersionStats($customerId: ID!, $search: String) { agentVersionStatistics( customerId: $customerId, search: $search ) { totalCount totalPercentage agentVersions { agentType version count percentage } } }",
      .customer_var = "customerId",
      .args = ARGS({ "search", STR, VARS, "Only agents with this part in their name." }),
      .at = "data.agentVersionStatistics", .keys = KEYS_RAW, .json = true },
    { 0 },
};
