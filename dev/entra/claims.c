// SPDX-License-Identifier: MIT
#include "claims.h"

#include "config.h"
#include "consent.h"
#include "jose/b64url.h"
#include "jose/digest.h"
#include "registry.h"

#define BACKDATED_S 300 // iat and nbf lie this far in the past
#define LIFETIME_S  3600
#define GROUPS_MAX  200 // more, and the token only says where to ask

static void set_str(json_t *claims, const char *name, struct str value)
{
    if (value.p)
        dom_set(claims, name, dom_string(value));
}

static void set_b64(const struct mint *m, json_t *claims, const char *name, size_t bytes)
{
    set_str(claims, name, emu_opaque(m->c, "", bytes));
}

static struct str pairwise(struct arena *arena, struct str oid, struct str app_id)
{
    CLEANUP(buf_release) struct buf in = BUF_INIT(256), out = BUF_INIT(64);
    buf_addf(&in, STR_FMT "|" STR_FMT "|pairwise", STR_ARG(oid), STR_ARG(app_id));
    sha256_b64url(&out, buf_str(&in));
    return arena_str(arena, buf_str(&out));
}

static void add_times(const struct mint *m, json_t *claims)
{
    int64_t skewed = m->c->now + behaviour_number(m->c->emu, "clockSkewSeconds");
    dom_set(claims, "iat", json_integer(skewed - BACKDATED_S));
    dom_set(claims, "nbf", json_integer(skewed - BACKDATED_S));
    dom_set(claims, "exp", json_integer(skewed + mint_expires_in(m->c) + LIFETIME_S - 3599));
}

static json_t *group_ids(const struct mint *m)
{
    json_t *list = json_array();
    const json_t *direct = dom_get(m->user, "memberOf");
    for (size_t i = 0; i < json_array_size(direct); i++)
        json_array_append(list, json_array_get(direct, i));
    for (int64_t i = 0;
         i < dom_int(m->user, "generateGroups", 0) && json_array_size(list) <= GROUPS_MAX; i++) {
        struct str name = arena_printf(m->c->arena, "group %d", (int)i);
        struct str id = emu_derived_guid(m->c->arena, dom_str(m->user, "id"), name.p);
        json_array_append_new(list, dom_string(id));
    }
    return list;
}

static void add_groups(const struct mint *m, const json_t *of_app, json_t *claims)
{
    struct str wanted = dom_str(of_app, "groupMembershipClaims");
    if (!wanted.n || str_is(wanted, "None") || !user_group_count(m->user))
        return;
    if (user_group_count(m->user) <= GROUPS_MAX) {
        dom_set(claims, "groups", group_ids(m));
        return;
    }
    struct str endpoint = arena_printf(
        m->c->arena, "https://graph.windows.net/" STR_FMT "/users/" STR_FMT "/getMemberObjects",
        STR_ARG(dom_str(m->tenant, "id")), STR_ARG(dom_str(m->user, "id")));
    json_t *source = json_object(), *sources = json_object(), *names = json_object();
    dom_set(names, "groups", json_string("src1"));
    dom_set(source, "endpoint", dom_string(endpoint));
    dom_set(sources, "src1", source);
    dom_set(claims, "_claim_names", names);
    dom_set(claims, "_claim_sources", sources);
}

static void add_roles(const struct mint *m, const json_t *of_app, json_t *claims)
{
    struct str app_id = dom_str(of_app, "appId");
    json_t *roles = app_id.p ? dom_get(dom_get(m->user, "roles"), app_id.p) : NULL;
    if (json_array_size(roles))
        dom_set(claims, "roles", json_deep_copy(roles));
}

static void add_idp(const struct mint *m, json_t *claims)
{
    if (user_is_guest(m->user))
        set_str(claims, "idp",
                emu_issuer_v1(m->c->emu, m->c->arena, dom_str(m->user, "homeTenantId")));
}

// Claims that a registration asks for, and the user's property behind each.
static const struct optional_claim {
    const char *name;
    const char *property;
} optional_claims[] = {
    { "email", "mail" },
    { "upn", "userPrincipalName" },
    { "login_hint", "userPrincipalName" },
    { "given_name", "givenName" },
    { "family_name", "surname" },
    { "ctry", "usageLocation" },
};

static void add_optional(const struct mint *m, const char *token, json_t *claims)
{
    const json_t *list = dom_get(dom_get(m->app, "optionalClaims"), token);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct str name = dom_str(json_array_get(list, i), "name");
        for (size_t k = 0; k < ARRAY_LEN(optional_claims); k++) {
            if (str_is(name, optional_claims[k].name))
                set_str(claims, optional_claims[k].name,
                        dom_str(m->user, optional_claims[k].property));
        }
        if (str_is(name, "auth_time"))
            dom_set(claims, "auth_time", json_integer(m->grant->auth_time));
        if (str_is(name, "acct"))
            dom_set(claims, "acct", json_integer(user_is_guest(m->user)));
    }
}

