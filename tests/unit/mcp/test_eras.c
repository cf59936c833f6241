// SPDX-License-Identifier: MIT
// Header rules and errors of the modern era, with status and code; x-mcp-header annotations; lists
// by pages; what initialize agrees on.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mcp/internal.h"

#define META                                                                                       \
    "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","                       \
    "\"io.modelcontextprotocol/clientCapabilities\":{}}"
#define CALL(arguments)                                                                            \
    "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"mirror\","     \
    "\"arguments\":" arguments "," META "}}"
#define LIST "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{" META "}}"

static void hello(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    mcp_result_text(c, STR("hello"));
}

static struct mcp_tool tool(const char *name, const char *schema)
{
    return (struct mcp_tool){ .name = name, .input_schema = str_c(schema), .handler = hello };
}

static struct mcp_server *server(size_t page_size)
{
    static const char schema[] =
        "{\"type\":\"object\",\"properties\":{\"region\":{\"type\":\"string\",\"x-mcp-header\":"
        "\"Region\"},\"level\":{\"type\":\"integer\",\"x-mcp-header\":\"Level\"},\"deep\":{\"type\":"
        "\"object\",\"properties\":{\"on\":{\"type\":\"boolean\",\"x-mcp-header\":\"On\"}}}}}";
    struct mcp_config config = { .info = { .name = "s", .version = "1" }, .page_size = page_size };
    const struct mcp_tool tools[] = { tool("mirror", schema), tool("b", "{}"), tool("a", "{}"),
                                      tool("w\xC3\xB6rt", "{}") };
    struct mcp_server *s;
    struct err err;
    assert_true(mcp_server_new(&config, &s, &err));
    for (size_t i = 0; i < ARRAY_LEN(tools); i++)
        assert_true(mcp_server_add_tool(s, &tools[i], &err));
    assert_false(mcp_server_add_tool(s, &tools[0], &err));
    mcp_server_freeze(s);
    assert_false(mcp_server_add_tool(
        s, &(struct mcp_tool){ .name = "late", .input_schema = STR("{}"), .handler = hello },
        &err));
    return s;
}

struct header_row {
    const char *what;
    const char *body;
    const char *method, *name, *region, *level, *on; // headers; NULL: absent
    int code;                                        // 0: accepted
};

