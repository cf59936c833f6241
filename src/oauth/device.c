// SPDX-License-Identifier: MIT
// The device way: the provider gives a code that the person enters at its own page; this page shows
// it, asks the provider from time to time whether that happened, and then goes on to the
// application as after any sign-in. All of it rides sealed in the page's address, which works in
// the browser that began alone. Somebody talked into entering another person's code would sign that
// person in (device code phishing): hence the warning, and OIDCPROXY_DEVICE_CODE=false.
#include "oauth/internal.h"

#define DEVICE_TTL_MAX 900 // a sign-in longer than that is begun anew

static struct str page_url(const struct call *c, const struct flow *flow)
{
    return arena_printf(c->arena, DEVICE_PATH "?d=" STR_FMT,
                        STR_ARG(flow_seal(c, KIND_DEVICE, flow)));
}

void device_go(const struct call *c, struct flow *flow)
{
    struct idp_device device;
    struct err err = { 0 };
    if (!idp_device_begin(c->o->config.idp, c->arena, c->cancel, &device, &err)) {
        callback_failed(c, flow, &err);
        return;
    }
    int64_t life = device.expires_in < DEVICE_TTL_MAX ? device.expires_in : DEVICE_TTL_MAX;
    flow->device_code = device.device_code;
    flow->user_code = device.user_code;
    flow->device_uri = device.uri_complete.n ? device.uri_complete : device.uri;
    flow->interval = device.interval;
    flow->device_expires = c->now + life;
    flow->expires = flow->device_expires + c->o->config.flow_ttl_s; // the page explains afterwards
    oauth_audit_flow(c, "device code shown", flow, NULL);
    response_redirect(c->ex, arena_printf(c->arena, STR_FMT STR_FMT, STR_ARG(c->base),
                                          STR_ARG(page_url(c, flow))));
}

// --- the page ---

static void add_remaining(const struct call *c, struct buf *out, const struct flow *flow)
{
    int64_t left = flow->device_expires - c->now;
    int minutes = (int)((left + 59) / 60);
    page_progress(out,
                  arena_printf(c->arena, "The code is good for %d more minute%s.", minutes,
                               minutes == 1 ? "" : "s"),
                  left, DEVICE_TTL_MAX);
}

// Cancelling and beginning anew are answers to the consent question that led here.
static void add_choices(const struct call *c, struct buf *out, const struct flow *flow, bool over)
{
    struct flow again = *flow;
    again.device_code = again.user_code = again.device_uri = STR_NONE;
    again.interval = again.device_expires = 0;
    again.expires = c->now + c->o->config.flow_ttl_s;
    struct str sealed = flow_seal(c, KIND_CONSENT, &again);
    const struct page_field fields[] = { { "flow", sealed },
                                         { "csrf", csrf_token(c, sealed, flow->browser) },
                                         { NULL } };
    page_form_begin(out, "/consent", fields);
    if (over)
        page_button(out, "decision", "allow", "Get a new code", LOOK_FIRST);
    page_button(out, "decision", "deny", "Cancel", over ? LOOK_PLAIN : LOOK_QUIET);
    page_form_end(out);
}

// "login.microsoft.com/device" of "https://login.microsoft.com/device?code=…"
static struct str short_address(struct str uri)
{
    ptrdiff_t at = str_find(uri, STR("://"));
    struct str rest = str_slice(uri, at < 0 ? 0 : (size_t)at + 3, uri.n);
    return str_cut(&rest, '?');
}

static void add_steps(const struct call *c, struct buf *out, const struct flow *flow)
{
    struct str address = short_address(flow->device_uri);
    page_code(out, "Your code, to be entered on the page that the button opens:", flow->user_code);
    page_button_link(out, flow->device_uri,
                     arena_printf(c->arena, "Open " STR_FMT, STR_ARG(address)), LOOK_FIRST, true);
}

// Reloads by itself, unless the person asked it not to.
static void add_looking(const struct call *c, struct buf *out, const struct flow *flow)
{
    struct str url = page_url(c, flow);
    struct str still = arena_printf(c->arena, STR_FMT "&still=1", STR_ARG(url));
    if (http_query(c->ex, "still").n) {
        page_button_link(out, still, STR("I have signed in: go on"), LOOK_PLAIN, false);
        return;
    }
    page_refresh(c, (int)flow->interval, url);
    buf_adds(out, "<p class=\"soft\">Signed in there? Come back to this page: it looks every few "
                  "seconds whether you are done, and goes on by itself. <a href=\"");
    buf_add_html(out, still);
    buf_adds(out, "\">Do not reload by itself</a></p>\n");
}

