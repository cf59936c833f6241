// SPDX-License-Identifier: MIT
// One tools/call: finds the tool, runs its handler on the thread it is called on, and writes what
// the handler says straight into the reply.
#include <assert.h>

#include "mcp/internal.h"

static void write_result(struct request *r, struct str text, struct str note, struct str structured,
                         bool is_error)
{
    rpc_begin(r);
    buf_addc(r->out, '{');
    if (r->peer.era == MCP_MODERN) {
        buf_add(r->out, r->server->result_meta);
        buf_addc(r->out, ',');
    }
    buf_add(r->out, STR("\"content\":[{\"type\":\"text\",\"text\":"));
    json_add_string(r->out, text);
    if (note.n) {
        buf_add(r->out, STR("},{\"type\":\"text\",\"text\":"));
        json_add_string(r->out, note);
    }
    buf_add(r->out, STR("}]"));
    if (structured.n) {
        buf_add(r->out, STR(",\"structuredContent\":"));
        buf_add(r->out, structured);
    }
    buf_add(r->out, is_error ? STR(",\"isError\":true}") : STR(",\"isError\":false}"));
    rpc_end(r);
}

static void forward(void *cancel)
{
    cancel_set(cancel);
}

static void start(struct mcp_call *c)
{
    struct request *r = c->request;
    cancel_init(&c->cancel);
    mcp_running_add(&r->server->running, c);
    if (r->hang_up && !cancel_hook(r->hang_up, forward, &c->cancel))
        cancel_set(&c->cancel);
}

static void finish(struct mcp_call *c)
{
    struct request *r = c->request;
    if (r->hang_up)
        cancel_hook(r->hang_up, NULL, NULL);
    mcp_running_remove(&r->server->running, c);
    bool cancelled = cancel_is_set(&c->cancel);
    cancel_release(&c->cancel);
    json_decref(c->tree);
    /*= mcp-2026-07-28 basic/patterns/cancellation "Not send a response for the cancelled request"
     */
    if (cancelled) {
        buf_reset(r->out);
        r->status = 202;
    } else if (c->answer == ANSWER_NONE) {
        rpc_error(r, ERR_INTERNAL, STR_NONE, STR("The tool gave no result"));
    }
}

static void run(struct request *r, const struct tool_entry *tool)
{
    const struct message *m = r->msg;
    struct mcp_call c = {
        .request = r,
        .tool = &tool->tool,
        .arguments = m->arguments.type == SCAN_OBJECT ? m->arguments.raw : STR("{}"),
    };
    const struct value *token = &m->progress_token;
    if ((token->type == SCAN_STRING || token->type == SCAN_NUMBER) && token->raw.n <= MCP_ID_MAX)
        c.progress_token = token->raw;
    struct err err;
    // Before the handler runs: it must not act upon arguments that can be read in two ways.
    if (!dom_parse_object(c.arguments, &c.tree, &err))
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, err_text(&err));
    start(&c);
    if (!cancel_is_set(&c.cancel))
        tool->tool.handler(&c, tool->tool.ctx);
    finish(&c);
}

void mcp_method_tools_call(struct request *r)
{
    const struct message *m = r->msg;
    bool arguments_ok =
        rpc_value_is_null_or_absent(&m->arguments) || m->arguments.type == SCAN_OBJECT;
    if (m->tool.type != SCAN_STRING || !arguments_ok)
        return rpc_error(r, ERR_RPC_INVALID_PARAMS, STR_NONE, STR("Invalid request parameters"));
    struct str name = rpc_value_text(&m->tool, r->arena);
    const struct tool_entry *tool = mcp_tool_find(r->server, name);
    // One that the person may not call looks as one that is not there. A result, not an error: the
    // model reads it and corrects itself.
    if (!tool || !mcp_tool_allowed(r, tool)) {
        CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_BODY_MAX + 64);
        buf_addf(&text, "Unknown tool: " STR_FMT, STR_ARG(name));
        return write_result(r, buf_str(&text), STR_NONE, STR_NONE, true);
    }
    run(r, tool);
}

