// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool ztw_list_roles[] = {
    { "ztw_list_roles", "ztw", READS,
      "Lists the administrator roles of the Cloud Connector portal with their permissions. Use it to see what a role of ztw_list_admins may do.",
      .method = GET, .path = "/ztw/api/v1/adminRoles",
      .args = ARGS(
          { "include_auditor_role", BOOL, QUERY, "Whether to answer the role of auditors too." },
          { "include_partner_role", BOOL, QUERY, "Whether to answer roles of partners too." },
          { "include_api_roles", BOOL, QUERY, "Whether to answer roles for API clients too." },
          { "role_ids", STRS, QUERY, "Only these roles, by id.", .wire = "id" },
          { "search", STR, NOWHERE, "Part of the name to look for." }),
      .model = "AdminRoles", .list = true, .find = "search=name" },
    { 0 },
};
