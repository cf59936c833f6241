// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/url.h"

static const char *const refused[] = {
    "",
    "example.com",
    "ftp://example.com/",
    "HTTPS://example.com/",
    "https:example.com",
    "https://",
    "https:///path",
    "https://user@example.com/",
    "https://user:pw@example.com/",
    "https://example.com:/",
    "https://example.com:0/",
    "https://example.com:65536/",
    "https://example.com:80x/",
    "https://exa mple.com/",
    "https://example.com/a b",
    "https://example.com/\\evil.example",
    "https://example.com\\@evil.example/",
    "https://example.com/\x01",
    "https://ex\xc3\xa4mple.com/",
    "https://<TENANT_ID>.example.com/",
    "https://[::1/",
    "https://[::1]x/",
    "https://[zz::]/",
    "https://exa%6dple.com/",
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct url url;
        struct err err = { 0 };
        if (url_parse(str_c(refused[i]), &url, &err))
            fail_msg("accepted %s", refused[i]);
        assert_int_equal(err.code, ERR_INVALID_REQUEST);
    }
}

static const struct {
    const char *text, *scheme, *host, *authority, *path, *query, *fragment;
    int port;
} taken[] = {
    { "https://example.com", "https", "example.com", "example.com", "", NULL, NULL, 443 },
    { "http://localhost:6274/callback", "http", "localhost", "localhost:6274", "/callback", NULL,
      NULL, 6274 },
    { "https://h/p?a=b&c=/x#frag", "https", "h", "h", "/p", "a=b&c=/x", "frag", 443 },
    { "http://[::1]:80/", "http", "::1", "[::1]:80", "/", NULL, NULL, 80 },
    { "http://[::1]", "http", "::1", "[::1]", "", NULL, NULL, 80 },
    { "https://h?q", "https", "h", "h", "", "q", NULL, 443 },
    { "https://h/#", "https", "h", "h", "/", NULL, "", 443 },
};

static void assert_part(struct str part, const char *want)
{
    if (!want)
        assert_null(part.p);
    else
        assert_true(str_is(part, want));
}

static void takes_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
        struct url url;
        assert_true(url_parse(str_c(taken[i].text), &url, NULL));
        assert_part(url.scheme, taken[i].scheme);
        assert_part(url.host, taken[i].host);
        assert_part(url.authority, taken[i].authority);
        assert_part(url.path, taken[i].path);
        assert_part(url.query, taken[i].query);
        assert_part(url.fragment, taken[i].fragment);
        assert_int_equal(url.port, taken[i].port);
    }
}

static void knows_loopback(void **state)
{
    (void)state;
    static const char *const yes[] = { "localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1" };
    static const char *const no[] = {
        "localhost.evil.com", "127.0.0.1.evil.com", "127.evil.com", "0.0.0.0", "::", "10.0.0.1", ""
    };
    for (size_t i = 0; i < ARRAY_LEN(yes); i++)
        assert_true(url_host_is_loopback(str_c(yes[i])));
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        assert_false(url_host_is_loopback(str_c(no[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses),
        cmocka_unit_test(takes_apart),
        cmocka_unit_test(knows_loopback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
