// SPDX-License-Identifier: MIT
// One call of a handler (tools/call, prompts/get, resources/read): runs it on the thread it is
// called on, and makes the answer of what the handler left.
#include "mcp/internal.h"

void mcp_result_head(struct request *r)
{
    if (r->peer.era != MCP_MODERN)
        return;
    buf_add(r->out, STR("\"resultType\":\"complete\","));
    buf_add(r->out, r->server->meta);
    buf_addc(r->out, ',');
}

// --- the answer ---

static bool result_fits(struct mcp_call *c)
{
    struct request *r = c->request;
    JSON_AUTO *value = NULL;
    struct err err;
    if (c->kind != CALL_TOOL || !c->entry->output || c->is_error)
        return true;
    /*= mcp-2025-11-25 server/tools "Servers MUST provide structured results that conform to this
     * schema." */
    bool ok = c->structured.n ? dom_parse(buf_str(&c->structured), &value, &err) &&
                                    mcp_schema_check(c->entry->output, value, &err)
                              : err_set(&err, ERR_INTERNAL, "there is no structured content");
    if (ok)
        return true;
    err_prefix(&err, "The result of %s does not fit its output schema", c->tool->name);
    rpc_error(r, ERR_INTERNAL, STR_NONE, err_text(&err));
    return false;
}

static void end_tool(struct mcp_call *c)
{
    struct buf *out = c->request->out;
    if (c->structured.n) {
        buf_add(out, STR(",\"structuredContent\":"));
        buf_add(out, buf_str(&c->structured));
    }
    buf_add(out, c->is_error ? STR(",\"isError\":true") : STR(",\"isError\":false"));
}

static void end_prompt(struct mcp_call *c)
{
    if (!c->prompt->description)
        return;
    buf_add(c->request->out, STR(",\"description\":"));
    json_add_string(c->request->out, str_c(c->prompt->description));
}

static void end_resource(struct mcp_call *c)
{
    if (c->request->peer.era == MCP_MODERN)
        buf_addf(c->request->out, ",\"ttlMs\":%d,\"cacheScope\":\"%s\"", c->resource->ttl_ms,
                 c->resource->shared ? "public" : "private");
}

static const struct {
    const char *member;
    void (*end)(struct mcp_call *c);
} shapes[] = {
    [CALL_TOOL] = { "content", end_tool },
    [CALL_PROMPT] = { "messages", end_prompt },
    [CALL_RESOURCE] = { "contents", end_resource },
};

/*= mcp-2025-11-25 server/tools "a tool that returns structured content SHOULD also return the
 * serialized JSON in a TextContent block" */
static void write_result(struct mcp_call *c)
{
    struct request *r = c->request;
    if (!result_fits(c))
        return;
    if (c->structured.n && !c->content.n)
        mcp_text(c, buf_str(&c->structured));
    rpc_begin(r);
    buf_addc(r->out, '{');
    mcp_result_head(r);
    buf_addf(r->out, "\"%s\":[", shapes[c->kind].member);
    buf_add(r->out, buf_str(&c->content));
    buf_addc(r->out, ']');
    shapes[c->kind].end(c);
    buf_addc(r->out, '}');
    r->out->overflow |= c->content.overflow || c->structured.overflow;
    rpc_end(r);
}

/*= mcp-2026-07-28 basic/patterns/mrtr "Servers MUST include at least one of inputRequests or
 * requestState in every InputRequiredResult response." */
static void write_questions(struct mcp_call *c)
{
    struct request *r = c->request;
    rpc_begin(r);
    buf_add(r->out, STR("{\"resultType\":\"input_required\","));
    buf_add(r->out, r->server->meta);
    buf_add(r->out, STR(",\"inputRequests\":"));
    json_add_compact(r->out, c->wanted);
    buf_add(r->out, STR(",\"requestState\":\""));
    mcp_state_seal(c, r->out);
    buf_add(r->out, STR("\"}"));
    rpc_end(r);
}

void mcp_call_write(struct mcp_call *c)
{
    switch (c->answer) {
    case ANSWER_NONE:
        return rpc_error(c->request, ERR_INTERNAL, STR_NONE,
                         c->kind == CALL_TOOL ? STR("The tool gave no result")
                                              : STR("The server gave no result"));
    case ANSWER_CONTENT:
        return write_result(c);
    case ANSWER_INPUT:
        return write_questions(c);
    case ANSWER_GIVEN:
    case ANSWER_TASK:
        return;
    }
}

// --- running ---

static void forward(void *cancel)
{
    cancel_set(cancel);
}

