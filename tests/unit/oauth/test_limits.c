// SPDX-License-Identifier: MIT
// T31, T58, test 46: budgets by address, by sign-in and by host.
#include "unit/oauth/kit.h"

#include "oauth/limits.h"

#define T0 1000000000LL // ms

static bool take(struct limits *l, enum limit kind, const char *who, int64_t now, int *ret_wait)
{
    return limits_take(l, kind, str_c(who), now, ret_wait, NULL);
}

static int taken_at(struct limits *l, enum limit kind, const char *who, int64_t now)
{
    int wait, n = 0;
    while (n < 100000 && take(l, kind, who, now, &wait))
        n++;
    return n;
}

static void a_budget_is_spent_and_comes_back(void **state)
{
    (void)state;
    struct limits *l = limits_new(60, false);
    int wait = 0;
    assert_int_equal(taken_at(l, LIMIT_REGISTER, "a", T0), 60);
    assert_false(take(l, LIMIT_REGISTER, "a", T0, &wait));
    assert_int_equal(wait, 1);
    assert_false(take(l, LIMIT_REGISTER, "a", T0 + 999, &wait));
    assert_true(take(l, LIMIT_REGISTER, "a", T0 + 1000, &wait)); // as told
    assert_false(take(l, LIMIT_REGISTER, "a", T0 + 1000, &wait));
    assert_int_equal(taken_at(l, LIMIT_REGISTER, "a", T0 + 31000), 30);
    assert_int_equal(taken_at(l, LIMIT_REGISTER, "a", T0 + 3600000), 60); // never more than one
    limits_free(l);
}

static void kinds_and_callers_do_not_touch_each_other(void **state)
{
    (void)state;
    struct limits *l = limits_new(60, false);
    static const int want[] = {
        [LIMIT_REGISTER] = 60,   [LIMIT_AUTHORIZE] = 60, [LIMIT_DEVICE] = 60, [LIMIT_POLL] = 600,
        [LIMIT_TOKEN] = 60,      [LIMIT_REVOKE] = 60,    [LIMIT_FAMILY] = 30, [LIMIT_DOCUMENT] = 30,
        [LIMIT_CREDENTIAL] = 60, [LIMIT_CALL] = 60,
    };
    for (int kind = LIMIT_NONE + 1; kind < LIMIT_KINDS; kind++) {
        assert_int_equal(taken_at(l, (enum limit)kind, "a", T0), want[kind]);
        assert_int_equal(taken_at(l, (enum limit)kind, "b", T0), want[kind]);
        assert_true(strlen(limit_name((enum limit)kind)) > 0);
    }
    limits_free(l);
    l = limits_new(60, true); // one address for everybody
    assert_int_equal(taken_at(l, LIMIT_REGISTER, "a", T0), 3000);
    assert_int_equal(taken_at(l, LIMIT_FAMILY, "a", T0), 30);
    limits_free(l);
    l = limits_new(1, false);
    assert_int_equal(taken_at(l, LIMIT_REGISTER, "a", T0), 1);
    assert_int_equal(taken_at(l, LIMIT_FAMILY, "a", T0), 30);
    limits_free(l);
}

// A clock that stands still or huge numbers break nothing.
static void extremes(void **state)
{
    (void)state;
    struct limits *l = limits_new(1000000, true);
    int wait;
    for (int i = 0; i < 100000; i++)
        assert_true(take(l, LIMIT_POLL, "a", T0, &wait));
    assert_true(take(l, LIMIT_POLL, "", 0, &wait));
    limits_free(l);
}

static void the_log_hears_once_a_minute(void **state)
{
    (void)state;
    struct limits *l = limits_new(1, false);
    int wait;
    int64_t told;
    assert_true(limits_take(l, LIMIT_TOKEN, STR("a"), T0, &wait, &told));
    assert_int_equal(told, -1);
    assert_false(limits_take(l, LIMIT_TOKEN, STR("a"), T0, &wait, &told));
    assert_int_equal(told, 0);
    for (int i = 0; i < 7; i++) {
        assert_false(limits_take(l, LIMIT_TOKEN, STR("a"), T0 + 1, &wait, &told));
        assert_int_equal(told, -1);
    }
    assert_true(limits_take(l, LIMIT_TOKEN, STR("a"), T0 + 60000, &wait, &told));
    assert_false(limits_take(l, LIMIT_TOKEN, STR("a"), T0 + 60000, &wait, &told));
    assert_int_equal(told, 7);
    limits_free(l);
}

// However many addresses come, what is kept stays small; who came last is still counted.
static void the_table_is_bounded(void **state)
{
    (void)state;
    struct limits *l = limits_new(2, false);
    char who[32];
    for (int i = 0; i < 200000; i++) {
        snprintf(who, sizeof who, "address %d", i);
        assert_int_equal(taken_at(l, LIMIT_REGISTER, who, T0), 2);
    }
    assert_int_equal(taken_at(l, LIMIT_REGISTER, who, T0), 0);
    limits_free(l);
}

