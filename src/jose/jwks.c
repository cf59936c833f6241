// SPDX-License-Identifier: MIT
// Key sets of others: the only way a foreign public key comes in.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "jose/b64url.h"
#include "jose/internal.h"
#include "json/dom.h"

#define RSA_E_MAX  8 // bytes
#define ISSUER_MAX 512

// The bytes of a base64url member, between min and max of them.
static bool member_bytes(const json_t *jwk, const char *name, size_t min, size_t max,
                         struct buf *ret)
{
    struct str text = dom_str(jwk, name);
    buf_init(ret, max);
    if (text.p && b64url_decode(ret, text) && ret->n >= min)
        return true;
    buf_release(ret);
    return false;
}

static EVP_PKEY *pkey_from(const char *type, OSSL_PARAM *params)
{
    EVP_PKEY *pkey = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    crypto_must(ctx && params && EVP_PKEY_fromdata_init(ctx) == 1, type);
    if (EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    return pkey;
}

static OSSL_PARAM *rsa_params(const BIGNUM *n, const BIGNUM *e)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    crypto_must(build && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
                    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1,
                "RSA parameters");
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    OSSL_PARAM_BLD_free(build);
    return params;
}

static BIGNUM *number_of(const struct buf *bytes)
{
    BIGNUM *number = BN_bin2bn((const unsigned char *)bytes->p, (int)bytes->n, NULL);
    crypto_must(number, "a big number");
    return number;
}

static EVP_PKEY *rsa_import(const json_t *jwk)
{
    CLEANUP(buf_release) struct buf n = { 0 }, e = { 0 };
    if (!member_bytes(jwk, "n", RSA_BITS_MIN / 8, RSA_BITS_MAX / 8 + 1, &n) ||
        !member_bytes(jwk, "e", 1, RSA_E_MAX, &e))
        return NULL;
    BIGNUM *modulus = number_of(&n), *exponent = number_of(&e);
    int bits = BN_num_bits(modulus);
    /*= rfc7518 3.3 "A key of size 2048 bits or larger MUST be used with these algorithms." */
    bool ok = bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX && BN_is_odd(modulus) &&
              BN_is_odd(exponent) && !BN_is_one(exponent);
    EVP_PKEY *pkey = ok ? pkey_from("RSA", rsa_params(modulus, exponent)) : NULL;
    BN_free(modulus);
    BN_free(exponent);
    return pkey;
}

static EVP_PKEY *ec_import(const json_t *jwk)
{
    CLEANUP(buf_release) struct buf x = { 0 }, y = { 0 };
    const struct curve *curve = curve_named(dom_str(jwk, "crv"));
    size_t width = curve->width;
    /*= rfc7518 6.2.1.2 "The length of this octet string MUST be the full size of a coordinate…" */
    if (!member_bytes(jwk, "x", width, width, &x) || !member_bytes(jwk, "y", width, width, &y))
        return NULL;
    uint8_t point[1 + 2 * CURVE_WIDTH_MAX] = { 4 }; // uncompressed
    memcpy(point + 1, x.p, width);
    memcpy(point + 1 + width, y.p, width);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)curve->group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * width),
        OSSL_PARAM_construct_end(),
    };
    return pkey_from("EC", OSSL_PARAM_dup(params)); // refuses a point that is not on the curve
}

static EVP_PKEY *okp_import(const json_t *jwk)
{
    CLEANUP(buf_release) struct buf x = { 0 };
    if (!member_bytes(jwk, "x", 32, 32, &x))
        return NULL;
    return EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, (const unsigned char *)x.p, 32);
}

static const struct key_type {
    const char *kty, *crv; // crv NULL: it has none
    unsigned algs;
    EVP_PKEY *(*import)(const json_t *jwk);
} key_types[] = {
    { "RSA", NULL, JWS_RSA_ALL, rsa_import },    { "EC", "P-256", JWS_ES256, ec_import },
    { "EC", "P-384", JWS_ES384, ec_import },     { "EC", "P-521", JWS_ES512, ec_import },
    { "OKP", "Ed25519", JWS_EDDSA, okp_import },
};

static const struct key_type *key_type_of(const json_t *jwk)
{
    struct str kty = dom_str(jwk, "kty"), crv = dom_str(jwk, "crv");
    for (size_t i = 0; i < ARRAY_LEN(key_types); i++)
        if (str_is(kty, key_types[i].kty) && (!key_types[i].crv || str_is(crv, key_types[i].crv)))
            return &key_types[i];
    return NULL;
}

// A published private key is everybody's: nothing it signs proves anything.
static bool has_private_parts(const json_t *jwk)
{
    static const char *const names[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (dom_get(jwk, names[i]))
            return true;
    return false;
}

static bool array_has(const json_t *array, const char *text)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (str_is(dom_text(json_array_get(array, i)), text))
            return true;
    return false;
}

