// SPDX-License-Identifier: MIT
// The inner loop that reading and writing strings share.
#ifndef JSON_PLAIN_INT_H
#define JSON_PLAIN_INT_H

#include "base/str.h"

// 1: may not stand in a string as it is, or is not ASCII.
extern const unsigned char json_special[256];

// Number of leading bytes that are plain ASCII: no quote, no backslash, no control character. Eight
// bytes a step; the subtractions set the top bit of each byte that is below 0x20 or equal to the
// character (and perhaps of later ones, which only sends them to the byte loop).
static inline size_t json_plain_run(const char *p, size_t n)
{
    const uint64_t ones = 0x0101010101010101;
    size_t i = 0;
    for (uint64_t w; i + sizeof(w) <= n; i += sizeof(w)) {
        memcpy(&w, p + i, sizeof(w));
        uint64_t found =
            w | (w - 0x20 * ones) | ((w ^ '"' * ones) - ones) | ((w ^ '\\' * ones) - ones);
        if (found & (0x80 * ones))
            break;
    }
    while (i < n && !json_special[(unsigned char)p[i]])
        i++;
    return i;
}

#endif
