// SPDX-License-Identifier: MIT
// Finds tools by what somebody wants to do: a full-text index (SQLite FTS5, in memory) over names,
// texts and parameters, asked with everyday words, which a table turns into those of the products.
// Thread-safe after find_new.
#ifndef FIND_FIND_H
#define FIND_FIND_H

#include "catalog/tool.h"

#define FIND_QUERY_MAX   500 // bytes that are looked at
#define FIND_RESULTS_MAX 512

struct find;

// Indexes what is between tools and its NULL; both outlive it. services: for their titles.
MUST_USE bool find_new(const struct tool *const *tools, const struct service *services,
                       struct find **ret, struct err *err);
void find_free(struct find *f); // NULL-safe
// The places in tools of what fits, the best first, at most FIND_RESULTS_MAX; returns how many.
// 0 also where nothing is asked for.
size_t find_search(struct find *f, struct str query, size_t ret[FIND_RESULTS_MAX]);

#endif
