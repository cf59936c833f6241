// SPDX-License-Identifier: MIT
// Requests of ours to clients of the legacy era. They go out on the stream of the request whose
// handler asks, and the handler waits; the response arrives by itself and is found by its id, which
// nobody can guess, and by the session or person it must come from.
#include <errno.h>

#include "base/clock.h"
#include "mcp/internal.h"

#define HANDLERS_MAX  32
#define LOOK_MS       250 // pause between two looks into the store …
#define LOOK_LATER_MS 1000
#define LOOK_SOON_MS  10000 // … in the first ten seconds, and later

struct waiter {
    char id[RELAY_ID_MAX];
    struct str scope;
    // under lock
    bool done;
    json_t *result; // NULL: an error was answered
    struct waiter *next;
};

void mcp_pending_init(struct pending *p)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    *p = (struct pending){ .first = NULL };
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->told, &attr);
    pthread_condattr_destroy(&attr);
}

void mcp_pending_release(struct pending *p)
{
    pthread_cond_destroy(&p->told);
    pthread_mutex_destroy(&p->lock);
}

static void unlink_one(struct pending *p, struct waiter *w)
{
    for (struct waiter **at = &p->first; *at; at = &(*at)->next)
        if (*at == w) {
            *at = w->next;
            return;
        }
}

static bool send(struct mcp_call *c, const struct waiter *w, const struct mcp_question *q)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_BODY_MAX);
    struct json_writer jw;
    jw_init(&jw, &out);
    jw_object(&jw);
    jw_kv_c(&jw, "jsonrpc", "2.0");
    jw_kv_c(&jw, "id", w->id);
    jw_kv_c(&jw, "method", q->method);
    if (q->params.n)
        jw_kv_raw(&jw, "params", q->params);
    jw_object_end(&jw);
    return buf_ok(&out) && c->request->channel.notify(c->request->channel.ctx, buf_str(&out));
}

// One handler that waits.
struct wait {
    struct mcp_server *server;
    struct pending *p;
    bool over; // under lock: its call was cancelled
};

static void give_up(void *arg)
{
    struct wait *wait = arg;
    pthread_mutex_lock(&wait->p->lock);
    wait->over = true;
    pthread_cond_broadcast(&wait->p->told);
    pthread_mutex_unlock(&wait->p->lock);
}

static bool all_done(const struct waiter *w, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!w[i].done)
            return false;
    return true;
}

// Under lock. True: it was taken.
static bool give(struct pending *p, struct waiter *w, json_t *result)
{
    if (w->done)
        return false;
    w->done = true;
    w->result = result;
    pthread_cond_broadcast(&p->told);
    return true;
}

// What other replicas left in the store meanwhile.
static void look_into_store(const struct wait *wait, struct waiter *w, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        json_t *result = NULL;
        if (!mcp_relay_look(wait->server, str_c(w[i].id), &result))
            continue;
        pthread_mutex_lock(&wait->p->lock);
        bool taken = give(wait->p, &w[i], result);
        pthread_mutex_unlock(&wait->p->lock);
        if (!taken)
            json_decref(result);
    }
}