#define M  "tools/call"
#define OK 0
static const struct header_row header_rows[] = {
    { "another method", LIST, "prompts/list", .code = -32020 },
    { "no method", LIST, NULL, .code = -32020 },
    { "method in capitals", LIST, "TOOLS/LIST", .code = -32020 },
    { "empty method", LIST, "", .code = -32020 },
    { "right method", LIST, "tools/list" },
    {
        "method with blanks",
        LIST,
        " \ttools/list ",
    },
    { "wrong name", CALL("{}"), M, "wrong_tool", .code = -32020 },
    { "no name", CALL("{}"), M, NULL, .code = -32020 },
    { "name in capitals", CALL("{}"), M, "MIRROR", .code = -32020 },
    { "name with blanks", CALL("{}"), M, "  mirror  " },
    { "name encoded", CALL("{}"), M, "=?base64?bWlycm9y?=" },
    { "name encoded wrongly", CALL("{}"), M, "=?base64?bWlycm9y!?=", .code = -32020 },
    { "another name encoded", CALL("{}"), M, "=?base64?bWlycm9x?=", .code = -32020 },
    { "name with a control character", CALL("{}"), M, "mir\x01ror", .code = -32020 },
    { "name not ASCII", CALL("{}"), M, "m\xC3\xB6rror", .code = -32020 },
    { "value without header", CALL("{\"region\":\"Hello\"}"), M, "mirror", .code = -32020 },
    { "value", CALL("{\"region\":\"Hello\"}"), M, "mirror", "Hello" },
    { "another value", CALL("{\"region\":\"Hello\"}"), M, "mirror", "hello", .code = -32020 },
    { "value encoded", CALL("{\"region\":\"Hello\"}"), M, "mirror", "=?base64?SGVsbG8=?=" },
    { "bad padding", CALL("{\"region\":\"Hello\"}"), M, "mirror",
      "=?base64?SGVsbG8?=", .code = -32020 },
    { "bad character", CALL("{\"region\":\"Hello\"}"), M, "mirror",
      "=?base64?SGVs!!!bG8=?=", .code = -32020 },
    { "no end mark: literal", CALL("{\"region\":\"=?base64?SGVsbG8=\"}"), M, "mirror",
      "=?base64?SGVsbG8=" },
    { "no marks: literal", CALL("{\"region\":\"SGVsbG8=\"}"), M, "mirror", "SGVsbG8=" },
    { "marks in capitals: literal", CALL("{\"region\":\"=?BASE64?SGVsbG8=?=\"}"), M, "mirror",
      "=?BASE64?SGVsbG8=?=" },
    { "encoded blanks", CALL("{\"region\":\" x \"}"), M, "mirror", "=?base64?IHgg?=" },
    { "plain blanks are not the value's", CALL("{\"region\":\" x \"}"), M, "mirror", " x ",
      .code = -32020 },
    { "value not ASCII as it is", CALL("{\"region\":\"\xC3\xA4\"}"), M, "mirror", "\xC3\xA4",
      .code = -32020 },
    { "value not ASCII encoded", CALL("{\"region\":\"\xC3\xA4\"}"), M, "mirror",
      "=?base64?w6Q=?=" },
    { "value escaped in the body", CALL("{\"region\":\"\\u0048i\"}"), M, "mirror", "Hi" },
    { "null value", CALL("{\"region\":null}"), M, "mirror" },
    { "null value with header", CALL("{\"region\":null}"), M, "mirror", "null", .code = -32020 },
    { "header without value", CALL("{}"), M, "mirror", "Hello", .code = -32020 },
    { "no arguments with header", CALL("null"), M, "mirror", "Hello", .code = -32020 },
    { "integer", CALL("{\"level\":42}"), M, "mirror", .level = "42" },
    { "integer as a real", CALL("{\"level\":42}"), M, "mirror", .level = "42.0" },
    { "another integer", CALL("{\"level\":42}"), M, "mirror", .level = "43", .code = -32020 },
    { "integer with rubbish", CALL("{\"level\":42}"), M, "mirror", .level = "42x", .code = -32020 },
    { "empty for an integer", CALL("{\"level\":0}"), M, "mirror", .level = "", .code = -32020 },
    { "boolean below", CALL("{\"deep\":{\"on\":true}}"), M, "mirror", .on = "true" },
    { "boolean in capitals", CALL("{\"deep\":{\"on\":true}}"), M, "mirror", .on = "True",
      .code = -32020 },
    { "boolean missing", CALL("{\"deep\":{\"on\":false}}"), M, "mirror", .code = -32020 },
    { "not that deep", CALL("{\"on\":true}"), M, "mirror" },
};

static struct str header_of(const void *ctx, const char *name)
{
    const struct header_row *row = ctx;
    const char *const values[][2] = { { "Mcp-Method", row->method },
                                      { "Mcp-Name", row->name },
                                      { "Mcp-Param-Region", row->region },
                                      { "Mcp-Param-Level", row->level },
                                      { "Mcp-Param-On", row->on } };
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        if (values[i][1] && strcmp(values[i][0], name) == 0)
            return str_c(values[i][1]);
    return STR_NONE;
}

struct asked {
    struct arena *arena;
    struct batch batch;
    struct buf out;
    struct request r;
};

static void ask(struct asked *a, struct mcp_server *s, const char *body, const char *version)
{
    struct err err;
    a->arena = arena_new();
    buf_init(&a->out, MCP_REPLY_MAX);
    assert_true(rpc_parse(str_c(body), a->arena, &a->batch, &err));
    a->r = (struct request){ .server = s, .msg = a->batch.at, .arena = a->arena, .out = &a->out };
    a->r.peer.era = mcp_era_of(a->batch.at, version ? str_c(version) : STR_NONE);
}

static void done(struct asked *a)
{
    buf_release(&a->out);
    arena_free(a->arena);
}

