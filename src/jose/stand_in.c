// SPDX-License-Identifier: MIT
#include "jose/stand_in.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "jose/b64url.h"
#include "jose/internal.h"

#define NOT_BEFORE   "20200101000000Z"
#define NOT_AFTER    "20991231235959Z"
#define PRIME_BYTES  (RSA_BITS_MIN / 8 / 2)
#define RSA_EXPONENT 65537

static void set_serial(X509 *cert, const struct jwk *key)
{
    CLEANUP(buf_release) struct buf der = BUF_INIT(4096);
    uint8_t digest[20];
    jwk_public_der(key, &der);
    sha1(buf_str(&der), digest);
    digest[0] = (digest[0] & 0x3f) | 0x40; // positive, and never with a leading zero
    BIGNUM *number = BN_bin2bn(digest, 16, NULL);
    crypto_must(number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)), "a serial");
    BN_free(number);
}

void jwk_certificate(const struct jwk *key, const char *common_name, struct buf *out)
{
    unsigned char *der = NULL;
    X509 *cert = X509_new();
    X509_NAME *name = X509_NAME_new();
    crypto_must(cert && name, "a certificate");
    set_serial(cert, key);
    bool ok = X509_set_version(cert, X509_VERSION_3) &&
              X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                         (const unsigned char *)common_name, -1, -1, 0) &&
              X509_set_subject_name(cert, name) && X509_set_issuer_name(cert, name) &&
              ASN1_TIME_set_string_X509(X509_getm_notBefore(cert), NOT_BEFORE) &&
              ASN1_TIME_set_string_X509(X509_getm_notAfter(cert), NOT_AFTER) &&
              X509_set_pubkey(cert, key->pkey) &&
              X509_sign(cert, key->pkey, key->signs == JWS_EDDSA ? NULL : crypto()->sha256) > 0;
    crypto_must(ok, "signing a certificate");
    int n = i2d_X509(cert, &der);
    crypto_must(n > 0, "a certificate as DER");
    buf_add(out, str_of(der, (size_t)n));
    OPENSSL_free(der);
    X509_NAME_free(name);
    X509_free(cert);
}

static EVP_PKEY *key_of_certificate(struct str der)
{
    const unsigned char *p = (const unsigned char *)der.p;
    X509 *cert = der.n <= JWKS_BYTES_MAX ? d2i_X509(NULL, &p, (long)der.n) : NULL;
    bool whole = cert && p == (const unsigned char *)der.p + der.n;
    EVP_PKEY *pkey = whole ? X509_get_pubkey(cert) : NULL;
    X509_free(cert);
    ERR_clear_error();
    return pkey;
}

bool jwk_from_certificate(struct str der, struct jwk **ret, struct err *err)
{
    EVP_PKEY *pkey = key_of_certificate(der);
    if (!pkey)
        return err_set(err, ERR_CONFIG, "is no X.509 certificate (DER)");
    int bits = EVP_PKEY_get_bits(pkey);
    if (!EVP_PKEY_is_a(pkey, "RSA") || bits < RSA_BITS_MIN || bits > RSA_BITS_MAX) {
        EVP_PKEY_free(pkey);
        return err_set(err, ERR_CONFIG, "the certificate's key must be RSA of %d to %d bits",
                       RSA_BITS_MIN, RSA_BITS_MAX);
    }
    CLEANUP(buf_release) struct buf kid = BUF_INIT(64);
    uint8_t digest[20];
    sha1(der, digest);
    b64url_encode(&kid, str_of(digest, sizeof digest));
    struct jwk *key = mem_alloc(sizeof *key);
    *key = jwk_make(pkey, 0, JWS_RS256 | JWS_PS256, buf_str(&kid));
    *ret = key;
    return true;
}

// --- keys from a seed ---

struct rsa_numbers {
    BIGNUM *n, *e, *d, *p, *q, *dp, *dq, *qinv, *phi;
    BN_CTX *ctx;
};

