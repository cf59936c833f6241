// SPDX-License-Identifier: MIT
#include "http/internal.h"

#include <assert.h>

#include "base/clock.h"
#include "base/log.h"

// One call of a handler on a worker. It lives in the exchange's arena.
struct job {
    struct exchange *ex;
    http_handler *handler;
    void *ctx;
    bool handed_on; // the handler deferred again
};

static __thread struct job *running; // what this worker runs

// Unique in this process and not guessable from its neighbours: a counter, mixed (splitmix64).
static void make_id(struct http_server *s, char ret[17])
{
    uint64_t x = s->id_seed + 0x9e3779b97f4a7c15u * atomic_fetch_add(&s->id_count, 1);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    x ^= x >> 31;
    for (int i = 0; i < 16; i++)
        ret[i] = "0123456789abcdef"[(x >> (60 - 4 * i)) & 15];
    ret[16] = '\0';
}

struct exchange *exchange_new(struct http_server *s, struct conn *c, struct MHD_Connection *mhd,
                              const char *target)
{
    struct arena *arena = arena_new();
    struct exchange *ex = arena_alloc(arena, sizeof(*ex));
    ex->arena = arena;
    ex->server = s;
    ex->conn = c;
    ex->mhd = mhd;
    ex->target = arena_str(arena, str_c(target));
    ex->target_at = target;
    ex->query = STR_NONE;
    ex->began_ms = clock_mono_ms();
    ex->max_body = HTTP_DEFAULT_BODY;
    make_id(s, ex->id);
    atomic_init(&ex->refs, 1);
    cancel_init(&ex->cancel);
    return ex;
}

void exchange_ref(struct exchange *ex)
{
    atomic_fetch_add(&ex->refs, 1);
}

void exchange_unref(struct exchange *ex)
{
    if (atomic_fetch_sub(&ex->refs, 1) != 1)
        return;
    if (ex->response)
        MHD_destroy_response(ex->response);
    cancel_release(&ex->cancel);
    buf_release(&ex->body);
    arena_free(ex->arena);
}

void exchange_log(const struct exchange *ex)
{
    LOG(LOG_INFO, "request", F_C("id", ex->id), F("peer", ex->peer), F("path", ex->path),
        F_INT("status", ex->status), F_INT("ms", clock_mono_ms() - ex->began_ms));
}

void exchange_answered(struct exchange *ex)
{
    if (!ex->deferred)
        return; // the loop thread sends it when the handler returns
    if (!ex->stream)
        conn_wait(ex->conn, NULL);
    MHD_resume_connection(ex->mhd);
}

enum MHD_Result exchange_queue(struct exchange *ex)
{
    struct MHD_Response *response = ex->response;
    ex->response = NULL;
    enum MHD_Result result = MHD_queue_response(ex->mhd, ex->status, response);
    MHD_destroy_response(response);
    return result;
}

static void answer_forgotten(struct exchange *ex)
{
    LOG(LOG_ERROR, "handler gave no answer", F_C("id", ex->id), F("path", ex->path));
    reply_error(ex, 500, "server_error", "The server made no answer");
}

static void job_done(struct exchange *ex)
{
    atomic_fetch_sub(&ex->jobs, 1);
    atomic_fetch_sub(&ex->server->jobs, 1);
    exchange_unref(ex);
}

static void job_run(void *arg)
{
    struct job *job = arg;
    struct exchange *ex = job->ex;
    running = job;
    job->handler(ex, job->ctx);
    running = NULL;
    if (!job->handed_on && !http_replied(ex))
        answer_forgotten(ex);
    job_done(ex);
}

static bool submit(struct exchange *ex, struct job *job)
{
    exchange_ref(ex);
    atomic_fetch_add(&ex->jobs, 1);
    // before draining is read: http_server_stop does it the other way round
    atomic_fetch_add(&ex->server->jobs, 1);
    if (!atomic_load(&ex->server->draining) && work_pool_submit(ex->server->pool, job_run, job))
        return true;
    job_done(ex);
    return false;
}

bool http_defer(struct exchange *ex, http_handler *handler, void *ctx)
{
    assert(!http_replied(ex));
    struct job *job = arena_alloc(ex->arena, sizeof(*job));
    *job = (struct job){ ex, handler, ctx, false };
    if (running && running->ex == ex) {
        running->handed_on = true;
    } else {
        ex->deferred = true;
        MHD_suspend_connection(ex->mhd);
        conn_wait(ex->conn, ex);
    }
    if (submit(ex, job))
        return true;
    atomic_fetch_add_explicit(&ex->server->turned_away, 1, memory_order_relaxed);
    http_add_header(ex, "Retry-After", STR("1"));
    reply_error(ex, 503, "temporarily_unavailable", "The server is busy: try again in a moment");
    return false;
}

void exchange_run(struct exchange *ex)
{
    void *ctx = ex->route->ctx ? ex->route->ctx : ex->server->config.default_ctx;
    if (ex->route->worker)
        http_defer(ex, ex->route->handler, ctx);
    else
        ex->route->handler(ex, ctx);
    if (!ex->deferred && !http_replied(ex))
        answer_forgotten(ex);
}

enum http_method http_method(const struct exchange *ex)
{
    return ex->method;
}

struct str http_path(const struct exchange *ex)
{
    return ex->path;
}

size_t exchange_header_before(const struct exchange *ex, size_t before, const char *name)
{
    struct str wanted = str_c(name);
    size_t i = before ? before - 1 : ex->header_count;
    while (i > 0 && !str_eq_nocase(ex->headers[i - 1].name, wanted))
        i--;
    return i;
}

struct str http_header(const struct exchange *ex, const char *name)
{
    struct str wanted = str_c(name);
    for (size_t i = 0; i < ex->header_count; i++) {
        if (str_eq_nocase(ex->headers[i].name, wanted))
            return ex->headers[i].value;
    }
    return STR_NONE;
}

struct str http_raw_query(const struct exchange *ex)
{
    return ex->query;
}

// The parsed query is kept; one that is malformed reads as empty.
static struct form *query_form(struct exchange *ex)
{
    if (!ex->query_form && !form_parse(ex->arena, ex->query, &ex->query_form, NULL))
        (void)!form_parse(ex->arena, STR_NONE, &ex->query_form, NULL);
    return ex->query_form;
}

struct str http_query(const struct exchange *ex, const char *name)
{
    return form_get(query_form((struct exchange *)(uintptr_t)ex), name);
}

// RFC 6265 5.4: pairs, each after a semicolon; the first of a name counts.
struct str http_cookie(const struct exchange *ex, const char *name)
{
    for (size_t at = 0; (at = exchange_header_before(ex, at, "Cookie")) != 0;) {
        struct str rest = ex->headers[at - 1].value;
        while (rest.p) {
            struct str value = str_cut(&rest, ';');
            if (str_is(str_trim(str_cut(&value, '=')), name) && value.p)
                return str_trim(value);
        }
    }
    return STR_NONE;
}

struct str http_body(const struct exchange *ex)
{
    return buf_str(&ex->body);
}

struct str http_peer(const struct exchange *ex)
{
    return ex->peer;
}

struct str http_id(const struct exchange *ex)
{
    return str_c(ex->id);
}

struct arena *http_arena(struct exchange *ex)
{
    return ex->arena;
}

struct cancel *http_cancel(struct exchange *ex)
{
    return &ex->cancel;
}

void *http_local(struct exchange *ex)
{
    return ex->local;
}

void http_set_local(struct exchange *ex, void *p)
{
    ex->local = p;
}
