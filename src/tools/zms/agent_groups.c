// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zms/rows.h"

const struct tool zms_agent_groups[] = {
    { "zms_list_agent_groups", "zms", READS,
      "Lists the groups of microsegmentation agents, with type and number of agents. zms_get_agent_group_totp_secrets shows the secrets of one. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListAgentGroups( $customerId: ID!, $page: Int, $pageSize: Int, $search: String, $sort: String, $sortDir: SortDirection ) { agentGroups( customerId: $customerId, page: $page, pageSize: $pageSize, search: $search, sort: $sort, sortDir: $sortDir ) { nodes { name eyezId agentGroupType cloudProvider adminStatus agentCount description policyStatus upgradeStatus tamperProtectionStatus agentAutoUpgrade agentDeletionTimeoutSeconds timezone upgradeDay upgradeTime versionProfileName } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS({ "page", INT, VARS, "Number of the page, from 1.", .otherwise = "1", .min = 1 },
                   ROW_PAGE_SIZE, { "search", STR, VARS, "Part of the name to look for." },
                   { "sort", STR, VARS, "Field to sort by, as name." },
                   { "sort_dir", STR, VARS, "ASC or DESC." }),
      .at = "data.agentGroups.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_get_agent_group_totp_secrets", "zms", READS,
      "Returns the one-time-password secret and QR code with which agents of a group enrol. Both are secrets: show them only to who asked for them.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query GetAgentGroupTotpSecrets($customerId: ID!, $eyezId: String!) { agentGroupTotpSecrets(customerId: $customerId, eyezId: $eyezId) { eyezId totpSecret totpQrCode totpGenerationTimestamp } }",
      .customer_var = "customerId",
      .args = ARGS({ "eyez_id", STR | NEEDED, VARS,
                     "Id of the agent group; zms_list_agent_groups shows it as eyezId." }),
      .at = "data.agentGroupTotpSecrets", .keys = KEYS_RAW, .json = true,
      .view = "{\"eyez_id\": \"{eyez_id}\", \"data\": \"{.}\"}",
      .output =
          "{\"properties\": {\"eyez_id\": {\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"null\"}], \"default\": null, \"title\": \"Eyez Id\"}, \"data\": {\"additionalProperties\": true, \"title\": \"Data\", \"type\": \"object\"}}, \"type\": \"object\", \"additionalProperties\": true, \"title\": \"TotpSecrets\"}" },
    { 0 },
};
