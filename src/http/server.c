// SPDX-License-Identifier: MIT
#include "http/internal.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/random.h"

#define FLUSH_MS 2000 // for the last answers to go out, once all are made

static struct conn *conn_of(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

// Between requests nothing but the idle timeout applies; a request line that trickles in is cut off
// after it.
static void expect_request(struct conn *c)
{
    int64_t idle_ms = c->server->config.idle_timeout_s * (int64_t)1000;
    atomic_store(&c->deadline_ms, clock_mono_ms() + idle_ms + HTTP_HEAD_TIME_MS);
}

static enum MHD_Result on_accept(void *cls, const struct sockaddr *peer, socklen_t size)
{
    (void)size;
    const struct http_server *s = cls;
    return !atomic_load(&s->stopping) && conn_welcome(cls, peer) ? MHD_YES : MHD_NO;
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = cls;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        conn_closed(*context);
        return;
    }
    int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *peer =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    struct conn *c = conn_new(s, fd, peer);
    expect_request(c);
    *context = c;
}

// Called with the request line; the exchange begins here, because later the target is taken apart
// in place.
static void *on_target(void *cls, const char *target, struct MHD_Connection *mhd)
{
    struct conn *c = conn_of(mhd);
    atomic_store(&c->deadline_ms, clock_mono_ms() + HTTP_HEAD_TIME_MS);
    return exchange_new(cls, c, mhd, target);
}

static size_t keep_as_is(void *cls, struct MHD_Connection *mhd, char *text)
{
    (void)cls;
    (void)mhd;
    return strlen(text);
}

static bool announced_too_large(struct exchange *ex)
{
    uint64_t n = 0;
    struct str length = http_header(ex, "Content-Length");
    return length.p && str_to_u64(length, &n) && n > ex->max_body;
}

// 413 without reading; the connection cannot be used further, because the body may follow.
static bool accept_size(struct exchange *ex)
{
    ex->max_body = ex->route->max_body ? ex->route->max_body : HTTP_DEFAULT_BODY;
    buf_init(&ex->body, ex->max_body);
    if (!announced_too_large(ex))
        return true;
    ex->close = true;
    reply_error(ex, 413, "invalid_request", "The body is larger than %zu bytes", ex->max_body);
    return false;
}

// Whether the body of a refused request is worth reading, so that its connection lives on.
static bool worth_dropping(const struct exchange *ex)
{
    uint64_t n = 0;
    struct str length = http_header(ex, "Content-Length");
    if (http_header(ex, "Expect").p || ex->close)
        return false;
    return !length.p || (str_to_u64(length, &n) && n <= HTTP_BODY_OVERSHOOT);
}

static enum MHD_Result on_head(struct exchange *ex, const char *method, const char *version)
{
    ex->stage = STAGE_BODY;
    ex->method = method_of(method);
    atomic_store(&ex->conn->deadline_ms, clock_mono_ms() + HTTP_BODY_TIME_MS);
    if (guard_head(ex, method, version) && admit_source(ex) && router_find(ex) && tls_admit(ex) &&
        accept_size(ex))
        return MHD_YES;
    if (worth_dropping(ex))
        return MHD_YES;
    ex->stage = STAGE_HANDLED;
    if (!ex->close)
        MHD_add_response_header(ex->response, "Connection", "close");
    return exchange_queue(ex);
}

static enum MHD_Result on_body(struct exchange *ex, struct str bytes)
{
    if (!ex->too_large && !http_replied(ex)) {
        buf_add(&ex->body, bytes);
        ex->too_large = !buf_ok(&ex->body);
        return MHD_YES;
    }
    ex->dropped += bytes.n;
    return ex->dropped <= HTTP_BODY_OVERSHOOT ? MHD_YES : MHD_NO;
}

