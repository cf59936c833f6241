// SPDX-License-Identifier: MIT
// The client against a scripted API: how often it asks, how long it would wait, what it says.
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/clock.h"
#include "oneapi/internal.h"
#include "unit/scripted.h"

#define NOW 1788220800

struct reply {
    int status;
    const char *header, *body; // header: raw lines; without Content-Type it is JSON
};

// A scripted sign-in service and API in one, as ZSCALER_MCP_ONEAPI_URL makes them.
struct fake {
    struct scripted server;
    pthread_mutex_t lock;
    // under lock
    struct reply token;      // status 0: a good token
    struct reply replies[8]; // to API calls, the last one again and again
    size_t calls, tokens;
    int expires_in;
    const char *reject; // bearer that is answered 401
    char form[4096];    // of the last token request
    char agent[256], bearer[128], target[512], body[256], method[16], partner[32], content_type[64];
    // of the waits
    int waits[8];
    size_t waited;
};

static struct fake *fake; // of the running test
static struct fetcher *fetcher;

static void keep(char *to, size_t size, struct str s)
{
    snprintf(to, size, STR_FMT, STR_ARG(s));
}

static void answer_with(struct scripted_answer *answer, const struct reply *reply)
{
    answer->status = reply->status;
    if (reply->header)
        buf_adds(&answer->header, reply->header);
    if (!reply->header || !strstr(reply->header, "Content-Type"))
        buf_adds(&answer->header, "Content-Type: application/json\r\n");
    if (reply->body)
        buf_adds(&answer->body, reply->body);
}

static void serve_token(struct fake *f, const struct scripted_request *request,
                        struct scripted_answer *answer)
{
    f->tokens++;
    keep(f->form, sizeof f->form, request->body);
    keep(f->content_type, sizeof f->content_type, scripted_header(request, "Content-Type"));
    if (f->token.status) {
        answer_with(answer, &f->token);
        return;
    }
    answer->status = 200;
    buf_addf(&answer->body,
             "{\"access_token\":\"token-%zu\",\"token_type\":\"Bearer\",\"expires_in\":%d}",
             f->tokens, f->expires_in);
}

static void serve_api(struct fake *f, const struct scripted_request *request,
                      struct scripted_answer *answer)
{
    size_t i = f->calls++;
    size_t last = 0;
    for (size_t n = 0; n < ARRAY_LEN(f->replies); n++)
        if (f->replies[n].status)
            last = n;
    keep(f->agent, sizeof f->agent, scripted_header(request, "User-Agent"));
    keep(f->bearer, sizeof f->bearer, scripted_header(request, "Authorization"));
    keep(f->partner, sizeof f->partner, scripted_header(request, "x-partner-id"));
    keep(f->content_type, sizeof f->content_type, scripted_header(request, "Content-Type"));
    keep(f->target, sizeof f->target, request->target);
    keep(f->method, sizeof f->method, request->method);
    keep(f->body, sizeof f->body, request->body);
    static const struct reply refused = { 401, NULL, "{\"code\":\"AUTH\",\"message\":\"no\"}" };
    bool reject = f->reject && strcmp(f->bearer, f->reject) == 0;
    answer_with(answer, reject ? &refused : &f->replies[i < last ? i : last]);
}

static void serve(void *ctx, const struct scripted_request *request, struct scripted_answer *answer)
{
    struct fake *f = ctx;
    pthread_mutex_lock(&f->lock);
    if (str_is(request->target, "/oauth2/v1/token"))
        serve_token(f, request, answer);
    else
        serve_api(f, request, answer);
    pthread_mutex_unlock(&f->lock);
}

static bool count_wait(void *ctx, int ms, struct cancel *cancel)
{
    struct fake *f = ctx;
    if (f->waited < ARRAY_LEN(f->waits))
        f->waits[f->waited] = ms;
    f->waited++;
    return !cancel_is_set(cancel);
}

static struct oneapi *client_with(struct oneapi_config config)
{
    static char base[64];
    struct oneapi *api;
    struct err err;
    snprintf(base, sizeof base, "http://127.0.0.1:%d/", fake->server.port);
    config.client_id = config.client_id ? config.client_id : "fake id";
    config.client_secret =
        config.client_secret || config.private_key ? config.client_secret : "s3cret&value";
    config.vanity_domain = "acme";
    config.base_url = base;
    assert_true(oneapi_new(&config, fetcher, &api, &err));
    api->sleep = count_wait;
    api->sleep_ctx = fake;
    return api;
}

