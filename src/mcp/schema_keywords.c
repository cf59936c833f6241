// SPDX-License-Identifier: MIT
// The keywords of JSON Schema 2020-12 that look at a value alone (Validation, section 6).
#include <math.h>

#include "mcp/schema_int.h"

static bool is_integral(const json_t *v)
{
    double d = json_real_value(v);
    return json_is_integer(v) || (json_is_real(v) && floor(d) >= d && isfinite(d));
}

static bool is_type(const json_t *value, const char *name)
{
    static const struct {
        const char *name;
        json_type type;
    } types[] = { { "object", JSON_OBJECT },
                  { "array", JSON_ARRAY },
                  { "string", JSON_STRING },
                  { "null", JSON_NULL } };
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (strcmp(name, types[i].name) == 0)
            return json_typeof(value) == types[i].type;
    if (strcmp(name, "boolean") == 0)
        return json_is_boolean(value);
    if (strcmp(name, "number") == 0)
        return json_is_number(value);
    return strcmp(name, "integer") == 0 && is_integral(value);
}

static bool fail_found(struct check *c, const char *expected, const json_t *value)
{
    CLEANUP(buf_release) struct buf found = BUF_INIT(1024);
    if (c->quiet)
        return false;
    mcp_schema_describe(value, &found);
    return mcp_check_fail(c, "expected %.300s, found %s", expected, buf_cstr(&found));
}

static bool check_type(struct check *c, const json_t *keyword, const json_t *schema,
                       const json_t *value)
{
    (void)schema;
    size_t i;
    json_t *one;
    CLEANUP(buf_release) struct buf names = BUF_INIT(512);
    if (json_is_string(keyword))
        return is_type(value, json_string_value(keyword)) ||
               fail_found(c, json_string_value(keyword), value);
    json_array_foreach((json_t *)(uintptr_t)keyword, i, one)
    {
        if (json_is_string(one) && is_type(value, json_string_value(one)))
            return true;
        buf_addf(&names, "%s%s", i ? " or " : "", json_string_value(one));
    }
    return fail_found(c, buf_cstr(&names), value);
}

static bool equal_arrays(const json_t *a, const json_t *b)
{
    size_t n = json_array_size(a);
    if (n != json_array_size(b))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!mcp_schema_equal(json_array_get(a, i), json_array_get(b, i)))
            return false;
    return true;
}

static bool equal_objects(const json_t *a, const json_t *b)
{
    const char *key;
    json_t *value;
    if (json_object_size(a) != json_object_size(b))
        return false;
    json_object_foreach((json_t *)(uintptr_t)a, key, value)
    {
        const json_t *other = json_object_get(b, key);
        if (!other || !mcp_schema_equal(value, other))
            return false;
    }
    return true;
}

bool mcp_schema_equal(const json_t *a, const json_t *b)
{
    if (json_is_number(a) && json_is_number(b)) {
        if (json_is_integer(a) && json_is_integer(b))
            return json_integer_value(a) == json_integer_value(b);
        return !islessgreater(json_number_value(a), json_number_value(b));
    }
    if (json_is_array(a) && json_is_array(b))
        return equal_arrays(a, b);
    if (json_is_object(a) && json_is_object(b))
        return equal_objects(a, b);
    return json_equal(a, b);
}

static bool check_enum(struct check *c, const json_t *keyword, const json_t *schema,
                       const json_t *value)
{
    (void)schema;
    size_t i;
    json_t *one;
    CLEANUP(buf_release) struct buf all = BUF_INIT(300);
    json_array_foreach((json_t *)(uintptr_t)keyword, i, one)
    {
        if (mcp_schema_equal(one, value))
            return true;
        buf_adds(&all, i ? ", " : "one of ");
        json_add_compact(&all, one);
    }
    return fail_found(c, buf_ok(&all) ? buf_cstr(&all) : "one of the values that the schema lists",
                      value);
}

static bool check_const(struct check *c, const json_t *keyword, const json_t *schema,
                        const json_t *value)
{
    (void)schema;
    CLEANUP(buf_release) struct buf text = BUF_INIT(1024);
    if (mcp_schema_equal(keyword, value))
        return true;
    mcp_schema_describe(keyword, &text);
    return fail_found(c, buf_cstr(&text), value);
}

// --- numbers ---

static bool bound(struct check *c, const json_t *limit, const json_t *value, bool ok,
                  const char *what)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(128);
    if (ok || !json_is_number(value) || !json_is_number(limit))
        return true;
    buf_addf(&text, "a number %s ", what);
    json_add_compact(&text, limit);
    return fail_found(c, buf_cstr(&text), value);
}

