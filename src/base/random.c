// SPDX-License-Identifier: MIT
#include "base/random.h"

#include <errno.h>
#include <stdint.h>
#include <sys/random.h>

void random_bytes(void *p, size_t n)
{
    unsigned char *at = p;
    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            abort();
        at += got;
        n -= (size_t)got;
    }
}

void random_hex(char *ret, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    random_bytes(ret, n);
    ret[2 * n] = '\0';
    for (size_t i = n; i-- > 0;) { // from the end, so that no byte is overwritten before it is read
        unsigned char c = (unsigned char)ret[i];
        ret[2 * i + 1] = digits[c & 15];
        ret[2 * i] = digits[c >> 4];
    }
}
