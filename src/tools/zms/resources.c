// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zms_resources[] = {
    { "zms_list_resources", "zms", READS, "List Microsegmentation resources.", .method = POST,
      .path = "/zms/graphql",
      .graphql =
          "query ListResources( $customerId: ID!, $pageNum: Int, $pageSize: Int, $includeDeleted: Boolean, $filter: ResourceQueryFilter, $orderBy: ResourceQueryOrderBy ) { resources( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize, includeDeleted: $includeDeleted, filter: $filter, orderBy: $orderBy ) { nodes { id name resourceType status cloudProvider cloudRegion resourceHostname platformOs platformOsDistro platformOsVersion localIps deleted modifiedTime agentId appZoneIds appZoneNames appZoneMappingState } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args = ARGS(
          { "page_num", INT, VARS, "Number of the page, from 1.", .otherwise = "1", .min = 1 },
          { "page_size", INT, VARS, "Records a page.", .otherwise = "20", .min = 1, .max = 100 },
          { "include_deleted", BOOL, VARS, "Whether deleted ones are listed too.",
            .otherwise = "false" },
          { "name", STR, VARS, "Name.", .wire = "filter.name.contains" },
          { "status", STR, VARS, "Status.", .wire = "filter.status.equals" },
          { "resource_type", STR, VARS, "Resource type.", .wire = "filter.resourceType.equals" },
          { "cloud_provider", STR, VARS, "Cloud provider.", .wire = "filter.cloudProvider.equals" },
          { "cloud_region", STR, VARS, "Cloud region.", .wire = "filter.cloudRegion.contains" },
          { "platform_os", STR, VARS, "Platform os.", .wire = "filter.platformOs.contains" },
          { "sort_order", STR, VARS, "asc or desc.", .wire = "orderBy.name", .as = as_upper }),
      .at = "data.resources.nodes", .keys = KEYS_RAW, .list = true },
    { 0 },
};
