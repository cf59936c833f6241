// SPDX-License-Identifier: MIT
#include "access/internal.h"

#include "base/mem.h"

struct held *held_new(const struct principal *from, struct str jti, int64_t issued)
{
    struct held *h = mem_zalloc(1, sizeof(*h));
    h->arena = arena_new();
    h->principal = *from;
    struct str *texts[] = { &h->principal.key,    &h->principal.subject, &h->principal.tenant,
                            &h->principal.name,   &h->principal.email,   &h->principal.client,
                            &h->principal.family, &h->principal.marks };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = arena_str(h->arena, *texts[i]);
    h->jti = arena_str(h->arena, jti);
    h->issued = issued;
    atomic_init(&h->refs, 1);
    return h;
}

struct held *held_ref(struct held *h)
{
    atomic_fetch_add_explicit(&h->refs, 1, memory_order_relaxed);
    return h;
}

void held_unref(void *p)
{
    struct held *h = p;
    if (!h || atomic_fetch_sub_explicit(&h->refs, 1, memory_order_acq_rel) > 1)
        return;
    arena_free(h->arena);
    free(h);
}

// The principal that others see is the first member of what holds it.
static struct held *holder(const void *principal)
{
    return (struct held *)(uintptr_t)principal;
}

const void *access_keep(const void *principal)
{
    return &held_ref(holder(principal))->principal;
}

void access_drop(const void *kept)
{
    held_unref(holder(kept));
}
