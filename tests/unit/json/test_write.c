// SPDX-License-Identifier: MIT
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "json/dom.h"
#include "json/write.h"

// The right column is what Python's repr says.
static void reals(void **state)
{
    (void)state;
    static const struct {
        double d;
        const char *text;
    } cases[] = {
        { 0.0, "0.0" },
        { -0.0, "-0.0" },
        { 1.0, "1.0" },
        { -1.5, "-1.5" },
        { 0.1, "0.1" },
        { 1.1, "1.1" },
        { 0.1 + 0.2, "0.30000000000000004" },
        { 1.0 / 3, "0.3333333333333333" },
        { 100, "100.0" },
        { 5.666666666666667, "5.666666666666667" },
        { 1e15, "1000000000000000.0" },
        { 1e16, "1e+16" },
        { 123456789012345680.0, "1.2345678901234568e+17" },
        { 1e22, "1e+22" },
        { 1e23, "1e+23" },
        { 1e100, "1e+100" },
        { 0.001, "0.001" },
        { 0.0001, "0.0001" },
        { 0.00001, "1e-05" },
        { 1e-7, "1e-07" },
        { 1.5e-7, "1.5e-07" },
        { 5e-324, "5e-324" },
        { 2.2250738585072014e-308, "2.2250738585072014e-308" },
        { 1.7976931348623157e308, "1.7976931348623157e+308" },
        { 9007199254740993.0, "9007199254740992.0" },
        { 0x1p-1017, "7.120236347223045e-307" },
        { -0x1p-1017, "-7.120236347223045e-307" },
        { 0x1p63, "9.223372036854776e+18" },
        { 4.35, "4.35" },
        { 1e21 + 1e5, "1.0000000000000001e+21" },
        { NAN, "null" },
        { INFINITY, "null" },
        { -INFINITY, "null" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(buf_release) struct buf b = BUF_INIT(100);
        json_add_real(&b, cases[i].d);
        assert_string_equal(buf_cstr(&b), cases[i].text);
    }
}

static void reals_read_back(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252;
    for (int i = 0; i < 100000; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        double d;
        memcpy(&d, &seed, sizeof(d));
        if (!isfinite(d))
            continue;
        CLEANUP(buf_release) struct buf b = BUF_INIT(100);
        json_add_real(&b, d);
        assert_true(strtod(buf_cstr(&b), NULL) == d);
        assert_true(b.n <= 24);
    }
}

static void strings(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        const char *json;
    } cases[] = {
        { STR_INIT(""), "\"\"" },
        { STR_INIT("plain / text"), "\"plain / text\"" },
        { STR_INIT("\"\\\n\r\t\b\f"), "\"\\\"\\\\\\n\\r\\t\\b\\f\"" },
        { STR_INIT("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\"" },
        { STR_INIT("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
          "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
        { STR_INIT("\xe2\x80\xa8</script>"), "\"\xe2\x80\xa8</script>\"" },
        { STR_INIT("a\xff"
                   "b"),
          "\"a\xef\xbf\xbd"
          "b\"" },
        { STR_INIT("\xe2\x82"), "\"\xef\xbf\xbd\"" },
        { STR_INIT("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
        { STR_INIT("12345678\"12345678\x01"), "\"12345678\\\"12345678\\u0001\"" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(buf_release) struct buf b = BUF_INIT(1000);
        json_add_string(&b, cases[i].s);
        assert_string_equal(buf_cstr(&b), cases[i].json);
        JSON_AUTO *v = dom_string(cases[i].s), *back = NULL;
        assert_true(dom_parse(buf_str(&b), &back, NULL));
        assert_true(json_equal(v, back)); // the tree repairs as the writer does
    }
}

static void write_sample(struct json_writer *w)
{
    jw_object(w);
    jw_kv_c(w, "a", "x");
    jw_kv_c(w, "none", NULL);
    jw_kv_int(w, "min", INT64_MIN);
    jw_kv_bool(w, "yes", true);
    jw_key(w, "list");
    jw_array(w);
    jw_int(w, 0);
    jw_real(w, 2);
    jw_array(w);
    jw_array_end(w);
    jw_object(w);
    jw_object_end(w);
    jw_array_end(w);
    jw_kv_raw(w, "raw", STR("[1, 2]"));
    jw_kv(w, "q\"", STR("\n"));
    jw_object_end(w);
}

static void layouts(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf b = BUF_INIT(1000);
    struct json_writer w;
    jw_init(&w, &b);
    write_sample(&w);
    assert_string_equal(buf_cstr(&b),
                        "{\"a\":\"x\",\"none\":null,\"min\":-9223372036854775808,\"yes\":true,"
                        "\"list\":[0,2.0,[],{}],\"raw\":[1, 2],\"q\\\"\":\"\\n\"}");
    buf_reset(&b);
    jw_init(&w, &b);
    w.spaced = true;
    write_sample(&w);
    assert_string_equal(
        buf_cstr(&b),
        "{\"a\": \"x\", \"none\": null, \"min\": -9223372036854775808, \"yes\": true, "
        "\"list\": [0, 2.0, [], {}], \"raw\": [1, 2], \"q\\\"\": \"\\n\"}");
    buf_reset(&b);
    jw_init(&w, &b);
    w.indent = 2;
    write_sample(&w);
    assert_string_equal(buf_cstr(&b),
                        "{\n  \"a\": \"x\",\n  \"none\": null,\n  \"min\": -9223372036854775808,\n"
                        "  \"yes\": true,\n  \"list\": [\n    0,\n    2.0,\n    [],\n    {}\n  ],\n"
                        "  \"raw\": [1, 2],\n  \"q\\\"\": \"\\n\"\n}");
}

// Right: json.dumps(indent=2, ensure_ascii=False).
static void trees(void **state)
{
    (void)state;
    static const struct {
        const char *json, *compact, *indented;
    } cases[] = {
        { "[]", "[]", "[]" },
        { "{}", "{}", "{}" },
        { " -0 ", "0", "0" },
        { "-0.0", "-0.0", "-0.0" },
        { "1e2", "100.0", "100.0" },
        { "18446744073709551615", "1.8446744073709552e+19", "1.8446744073709552e+19" },
        { "\"\\u0000\\u00e4\"", "\"\\u0000\xc3\xa4\"", "\"\\u0000\xc3\xa4\"" },
        { "[[],{}]", "[[],{}]", "[\n  [],\n  {}\n]" },
        { "{\"z\": 1, \"a\": [true, null], \"m\": {\"x\": \"y\"}}",
          "{\"z\":1,\"a\":[true,null],\"m\":{\"x\":\"y\"}}",
          "{\n  \"z\": 1,\n  \"a\": [\n    true,\n    null\n  ],\n  \"m\": {\n    \"x\": \"y\"\n  }\n}" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        JSON_AUTO *v = NULL;
        CLEANUP(buf_release) struct buf compact = BUF_INIT(1000), indented = BUF_INIT(1000);
        assert_true(dom_parse(str_c(cases[i].json), &v, NULL));
        json_add_compact(&compact, v);
        json_add_indented(&indented, v);
        assert_string_equal(buf_cstr(&compact), cases[i].compact);
        assert_string_equal(buf_cstr(&indented), cases[i].indented);
    }
}

// 2^200 leaves in 200 small arrays: the walk ends with the buffer.
static void a_full_buffer_ends_the_walk(void **state)
{
    (void)state;
    JSON_AUTO *v = json_integer(1);
    for (int i = 0; i < 200; i++) {
        json_t *pair = json_array();
        json_array_append(pair, v);
        json_array_append(pair, v);
        json_decref(v);
        v = pair;
    }
    CLEANUP(buf_release) struct buf b = BUF_INIT(10000);
    json_add_compact(&b, v);
    assert_false(buf_ok(&b));
}

static void getters(void **state)
{
    (void)state;
    JSON_AUTO *v = NULL;
    struct err err;
    assert_false(dom_parse_object(STR("[1]"), &v, &err));
    assert_int_equal(err.code, ERR_JSON);
    assert_null(v);
    assert_true(dom_parse_object(
        STR("{\"s\":\"x\\u0000y\",\"i\":5,\"r\":6.0,\"f\":6.5,\"big\":1e19,\"edge\":9223372036854775808,"
            "\"low\":-9223372036854775809,\"b\":true,\"n\":null}"),
        &v, &err));
    assert_null(dom_str(v, "absent").p);
    assert_null(dom_str(v, "i").p);
    assert_null(dom_str(NULL, "s").p);
    assert_true(str_eq(dom_str(v, "s"), STR("x\0y")));
    assert_int_equal(dom_int(v, "absent", 7), 7);
    assert_int_equal(dom_int(v, "s", 7), 7);
    assert_int_equal(dom_int(v, "f", 7), 7);
    assert_int_equal(dom_int(v, "big", 7), 7);
    assert_int_equal(dom_int(v, "edge", 7), 7);
    assert_int_equal(dom_int(v, "low", 7), INT64_MIN); // the nearest double
    assert_int_equal(dom_int(v, "b", 7), 7);
    assert_int_equal(dom_int(v, "i", 7), 5);
    assert_int_equal(dom_int(v, "r", 7), 6);
    assert_true(dom_bool(v, "b", false));
    assert_true(dom_bool(v, "i", true));
    assert_false(dom_bool(v, "n", false));
    assert_null(dom_get(v, "absent"));
    assert_null(dom_get(json_array_get(v, 0), "a"));
    dom_set(v, "i", json_integer(9));
    assert_int_equal(dom_int(v, "i", 7), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reals),   cmocka_unit_test(reals_read_back),
        cmocka_unit_test(strings), cmocka_unit_test(layouts),
        cmocka_unit_test(trees),   cmocka_unit_test(a_full_buffer_ends_the_walk),
        cmocka_unit_test(getters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
