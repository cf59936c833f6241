// SPDX-License-Identifier: MIT
#include "catalog/names.h"

static const char *find(const struct name_pair *pairs, size_t count, struct str name)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct str from = str_c(pairs[middle].from);
        size_t common = from.n < name.n ? from.n : name.n;
        int order = __builtin_memcmp(from.p, name.p, common);
        if (order == 0)
            order = from.n < name.n ? -1 : from.n > name.n;
        if (order == 0)
            return pairs[middle].to;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static char lower(char c)
{
    return is_upper(c) ? (char)(c + 32) : c;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

void name_snake(struct str name, struct buf *out)
{
    const char *fixed = name.n ? find(names_snake, names_snake_count, name) : NULL;
    if (fixed) {
        buf_adds(out, fixed);
        return;
    }
    size_t start = out->n;
    bool gap = false; // an underscore is due before the next letter
    for (size_t i = 0; i < name.n; i++) {
        gap = gap || name.p[i] == '_' || (is_upper(name.p[i]) && i > 0);
        if (name.p[i] == '_')
            continue;
        if (gap && out->n > start)
            buf_addc(out, '_');
        gap = false;
        buf_addc(out, lower(name.p[i]));
    }
}

void name_camel(struct str name, struct buf *out)
{
    const char *fixed = name.n ? find(names_camel, names_camel_count, name) : NULL;
    if (fixed) {
        buf_adds(out, fixed);
        return;
    }
    if (str_index(name, '_') < 0) {
        buf_add(out, name);
        return;
    }
    bool first_piece = true, start = true;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '_') {
            first_piece = false;
            start = true;
            continue;
        }
        buf_addc(out, start && !first_piece ? upper(name.p[i]) : lower(name.p[i]));
        start = false;
    }
}
