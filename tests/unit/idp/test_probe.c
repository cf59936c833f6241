// SPDX-License-Identifier: MIT
// What is concluded from the answers to a stranger's questions: nothing too much, and what was
// asked.
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/clock.h"
#include "idp/internal.h"
#include "idp/probe.h"
#include "unit/scripted.h"

#define TENANT   "11111111-2222-3333-4444-555555555555"
#define CLIENT   "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
#define REDIRECT "https://mcp.example.com/auth/callback"
#define SECRET   "s3cret-of-the-client"

static struct scripted server;
static struct fetcher *fetcher;
static struct arena *arena;
static struct idp *idp;

// The answer, and the last request. Written by the test before and read after its one request.
static struct {
    int status;
    const char *location; // "{state}" stands for the state that was asked with
    const char *header, *body;
    int later_status; // of the token endpoint, where another than the one before is asked; 0: the
                      // same
    const char *later_body;
    char target[4096], form[4096], client_request_id[64], cookie[64], type[64];
} now;

static void keep(struct str text, char *ret, size_t size)
{
    snprintf(ret, size, STR_FMT, STR_ARG(text));
}

static struct str state_in(struct str target)
{
    ptrdiff_t at = str_find(target, STR("&state="));
    struct str rest = str_slice(target, (size_t)at + 7, target.n);
    return at < 0 ? STR_NONE : str_cut(&rest, '&');
}

static void add_location(struct buf *out, struct str target)
{
    struct str rest = str_c(now.location), mark = STR("{state}");
    ptrdiff_t at = str_find(rest, mark);
    buf_adds(out, "Location: ");
    if (at >= 0) {
        buf_add(out, str_slice(rest, 0, (size_t)at));
        buf_add(out, state_in(target));
        rest = str_slice(rest, (size_t)at + mark.n, rest.n);
    }
    buf_add(out, rest);
    buf_adds(out, "\r\n");
}

static void serve(void *ctx, const struct scripted_request *request, struct scripted_answer *answer)
{
    (void)ctx;
    keep(request->target, now.target, sizeof now.target);
    keep(request->body, now.form, sizeof now.form);
    keep(scripted_header(request, "client-request-id"), now.client_request_id,
         sizeof now.client_request_id);
    keep(scripted_header(request, "Cookie"), now.cookie, sizeof now.cookie);
    keep(scripted_header(request, "Content-Type"), now.type, sizeof now.type);
    bool later = now.later_status && str_ends(request->target, STR("/token"));
    answer->status = later ? now.later_status : now.status;
    if (now.location)
        add_location(&answer->header, request->target);
    if (now.header)
        buf_adds(&answer->header, now.header);
    if (now.body)
        buf_adds(&answer->body, later ? now.later_body : now.body);
}

static struct idp *client(const char *secret, const char *extra, bool entra)
{
    static char authorize[128], token[128];
    struct idp *made;
    struct err err = { 0 };
    snprintf(authorize, sizeof authorize, "http://127.0.0.1:%d/oauth2/v2.0/authorize", server.port);
    snprintf(token, sizeof token, "http://127.0.0.1:%d%s/token", server.port,
             entra ? "/oauth2/v2.0" : "");
    const struct idp_config config = { .issuer =
                                           "https://login.microsoftonline.com/" TENANT "/v2.0",
                                       .authorization_endpoint = authorize,
                                       .token_endpoint = token,
                                       .jwks_uri = "https://login.example.com/keys",
                                       .client_id = CLIENT,
                                       .client_secret = secret,
                                       .extra_authorize_params = extra,
                                       .scopes = "openid profile offline_access" };
    if (!idp_new(&config, fetcher, &made, &err))
        fail_msg("%s", err.text);
    return made;
}