void mcp_call_open(struct mcp_call *c)
{
    struct request *r = c->request;
    const struct value *token = &r->msg->progress_token;
    if ((token->type == SCAN_STRING || token->type == SCAN_NUMBER) && token->raw.n <= MCP_ID_MAX)
        c->progress_token = token->raw;
    buf_init(&c->content, MCP_REPLY_MAX);
    buf_init(&c->structured, MCP_REPLY_MAX);
    cancel_init(&c->cancel);
    mcp_running_add(&r->server->running, c);
    if (r->hang_up && !cancel_hook(r->hang_up, forward, &c->cancel))
        cancel_set(&c->cancel);
}

void mcp_call_release(struct mcp_call *c)
{
    buf_release(&c->content);
    buf_release(&c->structured);
    json_decref(c->tree);
    json_decref(c->answers);
    json_decref(c->responses);
    json_decref(c->wanted);
    json_decref(c->kept);
    json_decref(c->pages);
}

bool mcp_call_close(struct mcp_call *c)
{
    struct request *r = c->request;
    if (r->hang_up)
        cancel_hook(r->hang_up, NULL, NULL);
    mcp_running_remove(&r->server->running, c);
    bool cancelled = cancel_is_set(&c->cancel);
    cancel_release(&c->cancel);
    return cancelled;
}

static void finish(struct mcp_call *c)
{
    struct request *r = c->request;
    bool cancelled = mcp_call_close(c);
    /*= mcp-2026-07-28 basic/patterns/cancellation "Not send a response for the cancelled request"
     */
    if (cancelled) {
        buf_reset(r->out);
        r->status = 202;
    } else {
        mcp_call_write(c);
    }
    mcp_call_release(c);
}

/*= mcp-2025-11-25 basic/utilities/tasks "Servers MUST return a -32601 (Method not found) error if a
 * client does not attempt to do so." */
static void refuse_way(struct mcp_call *c)
{
    if (c->request->peer.era == MCP_MODERN)
        return mcp_fail_missing_capability(c, "extensions." TASKS_EXTENSION);
    mcp_fail(c, ERR_RPC_METHOD_NOT_FOUND, "The tool %s is %s", c->tool->name,
             c->tool->task == MCP_TASK_REQUIRED ? "called as a task only" : "not called as a task");
}

static void run_tool(struct mcp_call *c)
{
    bool as_task = mcp_task_asked(c->request), legacy = c->request->peer.era == MCP_LEGACY;
    if (c->tool->task == MCP_TASK_REQUIRED && !as_task)
        return refuse_way(c);
    if (c->tool->task == MCP_TASK_NEVER && as_task && legacy)
        return refuse_way(c);
    // Questions before the task begins are a matter of the modern era.
    if (c->tool->task != MCP_TASK_NEVER && as_task && (legacy || !c->tool->task_after_questions))
        return mcp_task_begin(c);
    c->handler(c, c->ctx);
}

void mcp_call_run(struct mcp_call *c)
{
    mcp_call_open(c);
    if (!mcp_state_open(c))
        c->answer = ANSWER_GIVEN;
    else if (cancel_is_set(&c->cancel))
        c->answer = ANSWER_NONE;
    else if (c->kind == CALL_TOOL)
        run_tool(c);
    else
        c->handler(c, c->ctx);
    finish(c);
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

struct str mcp_argument(struct mcp_call *c, const char *name)
{
    return dom_str(c->tree, name);
}

struct str mcp_arguments_raw(const struct mcp_call *c)
{
    return c->arguments;
}

struct str mcp_uri(const struct mcp_call *c)
{
    return c->uri;
}

struct str mcp_meta(const struct mcp_call *c, const char *key)
{
    const struct value *meta = &c->request->msg->meta;
    return meta->type == SCAN_OBJECT ? rpc_value_member(meta->raw, str_c(key)).raw : STR_NONE;
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

struct str mcp_traceparent(const struct mcp_call *c)
{
    const struct value *meta = &c->request->msg->meta;
    struct value own = meta->type == SCAN_OBJECT ? rpc_value_member(meta->raw, STR("traceparent"))
                                                 : (struct value){ 0 };
    struct str text = own.type == SCAN_STRING ? rpc_value_text(&own, c->request->arena) : STR_NONE;
    return text.n ? text : c->request->traceparent;
}

struct str mcp_from(const struct mcp_call *c)
{
    return c->request->from;
}

struct str mcp_request_id(const struct mcp_call *c)
{
    return c->request->log_id;
}

struct mcp_server *mcp_server_of(const struct mcp_call *c)
{
    return c->request->server;
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
    struct value v = { .type = SCAN_OBJECT, .raw = c->request->peer.capabilities };
    struct str rest = str_c(capability);
    while (rest.p && v.type == SCAN_OBJECT && v.raw.n)
        v = rpc_value_member(v.raw, str_cut(&rest, '.'));
    return !rest.p && v.type == SCAN_OBJECT && v.raw.n;
}

void mcp_let_go(struct mcp_call *c, int retry_ms)
{
    const struct channel *channel = &c->request->channel;
    if (channel->let_go)
        channel->let_go(channel->ctx, retry_ms);
}
