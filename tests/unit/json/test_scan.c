// SPDX-License-Identifier: MIT
// What is JSON and what is not, for scanner and tree alike (RFC 8259).
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "json/dom.h"
#include "json/scan.h"

// Y: valid. N: not. D: valid for the scanner, which sees no names; the tree refuses it.
static const struct sample {
    char verdict;
    struct str text;
} samples[] = {
#define Y(t)                                                                                       \
    {                                                                                              \
        'y', STR_INIT(t)                                                                           \
    }
#define N(t)                                                                                       \
    {                                                                                              \
        'n', STR_INIT(t)                                                                           \
    }
#define D(t)                                                                                       \
    {                                                                                              \
        'd', STR_INIT(t)                                                                           \
    }
    // nothing, words
    N(""),
    N(" "),
    N("\n"),
    N("nul"),
    N("nulll"),
    N("tru"),
    N("truE"),
    N("True"),
    N("False"),
    N("NULL"),
    N("fals"),
    N("nan"),
    N("NaN"),
    N("Infinity"),
    N("-Infinity"),
    N("undefined"),
    N("abc"),
    N("'a'"),
    N("\0"),
    N("null\0"),
    N("\xef\xbb\xbf"
      "1"),
    N("\xef\xbb\xbf"),
    N("n\0ull"),
    N("true false"),
    N("1 2"),
    N("null,"),
    N(",null"),
    N("//x\n1"),
    N("1 /* x */"),
    N("#"),
    N("\x0c"
      "1"),
    N("\xc2\xa0"
      "1"),
    N("\xe2\x80\xa8"
      "1"),
    N("\x0b"
      "1"),
    Y("null"),
    Y("true"),
    Y("false"),
    Y(" \t\r\n null \t\r\n "),
    // numbers
    N("-"),
    N("+"),
    N("+1"),
    N("01"),
    N("-01"),
    N("00"),
    N("1."),
    N(".1"),
    N("-.1"),
    N("1.e1"),
    N("1e"),
    N("1e+"),
    N("1E-"),
    N("1ee1"),
    N("1e1.5"),
    N("0x10"),
    N("0b1"),
    N("0o7"),
    N("1_000"),
    N("1,000"),
    N("--1"),
    N("1-"),
    N("1a"),
    N("- 1"),
    N("1 000"),
    N("0e"),
    N("2.e+3"),
    N("1.2.3"),
    N("\xef\xbc\x91"),
    N("-a"),
    N("1/2"),
    N("0.1e"),
    N("Inf"),
    Y("0"),
    Y("-0"),
    Y("1"),
    Y("-1"),
    Y("10"),
    Y("1.0"),
    Y("-0.0"),
    Y("0.10"),
    Y("1e1"),
    Y("1E1"),
    Y("1e+1"),
    Y("1e-1"),
    Y("0e0"),
    Y("0e+1"),
    Y("-1.5E-3"),
    Y("123456789012345678901234567890"),
    Y("1e-400"),
    Y("9223372036854775807"),
    Y("-9223372036854775808"),
    Y("9223372036854775808"),
    Y("0.00000000000000000001"),
    D("1e400"),
    D("-1e999"),
    D("[1e309]"),
    // strings
    N("\""),
    N("\"a"),
    N("a\""),
    N("\"a\" \"b\""),
    N("\"\n\""),
    N("\"\t\""),
    N("\"\0\""),
    N("\"\x1f\""),
    N("\"\\\""),
    N("\"\\x41\""),
    N("\"\\a\""),
    N("\"\\'\""),
    N("\"\\0\""),
    N("\"\\u\""),
    N("\"\\u1\""),
    N("\"\\u12\""),
    N("\"\\u123\""),
    N("\"\\u123g\""),
    N("\"\\U0041\""),
    N("\"\\u 041\""),
    N("\"\\u-041\""),
    N("\"\\\n\""),
    N("\"\\ud800\""),
    N("\"\\udbff x\""),
    N("\"\\udc00\""),
    N("\"\\udfff\\ud800\""),
    N("\"\\ud800\\ud800\""),
    N("\"\\ud800\\u0041\""),
    N("\"\\ud800\\n\""),
    N("\"\\ud800\\udc0\""),
    N("\"\\ud800\\"),
    N("\"\\"),
    N("\"\\u"),
    N("\"\x80\""),
    N("\"\xff\""),
    N("\"\xc3\""),
    N("\"\xc0\xaf\""),
    N("\"\xed\xa0\x80\""),
    N("\"\xf4\x90\x80\x80\""),
    N("\"\xe2\x82\""),
    N("\"\xf0\x9f\x98\""),
    N("\"\\\xc3\xa4\""),
    N("\"12345678\x01\""),
    N("\"1234567\n90123456\""),
    Y("\"\""),
    Y("\"a\""),
    Y("\"\x7f\""),
    Y("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    Y("\"\\u0041\""),
    Y("\"\\u00e4\\uABCD\""),
    Y("\"\\u0000\""),
    Y("\"\\ud83d\\ude00\""),
    Y("\"\\uDBFF\\uDFFF\""),
    Y("\"\\ud7ff\\ue000\""),
    Y("\"\\uffff\""),
    Y("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""),
    Y("\"\xe2\x80\xa8\xe2\x80\xa9\""),
    Y("\"\xef\xbf\xbf\""),
    Y("\"/*//*/\""),
    Y("\"12345678901234567890\""),
    Y("\"\xef\xbb\xbf\""),
    Y("\"1234567\\\"\""),
    Y("\"'\""),
    // arrays
    N("["),
    N("]"),
    N("[1"),
    N("[1,"),
    N("[1,]"),
    N("[,1]"),
    N("[,]"),
    N("[1,,2]"),
    N("[1 2]"),
    N("[1:2]"),
    N("[1}"),
    N("[]]"),
    N("[[]"),
    N("[\"a\""),
    N("[\"a"),
    N("[1],"),
    N("[a]"),
    N("[*]"),
    N("[][]"),
    N("[1;2]"),
    N("[\"\":1]"),
    N("[-]"),
    N("[1\0]"),
    N("[\f]"),
    N("[\xff]"),
    N("[1,\n1\n,1"),
    N("(1)"),
    N("[++1]"),
    N("[1]x"),
    Y("[]"),
    Y("[ ]"),
    Y("[[]]"),
    Y("[1,2]"),
    Y(" [ 1 , \"a\" , null , true , [ ] , { } ] "),
    Y("[[[[]]]]"),
    Y("[1\n]"),
    // objects
    N("{"),
    N("}"),
    N("{]"),
    N("[}"),
    N("{\"a\""),
    N("{\"a\":"),
    N("{\"a\":1"),
    N("{\"a\":1,"),
    N("{\"a\":1,}"),
    N("{,}"),
    N("{\"a\" 1}"),
    N("{\"a\",1}"),
    N("{a:1}"),
    N("{'a':1}"),
    N("{1:1}"),
    N("{null:1}"),
    N("{\"a\"::1}"),
    N("{\"a\":1 \"b\":2}"),
    N("{\"a\":1,,\"b\":2}"),
    N("{\"a\":1;\"b\":2}"),
    N("{\"a\":}"),
    N("{:1}"),
    N("{[]:1}"),
    N("{\"a\":1}}"),
    N("{\"a\":1}x"),
    N("{\"a\":1}{}"),
    N("{\"\\ud800\":1}"),
    N("{\"a\":1/**/}"),
    N("{\"a"),
    N("{\"a\":a}"),
    N("{\"a\xff\":1}"),
    N("{{}}"),
    N("{\"a\"=1}"),
    N("{\"a\":1,[]}"),
    N("{\"a\":\"b\",\"c\"}"),
    Y("{}"),
    Y("{ }"),
    Y("{\"\":0}"),
    Y("{\"a\":1}"),
    Y("{ \"a\" : 1 , \"b\" : { \"a\" : [ ] } }"),
    Y("{\"a\":{\"a\":{\"a\":1}}}"),
    Y("{\"\\u00e4\":1,\"a\":2}"),
    Y("[{\"a\":1},{\"a\":1}]"),
    Y("{\"a\":1,\"A\":2}"),
    D("{\"a\":1,\"a\":1}"),
    D("{\"a\":1,\"\\u0061\":2}"),
    D("{\"\":1,\"\":2}"),
    D("{\"\\u0000\":1}"),
    D("[{\"a\":{\"b\":1,\"c\":2,\"b\":3}}]"),
    D("{\"\\u00e4\":1,\"\xc3\xa4\":2}"),
};

static bool scans(struct str text)
{
    struct scan s;
    scan_init(&s, text, 0);
    while (scan_next(&s) > SCAN_END)
        ;
    bool ok = s.token == SCAN_END;
    assert_int_equal(scan_next(&s), ok ? SCAN_END : SCAN_ERROR); // and so it stays
    struct err err = { 0 };
    if (!ok && (scan_fail(&s, &err) || err.code != ERR_JSON ||
                !str_starts(err_text(&err), STR("invalid JSON: "))))
        fail_msg("error text: %s", err.text);
    return ok;
}

static bool parses(struct str text)
{
    JSON_AUTO *v = NULL;
    struct err err = { 0 };
    bool ok = dom_parse(text, &v, &err);
    if (!ok && (v || err.code != ERR_JSON || !str_starts(err_text(&err), STR("invalid JSON: "))))
        fail_msg("error text: %s", err.text);
    return ok;
}

// Every text is tried in memory of exactly its size, so that the address sanitizer sees a step too
// far.
static void what_is_json(void **state)
{
    (void)state;
    assert_true(ARRAY_LEN(samples) >= 120);
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        struct str text = samples[i].text;
        char *exact = malloc(text.n ? text.n : 1);
        assert_non_null(exact);
        memcpy(exact, text.p, text.n);
        bool scanned = scans(str_of(exact, text.n)), parsed = parses(str_of(exact, text.n));
        if (scanned != (samples[i].verdict != 'n') || parsed != (samples[i].verdict == 'y'))
            fail_msg("'%c' %.*s: scanned %d, parsed %d", samples[i].verdict, STR_ARG(text), scanned,
                     parsed);
        free(exact);
    }
}

