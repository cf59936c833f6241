// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zpa_segment_groups[] = {
    { "zpa_list_segment_groups", "zpa_segment_groups", READS,
      "List ZPA segment groups. Returns one page.", .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/segmentGroup",
      .args = ARGS(
          { "search", STR, QUERY, "Part of the name to look for.", .as = as_search },
          { "microtenant_id", STR, QUERY,
            "Id of the microtenant; the default tenant if left out." },
          { "page", INT, QUERY, "Number of the page.", .min = 1 },
          { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .min = 1, .max = 500 }),
      .at = "list", .model = "SegmentGroup", .list = true },
    { "zpa_get_segment_group", "zpa_segment_groups", READS, "Read ZPA segment group by its id.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/segmentGroup/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "SegmentGroup" },
    { "zpa_create_segment_group", "zpa_segment_groups", CREATES,
      "Create ZPA segment group; returns it as stored.", .method = POST,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/segmentGroup",
      .args = ARGS({ "name", STR | NEEDED, BODY, "Name." },
                   { "enabled", BOOL, BODY, "Whether it is in force.", .otherwise = "true" },
                   { "description", STR, BODY, "Free text for administrators." },
                   { "microtenant_id", STR, BOTH,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "SegmentGroup" },
    { 0 },
};
