// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "base/file.h"
#include "catalog/names.h"

// names.txt: "s from to" to snake_case, "c from to" to camelCase.
static void test_recorded_names(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT(1024 * 1024);
    struct err err;
    size_t count = 0;
    assert_true(file_read(SOURCE_DIR "/tests/unit/catalog/names.txt", &text, &err));
    struct str rest = buf_str(&text);
    while (rest.p) {
        struct str to = str_cut(&rest, '\n');
        struct str kind = str_cut(&to, ' '), from = str_cut(&to, ' ');
        if (!to.p)
            continue;
        CLEANUP(buf_release) struct buf out = BUF_INIT(NAME_MAX_BYTES);
        str_is(kind, "s") ? name_snake(from, &out) : name_camel(from, &out);
        if (!str_eq(buf_str(&out), to))
            fail_msg(STR_FMT ": expected " STR_FMT ", got %s", STR_ARG(from), STR_ARG(to),
                     buf_cstr(&out));
        count++;
    }
    assert_true(count > 400);
}

static void test_tables_are_sorted(void **state)
{
    (void)state;
    for (size_t i = 1; i < names_snake_count; i++)
        assert_true(strcmp(names_snake[i - 1].from, names_snake[i].from) < 0);
    for (size_t i = 1; i < names_camel_count; i++)
        assert_true(strcmp(names_camel[i - 1].from, names_camel[i].from) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_recorded_names),
                                        cmocka_unit_test(test_tables_are_sorted) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
