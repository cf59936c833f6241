// SPDX-License-Identifier: MIT
// Takes HTML out of a text as the Python library bleach does with an empty list of allowed tags:
// the tokenizer of the HTML standard (WHATWG HTML 13.2.5), with bleach's repairs for what only
// looks like a tag. What bleach then does to & < > is left out: plain text is not escaped. Instead
// the text is read again until no tag is left, because what stands on both sides of a dropped tag
// may be one.
#include "serve/clean_int.h"

#define PASSES_MAX 8 // tags that were hidden in tags more often lose their "<"

struct html {
    struct str rest;
    struct buf *out;
    bool tag_seen; // some tag was dropped before
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\v' || c == '\r';
}

// --- tags ---

static bool is_block(struct str name)
{
    static const char *const blocks[] = {
        "address", "article",  "aside",      "blockquote", "details", "dialog", "dd", "div",  "dl",
        "dt",      "fieldset", "figcaption", "figure",     "footer",  "form",   "h1", "h2",   "h3",
        "h4",      "h5",       "h6",         "header",     "hgroup",  "hr",     "li", "main", "nav",
        "ol",      "p",        "pre",        "section",    "table",   "ul"
    };
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        if (str_eq_nocase(name, str_c(blocks[i])))
            return true;
    return false;
}

// How a tag that never ends looks at the end of the text: some states keep it as text, others drop
// it.
enum tag_end { TAG_CLOSED, TAG_CUT_IS_TEXT, TAG_CUT_IS_GONE };

struct cursor {
    struct str s;
    size_t at;
};

static bool more(const struct cursor *c)
{
    return c->at < c->s.n;
}

static char here(const struct cursor *c)
{
    return c->s.p[c->at];
}

static void skip_blanks(struct cursor *c)
{
    while (more(c) && is_blank(here(c)))
        c->at++;
}

// Behind '='. True: the value ended; false: the text did (*ret_end says how), or '>' ended the tag.
static bool skip_value(struct cursor *c, enum tag_end *ret_end)
{
    *ret_end = TAG_CUT_IS_GONE;
    skip_blanks(c);
    if (!more(c))
        return false;
    char quote = here(c);
    if (quote == '"' || quote == '\'') {
        c->at++;
        while (more(c) && here(c) != quote)
            c->at++;
        if (!more(c))
            return false;
        c->at++;
        return more(c); // right behind the quote: gone as well
    }
    while (more(c) && !is_blank(here(c)) && here(c) != '>')
        c->at++;
    *ret_end = TAG_CUT_IS_TEXT;
    return more(c);
}

// An attribute from its first character on. False: the text ended.
static bool skip_attribute(struct cursor *c, enum tag_end *ret_end)
{
    *ret_end = TAG_CUT_IS_TEXT;
    c->at++; // whatever it is: even '=' may begin a name
    while (more(c) && !is_blank(here(c)) && !strchr("/>=", here(c)))
        c->at++;
    skip_blanks(c);
    if (!more(c))
        return false;
    if (here(c) != '=')
        return true;
    c->at++;
    return skip_value(c, ret_end);
}

// From behind the tag's name to behind its '>'.
static enum tag_end skip_attributes(struct cursor *c)
{
    enum tag_end end = TAG_CUT_IS_GONE;
    for (;;) {
        skip_blanks(c);
        if (!more(c))
            return TAG_CUT_IS_GONE;
        if (here(c) == '>') {
            c->at++;
            return TAG_CLOSED;
        }
        if (here(c) == '/')
            c->at++;
        else if (!skip_attribute(c, &end))
            return end;
    }
}

