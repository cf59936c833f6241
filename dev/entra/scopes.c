// SPDX-License-Identifier: MIT
#include "scopes.h"

#include "config.h"
#include "registry.h"

// Names and ids as in Microsoft's list of Graph permissions.
static const struct graph_scope graph_scopes[] = {
    { "openid", "37f7f235-527c-4136-accd-4a02d197296e", .oidc = true },
    { "profile", "14dad69e-099b-42c9-810b-d002981feec1", .oidc = true },
    { "email", "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", .oidc = true },
    { "offline_access", "7427e0e9-2fba-42fe-b0c0-848c9e6a8182", .oidc = true },
    { "User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d" },
    { "User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277" },
    { "Directory.Read.All", "06da0dbc-49e2-44d2-8312-53f166ab848a", .admin = true },
    { "GroupMember.Read.All", "bc024368-1153-4739-b217-4326f2e966d0", .admin = true },
};

const struct graph_scope *graph_scope_at(size_t i)
{
    return i < ARRAY_LEN(graph_scopes) ? &graph_scopes[i] : NULL;
}

const struct graph_scope *graph_scope_named(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(graph_scopes); i++) {
        if (str_is(name, graph_scopes[i].name))
            return &graph_scopes[i];
    }
    return NULL;
}

static struct str graph_name_of(struct str id)
{
    for (size_t i = 0; i < ARRAY_LEN(graph_scopes); i++) {
        if (str_eq_nocase(id, str_c(graph_scopes[i].id)))
            return str_c(graph_scopes[i].name);
    }
    return STR_NONE;
}

static struct str api_name_of(const json_t *owner, struct str id)
{
    const json_t *list = dom_get(dom_get(owner, "api"), "oauth2PermissionScopes");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *scope = json_array_get(list, i);
        if (str_eq_nocase(dom_str(scope, "id"), id) && dom_bool(scope, "isEnabled", true))
            return dom_str(scope, "value");
    }
    return STR_NONE;
}

static const json_t *listed_access(const json_t *client, struct str resource)
{
    const json_t *list = dom_get(client, "requiredResourceAccess");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        if (str_eq_nocase(dom_str(entry, "resourceAppId"), resource))
            return dom_get(entry, "resourceAccess");
    }
    return NULL;
}

struct str static_scope_at(const json_t *client, const json_t *owner, size_t i)
{
    struct str resource = owner ? dom_str(owner, "appId") : STR(GRAPH_APP_ID);
    const json_t *access = listed_access(client, resource);
    for (size_t k = 0; k < json_array_size(access); k++) {
        const json_t *entry = json_array_get(access, k);
        struct str id = dom_str(entry, "id");
        struct str name = owner ? api_name_of(owner, id) : graph_name_of(id);
        if (str_is(dom_str(entry, "type"), "Scope") && name.p && i-- == 0)
            return name;
    }
    return STR_NONE;
}

bool scope_is_default(const struct scope *s)
{
    return str_is(s->name, ".default");
}

const char *scopes_oidc_at(const struct scopes *s, size_t i)
{
    const char *all[] = { s->email ? "email" : NULL, s->openid ? "openid" : NULL,
                          s->profile ? "profile" : NULL,
                          s->offline_access ? "offline_access" : NULL };
    for (size_t k = 0; k < ARRAY_LEN(all); k++) {
        if (all[k] && i-- == 0)
            return all[k];
    }
    return NULL;
}

struct str scopes_resource(const struct scopes *s)
{
    return s->count ? s->api[0].resource : STR(GRAPH_APP_ID);
}

const json_t *scopes_resource_app(const struct scopes *s)
{
    return s->count ? s->api[0].owner : NULL;
}

bool scopes_many_resources(const struct scopes *s)
{
    for (size_t i = 1; i < s->count; i++) {
        if (!str_eq(s->api[i].resource, s->api[0].resource))
            return true;
    }
    return false;
}

/*= rfc6749 3.3 "scope-token = 1*( %x21 / %x23-5B / %x5D-7E )" */
static bool scope_token_ok(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (ch < 0x21 || ch > 0x7e || ch == '"' || ch == '\\')
            return false;
    }
    return s.n > 0;
}

static bool take_oidc(struct scopes *s, struct str word)
{
    struct {
        const char *name;
        bool *flag;
    } known[] = { { "openid", &s->openid },
                  { "profile", &s->profile },
                  { "email", &s->email },
                  { "offline_access", &s->offline_access } };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (str_is(word, known[i].name)) {
            *known[i].flag = true;
            return true;
        }
    }
    return false;
}

static void split_scope(struct str word, struct scope *ret)
{
    size_t slash = word.n;
    while (slash > 0 && word.p[slash - 1] != '/')
        slash--;
    *ret = (struct scope){ .prefix = slash ? str_slice(word, 0, slash - 1) : STR(""),
                           .name = str_slice(word, slash, word.n) };
}

