// SPDX-License-Identifier: MIT
// Event streams through a real server and a raw client: resumed ones, subscriptions, the legacy GET
// stream, the old pair of /sse and /messages; and readers that are slow or gone.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "mcp/internal.h"

#define JSON_HEAD                                                                                  \
    "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
#define MODERN(method) JSON_HEAD "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: " method "\r\n"
#define META                                                                                       \
    "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","                       \
    "\"io.modelcontextprotocol/clientCapabilities\":{}}"
#define CALL(name)                                                                                 \
    "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"tools/call\",\"params\":{\"name\":\"" name "\"}}"
#define LISTEN(what)                                                                               \
    "{\"jsonrpc\":\"2.0\",\"id\":\"sub\",\"method\":\"subscriptions/listen\",\"params\":{"         \
    "\"notifications\":" what "," META "}}"

static struct {
    struct http_server *http;
    struct mcp_server *mcp;
    struct keyring *keys;
    sem_t entered, go_on;
    int ended; // calls of `waits` that were cancelled
} t;

static void endpoint(struct exchange *ex, void *ctx)
{
    (void)ctx;
    mcp_http_serve(t.mcp, ex, NULL, http_header(ex, "X-Who"));
}

static void sse(struct exchange *ex, void *ctx)
{
    (void)ctx;
    mcp_sse_serve(t.mcp, ex, "/messages", http_header(ex, "X-Who"));
}

static void messages(struct exchange *ex, void *ctx)
{
    (void)ctx;
    mcp_sse_message(t.mcp, ex, NULL, http_header(ex, "X-Who"));
}

static void lets_go(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_let_go(c, 7);
    sem_post(&t.entered);
    sem_wait(&t.go_on);
    mcp_progress(c, 1, 0, NULL);
    mcp_text(c, STR("the rest"));
}

static void wake(void *arg)
{
    sem_post(arg);
}

// Until it is told to go on, or cancelled.
static void waits(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_log(c, MCP_ERROR, NULL, "begun");
    if (cancel_hook(mcp_cancel(c), wake, &t.go_on)) {
        sem_post(&t.entered);
        sem_wait(&t.go_on);
    }
    cancel_hook(mcp_cancel(c), NULL, NULL);
    if (cancel_is_set(mcp_cancel(c)))
        t.ended++;
    mcp_text(c, STR("waited"));
    sem_post(&t.entered);
}

static void hello(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_text(c, STR("hello"));
}

static const struct mcp_tool tools[] = {
    { "lets_go", .handler = lets_go },
    { "waits", .handler = waits },
    { "hello", .handler = hello },
    { 0 },
};

