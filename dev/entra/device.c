// SPDX-License-Identifier: MIT
#include "device.h"

#include "access.h"
#include "answers.h"
#include "authorize.h"
#include "config.h"
#include "consent.h"
#include "json/write.h"
#include "registry.h"

enum device_state {
    DEVICE_PENDING,
    DEVICE_APPROVED,
    DEVICE_DECLINED,
    DEVICE_EXPIRED,
    DEVICE_REDEEMED
};

struct device {
    struct grant *grant; // app, tenant, scope; the person once approved
    char user_code[USER_CODE_SIZE];
    struct str segment; // in grant->arena
    enum device_state state;
    int64_t issued, last_poll, polls;
    bool slow_down;
};

void device_free(void *p)
{
    struct device *d = p;
    grant_free(d->grant);
    free(d);
}

// --- the request for a code ---

static bool judge_app(struct call *c, json_t **ret_app)
{
    struct str id = call_param(c, "client_id");
    json_t *app = c->alias ? app_anywhere(c->emu, id) : app_in_tenant(c->emu, c->tenant, id);
    if (app && c->alias && app_is_single_tenant(app))
        return refuse(c, 50194, id, STR_NONE);
    if (!app)
        return refuse(c, 700016, id, c->alias ? c->segment : dom_str(c->tenant, "displayName"));
    *ret_app = app;
    return principal_is_enabled(c->emu, c->tenant, app) ||
           refuse(c, 7000112, id, dom_str(app, "displayName"));
}

static bool judge_request(struct call *c, json_t **ret_app)
{
    struct scopes scopes;
    if (http_method(c->ex) != HTTP_POST && !c->v1)
        return refuse(c, 900561, STR("GET"), STR_NONE);
    if (!call_tenant(c) || !call_need(c, "client_id") || !judge_app(c, ret_app) ||
        (!c->v1 && !call_need(c, "scope")))
        return false;
    const json_t *tenant = c->tenant ? c->tenant : tenant_of_app(c->emu, *ret_app);
    if (!scopes_resolve(c, tenant, *ret_app, scopes_asked(c), &scopes))
        return false;
    if (scopes_many_resources(&scopes))
        return refuse(c, 28000, call_param(c, "scope"), STR_NONE);
    if (!c->v1 && !scopes_fit_resource(c, &scopes))
        return false;
    struct token_call t = { .c = c, .app = *ret_app };
    return !behaviour_is(c->emu, "deviceCodeClientCheck", "onRequest") || client_judge(&t);
}

static void make_user_code(struct call *c, char ret[USER_CODE_SIZE])
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    uint8_t dice[USER_CODE_SIZE - 1];
    emu_bytes(c->emu, dice, sizeof(dice));
    for (size_t i = 0; i < sizeof(dice); i++)
        ret[i] = letters[dice[i] % (sizeof(letters) - 1)];
    ret[sizeof(dice)] = '\0';
}

static struct device *device_new(struct call *c, const json_t *app)
{
    struct device *d = calloc(1, sizeof(*d));
    if (!d)
        abort();
    struct grant asked = { .app_id = dom_str(app, "appId"),
                           .tenant_id = dom_str(c->tenant, "id"),
                           .scope = scopes_asked(c),
                           .claims = call_param(c, "claims"),
                           .issued = c->now };
    d->grant = grant_copy(&asked);
    d->segment = arena_str(d->grant->arena, c->segment);
    d->issued = c->now;
    make_user_code(c, d->user_code);
    return d;
}

// The v1 endpoint says url instead of uri, and writes numbers as text.
static void add_page_and_times(struct call *c, struct json_writer *w, struct str page)
{
    jw_kv(w, c->v1 ? "verification_url" : "verification_uri", page);
    if (c->v1) {
        jw_kv(w, "expires_in", arena_printf(c->arena, "%d", DEVICE_SECONDS));
        jw_kv(w, "interval", arena_printf(c->arena, "%d", DEVICE_INTERVAL));
        return;
    }
    jw_kv_int(w, "expires_in", DEVICE_SECONDS);
    jw_kv_int(w, "interval", DEVICE_INTERVAL);
}

