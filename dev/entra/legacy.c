// SPDX-License-Identifier: MIT
// Grants that nothing here should need: the password of a person, and a token handed on (on behalf
// of). Behind behaviour.legacyGrants.
#include "access.h"
#include "authorize.h"
#include "config.h"
#include "jose/jws.h"
#include "keys.h"
#include "registry.h"
#include "token.h"

static struct grant *grant_for(struct token_call *t, const json_t *user_tenant)
{
    struct call *c = t->c;
    struct grant *grant = arena_alloc(c->arena, sizeof(*grant));
    char sid[GUID_SIZE];
    emu_guid(c->emu, sid);
    *grant = (struct grant){ .app_id = dom_str(t->app, "appId"),
                             .tenant_id = dom_str(t->tenant, "id"),
                             .user_tenant_id = dom_str(user_tenant, "id"),
                             .oid = dom_str(t->user, "id"),
                             .scope = scopes_asked(c),
                             .sid = arena_str(c->arena, str_c(sid)),
                             .auth_time = c->now,
                             .issued = c->now };
    return grant;
}

static bool allowed(struct token_call *t, const char *flow)
{
    struct access_who who = { t->tenant, t->app, t->user, t->grant->mfa };
    struct demand d = access_demand(t->c, &who, flow);
    return !d.grant || access_refuse_token(t->c, &d, false);
}

// --- password ---

static bool second_factor_needed(struct token_call *t)
{
    bool enrol = user_has_state(t->user, "mfaRegistration");
    if (!enrol && !user_has_state(t->user, "mfaRequired"))
        return false;
    refuse(t->c, enrol ? 50079 : 50076, STR(GRAPH_APP_ID), STR_NONE);
    t->c->refusal.error = "invalid_grant";
    t->c->refusal.suberror = "basic_action";
    return true;
}

static bool sign_in(struct token_call *t)
{
    struct call *c = t->c;
    struct authorize a = { .c = c };
    if (!signin_password(&a, call_param(c, "username"), call_param(c, "password")))
        return false;
    t->user = a.user;
    t->tenant = c->tenant ? c->tenant : a.user_tenant;
    c->person = dom_str(t->user, "userPrincipalName");
    if (t->tenant != a.user_tenant)
        return refuse(c, 50034, call_param(c, "username"), dom_str(t->tenant, "displayName"));
    t->grant = grant_for(t, a.user_tenant);
    return true;
}

bool password_judge(struct token_call *t)
{
    struct call *c = t->c;
    if (c->alias == ALIAS_CONSUMERS || c->alias == ALIAS_COMMON)
        return refuse_plain(c, 9001023);
    return client_judge(t) && sign_in(t) && !second_factor_needed(t) && allowed(t, "ropc") &&
           redeem_scopes(t) && redeem_consented(t, &t->scopes);
}

// --- on behalf of ---

bool assertion_shape_ok(struct str text)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    return jws_parse(text, &jws, NULL);
}

static bool ours(struct token_call *t, const struct jws *jws)
{
    const struct jwk *key = keystore_named(t->c->emu->keys, dom_str(jws->header, "kid"));
    CLEANUP(jwks_free) struct jwks *set = key ? jwk_public_set(key) : NULL;
    return set && jws_verify(jws, set, JWS_RS256, NULL, NULL);
}

static bool for_client(struct token_call *t, struct str aud)
{
    return str_eq_nocase(aud, dom_str(t->app, "appId")) || app_has_identifier(t->app, aud);
}

static bool judge_assertion(struct token_call *t, const json_t *claims)
{
    struct call *c = t->c;
    struct str aud = dom_str(claims, "aud");
    if (!for_client(t, aud))
        return refuse(c, 500131, aud, dom_str(t->app, "appId"));
    if (dom_int(claims, "exp", 0) <= c->now)
        return refuse_plain(c, 500133);
    if (str_is(dom_str(claims, "idtyp"), "app"))
        return refuse(c, 7000114, dom_str(t->app, "appId"), STR_NONE);
    // Access tokens say who asked for them; an ID token does not.
    if (!dom_str(claims, "azp").n && !dom_str(claims, "appid").n)
        return refuse_plain(c, 240002);
    const json_t *home = tenant_by_id(c->emu, dom_str(claims, "tid"));
    t->tenant = c->tenant ? c->tenant : tenant_by_id(c->emu, dom_str(claims, "tid"));
    t->user = user_seen_in(t->tenant, home, dom_str(claims, "oid"));
    if (!t->user)
        return refuse(c, 50034, dom_str(claims, "oid"), dom_str(t->tenant, "displayName"));
    c->person = dom_str(t->user, "userPrincipalName");
    t->grant = grant_for(t, home);
    return true;
}

static bool confidential(struct token_call *t)
{
    return t->credential == CREDENTIAL_NONE ? refuse_plain(t->c, 7000218) : client_judge_secret(t);
}

bool on_behalf_judge(struct token_call *t)
{
    struct call *c = t->c;
    CLEANUP(jws_release) struct jws jws = { 0 };
    if (!confidential(t))
        return false;
    if (!str_is(call_param(c, "requested_token_use"), "on_behalf_of"))
        return refuse(c, 90023, STR("requested_token_use must be on_behalf_of"), STR_NONE);
    if (!jws_parse(call_param(c, "assertion"), &jws, NULL) || !judge_assertion(t, jws.payload))
        return false;
    if (!ours(t, &jws))
        return refuse_plain(c, 50013);
    return allowed(t, "onBehalfOf") && redeem_scopes(t) && redeem_consented(t, &t->scopes);
}
