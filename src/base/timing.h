// SPDX-License-Identifier: MIT
// How long something took, again and again: a histogram that any thread adds to.
#ifndef BASE_TIMING_H
#define BASE_TIMING_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define TIMING_BUCKETS 10

extern const unsigned timing_bounds_ms[TIMING_BUCKETS]; // upper bounds, included

struct timing {
    atomic_ulong buckets[TIMING_BUCKETS + 1]; // the last: longer than all bounds
    atomic_ulong sum_ms;
};

void timing_add(struct timing *t, int64_t ms);

#endif
