// SPDX-License-Identifier: MIT
// Who is it, and may this person use this application: A16 to A22.
#include "access.h"
#include "answers.h"
#include "authorize.h"
#include "config.h"
#include "consent.h"
#include "registry.h"

bool signin_password(struct authorize *a, struct str login, struct str password)
{
    struct call *c = a->c;
    const json_t *tenant = c->tenant;
    a->user = user_by_login(c->emu, tenant, login, &a->user_tenant);
    if (!a->user)
        return refuse(c, 50034, login, tenant ? dom_str(tenant, "displayName") : c->segment);
    // password.p NULL: the test header has vouched for it.
    if (password.p && !dom_str(a->user, "password").n)
        return refuse_plain(c, 50056);
    if (password.p && !str_eq_secret(dom_str(a->user, "password"), password))
        return refuse_plain(c, 50126);
    if (!dom_bool(a->user, "accountEnabled", true))
        return refuse_plain(c, 50057);
    if (user_has_state(a->user, "locked"))
        return refuse_plain(c, 50053);
    return user_has_state(a->user, "passwordExpired") ? refuse_plain(c, 50055) : true;
}

static bool adopt(struct authorize *a, const struct signed_in *who)
{
    a->who = *who;
    a->user_tenant = tenant_by_id(a->c->emu, str_c(who->tenant_id));
    a->user = user_by_oid(a->user_tenant, str_c(who->oid));
    return a->user != NULL;
}

static bool named_by(const struct authorize *a, const struct signed_in *who)
{
    struct str hint = call_param(a->c, "login_hint");
    struct str sid = call_param(a->c, "sid");
    const json_t *user =
        user_by_oid(tenant_by_id(a->c->emu, str_c(who->tenant_id)), str_c(who->oid));
    if (sid.n)
        return str_is(sid, who->sid);
    return user && str_eq_nocase(dom_str(user, "userPrincipalName"), hint);
}

static bool hinted(const struct authorize *a)
{
    return call_has(a->c, "login_hint") || call_has(a->c, "sid");
}

static bool ask(struct authorize *a, bool *ret_shown, struct str silent_reason)
{
    if (a->silent)
        return refuse(a->c, 50058, silent_reason, STR_NONE);
    page_sign_in(a, call_param(a->c, "login_hint"), STR_NONE);
    *ret_shown = true;
    return false;
}

static bool too_old(const struct authorize *a, const struct signed_in *who)
{
    int64_t max_age;
    if (!str_to_i64(call_param(a->c, "max_age"), &max_age))
        return false;
    return a->c->now - who->auth_time > max_age;
}

static bool from_session(struct authorize *a, bool *ret_shown)
{
    const struct session *s = session_get(a->c);
    if (!s || s->count == 0 || a->login)
        return ask(a, ret_shown, STR("no user is signed in"));
    const struct signed_in *chosen = s->count == 1 ? &s->users[0] : NULL;
    if (hinted(a)) {
        chosen = NULL;
        for (size_t i = 0; i < s->count; i++)
            chosen = named_by(a, &s->users[i]) ? &s->users[i] : chosen;
        if (!chosen)
            return ask(
                a, ret_shown,
                STR("none of the currently signed in user(s) match the requested login hint"));
    }
    if (!chosen && a->silent)
        return refuse_plain(a->c, 16000);
    if (!chosen || a->select) {
        page_picker(a);
        *ret_shown = true;
        return false;
    }
    if (too_old(a, chosen) || !adopt(a, chosen))
        return ask(a, ret_shown, STR("the sign-in is older than max_age allows"));
    return true;
}

// The header of non-interactive tests: as if this person had just signed in.
static bool from_header(struct authorize *a, struct str login, bool *ret_shown)
{
    if (!signin_password(a, login, STR_NONE)) {
        page_sign_in(a, login, a->c->refusal.text);
        *ret_shown = true;
        return false;
    }
    struct signed_in *who = session_sign_in(a->c, a->user_tenant, a->user);
    who->mfa = http_header(a->c->ex, "X-Emu-Mfa").n > 0;
    a->who = *who;
    return true;
}

