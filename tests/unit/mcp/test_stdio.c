// SPDX-License-Identifier: MIT
// The stdio transport over pipes: what is no message, that a slow call holds up nobody,
// cancellation, progress, and every way it can end.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "mcp/internal.h"

#define INITIALIZE(version)                                                                              \
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"" version \
    "\",\"capabilities\":{\"sampling\":{}},\"clientInfo\":{\"name\":\"tester\"}}}\n"
#define PING(id)       "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"ping\"}\n"
#define CALL(id, name) CALL_META(id, name, "")
#define CALL_META(id, name, meta)                                                                  \
    "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"method\":\"tools/call\",\"params\":{\"name\":\"" name    \
    "\"" meta "}}\n"
#define CANCEL(id)                                                                                 \
    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":" id    \
    "}}\n"

struct fixture {
    struct mcp_server *server;
    struct cancel stop;
    int to, from, server_in, server_out;
    pthread_t thread;
    bool result;
    struct buf line;
    sem_t entered, release;
};

static void wake(void *arg)
{
    sem_post(arg);
}

// Waits until the test lets it go on or the client cancels.
static void slow(struct mcp_call *c, void *ctx)
{
    struct fixture *f = ctx;
    bool usable = cancel_hook(mcp_cancel(c), wake, &f->release);
    sem_post(&f->entered);
    if (usable)
        sem_wait(&f->release);
    cancel_hook(mcp_cancel(c), NULL, NULL);
    mcp_result_text(c, STR("slow"));
}

static void who(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    CLEANUP(buf_release) struct buf text = BUF_INIT(1024);
    buf_addf(&text, STR_FMT " %d %d " STR_FMT, STR_ARG(mcp_client_name(c)),
             mcp_client_can(c, "sampling"), mcp_client_can(c, "elicitation"),
             STR_ARG(mcp_request_id(c)));
    // The owner's JSON may have line ends; what goes out may not.
    mcp_result(c, buf_str(&text), STR("{\n  \"a\": 1\n}"), false);
}

static void steps(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_progress(c, 0, 100, "begun");
    mcp_progress(c, 50, 100, NULL);
    mcp_progress(c, 50, 100, "does not grow");
    mcp_progress(c, 100, 0, NULL);
    mcp_result_text(c, STR("done"));
}

static void mute(struct mcp_call *c, void *ctx)
{
    (void)c;
    (void)ctx;
}

static void *serve(void *arg)
{
    struct fixture *f = arg;
    struct err err;
    f->result = mcp_stdio_serve(f->server, f->server_in, f->server_out, &f->stop, &err);
    close(f->server_out);
    return NULL;
}

static int begin(void **state)
{
    static struct fixture f;
    struct mcp_config config = { .info = { .name = "s", .version = "1" },
                                 .unknown_tools_are_results = true };
    struct err err;
    int in[2], out[2];
    f = (struct fixture){ .line = BUF_INIT(1 << 20) };
    sem_init(&f.entered, 0, 0);
    sem_init(&f.release, 0, 0);
    cancel_init(&f.stop);
    assert_true(mcp_server_new(&config, &f.server, &err));
    const struct {
        const char *name;
        mcp_tool_handler *handler;
    } tools[] = { { "slow", slow }, { "who", who }, { "steps", steps }, { "mute", mute } };
    for (size_t i = 0; i < ARRAY_LEN(tools); i++)
        assert_true(mcp_server_add_tool(f.server,
                                        &(struct mcp_tool){ .name = tools[i].name,
                                                            .input_schema = STR("{}"),
                                                            .handler = tools[i].handler,
                                                            .ctx = &f },
                                        &err));
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    f.server_in = in[0];
    f.to = in[1];
    f.from = out[0];
    f.server_out = out[1];
    assert_int_equal(pthread_create(&f.thread, NULL, serve, &f), 0);
    *state = &f;
    return 0;
}

static void hang_up(struct fixture *f)
{
    if (f->to >= 0)
        close(f->to);
    f->to = -1;
}

static int end(void **state)
{
    struct fixture *f = *state;
    hang_up(f);
    pthread_join(f->thread, NULL);
    close(f->server_in);
    if (f->from >= 0)
        close(f->from);
    mcp_server_free(f->server);
    cancel_release(&f->stop);
    buf_release(&f->line);
    sem_destroy(&f->entered);
    sem_destroy(&f->release);
    return f->result ? 0 : -1;
}

static void say(struct fixture *f, const char *text)
{
    assert_int_equal(write(f->to, text, strlen(text)), (ssize_t)strlen(text));
}

// The next line; empty at the end of the output.
static const char *hear(struct fixture *f)
{
    char c;
    buf_reset(&f->line);
    while (poll(&(struct pollfd){ .fd = f->from, .events = POLLIN }, 1, 20000) == 1) {
        if (read(f->from, &c, 1) != 1 || c == '\n')
            break;
        buf_addc(&f->line, c);
    }
    return buf_cstr(&f->line);
}

static void heard(struct fixture *f, const char *part)
{
    const char *line = hear(f);
    if (!strstr(line, part))
        print_error("%s\nlacks %s\n", line, part);
    assert_non_null(strstr(line, part));
}

