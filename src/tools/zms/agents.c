// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zms_agents[] = {
    { "zms_list_agents", "zms", READS, "List Microsegmentation agents. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListAgents( $customerId: ID!, $page: Int, $pageSize: Int, $search: String, $sort: String, $sortDir: SortDirection ) { agents( customerId: $customerId, page: $page, pageSize: $pageSize, search: $search, sort: $sort, sortDir: $sortDir ) { nodes { name eyezId connectionStatus agentType hostOs currentSoftwareVersion upgradeStatus description cloudProvider publicIp privateIps adminStatus agentGroupName agentGroupType } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(
          { "page", INT, VARS, "Number of the page.", .otherwise = "1", .min = 1 },
          { "page_size", INT, VARS, "Records a page.", .otherwise = "20", .min = 1, .max = 100 },
          { "search", STR, VARS, "Part of the name to look for." },
          { "sort", STR, VARS, "Field to sort by." }, { "sort_dir", STR, VARS, "ASC or DESC." }),
      .at = "data.agents.nodes", .keys = KEYS_RAW, .list = true },
    { 0 },
};
