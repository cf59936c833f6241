// SPDX-License-Identifier: MIT
// The streamable HTTP transport. Answers are plain JSON; only a call that reports progress to a
// client that listens turns its answer into an event stream.
#include "base/clock.h"
#include "mcp/resume_int.h"

#define SESSION_HEADER "Mcp-Session-Id"
#define VERSION_HEADER "MCP-Protocol-Version"

struct post {
    struct mcp_server *server;
    struct exchange *ex;
    const void *principal;
    struct str principal_key;
    struct batch batch;
    struct str version;    // the header; .p NULL if absent
    struct str session_id; // of the legacy era; .p NULL if absent
    struct peer peer;      // of the legacy era
    struct str scope;
    bool takes_json, takes_events, prefers_events;
    struct http_stream *stream;  // once the answer is one
    struct resumable *resumable; // instead of stream, where it can be resumed
};

static void refuse(struct exchange *ex, enum mcp_era era, int status, enum err_code code,
                   struct str text)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_NOTE_MAX);
    rpc_error_write(&out, era, STR_NONE, code, STR_NONE, text);
    http_reply(ex, status, "application/json", buf_str(&out));
}

// --- the request's headers ---

static struct str media_type(struct str s)
{
    return str_trim(str_cut(&s, ';'));
}

static bool has_media(struct str accept, const char *type)
{
    while (accept.p)
        if (str_eq_nocase(media_type(str_cut(&accept, ',')), str_c(type)))
            return true;
    return false;
}

static void read_accept(struct post *p)
{
    struct str accept = http_header(p->ex, "Accept");
    p->takes_events = has_media(accept, "text/event-stream");
    p->takes_json = !str_trim(accept).n || has_media(accept, "application/json") ||
                    has_media(accept, "application/*") || has_media(accept, "*/*");
    p->prefers_events = str_eq_nocase(media_type(str_cut(&accept, ',')), STR("text/event-stream"));
}

static bool is_json(struct str content_type)
{
    struct str type = media_type(content_type);
    return str_eq_nocase(type, STR("application/json")) ||
           str_eq_nocase(type, STR("application/json-rpc"));
}

static bool is_modern(const struct post *p)
{
    return p->version.p && !mcp_version_is_legacy(p->version);
}

static enum mcp_era era_of_post(const struct post *p)
{
    return is_modern(p) ? MCP_MODERN : MCP_LEGACY;
}

static struct str header_of(const void *ctx, const char *name)
{
    return http_header(ctx, name);
}

// --- answering ---

static void left(void *cancel)
{
    cancel_set(cancel);
}

/*= mcp-2026-07-28 basic/transports/streamable-http "Closing the SSE response stream MUST be treated
 * by the server as cancellation of that request." */
static void begin_stream(struct post *p)
{
    if (p->stream || p->resumable)
        return;
    if (!is_modern(p) && p->scope.n && str_is(p->peer.version, MCP_VERSION_LATEST)) {
        // The connection may go; the call goes on.
        cancel_hook(http_cancel(p->ex), NULL, NULL);
        p->resumable = mcp_resumable_new(p->server, p->ex, p->scope);
        return;
    }
    p->stream = http_stream_begin(p->ex);
    http_stream_on_gone(p->stream, left, http_cancel(p->ex));
}

static bool send_event(void *ctx, struct str json)
{
    struct post *p = ctx;
    begin_stream(p);
    return p->resumable ? mcp_resumable_send(p->resumable, json)
                        : http_stream_send(p->stream, "message", NULL, json);
}

static void let_go(void *ctx, int retry_ms)
{
    struct post *p = ctx;
    begin_stream(p);
    if (p->resumable)
        mcp_resumable_let_go(p->resumable, retry_ms);
}

// What is too large for the stream must not leave the client waiting.
static void send_last(struct post *p, struct str json)
{
    if (send_event(p, json) || (p->stream && http_stream_gone(p->stream)))
        return;
    const struct message *m = &p->batch.at[0];
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_NOTE_MAX);
    rpc_error_write(&out, MCP_LEGACY, p->batch.array ? STR_NONE : m->id, ERR_LIMIT, STR_NONE,
                    STR("The result is larger than an event stream may carry"));
    send_event(p, buf_str(&out));
}

static void end_stream(struct post *p, struct str json)
{
    if (json.n)
        send_last(p, json);
    if (p->resumable)
        mcp_resumable_end(p->resumable);
    else
        http_stream_end(p->stream);
    p->stream = NULL;
    p->resumable = NULL;
}

