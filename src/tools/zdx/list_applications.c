// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_list_applications[] = {
    { "zdx_list_applications", "zdx_reports", READS,
      "Lists the applications that ZDX measures, with score, users and the region hit most. Use it to find an app id and for an overview.",
      .method = GET, .path = "/zdx/v1/apps",
      .args = ARGS(
          { "location_id", STRS, QUERY,
            "Only these locations, by id; zdx_list_locations shows them.", .wire = "loc" },
          { "department_id", STRS, QUERY,
            "Only these departments, by id; zdx_list_departments shows them.", .wire = "dept" },
          { "geo_id", STRS, QUERY, "Only these regions, by id.", .wire = "geo" },
          { "since", INT, SPAN, "Hours to look back from now; the API looks back 2 if left out.",
            .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .at = "items", .model = "ActiveApplications", .list = true },
    { 0 },
};
