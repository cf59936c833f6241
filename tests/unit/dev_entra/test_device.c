// SPDX-License-Identifier: MIT
// The device code grant, beyond the vectors.
#include "devices.h"

static void refusals_of_the_request(void **state)
{
    (void)state;
    static const struct {
        const char *body, *error;
        int code;
    } rows[] = {
        { "client_id=" SEED, "invalid_request", 900144 },
        { "client_id=" OFF "&scope=" SCOPE, "unauthorized_client", 7000112 },
        { "client_id=" SEED "&scope=mcp.read", "invalid_client", 650053 },
        { "client_id=" SEED "&scope=address", "invalid_scope", 70011 },
        { "client_id=" SEED "&scope=api%3A%2F%2F" API1 "%2Flegacy.read%20User.Read",
          "invalid_request", 28000 },
        { "client_id=" SEED "&scope=" SCOPE "&resource=https%3A%2F%2Fx.example", "invalid_target",
          9010010 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = dc(T1, rows[i].body);
        expect_error(&r, 400, rows[i].error, rows[i].code);
    }
    struct reply r = get("/" T1 "/oauth2/v2.0/devicecode?client_id=" SEED "&scope=openid");
    expect_error(&r, 400, "invalid_request", 900561);
    r = ask("POST", "/" T1 "/oauth2/v2.0/devicecode", "Content-Type: application/json\r\n",
            "{\"client_id\":\"" SEED "\"}");
    expect_error(&r, 400, "invalid_request", 900144);
}

static void tokens_once_and_for_the_client_that_asked(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    assert_true(dom_str(d, "device_code").n >= 200);
    act(d, "approve");
    struct reply r = poll(SRV, d, "");
    expect_error(&r, 400, "bad_verification_code", 70018);
    r = poll(SEED, d, "&client_secret=x");
    expect_error(&r, 401, "invalid_client", 700025);
    r = tk(T1, "", "grant_type=device_code&client_id=" SEED "&device_code=%s",
           dom_str(d, "device_code").p);
    expect_tokens(&r);
    r = poll(SEED, d, "");
    expect_error(&r, 400, "invalid_grant", 54005);
}

static void ordered_expiry(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    act(d, "expire");
    struct reply r = poll(SEED, d, "");
    expect_error(&r, 400, "expired_token", 70020);
    assert_int_equal(control("POST", "/_emu/device", op(d, "x")).status, 400);
    assert_int_equal(control("POST", "/_emu/device", "{\"user_code\":\"NONE\"}").status, 404);
}

static struct reply until_confirmation(const json_t *d, const char **ret_browser)
{
    const char *typed = arena_printf(rig.arena, "user_code=%s", dom_str(d, "user_code").p).p;
    struct reply r = ask("POST", "/device", FORM, typed);
    *ret_browser = cookie_of(&r, "buid");
    r = press(&r, "login", *ret_browser, GOOD_LOGIN);
    assert_true(has(r.body, "Permissions requested"));
    r = press(&r, "consent", *ret_browser, "decision=accept");
    assert_true(has(r.body, "Are you trying to sign in?"));
    assert_true(has(r.body, "AADSTS50199"));
    assert_true(has(r.body, "SEED"));
    expect_pending(SEED, d);
    return r;
}

static void by_the_pages(void **state)
{
    (void)state;
    const char *browser;
    json_t *d = begin(SEED);
    assert_true(has(get("/device").body, "name=\"user_code\""));
    for (int i = 0; i < 3; i++)
        assert_true(has(ask("POST", "/device", FORM, "user_code=WRONGCODE").body, "did not work"));
    struct reply r = until_confirmation(d, &browser);
    r = press(&r, "confirm", browser, "decision=accept");
    assert_true(has(r.body, "You have signed in"));
    r = poll(SEED, d, "");
    expect_tokens(&r);
}

static void cancelled_on_the_page(void **state)
{
    (void)state;
    const char *browser;
    json_t *d = begin(SEED);
    struct reply r = until_confirmation(d, &browser);
    press(&r, "confirm", browser, "decision=decline");
    r = poll(SEED, d, "");
    expect_error(&r, 400, "authorization_declined", 65004);
}

static void a_multi_tenant_application_at_common(void **state)
{
    (void)state;
    json_t *d = json_of(dc("common", "client_id=" MULTI "&scope=" SCOPE).body);
    order("PATCH", "/_emu/apps/" MULTI, "{\"isFallbackPublicClient\":true}");
    order(
        "POST", "/_emu/device",
        arena_printf(rig.arena,
                     "{\"user_code\":\"%s\",\"op\":\"approve\",\"user\":\"dave@fabrikam.example\"}",
                     dom_str(d, "user_code").p)
            .p);
    struct reply r =
        tk("common", "", POLL "&client_id=" MULTI "&device_code=%s", dom_str(d, "device_code").p);
    assert_true(claim_is(id_claims(expect_tokens(&r)), "tid", T2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(refusals_of_the_request), RIG_TEST(tokens_once_and_for_the_client_that_asked),
        RIG_TEST(ordered_expiry),          RIG_TEST(by_the_pages),
        RIG_TEST(cancelled_on_the_page),   RIG_TEST(a_multi_tenant_application_at_common),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
