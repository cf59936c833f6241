// SPDX-License-Identifier: MIT
#include "json/dom.h"

#include <math.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "json/scan.h"

struct parse {
    struct scan scan;
    struct buf text; // the current key or string without escapes
    struct err *err;
};

static json_t *checked(json_t *v)
{
    if (!v)
        abort(); // out of memory: all other reasons were judged before
    return v;
}

// The key or string that the scanner stood at; valid until the next call.
static struct str text_at(struct parse *p, const struct scan *at)
{
    if (!at->escaped)
        return at->raw;
    buf_reset(&p->text);
    scan_text(at, &p->text);
    return buf_str(&p->text);
}

static json_t *parse_real(struct parse *p)
{
    struct str raw = p->scan.raw;
    char small[64];
    char *digits = raw.n < sizeof(small) ? small : mem_alloc(raw.n + 1);
    memcpy(digits, raw.p, raw.n);
    digits[raw.n] = '\0';
    double d = strtod(digits, NULL);
    if (digits != small)
        free(digits);
    if (isfinite(d))
        return checked(json_real(d));
    err_set(p->err, ERR_JSON, "invalid JSON: the number " STR_FMT " before byte %zu is too large",
            STR_ARG(str_slice(raw, 0, 40)), p->scan.at);
    return NULL;
}

static json_t *parse_number(struct parse *p)
{
    int64_t integer;
    return str_to_i64(p->scan.raw, &integer) ? checked(json_integer(integer)) : parse_real(p);
}

static json_t *parse_value(struct parse *p, enum scan_token token);

static json_t *parse_array(struct parse *p)
{
    JSON_AUTO *array = checked(json_array());
    enum scan_token token;
    while ((token = scan_next(&p->scan)) != SCAN_ARRAY_END) {
        json_t *item = parse_value(p, token);
        if (!item)
            return NULL;
        json_array_append_new(array, item);
    }
    return json_incref(array);
}

// Takes over value.
static bool add_member(struct parse *p, json_t *object, const struct scan *at_key, json_t *value)
{
    struct str key = text_at(p, at_key);
    if (str_index(key, '\0') >= 0) {
        json_decref(value);
        return err_set(p->err, ERR_JSON, "invalid JSON: the key before byte %zu contains U+0000",
                       at_key->at);
    }
    if (json_object_getn(object, key.p, key.n)) {
        json_decref(value);
        return err_set(p->err, ERR_JSON,
                       "invalid JSON: the key \"" STR_FMT "\" before byte %zu stands twice",
                       STR_ARG(utf8_cut(key, 80)), at_key->at);
    }
    if (json_object_setn_new_nocheck(object, key.p, key.n, value) != 0)
        abort();
    return true;
}

static json_t *parse_object(struct parse *p)
{
    JSON_AUTO *object = checked(json_object());
    while (scan_next(&p->scan) == SCAN_KEY) {
        struct scan at_key = p->scan;
        json_t *value = parse_value(p, scan_next(&p->scan));
        if (!value || !add_member(p, object, &at_key, value))
            return NULL;
    }
    if (p->scan.token != SCAN_OBJECT_END) {
        scan_fail(&p->scan, p->err);
        return NULL;
    }
    return json_incref(object);
}

static json_t *parse_value(struct parse *p, enum scan_token token)
{
    struct str text;
    switch (token) {
    case SCAN_OBJECT:
        return parse_object(p);
    case SCAN_ARRAY:
        return parse_array(p);
    case SCAN_STRING:
        text = text_at(p, &p->scan);
        return checked(json_stringn_nocheck(text.n ? text.p : "", text.n));
    case SCAN_NUMBER:
        return parse_number(p);
    case SCAN_TRUE:
        return json_true();
    case SCAN_FALSE:
        return json_false();
    case SCAN_NULL:
        return json_null();
    default:
        scan_fail(&p->scan, p->err);
        return NULL;
    }
}

bool dom_parse(struct str text, json_t **ret, struct err *err)
{
    struct parse p = { .text = BUF_INIT(text.n), .err = err };
    scan_init(&p.scan, text, 0);
    json_t *v = parse_value(&p, scan_next(&p.scan));
    buf_wipe(&p.text);
    if (!v)
        return false;
    if (scan_next(&p.scan) != SCAN_END) {
        json_decref(v);
        return scan_fail(&p.scan, err);
    }
    *ret = v;
    return true;
}

bool dom_parse_object(struct str text, json_t **ret, struct err *err)
{
    json_t *v;
    if (!dom_parse(text, &v, err))
        return false;
    if (!json_is_object(v)) {
        json_decref(v);
        return err_set(err, ERR_JSON, "expected a JSON object");
    }
    *ret = v;
    return true;
}

struct str dom_str(const json_t *object, const char *key)
{
    return dom_text(json_object_get(object, key));
}

int64_t dom_int(const json_t *object, const char *key, int64_t otherwise)
{
    const json_t *v = json_object_get(object, key);
    if (json_is_integer(v))
        return json_integer_value(v);
    double d = json_real_value(v);
    bool fits = json_is_real(v) && d >= -0x1p63 && d < 0x1p63 && d == floor(d);
    return fits ? (int64_t)d : otherwise;
}

bool dom_bool(const json_t *object, const char *key, bool otherwise)
{
    const json_t *v = json_object_get(object, key);
    return json_is_boolean(v) ? json_is_true(v) : otherwise;
}

json_t *dom_get(const json_t *object, const char *key)
{
    return json_object_get(object, key);
}

struct str dom_text(const json_t *string)
{
    return json_is_string(string) ? str_of(json_string_value(string), json_string_length(string))
                                  : STR_NONE;
}

static json_t *repaired_string(struct str s)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(3 * s.n);
    for (size_t at = 0, n; at < s.n; at += n) {
        bool valid = utf8_decode(str_slice(s, at, s.n), &n) >= 0;
        buf_add(&text, valid ? str_slice(s, at, at + n) : STR(UTF8_REPLACEMENT));
    }
    return checked(json_stringn_nocheck(text.p, text.n));
}

json_t *dom_string(struct str s)
{
    if (!str_is_utf8(s))
        return repaired_string(s);
    return checked(json_stringn_nocheck(s.n ? s.p : "", s.n));
}

void dom_set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new_nocheck(object, key, value);
}
