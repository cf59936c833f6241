// SPDX-License-Identifier: MIT
// clean_cases.json: pairs of a text and what is left of it: what the Python server leaves, without
// its escapes of & < >.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/file.h"
#include "serve/clean.h"

static void cleans_as_the_python_server(void **state)
{
    (void)state;
    struct buf CLEANUP(buf_release) text = BUF_INIT(1 << 20);
    JSON_AUTO *cases = NULL;
    struct err err;
    size_t wrong = 0;
    assert_true(file_read(SOURCE_DIR "/tests/unit/serve/clean_cases.json", &text, &err));
    assert_true(dom_parse(buf_str(&text), &cases, &err));
    assert_true(json_array_size(cases) > 500);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        struct str in = dom_text(json_array_get(json_array_get(cases, i), 0));
        struct str want = dom_text(json_array_get(json_array_get(cases, i), 1));
        struct buf CLEANUP(buf_release) out = BUF_INIT(1 << 16);
        clean_text(in, &out);
        if (str_eq(buf_str(&out), want) && (!clean_is_plain(in) || str_eq(in, want)))
            continue;
        print_message("case %zu: " STR_FMT "\n  want " STR_FMT "\n  have %s\n", i, STR_ARG(in),
                      STR_ARG(want), buf_cstr(&out));
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void what_is_no_markup_stays(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "a & b < c > d", "a & b < c > d" },
        { "&amp; &lt;b&gt;", "&amp; &lt;b&gt;" },
        { "<<b>script>alert(1)<</b>/script>", "alert(1)" }, // a tag around a tag
        { "<<<<<<<<<<b>b>b>b>b>b>b>b>b>b>x", "b>b>x" },     // too often: no "<" is left
        { "[a](b", "[a](b" },
        { "```ecosystem\nx", "```text\nx" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf CLEANUP(buf_release) out = BUF_INIT(1 << 10);
        clean_text(str_c(rows[i][0]), &out);
        assert_string_equal(buf_cstr(&out), rows[i][1]);
    }
}

static void trees_keep_their_keys(void **state)
{
    (void)state;
    JSON_AUTO *tree = NULL;
    struct err err;
    struct buf CLEANUP(buf_release) deep = BUF_INIT(1 << 10);
    assert_true(dom_parse(STR("{\"<b>\":[\"<b>x\",{\"y\":\"a&b\"},1,null]}"), &tree, &err));
    clean_tree(&tree);
    char *text = json_dumps(tree, JSON_COMPACT);
    assert_string_equal(text, "{\"<b>\":[\"x\",{\"y\":\"a&b\"},1,null]}");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cleans_as_the_python_server),
        cmocka_unit_test(what_is_no_markup_stays),
        cmocka_unit_test(trees_keep_their_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
