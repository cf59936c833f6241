// SPDX-License-Identifier: MIT
// Questions of handlers: rounds of the modern era with their sealed state, waiting in the legacy
// one, and inside tasks; what a client must not be asked, and what it must not get away with.
#include "tests/unit/mcp/kit.h"

#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"

#define NAME_SCHEMA                                                                                \
    STR("{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":"       \
        "[\"name\"]}")

static int runs;

static void twice(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited one, two;
    runs++;
    if (!mcp_kept(c, "looked_up"))
        mcp_keep(c, "looked_up", json_integer(runs));
    if (!mcp_elicit(c, "one", "One?", NAME_SCHEMA, &one) ||
        !mcp_elicit(c, "two", "Two?", NAME_SCHEMA, &two))
        return;
    struct str a = dom_str(one.content, "name"), b = dom_str(two.content, "name");
    mcp_textf(c, STR_FMT " " STR_FMT " %d", STR_ARG(a), STR_ARG(b),
              (int)json_integer_value(mcp_kept(c, "looked_up")));
}

static void one(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited got;
    if (!mcp_elicit(c, "one", "One?", NAME_SCHEMA, &got))
        return;
    struct str name = dom_str(got.content, "name");
    mcp_textf(c, "%d " STR_FMT, got.action, STR_ARG(name));
}

static void page(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited got;
    if (mcp_elicit_url(c, "page", "Go there", "https://example.com/", &got))
        mcp_textf(c, "%d", got.action);
}

static bool connected;

static void page_until_done(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited got;
    if (!mcp_elicit_url(c, "page", "Go there", "https://example.com/", &got))
        return;
    mcp_elicit_url_done(c, "page");
    mcp_elicit_url_done(c, "other");
    mcp_textf(c, "%d", got.action);
}

static void needs_page(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    if (!connected)
        return mcp_require_url(c, "connect", "Connect first.", "https://example.com/connect");
    mcp_text(c, STR("connected"));
}

static void sampled(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    const json_t *got;
    if (mcp_sample(c, "model", STR("{\"messages\":[],\"maxTokens\":1}"), &got))
        mcp_text(c, dom_str(got, "model"));
}

static void prompt_asks(struct mcp_call *c, void *ctx)
{
    one(c, ctx);
}

static const struct mcp_tool tools[] = {
    { "twice", .handler = twice },
    { "one", .handler = one },
    { "page", .handler = page },
    { "sampled", .handler = sampled },
    { "task", .handler = one, .task = MCP_TASK_REQUIRED },
    { "later", .handler = twice, .task = MCP_TASK_OPTIONAL },
    { "page_until_done", .handler = page_until_done },
    { "needs_page", .handler = needs_page },
    { 0 },
};
static const struct mcp_prompt prompts[] = { { "asks", .handler = prompt_asks }, { 0 } };
static const struct mcp_resource resources[] = {
    { "x://asks/{who}", "asks", .handler = one },
    { 0 },
};

static struct kit k;
static sem_t told;
static struct keyring *keys;

static int set_up(void **state)
{
    (void)state;
    static const struct str roots[] = { STR_INIT("0123456789abcdef0123456789abcdef") };
    struct err err;
    assert_true(keyring_new(roots, 1, &keys, &err));
    k = (struct kit){ .server = kit_server(&(struct mcp_config){
                          .info = { .name = "s", .version = "1" },
                          .tools = tools,
                          .prompts = prompts,
                          .resources = resources,
                          .keys = keys,
                          .question_ttl_s = 1,
                          .questions = 1,
                      }) };
    sem_init(&told, 0, 0);
    k.said.told = &told;
    runs = 0;
    connected = false;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sem_destroy(&told);
    mcp_server_free(k.server);
    keyring_free(keys);
    clock_freeze(0);
    return 0;
}

#define CALL_OF(name, more, capabilities)                                                          \
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" name         \
    "\"," more                                                                                     \
    KIT_META(capabilities) "}}"

// The same call with the state of `before` and the given responses.
static json_t *next_round(const char *head, const char *responses, const json_t *before)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20);
    buf_addf(&text, "{\"jsonrpc\":\"2.0\",\"id\":2,%s,\"inputResponses\":%s,", head, responses);
    if (before)
        buf_addf(&text, "\"requestState\":\"%s\",", kit_text(before, "result.requestState"));
    buf_addf(&text, KIT_META(KIT_ALL) "}}");
    return kit_ask(&k, buf_cstr(&text));
}

