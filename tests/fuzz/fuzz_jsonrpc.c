// SPDX-License-Identifier: MIT
// links: mcp
// Whatever comes in, every slice of a message lies within it, and every message that wants an
// answer gets one that is JSON and carries its id byte for byte.
#include "fuzz.h"
#include "mcp/internal.h"

static void handler(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    CHECK(json_is_object(mcp_arguments(c)));
    mcp_result_text(c, mcp_arguments_raw(c));
}

static struct mcp_server *server(void)
{
    static struct mcp_server *s;
    struct mcp_config config = { .info = { .name = "s", .version = "1" }, .page_size = 1 };
    struct err err;
    if (s)
        return s;
    CHECK(mcp_server_new(&config, &s, &err));
    for (const char *const *name = (const char *const[]){ "ab", "b", NULL }; *name; name++)
        CHECK(mcp_server_add_tool(
            s, &(struct mcp_tool){ .name = *name, .input_schema = STR("{}"), .handler = handler },
            &err));
    mcp_server_freeze(s);
    return s;
}

static void check_within(struct str part, struct str text)
{
    CHECK(!part.p || (part.p >= text.p && part.p + part.n <= text.p + text.n));
}

static void check_slices(const struct message *m, struct str text)
{
    const struct value *const values[] = {
        &m->method, &m->params, &m->tool,        &m->arguments,
        &m->meta,   &m->cursor, &m->client_name, &m->meta_version
    };
    check_within(m->id, text);
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        check_within(values[i]->raw, text);
}

static void check_answer(const struct message *m, struct str answer)
{
    struct scan s;
    scan_init(&s, answer, 0);
    while (scan_next(&s) > SCAN_END)
        ;
    CHECK(s.token == SCAN_END);
    struct value id = rpc_value_member(answer, STR("id"));
    CHECK(!m->id.p || str_eq(id.raw, m->id));
}

static void answer(const struct message *m, struct arena *arena)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_REPLY_MAX);
    struct request r = { .server = server(), .msg = m, .arena = arena, .out = &out };
    r.peer.era = mcp_era_of(m, STR_NONE);
    bool request = m->kind == MESSAGE_REQUEST;
    bool modern = request && r.peer.era == MCP_MODERN;
    if (!modern || (mcp_era_modern_meta(&r) && mcp_era_modern_version(&r)))
        mcp_dispatch(&r);
    CHECK(out.n > 0 || !request);
    if (out.n)
        check_answer(m, buf_str(&out));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct str text = str_of(data, n);
    struct batch batch;
    struct err err;
    if (!rpc_parse(text, arena, &batch, &err)) {
        CHECK(err.code == ERR_JSON || err.code == ERR_BAD_REQUEST);
        return 0;
    }
    CHECK(batch.n >= 1 && batch.n <= MCP_BATCH_MAX);
    for (size_t i = 0; i < batch.n; i++) {
        check_slices(&batch.at[i], text);
        answer(&batch.at[i], arena);
    }
    return 0;
}
