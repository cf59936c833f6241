// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_workload_groups[] = {
    { "zia_list_workload_groups", "zia_workload_groups", READS,
      "List ZIA workload groups. Returns one page.", .method = GET,
      .path = "/zia/api/v1/workloadGroups",
      .args = ARGS({ "page", INT, QUERY, "Number of the page." },
                   { "page_size", INT, QUERY, "Records a page." }),
      .model = "WorkloadGroups", .list = true },
    { "zia_get_workload_group", "zia_workload_groups", READS, "Read ZIA workload group by its id.",
      .method = GET, .path = "/zia/api/v1/workloadGroups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }), .model = "WorkloadGroups" },
    { 0 },
};
