// SPDX-License-Identifier: MIT
// Which part of a list a request asks for.
#ifndef DEV_ONEAPI_SEARCH_H
#define DEV_ONEAPI_SEARCH_H

#include "fake.h"

struct page {
    int64_t number, size, from, total;
};

#define SEARCH_MAX 4

struct search {
    struct {
        struct str field; // empty: any of the names
        struct str text;
        bool whole; // equal, else contained; ASCII case does not matter
    } at[SEARCH_MAX];
    size_t n;
};

// The service's search parameters: plain text, "field+OP+text" of ZPA (EQ, LIKE), "field[like]".
void search_read(struct call *c, struct search *ret);
bool search_fits(const struct search *s, const json_t *record);

// --- narrow.c: lists that take values of members, or a range of scores ---
struct narrowing {
    struct form *query;
    int64_t low, high; // scores
};

bool narrowing_read(struct call *c, struct narrowing *ret); // false: the refusal was answered
bool narrowing_fits(const struct call *c, const struct narrowing *n, const json_t *record);

#endif
