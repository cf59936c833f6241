// SPDX-License-Identifier: MIT
// What every store promises: each case runs on each kind of store.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/spent.h"
#include "redis_server.h"

#define NOW     1800000000
#define THREADS 64

static struct spent_store *store;
static char dir[32], path[48];
static struct redis_server redis;

static int open_memory(void **state)
{
    (void)state;
    clock_freeze(NOW);
    store = spent_memory_new(10000);
    return 0;
}

static int open_sqlite(void **state)
{
    (void)state;
    clock_freeze(NOW);
    snprintf(dir, sizeof dir, "/tmp/spent-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/spent.db", dir);
    struct err err;
    return spent_sqlite_new(path, &store, &err) ? 0 : -1;
}

static int start_redis(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    redis_server_start(&redis, NULL);
    return 0;
}

static int end_redis(void **state)
{
    (void)state;
    redis_server_end(&redis);
    return 0;
}

static int open_redis(void **state)
{
    (void)state;
    clock_freeze(NOW);
    redis_say(&redis, "FLUSHALL");
    struct err err;
    return spent_redis_new(redis.url, &store, &err) ? 0 : -1;
}

static int close_store(void **state)
{
    (void)state;
    spent_free(store);
    clock_freeze(0);
    unlink(path);
    rmdir(dir);
    return 0;
}

// The value that a claim or look answered with.
static void assert_value(enum spent want, enum spent (*ask)(struct buf *), const char *value)
{
    struct buf out = BUF_INIT(SPENT_VALUE_MAX);
    assert_int_equal(ask(&out), want);
    assert_string_equal(buf_cstr(&out), value);
    buf_release(&out);
}

static enum spent look_a(struct buf *out)
{
    return spent_look(store, STR("a"), out);
}

static enum spent claim_a(struct buf *out)
{
    return spent_claim(store, STR("a"), 60, out);
}

static void several_are_looked_at_together(void **state)
{
    (void)state;
    char longest[SPENT_KEY_MAX + 1];
    memset(longest, 'k', sizeof longest);
    struct str keys[SPENT_LOOK_MAX + 1] = { STR("a"), STR("none"), STR("claimed"), STR("dead") };
    struct buf values[SPENT_LOOK_MAX + 1];
    bool there[SPENT_LOOK_MAX + 1];
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        buf_init(&values[i], SPENT_VALUE_MAX);
        if (i > 3)
            keys[i] = STR("x");
    }
    assert_true(spent_put(store, STR("a"), STR("value"), 60));
    assert_true(spent_put(store, STR("dead"), STR("value"), 5));
    assert_int_equal(spent_claim(store, STR("claimed"), 60, NULL), SPENT_FIRST);
    clock_freeze(NOW + 10);
    assert_true(spent_look_all(store, keys, 4, there, values));
    assert_true(there[0] && !there[1] && there[2] && !there[3]);
    assert_string_equal(buf_cstr(&values[0]), "value");
    assert_int_equal(values[1].n + values[2].n + values[3].n, 0);
    assert_true(spent_look_all(store, keys, 0, there, values));
    assert_true(spent_look_all(store, keys, SPENT_LOOK_MAX, there, values));
    assert_false(spent_look_all(store, keys, SPENT_LOOK_MAX + 1, there, values));
    keys[1] = str_of(longest, sizeof longest);
    assert_false(spent_look_all(store, keys, 2, there, values));
    keys[1] = STR("");
    assert_false(spent_look_all(store, keys, 2, there, values));
    for (size_t i = 0; i < ARRAY_LEN(values); i++)
        buf_release(&values[i]);
}

static void bad_keys_are_unavailable(void **state)
{
    (void)state;
    char longest[SPENT_KEY_MAX + 1];
    memset(longest, 'k', sizeof longest);
    struct str over = str_of(longest, sizeof longest), most = str_of(longest, SPENT_KEY_MAX);
    assert_int_equal(spent_claim(store, STR(""), 60, NULL), SPENT_UNAVAILABLE);
    assert_int_equal(spent_claim(store, over, 60, NULL), SPENT_UNAVAILABLE);
    assert_int_equal(spent_look(store, over, NULL), SPENT_UNAVAILABLE);
    assert_false(spent_put(store, over, STR("v"), 60));
    assert_int_equal(spent_claim(store, most, 60, NULL), SPENT_FIRST);
    assert_int_equal(spent_claim(store, most, 60, NULL), SPENT_AGAIN);
}

