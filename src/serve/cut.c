// SPDX-License-Identifier: MIT
#include "serve/cut.h"

#include "json/query.h"
#include "json/write.h"

static json_t *first_of(const json_t *list, size_t n)
{
    json_t *first = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append(first, json_array_get(list, i));
    return first;
}

static bool fit(const json_t *list, size_t n, enum encoding encoding, size_t max)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(max), compact = BUF_INIT(max);
    JSON_AUTO *first = first_of(list, n);
    encode(first, encoding, &text);
    json_add_compact(&compact, first);
    return buf_ok(&text) && buf_ok(&compact);
}

// Twice as many until they are too many, then between: the work is that of a few results of the
// size that fits, however long the list is.
static size_t count_fitting(const json_t *list, enum encoding encoding, size_t max)
{
    size_t all = json_array_size(list), low = 0, high = 1;
    while (high <= all && fit(list, high, encoding, max)) {
        low = high;
        high *= 2;
    }
    if (high > all)
        high = all + 1;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (fit(list, middle, encoding, max))
            low = middle;
        else
            high = middle;
    }
    return low;
}

// "[12:]" at the end of a query, alone or behind a pipe, as cut_next writes it. *ret_before: what
// stands before it.
static bool ends_in_rest(struct str query, struct str *ret_before, int64_t *ret_from)
{
    struct str text = str_trim(query);
    ptrdiff_t open = -1;
    for (size_t i = text.n; i > 0 && open < 0; i--)
        if (text.p[i - 1] == '[')
            open = (ptrdiff_t)i - 1;
    if (open < 0 || !str_ends(text, STR(":]")))
        return false;
    struct str before = str_trim(str_slice(text, 0, (size_t)open));
    struct str digits = str_slice(text, (size_t)open + 1, text.n - 2);
    if (before.n && before.p[before.n - 1] != '|')
        return false;
    if (!str_to_i64(digits, ret_from) || *ret_from < 0)
        return false;
    *ret_before = before.n ? str_trim(str_slice(before, 0, before.n - 1)) : STR_NONE;
    return true;
}

bool cut_is_rest(struct str query)
{
    struct str before = STR_NONE;
    int64_t from = 0;
    return ends_in_rest(query, &before, &from) && !before.n;
}

void cut_next(struct str query, size_t n, struct buf *out)
{
    struct str before = str_trim(query);
    int64_t from = 0;
    if (!ends_in_rest(query, &before, &from))
        from = 0;
    if (before.n)
        buf_addf(out, STR_FMT " | ", STR_ARG(before));
    buf_addf(out, "[%lld:]", (long long)from + (long long)n);
}

json_t *cut_list(const json_t *list, enum encoding encoding, size_t max, struct str query,
                 json_t **ret_cut)
{
    CLEANUP(buf_release) struct buf next = BUF_INIT(QUERY_LENGTH_MAX + 64);
    size_t all = json_array_size(list), n = count_fitting(list, encoding, max);
    n = n ? n : all > 0;
    *ret_cut = NULL;
    if (n == all)
        return first_of(list, n);
    cut_next(query, n, &next);
    *ret_cut = json_pack("{s:I, s:I, s:{s:s}}", "shown", (json_int_t)n, "records", (json_int_t)all,
                         "next", "query", buf_cstr(&next));
    return first_of(list, n);
}

void cut_text(const json_t *cut, struct buf *out)
{
    buf_addf(
        out,
        "The answer is cut: the first %lld of %lld records are shown. The next come with query=",
        (long long)dom_int(cut, "shown", 0), (long long)dom_int(cut, "records", 0));
    json_add_compact(out, json_object_get(json_object_get(cut, "next"), "query"));
    buf_adds(out,
             " and otherwise the same arguments. A query that filters or takes fewer fields, as "
             "\"[].{id: id, name: name}\", shows more at once.");
}
