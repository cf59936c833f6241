// SPDX-License-Identifier: MIT
// The token endpoint: codes, refresh tokens, revocation, tests 125-156.
#include "unit/oauth/kit.h"

static void expect(struct reply r, int status, const char *error)
{
    if (r.status != status || !str_is(member(&r, "error"), error))
        fail_msg("%d " STR_FMT ", wanted %d %s", r.status, STR_ARG(r.body), status, error);
    /*= rfc6749 5.1 "The authorization server MUST include the HTTP "Cache-Control" response header
     * field with a value of "no-store"" */
    assert_true(str_is(header(&r, "Cache-Control"), "no-store"));
}

static struct str with(struct str form, const char *more)
{
    return arena_printf(kit.arena, STR_FMT "%s", STR_ARG(form), more);
}

// Tests 125, 126, 130, 133, 140; T9, T10, T15: none of these spends the code.
static void wrong_tries_do_not_burn_a_code(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK), other = register_for("other", LOOPBACK);
    struct str code = code_for(client, LOOPBACK);
    struct str good = code_form(client, LOOPBACK, code, VERIFIER);
    expect(
        post(NULL, "/token", "",
             code_form(client, LOOPBACK, code, "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong")),
        400, "invalid_grant");
    expect(post(NULL, "/token", "", code_form(client, LOOPBACK, code, "")), 400, "invalid_grant");
    expect(post(NULL, "/token", "", code_form(client, LOOPBACK, code, CHALLENGE)), 400,
           "invalid_grant");
    expect(post(NULL, "/token", "", code_form(other, LOOPBACK, code, VERIFIER)), 400,
           "invalid_grant");
    expect(post(NULL, "/token", "",
                code_form(client, "http://localhost:3335/oauth/callback", code, VERIFIER)),
           400, "invalid_grant");
    expect(post(NULL, "/token", "", code_form(STR("nobody"), LOOPBACK, code, VERIFIER)), 401,
           "invalid_client");
    expect(post(NULL, "/token", "", with(good, "&resource=https%3A%2F%2Fevil.example%2Fmcp")), 400,
           "invalid_target");
    expect(post(NULL, "/token", "", with(good, "&resource=" BASE "/mcp-x")), 400, "invalid_target");
    expect(post(NULL, "/token", "", with(good, "&code=again")), 400, "invalid_request");
    expect(post(NULL, "/token", "", with(good, "&resource=a&resource=b")), 400, "invalid_request");
    expect(talk(kit.arena, NULL, "POST", STR("/token"), "Content-Type: application/json\r\n", good),
           400, "invalid_request");
    struct reply r = post(NULL, "/token", "", with(good, "&resource=" BASE "/mcp/"));
    assert_int_equal(r.status, 200);
}

static void other_grants_are_refused(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct str id = arena_printf(kit.arena, "client_id=" STR_FMT, STR_ARG(client));
    expect(post(NULL, "/token", "", id), 400, "invalid_request");
    expect(post(NULL, "/token", "", with(id, "&grant_type=password")), 400,
           "unsupported_grant_type");
    expect(post(NULL, "/token", "", with(id, "&grant_type=client_credentials")), 400,
           "unsupported_grant_type");
    expect(post(NULL, "/token", "", with(id, "&grant_type=refresh_token")), 400, "invalid_grant");
    expect(post(NULL, "/token", "", STR("grant_type=refresh_token")), 401, "invalid_client");
}

// Test 132, pitfall 27.
/*= rfc6749 5.2 "…the authorization server MUST respond with an HTTP 401 (Unauthorized) status code
 * and include the "WWW-Authenticate" response header field matching the authentication scheme used
 * by the client." */
static void basic_is_decoded(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    static const struct {
        const char *header;
        int status;
    } bad[] = {
        { "Basic", 401 },      { "Basic !!!", 401 },  { "Basic YWJj", 401 },
        { "Basic Og==", 401 }, { "Bearer abc", 401 },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct reply r =
            post(NULL, "/token", arena_printf(kit.arena, "Authorization: %s\r\n", bad[i].header).p,
                 STR("grant_type=authorization_code&code=x"));
        expect(r, bad[i].status, "invalid_client");
        assert_true(str_starts(header(&r, "WWW-Authenticate"), STR("Basic")));
    }
    CLEANUP(buf_release) struct buf pair = BUF_INIT(8192);
    CLEANUP(buf_release) struct buf text = BUF_INIT(8192);
    buf_addf(&pair, STR_FMT ":", STR_ARG(encoded(client)));
    b64_encode(&text, buf_str(&pair));
    struct str code = code_for(client, LOOPBACK);
    struct str form = arena_printf(kit.arena,
                                   "grant_type=authorization_code&code=" STR_FMT
                                   "&redirect_uri=" LOOPBACK "&code_verifier=" VERIFIER,
                                   STR_ARG(code));
    struct reply r =
        post(NULL, "/token",
             arena_printf(kit.arena, "Authorization: bAsIc %s\r\n", buf_cstr(&text)).p, form);
    assert_int_equal(r.status, 200);
}

