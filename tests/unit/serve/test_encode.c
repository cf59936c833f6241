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
        encode(json_object_get(c, "in"), dom_bool(c, "csv", true) ? AS_FITS : AS_JSON, &out);
        if (!str_eq(buf_str(&out), dom_str(c, "out")))
            fail_msg("case %zu: expected " STR_FMT ", got %s", i, STR_ARG(dom_str(c, "out")),
                     buf_cstr(&out));
    }
}

static void test_forced(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        enum encoding encoding;
        const char *out;
    } rows[] = {
        { "[{\"a\":1,\"b\":[1,2]}]", AS_FITS,
          "[\n  {\n    \"a\": 1,\n    \"b\": [\n      1,\n      2\n    ]\n  }\n]" },
        { "[{\"a\":1,\"b\":[1,2]}]", AS_CSV, "a,b\n1,\"[1,2]\"" },
        { "[{\"a\":{\"x\":\"y\"},\"b\":[]},{\"c\":null}]", AS_CSV,
          "a,b,c\n\"{\"\"x\"\":\"\"y\"\"}\",[],\n,," },
        { "[{\"a\":[7]}]", AS_CSV, "a\n[7]" },
        { "[1,{\"a\":1}]", AS_CSV, "[\n  1,\n  {\n    \"a\": 1\n  }\n]" },
        { "{\"a\":1}", AS_CSV, "{\n  \"a\": 1\n}" },
        { "[]", AS_CSV, "[]" },
        { "[{\"a\":1}]", AS_JSON, "[\n  {\n    \"a\": 1\n  }\n]" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(buf_release) struct buf out = BUF_INIT(1024);
        JSON_AUTO *in = NULL;
        struct err err;
        assert_true(dom_parse(str_c(rows[i].in), &in, &err));
        bool csv = encode(in, rows[i].encoding, &out);
        assert_string_equal(buf_cstr(&out), rows[i].out);
        assert_int_equal(csv, rows[i].out[0] == 'a');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recorded_values),
        cmocka_unit_test(test_forced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
