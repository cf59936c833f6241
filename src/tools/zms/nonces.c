// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zms/rows.h"

const struct tool zms_nonces[] = {
    { "zms_list_nonces", "zms", READS,
      "Lists the keys (nonces) with which agents enrol, and how often each was used. zms_get_nonce reads one. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListNonces( $customerId: ID!, $page: Int, $pageSize: Int, $search: String, $sort: String, $sortDir: SortDirection ) { nonces( customerId: $customerId, page: $page, pageSize: $pageSize, search: $search, sort: $sort, sortDir: $sortDir ) { nodes { eyezId name key maxUsage usageCount agentGroupEyezId agentGroupName agentGroupType product creationTime modifiedTime } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS({ "page", INT, VARS, "Number of the page, from 1.", .otherwise = "1", .min = 1 },
                   ROW_PAGE_SIZE, { "search", STR, VARS, "Part of the name to look for." },
                   { "sort", STR, VARS, "Field to sort by, as name." },
                   { "sort_dir", STR, VARS, "ASC or DESC." }),
      .at = "data.nonces.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_get_nonce", "zms", READS,
      "Returns one provisioning key (nonce) of Microsegmentation agents with its use count and agent group. The key itself is a secret.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query GetNonce($customerId: ID!, $eyezId: String!) { nonce(customerId: $customerId, eyezId: $eyezId) { nonce { eyezId name key maxUsage usageCount agentGroupEyezId agentGroupName agentGroupType product creationTime modifiedTime } } }",
      .customer_var = "customerId",
      .args = ARGS({ "eyez_id", STR | NEEDED, VARS,
                     "Id of the nonce; zms_list_nonces shows it as eyezId." }),
      .at = "data.nonce", .keys = KEYS_RAW, .json = true,
      .view = "{\"eyez_id\": \"{eyez_id}\", \"data\": \"{.}\"}",
      .output =
          "{\"properties\": {\"eyez_id\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"Eyez Id\"}, \"data\": {\"additionalProperties\": true, \"title\": \"Data\", \"type\": \"object\"}}, \"type\": \"object\", \"additionalProperties\": true, \"title\": \"NonceDetail\"}" },
    { 0 },
};