static int64_t error_code(struct asked *a, json_t **ret_error)
{
    json_t *answer;
    struct err err;
    assert_true(dom_parse_object(buf_str(&a->out), &answer, &err));
    json_t *error = dom_get(answer, "error");
    int64_t code = dom_int(error, "code", 0);
    if (ret_error)
        *ret_error = json_incref(error);
    json_decref(answer);
    return code;
}

/*= mcp-2026-07-28 basic/transports/streamable-http "Servers that process the request body MUST
 * reject requests where the values specified in the headers do not match" */
static void headers_table(void **state)
{
    (void)state;
    struct mcp_server *s = server(0);
    for (size_t i = 0; i < ARRAY_LEN(header_rows); i++) {
        const struct header_row *row = &header_rows[i];
        struct asked a;
        print_message("%s\n", row->what);
        ask(&a, s, row->body, "2026-07-28");
        const struct mcp_method *method = mcp_method_find(MCP_MODERN, a.batch.at->name);
        bool ok = mcp_headers_match(&a.r, (struct headers){ .get = header_of, .ctx = row },
                                    method->named);
        assert_int_equal(ok, row->code == 0);
        if (!ok) {
            assert_int_equal(error_code(&a, NULL), row->code);
            assert_int_equal(a.r.status, 400);
        }
        done(&a);
    }
    mcp_server_free(s);
}

struct era_row {
    const char *method, *params, *header;
    enum mcp_era era;
    int status, code;
};
#define PV(v) "\"io.modelcontextprotocol/protocolVersion\":" v
#define CAPS  "\"io.modelcontextprotocol/clientCapabilities\":{}"
#define NOW   "2026-07-28"
#define GOOD  "{\"_meta\":{" PV("\"" NOW "\"") "," CAPS "}}"
static const struct era_row era_rows[] = {
    { "server/discover", "{}", NOW, MCP_MODERN, 400, -32602 },
    { "server/discover", "{}", NULL, MCP_MODERN, 400, -32602 },
    { "server/discover", "{\"_meta\":{" CAPS "}}", NOW, MCP_MODERN, 400, -32602 },
    { "server/discover", "{\"_meta\":{" PV("1") "," CAPS "}}", NOW, MCP_MODERN, 400, -32602 },
    { "server/discover", "{\"_meta\":{" PV("\"" NOW "\"") "}}", NOW, MCP_MODERN, 400, -32602 },
    { "server/discover", "{\"_meta\":[]}", NOW, MCP_MODERN, 400, -32602 },
    { "server/discover", GOOD, "v999.0.0", MCP_MODERN, 400, -32020 },
    { "server/discover", GOOD, "2025-11-25", MCP_MODERN, 400, -32020 },
    { "server/discover", GOOD, NULL, MCP_MODERN, 400, -32020 },
    { "server/discover", "{\"_meta\":{" PV("\"v999.0.0\"") "," CAPS "}}", "v999.0.0", MCP_MODERN,
      400, -32022 },
    { "tools/list", "{\"_meta\":{" PV("\"2025-11-25\"") "," CAPS "}}", "2025-11-25", MCP_MODERN,
      400, -32022 },
    { "initialize", GOOD, NOW, MCP_MODERN, 404, -32601 },
    { "ping", GOOD, NOW, MCP_MODERN, 404, -32601 },
    { "logging/setLevel", GOOD, NOW, MCP_MODERN, 404, -32601 },
    { "resources/subscribe", GOOD, NOW, MCP_MODERN, 404, -32601 },
    { "resources/unsubscribe", GOOD, NOW, MCP_MODERN, 404, -32601 },
    { "unknown/method", GOOD, NOW, MCP_MODERN, 404, -32601 },
    { "tools/call", GOOD, NOW, MCP_MODERN, 400, -32602 },
    { "server/discover", GOOD, NOW, MCP_MODERN, 200, 0 },
    { "tools/list", GOOD, NOW, MCP_MODERN, 200, 0 },
    { "server/discover", "{}", "2025-11-25", MCP_LEGACY, 200, -32601 },
    { "unknown/method", "{}", "2025-06-18", MCP_LEGACY, 200, -32601 },
    { "logging/setLevel", "{\"level\":\"info\"}", NULL, MCP_LEGACY, 200, -32601 },
    { "initialize", "{}", NULL, MCP_LEGACY, 200, -32602 },
    { "tools/call", "{}", NULL, MCP_LEGACY, 200, -32602 },
    { "tools/call", "{\"name\":7}", NULL, MCP_LEGACY, 200, -32602 },
    { "tools/call", "{\"name\":\"a\",\"arguments\":[]}", NULL, MCP_LEGACY, 200, -32602 },
    { "tools/call", "{\"name\":\"a\",\"arguments\":\"x\"}", NULL, MCP_LEGACY, 200, -32602 },
    { "tools/call", "{\"name\":\"a\",\"arguments\":{\"x\":1,\"x\":2}}", NULL, MCP_LEGACY, 200,
      -32602 },
    { "tools/call", "{\"name\":\"a\",\"arguments\":null}", NULL, MCP_LEGACY, 200, 0 },
    { "tools/call", "{\"name\":\"a\"}", NULL, MCP_LEGACY, 200, 0 },
    { "tools/call", "{\"name\":\"nope\"}", NULL, MCP_LEGACY, 200, -32602 },
    { "ping", "{}", NULL, MCP_LEGACY, 200, 0 },
    { "tools/list", "{}", "2024-11-05", MCP_LEGACY, 200, 0 },
};