// The first prime from a starting point that the seed gives, such that e has an inverse.
static BIGNUM *seeded_prime(const uint8_t prk[SHA256_SIZE], const char *which, BN_CTX *ctx)
{
    uint8_t bytes[PRIME_BYTES];
    hkdf_expand(prk, str_c(which), bytes, sizeof bytes);
    bytes[0] |= 0xc0; // the product of two has all its bits
    bytes[sizeof bytes - 1] |= 1;
    BIGNUM *prime = BN_bin2bn(bytes, sizeof bytes, NULL);
    crypto_must(prime, "a number");
    while (BN_mod_word(prime, RSA_EXPONENT) == 1 || BN_check_prime(prime, ctx, NULL) != 1)
        crypto_must(BN_add_word(prime, 2), "a number");
    return prime;
}

static BIGNUM *less_one(const BIGNUM *number)
{
    BIGNUM *less = BN_dup(number);
    crypto_must(less && BN_sub_word(less, 1), "a number");
    return less;
}

static void derive(struct rsa_numbers *r)
{
    BIGNUM *p1 = less_one(r->p), *q1 = less_one(r->q);
    r->n = BN_new(), r->e = BN_new(), r->phi = BN_new(), r->dp = BN_new(), r->dq = BN_new();
    bool ok = r->n && r->e && r->phi && r->dp && r->dq && BN_set_word(r->e, RSA_EXPONENT) &&
              BN_mul(r->n, r->p, r->q, r->ctx) && BN_mul(r->phi, p1, q1, r->ctx) &&
              (r->d = BN_mod_inverse(NULL, r->e, r->phi, r->ctx)) &&
              BN_mod(r->dp, r->d, p1, r->ctx) && BN_mod(r->dq, r->d, q1, r->ctx) &&
              (r->qinv = BN_mod_inverse(NULL, r->q, r->p, r->ctx));
    crypto_must(ok, "the numbers of an RSA key");
    BN_free(p1);
    BN_free(q1);
}

static EVP_PKEY *rsa_from(const struct rsa_numbers *r)
{
    const struct {
        const char *name;
        const BIGNUM *number;
    } parts[] = {
        { OSSL_PKEY_PARAM_RSA_N, r->n },          { OSSL_PKEY_PARAM_RSA_E, r->e },
        { OSSL_PKEY_PARAM_RSA_D, r->d },          { OSSL_PKEY_PARAM_RSA_FACTOR1, r->p },
        { OSSL_PKEY_PARAM_RSA_FACTOR2, r->q },    { OSSL_PKEY_PARAM_RSA_EXPONENT1, r->dp },
        { OSSL_PKEY_PARAM_RSA_EXPONENT2, r->dq }, { OSSL_PKEY_PARAM_RSA_COEFFICIENT1, r->qinv },
    };
    EVP_PKEY *pkey = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    crypto_must(builder && maker, "building an RSA key");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        crypto_must(OSSL_PARAM_BLD_push_BN(builder, parts[i].name, parts[i].number), parts[i].name);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
    crypto_must(params && EVP_PKEY_fromdata_init(maker) == 1 &&
                    EVP_PKEY_fromdata(maker, &pkey, EVP_PKEY_KEYPAIR, params) == 1,
                "an RSA key from its numbers");
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(maker);
    return pkey;
}

struct jwk *jwk_rsa_from_seed(struct str seed)
{
    uint8_t prk[SHA256_SIZE];
    hkdf_extract(STR("rsa from seed"), seed, prk);
    struct rsa_numbers r = { .ctx = BN_CTX_new() };
    crypto_must(r.ctx, "a context for numbers");
    r.p = seeded_prime(prk, "p", r.ctx);
    r.q = seeded_prime(prk, "q", r.ctx);
    derive(&r);
    EVP_PKEY *pkey = rsa_from(&r);
    BIGNUM *all[] = { r.n, r.e, r.d, r.p, r.q, r.dp, r.dq, r.qinv, r.phi };
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        BN_clear_free(all[i]);
    BN_CTX_free(r.ctx);
    struct jwk *key = mem_alloc(sizeof *key);
    *key = jwk_make(pkey, JWS_RS256, JWS_RS256, STR_NONE);
    CLEANUP(buf_release) struct buf kid = BUF_INIT(64);
    jwk_thumbprint(key, &kid);
    jwk_set_kid(key, buf_str(&kid));
    return key;
}
