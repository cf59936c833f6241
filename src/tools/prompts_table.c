// SPDX-License-Identifier: MIT
// The prompts: work that takes several tools, in an order that has proved itself.
#include "tools/tools.h"

#define SINCE_DAYS(days)                                                                           \
    {                                                                                              \
        "since_days", "Days", "How many days to look back. Default: " days ".", NULL, days         \
    }

// clang-format off
const struct prompt tools_prompts[] = {
    { "zcell_audit_data_usage", "ZCell: Audit Data Usage",
      "Finds where SIMs use their data and what stands out: by country, by day, by SIM, with the reasons for outliers.",
      "zcell",
      { SINCE_DAYS("30"),
        { "country", "Country", "Only this country, as the usage tools name it. Default: all.", "only ", "all countries" } },
      "You audit the mobile data that SIMs of Zscaler Cellular use, with tools that only read.\n"
      "Look at the last {since_days} days, {country}.\n"
      "\n"
      "Keep in mind\n"
      "- Usage is counted in bytes unless a tool gives it with a unit; give figures as they come, and name the unit.\n"
      "- SIMs, policies and customers go by ids: pass them as text, digit for digit.\n"
      "- A SIM that used nothing may be missing from the lists: that is no outlier.\n"
      "\n"
      "Work in this order\n"
      "1. zcell_list_sim_analytics_summary: how many SIMs there are, in which states.\n"
      "2. zcell_list_sim_usage_by_country with days={since_days}: which countries use most; roaming shows here.\n"
      "3. zcell_list_sim_usage_by_day with days={since_days}: on which days use grew, and whether it stayed high.\n"
      "4. zcell_list_sim_usage_by_sim with days={since_days}: which SIMs use most, and which far more than their peers.\n"
      "5. For each of these, at most five: zcell_get_sim_details, then zcell_list_network_events for its ICCID, to tell a busy device from a SIM that moved, roams or sits in another device.\n"
      "\n"
      "Deliver\n"
      "- Two sentences on the whole: total, trend, largest country.\n"
      "- A table of countries and one of SIMs, each with its share of the total.\n"
      "- The outliers with their likely reason, and how sure you are of it.\n"
      "- What you would change, as proposals: change nothing yourself.\n"
      "\n"
      "Stop and say so if the tools answer with no usage at all for this time." },

    { "zcell_investigate_sim", "ZCell: Investigate a SIM",
      "Finds out why one SIM is offline, roams, is capped or was flagged by a policy.",
      "zcell",
      { { "iccid", "ICCID", "The SIM to look at, 19 or 20 digits.", NULL, NULL },
        SINCE_DAYS("7") },
      "You find out what is wrong with one SIM of Zscaler Cellular, with tools that only read.\n"
      "The SIM has the ICCID {iccid}; look at the last {since_days} days.\n"
      "\n"
      "Keep in mind\n"
      "- Ids are texts: an ICCID loses digits when it is read as a number.\n"
      "- The state of the SIM and the state of its session are two things: an active SIM can be without a session.\n"
      "- Times are UTC unless they say otherwise.\n"
      "\n"
      "Work in this order\n"
      "1. zcell_get_sim_details for {iccid}: state, device (IMEI), network, country, last session, data plan.\n"
      "2. zcell_list_network_events with days={since_days}, filtered by this ICCID: attach and detach, changes of operator or country, data cap, a device that changed.\n"
      "3. zcell_list_anomaly_policies with days={since_days}: which policies there are that could have hit it.\n"
      "4. For each that fits, zcell_list_iccid_violations with its id, {iccid} and days={since_days}; for one about places also zcell_get_sim_location_group.\n"
      "5. zcell_list_sim_usage_by_day for this SIM, if data or a cap is in question.\n"
      "\n"
      "Deliver\n"
      "- What the SIM does now, in one sentence.\n"
      "- What happened, as a short list with times.\n"
      "- The most likely cause, with what speaks for it and what against.\n"
      "- The next step for a person with rights to change the SIM or the policy.\n"
      "\n"
      "Stop if zcell_get_sim_details knows no such SIM: say that none has this ICCID, and ask whether a digit is wrong." },

    { "zcell_review_anomaly_policies", "ZCell: Review Anomaly Policies",
      "Looks whether the anomaly policies for SIMs catch what they should: which never fire, which fire all the time, and by which SIMs.",
      "zcell",
      { SINCE_DAYS("30"),
        { "policy_type", "Policy type", "Only policies of this type, as zcell_list_anomaly_policies names it. Default: all.", "only those of type ", "all types" } },
      "You review the anomaly policies for SIMs of Zscaler Cellular, with tools that only read.\n"
      "Look at the last {since_days} days and at policies of these types: {policy_type}.\n"
      "\n"
      "Keep in mind\n"
      "- A policy without violations is either well chosen or never reached: tell these apart by its limit.\n"
      "- Many violations by one SIM are a matter of that SIM, by many SIMs a matter of the policy.\n"
      "- Ids of policies, groups and SIMs are texts.\n"
      "\n"
      "Work in this order\n"
      "1. zcell_list_anomaly_policies with days={since_days}: type, state, limit, action, number of violations.\n"
      "2. For each about places, zcell_get_sim_location_group: does the group still say what is meant?\n"
      "3. For the policies that fire most, zcell_list_anomaly_policy_violations with days={since_days}: which SIMs, how far over the limit.\n"
      "4. zcell_list_anomaly_policy_logs for the same: what was done about it, alert or action.\n"
      "5. zcell_list_iccid_violations for the two or three SIMs that come up most.\n"
      "\n"
      "Deliver\n"
      "- A table: policy, type, state, limit, violations, SIMs.\n"
      "- For each policy a verdict: keep, tighten, relax, switch off, look at its SIMs; with the reason.\n"
      "- What no policy covers, if you saw it.\n"
      "\n"
      "Stop if there is no policy of these types: say so, and name the types that there are." },

    { "zdx_troubleshoot_user_experience", "ZDX: Troubleshoot User Experience",
      "Finds out why an application is slow for somebody: device, network, Zscaler or the application itself.",
      "zdx",
      { { "user_or_device", "Person or device", "A name, an e-mail address or a device name to search for.", NULL, NULL },
        { "application", "Application", "The application that is slow. Default: whichever has a bad score.", "the application ", "whichever application has a bad score" },
        { "since_hours", "Hours", "How many hours to look back. Default: 24.", NULL, "24" } },
      "You find out why somebody's experience is bad, with the measurements of Zscaler Digital Experience.\n"
      "It is about {user_or_device} and {application}, in the last {since_hours} hours.\n"
      "\n"
      "Keep in mind\n"
      "- A score from 66 up is good, from 34 on okay, below it poor.\n"
      "- One person with a bad score is a matter of device or network; many are one of the application, a place or a provider.\n"
      "- Ids are texts. A tool that lists returns one page: see whether there are more.\n"
      "\n"
      "Work in this order\n"
      "1. zdx_list_devices with search=\"{user_or_device}\": the device. If there are several, take the one that was seen last, and say so.\n"
      "2. zdx_get_device: CPU, memory, disk, Wi-Fi, the Zscaler services on it. Is the device the reason?\n"
      "3. zdx_list_applications, then zdx_get_application_score_trend and zdx_get_application_metric for the one that it is about: when did it begin, and is it page fetch, DNS or availability?\n"
      "4. zdx_list_alerts and zdx_list_historical_alerts; for one that fits, zdx_get_alert and zdx_list_alert_affected_devices: is it only this person?\n"
      "5. zdx_list_device_deep_traces; if there is one, zdx_get_device_deep_trace, then zdx_get_deeptrace_cloudpath, zdx_get_deeptrace_webprobe_metrics, zdx_get_deeptrace_health_metrics and zdx_get_deeptrace_events. If there is none and it would help, propose zdx_start_deeptrace: start it only when asked, where tools that change something are offered.\n"
      "\n"
      "Deliver\n"
      "- The cause in one sentence: device, home or office network, provider, Zscaler, or application.\n"
      "- The figures that show it, with their times.\n"
      "- Who else has it.\n"
      "- What to do, and who does it.\n"
      "\n"
      "Stop if no device is found for {user_or_device}: say what was searched for, and ask for another name." },

    { .name = NULL },
};
