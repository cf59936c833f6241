// SPDX-License-Identifier: MIT
#include "store.h"

#include <assert.h>

#include "base/mem.h"

#define STORES_MAX 512

struct stores {
    json_t *seed;
    size_t n;
    struct store at[STORES_MAX];
};

struct stores *stores_new(int64_t seed)
{
    struct stores *s = mem_zalloc(1, sizeof(*s));
    s->seed = seed_build(seed);
    const char *name;
    json_t *records;
    json_object_foreach(s->seed, name, records)
    {
        assert(s->n < STORES_MAX);
        s->at[s->n++].name = name;
    }
    stores_reset(s);
    return s;
}

void stores_each(const struct stores *s, void (*fn)(const struct store *st, void *ctx), void *ctx)
{
    for (size_t i = 0; i < s->n; i++)
        fn(&s->at[i], ctx);
}

static void drop_records(struct stores *s)
{
    for (size_t i = 0; i < s->n; i++)
        json_decref(s->at[i].records);
}

void stores_reset(struct stores *s)
{
    drop_records(s);
    for (size_t i = 0; i < s->n; i++) {
        struct store *st = &s->at[i];
        st->records = json_deep_copy(json_object_get(s->seed, st->name));
        st->changes = 0;
        st->rendered_at = 0;
        st->last_id = 0;
    }
}

void stores_free(struct stores *s)
{
    if (!s)
        return;
    drop_records(s);
    for (size_t i = 0; i < s->n; i++) {
        buf_release(&s->at[i].pristine);
        buf_release(&s->at[i].changed);
    }
    json_decref(s->seed);
    free(s);
}

struct store *stores_get(struct stores *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++) {
        if (strcmp(s->at[i].name, name) == 0)
            return &s->at[i];
    }
    assert(!"a collection of the table has no seed");
    abort();
}

bool json_is_id(const json_t *value, struct str id)
{
    int64_t number;
    if (json_is_integer(value))
        return str_to_i64(id, &number) && number == json_integer_value(value);
    return json_is_string(value) && str_eq(dom_text(value), id);
}

static ptrdiff_t find(const struct store *st, const char *key, struct str id)
{
    for (size_t i = 0; i < json_array_size(st->records); i++) {
        if (json_is_id(dom_get(json_array_get(st->records, i), key), id))
            return (ptrdiff_t)i;
    }
    return -1;
}

json_t *store_find(const struct store *st, const char *key, struct str id)
{
    ptrdiff_t at = find(st, key, id);
    return at < 0 ? NULL : json_array_get(st->records, (size_t)at);
}

bool store_remove(struct store *st, const char *key, struct str id)
{
    ptrdiff_t at = find(st, key, id);
    if (at < 0)
        return false;
    json_array_remove(st->records, (size_t)at);
    st->changes++;
    return true;
}

// The number in "4711" or behind the last '_' of "CUSTOM_05", whose front is then the prefix.
static int64_t number_in(struct str id, struct str *prefix)
{
    int64_t number = 0;
    size_t at = id.n;
    while (at > 0 && id.p[at - 1] != '_')
        at--;
    if (!str_to_i64(str_slice(id, at, id.n), &number))
        return 0;
    if (at > 0)
        *prefix = str_slice(id, 0, at);
    return number;
}

// Above all ids that were there, in the collection's own form.
static json_t *next_id(struct store *st, const char *key)
{
    CLEANUP(buf_release) struct buf made = BUF_INIT(256);
    struct str prefix = STR_NONE;
    bool text = false;
    for (size_t i = 0; i < json_array_size(st->records); i++) {
        const json_t *id = dom_get(json_array_get(st->records, i), key);
        text = json_is_string(id);
        int64_t number = text ? number_in(dom_text(id), &prefix) : json_integer_value(id);
        st->last_id = number > st->last_id ? number : st->last_id;
    }
    st->last_id++;
    buf_addf(&made, STR_FMT "%0*lld", STR_ARG(prefix), prefix.n ? 2 : 1, (long long)st->last_id);
    return text ? dom_string(buf_str(&made)) : json_integer(st->last_id);
}

json_t *store_add(struct store *st, const char *key, const json_t *body)
{
    if (json_array_size(st->records) >= RECORDS_MAX)
        return NULL;
    json_t *record = json_object();
    dom_set(record, key, next_id(st, key));
    store_merge(st, record, key, body, STR_NONE);
    json_array_append_new(st->records, record);
    return record;
}

static bool list_has(const json_t *list, const json_t *value)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (json_equal(json_array_get(list, i), value))
            return true;
    }
    return false;
}

static json_t *list_changed(const json_t *old, const json_t *given, bool add)
{
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(old); i++) {
        json_t *value = json_array_get(old, i);
        if (add || !list_has(given, value))
            json_array_append(list, value);
    }
    for (size_t i = 0; add && i < json_array_size(given); i++) {
        json_t *value = json_array_get(given, i);
        if (!list_has(list, value))
            json_array_append_new(list, json_deep_copy(value));
    }
    return list;
}

void store_merge(struct store *st, json_t *record, const char *key, const json_t *body,
                 struct str action)
{
    bool add = str_is(action, "ADD_TO_LIST"), remove = str_is(action, "REMOVE_FROM_LIST");
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)body, name, value)
    {
        if (strcmp(name, key) == 0)
            continue;
        if ((add || remove) && json_is_array(value))
            dom_set(record, name, list_changed(dom_get(record, name), value, add));
        else
            dom_set(record, name, json_deep_copy(value));
    }
    st->changes++;
}
