// SPDX-License-Identifier: MIT
// Arenas, tables and secrets: who frees what, and when; and randomness.
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/table.h"

static void arena_memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *a = arena_new();
    static const char zeros[300000];
    size_t total = 0;
    for (size_t n = 0; n < 200000; n = n * 3 / 2 + 1) {
        char *p = arena_alloc(a, n);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        assert_memory_equal(p, zeros, n);
        memset(p, 0xAA, n);
        total += n;
    }
    assert_int_equal(arena_size(a), total);
}

static void arena_pieces_do_not_overlap(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *pieces[3000];
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        pieces[i] = memset(arena_alloc(a, i % 700), (int)(i % 251), i % 700);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        for (size_t k = 0; k < i % 700; k++)
            assert_int_equal((unsigned char)pieces[i][k], i % 251);
}

static void arena_texts(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *a = arena_new();
    assert_string_equal(arena_cstr(a, STR_NONE), "");
    struct str s = arena_str(a, STR("a\0b"));
    assert_memory_equal(s.p, "a\0b", 4);
    assert_true(str_is(arena_printf(a, "%s-%d", "x", 7), "x-7"));
    assert_true(str_is(arena_printf(a, "%s", ""), ""));
}

static char order[8];

static void note(void *p)
{
    size_t n = strlen(order);
    order[n] = *(char *)p;
}

static void arena_defers_last_first(void **state)
{
    (void)state;
    memset(order, 0, sizeof(order));
    struct arena *a = arena_new();
    arena_defer(a, note, (char[]){ "a" });
    arena_defer(a, note, (char[]){ "b" });
    arena_defer(a, note, (char *)(uintptr_t)arena_cstr(a, STR("c"))); // arena memory is still there
    arena_free(a);
    assert_string_equal(order, "cba");
    arena_free(NULL);
}

static size_t freed;

static void count_free(void *p)
{
    freed++;
    free(p);
}

static void *boxed(int n)
{
    int *p = malloc(sizeof(*p));
    assert_non_null(p);
    *p = n;
    return p;
}

static void table_evicts_the_least_recently_used(void **state)
{
    (void)state;
    freed = 0;
    struct table *t = table_new(3, count_free);
    assert_null(table_get(t, STR("a")));
    assert_false(table_remove(t, STR("a")));
    table_put(t, STR("a"), boxed(1));
    table_put(t, STR("b"), boxed(2));
    table_put(t, STR(""), boxed(3));
    assert_int_equal(*(int *)table_get(t, STR("a")), 1); // used: b is the oldest now
    table_put(t, STR("a\0"), boxed(4));                  // another key than "a"
    assert_int_equal(freed, 1);
    assert_null(table_get(t, STR("b")));
    assert_int_equal(*(int *)table_get(t, STR("")), 3);
    table_put(t, STR("a"), boxed(5)); // replaces
    assert_int_equal(freed, 2);
    assert_int_equal(table_count(t), 3);
    assert_int_equal(*(int *)table_get(t, STR("a")), 5);
    assert_true(table_remove(t, STR("a")));
    assert_int_equal(freed, 3);
    table_free(t);
    assert_int_equal(freed, 5);
    table_free(NULL);
}

static bool is_even(struct str key, void *value, void *ctx)
{
    (void)key;
    ++*(size_t *)ctx;
    return *(int *)value % 2 == 0;
}

static void table_of_many(void **state)
{
    (void)state;
    freed = 0;
    CLEANUP(table_free) struct table *t = table_new(5000, count_free);
    char key[32];
    for (int i = 0; i < 20000; i++) {
        snprintf(key, sizeof(key), "key number %d", i);
        table_put(t, str_c(key), boxed(i));
        assert_true(table_count(t) <= 5000);
    }
    assert_int_equal(freed, 15000);
    for (int i = 0; i < 20000; i++) {
        snprintf(key, sizeof(key), "key number %d", i);
        int *v = table_get(t, str_c(key));
        assert_true(i < 15000 ? !v : v && *v == i);
    }
    size_t seen = 0;
    table_each(t, is_even, &seen);
    assert_int_equal(seen, 5000);
    assert_int_equal(table_count(t), 2500);
}

// A key that is a view of the entry which goes: it is copied before.
static bool put_own_key(struct str key, void *value, void *ctx)
{
    (void)value;
    *(struct str *)ctx = key;
    return true;
}

static void table_key_of_the_evicted(void **state)
{
    (void)state;
    CLEANUP(table_free) struct table *t = table_new(1, NULL);
    table_put(t, STR("abc"), (void *)1);
    struct str key;
    table_each(t, put_own_key, &key);
    table_put(t, str_slice(key, 1, 3), (void *)2);
    assert_null(table_get(t, STR("abc")));
    assert_ptr_equal(table_get(t, STR("bc")), (void *)2);
}

static void secrets(void **state)
{
    (void)state;
    struct secret s = secret_of(STR("hush"));
    assert_true(str_is(secret_reveal(&s), "hush"));
    secret_release(&s);
    assert_null(s.p);
    assert_int_equal(secret_reveal(&s).n, 0);
    secret_release(&s);
    char bytes[] = "hush";
    wipe(bytes, 4);
    assert_memory_equal(bytes, "\0\0\0\0", 4);
}

static void randoms(void **state)
{
    (void)state;
    char a[33], b[33], none[1] = { 'x' };
    random_hex(a, 16);
    random_hex(b, 16);
    assert_int_equal(strlen(a), 32);
    assert_int_equal(strspn(a, "0123456789abcdef"), 32);
    assert_string_not_equal(a, b);
    random_hex(none, 0);
    assert_string_equal(none, "");
}

// T51: getrandom() that fails must not lead to ids that can be guessed.
static void randomness_that_fails(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { ARRAY_LEN(rules), rules };
    unsigned char bytes[16];
    signal(SIGABRT, SIG_DFL);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        _exit(77);
    random_bytes(bytes, sizeof bytes);
    _exit(0);
}

static void T51_without_randomness_the_process_stops(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0)
        randomness_that_fails();
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip(); // seccomp is forbidden here
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

// T51: nothing is kept from which a forked process would draw the same.
static void T51_a_forked_process_draws_other_bytes(void **state)
{
    (void)state;
    unsigned char ours[16], theirs[16] = { 0 };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    random_bytes(ours, sizeof ours);
    pid_t child = fork();
    if (child == 0) {
        random_bytes(theirs, sizeof theirs);
        _exit(write(ends[1], theirs, sizeof theirs) != sizeof theirs);
    }
    random_bytes(ours, sizeof ours);
    assert_int_equal(read(ends[0], theirs, sizeof theirs), sizeof theirs);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_memory_not_equal(ours, theirs, sizeof ours);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_memory_is_zeroed_and_aligned),
        cmocka_unit_test(arena_pieces_do_not_overlap),
        cmocka_unit_test(arena_texts),
        cmocka_unit_test(arena_defers_last_first),
        cmocka_unit_test(table_evicts_the_least_recently_used),
        cmocka_unit_test(table_of_many),
        cmocka_unit_test(table_key_of_the_evicted),
        cmocka_unit_test(secrets),
        cmocka_unit_test(randoms),
        cmocka_unit_test(T51_without_randomness_the_process_stops),
        cmocka_unit_test(T51_a_forked_process_draws_other_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
