// SPDX-License-Identifier: MIT
#include "consent.h"

#include "registry.h"

static struct str consent_key(struct call *c, const struct consent_who *who, struct str resource,
                              struct str scope)
{
    return arena_printf(c->arena, STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT,
                        STR_ARG(dom_str(who->tenant, "id")), STR_ARG(dom_str(who->app, "appId")),
                        STR_ARG(dom_str(who->user, "id")), STR_ARG(resource), STR_ARG(scope));
}

static bool word_in(struct str words, struct str word)
{
    while (words.p) {
        if (str_eq(str_cut(&words, ' '), word))
            return true;
    }
    return false;
}

static bool configured(const struct consent_who *who, struct str resource, struct str scope)
{
    const json_t *grants = dom_get(dom_get(who->app, "servicePrincipal"), "oauth2PermissionGrants");
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
    return configured(who, resource, scope) ||
           table_get(c->emu->consents, consent_key(c, who, resource, scope)) != NULL;
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

bool consent_missing(struct call *c, const struct consent_who *who, const struct scopes *s,
                     bool *ret_admin)
{
    bool missing = false;
    bool admin = false;
    const char *word;
    for (size_t i = 0; (word = scopes_oidc_at(s, i)); i++)
        missing |= lacks(
            c, who, &(struct scope){ .resource = STR(GRAPH_APP_ID), .name = str_c(word) }, &admin);
    for (size_t i = 0; i < s->count; i++)
        missing |= lacks(c, who, &s->api[i], &admin);
    *ret_admin = admin;
    return missing;
}

static void put(struct call *c, const struct consent_who *who, struct str resource,
                struct str scope)
{
    table_put(c->emu->consents, consent_key(c, who, resource, scope), c->emu);
}

void consent_give(struct call *c, const struct consent_who *who, const struct scopes *s)
{
    const char *word;
    for (size_t i = 0; (word = scopes_oidc_at(s, i)); i++)
        put(c, who, STR(GRAPH_APP_ID), str_c(word));
    for (size_t i = 0; i < s->count; i++)
        put(c, who, s->api[i].resource, s->api[i].name);
}
