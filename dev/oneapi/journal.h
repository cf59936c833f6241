// SPDX-License-Identifier: MIT
// The last requests, oldest first; entries are overwritten in place, so that a benchmark pays a
// copy and no allocation. The owner locks.
#ifndef DEV_ONEAPI_JOURNAL_H
#define DEV_ONEAPI_JOURNAL_H

#include "base/buf.h"

#define JOURNAL_MAX      500
#define JOURNAL_BODY_MAX 16384

struct journal;

struct journal_line {
    const char *method;
    struct str path, query, body, token; // token: fingerprint, empty without one
    int status;
};

struct journal *journal_new(void);
void journal_free(struct journal *j); // NULL-safe
void journal_clear(struct journal *j);
void journal_add(struct journal *j, const struct journal_line *line);
void journal_write(const struct journal *j, struct buf *out); // a JSON array

#endif
