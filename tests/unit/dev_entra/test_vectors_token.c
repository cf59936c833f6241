// SPDX-License-Identifier: MIT
// V47 to V76: the token endpoint.
#include "tokens.h"

#define SPA_FORM                                                                                   \
    "grant_type=authorization_code&client_id=" SPA                                                 \
    "&redirect_uri=https%%3A%%2F%%2Fspa.example%%2Fcb&code=%s" WITH_PKCE
#define SPA_ORIGIN "Origin: https://spa.example\r\n"
#define CC         "grant_type=client_credentials&client_id=" WEB

static const char *web_code(void)
{
    return get_code(WEB, WEB_URI, NULL, ALICE);
}

static const char *spa_code(void)
{
    return get_code(SPA, "https://spa.example/cb", NULL, ALICE);
}

static void v47_success_in_order(void **state)
{
    (void)state;
    static const char *const order_of[] = { "token_type",     "scope",        "expires_in",
                                            "ext_expires_in", "access_token", "refresh_token",
                                            "id_token" };
    struct reply r = seed_redeem(seed_code(), WITH_PKCE);
    json_t *tokens = expect_tokens(&r);
    size_t i = 0;
    const char *key;
    json_t *value;
    json_object_foreach(tokens, key, value)
    {
        assert_true(i < ARRAY_LEN(order_of));
        assert_string_equal(key, order_of[i++]);
    }
    assert_int_equal(i, ARRAY_LEN(order_of)); // and no foci
    assert_true(claim_is(tokens, "token_type", "Bearer"));
    assert_int_equal(dom_int(tokens, "expires_in", 0), 3599);
    assert_true(str_is(header_of(&r, "Cache-Control"), "no-store, no-cache"));
    assert_false(header_of(&r, "Access-Control-Allow-Origin").p);
}

static void v48_id_token(void **state)
{
    (void)state;
    const char *token = member(seed_tokens(), "id_token");
    json_t *claims = claims_of(token);
    assert_true(verifies(token, key_set()));
    assert_true(claim_is(claims, "aud", SEED));
    assert_true(claim_is(claims, "ver", "2.0"));
    assert_true(claim_is(claims, "nonce", "n1"));
    assert_true(claim_is(claims, "tid", T1));
    assert_true(claim_is(claims, "oid", "0a11ce00-0000-4000-8000-000000000001"));
    assert_true(
        str_eq(dom_str(claims, "iss"),
               arena_printf(rig.arena, "http://127.0.0.1:%d/" T1 "/v2.0", emu_port(rig.emu))));
    assert_int_equal(dom_int(claims, "exp", 0) - dom_int(claims, "iat", 0), 3900);
}

static void v49_graph_token_cannot_be_verified(void **state)
{
    (void)state;
    const char *token = member(seed_tokens(), "access_token");
    json_t *header = header_part(token), *claims = claims_of(token);
    const struct jwks *set = key_set();
    assert_true(dom_str(header, "nonce").n);
    assert_true(jwks_has(set, dom_str(header, "kid")));
    assert_true(claim_is(claims, "aud", GRAPH_APP_ID));
    assert_true(has(dom_str(claims, "iss"), "/sts/" T1 "/"));
    assert_false(verifies(token, set));
    struct reply r = with_bearer("GET", "/oidc/userinfo", token);
    assert_int_equal(r.status, 200);
    assert_true(claim_is(json_of(r.body), "name", "Alice Example"));
}

static void v50_wrong_verifier_leaves_the_code(void **state)
{
    (void)state;
    const char *code = seed_code();
    struct reply r = seed_redeem(code, "&code_verifier=" CHALLENGE);
    expect_error(&r, 400, "invalid_grant", 501481);
    r = seed_redeem(code, WITH_PKCE);
    expect_tokens(&r);
}

static void v51_no_verifier(void **state)
{
    (void)state;
    struct reply r = seed_redeem(seed_code(), "");
    expect_error(&r, 400, "invalid_grant", 50148);
}

static void v52_code_counts_once(void **state)
{
    (void)state;
    const char *code = seed_code();
    struct reply r = seed_redeem(code, WITH_PKCE);
    expect_tokens(&r);
    r = seed_redeem(code, WITH_PKCE);
    expect_error(&r, 400, "invalid_grant", 54005);
}

static void v53_code_lives_ten_minutes(void **state)
{
    (void)state;
    const char *code = seed_code();
    advance(11 * 60);
    struct reply r = seed_redeem(code, WITH_PKCE);
    expect_error(&r, 400, "invalid_grant", 70008);
}

static void v54_another_redirect_uri(void **state)
{
    (void)state;
    struct reply r =
        tk(T1, "",
           "grant_type=authorization_code&client_id=" SEED
           "&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A9999%%2Fcallback" WITH_PKCE "&code=%s",
           seed_code());
    expect_error(&r, 400, "invalid_client", 500112);
}

static void v55_another_client(void **state)
{
    (void)state;
    struct reply r =
        tk(T1, "",
           "grant_type=authorization_code&client_id=" SRV
           "&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A6274%%2Fcallback" WITH_PKCE "&code=%s",
           seed_code());
    expect_error(&r, 400, "invalid_grant", 700007);
}

