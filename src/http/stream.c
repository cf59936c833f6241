// SPDX-License-Identifier: MIT
// Server-sent events. Writers append to a bounded queue; libmicrohttpd's reader takes from it and
// puts the connection to sleep when it is empty. Two references: the caller's handle and the
// connection.
#include "http/internal.h"

#include <assert.h>

#include "base/clock.h"
#include "base/mem.h"

#define READ_BLOCK 1024
#define KEEP_BYTES 4096 // a drained queue larger than this is freed

struct http_stream {
    // immutable
    struct http_server *server; // until detached
    struct MHD_Connection *mhd; // until detached
    // under server->lock
    struct http_stream *prev, *next;
    atomic_int refs;
    // under lock
    pthread_mutex_t lock;
    pthread_cond_t told; // on_gone has returned
    struct buf out;
    size_t sent;    // of out
    bool suspended; // the connection sleeps because out is empty
    bool ended;     // nothing more will be queued
    bool gone;      // the client has hung up
    bool detached;  // the connection is done with the stream
    bool telling;   // on_gone runs, on `teller`
    pthread_t teller;
    void (*on_gone)(void *);
    void *on_gone_arg;
    int64_t last_ms; // when bytes were last queued
};

static void stream_unref(struct http_stream *s)
{
    if (atomic_fetch_sub(&s->refs, 1) != 1)
        return;
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->told);
    buf_release(&s->out);
    free(s);
}

static void wake(struct http_stream *s)
{
    if (!s->suspended)
        return;
    s->suspended = false;
    MHD_resume_connection(s->mhd);
}

static size_t take(struct http_stream *s, char *p, size_t max)
{
    size_t n = s->out.n - s->sent;
    n = n < max ? n : max;
    memcpy(p, s->out.p + s->sent, n);
    s->sent += n;
    if (s->sent < s->out.n)
        return n;
    s->sent = 0;
    if (s->out.cap > KEEP_BYTES)
        buf_release(&s->out);
    else
        buf_reset(&s->out);
    return n;
}

static ssize_t read_locked(struct http_stream *s, char *p, size_t max)
{
    if (s->gone)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (s->out.n > s->sent)
        return (ssize_t)take(s, p, max);
    if (s->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    s->suspended = true;
    MHD_suspend_connection(s->mhd);
    return 0;
}

static ssize_t reader(void *arg, uint64_t pos, char *p, size_t max)
{
    (void)pos;
    struct http_stream *s = arg;
    pthread_mutex_lock(&s->lock);
    ssize_t n = read_locked(s, p, max);
    pthread_mutex_unlock(&s->lock);
    return n;
}

static struct http_stream *stream_new(struct exchange *ex)
{
    struct http_stream *s = mem_zalloc(1, sizeof(*s));
    s->server = ex->server;
    s->mhd = ex->mhd;
    s->last_ms = clock_mono_ms();
    buf_init(&s->out, 2 * HTTP_STREAM_MAX);
    atomic_init(&s->refs, 2);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->told, NULL);
    return s;
}

static void list_add(struct http_stream *s)
{
    pthread_mutex_lock(&s->server->lock);
    s->next = s->server->streams;
    if (s->next)
        s->next->prev = s;
    s->server->streams = s;
    pthread_mutex_unlock(&s->server->lock);
}

static void list_remove(struct http_stream *s)
{
    pthread_mutex_lock(&s->server->lock);
    if (s->prev)
        s->prev->next = s->next;
    else
        s->server->streams = s->next;
    if (s->next)
        s->next->prev = s->prev;
    pthread_mutex_unlock(&s->server->lock);
}

struct http_stream *http_stream_begin(struct exchange *ex)
{
    assert(!http_replied(ex));
    struct http_stream *s = stream_new(ex);
    list_add(s);
    conn_stream(ex->conn, ex, s);
    if (atomic_load(&ex->server->draining))
        stream_finish(s);
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, READ_BLOCK, reader, s, NULL);
    MHD_add_response_header(response, "Content-Type", "text/event-stream");
    MHD_add_response_header(response, "Cache-Control", "no-cache, no-transform");
    MHD_add_response_header(response, "X-Accel-Buffering", "no"); // nginx would hold events back
    reply_finish(ex, response, 200);
    return s;
}

// Makes room for n bytes; false when too much waits unread.
static bool make_room(struct http_stream *s, size_t n)
{
    size_t unread = s->out.n - s->sent;
    if (n > HTTP_STREAM_MAX || unread > HTTP_STREAM_MAX - n)
        return false;
    if (s->sent > 0 && s->out.n + n > s->out.cap) {
        memmove(s->out.p, s->out.p + s->sent, unread);
        buf_truncate(&s->out, unread);
        s->sent = 0;
    }
    return true;
}

static bool push(struct http_stream *s, struct str bytes)
{
    if (s->gone || s->ended || s->detached || !make_room(s, bytes.n))
        return false;
    buf_add(&s->out, bytes);
    s->last_ms = clock_mono_ms();
    wake(s);
    return true;
}

