// SPDX-License-Identifier: MIT
// What only the store in memory does: a maximum of entries and of bytes, and burying the dead.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/store_int.h"

#define NOW 1800000000

static int freeze(void **state)
{
    (void)state;
    clock_freeze(NOW);
    return 0;
}

static enum spent claim(struct spent_store *s, int i, int64_t ttl)
{
    char key[16];
    snprintf(key, sizeof key, "k%d", i);
    return spent_claim(s, str_c(key), ttl, NULL);
}

static void full_is_unavailable_and_evicts_nothing(void **state)
{
    (void)state;
    struct spent_store *s = spent_memory_new(100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(claim(s, i, 60 + i), SPENT_FIRST);
    assert_int_equal(claim(s, 100, 60), SPENT_UNAVAILABLE);
    assert_false(spent_put(s, STR("new"), STR("v"), 60));
    for (int i = 0; i < 100; i++)
        assert_int_equal(claim(s, i, 60), SPENT_AGAIN);
    assert_true(spent_put(s, STR("k5"), STR("v"), 60)); // an old one may get a value
    clock_freeze(NOW + 60);
    assert_int_equal(claim(s, 100, 60), SPENT_FIRST); // k0 is dead
    assert_int_equal(claim(s, 101, 60), SPENT_UNAVAILABLE);
    spent_free(s);
}

static void a_store_of_none_is_unavailable(void **state)
{
    (void)state;
    struct spent_store *s = spent_memory_new(0);
    assert_int_equal(claim(s, 1, 60), SPENT_UNAVAILABLE);
    spent_free(s);
}

static void the_dead_are_buried(void **state)
{
    (void)state;
    struct spent_store *s = spent_memory_new(100000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(claim(s, i, 10), SPENT_FIRST);
    assert_int_equal(spent_memory_count(s), 1000);
    clock_freeze(NOW + 10);
    for (int i = 1000; i < 1010; i++)
        assert_int_equal(claim(s, i, 10), SPENT_FIRST);
    assert_int_equal(spent_memory_count(s), 10);
    spent_free(s);
}

static void values_together_have_a_maximum(void **state)
{
    (void)state;
    struct spent_store *s = spent_memory_new(100000);
    char *bytes = calloc(1, SPENT_VALUE_MAX);
    struct str value = str_of(bytes, SPENT_VALUE_MAX);
    int stored = 0;
    char key[16];
    for (bool ok = true; ok && stored < 10000; stored += ok) {
        snprintf(key, sizeof key, "v%d", stored);
        ok = spent_put(s, str_c(key), value, 10);
    }
    assert_int_equal(stored, 64 * 1024 * 1024 / SPENT_VALUE_MAX);
    assert_int_equal(claim(s, 1, 60), SPENT_FIRST); // claims need no such room
    clock_freeze(NOW + 10);
    assert_true(spent_put(s, STR("later"), value, 10));
    free(bytes);
    spent_free(s);
}

static void an_expired_value_leaves_its_claim(void **state)
{
    (void)state;
    struct spent_store *s = spent_memory_new(100);
    assert_int_equal(claim(s, 1, 1000), SPENT_FIRST);
    assert_true(spent_put(s, STR("k1"), STR("v"), 5));
    clock_freeze(NOW + 5);
    assert_int_equal(claim(s, 2, 10), SPENT_FIRST); // sweeps
    assert_int_equal(spent_memory_count(s), 2);
    assert_int_equal(claim(s, 1, 10), SPENT_AGAIN);
    spent_free(s);
}

// Lines that the log has got so far.
static int lines_of(FILE *log)
{
    int lines = 0;
    rewind(log);
    for (int c; (c = fgetc(log)) != EOF;)
        lines += c == '\n';
    return lines;
}

static void failures_are_logged_once_a_minute(void **state)
{
    (void)state;
    struct spent_store *s = spent_memory_new(0);
    FILE *log = tmpfile();
    assert_non_null(log);
    log_setup(fileno(log), LOG_FORMAT_TEXT, LOG_INFO);
    for (int i = 0; i < 100; i++)
        assert_int_equal(claim(s, i, 60), SPENT_UNAVAILABLE);
    assert_int_equal(lines_of(log), 1);
    s->complained_ms -= SPENT_COMPLAINT_MS; // a minute later
    assert_int_equal(claim(s, 1, 60), SPENT_UNAVAILABLE);
    assert_int_equal(claim(s, 1, 60), SPENT_UNAVAILABLE);
    assert_int_equal(lines_of(log), 2);
    char text[4096] = "";
    rewind(log);
    assert_true(fread(text, 1, sizeof text - 1, log) > 0);
    assert_non_null(strstr(text, "store=memory"));
    assert_non_null(strstr(text, "failures=100")); // 99 unsaid ones and this
    log_setup(2, LOG_FORMAT_TEXT, LOG_INFO);
    fclose(log);
    spent_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(full_is_unavailable_and_evicts_nothing, freeze),
        cmocka_unit_test_setup(a_store_of_none_is_unavailable, freeze),
        cmocka_unit_test_setup(the_dead_are_buried, freeze),
        cmocka_unit_test_setup(values_together_have_a_maximum, freeze),
        cmocka_unit_test_setup(an_expired_value_leaves_its_claim, freeze),
        cmocka_unit_test_setup(failures_are_logged_once_a_minute, freeze),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
