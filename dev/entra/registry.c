// SPDX-License-Identifier: MIT
#include "registry.h"

#include "config.h"

static json_t *find_by(const json_t *list, const char *key, struct str value)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *item = json_array_get(list, i);
        if (str_eq_nocase(dom_str(item, key), value))
            return item;
    }
    return NULL;
}

static bool list_has(const json_t *list, struct str value)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (str_eq_nocase(dom_text(json_array_get(list, i)), value))
            return true;
    }
    return false;
}

static const json_t *tenants(const struct emu *e)
{
    return dom_get(e->config, "tenants");
}

json_t *tenant_by_id(const struct emu *e, struct str id)
{
    return find_by(tenants(e), "id", id);
}

bool tenant_is_personal(const json_t *tenant)
{
    return str_eq_nocase(dom_str(tenant, "id"), STR(MSA_TENANT));
}

// A tenant that is not published yet cannot be found.
static bool published(const struct emu *e, const json_t *tenant)
{
    int64_t since;
    return !parse_iso_time(dom_str(tenant, "publishedSince"), &since) || since <= emu_now(e);
}

json_t *tenant_by_segment(const struct emu *e, struct str segment)
{
    json_t *tenant = tenant_by_id(e, segment);
    for (size_t i = 0; !tenant && i < json_array_size(tenants(e)); i++) {
        json_t *candidate = json_array_get(tenants(e), i);
        if (list_has(dom_get(candidate, "domains"), segment))
            tenant = candidate;
    }
    return tenant && published(e, tenant) ? tenant : NULL;
}

json_t *app_anywhere(const struct emu *e, struct str app_id)
{
    for (size_t i = 0; i < json_array_size(tenants(e)); i++) {
        json_t *app =
            find_by(dom_get(json_array_get(tenants(e), i), "applications"), "appId", app_id);
        if (app)
            return app;
    }
    return NULL;
}

json_t *tenant_of_app(const struct emu *e, const json_t *app)
{
    for (size_t i = 0; i < json_array_size(tenants(e)); i++) {
        json_t *tenant = json_array_get(tenants(e), i);
        if (find_by(dom_get(tenant, "applications"), "appId", dom_str(app, "appId")))
            return tenant;
    }
    return NULL;
}

bool app_is_single_tenant(const json_t *app)
{
    struct str audience = dom_str(app, "signInAudience");
    return !audience.p || str_is(audience, "AzureADMyOrg");
}

bool app_allows_personal(const json_t *app)
{
    return str_ends(dom_str(app, "signInAudience"), STR("PersonalMicrosoftAccount"));
}

bool app_is_personal_only(const json_t *app)
{
    return str_is(dom_str(app, "signInAudience"), "PersonalMicrosoftAccount");
}

static json_t *own_app(const json_t *tenant, struct str app_id)
{
    return find_by(dom_get(tenant, "applications"), "appId", app_id);
}

json_t *app_in_tenant(const struct emu *e, const json_t *tenant, struct str app_id)
{
    const json_t *unused;
    json_t *own = own_app(tenant, app_id);
    if (own)
        return principal_find(e, tenant, own, &unused) ? own : NULL;
    json_t *foreign = app_anywhere(e, app_id);
    return foreign && !app_is_single_tenant(foreign) ? foreign : NULL;
}

bool app_is_fallback_public(const json_t *app)
{
    return dom_bool(app, "isFallbackPublicClient", dom_bool(app, "allowPublicClient", false));
}

bool app_mints_v2(const json_t *app)
{
    return dom_int(dom_get(app, "api"), "requestedAccessTokenVersion", 1) == 2;
}

bool app_has_identifier(const json_t *app, struct str uri)
{
    const json_t *list = dom_get(app, "identifierUris");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (str_eq(dom_text(json_array_get(list, i)), uri))
            return true;
    }
    return false;
}

json_t *api_by_identifier(const struct emu *e, const json_t *tenant, struct str uri)
{
    const json_t *apps = dom_get(tenant, "applications");
    for (size_t i = 0; i < json_array_size(apps); i++) {
        if (app_has_identifier(json_array_get(apps, i), uri))
            return json_array_get(apps, i);
    }
    json_t *own = own_app(tenant, uri);
    return own ? own : app_in_tenant(e, tenant, uri);
}

const json_t *app_scope(const json_t *app, struct str value)
{
    const json_t *list = dom_get(dom_get(app, "api"), "oauth2PermissionScopes");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *scope = json_array_get(list, i);
        if (str_eq(dom_str(scope, "value"), value) && dom_bool(scope, "isEnabled", true))
            return scope;
    }
    return NULL;
}

