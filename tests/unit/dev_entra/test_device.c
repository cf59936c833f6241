// SPDX-License-Identifier: MIT
// The device code grant, V77 to V89.
#include "rig.h"

#define DEVNO APP("0a")
#define SCOPE "openid+profile+offline_access"

static struct reply dc(const char *tenant, const char *body)
{
    return ask("POST", arena_printf(rig.arena, "/%s/oauth2/v2.0/devicecode", tenant).p, FORM, body);
}

static json_t *begin(const char *app)
{
    struct reply r = dc(T1, arena_printf(rig.arena, "client_id=%s&scope=" SCOPE, app).p);
    if (r.status != 200)
        fail_msg("no device code: " STR_FMT, STR_ARG(r.body));
    return json_of(r.body);
}

static struct reply poll(const char *app, const json_t *begun, const char *more)
{
    return tk(
        T1, "",
        "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=%s&device_code=%s%s",
        app, dom_str(begun, "device_code").p, more);
}

static const char *op(const json_t *begun, const char *what)
{
    return arena_printf(rig.arena, "{\"user_code\":\"%s\",\"op\":\"%s\",\"user\":\"" ALICE "\"}",
                        dom_str(begun, "user_code").p, what)
        .p;
}

static void act(const json_t *begun, const char *what)
{
    order("POST", "/_emu/device", op(begun, what));
}

static void expect_pending(const char *app, const json_t *begun)
{
    struct reply r = poll(app, begun, "");
    expect_error(&r, 400, "authorization_pending", 70016);
}

static void v77_answer(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    assert_int_equal(dom_int(d, "expires_in", 0), 900);
    assert_int_equal(dom_int(d, "interval", 0), 5);
    assert_int_equal(dom_str(d, "user_code").n, 9);
    assert_true(dom_str(d, "device_code").n >= 200);
    assert_null(dom_get(d, "verification_uri_complete"));
}

static void v78_v79_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *tenant, *body, *error;
        int code;
    } rows[] = {
        { T1, "client_id=" APP("ff") "&scope=" SCOPE, "unauthorized_client", 700016 },
        { T1, "scope=" SCOPE, "invalid_request", 900144 },
        { "common", "client_id=" SEED "&scope=" SCOPE, "invalid_request", 50194 },
        { T1, "client_id=" SEED, "invalid_request", 900144 },
        { T1, "client_id=" APP("08") "&scope=" SCOPE, "unauthorized_client", 7000112 },
        { T1, "client_id=" SEED "&scope=mcp.read", "invalid_client", 650053 },
        { T1, "client_id=" SEED "&scope=" SCOPE "&resource=https%3A%2F%2Fx.example",
          "invalid_target", 9010010 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = dc(rows[i].tenant, rows[i].body);
        expect_error(&r, 400, rows[i].error, rows[i].code);
    }
}

static void v80_v81_pending_then_tokens_once(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    expect_pending(SEED, d);
    expect_pending(SEED, d);
    act(d, "approve");
    struct reply r = poll(SRV, d, "");
    expect_error(&r, 400, "bad_verification_code", 70018);
    r = poll(SEED, d, "");
    json_t *tokens = expect_tokens(&r);
    assert_true(dom_str(tokens, "id_token").n);
    r = poll(SEED, d, "");
    expect_error(&r, 400, "invalid_grant", 54005);
    r = tk(T1, "", "grant_type=refresh_token&client_id=" SEED "&refresh_token=%s",
           dom_str(tokens, "refresh_token").p);
    expect_tokens(&r);
}

static void v82_to_v84_ends(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    act(d, "decline");
    struct reply r = poll(SEED, d, "");
    expect_error(&r, 400, "authorization_declined", 65004);
    d = begin(SEED);
    advance(901);
    r = poll(SEED, d, "");
    expect_error(&r, 400, "expired_token", 70020);
    r = tk(T1, "", "grant_type=device_code&device_code=zzz&client_id=" SEED);
    expect_error(&r, 400, "bad_verification_code", 70018);
}