// T46, tests 129, 154: kinds do not open as one another, a flipped bit opens nothing, time runs
// out.
static void T46_sealed_values_stay_what_they_are(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct str code = code_for(client, LOOPBACK), late = code_for(client, LOOPBACK);
    struct reply tokens = post(NULL, "/token", "", code_form(client, LOOPBACK, code, VERIFIER));
    struct str refresh = member(&tokens, "refresh_token"), access = member(&tokens, "access_token");
    expect(post(NULL, "/token", "", code_form(client, LOOPBACK, refresh, VERIFIER)), 400,
           "invalid_grant");
    expect(post(NULL, "/token", "", code_form(client, LOOPBACK, client, VERIFIER)), 400,
           "invalid_grant");
    expect(post(NULL, "/token", "", refresh_form(client, code)), 400, "invalid_grant");
    expect(post(NULL, "/token", "", refresh_form(client, access)), 400, "invalid_grant");
    expect(post(NULL, "/token", "", refresh_form(refresh, refresh)), 401, "invalid_client");
    struct str bent = arena_str(kit.arena, refresh);
    ((char *)bent.p)[bent.n / 2] ^= 1;
    expect(post(NULL, "/token", "", refresh_form(client, bent)), 400, "invalid_grant");
    clock_freeze(NOW + 61);
    expect(post(NULL, "/token", "", code_form(client, LOOPBACK, late, VERIFIER)), 400,
           "invalid_grant");
    clock_freeze(NOW + 91 * 86400);
    expect(post(NULL, "/token", "", refresh_form(client, refresh)), 400, "invalid_grant");
}

// --- T13: many at once ---

struct runner {
    pthread_t thread;
    struct str form;
    struct reply reply;
    struct arena *arena;
};

static void *run(void *arg)
{
    struct runner *r = arg;
    r->reply = talk(r->arena, NULL, "POST", STR("/token"), FORM, r->form);
    return NULL;
}

static void run_all(struct runner *runners, size_t n, struct str form)
{
    for (size_t i = 0; i < n; i++) {
        runners[i] = (struct runner){ .form = form, .arena = arena_new() };
        assert_int_equal(pthread_create(&runners[i].thread, NULL, run, &runners[i]), 0);
    }
    for (size_t i = 0; i < n; i++)
        pthread_join(runners[i].thread, NULL);
}

static void free_all(struct runner *runners, size_t n)
{
    for (size_t i = 0; i < n; i++)
        arena_free(runners[i].arena);
}

static struct str runner_member(const struct runner *r, const char *name)
{
    return arena_str(kit.arena, member(&r->reply, name));
}

// T13, tests 127, 128.
/*= rfc6749 4.1.2 "If an authorization code is used more than once, the authorization server MUST
 * deny the request and SHOULD revoke (when possible) all tokens previously issued based on that
 * authorization code." */
static void T13_one_of_64_redeems_a_code_and_then_the_family_is_dead(void **state)
{
    (void)state;
    struct runner runners[64];
    struct str client = register_for("c", LOOPBACK), refresh = STR_NONE;
    run_all(runners, 64, code_form(client, LOOPBACK, code_for(client, LOOPBACK), VERIFIER));
    size_t good = 0;
    for (size_t i = 0; i < 64; i++) {
        if (runners[i].reply.status != 200) {
            expect(runners[i].reply, 400, "invalid_grant");
            continue;
        }
        refresh = runner_member(&runners[i], "refresh_token");
        good++;
    }
    assert_int_equal(good, 1);
    expect(post(NULL, "/token", "", refresh_form(client, refresh)), 400, "invalid_grant");
    free_all(runners, 64);
}

