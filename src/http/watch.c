// SPDX-License-Identifier: MIT
// What libmicrohttpd does not see while a connection sleeps: that the client hung up. Descriptors
// of such connections stand in an epoll set of their own (EPOLLRDHUP, one shot). The same thread
// cuts connections off whose request takes too long, and lets idle streams beat.
#include "http/internal.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#define TICK_MS 1000
#define EVENTS  64

struct watch {
    // immutable
    struct http_server *server;
    int epoll_fd, stop_fd;
    pthread_t thread;
    // watch thread only
    int64_t ticked_ms;
    // under lock
    pthread_mutex_t lock;
    struct conn *dead; // closed, yet an event for them may be on its way
};

static void conn_free(struct conn *c)
{
    pthread_mutex_destroy(&c->lock);
    free(c);
}

// Nobody is counted as long as there is room for all.
bool conn_welcome(struct http_server *s, const struct sockaddr *peer)
{
    struct addr from = addr_of(peer);
    size_t share = s->config.max_connections / 4 * 3, theirs = 0;
    if (addr_list_has(&s->proxies, &from))
        return true;
    pthread_mutex_lock(&s->lock);
    for (struct conn *c = s->conn_count < share ? NULL : s->conns; c; c = c->next)
        theirs += addr_same_place(&c->peer, &from);
    pthread_mutex_unlock(&s->lock);
    return theirs < share;
}

struct conn *conn_new(struct http_server *s, int fd, const struct sockaddr *peer)
{
    struct conn *c = mem_zalloc(1, sizeof(*c));
    c->server = s;
    c->fd = fd;
    if (peer)
        c->peer = addr_of(peer);
    pthread_mutex_init(&c->lock, NULL);
    pthread_mutex_lock(&s->lock);
    c->next = s->conns;
    if (c->next)
        c->next->prev = c;
    s->conns = c;
    s->conn_count++;
    pthread_mutex_unlock(&s->lock);
    return c;
}

static void list_remove(struct conn *c)
{
    struct http_server *s = c->server;
    pthread_mutex_lock(&s->lock);
    if (c->prev)
        c->prev->next = c->next;
    else
        s->conns = c->next;
    if (c->next)
        c->next->prev = c->prev;
    s->conn_count--;
    pthread_mutex_unlock(&s->lock);
}

