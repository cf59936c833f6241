// SPDX-License-Identifier: MIT
// One shared key: Authorization: Bearer KEY, or X-Api-Key: KEY (X-MCP-API-Key, as the Python
// server's deployment scripts write it) when there is no Authorization header.
#include "access/internal.h"

#define PRINCIPAL_BYTES 16

struct str api_key_principal(struct str key, struct arena *arena)
{
    uint8_t hash[SHA256_SIZE];
    sha256(arena_printf(arena, "zscaler-mcp/api-key-principal/v1:" STR_FMT, STR_ARG(key)), hash);
    struct str out = STR("api-key:");
    for (size_t i = 0; i < PRINCIPAL_BYTES; i++)
        out = arena_printf(arena, STR_FMT "%02x", STR_ARG(out), hash[i]);
    return out;
}

static bool read_key(struct exchange *ex, struct str *ret, struct err *err)
{
    struct str key = str_trim(http_header(ex, "Authorization"));
    if (key.n) {
        // Keys have whatever characters their owner chose: no b64token here.
        if (!str_eq_nocase(str_cut(&key, ' '), STR("Bearer")))
            return err_set(err, ERR_TOKEN_MALFORMED,
                           "the Authorization header must be: Bearer <api-key>");
        *ret = str_trim(key);
        return ret->n || err_set(err, ERR_TOKEN_MALFORMED, "no API key follows Bearer");
    }
    *ret = str_trim(http_header(ex, "X-Api-Key"));
    if (!ret->n)
        *ret = str_trim(http_header(ex, "X-MCP-API-Key"));
    return true;
}

bool api_key_check(struct access *a, struct exchange *ex, struct held **ret, struct err *err)
{
    uint8_t hash[SHA256_SIZE];
    struct str key = STR_NONE;
    if (!read_key(ex, &key, err) || !key.n)
        return false;
    // Hashes are compared: their length is always the same.
    sha256(key, hash);
    if (!str_eq_secret(str_of(hash, sizeof(hash)), str_of(a->key_hash, sizeof(a->key_hash))))
        return err_set(err, ERR_TOKEN_SIGNATURE,
                       "the API key is not the one of this server (ZSCALER_MCP_AUTH_API_KEY)");
    *ret = held_ref(a->fixed);
    return true;
}