void devicecode_handle(struct call *c)
{
    json_t *app = NULL;
    if (!judge_request(c, &app)) {
        answer_refusal_json(c);
        return;
    }
    struct device *d = device_new(c, app);
    struct str device_code = emu_opaque(c, "D", 180);
    struct str page = emu_plays_real(c->emu) ? str_c(config_cloud(c->emu)->device_page)
                                             : arena_printf(c->arena, "%s/device", c->emu->base);
    table_put(c->emu->devices, device_code, d);
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv_c(&w, "user_code", d->user_code);
    jw_kv(&w, "device_code", device_code);
    add_page_and_times(c, &w, page);
    jw_kv(&w, "message",
          arena_printf(c->arena,
                       "To sign in, use a web browser to open the page " STR_FMT
                       " and enter the code %s to authenticate.",
                       STR_ARG(page), d->user_code));
    jw_object_end(&w);
    c->note = STR("device code issued");
    answer_json(c, 200, buf_str(&out));
}

// --- the person's side ---

struct search {
    struct str user_code;
    struct device *found;
};

static bool match_user_code(struct str key, void *value, void *ctx)
{
    (void)key;
    struct search *s = ctx;
    struct device *d = value;
    if (str_eq_nocase(s->user_code, str_c(d->user_code)))
        s->found = d;
    return true;
}

static struct device *find_by_user_code(struct call *c, struct str user_code)
{
    struct search s = { .user_code = str_trim(user_code) };
    table_each(c->emu->devices, match_user_code, &s);
    return s.found;
}

static bool expired(const struct call *c, const struct device *d)
{
    return d->state == DEVICE_EXPIRED || c->now > d->issued + DEVICE_SECONDS;
}

void device_page_handle(struct call *c)
{
    struct str code = call_param(c, "user_code");
    struct device *d = code.n ? find_by_user_code(c, code) : NULL;
    if (d && d->state == DEVICE_PENDING && !expired(c, d)) {
        struct interaction begun = { 0 };
        memcpy(begun.user_code, d->user_code, sizeof(begun.user_code));
        device_run(c, &begun);
        return;
    }
    page_device_code(c, code.n ? "That code did not work. Check the code and try again." : NULL);
}

static bool adopt_device(struct authorize *a, const struct device *d)
{
    struct call *c = a->c;
    a->segment = c->segment = arena_str(c->arena, d->segment);
    a->raw = STR("");
    a->platform = PLATFORM_PUBLIC; // no redirect URI takes part
    a->device_flow = true;
    if (!call_tenant(c))
        return false;
    a->app = app_anywhere(c->emu, d->grant->app_id);
    const json_t *tenant = c->tenant ? c->tenant : tenant_of_app(c->emu, a->app);
    return scopes_resolve(c, tenant, a->app, arena_str(c->arena, d->grant->scope), &a->scopes);
}

static void approve(struct device *d, const struct authorize *a)
{
    struct grant approved = *d->grant;
    approved.tenant_id = dom_str(a->tenant, "id");
    approved.user_tenant_id = dom_str(a->user_tenant, "id");
    approved.oid = dom_str(a->user, "id");
    approved.sid = str_c(a->who.sid);
    approved.auth_time = a->who.auth_time;
    approved.mfa = a->who.mfa;
    struct grant *kept = grant_copy(&approved);
    d->segment = arena_str(kept->arena, d->segment);
    grant_free(d->grant);
    d->grant = kept;
    d->state = DEVICE_APPROVED;
}

void device_run(struct call *c, const struct interaction *so_far)
{
    struct device *d = find_by_user_code(c, str_c(so_far->user_code));
    if (!d || d->state != DEVICE_PENDING || expired(c, d)) {
        page_device_code(c, "The code has expired or was used. Get a new one.");
        return;
    }
    struct authorize *a = arena_alloc(c->arena, sizeof(*a));
    bool shown = false;
    a->c = c;
    a->so_far = *so_far;
    if (adopt_device(a, d) && signin_judge(a, &shown)) {
        if (!a->so_far.confirmed) {
            page_confirm(a);
            return;
        }
        approve(d, a);
        page_done(a, "You have signed in", "You can close this window now.");
        return;
    }
    if (shown)
        return;
    if (c->refusal.code == 65004) {
        d->state = DEVICE_DECLINED;
        page_done(a, "Sign-in cancelled", "Nothing was granted. You can close this window.");
        return;
    }
    answer_refusal_page(c, dom_str(a->app, "displayName"), dom_str(a->app, "appId"));
}