static void run(struct asked *a, const char *version)
{
    bool modern = a->r.peer.era == MCP_MODERN;
    struct str header = version ? str_c(version) : STR_NONE;
    if (modern && (!mcp_era_modern_meta(&a->r) || !mcp_headers_match_version(&a->r, header) ||
                   !mcp_era_modern_version(&a->r)))
        return;
    mcp_dispatch(&a->r);
}

static void eras_table(void **state)
{
    (void)state;
    struct mcp_server *s = server(0);
    for (size_t i = 0; i < ARRAY_LEN(era_rows); i++) {
        const struct era_row *row = &era_rows[i];
        CLEANUP(buf_release) struct buf body = BUF_INIT(4096);
        struct asked a;
        print_message("%s %s %s\n", row->method, row->params, row->header ? row->header : "-");
        buf_addf(&body, "{\"jsonrpc\":\"2.0\",\"id\":\"\\u0041\",\"method\":\"%s\",\"params\":%s}",
                 row->method, row->params);
        ask(&a, s, buf_cstr(&body), row->header);
        assert_int_equal(a.r.peer.era, row->era);
        run(&a, row->header);
        assert_int_equal(a.r.status, row->status);
        assert_int_equal(error_code(&a, NULL), row->code);
        assert_true(str_find(buf_str(&a.out), STR("\"id\":\"\\u0041\"")) > 0);
        done(&a);
    }
    mcp_server_free(s);
}

static void unsupported_names_versions(void **state)
{
    (void)state;
    struct mcp_server *s = server(0);
    struct asked a;
    JSON_AUTO *error = NULL;
    ask(&a, s,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"_meta\":{" PV(
            "\"v9\\\"\"") "," CAPS "}}}",
        NULL);
    assert_true(mcp_era_modern_meta(&a.r));
    assert_false(mcp_era_modern_version(&a.r));
    assert_int_equal(error_code(&a, &error), -32022);
    json_t *data = dom_get(error, "data");
    assert_true(str_is(dom_str(data, "requested"), "v9\""));
    assert_true(str_is(dom_text(json_array_get(dom_get(data, "supported"), 0)), "2026-07-28"));
    done(&a);
    mcp_server_free(s);
}

