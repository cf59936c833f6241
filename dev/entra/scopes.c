// SPDX-License-Identifier: MIT
#include "scopes.h"

#include "config.h"
#include "registry.h"

static const struct graph_scope {
    const char *name;
    bool admin;
} graph_scopes[] = {
    { "User.Read", false },
    { "User.ReadBasic.All", false },
    { "Directory.Read.All", true },
    { "GroupMember.Read.All", true },
};

const char *graph_scope_at(size_t i)
{
    return i < ARRAY_LEN(graph_scopes) ? graph_scopes[i].name : NULL;
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

static bool is_graph(struct str prefix)
{
    return prefix.n == 0 || str_is(prefix, GRAPH_URL) || str_eq_nocase(prefix, STR(GRAPH_APP_ID));
}

static bool find_graph(struct call *c, const json_t *client, struct scope *scope)
{
    scope->resource = STR(GRAPH_APP_ID);
    if (str_is(scope->name, ".default"))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(graph_scopes); i++) {
        if (str_is(scope->name, graph_scopes[i].name)) {
            scope->needs_admin = graph_scopes[i].admin;
            return true;
        }
    }
    refuse(c, 650053, dom_str(client, "displayName"), scope->name);
    c->refusal.text = arena_printf(c->arena, STR_FMT " '" GRAPH_APP_ID "'. Contact the app vendor.",
                                   STR_ARG(c->refusal.text));
    return false;
}

static bool find_owner(struct call *c, const json_t *tenant, const json_t *client,
                       struct scope *scope)
{
    scope->owner = app_by_identifier(c->emu, tenant, scope->prefix);
    if (!scope->owner)
        return refuse(c, 500011, scope->prefix, dom_str(tenant, "displayName"));
    scope->resource = dom_str(scope->owner, "appId");
    if (str_is(scope->name, ".default"))
        return true;
    const json_t *permission = app_scope(scope->owner, scope->name);
    scope->needs_admin = str_is(dom_str(permission, "type"), "Admin");
    if (permission)
        return true;
    refuse(c, 650053, dom_str(client, "displayName"), scope->name);
    c->refusal.text = arena_printf(c->arena, STR_FMT " '" STR_FMT "'. Contact the app vendor.",
                                   STR_ARG(c->refusal.text), STR_ARG(scope->resource));
    return false;
}

static bool judge_default(struct call *c, const json_t *client, const struct scopes *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (!str_is(s->api[i].name, ".default"))
            continue;
        struct str resource = s->api[i].resource;
        for (size_t k = 0; k < s->count; k++) {
            if (k != i && str_eq(s->api[k].resource, resource))
                return refuse(c, 70011, s->api[k].name, STR_NONE);
        }
        if (!str_eq(resource, dom_str(client, "appId")) && !app_lists_resource(client, resource))
            return refuse(c, 650057, dom_str(client, "appId"), s->api[i].prefix);
    }
    return true;
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
        if (!(is_graph(scope.prefix) ? find_graph(c, client, &scope)
                                     : find_owner(c, tenant, client, &scope)))
            return false;
        ret->api[ret->count++] = scope;
    }
    return judge_default(c, client, ret);
}

static bool resource_matches(const struct scopes *s, struct str resource)
{
    const json_t *owner = scopes_resource_app(s);
    if (owner)
        return app_has_identifier(owner, resource);
    // A bare scope is Graph's too, but naming a resource beside it was always refused.
    return s->count && s->api[0].prefix.n && str_is(resource, GRAPH_URL);
}

bool scopes_fit_resource(struct call *c, const struct scopes *s)
{
    if (!call_param(c, "resource").p || behaviour_is(c->emu, "resourceParameter", "ignore"))
        return true;
    if (behaviour_is(c->emu, "resourceParameter", "reject"))
        return refuse_plain(c, 901002);
    if (resource_matches(s, call_param(c, "resource")))
        return true;
    refuse_plain(c, 9010010);
    c->refusal.page = behaviour_is(c->emu, "resourceErrorDelivery", "page");
    return false;
}