static int set_up(void **state)
{
    fake = calloc(1, sizeof *fake);
    pthread_mutex_init(&fake->lock, NULL);
    fake->expires_in = 3600;
    fake->replies[0] = (struct reply){ 200, NULL, "[]" };
    clock_freeze(NOW);
    *state = fake;
    return scripted_start(&fake->server, 0, serve, fake) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    scripted_stop(&fake->server);
    pthread_mutex_destroy(&fake->lock);
    free(fake);
    clock_freeze(0);
    return 0;
}

static bool get(struct oneapi *api, const char *path, struct arena *arena,
                struct oneapi_response *ret, struct err *err)
{
    const struct oneapi_request request = { .method = "GET", .path = str_c(path) };
    return oneapi_send(api, &request, arena, ret, err);
}

// --- attempts, waits, texts ---

#define ERROR_BODY "{\"code\":\"SOME\",\"message\":\"words\"}"
#define ERROR_TEXT(status, path)                                                                   \
    "{\n  \"status\": " status                                                                     \
    ",\n  \"code\": \"SOME\",\n  \"message\": \"words\",\n  \"url\": \"BASE" path "\"\n}"
#define LABELS   "/zia/api/v1/ruleLabels"
#define SEGMENTS "/zpa/mgmtconfig/v1/admin/customers/1/segmentGroup"
#define LOCKED   "{\"code\":\"EDIT_LOCK_NOT_AVAILABLE\",\"message\":\"locked\"}"

struct error_case {
    const char *name, *path;
    struct reply replies[3];
    size_t attempts;
    int waits[2]; // seconds
    size_t tokens;
    const char *text; // whole text with BASE for the address; NULL: success; ending in "*": only
                      // its beginning
};

