// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool ztw_account_details[] = {
    { "ztw_list_public_account_details", "ztw", READS,
      "List Cloud Connector public account details. Returns one page.", .method = GET,
      .path = "/ztw/api/v1/publicCloudAccountDetails",
      .args = ARGS({ "page", INT, QUERY, "Number of the page.", .zero_ok = true },
                   { "page_size", INT, QUERY, "Records a page.", .min = 1, .max = 1000 }),
      .list = true, .keys = KEYS_RAW },
    { 0 },
};