static void claimed_once(void **state)
{
    (void)state;
    assert_value(SPENT_FIRST, look_a, "");
    assert_value(SPENT_FIRST, claim_a, "");
    assert_value(SPENT_AGAIN, claim_a, "");
    assert_value(SPENT_AGAIN, look_a, "");
    assert_int_equal(spent_claim(store, STR("b"), 60, NULL), SPENT_FIRST);
}

static void look_changes_nothing(void **state)
{
    (void)state;
    assert_value(SPENT_FIRST, look_a, "");
    assert_value(SPENT_FIRST, look_a, "");
    assert_value(SPENT_FIRST, claim_a, "");
}

static void keys_are_bytes(void **state)
{
    (void)state;
    const struct str keys[] = { STR("k"), STR("k\0"),      STR("k\0x"),
                                STR("K"), STR("\xff\xfe"), STR("k' OR 1=1 --") };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        assert_int_equal(spent_claim(store, keys[i], 60, NULL), SPENT_FIRST);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        assert_int_equal(spent_claim(store, keys[i], 60, NULL), SPENT_AGAIN);
}

static void entries_die_at_their_second(void **state)
{
    (void)state;
    assert_value(SPENT_FIRST, claim_a, "");
    clock_freeze(NOW + 59);
    assert_value(SPENT_AGAIN, claim_a, "");
    clock_freeze(NOW + 60);
    assert_value(SPENT_FIRST, look_a, "");
    assert_value(SPENT_FIRST, claim_a, "");
    assert_value(SPENT_AGAIN, claim_a, "");
}

static void odd_ttls_are_clamped(void **state)
{
    (void)state;
    assert_int_equal(spent_claim(store, STR("zero"), 0, NULL), SPENT_FIRST);
    assert_int_equal(spent_claim(store, STR("zero"), 0, NULL), SPENT_AGAIN);
    assert_int_equal(spent_claim(store, STR("minus"), INT64_MIN, NULL), SPENT_FIRST);
    assert_int_equal(spent_claim(store, STR("minus"), 1, NULL), SPENT_AGAIN);
    assert_int_equal(spent_claim(store, STR("ever"), INT64_MAX, NULL), SPENT_FIRST);
    clock_freeze(NOW + SPENT_TTL_MAX - 1);
    assert_int_equal(spent_claim(store, STR("ever"), 1, NULL), SPENT_AGAIN);
    clock_freeze(NOW + SPENT_TTL_MAX);
    assert_int_equal(spent_claim(store, STR("ever"), 1, NULL), SPENT_FIRST);
}

static void values_are_given_back(void **state)
{
    (void)state;
    assert_value(SPENT_FIRST, claim_a, "");
    assert_true(spent_put(store, STR("a"), STR("answer"), 60));
    assert_value(SPENT_AGAIN, claim_a, "answer");
    assert_value(SPENT_AGAIN, look_a, "answer");
    assert_true(spent_put(store, STR("a"), STR("other"), 60));
    assert_value(SPENT_AGAIN, claim_a, "other");
    assert_true(spent_put(store, STR("a"), STR(""), 60));
    assert_value(SPENT_AGAIN, claim_a, "");
}

static void a_mark_needs_no_claim(void **state)
{
    (void)state;
    assert_true(spent_put(store, STR("a"), STR("revoked"), 60));
    assert_value(SPENT_AGAIN, look_a, "revoked");
    assert_value(SPENT_AGAIN, claim_a, "revoked");
    clock_freeze(NOW + 60);
    assert_value(SPENT_FIRST, look_a, "");
}

static void a_short_answer_does_not_shorten_the_claim(void **state)
{
    (void)state;
    assert_value(SPENT_FIRST, claim_a, "");
    assert_true(spent_put(store, STR("a"), STR("grace"), 10));
    clock_freeze(NOW + 9);
    assert_value(SPENT_AGAIN, claim_a, "grace");
    clock_freeze(NOW + 10);
    assert_value(SPENT_AGAIN, claim_a, "");
    clock_freeze(NOW + 59);
    assert_value(SPENT_AGAIN, look_a, "");
    clock_freeze(NOW + 60);
    assert_value(SPENT_FIRST, claim_a, "");
}

static void a_long_answer_lengthens_the_claim(void **state)
{
    (void)state;
    assert_value(SPENT_FIRST, claim_a, "");
    assert_true(spent_put(store, STR("a"), STR("v"), 600));
    clock_freeze(NOW + 599);
    assert_value(SPENT_AGAIN, claim_a, "v");
    clock_freeze(NOW + 600);
    assert_value(SPENT_FIRST, claim_a, "");
    assert_value(SPENT_AGAIN, claim_a, "");
}

