// SPDX-License-Identifier: MIT
// A family is all that descends from one sign-in. Revoking it is one mark in the store; who
// verifies a token looks for the mark. Also here: the lines of the audit.
#include "oauth/internal.h"

struct str mark_key(struct arena *arena, const char *kind, struct str id)
{
    return arena_printf(arena, "%s:" STR_FMT, kind, STR_ARG(str_slice(id, 0, 64)));
}

enum spent oauth_revoked(struct spent_store *spent, struct str family, struct str jti)
{
    char key[SPENT_KEY_MAX];
    struct {
        const char *kind;
        struct str id;
    } marks[] = { { "revoked", family }, { "jti", jti } };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (!marks[i].id.n)
            continue;
        int n = snprintf(key, sizeof(key), "%s:" STR_FMT, marks[i].kind,
                         STR_ARG(str_slice(marks[i].id, 0, 64)));
        enum spent state = spent_look(spent, str_of(key, (size_t)n), NULL);
        if (state != SPENT_FIRST)
            return state;
    }
    return SPENT_FIRST;
}

unsigned oauth_revocations(const struct oauth *o)
{
    return atomic_load_explicit(&((struct oauth *)o)->revocations, memory_order_acquire);
}

enum spent family_revoked(const struct oauth *o, struct str family)
{
    return oauth_revoked(o->config.spent, family, STR_NONE);
}

static bool put_mark(struct oauth *o, const char *kind, struct str id, int64_t ttl_s)
{
    char key[SPENT_KEY_MAX];
    int n = snprintf(key, sizeof(key), "%s:" STR_FMT, kind, STR_ARG(str_slice(id, 0, 64)));
    bool put = spent_put(o->config.spent, str_of(key, (size_t)n), STR("1"), ttl_s);
    atomic_fetch_add_explicit(&o->revocations, 1, memory_order_release);
    return put;
}

bool family_revoke(struct oauth *o, struct str family)
{
    // Until the last token that could descend from it is over.
    return put_mark(o, "revoked", family,
                    (int64_t)o->config.refresh_ttl_s + o->config.access_ttl_s);
}

bool token_revoke(struct oauth *o, struct str jti, int64_t ttl_s)
{
    return put_mark(o, "jti", jti, ttl_s > 0 ? ttl_s : 1);
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
