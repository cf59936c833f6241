// SPDX-License-Identifier: MIT
// Attacks on the authorization flow, by the numbers of the threat list.
#include "unit/oauth/kit.h"

#include "store/store_int.h"

static struct str evil_target(struct str client, const char *uri, const char *without,
                              const char *more)
{
    static const char *const pairs[] = { "response_type=code", "code_challenge=" CHALLENGE,
                                         "code_challenge_method=S256", "state=s-1" };
    CLEANUP(buf_release) struct buf out = BUF_INIT(1 << 17);
    buf_addf(&out, "/authorize?client_id=" STR_FMT "&redirect_uri=" STR_FMT, STR_ARG(client),
             STR_ARG(encoded(str_c(uri))));
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (strncmp(pairs[i], without, strlen(without)) != 0 || !*without)
            buf_addf(&out, "&%s", pairs[i]);
    buf_adds(&out, more);
    return arena_str(kit.arena, buf_str(&out));
}

// T1: a link of an attacker's leads to a question, not to the provider.
static void T1_nobody_leaves_for_the_provider_unasked(void **state)
{
    (void)state;
    static const char *const sites[] = { "", "Sec-Fetch-Site: cross-site\r\n",
                                         "Sec-Fetch-Site: none\r\n" };
    struct str client = register_for("Claude", LOOPBACK);
    for (size_t i = 0; i < ARRAY_LEN(sites); i++) {
        struct jar jar = { "", "" };
        struct reply r = get(&jar, authorize_target(client, LOOPBACK, "").p, sites[i]);
        assert_int_equal(r.status, 200);
        assert_null(header(&r, "Location").p);
        assert_false(says(&r, "login.example.com"));
        assert_true(says(&r, "localhost:3334 (this computer)"));
    }
    assert_int_equal(atomic_load(&kit.token_requests), 0);
}

// T2, T12, test 113: begun in one browser, finished in another.
static void T2_T12_a_foreign_browser_is_refused(void **state)
{
    (void)state;
    struct jar attacker = { "", "" }, victim = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct str url = to_idp(&attacker, client, LOOPBACK);
    to_idp(&victim, client, LOOPBACK);
    struct reply r = come_back(&victim, url, param(url, "nonce"));
    assert_int_equal(r.status, 403);
    assert_null(header(&r, "Location").p);
    assert_int_equal(atomic_load(&kit.token_requests), 0);
    // The attacker's link still works for its own browser: nothing was spent.
    assert_int_equal(come_back(&attacker, url, param(url, "nonce")).status, 302);
}

// T12, T40: a cookie that we did not sign is none, and the insecure name is not read over https.
static void T12_T40_planted_cookies_are_ignored(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct jar jar = { "", "" }, real = { "", "" };
    struct str url = to_idp(&real, client, LOOPBACK);
    snprintf(jar.browser, sizeof jar.browser, "AAAAAAAAAAAAAAAAAAAAAA.forged");
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    assert_true(says(&r, "Finish signing in?")); // as without a cookie
    struct reply page = get(NULL, authorize_target(client, LOOPBACK, "").p,
                            arena_printf(kit.arena, "Cookie: mcp-browser=%s\r\n", real.browser).p);
    assert_true(header(&page, "Set-Cookie").n > 0);
    assert_true(str_find(header(&page, "Set-Cookie"), STR("Secure")) > 0);
    assert_true(str_find(header(&page, "Set-Cookie"), STR("HttpOnly; SameSite=Lax")) > 0);
}

