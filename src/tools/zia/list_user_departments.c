// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_list_user_departments[] = {
    { "get_zia_user_departments", "zia_users", READS,
      "Lists the departments of ZIA users with their ids, or reads one by its id. Their ids serve the departments of rules.",
      .steps =
          STEPS({ GET, "/zia/api/v1/departments", .when = "!department_id" },
                { GET, "/zia/api/v1/departments/lite/{department_id}",
                  .when = "department_id&action=read_lite", .model = "Department", .one = true },
                { GET, "/zia/api/v1/departments/{department_id}",
                  .when = "department_id&action=read", .model = "Department", .one = true }),
      .args =
          ARGS({ "action", STR, NOWHERE, "read, or read_lite for a short form of one department.",
                 .otherwise = "\"read\"", .choices = CHOICES("read", "read_lite") },
               { "department_id", STR | OR_NULL, PATH, "Id of the department to read." },
               { "limit_search", BOOL, QUERY, "Whether to search in names only.", .step = 1 },
               { "search", STR, QUERY, "Part of the name to look for.", .step = 1 },
               { "page", INT, QUERY, "Number of the page, from 1.", .step = 1 },
               { "page_size", INT, QUERY, "Records a page, at most 1000.", .step = 1, .min = 1,
                 .max = 1000 },
               { "sort_by", STR, QUERY, "Field to sort by.", .step = 1,
                 .choices = CHOICES("id", "name", "expiry", "status", "external_id", "rank") },
               { "sort_order", STR, QUERY, "asc, desc or rule_execution.", .step = 1,
                 .choices = CHOICES("asc", "desc", "rule_execution") }),
      .model = "UserManagement", .list = true },
    { 0 },
};
