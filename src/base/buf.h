// SPDX-License-Identifier: MIT
// A growing byte buffer with a maximum. Invariants: n <= cap, n <= max, p[n] is '\0' whenever p is
// set. An append that would pass max is dropped whole and sets `overflow`, which stays set until
// buf_reset, buf_release or buf_take; until then all further appends are dropped too. So a sequence
// of appends is checked once, at its end, with buf_ok.
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/str.h"

struct buf {
    char *p;
    size_t n, cap, max;
    bool overflow;
};

#define BUF_INIT(limit)                                                                            \
    {                                                                                              \
        .max = (limit)                                                                             \
    }

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); // frees the bytes; b may be used again
void buf_wipe(struct buf *b);    // as buf_release, zeroes the bytes first
void buf_reset(struct buf *b);   // empties, keeps the memory
DEFINE_CLEANUP_VALUE(buf_release, struct buf)
DEFINE_CLEANUP_VALUE(buf_wipe, struct buf)

void buf_add(struct buf *b, struct str s);
static inline void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *text);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vaddf(struct buf *b, const char *fmt, va_list args) PRINTF(2, 0);
// Room for n more bytes to be written at the returned place, then counted with buf_grown; NULL past
// max.
char *buf_room(struct buf *b, size_t n);
void buf_grown(struct buf *b, size_t n);
void buf_truncate(struct buf *b, size_t n);

bool buf_ok(const struct buf *b);
struct str buf_str(const struct buf *b); // valid until the next append
const char *buf_cstr(struct buf *b);     // never NULL
// The bytes, NUL-terminated, now the caller's: free() them.
char *buf_take(struct buf *b, size_t *ret_n);

// Percent-encoding of all but RFC 3986 unreserved characters; `form` writes a blank as '+'.
void buf_add_urlencoded(struct buf *b, struct str s, bool form);
// Undoes it; false on a bad escape. `form` reads '+' as a blank.
MUST_USE bool buf_add_urldecoded(struct buf *b, struct str s, bool form);
// Escapes & < > " ' for HTML text and attribute values.
void buf_add_html(struct buf *b, struct str s);

static inline void buf_addc(struct buf *b, char c)
{
    if (b->n < b->cap && !b->overflow) {
        b->p[b->n++] = c;
        b->p[b->n] = '\0';
        return;
    }
    buf_add(b, (struct str){ &c, 1 });
}

#endif