bool app_lists_resource(const json_t *app, struct str resource_app_id)
{
    return find_by(dom_get(app, "requiredResourceAccess"), "resourceAppId", resource_app_id) !=
           NULL;
}

bool app_wants_claim(const json_t *app, const char *token, const char *claim)
{
    return find_by(dom_get(dom_get(app, "optionalClaims"), token), "name", str_c(claim)) != NULL;
}

// --- service principals ---

bool principal_find(const struct emu *e, const json_t *tenant, const json_t *app,
                    const json_t **ret_sp)
{
    struct str app_id = dom_str(app, "appId");
    const json_t *home = tenant_of_app(e, app);
    bool own = !tenant || tenant == home;
    const json_t *sp = own ? dom_get(app, "servicePrincipal")
                           : find_by(dom_get(tenant, "servicePrincipals"), "appId", app_id);
    *ret_sp = sp;
    return (own || sp) && !dom_str(sp, "deletedDateTime").p;
}

struct str principal_id(struct arena *arena, const json_t *tenant, const json_t *app)
{
    return emu_derived_guid(arena, dom_str(tenant, "id"), dom_str(app, "appId").p);
}

bool principal_is_enabled(const struct emu *e, const json_t *tenant, const json_t *app)
{
    const json_t *sp;
    return !principal_find(e, tenant, app, &sp) || dom_bool(sp, "accountEnabled", true);
}

void principal_install(struct emu *e, json_t *tenant, const json_t *app)
{
    const json_t *unused;
    if (principal_find(e, tenant, app, &unused))
        return;
    if (!json_is_array(dom_get(tenant, "servicePrincipals")))
        dom_set(tenant, "servicePrincipals", json_array());
    json_t *sp = json_object();
    dom_set(sp, "appId", dom_string(dom_str(app, "appId")));
    json_array_append_new(dom_get(tenant, "servicePrincipals"), sp);
}

bool principal_admits(const struct emu *e, const json_t *tenant, const json_t *app,
                      const json_t *user)
{
    const json_t *sp;
    if (!principal_find(e, tenant, app, &sp) || !dom_bool(sp, "appRoleAssignmentRequired", false))
        return true;
    const json_t *list = dom_get(sp, "appRoleAssignedTo");
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct str principal = dom_str(json_array_get(list, i), "principalId");
        if (str_eq_nocase(principal, dom_str(user, "id")) ||
            list_has(dom_get(user, "memberOf"), principal))
            return true;
    }
    return false;
}

// --- people ---

static json_t *user_in(const json_t *tenant, struct str login)
{
    json_t *user = find_by(dom_get(tenant, "users"), "userPrincipalName", login);
    return user ? user : find_by(dom_get(tenant, "users"), "mail", login);
}

json_t *user_by_login(const struct emu *e, const json_t *tenant, struct str login,
                      json_t **ret_tenant)
{
    json_t *user = tenant ? user_in(tenant, login) : NULL;
    if (user) {
        *ret_tenant = (json_t *)tenant;
        return user;
    }
    for (size_t i = 0; i < json_array_size(tenants(e)); i++) {
        json_t *other = json_array_get(tenants(e), i);
        user = user_in(other, login);
        // A guest's account is at home elsewhere: it is no way into a third tenant.
        if (user && !user_is_guest(user)) {
            *ret_tenant = other;
            return user;
        }
    }
    return NULL;
}

json_t *user_by_oid(const json_t *tenant, struct str oid)
{
    return find_by(dom_get(tenant, "users"), "id", oid);
}

json_t *user_seen_in(const json_t *tenant, const json_t *home, struct str oid)
{
    json_t *user = user_by_oid(home, oid);
    if (tenant == home || !user)
        return user;
    json_t *guest = user_in(tenant, dom_str(user, "userPrincipalName"));
    bool of_home = str_eq_nocase(dom_str(guest, "homeTenantId"), dom_str(home, "id"));
    return guest && user_is_guest(guest) && of_home ? guest : NULL;
}

bool user_has_state(const json_t *user, const char *state)
{
    return list_has(dom_get(user, "state"), str_c(state));
}

bool user_is_admin(const json_t *user)
{
    return json_array_size(dom_get(user, "wids")) > 0;
}

bool user_is_guest(const json_t *user)
{
    return str_is(dom_str(user, "userType"), "Guest");
}

size_t user_group_count(const json_t *user)
{
    return json_array_size(dom_get(user, "memberOf")) + (size_t)dom_int(user, "generateGroups", 0);
}
