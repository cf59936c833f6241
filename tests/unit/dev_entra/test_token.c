// SPDX-License-Identifier: MIT
// The token endpoint, beyond the vectors.
#include "tokens.h"

static void order_before_the_grant(void **state)
{
    (void)state;
    static const struct {
        const char *tenant, *body, *error;
        int status, code;
    } rows[] = {
        { T1,
          "grant_type=authorization_code&redirect_uri=x&code=1.AXabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH&client_id=" SEED,
          "invalid_grant", 400, 70000 },
        { T1, "grant_type=password&client_id=" SEED, "unsupported_grant_type", 400, 70003 },
        { T1, "grant_type=authorization_code&code=x", "invalid_request", 400, 900144 },
        { T1, "grant_type=authorization_code&client_id=" SEED, "invalid_request", 400, 900144 },
        { T1, "grant_type=refresh_token&client_id=" SEED, "invalid_request", 400, 900144 },
        { T1, "grant_type=authorization_code&client_id=" APP("ff"), "unauthorized_client", 400,
          700016 },
        { T1, "grant_type=authorization_code&client_id=" OFF, "unauthorized_client", 400, 7000112 },
        { "7e57ed00-0000-4000-8000-0000000000ff", "grant_type=foo", "invalid_request", 400, 90002 },
        { "no_dns", "grant_type=foo", "invalid_request", 400, 900023 },
        { "common", "grant_type=authorization_code&client_id=" SEED, "invalid_request", 400,
          50194 },
        { T1, "", "invalid_request", 400, 900144 },
        { T1, "grant_type=foo&grant_type=refresh_token&client_id=" SEED, "unsupported_grant_type",
          400, 70003 },
        { "common",
          "grant_type=client_credentials&scope=x/.default&client_secret=x&client_id=" MULTI,
          "invalid_client", 401, 7000215 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = tk(rows[i].tenant, "", "%s", rows[i].body);
        expect_error(&r, rows[i].status, rows[i].error, rows[i].code);
    }
}

static void plain_challenge(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE, .more = "&code_challenge=" VERIFIER });
    const char *code = sent(&r, "code").p;
    r = seed_redeem(code, "&code_verifier=" CHALLENGE);
    expect_error(&r, 400, "invalid_grant", 501481);
    r = seed_redeem(code, WITH_PKCE);
    expect_tokens(&r);
}

static const char *code_without_challenge(const char *app, const char *uri)
{
    const char *path =
        arena_printf(rig.arena,
                     "/" T1 "/oauth2/v2.0/authorize?client_id=%s&response_type=code&scope=openid"
                     "&redirect_uri=%s",
                     app, url_encode(uri))
            .p;
    struct reply r = ask("GET", path, "X-Emu-User: " ALICE "\r\nX-Emu-Consent: accept\r\n", NULL);
    struct str code = sent(&r, "code");
    assert_true(code.n);
    return code.p;
}

static void a_verifier_nobody_asked_for_leaves_a_remark(void **state)
{
    (void)state;
    struct reply r = seed_redeem(code_without_challenge(SEED, SEED_URI), WITH_PKCE);
    expect_tokens(&r);
    assert_true(has(control("GET", "/_emu/journal", NULL).body, "code_verifier without"));
}

static void a_single_page_code_needs_pkce(void **state)
{
    (void)state;
    struct reply r = tk(T1, "Origin: https://spa.example\r\n",
                        "grant_type=authorization_code&client_id=" SPA
                        "&redirect_uri=https%%3A%%2F%%2Fspa.example%%2Fcb&code=%s",
                        code_without_challenge(SPA, "https://spa.example/cb"));
    expect_error(&r, 400, "invalid_request", 9002325);
}

static void a_secret_beside_an_origin(void **state)
{
    (void)state;
    struct reply r = tk(T1, "Origin: https://spa.example\r\n",
                        "grant_type=authorization_code&client_id=" SPA "&client_secret=x"
                        "&redirect_uri=https%%3A%%2F%%2Fspa.example%%2Fcb&code=%s" WITH_PKCE,
                        get_code(SPA, "https://spa.example/cb", NULL, ALICE));
    expect_error(&r, 401, "invalid_client", 700025);
    assert_true(str_is(header_of(&r, "Access-Control-Allow-Origin"), "https://spa.example"));
}

static void client_credentials_need_a_tenant(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" MULTI, "{\"passwordCredentials\":[{\"secretText\":\"x\"}]}");
    struct reply r = tk("common", "",
                        "grant_type=client_credentials&client_secret=x&client_id=" MULTI
                        "&scope=https%%3A%%2F%%2Fgraph.microsoft.com%%2F.default");
    expect_error(&r, 400, "invalid_request", 50059);
}

