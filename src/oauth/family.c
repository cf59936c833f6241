// SPDX-License-Identifier: MIT
// A family is all that descends from one sign-in. Revoking it is one mark in the store; who
// verifies a token looks for the mark. Also here: the lines of the audit.
#include "oauth/internal.h"

struct str mark_key(struct arena *arena, const char *kind, struct str id)
{
    return arena_printf(arena, "%s:" STR_FMT, kind, STR_ARG(str_slice(id, 0, 64)));
}

// One name for a person, whether by subject or by address.
static void person_key(struct buf *out, struct str person)
{
    CLEANUP(buf_release) struct buf folded = BUF_INIT(1024);
    for (size_t i = 0; i < person.n; i++) {
        char c = person.p[i];
        buf_addc(&folded, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    buf_adds(out, "person:");
    sha256_b64url(out, buf_str(&folded));
}

// The value of a person's mark: "<until when> <tenant>", "*" for all tenants.
static bool mark_covers(struct str mark, const struct revocable *what)
{
    int64_t until;
    struct str tenant = mark;
    if (!str_to_i64(str_cut(&tenant, ' '), &until))
        return true; // there, and not readable
    return what->issued <= until &&
           (!what->tenant.n || str_is(tenant, "*") || str_eq_nocase(tenant, what->tenant));
}

enum { MARK_FAMILY, MARK_FINGERPRINT, MARK_JTI, MARK_SUBJECT, MARK_EMAIL, MARKS };

// The keys of all marks that could be meant for it; *ret_kinds says which is which.
static size_t marks_of(const struct revocable *what, struct buf *keys, int *ret_kinds)
{
    size_t n = 0;
    for (int kind = 0; kind < MARKS; kind++) {
        struct buf *key = &keys[n];
        if (kind == MARK_FAMILY && what->family.n)
            buf_addf(key, "revoked:" STR_FMT, STR_ARG(str_slice(what->family, 0, 64)));
        else if (kind == MARK_FINGERPRINT && what->family.n)
            buf_addf(key, "family:%s", fingerprint(what->family).text);
        else if (kind == MARK_JTI && what->jti.n)
            buf_addf(key, "jti:" STR_FMT, STR_ARG(str_slice(what->jti, 0, 64)));
        else if (kind == MARK_SUBJECT && what->subject.n)
            person_key(key, what->subject);
        else if (kind == MARK_EMAIL && what->email.n)
            person_key(key, what->email);
        if (key->n)
            ret_kinds[n++] = kind;
    }
    return n;
}

static void buffers_init(struct buf *bufs, size_t n, size_t max)
{
    for (size_t i = 0; i < n; i++)
        buf_init(&bufs[i], max);
}

static void buffers_release(struct buf *bufs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_release(&bufs[i]);
}

enum spent oauth_revoked(struct spent_store *spent, const struct revocable *what)
{
    struct buf keys[MARKS], values[MARKS];
    struct str names[MARKS];
    bool there[MARKS];
    int kinds[MARKS];
    buffers_init(keys, MARKS, SPENT_KEY_MAX);
    buffers_init(values, MARKS, SPENT_VALUE_MAX);
    size_t n = marks_of(what, keys, kinds);
    for (size_t i = 0; i < n; i++)
        names[i] = buf_str(&keys[i]);
    enum spent answer =
        spent_look_all(spent, names, n, there, values) ? SPENT_FIRST : SPENT_UNAVAILABLE;
    for (size_t i = 0; answer == SPENT_FIRST && i < n; i++)
        if (there[i] && (kinds[i] < MARK_SUBJECT || mark_covers(buf_str(&values[i]), what)))
            answer = SPENT_AGAIN;
    buffers_release(keys, MARKS);
    buffers_release(values, MARKS);
    return answer;
}

unsigned oauth_revocations(const struct oauth *o)
{
    return atomic_load_explicit(&((struct oauth *)o)->revocations, memory_order_acquire);
}

enum spent grant_revoked(const struct oauth *o, const struct grant *grant)
{
    return oauth_revoked(o->config.spent, &(struct revocable){ .family = grant->family,
                                                               .tenant = grant->tenant,
                                                               .subject = grant->subject,
                                                               .email = grant->email,
                                                               .issued = grant->issued });
}

bool grant_alive(const struct call *c, const struct grant *grant)
{
    struct err err = { 0 };
    switch (grant_revoked(c->o, grant)) {
    case SPENT_FIRST:
        return true;
    case SPENT_AGAIN:
        oauth_audit(c, "tokens refused", grant, "revoked before");
        err_set(&err, ERR_INVALID_GRANT, "this sign-in was revoked: sign in again");
        break;
    case SPENT_UNAVAILABLE:
        err_set(&err, ERR_STORE_UNAVAILABLE, "the store of revocations does not answer");
    }
    response_error(c->ex, &err);
    return false;
}

int64_t revocation_ttl_s(const struct oauth *o)
{
    return (int64_t)o->config.refresh_ttl_s + o->config.access_ttl_s;
}

void revocations_grow(struct oauth *o)
{
    atomic_fetch_add_explicit(&o->revocations, 1, memory_order_release);
}

static bool put_mark(struct oauth *o, const char *kind, struct str id, int64_t ttl_s)
{
    char key[SPENT_KEY_MAX];
    int n = snprintf(key, sizeof(key), "%s:" STR_FMT, kind, STR_ARG(str_slice(id, 0, 64)));
    bool put = spent_put(o->config.spent, str_of(key, (size_t)n), STR("1"), ttl_s);
    revocations_grow(o);
    return put;
}

bool family_revoke(struct oauth *o, struct str family)
{
    return put_mark(o, "revoked", family, revocation_ttl_s(o));
}

bool token_revoke(struct oauth *o, struct str jti, int64_t ttl_s)
{
    return put_mark(o, "jti", jti, ttl_s > 0 ? ttl_s : 1);
}

static bool is_fingerprint(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("0123456789abcdef", s.p[i]) || !s.p[i])
            return false;
    return s.n == sizeof(((struct fingerprint *)0)->text) - 1;
}

static bool throw_out_ok(const struct throw_out *who, struct err *err)
{
    if (!who->person.n == !who->family.n)
        return err_set(err, ERR_INVALID_REQUEST, "name either a person or a family");
    if (who->family.n && who->tenant.n)
        return err_set(err, ERR_INVALID_REQUEST, "a family needs no tenant");
    if (who->family.n && !is_fingerprint(who->family))
        return err_set(err, ERR_INVALID_REQUEST,
                       "family '" STR_FMT "' is not the log's fingerprint of one: 8 digits 0-9 a-f",
                       STR_ARG(str_slice(who->family, 0, 80)));
    if (who->person.n > 255 || who->tenant.n > 64 || str_index(who->tenant, ' ') >= 0)
        return err_set(err, ERR_INVALID_REQUEST, "the name of the person or tenant is too long");
    return true;
}

// An older mark for another tenant becomes one for all: better too wide than forgotten.
static bool mark_person(struct spent_store *spent, const struct throw_out *who, int64_t now,
                        int64_t ttl_s)
{
    CLEANUP(buf_release) struct buf key = BUF_INIT(SPENT_KEY_MAX);
    CLEANUP(buf_release) struct buf old = BUF_INIT(SPENT_VALUE_MAX);
    CLEANUP(buf_release) struct buf mark = BUF_INIT(256);
    person_key(&key, who->person);
    struct str tenant = who->tenant.n ? who->tenant : STR("*");
    enum spent seen = spent_look(spent, buf_str(&key), &old);
    struct str before = buf_str(&old);
    (void)str_cut(&before, ' ');
    if (seen == SPENT_AGAIN && !str_eq_nocase(before, tenant))
        tenant = STR("*");
    buf_addf(&mark, "%lld " STR_FMT, (long long)now, STR_ARG(tenant));
    return seen != SPENT_UNAVAILABLE && spent_put(spent, buf_str(&key), buf_str(&mark), ttl_s);
}

bool oauth_throw_out(struct spent_store *spent, const struct throw_out *who, int64_t now,
                     int64_t ttl_s, struct err *err)
{
    CLEANUP(buf_release) struct buf key = BUF_INIT(SPENT_KEY_MAX);
    if (!throw_out_ok(who, err))
        return false;
    buf_addf(&key, "family:" STR_FMT, STR_ARG(who->family));
    bool stored = who->family.n ? spent_put(spent, buf_str(&key), STR("1"), ttl_s)
                                : mark_person(spent, who, now, ttl_s);
    return stored ||
           err_set(err, ERR_STORE_UNAVAILABLE, "the store of revocations does not answer");
}

void oauth_audit(const struct call *c, const char *event, const struct grant *grant,
                 const char *reason)
{
    struct fingerprint family = fingerprint(grant->family);
    LOG(LOG_AUDIT, event, F("person", grant->email.n ? grant->email : grant->subject),
        F("tenant", grant->tenant), F("client", grant->client_name), F("client_ref", grant->client),
        F_C("family", grant->family.n ? family.text : ""), F_C("reason", reason ? reason : ""),
        F("from", http_peer(c->ex)), F("request", http_id(c->ex)));
}

void oauth_audit_flow(const struct call *c, const char *event, const struct flow *flow,
                      const char *reason)
{
    struct grant nobody = { .expires = 0 };
    if (flow) {
        nobody.client = flow->client;
        nobody.client_name = flow->client_name;
    }
    oauth_audit(c, event, &nobody, reason);
}
