// SPDX-License-Identifier: MIT
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>

// Bytes of the kernel's generator (getrandom); no user-space pool; aborts when it fails.
void random_bytes(void *p, size_t n);
// n random bytes as 2 n lower-case hex digits and a NUL; ret holds 2 n + 1 bytes.
void random_hex(char *ret, size_t n);

#endif
