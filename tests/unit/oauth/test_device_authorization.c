// SPDX-License-Identifier: MIT
// Devices without a browser (RFC 8628): what is refused first, then the way of a sign-in.
#include "unit/oauth/kit.h"

#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"
#define AS           "/.well-known/oauth-authorization-server"

struct codes {
    struct str client, device, user;
};

static int start(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE, .device_codes = true });
    return 0;
}

static int start_full(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){
        .base_url = BASE, .device_codes = true, .spent = spent_memory_new(2) });
    return 0;
}

static void expect(struct reply r, int status, const char *error)
{
    if (r.status != status || !str_is(member(&r, "error"), error))
        fail_msg("%d " STR_FMT ", wanted %d %s", r.status, STR_ARG(r.body), status, error);
    assert_true(str_is(header(&r, "Cache-Control"), "no-store"));
}

static struct reply ask_codes(struct str client, const char *more)
{
    return post(NULL, "/device_authorization", "",
                arena_printf(kit.arena, "client_id=" STR_FMT "%s", STR_ARG(client), more));
}

static struct codes codes_for(const char *name)
{
    struct codes codes = { .client = register_for(name, LOOPBACK) };
    struct reply r = ask_codes(codes.client, "&scope=mcp&resource=" BASE "/mcp");
    if (r.status != 200)
        fail_msg("%d " STR_FMT, r.status, STR_ARG(r.body));
    codes.device = member(&r, "device_code");
    codes.user = member(&r, "user_code");
    return codes;
}

static struct reply ask_tokens(const struct codes *codes)
{
    return post(NULL, "/token", "",
                arena_printf(kit.arena,
                             "grant_type=" DEVICE_GRANT "&client_id=" STR_FMT
                             "&device_code=" STR_FMT,
                             STR_ARG(codes->client), STR_ARG(codes->device)));
}

static struct reply type(struct jar *jar, struct str code)
{
    return post(jar, "/device", OWN,
                arena_printf(kit.arena, "user_code=" STR_FMT, STR_ARG(encoded(code))));
}

static struct reply answer(struct jar *jar, const struct reply *page, const char *decision,
                           const char *target, const char *headers)
{
    return post(jar, target, headers,
                arena_printf(kit.arena, "flow=" STR_FMT "&csrf=" STR_FMT "&decision=%s",
                             STR_ARG(encoded(input_of(page, "flow"))),
                             STR_ARG(encoded(input_of(page, "csrf"))), decision));
}

// From the code to the address of the provider's page.
static struct str allowed(struct jar *jar, struct str code)
{
    struct reply page = type(jar, code);
    assert_int_equal(page.status, 200);
    struct reply r = answer(jar, &page, "allow", "/device", OWN);
    if (r.status != 303)
        fail_msg("%d " STR_FMT, r.status, STR_ARG(r.body));
    return header(&r, "Location");
}

static struct reply signed_in(struct jar *jar, struct str code)
{
    struct str url = allowed(jar, code);
    return come_back(jar, url, param(url, "nonce"));
}

static void off_by_default(void **state)
{
    (void)state;
    struct str client = register_for("tv", LOOPBACK);
    struct reply metadata = get(NULL, AS, "");
    assert_false(says(&metadata, "device"));
    assert_int_equal(ask_codes(client, "").status, 404);
    assert_int_equal(get(NULL, "/device", "").status, 404);
    struct codes codes = { client, STR("x"), STR("y") };
    expect(ask_tokens(&codes), 400, "unsupported_grant_type");
    expect(post_json("/register", "{\"grant_types\":[\"" DEVICE_GRANT "\"]}"), 400,
           "invalid_redirect_uri");
}

static void wrong_requests_get_no_codes(void **state)
{
    (void)state;
    struct str client = register_for("tv", LOOPBACK);
    expect(ask_codes(STR("nobody"), ""), 401, "invalid_client");
    expect(post(NULL, "/device_authorization", "", STR("scope=mcp")), 401, "invalid_client");
    expect(ask_codes(client, "&resource=https%3A%2F%2Fevil.example%2Fmcp"), 400, "invalid_target");
    expect(ask_codes(client, "&scope=mcp&scope=mcp"), 400, "invalid_request");
    assert_int_equal(get(NULL, "/device_authorization", "").status, 405);
}

/*= rfc8628 6.1 "…the server should strip dashes and other punctuation that it added for
 * readability…" */
