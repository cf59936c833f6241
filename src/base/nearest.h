// SPDX-License-Identifier: MIT
// "Did you mean …?": of several names the one that is least far from what was given, by bytes put
// in, left out, replaced, or two that changed places (optimal string alignment).
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/str.h"

#define NEAREST_MAX 3 // further away, or more than half of the word, is no misspelling

struct nearest {
    struct str given; // the rest starts as zeros
    const char *name;
    size_t distance;
};

void nearest_offer(struct nearest *n, const char *candidate);
const char *nearest_found(const struct nearest *n); // NULL: none is near

#endif