static void show_waiting(const struct call *c, const struct flow *flow, const char *note)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(c, &out, "Sign in with a code");
    page_element(&out, "h1", NULL, STR("Sign in with a code"));
    buf_adds(
        &out,
        "<p><strong>Go on only if you started this yourself</strong>, just now, from <strong>");
    buf_add_html(&out, flow->client_name);
    buf_adds(&out, "</strong>. Give this code to nobody, and never enter one that somebody sent "
                   "you: it would sign them in as you.</p>\n");
    add_steps(c, &out, flow);
    if (note)
        page_element(&out, "p", NULL, str_c(note));
    add_remaining(c, &out, flow);
    add_looking(c, &out, flow);
    add_choices(c, &out, flow, false);
    page_finish(c, &out, 200);
}

static void show_over(const struct call *c, const struct flow *flow)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    const struct explanation *e = explain_error("expired_token", STR_NONE);
    oauth_audit_flow(c, "sign-in refused", flow, "device code expired");
    page_begin(c, &out, "The code ran out");
    page_element(&out, "h1", NULL, str_c(e->title));
    page_element(&out, "p", NULL, str_c(e->cause));
    page_element(&out, "p", NULL,
                 STR("If your application still waits, get a new code. If not, start again from "
                     "there."));
    add_choices(c, &out, flow, true);
    page_finish(c, &out, 200);
}

// --- what the provider says ---

static void declined(const struct call *c, const struct flow *flow)
{
    oauth_audit_flow(c, "sign-in refused", flow, "declined at the provider");
    response_declined(c, flow, STR("the sign-in with the code was declined"));
}

// Errors that pass do not end the waiting.
static void failed(const struct call *c, struct flow *flow, const struct idp_person *person,
                   const struct err *err)
{
    if (err->code == ERR_ACCESS_DENIED) {
        stranger_refused(c, flow, person, err);
        return;
    }
    if (callback_passing(err->code)) {
        LOG(LOG_WARNING, "a device code could not be asked about", F("error", err_text(err)),
            F("request", http_id(c->ex)));
        show_waiting(c, flow, "The identity provider could not be asked just now. Trying again.");
        return;
    }
    callback_failed(c, flow, err);
}

static void finished(const struct call *c, struct flow *flow, const struct idp_grant *idp)
{
    struct grant grant = callback_grant(c, flow, idp);
    if (callback_first(c, flow))
        callback_finish(c, &grant, flow);
}

static void ask(const struct call *c, struct flow *flow)
{
    struct idp_grant idp = { .expires_in = 0 };
    struct err err = { 0 };
    switch (idp_device_poll(c->o->config.idp, c->arena, flow->device_code, c->cancel, &idp, &err)) {
    case IDP_POLL_DONE:
        finished(c, flow, &idp);
        return;
    /*= rfc8628 3.5 "the interval MUST be increased by 5 seconds for this and all subsequent
     * requests" */
    case IDP_POLL_SLOW_DOWN:
        flow->interval += 5;
        show_waiting(c, flow, NULL);
        return;
    case IDP_POLL_PENDING:
        show_waiting(c, flow, NULL);
        return;
    case IDP_POLL_DECLINED:
        declined(c, flow);
        return;
    case IDP_POLL_EXPIRED:
        show_over(c, flow);
        return;
    case IDP_POLL_FAILED:
        failed(c, flow, &idp.person, &err);
    }
}

// Several windows, reloads and replicas ask the provider once an interval between them.
static bool may_ask(const struct call *c, const struct flow *flow)
{
    struct str slot = arena_printf(c->arena, "poll:%lld:" STR_FMT,
                                   (long long)(c->now / flow->interval), STR_ARG(flow->id));
    return spent_claim(c->o->config.spent, slot, flow->interval * 2, NULL) == SPENT_FIRST;
}

static void refuse(const struct call *c, const struct flow *flow, int status, const char *code,
                   const char *title, const char *cause)
{
    oauth_audit_flow(c, "sign-in refused", flow, code);
    page_problem(c, &(struct problem){ .status = status,
                                       .code = code,
                                       .title = str_c(title),
                                       .cause = str_c(cause),
                                       .fix = STR("Start the sign-in again from your application."),
                                       .whose = WHOSE_USER });
}

void endpoint_device(struct exchange *ex, void *ctx)
{
    struct call c;
    struct flow flow;
    struct err err = { 0 };
    if (looks_ahead(ex) || !call_begin(&c, ex, ctx, true))
        return;
    away_report(&c);
    if (!flow_open(&c, KIND_DEVICE, http_query(ex, "d"), &flow, &err) || flow.interval < 1) {
        refuse(&c, NULL, 400, "invalid_state", "This sign-in is too old, or was not begun here",
               err.text);
        return;
    }
    if (!browser_holds(&c, flow.browser)) {
        refuse(&c, &flow, 403, "other_browser", "This sign-in was begun in another browser",
               "The page belongs to the browser that began it, with cookies allowed.");
        return;
    }
    if (flow.device_expires <= c.now)
        show_over(&c, &flow);
    else if (may_ask(&c, &flow))
        ask(&c, &flow);
    else
        show_waiting(&c, &flow, NULL);
}
