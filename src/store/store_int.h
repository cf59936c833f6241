// SPDX-License-Identifier: MIT
// What a store provides. A kind of store fills in one table of functions and embeds a struct
// spent_store; spent.c has already judged keys, values and times.
#ifndef STORE_STORE_INT_H
#define STORE_STORE_INT_H

#include <pthread.h>

#include "store/spent.h"

// `expires` and `now` are seconds since the epoch; an entry is dead when expires <= now. Values are
// appended. Every function locks for itself.
struct spent_ops {
    const char *name;
    enum spent (*claim)(struct spent_store *s, struct str key, int64_t expires, int64_t now,
                        struct buf *ret_value);
    bool (*put)(struct spent_store *s, struct str key, struct str value, int64_t expires,
                int64_t now);
    enum spent (*look)(struct spent_store *s, struct str key, int64_t now, struct buf *ret_value);
    void (*free)(struct spent_store *s);
    // NULL: `look` is asked for each. For stores where a question costs a round trip.
    bool (*look_all)(struct spent_store *s, const struct str *keys, size_t count, int64_t now,
                     bool *ret_there, struct buf *ret_values);
};

struct spent_store {
    const struct spent_ops *ops; // immutable
    char *where;                 // immutable: what spent_where answers
    pthread_mutex_t lock;        // of the store's own data, taken by its functions
    int64_t complained_ms;       // under lock: monotonic time of the last line, 0: none yet
    uint64_t unsaid;             // under lock: failures since then
};

// where: copied.
void spent_store_init(struct spent_store *s, const struct spent_ops *ops, const char *where);
void spent_store_release(struct spent_store *s);

#define SPENT_COMPLAINT_MS 60000
// A log line at most once in SPENT_COMPLAINT_MS. The caller holds the lock.
void spent_complain(struct spent_store *s, const char *why);

// For tests: how long to wait for another process's lock, and how large the file may grow.
void spent_sqlite_tune(struct spent_store *s, int busy_ms, int max_pages);
// For tests: rows in the file, dead ones included; -1 on failure.
int64_t spent_sqlite_rows(struct spent_store *s);
// For tests: entries in memory, dead ones included.
size_t spent_memory_count(struct spent_store *s);

#endif
