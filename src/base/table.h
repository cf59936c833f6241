// SPDX-License-Identifier: MIT
// A bounded map from byte strings to pointers with least-recently-used eviction; the one container
// behind caches and registries. Not locked: its owner locks.
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/str.h"

struct table;

// max: number of entries after which the least recently used one goes. free_value may be NULL.
struct table *table_new(size_t max, void (*free_value)(void *));
void table_free(struct table *t); // NULL-safe
DEFINE_CLEANUP(table_free, struct table *)

void *table_get(struct table *t, struct str key);             // NULL if absent; counts as use
void table_put(struct table *t, struct str key, void *value); // replaces (and frees) an older value
bool table_remove(struct table *t, struct str key);
size_t table_count(const struct table *t);
// Entries for which fn returns false are removed.
void table_each(struct table *t, bool (*fn)(struct str key, void *value, void *ctx), void *ctx);

#endif
