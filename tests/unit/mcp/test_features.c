// SPDX-License-Identifier: MIT
// What the lists show, what is read, completed, listened to and judged; and that a server without
// something does not know its methods.
#include "tests/unit/mcp/kit.h"

#include <pthread.h>

static void says(struct mcp_call *c, void *ctx)
{
    mcp_text(c, str_c(ctx));
}

static void shows(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct str a = mcp_argument(c, "a"), b = mcp_argument(c, "b"), uri = mcp_uri(c);
    mcp_textf(c, STR_FMT "|" STR_FMT "|" STR_FMT, STR_ARG(a), STR_ARG(b), STR_ARG(uri));
}

static void all_kinds(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_annotate(c, STR("{\"priority\":1}"));
    mcp_text(c, STR("text"));
    mcp_image(c, "image/png", STR("abc"));
    mcp_audio(c, "audio/wav", STR("abc"));
    mcp_link(c, STR("x://y"), "y", "text/plain", NULL);
    mcp_resource_blob(c, STR("x://z"), NULL, STR("\x00\xFF"));
    mcp_structured(c, STR("{\"n\":1}"));
}

static void wrong_result(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_structured(c, STR("{\"n\":\"one\"}"));
}

static void nothing(struct mcp_call *c, void *ctx)
{
    (void)c;
    (void)ctx;
}

static void speaks(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_text(c, STR("Hello"));
    mcp_role(c, MCP_ASSISTANT);
    mcp_text(c, STR("Hi"));
}

static void talks(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_log(c, MCP_DEBUG, "l", "low");
    mcp_log(c, MCP_ERROR, "l", "high %d", 1);
    mcp_text(c, mcp_meta(c, "traceparent"));
}

static void completes(struct mcp_completion *c, struct str value, void *ctx)
{
    (void)ctx;
    struct str before = mcp_completed(c, "a");
    for (int i = 0; i < 150 && !value.n; i++)
        mcp_offer(c, STR("many"));
    if (before.p)
        mcp_offer(c, before);
}

#define NUMBER_SCHEMA                                                                              \
    STR_INIT("{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1}},"   \
             "\"required\":[\"n\"],\"additionalProperties\":false}")

static const struct mcp_tool tools[] = {
    { "kinds", .handler = all_kinds, .output_schema = NUMBER_SCHEMA },
    { "wrong", .handler = wrong_result, .output_schema = NUMBER_SCHEMA },
    { "judged", .handler = says, .ctx = (void *)(uintptr_t) "ok", .input_schema = NUMBER_SCHEMA },
    { "nothing", .handler = nothing },
    { "talks", .handler = talks, .icons_json = "[{\"src\":\"https://x/i.png\"}]",
      .title = "Talks" },
    { 0 },
};
static const struct mcp_argument two[] = {
    { .name = "a",
      .required = true,
      .values = (const char *const[]){ "one", "only", "two", NULL } },
    { .name = "b", .complete = completes },
    { 0 },
};
static const struct mcp_prompt prompts[] = {
    { "speaks", .description = "Speaks", .handler = speaks },
    { "shows", .handler = shows, .arguments = two },
    { 0 },
};
static const struct mcp_resource resources[] = {
    { "x://plain", "plain", .mime_type = "text/plain", .handler = says,
      .ctx = (void *)(uintptr_t) "plain", .size = 5, .ttl_ms = 7, .shared = true },
    { "x://t/{a}/end", "t", .handler = shows, .arguments = two },
    { "x://deep/{+a}", "deep", .handler = shows },
    { "x://q{?a,b}", "q", .handler = shows },
    { 0 },
};

static struct kit k;

static int set_up(void **state)
{
    (void)state;
    k = (struct kit){ .server = kit_server(&(struct mcp_config){
                          .info = { .name = "s", .version = "1" },
                          .tools = tools,
                          .prompts = prompts,
                          .resources = resources,
                          .changes = true,
                          .logs = true,
                          .page_size = 2,
                          .extensions_json = "{\"x/y\":{}}",
                      }) };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mcp_server_free(k.server);
    return 0;
}

#define ASK(method, more)                                                                          \
    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\",\"params\":{" more KIT_META("{}") "}}"
#define CALL_OF(name, arguments)                                                                   \
    ASK("tools/call", "\"name\":\"" name "\",\"arguments\":" arguments ",")
#define READ(uri) ASK("resources/read", "\"uri\":\"" uri "\",")

static int64_t code(const json_t *answer)
{
    return json_integer_value(kit_at(answer, "error.code"));
}

