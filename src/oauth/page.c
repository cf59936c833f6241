// SPDX-License-Identifier: MIT
// What all pages are built of: one frame, one style, no script, nothing from elsewhere. Every value
// is escaped.
#include "oauth/internal.h"

#include "jose/b64url.h"

// A keyhole in a shield, of our own: the product's mark is not ours to show.
static const char mark[] =
    "<svg width=\"22\" height=\"24\" viewBox=\"0 0 22 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" "
    "stroke-linejoin=\"round\" aria-hidden=\"true\"><path d=\"M11 1.5 20 5v6c0 5.5-3.6 9.7-9 11.5C5.6 20.7 2 16.5 2 11V5Z\"/>"
    "<circle cx=\"11\" cy=\"10\" r=\"2.5\"/><path d=\"M11 12.5V16\" stroke-linecap=\"round\"/></svg>";

struct str page_csp(struct arena *arena)
{
    uint8_t digest[SHA256_SIZE];
    CLEANUP(buf_release) struct buf hash = BUF_INIT(64);
    sha256(str_c(page_css), digest);
    b64_encode(&hash, str_of(digest, sizeof(digest)));
    // No form-action: browsers hold the whole chain of redirects after a form against it.
    return arena_printf(
        arena, "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; frame-ancestors 'none'",
        buf_cstr(&hash));
}

/*= rfc9110 12.4.2 "…a value of 0 means "not acceptable"." */
static bool is_refused(struct str parameters)
{
    while (parameters.p) {
        struct str value = str_cut(&parameters, ';');
        struct str name = str_trim(str_cut(&value, '='));
        if (!str_eq_nocase(name, STR("q")))
            continue;
        value = str_trim(value);
        size_t zeros = 0; // "0", "0.0" …
        while (zeros < value.n && (value.p[zeros] == '0' || value.p[zeros] == '.'))
            zeros++;
        return zeros == value.n;
    }
    return false;
}

bool page_wanted(const struct exchange *ex)
{
    for (struct str rest = http_header(ex, "Accept"); rest.p;) {
        struct str parameters = str_cut(&rest, ',');
        struct str type = str_trim(str_cut(&parameters, ';'));
        if (str_eq_nocase(type, STR("text/html")))
            return !is_refused(parameters);
    }
    return false;
}

static void begin(const struct call *c, struct buf *out, const char *title, const char *body)
{
    struct str host = c->base;
    ptrdiff_t at = str_find(host, STR("://"));
    host = at < 0 ? host : str_slice(host, (size_t)at + 3, host.n);
    buf_adds(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"robots\" content=\"noindex\">\n<title>");
    buf_add_html(out, str_c(title));
    buf_adds(out, " – ");
    buf_add_html(out, c->o->product);
    buf_addf(out, "</title>\n<style>%s</style>\n</head>\n%s\n<header>%s", page_css, body, mark);
    buf_add_html(out, c->o->product);
    if (host.n)
        page_element(out, "span", NULL, host);
    buf_adds(out, "</header>\n<main>\n");
}

void page_begin(const struct call *c, struct buf *out, const char *title)
{
    begin(c, out, title, "<body>");
}

void page_begin_wide(const struct call *c, struct buf *out, const char *title)
{
    begin(c, out, title, "<body class=\"wide\">");
}

static void footer(const struct call *c, struct buf *out)
{
    buf_adds(out, "</main>\n<footer>");
    if (c->base.n)
        buf_adds(out, "<a href=\"" HELP_PATH "\">Stuck on a sign-in page? Look up its code</a>");
    buf_adds(out, "<span>Request <code>");
    buf_add_html(out, http_id(c->ex));
    buf_adds(out, "</code></span></footer>\n</body>\n</html>\n");
}

