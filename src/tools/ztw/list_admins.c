// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool ztw_list_admins[] = {
    { "ztw_list_admins", "ztw", READS, "List Cloud Connector admins. Returns one page.",
      .method = GET, .path = "/ztw/api/v1/adminUsers",
      .args = ARGS({ "include_auditor_users", BOOL, QUERY, "Switch: include auditor users." },
                   { "include_admin_users", BOOL, QUERY, "Switch: include admin users." },
                   { "include_api_roles", BOOL, QUERY, "Switch: include api roles." },
                   { "search", STR, QUERY, "Part of the name to look for." },
                   { "page", INT, QUERY, "Number of the page.", .min = 1 },
                   { "page_size", INT, QUERY, "Records a page.", .min = 1, .max = 1000 },
                   { "version", INT, QUERY, "Version." }),
      .model = "AdminUsers", .list = true },
    { 0 },
};
