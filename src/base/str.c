// SPDX-License-Identifier: MIT
#include "base/str.h"

#include "base/mem.h"
#include "base/utf8.h"

struct str str_c(const char *text)
{
    return text ? (struct str){ text, strlen(text) } : STR_NONE;
}

struct str str_of(const void *p, size_t n)
{
    return (struct str){ p, n };
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *text)
{
    return str_eq(a, str_c(text));
}

bool str_is_among(struct str a, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(a, words[i]))
            return true;
    return false;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_slice(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_slice(s, s.n - suffix.n, s.n), suffix);
}

bool str_eq_secret(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    volatile unsigned char difference = 0;
    for (size_t i = 0; i < a.n; i++)
        difference |= (unsigned char)(a.p[i] ^ b.p[i]);
    return difference == 0;
}

ptrdiff_t str_index(struct str s, char c)
{
    const char *found = s.n ? memchr(s.p, c, s.n) : NULL;
    return found ? found - s.p : -1;
}

ptrdiff_t str_find(struct str s, struct str text)
{
    if (text.n == 0)
        return 0;
    const char *found = s.n ? memmem(s.p, s.n, text.p, text.n) : NULL;
    return found ? found - s.p : -1;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    return s.p ? (struct str){ s.p + from, to - from } : STR_NONE;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    size_t from = 0, to = s.n;
    while (from < to && is_blank(s.p[from]))
        from++;
    while (to > from && is_blank(s.p[to - 1]))
        to--;
    return str_slice(s, from, to);
}

void str_tidy(struct str s, char *ret, size_t size)
{
    size_t n = s.n < size - 1 ? s.n : size - 1;
    for (size_t i = 0; i < n; i++)
        ret[i] = (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ? ' ' : s.p[i];
    ret[n] = '\0';
}

struct str str_cut(struct str *rest, char sep)
{
    struct str all = *rest;
    ptrdiff_t at = str_index(all, sep);
    if (at < 0) {
        *rest = STR_NONE;
        return all;
    }
    *rest = str_slice(all, (size_t)at + 1, all.n);
    return str_slice(all, 0, (size_t)at);
}

bool str_to_u64(struct str s, uint64_t *ret)
{
    uint64_t value = 0;
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.p[i] - '0'), &value))
            return false;
    }
    *ret = value;
    return true;
}

bool str_to_i64(struct str s, int64_t *ret)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    uint64_t size, limit = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    if (!str_to_u64(negative ? str_slice(s, 1, s.n) : s, &size) || size > limit)
        return false;
    *ret = negative ? (int64_t)(0 - size) : (int64_t)size;
    return true;
}

static size_t ascii_run(struct str s)
{
    size_t i = 0;
    for (uint64_t word; i + sizeof(word) <= s.n; i += sizeof(word)) {
        memcpy(&word, s.p + i, sizeof(word));
        if (word & 0x8080808080808080)
            break;
    }
    while (i < s.n && (unsigned char)s.p[i] < 0x80)
        i++;
    return i;
}

bool str_is_utf8(struct str s)
{
    /*= rfc3629 3 "The definition of UTF-8 prohibits encoding character numbers between U+D800 and
     * U+DFFF" */
    for (;;) {
        s = str_slice(s, ascii_run(s), s.n);
        if (s.n == 0)
            return true;
        size_t n;
        if (utf8_decode(s, &n) < 0)
            return false;
        s = str_slice(s, n, s.n);
    }
}

char *str_dup(struct str s)
{
    char *copy = mem_alloc(s.n + 1);
    if (s.n)
        memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return copy;
}
