// SPDX-License-Identifier: MIT
// Token buckets, kept as the one time at which each would be full again (the generic cell rate
// algorithm, ITU-T I.371): eight bytes a budget, no timer, nothing to refill.
#include "oauth/limits.h"

#include <pthread.h>

#include "base/mem.h"
#include "base/table.h"
#include "http/addr.h"

#define ADDRESSES_MAX 4096 // about 200 bytes each
#define NAMES_MAX     4096
#define SHARED_TIMES  50
#define QUIET_MS      60000 // between two lines of the log
#define MINUTE_US     60000000LL

static const struct kind {
    const char *name;
    int percent, least; // of the budget of /register; a minute at least
    bool named;         // counted by a name of its own, from whichever address it comes
} kinds[] = {
    [LIMIT_NONE] = { "none", 100, 1, false },
    [LIMIT_REGISTER] = { "register", 100, 1, false },
    [LIMIT_AUTHORIZE] = { "authorize", 100, 1, false },
    [LIMIT_DEVICE] = { "device", 100, 1, false },
    [LIMIT_POLL] = { "device poll", 1000, 1, false },
    [LIMIT_TOKEN] = { "token", 100, 1, false },
    [LIMIT_REVOKE] = { "revoke", 100, 1, false },
    [LIMIT_CREDENTIAL] = { "credentials", 100, 1, false },
    [LIMIT_FAMILY] = { "token of one sign-in", 20, 30, true },
    [LIMIT_CALL] = { "calls", 100, 1, true },
    [LIMIT_DOCUMENT] = { "client documents of one host", 20, 30, true },
};

// When each budget is full again, in microseconds of the caller's clock.
struct budgets {
    int64_t full_at[LIMIT_KINDS];
};

struct limits {
    // immutable
    int per_minute;
    bool shared;
    // under lock
    pthread_mutex_t lock;
    struct table *addresses, *names;
    int64_t quiet_until[LIMIT_KINDS], suppressed[LIMIT_KINDS];
};

struct limits *limits_new(int per_minute, bool shared)
{
    struct limits *l = mem_zalloc(1, sizeof(*l));
    l->per_minute = per_minute;
    l->shared = shared;
    l->addresses = table_new(ADDRESSES_MAX, free);
    l->names = table_new(NAMES_MAX, free);
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void limits_free(struct limits *l)
{
    if (!l)
        return;
    table_free(l->addresses);
    table_free(l->names);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

const char *limit_name(enum limit kind)
{
    return kinds[kind].name;
}

static struct budgets *budgets_of(struct table *t, struct str who)
{
    struct budgets *b = table_get(t, who);
    if (b)
        return b;
    b = mem_zalloc(1, sizeof(*b));
    table_put(t, who, b);
    return b;
}

static int64_t refused(struct limits *l, enum limit kind, int64_t now_ms)
{
    if (now_ms < l->quiet_until[kind]) {
        l->suppressed[kind]++;
        return -1;
    }
    int64_t count = l->suppressed[kind];
    l->quiet_until[kind] = now_ms + QUIET_MS;
    l->suppressed[kind] = 0;
    return count;
}

static int64_t step_us(const struct limits *l, const struct kind *k)
{
    int64_t a_minute = (int64_t)l->per_minute * k->percent / 100;
    a_minute = a_minute < k->least ? k->least : a_minute;
    if (l->shared && !k->named)
        a_minute *= SHARED_TIMES;
    return a_minute < MINUTE_US ? MINUTE_US / a_minute : 1;
}

bool limits_take(struct limits *l, enum limit kind, struct str who, int64_t now_ms, int *ret_wait_s,
                 int64_t *ret_suppressed)
{
    const struct kind *k = &kinds[kind];
    int64_t now = now_ms * 1000, step = step_us(l, k);
    pthread_mutex_lock(&l->lock);
    int64_t *full_at = &budgets_of(k->named ? l->names : l->addresses, who)->full_at[kind];
    int64_t next = (*full_at > now ? *full_at : now) + step;
    // Nothing is charged for a refusal: who waits as told gets in.
    bool taken = next - now <= MINUTE_US;
    if (taken)
        *full_at = next;
    int64_t told = taken ? -1 : refused(l, kind, now_ms);
    pthread_mutex_unlock(&l->lock);
    if (!taken)
        *ret_wait_s = (int)((next - now - MINUTE_US + 999999) / 1000000);
    if (ret_suppressed)
        *ret_suppressed = told;
    return taken;
}

struct limit_key limit_key_of(struct str peer)
{
    struct limit_key key = { .n = 17 };
    struct addr a;
    if (!addr_parse(peer, &a))
        return key;
    bool v4 = addr_is_v4(&a);
    key.bytes[0] = v4 ? 4 : 6;
    memcpy(key.bytes + 1, a.bytes, v4 ? 16 : 8);
    return key;
}
