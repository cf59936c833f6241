// SPDX-License-Identifier: MIT
// The administrator's clicks in the Entra admin center, one verb a page: what is refused there is
// refused here.
#include "config.h"
#include "control.h"
#include "redirects.h"
#include "registry.h"
#include "scopes.h"

#define USER_READ "e1fe6dd8-ba31-4d61-89e7-88639da4683d" // is there from the beginning

struct click {
    struct call *c;
    json_t *body;
    json_t *config; // a copy; taken over when the click succeeds
    json_t *tenant, *app;
    struct err err;
};

static bool refuse_click(struct click *k, const char *path, const char *why)
{
    return err_set(&k->err, ERR_BAD_REQUEST, "%s: %s", path, why);
}

static json_t *member(json_t *object, const char *key, json_t *(*make)(void))
{
    json_t *value = json_object_get(object, key);
    if (value && !json_is_null(value))
        return value;
    dom_set(object, key, make());
    return json_object_get(object, key);
}

static json_t *find(const json_t *list, const char *key, struct str value)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (str_eq_nocase(dom_str(json_array_get(list, i), key), value))
            return json_array_get(list, i);
    }
    return NULL;
}

static struct str fresh_guid(struct call *c)
{
    char guid[GUID_SIZE];
    emu_guid(c->emu, guid);
    return arena_str(c->arena, str_c(guid));
}

// --- Authentication ---

static const struct redirect_list *platform_named(struct str name)
{
    for (size_t i = 0; i < PLATFORM_LISTS; i++) {
        if (str_is(name, redirect_lists[i].key))
            return &redirect_lists[i];
    }
    return NULL;
}

static bool add_uri(struct click *k, const char *platform, struct str uri)
{
    // The text box, not the service: the manifest takes these.
    if (str_starts(uri, STR("http://127.0.0.1")))
        return refuse_click(k, "redirect URI", "127.0.0.1 can only be entered in the manifest");
    if (str_index(uri, '*') >= 0)
        return refuse_click(k, "redirect URI", "a wildcard can only be entered in the manifest");
    json_t *uris = member(member(k->app, platform, json_object), "redirectUris", json_array);
    return json_array_append_new(uris, dom_string(uri)) == 0;
}

static bool add_uris(struct click *k, struct str platform, const json_t *uris)
{
    const struct redirect_list *list = platform_named(platform);
    if (!list)
        return refuse_click(k, "addPlatform", "must be web, spa or publicClient");
    for (size_t i = 0; i < json_array_size(uris); i++) {
        if (!add_uri(k, list->key, dom_text(json_array_get(uris, i))))
            return false;
    }
    return true;
}

static bool click_authentication(struct click *k)
{
    const json_t *flows = dom_get(k->body, "allowPublicClientFlows");
    struct str platform = dom_str(k->body, "addPlatform");
    if (platform.p && !add_uris(k, platform, dom_get(k->body, "uris")))
        return false;
    if (flows)
        dom_set(k->app, "isFallbackPublicClient", json_incref((json_t *)flows));
    return true;
}

// --- API permissions ---

static json_t *api_named(struct click *k, struct str name)
{
    json_t *apps = dom_get(k->tenant, "applications");
    json_t *api = find(apps, "displayName", name);
    return api ? api : find(apps, "appId", name);
}

static struct str permission_id(const json_t *api, struct str name)
{
    const struct graph_scope *graph = api ? NULL : graph_scope_named(name);
    return graph ? str_c(graph->id) : dom_str(app_scope(api, name), "id");
}

static void list_permission(struct click *k, struct str resource, struct str id)
{
    json_t *all = member(k->app, "requiredResourceAccess", json_array);
    json_t *entry = find(all, "resourceAppId", resource);
    if (!entry) {
        entry = json_object();
        dom_set(entry, "resourceAppId", dom_string(resource));
        json_array_append_new(all, entry);
    }
    json_t *access = member(entry, "resourceAccess", json_array);
    if (find(access, "id", id))
        return;
    json_t *one = json_object();
    dom_set(one, "id", dom_string(id));
    dom_set(one, "type", json_string("Scope"));
    json_array_append_new(access, one);
}