// A legacy client that names event streams first gets one even where JSON would do.
static bool as_json(const struct post *p, int status)
{
    bool wants_events = p->prefers_events && !is_modern(p) && p->batch.at[0].id.p;
    return status != 200 || (p->takes_json && !wants_events);
}

static void answer(struct post *p, int status, struct str json)
{
    if (p->stream || p->resumable)
        return end_stream(p, json);
    /*= mcp-2025-11-25 basic/transports "If the server accepts the input, the server MUST return
     * HTTP status code 202 Accepted with no body." */
    if (!json.n)
        return http_reply(p->ex, 202, NULL, STR_NONE);
    if (as_json(p, status))
        return http_reply(p->ex, status, "application/json", json);
    begin_stream(p);
    end_stream(p, json);
}

// --- subscriptions ---

static bool held_send(void *stream, struct str json)
{
    return http_stream_send(stream, "message", NULL, json);
}

static void held_end(void *stream)
{
    http_stream_end(stream);
}

static void held_gone(void *arg)
{
    struct listener *l = arg;
    mcp_hub_gone(&l->server->hub, l);
}

// From here on the stream is the listener's.
static bool hold(void *ctx, struct listener *l)
{
    struct post *p = ctx;
    struct http_stream *stream = http_stream_begin(p->ex);
    l->send = held_send;
    l->end = held_end;
    l->ctx = stream;
    http_stream_on_gone(stream, held_gone, l);
    mcp_listener_start(l);
    return true;
}

static struct request request_of(struct post *p, const struct message *m, struct buf *out)
{
    return (struct request){
        .server = p->server,
        .msg = m,
        .peer = p->peer,
        .principal = p->principal,
        .principal_key = p->principal_key,
        .arena = http_arena(p->ex),
        .log_id = http_id(p->ex),
        .from = http_peer(p->ex),
        .traceparent = http_header(p->ex, "traceparent"),
        .scope = p->scope,
        .hang_up = http_cancel(p->ex),
        .channel = { .notify = p->takes_events ? send_event : NULL,
                     .hold = p->takes_events ? hold : NULL,
                     .let_go = p->takes_events ? let_go : NULL,
                     .ctx = p,
                     .asks = p->takes_events },
        .out = out,
    };
}

// --- one message ---

static bool modern_checks(struct post *p, struct request *r)
{
    bool unknown_version = p->version.p && !str_is(p->version, MCP_VERSION_MODERN);
    if (unknown_version && is_modern(p) && !r->msg->meta_version.type) {
        r->peer.version = p->version;
        return mcp_era_modern_version(r);
    }
    if (!mcp_era_modern_meta(r) || !mcp_headers_match_version(r, p->version) ||
        !mcp_era_modern_version(r))
        return false;
    const struct mcp_method *method = mcp_method_find(MCP_MODERN, r->msg->name);
    struct headers headers = { .get = header_of, .ctx = p->ex };
    return mcp_headers_match(r, headers, method ? method->named : 0);
}

static void offer_session(struct post *p, const struct message *m)
{
    if (!p->server->config.keys || m->version.type != SCAN_STRING)
        return;
    CLEANUP(buf_release) struct buf id = BUF_INIT(MCP_NOTE_MAX);
    struct peer peer = mcp_initialize_peer(m, http_arena(p->ex));
    mcp_session_issue(p->server, &peer, p->principal_key, clock_now(), &id);
    http_add_header(p->ex, SESSION_HEADER, buf_str(&id));
}

static bool is_initialize(const struct message *m)
{
    return m->kind == MESSAGE_REQUEST && str_is(m->name, "initialize");
}

static void run_single(struct post *p)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_REPLY_MAX);
    const struct message *m = &p->batch.at[0];
    struct request r = request_of(p, m, &out);
    r.peer.era = mcp_era_of(m, p->version);
    bool modern = r.peer.era == MCP_MODERN;
    if (m->kind == MESSAGE_INVALID) {
        mcp_dispatch(&r);
        return answer(p, 400, buf_str(&out));
    }
    /*= mcp-2026-07-28 basic/transports/streamable-http "The client MUST NOT send JSON-RPC
     * responses." */
    if (m->kind == MESSAGE_RESPONSE && modern)
        return refuse(p->ex, MCP_MODERN, 400, ERR_BAD_REQUEST, STR("A client sends no responses"));
    if (m->kind == MESSAGE_REQUEST && modern && !modern_checks(p, &r))
        return answer(p, r.status, buf_str(&out));
    r.takes_tail = as_json(p, 200);
    mcp_dispatch(&r);
    if (r.held)
        return;
    if (!modern && is_initialize(m))
        offer_session(p, m);
    if (r.tail)
        return http_reply_tail(p->ex, r.status, "application/json", buf_str(&out), r.tail);
    answer(p, r.status, buf_str(&out));
}

