// SPDX-License-Identifier: MIT
// Configurations that are refused, each with the path of what is wrong.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dev/entra/config.h"

#define TOP(members) "{" members ",\"tenants\":[{\"id\":\"7e57ed00-0000-4000-8000-000000000001\"}]}"
#define TENANT(members)                                                                                         \
    "{\"tenants\":[{\"id\":\"7e57ed00-0000-4000-8000-000000000001\",\"domains\":[\"contoso.example\"]," members \
    "}]}"
#define APP(members)                                                                                           \
    TENANT(                                                                                                    \
        "\"applications\":[{\"appId\":\"c11e0000-0000-4000-8000-000000000001\",\"displayName\":\"A\"," members \
        "}]")
#define URIS(list)      APP("\"publicClient\":{\"redirectUris\":[" list "]}")
#define POLICY(members) TENANT("\"conditionalAccess\":[{" members "}]")
#define EVERYBODY       "\"apps\":[\"all\"],\"users\":[\"all\"],"
#define AT_POLICY       "tenants[0].conditionalAccess[0]."
#define USER(members)                                                                                                            \
    TENANT(                                                                                                                      \
        "\"users\":[{\"id\":\"0a11ce00-0000-4000-8000-000000000001\",\"userPrincipalName\":\"a\",\"displayName\":\"A\"," members \
        "}]")
#define AT_USER "tenants[0].users[0]."
#define X16     "xxxxxxxxxxxxxxxx"
#define X64     X16 X16 X16 X16
#define LONG    X64 X64 X64 X64
#define AT      "tenants[0].applications[0]."

