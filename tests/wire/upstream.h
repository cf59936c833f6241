// SPDX-License-Identifier: MIT
// The scripted OneAPI of the wire tests: answers what a case says, in its order, and writes down
// how the requests differ from what the case expects. Tokens are handed out to anyone.
#ifndef WIRE_UPSTREAM_H
#define WIRE_UPSTREAM_H

#include "base/buf.h"
#include "json/dom.h"

struct upstream;

struct upstream *upstream_new(void);
void upstream_free(struct upstream *u);
int upstream_port(const struct upstream *u);
// From now on: these exchanges ([{method, path, query, body, status, answer}]); NULL: any request
// gets 404.
void upstream_script(struct upstream *u, const json_t *exchanges);
// From now on: the same answer to every request; body is JSON or not.
void upstream_always(struct upstream *u, int status, const char *body);
// From now on: the reads among these exchanges, in any order, 404 to others; a write is a
// difference.
void upstream_reads(struct upstream *u, const json_t *exchanges);
// How many requests came since upstream_script or upstream_always.
size_t upstream_count(struct upstream *u);
// Whether two queries have the same pairs in the same encoding; their order means nothing to the
// API.
bool upstream_same_query(struct str a, struct str b);
// What was wrong since upstream_script, one line each; expectations that were not used too.
void upstream_differences(struct upstream *u, struct buf *out);

#endif
