// SPDX-License-Identifier: MIT
// Keys of our own, and what public and private keys have in common. Sets of others: jwks.c.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/mem.h"
#include "jose/b64url.h"
#include "jose/internal.h"
#include "json/write.h"

#define PEM_MAX    65536
#define MEMBER_MAX 2048 // bytes of one member of a public JWK: n of RSA 8192 has 1366

static bool is_rsa(const struct jwk *key)
{
    return EVP_PKEY_is_a(key->pkey, "RSA");
}

struct jwk jwk_make(EVP_PKEY *pkey, enum jws_alg signs, unsigned verifies, struct str kid)
{
    return (struct jwk){
        .pkey = pkey,
        .signs = signs,
        .verifies = verifies,
        .kid = { str_dup(kid), kid.n },
    };
}

void jwk_release(struct jwk *key)
{
    EVP_PKEY_free(key->pkey);
    free((char *)key->kid.p);
    free((char *)key->issuer.p);
    *key = (struct jwk){ 0 };
}

void jwk_free(struct jwk *key)
{
    if (!key)
        return;
    jwk_release(key);
    free(key);
}

// A private key on the heap, named by its thumbprint. Takes pkey over.
static struct jwk *private_new(EVP_PKEY *pkey, enum jws_alg alg)
{
    struct jwk *key = mem_alloc(sizeof *key);
    *key = jwk_make(pkey, alg, alg, STR_NONE);
    struct buf kid = BUF_INIT(64);
    jwk_thumbprint(key, &kid);
    jwk_set_kid(key, buf_str(&kid));
    buf_release(&kid);
    return key;
}

struct jwk *jwk_generate(enum jws_alg alg)
{
    const struct curve *curve = curve_of_alg(alg);
    EVP_PKEY *pkey = (unsigned)alg & JWS_RSA_ALL
                         ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048)
                     : curve ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve->crv)
                             : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    crypto_must(pkey, "generating a key");
    return private_new(pkey, alg);
}

bool jwk_from_seed(const uint8_t seed[32], struct jwk **ret, struct err *err)
{
    EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, seed, 32);
    ERR_clear_error();
    if (!pkey)
        return err_set(err, ERR_INTERNAL, "OpenSSL has no Ed25519: its default provider is off");
    *ret = private_new(pkey, JWS_EDDSA);
    return true;
}

// Called for encrypted PEM only: refuses instead of asking on the terminal.
static int no_passphrase(char *buf, int size, int rwflag, void *asked)
{
    (void)buf, (void)size, (void)rwflag;
    *(bool *)asked = true;
    return -1;
}

// What a private key signs with; 0 and an error if it is of no use.
static enum jws_alg alg_of_private(const EVP_PKEY *pkey, struct err *err)
{
    const struct curve *curve = curve_of_key(pkey);
    if (curve)
        return curve->alg;
    if (EVP_PKEY_is_a(pkey, "ED25519"))
        return JWS_EDDSA;
    if (!EVP_PKEY_is_a(pkey, "RSA")) {
        err_set(err, ERR_CONFIG,
                "the private key is of type %s; RSA, EC (P-256, P-384, P-521) and Ed25519 can "
                "be used",
                EVP_PKEY_get0_type_name(pkey));
        return 0;
    }
    int bits = EVP_PKEY_get_bits(pkey);
    /*= rfc7518 3.3 "A key of size 2048 bits or larger MUST be used with these algorithms." */
    if (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX)
        return JWS_RS256;
    err_set(err, ERR_CONFIG, "the RSA private key has %d bits; %d to %d can be used", bits,
            RSA_BITS_MIN, RSA_BITS_MAX);
    return 0;
}

bool jwk_from_pem(struct str pem, struct jwk **ret, struct err *err)
{
    if (pem.n == 0 || pem.n > PEM_MAX)
        return err_set(err, ERR_CONFIG, "a private key in PEM form has 1 byte to 64 KiB, not %zu",
                       pem.n);
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    crypto_must(bio, "a memory BIO");
    bool encrypted = false;
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &encrypted);
    BIO_free(bio);
    ERR_clear_error();
    if (encrypted)
        return err_set(err, ERR_CONFIG,
                       "the private key is encrypted; give it without passphrase "
                       "(openssl pkey -in key.pem)");
    if (!pkey)
        return err_set(err, ERR_CONFIG,
                       "no private key in PEM form (\"-----BEGIN PRIVATE "
                       "KEY-----\" and its lines) was found");
    enum jws_alg alg = alg_of_private(pkey, err);
    if (!alg) {
        EVP_PKEY_free(pkey);
        return false;
    }
    *ret = private_new(pkey, alg);
    return true;
}

