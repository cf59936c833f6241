// SPDX-License-Identifier: MIT
#include "claims.h"

#include "config.h"
#include "consent.h"
#include "jose/b64url.h"
#include "jose/digest.h"
#include "registry.h"

#define BACKDATED_S      300 // iat and nbf lie this far in the past
#define LIFETIME_S       3600
#define GROUPS_MAX       200 // more, and the token only says where to ask
#define GROUPS_FRONT_MAX 5   // more, and a token in a URL only says that there are some

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

// --- groups and roles ---

static bool assigned_to_app(const struct mint *m, const json_t *of_app, struct str group)
{
    const json_t *sp;
    if (!principal_find(m->c->emu, m->tenant, of_app, &sp))
        return false;
    const json_t *list = dom_get(sp, "appRoleAssignedTo");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (str_eq_nocase(dom_str(json_array_get(list, i), "principalId"), group))
            return true;
    }
    return false;
}

// All group ids, or only those that are assigned to the application.
static json_t *group_ids(const struct mint *m, const json_t *of_app, bool assigned)
{
    json_t *list = json_array();
    const json_t *direct = dom_get(m->user, "memberOf");
    for (size_t i = 0; i < json_array_size(direct); i++) {
        json_t *id = json_array_get(direct, i);
        if (!assigned || assigned_to_app(m, of_app, dom_text(id)))
            json_array_append(list, id);
    }
    int64_t generated = assigned ? 0 : dom_int(m->user, "generateGroups", 0);
    for (int64_t i = 0; i < generated && json_array_size(list) <= GROUPS_MAX; i++) {
        struct str name = arena_printf(m->c->arena, "group %d", (int)i);
        struct str id = emu_derived_guid(m->c->arena, dom_str(m->user, "id"), name.p);
        json_array_append_new(list, dom_string(id));
    }
    return list;
}

static void point_to_groups(const struct mint *m, json_t *claims)
{
    struct str endpoint =
        arena_printf(m->c->arena, "https://%s/" STR_FMT "/users/" STR_FMT "/getMemberObjects",
                     config_cloud(m->c->emu)->graph_host, STR_ARG(dom_str(m->tenant, "id")),
                     STR_ARG(dom_str(m->user, "id")));
    json_t *source = json_object(), *sources = json_object(), *names = json_object();
    dom_set(names, "groups", json_string("src1"));
    dom_set(source, "endpoint", dom_string(endpoint));
    dom_set(sources, "src1", source);
    dom_set(claims, "_claim_names", names);
    dom_set(claims, "_claim_sources", sources);
}

static void add_wids(const struct mint *m, json_t *claims)
{
    json_t *wids = dom_get(m->user, "wids");
    dom_set(claims, "wids", json_is_array(wids) ? json_deep_copy(wids) : json_array());
}

static void add_groups(const struct mint *m, const json_t *of_app, json_t *claims)
{
    struct str wanted = dom_str(of_app, "groupMembershipClaims");
    if (str_is(wanted, "DirectoryRole") || str_is(wanted, "All"))
        add_wids(m, claims);
    if (!wanted.n || str_is(wanted, "None") || str_is(wanted, "DirectoryRole"))
        return;
    json_t *ids = group_ids(m, of_app, str_is(wanted, "ApplicationGroup"));
    size_t n = json_array_size(ids);
    if (m->front_channel && n > GROUPS_FRONT_MAX)
        dom_set(claims, "hasgroups", json_true());
    else if (n > GROUPS_MAX)
        point_to_groups(m, claims);
    else if (n)
        dom_set(claims, "groups", json_incref(ids));
    json_decref(ids);
}

static struct str role_value(const json_t *of_app, struct str role_id)
{
    const json_t *list = dom_get(of_app, "appRoles");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *role = json_array_get(list, i);
        if (str_eq_nocase(dom_str(role, "id"), role_id) && dom_bool(role, "isEnabled", true))
            return dom_str(role, "value");
    }
    return STR_NONE;
}

static bool is_principal(const struct mint *m, struct str id)
{
    if (!m->user)
        return str_eq_nocase(id, principal_id(m->c->arena, m->tenant, m->app)) ||
               str_eq_nocase(id, dom_str(m->app, "appId"));
    const json_t *groups = dom_get(m->user, "memberOf");
    for (size_t i = 0; i < json_array_size(groups); i++) {
        if (str_eq_nocase(dom_text(json_array_get(groups, i)), id))
            return true;
    }
    return str_eq_nocase(id, dom_str(m->user, "id"));
}

// What is assigned at the application, and what the user's own "roles" say.
static void add_roles(const struct mint *m, const json_t *of_app, json_t *claims)
{
    const json_t *sp = NULL;
    struct str app_id = dom_str(of_app, "appId");
    json_t *given = app_id.p ? dom_get(dom_get(m->user, "roles"), app_id.p) : NULL;
    json_t *roles = json_is_array(given) ? json_deep_copy(given) : json_array();
    bool installed = of_app && principal_find(m->c->emu, m->tenant, of_app, &sp);
    const json_t *list = installed ? dom_get(sp, "appRoleAssignedTo") : NULL;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        struct str value = role_value(of_app, dom_str(entry, "appRoleId"));
        if (value.p && is_principal(m, dom_str(entry, "principalId")))
            json_array_append_new(roles, dom_string(value));
    }
    if (json_array_size(roles))
        dom_set(claims, "roles", json_incref(roles));
    json_decref(roles);
}

