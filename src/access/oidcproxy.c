// SPDX-License-Identifier: MIT
// Bearers: our own access tokens (of ACCESS_OIDCPROXY), and tokens of the identity provider itself.
#include "access/internal.h"

#include "base/clock.h"
#include "oauth/access_token.h"

// What one request shows, and when it did.
struct credential {
    struct str token, base, resource;
    uint8_t key[SHA256_SIZE]; // of its verdict: the same token is judged apart under each base URL
    int64_t now;
    unsigned revocations; // of this process, at that time
};

// False without an error: none was sent.
static bool credential_read(struct access *a, struct exchange *ex, struct credential *ret,
                            struct err *err)
{
    struct credential c = { .now = clock_now(), .revocations = oauth_revocations(a->config.oauth) };
    if (!bearer_token(ex, &c.token, err) || !c.token.p ||
        !oauth_resource(a->config.oauth, ex, &c.base, &c.resource, err))
        return false;
    sha256(arena_printf(http_arena(ex), STR_FMT "\n" STR_FMT, STR_ARG(c.base), STR_ARG(c.token)),
           c.key);
    *ret = c;
    return true;
}

static struct str person_key(struct arena *arena, struct str tenant, struct str subject)
{
    return arena_printf(arena, "oidc:" STR_FMT ":" STR_FMT, STR_ARG(tenant), STR_ARG(subject));
}

// The hints for issuer and audience speak of the provider's tokens; ours are bound to an address.
static bool other_address(struct err *err)
{
    struct err why = *err;
    if (why.code != ERR_TOKEN_ISSUER && why.code != ERR_TOKEN_AUDIENCE)
        return false;
    return err_set(
        err, ERR_TOKEN_CLAIM,
        "%s: the token was given at another address of this server. Sign in here, or use "
        "one address only (its operator can pin it with OIDCPROXY_BASE_URL)",
        why.text);
}

static bool own_token(struct access *a, struct arena *arena, const struct credential *c,
                      struct held **ret, struct str *ret_scope, struct err *err)
{
    (void)ret_scope; // whoever signed in here may do everything
    struct access_claims claims;
    if (!access_token_verify(a->config.keys, c->token, c->base, c->resource, c->now, arena, &claims,
                             err))
        return other_address(err);
    const struct principal who = { .mode = ACCESS_OIDCPROXY,
                                   .key = person_key(arena, claims.tenant, claims.subject),
                                   .subject = claims.subject,
                                   .tenant = claims.tenant,
                                   .name = claims.name,
                                   .email = claims.email,
                                   .client = claims.client_name,
                                   .family = claims.family,
                                   .marks = claims.marks,
                                   .machine = claims.machine,
                                   .expires = claims.expires };
    *ret = held_new(&who, claims.id, claims.issued);
    return true;
}

// All that a token needs: what is required, and what it has already, so that a client that asks
// for exactly this does not lose anything and comes back for it.
static struct str scopes_needed(const struct access *a, struct arena *arena, const json_t *claims)
{
    struct str out = STR(""), had = idp_token_scopes(claims, arena);
    for (const char *const *s = a->config.required_scopes; *s; s++)
        out = arena_printf(arena, STR_FMT "%s%s", STR_ARG(out), out.n ? " " : "", *s);
    while (had.p) {
        struct str one = str_cut(&had, ' ');
        bool there = false;
        for (const char *const *s = a->config.required_scopes; *s; s++)
            there |= str_is(one, *s);
        if (one.n && !there)
            out = arena_printf(arena, STR_FMT " " STR_FMT, STR_ARG(out), STR_ARG(one));
    }
    return out;
}

/*= rfc6750 3.1 "If included, the "scope" attribute with the scope necessary to access the protected
 * resource." */
bool access_scopes_ok(const struct access *a, struct arena *arena, const json_t *claims,
                      struct str *ret_scope, struct err *err)
{
    for (const char *const *s = a->config.required_scopes; s && *s; s++) {
        if (idp_token_grants(claims, str_c(*s)))
            continue;
        *ret_scope = scopes_needed(a, arena, claims);
        return err_set(err, ERR_INSUFFICIENT_SCOPE,
                       "the token lacks the scope %s, which %s_REQUIRED_SCOPES asks for", *s,
                       a->config.mode == ACCESS_JWT ? "ZSCALER_MCP_AUTH" : "OIDCPROXY");
    }
    return true;
}

