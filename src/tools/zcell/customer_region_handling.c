// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcell_customer_region_handling[] = {
    { "zcell_list_regions", "zcell_customer_region_handling", READS,
      "Lists the regions in which SIMs of the organisation break out to the Internet. zcell_list_region_operational_status shows how they do.",
      .method = GET, .path = "/zcell/config/api/v1/customers/{zcell_customer}/regions",
      .args = ARGS({ "skip_sku_check", BOOL, QUERY,
                     "Whether to leave out the check of what the subscription covers." }),
      .at = "content", .model = "CustomerRegionHandling", .list = true },
    { "zcell_list_region_operational_status", "zcell_customer_region_handling", READS,
      "Lists the Zscaler Cellular regions with the state of their branch connectors: how many are up, down or degraded. Use it first when many SIMs of a region have no traffic.",
      .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/regions/operational-status",
      .args = ARGS({ "bc_size", STR, QUERY, "Only broker clusters of this size." }),
      .at = "content", .model = "ExtendedRegionStatus", .list = true, .json = true },
    { 0 },
};
