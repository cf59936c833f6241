// SPDX-License-Identifier: MIT
#include "base/mem.h"

#include <unistd.h>

#include "base/attr.h"

static NORETURN void out_of_memory(void)
{
    static const char text[] = "out of memory\n";
    ssize_t ignored = write(2, text, sizeof(text) - 1);
    (void)ignored;
    abort();
}

static void *checked(void *p)
{
    if (!p)
        out_of_memory();
    return p;
}

void *mem_alloc(size_t n)
{
    return checked(malloc(n ? n : 1));
}

void *mem_zalloc(size_t count, size_t n)
{
    return checked(calloc(count ? count : 1, n ? n : 1));
}

void *mem_realloc(void *p, size_t n)
{
    return checked(realloc(p, n ? n : 1));
}
