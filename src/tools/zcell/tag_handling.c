// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcell_tag_handling[] = {
    { "zcell_list_tags", "zcell_tag_handling", READS,
      "Lists the tags that SIMs of Zscaler Cellular can carry, with their ids. Use it to find the tag by which zcell_list_sims filters. Returns one page.",
      .method = GET, .path = "/zcell/config/api/v1/customers/{zcell_customer}/tag",
      .args = ARGS({ "name", STR, QUERY, "Part of the name to look for." },
                   { "page", INT, QUERY, "Number of the page, from 0.", .zero_ok = true },
                   { "size", INT, QUERY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "TagHandling", .list = true },
    { 0 },
};
