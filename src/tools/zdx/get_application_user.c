// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zdx_get_application_user[] = {
    { "zdx_list_application_users", "zdx_reports", READS,
      "Lists the users and devices that used an application, by score. Use it to find who is hit; zdx_get_application_user shows one.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/users",
      .args = ARGS(
          { "app_id", STR, PATH, "Id of the application; zdx_list_applications shows it." },
          { "score_bucket", STR, QUERY,
            "Only users whose score is poor (0 to 33), okay (34 to 65) or good (66 to 100).",
            .choices = CHOICES("poor", "okay", "good") },
          { "location_id", STRS, QUERY,
            "Only these locations, by id; zdx_list_locations shows them.", .wire = "loc" },
          { "department_id", STRS, QUERY,
            "Only these departments, by id; zdx_list_departments shows them.", .wire = "dept" },
          { "geo_id", STRS, QUERY, "Only these regions, by id.", .wire = "geo" },
          { "since", INT, SPAN, "Hours to look back from now; the API looks back 2 if left out.",
            .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .at = "users", .model = "CommonIDName", .list = true },
    { "zdx_get_application_user", "zdx_reports", READS,
      "Reads one user's devices and scores with one application. zdx_list_application_users shows the ids.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/users/{user_id}",
      .args = ARGS(
          { "app_id", STR, PATH, "Id of the application; zdx_list_applications shows it." },
          { "user_id", STR, PATH, "Id of the user; zdx_list_application_users shows it." },
          { "since", INT, SPAN, "Hours to look back from now; the API looks back 2 if left out.",
            .wire = "from,to", .as = as_hours_ago, .min = 1 }),
      .model = "ApplicationUserDetails", .json = true },
    { 0 },
};
