// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool ztw_list_roles[] = {
    { "ztw_list_roles", "ztw", READS, "List Cloud Connector roles.", .method = GET,
      .path = "/ztw/api/v1/adminRoles",
      .args = ARGS({ "include_auditor_role", BOOL, QUERY, "Switch: include auditor role." },
                   { "include_partner_role", BOOL, QUERY, "Switch: include partner role." },
                   { "include_api_roles", BOOL, QUERY, "Switch: include api roles." },
                   { "role_ids", STRS, QUERY, "Ids of the roles.", .wire = "id" },
                   { "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "AdminRoles", .list = true, .find = "search=name" },
    { 0 },
};
