// SPDX-License-Identifier: MIT
#include "api.h"

#include "base/clock.h"
#include "json/write.h"

static const char *const by_search[] = { "search", NULL };
static const char *const by_q[] = { "q", NULL };
static const char *const by_like[] = { "name[like]", "loginName[like]", "displayName[like]",
                                       "primaryEmail[like]", NULL };
static const char *const by_zcc[] = { "search", "username", NULL };
static const char *const by_zia[] = { "search", "name", NULL };
static const char *const by_name[] = { "name", NULL };
static const char *const by_nothing[] = { NULL };

const struct api apis[] = {
    { .prefix = "/zia/api/v1/",
      .resources = zia_resources,
      .page = "page",
      .size = "pageSize",
      .first_page = 1,
      .size_default = 100,
      .size_max = 1000,
      .search = by_zia },
    { .prefix = "/zpa/",
      .resources = zpa_resources,
      .envelope = ENVELOPE_ZPA,
      .errors = ERROR_ID_REASON,
      .page = "page",
      .size = "pagesize",
      .first_page = 1,
      .size_default = 20,
      .size_max = 500,
      .search = by_search },
    { .prefix = "/zdx/v1/",
      .resources = zdx_resources,
      .envelope = ENVELOPE_ZDX,
      .page = "offset",
      .size = "limit",
      .by_offset = true,
      .size_default = 10,
      .size_max = 200,
      .search = by_q },
    { .prefix = "/zcc/papi/public/v1/",
      .resources = zcc_resources,
      .errors = ERROR_ZCC,
      .page = "page",
      .size = "pageSize",
      .first_page = 1,
      .size_default = 50,
      .size_max = 5000,
      .search = by_zcc },
    { .prefix = "/ztw/api/v1/",
      .resources = ztw_resources,
      .page = "page",
      .size = "pageSize",
      .first_page = 1,
      .size_default = 250,
      .size_max = 1000,
      .search = by_search },
    { .prefix = "/ziam/admin/api/v1/",
      .resources = zid_resources,
      .envelope = ENVELOPE_ZID,
      .page = "offset",
      .size = "limit",
      .by_offset = true,
      .size_default = 100,
      .size_max = 1000,
      .search = by_like },
    { .prefix = "/easm/easm-ui/v1/",
      .resources = easm_resources,
      .envelope = ENVELOPE_EASM,
      .page = "offset",
      .size = "limit",
      .by_offset = true,
      .size_default = 1000,
      .size_max = 1000,
      .search = by_nothing },
    { .prefix = "/zcell/config/api/v1/",
      .resources = zcell_resources,
      .envelope = ENVELOPE_ZCELL,
      .errors = ERROR_ZCELL,
      .page = "page",
      .size = "size",
      .size_default = 50,
      .size_max = 1000,
      .search = by_name },
    { .prefix = "/zins/", .graphql = true },
    { .prefix = "/zms/", .graphql = true },
    { 0 },
};

const struct api *api_find(struct str path)
{
    for (const struct api *a = apis; a->prefix; a++) {
        if (str_starts(path, str_c(a->prefix)))
            return a;
    }
    return NULL;
}

const char *resource_key(const struct resource *r)
{
    return r->key ? r->key : "id";
}

// Takes the pattern off the front of *path; its {} are collected.
static bool match(struct call *c, const char *pattern, struct str *path)
{
    size_t at = 0;
    c->wilds = 0;
    for (; *pattern; pattern++) {
        if (*pattern != '{') {
            if (at >= path->n || path->p[at++] != *pattern)
                return false;
            continue;
        }
        size_t from = at;
        while (at < path->n && path->p[at] != '/')
            at++;
        if (at == from)
            return false;
        c->wild[c->wilds++] = str_slice(*path, from, at);
        pattern++; // the closing brace
    }
    *path = str_slice(*path, at, path->n);
    return true;
}

static unsigned base_methods(const struct resource *r)
{
    unsigned methods = 0;
    if (r->tail)
        return 0;
    if (r->can & (CAN_LIST | CAN_READ) || (r->can & CAN_GET && r->by))
        methods |= HTTP_GET;
    if (r->can & (CAN_CREATE | CAN_SEARCH | CAN_POST | CAN_ASK))
        methods |= HTTP_POST;
    if (r->can & CAN_WRITE)
        methods |= HTTP_PUT;
    return methods | (r->can & CAN_RUN ? r->method : 0);
}

