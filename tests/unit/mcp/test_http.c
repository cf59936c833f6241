// SPDX-License-Identifier: MIT
// The streamable HTTP transport through a real server and a raw client: statuses, sessions,
// filtered lists, event streams, and clients that leave.
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
#define PING "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
#define INITIALIZE                                                                                 \
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"     \
    "\"2025-11-25\",\"capabilities\":{\"elicitation\":{}},\"clientInfo\":{\"name\":\"tester\"}}}"
#define CALL(id, name, meta)                                                                       \
    "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"tools/call\",\"params\":{\"name\":\"" name    \
    "\"" meta "}}"

static struct {
    struct http_server *http;
    struct mcp_server *mcp;
    struct keyring *old_keys, *keys, *other_keys;
    struct spent_store *spent;
    sem_t entered, ended;
} t;

// Who asks is a header here; access control belongs to others.
static void endpoint(struct exchange *ex, void *ctx)
{
    struct str who = http_header(ex, "X-Who");
    mcp_http_serve(*(struct mcp_server **)ctx, ex, who.n ? "guest" : NULL, who);
}

static bool may(const struct mcp_tool *tool, const void *principal, void *ctx)
{
    (void)ctx;
    return !principal || strcmp(tool->name, "secret") != 0;
}

static void secret(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_result_text(c, STR("42"));
}

static void who(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    CLEANUP(buf_release) struct buf text = BUF_INIT(1024);
    buf_addf(&text, STR_FMT " %d", STR_ARG(mcp_client_name(c)), mcp_client_can(c, "elicitation"));
    mcp_result_text(c, buf_str(&text));
}

static void steps(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_progress(c, 1, 2, NULL);
    mcp_progress(c, 2, 2, NULL);
    mcp_result_text(c, STR("done"));
}

static void wake(void *arg)
{
    sem_post(arg);
}

// Runs until it is cancelled.
static void endless(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    sem_t cancelled;
    sem_init(&cancelled, 0, 0);
    bool running = cancel_hook(mcp_cancel(c), wake, &cancelled);
    mcp_progress(c, 1, 0, NULL);
    sem_post(&t.entered);
    if (running)
        sem_wait(&cancelled);
    cancel_hook(mcp_cancel(c), NULL, NULL);
    sem_destroy(&cancelled);
    mcp_result_text(c, STR("never seen"));
    sem_post(&t.ended);
}

static void needs_sampling(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_fail_missing_capability(c, "sampling");
}

static struct keyring *ring(const struct str *roots, size_t n)
{
    struct keyring *keys;
    struct err err;
    assert_true(keyring_new(roots, n, &keys, &err));
    return keys;
}

static struct mcp_server *new_server(const struct keyring *keys)
{
    static const struct {
        const char *name;
        mcp_tool_handler *handler;
    } tools[] = { { "who", who },
                  { "secret", secret },
                  { "steps", steps },
                  { "endless", endless },
                  { "needs", needs_sampling } };
    struct mcp_config config = {
        .info = { .name = "s", .version = "1" }, .keys = keys, .spent = t.spent, .may = may
    };
    struct mcp_server *s;
    struct err err;
    assert_true(mcp_server_new(&config, &s, &err));
    for (size_t i = 0; i < ARRAY_LEN(tools); i++)
        assert_true(mcp_server_add_tool(s,
                                        &(struct mcp_tool){ .name = tools[i].name,
                                                            .input_schema = STR("{}"),
                                                            .handler = tools[i].handler },
                                        &err));
    return s;
}