// T3, tests 87-90, 103.
static void T3_consent_cannot_be_forged(void **state)
{
    (void)state;
    struct jar victim = { "", "" }, attacker = { "", "" }, none = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct reply theirs = get(&attacker, authorize_target(client, LOOPBACK, "").p, "");
    struct reply mine = get(&victim, authorize_target(client, LOOPBACK, "").p, "");
    struct reply again = get(&victim, authorize_target(client, LOOPBACK, "").p, "");
    assert_int_equal(decide_on(&victim, &theirs, "allow", OWN).status, 403);
    assert_int_equal(decide_on(&none, &mine, "allow", OWN).status, 403);
    static const char *const elsewhere[] = { "Origin: https://evil.example\r\n", "Origin: null\r\n",
                                             "Origin: " BASE ".evil.example\r\n",
                                             "Sec-Fetch-Site: cross-site\r\n",
                                             "Sec-Fetch-Site: same-site\r\n" };
    for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) { // told to the person, as a page
        struct reply r = decide_on(&victim, &mine, "allow", elsewhere[i]);
        assert_int_equal(r.status, 403);
        assert_true(says(&r, "Another site tried to answer this question for you"));
    }
    assert_int_equal(decide_on(&victim, &mine, "maybe", OWN).status, 400);
    struct str form =
        arena_printf(kit.arena, "flow=" STR_FMT "&csrf=" STR_FMT "&decision=allow",
                     STR_ARG(input_of(&mine, "flow")), STR_ARG(input_of(&again, "csrf")));
    assert_int_equal(post(&victim, "/consent", OWN, form).status, 400);
    // Two renderings: both forms can be sent.
    assert_int_equal(decide_on(&victim, &mine, "allow", OWN).status, 303);
    assert_int_equal(decide_on(&victim, &again, "allow", OWN).status, 303);
    clock_freeze(NOW + 901);
    assert_int_equal(decide_on(&victim, &mine, "allow", OWN).status, 400);
}

// T4, tests 95, 106: no frame, no script, no form-action.
static void T4_pages_cannot_be_framed(void **state)
{
    (void)state;
    struct reply pages[2] = {
        get(NULL, authorize_target(register_for("c", LOOPBACK), LOOPBACK, "").p, ""),
        get(NULL, "/authorize", "")
    };
    for (size_t i = 0; i < 2; i++) {
        struct str csp = header(&pages[i], "Content-Security-Policy");
        assert_true(str_find(csp, STR("frame-ancestors 'none'")) >= 0);
        assert_true(str_find(csp, STR("default-src 'none'")) >= 0);
        assert_int_equal(str_find(csp, STR("form-action")), -1);
        assert_true(str_is(header(&pages[i], "X-Frame-Options"), "DENY"));
        assert_true(str_is(header(&pages[i], "Cache-Control"), "no-store"));
        assert_false(says(&pages[i], "<script"));
        assert_true(says(&pages[i], "<html lang=\"en\">"));
    }
    // A scripted browser takes the first button of the first form.
    ptrdiff_t allow = str_find(pages[0].body, STR("value=\"allow\"")),
              deny = str_find(pages[0].body, STR("value=\"deny\""));
    assert_true(allow > 0 && allow < deny);
}

// T7, tests 67, 68: who is not known, or where, is never redirected to.
static void T7_no_redirect_to_what_is_not_registered(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    static const char *const uris[] = {
        "",
        "https://evil.example/",
        "//evil.example",
        "http://localhost:3334/other",
        "http://localhost:3334/oauth/callback/../x",
        "http://localhost:3334@evil.example/oauth/callback",
        "http://localhost.evil.example/oauth/callback",
        "javascript:alert(1)",
        "http://127.0.0.1:3334/oauth/callback",
        "https://localhost:3334/oauth/callback",
        "https://claude.ai/cb",
    };
    for (size_t i = 0; i < ARRAY_LEN(uris); i++) {
        struct reply r =
            get(NULL, evil_target(client, uris[i], "code_challenge", "&scope=x").p, "");
        assert_int_equal(r.status, 400);
        assert_null(header(&r, "Location").p);
        for (struct str rest = r.body; str_find(rest, STR("href=\"")) >= 0;) { // our own help alone
            rest = str_slice(rest, (size_t)str_find(rest, STR("href=\"")) + 6, rest.n);
            assert_true(str_starts(rest, STR("/auth/help\"")));
        }
    }
    struct reply r = get(NULL, evil_target(STR("unknown"), LOOPBACK, "", "").p, "");
    assert_int_equal(r.status, 400);
    assert_null(header(&r, "Location").p);
    r = get(NULL, "/auth/callback?error=access_denied&state=forged", "");
    assert_int_equal(r.status, 400);
    assert_null(header(&r, "Location").p);
}

// T9, test 118: a code of the provider from another sign-in carries another nonce.
static void T9_swapped_codes_are_noticed(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct str one = to_idp(&jar, client, LOOPBACK), two = to_idp(&jar, client, LOOPBACK);
    struct reply r = come_back(&jar, one, param(two, "nonce"));
    assert_int_equal(r.status, 400);
    assert_null(header(&r, "Location").p);
}

