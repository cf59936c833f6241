// SPDX-License-Identifier: MIT
// Arguments judged: what is taken, what is refused and in which words.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "catalog/args.h"
#include "json/write.h"

static const struct tool tool = {
    .name = "t",
    .list = true,
    .args = ARGS(
        { "id", STR, PATH, "x" }, { "n", INT, QUERY, "x", .min = 1, .max = 500 },
        { "on", BOOL, BODY, "x", .otherwise = "true" }, { "texts", STRS, BODY, "x" },
        { "more", OBJ, MERGE, "x" }, { "kind", STR, QUERY, "x", .choices = CHOICES("a", "b", "c") },
        { "part", STR, QUERY, "x" }, { "form", STR, QUERY, "x", .pattern = "^(IP|UFQDN)$" },
        { "lat", NUM, QUERY, "x" }, { "rows", STRSS, BODY, "x" }),
};

#define FOR_MORE(type)                                                                             \
    "\n    For further information visit https://errors.pydantic.dev/2.14/v/" type
#define ONE "1 validation error for tArguments\n"

static const struct {
    const char *given, *refusal;
} refused[] = {
    { "{}", ONE
      "id\n  Field required [type=missing, input_value={}, input_type=dict]" FOR_MORE("missing") },
    { "{\"id\":null}", ONE
      "id\n  Input should be a valid string [type=string_type, input_value=None, input_type=NoneType]" FOR_MORE(
          "string_type") },
    { "{\"id\":12}", ONE
      "id\n  Input should be a valid string [type=string_type, input_value=12, input_type=int]" FOR_MORE(
          "string_type") },
    { "{\"id\":\"1\",\"n\":2.5}", ONE
      "n\n  Input should be a valid integer, got a number with a fractional part [type=int_from_float, input_value=2.5, input_type=float]" FOR_MORE(
          "int_from_float") },
    { "{\"id\":\"1\",\"n\":\"abc\"}", ONE
      "n\n  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='abc', input_type=str]" FOR_MORE(
          "int_parsing") },
    { "{\"id\":\"1\",\"n\":0}", ONE
      "n\n  Input should be greater than or equal to 1 [type=greater_than_equal, input_value=0, input_type=int]" FOR_MORE(
          "greater_than_equal") },
    { "{\"id\":\"1\",\"n\":501}", ONE
      "n\n  Input should be less than or equal to 500 [type=less_than_equal, input_value=501, input_type=int]" FOR_MORE(
          "less_than_equal") },
    { "{\"id\":\"1\",\"on\":2}", ONE
      "on\n  Input should be a valid boolean, unable to interpret input [type=bool_parsing, input_value=2, input_type=int]" FOR_MORE(
          "bool_parsing") },
    { "{\"id\":\"1\",\"on\":null}", ONE
      "on\n  Input should be a valid boolean [type=bool_type, input_value=None, input_type=NoneType]" FOR_MORE(
          "bool_type") },
    { "{\"id\":\"1\",\"texts\":\"a\"}", ONE
      "texts\n  Input should be a valid list [type=list_type, input_value='a', input_type=str]" FOR_MORE(
          "list_type") },
    { "{\"id\":\"1\",\"texts\":[1,2]}",
      "2 validation errors for tArguments\ntexts.0\n  Input should be a valid string [type=string_type, input_value=1, input_type=int]" FOR_MORE(
          "string_type") "\ntexts.1\n  Input should be a valid string [type=string_type, input_value=2, input_type=int]" FOR_MORE("string_type") },
    { "{\"id\":\"1\",\"more\":\"oops\"}", ONE
      "more\n  Input should be a valid dictionary [type=dict_type, input_value='oops', input_type=str]" FOR_MORE(
          "dict_type") },
    { "{\"id\":\"1\",\"kind\":\"z\"}", ONE
      "kind\n  Input should be 'a', 'b' or 'c' [type=literal_error, input_value='z', input_type=str]" FOR_MORE(
          "literal_error") },
    { "{\"id\":\"1\",\"part\":\"{\\\"a\\\":1}\"}", ONE
      "part\n  Input should be a valid string [type=string_type, input_value={'a': 1}, input_type=dict]" FOR_MORE(
          "string_type") },
    { "{\"id\":\"1\",\"form\":\"BAD\"}", ONE
      "form\n  String should match pattern '^(IP|UFQDN)$' [type=string_pattern_mismatch, input_value='BAD', input_type=str]" FOR_MORE(
          "string_pattern_mismatch") },
    { "{\"id\":[\"0123456789012345678901234567890123456789012345678901234567890123456789\"]}", ONE
      "id\n  Input should be a valid string [type=string_type, input_value=['01234567890123456789012...8901234567890123456789'], input_type=list]" FOR_MORE(
          "string_type") },
};