static unsigned item_methods(const struct resource *r)
{
    return (r->can & CAN_GET && !r->by ? HTTP_GET : 0) | (r->can & CAN_UPDATE ? HTTP_PUT : 0) |
           (r->can & CAN_REMOVE ? HTTP_DELETE : 0);
}

// What may be done at the rest of the path behind the resource's base; 0: it is none of its.
static unsigned methods_at(const struct resource *r, struct str rest, struct str *ret_id)
{
    *ret_id = STR_NONE;
    if (rest.n == 0)
        return base_methods(r);
    if (rest.p[0] != '/')
        return 0;
    rest = str_slice(rest, 1, rest.n);
    struct str id = str_cut(&rest, '/');
    bool tail_fits = r->tail ? rest.p && str_is(rest, r->tail) : !rest.p;
    if (!tail_fits || id.n == 0)
        return 0;
    *ret_id = id;
    return item_methods(r);
}

bool resource_find(struct call *c, struct str path, enum http_method method, unsigned *ret_allowed)
{
    path = str_slice(path, strlen(c->api->prefix), path.n);
    *ret_allowed = 0;
    for (const struct resource *r = c->api->resources; r->base; r++) {
        struct str rest = path;
        if (!match(c, r->base, &rest))
            continue;
        unsigned methods = methods_at(r, rest, &c->id);
        *ret_allowed |= methods;
        c->resource = r;
        if (methods & method)
            return true;
        if (methods && !c->id.p && !(r->can & CAN_CREATE) && r->can & CAN_RUN)
            return false; // a verb, never the id of an item
    }
    return false;
}

// --- errors ---

static const struct {
    int status;
    const char *code, *id;
} usual_codes[] = {
    { 400, "INVALID_INPUT_ARGUMENT", "invalid.input" },
    { 401, "AUTHENTICATION_FAILED", "authentication.failed" },
    { 404, "RESOURCE_NOT_FOUND", "resource.not.found" },
    { 405, "METHOD_NOT_ALLOWED", "method.not.allowed" },
    { 429, "RATE_LIMIT_EXCEEDED", "rate.limit.exceeded" },
    { 500, "UNEXPECTED_ERROR", "internal.error" },
    { 503, "SERVICE_UNAVAILABLE", "service.unavailable" },
};

static const char *usual_code(int status, bool dotted)
{
    for (size_t i = 0; i < ARRAY_LEN(usual_codes); i++) {
        if (usual_codes[i].status == status)
            return dotted ? usual_codes[i].id : usual_codes[i].code;
    }
    return dotted ? "error" : "ERROR";
}

static void write_error(struct json_writer *w, const struct call *c, int status, const char *code,
                        struct str text)
{
    enum error_shape shape = c->api ? c->api->errors : ERROR_CODE_MESSAGE;
    bool dotted = shape == ERROR_ID_REASON || shape == ERROR_ZCELL;
    char now[21];
    code = code ? code : usual_code(status, dotted);
    jw_object(w);
    switch (shape) {
    case ERROR_CODE_MESSAGE:
        jw_kv_c(w, "code", code);
        jw_kv(w, "message", text);
        break;
    case ERROR_ID_REASON:
        jw_kv_c(w, "id", code);
        jw_kv(w, "reason", text);
        break;
    case ERROR_ZCELL:
        clock_iso(clock_now(), now);
        jw_kv_c(w, "msgId", code);
        jw_kv(w, "detail", text);
        jw_kv_c(w, "timestamp", now);
        jw_kv(w, "path", http_path(c->ex));
        break;
    case ERROR_ZCC:
        jw_kv_c(w, "title", code);
        jw_kv_int(w, "errorCode", status);
        jw_kv(w, "errorMessage", text);
        break;
    }
    jw_object_end(w);
}

void answer_error(struct call *c, int status, const char *code, const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(8192), out = BUF_INIT(65536);
    struct json_writer w;
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&text, fmt, args);
    va_end(args);
    jw_init(&w, &out);
    write_error(&w, c, status, code, buf_str(&text));
    answer(c, status, buf_str(&out));
}