static const struct error_case error_cases[] = {
    { "400", LABELS, { { 400, NULL, ERROR_BODY } }, 1, { 0 }, 1, ERROR_TEXT("400", LABELS) },
    { "403", LABELS, { { 403, NULL, ERROR_BODY } }, 1, { 0 }, 1, ERROR_TEXT("403", LABELS) },
    { "404", LABELS, { { 404, NULL, ERROR_BODY } }, 1, { 0 }, 1, ERROR_TEXT("404", LABELS) },
    { "500", LABELS, { { 500, NULL, ERROR_BODY } }, 1, { 0 }, 1, ERROR_TEXT("500", LABELS) },
    { "401 for ever", LABELS, { { 401, NULL, ERROR_BODY } }, 3, { 0 }, 3, "The API answered 401*" },
    { "401, then fine",
      LABELS,
      { { 401, NULL, ERROR_BODY }, { 200, NULL, "[]" } },
      2,
      { 0 },
      2,
      NULL },
    { "409 edit lock",
      LABELS,
      { { 409, NULL, LOCKED } },
      3,
      { 5, 10 },
      1,
      "{\n  \"status\": 409,\n  \"code\": \"EDIT_LOCK_NOT_AVAILABLE\",\n  \"message\": \"locked\",\n  \"url\": \"BASE" LABELS
      "\"\n}" },
    { "409 edit lock elsewhere",
      SEGMENTS,
      { { 409, NULL, LOCKED } },
      1,
      { 0 },
      1,
      "{\n  \"status\": 409,\n  \"code\": \"EDIT_LOCK_NOT_AVAILABLE\",\n  \"message\": \"locked\",\n  \"url\": \"BASE" SEGMENTS
      "\"\n}" },
    { "409 of another kind",
      LABELS,
      { { 409, NULL, ERROR_BODY } },
      1,
      { 0 },
      1,
      ERROR_TEXT("409", LABELS) },
    { "429 Retry-After",
      LABELS,
      { { 429, "Retry-After: 3\r\n", ERROR_BODY } },
      3,
      { 4, 4 },
      1,
      ERROR_TEXT("429", LABELS) },
    { "429 Retry-After 2s",
      LABELS,
      { { 429, "Retry-After: 2s\r\n", ERROR_BODY } },
      3,
      { 3, 3 },
      1,
      ERROR_TEXT("429", LABELS) },
    { "429 x-ratelimit-reset",
      LABELS,
      { { 429, "x-ratelimit-reset: 7\r\n", ERROR_BODY } },
      3,
      { 8, 8 },
      1,
      ERROR_TEXT("429", LABELS) },
    { "503 RateLimit-Reset",
      LABELS,
      { { 503, "RateLimit-Reset: 7\r\n", ERROR_BODY } },
      3,
      { 8, 8 },
      1,
      ERROR_TEXT("503", LABELS) },
    { "429 without",
      LABELS,
      { { 429, NULL, ERROR_BODY } },
      1,
      { 0 },
      1,
      ERROR_TEXT("429", LABELS) },
    { "429 date",
      LABELS,
      { { 429, "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n", ERROR_BODY } },
      1,
      { 0 },
      1,
      ERROR_TEXT("429", LABELS) },
    { "429 negative",
      LABELS,
      { { 429, "Retry-After: -3\r\n", ERROR_BODY } },
      1,
      { 0 },
      1,
      ERROR_TEXT("429", LABELS) },
    { "429 beyond the deadline",
      LABELS,
      { { 429, "Retry-After: 3600\r\n", ERROR_BODY } },
      1,
      { 0 },
      1,
      ERROR_TEXT("429", LABELS) },
    { "429, then fine",
      LABELS,
      { { 429, "Retry-After: 1\r\n", ERROR_BODY }, { 200, NULL, "[]" } },
      2,
      { 2 },
      1,
      NULL },
    { "503 Retry-After",
      LABELS,
      { { 503, "Retry-After: 1\r\n", ERROR_BODY } },
      3,
      { 2, 2 },
      1,
      ERROR_TEXT("503", LABELS) },
    { "503 without",
      LABELS,
      { { 503, NULL, ERROR_BODY } },
      1,
      { 0 },
      1,
      ERROR_TEXT("503", LABELS) },
    { "504 Retry-After",
      LABELS,
      { { 504, "Retry-After: 1\r\n", ERROR_BODY } },
      3,
      { 2, 2 },
      1,
      ERROR_TEXT("504", LABELS) },
    { "502 text",
      LABELS,
      { { 502, "Content-Type: text/plain\r\n", "Bad gateway" } },
      1,
      { 0 },
      1,
      "{\n  \"status\": 502,\n  \"code\": null,\n  \"message\": \"Bad gateway\",\n  \"url\": \"BASE" LABELS
      "\"\n}" },
    { "500 html",
      LABELS,
      { { 500, "Content-Type: text/html\r\n", "<html>oops</html>" } },
      1,
      { 0 },
      1,
      "{\n  \"status\": 500,\n  \"code\": null,\n  \"message\": \"<html>oops</html>\",\n  \"url\": \"BASE" LABELS
      "\"\n}" },
    { "200 bad JSON",
      LABELS,
      { { 200, NULL, "{not json" } },
      1,
      { 0 },
      1,
      "HTTP 200 {not json\nThe answer of the API cannot be read: invalid JSON: *" },
    { "200 empty", LABELS, { { 200, NULL, "" } }, 1, { 0 }, 1, "HTTP 200 " },
    { "403 empty", LABELS, { { 403, NULL, "" } }, 1, { 0 }, 1, "HTTP 403 " },
    { "ZPA words",
      SEGMENTS,
      { { 400, NULL, "{\"id\":\"resource.error\",\"reason\":\"Reason text\"}" } },
      1,
      { 0 },
      1,
      "{\n  \"status\": 400,\n  \"code\": \"resource.error\",\n  \"message\": \"Reason text\",\n  \"url\": \"BASE" SEGMENTS
      "\"\n}" },
    { "null gives way to the next",
      LABELS,
      { { 400, NULL, "{\"title\":\"INVALID\",\"errorCode\":null,\"errorMessage\":\"m\"}" } },
      1,
      { 0 },
      1,
      "{\n  \"status\": 400,\n  \"code\": \"INVALID\",\n  \"message\": \"m\",\n  \"url\": \"BASE" LABELS
      "\"\n}" },
    { "path and timestamp",
      LABELS,
      { { 400, NULL,
          "{\"msgId\":\"invalid.access\",\"detail\":\"d\",\"timestamp\":\"t\",\"path\":\"/x\"}" } },
      1,
      { 0 },
      1,
      "{\n  \"status\": 400,\n  \"code\": \"invalid.access\",\n  \"message\": \"d\",\n  \"url\": \"BASE" LABELS
      "\",\n  \"path\": \"/x\",\n  \"timestamp\": \"t\"\n}" },
    { "graphql",
      "/zins/graphql",
      { { 200, NULL,
          "{\"errors\":[{\"message\":\"bad window\",\"path\":[\"A\",\"b\"],\"locations\":[{\"line\":1}],"
          "\"extensions\":{\"classification\":\"BAD_REQUEST\"}}],\"data\":null}" } },
      1,
      { 0 },
      1,
      "{\n  \"service\": \"zins\",\n  \"status\": 200,\n  \"url\": \"BASE/zins/graphql\",\n  \"errors\": [\n    {\n      "
      "\"message\": \"bad window\",\n      \"path\": [\n        \"A\",\n        \"b\"\n      ],\n      \"classification\": "
      "\"BAD_REQUEST\"\n    }\n  ]\n}" },
    { "graphql, bare",
      "/zms/graphql",
      { { 200, NULL, "{\"errors\":[{\"message\":\"boom\",\"classification\":\"X\"}]}" } },
      1,
      { 0 },
      1,
      "{\n  \"service\": \"zms\",\n  \"status\": 200,\n  \"url\": \"BASE/zms/graphql\",\n  \"errors\": [\n    {\n      "
      "\"message\": \"boom\",\n      \"path\": [],\n      \"classification\": null\n    }\n  ]\n}" },
    { "errors outside graphql",
      LABELS,
      { { 200, NULL, "{\"errors\":[{\"message\":\"boom\"}]}" } },
      1,
      { 0 },
      1,
      NULL },
    { "no errors in graphql",
      "/zms/graphql",
      { { 200, NULL, "{\"errors\":[],\"data\":{}}" } },
      1,
      { 0 },
      1,
      NULL },
};