static bool find_person(struct authorize *a, bool *ret_shown) // A16
{
    struct str header = http_header(a->c->ex, "X-Emu-User");
    bool ok = a->so_far.signed_in ? adopt(a, &a->so_far.who)
              : header.n          ? from_header(a, header, ret_shown)
                                  : from_session(a, ret_shown);
    if (!ok)
        return a->so_far.signed_in ? refuse(a->c, 50034, STR("?"), STR("?")) : false;
    a->so_far.signed_in = true;
    a->so_far.who = a->who;
    a->tenant = a->c->tenant ? a->c->tenant : a->user_tenant;
    a->c->person = dom_str(a->user, "userPrincipalName");
    return true;
}

static bool check_known(struct authorize *a) // A4, where it was put off
{
    return a->app ? true : authorize_refuse_client(a);
}

static bool check_registered(struct authorize *a) // A17
{
    return a->platform ? true : authorize_refuse_client(a);
}

// A Microsoft account at an endpoint or application for organizations, or the reverse.
static bool wrong_kind(const struct authorize *a)
{
    bool personal = tenant_is_personal(a->user_tenant);
    enum alias alias = a->c->alias;
    return personal ? alias == ALIAS_ORGANIZATIONS || !app_allows_personal(a->app)
                    : alias == ALIAS_CONSUMERS || app_is_personal_only(a->app);
}

static bool check_belongs(struct authorize *a) // A18
{
    if (a->tenant == a->user_tenant && !wrong_kind(a))
        return true;
    if (behaviour_is(a->c->emu, "wrongTenantError", "70001"))
        return refuse_plain(a->c, 70001);
    return refuse(a->c, 50020, dom_str(a->user, "userPrincipalName"),
                  dom_str(a->tenant, "displayName"));
}

static bool check_enabled(struct authorize *a) // A19
{
    if (principal_is_enabled(a->c->emu, a->tenant, a->app))
        return true;
    return refuse(a->c, 7000112, dom_str(a->app, "appId"), dom_str(a->app, "displayName"));
}

static bool silently_sent(struct authorize *a)
{
    // prompt=none shows no page: what would be one goes to the client.
    if (a->silent) {
        a->c->refusal.page = false;
        a->c->refusal.error = "interaction_required";
    }
    return false;
}

static bool check_mfa(struct authorize *a, bool demanded, bool *ret_shown)
{
    bool enrol = user_has_state(a->user, "mfaRegistration");
    if (a->who.mfa || (!demanded && !enrol && !user_has_state(a->user, "mfaRequired")))
        return true;
    refuse(a->c, enrol ? 50079 : 50076, scopes_resource(&a->scopes), STR_NONE);
    if (!a->silent) {
        page_mfa(a);
        *ret_shown = true;
    }
    return false;
}

static bool check_conditional_access(struct authorize *a, bool *ret_shown) // A20
{
    const char *flow = a->device_flow ? "deviceCode" : "authorizationCode";
    struct access_who who = { a->tenant, a->app, a->user, a->who.mfa };
    struct demand d = access_demand(a->c, &who, flow);
    if (a->device_flow && behaviour_is(a->c->emu, "deviceBlockVisible", "poll"))
        d.grant = NULL; // judged when the tokens are issued
    if (d.grant && strcmp(d.grant, "mfa") != 0) {
        access_refuse(a->c, &d, a->device_flow);
        return silently_sent(a);
    }
    return check_mfa(a, d.grant != NULL, ret_shown);
}

static bool check_assigned(struct authorize *a) // A21
{
    if (principal_admits(a->c->emu, a->tenant, a->app, a->user))
        return true;
    refuse(a->c, 50105, dom_str(a->app, "displayName"), dom_str(a->user, "userPrincipalName"));
    return silently_sent(a);
}

static bool declined(struct authorize *a)
{
    refuse_plain(a->c, 65004);
    a->c->refusal.subcode = "cancel";
    return false;
}

static enum consent_answer answer_of(const struct authorize *a)
{
    struct str header = http_header(a->c->ex, "X-Emu-Consent");
    if (a->so_far.consent || a->silent)
        return a->so_far.consent;
    return str_is(header, "accept")         ? CONSENT_ACCEPTED
           : str_is(header, "organization") ? CONSENT_FOR_ALL
           : str_is(header, "decline")      ? CONSENT_DECLINED
                                            : CONSENT_UNASKED;
}

