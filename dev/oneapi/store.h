// SPDX-License-Identifier: MIT
// Records by collection ("zia.ruleLabels"): seeded, then changed by what is written in this run. A
// collection holds at most RECORDS_MAX; `changes` counts the writes since the seed (0: pristine).
#ifndef DEV_ONEAPI_STORE_H
#define DEV_ONEAPI_STORE_H

#include "base/buf.h"
#include "json/dom.h"

#define RECORDS_MAX 5000

struct store {
    const char *name;
    json_t *records; // array; of a document: its one element
    unsigned changes;
    int64_t last_id; // of the ids given out in this run
    // The unfiltered answer: of the seed, kept for good; and of the last change it was made after.
    struct buf pristine, changed;
    unsigned rendered_at;
};

struct stores;

struct stores *stores_new(int64_t seed);
void stores_free(struct stores *s); // NULL-safe
void stores_reset(struct stores *s);
struct store *stores_get(struct stores *s, const char *name); // asserts that it is seeded

void stores_each(const struct stores *s, void (*fn)(const struct store *st, void *ctx), void *ctx);

// The record whose member `key` is `id` (a number is compared as text); NULL if there is none.
json_t *store_find(const struct store *st, const char *key, struct str id);
bool store_remove(struct store *st, const char *key, struct str id);
// Adds a copy of `body` with a new id of the collection's kind; NULL when it is full.
json_t *store_add(struct store *st, const char *key, const json_t *body);
// Members of body replace those of record, its key stays; action "ADD_TO_LIST" and
// "REMOVE_FROM_LIST" change the elements of its lists instead.
void store_merge(struct store *st, json_t *record, const char *key, const json_t *body,
                 struct str action);

bool json_is_id(const json_t *value, struct str id);

// --- seed.c ---
// All collections, each name with its array of records, made from the texts in seed.h. Always the
// same for the same number.
json_t *seed_build(int64_t number);

#endif