// The text without its last member, what to do; every refusal has one.
static void add_without_hint(struct str text, struct buf *out)
{
    ptrdiff_t at = str_find(text, STR(",\n  \"hint\": \""));
    buf_add(out, at < 0 ? text : str_slice(text, 0, (size_t)at));
    buf_adds(out, at < 0 ? "" : "\n}");
    if (at < 0 && (str_starts(text, STR("{\n  \"status\": 4")) ||
                   str_starts(text, STR("{\n  \"status\": 5"))))
        fail_msg("no hint: " STR_FMT, STR_ARG(text));
}

static void check_text(const struct error_case *c, struct str text)
{
    CLEANUP(buf_release) struct buf bare = BUF_INIT(8192);
    add_without_hint(text, &bare);
    struct str got = buf_str(&bare);
    CLEANUP(buf_release) struct buf want = BUF_INIT(8192);
    const char *base = strstr(c->text, "BASE");
    struct str rest = str_c(base ? base + 4 : c->text);
    if (base) {
        buf_add(&want, str_of(c->text, (size_t)(base - c->text)));
        buf_addf(&want, "http://127.0.0.1:%d", fake->server.port);
    }
    buf_add(&want, rest);
    bool prefix = want.n && want.p[want.n - 1] == '*';
    if (prefix)
        buf_truncate(&want, want.n - 1);
    if (prefix ? !str_starts(got, buf_str(&want)) : !str_eq(got, buf_str(&want)))
        fail_msg("%s: got <" STR_FMT ">, wanted <%s>", c->name, STR_ARG(got), buf_cstr(&want));
}

static void run_error_case(const struct error_case *c)
{
    struct err err = { 0 };
    struct oneapi_response response;
    struct oneapi *api = client_with((struct oneapi_config){ 0 });
    struct arena *arena = arena_new();
    memset(fake->replies, 0, sizeof fake->replies);
    memcpy(fake->replies, c->replies, sizeof c->replies);
    fake->calls = fake->tokens = fake->waited = 0;
    bool ok = get(api, c->path, arena, &response, &err);
    if (ok != !c->text || fake->calls != c->attempts || fake->tokens != c->tokens)
        fail_msg("%s: ok %d, attempts %zu, tokens %zu: %s", c->name, ok, fake->calls, fake->tokens,
                 err.text);
    for (size_t i = 0; i < ARRAY_LEN(c->waits); i++) {
        int low = i < fake->waited ? fake->waits[i] : 0;
        if (low < c->waits[i] * 1000 || low >= c->waits[i] * 1000 + (c->waits[i] ? JITTER_MS : 1))
            fail_msg("%s: wait %zu was %d ms", c->name, i, low);
    }
    if (c->text) {
        assert_int_equal(err.code, ERR_ONEAPI);
        check_text(c, response.error);
    }
    arena_free(arena);
    oneapi_free(api);
}

static void errors_and_retries_are_as_recorded(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(error_cases); i++)
        run_error_case(&error_cases[i]);
}

// A write that may have happened is never sent again; one that was refused before it began is.
static void writes_are_sent_again_where_that_is_safe(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path;
        struct reply reply;
        size_t attempts;
    } cases[] = {
        { "POST", LABELS, { 429, "Retry-After: 1\r\n", ERROR_BODY }, 3 },
        { "POST", LABELS, { 503, "Retry-After: 1\r\n", ERROR_BODY }, 3 },
        { "POST", LABELS, { 409, NULL, LOCKED }, 3 },
        { "POST", LABELS, { 401, NULL, ERROR_BODY }, 3 },
        { "POST", LABELS, { 504, "Retry-After: 1\r\n", ERROR_BODY }, 1 },
        { "POST", LABELS, { 500, "Retry-After: 1\r\n", ERROR_BODY }, 1 },
        { "POST", LABELS, { 0, NULL, "" }, 1 }, // the connection ends without a word
        { "POST", "/zms/graphql", { 504, "Retry-After: 1\r\n", ERROR_BODY }, 3 },
        { "PUT", LABELS, { 504, "Retry-After: 1\r\n", ERROR_BODY }, 3 },
        { "DELETE", LABELS, { 504, "Retry-After: 1\r\n", ERROR_BODY }, 3 },
        { "PUT", LABELS, { 0, NULL, "" }, 1 },
        { "GET", LABELS, { 0, NULL, "" }, 1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };
        struct oneapi_response response;
        struct oneapi *api = client_with((struct oneapi_config){ 0 });
        struct arena *arena = arena_new();
        const struct oneapi_request request = { .method = cases[i].method,
                                                .path = str_c(cases[i].path),
                                                .body = STR("{\"name\":\"x\"}") };
        memset(fake->replies, 0, sizeof fake->replies);
        fake->replies[0] = fake->replies[1] = fake->replies[2] = cases[i].reply;
        fake->calls = fake->tokens = fake->waited = 0;
        assert_false(oneapi_send(api, &request, arena, &response, &err));
        if (fake->calls != cases[i].attempts)
            fail_msg("case %zu: %zu attempts: %s", i, fake->calls, err.text);
        arena_free(arena);
        oneapi_free(api);
    }
}

