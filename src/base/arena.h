// SPDX-License-Identifier: MIT
// Memory that lives as long as one exchange, freed in one call. Allocation never fails: out of
// memory aborts. Sizes that a peer controls must be bounded by the caller before they reach an
// arena. Not for use by two threads at once.
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>

#include "base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); // NULL-safe
DEFINE_CLEANUP(arena_free, struct arena *)

void *arena_alloc(struct arena *a, size_t n);        // zeroed, aligned for any type
struct str arena_str(struct arena *a, struct str s); // a copy, NUL-terminated
const char *arena_cstr(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
// fn(p) is called when the arena is freed, last registered first.
void arena_defer(struct arena *a, void (*fn)(void *), void *p);
size_t arena_size(const struct arena *a); // bytes handed out so far

#endif