// Test 147: one question to the provider, one successor, the same answer for all.
static void parallel_refreshes_get_one_answer(void **state)
{
    (void)state;
    struct runner runners[50];
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    unsigned before = atomic_load(&kit.token_requests);
    kit.delay_ms = 50;
    run_all(runners, 50, refresh_form(client, member(&tokens, "refresh_token")));
    for (size_t i = 0; i < 50; i++) {
        assert_int_equal(runners[i].reply.status, 200);
        assert_true(str_eq(runner_member(&runners[i], "refresh_token"),
                           runner_member(&runners[0], "refresh_token")));
        assert_true(str_eq(runner_member(&runners[i], "access_token"),
                           runner_member(&runners[0], "access_token")));
    }
    assert_int_equal(atomic_load(&kit.token_requests), before + 1);
    free_all(runners, 50);
}

// T20, tests 142-144: within the grace the same answer, for the same client alone.
/*= rfc6749 3.3 "If the issued access token scope is different from the one requested by the client,
 * the authorization server MUST include the "scope" response parameter" */
/*= rfc6749 6 "…the authorization server MUST…ensure that the refresh token was issued to the
 * authenticated client" */
static void T20_grace_gives_the_same_answer(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK), other = register_for("other", LOOPBACK);
    struct reply tokens = sign_in(client);
    struct str first = member(&tokens, "refresh_token");
    struct reply one = post(NULL, "/token", "", refresh_form(client, first));
    assert_int_equal(one.status, 200);
    assert_false(str_eq(member(&one, "refresh_token"), first));
    clock_freeze(NOW + 40);
    expect(post(NULL, "/token", "", refresh_form(other, first)), 400, "invalid_grant");
    struct reply two =
        post(NULL, "/token", "",
             with(refresh_form(client, first), "&scope=mcp+admin&resource=" BASE "/mcp"));
    assert_int_equal(two.status, 200);
    assert_true(str_eq(member(&two, "refresh_token"), member(&one, "refresh_token")));
    assert_int_equal(number(&two, "expires_in"), 3600 - 40);
    assert_true(str_is(member(&two, "scope"), "mcp")); // T21, test 148
    assert_int_equal(atomic_load(&kit.token_requests), 2);
}

// T19, test 145: after the grace an old token ends the family.
static void T19_reuse_after_the_grace_ends_the_family(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    struct str first = member(&tokens, "refresh_token");
    struct reply next = post(NULL, "/token", "", refresh_form(client, first));
    clock_freeze(NOW + 62);
    expect(post(NULL, "/token", "", refresh_form(client, first)), 400, "invalid_grant");
    expect(post(NULL, "/token", "", refresh_form(client, member(&next, "refresh_token"))), 400,
           "invalid_grant");
}

static int start_strict(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE, .refresh_grace_s = -1 });
    return 0;
}

// T19: with no grace a second use in the same second is one too many.
static void T19_without_grace_a_second_use_ends_the_family(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    struct str form = refresh_form(client, member(&tokens, "refresh_token"));
    struct reply next = post(NULL, "/token", "", form);
    assert_int_equal(next.status, 200);
    expect(post(NULL, "/token", "", form), 400, "invalid_grant");
    expect(post(NULL, "/token", "", refresh_form(client, member(&next, "refresh_token"))), 400,
           "invalid_grant");
}

// T20, test 146: a successor's use ends the grace of its parent.
static void T20_two_generations_back_ends_the_family(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply one = sign_in(client);
    struct reply two =
        post(NULL, "/token", "", refresh_form(client, member(&one, "refresh_token")));
    struct reply three =
        post(NULL, "/token", "", refresh_form(client, member(&two, "refresh_token")));
    assert_int_equal(three.status, 200);
    expect(post(NULL, "/token", "", refresh_form(client, member(&one, "refresh_token"))), 400,
           "invalid_grant");
    expect(post(NULL, "/token", "", refresh_form(client, member(&three, "refresh_token"))), 400,
           "invalid_grant");
}

// T24, test 151: a closed account ends the family, an unreachable provider does not.
static void T24_the_provider_decides(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    struct str form = refresh_form(client, member(&tokens, "refresh_token"));
    kit.unreachable = true;
    struct reply r = post(NULL, "/token", "", form);
    expect(r, 503, "temporarily_unavailable");
    assert_true(header(&r, "Retry-After").n > 0);
    kit.unreachable = false;
    r = post(NULL, "/token", "", form);
    if (r.status != 200)
        fail_msg(STR_FMT, STR_ARG(r.body));
    form = refresh_form(client, member(&r, "refresh_token"));
    kit.error_body =
        "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: The provided client secret keys are expired.\"}";
    expect(post(NULL, "/token", "", form), 503, "temporarily_unavailable");
    clock_freeze(NOW + 20);
    kit.error_body =
        "{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS50057: The user account is disabled.\"}";
    expect(post(NULL, "/token", "", form), 400, "invalid_grant");
    kit.error_body = NULL;
    clock_freeze(NOW + 30);
    expect(post(NULL, "/token", "", form), 400, "invalid_grant");
}