// T10, T11, T15; tests 69-73: errors that the client is told, each with state and one iss.
/*= rfc9700 2.1.1 "…authorization servers MUST support PKCE [RFC7636]." */
static void T10_T15_wrong_requests_are_told_to_the_client(void **state)
{
    (void)state;
    static const struct {
        const char *without, *more, *error;
    } rows[] = {
        { "response_type", "", "invalid_request" },
        { "response_type", "&response_type=token", "unsupported_response_type" },
        { "code_challenge", "", "invalid_request" },
        { "code_challenge_method", "", "invalid_request" },
        { "code_challenge_method", "&code_challenge_method=plain", "invalid_request" },
        { "", "&code_challenge=" CHALLENGE, "invalid_request" },
        { "", "&resource=a&resource=b", "invalid_request" },
        { "", "&resource=https%3A%2F%2Fevil.example%2Fmcp", "invalid_target" },
        { "", "&resource=" BASE "%2Fmcp%3Fx", "invalid_target" },
        { "", "&resource=" BASE "%2Fmcp%23x", "invalid_target" },
        { "", "&resource=javascript%3Ax", "invalid_target" },
        { "", "&response_mode=fragment", "invalid_request" },
        { "", "&request=e30", "invalid_request" },
    };
    struct str client = register_for("c", LOOPBACK);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r =
            get(NULL, evil_target(client, LOOPBACK, rows[i].without, rows[i].more).p, "");
        struct str location = header(&r, "Location");
        if (r.status != 302 || !str_starts(location, STR(LOOPBACK "?")) ||
            !str_is(param(location, "error"), rows[i].error))
            fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(location));
        assert_true(str_is(param(location, "iss"), BASE));
        assert_true(str_is(param(location, "state"), "s-1"));
    }
    // Doubled where it decides about the redirect itself: a page.
    static const char *const doubled[] = { "&client_id=x", "&redirect_uri=x", "&state=x" };
    for (size_t i = 0; i < ARRAY_LEN(doubled); i++) {
        struct reply r = get(NULL, evil_target(client, LOOPBACK, "", doubled[i]).p, "");
        assert_int_equal(r.status, 400);
        assert_null(header(&r, "Location").p);
    }
}

static void good_resources_pass(void **state)
{
    (void)state;
    static const char *const good[] = { "",
                                        "&resource=",
                                        "&resource=" BASE,
                                        "&resource=" BASE "%2F",
                                        "&resource=" BASE "%2Fmcp",
                                        "&resource=" BASE "%2Fmcp%2F",
                                        "&scope=",
                                        "&scope=openid+offline_access" };
    struct str client = register_for("c", LOOPBACK);
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_int_equal(get(NULL, evil_target(client, LOOPBACK, "", good[i]).p, "").status, 200);
}

// T11, test 119: the answer of another provider.
/*= rfc9207 2.4 "If the value does not match the expected issuer identifier, clients MUST reject the
 * authorization response" */
static void T11_a_foreign_issuer_is_refused(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str url = to_idp(&jar, register_for("c", LOOPBACK), LOOPBACK);
    struct reply r =
        get(&jar,
            arena_printf(kit.arena,
                         "/auth/callback?code=x&iss=https%%3A%%2F%%2Fevil.example&state=" STR_FMT,
                         STR_ARG(param(url, "state")))
                .p,
            "");
    assert_int_equal(r.status, 400);
    r = get(&jar,
            arena_printf(kit.arena, "/auth/callback?code=x&code=y&state=" STR_FMT,
                         STR_ARG(param(url, "state")))
                .p,
            "");
    assert_int_equal(r.status, 400); // T15, test 115
    r = get(
        &jar,
        arena_printf(kit.arena, "/auth/callback?state=" STR_FMT, STR_ARG(param(url, "state"))).p,
        "");
    assert_int_equal(r.status, 400); // test 111
    assert_int_equal(atomic_load(&kit.token_requests), 0);
}

// T13, test 123: the browser's back button helps instead of giving a second code.
static void T13_a_second_callback_gives_no_second_code(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str url = to_idp(&jar, register_for("c", LOOPBACK), LOOPBACK);
    assert_int_equal(come_back(&jar, url, param(url, "nonce")).status, 302);
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(r.status, 400);
    assert_true(says(&r, "This sign-in is finished already"));
    assert_int_equal(atomic_load(&kit.token_requests), 1);
    clock_freeze(NOW + 901); // test 112
    r = come_back(&jar, url, param(url, "nonce"));
    assert_true(says(&r, "too old"));
}

