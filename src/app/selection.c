// SPDX-License-Identifier: MIT
#include "app/selection.h"

#include "tools/tools.h"

#define PROBLEMS_MAX (64 * 1024)

struct selection selection_of(const struct options *o)
{
    return (struct selection){
        .services = (const char *const *)o->services,
        .disabled_services = (const char *const *)o->disabled_services,
        .toolsets = (const char *const *)o->toolsets,
        .disabled_toolsets = (const char *const *)o->disabled_toolsets,
        .enable_write = o->enable_write_tools,
        .write_tools = (const char *const *)o->write_tools,
        .disabled_tools = (const char *const *)o->disabled_tools,
    };
}

void selection_check(struct options *o)
{
    CLEANUP(buf_release) struct buf problems = BUF_INIT(PROBLEMS_MAX);
    const struct selection selection = selection_of(o);
    selection_problems(&selection, tools_all, &problems);
    struct str rest = buf_str(&problems);
    while (rest.n > 0) {
        struct str line = str_cut(&rest, '\n');
        options_problem(o, STR_FMT, STR_ARG(line));
    }
}
