// SPDX-License-Identifier: MIT
// V90 to V100: what stands in tokens, userinfo, logout, faults and correlation.
#include "tokens.h"

#include "jose/claims.h"

// All that a careful relying party looks at.
static bool relying_party_takes(const char *token)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    const struct str audiences[] = { STR(SEED), STR_NONE };
    struct claims_want want = {
        .issuer = arena_printf(rig.arena, "http://127.0.0.1:%d/" T1 "/v2.0", emu_port(rig.emu)).p,
        .audiences = audiences,
        .nonce = STR("n1"),
        .now = emu_now(rig.emu),
    };
    return jws_parse(str_c(token), &jws, NULL) &&
           jws_verify(&jws, key_set(), JWS_RS256, NULL, NULL) &&
           claims_check(jws.payload, &want, NULL);
}

static void v90_api_with_v2_tokens(void **state)
{
    (void)state;
    const char *token = member(api2_tokens(), "access_token");
    json_t *claims = claims_of(token);
    assert_true(verifies(token, key_set()));
    assert_null(dom_get(header_part(token), "x5t"));
    assert_true(claim_is(claims, "aud", API2));
    assert_true(claim_is(claims, "scp", "mcp.access"));
    assert_true(claim_is(claims, "ver", "2.0"));
    assert_true(has(dom_str(claims, "iss"), "/" T1 "/v2.0"));
}

static void v91_api_with_v1_tokens(void **state)
{
    (void)state;
    const char *token = member(tokens_for(LEGACY_SCOPE " openid", ALICE), "access_token");
    json_t *claims = claims_of(token);
    assert_true(verifies(token, key_set()));
    assert_true(dom_str(header_part(token), "x5t").n);
    assert_true(has(dom_str(claims, "iss"), "/sts/" T1 "/"));
    assert_true(claim_is(claims, "ver", "1.0") && claim_is(claims, "scp", "legacy.read"));
    assert_true(claim_is(claims, "aud", "api://" API1));
    order("PATCH", "/_emu/behaviour", "{\"v1AudienceForm\":\"guid\"}");
    claims = claims_of(member(tokens_for(LEGACY_SCOPE " openid", ALICE), "access_token"));
    assert_true(claim_is(claims, "aud", API1));
}

static void v92_two_resources(void **state)
{
    (void)state;
    struct reply r = seed_redeem(get_code(NULL, NULL, "openid " LEGACY_SCOPE, ALICE),
                                 WITH_PKCE "&scope=api%3A%2F%2F" API1 "%2Flegacy.read"
                                           "%20https%3A%2F%2Fmcp.example%2Fmcp%2Fmcp.access");
    expect_error(&r, 400, "invalid_request", 28000);
}

static void v93_more_groups_than_a_token_carries(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" SEED, "{\"groupMembershipClaims\":\"SecurityGroup\"}");
    json_t *claims = id_claims(tokens_for(NULL, "bob@contoso.example"));
    assert_null(dom_get(claims, "groups"));
    assert_true(claim_is(dom_get(claims, "_claim_names"), "groups", "src1"));
    const json_t *source = dom_get(dom_get(claims, "_claim_sources"), "src1");
    assert_true(has(dom_str(source, "endpoint"), "/" T1 "/users/"));
}

static void v94_guest(void **state)
{
    (void)state;
    json_t *claims = id_claims(tokens_for("openid profile email", "gina@fabrikam.example"));
    assert_true(claim_is(claims, "tid", T1));
    assert_true(has(dom_str(claims, "idp"), "/sts/" T2 "/"));
    assert_true(claim_is(claims, "oid", "06174000-0000-4000-8000-000000000003"));
    assert_true(claim_is(claims, "email", "gina@fabrikam.example"));
}

static void v95_second_factor_silently(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ .as = "mia@contoso.example" });
    expect_az("redir interaction_required 50076",
              &(struct az){ .cookie = cookie_of(&page, "ESTSAUTH"), .more = "&prompt=none" });
}

static void v96_userinfo_with_an_api_token(void **state)
{
    (void)state;
    struct reply r = with_bearer("GET", "/oidc/userinfo", member(api2_tokens(), "access_token"));
    assert_int_equal(r.status, 401);
    assert_true(has(r.body, "\"code\":\"InvalidAuthenticationToken\""));
}

static void v97_logout(void **state)
{
    (void)state;
#define LOGOUT "/" T1 "/oauth2/v2.0/logout?state=x&post_logout_redirect_uri="
    struct reply r = az_ask(&(struct az){ .as = ALICE });
    const char *cookie = cookie_of(&r, "ESTSAUTH");
    const char *line = arena_printf(rig.arena, "Cookie: %s\r\n", cookie).p;
    expect_az("code", &(struct az){ .cookie = cookie, .more = "&prompt=none" });
    r = ask("GET", LOGOUT "https%3A%2F%2Fevil.example%2F", line, NULL);
    assert_int_equal(r.status, 200);
    assert_false(header_of(&r, "Location").p);
    expect_az("redir login_required 50058",
              &(struct az){ .cookie = cookie, .more = "&prompt=none" });
    r = get(LOGOUT "https%3A%2F%2Fweb.example%2Fcb");
    assert_int_equal(r.status, 302);
    assert_true(str_is(header_of(&r, "Location"), "https://web.example/cb?state=x"));
}

static void v98_spoiled_tokens_are_refused(void **state)
{
    (void)state;
    static const char *const kinds[] = { "algnone", "hs256", "kid", "aud", "iss", "nonce", "exp" };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        order(
            "POST", "/_emu/fault",
            arena_printf(rig.arena, "{\"endpoint\":\"token\",\"kind\":\"token:%s\"}", kinds[i]).p);
        if (relying_party_takes(member(seed_tokens(), "id_token")))
            fail_msg("token:%s was taken", kinds[i]);
    }
    // An order is used up: the next token is sound.
    assert_true(relying_party_takes(member(seed_tokens(), "id_token")));
}

static void v99_busy_once(void **state)
{
    (void)state;
    const char *code = seed_code();
    order("POST", "/_emu/fault", "{\"endpoint\":\"token\",\"kind\":\"status429\",\"seconds\":2}");
    struct reply r = seed_redeem(code, WITH_PKCE);
    assert_int_equal(r.status, 429);
    assert_true(str_is(header_of(&r, "Retry-After"), "2"));
    r = seed_redeem(code, WITH_PKCE);
    expect_tokens(&r);
}

static void v100_correlation(void **state)
{
    (void)state;
    static const char id[] = "5e1f0000-0000-4000-8000-00000000000a";
    struct reply r = tk(T1, arena_printf(rig.arena, "client-request-id: %s\r\n", id).p,
                        "grant_type=authorization_code&redirect_uri=x&code=bogus&client_id=" SEED);
    json_t *body = json_of(r.body);
    expect_error(&r, 400, "invalid_grant", 9002313);
    assert_true(claim_is(body, "correlation_id", id));
    assert_true(str_eq(dom_str(body, "trace_id"), header_of(&r, "x-ms-request-id")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(v90_api_with_v2_tokens),
        RIG_TEST(v91_api_with_v1_tokens),
        RIG_TEST(v92_two_resources),
        RIG_TEST(v93_more_groups_than_a_token_carries),
        RIG_TEST(v94_guest),
        RIG_TEST(v95_second_factor_silently),
        RIG_TEST(v96_userinfo_with_an_api_token),
        RIG_TEST(v97_logout),
        RIG_TEST(v98_spoiled_tokens_are_refused),
        RIG_TEST(v99_busy_once),
        RIG_TEST(v100_correlation),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
