// SPDX-License-Identifier: MIT
// Connections to Redis. A bounded pool that calls take from, and one thread, the keeper, that fills
// it: so no call ever waits for a name to be resolved, and a server that is down costs a call
// nothing. Down is decided by the first call or connection that fails; from then on all calls are
// refused at once, until the keeper has a connection over which reading and writing works.
#include <errno.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/redis_int.h"

#define ARGS_MAX 12

// --- one connection ---

static struct timeval timeval_of(int ms)
{
    return (struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000L };
}

static bool was_timeout(const redisContext *c, int cause)
{
#ifdef REDIS_ERR_TIMEOUT
    if (c->err == REDIS_ERR_TIMEOUT)
        return true;
#endif
    return c->err == REDIS_ERR_IO && (cause == EAGAIN || cause == EWOULDBLOCK);
}

static enum redis_remedy broken(const struct redis *r, const redisContext *c, int cause,
                                struct buf *text)
{
    if (was_timeout(c, cause)) {
        buf_addf(text, "%s does not answer within %d ms", r->url.shown, REDIS_COMMAND_MS);
        return REDIS_RECONNECT;
    }
    buf_addf(text, "%s: %s%s", r->url.shown, c->errstr,
             c->err == REDIS_ERR_PROTOCOL ? ": what listens there speaks another protocol" : "");
    return REDIS_REDIAL;
}

redisReply *redis_ask_link(const struct redis *r, redisContext *c, int argc, const struct str *argv,
                           enum redis_remedy *ret_remedy, struct buf *text)
{
    const char *words[ARGS_MAX];
    size_t lengths[ARGS_MAX];
    for (int i = 0; i < argc; i++) {
        words[i] = argv[i].n ? argv[i].p : "";
        lengths[i] = argv[i].n;
    }
    buf_reset(text);
    errno = 0;
    redisReply *reply = redisCommandArgv(c, argc, words, lengths);
    if (!reply) {
        *ret_remedy = broken(r, c, errno, text);
        return NULL;
    }
    if (reply->type != REDIS_REPLY_ERROR)
        return reply;
    *ret_remedy = redis_explain(str_of(reply->str, reply->len), &r->url, text);
    freeReplyObject(reply);
    return NULL;
}

static redisContext *dial(const struct redis *r, struct buf *text)
{
    const struct redis_url *url = &r->url;
    struct timeval connect = timeval_of(REDIS_CONNECT_MS), command = timeval_of(REDIS_COMMAND_MS);
    struct err err = { 0 };
    redisContext *c = url->host ? redisConnectWithTimeout(url->host, url->port, connect)
                                : redisConnectUnixWithTimeout(url->path, connect);
    if (!c) {
        buf_addf(text, "%s: no memory for a connection", url->shown);
        return NULL;
    }
    if (c->err)
        buf_addf(text, "%s cannot be reached: %s", url->shown, c->errstr);
    else if (redisSetTimeout(c, command) != REDIS_OK)
        buf_addf(text, "%s: %s", url->shown, c->errstr);
    else if (url->tls && !redis_tls_start(r->tls, c, url->host, &err))
        buf_addf(text, "%s: %s", url->shown, err.text);
    else {
        if (url->host)
            redisEnableKeepAlive(c); // best effort
        return c;
    }
    redisFree(c);
    return NULL;
}

// --- what the server says of itself ---

static struct str info_of(struct str info, const char *name)
{
    while (info.p) {
        struct str value = str_cut(&info, '\n');
        struct str key = str_cut(&value, ':');
        if (str_is(key, name))
            return str_trim(value);
    }
    return STR_NONE;
}

static const struct {
    const char *name, *good, *means, *fix;
} settings[] = {
    { "maxmemory_policy", "noeviction",
      "Redis may evict what was spent or revoked when it is full: codes could be used twice, "
      "revoked sign-ins come back",
      "set maxmemory-policy noeviction" },
    { "aof_enabled", "1",
      "Redis forgets the last moments, or everything, when it restarts: codes could be used twice, "
      "revoked sign-ins come back",
      "set appendonly yes (appendfsync everysec)" },
};

// Once, as far as the server tells (INFO may be forbidden): settings that make it forget.
static void advise(struct redis *r, redisContext *c)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(REDIS_WHY_MAX);
    enum redis_remedy ignored;
    redisReply *reply = redis_ask_link(r, c, 1, (struct str[]){ STR("INFO") }, &ignored, &text);
    struct str info =
        reply && reply->type == REDIS_REPLY_STRING ? str_of(reply->str, reply->len) : STR_NONE;
    LOG(LOG_INFO, "connected to Redis, the store of spent codes", F_C("server", r->url.shown),
        F("version", info_of(info, "redis_version")));
    for (size_t i = 0; i < ARRAY_LEN(settings) && info.n; i++) {
        struct str value = info_of(info, settings[i].name);
        if (value.n && !str_is(value, settings[i].good))
            LOG(LOG_WARNING, "a setting of Redis weakens the sign-in",
                F_C("setting", settings[i].name), F("value", value),
                F_C("means", settings[i].means), F_C("fix", settings[i].fix));
    }
    if (reply)
        freeReplyObject(reply);
}

