// SPDX-License-Identifier: MIT
#include "covers.h"

#include <string.h>

#include "json/write.h"

#define TEXT_MAX       (16 * 1024 * 1024)
#define PATH_BYTES_MAX 4096

// &amp; &lt; &gt; as what they stand for.
static void add_plain(struct str text, struct buf *out)
{
    static const struct {
        const char *entity, character;
    } entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' } };
    while (text.n) {
        size_t n = 1;
        char c = text.p[0];
        for (size_t i = 0; i < ARRAY_LEN(entities); i++)
            if (str_starts(text, str_c(entities[i].entity))) {
                n = strlen(entities[i].entity);
                c = entities[i].character;
            }
        buf_addc(out, c);
        text = str_slice(text, n, text.n);
    }
}

static bool same_text(struct str expected, struct str got)
{
    CLEANUP(buf_release) struct buf a = BUF_INIT(TEXT_MAX);
    CLEANUP(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
    add_plain(expected, &a);
    add_plain(got, &b);
    return str_eq(buf_str(&a), buf_str(&b));
}

static void differs(const char *path, const json_t *expected, const json_t *got, struct buf *wrong)
{
    buf_addf(wrong, "    %s: expected ", *path ? path : "result");
    json_add_compact(wrong, expected);
    buf_adds(wrong, ", got ");
    if (got)
        json_add_compact(wrong, got);
    else
        buf_adds(wrong, "nothing");
    buf_addc(wrong, '\n');
}

// Nulls, booleans, 0 and empty lists that are nowhere in nested parts are the classes' own, not the
// API's.
static bool is_padding(const json_t *value)
{
    return json_is_null(value) || json_is_boolean(value) ||
           (json_is_integer(value) && !json_integer_value(value)) ||
           (json_is_array(value) && !json_array_size(value)) ||
           (json_is_object(value) && !json_object_size(value));
}

static void judge(const char *path, unsigned level, const json_t *expected, const json_t *got,
                  struct buf *wrong);

static void judge_member(const char *path, unsigned level, const json_t *expected,
                         const json_t *got, struct buf *wrong)
{
    bool filled = (json_is_array(expected) && !json_array_size(expected) && json_is_array(got)) ||
                  (json_is_null(expected) && got);
    bool padding = level > 1 && is_padding(expected) && !got;
    if (!filled && !padding)
        judge(path, level, expected, got, wrong);
}

// level 1: of the record itself.
static void judge_members(const char *path, unsigned level, const json_t *expected,
                          const json_t *got, struct buf *wrong)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)expected, key, value)
    {
        CLEANUP(buf_release) struct buf name = BUF_INIT(PATH_BYTES_MAX);
        CLEANUP(buf_release) struct buf inner = BUF_INIT(PATH_BYTES_MAX);
        if (strcmp(key, "extensions") == 0)
            continue;
        buf_add(&name, str_trim(str_c(key))); // one class has a tab in a name
        buf_addf(&inner, "%s%s%s", path, *path ? "." : "", key);
        judge_member(buf_cstr(&inner), level, value, json_object_get(got, buf_cstr(&name)), wrong);
    }
}

static void judge_items(const char *path, unsigned level, const json_t *expected, const json_t *got,
                        struct buf *wrong)
{
    if (json_array_size(expected) != json_array_size(got)) {
        differs(path, expected, got, wrong);
        return;
    }
    for (size_t i = 0; i < json_array_size(expected); i++) {
        CLEANUP(buf_release) struct buf inner = BUF_INIT(PATH_BYTES_MAX);
        buf_addf(&inner, "%s[%zu]", path, i);
        judge(buf_cstr(&inner), level, json_array_get(expected, i), json_array_get(got, i), wrong);
    }
}

static void judge(const char *path, unsigned level, const json_t *expected, const json_t *got,
                  struct buf *wrong)
{
    if (json_is_object(expected) && json_is_object(got))
        judge_members(path, level + 1, expected, got, wrong);
    else if (json_is_array(expected) && json_is_array(got))
        judge_items(path, level, expected, got, wrong);
    else if (json_is_string(expected) && json_is_string(got)) {
        if (!same_text(dom_text(expected), dom_text(got)))
            differs(path, expected, got, wrong);
    } else if (!got || !json_equal(expected, got))
        differs(path, expected, got, wrong);
}

void covers(const json_t *expected, const json_t *got, struct buf *wrong)
{
    const json_t *list = json_object_get(expected, "result");
    if (json_is_array(list) && json_object_size(expected) == 1)
        judge("result", 0, list, json_object_get(got, "result"), wrong);
    else
        judge("", 0, expected, got, wrong);
}
