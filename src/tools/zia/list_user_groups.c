// SPDX-License-Identifier: MIT
#include "tools/tools.h"

static bool name_is_said(struct tool_call *call, struct err *err)
{
    struct str name = call_text(call, "name");
    return !name.p || str_trim(name).n || err_set(err, ERR_TOOL_ARGUMENTS, "name is empty");
}

static bool has_part(struct str text, struct str part)
{
    for (size_t i = 0; i + part.n <= text.n; i++)
        if (str_eq_nocase(str_slice(text, i, i + part.n), part))
            return true;
    return false;
}

// A group that was read by its id is not looked through.
static bool groups_by_name(struct tool_call *call, json_t **value, struct err *err)
{
    (void)err;
    struct str name = str_trim(call_text(call, "name"));
    if (!name.n || call_arg(call, "group_id"))
        return true;
    for (size_t i = json_array_size(*value); i-- > 0;)
        if (!has_part(dom_str(json_array_get(*value, i), "name"), name))
            json_array_remove(*value, i);
    return true;
}

const struct tool zia_list_user_groups[] = {
    { "get_zia_user_groups", "zia_users", READS,
      "Lists the groups of ZIA users with their ids, or reads one by its id. Their ids serve the groups of rules.",
      .steps =
          STEPS({ GET, "/zia/api/v1/groups", .when = "!group_id&!name" },
                { GET, "/zia/api/v1/groups", .query = "pageSize=1000", .when = "!group_id&name" },
                { GET, "/zia/api/v1/groups/{group_id}", .when = "group_id", .one = true }),
      .args =
          ARGS({ "group_id", STR | OR_NULL, PATH,
                 "Id of the group to read; the filters are then left out." },
               { "name", STR, NOWHERE, "Part of the name; looks through the first 1000 groups." },
               { "search", STR, QUERY, "Part of the name or comment to look for.", .step = 1 },
               { "defined_by", STR, QUERY, "Who defined the group.", .step = 1 },
               { "page", INT, QUERY, "Number of the page, from 1.", .step = 1 },
               { "page_size", INT, QUERY, "Records a page, at most 1000.", .step = 1, .min = 1,
                 .max = 1000 },
               { "sort_by", STR, QUERY, "Field to sort by.", .step = 1,
                 .choices =
                     CHOICES("id", "name", "expiry", "status", "external_id", "rank", "mod_time") },
               { "sort_order", STR, QUERY, "asc, desc or rule_execution.", .step = 1,
                 .choices = CHOICES("asc", "desc", "rule_execution") }),
      .model = "Groups", .list = true, .prepare = name_is_said, .finish = groups_by_name },
    { 0 },
};
