// SPDX-License-Identifier: MIT
#include "upstream.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "http/http.h"
#include "json/write.h"

#define TEXT_MAX (4 * 1024 * 1024)

struct upstream {
    struct http_server *server;
    struct http_route routes[2];
    pthread_mutex_t lock;
    const json_t *script; // under lock
    size_t at;            // under lock
    size_t count;         // under lock: requests since the last script
    int status;           // under lock: of every answer, 0: as the script says
    const char *body;     // under lock
    bool reads;           // under lock: only reads are expected, in any order
    struct buf wrong;     // under lock
};

static const char *method_of(struct exchange *ex)
{
    switch (http_method(ex)) {
    case HTTP_GET:
        return "GET";
    case HTTP_POST:
        return "POST";
    case HTTP_PUT:
        return "PUT";
    case HTTP_DELETE:
        return "DELETE";
    default:
        return "?";
    }
}

static void differs(struct upstream *u, const char *what, struct str expected, struct str got)
{
    buf_addf(&u->wrong,
             "    request %zu: %s\n      expected " STR_FMT "\n      got      " STR_FMT "\n",
             u->at + 1, what, STR_ARG(expected), STR_ARG(got));
}

static void judge_path(struct upstream *u, struct exchange *ex, const json_t *expected)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT(TEXT_MAX);
    struct str wanted = dom_str(expected, "path");
    if (!buf_add_urldecoded(&path, wanted, false) || !str_eq(buf_str(&path), http_path(ex)))
        differs(u, "path", wanted, http_path(ex));
}

// A GraphQL document, blanks collapsed.
static json_t *collapsed(struct str document)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(TEXT_MAX);
    for (size_t i = 0; i < document.n; i++) {
        bool blank = isspace((unsigned char)document.p[i]);
        if (!blank)
            buf_addc(&out, document.p[i]);
        else if (out.n && out.p[out.n - 1] != ' ')
            buf_addc(&out, ' ');
    }
    return dom_string(str_trim(buf_str(&out)));
}

static void collapse_document(json_t *body)
{
    struct str document = dom_str(body, "query");
    if (document.p && json_object_get(body, "variables"))
        dom_set(body, "query", collapsed(document));
}

