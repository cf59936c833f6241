// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool ztw_account_details[] = {
    { "ztw_list_public_account_details", "ztw", READS,
      "Lists the public cloud accounts that Cloud Connectors serve, with their permission state. ztw_list_public_cloud_info shows the regions. Returns one page.",
      .method = GET, .path = "/ztw/api/v1/publicCloudAccountDetails",
      .args = ARGS({ "page", INT, QUERY, "Number of the page, from 0.", .zero_ok = true },
                   { "page_size", INT, QUERY, "Records a page.", .min = 1, .max = 1000 }),
      .list = true, .keys = KEYS_RAW },
    { 0 },
};
