// SPDX-License-Identifier: MIT
#include "mcp/internal.h"

// Which members are kept, and what is looked for inside them. Others are skipped: MCP lets every
// object carry more than it defines.
struct member {
    const char *key;
    size_t offset;
    const struct member *inside;
};
#define MEMBER(k, field, ...)                                                                      \
    {                                                                                              \
        k, offsetof(struct message, field), __VA_ARGS__                                            \
    }

static const struct member in_client[] = { MEMBER("name", client_name, NULL), { 0 } };
static const struct member in_meta_client[] = { MEMBER("name", meta_client_name, NULL), { 0 } };
static const struct member in_meta[] = {
    MEMBER("io.modelcontextprotocol/protocolVersion", meta_version, NULL),
    MEMBER("io.modelcontextprotocol/clientCapabilities", meta_capabilities, NULL),
    MEMBER("io.modelcontextprotocol/clientInfo", meta_client, in_meta_client),
    MEMBER("io.modelcontextprotocol/logLevel", meta_log_level, NULL),
    MEMBER("progressToken", progress_token, NULL),
    { 0 },
};
static const struct member in_params[] = {
    MEMBER("_meta", meta, in_meta),
    MEMBER("name", tool, NULL),
    MEMBER("arguments", arguments, NULL),
    MEMBER("uri", uri, NULL),
    MEMBER("inputResponses", input_responses, NULL),
    MEMBER("requestState", request_state, NULL),
    MEMBER("cursor", cursor, NULL),
    MEMBER("ref", ref, NULL),
    MEMBER("argument", argument, NULL),
    MEMBER("context", context, NULL),
    MEMBER("level", level, NULL),
    MEMBER("notifications", notifications, NULL),
    MEMBER("taskId", task_id, NULL),
    MEMBER("task", task, NULL),
    MEMBER("requestId", request_id, NULL),
    MEMBER("protocolVersion", version, NULL),
    MEMBER("capabilities", capabilities, NULL),
    MEMBER("clientInfo", client, in_client),
    { 0 },
};
static const struct member in_envelope[] = {
    MEMBER("jsonrpc", jsonrpc, NULL),
    MEMBER("id", id_member, NULL),
    MEMBER("method", method, NULL),
    MEMBER("params", params, in_params),
    MEMBER("result", result, NULL),
    MEMBER("error", error, NULL),
    { 0 },
};

static const struct member *member_find(const struct member *table, const struct scan *s)
{
    for (; table->key; table++)
        if (scan_is(s, table->key))
            return table;
    return NULL;
}

static bool read_object(struct scan *s, const struct member *table, struct message *m,
                        bool *ret_doubled);

// The value of a member that is kept; its key was read.
static bool read_value(struct scan *s, const struct member *member, struct message *m)
{
    struct value *v = (struct value *)(void *)((char *)m + member->offset);
    v->doubled |= v->type != SCAN_ERROR;
    v->type = scan_next(s);
    if (v->type != SCAN_OBJECT || !member->inside)
        return scan_skip(s, &v->raw);
    const char *start = s->raw.p;
    if (!read_object(s, member->inside, m, &v->doubled))
        return false;
    v->raw = str_of(start, (size_t)(s->raw.p + s->raw.n - start));
    return true;
}

// The members of an object whose opening brace was read. A member that stands twice marks the
// object: two readers of such a message could see two different ones.
static bool read_object(struct scan *s, const struct member *table, struct message *m,
                        bool *ret_doubled)
{
    enum scan_token t;
    while ((t = scan_next(s)) == SCAN_KEY) {
        const struct member *member = member_find(table, s);
        if (!member && !scan_skip(s, NULL))
            return false;
        if (member && !read_value(s, member, m))
            return false;
        if (member)
            *ret_doubled |= ((struct value *)(void *)((char *)m + member->offset))->doubled;
    }
    return t == SCAN_OBJECT_END;
}

static bool all_zeros(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '0')
            return false;
    return true;
}

/*= mcp-2026-07-28 basic "Requests MUST include a string or integer ID." */
static bool is_id(const struct value *v)
{
    if (v->raw.n == 0 || v->raw.n > MCP_ID_MAX)
        return false;
    if (v->type == SCAN_STRING)
        return true;
    if (v->type != SCAN_NUMBER || str_index(v->raw, 'e') >= 0 || str_index(v->raw, 'E') >= 0)
        return false;
    ptrdiff_t dot = str_index(v->raw, '.');
    return dot < 0 || all_zeros(str_slice(v->raw, (size_t)dot + 1, v->raw.n));
}

static void invalid(struct message *m, enum err_code code, const char *problem)
{
    m->kind = MESSAGE_INVALID;
    m->code = code;
    m->problem = problem;
}

static void judge_method(struct message *m, bool doubled_params, struct arena *arena)
{
    m->kind = m->id.p ? MESSAGE_REQUEST : MESSAGE_NOTIFICATION;
    if (m->result.type || m->error.type)
        return invalid(m, ERR_BAD_REQUEST, "a message has either a method or a result");
    if (m->method.type != SCAN_STRING || m->method.raw.n > MCP_METHOD_MAX)
        return invalid(m, ERR_BAD_REQUEST, "method must be a string of at most 128 bytes");
    m->name = rpc_value_text(&m->method, arena);
    if (m->params.type == SCAN_NULL)
        m->params = (struct value){ .type = SCAN_ERROR };
    if (m->params.type && m->params.type != SCAN_OBJECT)
        return invalid(m, ERR_RPC_INVALID_PARAMS, "params must be an object");
    if (doubled_params)
        invalid(m, ERR_RPC_INVALID_PARAMS, "a member of params stands there twice");
}

