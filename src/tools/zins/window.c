// SPDX-License-Identifier: MIT
#include "tools/zins/window.h"

#define DAY_MS   (86400LL * 1000)
#define SHORT_D  7
#define LONG_D   14
#define DAYS_MAX 100000

// The API answers for windows of these two lengths only.
static int64_t nearest_span(int64_t days)
{
    return days - SHORT_D <= LONG_D - days ? SHORT_D : LONG_D;
}

static int64_t days_back(const struct tool_call *call, const char *name)
{
    int64_t days = dom_int(call->args, name, 0);
    return days < DAYS_MAX ? days : DAYS_MAX;
}

bool zins_window(struct tool_call *call, struct err *err)
{
    json_t *given_start = call_arg(call, "start_time"), *given_end = call_arg(call, "end_time");
    int64_t now = call->now * 1000;
    int64_t start_days = days_back(call, "start_days_ago");
    int64_t end_days = days_back(call, "end_days_ago");
    if (!given_start && !given_end)
        start_days = end_days + nearest_span(start_days - end_days);
    int64_t start = given_start ? json_integer_value(given_start) : now - start_days * DAY_MS;
    int64_t end = given_end ? json_integer_value(given_end) : now - end_days * DAY_MS;
    if (start >= end)
        return err_set(err, ERR_TOOL_ARGUMENTS, "start_time must lie before end_time");
    if (end > now - DAY_MS)
        return err_set(err, ERR_TOOL_ARGUMENTS,
                       "end_time must lie at least a day back: the data is that much behind");
    dom_set(call->args, "start_time", json_integer(start));
    dom_set(call->args, "end_time", json_integer(end));
    return true;
}
