// SPDX-License-Identifier: MIT
#include "tools/tools.h"

// The three ways to look for a user: what has an @ is an e-mail address.
#define USERS "/ziam/admin/api/v1/users"
#define BY_EMAIL                                                                                   \
    {                                                                                              \
        GET, USERS, .query = "primaryEmail%5Blike%5D={email}", .when = "email"                     \
    }
#define BY_LOGIN_NAME                                                                              \
    {                                                                                              \
        GET, USERS, .query = "loginName%5Blike%5D={login}", .when = "login"                        \
    }
#define BY_DISPLAY_NAME                                                                            \
    {                                                                                              \
        GET, USERS, .query = "displayName%5Blike%5D={login}", .when = "login&!2.records.0"         \
    }

static bool email_or_name(struct tool_call *call, struct err *err)
{
    (void)err;
    bool email = str_index(call_text(call, "name"), '@') >= 0;
    json_object_set(call->args, email ? "email" : "login", call_arg(call, "name"));
    return true;
}

const struct tool zid_users[] = {
    { "zid_list_users", "zid_users", READS,
      "Lists the users of ZIdentity, filtered by login name, display name, e-mail, domain or identity provider. zid_search_users takes just a name. Returns one page.",
      .method = GET, .path = "/ziam/admin/api/v1/users",
      .args = ARGS(
          { "login_name", STR, QUERY, "Part of the login name.", .wire = "loginName[like]" },
          { "display_name", STR, QUERY, "Part of the display name.", .wire = "displayName[like]" },
          { "primary_email", STR, QUERY, "Part of the primary e-mail address.",
            .wire = "primaryEmail[like]" },
          { "domain_name", STR, QUERY, "Only users of these domains, as example.com." },
          { "idp_name", STR, QUERY, "Only users of these identity providers, by name." },
          { "offset", INT, QUERY, "Where to continue: the offset of the next page.",
            .zero_ok = true },
          { "limit", INT, QUERY, "How many records at most.", .min = 1, .max = 1000 }),
      .at = "records", .model = "UserRecord", .list = true },
    { "zid_get_user", "zid_users", READS,
      "Reads one ZIdentity user: login name, e-mail, names, department, state, source. zid_list_users shows the ids, zid_get_user_groups the groups.",
      .method = GET, .path = "/ziam/admin/api/v1/users/{user_id}",
      .args = ARGS({ "user_id", STR, PATH, "Id of the user; zid_list_users shows it." }),
      .model = "UserRecord" },
    { "zid_search_users", "zid_users", READS,
      "Finds ZIdentity users by a part of their e-mail address (with an @), else of their login name or, if none has it, of their display name. Returns one page; get_zia_users finds people whom ZIA protects.",
      .steps = STEPS(BY_EMAIL, BY_LOGIN_NAME, BY_DISPLAY_NAME),
      .args =
          ARGS({ "name", STR | NEEDED, NOWHERE,
                 "Part of the e-mail address if it has an @, else of the login name or, if none "
                 "has it, of the display name." },
               { "offset", INT, QUERY, "Where to continue: the offset of the next page.",
                 .step = ALL_STEPS, .zero_ok = true },
               { "limit", INT, QUERY, "How many records at most.", .step = ALL_STEPS, .min = 1,
                 .max = 1000 }),
      .at = "records", .model = "UserRecord", .list = true, .prepare = email_or_name },
    { "zid_get_user_groups", "zid_users", READS,
      "Lists the ZIdentity groups that a user is in. zid_get_user_groups_by_name takes the user's name instead of the id. Returns one page.",
      .method = GET, .path = "/ziam/admin/api/v1/users/{user_id}/groups",
      .args = ARGS({ "user_id", STR, PATH, "Id of the user; zid_list_users shows it." },
                   { "offset", INT, QUERY, "Where to continue: the offset of the next page.",
                     .zero_ok = true },
                   { "limit", INT, QUERY, "How many records at most.", .min = 1, .max = 1000 }),
      .at = "records", .model = "UserRecord", .list = true },
    { "zid_get_user_groups_by_name", "zid_users", READS,
      "Lists the groups of the user with this e-mail address, login name or display name; the first match counts. zid_get_user_groups takes the id instead. Returns one page.",
      .steps = STEPS(
          BY_EMAIL, BY_LOGIN_NAME, BY_DISPLAY_NAME,
          { GET, "/ziam/admin/api/v1/users/{1.records.0.id}/groups", .when = "1.records.0.id" },
          { GET, "/ziam/admin/api/v1/users/{2.records.0.id}/groups", .when = "2.records.0.id" },
          { GET, "/ziam/admin/api/v1/users/{3.records.0.id}/groups",
            .when = "!1.records.0.id&!2.records.0.id", .missing = "User '{name}' not found" }),
      .args = ARGS(
          { "name", STR | NEEDED, NOWHERE,
            "E-mail address if it has an @, else login name or display name, or a part of it." },
          { "offset", INT, QUERY, "Where to continue: how many records to skip.", .step = ALL_STEPS,
            .zero_ok = true },
          { "limit", INT, QUERY, "How many records at most.", .step = ALL_STEPS, .min = 1,
            .max = 1000 }),
      .at = "records", .model = "UserRecord", .list = true, .prepare = email_or_name },
    { 0 },
};
