// SPDX-License-Identifier: MIT
// One shared key: Authorization: Bearer KEY, or X-Api-Key: KEY when there is no Authorization
// header.
#include "access/internal.h"

bool api_key_check(struct access *a, struct exchange *ex, struct err *err)
{
    uint8_t hash[SHA256_SIZE];
    struct str key = str_trim(http_header(ex, "Authorization"));
    if (key.n) {
        // Keys have whatever characters their owner chose: no b64token here.
        if (!str_eq_nocase(str_cut(&key, ' '), STR("Bearer")))
            return err_set(err, ERR_TOKEN_MALFORMED,
                           "the Authorization header must be: Bearer <api-key>");
        key = str_trim(key);
    } else {
        key = str_trim(http_header(ex, "X-Api-Key"));
    }
    if (!key.n)
        return false;
    // Hashes are compared: their length is always the same.
    sha256(key, hash);
    if (!str_eq_secret(str_of(hash, sizeof(hash)), str_of(a->key_hash, sizeof(a->key_hash))))
        return err_set(err, ERR_TOKEN_SIGNATURE,
                       "the API key is not the one of this server (ZSCALER_MCP_AUTH_API_KEY)");
    return true;
}
