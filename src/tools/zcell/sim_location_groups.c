// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zcell_sim_location_groups[] = {
    { "zcell_list_sim_location_groups", "zcell_sim_location_groups", READS,
      "List Zscaler Cellular SIM location groups. Returns one page.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim-location-groups",
      .args = ARGS({ "name", STR, QUERY, "Name." },
                   { "page", INT, QUERY, "Number of the page.", .zero_ok = true },
                   { "size", INT, QUERY, "Records a page.", .min = 1, .max = 100 }),
      .at = "content", .model = "SimLocationGroups", .list = true },
    { "zcell_get_sim_location_group", "zcell_sim_location_groups", READS,
      "Read Zscaler Cellular SIM location group by its id.", .method = GET,
      .path = "/zcell/config/api/v1/customers/{zcell_customer}/sim-location-groups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }), .model = "GetSimLocationGroup",
      .json = true },
    { 0 },
};
