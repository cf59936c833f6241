// SPDX-License-Identifier: MIT
// The store that survives restarts: one file, one connection under a lock. A claim is one
// statement, so that it is atomic among processes too. Any failure of SQLite is "unavailable", and
// the next call tries again.
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/store_int.h"

#define SCHEMA_VERSION 1
#define BUSY_MS        2000
#define PAGES_MAX      262144 // of 4 KiB: 1 GiB
#define SWEEP_EVERY    64     // writes; each sweep buries up to SWEEP_ROWS, so that it keeps pace
#define SWEEP_ROWS     "256"

// ?1 key, ?2 expires, ?3 now, ?4 value
enum statement { CLAIM, PUT, LOOK, SWEEP_ENTRIES, SWEEP_VALUES, STATEMENTS };
static const char *const sql[STATEMENTS] = {
    [CLAIM] = "INSERT INTO spent (key, expires) VALUES (?1, ?2)"
              " ON CONFLICT (key) DO UPDATE SET expires = ?2, value = NULL, value_expires = NULL"
              " WHERE expires <= ?3",
    [PUT] = "INSERT INTO spent (key, expires, value, value_expires) VALUES (?1, ?2, ?4, ?2)"
            " ON CONFLICT (key) DO UPDATE SET"
            " expires = max(expires, ?2), value = ?4, value_expires = ?2",
    [LOOK] = "SELECT CASE WHEN value_expires > ?3 THEN value END FROM spent"
             " WHERE key = ?1 AND expires > ?3",
    [SWEEP_ENTRIES] =
        "DELETE FROM spent WHERE id IN"
        " (SELECT id FROM spent WHERE expires <= ?3 ORDER BY expires LIMIT " SWEEP_ROWS ")",
    [SWEEP_VALUES] = "UPDATE spent SET value = NULL, value_expires = NULL WHERE id IN"
                     " (SELECT id FROM spent WHERE value_expires <= ?3 ORDER BY value_expires"
                     " LIMIT " SWEEP_ROWS ")",
};

static const char schema[] =
    "CREATE TABLE spent ("
    " id INTEGER PRIMARY KEY,"
    " key BLOB NOT NULL UNIQUE,"
    " expires INTEGER NOT NULL,"
    " value BLOB,"
    " value_expires INTEGER);"
    "CREATE INDEX spent_expires ON spent (expires);"
    "CREATE INDEX spent_values ON spent (value_expires) WHERE value_expires IS NOT NULL;"
    "PRAGMA user_version = 1;";

struct sqlite {
    struct spent_store store;
    sqlite3 *db;                         // under lock
    sqlite3_stmt *statement[STATEMENTS]; // under lock
    unsigned writes;                     // under lock: since the last sweep
};

static struct sqlite *of(struct spent_store *s)
{
    return CONTAINER_OF(s, struct sqlite, store);
}

// --- statements ---

// The statement with what all of them know; NULL if SQLite refuses.
static sqlite3_stmt *bind(struct sqlite *q, enum statement which, struct str key, int64_t expires,
                          int64_t now)
{
    sqlite3_stmt *st = q->statement[which];
    bool ok =
        sqlite3_bind_int64(st, 2, expires) == SQLITE_OK &&
        sqlite3_bind_int64(st, 3, now) == SQLITE_OK &&
        (key.n == 0 || sqlite3_bind_blob(st, 1, key.p, (int)key.n, SQLITE_STATIC) == SQLITE_OK);
    return ok ? st : NULL;
}

// Ends a statement; a failure is said in the log.
static bool finish(struct sqlite *q, sqlite3_stmt *st, bool ok)
{
    if (!ok)
        spent_complain(&q->store, sqlite3_errmsg(q->db));
    if (st) {
        sqlite3_reset(st);
        sqlite3_clear_bindings(st);
    }
    return ok;
}

static bool run(struct sqlite *q, sqlite3_stmt *st)
{
    return finish(q, st, st && sqlite3_step(st) == SQLITE_DONE);
}

