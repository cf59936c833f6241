// SPDX-License-Identifier: MIT
// The transport of 2024-11-05: one event stream for all that the server says, and an address to
// POST to, named by the stream's first event. A session lives as long as its stream, in this
// process.
#include "base/mem.h"
#include "base/random.h"
#include "mcp/wire_int.h"

#define ID_BYTES     16
#define SESSIONS_MAX 4096
#define WORKERS      32
#define QUEUE        256

struct sse_session {
    // immutable
    char id[2 * ID_BYTES + 1];
    struct wire wire;
    struct http_stream *stream;
    // one POST at a time
    pthread_mutex_t taking;
    // under the table's lock
    size_t refs; // the stream, and who takes a message or has jobs
    struct sse_session *next;
};

void mcp_sse_init(struct sse_table *t)
{
    *t = (struct sse_table){ .first = NULL };
    pthread_mutex_init(&t->lock, NULL);
}

void mcp_sse_release(struct sse_table *t)
{
    work_pool_free(t->pool);
    pthread_mutex_destroy(&t->lock);
}

static struct sse_table *table_of(const struct sse_session *s)
{
    return &s->wire.server->sse;
}

static void unref(struct sse_session *s)
{
    struct sse_table *t = table_of(s);
    pthread_mutex_lock(&t->lock);
    bool last = --s->refs == 0;
    pthread_mutex_unlock(&t->lock);
    if (!last)
        return;
    http_stream_end(s->stream);
    mcp_wire_release(&s->wire);
    pthread_mutex_destroy(&s->taking);
    free(s);
}

// A job outlives its POST, and keeps the session.
static void busy(void *ctx, bool begins)
{
    struct sse_session *s = ctx;
    if (!begins)
        return unref(s);
    pthread_mutex_lock(&table_of(s)->lock);
    s->refs++;
    pthread_mutex_unlock(&table_of(s)->lock);
}

static bool send_event(void *ctx, struct str json)
{
    struct sse_session *s = ctx;
    return http_stream_send(s->stream, "message", NULL, json);
}

// The client left: it is found no more, and its calls end.
static void gone(void *arg)
{
    struct sse_session *s = arg;
    struct sse_table *t = table_of(s);
    pthread_mutex_lock(&t->lock);
    for (struct sse_session **at = &t->first; *at; at = &(*at)->next)
        if (*at == s) {
            *at = s->next;
            t->count--;
            break;
        }
    pthread_mutex_unlock(&t->lock);
    mcp_hub_cancel(&s->wire.server->hub, s->wire.scope, STR_NONE);
    mcp_running_cancel_scope(&s->wire.server->running, s->wire.scope);
    unref(s);
}

static bool enter(struct sse_session *s)
{
    struct sse_table *t = table_of(s);
    pthread_mutex_lock(&t->lock);
    bool room = t->count < SESSIONS_MAX;
    if (room) {
        if (!t->pool)
            t->pool = work_pool_new(WORKERS, QUEUE);
        s->wire.pool = t->pool;
        s->next = t->first;
        t->first = s;
        t->count++;
    }
    pthread_mutex_unlock(&t->lock);
    return room;
}

static struct sse_session *session_new(struct mcp_server *server, struct exchange *ex,
                                       struct str principal_key)
{
    struct sse_session *s = mem_zalloc(1, sizeof(*s));
    random_hex(s->id, ID_BYTES);
    pthread_mutex_init(&s->taking, NULL);
    mcp_wire_init(&s->wire, server, send_event, s);
    s->wire.scope = arena_printf(s->wire.arena, "sse:%s", s->id);
    s->wire.log_id = arena_str(s->wire.arena, http_id(ex)); // of the stream
    s->wire.from = arena_str(s->wire.arena, http_peer(ex));
    s->wire.busy = busy;
    s->wire.principal_key = arena_str(s->wire.arena, principal_key);
    s->refs = 1;
    return s;
}

void mcp_sse_serve(struct mcp_server *server, struct exchange *ex, const char *messages_path,
                   struct str principal_key)
{
    mcp_server_freeze(server);
    struct sse_session *s = session_new(server, ex, principal_key);
    if (!enter(s)) {
        mcp_wire_release(&s->wire);
        pthread_mutex_destroy(&s->taking);
        free(s);
        return http_reply(ex, 503, "text/plain; charset=utf-8", STR("Too many open streams.\n"));
    }
    /*= mcp-2024-11-05 basic/transports "When a client connects, the server MUST send an endpoint
     * event containing a URI for the client to use for sending messages." */
    struct str address = arena_printf(s->wire.arena, "%s?session=%s", messages_path, s->id);
    s->stream = http_stream_begin(ex);
    http_stream_send(s->stream, "endpoint", NULL, address);
    http_stream_on_gone(s->stream, gone, s);
}

// --- POST ---

static struct sse_session *find(struct mcp_server *server, struct str id, struct str principal_key)
{
    struct sse_session *s;
    pthread_mutex_lock(&server->sse.lock);
    for (s = server->sse.first; s; s = s->next)
        if (str_is(id, s->id) && str_eq(principal_key, s->wire.principal_key))
            break;
    if (s)
        s->refs++;
    pthread_mutex_unlock(&server->sse.lock);
    return s;
}

static void take(struct sse_session *s, struct str body, const void *principal)
{
    pthread_mutex_lock(&s->taking);
    s->wire.principal = principal; // of this message; its job keeps it
    mcp_wire_take(&s->wire, body);
    s->wire.principal = NULL;
    pthread_mutex_unlock(&s->taking);
}

static void refuse(struct exchange *ex, int status, enum err_code code, struct str text)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_NOTE_MAX);
    rpc_error_write(&out, MCP_LEGACY, STR_NONE, code, STR_NONE, text);
    http_reply(ex, status, "application/json", buf_str(&out));
}

void mcp_sse_message(struct mcp_server *server, struct exchange *ex, const void *principal,
                     struct str principal_key)
{
    mcp_server_freeze(server);
    struct str id = http_query(ex, "session");
    if (http_body(ex).n > MCP_BODY_MAX)
        return refuse(ex, 413, ERR_LIMIT, STR("A message may have at most 4 MiB"));
    struct sse_session *s = find(server, id, principal_key);
    if (!s)
        return refuse(ex, 404, ERR_BAD_REQUEST, STR("No stream is open for this address"));
    take(s, http_body(ex), principal);
    http_reply(ex, 202, NULL, STR_NONE);
    unref(s);
}
