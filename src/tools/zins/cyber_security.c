// SPDX-License-Identifier: MIT
#include "tools/zins/window.h"
#include "tools/tools.h"

const struct tool zins_cyber_security[] = {
    { "zins_get_cyber_incidents", "zins_cyber_security", READS,
      "Counts cybersecurity incidents by category of threat, or by what categorize_by names. zins_get_cyber_incidents_by_location counts them by place, zins_get_cyber_incidents_daily by day.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query CyberSecurityIncidents( $startTime: Long!, $endTime: Long!, $categorizeBy: [IncidentsGroupBy!]!, $limit: Int ) { CYBER_SECURITY { incidents( categorize_by: $categorizeBy, start_time: $startTime, end_time: $endTime ) { obfuscated entries(limit: $limit) { name total entries(limit: $limit) { name total } } } } }",
      .body = "{\"categorizeBy\": [\"THREAT_CATEGORY_ID\"]}",
      .args = ARGS(
          WINDOW("16"),
          { "categorize_by", STRS, VARS,
            "What to count by: [\"THREAT_CATEGORY_ID\"] (as if left out), APP_ID, USER_ID, TIME, SRC_COUNTRY; a second one divides the first." },
          ROW_LIMIT),
      .at = "data.CYBER_SECURITY.incidents.entries", .keys = KEYS_RAW, .list = true, .json = true,
      .prepare = zins_window },
    { "zins_get_cyber_incidents_by_location", "zins_cyber_security", READS,
      "Counts cybersecurity incidents by location (or by another dimension with an id), most first. Use it to find the offices that are hit most; zins_get_cyber_incidents shows what hits them.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query CyberSecurityByLocation( $startTime: Long!, $endTime: Long!, $categorizeBy: IncidentsWithIdGroupBy!, $limit: Int ) { CYBER_SECURITY { cyber_security_location( categorize_by: $categorizeBy, start_time: $startTime, end_time: $endTime ) { obfuscated entries(limit: $limit) { id name total } } } }",
      .args = ARGS(WINDOW("16"),
                   { "categorize_by", STR, VARS,
                     "What to count by: LOCATION_ID, APP_ID, USER_ID, DEPARTMENT_ID.",
                     .otherwise = "\"LOCATION_ID\"" },
                   ROW_LIMIT),
      .at = "data.CYBER_SECURITY.cyber_security_location.entries", .keys = KEYS_RAW, .list = true,
      .prepare = zins_window },
    { "zins_get_cyber_incidents_daily", "zins_cyber_security", READS,
      "Counts cybersecurity incidents by day, over 7 or 14 days. Use it to see whether they grow; zins_get_cyber_incidents says of which kind they are.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query CyberSecurityIncidents( $startTime: Long!, $endTime: Long!, $categorizeBy: [IncidentsGroupBy!]!, $limit: Int ) { CYBER_SECURITY { incidents( categorize_by: $categorizeBy, start_time: $startTime, end_time: $endTime ) { obfuscated entries(limit: $limit) { name total entries(limit: $limit) { name total } } } } }",
      .body = "{\"categorizeBy\": [\"TIME\"]}", .args = ARGS(WINDOW("16"), ROW_LIMIT),
      .at = "data.CYBER_SECURITY.incidents.entries", .keys = KEYS_RAW, .list = true, .json = true,
      .prepare = zins_window },
    { "zins_get_cyber_incidents_by_threat_and_app", "zins_cyber_security", READS,
      "Counts cybersecurity incidents by category of threat and, within each, by application. Use it to see where a threat comes in.",
      .method = POST, .path = "/zins/graphql",
      .graphql =
          "query CyberSecurityIncidents( $startTime: Long!, $endTime: Long!, $categorizeBy: [IncidentsGroupBy!]!, $limit: Int ) { CYBER_SECURITY { incidents( categorize_by: $categorizeBy, start_time: $startTime, end_time: $endTime ) { obfuscated entries(limit: $limit) { name total entries(limit: $limit) { name total } } } } }",
      .body = "{\"categorizeBy\": [\"THREAT_CATEGORY_ID\", \"APP_ID\"]}",
      .args = ARGS(WINDOW("16"), ROW_LIMIT), .at = "data.CYBER_SECURITY.incidents.entries",
      .keys = KEYS_RAW, .list = true, .json = true, .prepare = zins_window },
    { 0 },
};
