// SPDX-License-Identifier: MIT
// Lists beyond the bytes of one answer: whole records, none lost, none twice.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "json/query.h"
#include "json/write.h"
#include "serve/cut.h"
#include "serve/encode.h"

static void the_next_query(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        size_t n;
        const char *next;
    } rows[] = {
        { "", 12, "[12:]" },
        { "[12:]", 8, "[20:]" },
        { " [12:] ", 8, "[20:]" },
        { "[?enabled]", 5, "[?enabled] | [5:]" },
        { "[?enabled] | [5:]", 3, "[?enabled] | [8:]" },
        { "[?enabled]|[5:]", 3, "[?enabled] | [8:]" },
        { "a || b", 1, "a || b | [1:]" },
        { "items[5:]", 2, "items[5:] | [2:]" }, // a slice of each is no rest
        { "[::2]", 2, "[::2] | [2:]" },
        { "[-5:]", 2, "[-5:] | [2:]" },
        { "[5:7]", 1, "[5:7] | [1:]" },
        { "[99999999999999999999:]", 1, "[99999999999999999999:] | [1:]" },
        { ":]", 1, ":] | [1:]" },
        { "'|[1:]'", 1, "'|[1:]' | [1:]" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(buf_release) struct buf out = BUF_INIT(1024);
        cut_next(str_c(rows[i].query), rows[i].n, &out);
        assert_string_equal(buf_cstr(&out), rows[i].next);
    }
}

static void what_is_only_the_rest(void **state)
{
    (void)state;
    static const char *const others[] = { "", "[]", "[?x] | [12:]", "[1:2]", "x[1:]", "[:]" };
    assert_true(cut_is_rest(STR("[12:]")) && cut_is_rest(STR(" [0:] ")));
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(cut_is_rest(str_c(others[i])));
}

static json_t *records(size_t n, size_t width)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        CLEANUP(buf_release) struct buf name = BUF_INIT(1 << 20);
        for (size_t k = 0; k < 1 + i * 7 % width; k++)
            buf_addc(&name, 'x');
        json_array_append_new(
            list, json_pack("{s:I, s:s}", "id", (json_int_t)i, "name", buf_cstr(&name)));
    }
    return list;
}

static json_t *ask(json_t *list, const char *query)
{
    struct query *q = NULL;
    struct err err;
    json_t *found = NULL;
    if (!*query)
        return json_incref(list);
    if (!query_compile(str_c(query), &q, &err) || !query_run(q, list, &found, &err))
        fail_msg("%s: %s", query, err_text(&err));
    query_free(q);
    return found;
}

static void expect_within(const json_t *part, enum encoding encoding, size_t max)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20), compact = BUF_INIT(1 << 20);
    encode(part, encoding, &text);
    json_add_compact(&compact, part);
    assert_true(json_array_size(part) <= 1 || (text.n <= max && compact.n <= max));
}

// As a client follows what it is told.
static void follow(size_t n, size_t width, enum encoding encoding, size_t max)
{
    JSON_AUTO *list = records(n, width);
    JSON_AUTO *all = json_array();
    char query[64] = "";
    for (size_t calls = 0;; calls++) {
        JSON_AUTO *left = ask(list, query);
        JSON_AUTO *cut = NULL;
        JSON_AUTO *part = cut_list(left, encoding, max, str_c(query), &cut);
        expect_within(part, encoding, max);
        json_array_extend(all, part);
        if (!cut)
            break;
        assert_true(calls < n && json_array_size(part) > 0);
        assert_int_equal(dom_int(cut, "shown", 0), json_array_size(part));
        assert_int_equal(dom_int(cut, "records", 0), json_array_size(left));
        struct str next = dom_str(json_object_get(cut, "next"), "query");
        snprintf(query, sizeof(query), STR_FMT, STR_ARG(next));
    }
    assert_true(json_equal(all, list));
}

static void all_records_come_once(void **state)
{
    (void)state;
    static const size_t maxima[] = { 1, 60, 200, 1000, 100000 };
    for (size_t m = 0; m < ARRAY_LEN(maxima); m++)
        for (size_t n = 0; n < 70; n += 1 + n / 3)
            for (enum encoding e = AS_FITS; e <= AS_JSON; e++)
                follow(n, 50, e, maxima[m]);
}

static void as_many_as_fit(void **state)
{
    (void)state;
    JSON_AUTO *list = records(1000, 1);
    JSON_AUTO *cut = NULL;
    JSON_AUTO *part = cut_list(list, AS_FITS, 1000, STR_NONE, &cut);
    JSON_AUTO *one_more = json_array();
    size_t n = json_array_size(part);
    for (size_t i = 0; i <= n; i++)
        json_array_append(one_more, json_array_get(list, i));
    CLEANUP(buf_release) struct buf compact = BUF_INIT(1 << 20);
    json_add_compact(&compact, one_more);
    assert_true(n > 1 && compact.n > 1000);
}

static void the_sentence(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf out = BUF_INIT(1024);
    JSON_AUTO *cut = NULL;
    JSON_AUTO *list = records(10, 1);
    JSON_AUTO *part = cut_list(list, AS_FITS, 60, STR("[?name == \"x\"]"), &cut);
    cut_text(cut, &out);
    assert_non_null(strstr(buf_cstr(&out), "the first 2 of 10 records"));
    assert_non_null(strstr(buf_cstr(&out), "query=\"[?name == \\\"x\\\"] | [2:]\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_query),        cmocka_unit_test(what_is_only_the_rest),
        cmocka_unit_test(all_records_come_once), cmocka_unit_test(as_many_as_fit),
        cmocka_unit_test(the_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
