// SPDX-License-Identifier: MIT
// What waits: deferred calls whose client leaves, a full queue, event streams, and the server's end
// meanwhile.
#include "help.h"

#include <semaphore.h>
#include <stdatomic.h>

static sem_t entered, leave;
static atomic_int cancelled;
static _Atomic(struct http_stream *) stream;
static sem_t begun, gone;

static void waits_for_leave(struct exchange *ex, void *ctx)
{
    (void)ctx;
    sem_post(&entered);
    sem_wait(&leave);
    http_reply(ex, 200, "text/plain", STR("left"));
}

static void wake(void *arg)
{
    sem_post(arg);
}

static void waits_for_cancel(struct exchange *ex, void *ctx)
{
    (void)ctx;
    sem_t woken;
    sem_init(&woken, 0, 0);
    if (cancel_hook(http_cancel(ex), wake, &woken)) {
        sem_post(&entered);
        sem_wait(&woken);
        cancel_hook(http_cancel(ex), NULL, NULL);
    }
    sem_destroy(&woken);
    atomic_fetch_add(&cancelled, 1);
    http_reply(ex, 499, "text/plain", STR("too late"));
    sem_post(&leave);
}

static void on_gone(void *arg)
{
    (void)arg;
    sem_post(&gone);
}

static void streams(struct exchange *ex, void *ctx)
{
    (void)ctx;
    struct http_stream *s = http_stream_begin(ex);
    http_stream_on_gone(s, on_gone, NULL);
    atomic_store(&stream, s);
    sem_post(&begun);
}

static const struct http_route routes[] = {
    { HTTP_GET, "/leave", waits_for_leave, .worker = true },
    { HTTP_GET, "/cancel", waits_for_cancel, .worker = true },
    { HTTP_GET, "/stream", streams },
    { HTTP_GET, "/worker-stream", streams, .worker = true },
    { 0 },
};

static struct http_server *server;

static int start(void **state)
{
    (void)state;
    sem_init(&entered, 0, 0);
    sem_init(&leave, 0, 0);
    sem_init(&begun, 0, 0);
    sem_init(&gone, 0, 0);
    atomic_store(&cancelled, 0);
    server = serve((struct http_config){
        .host = "127.0.0.1", .routes = routes, .workers = 2, .queue = 1, .heartbeat_s = 1 });
    return 0;
}

static int stop(void **state)
{
    (void)state;
    http_server_stop(server, 0);
    return 0;
}

static bool in_time(sem_t *s, int ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return sem_timedwait(s, &until) == 0;
}

static int open_at(const char *path)
{
    struct buf request = BUF_INIT(1000);
    int fd = dial(server);
    buf_addf(&request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    say(fd, buf_str(&request));
    buf_release(&request);
    return fd;
}

// Of two that come while all workers run, one waits and one is turned away: whichever was second.
static void full_queue_is_503(void **state)
{
    (void)state;
    int waiting[3], more[2];
    for (int i = 0; i < 2; i++) {
        waiting[i] = open_at("/leave");
        assert_true(in_time(&entered, 2000));
    }
    for (int i = 0; i < 2; i++)
        more[i] = open_at("/leave");
    struct pollfd answered[] = { { .fd = more[0], .events = POLLIN },
                                 { .fd = more[1], .events = POLLIN } };
    assert_int_equal(poll(answered, 2, 2000), 1);
    int refused = answered[0].revents ? 0 : 1;
    struct buf answer = BUF_INIT(10000);
    hear(more[refused], &answer, "temporarily_unavailable", 2000);
    assert_true(has(&answer, "HTTP/1.1 503 "));
    assert_true(has(&answer, "Retry-After: 1\r\n"));
    close(more[refused]);
    waiting[2] = more[1 - refused];
    for (int i = 0; i < 3; i++)
        sem_post(&leave);
    for (int i = 0; i < 3; i++) {
        buf_reset(&answer);
        hear(waiting[i], &answer, "left", 2000);
        assert_int_equal(status_of(buf_str(&answer)), 200);
        close(waiting[i]);
    }
    buf_release(&answer);
}

static void leaving_cancels(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        int fd = open_at("/cancel");
        assert_true(in_time(&entered, 2000));
        int64_t began = clock_mono_ms();
        if (i % 2)
            shutdown(fd, SHUT_WR);
        else
            close(fd);
        assert_true(in_time(&leave, 2000));
        assert_true(clock_mono_ms() - began < 100);
        if (i % 2)
            close(fd);
    }
    assert_int_equal(atomic_load(&cancelled), 10);
}

static void staying_does_not_cancel(void **state)
{
    (void)state;
    struct buf answer = BUF_INIT(10000);
    int fd = open_at("/leave");
    assert_true(in_time(&entered, 2000));
    say(fd, STR("GET /leave HTTP/1.1\r\nHost: localhost\r\n\r\n")); // pipelined: no reason to think
                                                                    // it left
    sem_post(&leave);
    sem_post(&leave);
    hear(fd, &answer, "left", 2000);
    assert_int_equal(status_of(buf_str(&answer)), 200);
    assert_true(in_time(&entered, 2000));
    close(fd);
    buf_release(&answer);
}

