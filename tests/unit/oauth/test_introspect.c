// SPDX-License-Identifier: MIT
// The operator's question about a token (RFC 7662): who may ask, and what is said of which token.
#include "unit/oauth/kit.h"

#define KEY      "operator-key-operator-key-operator-key"
#define OPERATOR "Authorization: Bearer " KEY "\r\n"
#define AS       "/.well-known/oauth-authorization-server"

static int start(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE, .operator_key = KEY });
    return 0;
}

static struct reply question(const char *headers, struct str token)
{
    return post(NULL, "/introspect", headers,
                arena_printf(kit.arena, "token=" STR_FMT, STR_ARG(token)));
}

static void expect_inactive(struct str token)
{
    struct reply r = question(OPERATOR, token);
    assert_int_equal(r.status, 200);
    if (!str_is(r.body, "{\"active\":false}"))
        fail_msg(STR_FMT, STR_ARG(r.body));
}

static void expect_active(struct str token)
{
    struct reply r = question(OPERATOR, token);
    if (r.status != 200 || !says(&r, "\"active\":true"))
        fail_msg("%d " STR_FMT, r.status, STR_ARG(r.body));
}

static void off_by_default(void **state)
{
    (void)state;
    struct reply metadata = get(NULL, AS, "");
    assert_false(says(&metadata, "introspection"));
    assert_int_equal(question(OPERATOR, STR("x")).status, 404);
    assert_int_equal(question("Authorization: Bearer \r\n", STR("x")).status, 404);
    assert_int_equal(post(NULL, "/operator/revoke", OPERATOR, STR("person=x")).status, 404);
}

static void short_keys_do_not_start(void **state)
{
    (void)state;
    struct oauth *o;
    struct err err;
    struct oauth_config config = { .base_url = BASE,
                                   .idp = kit.idp,
                                   .keys = kit.keys,
                                   .spent = kit.spent,
                                   .operator_key = "0123456789012345678901234567890" };
    assert_false(oauth_new(&config, &o, &err));
    assert_non_null(strstr(err.text, "OIDCPROXY_OPERATOR_KEY"));
    config.operator_key = "";
    assert_false(oauth_new(&config, &o, &err));
}

/*= rfc7662 2.1 "To prevent token scanning attacks, the endpoint MUST also require some form of
 * authorization to access this endpoint…" */
static void only_the_operator_may_ask(void **state)
{
    (void)state;
    struct reply tokens = sign_in(register_for("c", LOOPBACK));
    struct str access = member(&tokens, "access_token");
    const char *const wrong[] = {
        "",
        "Authorization: Bearer\r\n",
        "Authorization: Bearer " KEY "x\r\n",
        "Authorization: Bearer operator-key-operator-key-operator-ke\r\n",
        "Authorization: Basic " KEY "\r\n",
        "Authorization: " KEY "\r\n",
        "X-Api-Key: " KEY "\r\n",
        arena_printf(kit.arena, "Authorization: Bearer " STR_FMT "\r\n", STR_ARG(access)).p,
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct reply r = question(wrong[i], access);
        if (r.status != 401)
            fail_msg("%s: %d", wrong[i], r.status);
        assert_true(str_starts(header(&r, "WWW-Authenticate"), STR("Bearer realm=\"operator\"")));
        assert_false(says(&r, "active"));
        assert_int_equal(post(NULL, "/operator/revoke", wrong[i], STR("person=person-1")).status,
                         401);
    }
    expect_active(access);
    assert_int_equal(get(NULL, "/introspect", OPERATOR).status, 405);
    struct reply r = post(NULL, "/introspect", OPERATOR, STR("token_type_hint=access_token"));
    assert_int_equal(r.status, 400);
    assert_true(str_is(member(&r, "error"), "invalid_request"));
    r = talk(kit.arena, NULL, "OPTIONS", STR("/introspect"),
             "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n", STR_NONE);
    assert_null(header(&r, "Access-Control-Allow-Origin").p); // no web page asks
}