static void v56_another_tenant(void **state)
{
    (void)state;
    struct reply r = tk(T2, "", SEED_FORM WITH_PKCE, seed_code());
    expect_error(&r, 400, "unauthorized_client", 700016);
}

static void v57_public_client_with_a_secret(void **state)
{
    (void)state;
    const char *code = seed_code();
    struct reply r = seed_redeem(code, WITH_PKCE "&client_secret=x");
    expect_error(&r, 401, "invalid_client", 700025);
    r = seed_redeem(code, WITH_PKCE);
    expect_tokens(&r);
}

static void v58_confidential_client_without_secret(void **state)
{
    (void)state;
    struct reply r = tk(T1, "", WEB_FORM, web_code());
    expect_error(&r, 401, "invalid_client", 7000218);
}

static void v59_secrets(void **state)
{
    (void)state;
    const char *code = web_code();
    struct reply r = tk(T1, "", WEB_FORM "&client_secret=wrong", code);
    expect_error(&r, 401, "invalid_client", 7000215);
    r = tk(T1, "", WEB_FORM "&client_secret=old-web", code);
    expect_error(&r, 401, "invalid_client", 7000222);
    r = tk(T1, "", WEB_FORM "&client_secret=s3cret-web", code);
    expect_tokens(&r);
}

static void v60_secret_in_the_basic_header(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf basic = BUF_INIT(1024);
    b64_encode(&basic, STR(WEB ":s3cret-web"));
    struct reply r =
        tk(T1, arena_printf(rig.arena, "Authorization: Basic %s\r\n", buf_cstr(&basic)).p,
           "grant_type=authorization_code&redirect_uri=https%%3A%%2F%%2Fweb.example%%2Fcb" WITH_PKCE
           "&code=%s",
           web_code());
    expect_tokens(&r);
}

static void v61_spa_code_without_origin(void **state)
{
    (void)state;
    struct reply r = tk(T1, "", SPA_FORM, spa_code());
    expect_error(&r, 400, "invalid_request", 9002327);
}

static void v62_spa_code_with_origin(void **state)
{
    (void)state;
    static const char form[] = REFRESH SPA "&refresh_token=%s";
    struct reply r = tk(T1, SPA_ORIGIN, SPA_FORM, spa_code());
    json_t *tokens = expect_tokens(&r);
    assert_true(str_is(header_of(&r, "Access-Control-Allow-Origin"), "https://spa.example"));
    advance(80000);
    r = tk(T1, SPA_ORIGIN, form, member(tokens, "refresh_token"));
    tokens = expect_tokens(&r);
    advance(80000);
    // A new token does not live longer than the first one.
    r = tk(T1, SPA_ORIGIN, form, member(tokens, "refresh_token"));
    expect_error(&r, 400, "invalid_grant", 700084);
}

static void v63_origin_on_a_public_code(void **state)
{
    (void)state;
    struct reply r = tk(T1, "Origin: https://mcp.example\r\n",
                        "grant_type=authorization_code&client_id=" SRV
                        "&redirect_uri=https%%3A%%2F%%2Fmcp.example%%2Fcallback&code=%s" WITH_PKCE,
                        get_code(SRV, "https://mcp.example/callback", NULL, ALICE));
    expect_error(&r, 400, "invalid_request", 9002326);
}

static void v64_bogus_code_before_any_secret(void **state)
{
    (void)state;
#define BOGUS "grant_type=authorization_code&redirect_uri=x&code=bogus&client_id="
    struct reply r = tk(T1, "", BOGUS SEED);
    expect_error(&r, 400, "invalid_grant", 9002313);
    r = tk(T1, "", BOGUS WEB "&client_secret=wrong");
    expect_error(&r, 400, "invalid_grant", 9002313);
}

static void v65_json_body(void **state)
{
    (void)state;
    struct reply r = ask("POST", "/" T1 "/oauth2/v2.0/token?grant_type=foo",
                         "Content-Type: application/json\r\n", "{\"grant_type\":\"foo\"}");
    expect_error(&r, 400, "invalid_request", 900144);
    assert_true(has(r.body, "'grant_type'"));
}

static void v66_unknown_grant_type(void **state)
{
    (void)state;
    struct reply r = tk(T1, "", "grant_type=foo&client_id=" SEED);
    expect_error(&r, 400, "unsupported_grant_type", 70003);
}

static void v67_get(void **state)
{
    (void)state;
    struct reply r = get("/" T1 "/oauth2/v2.0/token");
    expect_error(&r, 400, "invalid_request", 900561);
}

static void v68_refresh(void **state)
{
    (void)state;
    json_t *first = seed_tokens();
    struct reply r = refresh(SEED, member(first, "refresh_token"), "");
    json_t *second = expect_tokens(&r);
    assert_string_not_equal(member(first, "refresh_token"), member(second, "refresh_token"));
    assert_null(dom_get(id_claims(second), "nonce"));
    r = refresh(SEED, member(first, "refresh_token"), "");
    expect_tokens(&r);
}

