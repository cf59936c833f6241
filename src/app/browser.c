// SPDX-License-Identifier: MIT
#include "app/browser.h"

#include <time.h>

#include "base/url.h"

#define HOPS_MAX 30
#define PAGE_MAX (1024 * 1024)
#define FORM_MAX (64 * 1024)

struct cookie {
    struct str origin, name, value;
    struct cookie *next;
};

struct tag {
    struct str name;  // lower case in our own pages and the emulator's; compared without case
    struct str attrs; // what stands between the name and '>'
};

// --- HTML, as far as a form needs it ---

static bool next_tag(struct str *rest, struct tag *ret)
{
    ptrdiff_t open = str_index(*rest, '<');
    if (open < 0)
        return false;
    *rest = str_slice(*rest, (size_t)open + 1, rest->n);
    ptrdiff_t close = str_index(*rest, '>');
    if (close < 0)
        return false;
    struct str inside = str_slice(*rest, 0, (size_t)close);
    *rest = str_slice(*rest, (size_t)close + 1, rest->n);
    size_t n = 0;
    while (n < inside.n && !strchr(" \t\r\n/", inside.p[n] ? inside.p[n] : ' '))
        n++;
    n = n == 0 && inside.n > 0 ? inside.n : n; // a closing tag: "/form"
    ret->name = str_slice(inside, 0, n);
    ret->attrs = str_slice(inside, n, inside.n);
    return true;
}

static struct str unescape_html(struct arena *arena, struct str s)
{
    static const struct {
        struct str entity;
        char c;
    } entities[] = { { STR_INIT("&amp;"), '&' },  { STR_INIT("&lt;"), '<' },
                     { STR_INIT("&gt;"), '>' },   { STR_INIT("&quot;"), '"' },
                     { STR_INIT("&#39;"), '\'' }, { STR_INIT("&#x27;"), '\'' } };
    char *out = arena_alloc(arena, s.n + 1);
    size_t n = 0;
    while (s.n > 0) {
        size_t used = 1;
        out[n] = s.p[0];
        for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
            if (str_starts(s, entities[i].entity)) {
                out[n] = entities[i].c;
                used = entities[i].entity.n;
            }
        }
        n++;
        s = str_slice(s, used, s.n);
    }
    return str_of(out, n);
}

static struct str attribute(struct arena *arena, const struct tag *tag, const char *name)
{
    struct str want = arena_printf(arena, " %s=\"", name);
    ptrdiff_t at = str_find(tag->attrs, want);
    if (at < 0)
        return STR_NONE;
    struct str rest = str_slice(tag->attrs, (size_t)at + want.n, tag->attrs.n);
    return unescape_html(arena, str_cut(&rest, '"'));
}

static struct str page_text(struct arena *arena, struct str html)
{
    ptrdiff_t body = str_find(html, STR("<body"));
    html = body < 0 ? html : str_slice(html, (size_t)body, html.n);
    char *out = arena_alloc(arena, html.n + 1);
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; i < html.n; i++) {
        char c = html.p[i];
        inside = c == '<' ? true : c == '>' ? false : inside;
        bool blank = inside || c == '>' || c == '\n' || c == ' ';
        if (!blank)
            out[n++] = c;
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return str_slice(unescape_html(arena, str_of(out, n)), 0, 500);
}

// --- the jar ---

static struct str origin_of(struct browser *b, struct str url)
{
    struct url parts;
    if (!url_parse(url, &parts, NULL))
        return STR_NONE;
    return arena_printf(b->arena, STR_FMT "://" STR_FMT, STR_ARG(parts.scheme),
                        STR_ARG(parts.authority));
}

static void keep_cookie(struct browser *b, struct str origin, struct str set)
{
    struct str value = str_cut(&set, ';');
    struct str name = str_trim(str_cut(&value, '='));
    struct cookie *c = b->cookies;
    while (c && !(str_eq(c->origin, origin) && str_eq(c->name, name)))
        c = c->next;
    if (!c) {
        c = arena_alloc(b->arena, sizeof(*c));
        c->next = b->cookies;
        b->cookies = c;
    }
    *c = (struct cookie){ arena_str(b->arena, origin), arena_str(b->arena, name),
                          arena_str(b->arena, str_trim(value)), c->next };
}

