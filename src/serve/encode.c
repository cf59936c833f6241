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

static bool is_row(const json_t *row, bool nested)
{
    const char *key;
    json_t *value;
    if (!json_is_object(row) || nested)
        return json_is_object(row);
    json_object_foreach((json_t *)(uintptr_t)row, key, value) if (!flat_value(value)) return false;
    return true;
}

static bool are_rows(const json_t *rows, bool nested)
{
    if (json_array_size(rows) == 0)
        return false;
    for (size_t i = 0; i < json_array_size(rows); i++)
        if (!is_row(json_array_get(rows, i), nested))
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
    if (flat_value(value)) {
        json_add_compact(out, value);
        return;
    }
    CLEANUP(buf_release) struct buf text = BUF_INIT(ENCODE_MAX);
    json_add_compact(&text, value);
    add_cell(out, buf_str(&text), alone);
    out->overflow |= !buf_ok(&text);
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

bool encode(const json_t *value, enum encoding encoding, struct buf *out)
{
    if (encoding == AS_JSON || !json_is_array(value) || !are_rows(value, encoding == AS_CSV)) {
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