static struct timespec at_ms(int64_t ms)
{
    return (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
}

// Until all are answered, it is over, or that time has come.
static bool wait_until(const struct wait *wait, int64_t ms, const struct waiter *w, size_t count)
{
    struct pending *p = wait->p;
    const struct timespec until = at_ms(ms);
    pthread_mutex_lock(&p->lock);
    while (!all_done(w, count) && !wait->over)
        if (pthread_cond_timedwait(&p->told, &p->lock, &until) == ETIMEDOUT)
            break;
    bool end = all_done(w, count) || wait->over;
    pthread_mutex_unlock(&p->lock);
    return end;
}

static bool wait_for(const struct wait *wait, int ttl_s, struct waiter *w, size_t count)
{
    bool looks = mcp_relay_is_used(wait->server);
    int64_t begun = clock_mono_ms(), now = begun;
    int64_t end = begun + (ttl_s ? ttl_s : MCP_QUESTION_TTL_S) * 1000LL;
    while (now < end) {
        int64_t pause = now - begun < LOOK_SOON_MS ? LOOK_MS : LOOK_LATER_MS;
        if (wait_until(wait, looks && now + pause < end ? now + pause : end, w, count))
            break;
        if (looks)
            look_into_store(wait, w, count);
        now = clock_mono_ms();
    }
    pthread_mutex_lock(&wait->p->lock);
    bool done = all_done(w, count);
    pthread_mutex_unlock(&wait->p->lock);
    return done;
}

static bool enter(struct mcp_call *c, struct waiter *w, size_t count)
{
    struct pending *p = &c->request->server->pending;
    size_t most = c->request->server->config.questions;
    pthread_mutex_lock(&p->lock);
    bool room = p->handlers < (most ? most : HANDLERS_MAX);
    p->handlers += room;
    for (size_t i = 0; room && i < count; i++) {
        mcp_relay_id(c->request->server, c->request->scope, w[i].id);
        w[i].scope = c->request->scope;
        w[i].next = p->first;
        p->first = &w[i];
    }
    pthread_mutex_unlock(&p->lock);
    if (!room)
        mcp_result_error(c, "Too many questions are open; try again later");
    return room;
}

static void leave(struct pending *p, struct waiter *w, size_t count)
{
    pthread_mutex_lock(&p->lock);
    p->handlers--;
    for (size_t i = 0; i < count; i++)
        unlink_one(p, &w[i]);
    pthread_mutex_unlock(&p->lock);
}

// Answers are the call's, which frees them.
static bool take(struct mcp_call *c, struct waiter *w, struct mcp_question *questions, size_t count)
{
    bool ok = true;
    if (!c->answers)
        c->answers = json_object();
    for (size_t i = 0; i < count; i++) {
        bool fits = w[i].result && mcp_answer_fits(&questions[i], w[i].result);
        if (!fits && ok)
            mcp_result_error(c, "The client did not answer %s as it was asked to",
                             questions[i].key);
        ok &= fits;
        questions[i].answer = w[i].result;
        if (w[i].result)
            dom_set(c->answers, questions[i].key, w[i].result);
    }
    return ok;
}

static bool ask(struct mcp_call *c, struct waiter *w, struct mcp_question *questions, size_t count)
{
    bool sent = true;
    for (size_t i = 0; i < count && sent; i++)
        sent = send(c, &w[i], &questions[i]);
    if (!sent) {
        mcp_result_error(c, "The client cannot be asked: its stream is closed");
        return false;
    }
    struct mcp_server *server = c->request->server;
    struct wait wait = { .server = server, .p = &server->pending };
    bool answered = cancel_hook(&c->cancel, give_up, &wait) &&
                    wait_for(&wait, server->config.question_ttl_s, w, count);
    cancel_hook(&c->cancel, NULL, NULL);
    if (!answered)
        mcp_result_error(c, "The client did not answer in time");
    return answered;
}

void mcp_pending_ask(struct mcp_call *c, struct mcp_question *questions, size_t count, bool *ret_ok)
{
    const struct channel *channel = &c->request->channel;
    *ret_ok = false;
    if (!channel->asks || !channel->notify) {
        mcp_result_error(c, "The client cannot be asked: it does not take an event stream");
        return;
    }
    struct waiter *w = arena_alloc(c->request->arena, count * sizeof(*w));
    if (!enter(c, w, count))
        return;
    bool answered = ask(c, w, questions, count);
    leave(&c->request->server->pending, w, count);
    if (answered)
        *ret_ok = take(c, w, questions, count);
    else
        for (size_t i = 0; i < count; i++)
            json_decref(w[i].result);
}

void mcp_pending_answer(struct request *r)
{
    struct pending *p = &r->server->pending;
    const struct message *m = r->msg;
    struct str id = rpc_value_text(&m->id_member, r->arena);
    json_t *result = NULL;
    bool taken = false;
    struct err err;
    if (m->result.type && !dom_parse_object(m->result.raw, &result, &err))
        result = NULL;
    pthread_mutex_lock(&p->lock);
    for (struct waiter *w = p->first; w && !taken; w = w->next)
        taken = str_is(id, w->id) && str_eq(r->scope, w->scope) && give(p, w, result);
    pthread_mutex_unlock(&p->lock);
    if (taken)
        return;
    json_decref(result);
    mcp_relay_put(r, id, &m->result);
}