static void negotiation(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "2024-11-05", "2024-11-05" }, { "2025-03-26", "2025-03-26" },
        { "2025-06-18", "2025-06-18" }, { "2025-11-25", "2025-11-25" },
        { "2026-07-28", "2025-11-25" }, { "1999-01-01", "2025-11-25" },
        { "", "2025-11-25" },
    };
    struct mcp_server *s = server(0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(buf_release) struct buf body = BUF_INIT(4096);
        CLEANUP(buf_release) struct buf want = BUF_INIT(4096);
        struct asked a;
        buf_addf(&body,
                 "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{"
                 "\"protocolVersion\":\"%s\",\"capabilities\":{},\"clientInfo\":{\"name\":\"c\"}}}",
                 rows[i][0]);
        buf_addf(&want,
                 "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"%s\","
                 "\"capabilities\":{\"tools\":{\"listChanged\":false}},\"serverInfo\":{\"name\":"
                 "\"s\",\"version\":\"1\"}}}",
                 rows[i][1]);
        ask(&a, s, buf_cstr(&body), NULL);
        mcp_dispatch(&a.r);
        assert_string_equal(buf_cstr(&a.out), buf_cstr(&want));
        done(&a);
    }
    mcp_server_free(s);
}

static void bad_annotations(void **state)
{
    (void)state;
#define P(x) "{\"type\":\"object\",\"properties\":{" x "}}"
#define S(h) "{\"type\":\"string\",\"x-mcp-header\":\"" h "\"}"
    static const char *const rows[] = {
        P("\"a\":" S("")),
        P("\"a\":" S("two words")),
        P("\"a\":" S("line\\nend")),
        P("\"a\":" S("A") ",\"b\":" S("a")),
        P("\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}"),
        P("\"a\":{\"type\":\"array\",\"items\":" S("A") "}"),
        P("\"a\":{\"oneOf\":[" S("A") "]}"),
        "{\"$defs\":{\"a\":" S("A") "},\"type\":\"object\"}",
        "{\"type\":\"string\",\"x-mcp-header\":\"A\"}",
        "{\"x-mcp-header\":",
    };
    struct mcp_config config = { .info = { .name = "s", .version = "1" } };
    struct mcp_server *s;
    struct err err;
    assert_true(mcp_server_new(&config, &s, &err));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct mcp_tool t = tool("t", rows[i]);
        print_message("%s\n", rows[i]);
        assert_false(mcp_server_add_tool(s, &t, &err));
    }
    struct mcp_tool good = tool("t", P("\"x-mcp-header\":" S("A")));
    assert_true(mcp_server_add_tool(s, &good, &err));
    mcp_server_free(s);
}

static void list_page(struct mcp_server *s, const char *cursor, json_t **ret)
{
    CLEANUP(buf_release) struct buf body = BUF_INIT(4096);
    struct asked a;
    struct err err;
    buf_addf(&body, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{%s%s%s}}",
             cursor ? "\"cursor\":" : "", cursor ? cursor : "", "");
    ask(&a, s, buf_cstr(&body), NULL);
    mcp_dispatch(&a.r);
    assert_true(dom_parse_object(buf_str(&a.out), ret, &err));
    done(&a);
}

static void pages(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\"\"", "\"x\"", "7", "{}", "\"dG9vbHM6MA\"", "\"dG9vbHM6NA\"", "\"dG9vbHM6LTE\""
    };
    struct mcp_server *s = server(3);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        JSON_AUTO *answer = NULL;
        list_page(s, bad[i], &answer);
        assert_int_equal(dom_int(dom_get(answer, "error"), "code", 0), -32602);
    }
    JSON_AUTO *first = NULL, *second = NULL, *null = NULL;
    list_page(s, "null", &null);
    assert_non_null(dom_get(null, "result"));
    list_page(s, NULL, &first);
    json_t *result = dom_get(first, "result");
    assert_int_equal(json_array_size(dom_get(result, "tools")), 3);
    CLEANUP(buf_release) struct buf cursor = BUF_INIT(256);
    json_add_string(&cursor, dom_str(result, "nextCursor"));
    list_page(s, buf_cstr(&cursor), &second);
    result = dom_get(second, "result");
    assert_int_equal(json_array_size(dom_get(result, "tools")), 1);
    assert_null(dom_get(result, "nextCursor"));
    mcp_server_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_table),   cmocka_unit_test(eras_table),
        cmocka_unit_test(negotiation),     cmocka_unit_test(unsupported_names_versions),
        cmocka_unit_test(bad_annotations), cmocka_unit_test(pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