static int set_up(void **state)
{
    (void)state;
    const struct fetch_config config = { .user_agent = "test" };
    struct err err;
    arena = arena_new();
    if (!scripted_start(&server, 0, serve, NULL) || !fetcher_new(&config, &fetcher, &err))
        return -1;
    memset(&now, 0, sizeof now);
    idp = client(NULL, NULL, true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    idp_free(idp);
    fetcher_free(fetcher);
    scripted_stop(&server);
    arena_free(arena);
    return 0;
}

static struct probe redirect(const char *uri)
{
    struct probe probe;
    idp_probe_redirect(idp, arena, uri, NULL, &probe);
    return probe;
}

static void page(int status, const char *body)
{
    now.status = status;
    now.later_status = 0;
    now.location = NULL;
    now.body = body;
}

// --- the redirect URI ---

static void a_redirect_must_lead_to_exactly_that_uri(void **state)
{
    (void)state;
    static const char *const elsewhere[] = {
        REDIRECT "2?error=login_required&state={state}",
        REDIRECT "/?error=login_required&state={state}",
        REDIRECT ".evil.example?error=login_required&state={state}",
        REDIRECT "&error=login_required&state={state}",
        REDIRECT, // says nothing
        REDIRECT "?error=login_required",
        REDIRECT "?error=login_required&state=another",
        "https://MCP.example.com/auth/callback?error=login_required&state={state}",
        "https://login.live.com/oauth20_authorize.srf?redirect_uri=" REDIRECT "&state={state}",
        "/login?state={state}",
    };
    now.status = 302;
    for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
        now.location = elsewhere[i];
        struct probe probe = redirect(REDIRECT);
        if (probe.answer != PROBE_UNCLEAR)
            fail_msg("%s was taken for %s", elsewhere[i], REDIRECT);
        assert_int_equal(probe.status, 302);
        assert_true(*probe.said);
    }
}

static void a_redirect_to_the_uri_proves_that_it_is_registered(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *location, *error;
        int aadsts;
    } rows[] = {
        { REDIRECT,
          REDIRECT
          "?error=login_required&error_description=AADSTS50058%3a+A+silent+sign-in+request+was+sent"
          "+but+no+user+is+signed+in.+Trace+ID%3a+1&state={state}#",
          "login_required", 50058 },
        { REDIRECT, REDIRECT "?state={state}&error=interaction_required", "interaction_required",
          0 },
        { REDIRECT,
          REDIRECT "?error=invalid_client&error_description=AADSTS650053%3a%20no&state={state}",
          "invalid_client", 650053 },
        { REDIRECT, REDIRECT "#error=login_required&state={state}", "login_required", 0 },
        { "http://localhost:6274/callback",
          "http://localhost:6274/callback?error=login_required&state={state}", "login_required",
          0 },
        { REDIRECT "?a=b", REDIRECT "?a=b&error=consent_required&state={state}", "consent_required",
          0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        now.status = i % 2 ? 303 : 302;
        now.location = rows[i].location;
        struct probe probe = redirect(rows[i].uri);
        if (probe.answer != PROBE_YES)
            fail_msg("row %zu: %s", i, probe.said);
        assert_string_equal(probe.error, rows[i].error);
        assert_int_equal(probe.aadsts, rows[i].aadsts);
    }
    now.location = rows[0].location;
    now.status = 302;
    assert_string_equal(redirect(REDIRECT).said,
                        "AADSTS50058: A silent sign-in request was sent but no user is signed in.");
}

static void entras_pages_are_read_whatever_their_status(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int aadsts;
        enum probe_answer answer;
    } rows[] = {
        { "<p>AADSTS50011: The redirect URI &#39;" REDIRECT "&#39; does not match.</p>", 50011,
          PROBE_NO },
        { "<script>$Config={\"iErrorCode\":50011,\"x\":1}</script>", 50011, PROBE_NO },
        { "<script>$Config={\"sErrorCode\":\"500117\"}</script>", 500117, PROBE_NO },
        { "<p>AADSTS500113: no reply address</p>", 500113, PROBE_NO },
        { "<p>AADSTS900971: no reply address provided</p>", 900971, PROBE_NO },
        { "<p>AADSTS90102: must be a valid absolute URI</p>", 90102, PROBE_NO },
        { "<p>AADSTS700016: not found</p>", 700016, PROBE_UNCLEAR },
        { "<p>AADSTS90002: Tenant not found</p>", 90002, PROBE_UNCLEAR },
        { "<p>AADSTS50194: not multi-tenant</p>", 50194, PROBE_UNCLEAR },
        { "<p>AADSTS7000112: disabled</p>", 7000112, PROBE_UNCLEAR },
        { "<p>AADSTS4242424: never heard of, redirect_uri</p>", 4242424, PROBE_UNCLEAR },
        { "<form action=\"/login?redirect_uri=x\"><input name=passwd></form>", 0, PROBE_UNCLEAR },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (int status = 200; status <= 400; status += 200) {
            page(status, rows[i].body);
            struct probe probe = redirect(REDIRECT);
            if (probe.answer != rows[i].answer || probe.aadsts != rows[i].aadsts)
                fail_msg("%s: %d, AADSTS%d", rows[i].body, probe.answer, probe.aadsts);
        }
    page(200, rows[0].body);
    assert_string_equal(redirect(REDIRECT).said,
                        "AADSTS50011: The redirect URI '" REDIRECT "' does not match.");
}

