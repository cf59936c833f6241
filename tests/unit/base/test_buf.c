// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/buf.h"

static void never_passes_its_maximum(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf b = BUF_INIT(10);
    buf_adds(&b, "12345");
    buf_adds(&b, "678901"); // 11 in all
    assert_false(buf_ok(&b));
    assert_string_equal(buf_cstr(&b), "12345");
    buf_addc(&b, '6'); // would fit, but a text with a hole is worse than a short one
    buf_addf(&b, "%d", 6);
    assert_null(buf_room(&b, 1));
    assert_string_equal(buf_cstr(&b), "12345");
    buf_reset(&b);
    assert_true(buf_ok(&b));
    buf_adds(&b, "1234567890");
    assert_true(buf_ok(&b));
    buf_addc(&b, '1');
    assert_false(buf_ok(&b));
    assert_int_equal(b.n, 10);
}

static void zero_maximum(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf b = BUF_INIT(0);
    buf_add(&b, STR_NONE);
    assert_true(buf_ok(&b));
    assert_string_equal(buf_cstr(&b), "");
    buf_addc(&b, 'a');
    assert_false(buf_ok(&b));
    assert_null(buf_room(&b, SIZE_MAX));
}

static void grows_and_stays_terminated(void **state)
{
    (void)state;
    CLEANUP(buf_wipe) struct buf b = BUF_INIT(100000);
    for (int i = 0; i < 100000; i++) {
        buf_addc(&b, (char)('a' + i % 26));
        assert_true(b.n <= b.cap && b.cap <= b.max && b.p[b.n] == '\0');
    }
    assert_true(buf_ok(&b));
    assert_int_equal(b.p[99999], 'a' + 99999 % 26);
    buf_truncate(&b, 3);
    assert_string_equal(buf_cstr(&b), "abc");
    buf_truncate(&b, 99); // no way to grow
    assert_int_equal(b.n, 3);
}

static void room_and_take(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    char *p = buf_room(&b, 50);
    assert_non_null(p);
    memcpy(p, "hello", 5);
    buf_grown(&b, 5);
    buf_addf(&b, " %s %d", "you", 2);
    size_t n = 0;
    char *bytes = buf_take(&b, &n);
    assert_int_equal(n, 11);
    assert_string_equal(bytes, "hello you 2");
    free(bytes);
    bytes = buf_take(&b, NULL);
    assert_string_equal(bytes, "");
    free(bytes);
    buf_release(&b);
}

static void url_coding(void **state)
{
    (void)state;
    static const char *const bad[] = { "%", "%4", "%4g", "%g4", "a%", "%%41", "%-1", "% 1" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CLEANUP(buf_release) struct buf b = BUF_INIT(100);
        assert_false(buf_add_urldecoded(&b, str_c(bad[i]), false));
    }
    static const struct {
        const char *plain, *encoded, *form;
    } cases[] = {
        { "", "", "" },
        { "AZaz09-._~", "AZaz09-._~", "AZaz09-._~" },
        { "a b+c", "a%20b%2Bc", "a+b%2Bc" },
        { "\xc3\xa4/?&=#", "%C3%A4%2F%3F%26%3D%23", "%C3%A4%2F%3F%26%3D%23" },
        { "\x01\x7f\xff", "%01%7F%FF", "%01%7F%FF" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (int form = 0; form < 2; form++) {
            CLEANUP(buf_release) struct buf b = BUF_INIT(100), back = BUF_INIT(100);
            buf_add_urlencoded(&b, str_c(cases[i].plain), form);
            assert_string_equal(buf_cstr(&b), form ? cases[i].form : cases[i].encoded);
            assert_true(buf_add_urldecoded(&back, buf_str(&b), form));
            assert_string_equal(buf_cstr(&back), cases[i].plain);
        }
    }
    CLEANUP(buf_release) struct buf b = BUF_INIT(100);
    assert_true(buf_add_urldecoded(&b, STR("a+%c3%A4%00"), false));
    assert_true(str_eq(buf_str(&b), STR("a+\xc3\xa4\0")));
}

static void html(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf b = BUF_INIT(200);
    buf_add_html(&b, STR("<a href=\"x\" b='y'>&amp; \xc3\xa4</a>"));
    assert_string_equal(buf_cstr(&b),
                        "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp; \xc3\xa4&lt;/a&gt;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_passes_its_maximum),
        cmocka_unit_test(zero_maximum),
        cmocka_unit_test(grows_and_stays_terminated),
        cmocka_unit_test(room_and_take),
        cmocka_unit_test(url_coding),
        cmocka_unit_test(html),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
