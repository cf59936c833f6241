// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_get_application_user[] = {
    { "zdx_list_application_users", "zdx_reports", READS, "List ZDX application users.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/users",
      .args = ARGS({ "app_id", STR, PATH, "Id of the application." },
                   { "score_bucket", STR, QUERY, "Score bucket.",
                     .choices = CHOICES("poor", "okay", "good") },
                   { "location_id", STRS, QUERY, "Ids of locations.", .wire = "loc" },
                   { "department_id", STRS, QUERY, "Ids of departments.", .wire = "dept" },
                   { "geo_id", STRS, QUERY, "Ids of regions.", .wire = "geo" },
                   { "since", INT, SPAN,
                     "Hours to look back from now; the API looks back 2 if left out.",
                     .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .at = "users", .model = "CommonIDName", .list = true },
    { "zdx_get_application_user", "zdx_reports", READS, "Read ZDX application user by its id.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/users/{user_id}",
      .args = ARGS({ "app_id", STR, PATH, "Id of the application." },
                   { "user_id", STR, PATH, "Id of the user." },
                   { "since", INT, SPAN,
                     "Hours to look back from now; the API looks back 2 if left out.",
                     .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .model = "ApplicationUserDetails", .json = true },
    { 0 },
};
