// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_get_application_user[] = {
    { "zdx_list_application_users", "zdx_reports", READS,
      "Lists the users and devices that used an application, by score. Use it to find who is hit; zdx_get_application_user shows one.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/users",
      .args =
          ARGS(ROW_APP,
               { "score_bucket", STR, QUERY,
                 "Only users whose score is poor (0 to 33), okay (34 to 65) or good (66 to 100).",
                 .choices = CHOICES("poor", "okay", "good") },
               ROWS_WHERE, ROW_SINCE),
      .at = "users", .model = "CommonIDName", .list = true },
    { "zdx_get_application_user", "zdx_reports", READS,
      "Reads one user's devices and scores with one application. zdx_list_application_users shows the ids.",
      .method = GET, .path = "/zdx/v1/apps/{app_id}/users/{user_id}",
      .args = ARGS(ROW_APP,
                   { "user_id", STR, PATH, "Id of the user; zdx_list_application_users shows it." },
                   ROW_SINCE),
      .model = "ApplicationUserDetails", .json = true },
    { 0 },
};
