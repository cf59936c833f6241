// SPDX-License-Identifier: MIT
// From registration to a call, as a client, a browser and a person see it.
#define KIT_WITH_ACCESS
#include "unit/oauth/kit.h"

static void a_sign_in_leads_to_a_call(void **state)
{
    (void)state;
    struct str client = register_for("MCP CLI Proxy", LOOPBACK);
    assert_true(client.n < 1024);
    struct reply tokens = sign_in(client);
    struct str access = member(&tokens, "access_token");
    assert_true(access.n < 1024);
    assert_int_equal(number(&tokens, "expires_in"), 3600);
    assert_string_equal(member(&tokens, "token_type").p, "Bearer");
    assert_string_equal(member(&tokens, "scope").p, "mcp");
    assert_string_equal(header(&tokens, "Cache-Control").n ? "no-store" : "", "no-store");
    assert_true(member(&tokens, "refresh_token").n > 100);
    struct reply r = call_mcp(access);
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "oidc:11111111-2222-3333-4444-555555555555:person-1"));
}

// Tests 108, 107: one iss in the answer, the state untouched, the query of the redirect URI kept.
static void the_answer_names_the_issuer_once(void **state)
{
    (void)state;
    const char *uri = "https://claude.ai/cb?a=1&iss=evil&b=2";
    struct str client = register_for("Claude", uri);
    struct jar jar = { "", "" };
    struct str url = to_idp(&jar, client, uri);
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(r.status, 302);
    struct str location = header(&r, "Location");
    assert_true(str_starts(location, STR("https://claude.ai/cb?a=1&b=2&code=")));
    assert_true(str_is(param(location, "iss"), BASE));
    assert_true(str_is(param(location, "state"), "s-1"));
    assert_int_equal(str_find(location, STR("evil")), -1);
}

// Pitfall 12, test 77: nothing of the client's request reaches the provider.
static void the_provider_sees_its_own_request_only(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct reply page =
        get(&jar,
            authorize_target(client, LOOPBACK,
                             "&scope=offline_access+admin&prompt=consent&resource=" BASE
                             "/mcp&login_hint=x")
                .p,
            "");
    struct reply r = decide_on(&jar, &page, "allow", OWN);
    struct str url = header(&r, "Location");
    assert_true(str_is(param(url, "client_id"), APP));
    assert_true(str_is(param(url, "scope"), "openid profile offline_access"));
    assert_true(str_is(param(url, "redirect_uri"), BASE "/auth/callback"));
    assert_null(param(url, "resource").p);
    assert_null(param(url, "prompt").p);
    assert_false(str_is(param(url, "code_challenge"), CHALLENGE));
    assert_true(param(url, "nonce").n > 20);
}

// Pitfall 25: a loopback listener always gets a page; a web place the person allowed is silent.
static void a_known_browser_is_asked_less(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    const char *web = "https://claude.ai/api/mcp/auth_callback";
    struct str local = register_for("Local", LOOPBACK), claude = register_for("Claude", web);
    to_idp(&jar, local, LOOPBACK);
    to_idp(&jar, claude, web);
    struct reply r =
        get(&jar, authorize_target(local, "http://localhost:4000/oauth/callback", "").p,
            "Sec-Fetch-Site: none\r\n");
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "Continue to sign-in"));
    static const struct {
        const char *site;
        int status;
    } sites[] = {
        // T5, test 99
        { "", 200 },
        { "Sec-Fetch-Site: cross-site\r\n", 200 },
        { "Sec-Fetch-Site: bogus\r\n", 200 },
        { "Sec-Fetch-Site: none\r\n", 302 },
        { "Sec-Fetch-Site: same-origin\r\n", 302 },
        { "Sec-Fetch-Site: same-site\r\n", 302 },
    };
    for (size_t i = 0; i < ARRAY_LEN(sites); i++) {
        r = get(&jar, authorize_target(claude, web, "").p, sites[i].site);
        assert_int_equal(r.status, sites[i].status);
    }
    clock_freeze(NOW + 91 * 86400);
    r = get(&jar, authorize_target(claude, web, "").p, "Sec-Fetch-Site: none\r\n");
    assert_int_equal(r.status, 200);
}