// --- the pool; the caller holds the lock ---

static void drop_idle(struct redis *r)
{
    for (size_t i = 0; i < r->idle_n; i++)
        redisFree(r->idle[i].c);
    r->open -= r->idle_n;
    r->idle_n = 0;
}

// The last used is on top: if that is too old, all are.
static void drop_stale(struct redis *r, int64_t now)
{
    if (r->idle_n && now - r->idle[r->idle_n - 1].used_ms > REDIS_IDLE_MS)
        drop_idle(r);
}

// No link of this generation is used again.
static void new_generation(struct redis *r)
{
    r->generation++;
    drop_idle(r);
    pthread_cond_signal(&r->wanted);
}

static void go_down(struct redis *r, const char *why)
{
    int64_t now = clock_mono_ms();
    snprintf(r->why, sizeof(r->why), "%s", why);
    if (!r->down) {
        r->down_ms = now;
        r->backoff_ms = REDIS_BACKOFF_MIN_MS;
    } else {
        int next = 2 * r->backoff_ms;
        r->backoff_ms = next < REDIS_BACKOFF_MAX_MS ? next : REDIS_BACKOFF_MAX_MS;
    }
    r->down = true;
    r->retry_ms = now + r->backoff_ms;
    spent_complain(&r->store, why);
    new_generation(r);
    pthread_cond_broadcast(&r->changed);
}

static void push(struct redis *r, struct redis_link link)
{
    link.used_ms = clock_mono_ms();
    r->idle[r->idle_n++] = link;
    pthread_cond_signal(&r->changed);
}

static void come_up(struct redis *r)
{
    if (!r->down)
        return;
    r->down = false;
    LOG(LOG_INFO, "the store of spent codes is back", F_C("server", r->url.shown),
        F_INT("away_ms", clock_mono_ms() - r->down_ms));
}

static struct timespec at_mono(int64_t ms)
{
    return (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
}

// --- the keeper ---

static bool has_work(const struct redis *r, bool started)
{
    return r->down || !started || (r->waiting > r->idle_n && r->open < REDIS_POOL_MAX);
}

// Until there is a connection to be made, and the time for it has come. False: it is over.
static bool await_work(struct redis *r, bool started)
{
    while (!r->stop) {
        bool due = has_work(r, started);
        if (due && clock_mono_ms() >= r->retry_ms)
            return true;
        if (due) {
            struct timespec until = at_mono(r->retry_ms);
            pthread_cond_timedwait(&r->wanted, &r->store.lock, &until);
        } else {
            pthread_cond_wait(&r->wanted, &r->store.lock);
        }
    }
    return false;
}

static bool greet(struct redis *r, redisContext *c, struct buf *text)
{
    char db[16];
    enum redis_remedy remedy = REDIS_KEEP;
    struct str password = secret_reveal(&r->url.password);
    const struct str auth[] = { STR("AUTH"), str_c(r->url.user), password };
    const struct str auth_default[] = { STR("AUTH"), password };
    snprintf(db, sizeof(db), "%d", r->url.db);
    const struct str select[] = { STR("SELECT"), str_c(db) };
    redisReply *reply;
    if (password.p) {
        reply = r->url.user ? redis_ask_link(r, c, 3, auth, &remedy, text)
                            : redis_ask_link(r, c, 2, auth_default, &remedy, text);
        if (!reply)
            return false;
        freeReplyObject(reply);
    }
    if (r->url.db) {
        if (!(reply = redis_ask_link(r, c, 2, select, &remedy, text)))
            return false;
        freeReplyObject(reply);
    }
    // A full server answers looks still: a refusal that another connection would not change is no
    // reason to have none.
    return redis_probe(r, c, &remedy, text) || remedy == REDIS_KEEP;
}

static redisContext *connected(struct redis *r, struct buf *text)
{
    redisContext *c = dial(r, text);
    if (!c)
        return NULL;
    if (!greet(r, c, text)) {
        redisFree(c);
        return NULL;
    }
    if (!r->advised)
        advise(r, c);
    r->advised = true;
    return c;
}

// One more could not be had. As long as others are in use it is for them to find out whether the
// server is gone or only refuses more of us.
static void no_connection(struct redis *r, const char *why)
{
    if (r->open == 0 || r->down) {
        go_down(r, why);
        return;
    }
    int64_t now = clock_mono_ms();
    r->retry_ms = now + REDIS_BACKOFF_MIN_MS;
    if (r->warned_ms && now - r->warned_ms < SPENT_COMPLAINT_MS)
        return;
    r->warned_ms = now;
    LOG(LOG_WARNING, "Redis gives no further connection", F_INT("open", r->open),
        F_C("reason", why));
}

static void *keep(void *arg)
{
    struct redis *r = arg;
    pthread_mutex_lock(&r->store.lock);
    for (bool started = false; await_work(r, started); started = true) {
        CLEANUP(buf_release) struct buf text = BUF_INIT(REDIS_WHY_MAX);
        unsigned generation = r->generation;
        r->open++;
        pthread_mutex_unlock(&r->store.lock);
        redisContext *c = connected(r, &text);
        pthread_mutex_lock(&r->store.lock);
        if (c && generation == r->generation) {
            come_up(r);
            push(r, (struct redis_link){ .c = c, .generation = generation });
            continue;
        }
        r->open--;
        if (c)
            redisFree(c); // made before the others died: perhaps to the same dead server
        else
            no_connection(r, buf_cstr(&text));
    }
    pthread_mutex_unlock(&r->store.lock);
    return NULL;
}

void redis_pool_start(struct redis *r)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&r->wanted, &monotonic);
    pthread_cond_init(&r->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&r->keeper, NULL, keep, r) != 0)
        abort(); // as out of memory
}

