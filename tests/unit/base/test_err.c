// SPDX-License-Identifier: MIT
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/err.h"

static void keeps_whole_utf8(void **state)
{
    (void)state;
    struct err err;
    char text[700];
    for (size_t pad = 590; pad < 600; pad++) { // the cut falls on every byte of the character
        memset(text, 'x', pad);
        memcpy(text + pad, "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80", 13);
        assert_false(err_set(&err, ERR_IO, "%s", text));
        assert_true(str_is_utf8(err_text(&err)));
        assert_int_equal(err_text(&err).n, pad + (599 - pad) / 4 * 4);
    }
    err_set(&err, ERR_IO, "a\xff\xc3(");
    assert_string_equal(err.text, "a?\?(");
    err_set(&err, ERR_IO, "end \xc3"); // not cut by us: not hidden either
    assert_string_equal(err.text, "end ?");
}

static void sets_all_and_prefixes(void **state)
{
    (void)state;
    struct err err = { .aadsts = 50011, .retry_after = 3 };
    err_set(&err, ERR_TIMEOUT, "no answer from %s", "host");
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_int_equal(err.aadsts, 0);
    assert_int_equal(err.retry_after, 0);
    err.aadsts = 7;
    assert_false(err_prefix(&err, "keys of '%s'", "idp"));
    assert_string_equal(err.text, "keys of 'idp': no answer from host");
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_int_equal(err.aadsts, 7);
    err_set(&err, ERR_IO, "[%s]", err.text); // an argument may be the text itself
    assert_string_equal(err.text, "[keys of 'idp': no answer from host]");
    assert_false(err_set(NULL, ERR_IO, "nobody listens"));
    assert_false(err_prefix(NULL, "nobody"));
    for (int i = 0; i < 100; i++)
        err_prefix(&err, "once more");
    assert_int_equal(err_text(&err).n, sizeof(err.text) - 1);
}

static void codes(void **state)
{
    (void)state;
    assert_string_equal(err_info(ERR_TOKEN_AUDIENCE)->name, "TOKEN_AUDIENCE");
    assert_int_equal(err_info(ERR_TOKEN_AUDIENCE)->http_status, 401);
    assert_string_equal(err_info((enum err_code)9999)->name, "INTERNAL");
    for (unsigned c = ERR_NONE + 1; c < ERR_COUNT; c++) {
        const struct err_info *info = err_info((enum err_code)c);
        assert_in_range(info->http_status, 200, 599);
        assert_true(info->rpc_code <= 0);
    }
    assert_string_equal(err_errno(ENOENT), "No such file or directory");
}

static void iso_times(void **state)
{
    (void)state;
    static const struct {
        int64_t when;
        const char *text;
    } cases[] = {
        { 0, "1970-01-01T00:00:00Z" },          { 1795489658, "2026-11-24T03:07:38Z" },
        { 951782400, "2000-02-29T00:00:00Z" },  { 4107542399, "2100-02-28T23:59:59Z" },
        { 4107542400, "2100-03-01T00:00:00Z" }, { -1, "1969-12-31T23:59:59Z" },
        { INT64_MAX, "9999-12-31T23:59:59Z" },  { INT64_MIN, "0000-01-01T00:00:00Z" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[21];
        clock_iso(cases[i].when, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void frozen_clock(void **state)
{
    (void)state;
    clock_freeze(1000);
    assert_int_equal(clock_now(), 1000);
    assert_int_equal(clock_now_ms(), 1000000);
    int64_t mono = clock_mono_ms();
    assert_true(clock_mono_ms() >= mono);
    clock_freeze(0);
    assert_true(clock_now() > 1700000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_whole_utf8),
        cmocka_unit_test(sets_all_and_prefixes),
        cmocka_unit_test(codes),
        cmocka_unit_test(iso_times),
        cmocka_unit_test(frozen_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