static void an_answer_without_content_is_a_success(void **state)
{
    (void)state;
    static const struct {
        struct reply reply;
        bool has_json;
    } cases[] = {
        { { 204, NULL, NULL }, false },
        { { 200, NULL, "null" }, false },
        { { 200, "Content-Type: text/plain\r\n", "{not json" }, false },
        { { 200, "Content-Type: text/plain\r\n", "{\"a\":1}" }, true },
        { { 200, "Content-Type: application/json;charset=UTF-8\r\n", " [1] " }, true },
    };
    struct oneapi *api = client_with((struct oneapi_config){ 0 });
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct oneapi_response response;
        struct err err;
        struct arena *arena = arena_new();
        fake->replies[0] = cases[i].reply;
        assert_true(get(api, LABELS, arena, &response, &err));
        assert_int_equal(response.status, cases[i].reply.status);
        assert_int_equal(response.has_json, cases[i].has_json);
        arena_free(arena);
    }
    oneapi_free(api);
}

// --- what is sent ---

static void requests_carry_what_was_recorded(void **state)
{
    (void)state;
    struct oneapi *api = client_with(
        (struct oneapi_config){ .partner_id = "pp", .user_agent_comment = "my comment" });
    struct arena *arena = arena_new();
    struct oneapi_response response;
    struct err err;
    const struct oneapi_request request = { .method = "DELETE",
                                            .path = STR(LABELS "/7"),
                                            .query = STR("a=b+c") };
    assert_true(oneapi_send(api, &request, arena, &response, &err));
    assert_string_equal(
        fake->form, "grant_type=client_credentials&client_id=fake+id&client_secret=s3cret%26value&"
                    "audience=https%3A%2F%2Fapi.zscaler.com");
    assert_string_equal(fake->method, "DELETE");
    assert_string_equal(fake->target, LABELS "/7?a=b+c");
    assert_string_equal(fake->body, "{}");
    assert_string_equal(fake->content_type, "application/json");
    assert_string_equal(fake->bearer, "Bearer token-1");
    assert_string_equal(fake->partner, "pp");
    assert_true(str_starts(str_c(fake->agent), STR("zscaler-mcp/" ZSCALER_MCP_VERSION "/Linux-")));
    assert_true(str_ends(str_c(fake->agent), STR(" (my comment)")));
    arena_free(arena);
    oneapi_free(api);
}

static void microtenant_is_the_default_of_zpa_calls(void **state)
{
    (void)state;
    static const struct fetch_header own[] = { { "microtenantId", STR_INIT("9") }, { NULL } };
    static const struct {
        struct oneapi_request request;
        const char *target;
    } cases[] = {
        { { .method = "GET", .path = STR_INIT("/zpa/x") }, "/zpa/x?microtenantId=5+5" },
        { { .method = "GET", .path = STR_INIT("/zpa/x"), .query = STR_INIT("a=1") },
          "/zpa/x?a=1&microtenantId=5+5" },
        { { .method = "GET", .path = STR_INIT("/zpa/x"), .query = STR_INIT("microtenantId=7") },
          "/zpa/x?microtenantId=7" },
        { { .method = "GET", .path = STR_INIT("/zpa/x"), .headers = own }, "/zpa/x" },
        { { .method = "GET", .path = STR_INIT("/zia/x") }, "/zia/x" },
    };
    struct oneapi *api = client_with((struct oneapi_config){ .microtenant_id = "5 5" });
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena *arena = arena_new();
        struct oneapi_response response;
        struct err err;
        assert_true(oneapi_send(api, &cases[i].request, arena, &response, &err));
        assert_string_equal(fake->target, cases[i].target);
        arena_free(arena);
    }
    oneapi_free(api);
}