// rest begins with '<' (or "</") and a letter.
static void take_tag(struct html *h)
{
    bool closing = h->rest.p[1] == '/';
    struct cursor c = { h->rest, closing ? 2 : 1 };
    size_t from = c.at;
    while (more(&c) && !is_blank(here(&c)) && here(&c) != '/' && here(&c) != '>')
        c.at++;
    struct str name = str_slice(c.s, from, c.at);
    enum tag_end end = more(&c) ? skip_attributes(&c) : TAG_CUT_IS_TEXT;
    if (end == TAG_CUT_IS_TEXT)
        buf_add(h->out, h->rest);
    if (end == TAG_CLOSED) {
        if (!closing && h->tag_seen && is_block(name))
            buf_addc(h->out, '\n');
        h->tag_seen = true;
    }
    h->rest = str_slice(h->rest, c.at, h->rest.n);
}

// --- comments, declarations and what only begins like a tag ---

static size_t to_right_bracket(struct str s)
{
    ptrdiff_t at = str_index(s, '>');
    return at < 0 ? s.n : (size_t)at + 1;
}

// Length of the comment whose "<!--" begins s.
static size_t comment_length(struct str s)
{
    struct str body = str_slice(s, 4, s.n);
    if (str_starts(body, STR(">")))
        return 5;
    if (str_starts(body, STR("->")))
        return 6;
    ptrdiff_t plain = str_find(body, STR("-->")), bang = str_find(body, STR("--!>"));
    if (plain < 0 && bang < 0)
        return s.n;
    bool is_plain = bang < 0 || (plain >= 0 && plain < bang);
    return 4 + (size_t)(is_plain ? plain + 3 : bang + 4);
}

static void drop(struct html *h, size_t n)
{
    h->rest = str_slice(h->rest, n, h->rest.n);
}

static void keep(struct html *h, size_t n)
{
    buf_add(h->out, str_slice(h->rest, 0, n));
    h->rest = str_slice(h->rest, n, h->rest.n);
}

// rest begins with "</".
static void take_closing(struct html *h)
{
    if (h->rest.n == 2)
        keep(h, 2);
    else if (is_letter(h->rest.p[2]))
        take_tag(h);
    else if (h->rest.p[2] == '>')
        h->rest = str_slice(h->rest, 3, h->rest.n);
    else
        keep(h, to_right_bracket(h->rest));
}

// rest begins with '<'.
static void take_markup(struct html *h)
{
    char next = h->rest.n > 1 ? h->rest.p[1] : '\0';
    if (is_letter(next))
        take_tag(h);
    else if (next == '/')
        take_closing(h);
    else if (str_starts(h->rest, STR("<!--")))
        drop(h, comment_length(h->rest));
    else if (next == '!' || next == '?')
        drop(h, to_right_bracket(h->rest));
    else
        keep(h, next == '>' ? 2 : 1);
}

static void normalise_newlines(struct str in, struct buf *out)
{
    for (size_t i = 0; i < in.n; i++) {
        if (in.p[i] != '\r')
            buf_addc(out, in.p[i]);
        else if (i + 1 == in.n || in.p[i + 1] != '\n')
            buf_addc(out, '\n');
    }
}

static void strip_once(struct str in, struct buf *out)
{
    struct html h = { .rest = in, .out = out };
    while (h.rest.n > 0) {
        ptrdiff_t markup = str_index(h.rest, '<');
        keep(&h, markup < 0 ? h.rest.n : (size_t)markup);
        if (h.rest.n > 0)
            take_markup(&h);
    }
}

static void drop_brackets(struct str in, struct buf *out)
{
    for (size_t i = 0; i < in.n; i++)
        if (in.p[i] != '<')
            buf_addc(out, in.p[i]);
}

void clean_strip_html(struct str in, struct buf *out)
{
    struct buf CLEANUP(buf_release) text = BUF_INIT(2 * in.n + 1);
    struct buf CLEANUP(buf_release) less = BUF_INIT(2 * in.n + 1);
    normalise_newlines(in, &text);
    for (int pass = 0; pass < PASSES_MAX; pass++) {
        buf_reset(&less);
        strip_once(buf_str(&text), &less);
        if (str_eq(buf_str(&less), buf_str(&text))) {
            buf_add(out, buf_str(&less));
            return;
        }
        buf_reset(&text);
        buf_add(&text, buf_str(&less));
    }
    drop_brackets(buf_str(&text), out);
}