enum jws_alg jwk_alg(const struct jwk *key)
{
    return key->signs;
}

bool jwk_set_alg(struct jwk *key, enum jws_alg alg)
{
    if (alg != key->signs && !((unsigned)alg & JWS_RSA_ALL && is_rsa(key)))
        return false;
    key->signs = alg;
    key->verifies = alg;
    return true;
}

void jwk_set_kid(struct jwk *key, struct str kid)
{
    char *copy = str_dup(kid);
    free((char *)key->kid.p);
    key->kid = str_of(copy, kid.n);
}

struct str jwk_kid(const struct jwk *key)
{
    return key->kid;
}

bool jwk_kid_ok(struct str kid)
{
    for (size_t i = 0; i < kid.n; i++)
        if (kid.p[i] < ' ' || kid.p[i] > '~')
            return false;
    return kid.n > 0 && kid.n <= JWK_KID_MAX;
}

static void member(struct buf *out, const char *name, const uint8_t *bytes, size_t n)
{
    buf_addf(out, "\"%s\":\"", name);
    b64url_encode(out, str_of(bytes, n));
    buf_addc(out, '"');
}

// A number of the key as big-endian bytes: as few as it needs, or exactly `width`.
static void number_member(struct buf *out, const EVP_PKEY *pkey, const char *name,
                          const char *param, int width)
{
    uint8_t bytes[MEMBER_MAX];
    BIGNUM *number = NULL;
    crypto_must(EVP_PKEY_get_bn_param(pkey, param, &number) == 1, param);
    int n = width ? width : BN_num_bytes(number);
    crypto_must(n <= MEMBER_MAX && BN_bn2binpad(number, bytes, n) == n, param);
    BN_free(number);
    member(out, name, bytes, (size_t)n);
}

// The members that make the key, in the order of RFC 7638 section 3.2: the thumbprint's input.
static void canonical_members(const struct jwk *key, struct buf *out)
{
    const struct curve *curve = curve_of_key(key->pkey);
    if (is_rsa(key)) {
        number_member(out, key->pkey, "e", OSSL_PKEY_PARAM_RSA_E, 0);
        buf_adds(out, ",\"kty\":\"RSA\",");
        number_member(out, key->pkey, "n", OSSL_PKEY_PARAM_RSA_N, 0);
    } else if (curve) {
        buf_addf(out, "\"crv\":\"%s\",\"kty\":\"EC\",", curve->crv);
        number_member(out, key->pkey, "x", OSSL_PKEY_PARAM_EC_PUB_X, (int)curve->width);
        buf_addc(out, ',');
        number_member(out, key->pkey, "y", OSSL_PKEY_PARAM_EC_PUB_Y, (int)curve->width);
    } else {
        uint8_t x[32];
        size_t n = sizeof x;
        crypto_must(EVP_PKEY_get_raw_public_key(key->pkey, x, &n) == 1, "an Ed25519 public key");
        buf_adds(out, "\"crv\":\"Ed25519\",\"kty\":\"OKP\",");
        member(out, "x", x, n);
    }
}

void jwk_thumbprint(const struct jwk *key, struct buf *out)
{
    struct buf json = BUF_INIT(4096);
    buf_addc(&json, '{');
    canonical_members(key, &json);
    buf_addc(&json, '}');
    sha256_b64url(out, buf_str(&json));
    buf_release(&json);
}

void jwk_public_json(const struct jwk *key, struct str extra, struct buf *out)
{
    buf_addc(out, '{');
    canonical_members(key, out);
    buf_adds(out, ",\"use\":\"sig\"");
    if (key->kid.n) {
        buf_adds(out, ",\"kid\":");
        json_add_string(out, key->kid);
    }
    buf_add(out, extra);
    buf_addc(out, '}');
}

void jwk_public_der(const struct jwk *key, struct buf *out)
{
    unsigned char *der = NULL;
    int n = i2d_PUBKEY(key->pkey, &der);
    crypto_must(n > 0, "SubjectPublicKeyInfo");
    buf_add(out, str_of(der, (size_t)n));
    OPENSSL_free(der);
}

struct jwks *jwk_public_set(const struct jwk *key)
{
    return jwks_of(&key, 1);
}