void device_confirm_handle(struct call *c)
{
    struct pending *p = pending_take(c);
    if (!p) {
        answer_refusal_page(c, STR_NONE, STR_NONE);
        return;
    }
    bool yes = str_is(call_param(c, "decision"), "accept");
    struct device *d = find_by_user_code(c, str_c(p->so_far.user_code));
    p->so_far.confirmed = yes;
    if (!yes) {
        if (d && d->state == DEVICE_PENDING)
            d->state = DEVICE_DECLINED;
        page_device_code(c, "The sign-in was cancelled.");
        return;
    }
    device_run(c, &p->so_far);
}

// --- tests ---

// Signs in, confirms and consents at once; what only a page would show is an error here.
static bool approve_as(struct call *c, struct device *d, struct str login, struct err *err)
{
    struct authorize *a = arena_alloc(c->arena, sizeof(*a));
    json_t *tenant;
    a->c = c;
    if (!adopt_device(a, d))
        return err_set(err, ERR_BAD_REQUEST, STR_FMT, STR_ARG(c->refusal.text));
    json_t *user = user_by_login(c->emu, c->tenant, login, &tenant);
    if (!user)
        return err_set(err, ERR_NOT_FOUND, "user: no '" STR_FMT "'", STR_ARG(login));
    bool shown = false;
    a->so_far = (struct interaction){ .signed_in = true, .consent = CONSENT_ACCEPTED };
    signed_in_set(c, &a->so_far.who, tenant, user);
    if (!signin_judge(a, &shown))
        return err_set(err, ERR_ACCESS_DENIED, STR_FMT,
                       STR_ARG(shown ? STR("a page was shown") : c->refusal.text));
    approve(d, a);
    return true;
}

bool device_control(struct call *c, const json_t *order, struct err *err)
{
    struct str op = dom_str(order, "op");
    struct device *d = find_by_user_code(c, dom_str(order, "user_code"));
    if (!d)
        return err_set(err, ERR_NOT_FOUND, "user_code: not known");
    if (str_is(op, "approve"))
        return approve_as(c, d, dom_str(order, "user"), err);
    if (str_is(op, "decline"))
        d->state = DEVICE_DECLINED;
    else if (str_is(op, "expire"))
        d->state = DEVICE_EXPIRED;
    else if (str_is(op, "slowDown"))
        d->slow_down = true;
    else
        return err_set(err, ERR_BAD_REQUEST, "op is approve, decline, expire or slowDown");
    return true;
}

// --- the polls ---

static bool judge_pending(struct call *c, struct device *d)
{
    int64_t limit = behaviour_number(c->emu, "pollLoopLimit");
    int64_t since = c->now - d->last_poll;
    d->last_poll = c->now;
    if (limit && ++d->polls > limit)
        return refuse_plain(c, 50196);
    // The service never sends slow_down; only a test that orders it sees it, until the client slows
    // down.
    if (d->slow_down && since < DEVICE_INTERVAL + 5)
        return refuse_as(c, 70016, "slow_down", NULL);
    d->slow_down = false;
    return d->state == DEVICE_PENDING ? refuse_plain(c, 70016) : true;
}

static bool judge_state(struct token_call *t, struct device *d)
{
    struct call *c = t->c;
    if (expired(c, d))
        return refuse_as(c, 70020, c->v1 ? "code_expired" : "expired_token", NULL);
    if (d->state == DEVICE_DECLINED)
        return refuse_as(c, 65004, "authorization_declined", NULL);
    if (d->state == DEVICE_REDEEMED)
        return refuse_plain(c, 54005);
    if (behaviour_is(c->emu, "deviceCodeClientCheck", "onPoll") && !client_judge(t))
        return false;
    return judge_pending(c, d);
}

bool device_judge(struct token_call *t)
{
    struct call *c = t->c;
    struct str code = call_param(c, c->v1 ? "code" : "device_code");
    struct device *d = table_get(c->emu->devices, code);
    if (!d || !str_eq_nocase(d->grant->app_id, dom_str(t->app, "appId")))
        return refuse_plain(c, 70018);
    if (!judge_state(t, d) || !client_judge(t))
        return false;
    t->grant = d->grant;
    if (!redeem_user(t) || !redeem_scopes(t))
        return false;
    struct access_who who = { t->tenant, t->app, t->user, t->grant->mfa };
    struct demand demand = access_demand(c, &who, "deviceCode");
    if (demand.grant && behaviour_is(c->emu, "deviceBlockVisible", "poll"))
        return access_refuse_token(c, &demand, true);
    d->state = DEVICE_REDEEMED;
    return true;
}
