// SPDX-License-Identifier: MIT
// Client metadata documents: tests 48-61, T5, T28, T29, T30, T59. (62 and 63 are unit/fetch/.)
#include "unit/oauth/kit.h"

#include "oauth/documents_int.h"

#define DOC "https://app.example/oauth/client.json"
#define URI "http://localhost/callback"

// The host of documents.
static struct {
    const char *body, *headers;
    int status, delay_ms;
    enum err_code fails;
    atomic_uint asked;
    bool public_only, proxy_only;
    char etag[64], modified[64];
} host;

static pthread_mutex_t host_lock = PTHREAD_MUTEX_INITIALIZER;

static void remember_header(const struct fetch_request *request, const char *name, char ret[64])
{
    ret[0] = '\0';
    for (const struct fetch_header *h = request->headers; h && h->name; h++)
        if (strcmp(h->name, name) == 0)
            snprintf(ret, 64, STR_FMT, STR_ARG(h->value));
}

static bool answer_of_host(const struct fetch_request *request, struct fetch_response *ret,
                           struct err *err)
{
    atomic_fetch_add(&host.asked, 1);
    pthread_mutex_lock(&host_lock);
    host.public_only = request->public_only;
    host.proxy_only = request->proxy_only;
    remember_header(request, "If-None-Match", host.etag);
    remember_header(request, "If-Modified-Since", host.modified);
    pthread_mutex_unlock(&host_lock);
    assert_int_equal(request->max_bytes, 5120);
    assert_int_equal(request->timeout_ms, 10000);
    if (host.delay_ms)
        usleep((unsigned)host.delay_ms * 1000);
    if (host.fails)
        return err_set(err, host.fails, "10.0.0.7: connection refused");
    ret->status = host.status;
    buf_adds(&ret->headers, host.headers);
    buf_adds(&ret->body, host.body);
    return true;
}

static void host_says(const char *body)
{
    host.body = body;
    host.status = 200;
    host.fails = ERR_NONE;
    host.headers = "";
}

static void start_with(struct oauth_config config)
{
    static struct fetcher *fetcher;
    struct err err;
    assert_true(fetcher_new(NULL, &fetcher, &err));
    config.base_url = BASE;
    config.fetcher = fetcher;
    kit_start_with(config);
    memset(&host, 0, sizeof host);
    kit.elsewhere = answer_of_host;
    host_says("");
}

static int start(void **state)
{
    (void)state;
    start_with((struct oauth_config){ .base_url = BASE });
    return 0;
}

static const char *document(const char *url, const char *more)
{
    return arena_printf(
               kit.arena,
               "{\"client_id\":\"%s\",\"client_name\":\"App <b>\",\"redirect_uris\":[\"" URI
               "\"]%s}",
               url, more)
        .p;
}

static struct reply authorize(struct jar *jar, const char *url, const char *uri,
                              const char *headers)
{
    return get(jar, authorize_target(encoded(str_c(url)), uri, "").p, headers);
}

// --- 48: which URLs ---

static const struct {
    const char *url;
    bool asked;
} urls[] = {
    { "https://app.example", false },
    { "https://app.example/", false },
    { "https://app.example/?x", false },
    { "https://app.example/a#b", false },
    { "https://user@app.example/a", false },
    { "https://user:p@app.example/a", false },
    { "https://app.example/a/../b", false },
    { "https://app.example/./b", false },
    { "https://app.example/%2e%2e/b", false },
    { "https://app.example/a%2fb", false },
    { "https://app.example/a\\b", false },
    { "https://app.example/*", false },
    { "https://app.example:8443/a", false },
    { "https://app.example:0/a", false },
    { "https://127.0.0.1/a", false },
    { "https://[::1]/a", false },
    { "https://2130706433/a", false },
    { "https://0x7f.1/a", false },
    { "https://app.example\\@evil.example/a", false },
    { "https://" HOST "/authorize?client_id=x", false }, // ourselves
    { "https://MCP.example.com/mcp", false },
    { "HTTPS://app.example/a", false },
    { "http://app.example/a", false },
    { "https:///a", false },
    { "https://", false },
    { "https://app.example/a", true },
    { "https://app.example:443/a", true },
    { "https://app.example/a?v=2", true },
    { "https://xn--bcher-kva.example/a", true },
    { "https://private.example/a", true },
    { "https://any.corp.example/a", true },
    { "https://private.example:8443/a", false },
    { "https://port.example:8443/a", true },
    { "https://port.example/a", true }, // 443 needs no list
};
static const char *const listed[] = { "private.example", "*.corp.example", "port.example:8443",
                                      NULL };

