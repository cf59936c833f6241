// SPDX-License-Identifier: MIT
#include "authorize.h"

#include "answers.h"
#include "config.h"
#include "device.h"
#include "faults.h"
#include "registry.h"

#define QUERY_MAX 65536

typedef bool check_fn(struct authorize *a);

static bool check_tenant(struct authorize *a) // A1
{
    return call_tenant(a->c);
}

static bool check_size(struct authorize *a) // A2
{
    return a->raw.n <= QUERY_MAX || refuse_plain(a->c, 90015);
}

static bool check_client_id(struct authorize *a) // A3
{
    if (call_need(a->c, "client_id"))
        return true;
    a->c->refusal.page = true;
    return false;
}

static bool check_app(struct authorize *a) // A4
{
    struct call *c = a->c;
    struct str id = call_param(c, "client_id");
    a->app = c->alias ? app_anywhere(c->emu, id) : app_in_tenant(c->emu, c->tenant, id);
    // At an alias the directory to look in is that of the person, who is not known yet.
    return a->app || c->alias ? true : refuse(c, 700016, id, dom_str(c->tenant, "displayName"));
}

static bool check_audience(struct authorize *a) // A5
{
    enum alias alias = a->c->alias;
    struct str id = dom_str(a->app, "appId");
    if (!a->app)
        return true;
    if (app_is_personal_only(a->app) && alias != ALIAS_CONSUMERS && alias != ALIAS_COMMON)
        return refuse(a->c, 9002331, id, STR_NONE);
    if (alias == ALIAS_CONSUMERS && !app_allows_personal(a->app))
        return refuse(a->c, 9002332, id, STR_NONE);
    if (alias && app_is_single_tenant(a->app))
        return refuse(a->c, 50194, id, STR_NONE);
    return true;
}

static bool check_redirect_syntax(struct authorize *a) // A6
{
    struct str uri = call_param(a->c, "redirect_uri");
    if (!uri.p)
        return true;
    if (uri.n == 0)
        return refuse_plain(a->c, 900971);
    if (!redirect_absolute(uri))
        return refuse_plain(a->c, 90102);
    return redirect_scheme_ok(uri) || refuse_plain(a->c, 500117);
}

static bool check_redirect_given(struct authorize *a) // A7
{
    a->redirect_uri = call_param(a->c, "redirect_uri");
    if (!a->redirect_uri.p)
        a->redirect_uri = redirect_first(a->app);
    return a->redirect_uri.p || !a->app ? true : refuse_plain(a->c, 500113);
}

static bool check_redirect_registered(struct authorize *a) // A8; A17 when it is put off
{
    struct call *c = a->c;
    a->platform = redirect_match(c->emu, a->app, a->redirect_uri);
    a->silent = str_is(call_param(c, "prompt"), "none") && !c->silent_deferred;
    if (a->platform)
        return true;
    bool now = a->silent || behaviour_is(c->emu, "redirectUriCheck", "immediate");
    return now ? authorize_refuse_client(a) : true;
}

static bool read_response_type(struct authorize *a, struct str text)
{
    while (text.p) {
        struct str word = str_cut(&text, ' ');
        bool *flag = str_is(word, "code")       ? &a->code
                     : str_is(word, "id_token") ? &a->id_token
                     : str_is(word, "token")    ? &a->token
                                                : NULL;
        if (!flag || *flag)
            return false;
        *flag = true;
    }
    return true;
}

static bool check_response_type(struct authorize *a) // A9
{
    struct call *c = a->c;
    const json_t *implicit = dom_get(dom_get(a->app, "web"), "implicitGrantSettings");
    if (!call_need(c, "response_type"))
        return false;
    bool known = read_response_type(a, call_param(c, "response_type"));
    a->mode = known && (a->id_token || a->token) ? MODE_FRAGMENT : MODE_QUERY;
    if (!known)
        return refuse(c, 70005, call_param(c, "response_type"), STR_NONE);
    if (a->id_token && !dom_bool(implicit, "enableIdTokenIssuance", false))
        return refuse_plain(c, 700054);
    if (a->token && !dom_bool(implicit, "enableAccessTokenIssuance", false))
        return refuse_plain(c, 700051);
    return true;
}

static bool check_response_mode(struct authorize *a) // A10
{
    struct str mode = call_param(a->c, "response_mode");
    if (!mode.n)
        return true;
    if (str_is(mode, "form_post"))
        a->mode = MODE_FORM_POST;
    else if (str_is(mode, "fragment"))
        a->mode = MODE_FRAGMENT;
    else if (!str_is(mode, "query") || a->id_token || a->token)
        return refuse(a->c, 70007, mode, STR_NONE);
    return true;
}

