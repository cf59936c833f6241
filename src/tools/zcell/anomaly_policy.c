// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zcell_anomaly_policy[] = {
    { "zcell_list_anomaly_policies", "zcell_anomaly_policy", READS,
      "Lists the anomaly policies for SIMs (usage, roaming, movement) with their state and violations, of the last days. Returns one page.",
      .method = GET, .path = "/zcell/config/api/v1/customers/{zcell_customer}/anomaly-policy",
      .args = ARGS({ "days", INT, SPAN, "Days to look back from now.",
                     .wire = "startDateTime,endDateTime", .as = as_days_ago, .otherwise = "7",
                     .min = 1, .max = 365 },
                   { "policy_type", STR, QUERY, "Only policies of this type, as GEOFENCING." },
                   { "page", INT, QUERY, "Number of the page, from 0.", .zero_ok = true },
                   { "size", INT, QUERY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "AnomalyPolicy", .list = true },
    { "zcell_list_anomaly_policy_logs", "zcell_anomaly_policy", READS,
      "Lists what one anomaly policy for SIMs did: alerts and actions, latest first. zcell_list_anomaly_policies shows the ids, zcell_list_anomaly_policy_violations what set it off. Returns one page.",
      .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/anomaly-policy/{policy_id}/logs",
      .args = ARGS(
          { "policy_id", STR, PATH, "Id of the policy; zcell_list_anomaly_policies shows it." },
          { "page", INT, QUERY, "Number of the page, from 0.", .zero_ok = true },
          { "size", INT, QUERY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "AnomalyPolicyLogContent", .list = true },
    { "zcell_list_anomaly_policy_violations", "zcell_anomaly_policy", READS,
      "Lists the violations of one anomaly policy in the last days. zcell_list_iccid_violations narrows them to a SIM. Returns one page.",
      .method = GET,
      .path =
          "/zcell/config/api/v1/customers/{zcell_customer}/anomaly-policy/{policy_id}/violations",
      .args = ARGS(
          { "days", INT, SPAN, "Days to look back from now.", .wire = "startDateTime,endDateTime",
            .as = as_days_ago, .otherwise = "7", .min = 1, .max = 365 },
          { "policy_id", STR, PATH, "Id of the policy; zcell_list_anomaly_policies shows it." },
          { "page", INT, QUERY, "Number of the page, from 0.", .zero_ok = true },
          { "size", INT, QUERY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "AnomalyPolicy", .list = true },
    { "zcell_list_iccid_violations", "zcell_anomaly_policy", READS,
      "Lists the violations of one anomaly policy by one SIM in the last days: when, what was measured, what the limit was. zcell_list_anomaly_policy_violations shows all SIMs of the policy.",
      .method = GET,
      .path =
          "/zcell/config/api/v1/customers/{zcell_customer}/anomaly-policy/{policy_id}/violations/{iccid}",
      .args = ARGS(
          { "days", INT, SPAN, "Days to look back from now.", .wire = "startDateTime,endDateTime",
            .as = as_days_ago, .otherwise = "7", .min = 1, .max = 365 },
          { "policy_id", STR, PATH, "Id of the policy; zcell_list_anomaly_policies shows it." },
          { "iccid", STR, PATH, "ICCID of the SIM; zcell_list_sims shows it." }),
      .at = "content", .model = "GetViolationDetails", .list = true },
    { 0 },
};
