// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcell_customer_data_handling[] = {
    { "zcell_get_customer_data_handling", "zcell_customer_data_handling", READS,
      "Reads the organisation's record at Zscaler Cellular: name, state, number of SIMs and branch connectors.",
      .method = GET, .path = "/zcell/config/api/v1/customers/{zcell_customer}",
      .model = "CustomerDataHandling", .json = true },
    { 0 },
};
