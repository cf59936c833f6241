// SPDX-License-Identifier: MIT
#include "base/clock.h"

#include <stdatomic.h>

#define YEAR_0    (-62167219200) // 0000-01-01T00:00:00Z
#define YEAR_9999 (253402300799) // 9999-12-31T23:59:59Z

static _Atomic int64_t frozen;

static int64_t read_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
    int64_t now = atomic_load_explicit(&frozen, memory_order_relaxed);
    return now ? now * 1000 : read_ms(CLOCK_REALTIME);
}

int64_t clock_now(void)
{
    return clock_now_ms() / 1000;
}

int64_t clock_mono_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

void clock_freeze(int64_t now)
{
    atomic_store(&frozen, now);
}

void clock_iso(int64_t when, char ret[21])
{
    time_t t = when < YEAR_0 ? YEAR_0 : when > YEAR_9999 ? YEAR_9999 : when;
    struct tm tm;
    gmtime_r(&t, &tm);
    // Bounded fields, said to the compiler too.
    snprintf(ret, 21, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)(tm.tm_year + 1900) % 10000,
             (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100,
             (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
}
