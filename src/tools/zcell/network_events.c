// SPDX-License-Identifier: MIT
#include "catalog/forms.h"
#include "tools/tools.h"

const struct tool zcell_network_events[] = {
    { "zcell_list_network_events", "zcell_network_events", READS,
      "Lists what the mobile networks reported of the SIMs (attach, detach, cell, operator, technology, data cap), by default of the last 7 days. Use it to find out why a SIM is offline or where it roams; zcell_list_sims finds the ICCID to filter by. Returns one page.",
      .method = POST,
      .path =
          "/zcell/config/api/v1/network-events/{zcell_customer}/search/startTime/{days}/endTime/{now}",
      .args = ARGS(
          { "days", INT, PATH, "Days to look back from now.", .as = as_days_ago, .otherwise = "7",
            .min = 1, .max = 365 },
          { "filter_by", OBJS, BODY,
            "Conditions that all must hold: [{\"filterName\": \"country\", \"operator\": \"EQ\", \"values\": [\"US\"]}]; operator EQ, NE, LIKE or NOT_LIKE.",
            .as = as_members },
          { "sort_by", OBJ, BODY, "Order: {\"timestamp\": \"DESC\"}, ASC or DESC.",
            .as = as_members },
          { "exclude_apn_config", BOOL, BODY, "Whether to leave the APN configuration out." },
          { "page", INT, BODY, "Number of the page, from 0.", .zero_ok = true },
          { "size", INT, BODY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "NetworkEvents", .list = true },
    { 0 },
};