// Decides what the message is; members were read.
static void judge(struct message *m, bool doubled, struct arena *arena)
{
    if (is_id(&m->id_member) && !m->id_member.doubled)
        m->id = m->id_member.raw;
    bool envelope_doubled = m->jsonrpc.doubled || m->id_member.doubled || m->method.doubled ||
                            m->result.doubled || m->error.doubled;
    if (envelope_doubled)
        return invalid(m, ERR_BAD_REQUEST, "a member of the message stands there twice");
    if (m->jsonrpc.type != SCAN_STRING || !str_is(rpc_value_text(&m->jsonrpc, arena), "2.0"))
        return invalid(m, ERR_BAD_REQUEST, "jsonrpc must be \"2.0\"");
    /*= mcp-2026-07-28 basic "Unlike base JSON-RPC, the ID MUST NOT be null." */
    if (m->id_member.type && !m->id.p)
        return invalid(m, ERR_BAD_REQUEST, "id must be a string or an integer");
    if (m->method.type)
        return judge_method(m, doubled, arena);
    m->kind = MESSAGE_RESPONSE;
    if (!m->result.type == !m->error.type)
        invalid(m, ERR_BAD_REQUEST, "a message has a method, a result or an error");
}

// The value whose first token was read.
static bool read_message(struct scan *s, struct arena *arena, struct message *m)
{
    bool doubled = false;
    const char *start = s->raw.p;
    if (s->token != SCAN_OBJECT) {
        invalid(m, ERR_BAD_REQUEST, "a message must be an object");
        return scan_skip(s, NULL);
    }
    if (!read_object(s, in_envelope, m, &doubled))
        return false;
    m->text = str_of(start, (size_t)(s->raw.p + s->raw.n - start));
    judge(m, doubled, arena);
    return true;
}

static bool read_array(struct scan *s, struct arena *arena, struct batch *ret, struct err *err)
{
    struct message *at = arena_alloc(arena, MCP_BATCH_MAX * sizeof(*at));
    size_t n = 0;
    while (scan_next(s) != SCAN_ARRAY_END) {
        if (s->token == SCAN_ERROR)
            return scan_fail(s, err);
        if (n == MCP_BATCH_MAX)
            return err_set(err, ERR_BAD_REQUEST, "a batch has at most %d messages", MCP_BATCH_MAX);
        if (!read_message(s, arena, &at[n++]))
            return scan_fail(s, err);
    }
    if (n == 0)
        return err_set(err, ERR_BAD_REQUEST, "a batch must have messages");
    *ret = (struct batch){ .at = at, .n = n, .array = true };
    return true;
}

static bool read_single(struct scan *s, struct arena *arena, struct batch *ret, struct err *err)
{
    struct message *m = arena_alloc(arena, sizeof(*m));
    if (!read_message(s, arena, m))
        return scan_fail(s, err);
    *ret = (struct batch){ .at = m, .n = 1 };
    return true;
}

bool rpc_parse(struct str text, struct arena *arena, struct batch *ret, struct err *err)
{
    struct scan s;
    struct batch batch;
    scan_init(&s, text, MCP_DEPTH_MAX);
    bool array = scan_next(&s) == SCAN_ARRAY;
    if (s.token == SCAN_ERROR)
        return scan_fail(&s, err);
    if (!(array ? read_array : read_single)(&s, arena, &batch, err))
        return false;
    if (scan_next(&s) != SCAN_END)
        return scan_fail(&s, err);
    *ret = batch;
    return true;
}

struct str rpc_value_text(const struct value *v, struct arena *arena)
{
    if (v->type != SCAN_STRING)
        return STR_NONE;
    struct str inner = str_slice(v->raw, 1, v->raw.n - 1);
    if (str_index(inner, '\\') < 0)
        return inner;
    struct scan s;
    CLEANUP(buf_release) struct buf text = BUF_INIT(v->raw.n + 1);
    scan_init(&s, v->raw, 0);
    scan_next(&s);
    scan_text(&s, &text);
    return arena_str(arena, buf_str(&text));
}

bool rpc_value_is_null_or_absent(const struct value *v)
{
    return v->type == SCAN_ERROR || v->type == SCAN_NULL;
}

struct value rpc_value_member(struct str object, struct str key)
{
    struct scan s;
    struct value none = { .type = SCAN_ERROR }, v = none;
    CLEANUP(buf_release) struct buf name = BUF_INIT(object.n + 1);
    scan_init(&s, object, 0);
    if (scan_next(&s) != SCAN_OBJECT)
        return none;
    while (scan_next(&s) == SCAN_KEY) {
        buf_reset(&name);
        scan_text(&s, &name);
        if (!str_eq(buf_str(&name), key)) {
            if (!scan_skip(&s, NULL))
                return none;
            continue;
        }
        v.type = scan_next(&s);
        return scan_skip(&s, &v.raw) ? v : none;
    }
    return none;
}
