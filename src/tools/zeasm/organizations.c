// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zeasm_organizations[] = {
    { "zeasm_list_organizations", "zeasm", READS,
      "Lists the organisations that EASM watches. Use it first: every other zeasm tool needs an org_id.",
      .method = GET, .path = "/easm/easm-ui/v1/organizations", .at = "results",
      .model = "CommonIDName", .list = true },
    { 0 },
};
