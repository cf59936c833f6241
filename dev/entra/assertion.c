// SPDX-License-Identifier: MIT
// Client assertions (private_key_jwt): by a key or certificate of the registration, or by a
// federated identity, whose issuer is a tenant here or brings its keys in the configuration.
#include "config.h"
#include "jose/b64url.h"
#include "jose/claims.h"
#include "jose/digest.h"
#include "jose/jws.h"
#include "jose/stand_in.h"
#include "json/write.h"
#include "keys.h"
#include "registry.h"
#include "token.h"

#define EXCHANGE_AUDIENCE "api://AzureADTokenExchange"
#define ASSERTION_TYPE    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

static bool refuse_assertion(struct token_call *t, struct str why)
{
    return refuse(t->c, 700027, why, STR_NONE);
}

static bool in_time(struct token_call *t, const struct jws *jws)
{
    int64_t exp = dom_int(jws->payload, "exp", 0), nbf = dom_int(jws->payload, "nbf", 0);
    return (t->c->now < exp && nbf <= t->c->now + 300) || refuse_plain(t->c, 700024);
}

// --- by a registered key ---

// How the header names the key; a certificate that is not named is not tried.
static const char *naming_member(const struct jws *jws)
{
    static const char *const members[] = { "x5t#S256", "x5t", "kid" };
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        if (dom_str(jws->header, members[i]).n)
            return members[i];
    }
    return NULL;
}

static void add_certificate(struct str base64, bool by_sha256, struct buf *out)
{
    CLEANUP(buf_release) struct buf der = BUF_INIT(JWKS_BYTES_MAX), kid = BUF_INIT(64);
    CLEANUP(jwk_free) struct jwk *key = NULL;
    if (!b64_decode(&der, base64) || !jwk_from_certificate(buf_str(&der), &key, NULL))
        return;
    sha256_b64url(&kid, buf_str(&der));
    if (by_sha256)
        jwk_set_kid(key, buf_str(&kid));
    jwk_public_json(key, STR(""), out);
}

static void add_credential(const json_t *credential, const char *named_by, struct buf *out)
{
    const json_t *jwk = dom_get(credential, "jwk");
    if (jwk)
        json_add_compact(out, jwk);
    else if (named_by && !str_is(dom_str(credential, "usage"), "Sign"))
        add_certificate(dom_str(credential, "key"), strcmp(named_by, "x5t#S256") == 0, out);
}

// The registration's keys: [{"key": certificate}, {"jwk": public JWK}], by the header's names.
static bool registered_keys(const json_t *app, const char *named_by, struct jwks **ret)
{
    CLEANUP(buf_release) struct buf json = BUF_INIT(JWKS_BYTES_MAX);
    const json_t *list = dom_get(app, "keyCredentials");
    buf_adds(&json, "{\"keys\":[");
    for (size_t i = 0; i < json_array_size(list); i++) {
        CLEANUP(buf_release) struct buf one = BUF_INIT(JWKS_BYTES_MAX);
        add_credential(json_array_get(list, i), named_by, &one);
        if (one.n && json.p[json.n - 1] == '}')
            buf_addc(&json, ',');
        buf_add(&json, buf_str(&one));
    }
    buf_adds(&json, "]}");
    return jwks_parse(buf_str(&json), ret, NULL);
}

static bool by_registered_key(struct token_call *t, struct jws *jws)
{
    struct call *c = t->c;
    struct err err = { 0 };
    struct str host = emu_login_host(c->emu, c->arena);
    struct str endpoint =
        arena_printf(c->arena, STR_FMT STR_FMT, STR_ARG(host), STR_ARG(http_path(c->ex)));
    const struct str audiences[] = { endpoint, emu_issuer_v2(c->emu, c->arena, c->segment),
                                     STR_NONE };
    struct claims_want want = { .issuer = arena_cstr(c->arena, t->client_id),
                                .audiences = audiences,
                                .now = c->now };
    if (!in_time(t, jws))
        return false;
    if (!str_eq(dom_str(jws->payload, "sub"), t->client_id))
        return refuse_assertion(t, STR("the subject is not the client id"));
    if (!claims_check(jws->payload, &want, &err))
        return refuse_assertion(t, arena_str(c->arena, err_text(&err)));
    CLEANUP(jwks_free) struct jwks *set = NULL;
    const char *named_by = naming_member(jws);
    if (named_by)
        dom_set(jws->header, "kid", dom_string(dom_str(jws->header, named_by)));
    return (registered_keys(t->app, named_by, &set) &&
            jws_verify(jws, set, JWS_RS256 | JWS_PS256, NULL, NULL)) ||
           refuse_assertion(t, STR("no key of the application verifies it"));
}

// --- by a federated identity ---

static const json_t *identity_with(const struct token_call *t, const char *key, struct str value,
                                   const char *and_key, struct str and_value)
{
    const json_t *list = dom_get(t->app, "federatedIdentityCredentials");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        if (str_eq(dom_str(one, key), value) &&
            (!and_key || str_eq(dom_str(one, and_key), and_value)))
            return one;
    }
    return NULL;
}

static bool for_exchange(const json_t *identity, struct str audience)
{
    const json_t *list = dom_get(identity, "audiences");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (str_eq(dom_text(json_array_get(list, i)), audience))
            return true;
    }
    return !json_array_size(list) && str_is(audience, EXCHANGE_AUDIENCE);
}

static bool issuer_signed(struct token_call *t, const json_t *identity, const struct jws *jws)
{
    CLEANUP(buf_release) struct buf json = BUF_INIT(JWKS_BYTES_MAX);
    CLEANUP(jwks_free) struct jwks *set = NULL;
    const json_t *jwks = dom_get(identity, "jwks");
    if (jwks) {
        json_add_compact(&json, jwks);
        return jwks_parse(buf_str(&json), &set, NULL) &&
               jws_verify(jws, set, JWS_RS256 | JWS_PS256 | JWS_ES256, NULL, NULL);
    }
    const struct jwk *ours = keystore_named(t->c->emu->keys, dom_str(jws->header, "kid"));
    set = ours ? jwk_public_set(ours) : NULL;
    return set && jws_verify(jws, set, JWS_RS256, NULL, NULL);
}

static bool by_federated_identity(struct token_call *t, const struct jws *jws)
{
    struct str issuer = dom_str(jws->payload, "iss"), subject = dom_str(jws->payload, "sub"),
               audience = dom_str(jws->payload, "aud");
    if (!identity_with(t, "issuer", issuer, NULL, STR_NONE))
        return refuse(t->c, 700211, issuer, STR_NONE);
    const json_t *identity = identity_with(t, "issuer", issuer, "subject", subject);
    if (!identity)
        return refuse(t->c, 700213, subject, STR_NONE);
    if (!for_exchange(identity, audience))
        return refuse(t->c, 700212, audience, STR_NONE);
    return in_time(t, jws) && (issuer_signed(t, identity, jws) ||
                               refuse_assertion(t, STR("no key of its issuer verifies it")));
}

bool client_judge_assertion(struct token_call *t)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    struct err err = { 0 };
    if (!str_is(call_param(t->c, "client_assertion_type"), ASSERTION_TYPE))
        return refuse(t->c, 900144, STR("client_assertion_type"), STR_NONE);
    if (!jws_parse(t->assertion, &jws, &err))
        return refuse_assertion(t, arena_str(t->c->arena, err_text(&err)));
    bool own = str_eq(dom_str(jws.payload, "iss"), t->client_id);
    return own ? by_registered_key(t, &jws) : by_federated_identity(t, &jws);
}
