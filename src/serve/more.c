// SPDX-License-Identifier: MIT
#include "serve/more.h"

#include <string.h>

#include "json/write.h"

// A page as the tool's arguments ask for it.
struct page {
    const struct arg *number, *offset, *size; // NULL: the tool has none
    int64_t current;                          // of number, 0 is the first
    int64_t from;                             // records before this page
    int64_t limit;                            // records asked for, 0: the API's own number
};

static const struct arg *first_of(const struct tool *tool, const char *const *names)
{
    for (; *names; names++) {
        const struct arg *arg = tool_arg(tool, *names);
        if (arg)
            return arg;
    }
    return NULL;
}

static int64_t given(const struct tool_call *call, const struct arg *arg, int64_t otherwise)
{
    return arg ? dom_int(call->args, arg->name, otherwise) : otherwise;
}

static int64_t first_page(const struct arg *number)
{
    return number && number->zero_ok ? 0 : 1;
}

static struct page page_of(const struct tool_call *call)
{
    static const char *const numbers[] = { "page", "page_num", "page_number", NULL };
    static const char *const offsets[] = { "offset", NULL };
    static const char *const sizes[] = { "page_size", "size", "limit", NULL };
    const struct tool *tool = call->tool;
    struct page page = {
        first_of(tool, numbers), first_of(tool, offsets), first_of(tool, sizes), 0, 0, 0
    };
    page.limit = given(call, page.size, 0);
    page.current = given(call, page.number, first_page(page.number)) - first_page(page.number);
    page.from = page.offset ? given(call, page.offset, 0) : page.current * page.limit;
    return page;
}

// --- what the answer says ---

// What holds the records: the answer, or the object that tool->at names but for its last word.
static const json_t *envelope(const struct tool_call *call, const json_t *answer)
{
    const char *at = call->sent && call->sent->at ? call->sent->at : call->tool->at;
    struct str rest = str_c(at ? at : "");
    while (json_is_object(answer) && str_index(rest, '.') >= 0)
        answer = json_object_get(answer, arena_cstr(call->arena, str_cut(&rest, '.')));
    const json_t *info = json_object_get(answer, "pageInfo");
    return json_is_object(info) ? info : answer;
}

static size_t count_records(const struct tool_call *call, const json_t *answer)
{
    const char *at = call->sent && call->sent->at ? call->sent->at : call->tool->at;
    struct str rest = str_c(at ? at : "");
    while (json_is_object(answer) && rest.n)
        answer = json_object_get(answer, arena_cstr(call->arena, str_cut(&rest, '.')));
    return json_array_size(answer);
}

// A number, or a text of digits; -1: none.
static int64_t number_at(const json_t *object, const char *const *names)
{
    for (; *names; names++) {
        const json_t *value = json_object_get(object, *names);
        int64_t n = 0;
        if (json_is_integer(value))
            return json_integer_value(value);
        if (json_is_string(value) && str_to_i64(dom_text(value), &n))
            return n;
    }
    return -1;
}

// The cursor of the next page, as the API names it; a new reference, NULL if there is none.
static json_t *cursor(const json_t *object)
{
    json_t *value = json_object_get(object, "next_offset");
    if (!value)
        value = json_object_get(object, "nextOffset");
    if (json_is_integer(value) || (json_is_string(value) && dom_text(value).n))
        return json_incref(value);
    struct str link = dom_str(object, "next_link"), mark = STR("offset=");
    ptrdiff_t at = str_find(link, mark);
    int64_t offset = 0;
    if (at < 0)
        return NULL;
    link = str_slice(link, (size_t)at + mark.n, link.n);
    return str_to_i64(str_cut(&link, '&'), &offset) ? json_integer(offset) : NULL;
}

// --- what to do ---

static void put(json_t *object, const char *name, int64_t value)
{
    if (value >= 0)
        json_object_set_new(object, name, json_integer(value));
}

// The argument that brings the next page; takes from_api over.
static json_t *next_page(const struct page *page, size_t records, json_t *from_api)
{
    json_t *next = json_object();
    if (page->offset && from_api)
        json_object_set(next, page->offset->name, from_api);
    else if (page->number)
        put(next, page->number->name, page->current + 1 + first_page(page->number));
    else if (page->offset)
        put(next, page->offset->name, page->from + (int64_t)records);
    json_decref(from_api);
    return next;
}

static json_t *more_with(const struct page *page, size_t records, json_t *from_api)
{
    json_t *more = json_object(), *next = next_page(page, records, from_api);
    if (json_object_size(next))
        json_object_set(more, "next", next);
    else if (page->size)
        json_object_set_new(more, "raise", json_string(page->size->name));
    json_decref(next);
    return more;
}

json_t *more_of(const struct tool_call *call, const json_t *answer)
{
    static const char *const pages_names[] = { "totalPages", NULL };
    static const char *const total_names[] = { "totalCount",    "totalElements", "results_total",
                                               "total_results", "totalResults",  NULL };
    if (!call->tool->list || !answer || (call->sent && call->sent->one))
        return NULL;
    struct page page = page_of(call);
    const json_t *object = envelope(call, answer);
    size_t records = count_records(call, answer);
    int64_t pages = number_at(object, pages_names), total = number_at(object, total_names);
    json_t *from_api = cursor(object);
    bool certain = from_api || pages > page.current + 1 ||
                   (pages < 0 && records && total > page.from + (int64_t)records);
    bool full = pages < 0 && total < 0 && page.limit > 0 && records >= (size_t)page.limit;
    if (!certain && !full)
        return NULL;
    json_t *more = more_with(&page, records, from_api);
    if (!certain)
        json_object_set_new(more, "maybe", json_true());
    if (pages > 0)
        put(more, "page", page.current + 1);
    if (pages > 0)
        put(more, "pages", pages);
    put(more, "total", total);
    return more;
}

void more_text(const json_t *more, struct buf *out)
{
    const char *key;
    json_t *value;
    if (json_object_get(more, "maybe"))
        buf_adds(out, "As many records came back as were asked for: there may be more.");
    else if (json_object_get(more, "pages"))
        buf_addf(out, "More records exist: this is page %lld of %lld.",
                 (long long)dom_int(more, "page", 0), (long long)dom_int(more, "pages", 0));
    else
        buf_adds(out, "More records exist.");
    if (json_object_get(more, "total"))
        buf_addf(out, " There are %lld in all.", (long long)dom_int(more, "total", 0));
    json_object_foreach(json_object_get(more, "next"), key, value)
    {
        buf_addf(out, " The next come with %s=", key);
        json_add_compact(out, value);
        buf_addc(out, '.');
    }
    if (!json_object_get(more, "next") && !json_object_get(more, "raise"))
        buf_adds(out, " The tool has no argument that brings them.");
    if (json_object_get(more, "raise"))
        buf_addf(out, " A higher %s brings them.",
                 json_string_value(json_object_get(more, "raise")));
}
