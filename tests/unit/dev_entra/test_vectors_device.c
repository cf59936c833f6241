// SPDX-License-Identifier: MIT
// V77 to V89: the device code grant.
#include "devices.h"

#define BLOCK                                                                                      \
    "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"deviceCode\"],"  \
    "\"grant\":\"block\"}]}"

static void v77_answer(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    assert_int_equal(dom_int(d, "expires_in", 0), 900);
    assert_int_equal(dom_int(d, "interval", 0), 5);
    assert_int_equal(dom_str(d, "user_code").n, 9);
    assert_true(has(dom_str(d, "message"), dom_str(d, "user_code").p));
    assert_null(dom_get(d, "verification_uri_complete"));
}

static void v78_unknown_client(void **state)
{
    (void)state;
    struct reply r = dc(T1, "client_id=" APP("ff") "&scope=" SCOPE);
    expect_error(&r, 400, "unauthorized_client", 700016);
}

static void v79_no_client_or_no_tenant(void **state)
{
    (void)state;
    struct reply r = dc(T1, "scope=" SCOPE);
    expect_error(&r, 400, "invalid_request", 900144);
    r = dc("common", "client_id=" SEED "&scope=" SCOPE);
    expect_error(&r, 400, "invalid_request", 50194);
}

static void v80_pending_without_slow_down(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    expect_pending(SEED, d);
    expect_pending(SEED, d);
}

static void v81_approved(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    act(d, "approve");
    struct reply r = poll(SEED, d, "");
    json_t *tokens = expect_tokens(&r);
    assert_true(claim_is(id_claims(tokens), "preferred_username", ALICE));
    r = refresh(SEED, member(tokens, "refresh_token"), "");
    expect_tokens(&r);
}

static void v82_declined(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    act(d, "decline");
    struct reply r = poll(SEED, d, "");
    expect_error(&r, 400, "authorization_declined", 65004);
}

static void v83_expired(void **state)
{
    (void)state;
    json_t *d = begin(SEED);
    advance(901);
    struct reply r = poll(SEED, d, "");
    expect_error(&r, 400, "expired_token", 70020);
}

static void v84_unknown_device_code(void **state)
{
    (void)state;
    struct reply r = tk(T1, "", POLL "&device_code=zzz&client_id=" SEED);
    expect_error(&r, 400, "bad_verification_code", 70018);
}

static void v85_public_flows_off_shows_after_the_approval(void **state)
{
    (void)state;
    json_t *d = begin(DEVNO);
    expect_pending(DEVNO, d);
    act(d, "approve");
    struct reply r = poll(DEVNO, d, "");
    expect_error(&r, 401, "invalid_client", 7000218);
}

static void v86_and_a_secret_helps(void **state)
{
    (void)state;
    json_t *d = begin(DEVNO);
    expect_pending(DEVNO, d);
    act(d, "approve");
    struct reply r = poll(DEVNO, d, "&client_secret=s3cret-dev");
    expect_tokens(&r);
}

static void v87_blocked_on_the_page(void **state)
{
    (void)state;
    order("PATCH", "/_emu/tenants/" T1, BLOCK);
    json_t *d = begin(SEED);
    struct reply r = control("POST", "/_emu/device", op(d, "approve"));
    assert_int_equal(r.status, 400);
    assert_true(has(r.body, "AADSTS53003"));
    r = ask("POST", "/device", FORM "X-Emu-User: " ALICE "\r\n",
            arena_printf(rig.arena, "user_code=%s", dom_str(d, "user_code").p).p);
    expect_answer("page 53003", &r);
    expect_pending(SEED, d);
    advance(901);
    r = poll(SEED, d, "");
    expect_error(&r, 400, "expired_token", 70020);
}

static void v88_blocked_at_the_poll(void **state)
{
    (void)state;
    order("PATCH", "/_emu/tenants/" T1, BLOCK);
    order("PATCH", "/_emu/behaviour", "{\"deviceBlockVisible\":\"poll\"}");
    json_t *d = begin(SEED);
    act(d, "approve");
    struct reply r = poll(SEED, d, "");
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
    advance(5);
    r = poll(SEED, d, "");
    expect_error(&r, 400, "slow_down", 70016);
    advance(10);
    expect_pending(SEED, d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(v77_answer),
        RIG_TEST(v78_unknown_client),
        RIG_TEST(v79_no_client_or_no_tenant),
        RIG_TEST(v80_pending_without_slow_down),
        RIG_TEST(v81_approved),
        RIG_TEST(v82_declined),
        RIG_TEST(v83_expired),
        RIG_TEST(v84_unknown_device_code),
        RIG_TEST(v85_public_flows_off_shows_after_the_approval),
        RIG_TEST(v86_and_a_secret_helps),
        RIG_TEST(v87_blocked_on_the_page),
        RIG_TEST(v88_blocked_at_the_poll),
        RIG_TEST(v89_slow_down_when_ordered),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
