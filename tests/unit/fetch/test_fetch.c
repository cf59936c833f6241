// SPDX-License-Identifier: MIT
// fetch() against a server of raw bytes: what arrives, what fails and with which words, and who
// waits.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "fetch/fetch.h"

#define OK_HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nx-a:  2 \r\n\r\nhello"

// What the server sends for a request whose target contains `key`.
struct script {
    const char *key;
    struct str bytes;
    enum { KEEP, CLOSE, SILENT, BOMB } then;
};

// 100,000 zeros, gzipped.
static const unsigned char bomb[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xed, 0xc1, 0x31, 0x01, 0x00,
    0x00, 0x00, 0xc2, 0xa0, 0xf5, 0x4f, 0x6d, 0x0d, 0x0f, 0xa0, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x80, 0x57, 0x03, 0x7d, 0x95, 0x11, 0xd4, 0xa0, 0x86, 0x01, 0x00
};

static const struct script scripts[] = {
    { "/hello", STR_INIT(OK_HELLO), KEEP },
    { "/slow", { NULL, 0 }, SILENT },
    { "/half", STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), CLOSE },
    { "/halt", STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), SILENT },
    { "/junk", STR_INIT("what is this\r\n\r\n"), CLOSE },
    { "/nothing", { NULL, 0 }, CLOSE },
    { "/large", STR_INIT("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234567890123456789"),
      KEEP },
    { "/endless", STR_INIT("HTTP/1.1 200 OK\r\n\r\n01234567890123456789"), CLOSE },
    { "/interim", STR_INIT("HTTP/1.1 103 Early Hints\r\nX-A: early\r\n\r\n" OK_HELLO), KEEP },
    { "/moved", STR_INIT("HTTP/1.1 302 Found\r\nLocation: /hello\r\nContent-Length: 0\r\n\r\n"),
      KEEP },
    { "/failed", STR_INIT("HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops"), KEEP },
    { "/bomb", STR_INIT("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"), BOMB },
};

static int listener, port;
static atomic_int accepted, lost; // lost: requests for /nothing
static pthread_mutex_t seen_lock = PTHREAD_MUTEX_INITIALIZER;
static char seen[8192]; // the last request

static const struct script *script_for(const char *request)
{
    for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
        const char *end = strchr(request, '\r');
        const char *at = strstr(request, scripts[i].key);
        if (at && at < end)
            return &scripts[i];
    }
    return &scripts[0];
}

static void send_all(int fd, struct str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
}

static bool read_request(int fd, char *in, size_t max)
{
    size_t n = 0;
    for (;;) {
        ssize_t got = recv(fd, in + n, max - 1 - n, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
        in[n] = '\0';
        if (in[0] == 0x16) // a TLS greeting: it gets HTTP for an answer
            return true;
        const char *end = strstr(in, "\r\n\r\n");
        if (!end)
            continue;
        const char *length = strstr(in, "Content-Length: ");
        size_t body = length ? strtoul(length + 16, NULL, 10) : 0;
        if (n >= (size_t)(end - in) + 4 + body)
            return true;
    }
}

static void *serve_one(void *arg)
{
    int fd = (int)(intptr_t)arg;
    char in[8192];
    while (read_request(fd, in, sizeof(in))) {
        pthread_mutex_lock(&seen_lock);
        memcpy(seen, in, sizeof(seen));
        pthread_mutex_unlock(&seen_lock);
        const struct script *s = script_for(in);
        atomic_fetch_add(&lost, strstr(in, " /nothing ") != NULL);
        send_all(fd, s->bytes);
        if (s->then == BOMB)
            send_all(fd, str_of(bomb, sizeof(bomb)));
        if (s->then == CLOSE || s->then == BOMB)
            break;
        if (s->then == SILENT) { // until the client leaves
            while (recv(fd, in, sizeof(in), 0) > 0)
                continue;
            break;
        }
    }
    close(fd);
    return NULL;
}

static void *accept_all(void *arg)
{
    (void)arg;
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            return NULL;
        atomic_fetch_add(&accepted, 1);
        pthread_t id;
        if (pthread_create(&id, NULL, serve_one, (void *)(intptr_t)fd) == 0)
            pthread_detach(id);
    }
}

static struct fetcher *fetcher_for_test(void)
{
    struct fetcher *f = NULL;
    struct err err = { .code = ERR_NONE };
    if (!fetcher_new(&(struct fetch_config){ .user_agent = "tests/1" }, &f, &err))
        fail_msg("%s", err.text);
    return f;
}

