// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zcell_anomaly_policy[] = {
    { "zcell_list_anomaly_policies", "zcell_anomaly_policy", READS,
      "List Zscaler Cellular anomaly policies. Returns one page.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/anomaly-policy",
      .args = ARGS({ "days", INT, SPAN, "Days to look back from now.",
                     .wire = "startDateTime,endDateTime", .as = as_days_ago, .otherwise = "7",
                     .min = 1, .max = 365 },
                   { "policy_type", STR, QUERY, "Policy type." },
                   { "page", INT, QUERY, "Number of the page.", .zero_ok = true },
                   { "size", INT, QUERY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "AnomalyPolicy", .list = true },
    { "zcell_list_anomaly_policy_logs", "zcell_anomaly_policy", READS,
      "List Zscaler Cellular anomaly policy logs. Returns one page.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/anomaly-policy/{policy_id}/logs",
      .args = ARGS({ "policy_id", STR, PATH, "Id of the policy." },
                   { "page", INT, QUERY, "Number of the page.", .zero_ok = true },
                   { "size", INT, QUERY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "AnomalyPolicyLogContent", .list = true },
    { "zcell_list_anomaly_policy_violations", "zcell_anomaly_policy", READS,
      "List Zscaler Cellular anomaly policy violations. Returns one page.", .method = GET,
      .path =
          "/zcell/config/api/v1/customers/{zcell_customer}/anomaly-policy/{policy_id}/violations",
      .args = ARGS({ "days", INT, SPAN, "Days to look back from now.",
                     .wire = "startDateTime,endDateTime", .as = as_days_ago, .otherwise = "7",
                     .min = 1, .max = 365 },
                   { "policy_id", STR, PATH, "Id of the policy." },
                   { "page", INT, QUERY, "Number of the page.", .zero_ok = true },
                   { "size", INT, QUERY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "AnomalyPolicy", .list = true },
    { "zcell_list_iccid_violations", "zcell_anomaly_policy", READS,
      "List Zscaler Cellular ICCID violations.", .method = GET,
      .path =
          "/zcell/config/api/v1/customers/{zcell_customer}/anomaly-policy/{policy_id}/violations/{iccid}",
      .args = ARGS(
          { "days", INT, SPAN, "Days to look back from now.", .wire = "startDateTime,endDateTime",
            .as = as_days_ago, .otherwise = "7", .min = 1, .max = 365 },
          { "policy_id", STR, PATH, "Id of the policy." }, { "iccid", STR, PATH, "ICCID." }),
      .at = "content", .model = "GetViolationDetails", .list = true },
    { 0 },
};