static int start_listed(void **state)
{
    (void)state;
    start_with((struct oauth_config){ .document_hosts = listed });
    return 0;
}

static void only_good_urls_are_asked(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        unsigned before = atomic_load(&host.asked);
        host_says(document(urls[i].url, ""));
        struct reply r = authorize(NULL, urls[i].url, URI, "");
        bool asked = atomic_load(&host.asked) > before;
        if (asked != urls[i].asked || r.status != (asked ? 200 : 400))
            fail_msg("%s: %d, asked %d", urls[i].url, r.status, asked);
        bool is_listed = strstr(urls[i].url, "private.example") ||
                         strstr(urls[i].url, "corp.example") || strstr(urls[i].url, ":8443");
        if (asked && host.public_only == is_listed)
            fail_msg("%s: judged %d", urls[i].url, host.public_only);
    }
}

static int start_only_listed(void **state)
{
    (void)state;
    start_with(
        (struct oauth_config){ .document_hosts = listed, .documents = OAUTH_DOCUMENTS_LISTED });
    return 0;
}

static void strangers_can_be_kept_out(void **state)
{
    (void)state;
    host_says(document(DOC, ""));
    assert_int_equal(authorize(NULL, DOC, URI, "").status, 400);
    assert_int_equal(atomic_load(&host.asked), 0);
    host_says(document("https://private.example/a", ""));
    assert_int_equal(authorize(NULL, "https://private.example/a", URI, "").status, 200);
    host_says(document("https://vscode.dev/a", ""));
    assert_int_equal(authorize(NULL, "https://vscode.dev/a", URI, "").status, 200);
    assert_true(host.public_only);
}

static int start_closed(void **state)
{
    (void)state;
    start_with((struct oauth_config){ .document_hosts = listed, .registration_closed = true });
    return 0;
}

static void a_closed_registration_takes_those_that_are_listed(void **state)
{
    (void)state;
    static const char *const others[] = { DOC, "https://vscode.dev/a" };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        host_says(document(others[i], ""));
        assert_int_equal(authorize(NULL, others[i], URI, "").status, 400);
    }
    assert_int_equal(atomic_load(&host.asked), 0);
    host_says(document("https://private.example/a", ""));
    assert_int_equal(authorize(NULL, "https://private.example/a", URI, "").status, 200);
}

static int start_behind_a_proxy(void **state)
{
    (void)state;
    start_with((struct oauth_config){ .documents_by_proxy = true });
    return 0;
}

// G15: behind a proxy no address can be judged: only names we know pass it.
static void a_proxy_is_for_known_names(void **state)
{
    (void)state;
    host_says(document("https://claude.ai/a", ""));
    assert_int_equal(authorize(NULL, "https://claude.ai/a", URI, "").status, 200);
    assert_false(host.public_only);
    host_says(document(DOC, ""));
    assert_int_equal(authorize(NULL, DOC, URI, "").status, 200);
    assert_true(host.public_only);
}

static int start_with_a_trusted_proxy(void **state)
{
    (void)state;
    start_with((struct oauth_config){
        .document_hosts = listed, .documents = OAUTH_DOCUMENTS_PROXY, .documents_by_proxy = true });
    return 0;
}

// The operator says that the proxy keeps us out of the inner network: then nothing goes around it,
// but to hosts that the operator named.
static void a_trusted_proxy_is_for_all_names(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool proxied;
    } rows[] = { { "https://claude.ai/a", true },
                 { DOC, true },
                 { "https://private.example/a", false } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        host_says(document(rows[i].url, ""));
        assert_int_equal(authorize(NULL, rows[i].url, URI, "").status, 200);
        assert_false(host.public_only);
        assert_int_equal(host.proxy_only, rows[i].proxied);
    }
    // What a URL may be does not change.
    unsigned before = atomic_load(&host.asked);
    assert_int_equal(authorize(NULL, "https://app.example:8443/a", URI, "").status, 400);
    assert_int_equal(authorize(NULL, "https://10.0.0.7/a", URI, "").status, 400);
    assert_int_equal(atomic_load(&host.asked), before);
}

static int start_off(void **state)
{
    (void)state;
    start_with((struct oauth_config){ .documents = OAUTH_DOCUMENTS_OFF });
    return 0;
}

