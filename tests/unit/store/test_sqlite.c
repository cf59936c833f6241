// SPDX-License-Identifier: MIT
// What only the store on disk does: restarts, other processes, failures, strange files.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/store_int.h"

#define NOW 1800000000

static char dir[32], path[48];

static int setup(void **state)
{
    (void)state;
    clock_freeze(NOW);
    snprintf(dir, sizeof dir, "/tmp/spent-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/spent.db", dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
    rmdir(dir);
    clock_freeze(0);
    return 0;
}

static struct spent_store *opened(void)
{
    struct spent_store *s = NULL;
    struct err err = { 0 };
    if (!spent_sqlite_new(path, &s, &err))
        fail_msg("%s", err.text);
    return s;
}

static void refused(enum err_code code, const char *part)
{
    struct spent_store *s = NULL;
    struct err err = { 0 };
    assert_false(spent_sqlite_new(path, &s, &err));
    assert_null(s);
    assert_int_equal(err.code, code);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" is not in: %s", part, err.text);
}

static void by_hand(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void no_folder(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "%s/no/spent.db", dir);
    refused(ERR_IO, "No such file");
}

static void not_a_file(void **state)
{
    (void)state;
    assert_int_equal(symlink("elsewhere", path), 0);
    refused(ERR_IO, "not a regular file");
}

static void not_a_database(void **state)
{
    (void)state;
    FILE *f = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is no database\n", f);
    fclose(f);
    refused(ERR_IO, "not a database");
}

static void of_a_newer_program(void **state)
{
    (void)state;
    by_hand("PRAGMA user_version = 7");
    refused(ERR_IO, "version 7");
}

static void of_another_program(void **state)
{
    (void)state;
    by_hand("CREATE TABLE spent (x); PRAGMA user_version = 1");
    refused(ERR_IO, "not one of ours");
}

static mode_t mode_of(const char *name)
{
    struct stat st;
    assert_int_equal(stat(name, &st), 0);
    return st.st_mode & 0777;
}

static void nobody_else_may_read_it(void **state)
{
    (void)state;
    mode_t before = umask(0);
    struct spent_store *s = opened();
    assert_int_equal(spent_claim(s, STR("k"), 60, NULL), SPENT_FIRST);
    char wal[64];
    snprintf(wal, sizeof wal, "%s-wal", path);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(mode_of(wal), 0600);
    spent_free(s);
    chmod(path, 0644);
    s = opened();
    assert_int_equal(mode_of(path), 0600);
    spent_free(s);
    umask(before);
}

static void survives_a_restart(void **state)
{
    (void)state;
    struct spent_store *s = opened();
    assert_int_equal(spent_claim(s, STR("code:1"), 60, NULL), SPENT_FIRST);
    assert_true(spent_put(s, STR("mark"), STR("v"), 60));
    spent_free(s);
    s = opened();
    assert_int_equal(spent_claim(s, STR("code:1"), 60, NULL), SPENT_AGAIN);
    struct buf out = BUF_INIT(16);
    assert_int_equal(spent_look(s, STR("mark"), &out), SPENT_AGAIN);
    assert_string_equal(buf_cstr(&out), "v");
    buf_release(&out);
    clock_freeze(NOW + 60);
    assert_int_equal(spent_claim(s, STR("code:1"), 60, NULL), SPENT_FIRST);
    spent_free(s);
}

static void survives_a_crash(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct spent_store *s = NULL;
        struct err err;
        bool ok =
            spent_sqlite_new(path, &s, &err) && spent_claim(s, STR("k"), 60, NULL) == SPENT_FIRST;
        _exit(ok ? 0 : 1); // nothing is closed
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct spent_store *s = opened();
    assert_int_equal(spent_claim(s, STR("k"), 60, NULL), SPENT_AGAIN);
    spent_free(s);
}

// Each process claims the same 200 keys; the exit status is how many it was first for.
static int claim_all(void)
{
    struct spent_store *s = NULL;
    struct err err;
    if (!spent_sqlite_new(path, &s, &err))
        return 255;
    int firsts = 0;
    for (int i = 0; i < 200; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        enum spent answer = spent_claim(s, str_c(key), 60, NULL);
        if (answer == SPENT_UNAVAILABLE)
            return 254;
        firsts += answer == SPENT_FIRST;
    }
    spent_free(s);
    return firsts;
}