static void the_bodys_secret_wins(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf basic = BUF_INIT(1024);
    b64_encode(&basic, STR(WEB ":s3cret-web"));
    struct reply r =
        tk(T1, arena_printf(rig.arena, "Authorization: Basic %s\r\n", buf_cstr(&basic)).p,
           WEB_FORM "&client_secret=wrong", get_code(WEB, WEB_URI, NULL, ALICE));
    expect_error(&r, 401, "invalid_client", 7000215);
    r = tk(T1, "Authorization: Basic %%%\r\n", "grant_type=foo2&client_id=" SEED);
    expect_error(&r, 400, "unsupported_grant_type", 70003);
    r = tk(T1, "Authorization: Basic %%%\r\n", "grant_type=refresh_token&client_id=" SEED);
    expect_error(&r, 400, "invalid_request", 900144);
}

static void a_refresh_token_inherits_the_client_type(void **state)
{
    (void)state;
    struct reply r =
        tk(T1, "", WEB_FORM "&client_secret=s3cret-web", get_code(WEB, WEB_URI, NULL, ALICE));
    const char *token = member(expect_tokens(&r), "refresh_token");
    r = refresh(WEB, token, "");
    expect_error(&r, 401, "invalid_client", 7000218);
    r = refresh(WEB, token, "&client_secret=s3cret-web");
    expect_tokens(&r);
    r = refresh(SEED, member(seed_tokens(), "refresh_token"), "&client_secret=x");
    expect_error(&r, 401, "invalid_client", 700025);
}

static void scopes_of_a_refresh(void **state)
{
    (void)state;
    const char *token = member(seed_tokens(), "refresh_token");
    struct reply r = refresh(SEED, token, "&scope=openid%20profile%20offline_access");
    expect_tokens(&r);
    r = refresh(SEED, token, "&scope=Directory.Read.All");
    expect_error(&r, 400, "invalid_grant", 65001);
    assert_true(has(r.body, "\"suberror\":\"consent_required\""));
    r = refresh(SEED, token, "&scope=mcp.access");
    expect_error(&r, 400, "invalid_client", 650053);
}

static void without_offline_access_no_refresh_token(void **state)
{
    (void)state;
    json_t *tokens = tokens_for("User.Read", ALICE);
    assert_null(dom_get(tokens, "refresh_token"));
    assert_null(dom_get(tokens, "id_token"));
    assert_true(claim_is(tokens, "scope", "https://graph.microsoft.com/User.Read"));
}

static void a_disabled_account_is_out(void **state)
{
    (void)state;
    const char *token = member(seed_tokens(), "refresh_token");
    order("PATCH", "/_emu/users/0a11ce00-0000-4000-8000-000000000001",
          "{\"accountEnabled\":false}");
    struct reply r = refresh(SEED, token, "");
    expect_error(&r, 400, "invalid_grant", 50057);
}

static void revoked_at_a_time(void **state)
{
    (void)state;
    order("POST", "/_emu/clock", "{\"set\":\"2031-01-01T00:00:00Z\"}");
    const char *token = member(seed_tokens(), "refresh_token");
    order("PATCH", "/_emu/users/0a11ce00-0000-4000-8000-000000000001",
          "{\"state\":[\"revokedAt:2031-01-01T01:00:00Z\"]}");
    struct reply r = refresh(SEED, token, "");
    expect_error(&r, 400, "invalid_grant", 50173);
    order("POST", "/_emu/clock", "{\"set\":\"2031-01-01T02:00:00Z\"}");
    r = refresh(SEED, member(seed_tokens(), "refresh_token"), "");
    expect_tokens(&r);
}

#define MULTI_URI "http://localhost/multi"
#define MULTI_FORM                                                                                 \
    "grant_type=authorization_code&client_id=" MULTI                                               \
    "&redirect_uri=http%%3A%%2F%%2Flocalhost%%2Fmulti&code=%s" WITH_PKCE

static void code_of_another_tenant(void **state)
{
    (void)state;
    get_code(MULTI, MULTI_URI, NULL, ALICE);
    struct reply r = az_ask(&(struct az){
        .tenant = "common", .app = MULTI, .redirect = MULTI_URI, .as = "dave@fabrikam.example" });
    const char *code = sent(&r, "code").p;
    r = tk(T1, "", MULTI_FORM, code);
    expect_error(&r, 400, "invalid_grant", 700005);
    r = tk(T2, "", MULTI_FORM, code);
    assert_true(claim_is(id_claims(expect_tokens(&r)), "tid", T2));
}

// Not bound to a tenant: good wherever the person has an account too, as the guest that is there.
static void refresh_in_another_tenant(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){
        .tenant = "common", .app = MULTI, .redirect = MULTI_URI, .as = "dave@fabrikam.example" });
    r = tk("common", "", MULTI_FORM, sent(&r, "code").p);
    const char *token = member(expect_tokens(&r), "refresh_token");
    r = refresh(MULTI, token, "");
    expect_error(&r, 400, "invalid_grant", 50034);
    order("PATCH", "/_emu/users/06174000-0000-4000-8000-000000000003",
          "{\"userPrincipalName\":\"dave@fabrikam.example\"}");
    r = refresh(MULTI, token, "");
    json_t *claims = id_claims(expect_tokens(&r));
    assert_true(claim_is(claims, "tid", T1));
    assert_true(claim_is(claims, "oid", "06174000-0000-4000-8000-000000000003"));
}

