// SPDX-License-Identifier: MIT
#include "access/internal.h"

#include "base/mem.h"
#include "base/table.h"

struct entry {
    struct held *held;
    int64_t asked;        // when the store was asked last
    unsigned revocations; // of this process, at that time
};

struct cache {
    pthread_mutex_t lock;
    struct table *entries; // under lock
};

static void entry_free(void *p)
{
    struct entry *e = p;
    held_unref(e->held);
    free(e);
}

struct cache *cache_new(size_t max)
{
    struct cache *cache = mem_zalloc(1, sizeof(*cache));
    pthread_mutex_init(&cache->lock, NULL);
    cache->entries = table_new(max, entry_free);
    return cache;
}

void cache_free(struct cache *cache)
{
    if (!cache)
        return;
    table_free(cache->entries);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static bool over(const struct entry *e, int64_t now)
{
    return e->held->principal.expires && e->held->principal.expires <= now;
}

enum verdict cache_get(struct cache *cache, const uint8_t key[SHA256_SIZE], int64_t now,
                       unsigned revocations, struct held **ret_held)
{
    enum verdict verdict = VERDICT_NONE;
    struct str name = str_of(key, SHA256_SIZE);
    pthread_mutex_lock(&cache->lock);
    struct entry *e = table_get(cache->entries, name);
    if (e && over(e, now)) {
        table_remove(cache->entries, name);
    } else if (e) {
        bool fresh =
            e->revocations == revocations && now >= e->asked && now - e->asked < ACCESS_RECHECK_S;
        verdict = fresh ? VERDICT_FRESH : VERDICT_STALE;
        *ret_held = held_ref(e->held);
    }
    pthread_mutex_unlock(&cache->lock);
    return verdict;
}

void cache_put(struct cache *cache, const uint8_t key[SHA256_SIZE], struct held *held, int64_t now,
               unsigned revocations)
{
    struct entry *e = mem_zalloc(1, sizeof(*e));
    *e = (struct entry){ .held = held_ref(held), .asked = now, .revocations = revocations };
    pthread_mutex_lock(&cache->lock);
    table_put(cache->entries, str_of(key, SHA256_SIZE), e);
    pthread_mutex_unlock(&cache->lock);
}

void cache_drop(struct cache *cache, const uint8_t key[SHA256_SIZE])
{
    pthread_mutex_lock(&cache->lock);
    table_remove(cache->entries, str_of(key, SHA256_SIZE));
    pthread_mutex_unlock(&cache->lock);
}
