// SPDX-License-Identifier: MIT
// The one thread that moves bytes: epoll drives curl's event interface, an eventfd brings new tasks
// and wishes to stop. Nothing here waits for a fixed time.
#include "fetch/internal.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"

#define EVENTS 64

void loop_wake(struct fetcher *f)
{
    uint64_t one = 1;
    while (write(f->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR)
        continue;
}

bool loop_submit(struct fetcher *f, struct task *t)
{
    pthread_mutex_lock(&f->lock);
    bool open = !f->ending, first = f->incoming == NULL;
    if (open) {
        t->next = f->incoming;
        f->incoming = t;
    }
    pthread_mutex_unlock(&f->lock);
    if (open && first)
        loop_wake(f);
    return open;
}

void task_stop(struct task *t, enum stop_reason why)
{
    int none = STOP_NONE;
    atomic_compare_exchange_strong(&t->stop, &none, (int)why);
    atomic_store(&t->fetcher->stop_wanted, true);
    loop_wake(t->fetcher);
}

static int on_timer(CURLM *multi, long timeout_ms, void *arg)
{
    (void)multi;
    struct fetcher *f = arg;
    f->timer_ms = timeout_ms < 0 ? -1 : clock_mono_ms() + timeout_ms;
    return 0;
}

// known: not NULL once the descriptor is in the epoll set.
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
    (void)easy;
    struct fetcher *f = arg;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(f->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        curl_multi_assign(f->multi, fd, NULL);
        return 0;
    }
    struct epoll_event event = { .data.fd = fd };
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    if (epoll_ctl(f->epoll_fd, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0)
        return -1;
    curl_multi_assign(f->multi, fd, f);
    return 0;
}

static void finish(struct fetcher *f, struct task *t, CURLcode result)
{
    if (t->prev)
        t->prev->next = t->next;
    else
        f->running = t->next;
    if (t->next)
        t->next->prev = t->prev;
    curl_multi_remove_handle(f->multi, t->easy);
    t->result = result;
    pthread_mutex_lock(&t->lock);
    t->done = true;
    pthread_cond_signal(&t->changed);
    pthread_mutex_unlock(&t->lock); // t is gone from here on
}

static void begin(struct fetcher *f, struct task *t)
{
    t->prev = NULL;
    t->next = f->running;
    if (t->next)
        t->next->prev = t;
    f->running = t;
    if (curl_multi_add_handle(f->multi, t->easy) != CURLM_OK)
        finish(f, t, CURLE_FAILED_INIT);
}

static bool take_incoming(struct fetcher *f)
{
    pthread_mutex_lock(&f->lock);
    struct task *t = f->incoming;
    f->incoming = NULL;
    bool ending = f->ending;
    pthread_mutex_unlock(&f->lock);
    while (t) {
        struct task *next = t->next;
        begin(f, t);
        t = next;
    }
    return !ending;
}

static void stop_tasks(struct fetcher *f, bool all)
{
    for (struct task *t = f->running, *next; t; t = next) {
        next = t->next;
        int none = STOP_NONE;
        if (all)
            atomic_compare_exchange_strong(&t->stop, &none, STOP_CANCELLED);
        if (atomic_load(&t->stop) != STOP_NONE)
            finish(f, t, CURLE_ABORTED_BY_CALLBACK);
    }
}

static void finish_done(struct fetcher *f)
{
    CURLMsg *message;
    int left = 0;
    while ((message = curl_multi_info_read(f->multi, &left)) != NULL) {
        struct task *t = NULL;
        CURLcode result = message->data.result;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t) == CURLE_OK)
            finish(f, t, result);
    }
}

static int wait_ms(const struct fetcher *f)
{
    if (f->timer_ms < 0)
        return -1;
    int64_t left = f->timer_ms - clock_mono_ms();
    return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static void swallow_wake(struct fetcher *f)
{
    uint64_t count;
    while (read(f->wake_fd, &count, sizeof(count)) < 0 && errno == EINTR)
        continue;
}

static void run_event(struct fetcher *f, const struct epoll_event *event)
{
    int running = 0;
    if (event->data.fd == f->wake_fd) {
        swallow_wake(f);
        return;
    }
    int what = (event->events & EPOLLIN ? CURL_CSELECT_IN : 0) |
               (event->events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
               (event->events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
    curl_multi_socket_action(f->multi, event->data.fd, what, &running);
}

static void run_timer(struct fetcher *f)
{
    int running = 0;
    if (f->timer_ms < 0 || clock_mono_ms() < f->timer_ms)
        return;
    f->timer_ms = -1;
    curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}

static void *loop_run(void *arg)
{
    struct fetcher *f = arg;
    while (take_incoming(f)) {
        if (atomic_exchange(&f->stop_wanted, false))
            stop_tasks(f, false);
        run_timer(f);
        finish_done(f);
        struct epoll_event events[EVENTS];
        int n = epoll_wait(f->epoll_fd, events, EVENTS, wait_ms(f));
        for (int i = 0; i < n; i++)
            run_event(f, &events[i]);
        finish_done(f);
    }
    stop_tasks(f, true);
    return NULL;
}

static bool start_thread(struct fetcher *f)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&f->thread, NULL, loop_run, f) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static void release(struct fetcher *f)
{
    if (f->multi)
        curl_multi_cleanup(f->multi);
    if (f->epoll_fd >= 0)
        close(f->epoll_fd);
    if (f->wake_fd >= 0)
        close(f->wake_fd);
}

static bool configure(struct fetcher *f, const struct fetch_config *config)
{
    long total = config->max_connections ? (long)config->max_connections : 128;
    long per_host = config->max_per_host ? (long)config->max_per_host : 64;
    struct epoll_event event = { .events = EPOLLIN, .data.fd = f->wake_fd };
    if (!f->multi || f->epoll_fd < 0 || f->wake_fd < 0)
        return false;
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
    curl_multi_setopt(f->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, total);
    curl_multi_setopt(f->multi, CURLMOPT_MAX_HOST_CONNECTIONS, per_host);
    curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, total);
    return epoll_ctl(f->epoll_fd, EPOLL_CTL_ADD, f->wake_fd, &event) == 0;
}

bool loop_start(struct fetcher *f, const struct fetch_config *config, struct err *err)
{
    f->timer_ms = -1;
    f->multi = curl_multi_init();
    f->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    f->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (configure(f, config) && start_thread(f))
        return true;
    err_set(err, ERR_IO, "outgoing requests cannot start: %s", err_errno(errno));
    release(f);
    return false;
}

void loop_end(struct fetcher *f)
{
    pthread_join(f->thread, NULL);
    release(f);
}
