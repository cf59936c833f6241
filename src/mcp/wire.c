// SPDX-License-Identifier: MIT
#include "mcp/wire_int.h"

#define PEER_MAX (64 * 1024) // bytes kept of what a client says of itself

// What one message or batch asks for; lives in its own arena.
struct job {
    struct wire *wire;
    struct arena *arena;
    struct batch batch;
    struct peer peer;
    const void *principal; // kept for it
};

void mcp_wire_init(struct wire *w, struct mcp_server *s, bool (*send)(void *ctx, struct str json),
                   void *ctx)
{
    *w = (struct wire){ .server = s, .send = send, .ctx = ctx, .arena = arena_new() };
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->idle, NULL);
}

void mcp_wire_release(struct wire *w)
{
    arena_free(w->arena);
    pthread_cond_destroy(&w->idle);
    pthread_mutex_destroy(&w->lock);
}

// A subscription shares the one channel.
static bool hold(void *ctx, struct listener *l)
{
    struct wire *w = ctx;
    l->send = w->send;
    l->ctx = w->ctx;
    mcp_listener_start(l);
    return true;
}

static bool notify(void *ctx, struct str json)
{
    struct wire *w = ctx;
    return w->send(w->ctx, json);
}

static void send_error(struct wire *w, struct str id, enum err_code code, struct str text)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_NOTE_MAX);
    rpc_error_write(&out, MCP_LEGACY, id, code, STR_NONE, text);
    w->send(w->ctx, buf_str(&out));
}

void mcp_wire_refuse(struct wire *w, enum err_code code, struct str text)
{
    send_error(w, STR_NONE, code, text);
}

static void answer(struct job *job, const struct message *m, struct buf *out)
{
    struct wire *w = job->wire;
    struct request r = {
        .server = w->server,
        .msg = m,
        .peer = job->peer,
        .principal = job->principal,
        .principal_key = w->principal_key,
        .arena = job->arena,
        .log_id = w->log_id,
        .from = w->from,
        .scope = w->scope,
        .channel = { .notify = notify, .hold = hold, .ctx = w, .asks = true, .shared = true },
        .out = out,
    };
    r.peer.era = mcp_era_of(m, STR_NONE);
    bool modern_request = m->kind == MESSAGE_REQUEST && r.peer.era == MCP_MODERN;
    if (modern_request && (!mcp_era_modern_meta(&r) || !mcp_era_modern_version(&r)))
        return;
    mcp_dispatch(&r);
}

// A tool's owner may hand in JSON with line ends between its members; in strings there are none.
static void flatten(struct buf *json)
{
    for (char *p = json->p; p && (p = memchr(p, '\n', json->n - (size_t)(p - json->p)));)
        *p = ' ';
}

// Answers in the order of asking, in one array if asked in one.
static void answer_all(struct job *job)
{
    struct wire *w = job->wire;
    CLEANUP(buf_release) struct buf one = BUF_INIT(MCP_REPLY_MAX);
    CLEANUP(buf_release) struct buf all = BUF_INIT(2 * MCP_REPLY_MAX);
    for (size_t i = 0; i < job->batch.n; i++) {
        buf_reset(&one);
        answer(job, &job->batch.at[i], &one);
        if (one.n && all.n)
            buf_addc(&all, ',');
        buf_add(&all, buf_str(&one));
    }
    if (!all.n)
        return;
    flatten(&all);
    if (!job->batch.array) {
        w->send(w->ctx, buf_str(&all));
        return;
    }
    buf_reset(&one);
    buf_addc(&one, '[');
    buf_add(&one, buf_str(&all));
    buf_addc(&one, ']');
    if (buf_ok(&one) && buf_ok(&all))
        w->send(w->ctx, buf_str(&one));
    else
        mcp_wire_refuse(w, ERR_LIMIT, STR("The answers are larger than may be sent"));
}

