// SPDX-License-Identifier: MIT
// requestState: what earlier rounds of a call were answered and what the handler kept, sealed into
// what the client sends back. It opens only for the same request of the same person, for a while.
#include "base/clock.h"
#include "jose/digest.h"
#include "mcp/internal.h"

#define KIND      "mcp-state"
#define TTL_S     3600
#define STATE_MAX (512u * 1024) // bytes of a sealed state

/*= mcp-2026-07-28 basic/patterns/mrtr "an identifier for the originating request, e.g. the method
 * name and a digest of its salient parameters, rejecting state presented on a request that does not
 * match" */
static void subject(const struct mcp_call *c, struct buf *ret_digest)
{
    const struct request *r = c->request;
    CLEANUP(buf_release) struct buf text = BUF_INIT(2 * MCP_BODY_MAX);
    char *arguments = json_dumps(c->tree, JSON_SORT_KEYS | JSON_COMPACT);
    struct json_writer w;
    jw_init(&w, &text);
    jw_array(&w);
    jw_str(&w, r->msg->name);
    jw_c(&w, c->tool ? c->tool->name : c->prompt ? c->prompt->name : "");
    jw_str(&w, c->uri);
    jw_c(&w, arguments);
    jw_str(&w, r->principal_key);
    jw_array_end(&w);
    free(arguments);
    sha256_b64url(ret_digest, buf_str(&text));
}

static void put_keys(struct json_writer *w, const json_t *object)
{
    const char *key;
    json_t *value;
    jw_array(w);
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        (void)value;
        jw_c(w, key);
    }
    jw_array_end(w);
}

void mcp_state_seal(const struct mcp_call *c, struct buf *out)
{
    CLEANUP(buf_release) struct buf plain = BUF_INIT(SEAL_PLAIN_MAX);
    CLEANUP(buf_release) struct buf context = BUF_INIT(64);
    struct json_writer w;
    subject(c, &context);
    jw_init(&w, &plain);
    jw_object(&w);
    jw_kv_int(&w, "until", clock_now() + TTL_S);
    if (c->answers)
        jw_kv_tree(&w, "answers", c->answers);
    if (c->kept)
        jw_kv_tree(&w, "kept", c->kept);
    jw_key(&w, "wanted");
    put_keys(&w, c->wanted);
    jw_object_end(&w);
    if (!buf_ok(&plain))
        out->overflow = true;
    seal(c->request->server->keys, KIND, buf_str(&context), buf_str(&plain), out);
}

static bool refuse(struct mcp_call *c, const char *why)
{
    rpc_error(c->request, ERR_RPC_INVALID_PARAMS, STR_NONE, str_c(why));
    return false;
}

// Clients tell it by the reason, as they do with the Python SDK.
static bool refuse_state(struct mcp_call *c, const char *why)
{
    rpc_error(c->request, ERR_RPC_INVALID_PARAMS, STR("{\"reason\":\"invalid_request_state\"}"),
              str_c(why));
    return false;
}

static bool unsealed(const struct mcp_call *c, struct str text, json_t **ret)
{
    CLEANUP(buf_release) struct buf plain = BUF_INIT(SEAL_PLAIN_MAX);
    CLEANUP(buf_release) struct buf context = BUF_INIT(64);
    struct err err;
    subject(c, &context);
    return text.n <= STATE_MAX &&
           unseal(c->request->server->keys, KIND, buf_str(&context), text, &plain, &err) &&
           dom_parse_object(buf_str(&plain), ret, &err);
}

// An answer counts if it was asked for; what was not is ignored.
static void keep_wanted(struct mcp_call *c, const json_t *wanted)
{
    json_t *kept = json_object();
    size_t i;
    json_t *key;
    json_array_foreach((json_t *)(uintptr_t)wanted, i, key)
    {
        json_t *response = dom_get(c->responses, json_string_value(key));
        if (response)
            dom_set(kept, json_string_value(key), json_incref(response));
    }
    json_decref(c->responses);
    c->responses = kept;
}

static bool open_state(struct mcp_call *c)
{
    const struct value *v = &c->request->msg->request_state;
    JSON_AUTO *state = NULL;
    if (!v->type)
        return true;
    if (v->type != SCAN_STRING || !unsealed(c, rpc_value_text(v, c->request->arena), &state))
        return refuse_state(c, "requestState is not one that this server gave for this request");
    /*= mcp-2026-07-28 basic/patterns/mrtr "a short expiry (TTL), rejecting state presented after it
     * lapses" */
    if (dom_int(state, "until", 0) <= clock_now())
        return refuse_state(c, "requestState has expired: begin the request again");
    c->answers = json_incref(dom_get(state, "answers"));
    c->kept = json_incref(dom_get(state, "kept"));
    keep_wanted(c, dom_get(state, "wanted"));
    return true;
}

bool mcp_state_open(struct mcp_call *c)
{
    const struct value *v = &c->request->msg->input_responses;
    struct err err;
    if (c->request->peer.era != MCP_MODERN)
        return true;
    if (v->type && v->type != SCAN_OBJECT)
        return refuse(c, "inputResponses must be an object");
    if (v->type && !dom_parse_object(v->raw, &c->responses, &err))
        return refuse(c, "inputResponses must be an object whose members stand there once");
    return open_state(c);
}
