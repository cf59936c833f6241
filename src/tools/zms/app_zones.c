// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zms/rows.h"

const struct tool zms_app_zones[] = {
    { "zms_list_app_zones", "zms", READS,
      "Lists the application zones of Microsegmentation: which networks and members belong together, and may talk. zms_list_policy_rules says what they may. Returns one page.",
      .method = POST, .path = "/zms/graphql",
      .graphql =
          "query ListAppZones( $customerId: ID!, $pageNum: Int, $pageSize: Int, $filter: AppZoneFilter, $orderBy: AppZoneQueryOrderBy ) { appZones( customerId: $customerId, pageNum: $pageNum, pageSize: $pageSize, filter: $filter, orderBy: $orderBy ) { nodes { id appZoneName description memberCount includeAllVpcs includeAllSubnets } pageInfo { pageNumber pageSize totalCount totalPages } } }",
      .customer_var = "customerId",
      .args =
          ARGS(ROW_PAGE_NUM, ROW_PAGE_SIZE,
               { "name", STR, VARS, "Part of the name.", .wire = "filter.appZoneName.contains" },
               { "sort_order", STR, VARS, "ASC or DESC.", .wire = "orderBy.appZoneName",
                 .as = as_upper }),
      .at = "data.appZones.nodes", .keys = KEYS_RAW, .list = true },
    { 0 },
};
