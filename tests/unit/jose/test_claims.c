// SPDX-License-Identifier: MIT
#include "jose/claims.h"
#include "unit/jose/help.h"

#define NOW 1800000000
#define ISS "https://login.example/tenant/v2.0"

static const struct str audiences[] = { STR_INIT("api://app"), STR_INIT("app"), { NULL, 0 } };

// Judged against ISS, the audiences above, nonce "n-1" and NOW.
static const struct {
    const char *payload;
    enum err_code code; // ERR_NONE: accepted
    const char *text;   // part of the message
} cases[] = {
    // issuer
    { "{\"aud\":\"app\",\"exp\":1800000100,\"nonce\":\"n-1\"}", ERR_TOKEN_ISSUER,
      "names no issuer" },
    { "{\"iss\":7,\"aud\":\"app\",\"exp\":1800000100}", ERR_TOKEN_ISSUER, "names no issuer" },
    { "{\"iss\":\"" ISS "/\",\"aud\":\"app\",\"exp\":1800000100}", ERR_TOKEN_ISSUER,
      "is \"" ISS "/\"; expected \"" ISS "\"" },
    { "{\"iss\":\"https://LOGIN.example/tenant/v2.0\",\"exp\":1800000100}", ERR_TOKEN_ISSUER,
      "expected" },
    // audience
    { "{\"iss\":\"" ISS "\",\"exp\":1800000100}", ERR_TOKEN_AUDIENCE,
      "names no audience; expected \"api://app\" or \"app\"" },
    { "{\"iss\":\"" ISS "\",\"aud\":\"other\",\"exp\":1800000100}", ERR_TOKEN_AUDIENCE,
      "is \"other\"; expected \"api://app\" or \"app\"" },
    { "{\"iss\":\"" ISS "\",\"aud\":\"\",\"exp\":1800000100}", ERR_TOKEN_AUDIENCE, "is \"\"" },
    { "{\"iss\":\"" ISS "\",\"aud\":[],\"exp\":1800000100}", ERR_TOKEN_AUDIENCE, "no audience" },
    { "{\"iss\":\"" ISS "\",\"aud\":[\"x\",\"y\"],\"exp\":1800000100}", ERR_TOKEN_AUDIENCE,
      "is \"x\" and others" },
    { "{\"iss\":\"" ISS "\",\"aud\":\"ap\",\"exp\":1800000100}", ERR_TOKEN_AUDIENCE, "\"ap\"" },
    { "{\"iss\":\"" ISS "\",\"aud\":[\"app\",7],\"exp\":1800000100}", ERR_TOKEN_CLAIM, "a number" },
    { "{\"iss\":\"" ISS "\",\"aud\":[[\"app\"]],\"exp\":1800000100}", ERR_TOKEN_CLAIM, "an array" },
    { "{\"iss\":\"" ISS "\",\"aud\":{\"app\":1},\"exp\":1800000100}", ERR_TOKEN_CLAIM,
      "an object" },
    { "{\"iss\":\"" ISS "\",\"aud\":true,\"exp\":1800000100}", ERR_TOKEN_CLAIM, "a boolean" },
    { "{\"iss\":\"" ISS "\",\"aud\":null,\"exp\":1800000100}", ERR_TOKEN_CLAIM, "null" },
// times
#define HEAD "{\"iss\":\"" ISS "\",\"aud\":\"app\",\"nonce\":\"n-1\","
    { HEAD "\"iat\":1}", ERR_TOKEN_CLAIM, "no \"exp\"" },
    { HEAD "\"exp\":\"1800000100\"}", ERR_TOKEN_CLAIM, "\"exp\" must be a number" },
    { HEAD "\"exp\":null}", ERR_TOKEN_CLAIM, "not null" },
    { HEAD "\"exp\":1799999940}", ERR_TOKEN_EXPIRED, "60 seconds ago" },
    { HEAD "\"exp\":0}", ERR_TOKEN_EXPIRED, "expired at 0" },
    { HEAD "\"exp\":-1}", ERR_TOKEN_EXPIRED, "expired at -1" },
    { HEAD "\"exp\":-1e300}", ERR_TOKEN_EXPIRED, "expired" },
    { HEAD "\"exp\":1800000100,\"nbf\":1800000061}", ERR_TOKEN_NOT_YET, "in 61 seconds" },
    { HEAD "\"exp\":1800000100,\"nbf\":1e300}", ERR_TOKEN_NOT_YET, "valid from" },
    { HEAD "\"exp\":1800000100,\"nbf\":\"0\"}", ERR_TOKEN_CLAIM, "\"nbf\" must be a number" },
    { HEAD "\"exp\":1800000100,\"iat\":1800000061}", ERR_TOKEN_NOT_YET, "issued at" },
    { HEAD "\"exp\":1800000100,\"iat\":[]}", ERR_TOKEN_CLAIM, "\"iat\" must be a number" },
    // nonce
    { "{\"iss\":\"" ISS "\",\"aud\":\"app\",\"exp\":1800000100}", ERR_TOKEN_CLAIM, "missing" },
    { "{\"iss\":\"" ISS "\",\"aud\":\"app\",\"exp\":1800000100,\"nonce\":\"n-2\"}", ERR_TOKEN_CLAIM,
      "another one" },
    { "{\"iss\":\"" ISS "\",\"aud\":\"app\",\"exp\":1800000100,\"nonce\":1}", ERR_TOKEN_CLAIM,
      "missing" },
    // accepted
    { HEAD "\"exp\":1799999941}", ERR_NONE, "" },
    { HEAD "\"exp\":1799999941.9}", ERR_NONE, "" },
    { HEAD "\"exp\":1e300}", ERR_NONE, "" },
    { HEAD "\"exp\":9223372036854775807}", ERR_NONE, "" },
    { HEAD "\"exp\":2147483648}", ERR_NONE, "" }, // 2038
    { HEAD "\"exp\":4294967296}", ERR_NONE, "" }, // 2106
    { HEAD "\"exp\":1800000100,\"nbf\":1800000060,\"iat\":1800000060}", ERR_NONE, "" },
    { HEAD "\"exp\":1800000100,\"nbf\":-5,\"iat\":0}", ERR_NONE, "" },
    { "{\"iss\":\"" ISS "\",\"aud\":[\"x\",\"api://app\"],\"exp\":1800000100,\"nonce\":\"n-1\"}",
      ERR_NONE, "" },
};

