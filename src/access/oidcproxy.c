// SPDX-License-Identifier: MIT
// Bearers of the OIDCProxy: our own access tokens, and tokens of the identity provider itself.
#include "access/internal.h"

#include "base/clock.h"
#include "oauth/access_token.h"

// The same token is judged apart under each base URL.
static void credential_key(struct arena *arena, struct str base, struct str token,
                           uint8_t ret[SHA256_SIZE])
{
    sha256(arena_printf(arena, STR_FMT "\n" STR_FMT, STR_ARG(base), STR_ARG(token)), ret);
}

static bool own_token(struct access *a, struct arena *arena, struct str token, struct str base,
                      struct str resource, int64_t now, struct held **ret, struct err *err)
{
    struct access_claims claims;
    if (!access_token_verify(a->config.keys, token, base, resource, now, arena, &claims, err))
        return false;
    *ret = held_new(
        &(struct principal){ .mode = ACCESS_OIDCPROXY,
                             .key = arena_printf(arena, "oidc:" STR_FMT ":" STR_FMT,
                                                 STR_ARG(claims.tenant), STR_ARG(claims.subject)),
                             .subject = claims.subject,
                             .tenant = claims.tenant,
                             .name = claims.name,
                             .email = claims.email,
                             .client = claims.client_name,
                             .family = claims.family,
                             .expires = claims.expires },
        claims.id);
    return true;
}

static struct str idp_client(const json_t *claims)
{
    struct str azp = dom_str(claims, "azp");
    return azp.n ? azp : dom_str(claims, "appid");
}

static bool idp_token(struct access *a, struct arena *arena, struct str token, int64_t now,
                      struct held **ret, struct err *err)
{
    struct idp_person person;
    if (!idp_verify(a->config.idp, arena, token, STR_NONE, now, &person, err))
        return false;
    *ret = held_new(
        &(struct principal){ .mode = ACCESS_OIDCPROXY,
                             .key = arena_printf(arena, "oidc:" STR_FMT ":" STR_FMT,
                                                 STR_ARG(person.tenant), STR_ARG(person.subject)),
                             .subject = person.subject,
                             .tenant = person.tenant,
                             .name = person.name,
                             .email = person.email,
                             .client = idp_client(person.claims),
                             .expires = dom_int(person.claims, "exp", now) },
        STR_NONE);
    return true;
}

static bool not_revoked(struct access *a, const struct held *held, struct err *err)
{
    switch (oauth_revoked(a->config.spent, held->principal.family, held->jti)) {
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
static bool settle(struct access *a, const uint8_t key[SHA256_SIZE], int64_t now,
                   unsigned revocations, struct held *held, struct held **ret, struct err *err)
{
    if (!not_revoked(a, held, err)) {
        cache_drop(a->cache, key);
        held_unref(held);
        return false;
    }
    cache_put(a->cache, key, held, now, revocations);
    *ret = held;
    return true;
}

static bool verify(struct access *a, struct exchange *ex, struct str token, struct str base,
                   struct str resource, int64_t now, bool ours, struct held **ret, struct err *err)
{
    if (ours)
        return own_token(a, http_arena(ex), token, base, resource, now, ret, err);
    if (!a->config.idp)
        return err_set(err, ERR_TOKEN_MALFORMED,
                       "the bearer is no token of this server: sign in here");
    return idp_token(a, http_arena(ex), token, now, ret, err);
}

bool oidcproxy_check(struct access *a, struct exchange *ex, bool *ret_would_block,
                     struct held **ret, struct err *err)
{
    uint8_t key[SHA256_SIZE];
    struct str token, base, resource;
    struct held *held = NULL;
    if (!bearer_token(ex, &token, err) || !token.p ||
        !oauth_resource(a->config.oauth, ex, &base, &resource, err))
        return false;
    int64_t now = clock_now();
    unsigned revocations = oauth_revocations(a->config.oauth);
    credential_key(http_arena(ex), base, token, key);
    switch (cache_get(a->cache, key, now, revocations, &held)) {
    case VERDICT_FRESH:
        *ret = held;
        return true;
    case VERDICT_STALE:
        if (!ret_would_block)
            return settle(a, key, now, revocations, held, ret, err);
        held_unref(held);
        *ret_would_block = true;
        return false;
    case VERDICT_NONE:
        break;
    }
    // A forged token of ours is refused at once; all else needs the store or the provider's keys.
    bool ours = access_token_is_ours(token);
    if (!ours && ret_would_block) {
        *ret_would_block = true;
        return false;
    }
    if (!verify(a, ex, token, base, resource, now, ours, &held, err))
        return false;
    if (ret_would_block) {
        held_unref(held);
        *ret_would_block = true;
        return false;
    }
    return settle(a, key, now, revocations, held, ret, err);
}
