// SPDX-License-Identifier: MIT
// The functions of JMESPath in one table: what each takes stands beside it, and is checked from
// there.
#include <math.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "json/query_int.h"
#include "json/write.h"

#define ARGS_MAX 2

enum types {
    T_NUMBER = 1,
    T_STRING = 2,
    T_BOOLEAN = 4,
    T_ARRAY = 8,
    T_OBJECT = 16,
    T_NULL = 32,
    T_EXPREF = 64,
    T_NUMBERS = 128, // an array of numbers
    T_STRINGS = 256, // an array of strings
};

// What an argument may be; `names` is how the error text lists it (Python's list of its type
// words).
struct takes {
    unsigned types; // 0: anything
    const char *names;
};

struct spec {
    const char *name;
    json_t *(*call)(struct run *r, const struct arg *args, size_t count);
    size_t count;
    bool variadic; // and any number more
    struct takes takes[ARGS_MAX];
};

static unsigned type_of(const struct arg *a)
{
    if (a->expref)
        return T_EXPREF;
    switch (json_typeof(a->value)) {
    case JSON_OBJECT:
        return T_OBJECT;
    case JSON_ARRAY:
        return T_ARRAY;
    case JSON_STRING:
        return T_STRING;
    case JSON_INTEGER:
    case JSON_REAL:
        return T_NUMBER;
    case JSON_NULL:
        return T_NULL;
    default:
        return T_BOOLEAN;
    }
}

const char *query_type_name(const struct arg *a)
{
    switch (type_of(a)) {
    case T_EXPREF:
        return "expref";
    case T_OBJECT:
        return "object";
    case T_ARRAY:
        return "array";
    case T_STRING:
        return "string";
    case T_NUMBER:
        return "number";
    case T_NULL:
        return "null";
    default:
        return "boolean";
    }
}

json_t *query_wrong_type(struct run *r, const char *name, const struct arg *a, const char *wanted,
                         const char *got)
{
    CLEANUP(buf_release) struct buf shown = BUF_INIT(QUERY_TEXT_MAX);
    if (a->expref)
        buf_adds(&shown, "an expression");
    else
        python_add_str(&shown, a->value);
    return query_fail(
        r, "In function %s(), invalid type for value: %s, expected one of: %s, received: \"%s\"",
        name, buf_cstr(&shown), wanted, got);
}

// All elements are numbers or all are strings, as the first one is, where both are allowed.
static bool check_elements(struct run *r, const char *name, const struct takes *takes,
                           json_t *array)
{
    bool numbers = takes->types & T_NUMBERS, strings = takes->types & T_STRINGS;
    for (size_t i = 0; i < json_array_size(array); i++) {
        struct arg element = { .value = json_array_get(array, i) };
        bool number = json_is_number(element.value), string = json_is_string(element.value);
        if (i == 0 && numbers && strings) {
            numbers = number;
            strings = string;
        }
        if (!(numbers && number) && !(strings && string))
            return query_wrong_type(r, name, &element, takes->names, python_type(element.value));
    }
    return true;
}

static bool check_arg(struct run *r, const char *name, const struct takes *takes,
                      const struct arg *a)
{
    if (takes->types == 0 && !a->expref)
        return true;
    bool elements = type_of(a) == T_ARRAY && takes->types & (T_NUMBERS | T_STRINGS);
    if (elements)
        return check_elements(r, name, takes, a->value);
    if (takes->types & type_of(a))
        return true;
    return query_wrong_type(r, name, a, takes->names ? takes->names : "[]", query_type_name(a));
}

static bool check_count(struct run *r, const struct spec *s, size_t count)
{
    if (count == s->count || (s->variadic && count > s->count))
        return true;
    query_fail(r, "Expected %s%zu argument%s for function %s(), received %zu",
               s->variadic ? "at least " : "", s->count, s->count == 1 ? "" : "s", s->name, count);
    return false;
}

// Numbers

static json_t *real_or_integer(double d)
{
    return d >= -0x1p63 && d < 0x1p63 ? json_integer((json_int_t)d) : json_real(d);
}

static json_t *call_abs(struct run *r, const struct arg *args, size_t count)
{
    (void)r, (void)count;
    json_int_t n = json_integer_value(args[0].value);
    if (json_is_real(args[0].value) || n == INT64_MIN)
        return json_real(fabs(json_number_value(args[0].value)));
    return json_integer(n < 0 ? -n : n);
}

static json_t *call_ceil(struct run *r, const struct arg *args, size_t count)
{
    (void)r, (void)count;
    json_t *v = args[0].value;
    return json_is_integer(v) ? json_incref(v) : real_or_integer(ceil(json_real_value(v)));
}

