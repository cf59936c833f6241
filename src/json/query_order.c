// SPDX-License-Identifier: MIT
// Sorting and extremes: elements beside the keys that order them.
#include "base/mem.h"
#include "json/query_int.h"

struct keyed {
    json_t *value; // borrowed
    json_t *key;   // own
    size_t at;     // place in the array: keeps the sort stable
};

static int compare_keys(const json_t *a, const json_t *b)
{
    return json_is_string(a) ? str_cmp(dom_text(a), dom_text(b)) : query_compare_numbers(a, b);
}

static int compare_keyed(const void *x, const void *y)
{
    const struct keyed *a = x, *b = y;
    int order = compare_keys(a->key, b->key);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

static void free_keyed(struct keyed *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        json_decref(list[i].key);
    free(list);
}

// The key of one element: a number or a string, and of the same type as the first one's.
static bool check_key(struct run *r, const char *name, const struct keyed *list, size_t i)
{
    struct arg got = { .value = list[i].key };
    bool usable = json_is_number(got.value) || json_is_string(got.value);
    bool sorts = str_is(str_c(name), "sort_by");
    if (!usable && sorts && i == 0) {
        struct arg element = { .value = list[0].value };
        return query_wrong_type(r, name, &element, "['string', 'number']", query_type_name(&got));
    }
    bool as_first = json_is_string(list[0].key) == json_is_string(got.value);
    if (usable && as_first)
        return true;
    if (sorts)
        return query_wrong_type(r, name, &got,
                                json_is_string(list[0].key) ? "['string']" : "['number']",
                                query_type_name(&got));
    if (!usable)
        return query_wrong_type(r, name, &got, "['number', 'string']", query_type_name(&got));
    return query_fail(r, "'%s' not supported between instances of '%s' and '%s'",
                      name[1] == 'a' ? ">" : "<", python_type(got.value), python_type(list[0].key));
}

// The elements with the values of the expression on them (or themselves); NULL when r->err is set.
static struct keyed *keyed_list(struct run *r, const char *name, json_t *array,
                                const struct node *by)
{
    size_t n = json_array_size(array);
    struct keyed *list = mem_zalloc(n, sizeof(*list));
    for (size_t i = 0; i < n; i++) {
        list[i].at = i;
        list[i].value = json_array_get(array, i);
        list[i].key = by ? query_eval(r, by, list[i].value) : json_incref(list[i].value);
        if (!list[i].key || !check_key(r, name, list, i)) {
            free_keyed(list, n);
            return NULL;
        }
    }
    return list;
}

json_t *query_sorted(struct run *r, const char *name, json_t *array, const struct node *by)
{
    size_t n = json_array_size(array);
    struct keyed *list = keyed_list(r, name, array, by);
    if (!list)
        return NULL;
    qsort(list, n, sizeof(*list), compare_keyed);
    json_t *out = json_array();
    for (size_t i = 0; i < n && out; i++) {
        if (query_append(r, out, list[i].value))
            continue;
        json_decref(out);
        out = NULL;
    }
    free_keyed(list, n);
    return out;
}

json_t *query_extreme(struct run *r, const char *name, json_t *array, const struct node *by,
                      int sign)
{
    size_t n = json_array_size(array);
    if (n == 0)
        return json_null();
    struct keyed *list = keyed_list(r, name, array, by);
    if (!list)
        return NULL;
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (sign * compare_keys(list[i].key, list[best].key) > 0)
            best = i;
    json_t *v = json_incref(list[best].value);
    free_keyed(list, n);
    return v;
}