static void the_answer_has_all_that_a_device_shows(void **state)
{
    (void)state;
    struct str client = register_for("tv", LOOPBACK);
    struct reply metadata = get(NULL, AS, ""), r = ask_codes(client, "");
    assert_true(
        str_is(member(&metadata, "device_authorization_endpoint"), BASE "/device_authorization"));
    assert_true(says(&metadata, "\"" DEVICE_GRANT "\""));
    struct str code = member(&r, "user_code");
    assert_int_equal(code.n, 9);
    for (size_t i = 0; i < code.n; i++)
        assert_non_null(strchr(i == 4 ? "-" : "BCDFGHJKLMNPQRSTVWXZ", code.p[i]));
    assert_true(str_is(member(&r, "verification_uri"), BASE "/device"));
    assert_true(str_eq(member(&r, "verification_uri_complete"),
                       arena_printf(kit.arena, BASE "/device?user_code=" STR_FMT, STR_ARG(code))));
    assert_int_equal(number(&r, "expires_in"), 600);
    assert_int_equal(number(&r, "interval"), 5);
    struct jar jar = { "", "" };
    struct str lower = arena_printf(kit.arena, " " STR_FMT " " STR_FMT ".",
                                    STR_ARG(str_slice(code, 0, 4)), STR_ARG(str_slice(code, 5, 9)));
    for (char *c = (char *)lower.p; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    struct reply page = type(&jar, lower);
    assert_int_equal(page.status, 200);
    assert_true(says(&page, code.p));
}

static void a_device_needs_no_redirect_uri(void **state)
{
    (void)state;
    struct reply r =
        post_json("/register", "{\"client_name\":\"tv\",\"grant_types\":[\"" DEVICE_GRANT
                               "\",\"refresh_token\"],\"response_types\":[]}");
    assert_int_equal(r.status, 201);
    assert_true(says(&r, "\"" DEVICE_GRANT "\""));
    assert_int_equal(ask_codes(member(&r, "client_id"), "").status, 200);
    // It may not be sent a code.
    r = get(NULL, authorize_target(member(&r, "client_id"), LOOPBACK, "").p, "");
    assert_int_equal(r.status, 400);
    assert_null(header(&r, "Location").p);
}

/*= rfc8628 3.5 "…the interval MUST be increased by 5 seconds for this and all subsequent requests."
 */
static void polls_are_paced(void **state)
{
    (void)state;
    struct codes codes = codes_for("tv");
    static const struct {
        int at;
        const char *error;
    } polls[] = {
        { 0, "authorization_pending" },
        { 5, "authorization_pending" },
        { 9, "authorization_pending" }, // four seconds: nearly five, on the way
        { 12, "slow_down" },            // from here on ten
        { 21, "authorization_pending" },
        { 27, "slow_down" }, // from here on fifteen
        { 41, "authorization_pending" },
        { 50, "slow_down" },
        { 599, "authorization_pending" },
    };
    for (size_t i = 0; i < ARRAY_LEN(polls); i++) {
        clock_freeze(NOW + polls[i].at);
        expect(ask_tokens(&codes), 400, polls[i].error);
    }
    clock_freeze(NOW + 600);
    expect(ask_tokens(&codes), 400, "expired_token");
}

static void wrong_polls_are_refused(void **state)
{
    (void)state;
    struct codes codes = codes_for("tv"),
                 other = { register_for("other", LOOPBACK), codes.device, codes.user };
    expect(ask_tokens(&other), 400, "invalid_grant");
    struct codes bent = codes;
    bent.device = arena_str(kit.arena, codes.device);
    ((char *)bent.device.p)[bent.device.n / 2] ^= 1;
    expect(ask_tokens(&bent), 400, "invalid_grant");
    bent.device = codes.user;
    expect(ask_tokens(&bent), 400, "invalid_grant");
    bent.device = STR("");
    expect(ask_tokens(&bent), 400, "invalid_request");
    bent = codes;
    bent.client = STR("nobody");
    expect(ask_tokens(&bent), 401, "invalid_client");
    struct str refresh = refresh_form(codes.client, codes.device);
    expect(post(NULL, "/token", "", refresh), 400, "invalid_grant");
}

static void the_device_gets_tokens_once(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct codes codes = codes_for("Living room");
    expect(ask_tokens(&codes), 400, "authorization_pending");
    struct reply page =
        get(&jar, arena_printf(kit.arena, "/device?user_code=" STR_FMT, STR_ARG(codes.user)).p, "");
    assert_int_equal(page.status, 200);
    static const char *const shown[] = { "Living room", "Go on only if you started this yourself",
                                         "Compare this code with the one on your device", "Deny" };
    for (size_t i = 0; i < ARRAY_LEN(shown); i++)
        if (!says(&page, shown[i]))
            fail_msg("%s", shown[i]);
    assert_true(says(&page, codes.user.p));
    struct reply r = answer(&jar, &page, "allow", "/device", OWN);
    assert_int_equal(r.status, 303);
    struct str url = header(&r, "Location");
    r = come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(r.status, 200);
    assert_null(header(&r, "Location").p);
    assert_true(says(&r, "You are signed in. Go back to your device."));
    struct reply tokens = ask_tokens(&codes); // too soon or not: it is ready
    if (tokens.status != 200)
        fail_msg("%d " STR_FMT, tokens.status, STR_ARG(tokens.body));
    assert_int_equal(number(&tokens, "expires_in"), 3600);
    struct str next = refresh_form(codes.client, member(&tokens, "refresh_token"));
    r = post(NULL, "/token", "", next);
    assert_int_equal(r.status, 200);
    // Once more: whoever else holds the code may hold tokens made from it.
    expect(ask_tokens(&codes), 400, "invalid_grant");
    expect(post(NULL, "/token", "", refresh_form(codes.client, member(&r, "refresh_token"))), 400,
           "invalid_grant");
}

static void a_code_is_good_for_one_answer(void **state)
{
    (void)state;
    struct jar one = { "", "" }, two = { "", "" };
    struct codes codes = codes_for("tv");
    struct str url = allowed(&two, codes.user);
    assert_int_equal(signed_in(&one, codes.user).status, 200);
    struct reply r = type(&two, codes.user);
    assert_int_equal(r.status, 400);
    kit.subject = "person-2";
    r = come_back(&two, url, param(url, "nonce"));
    assert_int_equal(r.status, 400);
    assert_true(says(&r, "used already"));
    struct reply tokens = ask_tokens(&codes);
    struct access_claims claims;
    assert_true(access_token_verify(kit.keys, member(&tokens, "access_token"), STR(BASE),
                                    STR(BASE "/mcp"), NOW, kit.arena, &claims, NULL));
    assert_true(str_is(claims.subject, "person-1"));
}

static void no_means_no(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct codes codes = codes_for("tv");
    struct reply page = type(&jar, codes.user);
    struct reply r = answer(&jar, &page, "deny", "/device", OWN);
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "refused"));
    expect(ask_tokens(&codes), 400, "access_denied");
    expect(ask_tokens(&codes), 400, "access_denied");
    r = answer(&jar, &page, "deny", "/device", OWN);
    assert_int_equal(r.status, 400);
    // A page that was still open: the provider may say what it wants.
    r = answer(&jar, &page, "allow", "/device", OWN);
    struct str url = header(&r, "Location");
    r = come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(r.status, 400);
    expect(ask_tokens(&codes), 400, "access_denied");
}

