// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_administration[] = {
    { "zdx_list_departments", "zdx_reports", READS,
      "Lists the departments that ZDX knows. Use it to find the ids for department_id of other zdx tools.",
      .method = GET, .path = "/zdx/v1/administration/departments",
      .args =
          ARGS({ "search", STR, QUERY, "Part of the name to look for.", .wire = "q" }, ROW_SINCE),
      .at = "items", .model = "Administration", .list = true },
    { "zdx_list_locations", "zdx_reports", READS,
      "Lists the Zscaler locations that ZDX knows. Use it to find the ids for location_id of other zdx tools.",
      .method = GET, .path = "/zdx/v1/administration/locations",
      .args =
          ARGS({ "search", STR, QUERY, "Part of the name to look for.", .wire = "q" }, ROW_SINCE),
      .at = "items", .model = "Administration", .list = true },
    { 0 },
};
