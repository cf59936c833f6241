// SPDX-License-Identifier: MIT
// The browser comes back from the identity provider. The flow is in state, the browser's cookie
// says whether it is the one that began; what the provider refuses is explained to whom it
// concerns.
#include "base/utf8.h"
#include "oauth/machines_int.h"

#define AADSTS_DECLINED 65004
#define LATE_READ_S     5   // for the page that tells of a late sign-in
#define CAPTION_MAX     300 // bytes of a provider's text that a page shows

// flow NULL: what came names none.
static void stop_flow(const struct call *c, const struct flow *flow, int status, const char *code,
                      const char *title, struct str cause, const char *fix)
{
    oauth_audit_flow(c, "sign-in refused", flow, code);
    page_problem(c, &(struct problem){ .status = status,
                                       .code = code,
                                       .title = str_c(title),
                                       .cause = cause,
                                       .fix = str_c(fix),
                                       .whose = WHOSE_USER });
}

static void stop(const struct call *c, int status, const char *code, const char *title,
                 struct str cause, const char *fix)
{
    stop_flow(c, NULL, status, code, title, cause, fix);
}

// Tells the client of an error that a page explains: the link on the page carries it.
static void explain(const struct call *c, const struct flow *flow, const struct explanation *e,
                    const char *word, const char *code)
{
    oauth_audit_flow(c, "sign-in refused", flow, code);
    page_problem(
        c, &(struct problem){
               .status = strcmp(word, "temporarily_unavailable") == 0 ? 503 : 400,
               .code = code,
               .title = str_c(e->title),
               .cause = str_c(e->cause),
               .fix = str_c(e->fix),
               .whose = e->whose,
               .uri = e->whose == WHOSE_ADMIN ? flow->idp_uri : STR_NONE,
               .back = response_error_url(
                   c, flow, word, arena_printf(c->arena, "%s: %s %s", code, e->title, e->fix)),
               .client_name = flow->client_name,
           });
}

static const char *code_name(const struct call *c, int aadsts, const char *word)
{
    return aadsts ? arena_cstr(c->arena, arena_printf(c->arena, "AADSTS%d", aadsts)) : word;
}

// RFC 6749 4.1.2.1 words pass as they are; all others become access_denied.
static const char *word_for_client(struct str word)
{
    static const char *const known[] = { "server_error", "temporarily_unavailable" };
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_is(word, known[i]))
            return known[i];
    return "access_denied";
}

static void idp_said_no(const struct call *c, const struct flow *flow, struct str word,
                        struct str detail)
{
    int aadsts = aadsts_in(detail);
    const char *error = arena_cstr(c->arena, str_slice(word, 0, 60));
    const struct explanation *e = explain_error(error, detail);
    const struct explanation unknown = {
        .whose = WHOSE_ADMIN,
        .title = "The identity provider did not complete the sign-in.",
        .cause = arena_cstr(c->arena, utf8_cut(detail, CAPTION_MAX)),
        .fix = "Try again. If it stays, show this page to the administrator of this server.",
    };
    // The person said no: nothing to explain, the application is told at once.
    if (str_is(word, "access_denied") && (!aadsts || aadsts == AADSTS_DECLINED)) {
        oauth_audit_flow(c, "sign-in refused", flow, "access_denied");
        response_declined(c, flow, STR("the sign-in was declined"));
        return;
    }
    explain(c, flow, e ? e : &unknown, word_for_client(word), code_name(c, aadsts, error));
}

bool callback_passing(enum err_code code)
{
    static const enum err_code codes[] = {
        ERR_CONNECT, ERR_TLS,       ERR_UPSTREAM,         ERR_TIMEOUT,
        ERR_BUSY,    ERR_CANCELLED, ERR_KEYS_UNAVAILABLE, ERR_IDP_UNAVAILABLE
    };
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (code == codes[i])
            return true;
    return false;
}

static const char *word_for_failure(enum err_code code)
{
    if (code == ERR_IDP_REFUSED || code == ERR_INVALID_GRANT)
        return "access_denied";
    return callback_passing(code) ? "temporarily_unavailable" : "server_error";
}

