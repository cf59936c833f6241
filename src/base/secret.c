// SPDX-License-Identifier: MIT
#include "base/secret.h"

struct secret secret_of(struct str s)
{
    return (struct secret){ str_dup(s), s.n };
}

void secret_release(struct secret *s)
{
    if (s->p)
        wipe(s->p, s->n);
    free(s->p);
    *s = (struct secret){ 0 };
}

struct str secret_reveal(const struct secret *s)
{
    return str_of(s->p, s->n);
}

void wipe(void *p, size_t n)
{
    explicit_bzero(p, n);
}
