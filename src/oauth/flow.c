// SPDX-License-Identifier: MIT
// Packing: structs of strings and numbers as JSON objects with short keys, sealed.
#include "oauth/internal.h"

#include "jose/b64url.h"
#include "json/write.h"

struct field {
    const char *key;
    size_t at;
    bool number;
};
#define TEXT(type, k, member)                                                                      \
    {                                                                                              \
        k, offsetof(struct type, member), false                                                    \
    }
#define NUMBER(type, k, member)                                                                    \
    {                                                                                              \
        k, offsetof(struct type, member), true                                                     \
    }

// clang-format off
static const struct field flow_fields[] = {
    TEXT(flow, "i", id),
    TEXT(flow, "b", base),
    TEXT(flow, "c", client),
    TEXT(flow, "n", client_name),
    TEXT(flow, "h", publisher),
    TEXT(flow, "l", version),
    TEXT(flow, "r", redirect_uri),
    TEXT(flow, "s", state),
    TEXT(flow, "p", challenge),
    TEXT(flow, "a", resource),
    TEXT(flow, "w", browser),
    TEXT(flow, "o", nonce),
    TEXT(flow, "v", verifier),
    TEXT(flow, "u", idp_uri),
    TEXT(flow, "d", device_code),
    TEXT(flow, "y", user_code),
    TEXT(flow, "z", device_uri),
    TEXT(flow, "q", waiting),
    NUMBER(flow, "t", interval),
    NUMBER(flow, "x", device_expires),
    NUMBER(flow, "g", began),
    NUMBER(flow, "e", expires),
    { NULL },
};
static const struct field grant_fields[] = {
    TEXT(grant, "i", id),
    TEXT(grant, "f", family),
    TEXT(grant, "b", base),
    TEXT(grant, "a", resource),
    TEXT(grant, "c", client),
    TEXT(grant, "n", client_name),
    TEXT(grant, "u", subject),
    TEXT(grant, "t", tenant),
    TEXT(grant, "m", name),
    TEXT(grant, "l", email),
    TEXT(grant, "q", marks),
    TEXT(grant, "k", idp_refresh),
    TEXT(grant, "r", redirect_uri),
    TEXT(grant, "p", challenge),
    TEXT(grant, "s", state),
    TEXT(grant, "w", browser),
    TEXT(grant, "x", policy),
    NUMBER(grant, "v", vouched),
    NUMBER(grant, "j", issued),
    NUMBER(grant, "e", expires),
    NUMBER(grant, "g", turn),
    NUMBER(grant, "y", proved),
    { NULL },
};
// clang-format on
static const struct field answer_fields[] = {
    TEXT(answer, "t", access), TEXT(answer, "k", refresh),   TEXT(answer, "i", successor),
    NUMBER(answer, "m", made), NUMBER(answer, "e", expires), { NULL },
};

static void pack(const struct field *fields, const void *from, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    for (; fields->key; fields++) {
        const char *at = (const char *)from + fields->at;
        struct str text;
        int64_t number;
        if (fields->number) {
            memcpy(&number, at, sizeof(number));
            if (number)
                jw_kv_int(&w, fields->key, number);
            continue;
        }
        memcpy(&text, at, sizeof(text));
        if (text.n)
            jw_kv(&w, fields->key, text);
    }
    jw_object_end(&w);
}

static bool unpack(const struct field *fields, struct str json, struct arena *arena, void *to,
                   struct err *err)
{
    JSON_AUTO *tree = NULL;
    if (!dom_parse_object(json, &tree, err))
        return false;
    for (; fields->key; fields++) {
        char *at = (char *)to + fields->at;
        int64_t number = dom_int(tree, fields->key, 0);
        struct str text = dom_str(tree, fields->key);
        text = text.p ? arena_str(arena, text) : STR_NONE;
        if (fields->number)
            memcpy(at, &number, sizeof(number));
        else
            memcpy(at, &text, sizeof(text));
    }
    return true;
}

