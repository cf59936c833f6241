// SPDX-License-Identifier: MIT
#include "base/timing.h"

const unsigned timing_bounds_ms[TIMING_BUCKETS] = { 5,    10,   25,   100,   250,
                                                    1000, 2500, 5000, 10000, 60000 };

void timing_add(struct timing *t, int64_t ms)
{
    unsigned long took = ms > 0 ? (unsigned long)ms : 0;
    size_t i = 0;
    while (i < TIMING_BUCKETS && took > timing_bounds_ms[i])
        i++;
    atomic_fetch_add_explicit(&t->buckets[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&t->sum_ms, took, memory_order_relaxed);
}
