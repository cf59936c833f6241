// SPDX-License-Identifier: MIT
// Looking up what an error of the identity provider means. The rows stand in explain_table.c.
#include "base/attr.h"
#include "idp/explain_int.h"

#define DIGITS_MAX 9

// Before (< 0), at or behind (> 0) the row: by number, rows without one by their word.
static int compare(int aadsts, const char *word, const struct explanation *row)
{
    if (aadsts != row->aadsts)
        return aadsts < row->aadsts ? -1 : 1;
    return aadsts ? 0 : strcmp(word, row->error);
}

static const struct explanation *find(int aadsts, const char *word)
{
    size_t low = 0, high = explanation_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(aadsts, word, &explanations[middle]);
        if (order == 0)
            return &explanations[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct explanation *explain_aadsts(int number)
{
    return number > 0 ? find(number, NULL) : NULL;
}

const struct explanation *explain_error(const char *word, struct str description)
{
    const struct explanation *row = explain_aadsts(aadsts_in(description));
    return row || !word ? row : find(0, word);
}

const struct explanation *explain_table(size_t *ret_count)
{
    *ret_count = explanation_count;
    return explanations;
}

static int number_at(struct str s)
{
    size_t n = 0;
    int64_t value;
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    if (n == 0 || n > DIGITS_MAX || !str_to_i64(str_slice(s, 0, n), &value))
        return 0;
    return (int)value;
}

// The first one counts; "AADSTS" without digits behind it is passed over.
int aadsts_in(struct str text)
{
    const struct str mark = STR("AADSTS");
    ptrdiff_t at;
    while ((at = str_find(text, mark)) >= 0) {
        text = str_slice(text, (size_t)at + mark.n, text.n);
        int number = number_at(text);
        if (number)
            return number;
    }
    return 0;
}