static void keep_cookies(struct browser *b, struct str origin, struct str headers)
{
    while (headers.p) {
        struct str line = str_trim(str_cut(&headers, '\n'));
        struct str name = str_cut(&line, ':');
        if (str_eq_nocase(name, STR("set-cookie")))
            keep_cookie(b, origin, line);
    }
}

static struct str cookie_header(struct browser *b, struct str origin)
{
    struct str all = STR("");
    for (const struct cookie *c = b->cookies; c; c = c->next)
        if (str_eq(c->origin, origin) && c->value.n > 0)
            all = arena_printf(b->arena, STR_FMT "%s" STR_FMT "=" STR_FMT, STR_ARG(all),
                               all.n ? "; " : "", STR_ARG(c->name), STR_ARG(c->value));
    return all;
}

// --- walking ---

struct step {
    const char *method;
    struct str url, body, origin; // origin: of the page whose form is sent
    bool has_password;
};

static struct str absolute(struct browser *b, struct str base, struct str target)
{
    if (target.n == 0)
        return base;
    if (str_starts(target, STR("http://")) || str_starts(target, STR("https://")))
        return target;
    if (str_starts(target, STR("/")))
        return arena_printf(b->arena, STR_FMT STR_FMT, STR_ARG(origin_of(b, base)),
                            STR_ARG(target));
    ptrdiff_t query = str_index(base, '?');
    struct str folder = query < 0 ? base : str_slice(base, 0, (size_t)query);
    while (folder.n > 0 && folder.p[folder.n - 1] != '/')
        folder.n--;
    return arena_printf(b->arena, STR_FMT STR_FMT, STR_ARG(folder), STR_ARG(target));
}

static bool is_password(struct str name)
{
    return str_is(name, "passwd") || str_is(name, "password");
}

static struct str field_value(struct browser *b, const struct tag *tag, struct str name)
{
    static const char *const logins[] = { "login", "loginfmt", "username", "email" };
    for (size_t i = 0; i < ARRAY_LEN(logins); i++)
        if (str_is(name, logins[i]))
            return b->account;
    if (is_password(name))
        return b->password;
    if (str_is(name, "user_code"))
        return b->user_code;
    return attribute(b->arena, tag, "value");
}

static void add_pair(struct buf *body, struct str name, struct str value)
{
    if (body->n > 0)
        buf_addc(body, '&');
    buf_add_urlencoded(body, name, true);
    buf_addc(body, '=');
    buf_add_urlencoded(body, value, true);
}

// Fills the page's first form into *ret; false if the page has none.
static bool fill_form(struct browser *b, struct str page_url, struct str html, struct step *ret)
{
    struct tag tag;
    bool inside = false, pressed = false;
    struct buf CLEANUP(buf_release) body = BUF_INIT(FORM_MAX);
    while (next_tag(&html, &tag) && !(inside && str_eq_nocase(tag.name, STR("/form")))) {
        struct str name = attribute(b->arena, &tag, "name");
        if (!inside && str_eq_nocase(tag.name, STR("form"))) {
            inside = true;
            ret->url = absolute(b, page_url, attribute(b->arena, &tag, "action"));
        } else if (inside && name.p && str_eq_nocase(tag.name, STR("input"))) {
            add_pair(&body, name, field_value(b, &tag, name));
            ret->has_password |= is_password(name);
        } else if (inside && name.p && !pressed && str_eq_nocase(tag.name, STR("button"))) {
            pressed = true;
            add_pair(&body, name, attribute(b->arena, &tag, "value"));
        }
    }
    ret->method = "POST";
    ret->origin = origin_of(b, page_url);
    ret->body = arena_str(b->arena, buf_str(&body));
    return inside;
}

static bool load(struct browser *b, const struct step *step, struct fetch_response *page,
                 struct err *err)
{
    struct str origin = origin_of(b, step->url);
    bool post = step->body.p != NULL;
    const struct fetch_header headers[] = { { "Accept", STR("text/html") },
                                            { "Cookie", cookie_header(b, origin) },
                                            { post ? "Content-Type" : NULL,
                                              STR("application/x-www-form-urlencoded") },
                                            { "Origin", step->origin },
                                            { NULL, STR_NONE } };
    const struct fetch_request request = { .method = step->method,
                                           .url = arena_cstr(b->arena, step->url),
                                           .headers = headers,
                                           .body = step->body,
                                           .max_bytes = PAGE_MAX };
    if (!fetch(b->fetcher, &request, page, err))
        return false;
    keep_cookies(b, origin, buf_str(&page->headers));
    if (b->seen)
        b->seen(b->ctx, step->method, step->url, page->status);
    return true;
}

