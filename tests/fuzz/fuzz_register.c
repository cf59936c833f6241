// links: oauth
// SPDX-License-Identifier: MIT
// Registrations: what is read seals to an id that opens to the same client.
#include <assert.h>

#include "oauth/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct oauth *server(void)
{
    static struct oauth o;
    struct keyring *keys;
    struct str root = STR("0123456789abcdef0123456789abcdef");
    struct err err;
    if (!o.config.keys) {
        if (!keyring_new(&root, 1, &keys, &err))
            abort();
        o.config.keys = keys;
    }
    return &o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct call c = { .o = server(), .arena = arena, .now = 1 };
    struct client client, again;
    struct err err = { 0 }, dropped = { 0 };
    if (!register_read(&c, str_of(data, size), &client, &dropped, &err)) {
        assert(err.code == ERR_INVALID_REDIRECT_URI || err.code == ERR_INVALID_CLIENT_METADATA);
        return 0;
    }
    assert(client.uri_count > 0 && client.name.n > 0 && client.name.n <= 4 * CLIENT_NAME_MAX);
    struct str id = client_seal(&c, &client);
    if (!id.n || id.n > CLIENT_ID_MAX)
        return 0;
    if (!client_open(&c, id, &again, &err))
        abort();
    assert(str_eq(again.name, client.name) && again.uri_count == client.uri_count);
    for (size_t i = 0; i < client.uri_count; i++)
        assert(str_eq(again.uris[i], client.uris[i]));
    return 0;
}