static json_t *call_floor(struct run *r, const struct arg *args, size_t count)
{
    (void)r, (void)count;
    json_t *v = args[0].value;
    return json_is_integer(v) ? json_incref(v) : real_or_integer(floor(json_real_value(v)));
}

// Integers stay integers as long as they fit.
static json_t *call_sum(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    json_int_t whole = 0;
    double sum = 0;
    bool exact = true;
    for (size_t i = 0; i < json_array_size(args[0].value); i++) {
        const json_t *v = json_array_get(args[0].value, i);
        sum += json_number_value(v);
        exact = exact && json_is_integer(v) &&
                !__builtin_add_overflow(whole, json_integer_value(v), &whole);
    }
    if (exact)
        return json_integer(whole);
    json_t *v = json_real(sum);
    return v ? v : query_fail(r, "In function sum(), the sum is too large");
}

static json_t *call_avg(struct run *r, const struct arg *args, size_t count)
{
    size_t n = json_array_size(args[0].value);
    if (n == 0)
        return json_null();
    JSON_AUTO *sum = call_sum(r, args, count);
    return sum ? json_real(json_number_value(sum) / (double)n) : NULL;
}

static size_t digits_at(struct str s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
        n++;
    return n;
}

// What Python's float() takes but for infinities, NaN and underscores.
static bool is_decimal(struct str s)
{
    size_t at = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');
    size_t whole = digits_at(s, at), fraction = 0;
    at += whole;
    if (at < s.n && s.p[at] == '.') {
        fraction = digits_at(s, ++at);
        at += fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (at < s.n && (s.p[at] | 0x20) == 'e') {
        at++;
        at += at < s.n && (s.p[at] == '-' || s.p[at] == '+');
        size_t exponent = digits_at(s, at);
        at = exponent ? at + exponent : 0;
    }
    return at == s.n;
}

static json_t *call_to_number(struct run *r, const struct arg *args, size_t count)
{
    (void)r, (void)count;
    if (json_is_number(args[0].value))
        return json_incref(args[0].value);
    struct str s = str_trim(dom_text(args[0].value));
    if (!is_decimal(s))
        return json_null();
    int64_t n;
    if (str_to_i64(s.p[0] == '+' ? str_slice(s, 1, s.n) : s, &n))
        return json_integer(n);
    char *text = str_dup(s);
    json_t *v = json_real(strtod(text, NULL));
    free(text);
    return v ? v : json_null();
}

// Strings

static json_t *text_result(struct run *r, const struct buf *text)
{
    if (!buf_ok(text)) {
        err_set(r->err, ERR_LIMIT, QUERY_PREFIX "it makes a text of more than %u bytes",
                QUERY_TEXT_MAX);
        return NULL;
    }
    return query_charge(r, text->n / 64) ? dom_string(buf_str(text)) : NULL;
}

static json_t *call_starts_with(struct run *r, const struct arg *args, size_t count)
{
    (void)r, (void)count;
    return json_boolean(str_starts(dom_text(args[0].value), dom_text(args[1].value)));
}

static json_t *call_ends_with(struct run *r, const struct arg *args, size_t count)
{
    (void)r, (void)count;
    return json_boolean(str_ends(dom_text(args[0].value), dom_text(args[1].value)));
}

static json_t *call_join(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    CLEANUP(buf_release) struct buf text = BUF_INIT(QUERY_TEXT_MAX);
    for (size_t i = 0; i < json_array_size(args[1].value); i++) {
        if (i > 0)
            buf_add(&text, dom_text(args[0].value));
        buf_add(&text, dom_text(json_array_get(args[1].value, i)));
    }
    return text_result(r, &text);
}

// As Python's json.dumps: ASCII alone.
static void add_ascii(struct buf *out, struct str json)
{
    for (size_t at = 0, n; at < json.n; at += n) {
        uint32_t c = (uint32_t)utf8_decode(str_slice(json, at, json.n), &n);
        if (c < 0x80)
            buf_addc(out, (char)c);
        else if (c < 0x10000)
            buf_addf(out, "\\u%04x", c);
        else
            buf_addf(out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
                     0xDC00 + ((c - 0x10000) & 0x3FF));
    }
}

static json_t *call_to_string(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    if (json_is_string(args[0].value))
        return json_incref(args[0].value);
    CLEANUP(buf_release) struct buf json = BUF_INIT(QUERY_TEXT_MAX);
    CLEANUP(buf_release) struct buf text = BUF_INIT(QUERY_TEXT_MAX);
    json_add_compact(&json, args[0].value);
    add_ascii(&text, buf_str(&json));
    text.overflow |= json.overflow;
    return text_result(r, &text);
}

static json_t *reverse_string(struct run *r, struct str s)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(QUERY_TEXT_MAX);
    for (size_t end = s.n, at; end > 0; end = at) {
        at = end - 1;
        while (at > 0 && ((unsigned char)s.p[at] & 0xC0) == 0x80)
            at--;
        buf_add(&text, str_slice(s, at, end));
    }
    return text_result(r, &text);
}