static bool is_for_signatures(const json_t *jwk)
{
    const json_t *use = dom_get(jwk, "use"), *ops = dom_get(jwk, "key_ops");
    return (!use || str_is(dom_text(use), "sig")) && (!ops || array_has(ops, "verify"));
}

// What the key may verify: all its type can, or only what "alg" says.
static unsigned algs_of(const json_t *jwk, const struct key_type *type)
{
    const json_t *alg = dom_get(jwk, "alg");
    return alg ? type->algs & (unsigned)jws_alg_by_name(dom_text(alg)) : type->algs;
}

static bool import(const json_t *jwk, struct jwk *ret)
{
    const struct key_type *type = key_type_of(jwk);
    const json_t *kid = dom_get(jwk, "kid");
    if (!type || has_private_parts(jwk) || !is_for_signatures(jwk) ||
        (kid && !jwk_kid_ok(dom_text(kid))))
        return false;
    unsigned algs = algs_of(jwk, type);
    EVP_PKEY *pkey = algs ? type->import(jwk) : NULL;
    ERR_clear_error();
    if (!pkey)
        return false;
    struct str issuer = str_slice(dom_str(jwk, "issuer"), 0, ISSUER_MAX);
    *ret = jwk_make(pkey, 0, algs, dom_text(kid));
    ret->issuer = str_of(str_dup(issuer), issuer.n);
    return true;
}

static bool is_repeated(const struct jwks *set, const struct jwk *key)
{
    for (size_t i = 0; i < set->n; i++)
        if (str_eq(set->keys[i].kid, key->kid) && set->keys[i].verifies == key->verifies &&
            EVP_PKEY_eq(set->keys[i].pkey, key->pkey) == 1)
            return true;
    return false;
}

bool jwks_parse(struct str json, struct jwks **ret, struct err *err)
{
    if (json.n > JWKS_BYTES_MAX)
        return err_set(err, ERR_KEYS_UNAVAILABLE, "the key set has %zu bytes; at most %d are read",
                       json.n, JWKS_BYTES_MAX);
    struct err why = { 0 };
    JSON_AUTO *tree = NULL;
    if (!dom_parse_object(json, &tree, &why))
        return err_set(err, ERR_KEYS_UNAVAILABLE, "the key set cannot be read: %s", why.text);
    const json_t *keys = dom_get(tree, "keys");
    if (!json_is_array(keys))
        return err_set(err, ERR_KEYS_UNAVAILABLE,
                       "the key set has no \"keys\" array: is this the "
                       "address of a JSON Web Key Set?");
    size_t count = json_array_size(keys);
    if (count > JWKS_MAX)
        return err_set(err, ERR_KEYS_UNAVAILABLE, "the key set has %zu keys; at most %d are read",
                       count, JWKS_MAX);
    struct jwks *set = mem_zalloc(1, sizeof *set);
    for (size_t i = 0; i < count; i++) {
        struct jwk key;
        /*= rfc7517 5 "Implementations SHOULD ignore JWKs within a JWK Set that use "kty" … values
         * that are not understood by them…" */
        if (!import(json_array_get(keys, i), &key))
            continue;
        if (is_repeated(set, &key))
            jwk_release(&key);
        else
            set->keys[set->n++] = key;
    }
    if (set->n == 0) {
        jwks_free(set);
        return err_set(err, ERR_KEYS_UNAVAILABLE,
                       "none of the %zu keys of the set can verify signatures "
                       "(RSA of 2048 bits or more, EC P-256, P-384, P-521 and Ed25519 can)",
                       count);
    }
    *ret = set;
    return true;
}

void jwks_free(struct jwks *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->n; i++)
        jwk_release(&set->keys[i]);
    free(set);
}

size_t jwks_count(const struct jwks *set)
{
    return set->n;
}

struct str jwks_issuer(const struct jwks *set, struct str kid)
{
    for (size_t i = 0; i < set->n; i++)
        if (kid.n && str_eq(set->keys[i].kid, kid))
            return set->keys[i].issuer;
    return STR_NONE;
}

bool jwks_has(const struct jwks *set, struct str kid)
{
    for (size_t i = 0; i < set->n; i++)
        if (kid.n && str_eq(set->keys[i].kid, kid))
            return true;
    return false;
}

struct jwks *jwks_of(const struct jwk *const *keys, size_t count)
{
    struct jwks *set = mem_zalloc(1, sizeof *set);
    crypto_must(count <= JWKS_MAX, "the size of a key set");
    for (size_t i = 0; i < count; i++) {
        // Only the public half goes into a set.
        unsigned char *der = NULL;
        int n = i2d_PUBKEY(keys[i]->pkey, &der);
        const unsigned char *p = der;
        EVP_PKEY *pkey = n > 0 ? d2i_PUBKEY(NULL, &p, n) : NULL;
        crypto_must(pkey, "the public half of a key");
        OPENSSL_free(der);
        set->keys[set->n++] = jwk_make(pkey, 0, keys[i]->signs, keys[i]->kid);
    }
    return set;
}