static void junk(void **state)
{
    struct fixture *f = *state;
    static const char *const rows[][2] = {
        { "hello\n", "-32700" },
        { "\xFF\xFE\n", "-32700" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p\xC0\x80\"}\n", "-32700" },
        { "{}\n", "-32600" },
        { "[]\n", "-32600" },
        { "["
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
          "]\n",
          "-32600" },
        { "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"nope\"}\n", "\"id\":\"x\"" },
        { "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}\n", "\"id\":null" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        say(f, rows[i][0]);
        heard(f, rows[i][1]);
    }
    say(f, "\n  \r\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unheard\"}\n" CANCEL("99"));
    say(f, "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}\n");
    say(f, PING("1"));
    assert_string_equal(hear(f), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
}

static void too_long(void **state)
{
    struct fixture *f = *state;
    static char chunk[64 * 1024];
    memset(chunk, 'x', sizeof(chunk) - 1);
    for (size_t i = 0; i <= MCP_BODY_MAX / sizeof(chunk) + 1; i++)
        say(f, chunk);
    say(f, "\n" PING("2"));
    heard(f, "4 MiB");
    heard(f, "\"id\":2");
}

static void pieces(void **state)
{
    struct fixture *f = *state;
    const char *text = PING("4") PING("5");
    for (const char *p = text; *p; p++)
        assert_int_equal(write(f->to, p, 1), 1);
    heard(f, "\"id\":4");
    heard(f, "\"id\":5");
    say(f, "{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"ping\"}"); // no line end
    hang_up(f);
    heard(f, "\"id\":6");
    assert_string_equal(hear(f), "");
}

static void slow_holds_up_nobody(void **state)
{
    struct fixture *f = *state;
    say(f, CALL("1", "slow"));
    sem_wait(&f->entered);
    say(f, PING("2") CALL("3", "who"));
    heard(f, "\"id\":2");
    heard(f, "\"id\":3");
    sem_post(&f->release);
    heard(f, "\"id\":1");
}

/*= mcp-2026-07-28 basic/transports/stdio "Servers SHOULD stop work on a cancelled request as soon
 * as practical and MUST NOT send any further messages for it." */
static void cancelled(void **state)
{
    struct fixture *f = *state;
    say(f, CALL("\"1\"", "slow"));
    sem_wait(&f->entered);
    say(f, CANCEL("1") CANCEL("\"2\"") PING("8"));
    heard(f, "\"id\":8");
    say(f, CANCEL("\"1\""));
    hang_up(f);
    assert_string_equal(hear(f), "");
}

static void end_lets_calls_finish(void **state)
{
    struct fixture *f = *state;
    say(f, CALL("1", "slow"));
    sem_wait(&f->entered);
    hang_up(f);
    sem_post(&f->release);
    heard(f, "slow");
    assert_string_equal(hear(f), "");
}

static void stop_cancels(void **state)
{
    struct fixture *f = *state;
    say(f, CALL("1", "slow"));
    sem_wait(&f->entered);
    cancel_set(&f->stop);
    assert_string_equal(hear(f), "");
}

static void reader_gone(void **state)
{
    struct fixture *f = *state;
    say(f, CALL("1", "slow"));
    sem_wait(&f->entered);
    close(f->from);
    f->from = -1;
    pthread_join(f->thread, NULL); // although its input is open
    assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
}

static void the_client(void **state)
{
    struct fixture *f = *state;
    say(f, INITIALIZE("2025-06-18"));
    heard(f, "\"protocolVersion\":\"2025-06-18\"");
    say(f, CALL("1", "who"));
    heard(f, "{\"content\":[{\"type\":\"text\",\"text\":\"tester 1 0 stdio\"}],"
             "\"structuredContent\":{   \"a\": 1 },\"isError\":false}");
    say(f, CALL_META("2", "who",
                     ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                     "\"io.modelcontextprotocol/clientCapabilities\":{\"elicitation\":{}}}"));
    heard(f, "\"resultType\":\"complete\"");
    assert_non_null(strstr(buf_cstr(&f->line), "\" 0 1 stdio\""));
    say(f, CALL("3", "mute"));
    heard(f, "-32603");
    say(f, CALL("4", "nope"));
    heard(f, "\"text\":\"Unknown tool: nope\"}],\"isError\":true");
}

static void progress(void **state)
{
    struct fixture *f = *state;
    say(f, CALL("1", "steps"));
    heard(f, "done");
    say(f, CALL_META("2", "steps", ",\"_meta\":{\"progressToken\":\"t\\u0041\"}"));
    assert_string_equal(hear(f),
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{"
                        "\"progressToken\":\"t\\u0041\",\"progress\":0.0,\"total\":100.0,"
                        "\"message\":\"begun\"}}");
    heard(f, "\"progress\":50.0,\"total\":100.0}");
    heard(f, "\"progress\":100.0}");
    heard(f, "done");
}

static void batch(void **state)
{
    struct fixture *f = *state;
    say(f, INITIALIZE("2025-03-26"));
    heard(f, "2025-03-26");
    say(f, "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},7,{\"jsonrpc\":\"2.0\",\"method\":"
           "\"x\"},{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":"
           "\"who\"}}]\n");
    heard(f, "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}},{\"jsonrpc\":\"2.0\",\"id\":null,");
    assert_non_null(strstr(buf_cstr(&f->line), "tester"));
    say(f, "[{\"jsonrpc\":\"2.0\",\"method\":\"x\"}]\n" PING("9"));
    heard(f, "\"id\":9");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, begin, end)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(junk),         TEST(too_long),
        TEST(pieces),       TEST(slow_holds_up_nobody),
        TEST(cancelled),    TEST(end_lets_calls_finish),
        TEST(stop_cancels), TEST(reader_gone),
        TEST(the_client),   TEST(progress),
        TEST(batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
