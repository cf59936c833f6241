// SPDX-License-Identifier: MIT
// links: mcp
// A template and a URI, each a line: what matches has a string for every variable it names.
#include "fuzz.h"
#include "mcp/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str uri = str_of(data, n), text = str_cut(&uri, '\n');
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct uri_template *t;
    struct err err;
    const char *key;
    json_t *v;
    if (!mcp_uri_template_new(arena_cstr(arena, text), &t, &err))
        return 0;
    json_t *values = mcp_uri_template_match(t, uri);
    json_object_foreach(values, key, v) CHECK(json_is_string(v) && key[0]);
    json_decref(values);
    mcp_uri_template_free(t);
    return 0;
}
