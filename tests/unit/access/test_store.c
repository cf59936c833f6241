// SPDX-License-Identifier: MIT
// A store that fails at any one moment: 503 and nothing skipped, nothing burnt (test 131).
#define KIT_WITH_ACCESS
#include "unit/oauth/kit.h"

#include "store/store_int.h"

// A memory store whose operation number `fails_at` from now answers «unavailable».
static struct flaky {
    struct spent_store base;
    struct spent_store *inner;
    int fails_at; // counts down; 0: the next one; negative: none
    int asked;
} flaky;

static bool fails(void)
{
    flaky.asked++;
    return flaky.fails_at-- == 0;
}

static enum spent flaky_claim(struct spent_store *s, struct str key, int64_t expires, int64_t now,
                              struct buf *ret_value)
{
    (void)s;
    return fails() ? SPENT_UNAVAILABLE
                   : flaky.inner->ops->claim(flaky.inner, key, expires, now, ret_value);
}

static bool flaky_put(struct spent_store *s, struct str key, struct str value, int64_t expires,
                      int64_t now)
{
    (void)s;
    return !fails() && flaky.inner->ops->put(flaky.inner, key, value, expires, now);
}

static enum spent flaky_look(struct spent_store *s, struct str key, int64_t now,
                             struct buf *ret_value)
{
    (void)s;
    return fails() ? SPENT_UNAVAILABLE : flaky.inner->ops->look(flaky.inner, key, now, ret_value);
}

static void flaky_free(struct spent_store *s)
{
    spent_free(flaky.inner);
    spent_store_release(s);
}

static int start(void **state)
{
    static const struct spent_ops ops = { "flaky", flaky_claim, flaky_put, flaky_look, flaky_free };
    (void)state;
    flaky = (struct flaky){ .inner = spent_memory_new(100000), .fails_at = -1 };
    spent_store_init(&flaky.base, &ops, "flaky");
    kit_start_with((struct oauth_config){ .base_url = BASE, .spent = &flaky.base });
    return 0;
}

static void expect_503(const struct reply *r)
{
    if (r->status != 503)
        fail_msg("%d " STR_FMT, r->status, STR_ARG(r->body));
    assert_true(header(r, "Retry-After").n > 0);
    assert_null(header(r, "Location").p);
    assert_false(says(r, "access_token"));
}

// Posts while operation k fails, for every k that the request reaches; then without a failure.
static struct reply post_through(const char *target, struct str (*make_form)(void), int ret_ok)
{
    struct reply r = { 0 };
    for (int k = 0; k < 20; k++) {
        struct str form = make_form();
        flaky.fails_at = k;
        r = post(NULL, target, "", form);
        bool failed = flaky.fails_at < 0;
        flaky.fails_at = -1;
        if (!failed) {
            assert_int_equal(r.status, ret_ok);
            assert_true(k > 0);
            return r;
        }
        expect_503(&r);
        assert_true(str_is(member(&r, "error"), "temporarily_unavailable"));
        r = post(NULL, target, "", form); // the same once more: nothing was burnt
        if (r.status != ret_ok)
            fail_msg("%d: %d " STR_FMT, k, r.status, STR_ARG(r.body));
    }
    fail_msg("never came through");
    return r;
}

static struct str client;

static struct str new_code(void)
{
    return code_form(client, LOOPBACK, code_for(client, LOOPBACK), VERIFIER);
}

static struct str new_refresh(void)
{
    struct reply tokens = sign_in(client);
    return refresh_form(client, member(&tokens, "refresh_token"));
}

// Its successor is known already: the answer comes out of the store.
static struct str used_refresh(void)
{
    struct str form = new_refresh();
    assert_int_equal(post(NULL, "/token", "", form).status, 200);
    return form;
}

static struct str revocation(const char *member_name)
{
    struct reply tokens = sign_in(client);
    return arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT, STR_ARG(client),
                        STR_ARG(member(&tokens, member_name)));
}

static struct str new_revocation(void)
{
    return revocation("refresh_token");
}

static struct str access_revocation(void)
{
    return revocation("access_token");
}

static void codes_and_tokens(void **state)
{
    (void)state;
    client = register_for("c", LOOPBACK);
    post_through("/token", new_code, 200);
    post_through("/token", new_refresh, 200);
    post_through("/token", used_refresh, 200);
    post_through("/revoke", new_revocation, 200);
    post_through("/revoke", access_revocation, 200);
}

// Each 503 of a reuse leaves the family as it was; the reuse itself ends it.
static void a_reuse_is_never_answered_with_tokens(void **state)
{
    (void)state;
    client = register_for("c", LOOPBACK);
    for (int k = 0; k < 4; k++) {
        clock_freeze(NOW);
        struct str form = used_refresh();
        clock_freeze(NOW + 100);
        flaky.fails_at = k;
        struct reply r = post(NULL, "/token", "", form);
        bool failed = flaky.fails_at < 0;
        flaky.fails_at = -1;
        if (failed)
            expect_503(&r);
        r = post(NULL, "/token", "", form);
        assert_int_equal(r.status, 400);
        assert_true(str_is(member(&r, "error"), "invalid_grant"));
    }
}

static void the_callback_and_the_late_consent(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, fresh = { "", "" };
    client = register_for("c", LOOPBACK);
    struct str url = to_idp(&jar, client, LOOPBACK);
    flaky.fails_at = 0;
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    expect_503(&r);
    assert_int_equal(atomic_load(&kit.token_requests), 0); // the provider's code is still good
    struct reply page = come_back(&fresh, url, param(url, "nonce"));
    assert_true(says(&page, "Finish signing in?"));
    flaky.fails_at = 0;
    r = decide_on(&fresh, &page, "allow", OWN);
    expect_503(&r);
    assert_true(says(&r, "temporarily_unavailable"));
    r = decide_on(&fresh, &page, "allow", OWN);
    assert_int_equal(r.status, 303);
    assert_true(param(header(&r, "Location"), "code").n > 0);
}

static void calls(void **state)
{
    (void)state;
    client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    struct str access = member(&tokens, "access_token");
    for (int k = 0; k < 5; k++) { // the marks of family, token and person
        flaky.fails_at = k;
        struct reply r = call_mcp(access);
        expect_503(&r);
        assert_null(header(&r, "WWW-Authenticate").p);
    }
    flaky.fails_at = -1;
    assert_int_equal(call_mcp(access).status, 200);
    clock_freeze(NOW + ACCESS_RECHECK_S); // asked again, and away: closed
    flaky.fails_at = 0;
    struct reply r = call_mcp(access);
    expect_503(&r);
}

// The log's look at who did not come back takes no part in any decision.
static void looking_for_the_lost_decides_nothing(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    client = register_for("c", LOOPBACK);
    struct str form = new_refresh();
    to_idp(&jar, client, LOOPBACK);
    clock_freeze(NOW + 1000);
    flaky.fails_at = 0;
    assert_int_equal(post(NULL, "/token", "", form).status, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(codes_and_tokens, start, kit_stop),
        cmocka_unit_test_setup_teardown(a_reuse_is_never_answered_with_tokens, start, kit_stop),
        cmocka_unit_test_setup_teardown(the_callback_and_the_late_consent, start, kit_stop),
        cmocka_unit_test_setup_teardown(calls, start, kit_stop),
        cmocka_unit_test_setup_teardown(looking_for_the_lost_decides_nothing, start, kit_stop),
    };
    return cmocka_run_group_tests_name("access: a store that fails", tests, NULL, NULL);
}