// Test 92: ten remembered, the oldest goes.
static void consents_are_bounded(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    const char *web = "https://claude.ai/api/mcp/auth_callback";
    struct str clients[11];
    for (size_t i = 0; i < 11; i++) {
        clients[i] = register_for(arena_printf(kit.arena, "client %zu", i).p, web);
        to_idp(&jar, clients[i], web);
    }
    assert_true(strlen(jar.consents) < 500);
    for (size_t i = 0; i < 11; i++) {
        struct reply r =
            get(&jar, authorize_target(clients[i], web, "").p, "Sec-Fetch-Site: none\r\n");
        assert_int_equal(r.status, i == 0 ? 200 : 302);
    }
}

// Tests 93, 99: a remembered consent counts for its own browser, whole and unexpired.
static void remembered_consents_are_not_transferable(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, other = { "", "" };
    const char *web = "https://claude.ai/api/mcp/auth_callback";
    struct str client = register_for("Claude", web);
    struct str target = authorize_target(client, web, "");
    to_idp(&jar, client, web);
    to_idp(&other, register_for("Other", web), web);
    char good[1024];
    snprintf(good, sizeof good, "%s", jar.consents);
    assert_int_equal(get(&jar, target.p, "Sec-Fetch-Site: none\r\n").status, 302);

    snprintf(other.consents, sizeof other.consents, "%s", good); // another browser's
    assert_int_equal(get(&other, target.p, "Sec-Fetch-Site: none\r\n").status, 200);
    for (size_t i = 0; good[i]; i += 7) { // any byte changed
        snprintf(jar.consents, sizeof jar.consents, "%s", good);
        jar.consents[i] = good[i] == '1' ? '2' : '1';
        assert_int_equal(get(&jar, target.p, "Sec-Fetch-Site: none\r\n").status, 200);
    }
    static const char *const odd[] = { "", ".", "~", "~~.", ":9.x", "x:99999999999999999999.x" };
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        snprintf(jar.consents, sizeof jar.consents, "%s", odd[i]);
        assert_int_equal(get(&jar, target.p, "Sec-Fetch-Site: none\r\n").status, 200);
    }
    // Another host of the same client, and the same host of another client, are asked.
    snprintf(jar.consents, sizeof jar.consents, "%s", good);
    struct str moved = register_for("Claude", "https://claude.com/api/mcp/auth_callback");
    target = authorize_target(moved, "https://claude.com/api/mcp/auth_callback", "");
    assert_int_equal(get(&jar, target.p, "Sec-Fetch-Site: none\r\n").status, 200);
    target = authorize_target(register_for("Claude 2", web), web, "");
    assert_int_equal(get(&jar, target.p, "Sec-Fetch-Site: none\r\n").status, 200);
}

// Tests 84, 105: a look ahead at any page spends nothing.
static void looking_ahead_spends_nothing(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct str url = to_idp(&jar, client, LOOPBACK);
    struct str back =
        arena_printf(kit.arena, "/auth/callback?code=" STR_FMT "&state=" STR_FMT,
                     STR_ARG(param(url, "nonce")), STR_ARG(encoded(param(url, "state"))));
    struct reply r = talk(kit.arena, &jar, "HEAD", back, "", STR_NONE);
    assert_null(header(&r, "Location").p);
    r = get(&jar, back.p, "Sec-Purpose: prefetch;prerender\r\n");
    assert_int_equal(r.status, 204);
    assert_int_equal(atomic_load(&kit.token_requests), 0);
    assert_int_equal(talk(kit.arena, &jar, "HEAD", STR("/consent"), "", STR_NONE).status, 405);
    assert_int_equal(get(&jar, back.p, "").status, 302);
}

// Test 91, 121: two flows of one browser do not disturb one another.
static void flows_run_side_by_side(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct str one = to_idp(&jar, client, LOOPBACK), two = to_idp(&jar, client, LOOPBACK);
    struct reply r = come_back(&jar, two, param(two, "nonce"));
    assert_int_equal(r.status, 302);
    r = come_back(&jar, one, param(one, "nonce"));
    assert_int_equal(r.status, 302);
}

