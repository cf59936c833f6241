// SPDX-License-Identifier: MIT
// Takes HTML out of a text as the Python library bleach does with an empty list of allowed tags:
// the tokenizer of the HTML standard (WHATWG HTML 13.2.5), with bleach's repairs for what only
// looks like a tag, then & < > escaped but for character references. The quirks are kept on
// purpose: results must stay the same as the Python server's.
#include "serve/clean_int.h"

struct html {
    struct str rest;
    struct buf text; // collected characters since the last comment
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

// --- characters ---

static bool is_entity_prefix(struct str name)
{
    size_t low = 0, high = clean_entity_count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (str_cmp(str_slice(str_c(clean_entities[mid]), 0, name.n), name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < clean_entity_count && str_starts(str_c(clean_entities[low]), name);
}

static bool ends_reference(char c)
{
    return c == '<' || c == '&' || c == '=' || c == ';' || is_blank(c);
}

// Length of the numeric reference "#12" or "#x1f" at the start of s (behind the '&'), 0 if there is
// none. One wrong character before the ';' is skipped, as bleach does.
static size_t numeric_length(struct str s)
{
    size_t n = 1;
    bool hex = s.n > 1 && (s.p[1] == 'x' || s.p[1] == 'X');
    n += hex;
    size_t at = n;
    while (at < s.n && !ends_reference(s.p[at])) {
        bool digit = strchr(hex ? "0123456789abcdefABCDEF" : "0123456789", s.p[at]) && s.p[at];
        at++;
        if (!digit)
            break;
        n++;
    }
    return at < s.n && s.p[at] == ';' ? n : 0;
}

static size_t named_length(struct str s)
{
    size_t n = 0;
    while (n < s.n && !ends_reference(s.p[n])) {
        n++;
        if (!is_entity_prefix(str_slice(s, 0, n)))
            return 0;
    }
    return n > 0 && n < s.n && s.p[n] == ';' ? n : 0;
}

static void escape(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '&')
            buf_adds(out, "&amp;");
        else if (s.p[i] == '<')
            buf_adds(out, "&lt;");
        else if (s.p[i] == '>')
            buf_adds(out, "&gt;");
        else
            buf_addc(out, s.p[i]);
    }
}

// The text so far, with its character references kept and all else escaped.
static void flush(struct html *h)
{
    struct str text = buf_str(&h->text);
    while (text.n > 0) {
        size_t plain = 0;
        while (plain < text.n && text.p[plain] != '&')
            plain++;
        escape(h->out, str_slice(text, 0, plain));
        text = str_slice(text, plain, text.n);
        if (text.n == 0)
            break;
        struct str name = str_slice(text, 1, text.n);
        size_t n = name.n > 0 && name.p[0] == '#' ? numeric_length(name) : named_length(name);
        if (n > 0)
            buf_addf(h->out, "&" STR_FMT ";", (int)n, name.p);
        else
            buf_adds(h->out, "&amp;");
        text = str_slice(text, n > 0 ? n + 2 : 1, text.n);
    }
    buf_reset(&h->text);
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
        buf_add(&h->text, h->rest);
    if (end == TAG_CLOSED) {
        if (!closing && h->tag_seen && is_block(name))
            buf_addc(&h->text, '\n');
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
    flush(h); // a comment parts the text: "&l<!---->t;" is no reference
    h->rest = str_slice(h->rest, n, h->rest.n);
}

static void keep(struct html *h, size_t n)
{
    buf_add(&h->text, str_slice(h->rest, 0, n));
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

void clean_strip_html(struct str in, struct buf *out)
{
    struct buf CLEANUP(buf_release) text = BUF_INIT(in.n + 1);
    normalise_newlines(in, &text);
    struct html h = { .rest = buf_str(&text), .text = BUF_INIT(2 * in.n + 1), .out = out };
    while (h.rest.n > 0) {
        ptrdiff_t markup = str_index(h.rest, '<');
        keep(&h, markup < 0 ? h.rest.n : (size_t)markup);
        if (h.rest.n > 0)
            take_markup(&h);
    }
    flush(&h);
    buf_release(&h.text);
}
