// SPDX-License-Identifier: MIT
// Values as Python shows them: error texts of JMESPath contain them.
#include "base/utf8.h"
#include "json/query_int.h"
#include "json/write.h"

static void add_repr(struct buf *out, const json_t *v);

static void add_escape(struct buf *out, uint32_t c)
{
    const char *short_form = c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : NULL;
    if (short_form)
        buf_adds(out, short_form);
    else
        buf_addf(out, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
}

static bool is_printable(int32_t c)
{
    return c >= 0x20 && !(c >= 0x7F && c <= 0xA0) && c != 0xAD && !(c >= 0x2000 && c <= 0x200F) &&
           !(c >= 0x2028 && c <= 0x202F) && c != 0x3000 && c != 0xFEFF;
}

static void add_quoted(struct buf *out, struct str s)
{
    char quote = str_index(s, '\'') >= 0 && str_index(s, '"') < 0 ? '"' : '\'';
    buf_addc(out, quote);
    for (size_t at = 0, n; at < s.n; at += n) {
        int32_t c = utf8_decode(str_slice(s, at, s.n), &n);
        if (c == quote || c == '\\')
            buf_addc(out, '\\');
        if (is_printable(c))
            buf_add(out, str_slice(s, at, at + n));
        else
            add_escape(out, (uint32_t)c);
    }
    buf_addc(out, quote);
}

static void add_list(struct buf *out, const json_t *v)
{
    buf_addc(out, '[');
    for (size_t i = 0; i < json_array_size(v) && buf_ok(out); i++) {
        buf_adds(out, i ? ", " : "");
        add_repr(out, json_array_get(v, i));
    }
    buf_addc(out, ']');
}

static void add_dict(struct buf *out, const json_t *v)
{
    json_t *object =
        (json_t *)(uintptr_t)v; // jansson's iterators want it mutable, and leave it alone
    const char *separator = "";
    buf_addc(out, '{');
    for (void *i = json_object_iter(object); i && buf_ok(out);
         i = json_object_iter_next(object, i)) {
        buf_adds(out, separator);
        separator = ", ";
        add_quoted(out, str_of(json_object_iter_key(i), json_object_iter_key_len(i)));
        buf_adds(out, ": ");
        add_repr(out, json_object_iter_value(i));
    }
    buf_addc(out, '}');
}

static void add_repr(struct buf *out, const json_t *v)
{
    switch (json_typeof(v)) {
    case JSON_OBJECT:
        add_dict(out, v);
        return;
    case JSON_ARRAY:
        add_list(out, v);
        return;
    case JSON_STRING:
        add_quoted(out, dom_text(v));
        return;
    case JSON_TRUE:
        buf_adds(out, "True");
        return;
    case JSON_FALSE:
        buf_adds(out, "False");
        return;
    case JSON_NULL:
        buf_adds(out, "None");
        return;
    default:
        json_add_compact(out, v);
    }
}

void python_add_str(struct buf *out, const json_t *v)
{
    if (json_is_string(v))
        buf_add(out, dom_text(v));
    else
        add_repr(out, v);
}

const char *python_type(const json_t *v)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "dict", [JSON_ARRAY] = "list",    [JSON_STRING] = "str",
        [JSON_INTEGER] = "int", [JSON_REAL] = "float",    [JSON_TRUE] = "bool",
        [JSON_FALSE] = "bool",  [JSON_NULL] = "NoneType",
    };
    return names[json_typeof(v)];
}
