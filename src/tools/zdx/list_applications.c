// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_list_applications[] = {
    { "zdx_list_applications", "zdx_reports", READS, "List ZDX applications.", .method = GET,
      .path = "/zdx/v1/apps",
      .args = ARGS({ "location_id", STRS, QUERY, "Ids of locations.", .wire = "loc" },
                   { "department_id", STRS, QUERY, "Ids of departments.", .wire = "dept" },
                   { "geo_id", STRS, QUERY, "Ids of regions.", .wire = "geo" },
                   { "since", INT, SPAN,
                     "Hours to look back from now; the API looks back 2 if left out.",
                     .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .at = "items", .model = "ActiveApplications", .list = true },
    { 0 },
};
