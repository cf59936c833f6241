// SPDX-License-Identifier: MIT
#include "base/utf8.h"

// The range of the second byte after a lead byte, and how many bytes follow (RFC 3629 section 4).
struct lead {
    unsigned char following, low, high;
};

static struct lead lead_of(unsigned char c)
{
    if (c >= 0xC2 && c <= 0xDF)
        return (struct lead){ 1, 0x80, 0xBF };
    if (c >= 0xE0 && c <= 0xEF)
        return (struct lead){ 2, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF };
    if (c >= 0xF0 && c <= 0xF4)
        return (struct lead){ 3, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF };
    return (struct lead){ 0 };
}

int32_t utf8_decode(struct str s, size_t *ret_len)
{
    const unsigned char *p = (const unsigned char *)s.p;
    *ret_len = 1;
    if (p[0] < 0x80)
        return p[0];
    struct lead lead = lead_of(p[0]);
    if (lead.following == 0)
        return -1;
    int32_t c = p[0] & (0x3F >> lead.following);
    for (size_t i = 1; i <= lead.following; i++) {
        unsigned char low = i == 1 ? lead.low : 0x80, high = i == 1 ? lead.high : 0xBF;
        if (i >= s.n || p[i] < low || p[i] > high)
            return -1;
        c = c << 6 | (p[i] & 0x3F);
        *ret_len = i + 1;
    }
    return c;
}

size_t utf8_encode(uint32_t c, char ret[4])
{
    if (c < 0x80) {
        ret[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char marks[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        ret[i] = (char)(0x80 | (c & 0x3F));
    ret[0] = (char)(marks[n] | c);
    return n;
}

size_t utf8_count(struct str s)
{
    size_t count = 0;
    for (size_t at = 0, n; at < s.n; at += n, count++)
        utf8_decode(str_slice(s, at, s.n), &n);
    return count;
}

struct str utf8_cut(struct str s, size_t max)
{
    if (s.n <= max)
        return s;
    size_t n = max;
    while (n > 0 && max - n < 3 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--;
    return str_slice(s, 0, n);
}