static bool check_consent(struct authorize *a, bool *ret_shown) // A22
{
    struct consent_who who = { a->tenant, a->app, a->user };
    bool admin_only;
    bool missing = consent_missing(a->c, &who, &a->scopes, &admin_only);
    enum consent_answer answer = answer_of(a);
    bool yes = answer == CONSENT_ACCEPTED || answer == CONSENT_FOR_ALL;
    if (!missing && (!a->consent || yes))
        return true;
    if (a->silent)
        return refuse(a->c, 65001, dom_str(a->app, "appId"), dom_str(a->app, "displayName"));
    if (answer == CONSENT_DECLINED)
        return declined(a);
    bool admin = user_is_admin(a->user), blocked = admin_only && !admin;
    if (yes && !blocked) {
        consent_give(a->c, &who, &a->scopes, admin && answer == CONSENT_FOR_ALL);
        return true;
    }
    page_consent(a, blocked);
    *ret_shown = true;
    return false;
}

bool signin_judge(struct authorize *a, bool *ret_shown)
{
    return find_person(a, ret_shown) && check_known(a) && check_registered(a) && check_belongs(a) &&
           check_enabled(a) && check_conditional_access(a, ret_shown) && check_assigned(a) &&
           check_consent(a, ret_shown);
}

// --- what the pages bring back ---

static struct pending *resume(struct call *c)
{
    struct pending *p = pending_take(c);
    if (!p) {
        answer_refusal_page(c, STR_NONE, STR_NONE);
        return NULL;
    }
    return p;
}

static bool adopt_params(struct call *c, const struct pending *p)
{
    struct form *stored;
    if (!form_parse(c->arena, p->params, &stored, NULL))
        return false;
    c->params = stored;
    c->segment = p->segment;
    return true;
}

void login_handle(struct call *c)
{
    struct pending *p = resume(c);
    if (!p)
        return;
    struct authorize a = { .c = c, .raw = p->params, .segment = p->segment, .so_far = p->so_far };
    struct str login = str_trim(call_param(c, "login")), passwd = call_param(c, "passwd");
    c->segment = p->segment;
    bool in = call_tenant(c) && signin_password(&a, login, passwd.p ? passwd : STR(""));
    if (!adopt_params(c, p))
        return;
    if (!in) {
        page_sign_in(&a, login, c->refusal.text);
        return;
    }
    p->so_far.signed_in = true;
    p->so_far.who = *session_sign_in(c, a.user_tenant, a.user);
    authorize_run(c, p->segment, p->params, &p->so_far);
}

void mfa_handle(struct call *c)
{
    struct pending *p = resume(c);
    if (!p)
        return;
    p->so_far.who.mfa = p->so_far.signed_in && call_has(c, "code");
    struct session *s = session_get(c);
    for (size_t i = 0; s && i < s->count; i++) {
        if (strcmp(s->users[i].oid, p->so_far.who.oid) == 0)
            s->users[i].mfa |= p->so_far.who.mfa;
    }
    if (adopt_params(c, p))
        authorize_run(c, p->segment, p->params, &p->so_far);
}

void consent_handle(struct call *c)
{
    struct pending *p = resume(c);
    if (!p)
        return;
    bool accepted = str_is(call_param(c, "decision"), "accept");
    bool for_all = str_is(call_param(c, "organization"), "1");
    p->so_far.consent = !accepted ? CONSENT_DECLINED : for_all ? CONSENT_FOR_ALL : CONSENT_ACCEPTED;
    if (adopt_params(c, p))
        authorize_run(c, p->segment, p->params, &p->so_far);
}

void pick_handle(struct call *c)
{
    struct pending *p = resume(c);
    if (!p)
        return;
    const struct session *s = session_get(c);
    struct str oid = call_param(c, "account");
    for (size_t i = 0; s && i < s->count; i++) {
        if (!str_is(oid, s->users[i].oid))
            continue;
        p->so_far.signed_in = true;
        p->so_far.who = s->users[i];
    }
    if (!adopt_params(c, p))
        return;
    if (p->so_far.signed_in) {
        authorize_run(c, p->segment, p->params, &p->so_far);
        return;
    }
    struct authorize a = { .c = c, .raw = p->params, .segment = p->segment, .so_far = p->so_far };
    page_sign_in(&a, STR_NONE, STR_NONE);
}
