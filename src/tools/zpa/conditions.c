// SPDX-License-Identifier: MIT
#include "tools/zpa/conditions.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define TYPE_MAX 64

struct conditions {
    json_t *apps;  // operands APP and APP_GROUP of all conditions
    json_t *other; // conditions
};

static bool wrong(struct err *err, const char *what)
{
    return err_set(err, ERR_TOOL_ARGUMENTS,
                   "Invalid conditions: %s. Give a list of {\"operator\": \"OR\", \"operands\": "
                   "[{\"objectType\": \"APP\", \"values\": [\"id\"]}]}.",
                   what);
}

static json_t *upper(struct str text)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(TYPE_MAX);
    for (size_t i = 0; i < text.n; i++)
        buf_addc(&out, (char)toupper((unsigned char)text.p[i]));
    return dom_string(buf_str(&out));
}

static json_t *member(const json_t *object, const char *camel, const char *snake)
{
    json_t *value = json_object_get(object, camel);
    return value ? value : json_object_get(object, snake);
}

// --- operands ---

static json_t *entry(json_t *lhs, json_t *rhs)
{
    json_t *text =
        json_is_boolean(rhs) ? json_string(json_is_true(rhs) ? "true" : "false") : json_incref(rhs);
    return json_pack("{s:O, s:o}", "lhs", lhs, "rhs", text);
}

// One entry: {lhs, rhs}, [lhs, rhs], or a word alone, which is meant to be true.
static bool add_entry(json_t *entries, json_t *value)
{
    JSON_AUTO *yes = json_string("true");
    json_t *lhs = json_is_object(value)  ? json_object_get(value, "lhs")
                  : json_is_array(value) ? json_array_get(value, 0)
                                         : value;
    json_t *rhs = json_is_object(value)  ? json_object_get(value, "rhs")
                  : json_is_array(value) ? json_array_get(value, 1)
                                         : yes;
    if (json_is_array(lhs)) // a pair in one list too many
        return add_entry(entries, lhs);
    if (!json_is_string(lhs) || !rhs)
        return false;
    json_array_append_new(entries, entry(lhs, rhs));
    return true;
}

static bool add_entries(json_t *entries, json_t *given)
{
    size_t i;
    json_t *item;
    if (!json_is_array(given))
        return add_entry(entries, given);
    json_array_foreach(given, i, item) if (!add_entry(entries, item)) return false;
    return true;
}

static bool is_entry_list(const json_t *given)
{
    const json_t *first = json_is_array(given) ? json_array_get(given, 0) : given;
    return json_is_array(first) || json_is_object(first);
}

// Countries are entries whatever they were given as: {"lhs": "US", "rhs": "true"}.
static json_t *make_operand(struct str type, json_t *given, struct err *err)
{
    JSON_AUTO *entries = json_array();
    JSON_AUTO *name = upper(type);
    if (is_entry_list(given) || str_is(dom_text(name), "COUNTRY_CODE")) {
        if (add_entries(entries, given))
            return json_pack("{s:O, s:O}", "objectType", name, "entryValues", entries);
        wrong(err, "an entry is neither {\"lhs\", \"rhs\"} nor [lhs, rhs]");
        return NULL;
    }
    if (json_is_array(given))
        return json_pack("{s:O, s:O}", "objectType", name, "values", given);
    return json_pack("{s:O, s:[O]}", "objectType", name, "values", given);
}

// --- conditions ---

static bool alternatives_only(struct str type)
{
    return str_is(type, "PLATFORM") || str_is(type, "COUNTRY_CODE");
}

static json_t *one_operand(const char *join, json_t *operand)
{
    if (alternatives_only(dom_str(operand, "objectType")))
        join = "OR";
    return json_pack("{s:s, s:[O]}", "operator", join, "operands", operand);
}

// Operands that all must hold are conditions of their own, for those are ANDed.
static void add_condition(struct conditions *c, struct str join, json_t *operands)
{
    bool all = str_eq_nocase(join, STR("AND"));
    JSON_AUTO *together = json_array();
    size_t i;
    json_t *operand;
    json_array_foreach(operands, i, operand)
    {
        struct str type = dom_str(operand, "objectType");
        if (str_is(type, "APP") || str_is(type, "APP_GROUP"))
            json_array_append(c->apps, operand);
        else if (all)
            json_array_append_new(c->other, one_operand("AND", operand));
        else
            json_array_append(together, operand);
    }
    if (json_array_size(together))
        json_array_append_new(c->other,
                              json_pack("{s:s, s:O}", "operator", "OR", "operands", together));
}

static bool read_object(struct conditions *c, const json_t *condition, struct err *err)
{
    JSON_AUTO *operands = json_array();
    json_t *given = json_object_get(condition, "operands"), *item;
    size_t i;
    if (!json_is_array(given))
        return wrong(err, "a condition has no operands");
    json_array_foreach(given, i, item)
    {
        struct str type = dom_text(member(item, "objectType", "object_type"));
        json_t *value = json_object_get(item, "values");
        if (!value)
            value = member(item, "entryValues", "entry_values");
        if (!type.n || (!value && !json_object_get(item, "lhs")))
            return wrong(err, "an operand needs objectType and values or entryValues");
        json_t *operand = make_operand(type, value ? value : item, err);
        if (!operand)
            return false;
        json_array_append_new(operands, operand);
    }
    add_condition(c, dom_str(condition, "operator"), operands);
    return true;
}

