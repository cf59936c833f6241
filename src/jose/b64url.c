// SPDX-License-Identifier: MIT
#include "jose/b64url.h"

static const char url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char std_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Value plus one of each character, 0 for all that are none: digits 62 and 63 differ by alphabet.
#define COMMON                                                                                     \
    ['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, \
    25, 26, ['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45,    \
    46, 47, 48, 49, 50, 51, 52, ['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62
static const uint8_t url_values[256] = { COMMON, ['-'] = 63, ['_'] = 64 };
static const uint8_t std_values[256] = { COMMON, ['+'] = 63, ['/'] = 64 };

// The digits of all of `in`, without padding.
static size_t encode(const char digits[64], struct str in, char *out)
{
    const uint8_t *p = (const uint8_t *)in.p;
    char *start = out;
    size_t i = 0;
    for (; i + 3 <= in.n; i += 3) {
        uint32_t v = (uint32_t)p[i] << 16 | (uint32_t)p[i + 1] << 8 | p[i + 2];
        *out++ = digits[v >> 18];
        *out++ = digits[v >> 12 & 63];
        *out++ = digits[v >> 6 & 63];
        *out++ = digits[v & 63];
    }
    size_t left = in.n - i;
    if (left == 0)
        return (size_t)(out - start);
    uint32_t v = (uint32_t)p[i] << 16 | (left == 2 ? (uint32_t)p[i + 1] << 8 : 0);
    *out++ = digits[v >> 18];
    *out++ = digits[v >> 12 & 63];
    if (left == 2)
        *out++ = digits[v >> 6 & 63];
    return (size_t)(out - start);
}

// `in` has no padding; out has room for in.n * 3 / 4 bytes.
static bool decode(const uint8_t values[256], struct str in, uint8_t *out)
{
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < in.n; i++) {
        uint8_t v = values[(uint8_t)in.p[i]];
        if (v == 0)
            return false;
        bits = bits << 6 | (uint32_t)(v - 1);
        have += 6;
        if (have >= 8) {
            have -= 8;
            *out++ = (uint8_t)(bits >> have);
        }
    }
    // One digit alone carries no byte, and what is left over must be zero: one text a value.
    return have < 6 && (bits & ((1u << have) - 1)) == 0;
}

static bool decode_to(const uint8_t values[256], struct buf *out, struct str text)
{
    size_t n = text.n / 4 * 3 + text.n % 4 * 3 / 4;
    uint8_t *room = (uint8_t *)buf_room(out, n);
    if (!room || !decode(values, text, room))
        return false;
    buf_grown(out, n);
    return true;
}

void b64url_encode(struct buf *out, struct str bytes)
{
    char *room = buf_room(out, bytes.n / 3 * 4 + (bytes.n % 3 ? bytes.n % 3 + 1 : 0));
    if (room)
        buf_grown(out, encode(url_digits, bytes, room));
}

bool b64url_decode(struct buf *out, struct str text)
{
    return decode_to(url_values, out, text);
}

void b64_encode(struct buf *out, struct str bytes)
{
    char *room = buf_room(out, (bytes.n + 2) / 3 * 4);
    if (!room)
        return;
    size_t n = encode(std_digits, bytes, room);
    while (n % 4)
        room[n++] = '=';
    buf_grown(out, n);
}

bool b64_decode(struct buf *out, struct str text)
{
    if (text.n % 4)
        return false;
    for (int i = 0; i < 2 && text.n && text.p[text.n - 1] == '='; i++)
        text.n--;
    return decode_to(std_values, out, text);
}
