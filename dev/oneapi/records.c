// SPDX-License-Identifier: MIT
// Lists and items. A list without parameters is rendered once; the rendering of the seed is sent
// without a copy, that of a changed collection is made anew after each write.
#include "api.h"
#include "json/write.h"
#include "search.h"

struct store *call_store(const struct call *c)
{
    return stores_get(c->fake->stores, c->resource->store);
}

// --- which records ---

// The id that the records of this path carry in .scope; .p NULL: no such thing.
static struct str scope_of(struct call *c)
{
    const struct resource *r = c->resource;
    struct str last = c->wild[c->wilds - 1];
    if (!r->via)
        return last;
    const json_t *owner = store_find(stores_get(c->fake->stores, r->via), "name", last);
    return dom_str(owner, "id");
}

static bool in_scope(const struct call *c, const json_t *record, struct str scope)
{
    return !c->resource->scope || json_is_id(dom_get(record, c->resource->scope), scope);
}

static bool parent_known(struct call *c)
{
    const struct resource *r = c->resource;
    if (!r->parent)
        return true;
    struct str id = c->wild[c->wilds - 1];
    const struct store *parents = stores_get(c->fake->stores, r->parent);
    const char *key = strstr(r->parent, "deeptraces") ? "trace_id" : "id";
    if (store_find(parents, key, id))
        return true;
    answer_error(c, 404, NULL, "there is no '" STR_FMT "'", STR_ARG(id));
    return false;
}

static json_t *item(struct call *c)
{
    const struct resource *r = c->resource;
    struct str id = r->by ? http_query(c->ex, r->by) : c->id;
    json_t *record = store_find(call_store(c), resource_key(r), id);
    if (record && r->scope && !in_scope(c, record, scope_of(c)))
        record = NULL;
    if (!record)
        answer_error(c, 404, NULL, "there is no '" STR_FMT "'", STR_ARG(id));
    return record;
}

// --- the list ---

static bool read_page(struct call *c, struct page *page)
{
    const struct api *a = c->api;
    struct str given = http_query(c->ex, a->page), size = http_query(c->ex, a->size);
    page->number = a->first_page;
    page->size = a->size_default;
    bool bad = (given.n && !str_to_i64(given, &page->number)) ||
               (size.n && !str_to_i64(size, &page->size));
    if (bad || page->number < a->first_page || page->size < 1) {
        answer_error(c, 400, NULL, "%s and %s must be whole numbers, from %d and 1", a->page,
                     a->size, a->first_page);
        return false;
    }
    page->size = page->size > a->size_max ? a->size_max : page->size;
    page->number = page->number > RECORDS_MAX ? RECORDS_MAX : page->number;
    page->from = a->by_offset ? page->number : (page->number - a->first_page) * page->size;
    return true;
}

static void write_envelope(struct json_writer *w, const struct call *c, const struct page *p)
{
    int64_t pages = (p->total + p->size - 1) / p->size;
    char text[24];
    switch (c->api->envelope) {
    case ENVELOPE_ARRAY:
        break;
    case ENVELOPE_ZPA:
        snprintf(text, sizeof(text), "%lld", (long long)pages);
        jw_kv_c(w, "totalPages", text);
        snprintf(text, sizeof(text), "%lld", (long long)p->total);
        jw_kv_c(w, "totalCount", text);
        break;
    case ENVELOPE_ZCELL:
        jw_kv_int(w, "totalElements", p->total);
        jw_kv_int(w, "totalPages", pages);
        jw_kv_int(w, "size", p->size);
        jw_kv_int(w, "number", p->number);
        break;
    case ENVELOPE_ZDX:
        jw_key(w, "next_offset");
        if (p->from + p->size < p->total) {
            snprintf(text, sizeof(text), "%lld", (long long)(p->from + p->size));
            jw_c(w, text);
        } else {
            jw_null(w);
        }
        break;
    case ENVELOPE_ZID:
        jw_kv_int(w, "results_total", p->total);
        jw_kv_int(w, "pageOffset", p->from);
        jw_kv_int(w, "pageSize", p->size);
        break;
    case ENVELOPE_EASM:
        jw_kv_int(w, "total_results", p->total);
        break;
    }
}

static const char *list_member(const struct call *c)
{
    static const char *const members[] = {
        [ENVELOPE_ZPA] = "list",    [ENVELOPE_ZCELL] = "content", [ENVELOPE_ZDX] = "items",
        [ENVELOPE_ZID] = "records", [ENVELOPE_EASM] = "results",
    };
    return c->resource->list ? c->resource->list : members[c->api->envelope];
}

static void write_list(struct call *c, const json_t *records, struct page *page, struct buf *out)
{
    struct json_writer w;
    bool wrapped = c->api->envelope != ENVELOPE_ARRAY;
    page->total = (int64_t)json_array_size(records);
    jw_init(&w, out);
    if (wrapped) {
        jw_object(&w);
        write_envelope(&w, c, page);
        jw_key(&w, list_member(c));
    }
    jw_array(&w);
    for (int64_t i = page->from; i < page->total && i < page->from + page->size; i++)
        jw_tree(&w, json_array_get(records, (size_t)i));
    jw_array_end(&w);
    if (wrapped)
        jw_object_end(&w);
}

static json_t *selected(struct call *c, const struct narrowing *narrow)
{
    struct search search;
    search_read(c, &search);
    struct str scope = c->resource->scope ? scope_of(c) : STR_NONE;
    json_t *list = json_array();
    const json_t *all = call_store(c)->records;
    for (size_t i = 0; i < json_array_size(all); i++) {
        json_t *record = json_array_get(all, i);
        if (in_scope(c, record, scope) && search_fits(&search, record) &&
            narrowing_fits(c, narrow, record))
            json_array_append(list, record);
    }
    return list;
}