// Test 11, pitfall 8.
static void the_flag_is_true_when_it_works(void **state)
{
    (void)state;
    struct reply r = get(NULL, "/.well-known/oauth-authorization-server", "");
    bool on = client_documents_on(kit.oauth);
    assert_int_equal(says(&r, "\"client_id_metadata_document_supported\":true"), on);
    assert_int_equal(says(&r, "client_id_metadata_document_supported"), on);
    host_says(document(DOC, ""));
    r = authorize(NULL, DOC, URI, "");
    assert_int_equal(r.status, on ? 200 : 400);
    assert_int_equal(atomic_load(&host.asked), on ? 1 : 0);
}

// --- 49-55: which documents ---

#define HEAD "{\"client_id\":\"" DOC "\",\"client_name\":\"A\","
#define URIS "\"redirect_uris\":[\"" URI "\"]"
static const struct {
    const char *body;
    bool good;
} bodies[] = {
    { "", false },
    { "[]", false },
    { "null", false },
    { "<!doctype html><html></html>", false },
    { "{", false },
    { "{}", false },
    { HEAD URIS "} x", false },
    { HEAD URIS "," URIS "}", false },               // a key twice
    { HEAD "\"redirect_uris\":[\"\xff\"]}", false }, // no UTF-8
    { "{\"client_name\":\"A\"," URIS "}", false },   // 49
    { "{\"client_id\":\"" DOC "/\",\"client_name\":\"A\"," URIS "}", false },
    { "{\"client_id\":\"https://APP.example/oauth/client.json\",\"client_name\":\"A\"," URIS "}",
      false },
    { "{\"client_id\":[\"" DOC "\"],\"client_name\":\"A\"," URIS "}", false },
    { "{\"client_id\":\"" DOC "\"," URIS "}", false }, // MCP wants a name
    { "{\"client_id\":\"" DOC "\",\"client_name\":7," URIS "}", false },
    { HEAD "\"x\":1}", false }, // 50
    { HEAD "\"redirect_uris\":[]}", false },
    { HEAD "\"redirect_uris\":\"" URI "\"}", false },
    { HEAD "\"redirect_uris\":[7,null]}", false },
    { HEAD "\"redirect_uris\":[\"https://evil.example/cb\"]}", false }, // 54
    { HEAD "\"redirect_uris\":[\"http://localhost:*/callback\",\"https://claude.ai/*\"]}",
      false },                                                                      // 53
    { HEAD URIS ",\"token_endpoint_auth_method\":\"client_secret_post\"}", false }, // 51
    { HEAD URIS ",\"token_endpoint_auth_method\":\"client_secret_basic\"}", false },
    { HEAD URIS ",\"token_endpoint_auth_method\":\"client_secret_jwt\","
                "\"token_endpoint_auth_methods_supported\":[\"none\"]}",
      false },
    { HEAD URIS ",\"token_endpoint_auth_method\":\"private_key_jwt\"}", false },
    { HEAD URIS ",\"token_endpoint_auth_method\":\"private_key_jwt\","
                "\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\"]}",
      false },
    { HEAD URIS ",\"token_endpoint_auth_method\":\"tls_client_auth\"}", false },
    { HEAD URIS ",\"application_type\":\"service\"}", false },
    { HEAD URIS ",\"application_type\":7}", false },
    { HEAD URIS ",\"client_secret\":\"x\"}", false },
    { HEAD URIS ",\"client_secret_expires_at\":0}", false },
    { HEAD URIS ",\"grant_types\":[\"client_credentials\"]}", false },
    { HEAD URIS ",\"response_types\":[\"token\"]}", false },
    { HEAD URIS ",\"x\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}", false }, // 17 deep
    { HEAD URIS "}", true },
    { HEAD URIS ",\"x\":[[[[[[[[[[[[[[1]]]]]]]]]]]]]]}", true },
    { HEAD "\"redirect_uris\":[\"https://evil.example/cb\",\"" URI "\"]}", true },
    { HEAD URIS ",\"token_endpoint_auth_method\":\"none\"}", true },
    { HEAD URIS ",\"token_endpoint_auth_method\":\"none\",\"jwks_uri\":\"http://x\"}", true },
    { HEAD URIS ",\"token_endpoint_auth_method\":\"private_key_jwt\","
                "\"jwks_uri\":\"https://keys.example/k\"}",
      true },
    // Its keys cannot be used, and it does not need them.
    { HEAD URIS ",\"token_endpoint_auth_methods_supported\":[\"none\",\"private_key_jwt\"]}",
      true },
    // ChatGPT's
    { HEAD URIS ",\"client_uri\":\"https://chatgpt.com/\",\"token_endpoint_auth_method\":"
                "\"private_key_jwt\",\"token_endpoint_auth_methods_supported\":[\"none\","
                "\"private_key_jwt\"],\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
                "\"response_types\":[\"code\"],\"token_endpoint_auth_signing_alg\":\"RS256\","
                "\"jwks_uri\":\"https://chatgpt.com/oauth/jwks.json\"}",
      true },
    // Claude's, with a grant type that only its enterprise mode uses
    { HEAD URIS ",\"grant_types\":[\"authorization_code\",\"refresh_token\","
                "\"urn:ietf:params:oauth:grant-type:jwt-bearer\"]}",
      true },
};

