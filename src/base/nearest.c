// SPDX-License-Identifier: MIT
#include "base/nearest.h"

static size_t edit_distance(struct str a, struct str b)
{
    size_t row[64];
    if (b.n >= ARRAY_LEN(row))
        return SIZE_MAX;
    for (size_t j = 0; j <= b.n; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t above = row[j];
            size_t best = diagonal + (a.p[i - 1] != b.p[j - 1]);
            best = above + 1 < best ? above + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = above;
        }
    }
    return row[b.n];
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
    return n->name && n->distance <= NEAREST_MAX && n->distance < n->given.n ? n->name : NULL;
}