void conn_closed(struct conn *c)
{
    struct watch *w = c->server->watch;
    list_remove(c);
    pthread_mutex_lock(&c->lock);
    if (c->watched)
        epoll_ctl(w->epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
    c->fd = -1;
    c->waiting = NULL;
    pthread_mutex_unlock(&c->lock);
    if (!c->watched) {
        conn_free(c);
        return;
    }
    pthread_mutex_lock(&w->lock);
    c->next_dead = w->dead;
    w->dead = c;
    pthread_mutex_unlock(&w->lock);
}

static void tell_gone(struct conn *c)
{
    if (!c->waiting)
        return;
    cancel_set(&c->waiting->cancel);
    if (c->waiting->stream)
        stream_hang_up(c->waiting->stream);
}

// Stays armed over many exchanges: one system call a connection, not one an exchange.
static void arm(struct conn *c)
{
    if (c->armed || c->fd < 0)
        return;
    struct epoll_event event = { .events = EPOLLRDHUP | EPOLLONESHOT, .data.ptr = c };
    int op = c->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    c->armed = epoll_ctl(c->server->watch->epoll_fd, op, c->fd, &event) == 0;
    c->watched = c->watched || c->armed;
}

static void wait_locked(struct conn *c, struct exchange *ex)
{
    c->waiting = ex;
    if (!ex)
        return;
    if (c->gone)
        tell_gone(c);
    else
        arm(c);
}

void conn_wait(struct conn *c, struct exchange *ex)
{
    pthread_mutex_lock(&c->lock);
    wait_locked(c, ex);
    pthread_mutex_unlock(&c->lock);
}

void conn_stream(struct conn *c, struct exchange *ex, struct http_stream *s)
{
    pthread_mutex_lock(&c->lock);
    ex->stream = s;
    wait_locked(c, ex);
    pthread_mutex_unlock(&c->lock);
}

static void hung_up(struct conn *c)
{
    pthread_mutex_lock(&c->lock);
    c->armed = false;
    if (c->fd >= 0) {
        c->gone = true;
        tell_gone(c);
    }
    pthread_mutex_unlock(&c->lock);
}

static void cancel_one(struct conn *c, bool idle_streams_only)
{
    pthread_mutex_lock(&c->lock);
    struct exchange *ex = c->waiting;
    if (ex && ex->stream && (!idle_streams_only || atomic_load(&ex->jobs) == 0))
        stream_finish(ex->stream);
    if (ex && !idle_streams_only)
        cancel_set(&ex->cancel);
    pthread_mutex_unlock(&c->lock);
}

void conns_cancel(struct http_server *s, bool idle_streams_only)
{
    pthread_mutex_lock(&s->lock);
    for (struct conn *c = s->conns; c; c = c->next)
        cancel_one(c, idle_streams_only);
    pthread_mutex_unlock(&s->lock);
}

// Makes libmicrohttpd read the end of the connection.
static void cut_off(struct conn *c)
{
    pthread_mutex_lock(&c->lock);
    if (c->fd >= 0)
        shutdown(c->fd, SHUT_RDWR);
    atomic_store(&c->deadline_ms, 0);
    pthread_mutex_unlock(&c->lock);
}

static void cut_off_late(struct http_server *s, int64_t now_ms)
{
    pthread_mutex_lock(&s->lock);
    for (struct conn *c = s->conns; c; c = c->next) {
        int64_t deadline = atomic_load(&c->deadline_ms);
        if (deadline && now_ms > deadline)
            cut_off(c);
    }
    pthread_mutex_unlock(&s->lock);
}

static void free_dead(struct watch *w)
{
    pthread_mutex_lock(&w->lock);
    struct conn *c = w->dead;
    w->dead = NULL;
    pthread_mutex_unlock(&w->lock);
    while (c) {
        struct conn *next = c->next_dead;
        conn_free(c);
        c = next;
    }
}

static void tick(struct watch *w)
{
    int64_t now_ms = clock_mono_ms();
    if (now_ms - w->ticked_ms < TICK_MS)
        return;
    w->ticked_ms = now_ms;
    cut_off_late(w->server, now_ms);
    stream_beat_all(w->server, now_ms);
}

// A closed connection is freed only after a whole batch: its last event may stand in the batch at
// hand.
static void *watch_run(void *arg)
{
    struct watch *w = arg;
    bool stop = false;
    while (!stop) {
        struct epoll_event events[EVENTS];
        int n = epoll_wait(w->epoll_fd, events, EVENTS, TICK_MS);
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr)
                hung_up(events[i].data.ptr);
            else
                stop = true;
        }
        tick(w);
        free_dead(w);
    }
    return NULL;
}

static bool start_thread(struct watch *w)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&w->thread, NULL, watch_run, w) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static void watch_close(struct watch *w)
{
    if (w->epoll_fd >= 0)
        close(w->epoll_fd);
    if (w->stop_fd >= 0)
        close(w->stop_fd);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

struct watch *watch_new(struct http_server *s, struct err *err)
{
    struct watch *w = mem_zalloc(1, sizeof(*w));
    w->server = s;
    w->ticked_ms = clock_mono_ms();
    pthread_mutex_init(&w->lock, NULL);
    w->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    w->stop_fd = eventfd(0, EFD_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    if (w->epoll_fd >= 0 && w->stop_fd >= 0 &&
        epoll_ctl(w->epoll_fd, EPOLL_CTL_ADD, w->stop_fd, &event) == 0 && start_thread(w))
        return w;
    err_set(err, ERR_IO, "the connection watch cannot start: %s", err_errno(errno));
    watch_close(w);
    return NULL;
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    uint64_t one = 1;
    if (write(w->stop_fd, &one, sizeof(one)) != sizeof(one))
        abort(); // an eventfd takes its first write
    pthread_join(w->thread, NULL);
    free_dead(w);
    watch_close(w);
}
