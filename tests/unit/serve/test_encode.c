// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "serve/encode.h"

static void test_recorded_values(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT(1024 * 1024);
    struct err err;
    JSON_AUTO *cases = NULL;
    assert_true(file_read(SOURCE_DIR "/tests/unit/serve/encode.json", &text, &err));
    assert_true(dom_parse(buf_str(&text), &cases, &err));
    assert_true(json_array_size(cases) > 50);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        json_t *c = json_array_get(cases, i);
        CLEANUP(buf_release) struct buf out = BUF_INIT(1024 * 1024);
        encode(json_object_get(c, "in"), dom_bool(c, "csv", true), &out);
        if (!str_eq(buf_str(&out), dom_str(c, "out")))
            fail_msg("case %zu: expected " STR_FMT ", got %s", i, STR_ARG(dom_str(c, "out")),
                     buf_cstr(&out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_recorded_values) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
