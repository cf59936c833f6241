// SPDX-License-Identifier: MIT
// The device authorization grant towards the provider: what its answers mean.
#include "unit/idp/fake_idp.h"

static bool reads(const char *body, struct idp_device *ret)
{
    static struct arena *arena;
    arena_free(arena);
    arena = arena_new();
    return device_read_success(arena, str_c(body), ret, NULL);
}

#define ANSWER(more)                                                                               \
    "{\"device_code\":\"d\",\"user_code\":\"U-1\",\"verification_uri\":\"https://idp.example/"     \
    "device\"" more "}"

static void answers_are_judged(void **state)
{
    (void)state;
    struct idp_device d;
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "<html>",
        "{\"device_code\":\"\",\"user_code\":\"U\",\"verification_uri\":\"https://i.example/\"}",
        "{\"device_code\":\"d\",\"verification_uri\":\"https://i.example/\"}",
        "{\"device_code\":\"d\",\"user_code\":\"U\"}",
        // shown as a link: nothing but https, or this machine
        "{\"device_code\":\"d\",\"user_code\":\"U\",\"verification_uri\":\"javascript:alert(1)\"}",
        "{\"device_code\":\"d\",\"user_code\":\"U\",\"verification_uri\":\"http://i.example/\"}",
        "{\"device_code\":5,\"user_code\":\"U\",\"verification_uri\":\"https://i.example/\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (reads(bad[i], &d))
            fail_msg("accepted: %s", bad[i]);
}

static void times_are_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        int64_t expires_in, interval;
    } cases[] = {
        { ANSWER(",\"expires_in\":900,\"interval\":5"), 900, 5 },
        { ANSWER(""), 30, 5 }, // RFC 8628 3.2: the interval's default
        { ANSWER(",\"expires_in\":-1,\"interval\":0"), 30, 1 },
        { ANSWER(",\"expires_in\":1e9,\"interval\":1000000"), 1800, 60 },
        { ANSWER(",\"expires_in\":86400"), 1800, 5 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp_device d;
        assert_true(reads(cases[i].body, &d));
        if (d.expires_in != cases[i].expires_in || d.interval != cases[i].interval)
            fail_msg("case %zu: %lld, %lld", i, (long long)d.expires_in, (long long)d.interval);
    }
}

static void older_and_complete_addresses_are_known(void **state)
{
    (void)state;
    struct idp_device d;
    assert_true(reads("{\"device_code\":\"d\",\"user_code\":\"U\",\"verification_url\":"
                      "\"https://www.google.com/device\"}",
                      &d));
    assert_true(str_is(d.uri, "https://www.google.com/device"));
    assert_true(
        reads(ANSWER(",\"verification_uri_complete\":\"https://idp.example/device?c=U-1\""), &d));
    assert_true(str_is(d.uri_complete, "https://idp.example/device?c=U-1"));
    assert_true(reads(ANSWER(",\"verification_uri_complete\":\"javascript:1\""), &d));
    assert_int_equal(d.uri_complete.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_judged),
        cmocka_unit_test(times_are_bounded),
        cmocka_unit_test(older_and_complete_addresses_are_known),
    };
    return cmocka_run_group_tests_name("idp.device", tests, NULL, NULL);
}