void page_finish(const struct call *c, struct buf *out, int status)
{
    footer(c, out);
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

// A header rather than the element: it may be decided after the head went out, and whatever reads
// pages without a browser finds it without parsing.
void page_refresh(const struct call *c, int seconds, struct str url)
{
    http_add_header(c->ex, "Refresh",
                    arena_printf(c->arena, "%d; url=" STR_FMT, seconds, STR_ARG(url)));
}

static const char *spoken(char ch)
{
    switch (ch) {
    case '-':
        return "dash";
    case ' ':
        return "space";
    default:
        return NULL;
    }
}

void page_code(struct buf *out, const char *label, struct str code)
{
    buf_adds(out, "<p>");
    buf_add_html(out, str_c(label));
    buf_adds(out, "</p>\n<p><code class=\"code\" translate=\"no\">");
    buf_add_html(out, code);
    buf_adds(out, "</code><span class=\"unseen\">Letter by letter: ");
    for (size_t i = 0; i < code.n; i++) {
        const char *word = spoken(code.p[i]);
        buf_adds(out, i ? ", " : "");
        if (word)
            buf_adds(out, word);
        else
            buf_add_html(out, str_slice(code, i, i + 1));
    }
    buf_adds(out, "</span></p>\n");
}

void page_progress(struct buf *out, struct str label, int64_t value, int64_t max)
{
    buf_adds(out, "<p><label>");
    buf_add_html(out, label);
    buf_addf(out, "<progress value=\"%lld\" max=\"%lld\"></progress></label></p>\n",
             (long long)value, (long long)max);
}

static const char *const look_classes[] = {
    [LOOK_PLAIN] = "", [LOOK_FIRST] = "first", [LOOK_QUIET] = "quiet"
};

void page_button_link(struct buf *out, struct str url, struct str text, enum page_look look,
                      bool new_window)
{
    buf_addf(out, "<p class=\"actions\"><a class=\"button %s\" href=\"", look_classes[look]);
    buf_add_html(out, url);
    // noreferrer: where a person goes from here need not learn which sign-in it was.
    buf_adds(out, new_window ? "\" target=\"_blank\" rel=\"noopener noreferrer\">" : "\">");
    buf_add_html(out, text);
    buf_adds(out, new_window ? " <span aria-hidden=\"true\">↗</span><span class=\"unseen\"> "
                               "(opens a new window)</span></a></p>\n"
                             : "</a></p>\n");
}

void page_form_begin(struct buf *out, const char *action, const struct page_field *fields)
{
    buf_addf(out, "<form class=\"actions\" method=\"post\" action=\"%s\">\n", action);
    for (; fields && fields->name; fields++) {
        buf_addf(out, "<input type=\"hidden\" name=\"%s\" value=\"", fields->name);
        buf_add_html(out, fields->value);
        buf_adds(out, "\">\n");
    }
}

void page_button(struct buf *out, const char *name, const char *value, const char *text,
                 enum page_look look)
{
    buf_addf(out, "<button class=\"%s\"", look_classes[look]);
    if (name)
        buf_addf(out, " name=\"%s\" value=\"%s\"", name, value);
    buf_adds(out, ">");
    buf_add_html(out, str_c(text));
    buf_adds(out, "</button>\n");
}

void page_form_end(struct buf *out)
{
    buf_adds(out, "</form>\n");
}

void page_form_button(struct buf *out, const char *action, const struct page_field *fields,
                      const char *text, enum page_look look)
{
    page_form_begin(out, action, fields);
    page_button(out, NULL, NULL, text, look);
    page_form_end(out);
}

void page_note(const struct call *c, const struct note *n)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(PAGE_MAX);
    page_begin(c, &out, n->title);
    page_element(&out, "h1", NULL, str_c(n->title));
    page_element(&out, "p", NULL, n->text);
    if (n->next.n)
        page_button_link(&out, n->next, str_c(n->next_text), LOOK_FIRST, false);
    if (n->more.n)
        page_element(&out, "p", "soft", n->more);
    page_finish(c, &out, n->status);
}
