// SPDX-License-Identifier: MIT
// Configurations that are refused, each with the path of what is wrong.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dev/entra/config.h"

#define TENANT(members)                                                                                         \
    "{\"tenants\":[{\"id\":\"7e57ed00-0000-4000-8000-000000000001\",\"domains\":[\"contoso.example\"]," members \
    "}]}"
#define APP(members)                                                                                           \
    TENANT(                                                                                                    \
        "\"applications\":[{\"appId\":\"c11e0000-0000-4000-8000-000000000001\",\"displayName\":\"A\"," members \
        "}]")
#define URIS(list) APP("\"publicClient\":{\"redirectUris\":[" list "]}")
#define AT         "tenants[0].applications[0]."

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
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct err err = { 0 };
        JSON_AUTO *config = NULL;
        if (!config_parse(str_c(good[i]), &config, &err))
            fail_msg("row %zu: %s", i, err.text);
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
        cmocka_unit_test(merge_patch_of_rfc7396),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