// --- the token ---

struct herd {
    struct oneapi *api;
    pthread_barrier_t start;
    _Atomic int good;
};

static void *one_of_the_herd(void *arg)
{
    struct herd *herd = arg;
    struct arena *arena = arena_new();
    struct oneapi_response response;
    struct err err;
    pthread_barrier_wait(&herd->start);
    if (get(herd->api, LABELS, arena, &response, &err))
        atomic_fetch_add(&herd->good, 1);
    arena_free(arena);
    return NULL;
}

static int run_herd(struct oneapi *api, size_t threads)
{
    struct herd herd = { .api = api };
    pthread_t ids[64];
    pthread_barrier_init(&herd.start, NULL, (unsigned)threads);
    for (size_t i = 0; i < threads; i++)
        assert_int_equal(pthread_create(&ids[i], NULL, one_of_the_herd, &herd), 0);
    for (size_t i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    pthread_barrier_destroy(&herd.start);
    return atomic_load(&herd.good);
}

static void sixty_four_threads_ask_for_one_token(void **state)
{
    (void)state;
    struct oneapi *api = client_with((struct oneapi_config){ 0 });
    assert_int_equal(run_herd(api, 64), 64);
    assert_int_equal(fake->tokens, 1);
    assert_int_equal(oneapi_token_requests(api), 1);
    oneapi_free(api);
}

static void a_refused_token_is_renewed_once_for_all(void **state)
{
    (void)state;
    struct oneapi *api = client_with((struct oneapi_config){ 0 });
    assert_int_equal(run_herd(api, 1), 1);
    fake->reject = "Bearer token-1";
    assert_int_equal(run_herd(api, 32), 32);
    assert_int_equal(fake->tokens, 2);
    oneapi_free(api);
}

static void wait_for_flights(struct oneapi *api, uint64_t flights)
{
    pthread_mutex_lock(&api->token.lock);
    while (api->token.flights < flights)
        pthread_cond_wait(&api->token.changed, &api->token.lock);
    pthread_mutex_unlock(&api->token.lock);
}

static void a_token_is_renewed_behind_the_scenes_and_at_expiry(void **state)
{
    (void)state;
    struct oneapi *api = client_with((struct oneapi_config){ 0 });
    assert_int_equal(run_herd(api, 1), 1);
    clock_freeze(NOW + 3600 - 61);
    assert_int_equal(run_herd(api, 1), 1);
    assert_int_equal(oneapi_token_requests(api), 1);
    clock_freeze(NOW + 3600 - 60); // inside the margin: this call still uses the old one
    assert_int_equal(run_herd(api, 1), 1);
    wait_for_flights(api, 2);
    assert_int_equal(run_herd(api, 1), 1);
    assert_string_equal(fake->bearer, "Bearer token-2");
    clock_freeze(NOW + 3 * 3600); // long expired: all wait for one new token
    assert_int_equal(run_herd(api, 32), 32);
    assert_int_equal(oneapi_token_requests(api), 3);
    assert_string_equal(fake->bearer, "Bearer token-3");
    oneapi_free(api);
}

static void a_failed_renewal_leaves_the_old_token(void **state)
{
    (void)state;
    struct oneapi *api = client_with((struct oneapi_config){ 0 });
    assert_int_equal(run_herd(api, 1), 1);
    fake->token = (struct reply){ 503, NULL, "busy" };
    clock_freeze(NOW + 3600 - 30);
    assert_int_equal(run_herd(api, 1), 1);
    wait_for_flights(api, 2);
    assert_int_equal(run_herd(api, 4), 4); // and no new request for some seconds
    assert_int_equal(oneapi_token_requests(api), 2);
    clock_freeze(NOW + 3600);
    assert_int_equal(run_herd(api, 1), 0);
    fake->token = (struct reply){ 0 };
    assert_int_equal(run_herd(api, 1), 1); // healed without a restart
    oneapi_free(api);
}

static void lives_of_tokens_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        int64_t life;
    } cases[] = {
        { "{\"access_token\":\"t\"}", 3600 },
        { "{\"access_token\":\"t\",\"expires_in\":\"120\"}", 120 },
        { "{\"access_token\":\"t\",\"expires_in\":0}", 3600 },
        { "{\"access_token\":\"t\",\"expires_in\":-5}", TOKEN_LIFE_MIN_S },
        { "{\"access_token\":\"t\",\"expires_in\":99999999999}", 86400 },
        { "{\"access_token\":\"t\",\"expires_in\":\"soon\"}", 3600 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct oneapi *api = client_with((struct oneapi_config){ 0 });
        fake->token = (struct reply){ 200, NULL, cases[i].answer };
        assert_int_equal(run_herd(api, 1), 1);
        assert_int_equal(api->token.expires - NOW, cases[i].life);
        oneapi_free(api);
    }
}