#define HEAD(name) "\"method\":\"tools/call\",\"params\":{\"name\":\"" name "\""
#define ANSWER(key, name)                                                                          \
    "{\"" key "\":{\"action\":\"accept\",\"content\":{\"name\":\"" name "\"}}}"

static void rounds(void **state)
{
    (void)state;
    JSON_AUTO *first = kit_ask(&k, CALL_OF("twice", "", KIT_ALL));
    assert_string_equal(kit_text(first, "result.resultType"), "input_required");
    assert_string_equal(kit_text(first, "result.inputRequests.one.method"), "elicitation/create");
    assert_null(kit_at(first, "result.inputRequests.two"));

    JSON_AUTO *second = next_round(HEAD("twice"), ANSWER("one", "A"), first);
    assert_non_null(kit_at(second, "result.inputRequests.two"));
    assert_null(kit_at(second, "result.inputRequests.one"));
    assert_string_not_equal(kit_text(first, "result.requestState"),
                            kit_text(second, "result.requestState"));

    // What was kept in the first round is there in the third.
    JSON_AUTO *third = next_round(HEAD("twice"), ANSWER("two", "B"), second);
    assert_string_equal(kit_text(third, "result.content.0.text"), "A B 1");
    assert_int_equal(runs, 3);
}

static const struct {
    const char *what, *responses;
    bool asks_again; // else it is done
} answers[] = {
    { "nothing", "{}", true },
    { "another key", ANSWER("other", "A"), true },
    { "a number", "{\"one\":1}", true },
    { "no action", "{\"one\":{\"content\":{\"name\":\"A\"}}}", true },
    { "unknown action", "{\"one\":{\"action\":\"maybe\"}}", true },
    { "accepted without content", "{\"one\":{\"action\":\"accept\"}}", true },
    { "accepted with what does not fit", "{\"one\":{\"action\":\"accept\",\"content\":{}}}", true },
    { "declined", "{\"one\":{\"action\":\"decline\"}}", false },
    { "dismissed", "{\"one\":{\"action\":\"cancel\"}}", false },
    { "accepted, and more",
      "{\"x\":1,\"one\":{\"action\":\"accept\",\"content\":{\"name\":\"A\"}}}", false },
};

/*= mcp-2026-07-28 basic/patterns/mrtr "the server SHOULD respond with a new InputRequiredResult
 * requesting the missing information again, rather than returning an error" */
static void unfit_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        print_message("%s\n", answers[i].what);
        JSON_AUTO *first = kit_ask(&k, CALL_OF("one", "", KIT_ALL));
        JSON_AUTO *second = next_round(HEAD("one"), answers[i].responses, first);
        assert_string_equal(kit_text(second, "result.resultType"),
                            answers[i].asks_again ? "input_required" : "complete");
        // and at once, without a state
        JSON_AUTO *only = next_round(HEAD("one"), answers[i].responses, NULL);
        assert_string_equal(kit_text(only, "result.resultType"),
                            answers[i].asks_again ? "input_required" : "complete");
    }
}

static int64_t code(const json_t *answer)
{
    return json_integer_value(kit_at(answer, "error.code"));
}

/*= mcp-2026-07-28 basic/patterns/mrtr "servers MUST protect its integrity (e.g. HMAC or AEAD) and
 * MUST reject state that fails verification" */
