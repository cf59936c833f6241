// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_list_historical_alerts[] = {
    { "zdx_list_historical_alerts", "zdx_alerts", READS,
      "Lists the alerts that ended in the last hours. zdx_list_alerts shows those that go on. Returns one page.",
      .method = GET, .path = "/zdx/v1/alerts/historical",
      .args = ARGS(
          { "location_id", STRS, QUERY,
            "Only these locations, by id; zdx_list_locations shows them.", .wire = "loc" },
          { "department_id", STRS, QUERY,
            "Only these departments, by id; zdx_list_departments shows them.", .wire = "dept" },
          { "geo_id", STRS, QUERY, "Only these regions, by id.", .wire = "geo" },
          { "since", INT, SPAN, "Hours to look back from now; the API looks back 2 if left out.",
            .wire = "from,to", .as = as_hours_ago, .min = 1, .max = 336 },
          { "offset", STR, QUERY, "Where to continue: the offset of the next page." },
          { "limit", INT, QUERY, "How many records at most.", .min = 1 }),
      .at = "alerts", .model = "AlertDetails", .list = true },
    { 0 },
};
