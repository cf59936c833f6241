// SPDX-License-Identifier: MIT
// links: jose
// Foreign key sets and PEM files: what comes in must be usable and publishable.
#include <stdlib.h>

#include "fuzz.h"
#include "jose/jws.h"

static void pem(struct str text)
{
    struct jwk *key = NULL;
    struct err err = { 0 };
    if (!jwk_from_pem(text, &key, &err)) {
        if (err.code != ERR_CONFIG)
            abort();
        return;
    }
    struct buf json = BUF_INIT(8192);
    struct jwks *set = jwk_public_set(key);
    jwk_public_json(key, STR(""), &json);
    if (!buf_ok(&json) || jwks_count(set) != 1)
        abort();
    buf_release(&json);
    jwks_free(set);
    jwk_free(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jwks *set = NULL;
    struct err err = { 0 };
    pem(str_of(data, size));
    if (!jwks_parse(str_of(data, size), &set, &err))
        return err.code == ERR_KEYS_UNAVAILABLE && !set ? 0 : (abort(), 0);
    if (jwks_count(set) == 0 || jwks_count(set) > JWKS_MAX || jwks_has(set, STR("")))
        abort();
    struct jws jws = { 0 };
    // {"alg":"ES256"}.{}.00: no key may verify it
    if (!jws_parse(STR("eyJhbGciOiJFUzI1NiJ9.e30.AA"), &jws, &err))
        abort();
    if (jws_verify(&jws, set, JWS_RS256 | JWS_PS256 | JWS_ES256 | JWS_EDDSA, NULL, &err))
        abort();
    jws_release(&jws);
    jwks_free(set);
    return 0;
}