static bool is_graph(const struct emu *e, struct str prefix)
{
    return prefix.n == 0 || str_is(prefix, config_cloud(e)->graph) ||
           str_eq_nocase(prefix, STR(GRAPH_APP_ID));
}

static bool unknown_scope(struct call *c, const json_t *client, const struct scope *scope)
{
    refuse(c, 650053, dom_str(client, "displayName"), scope->name);
    c->refusal.text = arena_printf(c->arena, STR_FMT " '" STR_FMT "'. Contact the app vendor.",
                                   STR_ARG(c->refusal.text), STR_ARG(scope->resource));
    return false;
}

static bool find_graph(struct call *c, const json_t *client, struct scope *scope)
{
    scope->resource = STR(GRAPH_APP_ID);
    const struct graph_scope *known = graph_scope_named(scope->name);
    scope->needs_admin = known && known->admin;
    return known || scope_is_default(scope) || unknown_scope(c, client, scope);
}

static bool find_owner(struct call *c, const json_t *tenant, const json_t *client,
                       struct scope *scope)
{
    const json_t *unused;
    scope->owner = api_by_identifier(c->emu, tenant, scope->prefix);
    if (!scope->owner)
        return refuse(c, 500011, scope->prefix, dom_str(tenant, "displayName"));
    if (!principal_find(c->emu, tenant, scope->owner, &unused) && scope->owner != client)
        return refuse(c, 650052, scope->prefix, dom_str(tenant, "displayName"));
    scope->resource = dom_str(scope->owner, "appId");
    const json_t *permission = app_scope(scope->owner, scope->name);
    scope->needs_admin = str_is(dom_str(permission, "type"), "Admin");
    return permission || scope_is_default(scope) || unknown_scope(c, client, scope);
}

static bool judge_default(struct call *c, const json_t *client, const struct scopes *s, size_t at)
{
    struct str resource = s->api[at].resource, app_id = dom_str(client, "appId");
    for (size_t k = 0; k < s->count; k++) {
        if (k != at && str_eq(s->api[k].resource, resource))
            return refuse(c, 70011, s->api[k].name, STR_NONE);
    }
    if (str_eq(resource, app_id) || app_lists_resource(client, resource))
        return true;
    if (json_array_size(dom_get(client, "requiredResourceAccess")) == 0)
        return refuse(c, 650056, s->api[at].prefix, app_id);
    return refuse(c, 650057, app_id, s->api[at].prefix);
}

static bool judge_defaults(struct call *c, const json_t *client, const struct scopes *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (scope_is_default(&s->api[i]) && !judge_default(c, client, s, i))
            return false;
    }
    return true;
}

struct str scopes_asked(struct call *c)
{
    if (!c->v1)
        return call_param(c, "scope");
    struct str resource = call_param(c, "resource");
    return arena_printf(c->arena, "openid profile offline_access " STR_FMT "/.default",
                        STR_ARG(resource.n ? resource : STR(GRAPH_APP_ID)));
}

bool scopes_resolve(struct call *c, const json_t *tenant, const json_t *client, struct str text,
                    struct scopes *ret)
{
    *ret = (struct scopes){ 0 };
    struct str rest = text;
    while (rest.p) {
        struct str word = str_cut(&rest, ' ');
        if (word.n == 0 || (scope_token_ok(word) && take_oidc(ret, word)))
            continue;
        bool unsupported = str_is(word, "address") || str_is(word, "phone");
        if (!scope_token_ok(word) || unsupported || ret->count == SCOPES_MAX)
            return refuse(c, 70011, str_is_utf8(word) ? word : STR("?"), STR_NONE);
        struct scope scope;
        split_scope(word, &scope);
        if (!(is_graph(c->emu, scope.prefix) ? find_graph(c, client, &scope)
                                             : find_owner(c, tenant, client, &scope)))
            return false;
        ret->api[ret->count++] = scope;
    }
    return judge_defaults(c, client, ret);
}

static bool resource_matches(const struct emu *e, const struct scopes *s, struct str resource)
{
    const json_t *owner = scopes_resource_app(s);
    if (owner)
        return app_has_identifier(owner, resource);
    // A bare scope is Graph's too, but naming a resource beside it was always refused.
    return s->count && s->api[0].prefix.n && str_is(resource, config_cloud(e)->graph);
}

bool scopes_fit_resource(struct call *c, const struct scopes *s)
{
    if (!call_param(c, "resource").p || behaviour_is(c->emu, "resourceParameter", "ignore"))
        return true;
    if (behaviour_is(c->emu, "resourceParameter", "reject"))
        return refuse_plain(c, 901002);
    if (resource_matches(c->emu, s, call_param(c, "resource")))
        return true;
    refuse_plain(c, 9010010);
    c->refusal.page = behaviour_is(c->emu, "resourceErrorDelivery", "page");
    return false;
}