static void what_is_said(void **state)
{
    (void)state;
    struct reply metadata = get(NULL, AS, "");
    assert_true(str_is(member(&metadata, "introspection_endpoint"), BASE "/introspect"));
    struct reply tokens = sign_in(register_for("Desk", LOOPBACK));
    struct str access = member(&tokens, "access_token"), refresh = member(&tokens, "refresh_token");
    struct access_claims claims;
    assert_true(access_token_verify(kit.keys, access, STR(BASE), STR(BASE "/mcp"), NOW, kit.arena,
                                    &claims, NULL));
    struct reply r = question(OPERATOR, access);
    assert_true(str_is(header(&r, "Cache-Control"), "no-store"));
    assert_true(str_is(member(&r, "token_type"), "Bearer"));
    assert_true(str_is(member(&r, "iss"), BASE));
    assert_true(str_is(member(&r, "aud"), BASE "/mcp"));
    assert_true(str_eq(member(&r, "jti"), claims.id));
    assert_int_equal(number(&r, "iat"), NOW);
    assert_int_equal(number(&r, "exp"), NOW + 3600);
    struct reply second = question(OPERATOR, refresh);
    assert_true(str_is(member(&second, "token_type"), "refresh_token"));
    assert_int_equal(number(&second, "exp"), NOW + 90 * 86400);
    const struct reply *both[] = { &r, &second };
    for (size_t i = 0; i < 2; i++) {
        assert_true(says(both[i], "\"active\":true"));
        assert_true(str_is(member(both[i], "scope"), "mcp"));
        assert_true(str_eq(member(both[i], "client_id"), claims.client_id));
        assert_true(str_is(member(both[i], "client_name"), "Desk"));
        assert_true(str_is(member(both[i], "username"), "ada@example.com"));
        assert_true(str_is(member(both[i], "sub"), "person-1"));
        assert_true(str_is(member(both[i], "tenant"), "11111111-2222-3333-4444-555555555555"));
        assert_true(str_is(member(both[i], "family"), fingerprint(claims.family).text));
        assert_false(says(both[i], SECRET_REFRESH));
    }
}

/*= rfc7662 2.2 "If the introspection call is properly authorized but the token is not active, does
 * not exist on this server, or the protected resource is not allowed to introspect this particular
 * token, then the authorization server MUST return an introspection response with the "active"
 * field set to "false"." */
static void of_what_is_not_good_nothing_is_said(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK), code = code_for(client, LOOPBACK);
    expect_inactive(STR("unknown"));
    expect_inactive(client);
    expect_inactive(code);
    expect_inactive(bearer_of_idp(kit.arena)); // not ours
    struct reply tokens = sign_in(client);
    struct str access = member(&tokens, "access_token"), first = member(&tokens, "refresh_token");
    struct str bent = arena_str(kit.arena, first);
    ((char *)bent.p)[bent.n / 2] ^= 1;
    expect_inactive(bent);
    struct reply elsewhere = post(NULL, "/introspect", OPERATOR "Host: other.example\r\n",
                                  arena_printf(kit.arena, "token=" STR_FMT, STR_ARG(access)));
    assert_int_equal(elsewhere.status, 200); // the URL is pinned
    // A used refresh token, and asking harms nobody.
    struct reply next = post(NULL, "/token", "", refresh_form(client, first));
    assert_int_equal(next.status, 200);
    clock_freeze(NOW + 100);
    expect_inactive(first);
    expect_active(access);
    expect_active(member(&next, "refresh_token"));
    // Revoked alone, with the family, and run out.
    struct str form = arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT,
                                   STR_ARG(client), STR_ARG(access));
    assert_int_equal(post(NULL, "/revoke", "", form).status, 200);
    expect_inactive(access);
    expect_active(member(&next, "access_token"));
    form = arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT, STR_ARG(client),
                        STR_ARG(member(&next, "refresh_token")));
    assert_int_equal(post(NULL, "/revoke", "", form).status, 200);
    expect_inactive(member(&next, "refresh_token"));
    expect_inactive(member(&next, "access_token"));
    tokens = sign_in(client);
    clock_freeze(NOW + 100 + 3600 + 61);
    expect_inactive(member(&tokens, "access_token"));
    expect_active(member(&tokens, "refresh_token"));
    clock_freeze(NOW + 100 + 91 * 86400);
    expect_inactive(member(&tokens, "refresh_token"));
}

static void a_wrong_key_is_logged_but_not_shown(void **state)
{
    (void)state;
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    for (int i = 0; i < 30; i++)
        question("Authorization: Bearer a-wrong-key-that-somebody-tries-out\r\n",
                 STR("some-token"));
    assert_int_equal(kit_logged("a wrong operator key was refused"), 10);
    assert_int_equal(kit_logged("a-wrong-key"), 0);
    assert_int_equal(kit_logged("some-token"), 0);
    expect_inactive(STR("x")); // the right key is never locked out
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, kit_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(off_by_default, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(short_keys_do_not_start, kit_start, kit_stop),
        CASE(only_the_operator_may_ask),
        CASE(what_is_said),
        CASE(of_what_is_not_good_nothing_is_said),
        CASE(a_wrong_key_is_logged_but_not_shown),
    };
    return cmocka_run_group_tests_name("oauth: introspection", tests, NULL, NULL);
}