static const struct {
    const char *json;
    const char *path; // what the message begins with
} rows[] = {
    { "{}", "tenants: " },
    { "{\"tenant\":[]}", "tenant: " },
    { "{\"tenants\":[{\"id\":\"x\"}]}", "tenants[0].id: " },
    { TENANT("\"colour\":1"), "tenants[0].colour: " },
    { TENANT("\"userConsent\":\"maybe\""), "tenants[0].userConsent: " },
    { TENANT("\"users\":[{\"id\":\"x\"}]"), "tenants[0].users[0].id: " },
    { "{\"behaviour\":{\"resourceParameter\":\"sometimes\"},\"tenants\":[{}]}",
      "behaviour.resourceParameter: " },
    { "{\"behaviour\":{\"speed\":1},\"tenants\":[{}]}", "behaviour.speed: " },
    { "{\"issuerMode\":\"x\",\"tenants\":[{}]}", "issuerMode: " },
    { TENANT("\"applications\":[{\"appId\":\"1\",\"displayName\":\"A\"}]"), AT "appId: " },
    { APP("\"signInAudience\":\"Everybody\""), AT "signInAudience: " },
    { URIS("\"http://web.example/cb\""), AT "publicClient.redirectUris[0]: " },
    { URIS("\"https://a.example/#f\""), AT "publicClient.redirectUris[0]: " },
    { URIS("\"/callback\""), AT "publicClient.redirectUris[0]: " },
    { URIS("\"https://a.example/*\""), AT "publicClient.redirectUris[0]: " },
    { URIS("\"https://a.example/\",5"), AT "publicClient.redirectUris[1]: " },
    { APP("\"web\":{\"redirectUris\":[\"https://a.example/\"]},\"spa\":{\"redirectUris\":[\"https://a.example/\"]}"),
      AT "spa.redirectUris[0]: " },
    { APP("\"identifierUris\":[\"https://contoso.example/mcp/\"]"), AT "identifierUris[0]: " },
    { APP("\"identifierUris\":[\"https://other.example/mcp\"]"), AT "identifierUris[0]: " },
    { APP("\"identifierUris\":[\"api://anything\"]"), AT "identifierUris[0]: " },
    { APP("\"passwordCredentials\":[{}]"), AT "passwordCredentials[0].secretText: " },
    { APP("\"passwordCredentials\":[{\"secretText\":\"x\",\"endDateTime\":\"soon\"}]"),
      AT "passwordCredentials[0].endDateTime: " },
    { TOP("\"clock\":{\"mode\":\"fixed\"}"), "clock: " },
    { TOP("\"clock\":{\"mode\":\"slow\"}"), "clock.mode: " },
    { TOP("\"listen\":{\"port\":70000}"), "listen.port: " },
    { TOP("\"listen\":{\"tls\":{\"certFile\":\"a\"}}"), "listen.tls.keyFile: " },
    { TOP("\"listen\":{\"adress\":\"x\"}"), "listen.adress: " },
    { TOP("\"baseUrl\":\"https://emu.example/\""), "baseUrl: " },
    { TOP("\"baseUrl\":\"emu\""), "baseUrl: " },
    { TOP("\"cloud\":\"moon\""), "cloud: " },
    { TOP("\"seed\":5"), "seed: " },
    { TOP("\"keys\":{\"current\":\"no PEM\"}"), "keys.current: " },
    { TOP("\"keys\":{\"last\":\"x\"}"), "keys.last: " },
    { TOP("\"behaviour\":{\"errorPageStatus\":500}"), "behaviour.errorPageStatus: " },
    { TOP("\"behaviour\":{\"pollLoopLimit\":\"2\"}"), "behaviour.pollLoopLimit: " },
    { TOP("\"behaviour\":{\"issParameter\":1}"), "behaviour.issParameter: " },
    { TENANT("\"applications\":{}"), "tenants[0].applications: " },
    { TENANT("\"publishedSince\":\"soon\""), "tenants[0].publishedSince: " },
    { TENANT("\"groups\":[{\"id\":\"x\"}]"), "tenants[0].groups[0].id: " },
    { POLICY("\"users\":[\"all\"],\"flows\":[\"any\"],\"grant\":\"block\""), AT_POLICY "apps: " },
    { POLICY(EVERYBODY "\"flows\":[\"sometimes\"],\"grant\":\"block\""), AT_POLICY "flows[0]: " },
    { POLICY(EVERYBODY "\"flows\":[\"any\"],\"grant\":\"perhaps\""), AT_POLICY "grant: " },
    { POLICY(EVERYBODY "\"flows\":[\"any\"]"), "tenants[0].conditionalAccess[0]: " },
    { USER("\"userType\":\"Robot\""), AT_USER "userType: " },
    { USER("\"homeTenantId\":\"x\""), AT_USER "homeTenantId: " },
    { USER("\"state\":[\"locked\",\"tired\"]"), AT_USER "state[1]: " },
    { USER("\"memberOf\":[\"x\"]"), AT_USER "memberOf[0]: " },
    { URIS("\"https://a.example/(x)\""), AT "publicClient.redirectUris[0]: " },
    { URIS("\"\""), AT "publicClient.redirectUris[0]: " },
    { URIS("\"https://a.example/" LONG "\""), AT "publicClient.redirectUris[0]: " },
    { APP("\"web\":{\"redirectUris\":[\"msal123://auth\"]}"), AT "web.redirectUris[0]: " },
    { APP("\"web\":{\"logoutUrl\":\"http://a.example/\"}"), AT "web.logoutUrl: " },
    { APP("\"isFallbackPublicClient\":\"yes\""), AT "isFallbackPublicClient: " },
    { APP("\"groupMembershipClaims\":\"Some\""), AT "groupMembershipClaims: " },
    { APP("\"api\":{\"requestedAccessTokenVersion\":\"2\"}"),
      AT "api.requestedAccessTokenVersion: " },
    { APP("\"api\":{\"oauth2PermissionScopes\":[{\"value\":\"x\"}]}"),
      AT "api.oauth2PermissionScopes[0].id: " },
    { APP("\"api\":{\"preAuthorizedApplications\":[{\"appId\":\"x\"}]}"),
      AT "api.preAuthorizedApplications[0].appId: " },
    { APP("\"appRoles\":[{\"id\":\"x\"}]"), AT "appRoles[0].id: " },
    { APP("\"requiredResourceAccess\":[{\"resourceAppId\":\"x\"}]"),
      AT "requiredResourceAccess[0].resourceAppId: " },
    { APP("\"keyCredentials\":[{\"key\":\"***\"}]"), AT "keyCredentials[0].key: " },
    { APP("\"keyCredentials\":[{\"key\":\"AAAA\"}]"), AT "keyCredentials[0].key: " },
    { APP("\"keyCredentials\":[{\"usage\":\"Sign\",\"pem\":\"x\"}]"),
      AT "keyCredentials[0].pem: " },
    { APP("\"federatedIdentityCredentials\":[{\"issuer\":\"x\"}]"),
      AT "federatedIdentityCredentials[0].subject: " },
    { APP("\"servicePrincipal\":{\"oauth2PermissionGrants\":[{\"consentType\":\"Nobody\"}]}"),
      AT "servicePrincipal.oauth2PermissionGrants[0].consentType: " },
    { TENANT(
          "\"applications\":[{\"appId\":\"c11e0000-0000-4000-8000-000000000001\",\"displayName\":\"A\",\"identifierUris\":[\"https://contoso.example/a\"]},{\"appId\":\"c11e0000-0000-4000-8000-000000000002\",\"displayName\":\"B\",\"identifierUris\":[\"https://contoso.example/a\"]}]"),
      "tenants[0].applications[0].identifierUris[0]: " },
    { TENANT(
          "\"applications\":[{\"appId\":\"c11e0000-0000-4000-8000-000000000001\",\"displayName\":\"A\"},{\"appId\":\"c11e0000-0000-4000-8000-000000000001\",\"displayName\":\"B\"}]"),
      "tenants[0].applications[1].appId: " },
};

static void refused_with_their_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = { 0 };
        json_t *config = NULL;
        assert_false(config_parse(str_c(rows[i].json), &config, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        if (!str_starts(err_text(&err), str_c(rows[i].path)))
            fail_msg("row %zu: wanted %s, got %s", i, rows[i].path, err.text);
    }
}

