// SPDX-License-Identifier: MIT
// The question before a sign-in, in its four forms.
#include "oauth/internal.h"

static struct str place_of(const struct call *c, struct str redirect_uri)
{
    struct redirect_uri uri;
    if (!redirect_uri_parse(redirect_uri, &uri, NULL))
        return STR("an unknown place");
    if (uri.kind == REDIRECT_HTTPS)
        return uri.authority;
    if (uri.kind == REDIRECT_PRIVATE)
        return arena_printf(c->arena, STR_FMT ":// on this device", STR_ARG(uri.scheme));
    return arena_printf(c->arena, STR_FMT " (this computer)", STR_ARG(uri.authority));
}

// How far the name can be believed: a document's host is verified, a program on this computer is
// not.
static struct str warning_of(const struct call *c, const struct flow *flow)
{
    static const char deny[] =
        " If you did not just start this from an application of yours, choose Deny.";
    if (!flow->publisher.n)
        return arena_printf(
            c->arena, "The application chose its name itself; nobody has verified it.%s", deny);
    if (redirect_uri_is_loopback(flow->redirect_uri))
        return arena_printf(
            c->arena,
            "The description is published by " STR_FMT
            ", but any program on this computer can claim to be this application.%s",
            STR_ARG(flow->publisher), deny);
    return arena_printf(c->arena, "The name is the one that " STR_FMT " publishes.%s",
                        STR_ARG(flow->publisher), deny);
}

static const struct ask_text {
    const char *title, *allow, *other;
} ask_texts[] = {
    [ASK_CONSENT] = { "Allow this application to sign you in?", "Allow and sign in",
                      "Allow, and use another account" },
    [ASK_CONTINUE] = { "Continue to sign-in", "Continue", "Use another account" },
    [ASK_KEPT] = { "You are signed in already", "Continue", "Use another account" },
    [ASK_LATE] = { "Finish signing in?", "Allow", "Use another account" },
};

static void say_what(const struct call *c, struct buf *out, enum page_ask ask,
                     const struct flow *flow, const struct grant *grant)
{
    page_element(out, "h1", NULL, str_c(ask_texts[ask].title));
    buf_adds(out, "<p><strong>");
    buf_add_html(out, flow->client_name);
    buf_adds(out, "</strong>");
    if (flow->publisher.n) {
        buf_adds(out, " <span class=\"badge\">published by ");
        buf_add_html(out, flow->publisher);
        buf_adds(out, "</span>");
    }
    buf_adds(out, ask == ASK_CONTINUE || ask == ASK_KEPT
                      ? ", which you allowed before in this browser, wants to use "
                      : " wants to use ");
    buf_add_html(out, c->o->product);
    buf_adds(out, " in your name. Access goes to</p>\n");
    page_element(out, "p", "host", place_of(c, flow->redirect_uri));
    if (!grant)
        return;
    buf_adds(out, "<p>You are signed in as <strong>");
    buf_add_html(out, grant->email.n ? grant->email : grant->name.n ? grant->name : grant->subject);
    if (ask == ASK_KEPT) {
        buf_adds(out, "</strong>: when you were done, the application had stopped waiting.</p>\n");
        return;
    }
    buf_adds(
        out,
        "</strong>. Your browser did not send back the cookie that this sign-in began with, so please confirm "
        "once more that it was you who started it.</p>\n");
}

static void add_row(struct buf *out, const char *name, struct str value)
{
    page_element(out, "dt", NULL, str_c(name));
    page_element(out, "dd", NULL, value);
}

// For who wants to know exactly: the place above is a part of the address that stands here.
static void say_details(struct buf *out, const struct flow *flow)
{
    buf_adds(out, "<details>\n<summary>Details</summary>\n<dl>\n");
    add_row(out, "Application", flow->client_name);
    add_row(out, "Its ID here", flow->client);
    add_row(out, "Access goes to", flow->redirect_uri);
    add_row(out, "May use", flow->resource);
    add_row(out, "Permission", STR(OAUTH_SCOPE));
    buf_adds(out, "</dl>\n</details>\n");
}

void page_consent(const struct call *c, enum page_ask ask, const struct flow *flow,
                  const struct grant *grant, struct str sealed, struct str csrf)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(c, &out, ask_texts[ask].title);
    say_what(c, &out, ask, flow, grant);
    if (ask == ASK_CONSENT || ask == ASK_LATE)
        buf_adds(
            &out,
            "<ul><li>It can call the tools of this server as you, with what you are permitted to do.</li>"
            "<li>It learns neither your password nor the tokens of your organisation.</li></ul>\n");
    const struct page_field fields[] = { { ask == ASK_LATE ? "finish" : "flow", sealed },
                                         { "csrf", csrf },
                                         { NULL } };
    page_form_begin(&out, "/consent", fields);
    page_button(&out, "decision", "allow", ask_texts[ask].allow, LOOK_FIRST);
    page_button(&out, "decision", "deny", "Deny", LOOK_PLAIN);
    page_button(&out, "decision", "other", ask_texts[ask].other, LOOK_QUIET);
    page_form_end(&out);
    page_element(&out, "p", "soft", warning_of(c, flow));
    if (redirect_uri_is_loopback(flow->redirect_uri))
        page_element(
            &out, "p", "soft",
            STR("Applications wait for a while only, some for 30 seconds. If the last page cannot be "
                "reached, start again from your application: the second time is shorter."));
    say_details(&out, flow);
    page_finish(c, &out, 200);
}
