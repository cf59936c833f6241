// SPDX-License-Identifier: MIT
// Answers to our requests that reach another replica than the one that asked: they are left,
// sealed, in the store that the replicas share, where the one that waits looks for them. Ids are
// sealed for the session or person that is asked, so nobody else's answer, and none to what was
// never asked, gets into the store.
#include "base/random.h"
#include "jose/digest.h"
#include "mcp/internal.h"

#define ID_KIND     "mcp-question"
#define ANSWER_KIND "mcp-answer"
#define ID_BYTES    8

bool mcp_relay_is_used(const struct mcp_server *s)
{
    return s->config.spent && strcmp(spent_name(s->config.spent), "memory") != 0;
}

void mcp_relay_id(const struct mcp_server *s, struct str scope, char ret[RELAY_ID_MAX])
{
    CLEANUP(buf_release) struct buf id = BUF_INIT(RELAY_ID_MAX - 1);
    char random[2 * ID_BYTES + 1];
    random_hex(random, ID_BYTES);
    seal(s->keys, ID_KIND, scope, str_c(random), &id);
    snprintf(ret, RELAY_ID_MAX, "%s", buf_cstr(&id));
}

static void key_of(struct str id, struct buf *out)
{
    buf_adds(out, "answer:");
    sha256_b64url(out, id);
}

void mcp_relay_put(const struct request *r, struct str id, const struct value *result)
{
    const struct mcp_server *s = r->server;
    CLEANUP(buf_release) struct buf plain = BUF_INIT(RELAY_ID_MAX);
    CLEANUP(buf_release) struct buf key = BUF_INIT(SPENT_KEY_MAX);
    CLEANUP(buf_release) struct buf value = BUF_INIT(SPENT_VALUE_MAX);
    struct err unused;
    if (!mcp_relay_is_used(s) || !unseal(s->keys, ID_KIND, r->scope, id, &plain, &unused))
        return;
    key_of(id, &key);
    seal(s->keys, ANSWER_KIND, id, result->type ? result->raw : STR("{}"), &value);
    int ttl_s = s->config.question_ttl_s ? s->config.question_ttl_s : MCP_QUESTION_TTL_S;
    // What is too long, or cannot be kept, is no answer: who asked waits until its time is over.
    bool kept = buf_ok(&value) && spent_put(s->config.spent, buf_str(&key), buf_str(&value), ttl_s);
    (void)kept;
}

bool mcp_relay_look(const struct mcp_server *s, struct str id, json_t **ret)
{
    CLEANUP(buf_release) struct buf key = BUF_INIT(SPENT_KEY_MAX);
    CLEANUP(buf_release) struct buf value = BUF_INIT(SPENT_VALUE_MAX);
    CLEANUP(buf_release) struct buf plain = BUF_INIT(SEAL_PLAIN_MAX);
    struct err unused;
    key_of(id, &key);
    *ret = NULL;
    if (spent_look(s->config.spent, buf_str(&key), &value) != SPENT_AGAIN)
        return false;
    if (unseal(s->keys, ANSWER_KIND, id, buf_str(&value), &plain, &unused) &&
        !dom_parse_object(buf_str(&plain), ret, &unused))
        *ret = NULL;
    return true;
}