static enum MHD_Result on_complete(struct exchange *ex)
{
    ex->stage = STAGE_HANDLED;
    ex->counted = true;
    atomic_fetch_add(&ex->server->active, 1);
    atomic_store(&ex->conn->deadline_ms, 0);
    if (ex->too_large)
        reply_error(ex, 413, "invalid_request", "The body is larger than %zu bytes", ex->max_body);
    else if (!http_replied(ex))
        exchange_run(ex);
    return ex->deferred ? MHD_YES : exchange_queue(ex);
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *mhd, const char *url,
                                 const char *method, const char *version, const char *upload,
                                 size_t *upload_size, void **context)
{
    (void)cls;
    (void)mhd;
    (void)url;
    struct exchange *ex = *context;
    if (ex->stage == STAGE_HEAD)
        return on_head(ex, method, version);
    if (*upload_size > 0) {
        enum MHD_Result result = on_body(ex, str_of(upload, *upload_size));
        *upload_size = 0;
        return result;
    }
    if (ex->stage == STAGE_BODY)
        return on_complete(ex);
    return ex->response ? exchange_queue(ex) : MHD_YES;
}

static void no_longer_active(struct http_server *s)
{
    if (atomic_fetch_sub(&s->active, 1) != 1 || !atomic_load(&s->stopping))
        return;
    pthread_mutex_lock(&s->lock);
    pthread_cond_broadcast(&s->quiet);
    pthread_mutex_unlock(&s->lock);
}

static void count(struct http_server *s, const struct exchange *ex)
{
    size_t class = ex->status / 100;
    if (class < ARRAY_LEN(s->by_class))
        atomic_fetch_add_explicit(&s->by_class[class], 1, memory_order_relaxed);
    if (!ex->stream)
        timing_add(&s->timing, clock_mono_ms() - ex->began_ms);
}

void http_server_stats(struct http_server *s, struct http_stats *ret)
{
    *ret = (struct http_stats){ .turned_away = atomic_load(&s->turned_away),
                                .timing = &s->timing,
                                .jobs = work_pool_busy(s->pool) };
    for (size_t i = 0; i < ARRAY_LEN(s->by_class); i++)
        ret->by_class[i] = atomic_load(&s->by_class[i]);
    pthread_mutex_lock(&s->lock);
    ret->connections = s->conn_count;
    for (const struct http_stream *one = s->streams; one; one = stream_next(one))
        ret->streams++;
    pthread_mutex_unlock(&s->lock);
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **context,
                         enum MHD_RequestTerminationCode why)
{
    (void)mhd;
    struct http_server *s = cls;
    struct exchange *ex = *context;
    *context = NULL;
    if (!ex)
        return;
    conn_wait(ex->conn, NULL);
    expect_request(ex->conn);
    if (why != MHD_REQUEST_TERMINATED_COMPLETED_OK)
        cancel_set(&ex->cancel);
    if (ex->stream)
        stream_detach(ex->stream);
    if (ex->status)
        count(s, ex);
    if (s->config.log_requests && ex->status)
        exchange_log(ex);
    if (ex->counted)
        no_longer_active(s);
    exchange_unref(ex);
}

// libmicrohttpd's own words matter only when it does not start.
static PRINTF(2, 0) void on_log(void *cls, const char *fmt, va_list args)
{
    struct http_server *s = cls;
    if (!s->started)
        vsnprintf(s->start_note, sizeof(s->start_note), fmt, args);
}

static void take_defaults(struct http_config *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    c->host = c->host ? c->host : "127.0.0.1";
    c->threads = c->threads ? c->threads : (size_t)(cores > 0 ? cores : 1);
    c->workers = c->workers ? c->workers : 64;
    c->queue = c->queue ? c->queue : 256;
    c->max_connections = c->max_connections ? c->max_connections : 4096;
    c->max_header_bytes = c->max_header_bytes ? c->max_header_bytes : 32 * 1024;
    c->idle_timeout_s = c->idle_timeout_s ? c->idle_timeout_s : 75;
    c->heartbeat_s = c->heartbeat_s ? c->heartbeat_s : 15;
}

static bool read_lists(struct http_server *s, struct err *err)
{
    return addr_list_parse(s->config.allowed_sources, "allowed source addresses", &s->sources,
                           err) &&
           addr_list_parse(s->config.trusted_proxies, "trusted proxies", &s->proxies, err);
}

