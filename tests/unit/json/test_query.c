// SPDX-License-Identifier: MIT
// The limits of queries, error texts beyond the recorded ones, and what a result shares with its
// data.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/buf.h"
#include "json/query.h"
#include "json/write.h"

static json_t *parsed(const char *text)
{
    json_t *v = NULL;
    struct err err;
    if (!dom_parse(str_c(text), &v, &err))
        fail_msg("%s: %s", text, err.text);
    return v;
}

static enum err_code run(struct str expression, json_t *in, json_t **ret, struct err *err)
{
    CLEANUP(query_free) struct query *q = NULL;
    *err = (struct err){ 0 };
    if (!query_compile(expression, &q, err) || !query_run(q, in, ret, err))
        return err->code;
    return ERR_NONE;
}

static enum err_code run_on_null(struct str expression)
{
    JSON_AUTO *in = json_null(), *out = NULL;
    struct err err;
    return run(expression, in, &out, &err);
}

static void repeat(struct buf *b, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buf_adds(b, text);
}

// first, n × part, last
static enum err_code run_repeated(const char *first, const char *part, size_t n, const char *last)
{
    CLEANUP(buf_release) struct buf b = BUF_INIT(100000);
    buf_adds(&b, first);
    repeat(&b, part, n);
    buf_adds(&b, last);
    return run_on_null(buf_str(&b));
}

static void length_limit(void **state)
{
    (void)state;
    assert_int_equal(run_repeated("a", " ", QUERY_LENGTH_MAX, ""), ERR_LIMIT);
    assert_int_equal(run_repeated("a", " ", QUERY_LENGTH_MAX - 1, ""), ERR_NONE);
}

static void depth_limit(void **state)
{
    (void)state;
    static const struct {
        const char *first, *part, *last;
    } cases[] = { { "a", ".a", "" },  { "a", "||a", "" },     { "a", "[0]", "" },
                  { "a", "|a", "" },  { "", "!", "a" },       { "", "(", "a" },
                  { "", "[", "a" },   { "", "{a:", "a" },     { "", "abs(", "a" },
                  { "", "[?", "a" },  { "", "a[?", "a" },     { "a", "[]", "" },
                  { "a", "[*]", "" }, { "a", ".*", "" },      { "", "& ", "a" },
                  { "", "*.", "a" },  { "a", "[*].a[]", "" }, { "", "a==", "a" } };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (run_repeated(cases[i].first, cases[i].part, 500, cases[i].last) != ERR_LIMIT)
            fail_msg("%s %s: no limit", cases[i].first, cases[i].part);
    assert_int_equal(run_repeated("a", ".a", QUERY_DEPTH_MAX / 2, ""), ERR_NONE);
}

static void step_limit(void **state)
{
    (void)state;
    JSON_AUTO *in = json_array(), *out = NULL;
    struct err err;
    for (int i = 0; i < 2000; i++)
        json_array_append_new(in, json_integer(i));
    assert_int_equal(run(STR("map(&sum([@, @]), @)"), in, &out, &err), ERR_NONE);
    JSON_AUTO *rows = json_array();
    for (int i = 0; i < 2000; i++)
        json_array_append(rows, in);
    json_t *none = NULL;
    assert_int_equal(run(STR("[*][*]"), rows, &none, &err), ERR_LIMIT); // four million
    assert_string_equal(
        err.text, "Invalid JMESPath expression: it takes more than 2000000 steps on this data");
    assert_int_equal(run(STR("[]"), rows, &none, &err), ERR_LIMIT);
    assert_null(none);
}