static bool same_key(const char *a, const char *b)
{
    struct limit_key x = limit_key_of(str_c(a)), y = limit_key_of(str_c(b));
    return str_eq(str_of(x.bytes, x.n), str_of(y.bytes, y.n));
}

static void addresses_are_keyed(void **state)
{
    (void)state;
    assert_true(same_key("192.0.2.1", "192.0.2.1:80"));
    assert_true(same_key("192.0.2.1", "::ffff:192.0.2.1"));
    assert_false(same_key("192.0.2.1", "192.0.2.2"));
    assert_true(same_key("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"));
    assert_false(same_key("2001:db8:1:2::1", "2001:db8:1:3::1"));
    assert_false(same_key("::1", "0.0.0.1"));
    assert_true(same_key("", "unknown")); // together
}

// --- through the endpoints ---

static int start_limited(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE, .rate_limit = 40 });
    return 0;
}

static struct reply guess(void)
{
    return post(NULL, "/token", "",
                STR("grant_type=refresh_token&client_id=x&refresh_token=guessed"));
}

static void flood_register(void)
{
    struct reply r;
    for (int i = 0; i < 40; i++) {
        r = post_json("/register", "{\"redirect_uris\":[\"" LOOPBACK "\"]}");
        if (r.status == 429)
            break;
        assert_int_equal(r.status, 201);
    }
    r = post_json("/register", "{\"redirect_uris\":[\"" LOOPBACK "\"]}");
    assert_int_equal(r.status, 429);
    assert_true(str_is(member(&r, "error"), "temporarily_unavailable"));
    int64_t wait;
    assert_true(str_to_i64(header(&r, "Retry-After"), &wait) && wait >= 1 && wait <= 60);
    assert_true(str_is(header(&r, "Cache-Control"), "no-store"));
    assert_true(str_is(header(&r, "Access-Control-Allow-Origin"), "*"));
}

// T58: whoever floods, a refresh from the same address still gets through.
static void T58_refresh_is_never_starved(void **state)
{
    (void)state;
    struct str client = register_for("A", LOOPBACK);
    struct reply r = sign_in(client);
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    flood_register();
    for (int i = 0; i < 40; i++)
        assert_int_equal(guess().status, 401);
    assert_int_equal(guess().status, 429);
    for (int i = 0; i < 5; i++) {
        r = post(NULL, "/token", "", refresh_form(client, member(&r, "refresh_token")));
        if (r.status != 200)
            fail_msg("%d " STR_FMT, r.status, STR_ARG(r.body));
    }
    assert_int_equal(kit_logged("rate limit reached\" endpoint=register"), 1);
    assert_int_equal(kit_logged("rate limit reached\" endpoint=token"), 1);
    assert_int_equal(kit_logged("address=127.0.0.1"), 2);
}

// One sign-in that never stops asking is stopped, the next one behind the same address is not.
static void a_family_that_races_stops_itself(void **state)
{
    (void)state;
    struct str client = register_for("A", LOOPBACK);
    struct reply mine = sign_in(client), other = sign_in(client), r = { 0 };
    struct str form = refresh_form(client, member(&mine, "refresh_token"));
    for (int i = 0; i < 40; i++)
        r = post(NULL, "/token", "", form);
    assert_int_equal(r.status, 429);
    r = post(NULL, "/token", "", refresh_form(client, member(&other, "refresh_token")));
    assert_int_equal(r.status, 200);
}

static void people_get_a_page(void **state)
{
    (void)state;
    struct reply r = { 0 };
    for (int i = 0; i < 41; i++)
        r = get(NULL, "/authorize?client_id=x", "");
    assert_int_equal(r.status, 429);
    assert_true(says(&r, "Too many sign-ins from your network"));
    assert_true(header(&r, "Retry-After").n > 0);
    r = post(NULL, "/consent", OWN, STR("flow=x"));
    assert_int_equal(r.status, 429);
    // Metadata are read before each refresh: never counted (pitfall 6).
    for (int i = 0; i < 100; i++)
        assert_int_equal(get(NULL, "/.well-known/oauth-authorization-server", "").status, 200);
    assert_int_equal(post(NULL, "/revoke", "", STR("token=x&client_id=x")).status, 401);
}

static void no_limit_no_refusal(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++)
        assert_int_equal(guess().status, 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_is_spent_and_comes_back),
        cmocka_unit_test(kinds_and_callers_do_not_touch_each_other),
        cmocka_unit_test(extremes),
        cmocka_unit_test(the_log_hears_once_a_minute),
        cmocka_unit_test(the_table_is_bounded),
        cmocka_unit_test(addresses_are_keyed),
        cmocka_unit_test_setup_teardown(T58_refresh_is_never_starved, start_limited, kit_stop),
        cmocka_unit_test_setup_teardown(a_family_that_races_stops_itself, start_limited, kit_stop),
        cmocka_unit_test_setup_teardown(people_get_a_page, start_limited, kit_stop),
        cmocka_unit_test_setup_teardown(no_limit_no_refusal, kit_start, kit_stop),
    };
    return cmocka_run_group_tests_name("oauth: limits", tests, NULL, NULL);
}