static void no_json_is_a_configuration_error(void **state)
{
    (void)state;
    struct err err = { 0 };
    json_t *config = NULL;
    assert_false(config_parse(STR("{"), &config, &err));
    assert_int_equal(err.code, ERR_CONFIG);
}

static void accepted(void **state)
{
    (void)state;
    const char *const good[] = {
        fixture_json,
        URIS(
            "\"https://a.example/cb?x=1\",\"http://127.0.0.1/cb\",\"http://localhost/cb\",\"msal123://auth\""),
        APP("\"identifierUris\":[\"https://mcp.contoso.example/mcp\",\"api://c11e0000-0000-4000-8000-000000000001\"]"),
        APP("\"api\":{\"requestedAccessTokenVersion\":2},\"identifierUris\":[\"https://other.example/mcp\"]"),
        APP("\"unknownMemberOfAnExport\":{\"x\":[]}"),
        APP("\"identifierUris\":null,\"web\":null,\"api\":{\"requestedAccessTokenVersion\":null}"),
        APP("\"identifierUris\":[\"api://7e57ed00-0000-4000-8000-000000000001/mcp\"]"),
        POLICY(EVERYBODY "\"flows\":[\"refresh\"],\"signInFrequencyHours\":1"),
        TOP("\"clock\":{\"mode\":\"fixed\",\"now\":\"2027-01-01T00:00:00.0000000Z\"}"),
        TOP("\"listen\":{\"host\":\"127.0.0.1\",\"port\":0,\"tls\":null},\"baseUrl\":\"https://emu.example\""),
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct err err = { 0 };
        JSON_AUTO *config = NULL;
        if (!config_parse(str_c(good[i]), &config, &err))
            fail_msg("row %zu: %s", i, err.text);
    }
}

// 256, or 100 with personal accounts.
static void too_many_redirect_uris(void **state)
{
    (void)state;
    static const struct {
        const char *audience;
        size_t max;
    } limits[] = { { "AzureADMyOrg", 256 }, { "AzureADandPersonalMicrosoftAccount", 100 } };
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        JSON_AUTO *config = json_loads(APP("\"web\":{\"redirectUris\":[]}"), 0, NULL);
        json_t *app = json_array_get(
            dom_get(json_array_get(dom_get(config, "tenants"), 0), "applications"), 0);
        json_t *uris = dom_get(dom_get(app, "web"), "redirectUris");
        struct err err = { 0 };
        dom_set(app, "signInAudience", json_string(limits[i].audience));
        for (size_t n = 0; n < limits[i].max; n++)
            json_array_append_new(uris, json_sprintf("https://a.example/%zu", n));
        assert_true(config_judge(config, &err));
        json_array_append_new(uris, json_string("https://a.example/more"));
        assert_false(config_judge(config, &err));
        assert_non_null(strstr(err.text, "redirect URIs"));
    }
}

static void one_value_set(void **state)
{
    (void)state;
    static const char *const sets[][3] = {
        { "{}", "a=1", "{\"a\":1}" },
        { "{}", "a.b=true", "{\"a\":{\"b\":true}}" },
        { "{\"a\":[{\"b\":1},2]}", "a.0.b=x=y", "{\"a\":[{\"b\":\"x=y\"},2]}" },
        { "{\"a\":[1]}", "a.0=[3]", "{\"a\":[[3]]}" },
        { "{\"a\":\"text\"}", "a.b=1", "{\"a\":{\"b\":1}}" },
    };
    for (size_t i = 0; i < ARRAY_LEN(sets); i++) {
        JSON_AUTO *config = json_loads(sets[i][0], 0, NULL),
                  *want = json_loads(sets[i][2], 0, NULL);
        assert_true(config_set(config, str_c(sets[i][1]), NULL));
        assert_true(json_equal(config, want));
    }
    static const char *const wrong[] = { "", "a", "=1", "a.1=2", "a.x=2", "a.0.b=1", "a.9.b=1" };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        JSON_AUTO *config = json_loads("{\"a\":[1]}", 0, NULL);
        struct err err = { 0 };
        assert_false(config_set(config, str_c(wrong[i]), &err));
        assert_int_equal(err.code, ERR_CONFIG);
    }
}

static void merge_patch_of_rfc7396(void **state)
{
    (void)state;
    // the vectors of RFC 7396, appendix A
    static const char *const table[][3] = {
        { "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
        { "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
        { "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
        { "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}" },
        { "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        JSON_AUTO *target = json_loads(table[i][0], 0, NULL),
                  *patch = json_loads(table[i][1], 0, NULL),
                  *want = json_loads(table[i][2], 0, NULL);
        json_merge_patch(target, patch);
        assert_true(json_equal(target, want));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_with_their_path),
        cmocka_unit_test(no_json_is_a_configuration_error),
        cmocka_unit_test(accepted),
        cmocka_unit_test(too_many_redirect_uris),
        cmocka_unit_test(one_value_set),
        cmocka_unit_test(merge_patch_of_rfc7396),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