// --- batches ---

static void run_in_batch(struct post *p, const struct message *m, struct buf *out)
{
    struct request r = request_of(p, m, out);
    /*= mcp-2025-03-26 basic/lifecycle "The initialize request MUST NOT be part of a JSON-RPC batch"
     */
    if (is_initialize(m) || m->meta_version.type)
        return rpc_error(&r, ERR_BAD_REQUEST, STR_NONE, STR("This may not stand in a batch"));
    mcp_dispatch(&r);
}

static void run_batch(struct post *p)
{
    CLEANUP(buf_release) struct buf one = BUF_INIT(MCP_REPLY_MAX);
    CLEANUP(buf_release) struct buf all = BUF_INIT(MCP_REPLY_MAX);
    for (size_t i = 0; i < p->batch.n; i++) {
        buf_reset(&one);
        run_in_batch(p, &p->batch.at[i], &one);
        if (one.n)
            buf_addc(&all, all.n ? ',' : '[');
        buf_add(&all, buf_str(&one));
    }
    if (all.n)
        buf_addc(&all, ']');
    if (!buf_ok(&all)) {
        buf_reset(&all);
        rpc_error_write(&all, MCP_LEGACY, STR_NONE, ERR_LIMIT, STR_NONE,
                        STR("The answers are larger than the server may send"));
    }
    answer(p, 200, buf_str(&all));
}

// --- sessions ---

static bool session_refused(struct exchange *ex, enum session_state state)
{
    if (state == SESSION_UNKNOWABLE)
        refuse(ex, MCP_LEGACY, 503, ERR_STORE_UNAVAILABLE,
               STR("Whether the session still exists cannot be told now"));
    /*= mcp-2025-11-25 basic/transports "it MUST respond to requests containing that session ID with
     * HTTP 404 Not Found" */
    if (state == SESSION_GONE)
        refuse(ex, MCP_LEGACY, 404, ERR_BAD_REQUEST, STR("Session not found"));
    return state != SESSION_OK;
}

static bool enter_session(struct post *p)
{
    struct session session = { .key = STR_NONE };
    struct arena *arena = http_arena(p->ex);
    if (p->session_id.p) {
        enum session_state state = mcp_session_open(p->server, p->session_id, p->principal_key,
                                                    clock_now(), arena, &session);
        if (session_refused(p->ex, state))
            return false;
        p->peer = session.peer;
        p->scope = session.key;
    } else if (p->principal_key.n) {
        p->scope = arena_printf(arena, "person:" STR_FMT, STR_ARG(p->principal_key));
    }
    if (p->version.p)
        p->peer.version = p->version;
    else if (!p->peer.version.n)
        p->peer.version = STR(MCP_VERSION_ASSUMED);
    return true;
}

static void run_post(struct exchange *ex, void *ctx)
{
    struct post *p = ctx;
    if (!enter_session(p))
        return;
    if (!p->batch.array)
        return run_single(p);
    if (is_modern(p) || !str_is(p->peer.version, "2025-03-26"))
        return refuse(ex, era_of_post(p), 400, ERR_BAD_REQUEST,
                      STR("Batches exist only in protocol version 2025-03-26"));
    run_batch(p);
}

// The store behind a session may block, and so may tools.
static bool waits(const struct post *p)
{
    if (p->session_id.p && p->server->config.spent)
        return true;
    for (size_t i = 0; i < p->batch.n; i++) {
        const struct message *m = &p->batch.at[i];
        const struct mcp_method *method = mcp_method_find(mcp_era_of(m, p->version), m->name);
        if (m->kind == MESSAGE_REQUEST && method && method->waits)
            return true;
        if (m->kind == MESSAGE_RESPONSE && p->server->config.spent)
            return true;
    }
    return false;
}

/*= mcp-2026-07-28 basic/transports/streamable-http "An Mcp-Session-Id header on a request: ignore
 * it, and do not mint or echo session IDs." Also on initialize: it begins a new one. */