static void end_job(struct job *job)
{
    struct wire *w = job->wire;
    const struct mcp_config *config = &w->server->config;
    if (config->drop_principal && job->principal)
        config->drop_principal(job->principal);
    arena_free(job->arena);
    pthread_mutex_lock(&w->lock);
    if (--w->pending == 0)
        pthread_cond_broadcast(&w->idle);
    pthread_mutex_unlock(&w->lock);
    if (w->busy)
        w->busy(w->ctx, false);
}

static void run_job(void *arg)
{
    answer_all(arg);
    end_job(arg);
}

static bool waits(const struct job *job)
{
    for (size_t i = 0; i < job->batch.n; i++) {
        const struct message *m = &job->batch.at[i];
        const struct mcp_method *method = mcp_method_find(mcp_era_of(m, STR_NONE), m->name);
        if (m->kind == MESSAGE_REQUEST && method && method->waits)
            return true;
    }
    return false;
}

// Who the client is holds until it says otherwise.
static void learn_peer(struct wire *w, const struct message *m)
{
    if (m->kind != MESSAGE_REQUEST || m->meta_version.type || !str_is(m->name, "initialize"))
        return;
    // Running calls may still look at the one before: it is kept until the end.
    struct peer peer = mcp_initialize_peer(m, w->arena);
    w->peer = (struct peer){
        .era = MCP_LEGACY,
        .version = arena_str(w->arena, peer.version),
        .capabilities = arena_str(w->arena, str_slice(peer.capabilities, 0, PEER_MAX)),
        .client_name = arena_str(w->arena, str_slice(peer.client_name, 0, PEER_MAX)),
    };
}

// From notifications/initialized on, a legacy client hears of changes.
static void begin_listening(struct wire *w, const struct message *m)
{
    bool initialized =
        m->kind == MESSAGE_NOTIFICATION && str_is(m->name, "notifications/initialized");
    if (!initialized || w->listens || !w->server->config.changes)
        return;
    struct listener *l = mcp_listener_new(w->server, w->scope, STR_NONE);
    l->lists = ~0u;
    w->listens = hold(w, l);
}

static void refuse_job(struct job *job)
{
    for (size_t i = 0; i < job->batch.n; i++)
        if (job->batch.at[i].id.p)
            send_error(job->wire, job->batch.at[i].id, ERR_BUSY, STR("Too many calls are waiting"));
    end_job(job);
}

// Who sent the message: somebody's next token may say something else of them.
static const void *kept_principal(const struct wire *w)
{
    const struct mcp_config *config = &w->server->config;
    return config->keep_principal && w->principal ? config->keep_principal(w->principal)
                                                  : w->principal;
}

static void start_job(struct wire *w, struct job *job)
{
    job->principal = kept_principal(w);
    pthread_mutex_lock(&w->lock);
    w->pending++;
    pthread_mutex_unlock(&w->lock);
    if (w->busy)
        w->busy(w->ctx, true);
    if (!waits(job))
        run_job(job);
    else if (!work_pool_submit(w->pool, run_job, job))
        refuse_job(job);
}

static bool batch_allowed(const struct wire *w, const struct batch *batch, struct err *err)
{
    /*= mcp-2025-03-26 basic "MCP implementations … MUST support receiving JSON-RPC batches." */
    if (!batch->array || str_is(w->peer.version, "2025-03-26"))
        return true;
    return err_set(err, ERR_BAD_REQUEST, "batches exist only in protocol version 2025-03-26");
}

void mcp_wire_take(struct wire *w, struct str text)
{
    struct arena *arena = arena_new();
    struct job *job = arena_alloc(arena, sizeof(*job));
    struct err err;
    *job = (struct job){ .wire = w, .arena = arena };
    bool ok = rpc_parse(arena_str(arena, text), arena, &job->batch, &err);
    if (!ok || !batch_allowed(w, &job->batch, &err)) {
        mcp_wire_refuse(w, err.code, err_text(&err));
        arena_free(arena);
        return;
    }
    if (!job->batch.array) {
        learn_peer(w, &job->batch.at[0]);
        begin_listening(w, &job->batch.at[0]);
    }
    job->peer = w->peer;
    start_job(w, job);
}
