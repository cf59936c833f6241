// SPDX-License-Identifier: MIT
// How often something was tried: per name, and by everybody together, within a window. Counted in
// the memory of this process; with N replicas the limits are N times as wide.
#include "base/mem.h"
#include "base/table.h"
#include "oauth/machines_int.h"

struct tries {
    int64_t since;
    unsigned count;
};

static struct tries *tries_of(struct oauth *o, const char *name, struct str who)
{
    char key[128];
    int n = snprintf(key, sizeof(key), "%s " STR_FMT, name, STR_ARG(str_slice(who, 0, 64)));
    struct str text = str_of(key, (size_t)n);
    if (!o->tries)
        o->tries = table_new(ATTEMPTS_KEPT, free);
    struct tries *t = table_get(o->tries, text);
    if (t)
        return t;
    t = mem_zalloc(1, sizeof(*t));
    table_put(o->tries, text, t);
    return t;
}

static bool used_up(struct tries *t, unsigned most, int64_t now)
{
    if (now - t->since >= ATTEMPTS_WINDOW_S || now < t->since)
        *t = (struct tries){ .since = now };
    return t->count >= most;
}

bool attempt(struct oauth *o, const struct attempts *limit, struct str who, int64_t now)
{
    pthread_mutex_lock(&o->lock);
    // Everybody's entry is asked for first: a crowd of names may push each other out, never it.
    struct tries *all = tries_of(o, limit->name, STR("*"));
    struct tries *one = tries_of(o, limit->name, who);
    bool good = !used_up(one, limit->one, now) && !used_up(all, limit->all, now);
    if (good) {
        one->count++;
        all->count++;
    }
    pthread_mutex_unlock(&o->lock);
    return good;
}

static void forgive(struct tries *t)
{
    if (t->count)
        t->count--;
}

void attempt_forgive(struct oauth *o, const struct attempts *limit, struct str who)
{
    pthread_mutex_lock(&o->lock);
    forgive(tries_of(o, limit->name, STR("*")));
    forgive(tries_of(o, limit->name, who));
    pthread_mutex_unlock(&o->lock);
}