/*= cimd-01 4.1 "The client metadata document MUST contain a `client_id` property whose value MUST
 * match the URL of the document using simple string comparison" */
/*= cimd-01 4.4 "The authorization server MUST NOT cache error responses." */
static void every_document(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        clock_freeze(NOW + 1000000 * (int64_t)i); // whatever was kept is over
        host_says(bodies[i].body);
        struct reply r = authorize(NULL, DOC, URI, "");
        if (r.status != (bodies[i].good ? 200 : 400))
            fail_msg("%s: %d", bodies[i].body, r.status);
        // What is bad is not kept: ten seconds later it is asked for again.
        unsigned before = atomic_load(&host.asked);
        clock_freeze(NOW + 1000000 * (int64_t)i + DOCUMENT_PAUSE_S);
        (void)authorize(NULL, DOC, URI, "");
        assert_int_equal(atomic_load(&host.asked) - before, bodies[i].good ? 0 : 1);
    }
}

/*= cimd-01 4 "The authorization server MUST treat all other HTTP status codes as an error
 * response." */
// Tests 57, 60, 61; T28.
static void failures_all_look_the_same(void **state)
{
    (void)state;
    static const struct {
        int status;
        enum err_code fails;
    } rows[] = {
        { 201, 0 },          { 204, 0 },     { 301, 0 },         { 302, 0 },
        { 304, 0 },          { 401, 0 },     { 403, 0 },         { 404, 0 },
        { 410, 0 },          { 429, 0 },     { 500, 0 },         { 503, 0 },
        { 0, ERR_CONNECT },  { 0, ERR_TLS }, { 0, ERR_TIMEOUT }, { 0, ERR_LIMIT },
        { 0, ERR_UPSTREAM },
    };
    struct str first = STR_NONE, first_token = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        clock_freeze(NOW + 1000000 * (int64_t)i);
        host_says(document(DOC, ""));
        host.headers = "Location: https://elsewhere.example/\n";
        host.status = rows[i].status;
        host.fails = rows[i].fails;
        struct reply page = authorize(NULL, DOC, URI, "");
        assert_int_equal(page.status, 400);
        struct reply r =
            post(NULL, "/token", "", STR("grant_type=authorization_code&code=x&client_id=" DOC));
        assert_int_equal(r.status, 401);
        assert_true(str_is(member(&r, "error"), "invalid_client"));
        assert_false(says(&r, "connection") || says(&r, "HTTP") || says(&page, "10.0.0.7"));
        struct str rest = page.body; // but for the request's own number
        struct str until = str_slice(rest, 0, (size_t)str_find(rest, STR("Request <code>")));
        if (first.p && (!str_eq(first, until) || !str_eq(first_token, r.body)))
            fail_msg("%d %d: " STR_FMT, rows[i].status, (int)rows[i].fails, STR_ARG(until));
        first = until;
        first_token = r.body;
    }
}

static void the_log_has_the_reason(void **state)
{
    (void)state;
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    host.status = 403;
    (void)authorize(NULL, DOC, URI, "");
    assert_int_equal(kit_logged("its host answered HTTP 403"), 1);
    assert_int_equal(kit_logged("client metadata document refused\" document=" DOC), 1);
}

// --- 52, 54: redirect URIs ---