static void events_arrive_in_order(void **state)
{
    (void)state;
    static const char *const paths[] = { "/stream", "/worker-stream" };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct buf answer = BUF_INIT(1000000);
        struct buf request = BUF_INIT(1000), all = BUF_INIT(100000);
        int fd = dial(server);
        buf_addf(&request, "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n",
                 paths[i]); // 1.0: no chunks to undo
        say(fd, buf_str(&request));
        assert_true(in_time(&begun, 2000));
        struct http_stream *s = atomic_load(&stream);
        assert_true(http_stream_send(s, "message", "1", STR("one\ntwo\r\nthree\rfour")));
        assert_true(http_stream_send(s, NULL, NULL, STR("")));
        for (int n = 0; n < 1000; n++) {
            char data[20];
            snprintf(data, sizeof(data), "n%d", n);
            assert_true(http_stream_send(s, NULL, NULL, str_c(data)));
            buf_addf(&all, "data: n%d\n\n", n);
        }
        http_stream_end(s);
        assert_true(hear(fd, &answer, NULL, 3000));
        assert_true(has(&answer, "Content-Type: text/event-stream\r\n"));
        assert_true(has(&answer, "Cache-Control: no-cache, no-transform\r\n"));
        assert_true(has(&answer, "X-Accel-Buffering: no\r\n"));
        assert_true(has(
            &answer,
            "event: message\nid: 1\ndata: one\ndata: two\ndata: three\ndata: four\n\ndata: \n\n"));
        assert_true(str_ends(buf_str(&answer), buf_str(&all)));
        close(fd);
        buf_release(&answer);
        buf_release(&request);
        buf_release(&all);
    }
    assert_false(in_time(&gone, 1)); // ended by us, not by the client
}

static void idle_streams_beat(void **state)
{
    (void)state;
    struct buf answer = BUF_INIT(10000);
    int fd = open_at("/stream");
    assert_true(in_time(&begun, 2000));
    hear(fd, &answer, "\n: \n\n", 5000);
    assert_true(has(&answer, "\n: \n\n"));
    http_stream_end(atomic_load(&stream));
    close(fd);
    buf_release(&answer);
}

static void leaving_is_told(void **state)
{
    (void)state;
    int fd = open_at("/stream");
    assert_true(in_time(&begun, 2000));
    close(fd);
    assert_true(in_time(&gone, 200));
    struct http_stream *s = atomic_load(&stream);
    assert_true(http_stream_gone(s));
    assert_false(http_stream_send(s, NULL, NULL, STR("x")));
    http_stream_end(s);
}

static void who_never_reads_is_bounded(void **state)
{
    (void)state;
    int fd = open_at("/stream");
    assert_true(in_time(&begun, 2000));
    struct http_stream *s = atomic_load(&stream);
    static char data[50000];
    memset(data, 'x', sizeof(data));
    int sent = 0;
    while (sent < 1000 && http_stream_send(s, NULL, NULL, str_of(data, sizeof(data))))
        sent++;
    assert_true(sent >= 20 && sent < 1000); // HTTP_STREAM_MAX and what the sockets take
    assert_false(http_stream_gone(s));
    assert_false(http_stream_send(s, NULL, NULL, str_of(data, HTTP_STREAM_MAX + (size_t)1)));
    http_stream_end(s);
    close(fd);
}

static void stop_waits_for_the_running(void **state)
{
    (void)state;
    (void)start(NULL);
    struct buf answer = BUF_INIT(10000);
    int fd = open_at("/leave");
    assert_true(in_time(&entered, 2000));
    sem_post(&leave);
    http_server_stop(server, 5000);
    assert_true(hear(fd, &answer, NULL, 2000));
    assert_true(has(&answer, "left"));
    close(fd);
    buf_release(&answer);
}

static void stop_cancels_what_stays(void **state)
{
    (void)state;
    (void)start(NULL);
    int fd = open_at("/cancel");
    assert_true(in_time(&entered, 2000));
    http_server_stop(server, 20);
    assert_int_equal(atomic_load(&cancelled), 1);
    close(fd);
}

static void stop_ends_streams(void **state)
{
    (void)state;
    (void)start(NULL);
    struct buf answer = BUF_INIT(10000);
    int fd = open_at("/stream");
    assert_true(in_time(&begun, 2000));
    struct http_stream *s = atomic_load(&stream);
    assert_true(http_stream_send(s, NULL, NULL, STR("last words")));
    int64_t began = clock_mono_ms();
    http_server_stop(server, 20000);
    assert_true(clock_mono_ms() - began < 3000);
    assert_true(hear(fd, &answer, NULL, 2000));
    assert_true(has(&answer, "last words") && has(&answer, "\r\n0\r\n\r\n"));
    assert_true(in_time(&gone, 1));
    assert_false(http_stream_send(s, NULL, NULL, STR("x"))); // the handle outlives the server
    http_stream_end(s);
    close(fd);
    buf_release(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(full_queue_is_503, start, stop),
        cmocka_unit_test_setup_teardown(leaving_cancels, start, stop),
        cmocka_unit_test_setup_teardown(staying_does_not_cancel, start, stop),
        cmocka_unit_test_setup_teardown(events_arrive_in_order, start, stop),
        cmocka_unit_test_setup_teardown(idle_streams_beat, start, stop),
        cmocka_unit_test_setup_teardown(leaving_is_told, start, stop),
        cmocka_unit_test_setup_teardown(who_never_reads_is_bounded, start, stop),
        cmocka_unit_test(stop_waits_for_the_running),
        cmocka_unit_test(stop_cancels_what_stays),
        cmocka_unit_test(stop_ends_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
