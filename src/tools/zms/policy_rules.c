// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zms_policy_rules[] = {
    { "zms_list_default_policy_rules", "zms", READS, "List Microsegmentation default policy rules.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListDefaultPolicyRules( $customerId: ID!, $pageNum: Int, $pageSize: Int ) { defaultPolicyRules( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize ) { nodes { id name action direction description scopeType modifiedTime } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(
          { "page_num", INT, VARS, "Number of the page, from 1.", .otherwise = "1", .min = 1 },
          { "page_size", INT, VARS, "Records a page.", .otherwise = "20", .min = 1, .max = 100 }),
      .at = "data.defaultPolicyRules.nodes", .keys = KEYS_RAW, .list = true },
    { 0 },
};