static struct str session_id_of(const struct post *p)
{
    const struct message *m = &p->batch.at[0];
    bool single = !p->batch.array;
    if (!p->server->config.keys || is_modern(p))
        return STR_NONE;
    if (single && (is_initialize(m) || mcp_era_of(m, p->version) == MCP_MODERN))
        return STR_NONE;
    return http_header(p->ex, SESSION_HEADER);
}

static void serve_post(struct post *p)
{
    struct exchange *ex = p->ex;
    struct err err;
    read_accept(p);
    if (!p->takes_json && !p->takes_events)
        return refuse(ex, era_of_post(p), 406, ERR_BAD_REQUEST,
                      STR("Not Acceptable: answers are application/json or text/event-stream"));
    if (!is_json(http_header(ex, "Content-Type")))
        return refuse(ex, era_of_post(p), 415, ERR_BAD_REQUEST,
                      STR("Content-Type must be application/json"));
    if (http_body(ex).n > MCP_BODY_MAX)
        return refuse(ex, era_of_post(p), 413, ERR_LIMIT, STR("A message may have at most 4 MiB"));
    if (!rpc_parse(http_body(ex), http_arena(ex), &p->batch, &err))
        return refuse(ex, era_of_post(p), 400, err.code, err_text(&err));
    p->session_id = session_id_of(p);
    if (waits(p))
        http_defer(ex, run_post, p);
    else
        run_post(ex, p);
}

static void end_session(struct exchange *ex, void *ctx)
{
    struct post *p = ctx;
    enum session_state state =
        mcp_session_end(p->server, p->session_id, p->principal_key, clock_now(), http_arena(ex));
    if (!session_refused(ex, state))
        http_reply(ex, 200, NULL, STR_NONE);
}

// --- GET: streams of the legacy era ---

static void listen_legacy(struct post *p)
{
    struct listener *l = mcp_listener_new(p->server, p->scope, STR_NONE);
    l->lists = ~0u;
    hold(p, l);
}

static void run_get(struct exchange *ex, void *ctx)
{
    struct post *p = ctx;
    struct str last = http_header(ex, "Last-Event-ID");
    if (!enter_session(p))
        return;
    if (!last.p)
        return listen_legacy(p);
    if (!mcp_resumable_go_on(p->server, ex, p->scope, last))
        refuse(ex, MCP_LEGACY, 404, ERR_BAD_REQUEST, STR("There is no such stream to resume"));
}

static void not_allowed(const struct post *p)
{
    bool sessions = p->server->config.keys && !is_modern(p);
    http_add_header(p->ex, "Allow", sessions ? STR("POST, DELETE") : STR("POST"));
    http_reply(p->ex, 405, "text/plain; charset=utf-8",
               STR("This endpoint takes POST requests.\n"));
}

/*= mcp-2025-11-25 basic/transports "or else return HTTP 405 Method Not Allowed, indicating that
 * the server does not offer an SSE stream at this endpoint" */
static void serve_get(struct post *p)
{
    bool resumes = http_header(p->ex, "Last-Event-ID").p;
    read_accept(p);
    if (is_modern(p) || !p->takes_events || !(resumes || p->server->config.changes))
        return not_allowed(p);
    p->session_id = p->server->config.keys ? http_header(p->ex, SESSION_HEADER) : STR_NONE;
    if (p->session_id.p && p->server->config.spent)
        http_defer(p->ex, run_get, p);
    else
        run_get(p->ex, p);
}

static void serve_delete(struct post *p)
{
    if (!p->server->config.keys || is_modern(p))
        return not_allowed(p);
    p->session_id = http_header(p->ex, SESSION_HEADER);
    if (!p->session_id.p)
        return refuse(p->ex, MCP_LEGACY, 400, ERR_BAD_REQUEST, STR("Missing session ID"));
    if (p->server->config.spent)
        http_defer(p->ex, end_session, p);
    else
        end_session(p->ex, p);
}

void mcp_http_serve(struct mcp_server *s, struct exchange *ex, const void *principal,
                    struct str principal_key)
{
    mcp_server_freeze(s);
    struct arena *arena = http_arena(ex);
    struct post *p = arena_alloc(arena, sizeof(*p));
    p->server = s;
    p->ex = ex;
    p->principal = principal;
    p->principal_key = arena_str(arena, principal_key);
    p->version = http_header(ex, VERSION_HEADER);
    if (p->version.p)
        p->version = str_trim(p->version);
    p->peer.era = MCP_LEGACY;
    if (http_method(ex) == HTTP_POST)
        serve_post(p);
    else if (http_method(ex) == HTTP_DELETE)
        serve_delete(p);
    else
        serve_get(p);
}
