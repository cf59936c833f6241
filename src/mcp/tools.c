// SPDX-License-Identifier: MIT
// The tools of a server: how a list shows them, looked up by name, called.
#include "mcp/internal.h"

#define ENTRY_MAX (4u * 1024 * 1024) // bytes of one tool in a list

static int by_name(const void *a, const void *b)
{
    const struct tool_entry *const *x = a, *const *y = b;
    return str_cmp(str_c((*x)->tool.name), str_c((*y)->tool.name));
}

const struct tool_entry *mcp_tool_find(const struct mcp_server *s, struct str name)
{
    size_t low = 0, high = s->tool_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = str_cmp(name, str_c(s->sorted[mid]->tool.name));
        if (order == 0)
            return s->sorted[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

bool mcp_tool_allowed(const struct request *r, const struct mcp_tool *tool)
{
    const struct mcp_config *config = &r->server->config;
    return !config->may || config->may(tool, r->principal, config->may_ctx);
}

static void add_optional(struct json_writer *w, const char *key, const char *text)
{
    if (text)
        jw_kv_c(w, key, text);
}

void mcp_render_head(struct json_writer *w, const char *name, const char *title,
                     const char *description, const char *icons_json)
{
    jw_kv_c(w, "name", name);
    add_optional(w, "title", title);
    add_optional(w, "description", description);
    if (icons_json)
        jw_kv_raw(w, "icons", str_c(icons_json));
}

static void render(struct json_writer *w, const struct mcp_tool *tool, enum mcp_era era)
{
    static const char *const support[] = { "forbidden", "optional", "required" };
    jw_object(w);
    mcp_render_head(w, tool->name, tool->title, tool->description, tool->icons_json);
    jw_kv_raw(w, "inputSchema",
              tool->input_schema.n ? tool->input_schema : STR("{\"type\":\"object\"}"));
    if (tool->output_schema.n)
        jw_kv_raw(w, "outputSchema", tool->output_schema);
    if (tool->annotations.n)
        jw_kv_raw(w, "annotations", tool->annotations);
    if (era == MCP_LEGACY && tool->task != MCP_TASK_NEVER) {
        jw_key(w, "execution");
        jw_object(w);
        jw_kv_c(w, "taskSupport", support[tool->task]);
        jw_object_end(w);
    }
    jw_object_end(w);
}

static void list(struct mcp_server *s, enum list_kind kind, enum mcp_era era)
{
    CLEANUP(buf_release) struct buf one = BUF_INIT(ENTRY_MAX);
    for (size_t i = 0; i < s->tool_count; i++) {
        struct json_writer w;
        const struct mcp_tool *tool = &s->tools[i].tool;
        buf_reset(&one);
        jw_init(&w, &one);
        render(&w, tool, era);
        struct str json = arena_str(s->arena, buf_str(&one));
        mcp_list_add(&s->lists[kind], (struct listed){ .json = json, .tool = tool });
    }
    mcp_list_freeze(s, kind);
}

void mcp_tools_freeze(struct mcp_server *s)
{
    s->sorted = arena_alloc(s->arena, (s->tool_count + 1) * sizeof(struct tool_entry *));
    for (size_t i = 0; i < s->tool_count; i++)
        s->sorted[i] = &s->tools[i];
    qsort(s->sorted, s->tool_count, sizeof(struct tool_entry *), by_name);
    list(s, LIST_TOOLS, MCP_MODERN);
    if (mcp_server_has_tasks(s))
        list(s, LIST_TOOLS_LEGACY, MCP_LEGACY);
}

// A result, not an error: the model reads it and corrects itself.
static void refuse(struct request *r, struct str text)
{
    rpc_begin(r);
    buf_addc(r->out, '{');
    mcp_result_head(r);
    buf_add(r->out, STR("\"content\":[{\"type\":\"text\",\"text\":"));
    json_add_string(r->out, text);
    buf_add(r->out, STR("}],\"isError\":true}"));
    rpc_end(r);
}

/*= mcp-2025-11-25 server/tools "Tool Execution Errors contain actionable feedback that language
 * models can use to self-correct and retry with adjusted parameters." */
static bool arguments_fit(struct request *r, const struct tool_entry *entry, const json_t *tree)
{
    struct err err;
    if (!entry->input || mcp_schema_check(entry->input, tree, &err))
        return true;
    err_prefix(&err, "The arguments of %s do not fit its input schema", entry->tool.name);
    refuse(r, err_text(&err));
    return false;
}

static void run(struct request *r, const struct tool_entry *entry)
{
    const struct value *given = &r->msg->arguments;
    struct mcp_call c = {
        .request = r,
        .kind = CALL_TOOL,
        .entry = entry,
        .tool = &entry->tool,
        .handler = entry->tool.handler,
        .ctx = entry->tool.ctx,
        .arguments = given->type == SCAN_OBJECT ? given->raw : STR("{}"),
    };
    struct err err;
    // Before the handler runs: it must not act upon arguments that can be read in two ways.
    if (!dom_parse_object(c.arguments, &c.tree, &err))
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, err_text(&err));
    if (arguments_fit(r, entry, c.tree))
        mcp_call_run(&c);
    else
        json_decref(c.tree);
}

static void refuse_unknown(struct request *r, struct str name)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_BODY_MAX + 64);
    buf_addf(&text, "Unknown tool: " STR_FMT, STR_ARG(name));
    if (r->server->config.unknown_tools_are_results)
        return refuse(r, buf_str(&text));
    rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, buf_str(&text));
}

static void tell_refused(struct request *r, const struct tool_entry *entry)
{
    const struct mcp_config *config = &r->server->config;
    const struct mcp_call call = {
        .request = r, .kind = CALL_TOOL, .entry = entry, .tool = &entry->tool
    };
    if (config->refused)
        config->refused(&call, config->refused_ctx);
}

void mcp_method_tools_call(struct request *r)
{
    const struct message *m = r->msg;
    bool arguments_ok =
        rpc_value_is_null_or_absent(&m->arguments) || m->arguments.type == SCAN_OBJECT;
    if (m->tool.type != SCAN_STRING || !arguments_ok)
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, STR("Invalid request parameters"));
    struct str name = rpc_value_text(&m->tool, r->arena);
    const struct tool_entry *entry = mcp_tool_find(r->server, name);
    // One that the person may not call looks as one that is not there.
    bool allowed = entry && mcp_tool_allowed(r, &entry->tool);
    if (entry && !allowed)
        tell_refused(r, entry);
    if (!allowed)
        return refuse_unknown(r, name);
    run(r, entry);
}
