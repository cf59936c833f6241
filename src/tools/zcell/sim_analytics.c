// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zcell_sim_analytics[] = {
    { "zcell_list_sim_analytics_map", "zcell_sim_analytics", READS,
      "List Zscaler Cellular SIM analytics map.", .method = POST,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim/analytics/map",
      .args = ARGS({ "icc_ids", STRS, BODY, "Ids of the iccs." }), .at = "content",
      .model = "SimAnalytics", .list = true, .json = true },
    { "zcell_list_sim_usage_by_country", "zcell_sim_analytics", READS,
      "List Zscaler Cellular SIM usage by country.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim/analytics/usage/countries",
      .args = ARGS({ "days", INT, SPAN, "Days to look back from now.", .wire = "startDate,endDate",
                     .as = as_days_ago, .otherwise = "7", .min = 1, .max = 365 },
                   { "limit", INT, QUERY, "How many records at most.", .min = 1, .max = 20 }),
      .at = "content", .model = "SimCountryUsage", .list = true },
    { "zcell_list_sim_usage_by_day", "zcell_sim_analytics", READS,
      "List Zscaler Cellular SIM usage by day.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim/analytics/usage/day",
      .args = ARGS({ "days", INT, SPAN, "Days to look back from now.", .wire = "startDate,endDate",
                     .as = as_days_ago, .otherwise = "7", .min = 1, .max = 365 },
                   { "icc_id", STR, QUERY, "Id of the icc." }),
      .at = "content", .model = "SimDayUsage", .list = true },
    { "zcell_list_sim_usage_by_sim", "zcell_sim_analytics", READS,
      "List Zscaler Cellular SIM usage by SIM.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim/analytics/usage/sims",
      .args = ARGS({ "days", INT, SPAN, "Days to look back from now.", .wire = "startDate,endDate",
                     .as = as_days_ago, .otherwise = "7", .min = 1, .max = 365 },
                   { "limit", INT, QUERY, "How many records at most.", .min = 1, .max = 100 }),
      .at = "content", .model = "SimUsage", .list = true },
    { 0 },
};
