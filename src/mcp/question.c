// SPDX-License-Identifier: MIT
// What a handler asks the client. In the modern era what is not answered yet ends the round: the
// answer of the request is the questions, and the next round begins the handler again. In the
// legacy era, and inside a task, the handler waits.
#include "base/random.h"
#include "mcp/internal.h"

#define PARAMS_MAX (1024u * 1024) // bytes of one question

static bool elicits(const struct mcp_question *q)
{
    return strcmp(q->method, "elicitation/create") == 0;
}

static bool by_page(const json_t *params)
{
    return str_is(dom_str(params, "mode"), "url");
}

/*= mcp-2026-07-28 client/elicitation "an empty capabilities object is equivalent to declaring
 * support for `form` mode only" */
bool mcp_can_elicit(const struct mcp_call *c)
{
    return mcp_client_can(c, "elicitation.form") ||
           (mcp_client_can(c, "elicitation") && !mcp_client_can(c, "elicitation.url"));
}

// The capability that the client lacks for it; NULL: none.
static const char *lacking(const struct mcp_call *c, const struct mcp_question *q,
                           const json_t *params)
{
    if (elicits(q) && by_page(params))
        return mcp_client_can(c, "elicitation.url") ? NULL : "elicitation.url";
    if (elicits(q))
        return mcp_can_elicit(c) ? NULL : "elicitation";
    const char *capability = strcmp(q->method, "roots/list") == 0 ? "roots" : "sampling";
    return mcp_client_can(c, capability) ? NULL : capability;
}

static bool refuse(struct mcp_call *c, const char *capability)
{
    if (c->request->peer.era == MCP_MODERN)
        mcp_fail_missing_capability(c, capability);
    else
        mcp_result_error(c, "The client cannot be asked: it does not declare %s", capability);
    return false;
}

static json_t *params_of(const struct mcp_question *q)
{
    struct err err;
    json_t *params = NULL;
    if (!dom_parse_object(q->params.n ? q->params : STR("{}"), &params, &err))
        return NULL;
    return params;
}

static bool may_ask(struct mcp_call *c, const struct mcp_question *q)
{
    JSON_AUTO *params = params_of(q);
    if (!params) {
        mcp_fail(c, ERR_INTERNAL, "The question %s is no JSON object", q->key);
        return false;
    }
    const char *capability = lacking(c, q, params);
    return !capability || refuse(c, capability);
}

// --- judging what comes back ---

static bool content_fits(const struct mcp_question *q, const json_t *content)
{
    JSON_AUTO *params = params_of(q);
    CLEANUP(buf_release) struct buf text = BUF_INIT(PARAMS_MAX);
    struct schema *schema;
    struct err err;
    if (by_page(params))
        return true;
    if (!json_is_object(content))
        return false;
    json_add_compact(&text, dom_get(params, "requestedSchema"));
    if (!mcp_schema_new(buf_str(&text), &schema, &err))
        return true; // ours, and not readable: the handler has to look itself
    bool fits = mcp_schema_check(schema, content, &err);
    mcp_schema_free(schema);
    return fits;
}

/*= mcp-2026-07-28 client/elicitation "Servers SHOULD validate received data matches the requested
 * schema" */
bool mcp_answer_fits(const struct mcp_question *q, const json_t *answer)
{
    if (!json_is_object(answer))
        return false;
    if (strcmp(q->method, "roots/list") == 0)
        return json_is_array(dom_get(answer, "roots"));
    if (!elicits(q))
        return dom_get(answer, "content") != NULL;
    struct str action = dom_str(answer, "action");
    if (str_is(action, "accept"))
        return content_fits(q, dom_get(answer, "content"));
    return str_is(action, "decline") || str_is(action, "cancel");
}

// --- rounds of the modern era ---

static json_t *object_of(json_t **p)
{
    if (!*p)
        *p = json_object();
    return *p;
}

static json_t *request_of(const struct mcp_question *q)
{
    json_t *request = json_object();
    dom_set(request, "method", json_string(q->method));
    dom_set(request, "params", params_of(q));
    return request;
}

/*= mcp-2026-07-28 basic/patterns/mrtr "the server SHOULD respond with a new InputRequiredResult
 * requesting the missing information again, rather than returning an error" */
static bool look_up(struct mcp_call *c, struct mcp_question *q)
{
    json_t *came = dom_get(c->responses, q->key);
    if (!dom_get(c->answers, q->key) && mcp_answer_fits(q, came))
        dom_set(object_of(&c->answers), q->key, json_incref(came));
    q->answer = dom_get(c->answers, q->key);
    if (!q->answer)
        dom_set(object_of(&c->wanted), q->key, request_of(q));
    return q->answer != NULL;
}

static bool ask_by_round(struct mcp_call *c, struct mcp_question *questions, size_t count)
{
    bool all = true;
    for (size_t i = 0; i < count; i++)
        all &= look_up(c, &questions[i]);
    if (!all)
        c->answer = ANSWER_INPUT;
    return all;
}

bool mcp_ask(struct mcp_call *c, struct mcp_question *questions, size_t count)
{
    bool ok = false;
    if (cancel_is_set(&c->cancel) || c->answer == ANSWER_INPUT || c->answer == ANSWER_TASK)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!may_ask(c, &questions[i]))
            return false;
    if (c->task)
        return mcp_task_ask(c, questions, count);
    if (c->request->peer.era == MCP_MODERN)
        return ask_by_round(c, questions, count);
    mcp_pending_ask(c, questions, count, &ok);
    return ok;
}