static struct MHD_Daemon *start_daemon(struct http_server *s, int listen_fd)
{
    const struct http_config *c = &s->config;
    struct MHD_OptionItem tls[TLS_OPTIONS_MAX + 1];
    tls[tls_options(s, tls)] = (struct MHD_OptionItem){ MHD_OPTION_END, 0, NULL };
    unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_SUSPEND_RESUME | MHD_USE_TURBO | MHD_USE_ERROR_LOG;
    if (s->tls)
        flags |= MHD_USE_TLS;
    return MHD_start_daemon(
        flags, 0, on_accept, s, on_access, s, MHD_OPTION_EXTERNAL_LOGGER, on_log,
        s, // first, so that it hears of the others
        MHD_OPTION_LISTEN_SOCKET, listen_fd, MHD_OPTION_THREAD_POOL_SIZE,
        (unsigned)(c->threads > 1 ? c->threads : 0), MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)c->max_connections, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)c->idle_timeout_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, c->max_header_bytes, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_as_is, NULL, MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        s, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

static bool start(struct http_server *s, struct err *err)
{
    int fd = -1;
    if (!read_lists(s, err) || !tls_load(s, err))
        return false;
    if (!listen_open(s->config.host, s->config.port, &fd, &s->port, &s->loopback, err))
        return false;
    s->watch = watch_new(s, err);
    s->daemon = s->watch ? start_daemon(s, fd) : NULL;
    s->started = true;
    if (s->daemon)
        return true;
    struct str note = str_trim(str_c(s->start_note));
    close(fd);
    if (!s->watch)
        return false;
    return err_set(err, ERR_IO, "the HTTP server cannot start: " STR_FMT, STR_ARG(note));
}

static void server_free(struct http_server *s)
{
    watch_free(s->watch);
    work_pool_free(s->pool);
    addr_list_release(&s->sources);
    addr_list_release(&s->proxies);
    tls_free(s);
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->quiet);
    free(s);
}

bool http_server_new(const struct http_config *config, struct http_server **ret, struct err *err)
{
    struct http_server *s = mem_zalloc(1, sizeof(*s));
    s->config = *config;
    take_defaults(&s->config);
    random_bytes(&s->id_seed, sizeof(s->id_seed));
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->quiet, NULL);
    s->pool = work_pool_new(s->config.workers, s->config.queue);
    if (!start(s, err)) {
        server_free(s);
        return false;
    }
    *ret = s;
    return true;
}

int http_server_port(const struct http_server *s)
{
    return s->port;
}

// Waits at most ms for all answers to be out.
static void wait_quiet(struct http_server *s, int64_t ms)
{
    int64_t end = clock_mono_ms() + ms;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        int64_t left = end - clock_mono_ms();
        if (left <= 0 || atomic_load(&s->active) == 0)
            break;
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        left = left < 100 ? left : 100; // a changed clock delays by no more
        until.tv_nsec += (long)(left * 1000000);
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&s->quiet, &s->lock, &until);
    }
    pthread_mutex_unlock(&s->lock);
}

// Ends all that waits. After it no connection is asleep, as MHD_stop_daemon demands: nothing is
// deferred once draining is set, each job that slipped in before is waited for, and streams no
// longer sleep.
static void drain(struct http_server *s)
{
    atomic_store(&s->draining, true);
    conns_cancel(s, false);
    while (atomic_load(&s->jobs) > 0) {
        struct timespec pause = { .tv_nsec = 2000000 };
        nanosleep(&pause, NULL);
        conns_cancel(s, false);
    }
    wait_quiet(s, FLUSH_MS);
}

void http_server_stop(struct http_server *s, int grace_ms)
{
    if (!s)
        return;
    // From now on who comes is turned away. Not by MHD_quiesce_daemon: it and the daemon's threads
    // race to take the listener out of epoll, and who comes second aborts the process.
    atomic_store(&s->stopping, true);
    conns_cancel(s, true);
    wait_quiet(s, grace_ms);
    drain(s);
    MHD_stop_daemon(s->daemon);
    server_free(s);
}