static void judged(void **state)
{
    (void)state;
    const struct claims_want want = {
        .issuer = ISS,
        .audiences = audiences,
        .nonce = STR("n-1"),
        .now = NOW,
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };
        JSON_AUTO *payload = NULL;
        assert_true(dom_parse(str_c(cases[i].payload), &payload, &err));
        if (claims_check(payload, &want, &err) != (cases[i].code == ERR_NONE))
            fail_msg("%s: %s", cases[i].payload, err.text);
        if (cases[i].code != ERR_NONE)
            assert_err(&err, cases[i].code, cases[i].text);
    }
}

static void not_an_object(void **state)
{
    (void)state;
    struct err err;
    JSON_AUTO *array = json_array();
    assert_false(claims_check(array, &(struct claims_want){ .now = NOW }, &err));
    assert_int_equal(err.code, ERR_TOKEN_CLAIM);
    assert_false(claims_check(NULL, &(struct claims_want){ .now = NOW }, &err));
}

static void past_2038_and_2106(void **state)
{
    (void)state;
    static const int64_t nows[] = { 2147483647, 2147483648, 4294967295, 4294967296, 253402300799 };
    for (size_t i = 0; i < ARRAY_LEN(nows); i++) {
        struct err err;
        JSON_AUTO *payload = json_object();
        dom_set(payload, "exp", json_integer(nows[i] - 100));
        const struct claims_want want = { .now = nows[i] };
        assert_false(claims_check(payload, &want, &err));
        assert_err(&err, ERR_TOKEN_EXPIRED, "100 seconds ago");
        dom_set(payload, "exp", json_integer(nows[i] + 100));
        assert_true(claims_check(payload, &want, &err));
    }
}

static void leeway_is_the_callers(void **state)
{
    (void)state;
    struct err err;
    JSON_AUTO *payload = json_object();
    dom_set(payload, "exp", json_integer(NOW - 200));
    assert_true(claims_check(payload, &(struct claims_want){ .now = NOW, .leeway_s = 300 }, &err));
    assert_false(claims_check(payload, &(struct claims_want){ .now = NOW, .leeway_s = 10 }, &err));
}

static void times_are_clamped(void **state)
{
    (void)state;
    struct err err;
    JSON_AUTO *payload = NULL;
    assert_true(dom_parse(STR("{\"a\":1e300,\"b\":-1e300,\"c\":7.9,\"d\":\"7\"}"), &payload, &err));
    assert_true(claims_time(payload, "a", 0) == (int64_t)1 << 53);
    assert_true(claims_time(payload, "b", 0) == -((int64_t)1 << 53));
    assert_int_equal(claims_time(payload, "c", 0), 7);
    assert_int_equal(claims_time(payload, "d", -3), -3);
    assert_int_equal(claims_time(payload, "e", -3), -3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judged),
        cmocka_unit_test(not_an_object),
        cmocka_unit_test(past_2038_and_2106),
        cmocka_unit_test(leeway_is_the_callers),
        cmocka_unit_test(times_are_clamped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
