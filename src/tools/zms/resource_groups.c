// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/zms/rows.h"

const struct tool zms_resource_groups[] = {
    { "zms_list_resource_groups", "zms", READS,
      "Lists the resource groups of microsegmentation: name, type, origin, number of members, and of unmanaged groups their networks and names. Use it to find the id for zms_get_resource_group_members. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListResourceGroups( $customerId: ID!, $pageNum: Int, $pageSize: Int, $filter: ResourceGroupsFilter ) { resourceGroups( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize, filter: $filter ) { nodes { ... on ManagedResourceGroup { id name description type origin resourceMemberCount modifiedTime } ... on UnmanagedResourceGroup { id name description type origin resourceMemberCount modifiedTime cidrs fqdns } } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args =
          ARGS(ROW_PAGE_NUM, ROW_PAGE_SIZE,
               { "name", STR, VARS, "Part of the group's name.", .wire = "filter.name.contains" },
               { "resource_hostname", STR, VARS,
                 "Only groups with a member whose host name has this part.",
                 .wire = "filter.resourceHostname.contains" }),
      .at = "data.resourceGroups.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_get_resource_group_members", "zms", READS,
      "Lists the members of a Microsegmentation resource group: host, system, cloud, state. zms_list_resource_groups shows the ids. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query GetResourceGroupMembers( $customerId: ID!, $id: String!, $pageNum: Int, $pageSize: Int ) { resourceGroupMembers( customerId: $customerId, id: $id, pageNum: $pageNum, pageSize: $pageSize ) { nodes { id name resourceType status cloudProvider cloudRegion resourceHostname platformOs } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS({ "group_id", STR | NEEDED, VARS,
                     "Id of the group; zms_list_resource_groups shows it.", .wire = "id" },
                   ROW_PAGE_NUM, ROW_PAGE_SIZE),
      .at = "data.resourceGroupMembers.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_get_resource_group_protection_status", "zms", READS,
      "Counts Microsegmentation's protected and unprotected resource groups, with their percentage. zms_list_resource_groups shows which; zms_get_resource_protection_status counts single resources.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ResourceGroupProtectionStatus( $customerId: ID!, $pageNum: Int, $pageSize: Int ) { resourceGroupProtectionStatus( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize ) { nodes { protectedPercentage protectedResourceGroupsCount unprotectedResourceGroupsCount totalResourceGroups } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId", .args = ARGS(ROW_PAGE_NUM, ROW_PAGE_SIZE),
      .at = "data.resourceGroupProtectionStatus", .keys = KEYS_RAW, .json = true,
      .view = "{\"data\": \"{.}\"}",
      .output =
          "{\"properties\": {\"data\": {\"additionalProperties\": true, \"title\": \"Data\", \"type\": \"object\"}}, \"type\": \"object\", \"additionalProperties\": true, \"title\": \"AggregateStatus\"}" },
    { 0 },
};