// T14, tests 84, 105.
static void T14_looking_ahead_has_no_effect(void **state)
{
    (void)state;
    static const char *const headers[] = { "Sec-Purpose: prefetch\r\n",
                                           "Sec-Purpose: prefetch;prerender\r\n",
                                           "Purpose: prefetch\r\n" };
    struct str target = authorize_target(register_for("c", LOOPBACK), LOOPBACK, "");
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct reply r = get(NULL, target.p, headers[i]);
        assert_int_equal(r.status, 204);
        assert_null(header(&r, "Set-Cookie").p);
    }
    struct reply r = talk(kit.arena, NULL, "HEAD", target, "", STR_NONE);
    assert_null(header(&r, "Set-Cookie").p);
    assert_int_equal(r.body.n, 0);
}

// Test 83.
static void authorize_takes_a_form_too(void **state)
{
    (void)state;
    struct str target = authorize_target(register_for("c", LOOPBACK), LOOPBACK, "");
    struct jar jar = { "", "" };
    struct reply r = post(&jar, "/authorize", "", str_slice(target, 11, target.n));
    assert_int_equal(r.status, 200);
    assert_int_equal(decide_on(&jar, &r, "allow", OWN).status, 303);
}

// The guide's table of errors: on the page, with cause and fix, and in the link back to the client.
static void errors_of_the_provider_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        int status;
        const char *says[3];
    } rows[] = {
        { "error=invalid_request&error_description=AADSTS50011%3A+The+redirect+URI+x",
          400,
          { "AADSTS50011", "Redirect URI of this server: " BASE "/auth/callback",
            "administrator" } },
        { "error=invalid_grant&error_description=AADSTS70001%3A+Application+is+not+allowed",
          400,
          { "AADSTS70001", "What to do", "Back to" } },
        { "error=interaction_required&error_description=AADSTS50105%3A+not+assigned",
          400,
          { "AADSTS50105", "What to do", "error=access_denied" } },
        { "error=weird%3Cb%3E&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E%0Anext",
          400,
          { "&lt;script&gt;", "weird&lt;b&gt;", "Back to" } },
        { "error=temporarily_unavailable",
          503,
          { "Back to", "error=temporarily_unavailable", "Why" } },
    };
    struct str client = register_for("c", LOOPBACK);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct jar jar = { "", "" };
        struct str url = to_idp(&jar, client, LOOPBACK);
        struct reply r = get(&jar,
                             arena_printf(kit.arena, "/auth/callback?%s&state=" STR_FMT,
                                          rows[i].query, STR_ARG(param(url, "state")))
                                 .p,
                             "");
        assert_int_equal(r.status, rows[i].status);
        for (size_t k = 0; k < 3; k++)
            if (!says(&r, rows[i].says[k]))
                fail_msg("%s: " STR_FMT, rows[i].says[k], STR_ARG(r.body));
        assert_true(says(&r, "state=s-1"));
        assert_false(says(&r, "<script"));
    }
    struct jar jar = { "", "" };
    struct str url = to_idp(&jar, client, LOOPBACK);
    struct reply r = get(&jar,
                         arena_printf(kit.arena, "/callback?error=access_denied&state=" STR_FMT,
                                      STR_ARG(param(url, "state")))
                             .p,
                         "");
    assert_int_equal(r.status, 302);
    assert_true(str_is(param(header(&r, "Location"), "error"), "access_denied"));
    assert_true(str_is(param(header(&r, "Location"), "iss"), BASE));
}

static void a_wrong_audience_says_which_variable(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str url = to_idp(&jar, register_for("c", LOOPBACK), LOOPBACK);
    kit.audience = "api://some-other-app";
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(r.status, 400);
    assert_true(says(&r, "invalid_audience"));
    assert_true(says(&r, "OIDCPROXY_AUTH_AUDIENCE must equal the application (client) ID"));
    assert_true(says(&r, "error=server_error"));
}

