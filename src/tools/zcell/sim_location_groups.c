// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcell_sim_location_groups[] = {
    { "zcell_list_sim_location_groups", "zcell_sim_location_groups", READS,
      "Lists the groups of locations (countries, areas) that anomaly policies for SIMs name. Returns one page; zcell_get_sim_location_group shows the members of one.",
      .method = GET, .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim-location-groups",
      .args = ARGS({ "name", STR, QUERY, "Part of the name to look for." },
                   { "page", INT, QUERY, "Number of the page, from 0.", .zero_ok = true },
                   { "size", INT, QUERY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "SimLocationGroups", .list = true },
    { "zcell_get_sim_location_group", "zcell_sim_location_groups", READS,
      "Reads one group of locations that anomaly policies for SIMs name, with its members. zcell_list_sim_location_groups shows the ids.",
      .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim-location-groups/{group_id}",
      .args = ARGS(
          { "group_id", STR, PATH, "Id of the group; zcell_list_sim_location_groups shows it." }),
      .model = "GetSimLocationGroup", .json = true },
    { 0 },
};
