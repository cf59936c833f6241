// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/nearest.h"
#include "base/str.h"
#include "base/utf8.h"

static void numbers(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "-",
                                       "+1",
                                       " 1",
                                       "1 ",
                                       "0x1",
                                       "1.0",
                                       "--1",
                                       "1e3",
                                       "a1",
                                       "\xc2\xb2",
                                       "9223372036854775808",
                                       "-9223372036854775809",
                                       "99999999999999999999999" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t n = 42;
        assert_false(str_to_i64(str_c(bad[i]), &n));
        assert_int_equal(n, 42);
    }
    static const struct {
        const char *text;
        int64_t n;
    } good[] = { { "0", 0 },
                 { "-0", 0 },
                 { "007", 7 },
                 { "-12", -12 },
                 { "9223372036854775807", INT64_MAX },
                 { "-9223372036854775808", INT64_MIN } };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        int64_t n = 42;
        assert_true(str_to_i64(str_c(good[i].text), &n));
        assert_int_equal(n, good[i].n);
    }
    uint64_t u = 42;
    assert_false(str_to_u64(STR("18446744073709551616"), &u));
    assert_false(str_to_u64(STR("-1"), &u));
    assert_false(str_to_u64(STR("99999999999999999999"), &u));
    assert_int_equal(u, 42);
    assert_true(str_to_u64(STR("18446744073709551615"), &u));
    assert_true(u == UINT64_MAX);
}

/*= rfc3629 3 "Implementations of the decoding algorithm above MUST protect against decoding invalid
 * sequences." */
static void utf8(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xc3",
        "\xc3(",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xe2\x82",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xff",
        "\xfe",
        "plain \xf0\x9f\x98",
        "12345678\x80",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(str_is_utf8(str_c(bad[i])));
    static const char *const good[] = {
        "",
        "a",
        "\x7f",
        "\xc2\x80",
        "\xdf\xbf",
        "\xe0\xa0\x80",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xef\xbf\xbf",
        "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf",
        "12345678\xc3\xa4 and more",
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(str_is_utf8(str_c(good[i])));
    assert_true(str_is_utf8(STR("a\0b")));
}

static void utf8_round_trip(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char bytes[4];
        size_t n = utf8_encode(c, bytes), got;
        assert_true(utf8_decode(str_of(bytes, n), &got) == (int32_t)c && got == n);
    }
}

// One U+FFFD stands for the longest prefix of a valid sequence (Unicode, chapter 3.9).
static void utf8_maximal_subparts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
    } cases[] = { { "\x80\x80", 1 },     { "\xc3(", 1 },         { "\xe2\x82(", 2 },
                  { "\xe0\x80\x80", 1 }, { "\xf0\x9f\x98(", 3 }, { "\xf0\x9f", 2 },
                  { "\xed\xa0\x80", 1 } };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t n = 0;
        assert_int_equal(utf8_decode(str_c(cases[i].text), &n), -1);
        assert_int_equal(n, cases[i].n);
    }
    assert_int_equal(utf8_count(STR("a\xc3\xa4\xf0\x9f\x98\x80\xff")), 4);
    assert_int_equal(utf8_cut(STR("a\xc3\xa4"), 2).n, 1);
    assert_int_equal(utf8_cut(STR("a\xc3\xa4"), 3).n, 3);
    assert_int_equal(utf8_cut(STR("\xf0\x9f\x98\x80"), 3).n, 0);
    assert_int_equal(utf8_cut(STR("\x80\x80\x80\x80\x80\x80"), 5).n,
                     2); // no text: bounded all the same
}