static const struct {
    const char *uri, *text; // NULL: not found
} reads[] = {
    { READ("x://plain"), "plain" },
    { READ("x://t/1/end"), "1||x://t/1/end" },
    { READ("x://t/a%20b/end"), "a b||x://t/a%20b/end" },
    { READ("x://t//end"), NULL },
    { READ("x://t/1/2/end"), NULL },
    { READ("x://t/%zz/end"), NULL },
    { READ("x://t/%FF/end"), NULL },
    { READ("x://deep/1/2/3"), "1/2/3||x://deep/1/2/3" },
    { READ("x://q"), "||x://q" },
    { READ("x://q?b=2&a=1"), "1|2|x://q?b=2&a=1" },
    { READ("x://q?c=2"), NULL },
    { READ(""), NULL },
    { READ("x://PLAIN"), NULL },
};

static void resources_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
        JSON_AUTO *answer = kit_ask(&k, reads[i].uri);
        print_message("%s\n", reads[i].uri);
        if (reads[i].text) {
            assert_string_equal(kit_text(answer, "result.contents.0.text"), reads[i].text);
        } else {
            assert_int_equal(code(answer), -32602);
            assert_non_null(kit_at(answer, "error.data.uri"));
        }
    }
    JSON_AUTO *plain = kit_ask(&k, READ("x://plain"));
    assert_int_equal(json_integer_value(kit_at(plain, "result.ttlMs")), 7);
    assert_string_equal(kit_text(plain, "result.cacheScope"), "public");
    k.legacy = "2025-11-25";
    JSON_AUTO *missing = kit_ask(&k, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\","
                                     "\"params\":{\"uri\":\"x://no\"}}");
    assert_int_equal(code(missing), -32002);
}

static void bad_templates(void **state)
{
    (void)state;
    static const char *const bad[] = { "x://{",    "x://{}",    "x://{a",   "x://{a}{b-c}",
                                       "x://{&a}", "x://{a,b}", "x://{a:3}" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct mcp_resource one[] = { { bad[i], "n", .handler = says }, { 0 } };
        struct mcp_config config = { .info = { .name = "s", .version = "1" }, .resources = one };
        struct mcp_server *s;
        struct err err;
        print_message("%s\n", bad[i]);
        assert_false(mcp_server_new(&config, &s, &err));
        assert_int_equal(err.code, ERR_CONFIG);
    }
}

static void lists(void **state)
{
    (void)state;
    JSON_AUTO *first = kit_ask(&k, ASK("resources/templates/list", ""));
    assert_int_equal(json_array_size(kit_at(first, "result.resourceTemplates")), 2);
    CLEANUP(buf_release) struct buf text = BUF_INIT(4096);
    buf_addf(&text, ASK("resources/templates/list", "\"cursor\":\"%s\","),
             kit_text(first, "result.nextCursor"));
    JSON_AUTO *second = kit_ask(&k, buf_cstr(&text));
    assert_string_equal(kit_text(second, "result.resourceTemplates.0.uriTemplate"), "x://q{?a,b}");
    assert_null(kit_at(second, "result.nextCursor"));
    // A cursor of one list is none of another.
    buf_reset(&text);
    buf_addf(&text, ASK("prompts/list", "\"cursor\":\"%s\","),
             kit_text(first, "result.nextCursor"));
    JSON_AUTO *wrong = kit_ask(&k, buf_cstr(&text));
    assert_int_equal(code(wrong), -32602);
    JSON_AUTO *all = kit_ask(&k, ASK("prompts/list", ""));
    assert_true(json_is_true(kit_at(all, "result.prompts.1.arguments.0.required")));
    JSON_AUTO *one = kit_ask(&k, ASK("resources/list", ""));
    assert_int_equal(json_integer_value(kit_at(one, "result.resources.0.size")), 5);
}

static void kinds_of_content(void **state)
{
    (void)state;
    JSON_AUTO *a = kit_ask(&k, CALL_OF("kinds", "{}"));
    assert_int_equal(json_integer_value(kit_at(a, "result.content.0.annotations.priority")), 1);
    assert_null(kit_at(a, "result.content.1.annotations"));
    assert_string_equal(kit_text(a, "result.content.1.data"), "YWJj");
    assert_string_equal(kit_text(a, "result.content.2.type"), "audio");
    assert_string_equal(kit_text(a, "result.content.3.type"), "resource_link");
    assert_string_equal(kit_text(a, "result.content.4.resource.blob"), "AP8=");
    assert_int_equal(json_integer_value(kit_at(a, "result.structuredContent.n")), 1);
    JSON_AUTO *wrong = kit_ask(&k, CALL_OF("wrong", "{}"));
    assert_int_equal(code(wrong), -32603);
    JSON_AUTO *none = kit_ask(&k, CALL_OF("nothing", "{}"));
    assert_int_equal(code(none), -32603);
    JSON_AUTO *prompt = kit_ask(&k, ASK("prompts/get", "\"name\":\"speaks\","));
    assert_string_equal(kit_text(prompt, "result.messages.0.role"), "user");
    assert_string_equal(kit_text(prompt, "result.messages.1.role"), "assistant");
    assert_string_equal(kit_text(prompt, "result.description"), "Speaks");
}

