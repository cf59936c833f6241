// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"
#include "tools/zdx/rows.h"

const struct tool zdx_list_alerts[] = {
    { "zdx_list_alerts", "zdx_alerts", READS,
      "Lists the alerts that are going on now: what, where, how many devices. zdx_list_historical_alerts shows those that ended. Returns one page.",
      .method = GET, .path = "/zdx/v1/alerts/ongoing",
      .args = ARGS(ROWS_WHERE,
                   { "since", INT, SPAN,
                     "Hours to look back from now; the API looks back 2 if left out.",
                     .wire = "from,to", .as = as_hours_ago, .min = 1, .max = 336 },
                   ROW_OFFSET, { "limit", INT, QUERY, "How many records at most.", .min = 1 }),
      .at = "alerts", .model = "AlertDetails", .list = true },
    { "zdx_get_alert", "zdx_alerts", READS,
      "Reads one alert: rule, impact by application, department, location. zdx_list_alerts and zdx_list_historical_alerts show the ids.",
      .method = GET, .path = "/zdx/v1/alerts/{alert_id}",
      .args = ARGS({ "alert_id", STR, PATH,
                     "Id of the alert; zdx_list_alerts or zdx_list_historical_alerts shows it." }),
      .model = "AlertDetails" },
    { "zdx_list_alert_affected_devices", "zdx_alerts", READS,
      "Lists the devices that a ZDX alert hits, with user, location and department. zdx_list_alerts and zdx_list_historical_alerts show the alert ids. Returns one page.",
      .method = GET, .path = "/zdx/v1/alerts/{alert_id}/affected_devices",
      .args = ARGS(
          ROWS_WHERE,
          { "since", INT, SPAN, "Hours to look back from now; the API looks back 2 if left out.",
            .wire = "from,to", .as = as_hours_ago, .min = 1, .max = 336 },
          ROW_OFFSET, { "limit", INT, QUERY, "How many records at most.", .min = 1 },
          { "alert_id", STR, PATH,
            "Id of the alert; zdx_list_alerts or zdx_list_historical_alerts shows it." },
          { "location_groups", INTS, QUERY, "Only devices in these groups of locations, by id." }),
      .at = "devices", .model = "DeviceDetails", .list = true },
    { 0 },
};