static struct reply provider_says(struct jar *jar, struct str url, const char *error,
                                  const char *text)
{
    struct str target =
        arena_printf(kit.arena, "/auth/callback?error=%s&error_description=%s&state=" STR_FMT,
                     error, text, STR_ARG(encoded(param(url, "state"))));
    return get(jar, target.p, "Sec-Fetch-Site: cross-site\r\n");
}

static void the_provider_says_no(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct codes codes = codes_for("tv");
    struct str url = allowed(&jar, codes.user);
    // A mistake can be mended: the same code, another account.
    struct reply r = provider_says(&jar, url, "invalid_request", "AADSTS50020%3A+other+tenant");
    assert_int_equal(r.status, 400);
    assert_true(says(&r, "AADSTS50020"));
    assert_null(header(&r, "Location").p);
    assert_false(says(&r, "error=access_denied"));
    expect(ask_tokens(&codes), 400, "authorization_pending");
    url = allowed(&jar, codes.user);
    r = provider_says(&jar, url, "access_denied", "AADSTS65004%3A+declined");
    assert_int_equal(r.status, 200);
    assert_null(header(&r, "Location").p);
    expect(ask_tokens(&codes), 400, "access_denied");
}

// The provider itself may be asked with a code of its own: two devices, one sign-in.
static void a_device_by_way_of_a_device(void **state)
{
    (void)state;
    static const char *const decisions[] = { "", "deny" };
    static const char *const ends[] = { "You are signed in. Go back to your device.",
                                        "The device was refused" };
    for (size_t i = 0; i < 2; i++) {
        struct jar jar = { "", "" };
        struct codes codes = codes_for("tv");
        struct str url = allowed(&jar, codes.user);
        assert_true(str_starts(url, STR(BASE "/auth/device?d=")));
        kit.error_body = i ? "{\"error\":\"authorization_pending\"}" : NULL;
        struct reply r = get(&jar, arena_str(kit.arena, str_slice(url, strlen(BASE), url.n)).p, "");
        if (*decisions[i]) {
            assert_true(says(&r, "WDJB-MJHT"));
            r = answer(&jar, &r, decisions[i], "/consent", OWN);
        }
        if (r.status != 200 || !says(&r, ends[i]))
            fail_msg("%d " STR_FMT, r.status, STR_ARG(r.body));
        assert_null(header(&r, "Location").p);
        kit.error_body = NULL;
        r = ask_tokens(&codes);
        if (i)
            expect(r, 400, "access_denied");
        else
            assert_int_equal(r.status, 200);
    }
}