// T52, T55, tests 117, 141: what must not be seen is not in any page, redirect, answer.
static void T52_T55_secrets_are_never_shown(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct str url = to_idp(&jar, client, LOOPBACK);
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    struct reply tokens =
        post(NULL, "/token", "",
             code_form(client, LOOPBACK, param(header(&r, "Location"), "code"), VERIFIER));
    struct reply all[] = {
        r, tokens, post(NULL, "/token", "", refresh_form(client, member(&tokens, "refresh_token")))
    };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        assert_int_equal(str_find(all[i].head, STR(SECRET_REFRESH)), -1);
        assert_false(says(&all[i], SECRET_REFRESH));
        assert_false(says(&all[i], "opaque-graph"));
    }
}

// T31, T58, test 44: a flood keeps nothing, and starves nobody who shares the client or the
// address.
static void T31_T58_a_flood_locks_nobody_out(void **state)
{
    (void)state;
    struct str client = register_for("Claude", LOOPBACK);
    struct reply tokens = sign_in(client);
    size_t kept = spent_memory_count(kit.spent);
    struct str refresh = member(&tokens, "refresh_token");
    for (int i = 0; i < 500; i++) {
        struct arena *arena = arena_new();
        struct str form = arena_printf(arena,
                                       "client_id=" STR_FMT "&grant_type=refresh_token"
                                       "&refresh_token=guess%d",
                                       STR_ARG(client), i);
        struct str registration = arena_printf(
            arena, "{\"client_name\":\"flood %d\",\"redirect_uris\":[\"" LOOPBACK "\"]}", i);
        struct reply r = talk(arena, NULL, "POST", STR("/token"), FORM, form);
        assert_int_equal(r.status, 400);
        r = talk(arena, NULL, "POST", STR("/register"), "", registration);
        assert_int_equal(r.status, 201);
        arena_free(arena);
    }
    assert_int_equal(spent_memory_count(kit.spent), kept);
    assert_int_equal(post(NULL, "/token", "", refresh_form(client, refresh)).status, 200);
    assert_int_equal(sign_in(register_for("New", LOOPBACK)).status, 200);
}

// Test 81.
static void states_of_any_kind(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    char *big = malloc(8001);
    memset(big, 'x', 8000);
    big[8000] = '\0';
    struct reply r = get(
        NULL, evil_target(client, LOOPBACK, "state", arena_printf(kit.arena, "&state=%s", big).p).p,
        "");
    assert_int_equal(r.status, 400);
    big[2000] = '\0';
    r = get(NULL,
            evil_target(client, LOOPBACK, "state", arena_printf(kit.arena, "&state=%s", big).p).p,
            "");
    assert_int_equal(r.status, 200);
    r = get(NULL, evil_target(client, LOOPBACK, "code_challenge", "&state=").p, "");
    assert_int_equal(r.status, 400); // doubled
    r = get(NULL,
            arena_printf(kit.arena,
                         "/authorize?client_id=" STR_FMT "&redirect_uri=" LOOPBACK
                         "&state=a%%0d%%0aSet-Cookie%%3A+x",
                         STR_ARG(client))
                .p,
            "");
    assert_int_equal(r.status, 302);
    assert_null(header(&r, "Set-Cookie").p);
    assert_true(str_is(param(header(&r, "Location"), "state"), "a\r\nSet-Cookie: x"));
    free(big);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, kit_start, kit_stop)
    const struct CMUnitTest tests[] = {
        CASE(T1_nobody_leaves_for_the_provider_unasked),
        CASE(T2_T12_a_foreign_browser_is_refused),
        CASE(T12_T40_planted_cookies_are_ignored),
        CASE(T3_consent_cannot_be_forged),
        CASE(T4_pages_cannot_be_framed),
        CASE(T7_no_redirect_to_what_is_not_registered),
        CASE(T9_swapped_codes_are_noticed),
        CASE(T10_T15_wrong_requests_are_told_to_the_client),
        CASE(good_resources_pass),
        CASE(T11_a_foreign_issuer_is_refused),
        CASE(T13_a_second_callback_gives_no_second_code),
        CASE(T14_looking_ahead_has_no_effect),
        CASE(authorize_takes_a_form_too),
        CASE(errors_of_the_provider_are_explained),
        CASE(a_wrong_audience_says_which_variable),
        CASE(T52_T55_secrets_are_never_shown),
        CASE(T31_T58_a_flood_locks_nobody_out),
        CASE(states_of_any_kind),
    };
    return cmocka_run_group_tests_name("oauth: threats", tests, NULL, NULL);
}
