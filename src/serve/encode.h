// SPDX-License-Identifier: MIT
// A result as text: CSV where every row is flat (it costs a model the fewest tokens), else JSON
// with an indent of 2.
#ifndef SERVE_ENCODE_H
#define SERVE_ENCODE_H

#include "base/buf.h"
#include "json/dom.h"

#define ENCODE_MAX (64 * 1024 * 1024)

// csv: rows of scalars and empty collections may become CSV. Returns whether they did.
bool encode(const json_t *value, bool csv, struct buf *out);

#endif