static void v85_v86_public_flows_off(void **state)
{
    (void)state;
    json_t *d = begin(DEVNO);
    expect_pending(DEVNO, d);
    act(d, "approve");
    struct reply r = poll(DEVNO, d, "");
    expect_error(&r, 401, "invalid_client", 7000218);
    r = poll(DEVNO, d, "&client_secret=s3cret-dev");
    expect_tokens(&r);
    order("PATCH", "/_emu/behaviour", "{\"deviceCodeClientCheck\":\"onPoll\"}");
    d = begin(DEVNO);
    r = poll(DEVNO, d, "");
    expect_error(&r, 401, "invalid_client", 7000218);
}

#define BLOCK                                                                                      \
    "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"deviceCode\"],\"grant\":\"block\"}]}"

static void v87_v88_blocked(void **state)
{
    (void)state;
    order("PATCH", "/_emu/tenants/" T1, BLOCK);
    json_t *d = begin(SEED);
    struct reply r = control("POST", "/_emu/device", op(d, "approve"));
    assert_int_equal(r.status, 400);
    assert_true(has(r.body, "AADSTS53003"));
    r = ask("POST", "/device", FORM "X-Emu-User: " ALICE "\r\n",
            arena_printf(rig.arena, "user_code=%s", dom_str(d, "user_code").p).p);
    assert_true(has(r.body, "Error Code: 53003"));
    expect_pending(SEED, d);
    order("PATCH", "/_emu/behaviour", "{\"deviceBlockVisible\":\"poll\"}");
    act(d, "approve");
    r = poll(SEED, d, "");
    expect_error(&r, 400, "interaction_required", 53003);
}

static void v89_slow_down_when_ordered(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    expect_pending(SEED, d);
    act(d, "slowDown");
    struct reply r = poll(SEED, d, "");
    expect_error(&r, 400, "slow_down", 70016);
    advance(10);
    expect_pending(SEED, d);
}

static struct reply press(const struct reply *r, const char *action, const char *cookie,
                          const char *more)
{
    const char *body =
        arena_printf(rig.arena, "ctx=%s&canary=%s&%s", url_encode(field_of(r, "ctx")),
                     url_encode(field_of(r, "canary")), more)
            .p;
    return ask("POST", arena_printf(rig.arena, "/" T1 "/%s", action).p,
               arena_printf(rig.arena, FORM "Cookie: %s\r\n", cookie).p, body);
}

static struct reply until_confirmation(const json_t *d, const char **ret_browser)
{
    const char *typed = arena_printf(rig.arena, "user_code=%s", dom_str(d, "user_code").p).p;
    struct reply r = ask("POST", "/device", FORM, typed);
    *ret_browser = cookie_of(&r, "esctx");
    r = press(&r, "login", *ret_browser, "login=alice%40contoso.example&passwd=Pa55-alice");
    assert_true(has(r.body, "Permissions requested"));
    r = press(&r, "consent", *ret_browser, "decision=accept");
    assert_true(has(r.body, "Are you trying to sign in?"));
    assert_true(has(r.body, "SEED"));
    expect_pending(SEED, d);
    return r;
}

static void by_the_pages(void **state)
{
    (void)state;
    assert_true(has(get("/device").body, "name=\"user_code\""));
    assert_true(has(ask("POST", "/device", FORM, "user_code=WRONGCODE").body, "did not work"));
    const char *browser;
    json_t *d = begin(SEED);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(v78_v79_refusals),
        RIG_TEST(v77_answer),
        RIG_TEST(v80_v81_pending_then_tokens_once),
        RIG_TEST(v82_to_v84_ends),
        RIG_TEST(v85_v86_public_flows_off),
        RIG_TEST(v87_v88_blocked),
        RIG_TEST(v89_slow_down_when_ordered),
        RIG_TEST(by_the_pages),
        RIG_TEST(cancelled_on_the_page),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
