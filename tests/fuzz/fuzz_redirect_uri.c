// links: oauth
// SPDX-License-Identifier: MIT
// Redirect URIs: whatever is accepted is printable ASCII, stays the same when compared with itself,
// and its host stands where a browser would look for it.
#include <assert.h>

#include "oauth/redirect_uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct redirect_uri uri;
    struct err err;
    struct str text = str_of(data, size);
    if (!redirect_uri_parse(text, &uri, &err))
        return 0;
    for (size_t i = 0; i < size; i++)
        assert(data[i] > 0x20 && data[i] < 0x7f && data[i] != '\\' && data[i] != '#');
    assert(redirect_uri_same(text, text));
    assert(str_index(uri.authority, '@') < 0);
    if (uri.kind == REDIRECT_LOOPBACK)
        assert(redirect_uri_allowed(&uri, NULL, NULL));
    else
        assert(uri.kind == REDIRECT_PRIVATE || str_starts(text, STR("https://")));
    return 0;
}
