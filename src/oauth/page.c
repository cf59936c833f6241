// SPDX-License-Identifier: MIT
// The pages people see: one style, no script, nothing from elsewhere. Every value is escaped.
#include "oauth/internal.h"

#include "jose/b64url.h"

static const char css[] =
    ":root{color-scheme:light dark;--bg:#f4f6fa;--card:#fff;--ink:#16202e;--soft:#5a6678;--line:#d9dfe8;--blue:#0b5fd0;--on:#fff;--tint:#eef4fd}"
    "@media(prefers-color-scheme:dark){:root{--bg:#0f141b;--card:#182029;--ink:#e8edf4;--soft:#9aa7b8;--line:#2c3845;--blue:#6aa8ff;--on:#08131f;--tint:#1d2a3a}}"
    "*{box-sizing:border-box}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--bg);color:var(--ink);"
    "font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}"
    "main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:2rem;"
    "box-shadow:0 10px 30px rgba(10,30,60,.08);overflow-wrap:anywhere}"
    "header{color:var(--soft);font-weight:600;font-size:.9rem;margin-bottom:1.25rem}"
    "h1{font-size:1.45rem;line-height:1.25;margin:0 0 1rem}"
    "h1:not(:first-of-type){margin-top:2rem}"
    "h2{font-size:.95rem;margin:1.25rem 0 .25rem}"
    "p{margin:.5rem 0}"
    "ul{padding-left:1.2rem;margin:.5rem 0}"
    ".host{font-size:1.6rem;line-height:1.25;font-weight:700;background:var(--tint);border-radius:10px;padding:.75rem 1rem;margin:.5rem 0 1rem}"
    ".soft{color:var(--soft);font-size:.875rem}"
    "form{display:flex;gap:.75rem;flex-wrap:wrap;margin:1.5rem 0 1rem}"
    "input{flex:3 1 12rem;font:inherit;padding:.75rem 1rem;border-radius:10px;border:1px solid var(--line);"
    "background:transparent;color:var(--ink)}"
    "label{flex:1 1 100%;font-weight:600}"
    "a{color:var(--blue)}"
    ":target{background:var(--tint)}"
    "button,.button{flex:1 1 10rem;font:inherit;font-weight:600;padding:.75rem 1rem;border-radius:10px;border:1px solid var(--line);"
    "background:transparent;color:var(--ink);cursor:pointer;text-align:center;text-decoration:none;display:inline-block}"
    ".first{background:var(--blue);border-color:var(--blue);color:var(--on)}"
    "button:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid var(--blue);outline-offset:3px}"
    "code{font:.9em ui-monospace,Consolas,monospace}"
    "footer{border-top:1px solid var(--line);margin-top:1.5rem;padding-top:1rem}";

struct str page_csp(struct arena *arena)
{
    uint8_t digest[SHA256_SIZE];
    CLEANUP(buf_release) struct buf hash = BUF_INIT(64);
    sha256(str_c(css), digest);
    b64_encode(&hash, str_of(digest, sizeof(digest)));
    // No form-action: browsers hold the whole chain of redirects after a form against it.
    return arena_printf(
        arena, "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; frame-ancestors 'none'",
        buf_cstr(&hash));
}

void page_begin(const struct call *c, struct buf *out, const char *title)
{
    buf_adds(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"robots\" content=\"noindex\">\n<title>");
    buf_add_html(out, str_c(title));
    buf_adds(out, " – ");
    buf_add_html(out, c->o->product);
    buf_adds(out, "</title>\n<style>");
    buf_adds(out, css);
    buf_adds(out, "</style>\n</head>\n<body>\n<main>\n<header>");
    buf_add_html(out, c->o->product);
    buf_adds(out, "</header>\n");
}

void page_finish(const struct call *c, struct buf *out, int status)
{
    buf_adds(out, "<footer class=\"soft\">Request <code>");
    buf_add_html(out, http_id(c->ex));
    buf_adds(out, "</code></footer>\n</main>\n</body>\n</html>\n");
    http_add_header(c->ex, "Cache-Control", STR("no-store"));
    http_add_header(c->ex, "Content-Security-Policy", c->o->csp);
    http_add_header(c->ex, "X-Frame-Options", STR("DENY"));
    // same-origin, not no-referrer: under the latter browsers say "Origin: null" when the form is
    // sent.
    http_add_header(c->ex, "Referrer-Policy", STR("same-origin"));
    http_add_header(c->ex, "Vary", STR("Cookie, Sec-Fetch-Site"));
    http_reply(c->ex, status, "text/html; charset=utf-8", buf_str(out));
}

void page_element(struct buf *out, const char *tag, const char *cls, struct str text)
{
    buf_addf(out, cls ? "<%s class=\"%s\">" : "<%s>", tag, cls);
    buf_add_html(out, text);
    buf_addf(out, "</%s>\n", tag);
}

static void help_link(struct buf *out, const char *text)
{
    buf_addf(out, "<p class=\"soft\"><a href=\"" HELP_PATH "\">%s</a></p>\n", text);
}