static void answer_selected(struct call *c)
{
    struct page page;
    struct narrowing narrow;
    if (!read_page(c, &page) || !narrowing_read(c, &narrow))
        return;
    if (c->resource->via && !scope_of(c).p) {
        answer_error(c, 404, NULL, "there is no '" STR_FMT "'", STR_ARG(c->wild[c->wilds - 1]));
        return;
    }
    JSON_AUTO *records = selected(c, &narrow);
    CLEANUP(buf_release) struct buf out = BUF_INIT(ANSWER_MAX);
    write_list(c, records, &page, &out);
    answer(c, 200, buf_str(&out));
}

static void render(struct call *c, struct buf *out)
{
    const struct store *st = call_store(c);
    struct page page = { .number = c->api->first_page, .size = c->api->size_default };
    buf_release(out);
    buf_init(out, ANSWER_MAX);
    if (c->resource->can & (CAN_LIST | CAN_SEARCH))
        write_list(c, st->records, &page, out);
    else
        json_add_compact(out, json_array_get(st->records, 0));
}

// As it was seeded, without a copy: these bytes live as long as the server. Later ones are copied.
static void answer_rendered(struct call *c)
{
    struct store *st = call_store(c);
    if (!st->changes && !st->pristine.n)
        render(c, &st->pristine);
    if (!st->changes) {
        c->status = 200;
        http_reply_static(c->ex, 200, JSON_TYPE, buf_str(&st->pristine), STR_NONE);
        return;
    }
    if (st->rendered_at != st->changes)
        render(c, &st->changed);
    st->rendered_at = st->changes;
    answer(c, 200, buf_str(&st->changed));
}

static void get_list(struct call *c)
{
    if (!parent_known(c))
        return;
    if (c->resource->scope || http_raw_query(c->ex).n)
        answer_selected(c);
    else
        answer_rendered(c);
}

static void get_document(struct call *c)
{
    if (parent_known(c))
        answer_rendered(c);
}

// --- writes ---

void records_touched(struct call *c)
{
    if (strncmp(c->resource->store, "zia.", 4) != 0)
        return;
    struct store *status = stores_get(c->fake->stores, "zia.status");
    dom_set(json_array_get(status->records, 0), "status", json_string("PENDING"));
    status->changes++;
}

static bool body_object(struct call *c, json_t **ret)
{
    if (!call_body(c, ret))
        return false;
    if (json_is_object(*ret))
        return true;
    answer_error(c, 400, NULL, "the body must be a JSON object");
    return false;
}

// What all records of the collection are named by, a new one must have too.
static bool named(struct call *c, const json_t *body)
{
    const json_t *first = json_array_get(call_store(c)->records, 0);
    if (!dom_str(first, "name").n || dom_str(body, "name").n)
        return true;
    answer_error(c, 400, NULL, "the member name is missing");
    return false;
}

static void create(struct call *c)
{
    json_t *body;
    struct str scope = c->resource->scope ? scope_of(c) : STR_NONE;
    if (!body_object(c, &body) || !named(c, body) || !parent_known(c) ||
        refuse_duplicate(c, body, NULL))
        return;
    json_t *record = store_add(call_store(c), resource_key(c->resource), body);
    if (!record) {
        answer_error(c, 400, NULL, "there are %d records already", RECORDS_MAX);
        return;
    }
    if (c->resource->scope)
        dom_set(record, c->resource->scope, dom_string(scope));
    records_touched(c);
    answer_tree(c, 200, record);
}

static void change(struct call *c, json_t *record)
{
    json_t *body;
    if (!record || !body_object(c, &body) || (c->id.p && refuse_duplicate(c, body, record)))
        return;
    store_merge(call_store(c), record, resource_key(c->resource), body,
                http_query(c->ex, "action"));
    records_touched(c);
    answer_tree(c, 200, record);
}

static void remove_item(struct call *c)
{
    const json_t *record = item(c);
    if (!record || refuse_removal(c, record))
        return;
    if (!store_remove(call_store(c), resource_key(c->resource), c->id))
        return;
    records_touched(c);
    answer_empty(c, 204);
}

static void get(struct call *c)
{
    const struct resource *r = c->resource;
    if (r->needs && !http_query(c->ex, r->needs).n) {
        answer_error(c, 400, NULL, "the parameter %s is missing", r->needs);
    } else if (c->id.p || r->by) {
        json_t *record = parent_known(c) ? item(c) : NULL;
        if (record)
            answer_tree(c, 200, record);
    } else if (r->can & CAN_LIST) {
        get_list(c);
    } else {
        get_document(c);
    }
}

static void post(struct call *c)
{
    const struct resource *r = c->resource;
    json_t *body;
    if (r->can & CAN_CREATE)
        create(c);
    else if (r->can & CAN_POST)
        change(c, json_array_get(call_store(c)->records, 0));
    else if (call_body(c, &body) && r->can & CAN_SEARCH)
        get_list(c);
    else if (!http_replied(c->ex))
        get_document(c);
}

void records_handle(struct call *c)
{
    const struct resource *r = c->resource;
    enum http_method method = http_method(c->ex);
    if (!c->id.p && r->can & CAN_RUN && method == r->method)
        r->run(c);
    else if (method == HTTP_POST)
        post(c);
    else if (method == HTTP_PUT)
        change(c, c->id.p ? item(c) : json_array_get(call_store(c)->records, 0));
    else if (method == HTTP_DELETE)
        remove_item(c);
    else
        get(c);
}