// Each valid text cut anywhere is no JSON, but for numbers (12 is one too) and blanks at the end.
static void a_cut_text_is_an_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        struct str text = str_trim(samples[i].text);
        if (samples[i].verdict == 'n' || !strchr("[{\"tfn", text.p[0]))
            continue;
        for (size_t n = 0; n < text.n; n++)
            if (scans(str_slice(text, 0, n)))
                fail_msg("%.*s", STR_ARG(str_slice(text, 0, n)));
    }
}

static void tokens(void **state)
{
    (void)state;
    static const struct {
        enum scan_token token;
        const char *raw;
        bool escaped;
    } want[] = {
        { SCAN_OBJECT, "{", 0 },      { SCAN_KEY, "a", 0 },        { SCAN_ARRAY, "[", 0 },
        { SCAN_NUMBER, "-1.5e3", 0 }, { SCAN_TRUE, "true", 0 },    { SCAN_FALSE, "false", 0 },
        { SCAN_NULL, "null", 0 },     { SCAN_STRING, "x\\ny", 1 }, { SCAN_ARRAY_END, "]", 0 },
        { SCAN_KEY, "b\\u0021", 1 },  { SCAN_OBJECT, "{", 0 },     { SCAN_OBJECT_END, "}", 0 },
        { SCAN_OBJECT_END, "}", 0 },  { SCAN_END, NULL, 0 },
    };
    struct scan s;
    scan_init(&s, STR("{\"a\": [-1.5e3, true,false ,null, \"x\\ny\"], \"b\\u0021\": {}} "), 0);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        assert_int_equal(scan_next(&s), want[i].token);
        if (want[i].raw)
            assert_true(str_is(s.raw, want[i].raw));
        if (want[i].token == SCAN_KEY || want[i].token == SCAN_STRING)
            assert_int_equal(s.escaped, want[i].escaped);
        assert_true(want[i].token != SCAN_KEY || !want[i].escaped || scan_is(&s, "b!"));
        assert_false(scan_is(&s, "b"));
    }
}