// Arrays and objects

static json_t *call_reverse(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    json_t *v = args[0].value;
    if (json_is_string(v))
        return reverse_string(r, dom_text(v));
    JSON_AUTO *out = json_array();
    for (size_t i = json_array_size(v); i-- > 0;)
        if (!query_append(r, out, json_array_get(v, i)))
            return NULL;
    return json_incref(out);
}

static json_t *call_length(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    const json_t *v = args[0].value;
    if (!json_is_string(v))
        return json_integer(
            (json_int_t)(json_is_array(v) ? json_array_size(v) : json_object_size(v)));
    if (!query_charge(r, json_string_length(v) / 64))
        return NULL;
    return json_integer((json_int_t)utf8_count(dom_text(v)));
}

static json_t *call_contains(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    const json_t *in = args[0].value, *what = args[1].value;
    if (json_is_string(in) && !json_is_string(what))
        return query_fail(r, "'in <string>' requires string as left operand, not %s",
                          python_type(what));
    if (!query_charge(r, json_is_string(in) ? json_string_length(in) / 64 : json_array_size(in)))
        return NULL;
    if (json_is_string(in))
        return json_boolean(str_find(dom_text(in), dom_text(what)) >= 0);
    for (size_t i = 0; i < json_array_size(in); i++)
        if (query_equal(r, json_array_get(in, i), what))
            return json_true();
    return json_false();
}

static json_t *call_keys(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    JSON_AUTO *out = json_array();
    for (void *i = json_object_iter(args[0].value); i;
         i = json_object_iter_next(args[0].value, i)) {
        JSON_AUTO *key = dom_string(str_of(json_object_iter_key(i), json_object_iter_key_len(i)));
        if (!query_append(r, out, key))
            return NULL;
    }
    return json_incref(out);
}

static json_t *call_values(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    JSON_AUTO *out = json_array();
    for (void *i = json_object_iter(args[0].value); i; i = json_object_iter_next(args[0].value, i))
        if (!query_append(r, out, json_object_iter_value(i)))
            return NULL;
    return json_incref(out);
}

static json_t *call_merge(struct run *r, const struct arg *args, size_t count)
{
    JSON_AUTO *out = json_object();
    for (size_t i = 0; i < count; i++) {
        // Only the first argument is checked from the table, as in Python's library.
        if (!json_is_object(args[i].value))
            return query_fail(r, "'%s' object is not iterable",
                              args[i].value ? python_type(args[i].value) : "_Expression");
        if (!query_charge(r, json_object_size(args[i].value)))
            return NULL;
        json_object_update(out, args[i].value);
    }
    return json_incref(out);
}

static json_t *call_not_null(struct run *r, const struct arg *args, size_t count)
{
    (void)r;
    for (size_t i = 0; i < count; i++)
        if (args[i].value && !json_is_null(args[i].value))
            return json_incref(args[i].value);
    return json_null();
}

static json_t *call_to_array(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    if (json_is_array(args[0].value))
        return json_incref(args[0].value);
    JSON_AUTO *out = json_array();
    return query_append(r, out, args[0].value) ? json_incref(out) : NULL;
}

static json_t *call_type(struct run *r, const struct arg *args, size_t count)
{
    (void)r, (void)count;
    return json_string(query_type_name(&args[0]));
}

static json_t *call_map(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    JSON_AUTO *out = json_array();
    for (size_t i = 0; i < json_array_size(args[1].value); i++) {
        JSON_AUTO *v = query_eval(r, args[0].expref, json_array_get(args[1].value, i));
        if (!v || !query_append(r, out, v))
            return NULL;
    }
    return json_incref(out);
}

// Order

static json_t *call_sort(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    return query_sorted(r, "sort", args[0].value, NULL);
}

static json_t *call_sort_by(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    return query_sorted(r, "sort_by", args[0].value, args[1].expref);
}

static json_t *call_min(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    return query_extreme(r, "min", args[0].value, NULL, -1);
}

