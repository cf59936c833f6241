// SPDX-License-Identifier: MIT
// Notifications that belong to a request: progress and log messages.
#include "mcp/internal.h"

static const char *const levels[] = {
    [MCP_DEBUG] = "debug",     [MCP_INFO] = "info",           [MCP_NOTICE] = "notice",
    [MCP_WARNING] = "warning", [MCP_ERROR] = "error",         [MCP_CRITICAL] = "critical",
    [MCP_ALERT] = "alert",     [MCP_EMERGENCY] = "emergency",
};

const char *mcp_level_name(enum mcp_level level)
{
    return levels[level];
}

bool mcp_level_of(struct str name, enum mcp_level *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        if (str_is(name, levels[i])) {
            *ret = (enum mcp_level)i;
            return true;
        }
    return false;
}

static void begin(struct json_writer *w, struct buf *note, const char *method)
{
    jw_init(w, note);
    jw_object(w);
    jw_kv_c(w, "jsonrpc", "2.0");
    jw_kv_c(w, "method", method);
    jw_key(w, "params");
    jw_object(w);
}

static void send(struct mcp_call *c, struct json_writer *w)
{
    const struct channel *channel = &c->request->channel;
    jw_object_end(w);
    jw_object_end(w);
    if (buf_ok(w->out))
        channel->notify(channel->ctx, buf_str(w->out));
}

static bool can_send(struct mcp_call *c)
{
    return c->request->channel.notify && !cancel_is_set(&c->cancel);
}

/*= mcp-2026-07-28 basic/patterns/progress "The progress value MUST increase with each notification,
 * even if the total is unknown." */
void mcp_progress(struct mcp_call *c, double progress, double total, const char *message)
{
    bool grows = !c->progressed || progress > c->progress;
    if (!c->progress_token.n || !grows || !can_send(c))
        return;
    CLEANUP(buf_release) struct buf note = BUF_INIT(MCP_NOTE_MAX);
    struct json_writer w;
    begin(&w, &note, "notifications/progress");
    jw_kv_raw(&w, "progressToken", c->progress_token);
    jw_key(&w, "progress");
    jw_real(&w, progress);
    if (total > 0) {
        jw_key(&w, "total");
        jw_real(&w, total);
    }
    if (message)
        jw_kv_c(&w, "message", message);
    c->progress = progress;
    c->progressed = true;
    send(c, &w);
}

/*= mcp-2026-07-28 server/utilities/logging "The server MUST NOT emit notifications/message for a
 * request that does not include this field." */
static bool wants(struct mcp_call *c, enum mcp_level level)
{
    struct request *r = c->request;
    enum mcp_level least;
    if (!r->server->config.logs)
        return false;
    if (r->peer.era == MCP_LEGACY)
        return level >= mcp_hub_level(&r->server->hub, r->scope);
    return mcp_level_of(rpc_value_text(&r->msg->meta_log_level, r->arena), &least) &&
           level >= least;
}

void mcp_log_json(struct mcp_call *c, enum mcp_level level, const char *logger, struct str data)
{
    if (!can_send(c) || !wants(c, level))
        return;
    CLEANUP(buf_release) struct buf note = BUF_INIT(MCP_NOTE_MAX);
    struct json_writer w;
    begin(&w, &note, "notifications/message");
    jw_kv_c(&w, "level", levels[level]);
    if (logger)
        jw_kv_c(&w, "logger", logger);
    jw_kv_raw(&w, "data", data);
    send(c, &w);
}

void mcp_log(struct mcp_call *c, enum mcp_level level, const char *logger, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(MCP_NOTE_MAX);
    CLEANUP(buf_release) struct buf json = BUF_INIT(MCP_NOTE_MAX);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    json_add_string(&json, buf_str(&text));
    mcp_log_json(c, level, logger, buf_str(&json));
}