static void texts(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        struct str plain;
    } cases[] = {
        { "\"\"", STR_INIT("") },
        { "\"plain\"", STR_INIT("plain") },
        { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", STR_INIT("\"\\/\b\f\n\r\t") },
        { "\"a\\u0000b\"", STR_INIT("a\0b") },
        { "\"\\u00E4\\u20ac\\ud83d\\uDE00!\"", STR_INIT("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80!") },
        { "\"\\udbff\\udfff\"", STR_INIT("\xf4\x8f\xbf\xbf") },
        { "\"\\\\u0041\"", STR_INIT("\\u0041") },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct scan s;
        scan_init(&s, str_c(cases[i].json), 0);
        assert_int_equal(scan_next(&s), SCAN_STRING);
        CLEANUP(buf_release) struct buf text = BUF_INIT(100);
        scan_text(&s, &text);
        assert_true(str_eq(buf_str(&text), cases[i].plain));
        assert_true(scan_is(&s, "\"no\"") == false);
    }
}

static void skipping(void **state)
{
    (void)state;
    static const char *const values[] = { "1.5",
                                          "\"a\\\"]\"",
                                          "\"\"",
                                          "null",
                                          "[]",
                                          "{}",
                                          "[1,[2,{\"x\":[]}],\"]\"]",
                                          "{\"a\":{\"b\":[1]},\"c\":\"}\"}" };
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        char text[200];
        struct str raw = STR_NONE;
        struct scan s;
        snprintf(text, sizeof(text), "{\"k\" : %s , \"after\": [%s]}", values[i], values[i]);
        scan_init(&s, str_c(text), 0);
        scan_next(&s);
        scan_next(&s);
        scan_next(&s);
        assert_true(scan_skip(&s, &raw));
        assert_true(str_is(raw, values[i]));
        assert_int_equal(scan_next(&s), SCAN_KEY);
        assert_true(scan_is(&s, "after"));
        assert_true(scan_skip(&s, &raw)); // from the key: its whole value
        assert_int_equal(raw.n, strlen(values[i]) + 2);
        assert_int_equal(scan_next(&s), SCAN_OBJECT_END);
        assert_int_equal(scan_next(&s), SCAN_END);
        assert_false(scan_skip(&s, NULL));
    }
    struct scan s;
    scan_init(&s, STR("[1,[2,x]]"), 0);
    scan_next(&s);
    assert_false(scan_skip(&s, NULL));
    assert_int_equal(scan_next(&s), SCAN_ERROR);
}