static void foreign_states(void **state)
{
    (void)state;
    k.person = "alice";
    JSON_AUTO *first = kit_ask(&k, CALL_OF("twice", "", KIT_ALL));
    JSON_AUTO *other = next_round(HEAD("one"), ANSWER("one", "A"), first);
    assert_int_equal(code(other), -32602);
    JSON_AUTO *arguments = next_round(HEAD("twice") ",\"arguments\":{\"x\":1}", "{}", first);
    assert_int_equal(code(arguments), -32602);
    k.person = "bob";
    JSON_AUTO *person = next_round(HEAD("twice"), ANSWER("one", "A"), first);
    assert_int_equal(code(person), -32602);
    k.person = "alice";
    json_object_set_new(kit_at(first, "result"), "requestState",
                        json_sprintf("%s-TAMPERED", kit_text(first, "result.requestState")));
    JSON_AUTO *tampered = next_round(HEAD("twice"), ANSWER("one", "A"), first);
    assert_int_equal(code(tampered), -32602);
    assert_string_equal(kit_text(tampered, "error.data.reason"), "invalid_request_state");
    assert_int_equal(runs, 1);
}

static void late_states(void **state)
{
    (void)state;
    clock_freeze(1000000);
    JSON_AUTO *first = kit_ask(&k, CALL_OF("one", "", KIT_ALL));
    clock_freeze(1000000 + 3599);
    JSON_AUTO *timely = next_round(HEAD("one"), ANSWER("one", "A"), first);
    assert_string_equal(kit_text(timely, "result.content.0.text"), "0 A");
    clock_freeze(1000000 + 3600);
    JSON_AUTO *late = next_round(HEAD("one"), ANSWER("one", "A"), first);
    assert_int_equal(code(late), -32602);
}

static void odd_responses(void **state)
{
    (void)state;
    static const char *const odd[] = { "null", "[]", "1", "\"x\"", "{\"one\":1,\"one\":2}" };
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        JSON_AUTO *answer = next_round(HEAD("one"), odd[i], NULL);
        assert_int_equal(code(answer), -32602);
    }
    assert_int_equal(runs, 0);
}

static const struct {
    const char *tool, *text, *missing; // missing: where the answer names it
} capabilities[] = {
    { "one", CALL_OF("one", "", "{}"), "error.data.requiredCapabilities.elicitation" },
    { "one", CALL_OF("one", "", "{\"elicitation\":{\"url\":{}}}"),
      "error.data.requiredCapabilities.elicitation" },
    { "page", CALL_OF("page", "", "{\"elicitation\":{}}"),
      "error.data.requiredCapabilities.elicitation.url" },
    { "sampled", CALL_OF("sampled", "", "{\"elicitation\":{}}"),
      "error.data.requiredCapabilities.sampling" },
    { "task", CALL_OF("task", "", "{\"elicitation\":{}}"),
      "error.data.requiredCapabilities.extensions" },
};

/*= mcp-2026-07-28 basic/patterns/mrtr "Servers MUST NOT send an inputRequests that the client has
 * not declared support for in its capabilities." */
static void undeclared(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(capabilities); i++) {
        JSON_AUTO *answer = kit_ask(&k, capabilities[i].text);
        print_message("%s\n", capabilities[i].tool);
        assert_int_equal(code(answer), -32021);
        assert_non_null(kit_at(answer, capabilities[i].missing));
    }
}

static void prompts_and_resources_ask(void **state)
{
    (void)state;
    JSON_AUTO *prompt = kit_ask(&k, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/get\","
                                    "\"params\":{\"name\":\"asks\"," KIT_META(KIT_ALL) "}}");
    assert_non_null(kit_at(prompt, "result.inputRequests.one"));
    JSON_AUTO *asked = kit_ask(&k, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\","
                                   "\"params\":{\"uri\":\"x://asks/me\"," KIT_META(KIT_ALL) "}}");
    assert_non_null(kit_at(asked, "result.inputRequests.one"));
    JSON_AUTO *read =
        next_round("\"method\":\"resources/read\",\"params\":{\"uri\":\"x://asks/me\"",
                   ANSWER("one", "A"), asked);
    assert_string_equal(kit_text(read, "result.contents.0.text"), "0 A");
    JSON_AUTO *other =
        next_round("\"method\":\"resources/read\",\"params\":{\"uri\":\"x://asks/you\"",
                   ANSWER("one", "A"), asked);
    assert_int_equal(code(other), -32602);
}

