// SPDX-License-Identifier: MIT
// A result as text: CSV (it costs a model the fewest tokens), else JSON with an indent of 2.
#ifndef SERVE_ENCODE_H
#define SERVE_ENCODE_H

#include "base/buf.h"
#include "json/dom.h"

#define ENCODE_MAX (64 * 1024 * 1024)

enum encoding {
    AS_FITS, // CSV where all rows are scalars and empty collections, else JSON
    AS_CSV,  // rows of any values: what is nested stands in its cell as JSON
    AS_JSON,
};

// Returns whether it became CSV.
bool encode(const json_t *value, enum encoding encoding, struct buf *out);

#endif
