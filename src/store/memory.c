// SPDX-License-Identifier: MIT
// The store of one process: a table of entries, and a heap of them ordered by what happens next
// (the value dies, or the entry). Nothing alive is ever evicted: a full store says so.
#include "base/mem.h"
#include "base/secret.h"
#include "base/table.h"
#include "store/store_int.h"

#define BYTES_MAX 67108864 // 64 MiB, of all values together
#define SWEEP_MAX 128      // entries a call may bury, so that none takes long

struct entry {
    int64_t expires;
    char *value; // owned; NULL: none
    size_t value_n;
    int64_t value_expires;
    size_t at; // its place in the heap
    size_t key_n;
    char key[];
};

struct memory {
    struct spent_store store;
    size_t max;          // immutable
    struct table *table; // under lock: key to entry; the heap owns the entries
    struct entry **heap; // under lock: heap[0] is due first
    size_t count, room;  // under lock: entries, and places of the heap
    size_t bytes;        // under lock: of all values
};

static struct memory *of(struct spent_store *s)
{
    return CONTAINER_OF(s, struct memory, store);
}

// --- the heap ---

static int64_t due(const struct entry *e)
{
    return e->value && e->value_expires < e->expires ? e->value_expires : e->expires;
}

static void place(struct memory *m, size_t at, struct entry *e)
{
    m->heap[at] = e;
    e->at = at;
}

static void sift_up(struct memory *m, struct entry *e)
{
    size_t at = e->at;
    for (size_t up; at > 0 && due(m->heap[up = (at - 1) / 2]) > due(e); at = up)
        place(m, at, m->heap[up]);
    place(m, at, e);
}

static void sift_down(struct memory *m, struct entry *e)
{
    size_t at = e->at;
    for (size_t child; (child = 2 * at + 1) < m->count; at = child) {
        if (child + 1 < m->count && due(m->heap[child + 1]) < due(m->heap[child]))
            child++;
        if (due(m->heap[child]) >= due(e))
            break;
        place(m, at, m->heap[child]);
    }
    place(m, at, e);
}

static void reorder(struct memory *m, struct entry *e)
{
    sift_up(m, e);
    sift_down(m, e);
}

// --- entries ---

static void value_drop(struct memory *m, struct entry *e)
{
    if (!e->value)
        return;
    wipe(e->value, e->value_n);
    free(e->value);
    m->bytes -= e->value_n;
    e->value = NULL;
    e->value_n = 0;
}

static void entry_free(struct memory *m, struct entry *e)
{
    value_drop(m, e);
    free(e);
}

static void entry_remove(struct memory *m, struct entry *e)
{
    size_t at = e->at;
    struct entry *last = m->heap[--m->count];
    if (last != e) {
        place(m, at, last);
        reorder(m, last);
    }
    m->heap[m->count] = NULL;
    table_remove(m->table, str_of(e->key, e->key_n));
    entry_free(m, e);
}

static void sweep(struct memory *m, int64_t now)
{
    for (int i = 0; i < SWEEP_MAX && m->count && due(m->heap[0]) <= now; i++) {
        struct entry *e = m->heap[0];
        if (e->expires <= now) {
            entry_remove(m, e);
            continue;
        }
        value_drop(m, e);
        sift_down(m, e);
    }
}

// The entry, if it is alive.
static struct entry *find(struct memory *m, struct str key, int64_t now)
{
    struct entry *e = table_get(m->table, key);
    return e && e->expires > now ? e : NULL;
}

// The entry for key, new or risen from the dead, without value; NULL when the store is full.
static struct entry *entry_for(struct memory *m, struct str key, int64_t expires, int64_t now)
{
    struct entry *e = table_get(m->table, key);
    if (e) {
        value_drop(m, e);
        e->expires = expires;
        reorder(m, e);
        return e;
    }
    sweep(m, now);
    if (m->count == m->max) {
        spent_complain(&m->store, "it is full of entries that have not expired");
        return NULL;
    }
    if (m->count == m->room) {
        m->room = m->room ? 2 * m->room : 64;
        m->heap = mem_realloc(m->heap, m->room * sizeof(struct entry *));
    }
    e = mem_zalloc(1, sizeof(*e) + key.n);
    e->expires = expires;
    e->key_n = key.n;
    memcpy(e->key, key.p, key.n);
    table_put(m->table, key, e);
    place(m, m->count++, e);
    sift_up(m, e);
    return e;
}

static void give_value(const struct entry *e, int64_t now, struct buf *ret)
{
    if (ret && e->value && e->value_expires > now)
        buf_add(ret, str_of(e->value, e->value_n));
}

// --- the store's functions ---

static enum spent memory_claim(struct spent_store *s, struct str key, int64_t expires, int64_t now,
                               struct buf *ret_value)
{
    struct memory *m = of(s);
    enum spent answer = SPENT_AGAIN;
    pthread_mutex_lock(&s->lock);
    struct entry *e = find(m, key, now);
    if (e)
        give_value(e, now, ret_value);
    else
        answer = entry_for(m, key, expires, now) ? SPENT_FIRST : SPENT_UNAVAILABLE;
    pthread_mutex_unlock(&s->lock);
    return answer;
}

static bool put_locked(struct memory *m, struct str key, struct str value, int64_t expires,
                       int64_t now)
{
    struct entry *e = find(m, key, now);
    sweep(m, now); // e is alive and stays
    if (value.n > BYTES_MAX - m->bytes) {
        spent_complain(&m->store, "the values it keeps take all the memory they may");
        return false;
    }
    if (!e)
        e = entry_for(m, key, expires, now);
    if (!e)
        return false;
    value_drop(m, e);
    e->value = str_dup(value);
    e->value_n = value.n;
    e->value_expires = expires;
    m->bytes += value.n;
    if (expires > e->expires)
        e->expires = expires;
    reorder(m, e);
    return true;
}

static bool memory_put(struct spent_store *s, struct str key, struct str value, int64_t expires,
                       int64_t now)
{
    pthread_mutex_lock(&s->lock);
    bool ok = put_locked(of(s), key, value, expires, now);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

static enum spent memory_look(struct spent_store *s, struct str key, int64_t now,
                              struct buf *ret_value)
{
    pthread_mutex_lock(&s->lock);
    const struct entry *e = find(of(s), key, now);
    if (e)
        give_value(e, now, ret_value);
    pthread_mutex_unlock(&s->lock);
    return e ? SPENT_AGAIN : SPENT_FIRST;
}

static void memory_free(struct spent_store *s)
{
    struct memory *m = of(s);
    for (size_t i = 0; i < m->count; i++)
        entry_free(m, m->heap[i]);
    free(m->heap);
    table_free(m->table);
    spent_store_release(s);
    free(m);
}

static const struct spent_ops memory_ops = {
    .name = "memory",
    .claim = memory_claim,
    .put = memory_put,
    .look = memory_look,
    .free = memory_free,
};

struct spent_store *spent_memory_new(size_t max)
{
    struct memory *m = mem_zalloc(1, sizeof(*m));
    spent_store_init(&m->store, &memory_ops, "");
    m->max = max;
    m->table = table_new(max ? max : 1, NULL); // never reaches the size at which it would evict
    return &m->store;
}

size_t spent_memory_count(struct spent_store *s)
{
    pthread_mutex_lock(&s->lock);
    size_t n = of(s)->count;
    pthread_mutex_unlock(&s->lock);
    return n;
}