static void v69_client_that_is_its_own_api_has_to_name_it(void **state)
{
    (void)state;
    const char *token = member(api2_tokens(), "refresh_token");
    struct reply r = refresh(API2, token, "");
    expect_error(&r, 400, "invalid_request", 90009);
    r = refresh(API2, token, "&scope=openid%20offline_access");
    expect_error(&r, 400, "invalid_request", 90009);
}

static void v70_and_either_name_will_do(void **state)
{
    (void)state;
    const char *token = member(api2_tokens(), "refresh_token");
    struct reply r = refresh(
        API2, token, "&scope=https%3A%2F%2Fmcp.example%2Fmcp%2Fmcp.access%20offline_access");
    expect_tokens(&r);
    r = refresh(API2, token, "&scope=" API2 "%2Fmcp.access%20offline_access");
    expect_tokens(&r);
}

static void v71_refresh_token_of_another_client(void **state)
{
    (void)state;
    struct reply r = refresh(SRV, member(seed_tokens(), "refresh_token"), "");
    expect_error(&r, 400, "invalid_grant", 700007);
}

static void v72_no_refresh_token_at_all(void **state)
{
    (void)state;
    struct reply r = refresh(SEED, "abc", "");
    expect_error(&r, 400, "invalid_grant", 9002313);
}

static void v73_dead_refresh_tokens(void **state)
{
    (void)state;
    const char *idle = member(seed_tokens(), "refresh_token");
    advance(91L * 86400);
    struct reply r = refresh(SEED, idle, "");
    expect_error(&r, 400, "invalid_grant", 700082);
    json_t *tokens = seed_tokens();
    r = with_bearer("POST", "/v1.0/me/revokeSignInSessions", member(tokens, "access_token"));
    assert_int_equal(r.status, 200);
    r = refresh(SEED, member(tokens, "refresh_token"), "");
    expect_error(&r, 400, "invalid_grant", 50173);
    assert_true(has(r.body, "\"suberror\":\"bad_token\""));
}

static void v74_refresh_with_resource(void **state)
{
    (void)state;
    struct reply r = refresh(SEED, member(seed_tokens(), "refresh_token"),
                             "&resource=https%3A%2F%2Fmcp.example%2Fmcp%2F");
    expect_error(&r, 400, "invalid_target", 9010010);
}

static void v75_client_credentials(void **state)
{
    (void)state;
    static const char *const order_of[] = { "token_type", "expires_in", "ext_expires_in",
                                            "access_token" };
    struct reply r =
        tk(T1, "",
           CC "&client_secret=s3cret-web&scope=https%%3A%%2F%%2Fgraph.microsoft.com%%2F.default");
    json_t *tokens = expect_tokens(&r);
    assert_int_equal(json_object_size(tokens), ARRAY_LEN(order_of));
    for (size_t i = 0; i < ARRAY_LEN(order_of); i++)
        assert_non_null(dom_get(tokens, order_of[i]));
}

static void v76_client_credentials_refused(void **state)
{
    (void)state;
    struct reply r = tk(T1, "", CC "&scope=https%%3A%%2F%%2Fgraph.microsoft.com%%2F.default");
    expect_error(&r, 401, "invalid_client", 7000216);
    r = tk(T1, "", CC "&client_secret=s3cret-web&scope=User.Read");
    expect_error(&r, 400, "invalid_scope", 1002012);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(v47_success_in_order),
        RIG_TEST(v48_id_token),
        RIG_TEST(v49_graph_token_cannot_be_verified),
        RIG_TEST(v50_wrong_verifier_leaves_the_code),
        RIG_TEST(v51_no_verifier),
        RIG_TEST(v52_code_counts_once),
        RIG_TEST(v53_code_lives_ten_minutes),
        RIG_TEST(v54_another_redirect_uri),
        RIG_TEST(v55_another_client),
        RIG_TEST(v56_another_tenant),
        RIG_TEST(v57_public_client_with_a_secret),
        RIG_TEST(v58_confidential_client_without_secret),
        RIG_TEST(v59_secrets),
        RIG_TEST(v60_secret_in_the_basic_header),
        RIG_TEST(v61_spa_code_without_origin),
        RIG_TEST(v62_spa_code_with_origin),
        RIG_TEST(v63_origin_on_a_public_code),
        RIG_TEST(v64_bogus_code_before_any_secret),
        RIG_TEST(v65_json_body),
        RIG_TEST(v66_unknown_grant_type),
        RIG_TEST(v67_get),
        RIG_TEST(v68_refresh),
        RIG_TEST(v69_client_that_is_its_own_api_has_to_name_it),
        RIG_TEST(v70_and_either_name_will_do),
        RIG_TEST(v71_refresh_token_of_another_client),
        RIG_TEST(v72_no_refresh_token_at_all),
        RIG_TEST(v73_dead_refresh_tokens),
        RIG_TEST(v74_refresh_with_resource),
        RIG_TEST(v75_client_credentials),
        RIG_TEST(v76_client_credentials_refused),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
