// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zid_users[] = {
    { "zid_list_users", "zid_users", READS, "List ZIdentity users. Returns one page.",
      .method = GET, .path = "/ziam/admin/api/v1/users",
      .args = ARGS({ "login_name", STR, QUERY, "Login name.", .wire = "loginName[like]" },
                   { "display_name", STR, QUERY, "Display name.", .wire = "displayName[like]" },
                   { "primary_email", STR, QUERY, "Primary email.", .wire = "primaryEmail[like]" },
                   { "domain_name", STR, QUERY, "Domain name." },
                   { "idp_name", STR, QUERY, "IdP name." },
                   { "offset", INT, QUERY, "Where to continue: the offset of the next page.",
                     .zero_ok = true },
                   { "limit", INT, QUERY, "How many records at most.", .min = 1, .max = 1000 }),
      .at = "records", .model = "UserRecord", .list = true },
    { "zid_get_user_groups", "zid_users", READS,
      "Read ZIdentity user groups by its id. Returns one page.", .method = GET,
      .path = "/ziam/admin/api/v1/users/{user_id}/groups",
      .args = ARGS({ "user_id", STR, PATH, "Id of the user." },
                   { "offset", INT, QUERY, "Where to continue: the offset of the next page.",
                     .zero_ok = true },
                   { "limit", INT, QUERY, "How many records at most.", .min = 1, .max = 1000 }),
      .at = "records", .model = "UserRecord", .list = true },
    { 0 },
};
