// SPDX-License-Identifier: MIT
// Bytes that are wiped when freed and cannot be printed by accident (no STR_ARG fits a secret).
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/str.h"

struct secret {
    char *p; // NUL-terminated
    size_t n;
};

struct secret secret_of(struct str s); // a copy
void secret_release(struct secret *s);
DEFINE_CLEANUP_VALUE(secret_release, struct secret)
// The bytes, for the one call that needs them. Grep for this name to see where secrets go.
struct str secret_reveal(const struct secret *s);
void wipe(void *p, size_t n); // memset that the compiler keeps

#endif
