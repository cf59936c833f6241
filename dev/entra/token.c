// SPDX-License-Identifier: MIT
#include "token.h"

#include "answers.h"
#include "config.h"
#include "registry.h"

static const struct grant_type *grant_type_named(struct str name)
{
    for (const struct grant_type *g = grant_types; g->name; g++) {
        if (str_is(name, g->name))
            return g;
    }
    return NULL;
}

static bool check_method(struct call *c) // T1
{
    if (http_method(c->ex) == HTTP_POST)
        return true;
    return refuse(c, 900561, STR("GET"), STR_NONE);
}

static bool check_app(struct token_call *t) // T6, T7
{
    struct call *c = t->c;
    t->app = c->alias ? app_anywhere(c->emu, t->client_id)
                      : app_in_tenant(c->emu, c->tenant, t->client_id);
    if (!t->app)
        return refuse(c, 700016, t->client_id,
                      c->alias ? c->segment : dom_str(c->tenant, "displayName"));
    struct str id = dom_str(t->app, "appId");
    const json_t *unused;
    if (c->alias && app_is_single_tenant(t->app))
        return refuse(c, 50194, id, STR_NONE);
    // Another tenant's application is there only once somebody has consented.
    if (!principal_find(c->emu, c->tenant, t->app, &unused))
        return refuse(c, 700016, id, dom_str(c->tenant, "displayName"));
    return principal_is_enabled(c->emu, c->tenant, t->app) ||
           refuse(c, 7000112, id, dom_str(t->app, "displayName"));
}

// The v1 endpoints' names.
static const char *name_in_v1(const char *parameter)
{
    return strcmp(parameter, "scope") == 0         ? "resource"
           : strcmp(parameter, "device_code") == 0 ? "code"
                                                   : parameter;
}

static bool check_parameters(struct token_call *t, const struct grant_type *type) // T8, T9
{
    for (size_t i = 0; type->needs[i]; i++) {
        if (!call_need(t->c, t->c->v1 ? name_in_v1(type->needs[i]) : type->needs[i]))
            return false;
    }
    if (type->artifact && !type->shape_ok(call_param(t->c, type->artifact)))
        return refuse_plain(t->c, 9002313);
    return true;
}

static bool is_kept(const struct grant_type *type)
{
    return type->shape_ok == grant_text_ok;
}

static void find_grant(struct token_call *t, const struct grant_type *type)
{
    if (!is_kept(type))
        return;
    bool code = strcmp(type->artifact, "code") == 0;
    t->grants = code ? t->c->emu->codes : t->c->emu->refreshes;
    t->grant = table_get(t->grants, call_param(t->c, type->artifact));
}

static bool check_client(struct token_call *t, const struct grant_type *type) // T10
{
    if (!is_kept(type))
        return true; // the grant judges the credential in its own order
    return t->grant ? client_judge(t) : refuse_plain(t->c, 70000);
}

// NULL: refused.
static const struct grant_type *token_judge(struct token_call *t)
{
    struct call *c = t->c;
    if (!check_method(c) || !call_tenant(c) || !call_need(c, "grant_type")) // T1 to T3
        return NULL;
    const struct grant_type *type = grant_type_named(call_param(c, "grant_type"));
    if (!type || (type->legacy && !behaviour_on(c->emu, "legacyGrants"))) { // T4
        refuse(c, 70003, call_param(c, "grant_type"), STR_NONE);
        return NULL;
    }
    if (!client_read(t) || !check_app(t) || !check_parameters(t, type))
        return NULL;
    find_grant(t, type);
    return check_client(t, type) && type->judge(t) ? type : NULL;
}

void token_handle(struct call *c)
{
    struct token_call t = { .c = c };
    const struct grant_type *type = token_judge(&t);
    // Only a single-page application's browser may read the answer, be it a refusal.
    if (t.grant && t.grant->platform == PLATFORM_SPA && t.origin.p)
        http_add_header(c->ex, "Access-Control-Allow-Origin", t.origin);
    if (!type) {
        answer_refusal_json(c);
        return;
    }
    c->note = arena_printf(c->arena, "token issued (%s)", type->name);
    type->give(&t);
}
