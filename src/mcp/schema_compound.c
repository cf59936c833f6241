// SPDX-License-Identifier: MIT
// The keywords of JSON Schema 2020-12 that apply schemas (Core, sections 8, 10 and 11).
#include "mcp/schema_int.h"

static bool follow(struct check *c, const json_t *schema, bool dynamic, const json_t *value)
{
    size_t scope = c->scope_count;
    const json_t *target = mcp_check_follow(c, schema, dynamic);
    bool ok = !target || mcp_check_value(c, target, value);
    c->scope_count = scope;
    return ok;
}

static bool check_ref(struct check *c, const json_t *keyword, const json_t *schema,
                      const json_t *value)
{
    (void)keyword;
    return follow(c, schema, false, value);
}

static bool check_dynamic_ref(struct check *c, const json_t *keyword, const json_t *schema,
                              const json_t *value)
{
    (void)keyword;
    return follow(c, schema, true, value);
}

static bool check_all(struct check *c, const json_t *keyword, const json_t *schema,
                      const json_t *value)
{
    (void)schema;
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)keyword, i, one)
    {
        if (!mcp_check_value(c, one, value))
            return false;
    }
    return true;
}

static size_t fitting(struct check *c, const json_t *keyword, const json_t *value)
{
    size_t i, n = 0;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)keyword, i, one) n += mcp_check_try(c, one, value);
    return n;
}

static bool none_fits(struct check *c, const json_t *keyword, const json_t *value)
{
    struct err first = { .text = "" };
    struct check one = *c;
    if (c->quiet)
        return false;
    // What the first alternative misses is the best hint there is.
    one.err = &first;
    one.quiet = false;
    mcp_check_value(&one, json_array_get(keyword, 0), value);
    return mcp_check_fail(c, "fits none of the %zu alternatives; the first wants: %.300s",
                          json_array_size(keyword), first.text);
}

static bool check_any(struct check *c, const json_t *keyword, const json_t *schema,
                      const json_t *value)
{
    (void)schema;
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)keyword, i, one)
    {
        if (mcp_check_try(c, one, value))
            return true;
    }
    return none_fits(c, keyword, value);
}

static bool check_one(struct check *c, const json_t *keyword, const json_t *schema,
                      const json_t *value)
{
    (void)schema;
    size_t n = fitting(c, keyword, value);
    if (n == 0)
        return none_fits(c, keyword, value);
    return n == 1 || mcp_check_fail(c, "fits %zu of the alternatives, and must fit exactly one", n);
}

static bool check_not(struct check *c, const json_t *keyword, const json_t *schema,
                      const json_t *value)
{
    (void)schema;
    return !mcp_check_try(c, keyword, value) || mcp_check_fail(c, "is what the schema excludes");
}

static bool check_if(struct check *c, const json_t *keyword, const json_t *schema,
                     const json_t *value)
{
    const char *branch = mcp_check_try(c, keyword, value) ? "then" : "else";
    const json_t *next = json_object_get(schema, branch);
    return !next || mcp_check_value(c, next, value);
}

static bool check_dependent(struct check *c, const json_t *keyword, const json_t *schema,
                            const json_t *value)
{
    (void)schema;
    const char *key;
    json_t *one;
    json_object_foreach((json_t *)(uintptr_t)keyword, key, one)
    {
        if (json_object_get(value, key) && !mcp_check_value(c, one, value))
            return false;
    }
    return true;
}

// --- arrays ---

static bool check_prefix(struct check *c, const json_t *keyword, const json_t *schema,
                         const json_t *value)
{
    (void)schema;
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)keyword, i, one)
    {
        if (i < json_array_size(value) && !mcp_check_item(c, one, i, json_array_get(value, i)))
            return false;
    }
    return true;
}

static bool check_items(struct check *c, const json_t *keyword, const json_t *schema,
                        const json_t *value)
{
    for (size_t i = json_array_size(json_object_get(schema, "prefixItems"));
         i < json_array_size(value); i++)
        if (!mcp_check_item(c, keyword, i, json_array_get(value, i)))
            return false;
    return true;
}