static void add_idp(const struct mint *m, json_t *claims)
{
    if (user_is_guest(m->user))
        set_str(claims, "idp",
                emu_issuer_v1(m->c->emu, m->c->arena, dom_str(m->user, "homeTenantId")));
}

// --- claims that somebody asks for ---

// By the registration, and the user's property behind each.
static const struct optional_claim {
    const char *name;
    const char *property;
} optional_claims[] = {
    { "upn", "userPrincipalName" }, { "login_hint", "userPrincipalName" },
    { "given_name", "givenName" },  { "family_name", "surname" },
    { "ctry", "usageLocation" },    { "verified_primary_email", "mail" },
};

static bool domain_verified(const struct mint *m)
{
    struct str domain = dom_str(m->user, "mail");
    str_cut(&domain, '@');
    return domain.n && tenant_by_segment(m->c->emu, domain) == m->tenant;
}

static void add_optional(const struct mint *m, const json_t *of_app, const char *token,
                         json_t *claims)
{
    for (size_t k = 0; k < ARRAY_LEN(optional_claims); k++) {
        if (app_wants_claim(of_app, token, optional_claims[k].name))
            set_str(claims, optional_claims[k].name, dom_str(m->user, optional_claims[k].property));
    }
    if (app_wants_claim(of_app, token, "auth_time"))
        dom_set(claims, "auth_time", json_integer(m->grant->auth_time));
    if (app_wants_claim(of_app, token, "acct"))
        dom_set(claims, "acct", json_integer(user_is_guest(m->user)));
    if (app_wants_claim(of_app, token, "ipaddr"))
        set_str(claims, "ipaddr", http_peer(m->c->ex));
    if (app_wants_claim(of_app, token, "xms_edov") && dom_str(m->user, "mail").n)
        dom_set(claims, "xms_edov", json_boolean(domain_verified(m)));
}

static void add_list(json_t *claims, const char *name, const json_t *wish)
{
    json_t *one = dom_get(wish, "value"), *several = dom_get(wish, "values");
    json_t *list = json_is_array(several) ? json_deep_copy(several) : json_array();
    if (one)
        json_array_append(list, one);
    if (json_array_size(list))
        dom_set(claims, name, json_incref(list));
    json_decref(list);
}

// By the claims parameter: {"access_token":{"acrs":{"essential":true,"value":"c1"}}}.
static void add_requested(const struct mint *m, const json_t *api, json_t *claims)
{
    JSON_AUTO *tree = NULL;
    if (!m->claims_request.n || !dom_parse_object(m->claims_request, &tree, NULL))
        return;
    const json_t *wishes = dom_get(tree, "access_token");
    add_list(claims, "acrs", dom_get(wishes, "acrs"));
    if (app_wants_claim(api, "accessToken", "xms_cc"))
        add_list(claims, "xms_cc", dom_get(wishes, "xms_cc"));
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
    if (m->scopes->email && (user_is_guest(m->user) || app_wants_claim(m->app, "idToken", "email")))
        set_str(claims, "email", dom_str(m->user, "mail"));
    add_hash("c_hash", m->code, claims);
    add_hash("at_hash", m->access_token, claims);
    add_roles(m, m->app, claims);
    add_groups(m, m->app, claims);
    add_idp(m, claims);
    add_optional(m, m->app, "idToken", claims);
    return claims;
}

static void add_word(struct buf *out, struct str word)
{
    if (out->n)
        buf_addc(out, ' ');
    buf_add(out, word);
}

static void add_static_scopes(const struct mint *m, const json_t *api, struct buf *out)
{
    struct str name;
    for (size_t i = 0; (name = static_scope_at(m->app, api, i)).p; i++)
        add_word(out, name);
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
    const struct graph_scope *graph;
    for (size_t i = 0; !api && (graph = graph_scope_at(i)); i++) {
        if (!graph->oidc && consent_has(m->c, &who, STR(GRAPH_APP_ID), str_c(graph->name)))
            add_word(&scp, str_c(graph->name));
    }
    for (size_t i = 0; api && i < m->scopes->count; i++) {
        const struct scope *s = &m->scopes->api[i];
        if (s->owner != api)
            continue;
        if (scope_is_default(s))
            add_static_scopes(m, api, &scp);
        else
            add_word(&scp, s->name);
    }
    if (scp.n)
        set_str(claims, "scp", buf_str(&scp));
}