// A provider that stays away is asked a bounded number of times a minute for one token.
static void tries_are_bounded(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    kit.error_body = "{\"error\":\"temporarily_unavailable\"}";
    unsigned before = atomic_load(&kit.token_requests);
    int64_t began = clock_mono_ms();
    for (int i = 0; i < 12; i++)
        expect(post(NULL, "/token", "", refresh_form(client, member(&tokens, "refresh_token"))),
               503, "temporarily_unavailable");
    assert_true(clock_mono_ms() - began < 10000);
    assert_true(atomic_load(&kit.token_requests) - before <= 16);
    kit.error_body = NULL;
    clock_freeze(NOW + 61);
    struct reply r =
        post(NULL, "/token", "", refresh_form(client, member(&tokens, "refresh_token")));
    assert_int_equal(r.status, 200);
}

static void another_person_ends_the_family(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    kit.subject = "person-2";
    expect(post(NULL, "/token", "", refresh_form(client, member(&tokens, "refresh_token"))), 400,
           "invalid_grant");
}

// Test 155; another client's token is left alone.
/*= rfc7009 2.1 "If this validation fails, the request is refused and the client is informed of the
 * error by the authorization server as described below." */
/*= rfc7009 2.2 "The authorization server responds with HTTP status code 200 if the token has been
 * revoked successfully or if the client submitted an invalid token." */
static void revocation_follows_rfc7009(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK), other = register_for("other", LOOPBACK);
    struct reply tokens = sign_in(client);
    struct str refresh = member(&tokens, "refresh_token");
    struct str form = arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT,
                                   STR_ARG(other), STR_ARG(refresh));
    expect(post(NULL, "/revoke", "", form), 400, "invalid_grant");
    form = arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT, STR_ARG(other),
                        STR_ARG(member(&tokens, "access_token")));
    expect(post(NULL, "/revoke", "", form), 400, "invalid_grant");
    struct reply r = post(NULL, "/token", "", refresh_form(client, refresh));
    assert_int_equal(r.status, 200);
    refresh = member(&r, "refresh_token");
    assert_int_equal(
        post(NULL, "/revoke", "",
             arena_printf(kit.arena, "client_id=" STR_FMT "&token=unknown", STR_ARG(client)))
            .status,
        200);
    expect(
        post(NULL, "/revoke", "", arena_printf(kit.arena, "client_id=" STR_FMT, STR_ARG(client))),
        400, "invalid_request");
    expect(post(NULL, "/revoke", "",
                arena_printf(kit.arena, "client_id=nobody&token=" STR_FMT, STR_ARG(refresh))),
           401, "invalid_client");
    form =
        arena_printf(kit.arena, "client_id=" STR_FMT "&token_type_hint=access_token&token=" STR_FMT,
                     STR_ARG(client), STR_ARG(refresh));
    assert_int_equal(post(NULL, "/revoke", "", form).status, 200);
    expect(post(NULL, "/token", "", refresh_form(client, refresh)), 400, "invalid_grant");
}

// Test 131: a store that is full or away closes every door that needs it.
static void an_unavailable_store_closes(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct jar jar = { "", "" };
    struct str code = code_for(client, LOOPBACK), url = to_idp(&jar, client, LOOPBACK);
    expect(post(NULL, "/token", "", code_form(client, LOOPBACK, code, VERIFIER)), 503,
           "temporarily_unavailable");
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(r.status, 503);
    assert_true(header(&r, "Retry-After").n > 0);
}

static int start_full(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE, .spent = spent_memory_new(1) });
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(wrong_tries_do_not_burn_a_code, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(other_grants_are_refused, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(basic_is_decoded, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(T46_sealed_values_stay_what_they_are, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(T13_one_of_64_redeems_a_code_and_then_the_family_is_dead,
                                        kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(parallel_refreshes_get_one_answer, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(T20_grace_gives_the_same_answer, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(T19_reuse_after_the_grace_ends_the_family, kit_start,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(T19_without_grace_a_second_use_ends_the_family,
                                        start_strict, kit_stop),
        cmocka_unit_test_setup_teardown(T20_two_generations_back_ends_the_family, kit_start,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(T24_the_provider_decides, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(tries_are_bounded, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(another_person_ends_the_family, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(revocation_follows_rfc7009, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(an_unavailable_store_closes, start_full, kit_stop),
    };
    return cmocka_run_group_tests_name("oauth: tokens", tests, NULL, NULL);
}
