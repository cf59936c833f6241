// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcell_customer_region_handling[] = {
    { "zcell_list_regions", "zcell_customer_region_handling", READS,
      "List Zscaler Cellular regions.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/regions",
      .args = ARGS({ "skip_sku_check", BOOL, QUERY, "Switch: skip sku check." }), .at = "content",
      .model = "CustomerRegionHandling", .list = true },
    { "zcell_list_region_operational_status", "zcell_customer_region_handling", READS,
      "List Zscaler Cellular region operational status.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/regions/operational-status",
      .args = ARGS({ "bc_size", STR, QUERY, "Bc size." }), .at = "content",
      .model = "ExtendedRegionStatus", .list = true, .json = true },
    { 0 },
};