static void other_providers_pages_are_judged_by_their_words(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        enum probe_answer answer;
    } rows[] = {
        { 400, "<p>Invalid parameter: redirect_uri</p>", PROBE_NO },                    // Keycloak
        { 400, "The 'redirect_uri' parameter must be a Login redirect URI", PROBE_NO }, // Okta
        { 403, "<h1>Callback URL mismatch.</h1>", PROBE_NO },                           // Auth0
        { 400, "<li>error: invalid_redirect_uri</li><li>redirect_uri did not match</li>",
          PROBE_NO }, // oidc-provider
        { 400,
          "{\"error\":\"invalid_request\",\"error_description\":\"redirect_uri is not known\"}",
          PROBE_NO },
        { 200, "<p>Invalid parameter: redirect_uri</p>", PROBE_UNCLEAR },
        { 400, "<p>Client not found.</p>", PROBE_UNCLEAR },
        { 400, "<a href=\"?redirect_uri=x&redirect_uri%3Dy\">Something failed</a>", PROBE_UNCLEAR },
        { 400, "<p>error: invalid_client</p><p>check client_id and redirect_uri</p>",
          PROBE_UNCLEAR },
        { 503, "<p>redirect_uri service down</p>", PROBE_UNCLEAR },
        { 429, "redirect_uri: slow down", PROBE_UNCLEAR },
        { 404, "", PROBE_UNCLEAR },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        page(rows[i].status, rows[i].body);
        struct probe probe = redirect(REDIRECT);
        if (probe.answer != rows[i].answer)
            fail_msg("%d %s: %d", rows[i].status, rows[i].body, probe.answer);
        assert_int_equal(probe.status, rows[i].status);
        assert_int_equal(probe.aadsts, 0);
    }
}

static void the_question_is_a_real_sign_ins_without_a_person(void **state)
{
    (void)state;
    idp_free(idp);
    idp = client(SECRET, "prompt=select_account&domain_hint=contoso.example", true);
    page(200, "");
    struct probe probe = redirect("http://localhost:6274/callback");
    struct str asked = str_c(now.target);
    assert_true(str_starts(asked, STR("/oauth2/v2.0/authorize?client_id=" CLIENT
                                      "&response_type=code&response_mode=query"
                                      "&redirect_uri=http%3A%2F%2Flocalhost%3A6274%2Fcallback"
                                      "&scope=openid+profile+offline_access&state=")));
    assert_true(str_ends(asked, STR("&code_challenge_method=S256&prompt=none")));
    assert_true(str_find(asked, STR("select_account")) < 0);
    assert_true(str_find(asked, STR("domain_hint")) < 0);
    assert_true(str_find(asked, STR(SECRET)) < 0);
    ptrdiff_t challenge = str_find(asked, STR("&code_challenge="));
    struct str rest = str_slice(asked, (size_t)challenge + 16, asked.n);
    assert_int_equal(str_cut(&rest, '&').n, 43);
    assert_string_equal(now.cookie, "");
    assert_int_equal(strlen(now.client_request_id), 36);
    assert_string_equal(now.client_request_id, probe.correlation);
}

static void two_questions_have_nothing_in_common(void **state)
{
    (void)state;
    page(200, "");
    struct probe one = redirect(REDIRECT);
    char first[sizeof now.target];
    snprintf(first, sizeof first, "%s", now.target);
    struct probe two = redirect(REDIRECT);
    assert_string_not_equal(one.correlation, two.correlation);
    assert_false(str_eq(state_in(str_c(first)), state_in(str_c(now.target))));
}

static void no_answer_is_unclear_and_says_why(void **state)
{
    (void)state;
    struct probe probe = redirect(REDIRECT); // status 0: hangs up
    assert_int_equal(probe.answer, PROBE_UNCLEAR);
    assert_int_equal(probe.status, 0);
    assert_true(*probe.said);
    assert_true(*probe.correlation);
}