// --- the legacy era ---

static const char legacy_call[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                                  "\"params\":{\"name\":\"one\"}}";

static void *call_one(void *arg)
{
    (void)arg;
    return kit_ask(&k, legacy_call);
}

// The id of the request that the handler sent; waits for it.
static void asked_id(char ret[RELAY_ID_MAX])
{
    sem_wait(&told);
    struct err err;
    JSON_AUTO *request;
    assert_true(dom_parse_object(str_c(k.said.text[k.said.n - 1]), &request, &err));
    assert_string_equal(kit_text(request, "method"), "elicitation/create");
    snprintf(ret, RELAY_ID_MAX, "%s", kit_text(request, "id"));
}

static void respond_at(struct mcp_server *server, const char *id, const char *scope,
                       const char *rest)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct batch batch;
    struct err err;
    struct str text = arena_printf(arena, "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",%s}", id, rest);
    assert_true(rpc_parse(text, arena, &batch, &err));
    struct request r = { .server = server, .msg = batch.at, .arena = arena, .scope = str_c(scope) };
    mcp_dispatch(&r);
}

static void respond(const char *id, const char *scope, const char *rest)
{
    respond_at(k.server, id, scope, rest);
}

static void legacy_waits(void **state)
{
    (void)state;
    pthread_t thread;
    char id[RELAY_ID_MAX];
    void *answer;
    k.legacy = "2025-11-25";
    k.capabilities = "{\"elicitation\":{}}";
    pthread_create(&thread, NULL, call_one, NULL);
    asked_id(id);
    // Neither an unknown id nor somebody else's session answers it.
    respond("0123", "kit", "\"result\":{\"action\":\"decline\"}");
    respond(id, "another", "\"result\":{\"action\":\"decline\"}");
    respond(id, "kit", "\"result\":{\"action\":\"accept\",\"content\":{\"name\":\"A\"}}");
    pthread_join(thread, &answer);
    assert_string_equal(kit_text(answer, "result.content.0.text"), "0 A");
    assert_null(kit_at(answer, "result.resultType"));
    json_decref(answer);
    // The answer counts once: nobody waits any more.
    respond(id, "kit", "\"result\":{\"action\":\"decline\"}");
}

static void legacy_failures(void **state)
{
    (void)state;
    static const char *const responses[] = {
        "\"error\":{\"code\":-1,\"message\":\"no\"}",
        "\"result\":{\"action\":\"accept\",\"content\":{}}", "\"result\":[]",
        NULL, // none at all, for as long as a client may take
    };
    k.legacy = "2025-11-25";
    k.capabilities = "{\"elicitation\":{}}";
    for (size_t i = 0; i < ARRAY_LEN(responses); i++) {
        pthread_t thread;
        char id[RELAY_ID_MAX];
        void *answer;
        k.said.n = 0;
        pthread_create(&thread, NULL, call_one, NULL);
        asked_id(id);
        // One handler may wait; the next is refused at once.
        JSON_AUTO *second = kit_ask(&k, legacy_call);
        assert_true(json_is_true(kit_at(second, "result.isError")));
        if (responses[i])
            respond(id, "kit", responses[i]);
        pthread_join(thread, &answer);
        assert_true(json_is_true(kit_at(answer, "result.isError")));
        json_decref(answer);
    }
    k.capabilities = "{}";
    JSON_AUTO *undeclared_one = kit_ask(&k, legacy_call);
    assert_true(json_is_true(kit_at(undeclared_one, "result.isError")));
}

// --- pages of 2025-11-25 ---

#define LEGACY_CALL(name)                                                                          \
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" name "\"}}"

static void *call_page_until_done(void *arg)
{
    (void)arg;
    return kit_ask(&k, LEGACY_CALL("page_until_done"));
}

