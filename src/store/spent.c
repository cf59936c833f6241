// SPDX-License-Identifier: MIT
#include "base/clock.h"
#include "base/log.h"
#include "store/store_int.h"

void spent_store_init(struct spent_store *s, const struct spent_ops *ops, const char *where)
{
    s->ops = ops;
    s->where = str_dup(str_c(where));
    pthread_mutex_init(&s->lock, NULL);
}

void spent_store_release(struct spent_store *s)
{
    pthread_mutex_destroy(&s->lock);
    free(s->where);
}

void spent_complain(struct spent_store *s, const char *why)
{
    int64_t now = clock_mono_ms();
    s->unsaid++;
    if (s->complained_ms && now - s->complained_ms < SPENT_COMPLAINT_MS)
        return;
    LOG(LOG_ERROR, "the store of spent codes is unavailable", F_C("store", s->ops->name),
        F_C("error", why), F_INT("failures", s->unsaid));
    s->complained_ms = now ? now : 1;
    s->unsaid = 0;
}

static bool key_ok(struct str key)
{
    return key.n > 0 && key.n <= SPENT_KEY_MAX;
}

static int64_t expiry(int64_t now, int64_t ttl_s)
{
    if (ttl_s < 1)
        ttl_s = 1;
    return now + (ttl_s > SPENT_TTL_MAX ? SPENT_TTL_MAX : ttl_s);
}

void spent_free(struct spent_store *s)
{
    if (s)
        s->ops->free(s);
}

const char *spent_name(const struct spent_store *s)
{
    return s->ops->name;
}

const char *spent_where(const struct spent_store *s)
{
    return s->where;
}

enum spent spent_claim(struct spent_store *s, struct str key, int64_t ttl_s, struct buf *ret_value)
{
    int64_t now = clock_now();
    if (!key_ok(key))
        return SPENT_UNAVAILABLE; // cannot be remembered, so it must not count as first
    return s->ops->claim(s, key, expiry(now, ttl_s), now, ret_value);
}

bool spent_put(struct spent_store *s, struct str key, struct str value, int64_t ttl_s)
{
    int64_t now = clock_now();
    if (!key_ok(key) || value.n > SPENT_VALUE_MAX)
        return false;
    return s->ops->put(s, key, value, expiry(now, ttl_s), now);
}

enum spent spent_look(struct spent_store *s, struct str key, struct buf *ret_value)
{
    if (!key_ok(key))
        return SPENT_UNAVAILABLE;
    return s->ops->look(s, key, clock_now(), ret_value);
}

static bool look_each(struct spent_store *s, const struct str *keys, size_t count, int64_t now,
                      bool *ret_there, struct buf *ret_values)
{
    for (size_t i = 0; i < count; i++) {
        enum spent state = s->ops->look(s, keys[i], now, &ret_values[i]);
        if (state == SPENT_UNAVAILABLE)
            return false;
        ret_there[i] = state == SPENT_AGAIN;
    }
    return true;
}

bool spent_look_all(struct spent_store *s, const struct str *keys, size_t count, bool *ret_there,
                    struct buf *ret_values)
{
    for (size_t i = 0; i < count; i++)
        if (!key_ok(keys[i]))
            return false;
    return count <= SPENT_LOOK_MAX && (s->ops->look_all ? s->ops->look_all : look_each)(
                                          s, keys, count, clock_now(), ret_there, ret_values);
}