static bool check_contains(struct check *c, const json_t *keyword, const json_t *schema,
                           const json_t *value)
{
    const json_t *least = json_object_get(schema, "minContains");
    const json_t *most = json_object_get(schema, "maxContains");
    double n = 0, min = least ? json_number_value(least) : 1;
    if (!json_is_array(value))
        return true;
    for (size_t i = 0; i < json_array_size(value); i++)
        n += mcp_check_try(c, keyword, json_array_get(value, i));
    if (n < min)
        return mcp_check_fail(c, "expected at least %.0f items of the wanted kind, found %.0f", min,
                              n);
    return !most || n <= json_number_value(most) ||
           mcp_check_fail(c, "expected at most %.0f items of the wanted kind, found %.0f",
                          json_number_value(most), n);
}

// --- objects ---

static bool check_properties(struct check *c, const json_t *keyword, const json_t *schema,
                             const json_t *value)
{
    (void)schema;
    const char *key;
    json_t *one;
    json_object_foreach((json_t *)(uintptr_t)keyword, key, one)
    {
        const json_t *member = json_object_get(value, key);
        if (member && !mcp_check_member(c, one, key, member))
            return false;
    }
    return true;
}

static bool check_patterns(struct check *c, const json_t *keyword, const json_t *schema,
                           const json_t *value)
{
    (void)schema;
    const char *pattern, *key;
    json_t *one, *member;
    json_object_foreach((json_t *)(uintptr_t)keyword, pattern, one)
    {
        json_object_foreach((json_t *)(uintptr_t)value, key, member)
        {
            if (mcp_pattern_matches(c->schema, pattern, str_c(key)) &&
                !mcp_check_member(c, one, key, member))
                return false;
        }
    }
    return true;
}

static bool is_named(const struct check *c, const json_t *schema, const char *key)
{
    const char *pattern;
    json_t *unused;
    if (json_object_get(json_object_get(schema, "properties"), key))
        return true;
    json_object_foreach(json_object_get(schema, "patternProperties"), pattern, unused)
    {
        if (mcp_pattern_matches(c->schema, pattern, str_c(key)))
            return true;
    }
    return false;
}

static bool refuse_member(struct check *c, const char *key, const json_t *schema)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT(300);
    const char *known;
    json_t *unused;
    json_object_foreach(json_object_get(schema, "properties"), known, unused)
        buf_addf(&names, "%s%s", names.n ? ", " : "", known);
    if (!names.n || !buf_ok(&names))
        return mcp_check_fail(c, "the member \"%.100s\" is not known", key);
    return mcp_check_fail(c, "the member \"%.100s\" is not known; known are %s", key,
                          buf_cstr(&names));
}

static bool check_additional(struct check *c, const json_t *keyword, const json_t *schema,
                             const json_t *value)
{
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        if (is_named(c, schema, key))
            continue;
        if (json_is_false(keyword))
            return refuse_member(c, key, schema);
        if (!mcp_check_member(c, keyword, key, member))
            return false;
    }
    return true;
}

static bool check_names(struct check *c, const json_t *keyword, const json_t *schema,
                        const json_t *value)
{
    (void)schema;
    const char *key;
    json_t *unused;
    json_object_foreach((json_t *)(uintptr_t)value, key, unused)
    {
        JSON_AUTO *name = dom_string(str_c(key));
        if (!mcp_check_value(c, keyword, name))
            return false;
    }
    return true;
}

// --- what no schema beside has looked at ---

// The member (key) or item (i) in question, and the schema whose own unevaluated… keyword asks.
struct sought {
    const char *key; // NULL: an item
    size_t i;
    const json_t *asks;
};

static bool evaluates(struct check *c, const json_t *schema, const json_t *value,
                      const struct sought *what);

static bool any_evaluates(struct check *c, const json_t *list, const json_t *value,
                          const struct sought *what)
{
    size_t n;
    json_t *one;
    json_array_foreach((json_t *)(uintptr_t)list, n, one)
    {
        if (mcp_check_try(c, one, value) && evaluates(c, one, value, what))
            return true;
    }
    return false;
}

