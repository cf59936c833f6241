// SPDX-License-Identifier: MIT
// links: http
// A form that parses has at most 100 pairs of whole UTF-8 without NUL, and each is found by its
// name.
#include "http/http.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct form *f = NULL;
    if (!form_parse(arena, str_of(data, n), &f, NULL))
        return 0;
    CHECK(form_count(f) <= 100);
    for (size_t i = 0; i < form_count(f); i++) {
        struct str name, value;
        form_at(f, i, &name, &value);
        CHECK(str_is_utf8(name) && str_is_utf8(value) && strlen(value.p) == value.n);
        CHECK(form_get(f, name.p).p &&
              (form_doubled(f, name.p) || str_eq(form_get(f, name.p), value)));
    }
    return 0;
}