static void ids_and_waiting_times_are_kept(void **state)
{
    (void)state;
    page(503, "");
    now.header = "x-ms-request-id: 0c8f\x01-id\r\nRetry-After: 7\r\n";
    struct probe probe = redirect(REDIRECT);
    assert_string_equal(probe.request_id, "0c8f -id");
    assert_int_equal(probe.retry_after, 7);
    now.header = NULL;
    assert_int_equal(redirect(REDIRECT).retry_after, -1);
}

// --- device, client, secret: JSON ---

struct row {
    int status;
    const char *body;
    enum probe_answer answer;
    int aadsts;
};

#define REFUSED(word, number)                                                                      \
    "{\"error\":\"" word "\",\"error_description\":\"AADSTS" #number                               \
    ": no. Trace ID: 1\",\"error_codes\":[" #number "]}"

typedef void prober(struct idp *idp, struct arena *arena, struct cancel *cancel, struct probe *ret);

static void check_rows(prober *ask, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct probe probe;
        page(rows[i].status, rows[i].body);
        ask(idp, arena, NULL, &probe);
        if (probe.answer != rows[i].answer || probe.aadsts != rows[i].aadsts)
            fail_msg("row %zu, %s: %d, AADSTS%d", i, rows[i].body, probe.answer, probe.aadsts);
        if (probe.status != rows[i].status || !*probe.said)
            fail_msg("row %zu: status %d, said \"%s\"", i, probe.status, probe.said);
    }
}

static void the_device_endpoint_is_judged(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { 200, "{\"device_code\":\"d3v1ce\",\"user_code\":\"ABCD\",\"verification_uri\":\"u\"}",
          PROBE_YES, 0 },
        { 200, "{\"device_code\":\"d\"}", PROBE_UNCLEAR, 0 },
        { 200, "<form>", PROBE_UNCLEAR, 0 },
        { 400, REFUSED("unauthorized_client", 700016), PROBE_NO, 700016 },
        { 401, REFUSED("invalid_client", 7000218), PROBE_NO, 7000218 },
        { 400, REFUSED("invalid_request", 90002), PROBE_NO, 90002 },
        { 400, "{\"error\":\"unauthorized_client\"}", PROBE_NO, 0 },
        { 404, "<h1>Not found</h1>", PROBE_NO, 0 },
        { 400, "<h1>What?</h1>", PROBE_UNCLEAR, 0 },
        { 429, "{\"error\":\"slow\"}", PROBE_UNCLEAR, 0 },
        { 503, "", PROBE_UNCLEAR, 0 },
        { 302, "", PROBE_UNCLEAR, 0 },
    };
    check_rows(idp_probe_device, rows, ARRAY_LEN(rows));
    assert_string_equal(now.target, "/oauth2/v2.0/devicecode");
    assert_string_equal(now.form, "client_id=" CLIENT "&scope=openid+profile+offline_access");
    assert_string_equal(now.type, "application/x-www-form-urlencoded");
}

static void a_device_code_is_kept_nowhere(void **state)
{
    (void)state;
    struct probe probe;
    page(200, "{\"device_code\":\"d3v1ce\",\"user_code\":\"ABCD\",\"verification_uri\":\"u\"}");
    idp_probe_device(idp, arena, NULL, &probe);
    assert_null(strstr(probe.said, "ABCD"));
    assert_null(strstr(probe.said, "d3v1ce"));
}

static void a_device_endpoint_that_wants_a_credential_first_has_refused_nobody(void **state)
{
    (void)state;
    struct probe probe;
    page(401, "{\"error\":\"invalid_client\"}");
    idp_probe_device(idp, arena, NULL, &probe);
    assert_int_equal(probe.answer, PROBE_NO);
    idp_free(idp);
    idp = client(SECRET, NULL, true);
    idp_probe_device(idp, arena, NULL, &probe);
    assert_int_equal(probe.answer, PROBE_UNCLEAR);
    assert_null(strstr(now.form, SECRET));
}