static void a_browser_without_cookies_is_asked_once_more(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, fresh = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct str url = to_idp(&jar, client, LOOPBACK);
    struct reply page = come_back(&fresh, url, param(url, "nonce"));
    assert_int_equal(page.status, 200);
    assert_true(says(&page, "Finish signing in?"));
    assert_true(says(&page, "ada@example.com"));
    struct reply r = decide_on(&fresh, &page, "allow", OWN);
    assert_int_equal(r.status, 303);
    struct str code = param(header(&r, "Location"), "code");
    r = post(NULL, "/token", "", code_form(client, LOOPBACK, code, VERIFIER));
    assert_int_equal(r.status, 200);
    r = decide_on(&fresh, &page, "allow", OWN); // pressed again
    assert_int_equal(r.status, 400);
}

// Test 98, pitfall 26.
/*= rfc9207 2 "In authorization responses to the client, including error responses, an authorization
 * server supporting this specification MUST indicate its identity by including the iss parameter in
 * the response." */
static void deny_tells_the_client(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct reply page = get(&jar, authorize_target(client, LOOPBACK, "").p, "");
    struct reply r = decide_on(&jar, &page, "deny", OWN);
    assert_int_equal(r.status, 303);
    struct str location = header(&r, "Location");
    assert_true(str_starts(location, STR(LOOPBACK "?error=access_denied&")));
    assert_true(str_is(param(location, "state"), "s-1"));
    assert_true(str_is(param(location, "iss"), BASE));
    assert_int_equal(atomic_load(&kit.token_requests), 0);
}

// Test 137: without a refresh token of the provider there is none of ours.
static void no_refresh_token_without_one_upstream(void **state)
{
    (void)state;
    kit.no_refresh = true;
    struct reply r = sign_in(register_for("c", LOOPBACK));
    assert_null(strstr(r.body.p, "refresh_token"));
    assert_true(member(&r, "access_token").n > 0);
}

// Base URL learned per request: what is made under one host is worth nothing under another.
static void tokens_are_bound_to_the_host(void **state)
{
    (void)state;
    struct reply r = sign_in(register_for("c", LOOPBACK));
    struct str access = member(&r, "access_token");
    struct str headers = arena_printf(
        kit.arena,
        "Host: other.example.com\r\nX-Forwarded-Proto: https\r\nAuthorization: Bearer " STR_FMT
        "\r\n",
        STR_ARG(access));
    struct reply refused = get(NULL, "/mcp", headers.p);
    assert_int_equal(refused.status, 401);
    assert_true(says(&refused, "https://other.example.com"));
    assert_true(says(&refused, BASE));
    assert_true(says(&refused, "OIDCPROXY_BASE_URL"));
    assert_false(says(&refused, "OIDCPROXY_AUTH_")); // nothing about the provider is wrong
    headers = arena_printf(kit.arena,
                           "Host: " HOST
                           "\r\nX-Forwarded-Proto: https\r\nAuthorization: Bearer " STR_FMT "\r\n",
                           STR_ARG(access));
    assert_int_equal(get(NULL, "/mcp", headers.p).status, 200);
    r = talk(kit.arena, NULL, "POST", STR("/token"),
             FORM "Host: other.example.com\r\nX-Forwarded-Proto: https\r\n",
             refresh_form(register_for("c", LOOPBACK), member(&r, "refresh_token")));
    assert_int_equal(r.status, 400);
}

static int start_learning(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .tls_upstream = true });
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sign_in_leads_to_a_call, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(the_answer_names_the_issuer_once, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(the_provider_sees_its_own_request_only, kit_start,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(a_known_browser_is_asked_less, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(consents_are_bounded, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(remembered_consents_are_not_transferable, kit_start,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(looking_ahead_spends_nothing, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(flows_run_side_by_side, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(a_browser_without_cookies_is_asked_once_more, kit_start,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(deny_tells_the_client, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(no_refresh_token_without_one_upstream, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(tokens_are_bound_to_the_host, start_learning, kit_stop),
    };
    return cmocka_run_group_tests_name("oauth: whole flow", tests, NULL, NULL);
}