static int start_with_codes(void **state)
{
    (void)state;
    kit_start_with(
        (struct oauth_config){ .base_url = BASE, .device_codes = true, .sign_in = SIGN_IN_DEVICE });
    return 0;
}

// T2, T12: who answers the question is who signs in.
static void the_sign_in_stays_in_one_browser(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, other = { "", "" }, none = { "", "" };
    struct codes codes = codes_for("tv");
    struct str url = allowed(&jar, codes.user);
    type(&other, codes.user);
    assert_int_equal(come_back(&other, url, param(url, "nonce")).status, 403);
    struct reply r = come_back(&none, url, param(url, "nonce"));
    assert_int_equal(r.status, 403);
    assert_false(says(&r, "Finish signing in?"));
    assert_int_equal(atomic_load(&kit.token_requests), 0);
    expect(ask_tokens(&codes), 400, "authorization_pending");
}

// T3: the form is ours, and of this browser; T46: no other sealed value stands in for it.
static void forms_cannot_be_forged(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, other = { "", "" };
    struct codes codes = codes_for("tv");
    struct reply page = type(&jar, codes.user);
    type(&other, codes.user);
    static const char *const foreign[] = {
        "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Origin: null\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
        assert_int_equal(answer(&jar, &page, "deny", "/device", foreign[i]).status, 403);
    assert_int_equal(answer(&other, &page, "deny", "/device", OWN).status, 403);
    assert_int_equal(answer(NULL, &page, "deny", "/device", OWN).status, 403);
    assert_int_equal(answer(&jar, &page, "allow", "/consent", OWN).status, 400);
    struct reply consent = get(&jar, authorize_target(codes.client, LOOPBACK, "").p, "");
    assert_int_equal(answer(&jar, &consent, "allow", "/device", OWN).status, 403);
    // An answer in the address has no effect: it asks again.
    struct reply r = get(&jar,
                         arena_printf(kit.arena, "/device?decision=deny&flow=" STR_FMT,
                                      STR_ARG(encoded(input_of(&page, "flow"))))
                             .p,
                         "");
    assert_true(says(&r, "Code that your device shows"));
    clock_freeze(NOW + 601);
    assert_int_equal(answer(&jar, &page, "allow", "/device", OWN).status, 403);
    clock_freeze(NOW);
    expect(ask_tokens(&codes), 400, "authorization_pending");
}

// T4, T14.
static void the_page_is_not_framed_and_looking_ahead_does_nothing(void **state)
{
    (void)state;
    struct codes codes = codes_for("tv");
    struct str target = arena_printf(kit.arena, "/device?user_code=" STR_FMT, STR_ARG(codes.user));
    struct reply r = get(NULL, target.p, "Sec-Purpose: prefetch\r\n");
    assert_int_equal(r.status, 204);
    assert_null(header(&r, "Set-Cookie").p);
    r = get(NULL, target.p, "");
    assert_true(str_is(header(&r, "X-Frame-Options"), "DENY"));
    assert_true(str_find(header(&r, "Content-Security-Policy"), STR("frame-ancestors 'none'")) > 0);
    assert_true(str_is(header(&r, "Cache-Control"), "no-store"));
}

static void hostile_names_and_codes_are_text(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct codes codes = codes_for("<b>tv</b>");
    struct reply page = type(&jar, codes.user);
    assert_true(says(&page, "&lt;b&gt;tv&lt;/b&gt;"));
    page = type(&jar, STR("\"><script>alert(1)</script>"));
    assert_int_equal(page.status, 400);
    assert_false(says(&page, "<script"));
}

/*= rfc8628 5.1 "The user code SHOULD have enough entropy that, when combined with rate-limiting and
 * other mitigations, a brute-force attack becomes infeasible." */
static void guesses_are_limited(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, other = { "", "" };
    struct codes codes = codes_for("tv");
    get(&jar, "/device", "");
    for (int i = 0; i < 10; i++)
        assert_int_equal(type(&jar, STR("BBBB-BBBB")).status, 400);
    struct reply r = type(&jar, codes.user); // right, and too late
    assert_int_equal(r.status, 429);
    assert_true(str_is(header(&r, "Retry-After"), "600"));
    assert_int_equal(type(&other, codes.user).status, 200);
    for (int i = 0; i < 50; i++)
        assert_int_equal(type(NULL, STR("BBBB-BBBB")).status, 400);
    assert_int_equal(type(NULL, STR("BBBB-BBBB")).status, 429);
    assert_int_equal(type(&other, codes.user).status, 429);
    clock_freeze(NOW + 600);
    codes = codes_for("tv");
    for (int i = 0; i < 100; i++) // what is right is not counted
        assert_int_equal(type(&jar, codes.user).status, 200);
}

static void codes_are_limited(void **state)
{
    (void)state;
    struct str client = register_for("tv", LOOPBACK);
    for (int i = 0; i < 300; i++)
        assert_int_equal(ask_codes(client, "").status, 200);
    struct reply r = ask_codes(client, "");
    expect(r, 429, "temporarily_unavailable");
    assert_true(header(&r, "Retry-After").n > 0);
    clock_freeze(NOW + 600);
    assert_int_equal(ask_codes(client, "").status, 200);
}

// Room for two entries: the code, and the pace of its polls.
static void a_full_store_closes(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct codes codes = codes_for("tv");
    expect(ask_tokens(&codes), 400, "authorization_pending");
    expect(ask_codes(codes.client, ""), 503, "temporarily_unavailable");
    struct reply page = type(&jar, codes.user);
    struct reply r = answer(&jar, &page, "deny", "/device", OWN);
    assert_int_equal(r.status, 503);
    assert_true(header(&r, "Retry-After").n > 0);
}

// Test 141: nothing of the provider's is ever in an answer, nothing of ours in the log.
static void nothing_leaks(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit_log_from_now(LOG_FORMAT_JSON, LOG_DEBUG);
    struct codes codes = codes_for("tv");
    struct reply done = signed_in(&jar, codes.user), tokens = ask_tokens(&codes);
    assert_int_equal(tokens.status, 200);
    assert_false(says(&done, SECRET_REFRESH));
    assert_false(says(&tokens, SECRET_REFRESH));
    const char *secrets[] = { SECRET_REFRESH, codes.user.p, codes.device.p,
                              member(&tokens, "access_token").p,
                              member(&tokens, "refresh_token").p };
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
        assert_int_equal(kit_logged(secrets[i]), 0);
    assert_int_equal(kit_logged("device code given"), 1);
    assert_int_equal(kit_logged("sign-in finished"), 1);
    assert_int_equal(kit_logged("tokens given"), 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, kit_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(off_by_default, kit_start, kit_stop),
        CASE(wrong_requests_get_no_codes),
        CASE(the_answer_has_all_that_a_device_shows),
        CASE(a_device_needs_no_redirect_uri),
        CASE(polls_are_paced),
        CASE(wrong_polls_are_refused),
        CASE(the_device_gets_tokens_once),
        CASE(a_code_is_good_for_one_answer),
        CASE(no_means_no),
        CASE(the_provider_says_no),
        cmocka_unit_test_setup_teardown(a_device_by_way_of_a_device, start_with_codes, kit_stop),
        CASE(the_sign_in_stays_in_one_browser),
        CASE(forms_cannot_be_forged),
        CASE(the_page_is_not_framed_and_looking_ahead_does_nothing),
        CASE(hostile_names_and_codes_are_text),
        CASE(guesses_are_limited),
        CASE(codes_are_limited),
        cmocka_unit_test_setup_teardown(a_full_store_closes, start_full, kit_stop),
        CASE(nothing_leaks),
    };
    return cmocka_run_group_tests_name("oauth: devices", tests, NULL, NULL);
}
