// SPDX-License-Identifier: MIT
#include "registry.h"

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

json_t *tenant_by_segment(const struct emu *e, struct str segment)
{
    json_t *tenant = tenant_by_id(e, segment);
    for (size_t i = 0; !tenant && i < json_array_size(tenants(e)); i++) {
        json_t *candidate = json_array_get(tenants(e), i);
        if (list_has(dom_get(candidate, "domains"), segment))
            tenant = candidate;
    }
    return tenant;
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

json_t *app_in_tenant(const struct emu *e, const json_t *tenant, struct str app_id)
{
    json_t *own = find_by(dom_get(tenant, "applications"), "appId", app_id);
    if (own)
        return own;
    json_t *foreign = app_anywhere(e, app_id);
    return foreign && !app_is_single_tenant(foreign) ? foreign : NULL;
}

bool app_is_fallback_public(const json_t *app)
{
    return dom_bool(app, "isFallbackPublicClient", dom_bool(app, "allowPublicClient", false));
}

bool app_is_enabled(const json_t *app)
{
    return dom_bool(dom_get(app, "servicePrincipal"), "accountEnabled", true);
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

json_t *app_by_identifier(const struct emu *e, const json_t *tenant, struct str uri)
{
    const json_t *apps = dom_get(tenant, "applications");
    for (size_t i = 0; i < json_array_size(apps); i++) {
        if (app_has_identifier(json_array_get(apps, i), uri))
            return json_array_get(apps, i);
    }
    return app_in_tenant(e, tenant, uri);
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

bool user_is_assigned(const json_t *app, const json_t *user)
{
    const json_t *sp = dom_get(app, "servicePrincipal");
    if (!dom_bool(sp, "appRoleAssignmentRequired", false))
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

static bool names(const json_t *list, struct str value)
{
    return list_has(list, value) || list_has(list, STR("all")) || list_has(list, STR("any"));
}

const char *conditional_access(const json_t *tenant, const json_t *app, const json_t *user,
                               const char *flow)
{
    const json_t *policies = dom_get(tenant, "conditionalAccess");
    const char *found = NULL;
    for (size_t i = 0; i < json_array_size(policies); i++) {
        const json_t *p = json_array_get(policies, i);
        bool applies = dom_bool(p, "enabled", true) && !dom_bool(p, "reportOnly", false) &&
                       names(dom_get(p, "apps"), dom_str(app, "appId")) &&
                       (names(dom_get(p, "users"), dom_str(user, "id")) ||
                        list_has(dom_get(p, "users"), dom_str(user, "userPrincipalName"))) &&
                       names(dom_get(p, "flows"), str_c(flow));
        struct str grant = dom_str(p, "grant");
        if (applies && (!found || str_is(grant, "block")))
            found = grant.p;
    }
    return found;
}
