// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zms/rows.h"

const struct tool zms_policy_rules[] = {
    { "zms_list_policy_rules", "zms", READS,
      "Lists the policy rules of microsegmentation by priority: action, source and target, ports and protocols, when they last matched. Use it to see what may talk to what; zms_list_default_policy_rules shows what holds where no rule matches. Returns one page, or all with fetch_all.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListPolicyRules( $customerId: ID!, $pageNum: Int, $pageSize: Int, $fetchAll: Boolean, $filter: PolicyRuleFilter ) { policyRules( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize, fetchAll: $fetchAll, filter: $filter ) { nodes { id name action priority description deleted sourceTargetType destinationTargetType appZoneScopeTargetType creationTime modifiedTime lastHit portAndProtocols { protocol portRanges { startPort endPort } } } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args =
          ARGS(ROW_PAGE_NUM, ROW_PAGE_SIZE,
               { "fetch_all", BOOL, VARS, "Whether to answer all rules at once, whatever the page.",
                 .otherwise = "false" },
               { "name", STR, VARS, "Part of the rule's name.", .wire = "filter.name.contains" },
               { "action", STR, VARS, "Only rules with this action, as ALLOW or BLOCK.",
                 .wire = "filter.action.equals" }),
      .at = "data.policyRules.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_list_default_policy_rules", "zms", READS,
      "Lists the Microsegmentation rules that hold where no policy rule matches: direction, action, scope. zms_list_policy_rules shows the others. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListDefaultPolicyRules( $customerId: ID!, $pageNum: Int, $pageSize: Int ) { defaultPolicyRules( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize ) { nodes { id name action direction description scopeType modifiedTime } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId", .args = ARGS(ROW_PAGE_NUM, ROW_PAGE_SIZE),
      .at = "data.defaultPolicyRules.nodes", .keys = KEYS_RAW, .list = true },
    { 0 },
};
