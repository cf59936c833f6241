// SPDX-License-Identifier: MIT
// The question before a browser leaves for the identity provider. Everybody may register a client
// here and the provider knows one client only, so it cannot ask for us (the confused deputy).
#include "oauth/internal.h"

// No other site sent the browser here.
static bool is_own_wish(const struct call *c)
{
    struct str site = http_header(c->ex, "Sec-Fetch-Site");
    return str_is(site, "none") || str_is(site, "same-origin") || str_is(site, "same-site");
}

// Silent only for a web client's place. A loopback listener always gets the short page: the client
// may open the browser before it listens, and a chain of silent redirects would win that race.
static bool may_be_silent(const struct flow *flow)
{
    struct redirect_uri uri;
    return redirect_uri_parse(flow->redirect_uri, &uri, NULL) && uri.kind == REDIRECT_HTTPS;
}

void consent_show(const struct call *c, struct flow *flow)
{
    struct err err = { 0 };
    if (!idp_prepare(c->o->config.idp, &err)) { // before anybody is asked anything
        callback_failed(c, flow, &err);
        return;
    }
    flow->browser = browser_begin(c);
    bool known = is_own_wish(c) && browser_remembers(c, flow->browser, flow);
    if (known && may_be_silent(flow)) {
        way_go(c, flow);
        return;
    }
    struct grant kept;
    bool signed_in = known && kept_find(c, flow, &kept);
    struct str sealed = flow_seal(c, KIND_CONSENT, flow);
    page_consent(c,
                 signed_in ? ASK_KEPT
                 : known   ? ASK_CONTINUE
                           : ASK_CONSENT,
                 flow, signed_in ? &kept : NULL, sealed, csrf_token(c, sealed, flow->browser));
}

// flow NULL: what came names none.
static void refuse(const struct call *c, const struct flow *flow, int status, const char *reason,
                   const char *title, const char *cause)
{
    oauth_audit_flow(c, "sign-in refused", flow, reason);
    page_problem(
        c,
        &(struct problem){
            .status = status,
            .code = status == 503 ? "temporarily_unavailable" : "invalid_request",
            .title = str_c(title),
            .cause = str_c(cause),
            .fix = STR("Start the sign-in again from your application, in one browser window, with "
                       "cookies allowed for this site."),
            .whose = WHOSE_USER });
}

bool form_is_ours(const struct call *c)
{
    struct str origin = http_header(c->ex, "Origin");
    struct str site = http_header(c->ex, "Sec-Fetch-Site");
    return (!origin.p || str_eq(origin, c->base)) && (!site.p || str_is(site, "same-origin"));
}

static void deny(const struct call *c, const struct flow *flow)
{
    oauth_audit_flow(c, "consent denied", flow, NULL);
    response_declined(c, flow, STR("the person at the browser said no"));
}

static struct flow flow_of_grant(const struct grant *g)
{
    return (struct flow){ .base = g->base,
                          .client = g->client,
                          .client_name = g->client_name,
                          .redirect_uri = g->redirect_uri,
                          .state = g->state,
                          .challenge = g->challenge,
                          .resource = g->resource,
                          .browser = g->browser };
}

enum decision { NO_DECISION, ALLOW, DENY, ALLOW_OTHER };

static enum decision decision_of(struct str word)
{
    static const struct {
        const char *word;
        enum decision decision;
    } words[] = { { "allow", ALLOW }, { "deny", DENY }, { "other", ALLOW_OTHER } };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(word, words[i].word))
            return words[i].decision;
    return NO_DECISION;
}

// What came with the form.
struct answered {
    struct str sealed, csrf;
    enum decision decision;
};

// The form was made for this browser (owner), and sent by it. A form alone proves neither: whoever
// sees a page of his own could have others send its fields.
static bool may_answer(const struct call *c, const struct answered *a, const struct flow *flow)
{
    struct str owner = flow->browser;
    if (!browser_holds(c, owner)) {
        bool other = browser_id(c).n > 0;
        refuse(c, flow, 403, other ? "other browser" : "no cookie",
               other ? "This page was made for another browser"
                     : "Your browser did not send our cookie",
               other ? "Perhaps someone sent it to you."
                     : "Cookies are blocked, or were cleared meanwhile.");
        return false;
    }
    if (!csrf_ok(c, a->sealed, owner, a->csrf)) {
        refuse(c, flow, 400, "csrf", "This page is too old, or was not made here",
               "Its token does not fit.");
        return false;
    }
    return true;
}