static void add_app_subject(const struct mint *m, const json_t *api, json_t *claims)
{
    struct str id = principal_id(m->c->arena, m->tenant, m->app);
    dom_set(claims, "idtyp", json_string("app"));
    set_str(claims, "oid", id);
    set_str(claims, "sub", id);
    add_roles(m, api, claims);
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
        add_app_subject(m, api, claims);
        return claims;
    }
    add_profile(m, claims);
    add_scp(m, api, claims);
    set_str(claims, "sub", pairwise(m->c->arena, dom_str(m->user, "id"), aud));
    set_str(claims, "sid", m->grant->sid);
    add_roles(m, api, claims);
    add_groups(m, api, claims);
    add_idp(m, claims);
    add_optional(m, api, "accessToken", claims);
    add_requested(m, api, claims);
    return claims;
}

static bool wants_guid_audience(const json_t *api)
{
    const json_t *list = dom_get(dom_get(api, "optionalClaims"), "accessToken");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *claim = json_array_get(list, i);
        const json_t *more = dom_get(claim, "additionalProperties");
        for (size_t k = 0; k < json_array_size(more); k++) {
            if (str_is(dom_str(claim, "name"), "aud") &&
                str_is(dom_text(json_array_get(more, k)), "use_guid"))
                return true;
        }
    }
    return false;
}

static struct str v1_audience(const struct mint *m, const json_t *api)
{
    struct emu *e = m->c->emu;
    if (!api)
        return behaviour_is(e, "graphAudienceForm", "url") ? str_c(config_cloud(e)->graph)
                                                           : STR(GRAPH_APP_ID);
    struct str uri = dom_text(json_array_get(dom_get(api, "identifierUris"), 0));
    struct str form = behaviour(e, "v1AudienceForm");
    bool guid = str_is(form, "guid") || wants_guid_audience(api);
    if (!guid && str_is(form, "alternate"))
        guid = e->audience_flip = !e->audience_flip;
    return guid || !uri.n ? dom_str(api, "appId") : uri;
}

static void add_amr(const struct mint *m, json_t *claims)
{
    json_t *amr = json_array();
    json_array_append_new(amr, json_string("pwd"));
    if (m->grant->mfa)
        json_array_append_new(amr, json_string("mfa"));
    dom_set(claims, "amr", amr);
}

static void add_v1_names(const struct mint *m, json_t *claims)
{
    add_amr(m, claims);
    set_str(claims, "family_name", dom_str(m->user, "surname"));
    set_str(claims, "given_name", dom_str(m->user, "givenName"));
    set_str(claims, "ipaddr", http_peer(m->c->ex));
    set_str(claims, "name", dom_str(m->user, "displayName"));
    set_str(claims, "oid", dom_str(m->user, "id"));
    set_str(claims, "unique_name", dom_str(m->user, "userPrincipalName"));
    set_str(claims, "upn", dom_str(m->user, "userPrincipalName"));
    set_str(claims, "sid", m->grant->sid);
    add_idp(m, claims);
}

static void add_v1_person(const struct mint *m, const json_t *api, json_t *claims)
{
    struct str audience = api ? dom_str(api, "appId") : STR(GRAPH_APP_ID);
    dom_set(claims, "acr", json_string("1"));
    add_v1_names(m, claims);
    add_scp(m, api, claims);
    set_str(claims, "sub", pairwise(m->c->arena, dom_str(m->user, "id"), audience));
    if (!api)
        return;
    add_roles(m, api, claims);
    add_groups(m, api, claims);
    add_optional(m, api, "accessToken", claims);
    add_requested(m, api, claims);
}

// Graph's own, that nobody else needs.
static void add_noise(const struct mint *m, json_t *claims)
{
    json_t *st = json_object();
    set_str(st, "sub", pairwise(m->c->arena, dom_str(m->user, "id"), dom_str(m->app, "appId")));
    set_str(claims, "app_displayname", dom_str(m->app, "displayName"));
    add_wids(m, claims);
    dom_set(claims, "xms_st", st);
    dom_set(claims, "xms_tcdt", json_integer(1388534400));
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
    if (m->user)
        add_v1_person(m, api, claims);
    else
        add_app_subject(m, api, claims);
    if (!api)
        add_noise(m, claims);
    return claims;
}

json_t *claims_id_token_v1(const struct mint *m)
{
    struct str app_id = dom_str(m->app, "appId");
    json_t *claims = json_object();
    set_str(claims, "aud", app_id);
    set_str(claims, "iss", emu_issuer_v1(m->c->emu, m->c->arena, dom_str(m->tenant, "id")));
    add_times(m, claims);
    add_v1_names(m, claims);
    if (m->grant->nonce.n && !m->without_nonce)
        set_str(claims, "nonce", m->grant->nonce);
    set_b64(m, claims, "rh", 24);
    set_str(claims, "sub", pairwise(m->c->arena, dom_str(m->user, "id"), app_id));
    set_str(claims, "tid", dom_str(m->tenant, "id"));
    set_b64(m, claims, "uti", 16);
    dom_set(claims, "ver", json_string("1.0"));
    add_hash("c_hash", m->code, claims);
    add_hash("at_hash", m->access_token, claims);
    add_roles(m, m->app, claims);
    add_groups(m, m->app, claims);
    return claims;
}
