// SPDX-License-Identifier: MIT
#include "consent.h"

#include "registry.h"

#define EVERYBODY STR("*")

static struct str consent_key(struct call *c, const struct consent_who *who, struct str user,
                              struct str resource, struct str scope)
{
    return arena_printf(c->arena, STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT,
                        STR_ARG(dom_str(who->tenant, "id")), STR_ARG(dom_str(who->app, "appId")),
                        STR_ARG(user), STR_ARG(resource), STR_ARG(scope));
}

static bool word_in(struct str words, struct str word)
{
    while (words.p) {
        if (str_eq(str_cut(&words, ' '), word))
            return true;
    }
    return false;
}

static bool configured(struct call *c, const struct consent_who *who, struct str resource,
                       struct str scope)
{
    const json_t *sp;
    if (!principal_find(c->emu, who->tenant, who->app, &sp))
        return false;
    const json_t *grants = dom_get(sp, "oauth2PermissionGrants");
    for (size_t i = 0; i < json_array_size(grants); i++) {
        const json_t *g = json_array_get(grants, i);
        bool for_user = str_is(dom_str(g, "consentType"), "AllPrincipals") ||
                        str_eq_nocase(dom_str(g, "principalId"), dom_str(who->user, "id"));
        if (for_user && str_eq_nocase(dom_str(g, "resourceAppId"), resource) &&
            word_in(dom_str(g, "scope"), scope))
            return true;
    }
    return false;
}

bool consent_has(struct call *c, const struct consent_who *who, struct str resource,
                 struct str scope)
{
    const struct str users[] = { dom_str(who->user, "id"), EVERYBODY };
    for (size_t i = 0; i < ARRAY_LEN(users); i++) {
        if (table_get(c->emu->consents, consent_key(c, who, users[i], resource, scope)))
            return true;
    }
    return configured(c, who, resource, scope);
}

static bool pre_authorized(const struct consent_who *who, const struct scope *scope)
{
    const json_t *list = dom_get(dom_get(scope->owner, "api"), "preAuthorizedApplications");
    struct str id = dom_str(app_scope(scope->owner, scope->name), "id");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const json_t *ids = dom_get(entry, "delegatedPermissionIds");
        for (size_t k = 0; k < json_array_size(ids); k++) {
            if (str_eq_nocase(dom_str(entry, "appId"), dom_str(who->app, "appId")) &&
                str_eq_nocase(dom_text(json_array_get(ids, k)), id))
                return true;
        }
    }
    return false;
}

static bool admin_only(const struct consent_who *who, struct str scope, bool needs_admin)
{
    struct str policy = dom_str(who->tenant, "userConsent");
    bool low_risk = str_is(scope, "openid") || str_is(scope, "profile") || str_is(scope, "email") ||
                    str_is(scope, "offline_access") || str_is(scope, "User.Read");
    return needs_admin || str_is(policy, "adminOnly") ||
           (str_is(policy, "lowRiskOnly") && !low_risk);
}

static bool lacks(struct call *c, const struct consent_who *who, const struct scope *scope,
                  bool *admin)
{
    if (consent_has(c, who, scope->resource, scope->name) || pre_authorized(who, scope))
        return false;
    *admin |= admin_only(who, scope->name, scope->needs_admin);
    return true;
}

static bool scope_needs_admin(const struct scope *of, struct str name)
{
    const struct graph_scope *graph = of->owner ? NULL : graph_scope_named(name);
    return (graph && graph->admin) ||
           (of->owner && str_is(dom_str(app_scope(of->owner, name), "type"), "Admin"));
}

// ".default" stands for all that the registration lists; for its own API, for the API itself.
static bool lacks_any(struct call *c, const struct consent_who *who, const struct scope *scope,
                      bool *admin)
{
    if (!scope_is_default(scope) || scope->owner == who->app)
        return lacks(c, who, scope, admin);
    struct scope one = *scope;
    bool missing = false;
    for (size_t i = 0; (one.name = static_scope_at(who->app, scope->owner, i)).p; i++) {
        one.needs_admin = scope_needs_admin(scope, one.name);
        missing |= lacks(c, who, &one, admin);
    }
    return missing;
}

bool consent_missing(struct call *c, const struct consent_who *who, const struct scopes *s,
                     bool *ret_admin)
{
    bool missing = false, admin = false;
    const char *word;
    for (size_t i = 0; (word = scopes_oidc_at(s, i)); i++)
        missing |= lacks(
            c, who, &(struct scope){ .resource = STR(GRAPH_APP_ID), .name = str_c(word) }, &admin);
    for (size_t i = 0; i < s->count; i++)
        missing |= lacks_any(c, who, &s->api[i], &admin);
    *ret_admin = admin;
    return missing;
}

static void give_one(struct call *c, const struct consent_who *who, struct str user,
                     const struct scope *scope)
{
    struct str name;
    table_put(c->emu->consents, consent_key(c, who, user, scope->resource, scope->name), c->emu);
    for (size_t i = 0;
         scope_is_default(scope) && (name = static_scope_at(who->app, scope->owner, i)).p; i++)
        table_put(c->emu->consents, consent_key(c, who, user, scope->resource, name), c->emu);
}

void consent_give(struct call *c, const struct consent_who *who, const struct scopes *s,
                  bool for_everybody)
{
    struct str user = for_everybody ? EVERYBODY : dom_str(who->user, "id");
    const char *word;
    for (size_t i = 0; (word = scopes_oidc_at(s, i)); i++)
        give_one(c, who, user,
                 &(struct scope){ .resource = STR(GRAPH_APP_ID), .name = str_c(word) });
    for (size_t i = 0; i < s->count; i++)
        give_one(c, who, user, &s->api[i]);
    principal_install(c->emu, tenant_by_id(c->emu, dom_str(who->tenant, "id")), who->app);
}