static void without_a_device_endpoint_nobody_is_asked(void **state)
{
    (void)state;
    struct probe probe;
    idp_free(idp);
    idp = client(NULL, NULL, false);
    idp_probe_device(idp, arena, NULL, &probe);
    assert_int_equal(probe.answer, PROBE_NO);
    assert_int_equal(probe.status, 0);
    assert_string_equal(now.target, "");
}

// The second request is the poll.
static void a_device_code_is_polled_once(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        enum probe_answer answer;
        const char *error;
    } rows[] = {
        { 400, REFUSED("authorization_pending", 70016), PROBE_UNCLEAR, "authorization_pending" },
        { 401, REFUSED("invalid_client", 7000218), PROBE_NO, "invalid_client" },
        { 400, "{\"error\":\"unauthorized_client\"}", PROBE_NO, "unauthorized_client" },
        { 400, "{\"error\":\"expired_token\"}", PROBE_UNCLEAR, "expired_token" },
        { 503, "{\"error\":\"invalid_client\"}", PROBE_UNCLEAR, "invalid_client" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct probe probe;
        page(200, "{\"device_code\":\"d3v1ce\",\"user_code\":\"ABCD\",\"verification_uri\":\"u\"}");
        now.later_status = rows[i].status;
        now.later_body = rows[i].body;
        idp_probe_device_poll(idp, 0, NULL, &probe);
        assert_int_equal(probe.answer, rows[i].answer);
        assert_string_equal(probe.error, rows[i].error);
        assert_null(strstr(probe.said, "d3v1ce"));
        assert_non_null(strstr(now.form, "device_code=d3v1ce"));
        assert_string_equal(now.target, "/oauth2/v2.0/token");
    }
    struct probe probe;
    page(400, REFUSED("unauthorized_client", 700016));
    idp_probe_device_poll(idp, 0, NULL, &probe);
    assert_int_equal(probe.answer, PROBE_NO);
    assert_string_equal(now.target, "/oauth2/v2.0/devicecode");
}

static void the_client_is_judged_by_an_invented_code(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { 400, REFUSED("invalid_grant", 9002313), PROBE_YES, 9002313 },
        { 400, REFUSED("invalid_grant", 70000), PROBE_YES, 70000 },
        { 400, "{\"error\":\"invalid_grant\"}", PROBE_YES, 0 },
        { 401, REFUSED("invalid_client", 7000218), PROBE_YES, 7000218 },
        { 400, REFUSED("unauthorized_client", 700016), PROBE_NO, 700016 },
        { 400, REFUSED("unauthorized_client", 7000112), PROBE_NO, 7000112 },
        { 400, REFUSED("invalid_request", 90002), PROBE_NO, 90002 },
        { 400, REFUSED("invalid_request", 900144), PROBE_UNCLEAR, 900144 },
        { 400, REFUSED("invalid_grant", 4242), PROBE_UNCLEAR, 4242 },
        { 401, "{\"error\":\"invalid_client\"}", PROBE_UNCLEAR, 0 },
        { 200, "{\"access_token\":\"t\"}", PROBE_UNCLEAR, 0 },
        { 400, "<p>invalid_grant</p>", PROBE_UNCLEAR, 0 },
        { 503, "{\"error\":\"invalid_grant\"}", PROBE_UNCLEAR, 0 },
    };
    idp_free(idp);
    idp = client(SECRET, NULL, true);
    check_rows(idp_probe_client, rows, ARRAY_LEN(rows));
    assert_non_null(strstr(now.form, "client_id=" CLIENT "&grant_type=authorization_code&code="));
    assert_null(strstr(now.form, SECRET));
}

static void the_number_is_found_in_the_text_too(void **state)
{
    (void)state;
    struct probe probe;
    page(400, "{\"error\":\"unauthorized_client\",\"error_description\":"
              "\"AADSTS700016: Application with identifier 'x' was not found.\\r\\nTrace ID: 1\"}");
    idp_probe_client(idp, arena, NULL, &probe);
    assert_int_equal(probe.aadsts, 700016);
    assert_string_equal(probe.error, "unauthorized_client");
    assert_string_equal(probe.said, "AADSTS700016: Application with identifier 'x' was not found.");
}

