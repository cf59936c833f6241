// SPDX-License-Identifier: MIT
// The page on which somebody tells us which device waits for them (RFC 8628 3.3). Whoever sends a
// victim here with a code of his own gets the victim's tokens (5.4): the page says so, names who
// asks, and is never skipped.
#include "oauth/machines_int.h"

// Wrong codes, by browser and by address (behind an ingress everybody may have the same one).
/*= rfc8628 5.1 "The user code SHOULD have enough entropy that, when combined with rate-limiting and
 * other mitigations, a brute-force attack becomes infeasible." : 300 of 20^8 */
static const struct attempts by_browser = { "user codes of browsers", .one = 10, .all = 300 };
static const struct attempts by_address = { "user codes of addresses", .one = 60, .all = 300 };

static void add_warning(struct buf *out)
{
    buf_adds(
        out,
        "<p><strong>Go on only if you started this yourself</strong>, just now, on a device or "
        "in a program that is yours. Nobody else has a reason to give you such a code: "
        "whoever does wants to act in your name.</p>\n");
}

static void page_enter(const struct call *c, const char *wrong)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    browser_begin(c);
    page_begin(c, &out, "Connect a device");
    page_element(&out, "h1", NULL, STR("Connect a device"));
    if (wrong)
        buf_addf(&out, "<p role=\"alert\"><strong>%s</strong></p>\n", wrong);
    add_warning(&out);
    page_form_begin(&out, VERIFICATION_PATH, NULL);
    buf_adds(&out, "<label for=\"user_code\">Code that your device shows</label>\n"
                   "<input id=\"user_code\" name=\"user_code\" required autofocus maxlength=\"32\" "
                   "autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" "
                   "placeholder=\"XXXX-XXXX\">\n");
    page_button(&out, NULL, NULL, "Continue", LOOK_FIRST);
    page_form_end(&out);
    page_finish(c, &out, wrong ? 400 : 200);
}

/*= rfc8628 3.3.1 "The server SHOULD display the "user_code" to the user and ask them to verify that
 * it matches the "user_code" being displayed on the device to confirm they are authorizing the
 * correct device." */
static void page_ask(const struct call *c, const struct flow *flow, struct str typed)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    struct str sealed = flow_seal(c, KIND_VERIFY, flow);
    page_begin(c, &out, "Sign in for another device?");
    page_element(&out, "h1", NULL, STR("Sign in for another device?"));
    buf_adds(&out, "<p><strong>");
    buf_add_html(&out, flow->client_name);
    buf_adds(&out, "</strong>, on the device that shows this code, wants to use ");
    buf_add_html(&out, c->o->product);
    buf_adds(&out, " in your name.</p>\n");
    page_code(&out,
              "Compare this code with the one on your device. If it is another one, or you see "
              "none, deny:",
              user_code_shown(c->arena, typed));
    page_element(
        &out, "p", NULL,
        STR("The sign-in that follows is for that device, not for this browser: it can then "
            "call the tools of this server as you, with what you are permitted to do."));
    add_warning(&out);
    page_form_begin(&out, VERIFICATION_PATH,
                    (const struct page_field[]){ { "flow", sealed },
                                                 { "csrf", csrf_token(c, sealed, flow->browser) },
                                                 { NULL } });
    page_button(&out, "decision", "allow", "Allow and sign in", LOOK_FIRST);
    page_button(&out, "decision", "deny", "Deny", LOOK_PLAIN);
    page_form_end(&out);
    page_element(&out, "p", "soft",
                 STR("The application chose its name itself; nobody has verified it."));
    page_finish(c, &out, 200);
}

static void refuse(const struct call *c, int status, const char *code, const char *title,
                   const char *cause)
{
    oauth_audit_flow(c, "device sign-in refused", NULL, code);
    page_problem(c,
                 &(struct problem){ .status = status,
                                    .code = code,
                                    .title = str_c(title),
                                    .cause = str_c(cause),
                                    .fix = STR("Open the page that your device shows once more, "
                                               "with cookies allowed for this site; if the code "
                                               "is older than ten minutes, let the device show a "
                                               "new one."),
                                    .whose = WHOSE_USER });
}

static void refuse_store(const struct call *c)
{
    refuse(c, 503, "temporarily_unavailable", "This server cannot keep its records just now",
           "Its store does not answer.");
}

static bool may_guess(const struct call *c, struct str browser)
{
    return (!browser.n || attempt(c->o, &by_browser, browser, c->now)) &&
           attempt(c->o, &by_address, http_peer(c->ex), c->now);
}

static void was_no_guess(const struct call *c, struct str browser)
{
    if (browser.n)
        attempt_forgive(c->o, &by_browser, browser);
    attempt_forgive(c->o, &by_address, http_peer(c->ex));
}

static void look_up(const struct call *c, struct str typed)
{
    struct flow flow;
    struct str browser = browser_id(c);
    if (!may_guess(c, browser)) {
        http_add_header(c->ex, "Retry-After", STR("600"));
        refuse(c, 429, "too_many_codes", "Too many wrong codes",
               "Codes are entered from here faster than people type them. Wait ten minutes.");
        return;
    }
    switch (waiting_find(c, typed, &flow)) {
    case SPENT_FIRST:
        oauth_audit_flow(c, "user code not known", NULL, NULL);
        page_enter(c,
                   "No device waits under this code. Check it, or let the device show a new one: "
                   "codes live for ten minutes and are good for one answer.");
        return;
    case SPENT_UNAVAILABLE:
        was_no_guess(c, browser);
        refuse_store(c);
        return;
    case SPENT_AGAIN:
        was_no_guess(c, browser);
        flow.browser = browser_begin(c);
        page_ask(c, &flow, typed);
    }
}

static void decide(const struct call *c, const struct form *form, struct str decision)
{
    struct flow flow;
    struct err err = { 0 };
    struct str sealed = form_value(form, "flow");
    if (!flow_open(c, KIND_VERIFY, sealed, &flow, &err) || !browser_holds(c, flow.browser) ||
        !csrf_ok(c, sealed, flow.browser, form_value(form, "csrf"))) {
        refuse(c, 403, "invalid_request", "This page is too old, or belongs to another browser",
               err.text);
        return;
    }
    if (str_is(decision, "allow"))
        way_go(c, &flow);
    else
        waiting_decide(c, &flow, NULL);
}

static bool read_form(const struct call *c, struct form **ret, struct err *err)
{
    if (http_method(c->ex) == HTTP_POST)
        return request_form(c->ex, ret, err);
    return form_parse(c->arena, http_raw_query(c->ex), ret, err) && form_no_doubles(*ret, err);
}

void endpoint_verification(struct exchange *ex, void *ctx)
{
    struct call c;
    struct form *form = NULL;
    struct err err = { 0 };
    if (looks_ahead(ex))
        return;
    if (!call_begin(&c, ex, ctx, true))
        return;
    bool sent = http_method(ex) == HTTP_POST;
    if (sent && !form_is_ours(&c)) {
        refuse(&c, 403, "invalid_request", "Another site tried to answer this question for you",
               "The form came from elsewhere.");
        return;
    }
    if (!read_form(&c, &form, &err)) {
        refuse(&c, 400, "invalid_request", "The answer of the page could not be read", err.text);
        return;
    }
    struct str decision = sent ? form_value(form, "decision") : STR_NONE;
    struct str typed = form_value(form, "user_code");
    if (decision.n)
        decide(&c, form, decision);
    else if (typed.n)
        look_up(&c, typed);
    else
        page_enter(&c, NULL);
}
