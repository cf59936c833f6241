// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/cancel.h"
#include "base/work.h"

// A gate that jobs wait at: no test waits for time.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool is_open;
static int inside;
static atomic_int done;

static void wait_at_gate(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&lock);
    inside++;
    pthread_cond_broadcast(&changed);
    while (!is_open)
        pthread_cond_wait(&changed, &lock);
    inside--;
    pthread_mutex_unlock(&lock);
    atomic_fetch_add(&done, 1);
}

static void wait_until_inside(int n)
{
    pthread_mutex_lock(&lock);
    while (inside < n)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void set_gate(bool open)
{
    pthread_mutex_lock(&lock);
    is_open = open;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void a_full_queue_refuses(void **state)
{
    (void)state;
    atomic_store(&done, 0);
    set_gate(false);
    struct work_pool *pool = work_pool_new(2, 3);
    assert_int_equal(work_pool_busy(pool), 0);
    for (int i = 0; i < 5; i++)
        assert_true(work_pool_submit(pool, wait_at_gate, NULL));
    assert_false(work_pool_submit(pool, wait_at_gate, NULL));
    wait_until_inside(2); // both threads run, three jobs wait
    assert_int_equal(work_pool_busy(pool), 5);
    assert_false(work_pool_submit(pool, wait_at_gate, NULL));
    set_gate(true);
    work_pool_free(pool); // waits for the queued ones too
    assert_int_equal(atomic_load(&done), 5);
    work_pool_free(NULL);
}

static void no_queue(void **state)
{
    (void)state;
    set_gate(false);
    struct work_pool *pool = work_pool_new(1, 0);
    assert_true(work_pool_submit(pool, wait_at_gate, NULL));
    assert_false(work_pool_submit(pool, wait_at_gate, NULL));
    set_gate(true);
    work_pool_free(pool);
}

static void add_one(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static struct work_pool *shared;
static atomic_int sum, refused;

static void *submitter(void *arg)
{
    (void)arg;
    for (int i = 0; i < 5000; i++)
        if (!work_pool_submit(shared, add_one, &sum))
            atomic_fetch_add(&refused, 1);
    return NULL;
}

static void nothing_is_lost(void **state)
{
    (void)state;
    shared = work_pool_new(4, 1000);
    pthread_t ids[3];
    for (size_t i = 0; i < 3; i++)
        pthread_create(&ids[i], NULL, submitter, NULL);
    for (size_t i = 0; i < 3; i++)
        pthread_join(ids[i], NULL);
    work_pool_free(shared);
    assert_int_equal(atomic_load(&sum) + atomic_load(&refused), 15000);
}

static void cancelling(void **state)
{
    (void)state;
    struct cancel c;
    atomic_int woken = 0;
    assert_false(cancel_is_set(NULL));
    cancel_init(&c);
    assert_false(cancel_is_set(&c));
    assert_true(cancel_hook(&c, add_one, &woken));
    assert_true(cancel_hook(&c, NULL, NULL));
    assert_true(cancel_hook(&c, add_one, &woken));
    cancel_set(&c);
    cancel_set(&c);
    assert_true(cancel_is_set(&c));
    assert_int_equal(woken, 1);
    assert_false(cancel_hook(&c, add_one, &woken)); // too late: the caller must not begin to wait
    assert_int_equal(woken, 1);
    cancel_release(&c);
}

static void *canceller(void *arg)
{
    cancel_set(arg);
    return NULL;
}

static void cancelling_from_other_threads(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct cancel c;
        atomic_int woken = 0;
        pthread_t ids[2];
        cancel_init(&c);
        for (size_t i = 0; i < ARRAY_LEN(ids); i++)
            pthread_create(&ids[i], NULL, canceller, &c);
        bool hooked = cancel_hook(&c, add_one, &woken);
        for (size_t i = 0; i < ARRAY_LEN(ids); i++)
            pthread_join(ids[i], NULL);
        assert_int_equal(woken, hooked);
        assert_true(cancel_is_set(&c));
        cancel_release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_queue_refuses),
        cmocka_unit_test(no_queue),
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(cancelling),
        cmocka_unit_test(cancelling_from_other_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
