// SPDX-License-Identifier: MIT
#include "tools/tools.h"
#include "tools/rows.h"

const struct tool ztw_list_admins[] = {
    { "ztw_list_admins", "ztw", READS,
      "Lists the administrators of the Cloud Connector portal, with role and scope. Returns one page.",
      .method = GET, .path = "/ztw/api/v1/adminUsers",
      .args =
          ARGS({ "include_auditor_users", BOOL, QUERY, "Whether to answer auditors too." },
               { "include_admin_users", BOOL, QUERY, "Whether to answer administrators." },
               { "include_api_roles", BOOL, QUERY, "Whether to answer roles for API clients too." },
               ROW_SEARCH, ROW_PAGE,
               { "page_size", INT, QUERY, "Records a page.", .min = 1, .max = 1000 },
               { "version", INT, QUERY, "Only what changed since this version of the list." }),
      .model = "AdminUsers", .list = true },
    { 0 },
};