#define BOUND(fn, op, what)                                                                        \
    static bool fn(struct check *c, const json_t *keyword, const json_t *schema,                   \
                   const json_t *value)                                                            \
    {                                                                                              \
        (void)schema;                                                                              \
        bool ok = json_number_value(value) op json_number_value(keyword);                          \
        return bound(c, keyword, value, ok, what);                                                 \
    }
BOUND(check_minimum, >=, "not below")
BOUND(check_maximum, <=, "not above")
BOUND(check_exclusive_minimum, >, "above")
BOUND(check_exclusive_maximum, <, "below")

static bool check_multiple(struct check *c, const json_t *keyword, const json_t *schema,
                           const json_t *value)
{
    (void)schema;
    double step = json_number_value(keyword), times = json_number_value(value) / step;
    bool ok = step <= 0 || fabs(times - nearbyint(times)) <= 1e-9 * fmax(1, fabs(times));
    return bound(c, keyword, value, ok, "that is a multiple of");
}

// --- strings, arrays, objects: how many ---

static size_t characters(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static bool count_ok(struct check *c, const json_t *limit, bool least, size_t n, const char *what)
{
    double want = json_number_value(limit);
    bool ok = least ? (double)n >= want : (double)n <= want;
    return ok || !json_is_number(limit) ||
           mcp_check_fail(c, "expected at %s %.0f %s, found %zu", least ? "least" : "most", want,
                          what, n);
}

#define COUNT(fn, is, size, least, what)                                                           \
    static bool fn(struct check *c, const json_t *keyword, const json_t *schema,                   \
                   const json_t *value)                                                            \
    {                                                                                              \
        (void)schema;                                                                              \
        return !is(value) || count_ok(c, keyword, least, size, what);                              \
    }
COUNT(check_min_length, json_is_string, characters(dom_text(value)), true, "characters")
COUNT(check_max_length, json_is_string, characters(dom_text(value)), false, "characters")
COUNT(check_min_items, json_is_array, json_array_size(value), true, "items")
COUNT(check_max_items, json_is_array, json_array_size(value), false, "items")
COUNT(check_min_properties, json_is_object, json_object_size(value), true, "members")
COUNT(check_max_properties, json_is_object, json_object_size(value), false, "members")

static bool check_pattern(struct check *c, const json_t *keyword, const json_t *schema,
                          const json_t *value)
{
    (void)schema;
    const char *pattern = json_string_value(keyword);
    CLEANUP(buf_release) struct buf text = BUF_INIT(512);
    if (!json_is_string(value) || !pattern ||
        mcp_pattern_matches(c->schema, pattern, dom_text(value)))
        return true;
    buf_addf(&text, "a string that matches %.200s", pattern);
    return fail_found(c, buf_cstr(&text), value);
}

static bool check_unique(struct check *c, const json_t *keyword, const json_t *schema,
                         const json_t *value)
{
    (void)schema;
    if (!json_is_true(keyword))
        return true;
    for (size_t i = 0; i < json_array_size(value); i++)
        for (size_t j = 0; j < i; j++) {
            if (!mcp_check_budget(c))
                return false;
            if (mcp_schema_equal(json_array_get(value, i), json_array_get(value, j)))
                return mcp_check_fail(c, "items %zu and %zu are the same", j, i);
        }
    return true;
}

static bool check_required(struct check *c, const json_t *keyword, const json_t *schema,
                           const json_t *value)
{
    (void)schema;
    size_t i;
    json_t *name;
    if (!json_is_object(value))
        return true;
    json_array_foreach((json_t *)(uintptr_t)keyword, i, name)
    {
        if (json_is_string(name) && !json_object_get(value, json_string_value(name)))
            return mcp_check_fail(c, "the member \"%.100s\" is missing", json_string_value(name));
    }
    return true;
}

static bool check_dependent_required(struct check *c, const json_t *keyword, const json_t *schema,
                                     const json_t *value)
{
    const char *key;
    json_t *names;
    json_object_foreach((json_t *)(uintptr_t)keyword, key, names)
    {
        if (json_object_get(value, key) && !check_required(c, names, schema, value))
            return false;
    }
    return true;
}

const struct keyword mcp_schema_keywords[] = {
    { "type", check_type },
    { "enum", check_enum },
    { "const", check_const },
    { "minimum", check_minimum },
    { "maximum", check_maximum },
    { "exclusiveMinimum", check_exclusive_minimum },
    { "exclusiveMaximum", check_exclusive_maximum },
    { "multipleOf", check_multiple },
    { "minLength", check_min_length },
    { "maxLength", check_max_length },
    { "pattern", check_pattern },
    { "minItems", check_min_items },
    { "maxItems", check_max_items },
    { "uniqueItems", check_unique },
    { "minProperties", check_min_properties },
    { "maxProperties", check_max_properties },
    { "required", check_required },
    { "dependentRequired", check_dependent_required },
    { 0 },
};
