// SPDX-License-Identifier: MIT
#include "base/table.h"

#include <assert.h>

#include "base/mem.h"
#include "base/random.h"

#define FIRST_BUCKETS 16

struct entry {
    struct entry *chain;         // next of the same bucket
    struct entry *newer, *older; // order of use
    void *value;
    uint64_t hash;
    size_t n;
    char key[];
};

struct table {
    size_t max, count, mask; // mask: number of buckets, a power of two, less one
    void (*free_value)(void *);
    uint64_t seed[2];
    struct entry **buckets;
    struct entry *newest, *oldest;
};

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

// SipHash-1-3 (Aumasson and Bernstein): keyed, because keys come from peers who could aim at one
// bucket.
static uint64_t hash_of(const uint64_t seed[2], struct str key)
{
    uint64_t v[4] = { seed[0] ^ 0x736f6d6570736575, seed[1] ^ 0x646f72616e646f6d,
                      seed[0] ^ 0x6c7967656e657261, seed[1] ^ 0x7465646279746573 };
    for (size_t at = 0; at <= key.n; at += 8) {
        uint64_t word = 0;
        size_t left = key.n - at;
        if (left)
            memcpy(&word, key.p + at, left < 8 ? left : 8);
        if (left < 8)
            word |= (uint64_t)key.n << 56;
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct table *table_new(size_t max, void (*free_value)(void *))
{
    assert(max > 0);
    struct table *t = mem_zalloc(1, sizeof(*t));
    t->max = max;
    t->mask = FIRST_BUCKETS - 1;
    t->free_value = free_value;
    t->buckets = mem_zalloc(FIRST_BUCKETS, sizeof(struct entry *));
    random_bytes(t->seed, sizeof(t->seed));
    return t;
}

static void entry_free(struct table *t, struct entry *e)
{
    if (t->free_value && e->value)
        t->free_value(e->value);
    free(e);
}

void table_free(struct table *t)
{
    if (!t)
        return;
    for (struct entry *e = t->newest, *older; e; e = older) {
        older = e->older;
        entry_free(t, e);
    }
    free(t->buckets);
    free(t);
}

static void unlink_use(struct table *t, struct entry *e)
{
    *(e->newer ? &e->newer->older : &t->newest) = e->older;
    *(e->older ? &e->older->newer : &t->oldest) = e->newer;
}

static void link_newest(struct table *t, struct entry *e)
{
    e->newer = NULL;
    e->older = t->newest;
    *(t->newest ? &t->newest->newer : &t->oldest) = e;
    t->newest = e;
}

// Where the pointer to the entry stands: in its bucket or in the entry before it.
static struct entry **find(const struct table *t, struct str key, uint64_t hash)
{
    struct entry **at = &t->buckets[hash & t->mask];
    while (*at && !((*at)->hash == hash && str_eq(str_of((*at)->key, (*at)->n), key)))
        at = &(*at)->chain;
    return at;
}

static void remove_at(struct table *t, struct entry **at)
{
    struct entry *e = *at;
    assert(e); // what is in the order of use is in its bucket
    *at = e->chain;
    unlink_use(t, e);
    t->count--;
    entry_free(t, e);
}

static void grow(struct table *t)
{
    size_t mask = 2 * t->mask + 1;
    struct entry **buckets = mem_zalloc(mask + 1, sizeof(struct entry *));
    for (struct entry *e = t->newest; e; e = e->older) {
        e->chain = buckets[e->hash & mask];
        buckets[e->hash & mask] = e;
    }
    free(t->buckets);
    t->buckets = buckets;
    t->mask = mask;
}

void *table_get(struct table *t, struct str key)
{
    struct entry *e = *find(t, key, hash_of(t->seed, key));
    if (!e)
        return NULL;
    unlink_use(t, e);
    link_newest(t, e);
    return e->value;
}

static void replace_value(struct table *t, struct entry *e, void *value)
{
    if (t->free_value && e->value && e->value != value)
        t->free_value(e->value);
    e->value = value;
    unlink_use(t, e);
    link_newest(t, e);
}

static void evict_oldest(struct table *t)
{
    struct entry *e = t->oldest;
    remove_at(t, find(t, str_of(e->key, e->n), e->hash));
}

void table_put(struct table *t, struct str key, void *value)
{
    uint64_t hash = hash_of(t->seed, key);
    struct entry *known = *find(t, key, hash);
    if (known) {
        replace_value(t, known, value);
        return;
    }
    struct entry *e = mem_alloc(sizeof(*e) + key.n);
    *e = (struct entry){ .value = value, .hash = hash, .n = key.n };
    if (key.n)
        memcpy(e->key, key.p, key.n);
    if (t->count == t->max) // after the copy: the key may be a view of what goes
        evict_oldest(t);
    if (t->count > t->mask)
        grow(t);
    e->chain = t->buckets[hash & t->mask];
    t->buckets[hash & t->mask] = e;
    link_newest(t, e);
    t->count++;
}

bool table_remove(struct table *t, struct str key)
{
    struct entry **at = find(t, key, hash_of(t->seed, key));
    if (!*at)
        return false;
    remove_at(t, at);
    return true;
}

size_t table_count(const struct table *t)
{
    return t->count;
}

void table_each(struct table *t, bool (*fn)(struct str key, void *value, void *ctx), void *ctx)
{
    for (struct entry *e = t->newest, *older; e; e = older) {
        older = e->older;
        struct str key = str_of(e->key, e->n);
        if (!fn(key, e->value, ctx))
            remove_at(t, find(t, key, e->hash));
    }
}