static int set_up(void **state)
{
    (void)state;
    static const struct str roots[] = { STR_INIT("0123456789abcdef0123456789abcdef") };
    static const struct http_route routes[] = {
        { HTTP_GET | HTTP_POST | HTTP_DELETE, "/mcp", .handler = endpoint },
        { HTTP_GET, "/sse", .handler = sse },
        { HTTP_POST, "/messages", .handler = messages },
        { 0 },
    };
    const struct http_config config = {
        .host = "127.0.0.1", .routes = routes, .threads = 1, .workers = 4
    };
    struct err err;
    sem_init(&t.entered, 0, 0);
    sem_init(&t.go_on, 0, 0);
    t.ended = 0;
    assert_true(keyring_new(roots, 1, &t.keys, &err));
    assert_true(mcp_server_new(&(struct mcp_config){ .info = { .name = "s", .version = "1" },
                                                     .tools = tools,
                                                     .keys = t.keys,
                                                     .changes = true,
                                                     .logs = true },
                               &t.mcp, &err));
    assert_true(http_server_new(&config, &t.http, &err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mcp_server_hang_up(t.mcp);
    http_server_stop(t.http, 2000);
    mcp_server_free(t.mcp);
    keyring_free(t.keys);
    sem_destroy(&t.entered);
    sem_destroy(&t.go_on);
    return 0;
}

static int dial(const char *method, const char *path, const char *headers, const char *body)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)http_server_port(t.http)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    CLEANUP(buf_release) struct buf out = BUF_INIT(1 << 20);
    struct timeval patience = { .tv_sec = 5 };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    buf_addf(&out, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method, path,
             headers);
    buf_addf(&out, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    assert_int_equal(send(fd, out.p, out.n, MSG_NOSIGNAL), (ssize_t)out.n);
    return fd;
}

static struct buf answer = BUF_INIT(8 << 20);

// NULL: until the end. Gives up after five seconds of silence.
static bool read_until(int fd, const char *until)
{
    for (;;) {
        if (until && strstr(buf_cstr(&answer), until))
            return true;
        char *room = buf_room(&answer, 4096);
        ssize_t n = recv(fd, room, 4096, 0);
        if (n <= 0)
            return !until && n == 0;
        buf_grown(&answer, (size_t)n);
    }
}

static int open_stream(const char *method, const char *path, const char *headers, const char *body,
                       const char *until)
{
    buf_reset(&answer);
    int fd = dial(method, path, headers, body);
    assert_true(read_until(fd, until));
    return fd;
}

static int ask(const char *method, const char *path, const char *headers, const char *body)
{
    buf_reset(&answer);
    int fd = dial(method, path, headers, body);
    assert_true(read_until(fd, NULL));
    close(fd);
    return (int)strtol(buf_cstr(&answer) + 9, NULL, 10);
}

static bool has(const char *part)
{
    return strstr(buf_cstr(&answer), part) != NULL;
}

// The rest of the line behind `before`.
static void taken(const char *before, char *ret, size_t n)
{
    const char *at = strstr(buf_cstr(&answer), before);
    assert_non_null(at);
    at += strlen(before);
    snprintf(ret, n, "%.*s", (int)strcspn(at, "\r\n"), at);
}

// Headers of a new legacy session.
static void session(const char *who, char *ret, size_t n)
{
    char id[2048], headers[512];
    snprintf(headers, sizeof(headers), JSON_HEAD "X-Who: %s\r\n", who);
    assert_int_equal(ask("POST", "/mcp", headers,
                         "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
                         "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}}"),
                     200);
    taken("Mcp-Session-Id: ", id, sizeof(id));
    snprintf(ret, n,
             JSON_HEAD "X-Who: %s\r\nMCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: %s\r\n",
             who, id);
}

static void with_last(const char *headers, const char *id, char *ret, size_t n)
{
    snprintf(ret, n, "%sLast-Event-ID: %s\r\n", headers, id);
}

/*= mcp-2025-11-25 basic/transports "The server MAY use this header to replay messages that would
 * have been sent after the last event ID, on the stream that was disconnected" */
static void resumed(void **state)
{
    (void)state;
    char mine[4096], theirs[4096], back[4096], id[256];
    session("ann", mine, sizeof(mine));
    session("bob", theirs, sizeof(theirs));
    assert_int_equal(ask("POST", "/mcp", mine, CALL("lets_go")), 200);
    assert_true(has("retry: 7\n"));
    assert_false(has("the rest"));
    taken("\nid: ", id, sizeof(id));
    sem_wait(&t.entered);

    with_last(theirs, id, back, sizeof(back));
    assert_int_equal(ask("GET", "/mcp", back, ""), 404);
    static const char *const odd[] = { "nothing", "", "-", "x-1", "0123-18446744073709551616" };
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        with_last(mine, odd[i], back, sizeof(back));
        assert_int_equal(ask("GET", "/mcp", back, ""), 404);
    }
    with_last(mine, id, back, sizeof(back));
    int fd = open_stream("GET", "/mcp", back, "", "retry:");
    sem_post(&t.go_on);
    assert_true(read_until(fd, "the rest"));
    close(fd);
    // and once more, after the end
    assert_int_equal(ask("GET", "/mcp", back, ""), 200);
    assert_true(has("the rest"));
}

/*= mcp-2025-11-25 basic/transports "Disconnection SHOULD NOT be interpreted as the client
 * cancelling its request." */
static void left_and_came_back(void **state)
{
    (void)state;
    char mine[4096], back[4096], id[256];
    session("ann", mine, sizeof(mine));
    int fd = open_stream("POST", "/mcp", mine, CALL("waits"), "begun");
    sem_wait(&t.entered);
    taken("\nid: ", id, sizeof(id));
    close(fd);
    usleep(100000);
    sem_post(&t.go_on);
    sem_wait(&t.entered);
    assert_int_equal(t.ended, 0);
    with_last(mine, id, back, sizeof(back));
    assert_int_equal(ask("GET", "/mcp", back, ""), 200);
    assert_true(has("begun") && has("waited"));
}