static int set_up(void **state)
{
    (void)state;
    static const struct str roots[] = { STR_INIT("0123456789abcdef0123456789abcdef"),
                                        STR_INIT("fedcba9876543210fedcba9876543210"),
                                        STR_INIT("another key entirely, 32 or more") };
    static const struct http_route routes[] = {
        { .methods = HTTP_GET | HTTP_POST | HTTP_DELETE,
          .path = "/mcp",
          .handler = endpoint,
          .max_body = MCP_BODY_MAX },
        { 0 },
    };
    struct http_config config = {
        .host = "127.0.0.1", .routes = routes, .default_ctx = &t.mcp, .threads = 1, .workers = 4
    };
    struct err err;
    sem_init(&t.entered, 0, 0);
    sem_init(&t.ended, 0, 0);
    t.old_keys = ring(&roots[1], 1);
    t.keys = ring(&roots[0], 2); // the old one still opens
    t.other_keys = ring(&roots[2], 1);
    t.spent = spent_memory_new(100);
    t.mcp = new_server(t.keys);
    assert_true(http_server_new(&config, &t.http, &err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    http_server_stop(t.http, 2000);
    mcp_server_free(t.mcp);
    spent_free(t.spent);
    keyring_free(t.keys);
    keyring_free(t.old_keys);
    keyring_free(t.other_keys);
    return 0;
}

static int dial(const char *method, const char *headers, const char *body)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)http_server_port(t.http)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    CLEANUP(buf_release) struct buf out = BUF_INIT(8 << 20);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    buf_addf(&out, "%s /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method,
             headers);
    buf_addf(&out, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    assert_int_equal(send(fd, out.p, out.n, MSG_NOSIGNAL), (ssize_t)out.n);
    return fd;
}

static struct buf answer;

static void read_answer(int fd, const char *until)
{
    buf_reset(&answer);
    for (;;) {
        char *room = buf_room(&answer, 4096);
        ssize_t n = recv(fd, room, 4096, 0);
        if (n <= 0)
            break;
        buf_grown(&answer, (size_t)n);
        if (until && strstr(buf_cstr(&answer), until))
            break;
    }
}

// The status; the whole answer is in `answer`.
static int ask(const char *method, const char *headers, const char *body)
{
    int fd = dial(method, headers, body);
    read_answer(fd, NULL);
    close(fd);
    return buf_cstr(&answer)[0] ? (int)strtol(buf_cstr(&answer) + 9, NULL, 10) : 0;
}

static bool has(const char *part)
{
    return strstr(buf_cstr(&answer), part) != NULL;
}

struct row {
    const char *method, *headers, *body;
    int status;
    const char *part;
};

static void statuses(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { "GET", "Accept: text/event-stream\r\n", "", 405, "Allow: POST, DELETE" },
        { "GET", "MCP-Protocol-Version: 2026-07-28\r\n", "", 405, "Allow: POST\r\n" },
        { "DELETE", "", "", 400, "Missing session" },
        { "DELETE", "MCP-Protocol-Version: 2026-07-28\r\n", "", 405, "Allow: POST\r\n" },
        { "DELETE", "Mcp-Session-Id: rubbish\r\n", "", 404, "Session not found" },
        { "POST", "Content-Type: text/plain\r\n", PING, 415, "-32600" },
        { "POST", "", PING, 415, "-32600" },
        { "POST", "Content-Type: application/json\r\nAccept: text/html\r\n", PING, 406, "-32600" },
        { "POST", "Content-Type: application/json\r\nAccept: */*\r\n", PING, 200, "\"result\":{}" },
        { "POST", "Content-Type: application/json; charset=utf-8\r\n", PING, 200, "\"result\":{}" },
        { "POST", "Content-Type: application/json\r\nAccept: text/event-stream\r\n", PING, 200,
          "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}" },
        { "POST", JSON_HEAD, "{", 400, "-32700" },
        { "POST", JSON_HEAD, "[]", 400, "-32600" },
        { "POST", JSON_HEAD, "7", 400, "\"id\":null" },
        { "POST", JSON_HEAD, "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}", 400,
          "-32600" },
        { "POST", JSON_HEAD "MCP-Protocol-Version: 1999-01-01\r\n", PING, 400, "-32022" },
        { "POST", JSON_HEAD "MCP-Protocol-Version: 2025-11-25\r\n", PING, 200, "\"result\":{}" },
        { "POST", JSON_HEAD "Mcp-Session-Id: rubbish\r\n", PING, 404, "Session not found" },
        { "POST", JSON_HEAD "Mcp-Session-Id: rubbish\r\n", INITIALIZE, 200, "Mcp-Session-Id: " },
        { "POST", JSON_HEAD "MCP-Protocol-Version: 2025-11-25\r\n", INITIALIZE, 200, "2025-11-25" },
        { "POST", JSON_HEAD, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}", 202,
          "Content-Length: 0" },
        { "POST", JSON_HEAD, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", 202, "" },
        { "POST", MODERN("x"), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", 400, "-32600" },
        { "POST", JSON_HEAD, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nope\"}", 200, "-32601" },
        { "POST", MODERN("nope"),
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nope\",\"params\":{" META "}}", 404,
          "-32601" },
        { "POST", MODERN("server/discover") "Mcp-Session-Id: ignored\r\n",
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{" META "}}",
          200, "\"supportedVersions\":[\"2026-07-28\"]" },
        { "POST", MODERN("server/discover"),
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\"}", 400, "-32602" },
        { "POST", MODERN("tools/call") "Mcp-Name: needs\r\n", CALL("1", "needs", "," META), 400,
          "\"requiredCapabilities\":{\"sampling\":{}}" },
        { "POST", MODERN("tools/call") "Mcp-Name: wrong\r\n", CALL("1", "who", "," META), 400,
          "-32020" },
        { "POST", MODERN("tools/call") "Mcp-Name: who\r\n", CALL("1", "who", "," META), 200,
          "\"resultType\":\"complete\"" },
        { "POST", JSON_HEAD, CALL("1", "who", ""), 200, "\"isError\":false" },
        { "POST", JSON_HEAD, "[" PING "," CALL("\"b\"", "who", "") "]", 200,
          "\r\n\r\n[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}},{\"jsonrpc\":\"2.0\",\"id\":\"b\"" },
        { "POST", JSON_HEAD, "[" INITIALIZE "]", 200, "-32600" },
        { "POST", JSON_HEAD "MCP-Protocol-Version: 2025-06-18\r\n", "[" PING "]", 400, "-32600" },
        { "POST", MODERN("ping"), "[" PING "]", 400, "-32600" },
        { "POST", JSON_HEAD, "[{\"jsonrpc\":\"2.0\",\"method\":\"x\"}]", 202, "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        print_message("%s %s%s\n", rows[i].method, rows[i].headers, rows[i].body);
        int status = ask(rows[i].method, rows[i].headers, rows[i].body);
        if (status != rows[i].status || !has(rows[i].part))
            print_error("got %s\n", buf_cstr(&answer));
        assert_int_equal(status, rows[i].status);
        assert_true(has(rows[i].part));
    }
}

/*= mcp-2025-11-25 basic/transports "The session ID MUST only contain visible ASCII characters" */
static void sealed(char ret[2048])
{
    static const char name[] = "Mcp-Session-Id: ";
    const char *at = strstr(buf_cstr(&answer), name);
    assert_non_null(at);
    size_t n = strcspn(at, "\r\n");
    assert_in_range(n, 60, 2000);
    snprintf(ret, 2048, "%.*s\r\n", (int)n, at);
    for (size_t i = sizeof(name) - 1; i < n; i++)
        assert_in_range(at[i], 0x21, 0x7E);
}

static int ask_in(const char *session, const char *more, const char *method, const char *body)
{
    CLEANUP(buf_release) struct buf headers = BUF_INIT(8192);
    buf_addf(&headers, JSON_HEAD "%s%s", session, more);
    return ask(method, buf_cstr(&headers), body);
}

static void sessions(void **state)
{
    (void)state;
    char id[2048], second[2048], tampered[2048];
    const char *anna = "X-Who: anna\r\n";
    clock_freeze(1800000000);
    assert_int_equal(ask_in("", anna, "POST", INITIALIZE), 200);
    sealed(id);
    assert_int_equal(ask_in("", anna, "POST", INITIALIZE), 200);
    sealed(second);
    assert_string_not_equal(id, second);
    // others, and what is not ours
    assert_int_equal(ask_in(id, "X-Who: berta\r\n", "POST", PING), 404);
    assert_int_equal(ask_in(id, "", "POST", PING), 404);
    assert_int_equal(ask_in(id, "X-Who: berta\r\n", "DELETE", ""), 404);
    memcpy(tampered, id, sizeof(id));
    tampered[60] = tampered[60] == 'A' ? 'B' : 'A';
    assert_int_equal(ask_in(tampered, anna, "POST", PING), 404);
    // its own, knowing the client; a batch is not of its version
    assert_int_equal(ask_in(id, anna, "POST", CALL("1", "who", "")), 200);
    assert_true(has("\"text\":\"tester 1\""));
    assert_int_equal(ask_in(id, anna, "POST", "[" PING "]"), 400);
    // time
    clock_freeze(1800000000 + 24 * 3600 - 1);
    assert_int_equal(ask_in(id, anna, "POST", PING), 200);
    clock_freeze(1800000000 + 24 * 3600);
    assert_int_equal(ask_in(id, anna, "POST", PING), 404);
    clock_freeze(1800000000 - 3600);
    assert_int_equal(ask_in(id, anna, "POST", PING), 404);
    clock_freeze(1800000000);
    // the end
    assert_int_equal(ask_in(id, anna, "DELETE", ""), 200);
    assert_int_equal(ask_in(id, anna, "POST", PING), 404);
    assert_int_equal(ask_in(id, anna, "DELETE", ""), 404);
    assert_int_equal(ask_in(second, anna, "POST", PING), 200);
    clock_freeze(0);
}

// A restart, with the key rotated or lost. The transport has the server by a pointer to a pointer.
static void keys_change(void **state)
{
    (void)state;
    char id[2048];
    struct mcp_server *now = t.mcp, *before = new_server(t.old_keys),
                      *other = new_server(t.other_keys);
    t.mcp = before;
    assert_int_equal(ask_in("", "", "POST", INITIALIZE), 200);
    sealed(id);
    t.mcp = now;
    assert_int_equal(ask_in(id, "", "POST", PING), 200);
    t.mcp = other;
    assert_int_equal(ask_in(id, "", "POST", PING), 404);
    assert_int_equal(ask_in("", "", "POST", PING), 200);
    t.mcp = now;
    mcp_server_free(before);
    mcp_server_free(other);
}

static void store_down(void **state)
{
    (void)state;
    char id[2048];
    struct spent_store *full = spent_memory_new(1);
    struct mcp_server *now = t.mcp;
    struct spent_store *spent = t.spent;
    t.spent = full;
    t.mcp = new_server(t.keys);
    assert_int_equal(spent_claim(full, STR("x"), 1000, NULL), SPENT_FIRST);
    assert_int_equal(ask_in("", "", "POST", INITIALIZE), 200);
    sealed(id);
    assert_int_equal(ask_in(id, "", "DELETE", ""), 503);
    mcp_server_free(t.mcp);
    t.mcp = now;
    t.spent = spent;
    spent_free(full);
}

static void filtered(void **state)
{
    (void)state;
#define TOOLS "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{" META "}}"
    assert_int_equal(ask("POST", MODERN("tools/list"), TOOLS), 200);
    assert_true(has("\"secret\"") && has("\"cacheScope\":\"private\"") && has("\"ttlMs\":300000"));
    assert_int_equal(ask("POST", MODERN("tools/list") "X-Who: guest\r\n", TOOLS), 200);
    assert_true(!has("\"secret\"") && has("\"steps\""));
    assert_int_equal(ask("POST", JSON_HEAD "X-Who: guest\r\n", CALL("1", "secret", "")), 200);
    assert_true(has("\"code\":-32602,\"message\":\"Unknown tool: secret\""));
    assert_int_equal(ask("POST", JSON_HEAD, CALL("1", "secret", "")), 200);
    assert_true(has("\"42\""));
}

#define TOKEN ",\"_meta\":{\"progressToken\":7}"
static void streams(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", JSON_HEAD, CALL("1", "steps", "")), 200);
    assert_true(has("application/json"));
    assert_int_equal(ask("POST", "Content-Type: application/json\r\nAccept: application/json\r\n",
                         CALL("1", "steps", TOKEN)),
                     200);
    assert_true(has("application/json") && !has("notifications/progress"));
    assert_int_equal(ask("POST", JSON_HEAD, CALL("1", "steps", TOKEN)), 200);
    assert_true(has("text/event-stream") && has("X-Accel-Buffering: no"));
    const char *one = strstr(buf_cstr(&answer), "\"progress\":1.0,\"total\":2.0");
    const char *two = strstr(buf_cstr(&answer), "\"progress\":2.0,\"total\":2.0");
    const char *end = strstr(buf_cstr(&answer), "\"text\":\"done\"");
    assert_true(one && two && end && one < two && two < end);
}

static void leaving_cancels(void **state)
{
    (void)state;
    int fd = dial("POST", JSON_HEAD, CALL("1", "endless", ""));
    sem_wait(&t.entered);
    close(fd);
    sem_wait(&t.ended);
    fd = dial("POST", JSON_HEAD, CALL("1", "endless", TOKEN));
    read_answer(fd, "notifications/progress");
    sem_wait(&t.entered);
    close(fd);
    sem_wait(&t.ended);
}

#define CANCEL                                                                                     \
    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":5}}"
static void cancelled_by_id(void **state)
{
    (void)state;
    int fd = dial("POST", JSON_HEAD "X-Who: anna\r\n", CALL("5", "endless", ""));
    sem_wait(&t.entered);
    // strangers' and nobody's
    assert_int_equal(ask("POST", JSON_HEAD "X-Who: berta\r\n", CANCEL), 202);
    assert_int_equal(ask("POST", JSON_HEAD, CANCEL), 202);
    assert_int_equal(sem_trywait(&t.ended), -1);
    assert_int_equal(ask("POST", JSON_HEAD "X-Who: anna\r\n", CANCEL), 202);
    sem_wait(&t.ended);
    read_answer(fd, NULL);
    assert_true(has("202") && !has("never seen"));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses),        cmocka_unit_test(sessions),
        cmocka_unit_test(keys_change),     cmocka_unit_test(store_down),
        cmocka_unit_test(filtered),        cmocka_unit_test(streams),
        cmocka_unit_test(leaving_cancels), cmocka_unit_test(cancelled_by_id),
    };
    buf_init(&answer, 8 << 20);
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    buf_release(&answer);
    return failed;
}