// Each of these would double its size forty times.
static void doubling_ends(void **state)
{
    (void)state;
    static const struct {
        const char *first, *part, *last;
    } cases[] = {
        { "`\"0123456789\"`", "|join('', [@,@])", "" },
        { "`[1]`", "|[@,@][]", "" },
        { "`[1]`", "|[@,@]", "|to_string(@)" },
        { "`[1]`", "|[@,@]", "|[0] == [1] && to_string(@)" },
        { "`{\"a\":1}`", "|{a:@,b:@}", "|to_string(@)" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(run_repeated(cases[i].first, cases[i].part, 40, cases[i].last), ERR_LIMIT);
}

static void values(void **state)
{
    (void)state;
    static const struct {
        const char *in, *expression, *out;
    } cases[] = {
        { "[1,2]", "sum(@)", "3" },
        { "[1,2.5]", "sum(@)", "3.5" },
        { "[9223372036854775807,1]", "sum(@)", "9.223372036854776e+18" },
        { "[1,3]", "avg(@)", "2.0" },
        { "[]", "[avg(@), max(@), min(@), sum(@), sort(@)]", "[null,null,null,0,[]]" },
        { "-9223372036854775808", "abs(@)", "9.223372036854776e+18" },
        { "[1.5,-1.5]", "[*].[ceil(@),floor(@),abs(@)]", "[[2,1,1.5],[-1,-2,1.5]]" },
        { "\"h\\u00e4\\ud83d\\ude00\"", "[length(@), reverse(@)]",
          "[3,\"\xf0\x9f\x98\x80\xc3\xa4h\"]" },
        { "{\"b\":[\"\\u00e4\\ud83d\\ude00\"]}", "to_string(@)",
          "\"{\\\"b\\\":[\\\"\\\\u00e4\\\\ud83d\\\\ude00\\\"]}\"" },
        { "[\" 12 \",\"-1.5e3\",\"+7\",\".5\",\"5.\",\"1e\",\"x\",\"\",\"1e999\",true,null,[1]]",
          "map(&to_number(@), @)", "[12,-1500.0,7,0.5,5.0,null,null,null,null,null,null,null]" },
        { "[{\"k\":2,\"v\":\"a\"},{\"k\":1,\"v\":\"b\"},{\"k\":2,\"v\":\"c\"},{\"k\":1,\"v\":\"d\"}]",
          "sort_by(@, &k)[*].v", "[\"b\",\"d\",\"a\",\"c\"]" },
        { "[{\"k\":2,\"v\":\"a\"},{\"k\":1,\"v\":\"b\"},{\"k\":2,\"v\":\"c\"},{\"k\":1,\"v\":\"d\"}]",
          "[max_by(@, &k).v, min_by(@, &k).v]", "[\"a\",\"b\"]" },
        { "{\"a\":1,\"b\":2}", "merge(@, {b: `3`, c: `4`})", "{\"a\":1,\"b\":3,\"c\":4}" },
        { "[0,1,2,3,4]",
          "[@[9223372036854775807], @[-9223372036854775808], @[-9223372036854775808::9223372036854775807]]",
          "[null,null,[0]]" },
        { "[0,1,2,3,4]", "[::-9223372036854775808]", "[4]" },
        { "[0,1,2,3,4]", "@[99999999999999999999]", "null" },
        { "[0,false,1,true,\"\",[],{}]", "[?@]", "[0,1,true]" },
        { "[1,true,1.0,\"1\"]", "[?@ == `1`]", "[1,1.0]" },
        { "{\"x\\\"y\":1}", "\"x\\\"y\"", "1" },
        { "null", "'it\\'s \\\\ \\n'", "\"it's \\\\\\\\ \\\\n\"" },
        { "null", "`bare word`", "\"bare word\"" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        JSON_AUTO *in = parsed(cases[i].in), *out = NULL;
        CLEANUP(buf_release) struct buf text = BUF_INIT(10000);
        struct err err;
        if (run(str_c(cases[i].expression), in, &out, &err) != ERR_NONE)
            fail_msg("%s: %s", cases[i].expression, err.text);
        json_add_compact(&text, out);
        assert_string_equal(buf_cstr(&text), cases[i].out);
    }
}

// Texts of the Python library 1.1.
static void error_texts(void **state)
{
    (void)state;
    static const struct {
        const char *expression, *text;
    } cases[] = {
        { "", "Invalid JMESPath expression: cannot be empty." },
        { "a = b", "Bad jmespath expression: Unknown token '=':\na = b\n  ^" },
        { "\xc3\xa4", "Bad jmespath expression: Unknown token \xc3\xa4:\n\xc3\xa4\n^" },
        { "a.-", "Bad jmespath expression: Unknown token '-':\na.-\n  ^" },
        { "'un", "Bad jmespath expression: Unclosed ' delimiter:\n'un\n^" },
        { "\"\xc3\xa4\" `un",
          "Bad jmespath expression: Unclosed ` delimiter:\n\"\xc3\xa4\" `un\n    ^" },
        { "`\"a`  ", "Bad jmespath expression: Bad token \"a:\n`\"a`  \n^" },
        { "\"\\q\"", "Bad jmespath expression: Invalid \\escape:\n\"\\q\"\n^" },
        { "a b",
          "Unexpected token: b: Parse error at column 2, token \"b\" (UNQUOTED_IDENTIFIER), for expression:\n"
          "\"a b\"\n   ^" },
        { "]",
          "invalid token: Parse error at column 0, token \"]\" (RBRACKET), for expression:\n\"]\"\n ^" },
        { "a[1:2:3:4]",
          "syntax error: Parse error at column 7, token \":\" (COLON), for expression:\n"
          "\"a[1:2:3:4]\"\n        ^" },
        { "a.`1`",
          "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: literal: Parse "
          "error at column 2, token \"1\" (LITERAL), for expression:\n\"a.`1`\"\n   ^" },
        { "{a b}",
          "Expecting: colon, got: unquoted_identifier: Parse error at column 3, token \"b\" "
          "(UNQUOTED_IDENTIFIER), for expression:\n\"{a b}\"\n    ^" },
        { "@(a)",
          "Invalid function name '@': Parse error at column 0, token \"@\" (CURRENT), for expression:\n"
          "\"@(a)\"\n ^" },
        { "\"a\"(b)",
          "Quoted identifier not allowed for function names.: Parse error at column 0, token \"(\" (LPAREN), "
          "for expression:\n\"\"a\"(b)\"\n ^" },
        { "length()", "Expected 1 argument for function length(), received 0" },
        { "join(@)", "Expected 2 arguments for function join(), received 1" },
        { "merge()", "Expected at least 1 argument for function merge(), received 0" },
        { "sum(`[1,\"x\"]`)",
          "In function sum(), invalid type for value: x, expected one of: ['array-number'], "
          "received: \"str\"" },
        { "abs(`{\"a\":[true,null,1.5,\"it's\"]}`)",
          "In function abs(), invalid type for value: {'a': [True, None, 1.5, \"it's\"]}, expected one of: ['number'], "
          "received: \"object\"" },
        { "sort_by(`[{\"a\":1},{\"a\":\"x\"}]`, &a)",
          "In function sort_by(), invalid type for value: x, expected one of: ['number'], received: \"string\"" },
        { "`1` < 'a'", "'<' not supported between instances of 'int' and 'str'" },
        { "`[1]`[::0]", "slice step cannot be zero" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        JSON_AUTO *in = json_null();
        json_t *out = NULL;
        struct err err;
        assert_int_equal(run(str_c(cases[i].expression), in, &out, &err), ERR_BAD_REQUEST);
        if (!str_starts(err_text(&err), STR("Invalid JMESPath expression: ")) ||
            !strstr(err.text, cases[i].text))
            fail_msg("%s:\n%s\n%s", cases[i].expression, err.text, cases[i].text);
    }
    assert_int_equal(run_on_null(STR("'\xff'")), ERR_BAD_REQUEST);
    assert_int_equal(run_on_null(STR("a\0b")), ERR_BAD_REQUEST);
}

static void the_result_outlives_query_and_data(void **state)
{
    (void)state;
    json_t *in = parsed("{\"a\":[{\"b\":\"kept\"}]}"), *out = NULL;
    struct err err;
    assert_int_equal(run(STR("[a[0], `{\"c\":[1]}`]"), in, &out, &err), ERR_NONE);
    json_decref(in);
    CLEANUP(buf_release) struct buf text = BUF_INIT(100);
    json_add_compact(&text, out);
    assert_string_equal(buf_cstr(&text), "[{\"b\":\"kept\"},{\"c\":[1]}]");
    json_decref(out);
}

static void *run_shared(void *arg)
{
    JSON_AUTO *in = parsed("[{\"n\":2},{\"n\":1}]");
    for (int i = 0; i < 300; i++) {
        JSON_AUTO *out = NULL;
        if (!query_run(arg, in, &out, NULL) || json_array_size(out) != 3)
            return NULL;
    }
    return arg;
}

static void threads_share_a_query(void **state)
{
    (void)state;
    CLEANUP(query_free) struct query *q = NULL;
    assert_true(query_compile(STR("[sort_by(@, &n)[0].n, `{\"lit\":[1]}`, 'raw']"), &q, NULL));
    pthread_t ids[3];
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        pthread_create(&ids[i], NULL, run_shared, q);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        void *ok;
        pthread_join(ids[i], &ok);
        assert_ptr_equal(ok, q);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(length_limit),
        cmocka_unit_test(depth_limit),
        cmocka_unit_test(step_limit),
        cmocka_unit_test(doubling_ends),
        cmocka_unit_test(values),
        cmocka_unit_test(error_texts),
        cmocka_unit_test(the_result_outlives_query_and_data),
        cmocka_unit_test(threads_share_a_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