static void sweep(struct sqlite *q, int64_t now)
{
    if (q->writes++ % SWEEP_EVERY)
        return;
    if (run(q, bind(q, SWEEP_ENTRIES, STR_NONE, 0, now)))
        run(q, bind(q, SWEEP_VALUES, STR_NONE, 0, now));
}

// --- the store's functions ---

static enum spent look_locked(struct sqlite *q, struct str key, int64_t now, struct buf *ret_value)
{
    sqlite3_stmt *st = bind(q, LOOK, key, 0, now);
    int rc = st ? sqlite3_step(st) : SQLITE_ERROR;
    const void *value = rc == SQLITE_ROW ? sqlite3_column_blob(st, 0) : NULL;
    if (value && ret_value)
        buf_add(ret_value, str_of(value, (size_t)sqlite3_column_bytes(st, 0)));
    if (!finish(q, st, rc == SQLITE_ROW || rc == SQLITE_DONE))
        return SPENT_UNAVAILABLE;
    return rc == SQLITE_ROW ? SPENT_AGAIN : SPENT_FIRST;
}

static enum spent claim_locked(struct sqlite *q, struct str key, int64_t expires, int64_t now,
                               struct buf *ret_value)
{
    sweep(q, now);
    if (!run(q, bind(q, CLAIM, key, expires, now)))
        return SPENT_UNAVAILABLE;
    if (sqlite3_changes(q->db) == 1)
        return SPENT_FIRST;
    // It was there. Should it be gone by now, it was still there.
    if (ret_value && look_locked(q, key, now, ret_value) == SPENT_UNAVAILABLE)
        return SPENT_UNAVAILABLE;
    return SPENT_AGAIN;
}

static enum spent sqlite_claim(struct spent_store *s, struct str key, int64_t expires, int64_t now,
                               struct buf *ret_value)
{
    pthread_mutex_lock(&s->lock);
    enum spent answer = claim_locked(of(s), key, expires, now, ret_value);
    pthread_mutex_unlock(&s->lock);
    return answer;
}

static bool put_locked(struct sqlite *q, struct str key, struct str value, int64_t expires,
                       int64_t now)
{
    sweep(q, now);
    sqlite3_stmt *st = bind(q, PUT, key, expires, now);
    const char *bytes = value.n ? value.p : ""; // NULL would be no value
    if (st && sqlite3_bind_blob(st, 4, bytes, (int)value.n, SQLITE_STATIC) != SQLITE_OK)
        return finish(q, st, false);
    return run(q, st);
}

static bool sqlite_put(struct spent_store *s, struct str key, struct str value, int64_t expires,
                       int64_t now)
{
    pthread_mutex_lock(&s->lock);
    bool ok = put_locked(of(s), key, value, expires, now);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

static enum spent sqlite_look(struct spent_store *s, struct str key, int64_t now,
                              struct buf *ret_value)
{
    pthread_mutex_lock(&s->lock);
    enum spent answer = look_locked(of(s), key, now, ret_value);
    pthread_mutex_unlock(&s->lock);
    return answer;
}

static void sqlite_free(struct spent_store *s)
{
    struct sqlite *q = of(s);
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(q->statement[i]);
    sqlite3_close(q->db);
    spent_store_release(s);
    free(q);
}

static const struct spent_ops sqlite_ops = {
    .name = "sqlite",
    .claim = sqlite_claim,
    .put = sqlite_put,
    .look = sqlite_look,
    .free = sqlite_free,
};

// --- opening ---

// The file exists afterwards and nobody else can read it; SQLite gives its -wal and -shm files the
// same mode. An existing file is not opened here: closing it would drop the locks that another
// connection of this process holds on it.
static bool make_private(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    struct stat st;
    if (errno != EEXIST || lstat(path, &st) != 0)
        return err_set(err, ERR_IO, "the store %s cannot be made: %s", path, err_errno(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_IO, "the store %s is not a regular file", path);
    if ((st.st_mode & 077) && chmod(path, 0600) != 0)
        return err_set(err, ERR_IO,
                       "the store %s is open to others, and that cannot be changed: %s", path,
                       err_errno(errno));
    return true;
}

static int exec(sqlite3 *db, const char *text)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL);
}

