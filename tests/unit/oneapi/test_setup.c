// SPDX-License-Identifier: MIT
// Hosts, credentials and keys: everything that is decided before the first byte goes out.
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>
#include <cmocka.h>

#include "jose/b64url.h"
#include "jose/jws.h"
#include "oneapi/internal.h"

static struct fetcher *fetcher;

static void hosts_follow_the_cloud(void **state)
{
    (void)state;
    static const struct {
        const char *cloud, *api, *token;
    } cases[] = {
        { NULL, "https://api.zsapi.net", "https://acme.zslogin.net/oauth2/v1/token" },
        { "", "https://api.zsapi.net", "https://acme.zslogin.net/oauth2/v1/token" },
        { "production", "https://api.zsapi.net", "https://acme.zslogin.net/oauth2/v1/token" },
        { "PRODUCTION", "https://api.zsapi.net", "https://acme.zslogin.net/oauth2/v1/token" },
        { "beta", "https://api.beta.zsapi.net", "https://acme.zsloginbeta.net/oauth2/v1/token" },
        { "zscloud", "https://api.zscloud.zsapi.net",
          "https://acme.zsloginzscloud.net/oauth2/v1/token" },
        { "gov", "https://api.zscalergov.net", "https://acme.zidentitygov.net/oauth2/v1/token" },
        { "GovUS", "https://api.zscalergov.us", "https://acme.zidentitygov.us/oauth2/v1/token" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct oneapi *api;
        struct err err;
        const struct oneapi_config config = { .vanity_domain = "acme", .cloud = cases[i].cloud };
        assert_true(oneapi_new(&config, fetcher, &api, &err));
        assert_string_equal(api->api_base, cases[i].api);
        assert_string_equal(api->token_url, cases[i].token);
        oneapi_free(api);
    }
}

static void bad_addresses_are_refused_at_start(void **state)
{
    (void)state;
    static const struct {
        struct oneapi_config config;
        const char *says;
    } cases[] = {
        { { .base_url = "http://api.example.com" }, "unencrypted" },
        { { .base_url = "http://localhost.example.com" }, "unencrypted" },
        { { .base_url = "http://10.0.0.1:8080" }, "unencrypted" },
        { { .base_url = "ftp://localhost" }, "not a URL" },
        { { .base_url = "api.example.com" }, "not a URL" },
        { { .base_url = "https://user:pw@api.example.com" }, "not a URL" },
        { { .base_url = "https://api.example.com/?a=b" }, "no query" },
        { { .vanity_domain = "acme/evil" }, "ZSCALER_VANITY_DOMAIN" },
        { { .vanity_domain = "evil.example.com#" }, "ZSCALER_VANITY_DOMAIN" },
        { { .vanity_domain = "a@b" }, "ZSCALER_VANITY_DOMAIN" },
        { { .cloud = "beta.evil/" }, "ZSCALER_CLOUD" },
        { { .cloud = "a b" }, "ZSCALER_CLOUD" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct oneapi *api = NULL;
        struct err err = { 0 };
        assert_false(oneapi_new(&cases[i].config, fetcher, &api, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu: %s", i, err.text);
        assert_null(api);
    }
}

static void a_base_url_keeps_the_paths(void **state)
{
    (void)state;
    static const char *const good[][2] = {
        { "http://localhost:8080", "http://localhost:8080" },
        { "http://127.0.0.1:9/", "http://127.0.0.1:9" },
        { "http://[::1]:9", "http://[::1]:9" },
        { "https://gw.example.com/one//", "https://gw.example.com/one" },
        { "  https://gw.example.com \n", "https://gw.example.com" },
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct oneapi *api;
        struct err err;
        const struct oneapi_config config = { .base_url = good[i][0] };
        assert_true(oneapi_new(&config, fetcher, &api, &err));
        assert_string_equal(api->api_base, good[i][1]);
        assert_true(str_starts(str_c(api->token_url), str_c(good[i][1])));
        assert_true(str_ends(str_c(api->token_url), STR("/oauth2/v1/token")));
        oneapi_free(api);
    }
}

static void missing_credentials_are_said_by_the_first_call(void **state)
{
    (void)state;
    static const struct {
        struct oneapi_config config;
        const char *says;
    } cases[] = {
        { { .client_secret = "s", .vanity_domain = "v" }, "not set: ZSCALER_CLIENT_ID." },
        { { .client_id = "i", .client_secret = "s" }, "not set: ZSCALER_VANITY_DOMAIN." },
        { { .client_id = "i", .vanity_domain = "v" },
          "not set: ZSCALER_CLIENT_SECRET (or ZSCALER_PRIVATE_KEY)." },
        { { .client_id = " \t", .client_secret = "\n", .vanity_domain = "" },
          "not set: ZSCALER_CLIENT_ID, ZSCALER_VANITY_DOMAIN, ZSCALER_CLIENT_SECRET (or ZSCALER_PRIVATE_KEY)." },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct oneapi *api;
        struct oneapi_response response;
        struct err err = { 0 };
        struct arena *arena = arena_new();
        const struct oneapi_request request = { .method = "GET", .path = STR("/zia/api/v1/x") };
        assert_true(oneapi_new(&cases[i].config, fetcher, &api, &err));
        assert_false(oneapi_send(api, &request, arena, &response, &err));
        assert_int_equal(err.code, ERR_ONEAPI_CREDENTIALS);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu: %s", i, err.text);
        assert_int_equal(oneapi_token_requests(api), 0);
        arena_free(arena);
        oneapi_free(api);
    }
}

// --- private keys: made with `openssl genrsa`, used nowhere else ---

// clang-format off
static const char pem_2048[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCopG/TQLWgvHlK\n"
    "tqerS8SmjwVAnx6RwRIL70uEBMg5Z4iiKG/y6B2qGYCPx4O6bC69ZVKUcjIEkwwC\n"
    "HyQeopLfZ8g3FKAGljM/xXApq764al2fb4nXVbK7akns5ggZnxd3bXLEvLlVQfpa\n"
    "bBHARh0sbMW2YTq++Iobf99W27JRCCnMkspFxtSWQ/WwXJxDgrgLSZoTX2ebXhhZ\n"
    "06tUFtk4dCjSlYV5Czoi2EvQdo/oln8PwxG+p9VMjTLXpk6ySAVXnj9Hg6h0Mq8g\n"
    "j1o0owfaU7P8TlqwVHMMPbSR5zJtnTwHWEyoYXLBFAowAGai3MAzbcDbE8oavFL8\n"
    "2ATYAIhrAgMBAAECggEANdNiI72cGwT8+6VH58sDpZuxc/o1ghTrAycp5aW3GGdc\n"
    "u1EHxjJiwXdpSrrF5xr/YhD0Zg/6ue4LH6Q73ZFLKoYP59Cr8N5A1kJYtdwsv+Sn\n"
    "JCuwBaxDI0Fd/gA/ppnaHhKvVm7cAoPP+ctTcRiP2C2Rf1ASNYDTZ8qNCMaPaAAb\n"
    "IknrNczuUH+TiPcGO0QSh9bJy9miNkB6CQmxcVjEoIDN5QBq4UloDg39CP0AY0Mw\n"
    "6Dq8GdhySi59Gf0g//0cnLqvIM4q2Jdqz67VWEOvKKbyD6h+eQvLKDf3S16pB8Ut\n"
    "dVOt3bUtObChMIHBUzU3tdU1qbE6XCD26FtmrDzoPQKBgQDm9IdEwp04F36J+RBu\n"
    "zr/d+3hyjH5+9V60FnxjIo7IX3lBl3mXFpxwM6b8ukU7zDz5sIOewHr+5ZJXqxpw\n"
    "PbYCTlOy4NRKtmZZl4iTxM1noG7nItv142ksXfO1sR4RWmPS90KxFujK42dRuweM\n"
    "skI7KWWN5FJdj5GUYVkdv5givQKBgQC67g+//dozNTAtYnDZFgfvUKvcoy/rjnXo\n"
    "BF1aQdGFnlJP8LNzu7pW38DODk3zLyvvuE/soxOt88f1aet+vHVRPIrrO1Bnxhrd\n"
    "L6o1Xz6oehiPgJtDR1BHRjRpquftwnpTt/7nHkTuJ1DcAh0ouEshEWNs4lGJ2cC9\n"
    "Z3KNu9veRwKBgGCzIa/4jDtgGutKDUdX6Z3YHKZZjN07f1uHzqzzWzUqRGriMVbB\n"
    "cN7JwbEvjK1s5lrlPTbLALSZCp0KVxeHvx1YDlNnL3vYwyHgAJ9eV2J8GfNM9SwO\n"
    "+4pIDDKW5i/92K4MOTBMl0vbyva9iHuwZ2q9+ndekd36rsmhuN5ryhdBAoGAIPPQ\n"
    "gPbeHULWEFoXLJ2unmhpM4bs7qh5boI+dqe9qMFlH0R+Tfuc+K2PDoQFB8acBzFF\n"
    "naCN2o9sA349jmTohX6XuqoFHZYVrEI3zhrRL9/+LmXseOq8YyQkHzCKnCY5bEK2\n"
    "Q8XZPuZdYbtZqpD6ZYTsMwieeR+S05DF5+hi9QcCgYBl5uG4fGD1p4+B5P7smOgK\n"
    "dMvQ7Gg6tcYX6SEbXOVkfRBYQtAOvfQIFNrBoiFoMZX3TziWnmyASAuFG5ukpE9C\n"
    "IKt/3tOJBXUo7A3koQVk0uO0+mhHuj0VSkgOGUd/zt0E8ZBHFxdr8YBBcx816j1A\n"
    "fP+Y8thZJVeMJiyb93z+LQ==\n"
    "-----END PRIVATE KEY-----\n";

static const char pem_1024[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALnfzpwl6YOiMgUg\n"
    "Lyx9JWK6jXWr2RDtkB/GGoC4Tito1EK+HbW8+6ScccUo09NfIMF5xcdACnQ3HKJg\n"
    "HKQhwxxtC64X52dMKrWcqEVeDW5uR1RawACJ9AvymUrBSEQ3s3A1RsXxauE9TsDF\n"
    "H8/jCOBJFC3Pm0S2oFV2o9SD+OqlAgMBAAECgYAE/peNqJMiv1v6uUerOV2kzoB4\n"
    "lfqKMuf5gpg5tzoafoGdnYAs3vwgCzgfZR50Ao1dxYjj9ruRLd3uGwkJ/AJDGI2x\n"
    "un+YJGJ4SHGM3CfZAd39qZg+VYm9wxKk31PiO6C608AZ8faixOJLHU/BkgJenr7e\n"
    "3MJo2Vpz73t+uBHerQJBANzh9DFUR5rE7hIWUcIYPS3TnWOGTmtuuNf7aEs4tyOK\n"
    "rSgnfuE+rx8TdV74bszGxQ+Liw1S22h83tJHTLRyNFMCQQDXbP4NV5LUok1xAket\n"
    "TK6/zFCJ61nDzDj2y9SCc+vuqJ+CvQznrL5TkvQ7uVmPzEN53Le/C46zRgUdrzfG\n"
    "IwYnAkEAhLDQi1m/8j/fbMovr1P0XLVFVWZ3cZ6AOG91Rcr6acWDJB4l4JZRiW+d\n"
    "EMJZfXbjJuWDUSu3Vtu818GxWK1KtQJAEBp6pz6roC99wHveJcs8qOO6BYVNUYCb\n"
    "pX85JINL2KxMODavl0XneFHc5fYGBuTLCnoAVkyj3yzVxxFJBwupMwJAaSqBAFKM\n"
    "BlV1tEG5awxd5YV6lLUKd2T8Yqtfi9EySG5iQ5ldFtfahj6tZ6nsuT9kyiyGpOQu\n"
    "FVI4JuNu1PmRRQ==\n"
    "-----END PRIVATE KEY-----\n";

static const char jwk_2048[] =
    "{\"kty\":\"RSA\","
    "\"n\":\"qKRv00C1oLx5Sranq0vEpo8FQJ8ekcESC-9LhATIOWeIoihv8ugdqhmAj8eDumwuvWVSlHIyBJMMAh8k"
    "HqKS32fINxSgBpYzP8VwKau-uGpdn2-J11Wyu2pJ7OYIGZ8Xd21yxLy5VUH6WmwRwEYdLGzFtmE6vviK"
    "G3_fVtuyUQgpzJLKRcbUlkP1sFycQ4K4C0maE19nm14YWdOrVBbZOHQo0pWFeQs6IthL0HaP6JZ_D8MR"
    "vqfVTI0y16ZOskgFV54_R4OodDKvII9aNKMH2lOz_E5asFRzDD20kecybZ08B1hMqGFywRQKMABmotzA"
    "M23A2xPKGrxS_NgE2ACIaw\","
    "\"e\":\"AQAB\","
    "\"d\":\"NdNiI72cGwT8-6VH58sDpZuxc_o1ghTrAycp5aW3GGdcu1EHxjJiwXdpSrrF5xr_YhD0Zg_6ue4LH6Q7"
    "3ZFLKoYP59Cr8N5A1kJYtdwsv-SnJCuwBaxDI0Fd_gA_ppnaHhKvVm7cAoPP-ctTcRiP2C2Rf1ASNYDT"
    "Z8qNCMaPaAAbIknrNczuUH-TiPcGO0QSh9bJy9miNkB6CQmxcVjEoIDN5QBq4UloDg39CP0AY0Mw6Dq8"
    "GdhySi59Gf0g__0cnLqvIM4q2Jdqz67VWEOvKKbyD6h-eQvLKDf3S16pB8UtdVOt3bUtObChMIHBUzU3"
    "tdU1qbE6XCD26FtmrDzoPQ\","
    "\"p\":\"5vSHRMKdOBd-ifkQbs6_3ft4cox-fvVetBZ8YyKOyF95QZd5lxaccDOm_LpFO8w8-bCDnsB6_uWSV6sa"
    "cD22Ak5TsuDUSrZmWZeIk8TNZ6Bu5yLb9eNpLF3ztbEeEVpj0vdCsRboyuNnUbsHjLJCOylljeRSXY-R"
    "lGFZHb-YIr0\","
    "\"q\":\"uu4Pv_3aMzUwLWJw2RYH71Cr3KMv64516ARdWkHRhZ5ST_Czc7u6Vt_Azg5N8y8r77hP7KMTrfPH9Wnr"
    "frx1UTyK6ztQZ8Ya3S-qNV8-qHoYj4CbQ0dQR0Y0aarn7cJ6U7f-5x5E7idQ3AIdKLhLIRFjbOJRidnA"
    "vWdyjbvb3kc\","
    "\"dp\":\"YLMhr_iMO2Aa60oNR1fpndgcplmM3Tt_W4fOrPNbNSpEauIxVsFw3snBsS-MrWzmWuU9NssAtJkKnQpX"
    "F4e_HVgOU2cve9jDIeAAn15XYnwZ80z1LA77ikgMMpbmL_3Yrgw5MEyXS9vK9r2Ie7Bnar36d16R3fqu"
    "yaG43mvKF0E\","
    "\"dq\":\"IPPQgPbeHULWEFoXLJ2unmhpM4bs7qh5boI-dqe9qMFlH0R-Tfuc-K2PDoQFB8acBzFFnaCN2o9sA349"
    "jmTohX6XuqoFHZYVrEI3zhrRL9_-LmXseOq8YyQkHzCKnCY5bEK2Q8XZPuZdYbtZqpD6ZYTsMwieeR-S"
    "05DF5-hi9Qc\","
    "\"qi\":\"ZebhuHxg9aePgeT-7JjoCnTL0OxoOrXGF-khG1zlZH0QWELQDr30CBTawaIhaDGV9084lp5sgEgLhRub"
    "pKRPQiCrf97TiQV1KOwN5KEFZNLjtPpoR7o9FUpIDhlHf87dBPGQRxcXa_GAQXMfNeo9QHz_mPLYWSVX"
    "jCYsm_d8_i0\"}";
// clang-format on

static void check_assertion(const char *private_key, const char *public_source)
{
    struct err err = { 0 };
    struct jwk *key;
    struct jws jws;
    struct buf assertion = BUF_INIT(8192);
    if (!assertion_make(private_key, "my-id", 1788220800, &assertion, &err))
        fail_msg("%s", err.text);
    assert_true(jwk_from_pem(str_c(public_source), &key, &err));
    struct jwks *keys = jwk_public_set(key);
    assert_true(jws_parse(buf_str(&assertion), &jws, &err));
    assert_true(jws_verify(&jws, keys, JWS_RS256, NULL, &err));
    assert_int_equal(json_object_size(jws.header), 2);
    assert_true(str_is(dom_str(jws.header, "alg"), "RS256") &&
                str_is(dom_str(jws.header, "typ"), "JWT"));
    assert_int_equal(json_object_size(jws.payload), 4);
    assert_true(str_is(dom_str(jws.payload, "iss"), "my-id") &&
                str_is(dom_str(jws.payload, "sub"), "my-id"));
    assert_true(str_is(dom_str(jws.payload, "aud"), "https://api.zscaler.com"));
    assert_int_equal(dom_int(jws.payload, "exp", 0), 1788220800 + 600);
    jws_release(&jws);
    jwks_free(keys);
    jwk_free(key);
    buf_release(&assertion);
}

static void assertions_are_signed_with_each_form_of_a_key(void **state)
{
    (void)state;
    char path[] = "/tmp/oneapi-key-XXXXXX";
    struct buf escaped = BUF_INIT(8192);
    for (const char *p = pem_2048; *p; p++)
        buf_adds(&escaped, *p == '\n' ? "\\n" : (char[]){ *p, '\0' });
    check_assertion(pem_2048, pem_2048);
    check_assertion(buf_cstr(&escaped), pem_2048);
    check_assertion(jwk_2048, pem_2048);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pem_2048, strlen(pem_2048)), strlen(pem_2048));
    close(fd);
    check_assertion(path, pem_2048);
    unlink(path);
    buf_release(&escaped);
}

static void bad_keys_are_refused(void **state)
{
    (void)state;
    static const char *const ed25519 =
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
        "-----END PRIVATE KEY-----\n";
    const char *keys[] = { "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                           "{\"kty\":\"RSA\"",
                           "{\"kty\":\"RSA\",\"n\":\"AQAB\"}",
                           "{\"kty\":\"oct\",\"k\":\"AQAB\"}",
                           "/nonexistent/key.pem",
                           "/dev/null",
                           ed25519,
                           pem_1024 };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        struct err err = { 0 };
        struct buf out = BUF_INIT(8192);
        assert_false(assertion_make(keys[i], "id", 1, &out, &err));
        assert_int_equal(err.code, ERR_ONEAPI_CREDENTIALS);
        assert_non_null(strstr(err.text, "ZSCALER_PRIVATE_KEY"));
        buf_release(&out);
    }
}

int main(void)
{
    const struct fetch_config config = { .user_agent = "test" };
    struct err err;
    if (!fetcher_new(&config, &fetcher, &err))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_follow_the_cloud),
        cmocka_unit_test(bad_addresses_are_refused_at_start),
        cmocka_unit_test(a_base_url_keeps_the_paths),
        cmocka_unit_test(missing_credentials_are_said_by_the_first_call),
        cmocka_unit_test(assertions_are_signed_with_each_form_of_a_key),
        cmocka_unit_test(bad_keys_are_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    fetcher_free(fetcher);
    return failed;
}
