// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zpa/rows.h"

const struct tool zpa_get_segments_by_type[] = {
    { "get_zpa_app_segments_by_type", "zpa_app_segments", READS,
      "Lists the applications of one kind (browser access, inspection, remote access) with the segment of each. Use it to find which segment serves a domain. Returns one page.",
      .method = GET,
      .path = "/zpa/mgmtconfig/v1/admin/customers/{customer}/application/getAppsByType",
      .args = ARGS({ "application_type", STR | NEEDED, QUERY, "Kind of application.",
                     .pattern = "^(BROWSER_ACCESS|INSPECT|SECURE_REMOTE_ACCESS)$" },
                   { "expand_all", BOOL, QUERY,
                     "Whether to answer each application with its whole segment.",
                     .as = as_true_false, .otherwise = "false" },
                   ROW_FILTER, ROW_MICROTENANT, ROW_PAGE_SIZE),
      .at = "list", .model = "AppSegmentByType", .list = true },
    { 0 },
};
