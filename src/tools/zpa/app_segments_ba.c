// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zpa_app_segments_ba[] = {
    { "zpa_list_application_segments_ba", "zpa_app_segments", READS,
      "List ZPA application segments browser-access. Returns one page.", .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application",
      .args = ARGS(
          { "search", STR, QUERY, "Part of the name to look for.", .as = as_search },
          { "microtenant_id", STR, QUERY,
            "Id of the microtenant; the default tenant if left out." },
          { "page", INT, QUERY, "Number of the page.", .min = 1 },
          { "page_size", INT, QUERY, "Records a page.", .wire = "pagesize", .min = 1, .max = 500 }),
      .at = "list", .model = "ApplicationSegments", .list = true },
    { "zpa_get_application_segment_ba", "zpa_app_segments", READS,
      "Read ZPA application segment browser-access by its id.", .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application/{segment_id}",
      .args = ARGS({ "segment_id", STR, PATH, "Id of the segment." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .model = "ApplicationSegments" },
    { "zpa_delete_application_segment_ba", "zpa_app_segments", DELETES,
      "Delete ZPA application segment browser-access. The first call deletes nothing: it answers with a confirmation to show to the user.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application/{segment_id}",
      .args = ARGS({ "segment_id", STR, PATH, "Id of the segment." },
                   { "microtenant_id", STR, QUERY,
                     "Id of the microtenant; the default tenant if left out." }),
      .says = "BA application segment {segment_id} deleted successfully." },
    { 0 },
};