static void listened(void **state)
{
    (void)state;
    int fd = open_stream("POST", "/mcp", MODERN("subscriptions/listen"),
                         LISTEN("{\"toolsListChanged\":true}"), "acknowledged");
    mcp_changed(t.mcp, MCP_PROMPTS);
    mcp_changed(t.mcp, MCP_TOOLS);
    assert_true(read_until(fd, "tools/list_changed"));
    assert_false(has("prompts/list_changed"));
    assert_true(has("\"io.modelcontextprotocol/subscriptionId\":\"sub\""));
    mcp_server_hang_up(t.mcp);
    assert_true(read_until(fd, NULL));
    assert_true(has("\"id\":\"sub\",\"result\":{\"resultType\":\"complete\""));
    close(fd);
    assert_int_equal(ask("POST", "/mcp",
                         "Content-Type: application/json\r\nAccept: application/json\r\n"
                         "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n",
                         LISTEN("{}")),
                     400);
}

static void legacy_get(void **state)
{
    (void)state;
    char mine[4096];
    session("ann", mine, sizeof(mine));
    int fd = open_stream("GET", "/mcp", mine, "", "\r\n\r\n");
    usleep(50000);
    mcp_changed(t.mcp, MCP_TOOLS);
    assert_true(read_until(fd, "tools/list_changed"));
    close(fd);
    assert_int_equal(ask("GET", "/mcp", JSON_HEAD "MCP-Protocol-Version: 2026-07-28\r\n", ""), 405);
    assert_int_equal(ask("GET", "/mcp", "Accept: application/json\r\n", ""), 405);
}

// Who does not read loses messages in the end; whoever tells and whoever reads do not wait.
static void slow_reader(void **state)
{
    (void)state;
    int slow = open_stream("POST", "/mcp", MODERN("subscriptions/listen"),
                           LISTEN("{\"toolsListChanged\":true}"), "acknowledged");
    int reading = open_stream("POST", "/mcp", MODERN("subscriptions/listen"),
                              LISTEN("{\"promptsListChanged\":true}"), "acknowledged");
    int64_t began = clock_mono_ms();
    for (int i = 0; i < 20000; i++)
        mcp_changed(t.mcp, MCP_TOOLS);
    mcp_changed(t.mcp, MCP_PROMPTS);
    assert_true(read_until(reading, "prompts/list_changed"));
    assert_true(clock_mono_ms() - began < 5000);
    close(slow);
    close(reading);
}

static void old_pair(void **state)
{
    (void)state;
    char address[256];
    int fd = open_stream("GET", "/sse", "X-Who: ann\r\n", "", "session=");
    assert_true(read_until(fd, "\n\n"));
    assert_true(has("event: endpoint"));
    taken("data: ", address, sizeof(address));

    assert_int_equal(ask("POST", "/messages?session=0123", "X-Who: ann\r\n", CALL("hello")), 404);
    assert_int_equal(ask("POST", address, "X-Who: bob\r\n", CALL("hello")), 404);
    assert_int_equal(ask("POST", address, "X-Who: ann\r\n", "{"), 202);
    assert_int_equal(ask("POST", address, "X-Who: ann\r\n", CALL("hello")), 202);
    buf_reset(&answer);
    assert_true(read_until(fd, "hello"));
    assert_true(has("-32700"));

    // The stream's end is the end of its calls, and of its address.
    assert_int_equal(ask("POST", address, "X-Who: ann\r\n", CALL("waits")), 202);
    sem_wait(&t.entered);
    close(fd);
    sem_wait(&t.entered);
    assert_int_equal(t.ended, 1);
    assert_int_equal(ask("POST", address, "X-Who: ann\r\n", CALL("hello")), 404);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(resumed),    TEST(left_and_came_back), TEST(listened),
        TEST(legacy_get), TEST(slow_reader),        TEST(old_pair),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    buf_release(&answer);
    return failed;
}