// --- what handlers ask ---

const struct mcp_tool *mcp_call_tool(const struct mcp_call *c)
{
    return c->tool;
}

const json_t *mcp_arguments(struct mcp_call *c)
{
    return c->tree;
}

struct str mcp_arguments_raw(const struct mcp_call *c)
{
    return c->arguments;
}

struct arena *mcp_arena(struct mcp_call *c)
{
    return c->request->arena;
}

struct cancel *mcp_cancel(struct mcp_call *c)
{
    return &c->cancel;
}

const void *mcp_principal(const struct mcp_call *c)
{
    return c->request->principal;
}

struct str mcp_request_id(const struct mcp_call *c)
{
    return c->request->log_id;
}

enum mcp_era mcp_era(const struct mcp_call *c)
{
    return c->request->peer.era;
}

struct str mcp_client_name(const struct mcp_call *c)
{
    return c->request->peer.client_name;
}

bool mcp_client_can(const struct mcp_call *c, const char *capability)
{
    struct str all = c->request->peer.capabilities;
    return all.n && rpc_value_member(all, str_c(capability)).type == SCAN_OBJECT;
}

/*= mcp-2026-07-28 basic/patterns/progress "The progress value MUST increase with each notification,
 * even if the total is unknown." */
void mcp_progress(struct mcp_call *c, double progress, double total, const char *message)
{
    const struct channel *channel = &c->request->channel;
    bool grows = !c->progressed || progress > c->progress;
    if (!c->progress_token.n || !channel->notify || !grows || cancel_is_set(&c->cancel))
        return;
    CLEANUP(buf_release) struct buf note = BUF_INIT(MCP_NOTE_MAX);
    struct json_writer w;
    jw_init(&w, &note);
    jw_object(&w);
    jw_kv_c(&w, "jsonrpc", "2.0");
    jw_kv_c(&w, "method", "notifications/progress");
    jw_key(&w, "params");
    jw_object(&w);
    jw_kv_raw(&w, "progressToken", c->progress_token);
    jw_key(&w, "progress");
    jw_real(&w, progress);
    if (total > 0) {
        jw_key(&w, "total");
        jw_real(&w, total);
    }
    if (message)
        jw_kv_c(&w, "message", message);
    jw_object_end(&w);
    jw_object_end(&w);
    c->progress = progress;
    c->progressed = true;
    if (buf_ok(&note))
        channel->notify(channel->ctx, buf_str(&note));
}

// --- what handlers answer ---

void mcp_result(struct mcp_call *c, struct str text, struct str structured, bool is_error)
{
    write_result(c->request, text, c->note, structured, is_error);
    c->answer = ANSWER_GIVEN;
}

void mcp_note(struct mcp_call *c, struct str text)
{
    c->note = arena_str(mcp_arena(c), text);
}

void mcp_result_text(struct mcp_call *c, struct str text)
{
    mcp_result(c, text, STR_NONE, false);
}

void mcp_result_error(struct mcp_call *c, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_REPLY_MAX);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    mcp_result(c, buf_str(&text), STR_NONE, true);
}

void mcp_fail(struct mcp_call *c, enum err_code code, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_REPLY_MAX);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    rpc_error(c->request, code, STR_NONE, buf_str(&text));
    c->answer = ANSWER_GIVEN;
}

void mcp_fail_missing_capability(struct mcp_call *c, const char *capability)
{
    CLEANUP(buf_release) struct buf data = BUF_INIT(1024);
    buf_adds(&data, "{\"requiredCapabilities\":{");
    json_add_string(&data, str_c(capability));
    buf_adds(&data, ":{}}}");
    rpc_error(c->request, ERR_RPC_MISSING_CAPABILITY, buf_str(&data),
              STR("The tool needs a capability that the client did not declare"));
    c->answer = ANSWER_GIVEN;
}
