// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool ztw_public_cloud_info[] = {
    { "ztw_list_public_cloud_info", "ztw", READS,
      "Lists the public clouds and regions in which Cloud Connectors run or can run. Returns one page.",
      .method = GET, .path = "/ztw/api/v1/publicCloudInfo",
      .args =
          ARGS({ "page", INT, QUERY, "Number of the page, from 0.", .zero_ok = true },
               { "page_size", INT, QUERY, "Records a page.", .min = 1, .max = 1000 }, ROW_SEARCH,
               { "cloud_type", STR, QUERY, "Only accounts in this cloud: AWS, AZURE or GCP." }),
      .model = "PublicCloudInfo", .list = true },
    { 0 },
};