static const char *url_of(const char *path)
{
    static __thread char url[200];
    snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", port, path);
    return url;
}

static void failures_are_told_apart(void **state)
{
    (void)state;
    CLEANUP(fetcher_free) struct fetcher *f = fetcher_for_test();
    const struct {
        const char *url;
        enum err_code code;
        const char *word;
        struct fetch_request more;
    } rows[] = {
        { "ftp://127.0.0.1/", ERR_INVALID_REQUEST, "ftp", { 0 } },
        { "file:///etc/passwd", ERR_INVALID_REQUEST, "file", { 0 } },
        { "http://user:secret@127.0.0.1/", ERR_INVALID_REQUEST, NULL, { 0 } },
        { "http://127.0.0.1:1/x?token=secret", ERR_CONNECT, "127.0.0.1:1", { 0 } },
        { "http://no-such-host.invalid/x?token=secret",
          ERR_CONNECT,
          "no-such-host.invalid",
          { 0 } },
        { "/junk?token=secret", ERR_UPSTREAM, "127.0.0.1", { 0 } },
        { "/nothing?token=secret", ERR_UPSTREAM, "127.0.0.1", { 0 } },
        { "/half?token=secret", ERR_UPSTREAM, "127.0.0.1", { 0 } },
        { "/slow?token=secret", ERR_TIMEOUT, "60 ms", { .timeout_ms = 60 } },
        { "/halt?token=secret", ERR_TIMEOUT, "60 ms", { .timeout_ms = 60 } },
        { "/large?token=secret", ERR_LIMIT, "19 bytes", { .max_bytes = 19 } },
        { "/endless?token=secret", ERR_LIMIT, "19 bytes", { .max_bytes = 19 } },
        { "/bomb?token=secret", ERR_LIMIT, "50000 bytes", { .max_bytes = 50000 } },
        { "/hello?token=secret", ERR_CONNECT, "public internet", { .public_only = true } },
        { "http://localhost:80/?token=secret",
          ERR_CONNECT,
          "public internet",
          { .public_only = true } },
        { "TLS", ERR_TLS, "127.0.0.1", { .timeout_ms = 5000 } },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(fetch_response_release) struct fetch_response r = { .status = 0 };
        struct err err = { .code = ERR_NONE };
        struct fetch_request request = rows[i].more;
        char tls[64];
        snprintf(tls, sizeof(tls), "https://127.0.0.1:%d/?token=secret", port);
        request.url = rows[i].url[0] == '/'        ? url_of(rows[i].url)
                      : strcmp(rows[i].url, "TLS") ? rows[i].url
                                                   : tls;
        int before = atomic_load(&accepted);
        if (fetch(f, &request, &r, &err) || err.code != rows[i].code)
            fail_msg("%s: %s (%s)", rows[i].url, err_info(err.code)->name, err.text);
        if (strstr(err.text, "token") || (rows[i].word && !strstr(err.text, rows[i].word)))
            fail_msg("%s: %s", rows[i].url, err.text);
        if (request.public_only)
            assert_int_equal(atomic_load(&accepted), before); // not even a connection
    }
}

static void get(struct fetcher *f, const char *path, struct fetch_response *r)
{
    struct err err = { .code = ERR_NONE };
    if (!fetch(f, &(struct fetch_request){ .url = url_of(path) }, r, &err))
        fail_msg("%s", err.text);
}

static void answers_arrive_whole(void **state)
{
    (void)state;
    CLEANUP(fetcher_free) struct fetcher *f = fetcher_for_test();
    CLEANUP(fetch_response_release) struct fetch_response r = { .status = 0 };
    get(f, "/hello", &r);
    assert_int_equal(r.status, 200);
    assert_string_equal(buf_cstr(&r.body), "hello");
    assert_true(str_is(fetch_header_get(&r, "X-a"), "2"));
    assert_null(fetch_header_get(&r, "X-B").p);
    assert_false(r.reused);
}

static void connections_are_kept(void **state)
{
    (void)state;
    CLEANUP(fetcher_free) struct fetcher *f = fetcher_for_test();
    int before = atomic_load(&accepted);
    for (int i = 0; i < 20; i++) {
        CLEANUP(fetch_response_release) struct fetch_response r = { .status = 0 };
        get(f, i % 2 ? "/hello" : "/interim", &r);
        assert_int_equal(r.reused, i > 0);
        assert_true(str_is(fetch_header_get(&r, "x-a"), "2")); // not those of the interim answer
    }
    assert_int_equal(atomic_load(&accepted), before + 1);
}

