// SPDX-License-Identifier: MIT
// The envelope: what is a message, what its id is, and what is refused with which word.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "mcp/internal.h"

#define HEAD "{\"jsonrpc\":\"2.0\","

struct row {
    const char *text;
    enum message_kind kind;
    enum err_code code; // MESSAGE_INVALID: of the message; ERR_JSON: of the whole text
    const char *id;     // NULL: none
};

static const struct row rows[] = {
    // no JSON at all
    { "", MESSAGE_INVALID, ERR_JSON },
    { "   ", MESSAGE_INVALID, ERR_JSON },
    { "{", MESSAGE_INVALID, ERR_JSON },
    { HEAD "\"id\":1,\"method\":\"ping\"", MESSAGE_INVALID, ERR_JSON },
    { HEAD "\"id\":1,\"method\":\"ping\"}}", MESSAGE_INVALID, ERR_JSON },
    { HEAD "\"id\":1,\"method\":\"ping\"} {}", MESSAGE_INVALID, ERR_JSON },
    { HEAD "\"id\":1,\"method\":\"ping\",}", MESSAGE_INVALID, ERR_JSON },
    { HEAD "'id':1}", MESSAGE_INVALID, ERR_JSON },
    { HEAD "\"id\":01,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_JSON },
    { HEAD "\"id\":+1,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_JSON },
    { HEAD "\"id\":NaN,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_JSON },
    { HEAD "\"id\":\"\xFF\",\"method\":\"ping\"}", MESSAGE_INVALID, ERR_JSON },
    { HEAD "\"id\":\"\\ud800\",\"method\":\"ping\"}", MESSAGE_INVALID, ERR_JSON },
    { HEAD "\"id\":\"a\nb\",\"method\":\"ping\"}", MESSAGE_INVALID, ERR_JSON },
    { "\xEF\xBB\xBF{}", MESSAGE_INVALID, ERR_JSON },
    // JSON, but no message
    { "null", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { "1", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { "\"ping\"", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { "true", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { "{}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { "{\"id\":1,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST, "1" },
    { "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST, "1" },
    { "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST, "1" },
    { "{\"jsonrpc\":null,\"id\":1,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST, "1" },
    { HEAD "\"id\":1}", MESSAGE_INVALID, ERR_BAD_REQUEST, "1" },
    { HEAD "\"method\":1,\"id\":1}", MESSAGE_INVALID, ERR_BAD_REQUEST, "1" },
    { HEAD "\"method\":null,\"id\":1}", MESSAGE_INVALID, ERR_BAD_REQUEST, "1" },
    { HEAD "\"method\":[\"ping\"],\"id\":1}", MESSAGE_INVALID, ERR_BAD_REQUEST, "1" },
    // ids
    { HEAD "\"id\":null,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { HEAD "\"id\":true,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { HEAD "\"id\":{},\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { HEAD "\"id\":[1],\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { HEAD "\"id\":1.5,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { HEAD "\"id\":1e3,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { HEAD "\"id\":1E3,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { HEAD "\"id\":1,\"id\":2,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { HEAD "\"id\":1,\"id\":1,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    { HEAD "\"id\":0,\"method\":\"ping\"}", MESSAGE_REQUEST, 0, "0" },
    { HEAD "\"id\":-7,\"method\":\"ping\"}", MESSAGE_REQUEST, 0, "-7" },
    { HEAD "\"id\":1.0,\"method\":\"ping\"}", MESSAGE_REQUEST, 0, "1.0" },
    { HEAD "\"id\":123456789012345678901234567890,\"method\":\"ping\"}", MESSAGE_REQUEST, 0,
      "123456789012345678901234567890" },
    { HEAD "\"id\":\"\",\"method\":\"ping\"}", MESSAGE_REQUEST, 0, "\"\"" },
    { HEAD "\"id\":\"a\\u0000\\n\\\"b\",\"method\":\"ping\"}", MESSAGE_REQUEST, 0,
      "\"a\\u0000\\n\\\"b\"" },
    { HEAD "\"id\":\"\xC3\xA4\",\"method\":\"ping\"}", MESSAGE_REQUEST, 0, "\"\xC3\xA4\"" },
    { "{\"method\":\"ping\",\"params\":{},\"id\":\"x\",\"jsonrpc\":\"2.0\"}", MESSAGE_REQUEST, 0,
      "\"x\"" },
    { "{\"\\u0069d\":5,\"method\":\"p\\u0069ng\",\"jsonrpc\":\"2\\u002e0\"}", MESSAGE_REQUEST, 0,
      "5" },
    // members twice
    { HEAD "\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST,
      "1" },
    { HEAD "\"id\":1,\"method\":\"ping\",\"method\":\"tools/call\"}", MESSAGE_INVALID,
      ERR_BAD_REQUEST, "1" },
    { HEAD "\"id\":1,\"method\":\"ping\",\"params\":{},\"params\":{}}", MESSAGE_INVALID,
      ERR_RPC_INVALID_PARAMS, "1" },
    { HEAD "\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"a\",\"name\":\"b\"}}",
      MESSAGE_INVALID, ERR_RPC_INVALID_PARAMS, "1" },
    { HEAD "\"id\":1,\"method\":\"ping\",\"params\":{\"_meta\":{\"progressToken\":1,"
           "\"progressToken\":2}}}",
      MESSAGE_INVALID, ERR_RPC_INVALID_PARAMS, "1" },
    { HEAD "\"id\":1,\"method\":\"ping\",\"x\":1,\"x\":2}", MESSAGE_REQUEST, 0, "1" },
    // params
    { HEAD "\"id\":1,\"method\":\"ping\",\"params\":[]}", MESSAGE_INVALID, ERR_RPC_INVALID_PARAMS,
      "1" },
    { HEAD "\"id\":1,\"method\":\"ping\",\"params\":7}", MESSAGE_INVALID, ERR_RPC_INVALID_PARAMS,
      "1" },
    { HEAD "\"id\":1,\"method\":\"ping\",\"params\":\"x\"}", MESSAGE_INVALID,
      ERR_RPC_INVALID_PARAMS, "1" },
    { HEAD "\"id\":1,\"method\":\"ping\",\"params\":null}", MESSAGE_REQUEST, 0, "1" },
    { HEAD "\"id\":1,\"method\":\"ping\",\"params\":{\"a\":[1,{\"name\":1}]}}", MESSAGE_REQUEST, 0,
      "1" },
    // notifications
    { HEAD "\"method\":\"notifications/initialized\"}", MESSAGE_NOTIFICATION, 0 },
    { HEAD "\"method\":\"ping\",\"params\":{}}", MESSAGE_NOTIFICATION, 0 },
    { "{\"method\":\"ping\"}", MESSAGE_INVALID, ERR_BAD_REQUEST },
    // responses
    { HEAD "\"id\":1,\"result\":{}}", MESSAGE_RESPONSE, 0, "1" },
    { HEAD "\"id\":\"a\",\"error\":{\"code\":1,\"message\":\"x\"}}", MESSAGE_RESPONSE, 0, "\"a\"" },
    { HEAD "\"id\":1,\"result\":{},\"error\":{}}", MESSAGE_INVALID, ERR_BAD_REQUEST, "1" },
    { HEAD "\"id\":1,\"method\":\"ping\",\"result\":{}}", MESSAGE_INVALID, ERR_BAD_REQUEST, "1" },
    { HEAD "\"id\":null,\"error\":{}}", MESSAGE_INVALID, ERR_BAD_REQUEST },
};

static void check_row(const struct row *row)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct batch batch;
    struct err err;
    bool parsed = rpc_parse(str_c(row->text), arena, &batch, &err);
    if (row->code == ERR_JSON) {
        assert_false(parsed);
        assert_int_equal(err.code, ERR_JSON);
        return;
    }
    assert_true(parsed);
    assert_int_equal(batch.n, 1);
    assert_false(batch.array);
    const struct message *m = batch.at;
    assert_int_equal(m->kind, row->kind);
    if (row->kind == MESSAGE_INVALID)
        assert_int_equal(m->code, row->code);
    assert_int_equal(m->id.p == NULL, row->id == NULL);
    if (row->id)
        assert_true(str_is(m->id, row->id));
}

static void envelopes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        print_message("%s\n", rows[i].text);
        check_row(&rows[i]);
    }
}

static bool parse(struct arena *arena, struct buf *text, struct batch *ret, struct err *err)
{
    return rpc_parse(buf_str(text), arena, ret, err);
}

static void limits(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20);
    struct batch batch;
    struct err err;
    for (size_t n = MCP_ID_MAX; n <= MCP_ID_MAX + 1; n++) {
        buf_reset(&text);
        buf_adds(&text, HEAD "\"method\":\"ping\",\"id\":");
        for (size_t i = 0; i < n; i++)
            buf_addc(&text, '7');
        buf_addc(&text, '}');
        assert_true(parse(arena, &text, &batch, &err));
        assert_int_equal(batch.at->kind, n <= MCP_ID_MAX ? MESSAGE_REQUEST : MESSAGE_INVALID);
    }
    for (size_t depth = MCP_DEPTH_MAX - 1; depth <= MCP_DEPTH_MAX; depth++) {
        buf_reset(&text);
        buf_adds(&text, HEAD "\"id\":1,\"method\":\"ping\",\"x\":");
        for (size_t i = 0; i < depth; i++)
            buf_addc(&text, '[');
        for (size_t i = 0; i < depth; i++)
            buf_addc(&text, ']');
        buf_addc(&text, '}');
        assert_int_equal(parse(arena, &text, &batch, &err), depth < MCP_DEPTH_MAX);
    }
    buf_reset(&text);
    buf_adds(&text, HEAD "\"id\":1,\"method\":\"");
    for (size_t i = 0; i < MCP_METHOD_MAX + 1; i++)
        buf_addc(&text, 'm');
    buf_adds(&text, "\"}");
    assert_true(parse(arena, &text, &batch, &err));
    assert_int_equal(batch.at->kind, MESSAGE_INVALID);
}

/*= mcp-2025-03-26 basic "MCP implementations … MUST support receiving JSON-RPC batches." */
static void batches(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20);
    struct batch batch;
    struct err err;
    assert_false(rpc_parse(STR("[]"), arena, &batch, &err));
    assert_int_equal(err.code, ERR_BAD_REQUEST);
    assert_false(rpc_parse(STR("[{},"), arena, &batch, &err));
    assert_int_equal(err.code, ERR_JSON);
    assert_true(
        rpc_parse(STR("[1," HEAD "\"id\":2,\"method\":\"ping\"},[]," HEAD "\"method\":\"x\"}]"),
                  arena, &batch, &err));
    assert_true(batch.array);
    assert_int_equal(batch.n, 4);
    assert_int_equal(batch.at[0].kind, MESSAGE_INVALID);
    assert_int_equal(batch.at[1].kind, MESSAGE_REQUEST);
    assert_int_equal(batch.at[2].kind, MESSAGE_INVALID);
    assert_int_equal(batch.at[3].kind, MESSAGE_NOTIFICATION);
    for (size_t n = MCP_BATCH_MAX; n <= MCP_BATCH_MAX + 1; n++) {
        buf_reset(&text);
        for (size_t i = 0; i < n; i++)
            buf_adds(&text, i ? ",{}" : "[{}");
        buf_addc(&text, ']');
        assert_int_equal(parse(arena, &text, &batch, &err), n <= MCP_BATCH_MAX);
    }
}

static void members(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct batch batch;
    struct err err;
    struct str text =
        STR(HEAD "\"id\":1,\"method\":\"tools\\/call\",\"params\":{\"name\":\"a\\u0062\","
                 "\"arguments\": { \"q\" : [1] } ,\"_meta\":{\"progressToken\":\"t\","
                 "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"me\",\"version\":\"1\"}}}}");
    assert_true(rpc_parse(text, arena, &batch, &err));
    const struct message *m = batch.at;
    assert_int_equal(m->kind, MESSAGE_REQUEST);
    assert_true(str_is(m->name, "tools/call"));
    assert_true(str_is(rpc_value_text(&m->tool, arena), "ab"));
    assert_true(str_is(m->arguments.raw, "{ \"q\" : [1] }"));
    assert_true(str_is(m->progress_token.raw, "\"t\""));
    assert_true(str_is(rpc_value_text(&m->meta_client_name, arena), "me"));
    assert_int_equal(m->client_name.type, SCAN_ERROR);
    struct value v = rpc_value_member(m->arguments.raw, STR("q"));
    assert_true(str_is(v.raw, "[1]"));
    assert_int_equal(rpc_value_member(m->arguments.raw, STR("r")).type, SCAN_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(envelopes),
        cmocka_unit_test(limits),
        cmocka_unit_test(batches),
        cmocka_unit_test(members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
