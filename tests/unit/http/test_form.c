// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "http/http.h"

static void malformed_forms_are_refused(void **state)
{
    (void)state;
    static const struct str rows[] = {
        STR_INIT("a=%"),   STR_INIT("a=%1"),     STR_INIT("a=%zz"),
        STR_INIT("%=a"),   STR_INIT("a=%00"),    STR_INIT("a=b\0c"),
        STR_INIT("a=%ff"), STR_INIT("a=%c0%80"), STR_INIT("a=1&b=%"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_new();
        struct form *f = NULL;
        struct err err = { .code = ERR_NONE };
        assert_false(form_parse(arena, rows[i], &f, &err));
        assert_int_equal(err.code, ERR_INVALID_REQUEST);
    }
}

static void pairs_are_counted(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    CLEANUP(buf_release) struct buf text = BUF_INIT(10000);
    struct form *f = NULL;
    struct err err = { .code = ERR_NONE };
    for (int i = 0; i < 100; i++)
        buf_adds(&text, "a=b&");
    assert_true(form_parse(arena, buf_str(&text), &f, &err));
    assert_int_equal(form_count(f), 100);
    buf_adds(&text, "a=b");
    assert_false(form_parse(arena, buf_str(&text), &f, &err));
    assert_int_equal(err.code, ERR_LIMIT);
}

/*= rfc6749 3.1 "Request and response parameters MUST NOT be included more than once." */
static void values_are_found(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct form *f = NULL;
    assert_true(form_parse(arena, STR("&a=1+2%2b&b&c==&%64=%c3%a4&a=3&&"), &f, NULL));
    assert_int_equal(form_count(f), 5);
    assert_true(str_is(form_get(f, "a"), "1 2+"));
    assert_true(form_doubled(f, "a"));
    assert_false(form_doubled(f, "b"));
    assert_false(form_doubled(f, "x"));
    assert_non_null(form_get(f, "b").p);
    assert_int_equal(form_get(f, "b").n, 0);
    assert_true(str_is(form_get(f, "c"), "="));
    assert_true(str_is(form_get(f, "d"), "\xc3\xa4"));
    assert_null(form_get(f, "x").p);
    struct str name, value;
    form_at(f, 4, &name, &value);
    assert_true(str_is(name, "a") && str_is(value, "3"));
    assert_true(form_parse(arena, STR_NONE, &f, NULL));
    assert_int_equal(form_count(f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_forms_are_refused),
        cmocka_unit_test(pairs_are_counted),
        cmocka_unit_test(values_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