static void judge_body(struct upstream *u, struct exchange *ex, const json_t *expected)
{
    struct err err;
    JSON_AUTO *got = NULL;
    json_t *body = json_object_get(expected, "body");
    JSON_AUTO *wanted = body ? json_deep_copy(body) : json_object();
    if (!dom_parse(http_body(ex), &got, &err)) {
        differs(u, "the body is no JSON", STR("JSON"), http_body(ex));
        return;
    }
    collapse_document(got);
    collapse_document(wanted);
    if (json_equal(got, wanted))
        return;
    CLEANUP(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
    CLEANUP(buf_release) struct buf text_got = BUF_INIT(TEXT_MAX);
    json_add_compact(&text, wanted);
    json_add_compact(&text_got, got);
    differs(u, "body", buf_str(&text), buf_str(&text_got));
}

static void answer(struct exchange *ex, const json_t *expected)
{
    json_t *tree = json_object_get(expected, "answer");
    int status = (int)dom_int(expected, "status", 200);
    CLEANUP(buf_release) struct buf body = BUF_INIT(TEXT_MAX);
    if (tree && !json_is_null(tree))
        json_add_compact(&body, tree);
    http_reply(ex, status, status == 204 ? NULL : "application/json", buf_str(&body));
}

static int compare_pairs(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static size_t pairs_of(struct str query, struct str *ret, size_t max)
{
    size_t n = 0;
    while (query.n && query.p && n < max)
        ret[n++] = str_cut(&query, '&');
    qsort(ret, n, sizeof(ret[0]), compare_pairs);
    return n;
}

bool upstream_same_query(struct str a, struct str b)
{
    struct str pairs_a[100], pairs_b[100];
    size_t n = pairs_of(a, pairs_a, ARRAY_LEN(pairs_a));
    if (n != pairs_of(b, pairs_b, ARRAY_LEN(pairs_b)))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!str_eq(pairs_a[i], pairs_b[i]))
            return false;
    return true;
}

static const json_t *read_at(const json_t *script, struct str path)
{
    for (size_t i = 0; i < json_array_size(script); i++) {
        const json_t *expected = json_array_get(script, i);
        CLEANUP(buf_release) struct buf plain = BUF_INIT(TEXT_MAX);
        if (str_is(dom_str(expected, "method"), "GET") &&
            buf_add_urldecoded(&plain, dom_str(expected, "path"), false) &&
            str_eq(buf_str(&plain), path))
            return expected;
    }
    return NULL;
}

static void on_read(struct upstream *u, struct exchange *ex)
{
    const json_t *expected = read_at(u->script, http_path(ex));
    if (http_method(ex) != HTTP_GET)
        differs(u, "a write was sent", STR("reads"), http_path(ex));
    if (expected)
        answer(ex, expected);
    else
        http_reply(ex, 404, "application/json", STR("{}"));
}

static void on_request(struct exchange *ex, void *ctx)
{
    struct upstream *u = ctx;
    if (str_ends(http_path(ex), STR("/oauth2/v1/token"))) {
        http_reply(
            ex, 200, "application/json",
            STR("{\"access_token\":\"wire\",\"token_type\":\"Bearer\",\"expires_in\":3600}"));
        return;
    }
    pthread_mutex_lock(&u->lock);
    u->count++;
    if (u->status) {
        http_reply(ex, u->status, "application/json", str_c(u->body));
        pthread_mutex_unlock(&u->lock);
        return;
    }
    if (u->reads) {
        on_read(u, ex);
        pthread_mutex_unlock(&u->lock);
        return;
    }
    const json_t *expected = u->script ? json_array_get(u->script, u->at) : NULL;
    if (!expected) {
        if (u->script)
            differs(u, "nothing more was expected", STR("no request"), http_path(ex));
        http_reply(ex, 404, "application/json", STR("{}"));
        pthread_mutex_unlock(&u->lock);
        return;
    }
    if (!str_is(dom_str(expected, "method"), method_of(ex)))
        differs(u, "method", dom_str(expected, "method"), str_c(method_of(ex)));
    judge_path(u, ex, expected);
    if (!upstream_same_query(dom_str(expected, "query"), http_raw_query(ex)))
        differs(u, "query", dom_str(expected, "query"), http_raw_query(ex));
    judge_body(u, ex, expected);
    answer(ex, expected);
    u->at++;
    pthread_mutex_unlock(&u->lock);
}

struct upstream *upstream_new(void)
{
    struct upstream *u = mem_zalloc(1, sizeof(*u));
    u->routes[0] = (struct http_route){ HTTP_GET | HTTP_POST | HTTP_PUT | HTTP_DELETE,
                                        "/*",
                                        on_request,
                                        u,
                                        .max_body = TEXT_MAX,
                                        .any_host = true };
    struct err err;
    pthread_mutex_init(&u->lock, NULL);
    buf_init(&u->wrong, TEXT_MAX);
    const struct http_config config = {
        .host = "127.0.0.1", .routes = u->routes, .threads = 1, .workers = 1
    };
    if (!http_server_new(&config, &u->server, &err)) {
        fprintf(stderr, "upstream: %s\n", err.text);
        exit(2);
    }
    return u;
}

void upstream_free(struct upstream *u)
{
    http_server_stop(u->server, 1000);
    buf_release(&u->wrong);
    pthread_mutex_destroy(&u->lock);
    free(u);
}

int upstream_port(const struct upstream *u)
{
    return http_server_port(u->server);
}

void upstream_script(struct upstream *u, const json_t *exchanges)
{
    pthread_mutex_lock(&u->lock);
    u->script = exchanges;
    u->at = 0;
    u->count = 0;
    u->status = 0;
    u->reads = false;
    buf_reset(&u->wrong);
    pthread_mutex_unlock(&u->lock);
}

void upstream_always(struct upstream *u, int status, const char *body)
{
    upstream_script(u, NULL);
    pthread_mutex_lock(&u->lock);
    u->status = status;
    u->body = body;
    pthread_mutex_unlock(&u->lock);
}

void upstream_reads(struct upstream *u, const json_t *exchanges)
{
    upstream_script(u, exchanges);
    pthread_mutex_lock(&u->lock);
    u->reads = true;
    pthread_mutex_unlock(&u->lock);
}

size_t upstream_count(struct upstream *u)
{
    pthread_mutex_lock(&u->lock);
    size_t count = u->count;
    pthread_mutex_unlock(&u->lock);
    return count;
}

void upstream_differences(struct upstream *u, struct buf *out)
{
    pthread_mutex_lock(&u->lock);
    buf_add(out, buf_str(&u->wrong));
    if (u->script && !u->reads && u->at < json_array_size(u->script))
        buf_addf(out, "    only %zu of %zu requests were sent\n", u->at,
                 json_array_size(u->script));
    pthread_mutex_unlock(&u->lock);
}
