// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zpa_app_segments_ba[] = {
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