// --- the usual questions ---

static bool elicit(struct mcp_call *c, const char *key, struct str params, struct mcp_elicited *ret)
{
    struct mcp_question q = { .key = key, .method = "elicitation/create", .params = params };
    if (!mcp_ask(c, &q, 1))
        return false;
    struct str action = dom_str(q.answer, "action");
    ret->action = str_is(action, "accept")    ? MCP_ACCEPTED
                  : str_is(action, "decline") ? MCP_DECLINED
                                              : MCP_DISMISSED;
    ret->content = ret->action == MCP_ACCEPTED ? dom_get(q.answer, "content") : NULL;
    return true;
}

bool mcp_elicit(struct mcp_call *c, const char *key, const char *message, struct str schema,
                struct mcp_elicited *ret)
{
    CLEANUP(buf_release) struct buf params = BUF_INIT(PARAMS_MAX);
    struct json_writer w;
    jw_init(&w, &params);
    jw_object(&w);
    if (c->request->peer.era == MCP_MODERN)
        jw_kv_c(&w, "mode", "form");
    jw_kv_c(&w, "message", message);
    jw_kv_raw(&w, "requestedSchema", schema);
    jw_object_end(&w);
    return elicit(c, key, buf_str(&params), ret);
}

static bool knows_pages(const struct mcp_call *c)
{
    return str_is(c->request->peer.version, MCP_VERSION_LATEST);
}

// What a client of 2025-11-25 calls the page, in what it is told later.
static void put_id(struct mcp_call *c, const char *key, struct json_writer *w)
{
    char id[2 * 16 + 1];
    if (!knows_pages(c))
        return;
    random_hex(id, 16);
    dom_set(object_of(&c->pages), key, json_string(id));
    jw_kv_c(w, "elicitationId", id);
}

static void put_page(struct mcp_call *c, const char *key, const char *message, const char *url,
                     struct json_writer *w)
{
    jw_object(w);
    jw_kv_c(w, "mode", "url");
    jw_kv_c(w, "message", message);
    jw_kv_c(w, "url", url);
    put_id(c, key, w);
    jw_object_end(w);
}

bool mcp_elicit_url(struct mcp_call *c, const char *key, const char *message, const char *url,
                    struct mcp_elicited *ret)
{
    CLEANUP(buf_release) struct buf params = BUF_INIT(PARAMS_MAX);
    struct json_writer w;
    jw_init(&w, &params);
    put_page(c, key, message, url, &w);
    return elicit(c, key, buf_str(&params), ret);
}

/*= mcp-2025-11-25 client/elicitation "MUST include the elicitationId established in the original
 * elicitation/create request." */
void mcp_elicit_url_done(struct mcp_call *c, const char *key)
{
    const struct channel *channel = &c->request->channel;
    struct str id = dom_str(c->pages, key);
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_NOTE_MAX);
    if (!id.n || !channel->notify)
        return;
    buf_addf(&out,
             "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/elicitation/complete\",\"params\":"
             "{\"elicitationId\":\"" STR_FMT "\"}}",
             STR_ARG(id));
    channel->notify(channel->ctx, buf_str(&out));
}

/*= mcp-2025-11-25 client/elicitation "The error MUST include a list of elicitations that are
 * required to complete before the original can be retried." */
static void fail_for_page(struct mcp_call *c, const char *key, const char *message, const char *url)
{
    CLEANUP(buf_release) struct buf data = BUF_INIT(PARAMS_MAX);
    struct json_writer w;
    jw_init(&w, &data);
    jw_object(&w);
    jw_key(&w, "elicitations");
    jw_array(&w);
    put_page(c, key, message, url, &w);
    jw_array_end(&w);
    jw_object_end(&w);
    rpc_error(c->request, ERR_RPC_NEEDS_PAGE, buf_str(&data), str_c(message));
    c->answer = ANSWER_GIVEN;
}

void mcp_require_url(struct mcp_call *c, const char *key, const char *message, const char *url)
{
    struct mcp_elicited got;
    bool can = mcp_client_can(c, "elicitation.url");
    if (can && knows_pages(c) && !c->task)
        return fail_for_page(c, key, message, url);
    if (!can)
        return mcp_result_error(c, "%s Open %s and call again.", message, url);
    if (mcp_elicit_url(c, key, message, url, &got))
        mcp_result_error(c,
                         got.action == MCP_ACCEPTED ? "%s The page was not completed yet: %s"
                                                    : "%s That was refused: %s",
                         message, url);
}

bool mcp_sample(struct mcp_call *c, const char *key, struct str params, const json_t **ret)
{
    struct mcp_question q = { .key = key, .method = "sampling/createMessage", .params = params };
    if (!mcp_ask(c, &q, 1))
        return false;
    *ret = q.answer;
    return true;
}

bool mcp_roots(struct mcp_call *c, const char *key, const json_t **ret)
{
    struct mcp_question q = { .key = key, .method = "roots/list", .params = STR("{}") };
    if (!mcp_ask(c, &q, 1))
        return false;
    *ret = q.answer;
    return true;
}

void mcp_keep(struct mcp_call *c, const char *key, json_t *value)
{
    dom_set(object_of(&c->kept), key, value);
}

const json_t *mcp_kept(const struct mcp_call *c, const char *key)
{
    return dom_get(c->kept, key);
}