static void large_values(void **state)
{
    (void)state;
    char *bytes = malloc(SPENT_VALUE_MAX + 1);
    for (size_t i = 0; i <= SPENT_VALUE_MAX; i++)
        bytes[i] = (char)i;
    assert_false(spent_put(store, STR("a"), str_of(bytes, SPENT_VALUE_MAX + 1), 60));
    assert_true(spent_put(store, STR("a"), str_of(bytes, SPENT_VALUE_MAX), 60));
    struct buf out = BUF_INIT(SPENT_VALUE_MAX);
    assert_int_equal(spent_look(store, STR("a"), &out), SPENT_AGAIN);
    assert_true(str_eq(buf_str(&out), str_of(bytes, SPENT_VALUE_MAX)));
    buf_release(&out);
    free(bytes);
}

static void many_entries_of_mixed_age(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    char key[32];
    for (int i = 0; i < COUNT; i++) {
        snprintf(key, sizeof key, "k%d", i);
        assert_int_equal(spent_claim(store, str_c(key), 1 + i * 7919 % COUNT, NULL), SPENT_FIRST);
        if (i % 3 == 0)
            assert_true(spent_put(store, str_c(key), str_c(key), 1 + i * 31 % 200));
    }
    clock_freeze(NOW + 500);
    for (int i = 0; i < COUNT; i++) {
        snprintf(key, sizeof key, "k%d", i);
        bool alive = 1 + i * 7919 % COUNT > 500;
        assert_int_equal(spent_claim(store, str_c(key), 9999, NULL),
                         alive ? SPENT_AGAIN : SPENT_FIRST);
    }
}

// --- threads ---

static pthread_barrier_t start;

static void *claim_the_same(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&start);
    return (void *)(intptr_t)spent_claim(store, STR("contested"), 60, NULL);
}

static void one_of_many_threads_is_first(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    int answers[3] = { 0 };
    pthread_barrier_init(&start, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, claim_the_same, NULL), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *answer;
        pthread_join(threads[i], &answer);
        answers[(intptr_t)answer]++;
    }
    pthread_barrier_destroy(&start);
    assert_int_equal(answers[SPENT_FIRST], 1);
    assert_int_equal(answers[SPENT_AGAIN], THREADS - 1);
}

static void *mix(void *arg)
{
    intptr_t firsts = 0, seed = (intptr_t)arg;
    char key[16];
    for (intptr_t i = 0; i < 50; i++) {
        struct buf out = BUF_INIT(SPENT_VALUE_MAX);
        snprintf(key, sizeof key, "k%d", (int)((i * 7 + seed) % 50));
        firsts += spent_claim(store, str_c(key), 60, &out) == SPENT_FIRST;
        if (!spent_put(store, str_c(key), str_c(key), 30) || (out.n && !str_is(buf_str(&out), key)))
            firsts += 1000;
        buf_release(&out);
    }
    return (void *)firsts;
}

static void threads_on_many_keys(void **state)
{
    (void)state;
    pthread_t threads[8];
    intptr_t firsts = 0;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, mix, (void *)(intptr_t)i), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *mine;
        pthread_join(threads[i], &mine);
        firsts += (intptr_t)mine;
    }
    assert_int_equal(firsts, 50);
}

#define CASES                                                                                      \
    X(several_are_looked_at_together)                                                              \
    X(bad_keys_are_unavailable)                                                                    \
    X(claimed_once)                                                                                \
    X(look_changes_nothing)                                                                        \
    X(keys_are_bytes)                                                                              \
    X(entries_die_at_their_second)                                                                 \
    X(odd_ttls_are_clamped)                                                                        \
    X(values_are_given_back)                                                                       \
    X(a_mark_needs_no_claim)                                                                       \
    X(a_short_answer_does_not_shorten_the_claim)                                                   \
    X(a_long_answer_lengthens_the_claim)                                                           \
    X(large_values)                                                                                \
    X(many_entries_of_mixed_age)                                                                   \
    X(one_of_many_threads_is_first)                                                                \
    X(threads_on_many_keys)

int main(void)
{
    const struct CMUnitTest memory[] = {
#define X(name) { #name, name, open_memory, close_store, NULL },
        CASES
#undef X
    };
    const struct CMUnitTest sqlite[] = {
#define X(name) { #name, name, open_sqlite, close_store, NULL },
        CASES
#undef X
    };
    const struct CMUnitTest in_redis[] = {
#define X(name) { #name, name, open_redis, close_store, NULL },
        CASES
#undef X
    };
    return cmocka_run_group_tests_name("memory", memory, NULL, NULL) +
           cmocka_run_group_tests_name("sqlite", sqlite, NULL, NULL) +
           cmocka_run_group_tests_name("redis", in_redis, start_redis, end_redis);
}
