// SPDX-License-Identifier: MIT
// Discovery, key sets and the control API.
#include "rig.h"

static const char *const never[] = {
    "registration_endpoint",
    "code_challenge_methods_supported",
    "grant_types_supported",
    "introspection_endpoint",
    "revocation_endpoint",
    "authorization_response_iss_parameter_supported",
    "client_id_metadata_document_supported",
};

static void v1_v2_discovery(void **state)
{
    (void)state;
    static const char *const paths[] = { "/" T1 "/v2.0/.well-known/openid-configuration",
                                         "/contoso.example/v2.0/.well-known/openid-configuration" };
    const char *base = arena_printf(rig.arena, "http://127.0.0.1:%d/" T1 "/", emu_port(rig.emu)).p;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct reply r = get(paths[i]);
        json_t *d = json_of(r.body);
        assert_int_equal(r.status, 200);
        assert_true(str_is(header_of(&r, "Access-Control-Allow-Origin"), "*"));
        assert_true(str_is(dom_str(d, "issuer"), arena_printf(rig.arena, "%sv2.0", base).p));
        assert_true(str_is(dom_str(d, "token_endpoint"),
                           arena_printf(rig.arena, "%soauth2/v2.0/token", base).p));
        assert_false(has(r.body, "contoso.example"));
        for (size_t k = 0; k < ARRAY_LEN(never); k++)
            assert_null(dom_get(d, never[k]));
    }
}

static void v3_v4_aliases(void **state)
{
    (void)state;
    assert_true(
        has(get("/common/v2.0/.well-known/openid-configuration").body, "/{tenantid}/v2.0\""));
    assert_true(has(get("/consumers/v2.0/.well-known/openid-configuration").body,
                    "/" MSA_TENANT "/v2.0\""));
}

static void v5_v6_unknown_tenants(void **state)
{
    (void)state;
    struct reply r =
        get("/7e57ed00-0000-4000-8000-0000000000ff/v2.0/.well-known/openid-configuration");
    expect_error(&r, 400, "invalid_tenant", 90002);
    r = get("/not_a_tenant/v2.0/.well-known/openid-configuration");
    expect_error(&r, 400, "invalid_tenant", 900023);
}

static void v7_v1_document(void **state)
{
    (void)state;
    json_t *d = json_of(get("/" T1 "/.well-known/openid-configuration").body);
    assert_true(str_ends(dom_str(d, "jwks_uri"), STR("/common/discovery/keys")));
    assert_true(str_ends(dom_str(d, "issuer"), STR("/sts/" T1 "/")));
    assert_true(dom_bool(d, "microsoft_multi_refresh_token", false));
}

static void v8_not_served(void **state)
{
    (void)state;
    static const char *const paths[] = { "/.well-known/oauth-authorization-server",
                                         "/.well-known/oauth-authorization-server/" T1 "/v2.0",
                                         "/" T1 "/v2.0/.well-known/oauth-authorization-server",
                                         "/.well-known/openid-configuration/" T1 "/v2.0" };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        assert_int_equal(get(paths[i]).status, 404);
}

static void v9_keys(void **state)
{
    (void)state;
    json_t *keys = dom_get(json_of(get("/" T1 "/discovery/v2.0/keys").body), "keys");
    assert_true(json_array_size(keys) >= 3);
    size_t personal = 0;
    for (size_t i = 0; i < json_array_size(keys); i++) {
        json_t *key = json_array_get(keys, i);
        assert_null(dom_get(key, "alg"));
        assert_true(dom_str(key, "kid").n == 27 &&
                    str_eq(dom_str(key, "kid"), dom_str(key, "x5t")));
        assert_true(str_is(dom_str(key, "e"), "AQAB"));
        assert_true(str_is(dom_str(key, "use"), "sig"));
        personal += has(dom_str(key, "issuer"), MSA_TENANT);
    }
    assert_int_equal(personal, 1);
    keys = dom_get(json_of(get("/common/discovery/keys").body), "keys");
    assert_null(dom_get(json_array_get(keys, 0), "issuer"));
    assert_true(has(get("/common/discovery/v2.0/keys").body, "{tenantid}"));
}

