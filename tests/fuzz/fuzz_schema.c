// SPDX-License-Identifier: MIT
// links: mcp
// A schema and a value, each a line: whatever they are, a check ends, says why it refuses, and says
// the same twice.
#include "fuzz.h"
#include "mcp/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str value = str_of(data, n), text = str_cut(&value, '\n');
    struct schema *s;
    json_t *tree;
    struct err err, again;
    if (!mcp_schema_new(text, &s, &err))
        return 0;
    if (value.p && dom_parse(value, &tree, &err)) {
        bool fits = mcp_schema_check(s, tree, &err);
        CHECK(fits || err.text[0]);
        CHECK(mcp_schema_check(s, tree, &again) == fits);
        CHECK(fits || strcmp(err.text, again.text) == 0);
        json_decref(tree);
    }
    mcp_schema_free(s);
    return 0;
}
