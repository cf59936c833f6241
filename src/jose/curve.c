// SPDX-License-Identifier: MIT
#include "jose/internal.h"

static const struct curve curves[] = {
    { "P-256", "prime256v1", 32, JWS_ES256 },
    { "P-384", "secp384r1", 48, JWS_ES384 },
    { "P-521", "secp521r1", CURVE_WIDTH_MAX, JWS_ES512 },
};

const struct curve *curve_named(struct str crv)
{
    for (size_t i = 0; i < ARRAY_LEN(curves); i++)
        if (str_is(crv, curves[i].crv))
            return &curves[i];
    return NULL;
}

const struct curve *curve_of_alg(enum jws_alg alg)
{
    for (size_t i = 0; i < ARRAY_LEN(curves); i++)
        if (alg == curves[i].alg)
            return &curves[i];
    return NULL;
}

const struct curve *curve_of_key(const EVP_PKEY *pkey)
{
    char name[32];
    size_t n = 0;
    if (!EVP_PKEY_is_a(pkey, "EC") || EVP_PKEY_get_group_name(pkey, name, sizeof name, &n) != 1)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(curves); i++)
        if (strcmp(name, curves[i].group) == 0)
            return &curves[i];
    return NULL;
}