static void redirect_uris_follow_document_and_lists(void **state)
{
    (void)state;
    static const struct {
        const char *uri;
        int status;
    } rows[] = {
        { "http://localhost/callback", 200 },
        { "http://localhost:61234/callback", 200 }, // 52
        { "http://127.0.0.1:61234/callback", 400 },
        { "http://localhost:61234/callback/", 400 },
        { "http://localhost:61234/other", 400 },
        { "https://claude.ai/api/mcp/auth_callback", 200 },
        { "https://claude.ai/other", 400 },
        { "https://claude.com/api/mcp/auth_callback", 400 }, // allowed, but not in the document
        { "https://evil.example/cb", 400 },                  // in the document, but not allowed
        { "cursor://anysphere.cursor-mcp/oauth/callback", 400 },
    };
    host_says(document(DOC, ",\"redirect_uris#x\":[]"));
    host.body = HEAD "\"redirect_uris\":[\"" URI
                     "\",\"https://claude.ai/api/mcp/auth_callback\",\"https://evil.example/cb\"]}";
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = authorize(NULL, DOC, rows[i].uri, "");
        if (r.status != rows[i].status)
            fail_msg("%s: %d", rows[i].uri, r.status);
        assert_null(header(&r, "Location").p);
    }
}

// The whole way, with a port of its own.
static void a_sign_in(void **state)
{
    (void)state;
    host_says(document(DOC, ""));
    struct str client = STR(DOC);
    const char *uri = "http://localhost:61234/callback";
    struct reply r =
        post(NULL, "/token", "", code_form(client, uri, code_for(client, uri), VERIFIER));
    assert_int_equal(r.status, 200);
    for (int i = 0; i < 3; i++) {
        r = post(NULL, "/token", "", refresh_form(client, member(&r, "refresh_token")));
        assert_int_equal(r.status, 200);
    }
    assert_int_equal(atomic_load(&host.asked), 1);
    // Another document is another client.
    host_says(document("https://app.example/other.json", ""));
    struct reply other =
        post(NULL, "/token", "",
             refresh_form(STR("https://app.example/other.json"), member(&r, "refresh_token")));
    assert_true(str_is(member(&other, "error"), "invalid_grant"));
}

// Test 86, T6: the host is verified, the name is escaped; a program on this computer is neither.
static void the_page_says_who_publishes(void **state)
{
    (void)state;
    host_says(HEAD "\"redirect_uris\":[\"" URI "\",\"https://claude.ai/api/mcp/auth_callback\"]}");
    struct reply r = authorize(NULL, DOC, "https://claude.ai/api/mcp/auth_callback", "");
    assert_true(says(&r, "published by app.example"));
    assert_true(says(&r, "The name is the one that app.example publishes"));
    r = authorize(NULL, DOC, "http://localhost:1/callback", "");
    assert_true(says(&r, "any program on this computer can claim to be"));
    clock_freeze(NOW + 1000000);
    host_says(document(DOC, ""));
    r = authorize(NULL, DOC, URI, "");
    assert_true(says(&r, "App &lt;b&gt;</strong>"));
    r = get(NULL, authorize_target(register_for("Claude", LOOPBACK), LOOPBACK, "").p, "");
    assert_false(says(&r, "published by"));
    assert_true(says(&r, "nobody has verified it"));
}

// T30, T5: what was allowed was this document and this place.
static void a_changed_document_is_asked_for_again(void **state)
{
    (void)state;
    const char *uri = "https://claude.ai/api/mcp/auth_callback";
    const char *same = "Sec-Fetch-Site: none\r\n";
    struct jar jar = { "", "" };
    host_says(HEAD "\"redirect_uris\":[\"https://claude.ai/api/mcp/auth_callback\"]}");
    struct reply page = authorize(&jar, DOC, uri, same);
    assert_int_equal(page.status, 200);
    assert_int_equal(decide_on(&jar, &page, "allow", OWN).status, 303);
    assert_int_equal(authorize(&jar, DOC, uri, same).status, 302); // remembered
    assert_int_equal(authorize(&jar, DOC, uri, "Sec-Fetch-Site: cross-site\r\n").status, 200);
    clock_freeze(NOW + 4000);
    host_says(HEAD "\"logo_uri\":\"https://app.example/new.png\",\"redirect_uris\":["
                   "\"https://claude.ai/api/mcp/auth_callback\"]}");
    assert_int_equal(authorize(&jar, DOC, uri, same).status, 302); // nothing that mattered
    clock_freeze(NOW + 8000);
    host_says(HEAD "\"redirect_uris\":[\"https://claude.ai/api/mcp/auth_callback\",\"" URI "\"]}");
    assert_int_equal(authorize(&jar, DOC, uri, same).status, 200);
}

// --- 58: HTTP caching ---