static void token_failures_say_what_to_do(void **state)
{
    (void)state;
    static const struct {
        struct reply reply;
        enum err_code code;
        const char *says;
    } cases[] = {
        { { 401, NULL,
            "{\"error\":\"invalid_client\",\"error_description\":\"Client authentication failed\"}" },
          ERR_ONEAPI_CREDENTIALS,
          "401, invalid_client: Client authentication failed. Check ZSCALER_CLIENT_ID and ZSCALER_CLIENT_SECRET" },
        { { 400, NULL, "you sent s3cret&value" }, ERR_ONEAPI_CREDENTIALS, "repeats the secret" },
        { { 404, NULL, "" }, ERR_ONEAPI_CREDENTIALS, "ZSCALER_VANITY_DOMAIN" },
        { { 302, "Location: https://elsewhere.example/\r\n", "" }, ERR_ONEAPI_CREDENTIALS, "302" },
        { { 500, NULL, "{\"error\":\"server\"}" }, ERR_UPSTREAM, "500 (server)" },
        { { 429, NULL, "" }, ERR_UPSTREAM, "try again" },
        { { 200, NULL, "oops" }, ERR_UPSTREAM, "not JSON" },
        { { 200, NULL, "{\"token_type\":\"Bearer\"}" }, ERR_UPSTREAM, "without an access token" },
        { { 200, NULL, "{\"access_token\":\"a\\r\\nX: y\"}" }, ERR_UPSTREAM, "no header" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct oneapi *api = client_with((struct oneapi_config){ 0 });
        struct arena *arena = arena_new();
        struct oneapi_response response;
        struct err err = { 0 };
        fake->token = cases[i].reply;
        fake->calls = 0;
        assert_false(get(api, LABELS, arena, &response, &err));
        assert_int_equal(err.code, cases[i].code);
        if (!strstr(err.text, cases[i].says) || strstr(err.text, "s3cret"))
            fail_msg("case %zu: %s", i, err.text);
        assert_int_equal(fake->calls, 0);
        arena_free(arena);
        oneapi_free(api);
    }
}

static void secrets_do_not_come_back(void **state)
{
    (void)state;
    struct oneapi *api = client_with((struct oneapi_config){ 0 });
    struct arena *arena = arena_new();
    struct oneapi_response response;
    struct err err;
    fake->replies[0] =
        (struct reply){ 400, NULL, "{\"message\":\"Bearer token-1 and s3cret&value, token-1\"}" };
    assert_false(get(api, LABELS, arena, &response, &err));
    assert_true(str_find(response.error, STR("token-1")) < 0);
    assert_true(str_find(response.error, STR("s3cret")) < 0);
    assert_null(strstr(err.text, "s3cret"));
    assert_true(str_find(response.error, STR("Bearer [redacted] and [redacted], [redacted]")) >= 0);
    arena_free(arena);
    oneapi_free(api);
}

// --- time and hang-up ---

static bool cancel_while_waiting(void *ctx, int ms, struct cancel *cancel)
{
    (void)ctx;
    (void)ms;
    cancel_set(cancel);
    return retry_sleep(NULL, 60000, cancel);
}

static void a_cancelled_call_stops_waiting(void **state)
{
    (void)state;
    struct oneapi *api = client_with((struct oneapi_config){ 0 });
    struct arena *arena = arena_new();
    struct oneapi_response response;
    struct err err;
    struct cancel cancel;
    cancel_init(&cancel);
    fake->replies[0] = (struct reply){ 429, "Retry-After: 20\r\n", "{}" };
    api->sleep = cancel_while_waiting;
    const struct oneapi_request request = { .method = "GET",
                                            .path = STR(LABELS),
                                            .cancel = &cancel };
    assert_false(oneapi_send(api, &request, arena, &response, &err));
    assert_int_equal(err.code, ERR_CANCELLED);
    assert_int_equal(fake->calls, 1);
    assert_false(
        oneapi_send(api, &request, arena, &response, &err)); // and one that begins cancelled
    assert_int_equal(err.code, ERR_CANCELLED);
    assert_int_equal(fake->calls, 1);
    cancel_release(&cancel);
    arena_free(arena);
    oneapi_free(api);
}

struct canceller {
    struct cancel *cancel;
    int64_t after_ms;
};

static void *cancel_soon(void *arg)
{
    const struct canceller *c = arg;
    retry_sleep(NULL, (int)c->after_ms, NULL);
    cancel_set(c->cancel);
    return NULL;
}

static void the_real_wait_ends_by_itself_and_by_hang_up(void **state)
{
    (void)state;
    struct cancel cancel;
    pthread_t thread;
    cancel_init(&cancel);
    assert_true(retry_sleep(NULL, 1, &cancel));
    struct canceller c = { &cancel, 5 };
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &c), 0);
    int64_t start = clock_mono_ms();
    assert_false(retry_sleep(NULL, 60000, &cancel));
    assert_true(clock_mono_ms() - start < 30000);
    pthread_join(thread, NULL);
    cancel_release(&cancel);
}

