// SPDX-License-Identifier: MIT
// links: mcp
// params of a call whose handler asks, in both eras: whatever they carry, there is one answer that
// is JSON; and a state that was not sealed here never reaches the handler.
#include "fuzz.h"
#include "mcp/internal.h"

static bool kept;

static void asks(struct mcp_call *c, void *ctx)
{
    (void)ctx;
    struct mcp_elicited got;
    kept = mcp_kept(c, "mark") != NULL;
    if (mcp_elicit(c, "one", "?", STR("{\"type\":\"object\"}"), &got))
        mcp_text(c, STR("done"));
}

static const struct mcp_tool tools[] = { { "t", .handler = asks }, { 0 } };
static const struct mcp_prompt prompts[] = { { "p", .handler = asks }, { 0 } };
static const struct mcp_resource resources[] = { { "x://{a}", "r", .handler = asks }, { 0 } };

static struct mcp_server *server(void)
{
    static struct mcp_server *s;
    struct err err;
    const struct mcp_config config = { .info = { .name = "s", .version = "1" },
                                       .tools = tools,
                                       .prompts = prompts,
                                       .resources = resources,
                                       .changes = true,
                                       .logs = true };
    if (s)
        return s;
    CHECK(mcp_server_new(&config, &s, &err));
    mcp_server_freeze(s);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_REPLY_MAX);
    struct batch batch;
    struct err err;
    json_t *tree;
    if (!rpc_parse(str_of(data, n), arena, &batch, &err))
        return 0;
    for (size_t i = 0; i < batch.n; i++) {
        struct request r = { .server = server(),
                             .msg = &batch.at[i],
                             .arena = arena,
                             .out = &out,
                             .scope = STR("fuzz") };
        r.peer.era = i % 2 ? MCP_LEGACY : MCP_MODERN;
        r.peer.capabilities = STR("{\"elicitation\":{}}");
        buf_reset(&out);
        mcp_dispatch(&r);
        CHECK(!kept);
        if (out.n && dom_parse_object(buf_str(&out), &tree, &err))
            json_decref(tree);
        else
            CHECK(!out.n || str_find(buf_str(&out), STR("\"id\"")) >= 0);
    }
    return 0;
}
