// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/attr.h"
#include "idp/idp.h"

// Every number an administrator can meet on the way of this product.
static const int must_know[] = {
    16000,   28000,   28002,   28003,   50001,   50011,   50020,   50034,   50053,   50055,
    50057,   50058,   50059,   50072,   50074,   50076,   50078,   50079,   50097,   50105,
    50126,   50146,   50147,   50148,   50158,   50173,   50194,   50196,   53000,   53001,
    53003,   54005,   65001,   65004,   70000,   70001,   70002,   70003,   70008,   70011,
    70016,   70018,   70019,   70020,   70043,   90002,   90008,   90009,   90014,   90023,
    90094,   90095,   90102,   90124,   90130,   500011,  500112,  500113,  500117,  501481,
    501491,  530033,  650052,  650053,  650056,  650057,  700003,  700005,  700007,  700016,
    700022,  700025,  700051,  700054,  700082,  700084,  900023,  900144,  900561,  900971,
    901002,  1002012, 7000112, 7000215, 7000216, 7000218, 7000222, 9001023, 9002313, 9002325,
    9002326, 9002327, 9002332, 9010010, 70021,   700024,  700027,  700211,  700212,  700213,
    700229,  7002131, 7002137, 7002138,
};

static void aadsts_is_found_in_hostile_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int number;
    } cases[] = {
        { "", 0 },
        { "AADSTS", 0 },
        { "AADSTS:", 0 },
        { "AADSTSx50011", 0 },
        { "AADSTS-50011", 0 },
        { "aadsts50011", 0 },
        { "AADSTS99999999999999999999", 0 },
        { "AADSTS1234567890", 0 },
        { "AADSTS0", 0 },
        { "AADSTSAADSTS50011: twice", 50011 },
        { "AADSTS AADSTS7000218", 7000218 },
        { "AADSTS50011: The redirect URI", 50011 },
        { "text before AADSTS700016 and AADSTS50011 after", 700016 },
        { "AADSTS70002: Error validating credentials. AADSTS54005: used", 70002 },
        { "AADSTS9010010", 9010010 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(aadsts_in(str_c(cases[i].text)), cases[i].number);
    assert_int_equal(aadsts_in(STR_NONE), 0);
    assert_int_equal(aadsts_in(STR("A\0DSTS50011\0AADSTS50020")), 50020);
    // A view that ends inside the number: nothing behind it is read.
    assert_int_equal(aadsts_in(str_of("AADSTS50011", 8)), 50);
}

static void rows_are_sorted_without_doubles(void **state)
{
    (void)state;
    size_t count;
    const struct explanation *rows = explain_table(&count);
    for (size_t i = 1; i < count; i++) {
        if (rows[i - 1].aadsts == 0 && rows[i].aadsts == 0)
            assert_true(strcmp(rows[i - 1].error, rows[i].error) < 0);
        else
            assert_true(rows[i - 1].aadsts < rows[i].aadsts);
    }
}

static void rows_are_whole(void **state)
{
    (void)state;
    size_t count;
    const struct explanation *rows = explain_table(&count);
    for (size_t i = 0; i < count; i++) {
        const char *texts[] = { rows[i].title, rows[i].cause, rows[i].fix };
        assert_true(rows[i].aadsts || rows[i].error);
        size_t all = 0;
        for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
            struct str s = str_c(texts[t]);
            assert_true(s.n > 8 && str_is_utf8(s));
            assert_int_equal(s.p[s.n - 1] == '.' || s.p[s.n - 1] == '?' || s.p[s.n - 1] == ')', 1);
            all += s.n;
        }
        assert_true(all < 520); // fits into struct err with its numbers
    }
}

static void every_row_is_found_again(void **state)
{
    (void)state;
    size_t count;
    const struct explanation *rows = explain_table(&count);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(rows[i].aadsts ? explain_aadsts(rows[i].aadsts)
                                        : explain_error(rows[i].error, STR_NONE),
                         &rows[i]);
}

static void unknown_is_null(void **state)
{
    (void)state;
    assert_null(explain_aadsts(0));
    assert_null(explain_aadsts(-50011));
    assert_null(explain_aadsts(1));
    assert_null(explain_aadsts(99999999));
    assert_null(explain_error(NULL, STR_NONE));
    assert_null(explain_error("", STR("")));
    assert_null(explain_error("zzz", STR("nothing")));
}

static void the_numbers_to_know_are_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(must_know); i++)
        if (!explain_aadsts(must_know[i]))
            fail_msg("no row for AADSTS%d", must_know[i]);
}

static void number_wins_over_word(void **state)
{
    (void)state;
    assert_int_equal(explain_error("invalid_client", STR("AADSTS7000222: expired"))->aadsts,
                     7000222);
    assert_int_equal(explain_error("invalid_client", STR("AADSTS12345678: new"))->aadsts, 0);
    assert_string_equal(explain_error("invalid_client", STR_NONE)->error, "invalid_client");
}

// The guide's table of common errors: its four rows, with the words its readers will search for.
static void guide_rows_say_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        int aadsts;
        const char *must_say;
    } rows[] = {
        { "invalid_audience", 0, "OIDCPROXY_AUTH_AUDIENCE must equal the application (client) ID" },
        { "unauthorized_client", 70001, "Supported account types" },
        { "redirect_localhost_6274", 0, "Mobile and desktop applications" },
        { "forbidden_after_sign_in", 0, "ZSCALER_MCP_AUTH_ENABLED=false" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct explanation *row =
            rows[i].aadsts ? explain_aadsts(rows[i].aadsts) : explain_error(rows[i].word, STR_NONE);
        assert_non_null(row);
        assert_non_null(strstr(row->fix, rows[i].must_say));
        assert_int_equal(row->whose, WHOSE_ADMIN);
    }
}

static void what_ends_a_grant(void **state)
{
    (void)state;
    static const int dead[] = { 50173, 700082, 700084, 70008, 70043, 54005, 65001, 50057, 9002313 };
    static const int alive[] = { 7000222, 7000215, 700025, 90009, 50196, 70016, 90002, 700016 };
    for (size_t i = 0; i < ARRAY_LEN(dead); i++)
        assert_true(explain_aadsts(dead[i])->fatal_for_grant);
    for (size_t i = 0; i < ARRAY_LEN(alive); i++)
        assert_false(explain_aadsts(alive[i])->fatal_for_grant);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aadsts_is_found_in_hostile_text),
        cmocka_unit_test(rows_are_sorted_without_doubles),
        cmocka_unit_test(rows_are_whole),
        cmocka_unit_test(every_row_is_found_again),
        cmocka_unit_test(unknown_is_null),
        cmocka_unit_test(the_numbers_to_know_are_there),
        cmocka_unit_test(number_wins_over_word),
        cmocka_unit_test(guide_rows_say_what_to_do),
        cmocka_unit_test(what_ends_a_grant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