static void busy_and_broken_answers(void **state)
{
    (void)state;
    const char *code = seed_code();
    order("POST", "/_emu/fault", "{\"endpoint\":\"token\",\"kind\":\"status503\"}");
    assert_int_equal(seed_redeem(code, WITH_PKCE).status, 503);
    order("POST", "/_emu/fault", "{\"endpoint\":\"token\",\"kind\":\"badJson\"}");
    struct reply r = seed_redeem(code, WITH_PKCE);
    json_t *tree;
    assert_false(dom_parse(r.body, &tree, NULL));
    order("POST", "/_emu/fault", "{\"endpoint\":\"token\",\"kind\":\"close\"}");
    r = seed_redeem(code, WITH_PKCE);
    assert_int_equal(r.status, 0); // the connection ended without an answer
    order("POST", "/_emu/fault", "{\"endpoint\":\"token\",\"kind\":\"slow\",\"seconds\":0}");
    r = seed_redeem(code, WITH_PKCE);
    expect_tokens(&r);
    assert_int_equal(control("POST", "/_emu/fault", "{\"kind\":\"x\"}").status, 400);
    assert_int_equal(control("POST", "/_emu/fault", "{\"kind\":\"close\"}").status, 400);
}

static void spoiled_tokens_of_the_other_kinds(void **state)
{
    (void)state;
    static const char *const kinds[] = { "tid", "nononce", "nbf", "sig", "audarray", "nosub" };
    const json_t *sound = id_claims(seed_tokens());
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        order(
            "POST", "/_emu/fault",
            arena_printf(rig.arena, "{\"endpoint\":\"token\",\"kind\":\"token:%s\"}", kinds[i]).p);
        const char *token = member(seed_tokens(), "id_token");
        json_t *claims = claims_of(token);
        bool wrong = !verifies(token, key_set()) || !claim_is(claims, "tid", T1) ||
                     !claim_is(claims, "nonce", "n1") || !claim_is(claims, "aud", SEED) ||
                     !str_eq(dom_str(claims, "sub"), dom_str(sound, "sub")) ||
                     dom_int(claims, "nbf", 0) > emu_now(rig.emu);
        if (!wrong)
            fail_msg("token:%s is sound", kinds[i]);
    }
}

static void envelope(void **state)
{
    (void)state;
    static const char *const members[] = { "error",     "error_description", "error_codes",
                                           "timestamp", "trace_id",          "correlation_id",
                                           "error_uri" };
    struct reply r = tk(T1, "client-request-id: <x>\r\nreturn-client-request-id: true\r\n",
                        "grant_type=foo&client_id=" SEED);
    json_t *body = json_of(r.body);
    size_t i = 0;
    const char *key;
    json_t *value;
    json_object_foreach(body, key, value)
    {
        assert_true(i < ARRAY_LEN(members));
        assert_string_equal(key, members[i++]);
    }
    assert_int_equal(i, ARRAY_LEN(members));
    assert_true(has(r.body, " Trace ID: "));
    assert_false(has(r.body, "<x>")); // no GUID: not echoed
    assert_true(str_eq(header_of(&r, "client-request-id"), dom_str(body, "correlation_id")));
    assert_true(str_is(header_of(&r, "x-ms-clitelem"), "1,70003,0,,"));
    assert_true(str_is(header_of(&r, "Pragma"), "no-cache"));
    assert_true(str_ends(dom_str(body, "error_uri"), STR("/error?code=70003")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(order_before_the_grant),
        RIG_TEST(plain_challenge),
        RIG_TEST(a_verifier_nobody_asked_for_leaves_a_remark),
        RIG_TEST(a_single_page_code_needs_pkce),
        RIG_TEST(a_secret_beside_an_origin),
        RIG_TEST(client_credentials_need_a_tenant),
        RIG_TEST(the_bodys_secret_wins),
        RIG_TEST(a_refresh_token_inherits_the_client_type),
        RIG_TEST(scopes_of_a_refresh),
        RIG_TEST(without_offline_access_no_refresh_token),
        RIG_TEST(a_disabled_account_is_out),
        RIG_TEST(revoked_at_a_time),
        RIG_TEST(code_of_another_tenant),
        RIG_TEST(refresh_in_another_tenant),
        RIG_TEST(busy_and_broken_answers),
        RIG_TEST(spoiled_tokens_of_the_other_kinds),
        RIG_TEST(envelope),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