static bool read_tuple(struct conditions *c, json_t *tuple, struct err *err)
{
    struct str first = dom_text(json_array_get(tuple, 0)), join = STR("OR");
    if (str_eq_nocase(first, STR("AND")) || str_eq_nocase(first, STR("OR"))) {
        join = first;
        tuple = json_array_get(tuple, 1);
        first = dom_text(json_array_get(tuple, 0));
    }
    if (!first.n || json_array_size(tuple) < 2)
        return wrong(err, "a tuple needs a type and values");
    JSON_AUTO *pair = json_pack("[O, O]", json_array_get(tuple, 1),
                                json_array_get(tuple, json_array_size(tuple) - 1));
    JSON_AUTO *pairs = json_pack("[O]", pair);
    json_t *operand =
        make_operand(first, json_array_size(tuple) > 2 ? pairs : json_array_get(tuple, 1), err);
    JSON_AUTO *operands = json_array();
    if (!operand)
        return false;
    json_array_append_new(operands, operand);
    add_condition(c, join, operands);
    return true;
}

static bool read_conditions(struct conditions *c, json_t *given, struct err *err)
{
    size_t i;
    json_t *item;
    JSON_AUTO *opened = json_incref(given);
    if (json_is_string(given)) {
        json_t *tree = NULL;
        if (!dom_parse(dom_text(given), &tree, err))
            return wrong(err, "the text is no JSON");
        json_decref(opened);
        opened = tree;
    }
    if (!json_is_array(opened))
        return wrong(err, "they are no list");
    json_array_foreach(opened, i, item)
    {
        bool ok = json_is_object(item)  ? read_object(c, item, err)
                  : json_is_array(item) ? read_tuple(c, item, err)
                                        : wrong(err, "one is neither an object nor a list");
        if (!ok)
            return false;
    }
    return true;
}

json_t *as_conditions(struct tool_call *call, const struct arg *arg, json_t *value, struct err *err)
{
    (void)call, (void)arg;
    JSON_AUTO *apps = json_array();
    JSON_AUTO *other = json_array();
    struct conditions c = { apps, other };
    if (!read_conditions(&c, value, err))
        return NULL;
    if (json_array_size(apps))
        json_array_insert_new(other, 0, json_pack("{s:O}", "operands", apps));
    return json_incref(other);
}

json_t *as_isolation_conditions(struct tool_call *call, const struct arg *arg, json_t *value,
                                struct err *err)
{
    json_t *client = NULL, *list = as_conditions(call, arg, value, err);
    if (!list || !dom_parse(STR(ISOLATION_CLIENT), &client, err)) {
        json_decref(list);
        return NULL;
    }
    json_array_append_new(list, client);
    return list;
}

bool conditions_judge(struct tool_call *call, struct err *err)
{
    json_t *given = call_arg(call, "conditions");
    if (!given)
        return true;
    JSON_AUTO *list = as_conditions(call, NULL, given, err);
    return list != NULL;
}

// --- as they are shown ---

static bool is_value_type(struct str type)
{
    static const char *const types[] = {
        "APP",
        "APP_GROUP",
        "CONSOLE",
        "CHROME_POSTURE_PROFILE",
        "MACHINE_GRP",
        "LOCATION",
        "BRANCH_CONNECTOR_GROUP",
        "EDGE_CONNECTOR_GROUP",
        "CLIENT_TYPE",
        "USER_PORTAL",
        "PRIVILEGE_PORTAL",
    };
    return str_is_among(type, types, ARRAY_LEN(types));
}

static bool is_entry_type(struct str type)
{
    static const char *const types[] = {
        "PLATFORM",     "POSTURE",          "TRUSTED_NETWORK",   "SAML", "SCIM", "SCIM_GROUP",
        "COUNTRY_CODE", "RISK_FACTOR_TYPE", "CHROME_ENTERPRISE",
    };
    return str_is_among(type, types, ARRAY_LEN(types));
}

// Of one type in one condition: what its operands say, sorted, with the names beside the values.
struct gathered {
    struct str type;
    json_t *pairs; // [lhs or "", rhs, name or null]
};

static int by_text(const void *a, const void *b)
{
    const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
    int lhs = str_cmp(dom_text(json_array_get(x, 0)), dom_text(json_array_get(y, 0)));
    return lhs ? lhs : str_cmp(dom_text(json_array_get(x, 1)), dom_text(json_array_get(y, 1)));
}

