// SPDX-License-Identifier: MIT
// malloc that cannot fail: out of memory aborts with a message. Sizes come from bounded containers.
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t n);                // not zeroed
void *mem_zalloc(size_t count, size_t n); // zeroed, checks the product
void *mem_realloc(void *p, size_t n);

#endif
