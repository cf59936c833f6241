// SPDX-License-Identifier: MIT
// A request's way: faults, bearer, resource, journal.
#include "fake.h"

#include <unistd.h>

#include "api.h"
#include "base/clock.h"
#include "base/mem.h"
#include "json/write.h"

#define BODY_MAX (1024 * 1024)
#define ANY      (HTTP_GET | HTTP_POST | HTTP_PUT | HTTP_DELETE | HTTP_PATCH)

// --- answers ---

void answer(struct call *c, int status, struct str json)
{
    c->status = status;
    http_reply(c->ex, status, JSON_TYPE, json);
}

void answer_tree(struct call *c, int status, const json_t *tree)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(ANSWER_MAX);
    json_add_compact(&out, tree);
    answer(c, status, buf_str(&out));
}

void answer_empty(struct call *c, int status)
{
    c->status = status;
    http_reply(c->ex, status, NULL, STR_NONE);
}

static void free_tree(void *tree)
{
    json_decref(tree);
}

bool call_body(struct call *c, json_t **ret)
{
    struct str text = str_trim(http_body(c->ex));
    struct err err = { 0 };
    *ret = NULL;
    if (!text.n)
        return true;
    if (!c->body) {
        if (!dom_parse(text, &c->body, &err)) {
            answer_error(c, 400, NULL, "the body is no JSON: " STR_FMT, STR_ARG(err_text(&err)));
            return false;
        }
        arena_defer(c->arena, free_tree, c->body);
    }
    *ret = c->body;
    return true;
}

// --- a request ---

static const char *method_name(enum http_method method)
{
    switch (method) {
    case HTTP_POST:
        return "POST";
    case HTTP_PUT:
        return "PUT";
    case HTTP_DELETE:
        return "DELETE";
    case HTTP_PATCH:
        return "PATCH";
    default:
        return "GET";
    }
}

/*= rfc6750 2.1 "…Authorization: Bearer mF_9.B5f-4.1JqM…" */
static bool signed_in(struct call *c)
{
    struct str given = http_header(c->ex, "Authorization");
    if (str_eq_nocase(str_slice(given, 0, 7), STR("Bearer ")))
        c->token = tokens_find(c->fake->tokens, str_slice(given, 7, given.n), clock_now());
    if (c->token)
        return true;
    http_add_header(c->ex, "WWW-Authenticate", STR("Bearer"));
    answer_error(c, 401, NULL, "the access token is missing, expired or not known");
    return false;
}

static void serve(struct call *c)
{
    struct str path = http_path(c->ex);
    enum http_method method = http_method(c->ex);
    unsigned allowed = 0;
    method = method == HTTP_HEAD ? HTTP_GET : method;
    if (!signed_in(c))
        return;
    if (c->api && c->api->graphql && str_ends(path, STR("s/graphql"))) {
        allowed = HTTP_POST;
        if (method == HTTP_POST) {
            graphql_handle(c);
            return;
        }
    } else if (c->api && !c->api->graphql && resource_find(c, path, method, &allowed)) {
        records_handle(c);
        return;
    }
    if (!allowed)
        answer_error(c, 404, NULL, "there is nothing at " STR_FMT, STR_ARG(path));
    else
        answer_error(c, 405, NULL, "this method is not allowed at " STR_FMT, STR_ARG(path));
}

static void note(struct call *c)
{
    struct str query = http_raw_query(c->ex);
    const struct journal_line line = {
        .method = method_name(http_method(c->ex)),
        .path = http_path(c->ex),
        .query = query.p ? query : STR(""),
        .body = http_body(c->ex),
        .token = c->token ? str_c(c->token->fingerprint.text) : STR(""),
        .status = c->status,
    };
    journal_add(c->fake->journal, &line);
}

static void begin(struct call *c, struct fake *f, struct exchange *ex)
{
    *c = (struct call){ .fake = f, .ex = ex, .arena = http_arena(ex) };
    c->api = api_find(http_path(ex));
}

static void route(struct call *c)
{
    if (str_is(http_path(c->ex), "/oauth2/v1/token"))
        token_handle(c);
    else
        serve(c);
    note(c);
}

// --- faults ---