static unsigned asked_again_at(int64_t when)
{
    unsigned before = atomic_load(&host.asked);
    clock_freeze(when);
    struct reply r = authorize(NULL, DOC, URI, "");
    if (r.status != 200)
        fail_msg("%lld: %d", (long long)when, r.status);
    return atomic_load(&host.asked) - before;
}

static void kept_as_long_as_told_within_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *headers;
        int64_t fresh_s;
    } rows[] = {
        { "", 3600 },
        { "Cache-Control: max-age=600\n", 600 },
        { "cache-control: public, MAX-AGE=600, must-revalidate\n", 600 },
        { "Cache-Control: max-age=600\nAge: 100\n", 500 },
        { "Cache-Control: max-age=600\nAge: 700\n", 60 },
        { "Cache-Control: max-age=0\n", 60 },
        { "Cache-Control: max-age=1\n", 60 },
        { "Cache-Control: max-age=-5\n", 60 },
        { "Cache-Control: max-age=x\n", 60 },
        { "Cache-Control: max-age=99999999999\n", 86400 },
        { "Cache-Control: no-store\n", 60 },
        { "Cache-Control: max-age=600, no-cache\n", 60 },
        { "Cache-Control: ,,=,\n", 3600 },
        { "Age: -7\n", 3600 },
    };
    host_says(document(DOC, ""));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t t0 = NOW + 10000000 * (int64_t)i;
        host.headers = rows[i].headers;
        if (asked_again_at(t0) != 1 || asked_again_at(t0 + rows[i].fresh_s - 1) != 0 ||
            asked_again_at(t0 + rows[i].fresh_s) != 1)
            fail_msg("%s", rows[i].headers);
    }
}

static void renewed_by_its_validators(void **state)
{
    (void)state;
    host_says(document(DOC, ""));
    host.headers = "ETag: \"v1\"\nLast-Modified: Tue, 01 Sep 2026 00:00:00 GMT\n"
                   "Cache-Control: max-age=100\n";
    assert_int_equal(asked_again_at(NOW), 1);
    assert_string_equal(host.etag, "");
    host_says("");
    host.status = 304;
    host.headers = "Cache-Control: max-age=200\n";
    assert_int_equal(asked_again_at(NOW + 100), 1);
    assert_string_equal(host.etag, "\"v1\"");
    assert_string_equal(host.modified, "Tue, 01 Sep 2026 00:00:00 GMT");
    assert_int_equal(asked_again_at(NOW + 299), 0);
    assert_int_equal(asked_again_at(NOW + 300), 1);
    assert_string_equal(host.etag, "\"v1\"");
}

// Its host is down or blocks us: what we had serves for two days more; a withdrawn one never.
static void bridged_while_its_host_is_down(void **state)
{
    (void)state;
    static const struct {
        int status;
        enum err_code fails;
        const char *body;
    } down[] = { { 503, 0, "" },
                 { 403, 0, "" },
                 { 0, ERR_TIMEOUT, "" },
                 { 0, ERR_CONNECT, "" },
                 { 200, 0, "<html>sorry</html>" } };
    for (size_t i = 0; i < ARRAY_LEN(down); i++) {
        int64_t t0 = NOW + 10000000 * (int64_t)i;
        host_says(document(DOC, ""));
        assert_int_equal(asked_again_at(t0), 1);
        host_says(down[i].body);
        host.status = down[i].status;
        host.fails = down[i].fails;
        assert_int_equal(asked_again_at(t0 + 3600), 1);
        assert_int_equal(asked_again_at(t0 + 3600 + DOCUMENT_RETRY_S - 1),
                         0); // not at each request
        assert_int_equal(asked_again_at(t0 + 3600 + DOCUMENT_RETRY_S), 1);
        assert_int_equal(asked_again_at(t0 + DOCUMENT_KEEP_MAX_S - 1), 1);
        clock_freeze(t0 + DOCUMENT_KEEP_MAX_S);
        assert_int_equal(authorize(NULL, DOC, URI, "").status, 400);
    }
    host_says(document(DOC, ""));
    clock_freeze(NOW + 90000000);
    assert_int_equal(authorize(NULL, DOC, URI, "").status, 200);
    clock_freeze(NOW + 90003600);
    host.status = 404;
    assert_int_equal(authorize(NULL, DOC, URI, "").status, 400);
    clock_freeze(NOW + 90003600 + DOCUMENT_PAUSE_S);
    host.status = 503;
    assert_int_equal(authorize(NULL, DOC, URI, "").status, 400);
}

