// SPDX-License-Identifier: MIT
// Asks a server directly, without a transport: a request's text in, the answer's tree out.
#ifndef TESTS_MCP_KIT_H
#define TESTS_MCP_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <semaphore.h>

#include "mcp/internal.h"

#define KIT_META(capabilities)                                                                     \
    "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","                       \
    "\"io.modelcontextprotocol/clientCapabilities\":" capabilities "}"
#define KIT_ALL                                                                                    \
    "{\"elicitation\":{},\"sampling\":{},\"roots\":{},\"extensions\":{\"" TASKS_EXTENSION "\":{}}}"

struct kit_said {
    char text[64][2048];
    size_t n;
    sem_t *told; // posted with each message; may be NULL
};

static bool kit_notify(void *ctx, struct str json)
{
    struct kit_said *said = ctx;
    if (said->n < ARRAY_LEN(said->text))
        snprintf(said->text[said->n++], sizeof(said->text[0]), STR_FMT, STR_ARG(json));
    if (said->told)
        sem_post(said->told);
    return true;
}

struct kit {
    struct mcp_server *server;
    const char *person;    // principal key; NULL: nobody
    const void *principal; // what handlers see of them; may be NULL
    const char *legacy;    // version and capabilities of a legacy client; NULL: modern
    const char *capabilities;
    const char *session; // NULL: "kit"
    struct kit_said said;
};

static inline struct mcp_server *kit_server(const struct mcp_config *config)
{
    struct mcp_server *s;
    struct err err;
    if (!mcp_server_new(config, &s, &err))
        fail_msg("%s", err.text);
    mcp_server_freeze(s);
    return s;
}

// The whole answer; NULL: none. The caller frees it.
static inline json_t *kit_ask(struct kit *k, const char *text)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_REPLY_MAX);
    struct batch batch;
    struct err err;
    json_t *answer = NULL;
    if (!rpc_parse(str_c(text), arena, &batch, &err))
        fail_msg("%s: %s", err.text, text);
    struct request r = {
        .server = k->server,
        .msg = batch.at,
        .principal_key = str_c(k->person),
        .principal = k->principal,
        .arena = arena,
        .scope = k->session ? str_c(k->session) : STR("kit"),
        .channel = { .notify = kit_notify, .ctx = &k->said, .asks = true },
        .out = &out,
    };
    r.peer.era = k->legacy ? MCP_LEGACY : MCP_MODERN;
    if (k->legacy) {
        r.peer.version = str_c(k->legacy);
        r.peer.capabilities = str_c(k->capabilities);
    }
    bool modern = r.peer.era == MCP_MODERN && batch.at->kind == MESSAGE_REQUEST;
    if (!modern || (mcp_era_modern_meta(&r) && mcp_era_modern_version(&r)))
        mcp_dispatch(&r);
    if (out.n && !dom_parse_object(buf_str(&out), &answer, &err))
        fail_msg("%s: " STR_FMT, err.text, STR_ARG(buf_str(&out)));
    return answer;
}

// A member at a path of keys and indices: "result.content.0.text".
static inline json_t *kit_at(const json_t *tree, const char *path)
{
    struct str rest = str_c(path);
    const json_t *at = tree;
    while (rest.p && at) {
        struct str step = str_cut(&rest, '.');
        uint64_t i;
        at = json_is_array(at) && str_to_u64(step, &i) ? json_array_get(at, (size_t)i)
                                                       : json_object_getn(at, step.p, step.n);
    }
    return (json_t *)(uintptr_t)at;
}

static inline const char *kit_text(const json_t *tree, const char *path)
{
    const char *text = json_string_value(kit_at(tree, path));
    return text ? text : "";
}

#endif