// A kept connection that ends before the answer: what may not happen twice is sent once.
static void a_write_is_sent_once(void **state)
{
    (void)state;
    for (int once = 0; once < 2; once++) {
        CLEANUP(fetcher_free) struct fetcher *f = fetcher_for_test();
        CLEANUP(fetch_response_release) struct fetch_response first = { .status = 0 };
        CLEANUP(fetch_response_release) struct fetch_response r = { .status = 0 };
        struct err err = { .code = ERR_NONE };
        int before = atomic_load(&lost);
        get(f, "/hello", &first);
        const struct fetch_request request = {
            .method = "POST", .url = url_of("/nothing"), .body = STR("{}"), .once = once
        };
        assert_false(fetch(f, &request, &r, &err));
        assert_int_equal(err.code, ERR_UPSTREAM);
        assert_int_equal(atomic_load(&lost), before + (once ? 1 : 2));
    }
}

static void statuses_are_answers(void **state)
{
    (void)state;
    CLEANUP(fetcher_free) struct fetcher *f = fetcher_for_test();
    CLEANUP(fetch_response_release)
    struct fetch_response moved = { .status = 0 }, failed = { .status = 0 };
    get(f, "/moved", &moved);
    assert_int_equal(moved.status, 302);
    assert_true(str_is(fetch_header_get(&moved, "location"), "/hello"));
    get(f, "/failed", &failed);
    assert_int_equal(failed.status, 500);
    assert_string_equal(buf_cstr(&failed.body), "oops");
}