static void add_hash(const char *name, struct str of, json_t *claims)
{
    if (!of.n)
        return;
    // OpenID Connect Core 3.3.2.11: the left half of the hash.
    uint8_t digest[SHA256_SIZE];
    CLEANUP(buf_release) struct buf text = BUF_INIT(64);
    sha256(of, digest);
    b64url_encode(&text, str_of(digest, SHA256_SIZE / 2));
    set_str(claims, name, buf_str(&text));
}

static void add_profile(const struct mint *m, json_t *claims)
{
    set_str(claims, "name", dom_str(m->user, "displayName"));
    set_str(claims, "preferred_username", dom_str(m->user, "userPrincipalName"));
    set_str(claims, "oid", dom_str(m->user, "id"));
}

json_t *claims_id_token(const struct mint *m)
{
    struct str app_id = dom_str(m->app, "appId");
    json_t *claims = json_object();
    dom_set(claims, "ver", json_string("2.0"));
    set_str(claims, "iss", emu_issuer_v2(m->c->emu, m->c->arena, dom_str(m->tenant, "id")));
    set_str(claims, "sub", pairwise(m->c->arena, dom_str(m->user, "id"), app_id));
    set_str(claims, "aud", app_id);
    add_times(m, claims);
    if (m->scopes->profile)
        add_profile(m, claims);
    set_str(claims, "tid", dom_str(m->tenant, "id"));
    set_b64(m, claims, "uti", 16);
    set_b64(m, claims, "rh", 24);
    set_str(claims, "sid", m->grant->sid);
    if (m->grant->nonce.n && !m->without_nonce)
        set_str(claims, "nonce", m->grant->nonce);
    set_b64(m, claims, "aio", 32);
    if (m->scopes->email && user_is_guest(m->user))
        set_str(claims, "email", dom_str(m->user, "mail"));
    add_hash("c_hash", m->code, claims);
    add_hash("at_hash", m->access_token, claims);
    add_roles(m, m->app, claims);
    add_groups(m, m->app, claims);
    add_idp(m, claims);
    add_optional(m, "idToken", claims);
    return claims;
}

static void add_word(struct buf *out, struct str word)
{
    if (out->n)
        buf_addc(out, ' ');
    buf_add(out, word);
}

static bool statically_listed(const struct mint *m, const json_t *api, struct str id)
{
    const json_t *list = dom_get(m->app, "requiredResourceAccess");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const json_t *access = dom_get(entry, "resourceAccess");
        if (!str_eq_nocase(dom_str(entry, "resourceAppId"), dom_str(api, "appId")))
            continue;
        for (size_t k = 0; k < json_array_size(access); k++) {
            if (str_eq_nocase(dom_str(json_array_get(access, k), "id"), id))
                return true;
        }
    }
    return false;
}

static void add_static_scopes(const struct mint *m, const json_t *api, struct buf *out)
{
    const json_t *list = dom_get(dom_get(api, "api"), "oauth2PermissionScopes");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *scope = json_array_get(list, i);
        if (dom_bool(scope, "isEnabled", true) && statically_listed(m, api, dom_str(scope, "id")))
            add_word(out, dom_str(scope, "value"));
    }
}

// OpenID scopes never stand in an API's scp; Graph's has them, and what was consented earlier.
static void add_scp(const struct mint *m, const json_t *api, json_t *claims)
{
    CLEANUP(buf_release) struct buf scp = BUF_INIT(8192);
    const char *word;
    for (size_t i = 0; !api && (word = scopes_oidc_at(m->scopes, i)); i++) {
        if (strcmp(word, "offline_access") != 0)
            add_word(&scp, str_c(word));
    }
    struct consent_who who = { m->tenant, m->app, m->user };
    for (size_t i = 0; !api && (word = graph_scope_at(i)); i++) {
        if (consent_has(m->c, &who, STR(GRAPH_APP_ID), str_c(word)))
            add_word(&scp, str_c(word));
    }
    for (size_t i = 0; api && i < m->scopes->count; i++) {
        const struct scope *s = &m->scopes->api[i];
        if (s->owner != api)
            continue;
        if (str_is(s->name, ".default"))
            add_static_scopes(m, api, &scp);
        else
            add_word(&scp, s->name);
    }
    if (scp.n)
        set_str(claims, "scp", buf_str(&scp));
}