static const struct {
    const char *given, *key, *value;
} taken[] = {
    { "{\"id\":\"1\",\"part\":\"\"}", "part", "null" }, // an empty text narrows nothing
    { "{\"id\":\"1\",\"texts\":[]}", "texts", "[]" },
    { "{\"id\":\"1\",\"n\":\"2\"}", "n", "2" },
    { "{\"id\":\"1\",\"n\":2.0}", "n", "2" },
    { "{\"id\":\"1\",\"n\":true}", "n", "1" },
    { "{\"id\":\"1\",\"n\":null}", "n", "null" },
    { "{\"id\":\"1\"}", "on", "true" },
    { "{\"id\":\"1\",\"on\":\"Off\"}", "on", "false" },
    { "{\"id\":\"1\",\"on\":1}", "on", "true" },
    { "{\"id\":\"1\",\"texts\":\"[\\\"a\\\",\\\"b\\\"]\"}", "texts", "[\"a\",\"b\"]" },
    { "{\"id\":\"1\",\"more\":\"{\\\"a\\\":[1]}\"}", "more", "{\"a\":[1]}" },
    { "{\"id\":\"1\",\"part\":\"123\"}", "part", "\"123\"" },
    { "{\"id\":\"{\\\"a\\\":1}\"}", "id", "\"{\\\"a\\\":1}\"" }, // a plain string is never opened
    { "{\"id\":\"1\",\"rows\":[[\"a\"],[]]}", "rows", "[[\"a\"],[]]" },
};

static bool judge(const char *given, struct arena *arena, json_t **ret, struct str *ret_text)
{
    struct err err;
    JSON_AUTO *tree = NULL;
    assert_true(dom_parse(str_c(given), &tree, &err));
    return args_judge(&tool, tree, arena, ret, ret_text, &err);
}

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_new();
        json_t *args = NULL;
        struct str text = STR_NONE;
        if (judge(refused[i].given, arena, &args, &text))
            fail_msg("%s was taken", refused[i].given);
        assert_null(args);
        assert_string_equal(arena_cstr(arena, text), refused[i].refusal);
    }
}

static void test_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_new();
        CLEANUP(buf_release) struct buf shown = BUF_INIT(4096);
        JSON_AUTO *args = NULL;
        struct str text = STR_NONE;
        if (!judge(taken[i].given, arena, &args, &text))
            fail_msg("%s: " STR_FMT, taken[i].given, STR_ARG(text));
        json_add_compact(&shown, json_object_get(args, taken[i].key));
        assert_string_equal(buf_cstr(&shown), taken[i].value);
    }
}

static void test_unknown_names_are_ignored(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    JSON_AUTO *args = NULL;
    struct str text = STR_NONE;
    assert_true(judge("{\"id\":\"1\",\"approval\":{\"action\":\"accept\"}}", arena, &args, &text));
    assert_null(json_object_get(args, "approval"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_refused),
                                        cmocka_unit_test(test_taken),
                                        cmocka_unit_test(test_unknown_names_are_ignored) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