static void a_failure_is_not_asked_for_at_each_request(void **state)
{
    (void)state;
    host.status = 500;
    for (int i = 0; i < 20; i++)
        assert_int_equal(authorize(NULL, DOC, URI, "").status, 400);
    assert_int_equal(atomic_load(&host.asked), 1);
    host_says(document(DOC, ""));
    clock_freeze(NOW + DOCUMENT_PAUSE_S);
    assert_int_equal(authorize(NULL, DOC, URI, "").status, 200);
}

// --- T59: the copies that the release carries ---

#define CLAUDE_CODE "https://claude.ai/oauth/claude-code-client-metadata"

static void pins_bridge_a_blocked_host(void **state)
{
    (void)state;
    static const struct {
        const char *url, *uri, *name;
    } known[] = {
        { CLAUDE_CODE, "http://localhost:50123/callback", "Claude Code" },
        { "https://claude.ai/oauth/mcp-oauth-client-metadata",
          "https://claude.ai/api/mcp/auth_callback", "Claude" },
        { "https://chatgpt.com/oauth/client.json",
          "https://chatgpt.com/connector_platform_oauth_redirect", "ChatGPT" },
        { "https://chatgpt.com/oauth/codex/client.json", "http://127.0.0.1:9/callback", "Codex" },
        { "https://vscode.dev/oauth/client-metadata.json", "http://127.0.0.1:61000/",
          "Visual Studio Code" },
        { "https://zed.dev/oauth/client-metadata.json", "http://127.0.0.1:9/callback", "Zed" },
        { "https://opencode.ai/oauth/opencode/client.json", "http://127.0.0.1:9/callback",
          "opencode" },
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        assert_true(document_pinned(str_c(known[i].url)).p);
        host.status = 403;
        struct reply r = authorize(NULL, known[i].url, known[i].uri, "");
        if (r.status != 200 ||
            !says(&r, arena_printf(kit.arena, "<strong>%s</strong>", known[i].name).p))
            fail_msg("%s: %d", known[i].url, r.status);
        assert_int_equal(authorize(NULL, known[i].url, "http://localhost:1/x", "").status, 400);
    }
    // The live one counts as soon as it can be had, and its end counts too.
    clock_freeze(NOW + DOCUMENT_RETRY_S);
    host_says("{\"client_id\":\"" CLAUDE_CODE "\",\"client_name\":\"New\",\"redirect_uris\":["
              "\"http://localhost/new\"]}");
    assert_int_equal(authorize(NULL, CLAUDE_CODE, "http://localhost:1/new", "").status, 200);
    assert_int_equal(authorize(NULL, CLAUDE_CODE, "http://localhost:1/callback", "").status, 400);
    clock_freeze(NOW + 4000 + DOCUMENT_RETRY_S);
    host.status = 404;
    assert_int_equal(authorize(NULL, CLAUDE_CODE, "http://localhost:1/callback", "").status, 400);
}

// --- who waits, who is pushed out ---

static atomic_uint good;

static void *one_request(void *arg)
{
    struct arena *arena = arena_new();
    struct reply r = talk(arena, NULL, "GET", str_c(arg), "", STR_NONE);
    atomic_fetch_add(&good, r.status == 200);
    arena_free(arena);
    return NULL;
}

// One fetch for all who want it at the same time.
static void one_flight_for_all(void **state)
{
    (void)state;
    pthread_t threads[12];
    host_says(document(DOC, ""));
    host.delay_ms = 300;
    atomic_store(&good, 0);
    char *target = (char *)authorize_target(encoded(STR(DOC)), URI, "").p;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, one_request, target), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&good), ARRAY_LEN(threads));
    assert_int_equal(atomic_load(&host.asked), 1);
}

static int start_with_two_workers(void **state)
{
    (void)state;
    start_with((struct oauth_config){ .document_workers = 2 });
    return 0;
}

// Slow hosts of strangers hold up two workers, not all; a known client's has its own.
static void slow_strangers_hold_up_few(void **state)
{
    (void)state;
    pthread_t threads[6];
    host_says("");
    host.delay_ms = 700;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        struct str url = arena_printf(kit.arena, "https://slow.example/%zu", i);
        char *target = (char *)authorize_target(encoded(url), URI, "").p;
        assert_int_equal(pthread_create(&threads[i], NULL, one_request, target), 0);
    }
    usleep(200000);
    assert_int_equal(atomic_load(&host.asked), 2);
    struct reply busy = authorize(NULL, DOC, URI, "");
    assert_int_equal(busy.status, 503);
    assert_true(header(&busy, "Retry-After").n > 0);
    assert_true(says(&busy, "oo many clients are being looked up"));
    assert_int_equal(authorize(NULL, CLAUDE_CODE, URI, "").status, 200); // its pin
    assert_int_equal(atomic_load(&host.asked), 3);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&host.asked), 3);
}