// The code of a device page, and the provider's page where it is to be entered.
static bool find_code(struct browser *b, struct str html, struct str *ret_code, struct str *ret_url)
{
    struct tag tag;
    struct str code = STR_NONE, url = STR_NONE;
    while (next_tag(&html, &tag) && !(code.n && url.n)) {
        struct str text = html;
        if (str_is(tag.name, "code") && str_is(attribute(b->arena, &tag, "class"), "code"))
            code = str_cut(&text, '<');
        if (str_is(tag.name, "a") && str_is(attribute(b->arena, &tag, "target"), "_blank"))
            url = attribute(b->arena, &tag, "href");
    }
    *ret_code = code;
    *ret_url = url;
    return code.n && url.n;
}

static bool walk(struct browser *b, struct step step, struct str until, struct err *err);

// In a second window, once; what that comes to is seen when the first one goes on.
static void enter_code(struct browser *b, struct str html)
{
    struct str code, url;
    if (b->user_code.n || !find_code(b, html, &code, &url))
        return;
    b->user_code = code;
    struct browser window = *b;
    struct err end;
    // Ends on a page without a form, and is said to have failed therefore.
    (void)!walk(&window, (struct step){ .method = "GET", .url = url }, STR("-"), &end);
    b->cookies = window.cookies;
}

// "5; url=/where": waits, and goes there.
static bool follow_refresh(struct browser *b, struct str refresh, struct step *step)
{
    int64_t seconds;
    struct str target = refresh;
    struct str number = str_trim(str_cut(&target, ';'));
    if (!target.n || !str_to_i64(number, &seconds) || seconds < 0 || seconds > 60)
        return false;
    (void)str_cut(&target, '=');
    nanosleep(&(struct timespec){ .tv_sec = (time_t)seconds }, NULL);
    *step = (struct step){ .method = "GET",
                           .url = absolute(b, step->url, arena_str(b->arena, target)) };
    return true;
}

// One page: sets *step to what follows; *ret_done when `until` has been fetched.
static bool one_page(struct browser *b, struct step *step, struct str until, bool *ret_done,
                     struct err *err)
{
    struct fetch_response CLEANUP(fetch_response_release) page = { 0 };
    if (!load(b, step, &page, err))
        return false;
    *ret_done = str_starts(step->url, until);
    if (*ret_done)
        return true;
    if (page.status >= 300 && page.status < 400) {
        struct str location = arena_str(b->arena, fetch_header_get(&page, "Location"));
        *step = (struct step){ .method = "GET", .url = absolute(b, step->url, location) };
        return true;
    }
    struct str html = arena_str(b->arena, buf_str(&page.body));
    struct step next = { 0 };
    if (page.status == 200 && fetch_header_get(&page, "Refresh").n) {
        enter_code(b, html);
        if (follow_refresh(b, fetch_header_get(&page, "Refresh"), step))
            return true;
    }
    if (page.status != 200 || !fill_form(b, step->url, html, &next))
        return err_set(err, ERR_ACCESS_DENIED,
                       "the sign-in ended on a page with status %d: " STR_FMT, page.status,
                       STR_ARG(page_text(b->arena, html)));
    // Once: the same wrong password again and again would lock the account.
    if (next.has_password && b->password_sent)
        return err_set(err, ERR_ACCESS_DENIED, "the password was not accepted: " STR_FMT,
                       STR_ARG(page_text(b->arena, html)));
    b->password_sent |= next.has_password;
    *step = next;
    return true;
}

static bool walk(struct browser *b, struct step step, struct str until, struct err *err)
{
    bool done = false;
    for (int hop = 0; hop < HOPS_MAX; hop++) {
        if (!one_page(b, &step, until, &done, err))
            return false;
        if (done)
            return true;
    }
    return err_set(err, ERR_ACCESS_DENIED, "the sign-in went round in circles: more than %d pages",
                   HOPS_MAX);
}

bool browser_walk(struct browser *b, struct str url, struct str until, struct err *err)
{
    return walk(b, (struct step){ .method = "GET", .url = url }, until, err);
}
