// SPDX-License-Identifier: MIT
#include "tools/tools.h"

const struct tool zid_groups[] = {
    { "zid_list_groups", "zid_groups", READS, "List ZIdentity groups. Returns one page.",
      .method = GET, .path = "/ziam/admin/api/v1/groups",
      .args = ARGS({ "name", STR, QUERY, "Name.", .wire = "name[like]" },
                   { "exclude_dynamic_groups", BOOL, QUERY, "Switch: exclude dynamic groups." },
                   { "offset", INT, QUERY, "Where to continue: the offset of the next page.",
                     .zero_ok = true },
                   { "limit", INT, QUERY, "How many records at most.", .min = 1, .max = 1000 }),
      .at = "records", .model = "GroupRecord", .list = true },
    { "zid_get_group", "zid_groups", READS, "Read ZIdentity group by its id.", .method = GET,
      .path = "/ziam/admin/api/v1/groups/{group_id}",
      .args = ARGS({ "group_id", STR, PATH, "Id of the group." }), .model = "GroupRecord" },
    { "zid_search_groups", "zid_groups", READS, "Search ZIdentity groups. Returns one page.",
      .method = GET, .path = "/ziam/admin/api/v1/groups",
      .args = ARGS({ "name", STR | NEEDED, QUERY, "Name.", .wire = "name[like]" },
                   { "offset", INT, QUERY, "Where to continue: the offset of the next page.",
                     .zero_ok = true },
                   { "limit", INT, QUERY, "How many records at most.", .min = 1, .max = 1000 }),
      .at = "records", .model = "GroupRecord", .list = true },
    { 0 },
};
