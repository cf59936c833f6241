// SPDX-License-Identifier: MIT
#include "base/nearest.h"

#define LENGTH_MAX 63

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Rows of the table of distances between the beginnings of a and of b: two behind are enough, the
// second for letters that changed places.
static size_t edit_distance(struct str a, struct str b)
{
    size_t rows[3][LENGTH_MAX + 1];
    if (b.n > LENGTH_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.n; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *now = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            now[j] =
                least(least(above[j], now[j - 1]) + 1, above[j - 1] + (a.p[i - 1] != b.p[j - 1]));
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return rows[a.n % 3][b.n];
}

void nearest_offer(struct nearest *n, const char *candidate)
{
    size_t distance = edit_distance(n->given, str_c(candidate));
    if (n->name && distance >= n->distance)
        return;
    n->name = candidate;
    n->distance = distance;
}

const char *nearest_found(const struct nearest *n)
{
    bool near = n->name && n->distance <= NEAREST_MAX && 2 * n->distance <= n->given.n;
    return near ? n->name : NULL;
}