static void not_open(const struct call *c, const struct err *err)
{
    refuse(c, NULL, 400, "consent not valid", "This page is too old, or was not made here",
           err->text);
}

// What follows belongs to the cookie that stays, also where the form came with a window's own.
static void keep_browser(const struct call *c, struct flow *flow)
{
    struct str browser = browser_id(c);
    if (browser.n)
        flow->browser = browser;
    browser_remember(c, browser, flow);
}

static void go_on(const struct call *c, struct flow *flow, enum decision decision)
{
    struct grant kept;
    keep_browser(c, flow);
    if (decision == ALLOW && kept_take(c, flow, &kept)) {
        callback_finish(c, &kept, flow);
        return;
    }
    flow->other_account = decision == ALLOW_OTHER;
    flow->expires = c->now + c->o->config.flow_ttl_s;
    way_go(c, flow);
}

// The late consent: the person is signed in already, the answer decides about the code.
static void decide_late(const struct call *c, const struct answered *a)
{
    struct grant grant;
    struct err err = { 0 };
    if (!grant_open(c, KIND_FINISH, a->sealed, &grant, &err)) {
        not_open(c, &err);
        return;
    }
    struct flow flow = flow_of_grant(&grant);
    if (!may_answer(c, a, &flow))
        return;
    if (a->decision == DENY) {
        deny(c, &flow);
        return;
    }
    switch (spent_claim(c->o->config.spent, mark_key(c->arena, "finish", grant.id),
                        c->o->config.flow_ttl_s, NULL)) {
    case SPENT_FIRST:
        if (a->decision == ALLOW_OTHER) {
            go_on(c, &flow, a->decision);
            return;
        }
        keep_browser(c, &flow);
        callback_finish(c, &grant, &flow);
        return;
    case SPENT_AGAIN:
        refuse(c, &flow, 400, "late consent again", "This sign-in is finished already",
               "The button was pressed before.");
        return;
    case SPENT_UNAVAILABLE:
        refuse(c, &flow, 503, "store unavailable", "This server cannot keep its records just now",
               "Its store does not answer.");
    }
}

// Sent twice, the form begins two sign-ins, each with a flow of its own: nothing of the first can
// be had again by the second.
static void decide(const struct call *c, const struct answered *a)
{
    struct flow flow;
    struct err err = { 0 };
    if (!flow_open(c, KIND_CONSENT, a->sealed, &flow, &err)) {
        not_open(c, &err);
        return;
    }
    if (!may_answer(c, a, &flow))
        return;
    if (a->decision == DENY)
        deny(c, &flow);
    else
        go_on(c, &flow, a->decision);
}

void endpoint_consent(struct exchange *ex, void *ctx)
{
    struct call c;
    struct form *form = NULL;
    struct err err = { 0 };
    if (!call_begin(&c, ex, ctx, true))
        return;
    away_report(&c);
    if (!request_form(ex, &form, &err)) {
        refuse(&c, NULL, 400, "form not valid", "The answer of the page could not be read",
               err.text);
        return;
    }
    if (!form_is_ours(&c)) {
        refuse(&c, NULL, 403, "foreign origin",
               "Another site tried to answer this question for you",
               "The form came from elsewhere.");
        return;
    }
    struct str late = form_value(form, "finish");
    struct answered a = { .sealed = late.n ? late : form_value(form, "flow"),
                          .csrf = form_value(form, "csrf"),
                          .decision = decision_of(form_value(form, "decision")) };
    if (a.decision == NO_DECISION) {
        refuse(&c, NULL, 400, "no decision", "The answer was none of those offered", "");
        return;
    }
    (late.n ? decide_late : decide)(&c, &a);
}
