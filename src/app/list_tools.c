// SPDX-License-Identifier: MIT
#include "app/list_tools.h"

#include "catalog/select.h"
#include "tools/tools.h"

static int by_name(const void *a, const void *b)
{
    return str_cmp(str_c((*(const struct service *const *)a)->name),
                   str_c((*(const struct service *const *)b)->name));
}

static size_t sorted_services(struct arena *arena, const struct service ***ret)
{
    size_t n = 0;
    while (tools_services[n].name)
        n++;
    const struct service **list = arena_alloc(arena, (n + 1) * sizeof(*list));
    for (size_t i = 0; i < n; i++)
        list[i] = &tools_services[i];
    qsort(list, n, sizeof(*list), by_name);
    *ret = list;
    return n;
}

static size_t count(const struct selection *s, struct str service)
{
    size_t n = 0;
    for (const struct tool *const *t = tools_all; *t; t++)
        n += selection_has(s, *t) && (!service.p || str_eq(tool_service(*t), service));
    return n;
}

static void list_service(const struct selection *s, const char *service, size_t n, struct buf *out)
{
    static const char *const marks[] = {
        [READS] = "", [CREATES] = " [create]", [UPDATES] = " [update]", [DELETES] = " [delete]"
    };
    buf_addf(out, "\n%s (%zu):\n", service, n);
    for (const struct tool *const *t = tools_all; *t; t++) {
        struct str rest = str_c((*t)->text), text = str_cut(&rest, '\n');
        if (selection_has(s, *t) && str_is(tool_service(*t), service))
            buf_addf(out, "  %s%s — " STR_FMT "\n", (*t)->name, marks[(*t)->risk], STR_ARG(text));
    }
}

void list_tools(const struct options *o, struct buf *out)
{
    static const char *const all[] = { "*", NULL };
    const struct selection s = { .services = (const char *const *)o->services,
                                 .disabled_services = (const char *const *)o->disabled_services,
                                 .enable_write = true,
                                 .write_tools = all };
    const struct service **services;
    size_t n = sorted_services(o->arena, &services), chosen = 0;
    for (size_t i = 0; i < n; i++)
        chosen += count(&s, str_c(services[i]->name)) > 0;
    buf_addf(out, "Zscaler MCP Server v%s — %zu tool(s) across %zu service(s)\n",
             ZSCALER_MCP_VERSION, count(&s, STR_NONE), chosen);
    for (size_t i = 0; i < n; i++) {
        size_t here = count(&s, str_c(services[i]->name));
        if (here > 0)
            list_service(&s, services[i]->name, here, out);
    }
}

// --- docs/tools.md ---

static bool is_write(const struct tool *tool)
{
    return tool->risk != READS;
}

// The first sentence: it ends with a full stop before a blank.
static struct str first_sentence(const char *text)
{
    struct str rest = str_c(text);
    ptrdiff_t end = str_find(rest, STR(". "));
    return end < 0 ? rest : str_slice(rest, 0, (size_t)end + 1);
}

static void document_toolset(const char *toolset, struct buf *out)
{
    static const char *const kinds[] = {
        [READS] = "reads", [CREATES] = "creates", [UPDATES] = "changes", [DELETES] = "deletes"
    };
    buf_addf(out, "\n### `%s`\n\n| Tool | | What it does |\n|---|---|---|\n", toolset);
    for (const struct tool *const *t = tools_all; *t; t++) {
        struct str text = first_sentence((*t)->text);
        if (strcmp((*t)->toolset, toolset) == 0)
            buf_addf(out, "| `%s` | %s | " STR_FMT " |\n", (*t)->name, kinds[(*t)->risk],
                     STR_ARG(text));
    }
}

static bool seen_before(const struct tool *const *tool)
{
    for (const struct tool *const *t = tools_all; t < tool; t++)
        if (strcmp((*t)->toolset, (*tool)->toolset) == 0)
            return true;
    return false;
}

static void document_service(const struct service *service, struct buf *out)
{
    size_t all = 0, writes = 0;
    for (const struct tool *const *t = tools_all; *t; t++) {
        bool here = str_is(tool_service(*t), service->name);
        all += here;
        writes += here && is_write(*t);
    }
    buf_addf(out, "\n## %s (`%s`): %zu tools, %zu of them write\n", service->title, service->name,
             all, writes);
    for (const struct tool *const *t = tools_all; *t; t++)
        if (str_is(tool_service(*t), service->name) && !seen_before(t))
            document_toolset((*t)->toolset, out);
}

void tools_docs(const struct options *o, struct buf *out)
{
    const struct service **services;
    size_t n = sorted_services(o->arena, &services);
    for (size_t i = 0; i < n; i++)
        document_service(services[i], out);
}
