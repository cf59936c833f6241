// SPDX-License-Identifier: MIT
#include "tools/zins/window.h"
#include "tools/tools.h"

const struct
    tool
        zins_web_traffic
            [] = {
                { "zins_get_web_traffic_by_location", "zins_web_traffic", READS,
                  "Counts web traffic by location, most first, in transactions or bytes, on wish with its trend. Use it to find the busiest offices; zins_get_web_protocols divides by protocol.",
                  .method = POST, .path = "/zins/graphql",
                  .graphql =
                      "query WebTrafficByLocation( $startTime: Long!, $endTime: Long!, $trafficUnit: WebTrafficUnits!, $includeTrend: Boolean, $trendInterval: TrendInterval, $limit: Int, $filter_by: WebEntriesFilterBy, $order_by: [WebOrderBy] ) { WEB_TRAFFIC { location( start_time: $startTime, end_time: $endTime, traffic_unit: $trafficUnit, include_trend: $includeTrend, trend_interval: $trendInterval ) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { name total trend { trend_start_time trend_interval trend_values } } } } }",
                  .args = ARGS(WINDOW("9"), ROW_UNIT,
                               { "include_trend", BOOL, VARS,
                                 "Whether to add the trend over time to each row.",
                                 .otherwise = "false" },
                               { "trend_interval", STR, VARS, "Step of the trend: DAY or HOUR." },
                               ROW_LIMIT),
                  .at = "data.WEB_TRAFFIC.location.entries", .keys = KEYS_RAW, .list = true,
                  .json = true, .prepare = zins_window },
                { "zins_get_web_traffic_no_grouping", "zins_web_traffic", READS,
                  "Counts web traffic as a whole, filtered by action or DLP engine, on wish with its trend.",
                  .method = POST, .path = "/zins/graphql",
                  .graphql =
                      "query WebTrafficNoGrouping( $startTime: Long!, $endTime: Long!, $trafficUnit: WebTrafficUnits!, $dlpEngineFilter: DlpEngineFilter, $actionFilter: ActionStatus, $includeTrend: Boolean, $trendInterval: TrendInterval, $limit: Int, $filter_by: WebEntriesFilterBy, $order_by: [WebOrderBy] ) { WEB_TRAFFIC { no_grouping( start_time: $startTime, end_time: $endTime, traffic_unit: $trafficUnit, dlp_engine_filter: $dlpEngineFilter, action_filter: $actionFilter, include_trend: $includeTrend, trend_interval: $trendInterval ) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { name total trend { trend_start_time trend_interval trend_values } } } } }",
                  .args = ARGS(
                      WINDOW("9"), ROW_UNIT,
                      { "dlp_engine_filter", STR, VARS,
                        "Only traffic that matched this DLP engine: ANY, NONE, HIPAA, CYBER_BULLY_ENG, GLBA, PCI, OFFENSIVE_LANGUAGE or EXTERNAL." },
                      { "action_filter", STR, VARS,
                        "Only traffic with this action: ALLOW or BLOCK." },
                      { "include_trend", BOOL, VARS,
                        "Whether to add the trend over time to each row.", .otherwise = "false" },
                      { "trend_interval", STR, VARS, "Step of the trend: DAY or HOUR." },
                      ROW_LIMIT),
                  .at = "data.WEB_TRAFFIC.no_grouping.entries", .keys = KEYS_RAW, .list = true,
                  .json = true, .prepare = zins_window },
                { "zins_get_web_protocols", "zins_web_traffic", READS,
                  "Counts web traffic by protocol (HTTP, HTTPS, FTP, …), in transactions or bytes. Use it to see how much is encrypted.",
                  .method = POST, .path = "/zins/graphql",
                  .graphql =
                      "query WebProtocols( $startTime: Long!, $endTime: Long!, $trafficUnit: WebTrafficUnits!, $limit: Int, $filter_by: WebEntriesFilterBy, $order_by: [WebOrderBy] ) { WEB_TRAFFIC { protocols(start_time: $startTime, end_time: $endTime, traffic_unit: $trafficUnit) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { name total } } } }",
                  .args = ARGS(WINDOW("9"), ROW_UNIT, ROW_LIMIT),
                  .at = "data.WEB_TRAFFIC.protocols.entries", .keys = KEYS_RAW, .list = true,
                  .prepare = zins_window },
                { "zins_get_threat_super_categories", "zins_web_traffic", READS,
                  "Counts threats in web traffic by super category (malware, phishing, …). zins_get_threat_class divides them further.",
                  .method = POST, .path = "/zins/graphql",
                  .graphql =
                      "query WebThreatSuperCategories( $startTime: Long!, $endTime: Long!, $trafficUnit: WebTrafficUnits!, $limit: Int, $filter_by: WebEntriesFilterBy, $order_by: [WebOrderBy] ) { WEB_TRAFFIC { threat_super_categories( start_time: $startTime, end_time: $endTime, traffic_unit: $trafficUnit ) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { name total } } } }",
                  .args = ARGS(WINDOW("9"), ROW_UNIT, ROW_LIMIT),
                  .at = "data.WEB_TRAFFIC.threat_super_categories.entries", .keys = KEYS_RAW,
                  .list = true, .prepare = zins_window },
                { "zins_get_threat_class", "zins_web_traffic", READS,
                  "Counts threats in web traffic by class (virus, botnet, phishing site, …), most first. zins_get_threat_super_categories is coarser; zins_get_cyber_incidents counts incidents.",
                  .method = POST, .path = "/zins/graphql", .graphql = "query WebThreatClass( $startTime: Long!, $endTime: Long!, $trafficUnit: WebTrafficUnits!, $limit: Int, $filter_by: WebEntriesFilterBy, $order_by: [WebOrderBy] ) { WEB_TRAFFIC { threat_class( start_time: $startTime, end_time: $endTime, traffic_unit: $trafficUnit ) { obfuscated entries(limit: $limit, filter_by: $filter_by, order_by: $order_by) { name total } } } }",
                  .args = ARGS(WINDOW("9"), ROW_UNIT, ROW_LIMIT),
                  .at = "data.WEB_TRAFFIC.threat_class.entries", .keys = KEYS_RAW, .list = true,
                  .prepare = zins_window },
                { 0 },
            };