static void the_credential_is_judged(void **state)
{
    (void)state;
    static const struct row rows[] = {
        { 200, "{\"access_token\":\"t0ken\"}", PROBE_YES, 0 },
        { 200, "{}", PROBE_UNCLEAR, 0 },
        { 401, REFUSED("invalid_client", 7000215), PROBE_NO, 7000215 },
        { 401, REFUSED("invalid_client", 7000222), PROBE_NO, 7000222 },
        { 401, REFUSED("invalid_client", 700211), PROBE_NO, 700211 },
        { 401, REFUSED("invalid_client", 700212), PROBE_NO, 700212 },
        { 401, REFUSED("invalid_client", 700213), PROBE_NO, 700213 },
        { 401, REFUSED("invalid_client", 7002138), PROBE_NO, 7002138 },
        { 401, "{\"error\":\"invalid_client\"}", PROBE_NO, 0 },
        { 400, REFUSED("unauthorized_client", 700016), PROBE_UNCLEAR, 700016 },
        { 400, REFUSED("invalid_grant", 53003), PROBE_UNCLEAR, 53003 },
        { 400, "{\"error\":\"unauthorized_client\"}", PROBE_UNCLEAR, 0 },
        { 500, "{\"error\":\"invalid_client\"}", PROBE_UNCLEAR, 0 },
        { 400, "<p>no</p>", PROBE_UNCLEAR, 0 },
    };
    struct probe probe;
    idp_probe_secret(idp, arena, NULL, &probe);
    assert_int_equal(probe.answer, PROBE_UNCLEAR);
    assert_string_equal(now.target, ""); // none is configured, nobody was asked
    idp_free(idp);
    idp = client(SECRET, NULL, true);
    check_rows(idp_probe_secret, rows, ARRAY_LEN(rows));
    assert_string_equal(
        now.form, "grant_type=client_credentials&client_id=" CLIENT
                  "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_secret=" SECRET);
    page(200, "{\"access_token\":\"t0ken\"}");
    idp_probe_secret(idp, arena, NULL, &probe);
    assert_null(strstr(probe.said, "t0ken"));
}

static void a_federated_token_that_cannot_be_had_is_told(void **state)
{
    (void)state;
    struct idp_config config = { .issuer = "https://login.microsoftonline.com/t/v2.0",
                                 .authorization_endpoint = "http://127.0.0.1:1/authorize",
                                 .token_endpoint = "http://127.0.0.1:1/oauth2/v2.0/token",
                                 .jwks_uri = "http://127.0.0.1:1/keys",
                                 .client_id = CLIENT,
                                 .client_assertion_file = "/nonexistent/token" };
    struct probe probe;
    struct err err;
    idp_free(idp);
    assert_true(idp_new(&config, fetcher, &idp, &err));
    idp_probe_secret(idp, arena, NULL, &probe);
    assert_int_equal(probe.answer, PROBE_NO);
    assert_int_equal(probe.status, 0);
    assert_non_null(strstr(probe.said, "/nonexistent/token"));
}

static void a_stranger_cannot_write_into_the_report(void **state)
{
    (void)state;
    struct probe probe;
    page(400,
         "{\"error\":\"a\\u001b[31m\\nb\",\"error_description\":\"x\\u001b]0;t\\u0007\\r\\ny\"}");
    idp_probe_client(idp, arena, NULL, &probe);
    assert_string_equal(probe.error, "a [31m b");
    assert_string_equal(probe.said, "x ]0;t y");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_redirect_must_lead_to_exactly_that_uri),
        TEST(a_redirect_to_the_uri_proves_that_it_is_registered),
        TEST(entras_pages_are_read_whatever_their_status),
        TEST(other_providers_pages_are_judged_by_their_words),
        TEST(the_question_is_a_real_sign_ins_without_a_person),
        TEST(two_questions_have_nothing_in_common),
        TEST(no_answer_is_unclear_and_says_why),
        TEST(ids_and_waiting_times_are_kept),
        TEST(the_device_endpoint_is_judged),
        TEST(a_device_code_is_kept_nowhere),
        TEST(a_device_endpoint_that_wants_a_credential_first_has_refused_nobody),
        TEST(without_a_device_endpoint_nobody_is_asked),
        TEST(a_device_code_is_polled_once),
        TEST(the_client_is_judged_by_an_invented_code),
        TEST(the_number_is_found_in_the_text_too),
        TEST(the_credential_is_judged),
        TEST(a_federated_token_that_cannot_be_had_is_told),
        TEST(a_stranger_cannot_write_into_the_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
