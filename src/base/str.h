// SPDX-License-Identifier: MIT
// A view of bytes: pointer and length, passed by value, not NUL-terminated, never owned. A str is
// valid as long as what it points into; who keeps one longer copies it (arena_str, str_dup).
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    } // for const tables
#define STR_NONE   ((struct str){ NULL, 0 })
#define STR_FMT    "%.*s"
#define STR_ARG(s) (int)(s).n, (s).n ? (s).p : "" // printf("%.*s", STR_ARG(s))

// A C string as a view; NULL gives an empty str.
struct str str_c(const char *text);
struct str str_of(const void *p, size_t n);

bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *text);
bool str_is_among(struct str a, const char *const *words, size_t count);
bool str_eq_nocase(struct str a, struct str b); // ASCII only
int str_cmp(struct str a, struct str b);        // by bytes, as memcmp, shorter first
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
// Compares without revealing by its time where the difference is (lengths are not secret).
bool str_eq_secret(struct str a, struct str b);

// Index of the first byte c (or text), -1 if there is none.
ptrdiff_t str_index(struct str s, char c);
ptrdiff_t str_find(struct str s, struct str text);

// From byte `from` to before `to`; both are clamped to the length.
struct str str_slice(struct str s, size_t from, size_t to);
struct str str_trim(struct str s); // blanks, tabs, CR and LF at both ends

// Somebody else's words on one line of our own: control characters become blanks, the end is cut.
void str_tidy(struct str s, char *ret, size_t size);

// Cuts what stands before the first sep off *rest and returns it; without sep, all of it. After the
// last piece rest->p is NULL:  while (rest.p) { piece = str_cut(&rest, ','); … }
struct str str_cut(struct str *rest, char sep);

// The whole of s as a decimal number (optional '-'; no blanks, no '+'); false on anything else or
// out of range, *ret untouched.
MUST_USE bool str_to_i64(struct str s, int64_t *ret);
MUST_USE bool str_to_u64(struct str s, uint64_t *ret);

// Valid UTF-8 without surrogates and overlong forms (RFC 3629 section 3).
bool str_is_utf8(struct str s);

// A heap copy with a NUL behind it; free() it.
char *str_dup(struct str s);

#endif
