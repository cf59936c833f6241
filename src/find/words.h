// SPDX-License-Identifier: MIT
#ifndef FIND_WORDS_H
#define FIND_WORDS_H

#include "base/buf.h"

// Everyday words, with "|" between, and what the products and tools call it.
struct synonym {
    const char *said, *meant;
};
extern const struct synonym find_synonyms[]; // ends with NULLs
extern const char *const find_stop_words[];  // ends with NULL

// What people call the things of tools whose name fits (pattern_matches); all that fit count.
struct topic {
    const char *tools, *words;
};
extern const struct topic find_topics[]; // ends with NULLs

#endif
