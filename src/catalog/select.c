// SPDX-License-Identifier: MIT
#include "catalog/select.h"

#include <string.h>

#include "base/nearest.h"

static bool listed(const char *const *list, struct str word)
{
    for (; list && *list; list++)
        if (str_is(word, *list))
            return true;
    return false;
}

static bool empty(const char *const *list)
{
    return !list || !*list;
}

static size_t count(const char *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    return n;
}

// The end of a [seq] that begins behind '[', NULL if it is never closed: then '[' is itself.
static const char *class_end(const char *p)
{
    if (*p == '!')
        p++;
    if (*p == ']')
        p++;
    return strchr(p, ']');
}

static bool class_has(const char *p, const char *end, char c)
{
    bool negated = *p == '!', found = false;
    for (p += negated; p < end; p++) {
        bool range = p + 2 < end && p[1] == '-';
        found = found || (range ? c >= p[0] && c <= p[2] : c == *p);
        p += range ? 2 : 0;
    }
    return found != negated;
}

// Where a pattern element that stands for one character ends, if it fits c; else NULL.
static const char *one(const char *pattern, char c)
{
    const char *end = *pattern == '[' ? class_end(pattern + 1) : NULL;
    if (!c || !*pattern)
        return NULL;
    if (end)
        return class_has(pattern + 1, end, c) ? end + 1 : NULL;
    return *pattern == '?' || *pattern == c ? pattern + 1 : NULL;
}

bool pattern_matches(const char *pattern, const char *name)
{
    const char *star = NULL, *from = NULL; // the last *, and where the text behind it was tried
    while (*name) {
        const char *next = *pattern == '*' ? NULL : one(pattern, *name);
        if (*pattern == '*') {
            star = ++pattern;
            from = name;
        } else if (next) {
            pattern = next;
            name++;
        } else if (star) {
            pattern = star;
            name = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

static bool any_matches(const char *const *patterns, const char *name)
{
    for (; patterns && *patterns; patterns++)
        if (pattern_matches(*patterns, name))
            return true;
    return false;
}

static bool all_toolsets(const struct selection *s)
{
    return empty(s->toolsets) || listed(s->toolsets, STR("all")) ||
           listed(s->toolsets, STR("default"));
}

enum selection_reason selection_why(const struct selection *s, const struct tool *tool)
{
    struct str service = tool_service(tool), toolset = str_c(tool->toolset);
    if (any_matches(s->disabled_tools, tool->name))
        return OFF_BY_PATTERN;
    if (!empty(s->services) && !listed(s->services, service))
        return OFF_BY_SERVICES;
    if (listed(s->disabled_services, service))
        return OFF_BY_DISABLED_SERVICE;
    if (s->entitled && !listed(s->entitled, service))
        return OFF_BY_ENTITLEMENT;
    if (!all_toolsets(s) && !listed(s->toolsets, toolset))
        return OFF_BY_TOOLSETS;
    if (listed(s->disabled_toolsets, toolset))
        return OFF_BY_DISABLED_TOOLSET;
    if (tool->risk != READS && !s->enable_write)
        return OFF_BY_WRITE_SWITCH;
    return tool->risk == READS || any_matches(s->write_tools, tool->name) ? SELECTED
                                                                          : OFF_BY_WRITE_LIST;
}

bool selection_has(const struct selection *s, const struct tool *tool)
{
    return selection_why(s, tool) == SELECTED;
}

// --- names that are none ---

static bool is_service(const struct tool *t, const char *word)
{
    return str_is(tool_service(t), word);
}

static bool is_toolset(const struct tool *t, const char *word)
{
    return strcmp(t->toolset, word) == 0 || strcmp(word, "all") == 0 ||
           strcmp(word, "default") == 0;
}

static bool is_fit(const struct tool *t, const char *word)
{
    return pattern_matches(word, t->name);
}

static bool is_fit_for_write(const struct tool *t, const char *word)
{
    return t->risk != READS && pattern_matches(word, t->name);
}

typedef bool judge(const struct tool *t, const char *word);

static void name_nearest(const struct tool *const *tools, judge *is, const char *word,
                         struct buf *out)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct nearest nearest = { .given = str_c(word) };
    for (; *tools; tools++)
        nearest_offer(&nearest, is == is_service   ? arena_cstr(arena, tool_service(*tools))
                                : is == is_toolset ? (*tools)->toolset
                                                   : (*tools)->name);
    if (nearest_found(&nearest))
        buf_addf(out, ": did you mean %s?", nearest_found(&nearest));
}

static void judge_list(const char *setting, const char *what, const char *const *list, judge *is,
                       const struct tool *const *tools, struct buf *out)
{
    for (; list && *list; list++) {
        bool known = false;
        for (const struct tool *const *t = tools; *t && !known; t++)
            known = is(*t, *list);
        if (known)
            continue;
        buf_addf(out, "%s: '%s' %s", setting, *list, what);
        name_nearest(tools, is, *list, out);
        buf_addc(out, '\n');
    }
}

void selection_problems(const struct selection *s, const struct tool *const *tools, struct buf *out)
{
    const struct {
        const char *setting, *what;
        const char *const *list;
        judge *is;
    } lists[] = {
        { "ZSCALER_MCP_SERVICES", "is no service", s->services, is_service },
        { "ZSCALER_MCP_DISABLED_SERVICES", "is no service", s->disabled_services, is_service },
        { "ZSCALER_MCP_TOOLSETS", "is no toolset", s->toolsets, is_toolset },
        { "ZSCALER_MCP_DISABLED_TOOLSETS", "is no toolset", s->disabled_toolsets, is_toolset },
        { "ZSCALER_MCP_WRITE_TOOLS", "fits no tool that changes something", s->write_tools,
          is_fit_for_write },
        { "ZSCALER_MCP_DISABLED_TOOLS", "fits no tool", s->disabled_tools, is_fit },
    };
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        judge_list(lists[i].setting, lists[i].what, lists[i].list, lists[i].is, tools, out);
}

// --- keys that do not fit together ---

void selection_warnings(const struct selection *s, struct buf *out)
{
    if (s->enable_write && empty(s->write_tools))
        buf_adds(
            out,
            "Write tools are enabled but no allowlist was given — registering 0 write tools. "
            "Say which with --write-tools 'zpa_create_*,zia_update_*' (or ZSCALER_MCP_WRITE_TOOLS).\n");
    if (!s->enable_write && !empty(s->write_tools))
        buf_addf(
            out,
            "A write-tool allowlist was given (%zu pattern(s)) but write tools are disabled — registering 0 "
            "write tools. Switch them on with --enable-write-tools (or ZSCALER_MCP_WRITE_ENABLED=true).\n",
            count(s->write_tools));
}