static bool check_scope_given(struct authorize *a) // A11
{
    return a->c->v1 || call_need(a->c, "scope");
}

static bool check_scope(struct authorize *a) // A12
{
    const json_t *tenant = a->c->tenant ? a->c->tenant : tenant_of_app(a->c->emu, a->app);
    a->scope = scopes_asked(a->c);
    return scopes_resolve(a->c, tenant, a->app, a->scope, &a->scopes);
}

static bool check_resource(struct authorize *a) // A13
{
    return a->c->v1 || scopes_fit_resource(a->c, &a->scopes);
}

static bool unreserved(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool letter =
            (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
        if (!letter && !(ch && strchr("-._~", ch)))
            return false;
    }
    return true;
}

static bool check_pkce(struct authorize *a) // A14
{
    struct call *c = a->c;
    struct str challenge = call_param(c, "code_challenge");
    struct str method = call_param(c, "code_challenge_method");
    if (method.n && !challenge.n)
        return refuse_plain(c, 50147);
    if (method.n && !str_is(method, "S256") && !str_is(method, "plain"))
        return refuse(c, 90023, STR("code_challenge_method must be S256 or plain"), STR_NONE);
    /*= rfc7636 4.1 "…with a minimum length of 43 characters and a maximum length of 128 characters"
     */
    if (challenge.p && (challenge.n < 43 || challenge.n > 128 || !unreserved(challenge)))
        return refuse_plain(c, 501491);
    return true;
}

static bool read_prompt(struct authorize *a, struct str text)
{
    bool none = false, more = false;
    while (text.p) {
        struct str word = str_cut(&text, ' ');
        if (!word.n)
            continue;
        bool *flag = str_is(word, "none")             ? &none
                     : str_is(word, "login")          ? &a->login
                     : str_is(word, "select_account") ? &a->select
                     : str_is(word, "consent")        ? &a->consent
                                                      : NULL;
        if (!flag)
            return false;
        *flag = true;
        more |= flag != &none;
    }
    return !(none && more);
}

static bool check_rest(struct authorize *a) // A15
{
    struct call *c = a->c;
    struct str claims = call_param(c, "claims"), max_age = call_param(c, "max_age");
    JSON_AUTO *tree = NULL;
    int64_t seconds;
    if (a->id_token && !call_need(c, "nonce"))
        return false;
    if (!read_prompt(a, call_param(c, "prompt")))
        return refuse(c, 90023, STR("the value of prompt is not supported"), STR_NONE);
    if (claims.n && !dom_parse_object(claims, &tree, NULL))
        return refuse(c, 90023, STR("claims is not a JSON object"), STR_NONE);
    if (max_age.n && (!str_to_i64(max_age, &seconds) || seconds < 0))
        return refuse(c, 90023, STR("max_age is not a number of seconds"), STR_NONE);
    return true;
}

// The order is the contract.
static check_fn *const checks[] = {
    check_tenant,         check_size,
    check_client_id,      check_app,
    check_audience,       check_redirect_syntax,
    check_redirect_given, check_redirect_registered,
    check_response_type,  check_response_mode,
    check_scope_given,    check_scope,
    check_resource,       check_pkce,
    check_rest,
};

static bool judge_request(struct authorize *a)
{
    for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
        if (!checks[i](a))
            return false;
    }
    return true;
}

bool authorize_refuse_client(struct authorize *a)
{
    struct call *c = a->c;
    if (a->app)
        return refuse(c, 50011, a->redirect_uri, dom_str(a->app, "appId"));
    const json_t *directory = a->tenant ? a->tenant : c->tenant;
    return refuse(c, 700016, call_param(c, "client_id"),
                  directory ? dom_str(directory, "displayName") : c->segment);
}

void authorize_run(struct call *c, struct str segment, struct str raw,
                   const struct interaction *so_far)
{
    if (so_far->user_code[0]) {
        device_run(c, so_far);
        return;
    }
    struct authorize *a = arena_alloc(c->arena, sizeof(*a));
    a->c = c;
    a->raw = raw;
    a->segment = c->segment = segment;
    a->so_far = *so_far;
    c->v1 = so_far->v1;
    bool shown = false;
    if (judge_request(a) && signin_judge(a, &shown))
        respond_success(a);
    else if (!shown)
        respond_refusal(a);
}

void authorize_handle(struct call *c)
{
    int unused;
    c->silent_deferred = faults_take(c->emu->faults, "authorize", "p5defer", &unused) != NULL;
    struct str raw = http_method(c->ex) == HTTP_POST ? http_body(c->ex) : http_raw_query(c->ex);
    authorize_run(c, c->segment, raw, &(struct interaction){ .v1 = c->v1 });
}
