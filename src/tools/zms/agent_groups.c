// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zms_agent_groups[] = {
    { "zms_list_agent_groups", "zms", READS,
      "List Microsegmentation agent groups. Returns one page.", .method = POST,
      .path = "/zms/graphql",
      .graphql =
          "query ListAgentGroups( $customerId: ID!, $page: Int, $pageSize: Int, $search: String, $sort: String, $sortDir: SortDirection ) { agentGroups( customerId: $customerId, page: $page, pageSize: $pageSize, search: $search, sort: $sort, sortDir: $sortDir ) { nodes { name eyezId agentGroupType cloudProvider adminStatus agentCount description policyStatus upgradeStatus tamperProtectionStatus agentAutoUpgrade agentDeletionTimeoutSeconds timezone upgradeDay upgradeTime versionProfileName } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(
          { "page", INT, VARS, "Number of the page.", .otherwise = "1", .min = 1 },
          { "page_size", INT, VARS, "Records a page.", .otherwise = "20", .min = 1, .max = 100 },
          { "search", STR, VARS, "Part of the name to look for." },
          { "sort", STR, VARS, "Field to sort by." }, { "sort_dir", STR, VARS, "ASC or DESC." }),
      .at = "data.agentGroups.nodes", .keys = KEYS_RAW, .list = true },
    { 0 },
};