static bool here(struct check *c, const json_t *schema, const json_t *value,
                 const struct sought *what)
{
    bool own = schema == what->asks; // its own keyword would claim everything
    if (what->key)
        return is_named(c, schema, what->key) || json_object_get(schema, "additionalProperties") ||
               (!own && json_object_get(schema, "unevaluatedProperties"));
    const json_t *contains = json_object_get(schema, "contains");
    return json_object_get(schema, "items") ||
           (!own && json_object_get(schema, "unevaluatedItems")) ||
           what->i < json_array_size(json_object_get(schema, "prefixItems")) ||
           (contains && mcp_check_try(c, contains, json_array_get(value, what->i)));
}

static bool by_condition(struct check *c, const json_t *schema, const json_t *value,
                         const struct sought *what)
{
    const json_t *condition = json_object_get(schema, "if");
    if (!condition)
        return false;
    bool fits = mcp_check_try(c, condition, value);
    const json_t *next = json_object_get(schema, fits ? "then" : "else");
    return (fits && evaluates(c, condition, value, what)) ||
           (next && evaluates(c, next, value, what));
}

static bool by_dependents(struct check *c, const json_t *schema, const json_t *value,
                          const struct sought *what)
{
    const char *name;
    json_t *one;
    json_object_foreach(json_object_get(schema, "dependentSchemas"), name, one)
    {
        if (json_object_get(value, name) && evaluates(c, one, value, what))
            return true;
    }
    return false;
}

static bool by_reference(struct check *c, const json_t *schema, bool dynamic, const json_t *value,
                         const struct sought *what)
{
    size_t scope = c->scope_count;
    const json_t *target = mcp_check_follow(c, schema, dynamic);
    bool does = target && evaluates(c, target, value, what);
    c->scope_count = scope;
    return does;
}

// Does the schema, which the value fits, look at what is sought?
static bool evaluates(struct check *c, const json_t *schema, const json_t *value,
                      const struct sought *what)
{
    if (!json_is_object(schema) || !mcp_check_budget(c))
        return false;
    c->depth++;
    bool does = here(c, schema, value, what) || by_reference(c, schema, false, value, what) ||
                by_reference(c, schema, true, value, what) ||
                any_evaluates(c, json_object_get(schema, "allOf"), value, what) ||
                any_evaluates(c, json_object_get(schema, "anyOf"), value, what) ||
                any_evaluates(c, json_object_get(schema, "oneOf"), value, what) ||
                by_condition(c, schema, value, what) || by_dependents(c, schema, value, what);
    c->depth--;
    return does;
}

static bool check_unevaluated_properties(struct check *c, const json_t *keyword,
                                         const json_t *schema, const json_t *value)
{
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        const struct sought what = { .key = key, .asks = schema };
        if (!evaluates(c, schema, value, &what) && !mcp_check_member(c, keyword, key, member))
            return false;
    }
    return true;
}

static bool check_unevaluated_items(struct check *c, const json_t *keyword, const json_t *schema,
                                    const json_t *value)
{
    size_t i;
    json_t *item;
    json_array_foreach((json_t *)(uintptr_t)value, i, item)
    {
        const struct sought what = { .i = i, .asks = schema };
        if (!evaluates(c, schema, value, &what) && !mcp_check_item(c, keyword, i, item))
            return false;
    }
    return true;
}

const struct keyword mcp_schema_compound[] = {
    { "$ref", check_ref },
    { "$dynamicRef", check_dynamic_ref },
    { "properties", check_properties },
    { "patternProperties", check_patterns },
    { "additionalProperties", check_additional },
    { "propertyNames", check_names },
    { "prefixItems", check_prefix },
    { "items", check_items },
    { "contains", check_contains },
    { "allOf", check_all },
    { "anyOf", check_any },
    { "oneOf", check_one },
    { "not", check_not },
    { "if", check_if },
    { "dependentSchemas", check_dependent },
    { "unevaluatedProperties", check_unevaluated_properties },
    { "unevaluatedItems", check_unevaluated_items },
    { 0 },
};