static void the_end_of_a_page_is_told(void **state)
{
    (void)state;
    pthread_t thread;
    char id[RELAY_ID_MAX];
    void *result;
    struct err err;
    k.legacy = "2025-11-25";
    k.capabilities = "{\"elicitation\":{\"url\":{}}}";
    pthread_create(&thread, NULL, call_page_until_done, NULL);
    asked_id(id);
    JSON_AUTO *asked, *done;
    assert_true(dom_parse_object(str_c(k.said.text[0]), &asked, &err));
    respond(id, "kit", "\"result\":{\"action\":\"accept\"}");
    pthread_join(thread, &result);
    json_decref(result);
    assert_int_equal(k.said.n, 2); // of a page that nobody was sent to nothing is told
    assert_true(dom_parse_object(str_c(k.said.text[1]), &done, &err));
    assert_string_equal(kit_text(done, "method"), "notifications/elicitation/complete");
    assert_true(strlen(kit_text(asked, "params.elicitationId")) == 32);
    assert_string_equal(kit_text(done, "params.elicitationId"),
                        kit_text(asked, "params.elicitationId"));
}

static void a_page_that_is_needed_first(void **state)
{
    (void)state;
    // 2025-11-25: the error, and the client comes back by itself.
    k.legacy = "2025-11-25";
    k.capabilities = "{\"elicitation\":{\"url\":{}}}";
    JSON_AUTO *legacy = kit_ask(&k, LEGACY_CALL("needs_page"));
    assert_int_equal(code(legacy), -32042);
    assert_string_equal(kit_text(legacy, "error.data.elicitations.0.mode"), "url");
    assert_string_equal(kit_text(legacy, "error.data.elicitations.0.url"),
                        "https://example.com/connect");
    assert_int_equal(strlen(kit_text(legacy, "error.data.elicitations.0.elicitationId")), 32);
    // Who cannot be sent there reads it.
    static const char *const older[][2] = { { "2025-11-25", "{\"elicitation\":{}}" },
                                            { "2025-06-18", "{}" } };
    for (size_t i = 0; i < ARRAY_LEN(older); i++) {
        k.legacy = older[i][0];
        k.capabilities = older[i][1];
        JSON_AUTO *answer = kit_ask(&k, LEGACY_CALL("needs_page"));
        assert_true(json_is_true(kit_at(answer, "result.isError")));
        assert_non_null(strstr(kit_text(answer, "result.content.0.text"), "/connect"));
    }
    // Modern: a round, and the handler looks again.
    k.legacy = NULL;
    JSON_AUTO *asked = kit_ask(&k, CALL_OF("needs_page", "", "{\"elicitation\":{\"url\":{}}}"));
    assert_string_equal(kit_text(asked, "result.inputRequests.connect.params.url"),
                        "https://example.com/connect");
    connected = true;
    JSON_AUTO *through =
        next_round(HEAD("needs_page"), "{\"connect\":{\"action\":\"accept\"}}", asked);
    assert_string_equal(kit_text(through, "result.content.0.text"), "connected");
}

// Two replicas with one key and one store: the answer reaches the one that did not ask.
static void legacy_answers_at_another_replica(void **state)
{
    (void)state;
    pthread_t thread;
    char id[RELAY_ID_MAX], path[64];
    void *answer;
    struct err err;
    CLEANUP(spent_free) struct spent_store *store = NULL;
    snprintf(path, sizeof(path), "/tmp/test_questions.%d.db", getpid());
    assert_true(spent_sqlite_new(path, &store, &err));
    k.server->config.spent = store;
    struct mcp_server *other = kit_server(&(struct mcp_config){
        .info = { .name = "s", .version = "1" }, .tools = tools, .keys = keys, .spent = store });
    k.legacy = "2025-11-25";
    k.capabilities = "{\"elicitation\":{}}";
    pthread_create(&thread, NULL, call_one, NULL);
    asked_id(id);
    // Neither what was never asked, nor somebody else's answer, nor one of another session.
    respond_at(other, "0123", "kit", "\"result\":{\"action\":\"decline\"}");
    respond_at(other, id, "another", "\"result\":{\"action\":\"decline\"}");
    respond_at(other, id, "kit", "\"result\":{\"action\":\"accept\",\"content\":{\"name\":\"A\"}}");
    pthread_join(thread, &answer);
    assert_string_equal(kit_text(answer, "result.content.0.text"), "0 A");
    json_decref(answer);
    pthread_create(&thread, NULL, call_one, NULL);
    asked_id(id);
    respond_at(other, id, "kit", "\"error\":{\"code\":-1,\"message\":\"no\"}");
    pthread_join(thread, &answer);
    assert_non_null(strstr(kit_text(answer, "result.content.0.text"), "did not answer one"));
    json_decref(answer);
    mcp_server_free(other);
    k.server->config.spent = NULL;
    static const char *const tails[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        char name[80];
        snprintf(name, sizeof(name), "%s%s", path, tails[i]);
        unlink(name);
    }
}