struct str access_marks(const struct access *a, struct arena *arena, const json_t *claims)
{
    const struct idp_marker *marker = &a->config.marker;
    CLEANUP(buf_release) struct buf out = BUF_INIT(IDP_MARKS_MAX);
    if (marker->mark)
        marker->mark(marker->ctx, a->config.idp, claims, &out);
    return arena_str(arena, buf_str(&out));
}

static bool idp_token(struct access *a, struct arena *arena, const struct credential *c,
                      struct held **ret, struct str *ret_scope, struct err *err)
{
    struct idp_person person;
    if (!a->config.idp)
        return err_set(err, ERR_TOKEN_MALFORMED,
                       "the bearer is no token of this server: sign in here");
    if (!idp_verify(a->config.idp, arena, c->token, STR_NONE, c->now, &person, err) ||
        !access_scopes_ok(a, arena, person.claims, ret_scope, err))
        return false;
    const struct principal who = { .mode = a->config.mode,
                                   .key = person_key(arena, person.tenant, person.subject),
                                   .subject = person.subject,
                                   .tenant = person.tenant,
                                   .name = person.name,
                                   .email = person.email,
                                   .client = idp_token_client(person.claims),
                                   .marks = access_marks(a, arena, person.claims),
                                   .machine = str_is(dom_str(person.claims, "idtyp"), "app"),
                                   .expires = dom_int(person.claims, "exp", c->now) };
    *ret = held_new(&who, STR_NONE, dom_int(person.claims, "iat", 0));
    return true;
}

static bool not_revoked(struct access *a, const struct held *held, struct err *err)
{
    const struct principal *who = &held->principal;
    switch (oauth_revoked(a->config.spent, &(struct revocable){ .family = who->family,
                                                                .jti = held->jti,
                                                                .tenant = who->tenant,
                                                                .subject = who->subject,
                                                                .email = who->email,
                                                                .issued = held->issued })) {
    case SPENT_FIRST:
        return true;
    case SPENT_AGAIN:
        return err_set(err, ERR_TOKEN_EXPIRED, "the token was revoked: sign in again");
    case SPENT_UNAVAILABLE:
        break;
    }
    return err_set(err, ERR_STORE_UNAVAILABLE, "the store of revocations does not answer");
}

// Asks the store about a verified credential and keeps the verdict.
static bool settle(struct access *a, const struct credential *c, struct held *held,
                   struct held **ret, struct err *err)
{
    if (!not_revoked(a, held, err)) {
        cache_drop(a->cache, c->key);
        held_unref(held);
        return false;
    }
    cache_put(a->cache, c->key, held, c->now, c->revocations);
    *ret = held;
    return true;
}

// Neither cached nor refused without waiting: ask again from a worker.
static bool would_block(bool *ret_would_block, struct held *held)
{
    held_unref(held);
    *ret_would_block = true;
    return false;
}

bool oidcproxy_check(struct access *a, struct exchange *ex, bool *ret_would_block,
                     struct held **ret, struct str *ret_scope, struct err *err)
{
    struct credential c;
    struct held *held = NULL;
    if (!credential_read(a, ex, &c, err))
        return false;
    switch (cache_get(a->cache, c.key, c.now, c.revocations, &held)) {
    case VERDICT_FRESH:
        *ret = held;
        return true;
    case VERDICT_STALE:
        return ret_would_block ? would_block(ret_would_block, held) : settle(a, &c, held, ret, err);
    case VERDICT_NONE:
        break;
    }
    // A forged token of ours is refused at once; all else needs the store or the provider's keys.
    bool ours = a->config.mode == ACCESS_OIDCPROXY && access_token_is_ours(c.token);
    if (!ours && ret_would_block)
        return would_block(ret_would_block, NULL);
    if (!(ours ? own_token : idp_token)(a, http_arena(ex), &c, &held, ret_scope, err))
        return false;
    return ret_would_block ? would_block(ret_would_block, held) : settle(a, &c, held, ret, err);
}
