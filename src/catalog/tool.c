// SPDX-License-Identifier: MIT
// What follows from a tool's data.
#include "catalog/tool.h"

#include <string.h>

#include "catalog/names.h"

struct str tool_service(const struct tool *tool)
{
    struct str rest = str_c(tool->name);
    struct str first = str_cut(&rest, '_');
    return str_is(first, "get") ? str_cut(&rest, '_') : first;
}

const struct arg *tool_arg(const struct tool *tool, const char *name)
{
    for (const struct arg *arg = tool->args; arg && arg->name; arg++)
        if (strcmp(arg->name, name) == 0)
            return arg;
    return NULL;
}

const struct arg arg_dry_run = { "dry_run", BOOL, NOWHERE,
                                 "true shows the requests instead of sending them.",
                                 .otherwise = "false" };

bool tool_changes(const struct tool *tool)
{
    return tool->risk != READS;
}

bool tool_has_query(const struct tool *tool)
{
    return tool->with_query || (tool->list && !tool->no_query);
}

struct str arg_wire(const struct arg *arg, struct arena *arena)
{
    if (arg->wire)
        return str_c(arg->wire);
    CLEANUP(buf_release) struct buf name = BUF_INIT(NAME_MAX_BYTES);
    name_camel(str_c(arg->name), &name);
    return arena_str(arena, buf_str(&name));
}

bool arg_required(const struct arg *arg)
{
    return (arg->type & NEEDED) ||
           (arg->place == PATH && !arg->otherwise && !(arg->type & OR_NULL));
}

bool arg_nullable(const struct arg *arg)
{
    return (arg->type & OR_NULL) || (!arg_required(arg) && !arg->otherwise);
}

size_t tool_steps(const struct tool *tool, const struct step **ret, struct step *room)
{
    size_t count = 0;
    if (tool->steps) {
        while (tool->steps[count].method)
            count++;
        *ret = tool->steps;
        return count;
    }
    *room = (struct step){
        .method = tool->method, .path = tool->path, .query = tool->query, .body = tool->body
    };
    *ret = room;
    return tool->method ? 1 : 0;
}

// What stands after the service: "list_rule_labels".
static struct str without_service(const struct tool *tool)
{
    struct str rest = str_c(tool->name);
    struct str first = str_cut(&rest, '_');
    if (!str_is(first, "get"))
        return rest;
    return str_c(tool->name);
}

struct str tool_doing(const struct tool *tool, struct arena *arena)
{
    if (tool->doing)
        return str_c(tool->doing);
    struct str words = arena_str(arena, without_service(tool));
    char *p = (char *)(uintptr_t)words.p;
    for (size_t i = 0; i < words.n; i++)
        if (p[i] == '_')
            p[i] = ' ';
    return words;
}

struct str tool_thing(const struct tool *tool, struct arena *arena)
{
    if (tool->what)
        return str_c(tool->what);
    const char *from = strstr(tool->name, "delete_");
    struct str words = arena_str(arena, str_c(from ? from + strlen("delete_") : tool->name));
    char *p = (char *)(uintptr_t)words.p;
    for (size_t i = 0; i < words.n; i++) {
        bool start = i == 0 || p[i - 1] == ' ';
        if (p[i] == '_')
            p[i] = ' ';
        else if (start && p[i] >= 'a' && p[i] <= 'z')
            p[i] = (char)(p[i] - 32);
    }
    return words;
}

json_t *call_arg(const struct tool_call *call, const char *name)
{
    json_t *value = json_object_get(call->args, name);
    return json_is_null(value) ? NULL : value;
}

struct str call_text(const struct tool_call *call, const char *name)
{
    return dom_str(call->args, name);
}

json_t *call_answer(const struct tool_call *call, size_t step)
{
    return step >= 1 && step <= call->answer_count ? call->answers[step - 1] : NULL;
}