// --- tasks ---

static json_t *task_method(const char *method, const char *id, const char *more)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(4096);
    buf_addf(&text,
             "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tasks/%s\",\"params\":{\"taskId\":"
             "\"%s\",%s" KIT_META(KIT_ALL) "}}",
             method, id, more);
    return kit_ask(&k, buf_cstr(&text));
}

static json_t *until(const char *id, const char *status)
{
    for (int i = 0; i < 500; i++) {
        json_t *got = task_method("get", id, "");
        if (strcmp(kit_text(got, "result.status"), status) == 0)
            return got;
        json_decref(got);
        usleep(10000);
    }
    fail_msg("the task never was %s", status);
    return NULL;
}

static void task_asks(void **state)
{
    (void)state;
    k.person = "alice";
    JSON_AUTO *made = kit_ask(&k, CALL_OF("later", "", KIT_ALL));
    const char *id = kit_text(made, "result.taskId");
    assert_string_equal(kit_text(made, "result.resultType"), "task");
    JSON_AUTO *asks = until(id, "input_required");
    assert_non_null(kit_at(asks, "result.inputRequests.one"));

    k.person = "bob";
    JSON_AUTO *foreign = task_method("get", id, "");
    assert_int_equal(code(foreign), -32602);
    k.person = "alice";
    JSON_AUTO *odd = task_method("update", id, "\"inputResponses\":{\"one\":1,\"two\":2},");
    assert_string_equal(kit_text(odd, "result.resultType"), "complete");
    JSON_AUTO *first = task_method("update", id, "\"inputResponses\":" ANSWER("one", "A") ",");
    assert_null(kit_at(first, "error"));
    for (int i = 0; i < 500; i++) { // the second question takes the first one's place
        JSON_AUTO *now = until(id, "input_required");
        if (kit_at(now, "result.inputRequests.two")) {
            assert_null(kit_at(now, "result.inputRequests.one"));
            break;
        }
        usleep(10000);
    }
    JSON_AUTO *second = task_method("update", id, "\"inputResponses\":" ANSWER("two", "B") ",");
    assert_null(kit_at(second, "error"));
    JSON_AUTO *done = until(id, "completed");
    assert_string_equal(kit_text(done, "result.result.content.0.text"), "A B 1");
    assert_int_equal(runs, 1);
}

static void task_ends(void **state)
{
    (void)state;
    JSON_AUTO *made = kit_ask(&k, CALL_OF("task", "", KIT_ALL));
    const char *id = kit_text(made, "result.taskId");
    json_decref(until(id, "input_required"));
    JSON_AUTO *cancelled = task_method("cancel", id, "");
    assert_string_equal(kit_text(cancelled, "result.resultType"), "complete");
    json_decref(until(id, "cancelled"));
    JSON_AUTO *again = task_method("cancel", id, "");
    assert_null(kit_at(again, "error"));
    // One that nobody answers ends with the server.
    JSON_AUTO *left = kit_ask(&k, CALL_OF("task", "", KIT_ALL));
    assert_string_equal(kit_text(left, "result.resultType"), "task");
}

// --- tasks of 2025-11-25 ---

#define LEGACY(method, params)                                                                     \
    "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"" method "\",\"params\":{" params "}}"

