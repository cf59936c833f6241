// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zms_nonces[] = {
    { "zms_list_nonces", "zms", READS, "List Microsegmentation nonces. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListNonces( $customerId: ID!, $page: Int, $pageSize: Int, $search: String, $sort: String, $sortDir: SortDirection ) { nonces( customerId: $customerId, page: $page, pageSize: $pageSize, search: $search, sort: $sort, sortDir: $sortDir ) { nodes { eyezId name key maxUsage usageCount agentGroupEyezId agentGroupName agentGroupType product creationTime modifiedTime } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(
          { "page", INT, VARS, "Number of the page.", .otherwise = "1", .min = 1 },
          { "page_size", INT, VARS, "Records a page.", .otherwise = "20", .min = 1, .max = 100 },
          { "search", STR, VARS, "Part of the name to look for." },
          { "sort", STR, VARS, "Field to sort by." }, { "sort_dir", STR, VARS, "ASC or DESC." }),
      .at = "data.nonces.nodes", .keys = KEYS_RAW, .list = true },
    { 0 },
};
