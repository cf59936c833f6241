// SPDX-License-Identifier: MIT
#include "catalog/select.h"

#include <string.h>

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

bool selection_has(const struct selection *s, const struct tool *tool)
{
    struct str service = tool_service(tool), toolset = str_c(tool->toolset);
    if (any_matches(s->disabled_tools, tool->name))
        return false;
    if (!empty(s->services) && !listed(s->services, service))
        return false;
    if (s->entitled && !listed(s->entitled, service))
        return false;
    if (listed(s->disabled_services, service) || listed(s->disabled_toolsets, toolset))
        return false;
    if (!all_toolsets(s) && !listed(s->toolsets, toolset))
        return false;
    return tool->risk == READS || (s->enable_write && any_matches(s->write_tools, tool->name));
}

static bool toolset_known(const struct tool *const *tools, const char *id)
{
    for (; *tools; tools++)
        if (strcmp((*tools)->toolset, id) == 0)
            return true;
    return strcmp(id, "all") == 0 || strcmp(id, "default") == 0;
}

static void name_toolsets(const struct tool *const *tools, struct buf *out)
{
    const char *last = "";
    for (; *tools; tools++) {
        if (strcmp((*tools)->toolset, last) != 0)
            buf_addf(out, "%s%s", *last ? ", " : "", (*tools)->toolset);
        last = (*tools)->toolset;
    }
}

static void warn_unknown(const char *flag, const char *const *ids, const struct tool *const *tools,
                         struct buf *out)
{
    CLEANUP(buf_release) struct buf unknown = BUF_INIT(4096);
    for (; ids && *ids; ids++)
        if (!toolset_known(tools, *ids))
            buf_addf(&unknown, "%s'%s'", unknown.n ? ", " : "", *ids);
    if (!unknown.n)
        return;
    buf_addf(out, "%s: unknown toolset id(s) %s — ignored. Known toolsets: ", flag,
             buf_cstr(&unknown));
    name_toolsets(tools, out);
    buf_addc(out, '\n');
}

void selection_warnings(const struct selection *s, const struct tool *const *tools, struct buf *out)
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
    warn_unknown("--toolsets", s->toolsets, tools, out);
    warn_unknown("--disabled-toolsets", s->disabled_toolsets, tools, out);
}
