// SPDX-License-Identifier: MIT
// Faults ordered through the control API: the next `count` requests to an endpoint go wrong in one
// way.
#ifndef ENTRA_FAULTS_H
#define ENTRA_FAULTS_H

#include "base/err.h"
#include "json/dom.h"

struct faults;

struct faults *faults_new(void);
void faults_free(struct faults *f); // NULL-safe
// {"endpoint":"token","kind":"status429","count":2,"seconds":2}
MUST_USE bool faults_order(struct faults *f, const json_t *order, struct err *err);
// Uses up one order for the endpoint whose kind begins with `prefix`; the rest of the kind, or
// NULL.
const char *faults_take(struct faults *f, const char *endpoint, const char *prefix,
                        int *ret_seconds);

#endif