static void app_specific_and_preflight(void **state)
{
    (void)state;
    assert_true(has(get("/" T1 "/v2.0/.well-known/openid-configuration?appid=" SEED).body,
                    "/keys?appid=" SEED "\""));
    struct reply r = ask("OPTIONS", "/" T1 "/v2.0/.well-known/openid-configuration", "", NULL);
    assert_int_equal(r.status, 200);
    assert_true(str_is(header_of(&r, "Access-Control-Allow-Methods"), "GET, OPTIONS"));
}

static void instances(void **state)
{
    (void)state;
#define INSTANCE "/common/discovery/instance?api-version=1.1&authorization_endpoint="
    assert_int_equal(
        get(INSTANCE "https%3A%2F%2Flogin.microsoftonline.com%2Fcommon%2Foauth2%2Fauthorize")
            .status,
        200);
    struct reply r = get(INSTANCE "https%3A%2F%2Fexample.com%2F");
    expect_error(&r, 400, "invalid_instance", 50049);
}

// --- control ---

static void control_needs_the_bearer(void **state)
{
    (void)state;
    assert_int_equal(get("/_emu/config").status, 401);
    assert_int_equal(ask("GET", "/_emu/config", "Authorization: Bearer wrong\r\n", NULL).status,
                     401);
    assert_int_equal(control("GET", "/_emu/config", NULL).status, 200);
    assert_int_equal(control("GET", "/_emu/nothing", NULL).status, 404);
}

static void a_patch_that_is_wrong_changes_nothing(void **state)
{
    (void)state;
    struct reply r = control("PATCH", "/_emu/apps/" SEED,
                             "{\"publicClient\":{\"redirectUris\":[\"http://evil.example/\"]}}");
    assert_int_equal(r.status, 400);
    assert_true(has(r.body, "tenants[0].applications[0].publicClient.redirectUris[0]"));
    assert_int_equal(control("PATCH", "/_emu/apps/" APP("ff"), "{}").status, 404);
    assert_int_equal(control("PATCH", "/_emu/behaviour", "{\"resourceParameter\":\"x\"}").status,
                     400);
    order("PATCH", "/_emu/apps/" SEED,
          "{\"publicClient\":{\"redirectUris\":[\"http://localhost/auth/callback\"]}}");
    assert_true(get_code(NULL, "http://localhost:8000/auth/callback", NULL, ALICE));
}

static void journal_masks_secrets(void **state)
{
    (void)state;
    tk(T1, "",
       "grant_type=refresh_token&client_id=" WEB
       "&client_secret=hush-hush&refresh_token=very-secret");
    struct reply r = control("GET", "/_emu/journal", NULL);
    assert_true(has(r.body, "9002313"));
    assert_true(has(r.body, WEB));
    assert_false(has(r.body, "hush-hush"));
    assert_false(has(r.body, "very-secret"));
}

static void codes_and_env(void **state)
{
    (void)state;
    assert_true(has(control("GET", "/_emu/codes/50011", NULL).body, "\"delivery\":\"page\""));
    assert_int_equal(control("GET", "/_emu/codes/1", NULL).status, 404);
    struct reply r = control("GET", "/_emu/env?app=" SEED, NULL);
    assert_true(has(r.body, "export OIDCPROXY_AUTH_AUDIENCE=" SEED "\n"));
    assert_true(has(r.body, "/" T1 "/discovery/v2.0/keys\n"));
    assert_true(has(get("/error?code=50011").body, "AADSTS50011"));
}

static void seeded_ids_repeat(void **state)
{
    (void)state;
    char first[GUID_SIZE], second[GUID_SIZE];
    for (int i = 0; i < 2; i++) {
        json_t *config = NULL;
        assert_true(config_parse(str_c(fixture_json), &config, NULL));
        dom_set(config, "seed", json_string("golden"));
        CLEANUP(emu_free) struct emu *e = emu_new(config, "x");
        emu_guid(e, first);
        emu_guid(e, i ? first : second);
    }
    assert_string_equal(first, second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(v5_v6_unknown_tenants),
        RIG_TEST(v8_not_served),
        RIG_TEST(v1_v2_discovery),
        RIG_TEST(v3_v4_aliases),
        RIG_TEST(v7_v1_document),
        RIG_TEST(v9_keys),
        RIG_TEST(app_specific_and_preflight),
        RIG_TEST(instances),
        RIG_TEST(control_needs_the_bearer),
        RIG_TEST(a_patch_that_is_wrong_changes_nothing),
        RIG_TEST(journal_masks_secrets),
        RIG_TEST(codes_and_env),
        RIG_TEST(seeded_ids_repeat),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
