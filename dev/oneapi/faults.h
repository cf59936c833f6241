// SPDX-License-Identifier: MIT
// Faults that were ordered: each spoils the next `count` requests that fit. The owner locks.
#ifndef DEV_ONEAPI_FAULTS_H
#define DEV_ONEAPI_FAULTS_H

#include "base/err.h"
#include "json/dom.h"

#define FAULTS_MAX 64

enum fault_kind {
    FAULT_LATENCY, // waits ms, then answers as usual
    FAULT_401,     // FAULT_…: the status, in the service's shape
    FAULT_429,
    FAULT_500,
    FAULT_503,
    FAULT_CUT,       // the connection ends inside the answer
    FAULT_BAD_JSON,  // 200 with half an object
    FAULT_EDIT_LOCK, // 409: somebody else is editing
    FAULT_SLOW_BODY, // as latency: the server sends head and body at once, after ms
};

struct fault {
    enum fault_kind kind;
    struct str path; // beginning of the path, owned; empty: all
    const char *method;
    int64_t count; // left; negative: for ever
    int ms;
    int retry_after; // seconds; negative: no Retry-After header
};

struct faults;

struct faults *faults_new(void);
void faults_free(struct faults *f); // NULL-safe
void faults_clear(struct faults *f);
// { "kind", "path"?, "method"?, "count"? (1), "ms"? (100), "retryAfter"? (1, null for none) }
MUST_USE bool faults_order(struct faults *f, const json_t *order, struct err *err);
// The first that fits, counted down; false if none does.
bool faults_take(struct faults *f, const char *method, struct str path, struct fault *ret);

#endif
