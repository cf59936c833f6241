// SPDX-License-Identifier: MIT
// The two GraphQL paths: the answer to an operation is found by its name, cut to the page that the
// variables ask for. The selection is not executed; unknown operations and things are errors in the
// GraphQL way, with status 200.
#include "api.h"
#include "json/write.h"

static bool is_name_byte(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           ch == '_';
}

// The name in "query Name(…) { … }".
static struct str operation_of(struct str document)
{
    ptrdiff_t at = str_find(document, STR("query"));
    if (at < 0)
        return STR_NONE;
    struct str rest = str_trim(str_slice(document, (size_t)at + 5, document.n));
    size_t n = 0;
    while (n < rest.n && is_name_byte(rest.p[n]))
        n++;
    return str_slice(rest, 0, n);
}

static bool balanced(struct str document)
{
    long depth = 0, seen = 0;
    for (size_t i = 0; i < document.n && depth >= 0; i++) {
        depth += (document.p[i] == '{') - (document.p[i] == '}');
        seen += document.p[i] == '{';
    }
    return depth == 0 && seen > 0;
}

static int64_t variable(const json_t *variables, const char *a, const char *b, int64_t otherwise)
{
    return dom_int(variables, a, dom_int(variables, b, otherwise));
}

static bool name_fits(const json_t *node, const json_t *variables)
{
    struct str part = dom_str(variables, "search"), name = dom_str(node, "name");
    for (size_t i = 0; i + part.n <= name.n; i++) {
        if (str_eq_nocase(str_slice(name, i, i + part.n), part))
            return true;
    }
    return part.n == 0;
}

static json_t *cut(const json_t *list, const json_t *variables, int64_t *ret_total)
{
    int64_t page = variable(variables, "page", "pageNum", 1);
    int64_t size = variable(variables, "pageSize", "limit", RECORDS_MAX);
    json_t *part = json_array();
    *ret_total = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *node = json_array_get(list, i);
        if (!name_fits(node, variables))
            continue;
        int64_t at = (*ret_total)++;
        if (at / (size > 0 ? size : 1) == (page > 0 ? page - 1 : 0))
            json_array_append(part, node);
    }
    return part;
}

static json_t *page_info(const json_t *variables, int64_t total)
{
    int64_t size = variable(variables, "pageSize", "limit", 20);
    json_t *info = json_object();
    size = size > 0 ? size : 20;
    dom_set(info, "pageNumber", json_integer(variable(variables, "page", "pageNum", 1)));
    dom_set(info, "pageSize", json_integer(size));
    dom_set(info, "totalCount", json_integer(total));
    dom_set(info, "totalPages", json_integer((total + size - 1) / size));
    return info;
}

// A copy in which the outermost nodes and entries are one page.
static json_t *paged(const json_t *value, const json_t *variables)
{
    if (!json_is_object(value))
        return json_deep_copy(value);
    json_t *object = json_object();
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        int64_t total = 0;
        if (strcmp(key, "pageInfo") == 0)
            continue; // follows from the nodes
        bool rows = strcmp(key, "nodes") == 0 || strcmp(key, "entries") == 0;
        dom_set(object, key, rows ? cut(member, variables, &total) : paged(member, variables));
        if (rows && strcmp(key, "nodes") == 0)
            dom_set(object, "pageInfo", page_info(variables, total));
    }
    return object;
}

static void refuse(struct call *c, int status, const char *class, const char *what,
                   struct str value)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(4096), out = BUF_INIT(16384);
    struct json_writer w;
    buf_addf(&text, "%s: " STR_FMT, what, STR_ARG(value));
    jw_init(&w, &out);
    jw_object(&w);
    jw_key(&w, "errors");
    jw_array(&w);
    jw_object(&w);
    jw_kv(&w, "message", buf_str(&text));
    jw_key(&w, "path");
    jw_array(&w);
    jw_array_end(&w);
    jw_key(&w, "extensions");
    jw_object(&w);
    jw_kv_c(&w, "classification", class);
    jw_object_end(&w);
    jw_object_end(&w);
    jw_array_end(&w);
    jw_key(&w, "data");
    jw_null(&w);
    jw_object_end(&w);
    answer(c, status, buf_str(&out));
}

// An operation about one thing is {"$by": variable, "of": {value: answer}}. NULL: there is no such.
static const json_t *chosen(struct call *c, const json_t *data, struct str id)
{
    if (!dom_str(data, "$by").n)
        return data;
    return id.n ? dom_get(dom_get(data, "of"), arena_cstr(c->arena, id)) : NULL;
}

void graphql_handle(struct call *c)
{
    json_t *body;
    if (!call_body(c, &body))
        return;
    struct str document = dom_str(body, "query"), name = dom_str(body, "operationName");
    if (!document.n || !balanced(document)) {
        refuse(c, 400, "InvalidSyntax", "the query is missing or malformed",
               str_slice(document, 0, 100));
        return;
    }
    const char *store =
        strcmp(c->api->prefix, "/zins/") == 0 ? "zins.operations" : "zms.operations";
    const json_t *all = json_array_get(stores_get(c->fake->stores, store)->records, 0);
    name = name.n ? name : operation_of(document);
    const json_t *data = name.n ? dom_get(all, arena_cstr(c->arena, name)) : NULL;
    if (!data) {
        refuse(c, 200, "ValidationError", "the operation is not known", name);
        return;
    }
    const json_t *variables = dom_get(body, "variables");
    const char *by = json_string_value(dom_get(data, "$by"));
    struct str id = by ? dom_str(variables, by) : STR_NONE;
    data = chosen(c, data, id);
    if (!data) {
        refuse(c, 200, "NotFound", "there is no such thing", id);
        return;
    }
    JSON_AUTO *answer_body = json_object();
    dom_set(answer_body, "data", paged(data, variables));
    answer_tree(c, 200, answer_body);
}