static const struct {
    const char *ask, *says; // part of the refusal; NULL: it is done
} judged[] = {
    { CALL_OF("judged", "{}"), "the member \"n\" is missing" },
    { CALL_OF("judged", "{\"n\":\"1\"}"), "/n: expected integer, found the string \"1\"" },
    { CALL_OF("judged", "{\"n\":1.5}"), "/n: expected integer, found 1.5" },
    { CALL_OF("judged", "{\"n\":0}"), "/n: expected a number not below 1, found 0" },
    { CALL_OF("judged", "{\"n\":1,\"m\":2}"), "\"m\" is not known; known are n" },
    { CALL_OF("judged", "{\"n\":1.0}"), NULL },
    { CALL_OF("judged", "{\"n\":1}"), NULL },
};

static void arguments_are_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(judged); i++) {
        JSON_AUTO *answer = kit_ask(&k, judged[i].ask);
        const char *text = kit_text(answer, "result.content.0.text");
        print_message("%s\n", text);
        assert_int_equal(json_is_true(kit_at(answer, "result.isError")), judged[i].says != NULL);
        assert_non_null(strstr(text, judged[i].says ? judged[i].says : "ok"));
    }
    static const char *const bad[] = {
        ASK("prompts/get", "\"name\":\"shows\","),
        ASK("prompts/get", "\"name\":\"shows\",\"arguments\":{\"a\":1},"),
        ASK("prompts/get", "\"name\":\"shows\",\"arguments\":[],"),
        ASK("prompts/get", "\"name\":\"no\","),
        ASK("prompts/get", ""),
        ASK("resources/read", "\"uri\":1,"),
        ASK("resources/read", ""),
        ASK("subscriptions/listen", ""),
        ASK("subscriptions/listen", "\"notifications\":{\"taskIds\":[\"x\"]},"),
        ASK("completion/complete", ""),
        ASK("completion/complete", "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"no\"},\"argument\":"
                                   "{\"name\":\"a\",\"value\":\"\"},"),
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        JSON_AUTO *answer = kit_ask(&k, bad[i]);
        assert_true(code(answer) < 0);
    }
}

#define COMPLETE(ref, name, value, context)                                                        \
    ASK("completion/complete",                                                                     \
        "\"ref\":{" ref "},\"argument\":{\"name\":\"" name "\",\"value\":\"" value "\"}," context)

static const struct {
    const char *ask;
    int total, shown;
} completions[] = {
    { COMPLETE("\"type\":\"ref/prompt\",\"name\":\"shows\"", "a", "o", ""), 2, 2 },
    { COMPLETE("\"type\":\"ref/prompt\",\"name\":\"shows\"", "a", "x", ""), 0, 0 },
    { COMPLETE("\"type\":\"ref/prompt\",\"name\":\"shows\"", "z", "", ""), 0, 0 },
    { COMPLETE("\"type\":\"ref/prompt\",\"name\":\"shows\"", "b", "", ""), 150, 100 },
    { COMPLETE("\"type\":\"ref/prompt\",\"name\":\"shows\"", "b", "v",
               "\"context\":{\"arguments\":{\"a\":\"one\"}},"),
      1, 1 },
    { COMPLETE("\"type\":\"ref/resource\",\"uri\":\"x://t/{a}/end\"", "a", "t", ""), 1, 1 },
};

static void completion(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(completions); i++) {
        JSON_AUTO *answer = kit_ask(&k, completions[i].ask);
        const json_t *c = kit_at(answer, "result.completion");
        assert_int_equal(dom_int(c, "total", -1), completions[i].total);
        assert_int_equal(json_array_size(dom_get(c, "values")), completions[i].shown);
        assert_int_equal(dom_bool(c, "hasMore", false),
                         completions[i].total > completions[i].shown);
    }
}

/*= mcp-2026-07-28 server/utilities/logging "The server MUST NOT emit notifications/message for a
 * request that does not include this field." */