static void requests_are_what_was_asked(void **state)
{
    (void)state;
    CLEANUP(fetcher_free) struct fetcher *f = fetcher_for_test();
    const struct fetch_header headers[] = { { "X-One", STR_INIT("1") },
                                            { "X-Empty", STR_INIT("") },
                                            { NULL } };
    const struct fetch_header typed[] = { { "Content-Type", STR_INIT("application/json") },
                                          { NULL } };
    const struct {
        struct fetch_request request;
        const char *has, *has_not;
    } rows[] = {
        { { .headers = headers }, "GET /hello HTTP/1.1\r\n", "Content-" },
        { { .headers = headers }, "X-One: 1\r\n", NULL },
        { { .headers = headers }, "X-Empty:", NULL },
        { { .method = "GET" }, "User-Agent: tests/1\r\n", NULL },
        { { .user_agent = "other" }, "User-Agent: other\r\n", "tests" },
        { { .method = "POST", .body = STR_INIT("a=b") }, "\r\n\r\na=b", "Content-Type" },
        { { .method = "POST" }, "Content-Length: 0\r\n", NULL },
        { { .method = "POST", .headers = typed, .body = STR_INIT("{}") },
          "Content-Type: application/json\r\n",
          "form" },
        { { .method = "PUT", .body = STR_INIT("{}") }, "PUT /hello", "Expect" },
        { { .method = "PATCH", .body = STR_INIT("{}") }, "PATCH /hello", NULL },
        { { .method = "DELETE" }, "DELETE /hello", "Content-" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(fetch_response_release) struct fetch_response r = { .status = 0 };
        struct err err = { .code = ERR_NONE };
        struct fetch_request request = rows[i].request;
        request.url = url_of("/hello");
        if (!fetch(f, &request, &r, &err))
            fail_msg("%s", err.text);
        pthread_mutex_lock(&seen_lock);
        bool fine =
            strstr(seen, rows[i].has) && !(rows[i].has_not && strstr(seen, rows[i].has_not));
        pthread_mutex_unlock(&seen_lock);
        if (!fine)
            fail_msg("row %zu: %s", i, seen);
    }
}

static void headers_cannot_be_injected(void **state)
{
    (void)state;
    CLEANUP(fetcher_free) struct fetcher *f = fetcher_for_test();
    const struct fetch_header bad[][2] = {
        { { "X-One", STR_INIT("1\r\nX-Two: 2") }, { NULL } },
        { { "X-One: 1\r\nX-Two", STR_INIT("2") }, { NULL } },
        { { "", STR_INIT("2") }, { NULL } },
        { { "X-Nul", STR_INIT("a\0b") }, { NULL } },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct fetch_response r = { .status = 0 };
        struct err err = { .code = ERR_NONE };
        assert_false(fetch(f, &(struct fetch_request){ .url = url_of("/hello"), .headers = bad[i] },
                           &r, &err));
        assert_int_equal(err.code, ERR_INVALID_REQUEST);
    }
}

static int accepted_before; // set before the thread starts

static void *cancel_when_connected(void *arg)
{
    while (atomic_load(&accepted) == accepted_before)
        usleep(100);
    cancel_set(arg);
    return NULL;
}

// A proxy that is trusted to judge addresses must see every request, also for names of NO_PROXY.
static void no_proxy_does_not_lead_around_a_trusted_one(void **state)
{
    (void)state;
    char proxy[64];
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", port);
    setenv("http_proxy", proxy, 1);
    setenv("no_proxy", "inside.invalid", 1);
    CLEANUP(fetcher_free) struct fetcher *f = fetcher_for_test();
    struct fetch_request request = { .url = "http://inside.invalid/hello", .proxy_only = true };
    struct fetch_response r;
    struct err err;
    bool through = fetch(f, &request, &r, &err);
    bool asked = through && strstr(seen, "GET http://inside.invalid/hello HTTP/1.1\r\n");
    fetch_response_release(&r);
    request.proxy_only = false;
    bool around = fetch(f, &request, &r, &err);
    fetch_response_release(&r);
    unsetenv("http_proxy");
    unsetenv("no_proxy");
    assert_true(through && asked);
    assert_false(around); // there is no such name
}

static void cancelling_ends_at_once(void **state)
{
    (void)state;
    CLEANUP(fetcher_free) struct fetcher *f = fetcher_for_test();
    struct cancel cancel;
    pthread_t id;
    cancel_init(&cancel);
    accepted_before = atomic_load(&accepted);
    assert_int_equal(pthread_create(&id, NULL, cancel_when_connected, &cancel), 0);
    struct fetch_response r = { .status = 0 };
    struct err err = { .code = ERR_NONE };
    const struct fetch_request request = { .url = url_of("/slow"),
                                           .timeout_ms = 20000,
                                           .cancel = &cancel };
    int64_t began = clock_mono_ms();
    assert_false(fetch(f, &request, &r, &err));
    assert_int_equal(err.code, ERR_CANCELLED);
    assert_true(clock_mono_ms() - began < 1000);
    pthread_join(id, NULL);
    assert_false(fetch(f, &request, &r, &err)); // cancelled before it begins
    assert_int_equal(err.code, ERR_CANCELLED);
    cancel_release(&cancel);
}

struct crowd {
    struct fetcher *f;
    int rounds;
    const char *path;
    atomic_int answered, cancelled;
};

static void *crowd_member(void *arg)
{
    struct crowd *c = arg;
    for (int i = 0; i < c->rounds; i++) {
        struct fetch_response r = { .status = 0 };
        struct err err = { .code = ERR_NONE };
        if (fetch(c->f, &(struct fetch_request){ .url = url_of(c->path) }, &r, &err))
            atomic_fetch_add(&c->answered, str_is(buf_str(&r.body), "hello"));
        else
            atomic_fetch_add(&c->cancelled, err.code == ERR_CANCELLED);
        fetch_response_release(&r);
    }
    return NULL;
}

static void crowds_are_served(void **state)
{
    (void)state;
    CLEANUP(fetcher_free) struct fetcher *f = fetcher_for_test();
    struct crowd crowd = { .f = f, .rounds = 50, .path = "/hello" };
    pthread_t ids[64];
    int before = atomic_load(&accepted);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        assert_int_equal(pthread_create(&ids[i], NULL, crowd_member, &crowd), 0);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        pthread_join(ids[i], NULL);
    assert_int_equal(atomic_load(&crowd.answered), 64 * 50);
    assert_true(atomic_load(&accepted) - before <= 64);
}

static void freeing_ends_what_runs(void **state)
{
    (void)state;
    struct fetcher *f = fetcher_for_test();
    struct crowd crowd = { .f = f, .rounds = 1, .path = "/slow" };
    pthread_t ids[16];
    int before = atomic_load(&accepted);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        assert_int_equal(pthread_create(&ids[i], NULL, crowd_member, &crowd), 0);
    while (atomic_load(&accepted) - before < 16)
        usleep(100);
    fetcher_free(f);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        pthread_join(ids[i], NULL);
    assert_int_equal(atomic_load(&crowd.cancelled), 16);
}

static void waiting_for_a_connection_counts(void **state)
{
    (void)state;
    struct fetcher *f = NULL;
    assert_true(fetcher_new(&(struct fetch_config){ .max_per_host = 1 }, &f, NULL));
    struct crowd crowd = { .f = f, .rounds = 1, .path = "/slow" };
    pthread_t id;
    int before = atomic_load(&accepted);
    assert_int_equal(pthread_create(&id, NULL, crowd_member, &crowd), 0);
    while (atomic_load(&accepted) == before)
        usleep(100);
    struct fetch_response r = { .status = 0 };
    struct err err = { .code = ERR_NONE };
    assert_false(
        fetch(f, &(struct fetch_request){ .url = url_of("/hello"), .timeout_ms = 50 }, &r, &err));
    assert_int_equal(err.code, ERR_TIMEOUT);
    fetcher_free(f);
    pthread_join(id, NULL);
}

static void retry_after_is_read(void **state)
{
    (void)state;
    const struct {
        const char *value;
        int seconds;
    } rows[] = {
        { "", -1 },
        { "soon", -1 },
        { "-5", -1 },
        { "1.5", -1 },
        { "5 seconds", -1 },
        { "99999999999999999999", -1 },
        { "Tue, 24 Nov 2026 03:00:10", -1 },
        { "Blursday, 99 Foo 2026 03:00:10 GMT", -1 },
        { "0", 0 },
        { "120", 120 },
        { " 7 ", 7 },
        { "9999999999", INT32_MAX },
        { "Tue, 24 Nov 2026 03:00:10 GMT", 10 },
        { "Tue, 24 Nov 2026 02:00:10 GMT", 0 },
        { "Tuesday, 24-Nov-26 03:00:10 GMT", 10 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(fetch_response_release) struct fetch_response r = { .headers = BUF_INIT(1000) };
        buf_addf(&r.headers, "HTTP/1.1 429 Wait\r\nRetry-After: %s\r\n\r\n", rows[i].value);
        int got = fetch_retry_after(&r, 1795489200);
        if (got != rows[i].seconds)
            fail_msg("'%s': %d", rows[i].value, got);
    }
    struct fetch_response none = { .status = 429 };
    assert_int_equal(fetch_retry_after(&none, 0), -1);
}

static void the_other_sides_clock_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *date;
        int64_t seconds;
    } rows[] = { { "Tue, 24 Nov 2026 03:00:10 GMT", 1795489210 },
                 { "Tue, 24 Nov 2026 03:00:10", -1 },
                 { "1795489210", -1 },
                 { "", -1 } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(fetch_response_release) struct fetch_response r = { .headers = BUF_INIT(1000) };
        buf_addf(&r.headers, "HTTP/1.1 200 OK\r\nDate: %s\r\n\r\n", rows[i].date);
        assert_int_equal(fetch_date(&r), rows[i].seconds);
    }
    struct fetch_response none = { .status = 200 };
    assert_int_equal(fetch_date(&none), -1);
}

static int start(void **state)
{
    (void)state;
    unsetenv("http_proxy");
    unsetenv("https_proxy");
    unsetenv("HTTPS_PROXY");
    unsetenv("ALL_PROXY");
    unsetenv("all_proxy");
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof(a);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(listener, 128), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &n), 0);
    port = ntohs(a.sin_port);
    pthread_t id;
    return pthread_create(&id, NULL, accept_all, NULL) || pthread_detach(id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_are_told_apart),
        cmocka_unit_test(headers_cannot_be_injected),
        cmocka_unit_test(answers_arrive_whole),
        cmocka_unit_test(connections_are_kept),
        cmocka_unit_test(a_write_is_sent_once),
        cmocka_unit_test(statuses_are_answers),
        cmocka_unit_test(requests_are_what_was_asked),
        cmocka_unit_test(no_proxy_does_not_lead_around_a_trusted_one),
        cmocka_unit_test(cancelling_ends_at_once),
        cmocka_unit_test(crowds_are_served),
        cmocka_unit_test(freeing_ends_what_runs),
        cmocka_unit_test(waiting_for_a_connection_counts),
        cmocka_unit_test(retry_after_is_read),
        cmocka_unit_test(the_other_sides_clock_is_read),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
