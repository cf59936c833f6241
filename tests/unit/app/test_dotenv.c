// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "app/dotenv.h"

static const struct {
    const char *line, *value; // of A; NULL value: refused
} rows[] = {
    { "A", NULL },
    { "1A=x", NULL },
    { "A B=x", NULL },
    { "=x", NULL },
    { "A=", "" },
    { "A=x", "x" },
    { "  A = x y  ", "x y" },
    { "export A=x", "x" },
    { "A='x # y'", "x # y" },
    { "A=\"x\\ny\\\"z\"", "x\ny\"z" },
    { "A=x # comment", "x" },
    { "A=x#y", "x#y" },
    { "# c\n\nA=old\nA=new\r\n", "new" },
    { "A=b=c", "b=c" },
};

static void reads_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena *CLEANUP(arena_free) arena = arena_new();
        struct dotenv *env;
        struct err err = { 0 };
        bool ok = dotenv_parse(arena, str_c(rows[i].line), &env, &err);
        if (ok != (rows[i].value != NULL))
            fail_msg("'%s': %s", rows[i].line, err.text);
        if (ok)
            assert_true(str_is(dotenv_get(env, "A"), rows[i].value));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(reads_lines) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