static json_t *legacy_task(const char *method, const char *id)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(1024);
    buf_addf(&text, LEGACY("tasks/%s", "\"taskId\":\"%s\""), method, id);
    return kit_ask(&k, buf_cstr(&text));
}

static char legacy_id[64];

static void *wait_for_result(void *arg)
{
    (void)arg;
    return legacy_task("result", legacy_id);
}

static void begin_legacy_task(void)
{
    k.legacy = "2025-11-25";
    k.capabilities = "{\"elicitation\":{}}";
    JSON_AUTO *made = kit_ask(
        &k, LEGACY("tools/call", "\"name\":\"later\",\"arguments\":{},\"task\":{\"ttl\":5000}"));
    snprintf(legacy_id, sizeof(legacy_id), "%s", kit_text(made, "result.task.taskId"));
    assert_int_equal(json_integer_value(kit_at(made, "result.task.ttl")), 5000);
    assert_null(kit_at(made, "result.resultType"));
}

static void legacy_tasks(void **state)
{
    (void)state;
    pthread_t thread;
    char id[RELAY_ID_MAX];
    void *result;
    begin_legacy_task();
    pthread_create(&thread, NULL, wait_for_result, NULL);
    asked_id(id);
    assert_non_null(strstr(k.said.text[0], legacy_id)); // related-task
    JSON_AUTO *now = legacy_task("get", legacy_id);
    assert_string_equal(kit_text(now, "result.status"), "input_required");
    respond(id, "kit", "\"result\":{\"action\":\"accept\",\"content\":{\"name\":\"A\"}}");
    asked_id(id);
    respond(id, "kit", "\"result\":{\"action\":\"accept\",\"content\":{\"name\":\"B\"}}");
    pthread_join(thread, &result);
    assert_string_equal(kit_text(result, "result.content.0.text"), "A B 1");
    assert_non_null(
        dom_get(kit_at(result, "result._meta"), "io.modelcontextprotocol/related-task"));
    json_decref(result);
    JSON_AUTO *over = legacy_task("cancel", legacy_id);
    assert_int_equal(code(over), -32602);
    JSON_AUTO *done = legacy_task("get", legacy_id);
    assert_string_equal(kit_text(done, "result.status"), "completed");
    JSON_AUTO *again = legacy_task("result", legacy_id);
    assert_string_equal(kit_text(again, "result.content.0.text"), "A B 1");
    // One era does not see the tasks of the other.
    k.legacy = NULL;
    JSON_AUTO *modern = task_method("get", legacy_id, "");
    assert_int_equal(code(modern), -32602);
}

// What a session hears besides its answers.
static struct kit_said heard;

static bool hear(void *ctx, struct str json)
{
    (void)ctx;
    return kit_notify(&heard, json);
}

// The message on that task with that word; NULL: not yet.
static const char *heard_of(const char *id, const char *word)
{
    const char *found = NULL;
    pthread_mutex_lock(&k.server->hub.lock); // messages are sent under it
    for (size_t i = 0; i < heard.n; i++)
        if (strstr(heard.text[i], id) && strstr(heard.text[i], word))
            found = heard.text[i];
    pthread_mutex_unlock(&k.server->hub.lock);
    return found;
}

static json_t *task_list(const char *cursor)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(1024);
    buf_addf(&text, LEGACY("tasks/list", "%s%s%s"), *cursor ? "\"cursor\":\"" : "", cursor,
             *cursor ? "\"" : "");
    return kit_ask(&k, buf_cstr(&text));
}