static bool click_permissions(struct click *k)
{
    struct str name = dom_str(k->body, "resource");
    bool graph = str_is(name, "Microsoft Graph");
    const json_t *api = graph ? NULL : api_named(k, name);
    const json_t *wanted = dom_get(k->body, "delegated");
    if (!graph && !api)
        return refuse_click(k, "resource", "no such API: Microsoft Graph, a name or an app id");
    for (size_t i = 0; i < json_array_size(wanted); i++) {
        struct str id = permission_id(api, dom_text(json_array_get(wanted, i)));
        if (!id.p)
            return refuse_click(k, "delegated", "the API has no such permission");
        list_permission(k, api ? dom_str(api, "appId") : STR(GRAPH_APP_ID), id);
    }
    return true;
}

static json_t *grant_for(json_t *grants, struct str resource)
{
    json_t *grant = find(grants, "resourceAppId", resource);
    if (grant && str_is(dom_str(grant, "consentType"), "AllPrincipals"))
        return grant;
    grant = json_object();
    dom_set(grant, "consentType", json_string("AllPrincipals"));
    dom_set(grant, "resourceAppId", dom_string(resource));
    json_array_append_new(grants, grant);
    return grant;
}

// Grants what is listed, for everybody; what is only asked for at the sign-in is not part of it.
static bool click_grant_admin_consent(struct click *k)
{
    const json_t *all = dom_get(k->app, "requiredResourceAccess");
    json_t *sp = member(k->app, "servicePrincipal", json_object);
    json_t *grants = member(sp, "oauth2PermissionGrants", json_array);
    json_object_del(sp, "deletedDateTime");
    for (size_t i = 0; i < json_array_size(all); i++) {
        struct str resource = dom_str(json_array_get(all, i), "resourceAppId"), name;
        const json_t *api = str_is(resource, GRAPH_APP_ID) ? NULL : api_named(k, resource);
        CLEANUP(buf_release) struct buf scope = BUF_INIT(16384);
        for (size_t p = 0; (name = static_scope_at(k->app, api, p)).p; p++)
            buf_addf(&scope, "%s" STR_FMT, p ? " " : "", STR_ARG(name));
        if (scope.n)
            dom_set(grant_for(grants, resource), "scope", dom_string(buf_str(&scope)));
    }
    return true;
}

// --- Expose an API ---

static bool click_expose(struct click *k)
{
    json_t *uris = member(k->app, "identifierUris", json_array);
    json_t *api = member(k->app, "api", json_object);
    json_t *list = member(api, "oauth2PermissionScopes", json_array);
    const json_t *scopes = dom_get(k->body, "scopes");
    struct str uri = dom_str(k->body, "appIdUri"), id = dom_str(k->app, "appId");
    if (!uri.n)
        uri = arena_printf(k->c->arena, "api://" STR_FMT, STR_ARG(id));
    if (!app_has_identifier(k->app, uri))
        json_array_append_new(uris, dom_string(uri));
    for (size_t i = 0; i < json_array_size(scopes); i++) {
        json_t *scope = json_object();
        dom_set(scope, "id", dom_string(fresh_guid(k->c)));
        dom_set(scope, "value", json_incref(json_array_get(scopes, i)));
        dom_set(scope, "type", json_string("User"));
        dom_set(scope, "isEnabled", json_true());
        json_array_append_new(list, scope);
    }
    return true;
}

// --- Certificates & secrets ---

static bool click_secret(struct click *k)
{
    struct str value = emu_opaque(k->c, "em8Q~", 24);
    json_t *secret = json_object();
    dom_set(secret, "keyId", dom_string(fresh_guid(k->c)));
    dom_set(secret, "hint", dom_string(str_slice(value, 0, 3)));
    dom_set(secret, "secretText", dom_string(value));
    dom_set(secret, "endDateTime",
            dom_str(k->body, "endDateTime").n ? json_incref(dom_get(k->body, "endDateTime"))
                                              : json_string("2099-01-01T00:00:00Z"));
    return json_array_append_new(member(k->app, "passwordCredentials", json_array), secret) == 0;
}

// --- the clicks ---