static bool scans_nested(char open, unsigned depth, unsigned max)
{
    char text[600];
    memset(text, open, depth);
    if (open == '{')
        for (unsigned i = 0; i < depth; i++)
            memcpy(text + 4 * i, "{\"\":", 4);
    struct scan s;
    unsigned opened = 0;
    scan_init(&s, str_of(text, depth * (open == '{' ? 4 : 1)), max);
    while (scan_next(&s) > SCAN_END)
        opened += s.token == SCAN_OBJECT || s.token == SCAN_ARRAY;
    return opened == depth;
}

static void depth(void **state)
{
    (void)state;
    for (const char *open = "[{"; *open; open++) {
        assert_false(scans_nested(*open, SCAN_DEPTH_MAX + 1, 0));
        assert_true(scans_nested(*open, SCAN_DEPTH_MAX, 0));
        assert_true(scans_nested(*open, SCAN_DEPTH_MAX, 100000));
        assert_false(scans_nested(*open, SCAN_DEPTH_MAX + 1, 100000));
        assert_false(scans_nested(*open, 4, 3));
        assert_true(scans_nested(*open, 3, 3));
    }
    // objects and arrays in turn, across the words of the bit field
    char text[1000];
    size_t n = 0;
    for (unsigned i = 0; i < 64; i++, n += 5)
        memcpy(text + n, "[{\"\":", 5);
    text[n++] = '1';
    for (unsigned i = 0; i < 64; i++, n += 2)
        memcpy(text + n, "}]", 2);
    assert_true(scans(str_of(text, n)));
    text[n - 1] = '}';
    assert_false(scans(str_of(text, n)));
}

static void error_texts(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
    } cases[] = {
        { "", "invalid JSON: expected a value at byte 0, where the text ends" },
        { "[1,]", "invalid JSON: expected a value at byte 3, found ']'" },
        { "{\"a\" 1}", "invalid JSON: expected ':' at byte 5, found '1'" },
        { "{\"a\":1,\"a\":2}", "invalid JSON: the key \"a\" before byte 11 stands twice" },
        { "[1e999]", "invalid JSON: the number 1e999 before byte 6 is too large" },
        { "[1] 2", "invalid JSON: expected nothing more at byte 4, found '2'" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err;
        json_t *v;
        assert_false(dom_parse(str_c(cases[i].json), &v, &err));
        assert_string_equal(err.text, cases[i].text);
        assert_false(dom_parse(str_c(cases[i].json), &v, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(what_is_json), cmocka_unit_test(a_cut_text_is_an_error),
        cmocka_unit_test(tokens),       cmocka_unit_test(texts),
        cmocka_unit_test(skipping),     cmocka_unit_test(depth),
        cmocka_unit_test(error_texts),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