static void comparing(void **state)
{
    (void)state;
    assert_false(str_eq(STR("a"), STR("b")));
    assert_false(str_eq(STR("a"), STR("ab")));
    assert_true(str_eq(STR_NONE, STR("")));
    static const char *const words[] = { "one", "two" };
    assert_true(str_is_among(STR("two"), words, 2));
    assert_false(str_is_among(STR("two"), words, 1));
    assert_false(str_is_among(STR("on"), words, 2));
    assert_false(str_is_among(STR_NONE, words, 2));
    assert_true(str_is(STR_NONE, NULL));
    assert_false(str_eq_nocase(STR("a\xc3\xa4"), STR("A\xc3\x84"))); // ASCII only
    assert_false(str_eq_nocase(STR("@"), STR("`")));
    assert_true(str_eq_nocase(STR("BeArEr"), STR("bearer")));
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("a"), STR("aa")) < 0);
    assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
    assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
    assert_false(str_eq_secret(STR("abc"), STR("abd")));
    assert_false(str_eq_secret(STR("abc"), STR("ab")));
    assert_true(str_eq_secret(STR("abc"), STR("abc")));
    assert_false(str_starts(STR("ab"), STR("abc")));
    assert_true(str_starts(STR("abc"), STR("")));
    assert_false(str_ends(STR("b"), STR("ab")));
    assert_true(str_ends(STR("cab"), STR("ab")));
}

static void searching(void **state)
{
    (void)state;
    assert_int_equal(str_index(STR_NONE, 'a'), -1);
    assert_int_equal(str_index(STR("ba"), 'a'), 1);
    assert_int_equal(str_index(STR("a\0b"), 'b'), 2);
    assert_int_equal(str_find(STR("abc"), STR("d")), -1);
    assert_int_equal(str_find(STR_NONE, STR("d")), -1);
    assert_int_equal(str_find(STR("abc"), STR("bc")), 1);
    assert_int_equal(str_find(STR("abc"), STR("")), 0);
}

static void slicing(void **state)
{
    (void)state;
    assert_true(str_is(str_slice(STR("abc"), 1, 2), "b"));
    assert_true(str_is(str_slice(STR("abc"), 2, 99), "c"));
    assert_true(str_is(str_slice(STR("abc"), 9, 99), ""));
    assert_true(str_is(str_slice(STR("abc"), 2, 1), ""));
    assert_null(str_slice(STR_NONE, 0, 3).p);
    assert_true(str_is(str_trim(STR(" \t\r\na b \n")), "a b"));
    assert_true(str_is(str_trim(STR(" \t ")), ""));
}

static void cutting(void **state)
{
    (void)state;
    struct str rest = STR("a,,b,");
    static const char *const pieces[] = { "a", "", "b", "" };
    size_t n = 0;
    while (rest.p) {
        assert_in_range(n, 0, 3);
        assert_true(str_is(str_cut(&rest, ','), pieces[n++]));
    }
    assert_int_equal(n, 4);
    assert_null(str_cut(&rest, ',').p);
    char *copy = str_dup(STR("a\0b"));
    assert_memory_equal(copy, "a\0b", 4);
    free(copy);
}

static void the_name_that_was_meant(void **state)
{
    (void)state;
    static const struct {
        const char *given, *meant;
    } rows[] = {
        { "zai", "zia" }, // changed places, nearer than two others
        { "zi", "zia" },
        { "zpa", "zpa" },
        { "x", NULL },
        { "", NULL },
        { "frob", NULL },
        { "aplication", "application" },
        { "plications", "application" },
        { "zia_x", "zia" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct nearest n = { .given = str_c(rows[i].given) };
        for (const char *const *name =
                 (const char *const[]){ "zcc", "zpa", "zia", "zeasm", "application", NULL };
             *name; name++)
            nearest_offer(&n, *name);
        if (!str_eq(str_c(nearest_found(&n)), str_c(rows[i].meant)))
            fail_msg("%s: %s", rows[i].given, nearest_found(&n));
    }
    char longest[200];
    memset(longest, 'x', sizeof(longest));
    struct nearest n = { .given = str_of(longest, sizeof(longest)) };
    nearest_offer(&n, "zia");
    assert_null(nearest_found(&n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_that_was_meant),
        cmocka_unit_test(numbers),
        cmocka_unit_test(utf8),
        cmocka_unit_test(utf8_round_trip),
        cmocka_unit_test(utf8_maximal_subparts),
        cmocka_unit_test(comparing),
        cmocka_unit_test(searching),
        cmocka_unit_test(slicing),
        cmocka_unit_test(cutting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