static void processes_share_a_file(void **state)
{
    (void)state;
    pid_t children[2];
    int firsts = 0;
    for (size_t i = 0; i < ARRAY_LEN(children); i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(claim_all());
    }
    for (size_t i = 0; i < ARRAY_LEN(children); i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) <= 200);
        firsts += WEXITSTATUS(status);
    }
    assert_int_equal(firsts, 200);
}

static void a_full_disk_closes_and_recovers(void **state)
{
    (void)state;
    struct spent_store *s = opened();
    static char bytes[SPENT_VALUE_MAX];
    assert_int_equal(spent_claim(s, STR("before"), 600, NULL), SPENT_FIRST);
    spent_sqlite_tune(s, 50, 1); // no smaller than the file is
    assert_false(spent_put(s, STR("big"), str_of(bytes, sizeof bytes), 60));
    char key[SPENT_KEY_MAX + 1];
    enum spent answer = SPENT_FIRST;
    int claimed = 0;
    for (; answer == SPENT_FIRST && claimed < 1000; claimed += answer == SPENT_FIRST) {
        snprintf(key, sizeof key, "%0*d", SPENT_KEY_MAX, claimed);
        answer = spent_claim(s, str_c(key), 60, NULL);
    }
    assert_int_equal(answer, SPENT_UNAVAILABLE);
    assert_int_equal(spent_claim(s, STR("before"), 600, NULL), SPENT_AGAIN);
    spent_sqlite_tune(s, 50, 1000);
    assert_int_equal(spent_claim(s, str_c(key), 60, NULL), SPENT_FIRST);
    assert_true(spent_put(s, STR("big"), str_of(bytes, sizeof bytes), 60));
    spent_free(s);
}

static void another_writer_closes_and_recovers(void **state)
{
    (void)state;
    struct spent_store *s = opened();
    assert_int_equal(spent_claim(s, STR("before"), 60, NULL), SPENT_FIRST);
    spent_sqlite_tune(s, 10, 1000);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(spent_claim(s, STR("k"), 60, NULL), SPENT_UNAVAILABLE);
    assert_false(spent_put(s, STR("k"), STR("v"), 60));
    assert_int_equal(spent_look(s, STR("before"), NULL), SPENT_AGAIN); // readers do not wait
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(spent_claim(s, STR("k"), 60, NULL), SPENT_FIRST);
    sqlite3_close(db);
    spent_free(s);
}

static void a_dropped_table_is_unavailable(void **state)
{
    (void)state;
    struct spent_store *s = opened();
    by_hand("DROP TABLE spent");
    assert_int_equal(spent_claim(s, STR("k"), 60, NULL), SPENT_UNAVAILABLE);
    assert_int_equal(spent_look(s, STR("k"), NULL), SPENT_UNAVAILABLE);
    spent_free(s);
}

static void the_dead_are_buried(void **state)
{
    (void)state;
    struct spent_store *s = opened();
    char key[16];
    for (int i = 0; i < 300; i++) {
        snprintf(key, sizeof key, "k%d", i);
        assert_int_equal(spent_claim(s, str_c(key), 10, NULL), SPENT_FIRST);
    }
    assert_int_equal(spent_sqlite_rows(s), 300);
    clock_freeze(NOW + 10);
    for (int i = 0; i < 128; i++) { // two sweeps of 256 rows
        snprintf(key, sizeof key, "n%d", i);
        assert_int_equal(spent_claim(s, str_c(key), 10, NULL), SPENT_FIRST);
    }
    assert_int_equal(spent_sqlite_rows(s), 128);
    spent_free(s);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(no_folder),
        T(not_a_file),
        T(not_a_database),
        T(of_a_newer_program),
        T(of_another_program),
        T(nobody_else_may_read_it),
        T(survives_a_restart),
        T(survives_a_crash),
        T(processes_share_a_file),
        T(a_full_disk_closes_and_recovers),
        T(another_writer_closes_and_recovers),
        T(a_dropped_table_is_unavailable),
        T(the_dead_are_buried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
