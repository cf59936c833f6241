// SPDX-License-Identifier: MIT
#include "rig.h"

#include "base/clock.h"
#include "jose/jws.h"

static const char named[] = "{\"clients\":[{\"clientId\":\"cid\",\"clientSecret\":\"s3cret\"}],"
                            "\"tokenLifetime\":60,\"services\":[\"ZIA\"]}";

static int set_up_named(void **state)
{
    (void)state;
    rig_start(named);
    return 0;
}

#define AUD "&audience=https://api.zscaler.com"

static void test_refusals(void **state)
{
    static const struct {
        const char *headers, *form;
        int status;
        const char *error;
    } cases[] = {
        { "Content-Type: application/json\r\n", "{}", 400, "invalid_request" },
        { FORM, "", 400, "invalid_request" },
        { FORM, "grant_type=password&client_id=cid&client_secret=s3cret" AUD, 400,
          "unsupported_grant_type" },
        { FORM, "grant_type=client_credentials&client_id=cid" AUD, 400, "invalid_request" },
        { FORM, "grant_type=client_credentials&client_secret=s3cret" AUD, 400, "invalid_request" },
        { FORM, "grant_type=client_credentials&client_id=cid&client_secret=s3cret", 400,
          "invalid_request" },
        { FORM, "grant_type=client_credentials&client_id=cid&client_secret=wrong" AUD, 401,
          "invalid_client" },
        { FORM, "grant_type=client_credentials&client_id=other&client_secret=s3cret" AUD, 401,
          "invalid_client" },
        { FORM, "grant_type=client_credentials&client_assertion=a.b.c" AUD, 400,
          "invalid_request" },
        { FORM,
          "grant_type=client_credentials&client_assertion=a.b.c&client_assertion_type="
          "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" AUD,
          401, "invalid_client" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct reply r = ask("POST", "/oauth2/v1/token", cases[i].headers, cases[i].form);
        assert_int_equal(r.status, cases[i].status);
        assert_string_equal(dom_str(r.json, "error").p, cases[i].error);
    }
}

static void test_token_says_services(void **state)
{
    (void)state;
    struct reply r = ask("POST", "/oauth2/v1/token", FORM, SECRET);
    CLEANUP(jws_release) struct jws jws = { 0 };
    assert_int_equal(r.status, 200);
    assert_int_equal(dom_int(r.json, "expires_in", 0), 60);
    assert_true(jws_parse(dom_str(r.json, "access_token"), &jws, NULL));
    const json_t *info = dom_get(jws.payload, "service-info");
    assert_int_equal(json_array_size(info), 1);
    assert_string_equal(dom_str(json_array_get(info, 0), "prd").p, "ZIA");
}

static int post_assertion(const struct jwk *key, const char *claims)
{
    CLEANUP(buf_release) struct buf jwt = BUF_INIT(8192);
    jws_sign(key, STR(""), str_c(claims), &jwt);
    struct str form =
        arena_printf(rig.arena,
                     "grant_type=client_credentials&client_assertion=%s&client_assertion_type="
                     "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" AUD,
                     buf_cstr(&jwt));
    return ask("POST", "/oauth2/v1/token", FORM, form.p).status;
}

static void test_assertions(void **state)
{
    (void)state;
    CLEANUP(jwk_free) struct jwk *key = jwk_generate(JWS_RS256);
    CLEANUP(jwk_free) struct jwk *stranger = jwk_generate(JWS_RS256);
    CLEANUP(buf_release) struct buf config = BUF_INIT(8192);
    buf_adds(&config, "{\"clients\":[{\"clientId\":\"cid\",\"jwks\":{\"keys\":[");
    jwk_public_json(key, STR(",\"alg\":\"RS256\""), &config);
    buf_adds(&config, "]}}]}");
    rig_start(buf_cstr(&config));
    static const char good[] = "{\"iss\":\"cid\",\"sub\":\"cid\","
                               "\"aud\":\"https://api.zscaler.com\",\"exp\":4102444800}";
    assert_int_equal(post_assertion(stranger, good), 401);
    assert_int_equal(post_assertion(key, "{\"iss\":\"cid\",\"sub\":\"cid\",\"aud\":\"x\","
                                         "\"exp\":1}"),
                     401);
    assert_int_equal(post_assertion(key, "{\"iss\":\"other\",\"sub\":\"cid\",\"aud\":\"x\","
                                         "\"exp\":4102444800}"),
                     401);
    assert_int_equal(post_assertion(key, good), 200);
    tear_down(NULL);
}

static void test_bearers(void **state)
{
    static const char *const bad[] = {
        "",
        "Authorization: Basic Y2lkOng=\r\n",
        "Authorization: Bearer None\r\n",
        "Authorization: Bearer a.b.c\r\n",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct reply r = ask("GET", ZIA "ruleLabels", bad[i], "{}");
        assert_int_equal(r.status, 401);
        assert_true(dom_str(r.json, "message").n > 0);
    }
    const char *bearer = sign_in();
    assert_int_equal(ask("GET", ZIA "ruleLabels", bearer, "{}").status, 200);
    clock_freeze(clock_now() + 61);
    assert_int_equal(ask("GET", ZIA "ruleLabels", bearer, "{}").status, 401);
    clock_freeze(0);
    assert_int_equal(ask("GET", ZIA "ruleLabels", bearer, "{}").status, 200);
    assert_int_equal(ask("POST", "/_fake/tokens/expire", "", "").status, 200);
    assert_int_equal(ask("GET", ZIA "ruleLabels", bearer, "{}").status, 401);
}

static void test_wrong_configurations(void **state)
{
    static const char *const wrong[] = {
        "[]",
        "{\"nosuch\":1}",
        "{\"tokenLifetime\":0}",
        "{\"tokenLifetime\":\"60\"}",
        "{\"clients\":[{\"clientId\":\"x\"}]}",
        "{\"clients\":[{\"clientSecret\":\"x\"}]}",
        "{\"faults\":[{\"kind\":\"nosuch\"}]}",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        json_t *config = NULL;
        struct err err = { 0 };
        assert_false(config_parse(str_c(wrong[i]), &config, &err));
        assert_true(err.text[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_refusals, set_up_named, tear_down),
        cmocka_unit_test_setup_teardown(test_token_says_services, set_up_named, tear_down),
        cmocka_unit_test_setup_teardown(test_bearers, set_up_named, tear_down),
        cmocka_unit_test(test_assertions),
        cmocka_unit_test(test_wrong_configurations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