static const struct {
    const char *name;
    bool (*click)(struct click *k);
} clicks[] = {
    { "authentication", click_authentication },
    { "permissions", click_permissions },
    { "grantAdminConsent", click_grant_admin_consent },
    { "expose", click_expose },
    { "secret", click_secret },
};

static bool find_app(struct click *k, struct str app_id)
{
    size_t i;
    json_t *tenant;
    json_array_foreach(json_object_get(k->config, "tenants"), i, tenant)
    {
        k->tenant = tenant;
        k->app = find(dom_get(tenant, "applications"), "appId", app_id);
        if (k->app)
            return true;
    }
    return false;
}

static void overview(struct call *c, const json_t *tenant, const json_t *app)
{
    JSON_AUTO *reply = json_object();
    dom_set(reply, "clientId", dom_string(dom_str(app, "appId")));
    dom_set(reply, "tenantId", dom_string(dom_str(tenant, "id")));
    dom_set(reply, "application", json_deep_copy(app));
    control_reply(c, reply);
}

static void finish(struct click *k, bool ok)
{
    if (!ok) {
        json_decref(k->config);
        control_fail(k->c, 400, err_text(&k->err));
    } else if (control_take(k->c, k->config)) {
        overview(k->c, k->tenant, k->app);
    }
}

// --- App registrations: New registration ---

static const char *audience_named(struct str account_types)
{
    static const char *const table[][2] = {
        { "singleTenant", "AzureADMyOrg" },
        { "multiTenant", "AzureADMultipleOrgs" },
        { "multiTenantAndPersonal", "AzureADandPersonalMicrosoftAccount" },
        { "personal", "PersonalMicrosoftAccount" },
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (str_is(account_types, table[i][0]))
            return table[i][1];
    }
    return NULL;
}

static bool click_register(struct click *k)
{
    const json_t *redirect = dom_get(k->body, "redirect");
    const char *audience = audience_named(dom_str(k->body, "accountTypes"));
    struct str tenant_id = dom_str(k->body, "tenantId"), uri = dom_str(redirect, "uri");
    json_t *tenants = json_object_get(k->config, "tenants");
    k->tenant = tenant_id.n ? find(tenants, "id", tenant_id) : json_array_get(tenants, 0);
    if (!k->tenant)
        return refuse_click(k, "tenantId", "no such tenant");
    if (!dom_str(k->body, "name").n)
        return refuse_click(k, "name", "is needed");
    if (!audience)
        return refuse_click(
            k, "accountTypes",
            "must be singleTenant, multiTenant, multiTenantAndPersonal or personal");
    k->app = json_object();
    json_array_append_new(member(k->tenant, "applications", json_array), k->app);
    dom_set(k->app, "appId", dom_string(fresh_guid(k->c)));
    dom_set(k->app, "displayName", dom_string(dom_str(k->body, "name")));
    dom_set(k->app, "signInAudience", json_string(audience));
    list_permission(k, STR(GRAPH_APP_ID), STR(USER_READ));
    const struct redirect_list *platform = platform_named(dom_str(redirect, "platform"));
    if (redirect && !platform)
        return refuse_click(k, "redirect.platform", "must be web, spa or publicClient");
    return !redirect || add_uri(k, platform->key, uri);
}

void portal_post(struct call *c, struct str rest)
{
    JSON_AUTO *body = control_body(c);
    if (!body)
        return;
    struct click k = { .c = c, .body = body, .config = json_deep_copy(c->emu->config) };
    if (str_is(rest, "register")) {
        finish(&k, click_register(&k));
        return;
    }
    struct str app_id = str_cut(&rest, '/');
    for (size_t i = 0; i < ARRAY_LEN(clicks); i++) {
        if (!rest.p || !str_is(rest, clicks[i].name))
            continue;
        if (!find_app(&k, app_id))
            break;
        finish(&k, clicks[i].click(&k));
        return;
    }
    json_decref(k.config);
    control_fail(c, 404, STR("no such application, or no such page of the portal"));
}

void portal_get(struct call *c, struct str rest)
{
    const json_t *app = app_anywhere(c->emu, rest);
    if (app)
        overview(c, tenant_of_app(c->emu, app), app);
    else
        control_fail(c, 404, STR("no such application"));
}
