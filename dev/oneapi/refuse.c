// SPDX-License-Identifier: MIT
// What the API refuses although it is well-formed: removing what others refer to or what comes with
// the product, and a second record of the same name.
#include "api.h"

// Members that only show what refers to the record from the other side; "store:member" in that
// collection alone.
static const char *const views[] = { "applications", "connectors", "serviceEdges",
                                     "zpa.appConnectorGroup:serverGroups",
                                     "zia.vpnCredentials:location" };

static bool is_view(const char *store, const char *member)
{
    for (size_t i = 0; i < ARRAY_LEN(views); i++) {
        struct str rest = str_c(views[i]);
        struct str first = str_cut(&rest, ':');
        if (rest.p ? str_is(first, store) && str_is(rest, member) : str_is(first, member))
            return true;
    }
    return false;
}

static bool names_ids(const char *member)
{
    struct str name = str_c(member);
    if (str_is(name, "idpId") || str_is(name, "externalId"))
        return false; // of other systems
    return str_ends(name, STR("Id")) || str_ends(name, STR("Ids")) || str_is(name, "lhs") ||
           str_is(name, "rhs") || str_is(name, "urlCategories");
}

static bool holds(const json_t *value, const json_t *id)
{
    size_t i;
    json_t *item;
    if (json_equal(value, id))
        return true;
    json_array_foreach((json_t *)(uintptr_t)value, i, item)
    {
        if (json_equal(item, id))
            return true;
    }
    return false;
}

static bool refers(const char *store, const json_t *value, const json_t *id, unsigned depth)
{
    const char *key;
    json_t *child;
    size_t i;
    json_object_foreach((json_t *)(uintptr_t)value, key, child)
    {
        if (is_view(store, key))
            continue;
        if (strcmp(key, "id") == 0 ? depth > 0 && json_equal(child, id)
                                   : names_ids(key) && holds(child, id))
            return true;
        if (refers(store, child, id, depth + 1))
            return true;
    }
    json_array_foreach((json_t *)(uintptr_t)value, i, child)
    {
        if (refers(store, child, id, depth + 1))
            return true;
    }
    return false;
}

struct search_of_users {
    struct str service;
    const json_t *record, *id;
    const json_t *found;
};

static void look_for_users(const struct store *st, void *ctx)
{
    struct search_of_users *s = ctx;
    size_t i;
    json_t *other;
    // Another view of the applications.
    if (s->found || !str_starts(str_c(st->name), s->service) ||
        strcmp(st->name, "zpa.appsByType") == 0)
        return;
    json_array_foreach(st->records, i, other)
    {
        if (other != s->record && refers(st->name, other, s->id, 0)) {
            s->found = other;
            return;
        }
    }
}

bool refuse_removal(struct call *c, const json_t *record)
{
    struct str rest = str_c(c->resource->store);
    struct search_of_users s = { .service = str_cut(&rest, '.'),
                                 .record = record,
                                 .id = dom_get(record, resource_key(c->resource)) };
    bool dotted = c->api->errors == ERROR_ID_REASON;
    if (dom_bool(record, "predefined", false) || dom_bool(record, "defaultRule", false)) {
        answer_error(c, 400, NULL, "what comes with the product cannot be deleted");
        return true;
    }
    if (str_is(http_query(c->ex, "forceDelete"), "true"))
        return false;
    stores_each(c->fake->stores, look_for_users, &s);
    if (!s.found)
        return false;
    struct str user = dom_str(s.found, "name");
    answer_error(c, dotted ? 400 : 409, dotted ? "resource.in.use" : "RESOURCE_IN_USE",
                 "it is used by '" STR_FMT "'", STR_ARG(user));
    return true;
}

bool refuse_duplicate(struct call *c, const json_t *body, const json_t *self)
{
    struct str name = dom_str(body, "name");
    const json_t *records = call_store(c)->records;
    bool dotted = c->api->errors == ERROR_ID_REASON;
    for (size_t i = 0; name.n && i < json_array_size(records); i++) {
        const json_t *other = json_array_get(records, i);
        if (other == self || !str_eq(dom_str(other, "name"), name))
            continue;
        if (c->resource->scope && !json_equal(dom_get(other, c->resource->scope),
                                              dom_get(self ? self : body, c->resource->scope)))
            continue;
        answer_error(c, dotted ? 400 : 409, dotted ? "duplicate.name" : "DUPLICATE_ITEM",
                     "there is a '" STR_FMT "' already", STR_ARG(name));
        return true;
    }
    return false;
}
