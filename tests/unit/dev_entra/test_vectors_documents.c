// SPDX-License-Identifier: MIT
// V1 to V10: discovery and keys.
#include "tokens.h"

#define DOCUMENT "/v2.0/.well-known/openid-configuration"

static const char *base_url(void)
{
    return arena_printf(rig.arena, "http://127.0.0.1:%d", emu_port(rig.emu)).p;
}

static struct str under_base(const char *path)
{
    return arena_printf(rig.arena, "%s%s", base_url(), path);
}

static void v1_discovery_of_the_tenant(void **state)
{
    (void)state;
    static const char *const never[] = {
        "registration_endpoint",
        "code_challenge_methods_supported",
        "grant_types_supported",
        "introspection_endpoint",
        "revocation_endpoint",
        "authorization_response_iss_parameter_supported",
        "client_id_metadata_document_supported",
    };
    struct reply r = get("/" T1 DOCUMENT);
    json_t *d = json_of(r.body);
    assert_int_equal(r.status, 200);
    assert_true(str_eq(dom_str(d, "issuer"), under_base("/" T1 "/v2.0")));
    assert_true(str_is(header_of(&r, "Access-Control-Allow-Origin"), "*"));
    for (size_t k = 0; k < ARRAY_LEN(never); k++)
        assert_null(dom_get(d, never[k]));
}

static void v2_discovery_by_domain_names_the_guid(void **state)
{
    (void)state;
    struct reply r = get("/contoso.example" DOCUMENT);
    json_t *d = json_of(r.body);
    static const struct {
        const char *member, *path;
    } urls[] = {
        { "issuer", "/" T1 "/v2.0" },
        { "token_endpoint", "/" T1 "/oauth2/v2.0/token" },
        { "authorization_endpoint", "/" T1 "/oauth2/v2.0/authorize" },
        { "device_authorization_endpoint", "/" T1 "/oauth2/v2.0/devicecode" },
        { "end_session_endpoint", "/" T1 "/oauth2/v2.0/logout" },
        { "jwks_uri", "/" T1 "/discovery/v2.0/keys" },
    };
    assert_int_equal(r.status, 200);
    for (size_t i = 0; i < ARRAY_LEN(urls); i++)
        assert_true(str_eq(dom_str(d, urls[i].member), under_base(urls[i].path)));
    assert_false(has(r.body, "contoso.example"));
}

static void v3_common_has_a_template(void **state)
{
    (void)state;
    struct reply r = get("/common" DOCUMENT);
    json_t *d = json_of(r.body);
    assert_int_equal(r.status, 200);
    assert_true(str_eq(dom_str(d, "issuer"), under_base("/{tenantid}/v2.0")));
    assert_true(str_eq(dom_str(d, "token_endpoint"), under_base("/common/oauth2/v2.0/token")));
}

static void v4_consumers(void **state)
{
    (void)state;
    json_t *d = json_of(get("/consumers" DOCUMENT).body);
    assert_true(str_eq(dom_str(d, "issuer"), under_base("/" MSA_TENANT "/v2.0")));
}

static void v5_unknown_tenant(void **state)
{
    (void)state;
    struct reply r = get("/7e57ed00-0000-4000-8000-0000000000ff" DOCUMENT);
    expect_error(&r, 400, "invalid_tenant", 90002);
}

static void v6_no_tenant_at_all(void **state)
{
    (void)state;
    struct reply r = get("/not_a_tenant" DOCUMENT);
    expect_error(&r, 400, "invalid_tenant", 900023);
}

static void v7_v1_document(void **state)
{
    (void)state;
    struct reply r = get("/" T1 "/.well-known/openid-configuration");
    json_t *d = json_of(r.body);
    assert_int_equal(r.status, 200);
    assert_true(str_eq(dom_str(d, "issuer"), under_base("/sts/" T1 "/")));
    assert_true(str_eq(dom_str(d, "jwks_uri"), under_base("/common/discovery/keys")));
    assert_true(dom_bool(d, "microsoft_multi_refresh_token", false));
}

static void v8_no_rfc8414_document(void **state)
{
    (void)state;
    static const char *const paths[] = { "/.well-known/oauth-authorization-server/" T1 "/v2.0",
                                         "/.well-known/oauth-authorization-server",
                                         "/" T1 "/v2.0/.well-known/oauth-authorization-server",
                                         "/.well-known/openid-configuration/" T1 "/v2.0" };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct reply r = get(paths[i]);
        assert_int_equal(r.status, 404);
        assert_true(str_starts(header_of(&r, "Content-Type"), STR("text/html")));
    }
}

static void v9_keys(void **state)
{
    (void)state;
    json_t *keys = dom_get(json_of(get("/" T1 "/discovery/v2.0/keys").body), "keys");
    size_t personal = 0;
    assert_true(json_array_size(keys) >= 3);
    for (size_t i = 0; i < json_array_size(keys); i++) {
        json_t *key = json_array_get(keys, i);
        assert_null(dom_get(key, "alg"));
        assert_int_equal(dom_str(key, "kid").n, 27);
        assert_true(str_eq(dom_str(key, "kid"), dom_str(key, "x5t")));
        assert_true(claim_is(key, "kty", "RSA") && claim_is(key, "use", "sig"));
        assert_true(claim_is(key, "e", "AQAB"));
        assert_true(claim_is(key, "cloud_instance_name", "microsoftonline.com"));
        bool msa = str_eq(dom_str(key, "issuer"), under_base("/" MSA_TENANT "/v2.0"));
        assert_true(msa || str_eq(dom_str(key, "issuer"), under_base("/" T1 "/v2.0")));
        personal += msa;
    }
    assert_int_equal(personal, 1);
}

static void v10_keys_roll(void **state)
{
    (void)state;
    const char *before = member(seed_tokens(), "id_token");
    order("POST", "/_emu/keys", "{\"op\":\"publish\"}");
    order("POST", "/_emu/keys", "{\"op\":\"activate\"}");
    const char *after = member(seed_tokens(), "id_token");
    assert_false(str_eq(dom_str(header_part(before), "kid"), dom_str(header_part(after), "kid")));
    assert_true(verifies(before, key_set()));
    assert_true(verifies(after, key_set()));
    order("POST", "/_emu/keys", "{\"op\":\"retire\"}");
    assert_false(verifies(before, key_set()));
    assert_true(verifies(after, key_set()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(v1_discovery_of_the_tenant),
        RIG_TEST(v2_discovery_by_domain_names_the_guid),
        RIG_TEST(v3_common_has_a_template),
        RIG_TEST(v4_consumers),
        RIG_TEST(v5_unknown_tenant),
        RIG_TEST(v6_no_tenant_at_all),
        RIG_TEST(v7_v1_document),
        RIG_TEST(v8_no_rfc8414_document),
        RIG_TEST(v9_keys),
        RIG_TEST(v10_keys_roll),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