static json_t *sorted(const json_t *pairs, bool once)
{
    size_t n = json_array_size(pairs);
    json_t **all = mem_zalloc(n + 1, sizeof(json_t *)), *list = json_array();
    for (size_t i = 0; i < n; i++)
        all[i] = json_array_get(pairs, i);
    qsort(all, n, sizeof(*all), by_text);
    for (size_t i = 0; i < n; i++)
        if (!once || i == 0 || by_text(&all[i - 1], &all[i]) != 0)
            json_array_append(list, all[i]);
    free(all);
    return list;
}

static json_t *text_of_value(struct tool_call *call, const json_t *value)
{
    if (json_is_string(value))
        return json_incref((json_t *)(uintptr_t)value);
    if (json_is_boolean(value)) // as Python's str()
        return json_string(json_is_true(value) ? "True" : "False");
    return json_is_integer(value)
               ? dom_string(arena_printf(call->arena, "%lld", (long long)json_integer_value(value)))
               : NULL;
}

static json_t *shown_operand(const struct gathered *g, bool entries)
{
    JSON_AUTO *pairs = sorted(g->pairs, !entries);
    json_t *operand = json_object(), *values = json_array(), *names = json_array();
    bool named = false;
    size_t i;
    json_t *pair;
    json_array_foreach(pairs, i, pair)
    {
        json_t *lhs = json_array_get(pair, 0), *rhs = json_array_get(pair, 1);
        json_array_append_new(values, entries ? json_pack("{s:O, s:O}", "lhs", lhs, "rhs", rhs)
                                              : json_incref(rhs));
        json_array_append(names, json_array_get(pair, 2));
        named |= json_is_string(json_array_get(pair, 2));
    }
    dom_set(operand, "object_type", dom_string(g->type));
    dom_set(operand, entries ? "entry_values" : "values", values);
    if (named)
        dom_set(operand, "names", names);
    else
        json_decref(names);
    return operand;
}

static struct gathered *gather(struct gathered *all, size_t *n, struct str type)
{
    for (size_t i = 0; i < *n; i++)
        if (str_eq(all[i].type, type))
            return &all[i];
    all[*n] = (struct gathered){ type, json_array() };
    return &all[(*n)++];
}

static int by_type(const void *a, const void *b)
{
    const struct gathered *x = a, *y = b;
    bool entries = is_entry_type(x->type);
    if (entries != is_entry_type(y->type))
        return entries ? 1 : -1;
    return str_cmp(x->type, y->type);
}

// False: it has no such form.
static bool take_operand(struct tool_call *call, const json_t *operand, struct gathered *all,
                         size_t *n)
{
    JSON_AUTO *name = upper(dom_str(operand, "object_type"));
    struct str type = arena_str(call->arena, dom_text(name));
    bool entries = is_entry_type(type);
    json_t *rhs = text_of_value(call, dom_get(operand, "rhs"));
    json_t *lhs = entries ? text_of_value(call, dom_get(operand, "lhs")) : json_string("");
    const json_t *title = dom_get(operand, "name");
    bool fits =
        (entries || is_value_type(type)) && rhs && lhs && (entries || json_string_length(rhs) > 0);
    if (fits)
        json_array_append_new(
            gather(all, n, type)->pairs,
            json_pack("[O, O, o]", lhs, rhs,
                      json_is_string(title) ? json_copy((json_t *)(uintptr_t)title) : json_null()));
    json_decref(lhs);
    json_decref(rhs);
    return fits;
}

static json_t *shown_condition(struct tool_call *call, json_t *condition, bool *ret_known)
{
    json_t *given = dom_get(condition, "operands"), *item, *operands = json_array();
    JSON_AUTO *others = json_array();
    struct gathered *all = arena_alloc(call->arena, (json_array_size(given) + 1) * sizeof(*all));
    size_t n = 0, i;
    json_array_foreach(given, i, item) if (!take_operand(call, item, all, &n))
        json_array_append(others, item);
    qsort(all, n, sizeof(*all), by_type);
    for (i = 0; i < n; i++) {
        json_array_append_new(operands, shown_operand(&all[i], is_entry_type(all[i].type)));
        json_decref(all[i].pairs);
    }
    json_array_extend(operands, others);
    *ret_known = n > 0;
    json_t *shown = json_object();
    JSON_AUTO *join = upper(dom_str(condition, "operator"));
    dom_set(shown, "operator", json_string_length(join) ? json_incref(join) : json_string("OR"));
    dom_set(shown, "operands", operands);
    json_object_update_missing(shown, condition);
    return shown;
}

bool conditions_shown(struct tool_call *call, json_t **value, struct err *err)
{
    json_t *given = dom_get(*value, "conditions"), *item, *shown = json_array();
    JSON_AUTO *others = json_array();
    size_t i;
    (void)err;
    if (!json_is_array(given)) {
        json_decref(shown);
        return true;
    }
    json_array_foreach(given, i, item)
    {
        bool known;
        if (!json_array_size(dom_get(item, "operands")))
            continue; // it says nothing
        json_t *condition = shown_condition(call, item, &known);
        json_array_append_new(known ? shown : others, condition);
    }
    json_array_extend(shown, others);
    dom_set(*value, "conditions", shown);
    return true;
}