static int user_version(sqlite3 *db)
{
    sqlite3_stmt *st = NULL;
    int version = -1;
    if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        version = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    return version;
}

// Makes the tables unless another process was faster. Fine also when the version is a strange one.
static int make_schema(sqlite3 *db)
{
    if (user_version(db) != 0)
        return SQLITE_OK;
    int rc = exec(db, "BEGIN IMMEDIATE");
    if (rc != SQLITE_OK)
        return rc;
    if (user_version(db) == 0)
        rc = exec(db, schema);
    if (rc == SQLITE_OK)
        rc = exec(db, "COMMIT");
    if (rc != SQLITE_OK)
        exec(db, "ROLLBACK");
    return rc;
}

// Switching a file to WAL does not wait for other processes as statements do: two of them that
// start together may meet here.
static int set_up(sqlite3 *db)
{
    const struct timespec pause = { .tv_nsec = 20000000 };
    for (int tries = BUSY_MS / 20;; tries--) {
        int rc = exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                          "PRAGMA trusted_schema = OFF");
        if (rc == SQLITE_OK)
            rc = make_schema(db);
        if (rc != SQLITE_BUSY || tries == 0)
            return rc;
        nanosleep(&pause, NULL);
    }
}

static bool prepare_all(struct sqlite *q)
{
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(q->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &q->statement[i],
                               NULL) != SQLITE_OK)
            return false;
    return true;
}

static bool open_file(struct sqlite *q, const char *path, struct err *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &q->db, flags, NULL) != SQLITE_OK)
        return err_set(err, ERR_IO, "the store %s cannot be opened: %s", path,
                       sqlite3_errmsg(q->db));
    spent_sqlite_tune(&q->store, BUSY_MS, PAGES_MAX);
    int rc = set_up(q->db);
    if (rc != SQLITE_OK)
        return err_set(err, ERR_IO, "the store %s cannot be set up: %s", path, sqlite3_errstr(rc));
    int version = user_version(q->db);
    if (version != SCHEMA_VERSION)
        return err_set(err, ERR_IO,
                       "the store %s has schema version %d; this program knows version %d: use the "
                       "program that made it, or remove the file",
                       path, version, SCHEMA_VERSION);
    if (!prepare_all(q))
        return err_set(err, ERR_IO, "the store %s is not one of ours: %s", path,
                       sqlite3_errmsg(q->db));
    return true;
}

bool spent_sqlite_new(const char *path, struct spent_store **ret, struct err *err)
{
    if (!make_private(path, err))
        return false;
    struct sqlite *q = mem_zalloc(1, sizeof(*q));
    spent_store_init(&q->store, &sqlite_ops, path);
    if (!open_file(q, path, err)) {
        sqlite_free(&q->store);
        return false;
    }
    *ret = &q->store;
    return true;
}

void spent_sqlite_tune(struct spent_store *s, int busy_ms, int max_pages)
{
    char text[64];
    snprintf(text, sizeof text, "PRAGMA max_page_count = %d", max_pages);
    pthread_mutex_lock(&s->lock);
    sqlite3_busy_timeout(of(s)->db, busy_ms);
    exec(of(s)->db, text);
    pthread_mutex_unlock(&s->lock);
}

int64_t spent_sqlite_rows(struct spent_store *s)
{
    pthread_mutex_lock(&s->lock);
    sqlite3_stmt *st = NULL;
    int64_t rows = -1;
    if (sqlite3_prepare_v2(of(s)->db, "SELECT count(*) FROM spent", -1, &st, NULL) == SQLITE_OK &&
        sqlite3_step(st) == SQLITE_ROW)
        rows = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    pthread_mutex_unlock(&s->lock);
    return rows;
}
