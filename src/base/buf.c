// SPDX-License-Identifier: MIT
#include "base/buf.h"

#include <assert.h>

#include "base/mem.h"
#include "base/secret.h"

#define SMALLEST 64

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf)BUF_INIT(max);
}

void buf_release(struct buf *b)
{
    free(b->p);
    buf_init(b, b->max);
}

void buf_wipe(struct buf *b)
{
    if (b->p)
        wipe(b->p, b->cap);
    buf_release(b);
}

void buf_reset(struct buf *b)
{
    b->overflow = false;
    buf_truncate(b, 0);
}

// The old bytes may be secret, so that a growing buffer wipes what it leaves behind.
static void move_to(struct buf *b, size_t cap)
{
    char *p = mem_alloc(cap + 1);
    if (b->p) {
        memcpy(p, b->p, b->n);
        wipe(b->p, b->n);
        free(b->p);
    }
    b->p = p;
    b->cap = cap;
    p[b->n] = '\0';
}

char *buf_room(struct buf *b, size_t n)
{
    if (b->overflow || n > b->max - b->n) {
        b->overflow = true;
        return NULL;
    }
    if (!b->p || n > b->cap - b->n) {
        size_t cap = b->cap > b->max / 2 ? b->max : 2 * b->cap;
        if (cap < SMALLEST && SMALLEST <= b->max)
            cap = SMALLEST;
        move_to(b, cap < b->n + n ? b->n + n : cap);
    }
    return b->p + b->n;
}

void buf_grown(struct buf *b, size_t n)
{
    assert(n <= b->cap - b->n);
    b->n += n;
    if (b->p)
        b->p[b->n] = '\0';
}

void buf_truncate(struct buf *b, size_t n)
{
    if (n > b->n)
        return;
    b->n = n;
    if (b->p)
        b->p[n] = '\0';
}

void buf_add(struct buf *b, struct str s)
{
    char *p = buf_room(b, s.n);
    if (!p)
        return;
    if (s.n)
        memcpy(p, s.p, s.n);
    buf_grown(b, s.n);
}

void buf_adds(struct buf *b, const char *text)
{
    buf_add(b, str_c(text));
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    buf_vaddf(b, fmt, args);
    va_end(args);
}

void buf_vaddf(struct buf *b, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    char *p = n < 0 ? NULL : buf_room(b, (size_t)n);
    if (p) {
        vsnprintf(p, (size_t)n + 1, fmt, again);
        buf_grown(b, (size_t)n);
    }
    va_end(again);
    b->overflow |= n < 0;
}

bool buf_ok(const struct buf *b)
{
    return !b->overflow;
}

struct str buf_str(const struct buf *b)
{
    return (struct str){ b->p ? b->p : "", b->n };
}

const char *buf_cstr(struct buf *b)
{
    return b->p ? b->p : "";
}

char *buf_take(struct buf *b, size_t *ret_n)
{
    char *bytes = b->p ? b->p : str_dup(STR(""));
    if (ret_n)
        *ret_n = b->n;
    buf_init(b, b->max);
    return bytes;
}

/*= rfc3986 2.3 "unreserved  = ALPHA / DIGIT / "-" / "." / "_" / "~"" */
static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void buf_add_urlencoded(struct buf *b, struct str s, bool form)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (is_unreserved(s.p[i]))
            buf_addc(b, s.p[i]);
        else if (form && c == ' ')
            buf_addc(b, '+');
        else
            buf_add(b, str_of((char[]){ '%', hex[c >> 4], hex[c & 15] }, 3));
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool buf_add_urldecoded(struct buf *b, struct str s, bool form)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '%') {
            buf_addc(b, form && s.p[i] == '+' ? ' ' : s.p[i]);
            continue;
        }
        if (s.n - i < 3)
            return false;
        int high = hex_value(s.p[i + 1]), low = hex_value(s.p[i + 2]);
        if (high < 0 || low < 0)
            return false;
        buf_addc(b, (char)(high << 4 | low));
        i += 2;
    }
    return true;
}

static const char *html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void buf_add_html(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char *entity = html_entity(s.p[i]);
        if (entity)
            buf_adds(b, entity);
        else
            buf_addc(b, s.p[i]);
    }
}
