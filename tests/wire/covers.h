// SPDX-License-Identifier: MIT
// Whether our result holds all that the Python server's recorded one does. Better is allowed in
// the ways that docs/compatibility.md names: further members, no entities for & < >, no
// `extensions` copies, no padding in nested parts, values where theirs are empty.
#ifndef WIRE_COVERS_H
#define WIRE_COVERS_H

#include "base/buf.h"
#include "json/dom.h"

// Appends to wrong, one line each, what of a recorded structuredContent is missing or other in got.
void covers(const json_t *expected, const json_t *got, struct buf *wrong);

#endif
