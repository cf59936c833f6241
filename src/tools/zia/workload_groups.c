// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zia_workload_groups[] = {
    { "zia_list_workload_groups", "zia_workload_groups", READS,
      "Lists the groups of cloud workloads (by tags) that ZIA rules can name, with their ids. Returns one page; zia_get_workload_group shows the tags of one.",
      .method = GET, .path = "/zia/api/v1/workloadGroups",
      .args = ARGS({ "page", INT, QUERY, "Number of the page, from 1." },
                   { "page_size", INT, QUERY, "Records a page." }),
      .model = "WorkloadGroups", .list = true },
    { "zia_get_workload_group", "zia_workload_groups", READS,
      "Reads one ZIA group of workloads with the tags that make it. zia_list_workload_groups shows the ids.",
      .method = GET, .path = "/zia/api/v1/workloadGroups/{group_id}",
      .args =
          ARGS({ "group_id", STR, PATH, "Id of the group; zia_list_workload_groups shows it." }),
      .model = "WorkloadGroups" },
    { 0 },
};