static void spoil(struct call *c, const struct fault *fault)
{
    static const int statuses[] = {
        [FAULT_401] = 401, [FAULT_429] = 429, [FAULT_500] = 500, [FAULT_503] = 503
    };
    if (fault->kind == FAULT_CUT) {
        http_break(c->ex);
    } else if (fault->kind == FAULT_EDIT_LOCK) {
        answer_error(c, 409, "EDIT_LOCK_NOT_AVAILABLE", "another administrator is editing");
    } else if (fault->kind == FAULT_BAD_JSON) {
        answer(c, 200, STR("{\"list\":[{\"id\":"));
    } else {
        int status = statuses[fault->kind];
        if (fault->retry_after >= 0 && (status == 429 || status == 503))
            http_add_header(c->ex, "Retry-After", arena_printf(c->arena, "%d", fault->retry_after));
        answer_error(c, status, NULL, "this fault was ordered");
    }
    note(c);
}

static void answer_late(struct exchange *ex, void *ctx)
{
    struct fake *f = ctx;
    const struct fault *fault = http_local(ex);
    for (int ms = 0; ms < fault->ms && !cancel_is_set(http_cancel(ex)); ms += 5)
        usleep(5000);
    struct call c;
    begin(&c, f, ex);
    pthread_mutex_lock(&f->lock);
    route(&c);
    pthread_mutex_unlock(&f->lock);
}

// True when the request has to wait on a worker, outside the lock.
static bool handle_locked(struct call *c)
{
    struct fault fault;
    c->fake->requests++;
    if (!faults_take(c->fake->faults, method_name(http_method(c->ex)), http_path(c->ex), &fault)) {
        route(c);
        return false;
    }
    if (fault.kind != FAULT_LATENCY && fault.kind != FAULT_SLOW_BODY) {
        spoil(c, &fault);
        return false;
    }
    struct fault *kept = arena_alloc(c->arena, sizeof(*kept));
    *kept = fault;
    http_set_local(c->ex, kept);
    return true;
}

static void handle(struct exchange *ex, void *ctx)
{
    struct fake *f = ctx;
    struct call c;
    begin(&c, f, ex);
    pthread_mutex_lock(&f->lock);
    bool wait = handle_locked(&c);
    pthread_mutex_unlock(&f->lock);
    if (wait)
        (void)http_defer(ex, answer_late, f);
}

static void handle_control(struct exchange *ex, void *ctx)
{
    struct fake *f = ctx;
    struct call c;
    begin(&c, f, ex);
    pthread_mutex_lock(&f->lock);
    control_handle(&c);
    pthread_mutex_unlock(&f->lock);
}

static const struct http_route routes[] = {
    { HTTP_GET | HTTP_POST | HTTP_DELETE, "/_fake/*", handle_control },
    { ANY, "/*", handle, .max_body = BODY_MAX, .any_host = true },
    { 0 },
};

// --- life ---

static void order_configured(struct fake *f)
{
    const json_t *list = dom_get(f->config, "faults");
    for (size_t i = 0; i < json_array_size(list); i++)
        (void)!faults_order(f->faults, json_array_get(list, i), NULL); // judged before
}

struct fake *fake_new(json_t *config)
{
    struct fake *f = mem_zalloc(1, sizeof(*f));
    pthread_mutex_init(&f->lock, NULL);
    f->config = config;
    f->stores = stores_new(dom_int(config, "seed", 0));
    f->tokens = tokens_new();
    f->faults = faults_new();
    f->journal = journal_new();
    order_configured(f);
    return f;
}

void fake_seed(struct fake *f)
{
    stores_reset(f->stores);
    journal_clear(f->journal);
}

void fake_reset(struct fake *f)
{
    fake_seed(f);
    tokens_expire(f->tokens);
    faults_clear(f->faults);
    f->requests = f->token_requests = 0;
    order_configured(f);
}

bool fake_listen(struct fake *f, const char *host, int port, size_t threads, struct err *err)
{
    const struct http_config config = {
        .host = host,
        .port = port,
        .routes = routes,
        .default_ctx = f,
        .threads = threads,
        .workers = 32,
        .queue = 256,
        .max_header_bytes = 16 * 1024, // is cleared after each request
    };
    return http_server_new(&config, &f->server, err);
}

int fake_port(const struct fake *f)
{
    return http_server_port(f->server);
}

void fake_free(struct fake *f)
{
    if (!f)
        return;
    http_server_stop(f->server, 100);
    stores_free(f->stores);
    tokens_free(f->tokens);
    faults_free(f->faults);
    journal_free(f->journal);
    json_decref(f->config);
    pthread_mutex_destroy(&f->lock);
    free(f);
}
