// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool ztw_list_admins[] = {
    { "ztw_list_admins", "ztw", READS,
      "Lists the administrators of the Cloud Connector portal, with role and scope. Returns one page.",
      .method = GET, .path = "/ztw/api/v1/adminUsers",
      .args =
          ARGS({ "include_auditor_users", BOOL, QUERY, "Whether to answer auditors too." },
               { "include_admin_users", BOOL, QUERY, "Whether to answer administrators." },
               { "include_api_roles", BOOL, QUERY, "Whether to answer roles for API clients too." },
               { "search", STR, QUERY, "Part of the name to look for." },
               { "page", INT, QUERY, "Number of the page, from 1.", .min = 1 },
               { "page_size", INT, QUERY, "Records a page.", .min = 1, .max = 1000 },
               { "version", INT, QUERY, "Only what changed since this version of the list." }),
      .model = "AdminUsers", .list = true },
    { 0 },
};