static void an_unreachable_host_is_named(void **state)
{
    (void)state;
    struct oneapi *api = client_with((struct oneapi_config){ 0 });
    struct arena *arena = arena_new();
    struct oneapi_response response;
    struct err err;
    fake->token.status = 0;
    assert_true(get(api, LABELS, arena, &response, &err));
    free(api->api_base);
    api->api_base = str_dup(STR("http://127.0.0.1:1"));
    assert_false(get(api, LABELS, arena, &response, &err));
    assert_int_equal(err.code, ERR_CONNECT);
    assert_non_null(strstr(err.text, "127.0.0.1:1"));
    assert_non_null(strstr(err.text, "Check DNS"));
    arena_free(arena);
    oneapi_free(api);
}

// Somebody else's credentials: judged with their own, never with ours, and nothing is kept.
static void another_client_is_judged(void **state)
{
    (void)state;
    static const struct {
        struct reply token;
        const char *secret;
        enum oneapi_verdict verdict;
        size_t tokens;
    } rows[] = {
        { { 0 }, "their&s3cret", ONEAPI_CLIENT_GOOD, 1 },
        { { 400, NULL, "{}" }, "their&s3cret", ONEAPI_CLIENT_REFUSED, 1 },
        { { 401, NULL, "{}" }, "their&s3cret", ONEAPI_CLIENT_REFUSED, 1 },
        { { 403, NULL, "{}" }, "their&s3cret", ONEAPI_CLIENT_REFUSED, 1 },
        { { 404, NULL, "{}" }, "their&s3cret", ONEAPI_CLIENT_NOT_JUDGED, 1 },
        { { 429, NULL, "{}" }, "their&s3cret", ONEAPI_CLIENT_NOT_JUDGED, 1 },
        { { 500, NULL, "their&s3cret" }, "their&s3cret", ONEAPI_CLIENT_NOT_JUDGED, 1 },
        { { 200, NULL, "{}" }, "their&s3cret", ONEAPI_CLIENT_NOT_JUDGED, 1 },
        { { 0 }, "-----BEGIN PRIVATE KEY-----\nAAAA\n", ONEAPI_CLIENT_REFUSED, 0 },
        { { 0 }, " {\"kty\":\"RSA\"}", ONEAPI_CLIENT_REFUSED, 0 },
        { { 0 }, "/etc/hostname", ONEAPI_CLIENT_GOOD, 1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct oneapi *api = client_with((struct oneapi_config){ .client_id = "ours" });
        struct err err = { 0 };
        int64_t life = 0;
        fake->token = rows[i].token;
        fake->tokens = 0;
        enum oneapi_verdict verdict =
            oneapi_client_check(api, "theirs", rows[i].secret, NULL, &life, &err);
        if (verdict != rows[i].verdict || fake->tokens != rows[i].tokens)
            fail_msg("%zu: %d, asked %zu times: %s", i, (int)verdict, fake->tokens, err.text);
        assert_true(verdict == ONEAPI_CLIENT_GOOD ? life == 3600 : err.code != ERR_NONE);
        assert_null(strstr(err.text, "s3cret"));
        if (fake->tokens)
            assert_non_null(strstr(fake->form, "client_id=theirs&client_secret="));
        assert_int_equal(api->token.generation, 0);
        oneapi_free(api);
    }
}

int main(void)
{
    const struct fetch_config config = { .user_agent = "test" };
    struct err err;
    if (!fetcher_new(&config, &fetcher, &err))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(errors_and_retries_are_as_recorded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(writes_are_sent_again_where_that_is_safe, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_answer_without_content_is_a_success, set_up, tear_down),
        cmocka_unit_test_setup_teardown(requests_carry_what_was_recorded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(microtenant_is_the_default_of_zpa_calls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sixty_four_threads_ask_for_one_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_token_is_renewed_once_for_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_is_renewed_behind_the_scenes_and_at_expiry, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_failed_renewal_leaves_the_old_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lives_of_tokens_are_bounded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(token_failures_say_what_to_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(secrets_do_not_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cancelled_call_stops_waiting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_real_wait_ends_by_itself_and_by_hang_up, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_unreachable_host_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_client_is_judged, set_up, tear_down),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fetcher_free(fetcher);
    return failed;
}