// What has no row of its own.
static struct explanation explanation_of(const struct err *err)
{
    const char *hint = err_info(err->code)->hint;
    if (callback_passing(err->code))
        return (struct explanation){ .whose = WHOSE_NOBODY,
                                     .title = "The identity provider could not be asked just now.",
                                     .cause = err->text,
                                     .fix = hint ? hint : "Try again in a minute." };
    return (struct explanation){
        .whose = WHOSE_ADMIN,
        .title = "The identity provider's answer could not be used.",
        .cause = err->text,
        .fix = hint ? hint : "Show this page to the administrator of this server."
    };
}

void callback_failed(const struct call *c, const struct flow *flow, const struct err *err)
{
    const char *known = err_info(err->code)->oauth_error;
    const char *code = code_name(c, err->aadsts, known ? known : "server_error");
    const struct explanation *e = explain_aadsts(err->aadsts);
    const struct explanation own = explanation_of(err);
    if (err->code == ERR_TOKEN_AUDIENCE) {
        code = "invalid_audience";
        e = explain_error(code, STR_NONE);
    }
    LOG(LOG_WARNING, "the provider did not complete a sign-in", F("error", err_text(err)),
        F("request", http_id(c->ex)));
    explain(c, flow, e ? e : &own, word_for_failure(err->code), code);
}

// The client may have stopped listening: what to do then must be read before the browser leaves.
static void finish_late(const struct call *c, const struct flow *flow, struct str url)
{
    page_refresh(c, LATE_READ_S, url);
    page_note(
        c,
        &(struct note){
            .status = 200,
            .title = "You are signed in",
            .text = arena_printf(c->arena, "This page takes you back to " STR_FMT " in a moment.",
                                 STR_ARG(flow->client_name)),
            .next = url,
            .next_text = "Go back now",
            .more = arena_printf(
                c->arena,
                "If your browser then says that the page cannot be reached, the application "
                "has stopped waiting. Connect again from there within %d minutes: you will "
                "be asked for one click, and not to sign in again.",
                c->o->config.flow_ttl_s / 60),
        });
}

void callback_finish(const struct call *c, struct grant *grant, const struct flow *flow)
{
    if (flow->waiting.n) {
        waiting_decide(c, flow, grant);
        return;
    }
    bool late = flow->began && c->now - flow->began > LATE_S;
    grant->id = random_id(c->arena, 16);
    grant->state = grant->browser = STR_NONE;
    grant->expires = c->now + c->o->config.code_ttl_s;
    oauth_audit(c, "sign-in finished", grant, NULL);
    away_note(c, AWAY_AT_CLIENT, flow, grant->id, flow->redirect_uri);
    kept_put(c, flow, grant);
    struct str url = response_code_url(c, flow, grant_seal(c, KIND_CODE, grant));
    if (late && redirect_uri_is_loopback(flow->redirect_uri))
        finish_late(c, flow, url);
    else
        response_redirect(c->ex, url);
}

struct grant callback_grant(const struct call *c, const struct flow *flow,
                            const struct idp_grant *idp)
{
    const struct idp_person *p = &idp->person;
    if (!idp->refresh_token.n)
        LOG(LOG_WARNING,
            "the identity provider gave no refresh token: this person must sign in "
            "again when the access token ends",
            F_C("fix", "docs/providers.md says what each provider wants for one: the scope "
                       "offline_access, prompt=consent, or a grant type of the application"),
            F("request", http_id(c->ex)));
    return (struct grant){
        .id = flow->id,
        .family = random_id(c->arena, 16),
        .base = flow->base,
        .resource = flow->resource,
        .client = flow->client,
        .client_name = flow->client_name,
        .subject = str_slice(p->subject, 0, 255),
        .tenant = str_slice(p->tenant, 0, 64),
        .name = client_name_clean(c->arena, p->name.n ? p->name : p->subject),
        .email = p->email.n ? client_name_clean(c->arena, p->email) : STR_NONE,
        .marks = oauth_marks(c, p->claims),
        .idp_refresh = idp->refresh_token,
        .vouched = idp->refresh_token.n ? 0 : c->now + idp->expires_in,
        .redirect_uri = flow->redirect_uri,
        .challenge = flow->challenge,
        .policy = c->o->policy,
        .issued = c->now,
        .expires = c->now + c->o->config.flow_ttl_s,
    };
}

static void ask_late(const struct call *c, const struct flow *flow, struct grant *grant)
{
    grant->state = flow->state;
    grant->browser = browser_begin(c);
    struct str sealed = grant_seal(c, KIND_FINISH, grant);
    page_consent(c, ASK_LATE, flow, grant, sealed, csrf_token(c, sealed, grant->browser));
}