static struct str seal_fields(const struct call *c, const char *kind, struct str context,
                              const struct field *fields, const void *from)
{
    CLEANUP(buf_wipe) struct buf plain = BUF_INIT(SEALED_MAX);
    CLEANUP(buf_release) struct buf out = BUF_INIT(2 * SEALED_MAX);
    pack(fields, from, &plain);
    if (!buf_ok(&plain))
        return STR_NONE;
    seal(c->o->config.keys, kind, context, buf_str(&plain), &out);
    return buf_ok(&out) ? arena_str(c->arena, buf_str(&out)) : STR_NONE;
}

static bool open_fields(const struct call *c, const char *kind, struct str context,
                        const struct field *fields, struct str sealed, void *to, struct err *err)
{
    CLEANUP(buf_wipe) struct buf plain = BUF_INIT(2 * SEALED_MAX);
    if (!sealed.n || sealed.n > 2 * SEALED_MAX)
        return err_set(err, ERR_SEAL, "the value is empty or too long");
    return unseal(c->o->config.keys, kind, context, sealed, &plain, err) &&
           unpack(fields, buf_str(&plain), c->arena, to, err);
}

struct str flow_seal(const struct call *c, const char *kind, const struct flow *flow)
{
    return seal_fields(c, kind, STR(""), flow_fields, flow);
}

struct str grant_seal(const struct call *c, const char *kind, const struct grant *grant)
{
    return seal_fields(c, kind, STR(""), grant_fields, grant);
}

struct str answer_seal(const struct call *c, struct str key, const struct answer *answer)
{
    return seal_fields(c, "answer", key, answer_fields, answer);
}

bool answer_open(const struct call *c, struct str key, struct str sealed, struct answer *ret)
{
    return open_fields(c, "answer", key, answer_fields, sealed, ret, NULL);
}

static bool still_good(const struct call *c, struct str base, int64_t expires, struct err *err)
{
    if (expires <= c->now)
        return err_set(err, ERR_EXPIRED_TOKEN, "it expired %lld seconds ago",
                       (long long)(c->now - expires));
    if (!str_eq(base, c->base))
        return err_set(err, ERR_INVALID_GRANT,
                       "it was made under '" STR_FMT "', this is '" STR_FMT "'", STR_ARG(base),
                       STR_ARG(c->base));
    return true;
}

bool flow_open(const struct call *c, const char *kind, struct str sealed, struct flow *ret,
               struct err *err)
{
    struct flow flow = { .other_account = false }; // what is not sealed is nothing
    if (!open_fields(c, kind, STR(""), flow_fields, sealed, &flow, err) ||
        !still_good(c, flow.base, flow.expires, err))
        return false;
    *ret = flow;
    return true;
}

bool grant_open(const struct call *c, const char *kind, struct str sealed, struct grant *ret,
                struct err *err)
{
    struct grant grant;
    if (!open_fields(c, kind, STR(""), grant_fields, sealed, &grant, err) ||
        !still_good(c, grant.base, grant.expires, err))
        return false;
    // A refresh asks the provider anew; what else waits was judged by the lists of then.
    if (strcmp(kind, KIND_REFRESH) != 0 && !str_eq(grant.policy, c->o->policy))
        return err_set(err, ERR_INVALID_GRANT,
                       "the lists of who may use this server have changed: sign in again");
    *ret = grant;
    return true;
}

bool grant_is_ours(const struct call *c, const char *kind, struct str sealed)
{
    struct grant grant;
    return open_fields(c, kind, STR(""), grant_fields, sealed, &grant, NULL);
}

struct str random_id(struct arena *arena, size_t bytes)
{
    uint8_t raw[64];
    CLEANUP(buf_release) struct buf out = BUF_INIT(128);
    random_bytes(raw, bytes);
    b64url_encode(&out, str_of(raw, bytes));
    return arena_str(arena, buf_str(&out));
}