static bool one_line(const char *text)
{
    return !text || !strpbrk(text, "\r\n");
}

// The end of the line that starts s: at CR LF, LF or CR.
static struct str cut_line(struct str *rest)
{
    struct str all = *rest;
    size_t n = 0;
    while (n < all.n && all.p[n] != '\n' && all.p[n] != '\r')
        n++;
    if (n == all.n) {
        *rest = STR_NONE;
        return all;
    }
    size_t end = all.p[n] == '\r' && n + 1 < all.n && all.p[n + 1] == '\n' ? 2 : 1;
    *rest = str_slice(all, n + end, all.n);
    return str_slice(all, 0, n);
}

bool http_stream_send(struct http_stream *s, const char *event, const char *id, struct str data)
{
    assert(one_line(event) && one_line(id));
    if (data.n > HTTP_STREAM_MAX)
        return false;
    CLEANUP(buf_release) struct buf b = BUF_INIT(2 * HTTP_STREAM_MAX);
    if (event)
        buf_addf(&b, "event: %s\n", event);
    if (id)
        buf_addf(&b, "id: %s\n", id);
    struct str rest = data.p ? data : STR("");
    while (rest.p) {
        struct str line = cut_line(&rest);
        buf_add(&b, STR("data: "));
        buf_add(&b, line);
        buf_addc(&b, '\n');
    }
    buf_addc(&b, '\n');
    if (!buf_ok(&b))
        return false;
    pthread_mutex_lock(&s->lock);
    bool queued = push(s, buf_str(&b));
    pthread_mutex_unlock(&s->lock);
    return queued;
}

bool http_stream_prime(struct http_stream *s, const char *id, int retry_ms)
{
    assert(one_line(id));
    CLEANUP(buf_release) struct buf b = BUF_INIT(1024);
    buf_addf(&b, "id: %s\nretry: %d\ndata: \n\n", id, retry_ms);
    pthread_mutex_lock(&s->lock);
    bool queued = buf_ok(&b) && push(s, buf_str(&b));
    pthread_mutex_unlock(&s->lock);
    return queued;
}

bool http_stream_gone(struct http_stream *s)
{
    pthread_mutex_lock(&s->lock);
    bool gone = s->gone || s->detached || s->ended;
    pthread_mutex_unlock(&s->lock);
    return gone;
}

// Runs on_gone once, without the lock; http_stream_end of another thread waits for it. Under lock.
static void tell(struct http_stream *s)
{
    void (*fn)(void *) = s->on_gone;
    if (!fn)
        return;
    s->on_gone = NULL;
    s->telling = true;
    s->teller = pthread_self();
    pthread_mutex_unlock(&s->lock);
    fn(s->on_gone_arg);
    pthread_mutex_lock(&s->lock);
    s->telling = false;
    pthread_cond_broadcast(&s->told);
}

void http_stream_on_gone(struct http_stream *s, void (*fn)(void *), void *arg)
{
    atomic_fetch_add(&s->refs, 1);
    pthread_mutex_lock(&s->lock);
    s->on_gone = fn;
    s->on_gone_arg = arg;
    if (s->detached) // the client was quicker
        tell(s);
    pthread_mutex_unlock(&s->lock);
    stream_unref(s);
}

void http_stream_end(struct http_stream *s)
{
    pthread_mutex_lock(&s->lock);
    s->on_gone = NULL;
    while (s->telling && !pthread_equal(s->teller, pthread_self()))
        pthread_cond_wait(&s->told, &s->lock);
    s->ended = true;
    wake(s);
    pthread_mutex_unlock(&s->lock);
    stream_unref(s);
}

void stream_hang_up(struct http_stream *s)
{
    pthread_mutex_lock(&s->lock);
    s->gone = true;
    wake(s);
    pthread_mutex_unlock(&s->lock);
}

void stream_finish(struct http_stream *s)
{
    pthread_mutex_lock(&s->lock);
    s->ended = true;
    wake(s);
    pthread_mutex_unlock(&s->lock);
}

void stream_detach(struct http_stream *s)
{
    list_remove(s);
    pthread_mutex_lock(&s->lock);
    s->detached = true;
    s->suspended = false;
    tell(s);
    pthread_mutex_unlock(&s->lock);
    stream_unref(s);
}

// A comment line keeps proxies from closing an idle stream and finds clients that left without a
// word.
static void beat(struct http_stream *s, int64_t now_ms, int64_t interval_ms)
{
    pthread_mutex_lock(&s->lock);
    if (s->suspended && now_ms - s->last_ms >= interval_ms)
        push(s, STR(": \n\n"));
    pthread_mutex_unlock(&s->lock);
}

void stream_beat_all(struct http_server *s, int64_t now_ms)
{
    pthread_mutex_lock(&s->lock);
    for (struct http_stream *one = s->streams; one; one = one->next)
        beat(one, now_ms, s->config.heartbeat_s * (int64_t)1000);
    pthread_mutex_unlock(&s->lock);
}

const struct http_stream *stream_next(const struct http_stream *s)
{
    return s->next;
}