static void legacy_tasks_are_listed_and_told(void **state)
{
    (void)state;
    char ids[3][64];
    struct listener *l = mcp_listener_new(k.server, STR("kit"), STR_NONE);
    struct listener *other = mcp_listener_new(k.server, STR("another session"), STR_NONE);
    heard = (struct kit_said){ .n = 0 };
    l->send = other->send = hear;
    assert_true(mcp_hub_add(&k.server->hub, l));
    k.server->config.page_size = 2;
    k.person = "alice";
    for (size_t i = 0; i < 3; i++) {
        begin_legacy_task();
        memcpy(ids[i], legacy_id, sizeof(legacy_id));
    }
    JSON_AUTO *first = task_list("");
    assert_string_equal(kit_text(first, "result.tasks.0.taskId"), ids[2]);
    assert_string_equal(kit_text(first, "result.tasks.1.taskId"), ids[1]);
    assert_null(kit_at(first, "result.tasks.2"));
    assert_int_equal(json_integer_value(kit_at(first, "result.tasks.0.ttl")), 5000);
    JSON_AUTO *second = task_list(kit_text(first, "result.nextCursor"));
    assert_string_equal(kit_text(second, "result.tasks.0.taskId"), ids[0]);
    assert_null(kit_at(second, "result.tasks.1"));
    assert_null(kit_at(second, "result.nextCursor"));
    JSON_AUTO *bad = task_list("dG9vbHM6MQ"); // of tools/list
    assert_int_equal(code(bad), -32602);
    k.person = "bob";
    JSON_AUTO *of_bob = task_list("");
    assert_int_equal(json_array_size(kit_at(of_bob, "result.tasks")), 0);
    k.person = "alice";
    json_decref(legacy_task("cancel", ids[0]));
    const char *last = NULL;
    for (int i = 0; i < 500 && !last; i++, usleep(10000))
        last = heard_of(ids[0], "cancelled");
    struct err err;
    JSON_AUTO *told_last;
    assert_non_null(last);
    assert_true(dom_parse_object(str_c(last), &told_last, &err));
    assert_string_equal(kit_text(told_last, "method"), "notifications/tasks/status");
    assert_string_equal(kit_text(told_last, "params.taskId"), ids[0]);
    mcp_listener_free(other);
}

// Who has no name is told from others by the session.
static void nobodys_task_is_the_sessions(void **state)
{
    (void)state;
    begin_legacy_task();
    JSON_AUTO *own = task_list("");
    assert_int_equal(json_array_size(kit_at(own, "result.tasks")), 1);
    k.session = "another session";
    JSON_AUTO *other = task_list("");
    assert_int_equal(json_array_size(kit_at(other, "result.tasks")), 0);
    JSON_AUTO *got = legacy_task("get", legacy_id);
    assert_int_equal(code(got), -32602);
}

static void legacy_task_ends(void **state)
{
    (void)state;
    pthread_t thread;
    char id[RELAY_ID_MAX];
    void *result;
    begin_legacy_task();
    pthread_create(&thread, NULL, wait_for_result, NULL);
    asked_id(id);
    JSON_AUTO *cancelled = legacy_task("cancel", legacy_id);
    assert_string_equal(kit_text(cancelled, "result.status"), "cancelled");
    respond(id, "kit", "\"result\":{\"action\":\"decline\"}");
    pthread_join(thread, &result);
    assert_int_equal(code(result), -32602);
    json_decref(result);

    static const char *const refused[] = {
        LEGACY("tools/call", "\"name\":\"task\""),            // a task only
        LEGACY("tools/call", "\"name\":\"one\",\"task\":{}"), // no task
    };
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        JSON_AUTO *answer = kit_ask(&k, refused[i]);
        assert_int_equal(code(answer), -32601);
    }
    JSON_AUTO *list = kit_ask(&k, LEGACY("tools/list", ""));
    assert_string_equal(kit_text(list, "result.tools.4.execution.taskSupport"), "required");
    JSON_AUTO *missing = legacy_task("result", "nothing");
    assert_int_equal(code(missing), -32602);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rounds),
        TEST(unfit_answers),
        TEST(foreign_states),
        TEST(late_states),
        TEST(odd_responses),
        TEST(undeclared),
        TEST(prompts_and_resources_ask),
        TEST(legacy_waits),
        TEST(legacy_answers_at_another_replica),
        TEST(legacy_failures),
        TEST(task_asks),
        TEST(task_ends),
        TEST(legacy_tasks),
        TEST(legacy_tasks_are_listed_and_told),
        TEST(nobodys_task_is_the_sessions),
        TEST(the_end_of_a_page_is_told),
        TEST(a_page_that_is_needed_first),
        TEST(legacy_task_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
