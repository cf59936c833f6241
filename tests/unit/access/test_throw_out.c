// SPDX-License-Identifier: MIT
// The operator throws a person or a sign-in out (T23, T24): everywhere, at once, and nobody else.
#define KIT_WITH_ACCESS
#include "unit/oauth/kit.h"

#define KEY      "operator-key-operator-key-operator-key"
#define OPERATOR "Authorization: Bearer " KEY "\r\n"
#define TENANT   "11111111-2222-3333-4444-555555555555"

static int start(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE, .operator_key = KEY });
    return 0;
}

static struct reply throw_out(const char *form)
{
    return post(NULL, "/operator/revoke", OPERATOR, str_c(form));
}

static void out(const char *form)
{
    struct reply r = throw_out(form);
    if (r.status != 200)
        fail_msg("%s: %d " STR_FMT, form, r.status, STR_ARG(r.body));
}

static struct str client;

static int refreshes(const struct reply *tokens)
{
    return post(NULL, "/token", "", refresh_form(client, member(tokens, "refresh_token"))).status;
}

static int calls(const struct reply *tokens)
{
    return call_mcp(member(tokens, "access_token")).status;
}

static void what_names_nobody_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "person=",
        "tenant=" TENANT,
        "person=a&family=01234567",
        "family=0123456",
        "family=0123456G",
        "family=01234567&tenant=" TENANT,
        "person=a&person=b",
        "person=a&tenant=two+words",
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct reply r = throw_out(wrong[i]);
        if (r.status != 400 || !str_is(member(&r, "error"), "invalid_request"))
            fail_msg("%s: %d " STR_FMT, wrong[i], r.status, STR_ARG(r.body));
    }
}

// T24: by object id, by the address in any case, in the right tenant; not by another's.
static void T24_a_person_is_out_by_each_name(void **state)
{
    (void)state;
    static const struct {
        const char *form;
        bool hit;
    } rows[] = {
        { "person=person-2", false },
        { "person=ada%40example.org", false },
        { "person=person-1&tenant=22222222-2222-3333-4444-555555555555", false },
        { "person=Ada+%3Ci%3E", false }, // a name is no name for this
        { "person=person-1", true },
        { "person=PERSON-1&tenant=" TENANT, true },
        { "person=ada%40example.com", true },
        { "person=Ada%40Example.COM&tenant=" TENANT, true },
    };
    client = register_for("c", LOOPBACK);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        clock_freeze(NOW + 10 * (int)i);
        struct reply tokens = sign_in(client);
        assert_int_equal(calls(&tokens), 200);
        out(rows[i].form);
        int want = rows[i].hit ? 401 : 200;
        if (calls(&tokens) != want)
            fail_msg("%s", rows[i].form);
        assert_int_equal(refreshes(&tokens), rows[i].hit ? 400 : 200);
    }
    // Another second, another sign-in: the provider decides whether there is one.
    clock_freeze(NOW + 1000);
    struct reply again = sign_in(client);
    assert_int_equal(calls(&again), 200);
    assert_int_equal(refreshes(&again), 200);
}

// T23: in the very next call, and for the provider's own tokens too.
static void T23_all_that_was_given_before_is_worthless(void **state)
{
    (void)state;
    client = register_for("c", LOOPBACK);
    struct reply one = sign_in(client), two = sign_in(client);
    struct str bearer = bearer_of_idp(kit.arena);
    struct str waiting =
        code_form(client, LOOPBACK, code_for(client, LOOPBACK), VERIFIER); // not redeemed yet
    assert_int_equal(calls(&one), 200);
    assert_int_equal(call_mcp(bearer).status, 200);
    kit.subject = "person-2";
    struct reply other = sign_in(client);
    assert_int_equal(calls(&other), 200);
    kit.subject = NULL;
    out("person=person-1");
    assert_int_equal(calls(&one), 401);
    assert_int_equal(calls(&two), 401);
    assert_int_equal(call_mcp(bearer).status, 401);
    assert_int_equal(post(NULL, "/token", "", waiting).status, 400);
    unsigned asked = atomic_load(&kit.token_requests);
    assert_int_equal(refreshes(&two), 400);
    assert_int_equal(atomic_load(&kit.token_requests), asked); // the provider is not even asked
    kit.subject = "person-2";
    assert_int_equal(calls(&other), 200);
    assert_int_equal(refreshes(&other), 200);
}

static void one_sign_in_alone(void **state)
{
    (void)state;
    client = register_for("c", LOOPBACK);
    struct reply one = sign_in(client), two = sign_in(client);
    struct access_claims claims;
    assert_true(access_token_verify(kit.keys, member(&one, "access_token"), STR(BASE),
                                    STR(BASE "/mcp"), NOW, kit.arena, &claims, NULL));
    out(arena_printf(kit.arena, "family=%s", fingerprint(claims.family).text).p);
    assert_int_equal(calls(&one), 401);
    assert_int_equal(refreshes(&one), 400);
    assert_int_equal(calls(&two), 200);
    assert_int_equal(refreshes(&two), 200);
}

// Done by another replica, or by the command line: within the bound.
static void T23_done_elsewhere_it_counts_within_the_bound(void **state)
{
    (void)state;
    struct err err;
    client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    assert_int_equal(calls(&tokens), 200);
    const struct throw_out who = { .person = STR("person-1") };
    assert_true(oauth_throw_out(kit.spent, &who, NOW, 3600, &err));
    assert_int_equal(refreshes(&tokens), 400);
    clock_freeze(NOW + ACCESS_RECHECK_S);
    assert_int_equal(calls(&tokens), 401);
}

// The same address in two tenants: the second mark covers both.
static void marks_never_shrink(void **state)
{
    (void)state;
    client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    out("person=ada%40example.com&tenant=" TENANT);
    out("person=ada%40example.com&tenant=22222222-2222-3333-4444-555555555555");
    assert_int_equal(calls(&tokens), 401);
    assert_int_equal(refreshes(&tokens), 400);
}

static void it_is_in_the_audit(void **state)
{
    (void)state;
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    out("person=ada%40example.com");
    assert_int_equal(
        kit_logged("AUDIT event=\"thrown out by the operator\" person=ada@example.com"), 1);
    assert_int_equal(kit_logged(KEY), 0);
}

static int start_full(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){
        .base_url = BASE, .operator_key = KEY, .spent = spent_memory_new(0) });
    return 0;
}

static void a_full_store_says_so(void **state)
{
    (void)state;
    struct reply r = throw_out("person=person-1");
    assert_int_equal(r.status, 503);
    r = throw_out("family=01234567");
    assert_int_equal(r.status, 503);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, kit_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_names_nobody_is_refused),
        CASE(T24_a_person_is_out_by_each_name),
        CASE(T23_all_that_was_given_before_is_worthless),
        CASE(one_sign_in_alone),
        CASE(T23_done_elsewhere_it_counts_within_the_bound),
        CASE(marks_never_shrink),
        CASE(it_is_in_the_audit),
        cmocka_unit_test_setup_teardown(a_full_store_says_so, start_full, kit_stop),
    };
    return cmocka_run_group_tests_name("access: thrown out", tests, NULL, NULL);
}
