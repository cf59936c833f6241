// SPDX-License-Identifier: MIT
// The few paths that are neither list, item nor document.
#include "api.h"

void run_activate(struct call *c)
{
    struct store *st = call_store(c);
    json_t *status = json_array_get(st->records, 0);
    dom_set(status, "status", json_string("ACTIVE"));
    st->changes++;
    answer_tree(c, 200, status);
}

static bool body_list(struct call *c, const char *member, json_t **ret)
{
    json_t *body;
    if (!call_body(c, &body))
        return false;
    *ret = member ? dom_get(body, member) : body;
    if (json_is_array(*ret))
        return true;
    answer_error(c, 400, NULL, member ? "the list %s is missing" : "the body must be a list",
                 member);
    return false;
}

// Ids come as text and as numbers.
static struct str id_text(struct call *c, const json_t *id)
{
    if (json_is_integer(id))
        return arena_printf(c->arena, "%lld", (long long)json_integer_value(id));
    return dom_text(id);
}

// All or none is done.
static bool all_known(struct call *c, const json_t *ids)
{
    for (size_t i = 0; i < json_array_size(ids); i++) {
        struct str id = id_text(c, json_array_get(ids, i));
        if (!store_find(call_store(c), "id", id)) {
            answer_error(c, 404, NULL, "there is no '" STR_FMT "'", STR_ARG(id));
            return false;
        }
    }
    return true;
}

void run_bulk_delete(struct call *c)
{
    json_t *ids;
    if (!body_list(c, "ids", &ids) || !all_known(c, ids))
        return;
    for (size_t i = 0; i < json_array_size(ids); i++)
        (void)store_remove(call_store(c), "id", id_text(c, json_array_get(ids, i)));
    answer_empty(c, 204);
}

void run_bulk_update(struct call *c)
{
    json_t *ids;
    struct store *st = call_store(c);
    if (!body_list(c, "applicationIds", &ids) || !all_known(c, ids))
        return;
    const json_t *state = dom_get(c->body, "sanctionedState");
    for (size_t i = 0; state && i < json_array_size(ids); i++) {
        json_t *app = store_find(st, "id", id_text(c, json_array_get(ids, i)));
        dom_set(app, "sanctionedState", json_deep_copy(state));
    }
    st->changes++;
    records_touched(c);
    answer_tree(c, 200, c->body);
}

// A category for each address, always the same one.
void run_url_lookup(struct call *c)
{
    static const char *const categories[] = { "PROFESSIONAL_SERVICES", "NEWS_AND_MEDIA",
                                              "WEB_SEARCH", "CORPORATE_MARKETING" };
    json_t *urls;
    if (!body_list(c, NULL, &urls))
        return;
    JSON_AUTO *found = json_array();
    for (size_t i = 0; i < json_array_size(urls); i++) {
        json_t *url = json_array_get(urls, i), *row = json_object(), *classes = json_array();
        struct str text = dom_text(url);
        const char *category = categories[text.n % ARRAY_LEN(categories)];
        json_array_append_new(classes, json_string(category));
        dom_set(row, "url", json_incref(url));
        dom_set(row, "urlClassifications", classes);
        dom_set(row, "urlClassificationsWithSecurityAlert", json_array());
        json_array_append_new(found, row);
    }
    answer_tree(c, 200, found);
}

// The formats of one type of log.
void run_log_format(struct call *c)
{
    struct str type = http_query(c->ex, "logType");
    const json_t *all = json_array_get(call_store(c)->records, 0);
    json_t *formats = type.n ? dom_get(all, arena_cstr(c->arena, type)) : NULL;
    if (!formats) {
        answer_error(c, 400, NULL, "logType '" STR_FMT "' is not known", STR_ARG(type));
        return;
    }
    JSON_AUTO *one = json_object();
    dom_set(one, arena_cstr(c->arena, type), json_incref(formats));
    answer_tree(c, 200, one);
}
