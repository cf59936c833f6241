// SPDX-License-Identifier: MIT
#include "serve/serve.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/schema.h"
#include "find/find.h"
#include "serve/serve_int.h"
#include "tools/tools.h"

static size_t count_tools(void)
{
    size_t n = 0;
    while (tools_all[n])
        n++;
    return n;
}

static const struct service *find_service(struct str name)
{
    for (const struct service *s = tools_services; s->name; s++)
        if (str_is(name, s->name))
            return s;
    return NULL;
}

static const struct offered *find_offered(const struct serve *s, struct str name)
{
    for (size_t i = 0; i < s->count; i++)
        if (str_is(name, s->offered[i].tool->name))
            return &s->offered[i];
    return NULL;
}

// zia_delete_rule_label -> zia_get_rule_label
static const struct offered *find_namesake(const struct serve *s, const struct tool *tool)
{
    struct str name = str_c(tool->name);
    ptrdiff_t at = str_find(name, STR("_delete_"));
    if (tool->risk != DELETES || at < 0)
        return NULL;
    struct str before = str_slice(name, 0, (size_t)at),
               after = str_slice(name, (size_t)at + 8, name.n);
    return find_offered(
        s, arena_printf(s->arena, STR_FMT "_get_" STR_FMT, STR_ARG(before), STR_ARG(after)));
}

static const struct model *find_model(const struct serve *s, const struct offered *o,
                                      const char *name, struct err *err)
{
    const struct model *model = models_find(s->models, str_c(o->service->name), name);
    if (!model)
        err_set(err, ERR_CONFIG, "tool %s: model %s is unknown", o->tool->name, name);
    return model;
}

static bool look_up(struct serve *s, struct offered *o, const struct tool *tool, struct err *err)
{
    *o = (struct offered){ .serve = s, .tool = tool, .service = find_service(tool_service(tool)) };
    if (!o->service)
        return err_set(err, ERR_CONFIG, "tool %s: its service is not registered", tool->name);
    for (const struct step *step = tool->steps; step && step->method; step++)
        if (step->model && !find_model(s, o, step->model, err))
            return false;
    o->model = tool->model ? find_model(s, o, tool->model, err) : NULL;
    return o->model || !tool->model;
}

static struct str kept(struct serve *s, const struct tool *tool,
                       void (*render)(const struct tool *, struct buf *))
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(SCHEMA_MAX);
    render(tool, &text);
    return text.n ? arena_str(s->arena, buf_str(&text)) : STR_NONE;
}

static bool offer(struct serve *s, const struct offered *o, struct mcp_server *server,
                  struct err *err)
{
    struct mcp_tool out = {
        .name = o->tool->name,
        .description = o->tool->text,
        .input_schema = kept(s, o->tool, schema_input),
        .output_schema = kept(s, o->tool, schema_output),
        .annotations = kept(s, o->tool, schema_annotations),
        .handler = run_call,
        .ctx = (void *)(uintptr_t)o,
        .judges_itself = true,
    };
    return mcp_server_add_tool(server, &out, err);
}

static bool fill(struct serve *s, struct mcp_server *server, struct err *err)
{
    s->count = count_tools();
    s->offered = arena_alloc(s->arena, (s->count + 1) * sizeof(*s->offered));
    s->chosen = arena_alloc(s->arena, (s->count + 1) * sizeof(*s->chosen));
    s->tallies = arena_alloc(s->arena, (s->count + 1) * sizeof(*s->tallies));
    s->timing = arena_alloc(s->arena, sizeof(*s->timing));
    if (!models_new(tools_services, &s->models, err))
        return false;
    for (size_t i = 0; i < s->count; i++)
        if (!look_up(s, &s->offered[i], tools_all[i], err))
            return false;
    for (size_t i = 0; i < s->count; i++)
        s->offered[i].namesake = find_namesake(s, tools_all[i]);
    for (size_t i = 0; i < s->count; i++)
        if (selection_has(&s->config.selection, tools_all[i]))
            s->chosen[s->chosen_count++] = &s->offered[i];
    for (size_t i = 0; i < s->chosen_count && !s->config.search; i++)
        if (!offer(s, s->chosen[i], server, err))
            return false;
    return (!s->config.search || serve_search(s, server, err)) && serve_prompts(s, server, err);
}

bool serve_new(const struct serve_config *config, struct mcp_server *server, struct serve **ret,
               struct err *err)
{
    struct serve *s = mem_zalloc(1, sizeof(*s));
    s->config = *config;
    atomic_init(&s->logs_arguments, config->log_tool_calls);
    s->arena = arena_new();
    if (!fill(s, server, err)) {
        serve_free(s);
        return false;
    }
    *ret = s;
    return true;
}

void serve_free(struct serve *s)
{
    if (!s)
        return;
    find_free(s->index);
    models_free(s->models);
    arena_free(s->arena);
    free(s);
}

unsigned serve_right(const struct serve *s, const void *principal, const struct offered *o)
{
    const struct serve_config *c = &s->config;
    return c->right ? c->right(c->right_ctx, principal, (size_t)(o - s->offered)) : MAY_CALL;
}

bool serve_bounded(const struct offered *o, struct mcp_call *mcp, enum tool_right bound)
{
    unsigned right = serve_right(o->serve, mcp_principal(mcp), o);
    return !(right & MAY_CALL) || right & (unsigned)bound;
}

bool serve_may(const struct serve *s, const struct mcp_tool *tool, const void *principal)
{
    return s->config.search || serve_right(s, principal, tool->ctx) != 0;
}

void serve_tallies(const struct serve *s,
                   void (*fn)(void *ctx, const char *tool, const struct serve_tally *t), void *ctx)
{
    for (size_t i = 0; i < s->count; i++)
        fn(ctx, s->offered[i].tool->name, &s->tallies[i]);
}

const struct timing *serve_timing(const struct serve *s)
{
    return s->timing;
}

void serve_log_arguments(struct serve *s, bool on)
{
    atomic_store(&s->logs_arguments, on);
}

size_t serve_count(const struct serve *s)
{
    return s->chosen_count;
}

const struct tool *serve_tool(const struct serve *s, size_t i)
{
    return s->chosen[i]->tool;
}

void serve_warnings(const struct serve *s, struct buf *out)
{
    selection_warnings(&s->config.selection, out);
}