static void log_levels(void **state)
{
    (void)state;
    json_decref(kit_ask(&k, CALL_OF("talks", "{}")));
    assert_int_equal(k.said.n, 0);
    JSON_AUTO *modern = kit_ask(
        &k,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"talks\","
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
        "\"io.modelcontextprotocol/clientCapabilities\":{},\"traceparent\":\"00-ab\","
        "\"io.modelcontextprotocol/logLevel\":\"warning\"}}}");
    assert_int_equal(k.said.n, 1);
    assert_non_null(strstr(k.said.text[0], "high 1"));
    assert_string_equal(kit_text(modern, "result.content.0.text"), "\"00-ab\"");
    k.legacy = "2025-11-25";
    JSON_AUTO *bad = kit_ask(&k, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"logging/setLevel\","
                                 "\"params\":{\"level\":\"loud\"}}");
    assert_int_equal(code(bad), -32602);
    json_decref(kit_ask(&k, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"logging/setLevel\","
                            "\"params\":{\"level\":\"debug\"}}"));
    json_decref(kit_ask(&k, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":"
                            "{\"name\":\"talks\"}}"));
    assert_int_equal(k.said.n, 3);
}

// --- listening ---

static void add_listener(const char *id, const char *scope, unsigned lists_)
{
    struct listener *l = mcp_listener_new(k.server, str_c(scope), str_c(id));
    l->lists = lists_;
    l->send = kit_notify;
    l->ctx = &k.said;
    mcp_listener_start(l);
}

static void listening(void **state)
{
    (void)state;
    add_listener("7", "kit", 1u << MCP_TOOLS);
    assert_int_equal(k.said.n, 1);
    assert_non_null(strstr(k.said.text[0], "notifications/subscriptions/acknowledged"));
    mcp_changed(k.server, MCP_PROMPTS);
    assert_int_equal(k.said.n, 1);
    mcp_changed(k.server, MCP_TOOLS);
    assert_int_equal(k.said.n, 2);
    assert_non_null(strstr(k.said.text[1], "\"io.modelcontextprotocol/subscriptionId\":7"));

    // Two streams of one legacy session: one message.
    add_listener("", "session", ~0u);
    add_listener("", "session", ~0u);
    k.said.n = 0;
    mcp_changed(k.server, MCP_RESOURCES);
    assert_int_equal(k.said.n, 1);
    mcp_updated(k.server, STR("x://plain"));
    assert_int_equal(k.said.n, 1);
    assert_true(mcp_hub_watch(&k.server->hub, STR("session"), STR("x://plain"), true));
    mcp_updated(k.server, STR("x://plain"));
    assert_int_equal(k.said.n, 2);
    assert_true(mcp_hub_watch(&k.server->hub, STR("session"), STR("x://plain"), false));
    mcp_updated(k.server, STR("x://plain"));
    assert_int_equal(k.said.n, 2);

    k.said.n = 0;
    mcp_server_hang_up(k.server);
    assert_int_equal(k.said.n, 1);
    assert_non_null(strstr(k.said.text[0], "\"resultType\":\"complete\""));
    mcp_changed(k.server, MCP_TOOLS);
    assert_int_equal(k.said.n, 1);
}

static void watched_at_most(void **state)
{
    (void)state;
    char uri[32];
    for (int i = 0; i < LISTEN_URIS_MAX; i++) {
        snprintf(uri, sizeof(uri), "x://t/%d/end", i);
        assert_true(mcp_hub_watch(&k.server->hub, STR("s"), str_c(uri), true));
    }
    assert_false(mcp_hub_watch(&k.server->hub, STR("s"), STR("x://plain"), true));
    assert_false(mcp_hub_watch(&k.server->hub, STR(""), STR("x://plain"), true));
}

static void capabilities(void **state)
{
    (void)state;
    JSON_AUTO *modern = kit_ask(&k, ASK("server/discover", ""));
    assert_true(json_is_true(kit_at(modern, "result.capabilities.resources.subscribe")));
    assert_non_null(kit_at(modern, "result.capabilities.completions"));
    assert_non_null(kit_at(modern, "result.capabilities.logging"));
    assert_non_null(dom_get(kit_at(modern, "result.capabilities.extensions"), "x/y"));
    struct kit bare = { .server = kit_server(&(struct mcp_config){
                            .info = { .name = "s", .version = "1" }, .tools = tools }) };
    static const char *const unknown[] = {
        ASK("resources/list", ""),
        ASK("resources/read", "\"uri\":\"x\","),
        ASK("prompts/list", ""),
        ASK("completion/complete", ""),
    };
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
        JSON_AUTO *answer = kit_ask(&bare, unknown[i]);
        assert_int_equal(code(answer), -32601);
    }
    JSON_AUTO *little = kit_ask(&bare, ASK("server/discover", ""));
    assert_int_equal(json_object_size(kit_at(little, "result.capabilities")), 1);
    mcp_server_free(bare.server);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(resources_read),       TEST(bad_templates), TEST(lists),      TEST(kinds_of_content),
        TEST(arguments_are_judged), TEST(completion),    TEST(log_levels), TEST(listening),
        TEST(watched_at_most),      TEST(capabilities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
