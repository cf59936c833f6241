// SPDX-License-Identifier: MIT
#include "base/arena.h"

#include <stdalign.h>

#include "base/mem.h"

#define FIRST_CHUNK   4096 // with its headers one page
#define LARGEST_CHUNK ((size_t)256 * 1024)

struct chunk {
    struct chunk *next;
    size_t size, used;
    alignas(max_align_t) char bytes[];
};

struct deferred {
    struct deferred *next;
    void (*fn)(void *);
    void *p;
};

// The arena lives in its own first chunk; `chunks` begins with the one that is being filled.
struct arena {
    struct chunk *chunks;
    struct deferred *deferred;
    size_t handed_out;
};

static size_t aligned(size_t n)
{
    size_t mask = alignof(max_align_t) - 1;
    return (n + mask) & ~mask;
}

static struct chunk *chunk_new(size_t size)
{
    struct chunk *c = mem_alloc(sizeof(*c) + size);
    *c = (struct chunk){ .size = size };
    return c;
}

static void *chunk_take(struct chunk *c, size_t n)
{
    void *p = c->bytes + c->used;
    c->used += aligned(n);
    return memset(p, 0, n);
}

struct arena *arena_new(void)
{
    struct chunk *c = chunk_new(FIRST_CHUNK - sizeof(*c) - 2 * sizeof(void *));
    struct arena *a = chunk_take(c, sizeof(*a));
    a->chunks = c;
    return a;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    for (struct deferred *d = a->deferred; d; d = d->next)
        d->fn(d->p);
    for (struct chunk *c = a->chunks, *next; c; c = next) {
        next = c->next;
        free(c);
    }
}

// A large piece gets a chunk of its own behind the one being filled, which stays in use.
static void *alloc_elsewhere(struct arena *a, size_t n)
{
    struct chunk *current = a->chunks;
    if (n > LARGEST_CHUNK / 4) {
        struct chunk *own = chunk_new(aligned(n));
        own->next = current->next;
        current->next = own;
        return chunk_take(own, n);
    }
    size_t size = current->size < LARGEST_CHUNK / 2 ? 2 * current->size : LARGEST_CHUNK;
    struct chunk *c = chunk_new(aligned(size < n ? n : size));
    c->next = current;
    a->chunks = c;
    return chunk_take(c, n);
}

void *arena_alloc(struct arena *a, size_t n)
{
    if (n > PTRDIFF_MAX / 2)
        abort();
    a->handed_out += n;
    struct chunk *c = a->chunks;
    if (c->used <= c->size && aligned(n) <= c->size - c->used)
        return chunk_take(c, n);
    return alloc_elsewhere(a, n);
}

struct str arena_str(struct arena *a, struct str s)
{
    char *copy = arena_alloc(a, s.n + 1);
    if (s.n)
        memcpy(copy, s.p, s.n);
    return (struct str){ copy, s.n };
}

const char *arena_cstr(struct arena *a, struct str s)
{
    return arena_str(a, s).p;
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *text = arena_alloc(a, n < 0 ? 1 : (size_t)n + 1);
    if (n > 0)
        vsnprintf(text, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){ text, n < 0 ? 0 : (size_t)n };
}

void arena_defer(struct arena *a, void (*fn)(void *), void *p)
{
    struct deferred *d = arena_alloc(a, sizeof(*d));
    *d = (struct deferred){ a->deferred, fn, p };
    a->deferred = d;
}

size_t arena_size(const struct arena *a)
{
    return a->handed_out;
}
