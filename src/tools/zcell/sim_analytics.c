// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zcell_sim_analytics[] = {
    { "zcell_list_sim_analytics_map", "zcell_sim_analytics", READS,
      "Lists where SIMs are, by coordinates: all, or those named.", .method = POST,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim/analytics/map",
      .args = ARGS(
          { "icc_ids", STRS, BODY, "Only these SIMs, by ICCID: [\"8901…\"]; all if left out." }),
      .at = "content", .model = "SimAnalytics", .list = true, .json = true },
    { "zcell_list_sim_analytics_summary", "zcell_sim_analytics", READS,
      "Counts the SIMs of the organisation by state. Use it for an overview; zcell_list_sims shows the SIMs themselves, the zcell_list_sim_usage tools what they transferred.",
      .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim/analytics/summary",
      .at = "content", .model = "SimSummary", .list = true },
    { "zcell_list_sim_usage_by_country", "zcell_sim_analytics", READS,
      "Lists how much data SIMs used in each country in the last days, most first.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim/analytics/usage/countries",
      .args = ARGS({ "days", INT, SPAN, "Days to look back from now.", .wire = "startDate,endDate",
                     .as = as_days_ago, .otherwise = "7", .min = 1, .max = 365 },
                   { "limit", INT, QUERY, "How many records at most.", .min = 1, .max = 20 }),
      .at = "content", .model = "SimCountryUsage", .list = true },
    { "zcell_list_sim_usage_by_day", "zcell_sim_analytics", READS,
      "Lists how much data was used on each of the last days, by all SIMs or one.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim/analytics/usage/day",
      .args = ARGS({ "days", INT, SPAN, "Days to look back from now.", .wire = "startDate,endDate",
                     .as = as_days_ago, .otherwise = "7", .min = 1, .max = 365 },
                   { "icc_id", STR, QUERY, "ICCID of the SIM; zcell_list_sims shows it." }),
      .at = "content", .model = "SimDayUsage", .list = true },
    { "zcell_list_sim_usage_by_sim", "zcell_sim_analytics", READS,
      "Lists how much data each SIM used in the last days, most first.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim/analytics/usage/sims",
      .args = ARGS({ "days", INT, SPAN, "Days to look back from now.", .wire = "startDate,endDate",
                     .as = as_days_ago, .otherwise = "7", .min = 1, .max = 365 },
                   { "limit", INT, QUERY, "How many records at most.", .min = 1, .max = 100 }),
      .at = "content", .model = "SimUsage", .list = true },
    { 0 },
};