static json_t *call_max(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    return query_extreme(r, "max", args[0].value, NULL, 1);
}

static json_t *call_min_by(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    return query_extreme(r, "min_by", args[0].value, args[1].expref, -1);
}

static json_t *call_max_by(struct run *r, const struct arg *args, size_t count)
{
    (void)count;
    return query_extreme(r, "max_by", args[0].value, args[1].expref, 1);
}

#define ANY                                                                                        \
    {                                                                                              \
        0, NULL                                                                                    \
    }
#define NUMBER                                                                                     \
    {                                                                                              \
        T_NUMBER, "['number']"                                                                     \
    }
#define STRING                                                                                     \
    {                                                                                              \
        T_STRING, "['string']"                                                                     \
    }
#define ARRAY                                                                                      \
    {                                                                                              \
        T_ARRAY, "['array']"                                                                       \
    }
#define OBJECT                                                                                     \
    {                                                                                              \
        T_OBJECT, "['object']"                                                                     \
    }
#define EXPREF                                                                                     \
    {                                                                                              \
        T_EXPREF, "['expref']"                                                                     \
    }
#define NUMBERS                                                                                    \
    {                                                                                              \
        T_NUMBERS, "['array-number']"                                                              \
    }
#define STRINGS                                                                                    \
    {                                                                                              \
        T_STRINGS, "['array-string']"                                                              \
    }
#define NUMBERS_OR_STRINGS                                                                         \
    {                                                                                              \
        T_NUMBERS | T_STRINGS, "['array-number', 'array-string']"                                  \
    }
#define STRINGS_OR_NUMBERS                                                                         \
    {                                                                                              \
        T_NUMBERS | T_STRINGS, "['array-string', 'array-number']"                                  \
    }
#define ARRAY_OR_STRING                                                                            \
    {                                                                                              \
        T_ARRAY | T_STRING, "['array', 'string']"                                                  \
    }
#define SIZED                                                                                      \
    {                                                                                              \
        T_STRING | T_ARRAY | T_OBJECT, "['string', 'array', 'object']"                             \
    }

static const struct spec specs[] = {
    { "abs", call_abs, 1, false, { NUMBER } },
    { "avg", call_avg, 1, false, { NUMBERS } },
    { "ceil", call_ceil, 1, false, { NUMBER } },
    { "contains", call_contains, 2, false, { ARRAY_OR_STRING, ANY } },
    { "ends_with", call_ends_with, 2, false, { STRING, STRING } },
    { "floor", call_floor, 1, false, { NUMBER } },
    { "join", call_join, 2, false, { STRING, STRINGS } },
    { "keys", call_keys, 1, false, { OBJECT } },
    { "length", call_length, 1, false, { SIZED } },
    { "map", call_map, 2, false, { EXPREF, ARRAY } },
    { "max", call_max, 1, false, { NUMBERS_OR_STRINGS } },
    { "max_by", call_max_by, 2, false, { ARRAY, EXPREF } },
    { "merge", call_merge, 1, true, { OBJECT } },
    { "min", call_min, 1, false, { NUMBERS_OR_STRINGS } },
    { "min_by", call_min_by, 2, false, { ARRAY, EXPREF } },
    { "not_null", call_not_null, 1, true, { ANY } },
    { "reverse", call_reverse, 1, false, { ARRAY_OR_STRING } },
    { "sort", call_sort, 1, false, { STRINGS_OR_NUMBERS } },
    { "sort_by", call_sort_by, 2, false, { ARRAY, EXPREF } },
    { "starts_with", call_starts_with, 2, false, { STRING, STRING } },
    { "sum", call_sum, 1, false, { NUMBERS } },
    { "to_array", call_to_array, 1, false, { ANY } },
    { "to_number", call_to_number, 1, false, { ANY } },
    { "to_string", call_to_string, 1, false, { ANY } },
    { "type", call_type, 1, false, { ANY } },
    { "values", call_values, 1, false, { OBJECT } },
};

json_t *query_call(struct run *r, struct str name, const struct arg *args, size_t count)
{
    const struct spec *s = specs;
    while (s < specs + ARRAY_LEN(specs) && !str_is(name, s->name))
        s++;
    if (s == specs + ARRAY_LEN(specs))
        return query_fail(r, "Unknown function: " STR_FMT "()", STR_ARG(name));
    if (!check_count(r, s, count))
        return NULL;
    for (size_t i = 0; i < s->count; i++)
        if (!check_arg(r, s->name, &s->takes[i], &args[i]))
            return NULL;
    return s->call(r, args, count);
}
