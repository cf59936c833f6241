// SPDX-License-Identifier: MIT
// `zscaler-mcp doctor --tools`: why each tool is offered or not, and what to set.
#include "app/doctor_tools.h"

#include "app/entitled.h"
#include "app/parts.h"
#include "app/selection.h"
#include "tools/tools.h"

static const struct {
    const char *why, *fix;
} reasons[] = {
    [SELECTED] = { "on", NULL },
    [OFF_BY_PATTERN] = { "ZSCALER_MCP_DISABLED_TOOLS names it", "take the pattern out" },
    [OFF_BY_SERVICES] = { "its service is not in ZSCALER_MCP_SERVICES", "add it" },
    [OFF_BY_DISABLED_SERVICE] = { "its service is in ZSCALER_MCP_DISABLED_SERVICES",
                                  "take it out" },
    [OFF_BY_ENTITLEMENT] = { "the API client may not use this product",
                             "ZIdentity > Integration > API Clients > (client) > Resources, or "
                             "ZSCALER_MCP_DISABLE_ENTITLEMENT_FILTER=true" },
    [OFF_BY_TOOLSETS] = { "its toolset is not in ZSCALER_MCP_TOOLSETS", "add it" },
    [OFF_BY_DISABLED_TOOLSET] = { "its toolset is in ZSCALER_MCP_DISABLED_TOOLSETS",
                                  "take it out" },
    [OFF_BY_WRITE_SWITCH] = { "it changes something",
                              "ZSCALER_MCP_WRITE_ENABLED=true, and its name in "
                              "ZSCALER_MCP_WRITE_TOOLS" },
    [OFF_BY_WRITE_LIST] = { "it changes something, and ZSCALER_MCP_WRITE_TOOLS does not name it",
                            "add its name or a pattern" },
};

static bool asked_for(const struct tool *tool, const char *const *patterns)
{
    for (; *patterns; patterns++)
        if (pattern_matches(*patterns, tool->name))
            return true;
    return false;
}

static void show_service(const struct selection *s, const struct service *service)
{
    size_t counts[ARRAY_LEN(reasons)] = { 0 }, all = 0;
    for (const struct tool *const *t = tools_all; *t; t++) {
        if (!str_is(tool_service(*t), service->name))
            continue;
        counts[selection_why(s, *t)]++;
        all++;
    }
    printf("%s: %zu of %zu on\n", service->name, counts[SELECTED], all);
    for (size_t i = SELECTED + 1; i < ARRAY_LEN(reasons); i++)
        if (counts[i] > 0)
            printf("  %zu off: %s. To change it: %s\n", counts[i], reasons[i].why, reasons[i].fix);
}

static size_t show_tools(const struct selection *s, const char *const *patterns)
{
    size_t shown = 0;
    for (const struct tool *const *t = tools_all; *t; t++) {
        if (!asked_for(*t, patterns))
            continue;
        enum selection_reason why = selection_why(s, *t);
        shown++;
        if (why == SELECTED)
            printf("%s (%s): on\n", (*t)->name, (*t)->toolset);
        else
            printf("%s (%s): off: %s. To change it: %s\n", (*t)->name, (*t)->toolset,
                   reasons[why].why, reasons[why].fix);
    }
    return shown;
}

static const char *const *ask_entitled(struct options *o, struct fetcher *fetcher)
{
    const struct oneapi_config config = parts_oneapi_config(o);
    struct oneapi *api = NULL;
    struct err err;
    if (!oneapi_new(&config, fetcher, &api, &err))
        return NULL;
    const char *const *entitled = entitled_services(o, api);
    oneapi_free(api);
    return entitled;
}

int doctor_tools(struct options *o, struct fetcher *fetcher, const char *const *patterns)
{
    struct selection s = selection_of(o);
    s.entitled = ask_entitled(o, fetcher);
    if (*patterns) {
        if (show_tools(&s, patterns) > 0)
            return 0;
        fprintf(stderr, "zscaler-mcp doctor: no tool fits %s\n", *patterns);
        return 2;
    }
    for (const struct service *service = tools_services; service->name; service++)
        show_service(&s, service);
    return 0;
}
