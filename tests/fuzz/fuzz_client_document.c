// links: oauth
// SPDX-License-Identifier: MIT
// Client metadata documents: what is accepted is bound to its URL and has a name and a place to go.
#include <assert.h>

#include "oauth/documents_int.h"

#define URL "https://app.example/client.json"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct oauth o;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct call c = { .o = &o, .arena = arena, .now = 1 };
    struct client client;
    struct err err = { 0 };
    if (!document_read(&c, STR(URL), str_of(data, size), &client, &err)) {
        assert(err.code != ERR_NONE && err.text[0]);
        return 0;
    }
    assert(client.uri_count > 0 && client.uri_count <= CLIENT_URIS_MAX);
    assert(client.name.n > 0 && client.name.n <= 4 * CLIENT_NAME_MAX);
    assert(str_is(client.publisher, "app.example") && client.version.n == 22 && !client.secret.n);
    for (size_t i = 0; i < client.uri_count; i++)
        assert(client_redirect_ok(&c, &client, client.uris[i], &err));
    assert(!document_read(&c, STR(URL "x"), str_of(data, size), &client, &err));
    return 0;
}
