// SPDX-License-Identifier: MIT
// Discovery and key sets beyond the vectors; what a configuration of its own changes in them.
#include "tokens.h"

#include "jose/digest.h"

static void headers_and_preflight(void **state)
{
    (void)state;
    struct reply r = get("/" T1 "/v2.0/.well-known/openid-configuration");
    assert_true(str_is(header_of(&r, "Cache-Control"), "max-age=86400, private"));
    assert_true(str_is(header_of(&r, "Access-Control-Allow-Methods"), "GET, OPTIONS"));
    assert_true(str_is(header_of(&r, "X-Content-Type-Options"), "nosniff"));
    static const char *const cookies[] = { "fpc", "esctx", "x-ms-gateway-slice",
                                           "stsservicecookie" };
    for (size_t i = 0; i < ARRAY_LEN(cookies); i++)
        assert_non_null(cookie_of(&r, cookies[i]));
    r = ask("OPTIONS", "/" T1 "/v2.0/.well-known/openid-configuration", "", NULL);
    assert_int_equal(r.status, 200);
    assert_true(str_is(header_of(&r, "Access-Control-Allow-Methods"), "GET, OPTIONS"));
}

// A wrong clock shows in the Date header.
static void the_date_is_the_emulated_one(void **state)
{
    (void)state;
    order("POST", "/_emu/clock", "{\"set\":\"2031-02-03T04:05:06Z\"}");
    struct reply r = get("/" T1 "/v2.0/.well-known/openid-configuration");
    assert_true(str_starts(header_of(&r, "Date"), STR("Mon, 03 Feb 2031 04:05:")));
}

static void x5c_is_the_certificate_behind_kid(void **state)
{
    (void)state;
    json_t *keys = dom_get(json_of(get("/" T1 "/discovery/v2.0/keys").body), "keys");
    for (size_t i = 0; i < json_array_size(keys); i++) {
        json_t *key = json_array_get(keys, i);
        CLEANUP(buf_release) struct buf der = BUF_INIT(8192), kid = BUF_INIT(64);
        uint8_t digest[20];
        assert_true(b64_decode(&der, dom_text(json_array_get(dom_get(key, "x5c"), 0))));
        sha1(buf_str(&der), digest);
        b64url_encode(&kid, str_of(digest, sizeof(digest)));
        assert_true(str_eq(dom_str(key, "kid"), buf_str(&kid)));
    }
}

static void key_sets_without_version_and_of_aliases(void **state)
{
    (void)state;
    json_t *keys = dom_get(json_of(get("/common/discovery/keys").body), "keys");
    for (size_t i = 0; i < json_array_size(keys); i++)
        assert_null(dom_get(json_array_get(keys, i), "issuer"));
    assert_true(has(get("/common/discovery/v2.0/keys").body, "/{tenantid}/v2.0"));
    // Their order means nothing, and changes.
    struct str first = get("/common/discovery/keys").body;
    bool other = false;
    for (int i = 0; i < 40 && !other; i++)
        other = !str_eq(first, get("/common/discovery/keys").body);
    assert_true(other);
}

static void an_emergency_key_signs_at_once(void **state)
{
    (void)state;
    const char *before = member(seed_tokens(), "id_token");
    order("POST", "/_emu/keys", "{\"op\":\"emergency\"}");
    const char *after = member(seed_tokens(), "id_token");
    assert_false(verifies(before, key_set()));
    assert_true(verifies(after, key_set()));
    assert_int_equal(control("POST", "/_emu/keys", "{\"op\":\"x\"}").status, 400);
    // Graph's own tokens stay good for as long as their key is published.
    json_t *tokens = seed_tokens();
    order("POST", "/_emu/keys", "{\"op\":\"activate\"}");
    struct reply r = with_bearer("GET", "/oidc/userinfo", member(tokens, "access_token"));
    assert_int_equal(r.status, 200);
}

#define OWN_KEY   "{\"api\":{\"acceptMappedClaims\":true},\"keyCredentials\":[{\"usage\":\"Sign\"}]}"
#define PLAIN_SET "/" T1 "/discovery/v2.0/keys"
#define APP_SET   PLAIN_SET "?appid=" SEED

static void an_application_with_a_key_of_its_own(void **state)
{
    (void)state;
    assert_true(has(get("/" T1 "/v2.0/.well-known/openid-configuration?appid=" SEED).body,
                    "/discovery/v2.0/keys?appid=" SEED "\""));
    assert_true(has(get("/" T1 "/.well-known/openid-configuration?appid=" SEED).body,
                    "/discovery/keys?appid=" SEED "\""));
    size_t plain = jwks_count(key_set_at(APP_SET));
    order("PATCH", "/_emu/apps/" SEED, OWN_KEY);
    assert_int_equal(jwks_count(key_set_at(APP_SET)), plain + 1);
    assert_int_equal(jwks_count(key_set_at(PLAIN_SET)), plain);
    const char *token = member(seed_tokens(), "id_token");
    assert_true(verifies(token, key_set_at(APP_SET)));
    assert_false(verifies(token, key_set_at(PLAIN_SET)));
    // Another application's tokens are as before.
    assert_true(verifies(member(api2_tokens(), "id_token"), key_set_at(PLAIN_SET)));
}

static void mapped_claims_without_a_key_are_refused(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" SEED, "{\"claimsMappingPolicies\":[{}]}");
    struct reply r = seed_redeem(seed_code(), WITH_PKCE);
    expect_error(&r, 400, "invalid_request", 50146);
    order("PATCH", "/_emu/apps/" SEED, OWN_KEY);
    seed_tokens();
}

static void instances(void **state)
{
    (void)state;
#define INSTANCE "/common/discovery/instance?api-version=1.1&authorization_endpoint="
    struct reply r = get(INSTANCE "https%3A%2F%2Flogin.microsoftonline.com%2Fcommon%2Foauth2");
    assert_int_equal(r.status, 200);
    assert_true(claim_is(json_of(r.body), "api-version", "1.1"));
    assert_true(has(r.body, "\"preferred_cache\":\"login.windows.net\""));
    r = get(INSTANCE "https%3A%2F%2Fexample.com%2F");
    expect_error(&r, 400, "invalid_instance", 50049);
}

static void what_is_not_served(void **state)
{
    (void)state;
    assert_int_equal(get("/nothing").status, 404);
    assert_int_equal(get("/" T1 "/oauth2/nothing").status, 404);
    assert_int_equal(ask("DELETE", "/" T1 "/oauth2/v2.0/token", "", NULL).status, 405);
    assert_true(has(get("/error?code=50011").body, "AADSTS50011"));
    assert_true(has(get("/error?code=1").body, "not one of"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(headers_and_preflight),
        RIG_TEST(the_date_is_the_emulated_one),
        RIG_TEST(x5c_is_the_certificate_behind_kid),
        RIG_TEST(key_sets_without_version_and_of_aliases),
        RIG_TEST(an_emergency_key_signs_at_once),
        RIG_TEST(an_application_with_a_key_of_its_own),
        RIG_TEST(mapped_claims_without_a_key_are_refused),
        RIG_TEST(instances),
        RIG_TEST(what_is_not_served),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
