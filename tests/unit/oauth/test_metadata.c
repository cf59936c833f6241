// SPDX-License-Identifier: MIT
// Discovery and keys, tests 1-16 and pitfalls 1-9.
#include "unit/oauth/kit.h"

#define PRM "/.well-known/oauth-protected-resource"
#define AS  "/.well-known/oauth-authorization-server"
#define OC  "/.well-known/openid-configuration"

static void unknown_documents_are_404_json(void **state)
{
    (void)state;
    static const char *const paths[] = { "/.well-known/nothing",
                                         "/.well-known/oauth-protected-resource/mcp/", PRM "/other",
                                         "/.well-known/oauth-authorization-server/x" };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct reply r = get(NULL, paths[i], "");
        assert_int_equal(r.status, 404);
        assert_true(str_starts(header(&r, "Content-Type"), STR("application/json")));
    }
}

// Tests 1, 2, 8; pitfalls 1, 3, 4.
/*= rfc9728 3.3 "The resource value returned MUST be identical to the protected resource's resource
 * identifier value" */
static void the_resource_is_described_at_both_places(void **state)
{
    (void)state;
    struct reply root = get(NULL, PRM, ""), path = get(NULL, PRM "/mcp", "");
    assert_int_equal(path.status, 200);
    assert_true(str_eq(root.body, path.body));
    assert_true(str_is(member(&path, "resource"), BASE "/mcp"));
    assert_true(says(&path, "\"authorization_servers\":[\"" BASE "\"]"));
    assert_true(says(&path, "\"scopes_supported\":[\"mcp\"]"));
    assert_true(str_is(header(&path, "Cache-Control"), "public, max-age=300"));
}

// Tests 4, 7, 10-12; pitfalls 7-9.
/*= rfc8414 3.3 "The "issuer" value returned MUST be identical to the authorization server's issuer
 * identifier value" */
static void the_server_is_described_everywhere_alike(void **state)
{
    (void)state;
    static const char *const paths[] = { AS, AS "/mcp", OC, OC "/mcp", "/mcp" AS, "/mcp" OC };
    struct reply first = get(NULL, AS, "");
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct reply r = get(NULL, paths[i], "");
        assert_int_equal(r.status, 200);
        assert_true(str_eq(r.body, first.body));
    }
    assert_true(str_is(member(&first, "issuer"), BASE));
    assert_true(str_is(member(&first, "token_endpoint"), BASE "/token"));
    static const char *const has[] = {
        "\"code_challenge_methods_supported\":[\"S256\"]",
        "\"token_endpoint_auth_methods_supported\":[\"none\"]",
        "\"grant_types_supported\":[\"authorization_code\",\"refresh_token\"]",
        "\"response_types_supported\":[\"code\"]",
        "\"authorization_response_iss_parameter_supported\":true",
        "\"registration_endpoint\":\"" BASE "/register\"",
        "\"revocation_endpoint\":\"" BASE "/revoke\"",
        "\"jwks_uri\":\"" BASE "/.well-known/jwks.json\"",
    };
    for (size_t i = 0; i < ARRAY_LEN(has); i++)
        if (!says(&first, has[i]))
            fail_msg("%s", has[i]);
    assert_false(says(&first, "offline_access"));
    assert_false(says(&first, "client_id_metadata_document_supported"));
    assert_false(says(&first, "client_secret"));
}

// T41, test 15: a pinned URL cannot be moved by headers.
static void T41_headers_do_not_move_a_pinned_url(void **state)
{
    (void)state;
    struct reply plain = get(NULL, AS, "");
    struct reply spoof = get(
        NULL, AS,
        "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\nForwarded: host=evil.example\r\n");
    assert_true(str_eq(plain.body, spoof.body));
}

// T39: any page may read metadata, register and redeem; none may drive the person's pages.
static void T39_cors_is_open_where_no_cookie_counts(void **state)
{
    (void)state;
    static const struct {
        const char *path, *method;
        bool open;
    } rows[] = { { PRM "/mcp", "GET", true },   { AS, "GET", true },
                 { "/register", "POST", true }, { "/token", "POST", true },
                 { "/revoke", "POST", true },   { "/authorize", "GET", false },
                 { "/consent", "POST", false }, { "/auth/callback", "GET", false } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str headers = arena_printf(
            kit.arena, "Origin: https://app.example\r\nAccess-Control-Request-Method: %s\r\n",
            rows[i].method);
        struct reply r = talk(kit.arena, NULL, "OPTIONS", str_c(rows[i].path), headers.p, STR_NONE);
        bool open = str_is(header(&r, "Access-Control-Allow-Origin"), "*");
        if (open != rows[i].open)
            fail_msg("%s %d", rows[i].path, r.status);
        assert_null(header(&r, "Access-Control-Allow-Credentials").p);
    }
}

static void keys_verify_our_tokens(void **state)
{
    (void)state;
    struct reply r = get(NULL, "/.well-known/jwks.json", "");
    struct jwks *set;
    struct err err;
    assert_int_equal(r.status, 200);
    assert_null(strstr(r.body.p, "\"d\""));
    assert_true(jwks_parse(r.body, &set, &err));
    assert_int_equal(jwks_count(set), 1);
    jwks_free(set);
}

static void learned_urls_are_not_cacheable(void **state)
{
    (void)state;
    struct reply r = get(NULL, PRM "/mcp", "Host: localhost:8000\r\n");
    assert_true(str_is(member(&r, "resource"), "http://localhost:8000/mcp"));
    assert_true(str_is(header(&r, "Cache-Control"), "no-store"));
    assert_int_equal(get(NULL, PRM, "Host: mcp.example.com\r\n").status, 400);
}

static int start_learning(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .tls_upstream = false });
    return 0;
}

// Test 175, T56.
static void mistakes_are_refused_at_the_start(void **state)
{
    (void)state;
    static const char *const stars[] = { "*", NULL }, *const js[] = { "javascript", NULL };
    const struct oauth_config bad[] = {
        { .base_url = "http://mcp.example.com" },
        { .base_url = "https://mcp.example.com/" },
        { .base_url = "https://mcp.example.com/x" },
        { .base_url = "mcp.example.com" },
        { .redirect_hosts = stars },
        { .redirect_schemes = js },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct oauth_config config = bad[i];
        struct oauth *o;
        struct err err = { 0 };
        config.idp = kit.idp;
        config.keys = kit.keys;
        config.spent = kit.spent;
        assert_false(oauth_new(&config, &o, &err));
        assert_non_null(strstr(err.text, "OIDCPROXY_"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unknown_documents_are_404_json, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(the_resource_is_described_at_both_places, kit_start,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(the_server_is_described_everywhere_alike, kit_start,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(T41_headers_do_not_move_a_pinned_url, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(T39_cors_is_open_where_no_cookie_counts, kit_start,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(keys_verify_our_tokens, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(learned_urls_are_not_cacheable, start_learning, kit_stop),
        cmocka_unit_test_setup_teardown(mistakes_are_refused_at_the_start, kit_start, kit_stop),
    };
    return cmocka_run_group_tests_name("oauth: metadata", tests, NULL, NULL);
}