// However many documents strangers name, a known client's stays.
static void strangers_push_nobody_out(void **state)
{
    (void)state;
    char url[64];
    host_says(document("https://claude.ai/x", ""));
    assert_int_equal(authorize(NULL, "https://claude.ai/x", URI, "").status, 200);
    for (int i = 0; i < DOCUMENTS_STRANGERS + 10; i++) {
        snprintf(url, sizeof url, "https://evil.example/%d", i);
        host_says(document(url, ""));
        assert_int_equal(authorize(NULL, url, URI, "").status, 200);
    }
    unsigned before = atomic_load(&host.asked);
    assert_int_equal(authorize(NULL, "https://claude.ai/x", URI, "").status, 200);
    assert_int_equal(atomic_load(&host.asked), before);
    host_says(document("https://evil.example/0", "")); // the first of them is gone
    assert_int_equal(authorize(NULL, "https://evil.example/0", URI, "").status, 200);
    assert_int_equal(atomic_load(&host.asked), before + 1);
}

static int start_limited(void **state)
{
    (void)state;
    start_with((struct oauth_config){ .rate_limit = 10000 });
    return 0;
}

// Nobody makes us a flood against somebody else's host.
static void a_strangers_host_is_asked_so_often_only(void **state)
{
    (void)state;
    char url[64];
    for (int i = 0; i < 2100; i++) {
        snprintf(url, sizeof url, "https://victim.example/%d", i);
        host_says(document(url, ""));
        (void)authorize(NULL, url, URI, "");
    }
    assert_in_range(atomic_load(&host.asked), 2000, 2090); // 2,000 and what came back meanwhile
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_good_urls_are_asked, start_listed, kit_stop),
        cmocka_unit_test_setup_teardown(strangers_can_be_kept_out, start_only_listed, kit_stop),
        cmocka_unit_test_setup_teardown(a_closed_registration_takes_those_that_are_listed,
                                        start_closed, kit_stop),
        cmocka_unit_test_setup_teardown(a_proxy_is_for_known_names, start_behind_a_proxy, kit_stop),
        cmocka_unit_test_setup_teardown(a_trusted_proxy_is_for_all_names,
                                        start_with_a_trusted_proxy, kit_stop),
        cmocka_unit_test_setup_teardown(the_flag_is_true_when_it_works, start, kit_stop),
        cmocka_unit_test_setup_teardown(the_flag_is_true_when_it_works, start_off, kit_stop),
        cmocka_unit_test_setup_teardown(every_document, start, kit_stop),
        cmocka_unit_test_setup_teardown(failures_all_look_the_same, start, kit_stop),
        cmocka_unit_test_setup_teardown(the_log_has_the_reason, start, kit_stop),
        cmocka_unit_test_setup_teardown(redirect_uris_follow_document_and_lists, start, kit_stop),
        cmocka_unit_test_setup_teardown(a_sign_in, start, kit_stop),
        cmocka_unit_test_setup_teardown(the_page_says_who_publishes, start, kit_stop),
        cmocka_unit_test_setup_teardown(a_changed_document_is_asked_for_again, start, kit_stop),
        cmocka_unit_test_setup_teardown(kept_as_long_as_told_within_bounds, start, kit_stop),
        cmocka_unit_test_setup_teardown(renewed_by_its_validators, start, kit_stop),
        cmocka_unit_test_setup_teardown(bridged_while_its_host_is_down, start, kit_stop),
        cmocka_unit_test_setup_teardown(a_failure_is_not_asked_for_at_each_request, start,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(pins_bridge_a_blocked_host, start, kit_stop),
        cmocka_unit_test_setup_teardown(one_flight_for_all, start, kit_stop),
        cmocka_unit_test_setup_teardown(slow_strangers_hold_up_few, start_with_two_workers,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(strangers_push_nobody_out, start, kit_stop),
        cmocka_unit_test_setup_teardown(a_strangers_host_is_asked_so_often_only, start_limited,
                                        kit_stop),
    };
    return cmocka_run_group_tests_name("oauth: client documents", tests, NULL, NULL);
}
