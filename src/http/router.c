// SPDX-License-Identifier: MIT
#include "http/internal.h"

static const struct {
    const char *name;
    enum http_method method;
} method_names[] = {
    { "GET", HTTP_GET },     { "HEAD", HTTP_HEAD },     { "POST", HTTP_POST },
    { "PUT", HTTP_PUT },     { "DELETE", HTTP_DELETE }, { "OPTIONS", HTTP_OPTIONS },
    { "PATCH", HTTP_PATCH },
};

enum http_method method_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(method_names); i++) {
        if (strcmp(method_names[i].name, name) == 0)
            return method_names[i].method;
    }
    return (enum http_method)0;
}

struct str method_list(struct arena *arena, unsigned methods)
{
    CLEANUP(buf_release) struct buf b = BUF_INIT(100);
    if (methods & HTTP_GET)
        methods |= HTTP_HEAD;
    for (size_t i = 0; i < ARRAY_LEN(method_names); i++) {
        if (methods & method_names[i].method)
            buf_addf(&b, "%s%s", b.n ? ", " : "", method_names[i].name);
    }
    return arena_str(arena, buf_str(&b));
}

static bool path_matches(const char *pattern, struct str path)
{
    size_t n = strlen(pattern);
    if (n >= 2 && strcmp(pattern + n - 2, "/*") == 0)
        return path.n >= n - 1 && memcmp(path.p, pattern, n - 1) == 0;
    return path.n == n && memcmp(path.p, pattern, n) == 0;
}

// Of the routes with this path, the one for the method; else the first, with *ret_methods all they
// take.
static const struct http_route *find(const struct exchange *ex, unsigned *ret_methods)
{
    unsigned wanted = ex->method == HTTP_HEAD ? HTTP_GET | HTTP_HEAD : ex->method;
    const struct http_route *first = NULL;
    *ret_methods = 0;
    for (const struct http_route *r = ex->server->config.routes; r->path; r++) {
        if (!path_matches(r->path, ex->path))
            continue;
        *ret_methods |= r->methods;
        if (r->methods & wanted)
            return r;
        first = first ? first : r;
    }
    return first;
}

static bool refuse_method(struct exchange *ex, unsigned methods)
{
    if (!ex->method) {
        reply_error(ex, 501, "invalid_request", "This method is not known here");
        return false;
    }
    /*= rfc9110 15.5.6 "The origin server MUST generate an Allow header field in a 405 response…" */
    if (ex->route->cors)
        methods |= HTTP_OPTIONS;
    http_add_header(ex, "Allow", method_list(ex->arena, methods));
    reply_error(ex, 405, "invalid_request", "This method is not allowed here");
    return false;
}

static bool serves(const struct http_route *route, enum http_method method)
{
    unsigned methods = route->methods | (route->methods & HTTP_GET ? HTTP_HEAD : 0);
    return (methods & method) != 0;
}

bool router_find(struct exchange *ex)
{
    unsigned methods = 0;
    ex->route = find(ex, &methods);
    if (!(ex->route && ex->route->any_host) && !admit_host(ex))
        return false;
    if (!ex->route) {
        reply_error(ex, 404, "not_found", "There is nothing at this path");
        return false;
    }
    if (!admit_origin(ex))
        return false;
    if (serves(ex->route, ex->method))
        return true;
    if (ex->method == HTTP_OPTIONS && ex->route->cors) {
        cors_preflight(ex);
        return false;
    }
    return refuse_method(ex, methods);
}