void redis_pool_stop(struct redis *r)
{
    pthread_mutex_lock(&r->store.lock);
    r->stop = true;
    pthread_cond_signal(&r->wanted);
    pthread_mutex_unlock(&r->store.lock);
    pthread_join(r->keeper, NULL);
    drop_idle(r);
    pthread_cond_destroy(&r->wanted);
    pthread_cond_destroy(&r->changed);
}

// --- calls ---

// False: the server is down, or every connection stayed in use.
static bool take(struct redis *r, int64_t deadline, struct redis_link *ret)
{
    struct timespec until = at_mono(deadline);
    int waited = 0;
    pthread_mutex_lock(&r->store.lock);
    drop_stale(r, clock_mono_ms());
    r->waiting++;
    while (!r->down && !r->idle_n && waited == 0) {
        pthread_cond_signal(&r->wanted);
        waited = pthread_cond_timedwait(&r->changed, &r->store.lock, &until);
    }
    r->waiting--;
    bool got = r->idle_n > 0;
    if (got)
        *ret = r->idle[--r->idle_n];
    else
        spent_complain(&r->store, r->down ? r->why : "no connection to Redis came free");
    pthread_mutex_unlock(&r->store.lock);
    return got;
}

static void give_back(struct redis *r, struct redis_link link)
{
    link.used = true;
    pthread_mutex_lock(&r->store.lock);
    if (link.generation == r->generation)
        push(r, link);
    else {
        r->open--;
        redisFree(link.c);
    }
    pthread_mutex_unlock(&r->store.lock);
}

// The link is dead. A fresh one, or a silent server: it is down. Otherwise (the server restarted,
// something on the way closed what was idle) its siblings are dead too, and a new one may work.
static bool bury(struct redis *r, struct redis_link link, bool may_retry, const char *why)
{
    pthread_mutex_lock(&r->store.lock);
    r->open--;
    if (link.generation == r->generation) {
        if (may_retry)
            new_generation(r);
        else
            go_down(r, why);
    }
    pthread_mutex_unlock(&r->store.lock);
    redisFree(link.c);
    return may_retry;
}

redisReply *redis_ask(struct redis *r, int argc, const struct str *argv)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(REDIS_WHY_MAX);
    int64_t deadline = clock_mono_ms() + REDIS_WAIT_MS;
    struct redis_link link;
    for (bool retried = false; take(r, deadline, &link); retried = true) {
        enum redis_remedy remedy = REDIS_KEEP;
        redisReply *reply = redis_ask_link(r, link.c, argc, argv, &remedy, &text);
        if (reply || remedy == REDIS_KEEP) {
            give_back(r, link);
            if (!reply) {
                pthread_mutex_lock(&r->store.lock);
                spent_complain(&r->store, buf_cstr(&text));
                pthread_mutex_unlock(&r->store.lock);
            }
            return reply;
        }
        if (!bury(r, link, remedy == REDIS_REDIAL && link.used && !retried, buf_cstr(&text)))
            return NULL;
    }
    return NULL;
}
