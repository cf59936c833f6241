// SPDX-License-Identifier: MIT
// UTF-8 one character at a time (RFC 3629): no surrogates, no overlong forms, nothing past
// U+10FFFF.
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

#define UTF8_REPLACEMENT "\xEF\xBF\xBD"

// The character at s.p and its length in bytes. An invalid sequence gives -1 and the number of
// bytes that one U+FFFD stands for (the longest prefix of a valid sequence, at least 1). s.n must
// be > 0.
int32_t utf8_decode(struct str s, size_t *ret_len);
// Writes a character that is no surrogate; returns its length.
size_t utf8_encode(uint32_t c, char ret[4]);
size_t utf8_count(struct str s); // characters; an invalid sequence counts as one
// The longest leading part of at most max bytes that does not end inside a character.
struct str utf8_cut(struct str s, size_t max);

#endif
