// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_list_users[] = {
    { "get_zia_users", "zia_users", READS,
      "Lists ZIA users with e-mail, groups and department, or reads one by its id. Their ids serve the users of rules. Use it to find who somebody is; zid_list_users shows the administrators of ZIdentity.",
      .steps = STEPS({ GET, "/zia/api/v1/users", .when = "!user_id" },
                     { GET, "/zia/api/v1/users/{user_id}", .when = "user_id", .one = true }),
      .args = ARGS({ "user_id", STR | OR_NULL, PATH,
                     "Id of the user to read; the filters are then left out." },
                   { "name", STR, QUERY, "Part of the name.", .step = 1 },
                   { "dept", STR, QUERY, "Part of the department's name.", .step = 1 },
                   { "group", STR, QUERY, "Part of a group's name.", .step = 1 },
                   { "page", INT, QUERY, "Number of the page, from 1.", .step = 1 },
                   { "page_size", INT, QUERY, "Records a page, at most 1000.", .step = 1, .min = 1,
                     .max = 1000 }),
      .model = "UserManagement", .list = true },
    { 0 },
};
