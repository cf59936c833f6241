// SPDX-License-Identifier: MIT
#include "serve/encode.h"

#include <string.h>

#include "json/write.h"

static bool flat_value(const json_t *value)
{
    if (json_is_object(value))
        return json_object_size(value) == 0;
    return !json_is_array(value) || json_array_size(value) == 0;
}

static bool flat_row(const json_t *row)
{
    const char *key;
    json_t *value;
    if (!json_is_object(row))
        return false;
    json_object_foreach((json_t *)(uintptr_t)row, key, value) if (!flat_value(value)) return false;
    return true;
}

static bool flat_rows(const json_t *rows)
{
    if (json_array_size(rows) == 0)
        return false;
    for (size_t i = 0; i < json_array_size(rows); i++)
        if (!flat_row(json_array_get(rows, i)))
            return false;
    return true;
}

// RFC 4180 section 2: fields with a comma, a quote or a line break are quoted, quotes doubled. A
// carriage return alone is not, as in Python's csv; our lines end with \n.
static void add_cell(struct buf *out, struct str text, bool alone)
{
    bool quoted = alone && !text.n;
    for (size_t i = 0; i < text.n && !quoted; i++)
        quoted = text.p[i] == ',' || text.p[i] == '"' || text.p[i] == '\n';
    if (!quoted) {
        buf_add(out, text);
        return;
    }
    buf_addc(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, text.p[i]);
    }
    buf_addc(out, '"');
}

static void add_value(struct buf *out, const json_t *value, bool alone)
{
    if (!value || json_is_null(value)) {
        add_cell(out, STR_NONE, alone);
        return;
    }
    if (json_is_string(value)) {
        add_cell(out, dom_text(value), alone);
        return;
    }
    json_add_compact(out, value);
}

static json_t *columns(const json_t *rows)
{
    json_t *names = json_object(); // as an ordered set
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const char *key;
        json_t *value;
        json_object_foreach(json_array_get(rows, i), key, value) if (!json_object_get(names, key))
            json_object_set_new_nocheck(names, key, json_null());
    }
    return names;
}

static void add_row(struct buf *out, json_t *names, const json_t *row)
{
    const char *key, *comma = "";
    json_t *unused;
    bool alone = json_object_size(names) == 1;
    json_object_foreach(names, key, unused)
    {
        buf_adds(out, comma);
        add_value(out, json_object_get(row, key), alone);
        comma = ",";
    }
}

static void add_header(struct buf *out, json_t *names)
{
    const char *key, *comma = "";
    json_t *unused;
    json_object_foreach(names, key, unused)
    {
        buf_adds(out, comma);
        add_cell(out, str_c(key), json_object_size(names) == 1);
        comma = ",";
    }
}

bool encode(const json_t *value, bool csv, struct buf *out)
{
    if (!csv || !json_is_array(value) || !flat_rows(value)) {
        json_add_indented(out, value);
        return false;
    }
    JSON_AUTO *names = columns(value);
    if (json_object_size(names) == 0)
        return true;
    add_header(out, names);
    for (size_t i = 0; i < json_array_size(value); i++) {
        buf_addc(out, '\n');
        add_row(out, names, json_array_get(value, i));
    }
    return true;
}
