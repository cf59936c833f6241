// SPDX-License-Identifier: MIT
#include "json/write.h"

#include <assert.h>

#include "base/utf8.h"
#include "json/plain_int.h"

void jw_init(struct json_writer *w, struct buf *out)
{
    *w = (struct json_writer){ .out = out, .first = true };
}

static void add_break(struct json_writer *w)
{
    static const char blanks[] = "                                ";
    buf_addc(w->out, '\n');
    for (size_t left = (size_t)w->indent * w->depth, n; left > 0; left -= n) {
        n = left < sizeof(blanks) - 1 ? left : sizeof(blanks) - 1;
        buf_add(w->out, str_of(blanks, n));
    }
}

// What stands between the value or key before and this one.
static void separate(struct json_writer *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->depth == 0)
        return;
    if (!w->first)
        buf_addc(w->out, ',');
    if (w->indent)
        add_break(w);
    else if (w->spaced && !w->first)
        buf_addc(w->out, ' ');
    w->first = false;
}

static void open_nest(struct json_writer *w, char c)
{
    separate(w);
    buf_addc(w->out, c);
    w->depth++;
    w->first = true;
}

static void close_nest(struct json_writer *w, char c)
{
    assert(w->depth > 0 && !w->after_key);
    w->depth--;
    if (w->indent && !w->first)
        add_break(w);
    buf_addc(w->out, c);
    w->first = false;
}

void jw_object(struct json_writer *w)
{
    open_nest(w, '{');
}

void jw_object_end(struct json_writer *w)
{
    close_nest(w, '}');
}

void jw_array(struct json_writer *w)
{
    open_nest(w, '[');
}

void jw_array_end(struct json_writer *w)
{
    close_nest(w, ']');
}

void jw_key(struct json_writer *w, const char *key)
{
    jw_key_str(w, str_c(key));
}

void jw_key_str(struct json_writer *w, struct str key)
{
    assert(w->depth > 0 && !w->after_key);
    separate(w);
    json_add_string(w->out, key);
    buf_addc(w->out, ':');
    if (w->indent || w->spaced)
        buf_addc(w->out, ' ');
    w->after_key = true;
}

void jw_str(struct json_writer *w, struct str s)
{
    separate(w);
    json_add_string(w->out, s);
}

void jw_c(struct json_writer *w, const char *s)
{
    if (s)
        jw_str(w, str_c(s));
    else
        jw_null(w);
}

void jw_int(struct json_writer *w, int64_t n)
{
    char digits[20];
    size_t at = sizeof(digits);
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        digits[--at] = (char)('0' + left % 10);
    while (left /= 10);
    separate(w);
    if (n < 0)
        buf_addc(w->out, '-');
    buf_add(w->out, str_of(digits + at, sizeof(digits) - at));
}

void jw_real(struct json_writer *w, double d)
{
    separate(w);
    json_add_real(w->out, d);
}

void jw_bool(struct json_writer *w, bool b)
{
    jw_raw(w, b ? STR("true") : STR("false"));
}

void jw_null(struct json_writer *w)
{
    jw_raw(w, STR("null"));
}

void jw_raw(struct json_writer *w, struct str json)
{
    separate(w);
    buf_add(w->out, json);
}

// A full buffer ends the walk: a tree whose parts are shared can be far larger than its memory.
static void write_array(struct json_writer *w, const json_t *v)
{
    jw_array(w);
    for (size_t i = 0; i < json_array_size(v) && buf_ok(w->out); i++)
        jw_tree(w, json_array_get(v, i));
    jw_array_end(w);
}

static void write_object(struct json_writer *w, const json_t *v)
{
    json_t *object =
        (json_t *)(uintptr_t)v; // jansson's iterators want it mutable, and leave it alone
    jw_object(w);
    for (void *i = json_object_iter(object); i && buf_ok(w->out);
         i = json_object_iter_next(object, i)) {
        jw_key_str(w, str_of(json_object_iter_key(i), json_object_iter_key_len(i)));
        jw_tree(w, json_object_iter_value(i));
    }
    jw_object_end(w);
}

void jw_tree(struct json_writer *w, const json_t *v)
{
    switch (v ? json_typeof(v) : JSON_NULL) {
    case JSON_OBJECT:
        write_object(w, v);
        return;
    case JSON_ARRAY:
        write_array(w, v);
        return;
    case JSON_STRING:
        jw_str(w, dom_text(v));
        return;
    case JSON_INTEGER:
        jw_int(w, json_integer_value(v));
        return;
    case JSON_REAL:
        jw_real(w, json_real_value(v));
        return;
    case JSON_NULL:
        jw_null(w);
        return;
    default:
        jw_bool(w, json_is_true(v));
    }
}

void jw_kv(struct json_writer *w, const char *key, struct str s)
{
    jw_key(w, key);
    jw_str(w, s);
}

void jw_kv_c(struct json_writer *w, const char *key, const char *s)
{
    jw_key(w, key);
    jw_c(w, s);
}

void jw_kv_int(struct json_writer *w, const char *key, int64_t n)
{
    jw_key(w, key);
    jw_int(w, n);
}

void jw_kv_bool(struct json_writer *w, const char *key, bool b)
{
    jw_key(w, key);
    jw_bool(w, b);
}

void jw_kv_raw(struct json_writer *w, const char *key, struct str json)
{
    jw_key(w, key);
    jw_raw(w, json);
}

void jw_kv_tree(struct json_writer *w, const char *key, const json_t *v)
{
    jw_key(w, key);
    jw_tree(w, v);
}

static void add_escape(struct buf *out, char c)
{
    static const char letters[128] = { ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
                                       ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\' };
    char letter = letters[c & 127];
    if (letter)
        buf_add(out, str_of((char[]){ '\\', letter }, 2));
    else
        buf_addf(out, "\\u%04x", (unsigned)c);
}

// Length of the leading part that needs no change: plain ASCII and valid UTF-8.
static size_t unchanged_run(struct str s)
{
    size_t at = 0;
    for (;;) {
        at += json_plain_run(s.p + at, s.n - at);
        size_t n;
        if (at == s.n || !((unsigned char)s.p[at] & 0x80) ||
            utf8_decode(str_slice(s, at, s.n), &n) < 0)
            return at;
        at += n;
    }
}

void json_add_string(struct buf *out, struct str s)
{
    buf_addc(out, '"');
    while (s.n > 0) {
        size_t run = unchanged_run(s), n = 1;
        buf_add(out, str_slice(s, 0, run));
        if (run == s.n)
            break;
        if ((unsigned char)s.p[run] < 0x80)
            add_escape(out, s.p[run]);
        else {
            utf8_decode(str_slice(s, run, s.n), &n);
            buf_adds(out, UTF8_REPLACEMENT);
        }
        s = str_slice(s, run + n, s.n);
    }
    buf_addc(out, '"');
}

void json_add_compact(struct buf *out, const json_t *v)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_tree(&w, v);
}

void json_add_indented(struct buf *out, const json_t *v)
{
    struct json_writer w;
    jw_init(&w, out);
    w.indent = 2;
    jw_tree(&w, v);
}