static void add_app_subject(const struct mint *m, json_t *claims)
{
    struct str id =
        emu_derived_guid(m->c->arena, dom_str(m->tenant, "id"), dom_str(m->app, "appId").p);
    const json_t *roles = dom_get(dom_get(m->app, "servicePrincipal"), "appRoles");
    dom_set(claims, "idtyp", json_string("app"));
    set_str(claims, "oid", id);
    set_str(claims, "sub", id);
    if (json_array_size(roles))
        dom_set(claims, "roles", json_deep_copy(roles));
}

static void add_common(const struct mint *m, json_t *claims)
{
    add_times(m, claims);
    set_b64(m, claims, "aio", 32);
    set_str(claims, "tid", dom_str(m->tenant, "id"));
    set_b64(m, claims, "uti", 16);
    set_b64(m, claims, "rh", 24);
}

json_t *claims_api_v2(const struct mint *m, const json_t *api)
{
    struct str aud = dom_str(api, "appId");
    json_t *claims = json_object();
    set_str(claims, "aud", aud);
    set_str(claims, "iss", emu_issuer_v2(m->c->emu, m->c->arena, dom_str(m->tenant, "id")));
    add_common(m, claims);
    set_str(claims, "azp", dom_str(m->app, "appId"));
    set_str(claims, "azpacr", arena_printf(m->c->arena, "%d", m->client_strength));
    dom_set(claims, "ver", json_string("2.0"));
    if (!m->user) {
        add_app_subject(m, claims);
        return claims;
    }
    add_profile(m, claims);
    add_scp(m, api, claims);
    set_str(claims, "sub", pairwise(m->c->arena, dom_str(m->user, "id"), aud));
    set_str(claims, "sid", m->grant->sid);
    add_roles(m, api, claims);
    add_groups(m, api, claims);
    add_idp(m, claims);
    return claims;
}

static struct str v1_audience(const struct mint *m, const json_t *api)
{
    struct emu *e = m->c->emu;
    if (!api)
        return behaviour_is(e, "graphAudienceForm", "url") ? STR(GRAPH_URL) : STR(GRAPH_APP_ID);
    struct str uri = dom_text(json_array_get(dom_get(api, "identifierUris"), 0));
    struct str form = behaviour(e, "v1AudienceForm");
    bool guid = str_is(form, "guid");
    if (str_is(form, "alternate"))
        guid = e->audience_flip = !e->audience_flip;
    return guid || !uri.n ? dom_str(api, "appId") : uri;
}

static void add_v1_person(const struct mint *m, const json_t *api, json_t *claims)
{
    json_t *amr = json_array();
    json_array_append_new(amr, json_string("pwd"));
    dom_set(claims, "acr", json_string("1"));
    dom_set(claims, "amr", amr);
    set_str(claims, "family_name", dom_str(m->user, "surname"));
    set_str(claims, "given_name", dom_str(m->user, "givenName"));
    set_str(claims, "ipaddr", http_peer(m->c->ex));
    set_str(claims, "name", dom_str(m->user, "displayName"));
    set_str(claims, "oid", dom_str(m->user, "id"));
    add_scp(m, api, claims);
    set_str(claims, "sub",
            pairwise(m->c->arena, dom_str(m->user, "id"),
                     api ? dom_str(api, "appId") : STR(GRAPH_APP_ID)));
    set_str(claims, "unique_name", dom_str(m->user, "userPrincipalName"));
    set_str(claims, "upn", dom_str(m->user, "userPrincipalName"));
    set_str(claims, "sid", m->grant->sid);
    add_idp(m, claims);
}

json_t *claims_v1(const struct mint *m, const json_t *api)
{
    json_t *claims = json_object();
    set_str(claims, "aud", v1_audience(m, api));
    set_str(claims, "iss", emu_issuer_v1(m->c->emu, m->c->arena, dom_str(m->tenant, "id")));
    add_common(m, claims);
    set_str(claims, "appid", dom_str(m->app, "appId"));
    set_str(claims, "appidacr", arena_printf(m->c->arena, "%d", m->client_strength));
    dom_set(claims, "ver", json_string("1.0"));
    if (!m->user)
        add_app_subject(m, claims);
    else
        add_v1_person(m, api, claims);
    if (api) {
        if (m->user) {
            add_roles(m, api, claims);
            add_groups(m, api, claims);
        }
        return claims;
    }
    set_str(claims, "app_displayname", dom_str(m->app, "displayName"));
    json_t *wids = dom_get(m->user, "wids");
    dom_set(claims, "wids", json_is_array(wids) ? json_deep_copy(wids) : json_array());
    dom_set(claims, "xms_tcdt", json_integer(1388534400));
    return claims;
}
