// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/rows.h"
#include "tools/zpa/rows.h"

const struct tool zpa_segment_groups[] = {
    { "zpa_list_segment_groups", "zpa_segment_groups", READS,
      "Lists the ZPA segment groups, which bundle application segments for access rules, with their ids and segments. Returns one page.",
      .method = GET, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/segmentGroup",
      .args = ARGS(ROW_FILTER, ROW_MICROTENANT, ROW_PAGE, ROW_PAGE_SIZE), .at = "list",
      .model = "SegmentGroup", .list = true },
    { "zpa_get_segment_group", "zpa_segment_groups", READS,
      "Reads one ZPA segment group with its application segments. Use it before zpa_update_segment_group. zpa_list_segment_groups shows the ids.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/segmentGroup/{group_id}",
      .args = ARGS(
          { "group_id", STR, PATH, "Id of the segment group; zpa_list_segment_groups shows it." },
          ROW_MICROTENANT),
      .model = "SegmentGroup" },
    { "zpa_create_segment_group", "zpa_segment_groups", CREATES,
      "Creates a ZPA segment group; returns it as stored. Then name it in zpa_create_application_segment.",
      .method = POST, .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/segmentGroup",
      .args = ARGS(ROW_NEW_NAME, ROW_ENABLED_AT_FIRST, ROW_DESCRIPTION, ROW_MICROTENANT_TWICE),
      .model = "SegmentGroup" },
    { "zpa_update_segment_group", "zpa_segment_groups", UPDATES,
      "Writes a segment group; returns it as stored. What is left out is reset: read it first with zpa_get_segment_group.",
      .method = PUT,
      .path = "/zpa/mgmtconfig/v2/admin/customers/{customer}/segmentGroup/{group_id}",
      .body = "{\"name\": null, \"description\": null, \"enabled\": null}",
      .args = ARGS(
          { "group_id", STR, PATH, "Id of the segment group; zpa_list_segment_groups shows it." },
          { "name", STR, BODY, "Name of the group." }, ROW_DESCRIPTION,
          { "enabled", BOOL, BODY, "Whether its segments are in force." }, ROW_MICROTENANT_TWICE),
      .model = "SegmentGroup" },
    { "zpa_delete_segment_group", "zpa_segment_groups", DELETES,
      "Deletes a ZPA segment group. Fails while something refers to it. The user has to confirm: if the first call answers with a confirmation, show it to them.",
      .method = DELETE,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/segmentGroup/{group_id}",
      .args = ARGS(
          { "group_id", STR, PATH, "Id of the segment group; zpa_list_segment_groups shows it." },
          ROW_MICROTENANT),
      .says = "Segment group {group_id} deleted successfully." },
    { 0 },
};
