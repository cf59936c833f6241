// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zms/rows.h"

#define DIRECTIONS MAP({ "ASC", "ASC" }, { "DESC", "DESC" })

const struct tool zms_resources[] = {
    { "zms_list_resources", "zms", READS,
      "Lists the machines and other resources that microsegmentation knows, filtered by name, type, state, cloud or system. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListResources( $customerId: ID!, $pageNum: Int, $pageSize: Int, $includeDeleted: Boolean, $filter: ResourceQueryFilter, $orderBy: ResourceQueryOrderBy ) { resources( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize, includeDeleted: $includeDeleted, filter: $filter, orderBy: $orderBy ) { nodes { id name resourceType status cloudProvider cloudRegion resourceHostname platformOs platformOsDistro platformOsVersion localIps deleted modifiedTime agentId appZoneIds appZoneNames appZoneMappingState } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args =
          ARGS(ROW_PAGE_NUM, ROW_PAGE_SIZE,
               { "include_deleted", BOOL, VARS, "Whether deleted ones are listed too.",
                 .otherwise = "false" },
               { "name", STR, VARS, "Part of the name.", .wire = "filter.name.contains" },
               { "status", STR, VARS, "Only those in this state, as ACTIVE.",
                 .wire = "filter.status.equals" },
               { "resource_type", STR, VARS,
                 "Only resources of this type: VIRTUAL_MACHINE, CONTAINER or BARE_METAL.",
                 .wire = "filter.resourceType.equals" },
               { "cloud_provider", STR, VARS,
                 "Only resources in this cloud: AWS, AZURE, GCP or ON_PREMISES.",
                 .wire = "filter.cloudProvider.equals" },
               { "cloud_region", STR, VARS, "Part of the region, as eu-central.",
                 .wire = "filter.cloudRegion.contains" },
               { "platform_os", STR, VARS, "Only resources with this system, as LINUX or WINDOWS.",
                 .wire = "filter.platformOs.contains" },
               { "sort_order", STR, VARS, "ASC or DESC.", .wire = "orderBy.name", .as = as_one_of,
                 .map = DIRECTIONS }),
      .at = "data.resources.nodes", .keys = KEYS_RAW, .list = true },
    { "zms_get_resource_protection_status", "zms", READS,
      "Counts Microsegmentation's protected and unprotected resources (machines, containers), with their percentage. zms_list_resources shows which.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ResourceProtectionStatus( $customerId: ID!, $pageNum: Int, $pageSize: Int ) { resourceProtectionStatus( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize ) { nodes { protectedPercentage protectedResourcesCount unprotectedResourcesCount totalResources } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId", .args = ARGS(ROW_PAGE_NUM, ROW_PAGE_SIZE),
      .at = "data.resourceProtectionStatus", .keys = KEYS_RAW, .json = true,
      .view = "{\"data\": \"{.}\"}",
      .output =
          "{\"properties\": {\"data\": {\"additionalProperties\": true, \"title\": \"Data\", \"type\": \"object\"}}, \"type\": \"object\", \"additionalProperties\": true, \"title\": \"AggregateStatus\"}" },
    { "zms_get_metadata", "zms", READS,
      "Returns what Microsegmentation says of itself: the names and values that filters of its resources may use.",
      .method = POST, .path = "/zms/graphql",
      .graphql = "query GetMetadata($customerId: String!) { metadata(customerId: $customerId) }",
      .customer_var = "customerId", .at = "data", .keys = KEYS_RAW, .json = true,
      .view = "{\"data\": \"{.}\"}",
      .output =
          "{\"properties\": {\"data\": {\"additionalProperties\": true, \"title\": \"Data\", \"type\": \"object\"}}, \"type\": \"object\", \"additionalProperties\": true, \"title\": \"AggregateStatus\"}" },
    { 0 },
};