static void hidden(struct buf *out, const char *name, struct str value)
{
    buf_addf(out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    buf_add_html(out, value);
    buf_adds(out, "\">\n");
}

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

static bool goes_to_loopback(const struct flow *flow)
{
    struct redirect_uri uri;
    return redirect_uri_parse(flow->redirect_uri, &uri, NULL) && uri.kind == REDIRECT_LOOPBACK;
}

static const struct ask_text {
    const char *title, *allow;
} ask_texts[] = {
    [ASK_CONSENT] = { "Allow this application to sign you in?", "Allow and sign in" },
    [ASK_CONTINUE] = { "Continue to sign-in", "Continue" },
    [ASK_LATE] = { "Finish signing in?", "Allow" },
};

static void say_what(const struct call *c, struct buf *out, enum page_ask ask,
                     const struct flow *flow, const struct grant *grant)
{
    page_element(out, "h1", NULL, str_c(ask_texts[ask].title));
    buf_adds(out, "<p><strong>");
    buf_add_html(out, flow->client_name);
    buf_adds(out, ask == ASK_CONTINUE
                      ? "</strong>, which you allowed before in this browser, wants to use "
                      : "</strong> wants to use ");
    buf_add_html(out, c->o->product);
    buf_adds(out, " in your name. The result goes to</p>\n");
    page_element(out, "p", "host", place_of(c, flow->redirect_uri));
    if (!grant)
        return;
    buf_adds(out, "<p>You are signed in as <strong>");
    buf_add_html(out, grant->email.n ? grant->email : grant->name.n ? grant->name : grant->subject);
    buf_adds(
        out,
        "</strong>. Your browser did not send back the cookie that this sign-in began with, so please confirm "
        "once more that it was you who started it.</p>\n");
}

void page_consent(const struct call *c, enum page_ask ask, const struct flow *flow,
                  const struct grant *grant, struct str sealed, struct str csrf)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(c, &out, ask_texts[ask].title);
    say_what(c, &out, ask, flow, grant);
    if (ask != ASK_CONTINUE)
        buf_adds(
            &out,
            "<ul><li>It can call the tools of this server as you, with what you are permitted to do.</li>"
            "<li>It learns neither your password nor the tokens of your organisation.</li></ul>\n");
    buf_adds(&out, "<form method=\"post\" action=\"/consent\">\n");
    hidden(&out, ask == ASK_LATE ? "finish" : "flow", sealed);
    hidden(&out, "csrf", csrf);
    buf_addf(&out,
             "<button class=\"first\" name=\"decision\" value=\"allow\">%s</button>\n"
             "<button name=\"decision\" value=\"deny\">Deny</button>\n</form>\n",
             ask_texts[ask].allow);
    page_element(
        &out, "p", "soft",
        STR("The application chose its name itself; nobody has verified it. If you did not just start this from an "
            "application of yours, choose Deny."));
    if (goes_to_loopback(flow))
        page_element(
            &out, "p", "soft",
            STR("Applications wait for a while only, some for 30 seconds. If the last page cannot be "
                "reached, start again from your application: the second time is shorter."));
    help_link(&out, "Stuck on the sign-in page that follows? Look its code up here.");
    page_finish(c, &out, 200);
}

static const char *whose_text(enum explain_whose whose)
{
    switch (whose) {
    case WHOSE_ADMIN:
        return "This is for the administrator of this server to mend. Send them this page.";
    case WHOSE_USER:
        return "You can mend this yourself.";
    case WHOSE_NOBODY:
        break;
    }
    return "Nothing is set up wrongly on your side.";
}

void page_problem(const struct call *c, const struct problem *p)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(c, &out, "Sign-in stopped");
    page_element(&out, "h1", NULL, p->title);
    if (p->cause.n) {
        page_element(&out, "h2", NULL, STR("Why"));
        page_element(&out, "p", NULL, p->cause);
    }
    if (p->fix.n) {
        page_element(&out, "h2", NULL, STR("What to do"));
        page_element(&out, "p", NULL, p->fix);
    }
    if (p->uri.n)
        page_element(
            &out, "p", NULL,
            arena_printf(c->arena, "Redirect URI of this server: " STR_FMT, STR_ARG(p->uri)));
    page_element(&out, "p", "soft", str_c(whose_text(p->whose)));
    page_element(&out, "p", "soft", arena_printf(c->arena, "Code: %s", p->code));
    if (p->back.n) {
        buf_adds(&out, "<p><a class=\"button first\" href=\"");
        buf_add_html(&out, p->back);
        buf_adds(&out, "\">Back to ");
        buf_add_html(&out, p->client_name);
        buf_adds(&out, "</a></p>\n");
    }
    if (c->base.n)
        help_link(&out, "Other codes of the sign-in page, and what helps");
    if (p->status == 503)
        http_add_header(c->ex, "Retry-After", STR("5"));
    LOG(LOG_WARNING, "sign-in stopped", F_C("code", p->code), F("title", p->title),
        F("cause", p->cause), F("fix", p->fix), F("client", p->client_name),
        F("request", http_id(c->ex)));
    page_finish(c, &out, p->status);
}