static void redeem(const struct call *c, const struct flow *flow, struct str code, bool cookie)
{
    struct idp_grant idp = { .expires_in = 0 };
    struct err err = { 0 };
    if (!idp_redeem_code(c->o->config.idp, c->arena, code, flow->idp_uri, flow->verifier,
                         flow->nonce, c->cancel, &idp, &err)) {
        if (err.code == ERR_ACCESS_DENIED)
            stranger_refused(c, flow, &idp.person, &err);
        else
            callback_failed(c, flow, &err);
        return;
    }
    struct grant grant = callback_grant(c, flow, &idp);
    if (cookie)
        callback_finish(c, &grant, flow);
    else
        ask_late(c, flow, &grant);
}

bool callback_first(const struct call *c, const struct flow *flow)
{
    switch (spent_claim(c->o->config.spent, mark_key(c->arena, "flow", flow->id),
                        c->o->config.flow_ttl_s + MARK_SLACK_S, NULL)) {
    case SPENT_FIRST:
        return true;
    case SPENT_AGAIN:
        stop_flow(
            c, flow, 400, "already_finished", "This sign-in is finished already",
            STR("The page was loaded a second time, for example with the browser's back button."),
            "If your application is connected, close this page. If not, start the sign-in again from there.");
        return false;
    case SPENT_UNAVAILABLE:
        break;
    }
    stop_flow(
        c, flow, 503, "temporarily_unavailable", "This server cannot keep its records just now",
        STR("Its store of spent sign-ins does not answer, and without it nothing is accepted."),
        "Try again in a minute; if it stays, tell the administrator of this server.");
    return false;
}

// The parameters of the provider's answer, each at most once.
static bool read_answer(const struct call *c, struct form **ret, struct err *err)
{
    struct form *form;
    if (!form_parse(c->arena, http_raw_query(c->ex), &form, err) || !form_no_doubles(form, err))
        return false;
    struct str issuer = form_value(form, "iss");
    /*= rfc9207 2.4 "If the value does not match the expected issuer identifier, clients MUST reject
     * the authorization response" */
    if (!idp_answer_is_ours(c->o->config.idp, issuer))
        return err_set(err, ERR_INVALID_REQUEST,
                       issuer.n
                           ? "the answer comes from another identity provider than the one asked"
                           : "the answer does not say which identity provider it comes from");
    *ret = form;
    return true;
}

void endpoint_callback(struct exchange *ex, void *ctx)
{
    struct call c;
    struct form *form = NULL;
    struct flow flow;
    struct err err = { 0 };
    static const char again[] = "Start the sign-in again from your application.";
    if (looks_ahead(ex))
        return;
    if (!call_begin(&c, ex, ctx, true))
        return;
    if (!read_answer(&c, &form, &err)) {
        stop(&c, 400, "invalid_request", "The answer of the identity provider cannot be accepted",
             err_text(&err), again);
        return;
    }
    if (!flow_open(&c, KIND_FLOW, form_value(form, "state"), &flow, &err)) {
        stop(&c, 400, "invalid_state", "This sign-in is too old, or was not begun here",
             err_text(&err), again);
        return;
    }
    away_back(&c, AWAY_AT_IDP, flow.id);
    away_report(&c);
    bool same_browser = browser_holds(&c, flow.browser);
    if (!same_browser && browser_id(&c).n) {
        stop_flow(
            &c, &flow, 403, "other_browser", "This sign-in was begun in another browser",
            STR("The link was made for somebody else's browser. Perhaps someone sent it to you."),
            "Do not open such links. To sign in yourself, start from your own application.");
        return;
    }
    // There is no late consent for it: what the page warns of could not be said before the sign-in.
    if (flow.waiting.n && !same_browser) {
        stop(
            &c, 403, "no_cookie", "Your browser did not send our cookie",
            STR("This sign-in was begun in another browser, or cookies are blocked for this site."),
            "Open the page that your device shows once more, in a browser with cookies allowed.");
        return;
    }
    struct str error = form_value(form, "error"), code = form_value(form, "code");
    if (error.n)
        idp_said_no(&c, &flow, error, form_value(form, "error_description"));
    else if (!code.n)
        stop_flow(&c, &flow, 400, "invalid_request",
                  "The identity provider sent neither a code nor an error", STR_NONE, again);
    else if (callback_first(&c, &flow))
        redeem(&c, &flow, code, same_browser);
}
