// SPDX-License-Identifier: MIT
#include "tools/zins/window.h"
#include "tools/tools.h"

const struct tool zins_shadow_it[] = {
    { "zins_get_shadow_it_apps", "zins_shadow_it", READS,
      "Lists the applications in use that nobody approved: risk, data up and down, users. zins_get_shadow_it_summary sums them up.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query ShadowITApps( $startTime: Long!, $endTime: Long!, $limit: Int, $filterBy: shadowITAppsSearchFilterBy, $orderBy: [ShadowITAppsOrderBy] ) { SHADOW_IT { apps(start_time: $startTime, end_time: $endTime) { entries(limit: $limit, filter_by: $filterBy, order_by: $orderBy) { application application_category risk_index computed_risk_index sanctioned_state integration data_consumed data_uploaded data_downloaded authenticated_users unAuthenticated_location_count last_access_time vulnerability undiscovered custom_risk_index } } } }",
      .args = ARGS(WINDOW("9"), ROW_LIMIT), .at = "data.SHADOW_IT.apps.entries", .keys = KEYS_RAW,
      .list = true, .prepare = zins_window },
    { "zins_get_shadow_it_summary", "zins_shadow_it", READS,
      "Sums up the applications that nobody approved: how many there are, bytes up and down, and their numbers by category, risk, provisioning and access. Use it for an overview; zins_get_shadow_it_apps lists the applications.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query ShadowITSummary($startTime: Long!, $endTime: Long!) { SHADOW_IT { shadow_it_summary(start_time: $startTime, end_time: $endTime) { total_upload_bytes total_download_bytes total_apps total_bytes group_by_app_cat_for_app { obfuscated entries { name total entries { name total } } } group_by_app_cat_for_user_count { obfuscated entries { name total entries { name total } } } group_by_app_cat_for_upload_bytes { obfuscated entries { name total entries { name total } } } group_by_app_cat_for_download_bytes { obfuscated entries { name total entries { name total } } } group_by_app_cat_for_total_bytes { obfuscated entries { name total entries { name total } } } group_by_risk_index_for_app { obfuscated entries { name total } } group_by_provisioning_status_for_app { obfuscated entries { name total } } group_by_access_for_app { obfuscated entries { name total } } } } }",
      .args = ARGS(WINDOW("16")), .at = "data.SHADOW_IT.shadow_it_summary", .keys = KEYS_RAW,
      .json = true, .prepare = zins_window },
    { 0 },
};
