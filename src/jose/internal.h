// SPDX-License-Identifier: MIT
// What the files of jose share, and what their tests look at: OpenSSL objects fetched once for the
// process, contexts kept per thread, and the inside of a key.
#ifndef JOSE_INTERNAL_H
#define JOSE_INTERNAL_H

#include <openssl/evp.h>

#include "jose/digest.h"
#include "jose/jwk.h"

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 8192 // the time of a signature grows with the square

// Fetched once; never freed before exit.
struct crypto {
    EVP_MD *sha1, *sha256;
    EVP_MAC *hmac;
    EVP_CIPHER *aes256_gcm;
};
const struct crypto *crypto(void);

// One set a thread, freed when the thread ends. Not for two nested uses of the same member.
struct crypto_thread {
    EVP_MD_CTX *digest;     // sha256
    EVP_MD_CTX *signature;  // sign and verify
    EVP_MAC_CTX *hmac;      // HMAC-SHA256, key to be set
    EVP_CIPHER_CTX *cipher; // AES-256-GCM, key and nonce to be set
};
struct crypto_thread *crypto_thread(void);

// Aborts: what cannot fail but by want of memory or a broken OpenSSL set-up failed.
void crypto_must(bool ok, const char *what);

// HMAC-SHA256 over the parts, one after the other.
void hmac_sha256_parts(struct str key, const struct str *parts, size_t count,
                       uint8_t ret[SHA256_SIZE]);

// HKDF-SHA256 (RFC 5869 section 2): extract, and expand to n <= 255 * 32 bytes.
void hkdf_extract(struct str salt, struct str ikm, uint8_t ret[SHA256_SIZE]);
void hkdf_expand(const uint8_t prk[SHA256_SIZE], struct str info, uint8_t *ret, size_t n);

// The curves of ECDSA, each with its algorithm (RFC 7518 sections 3.4 and 6.2.1.1).
struct curve {
    const char *crv;   // in a JWK
    const char *group; // in OpenSSL
    size_t width;      // bytes of a coordinate, and of r and s
    enum jws_alg alg;
};
#define CURVE_WIDTH_MAX 66
// NULL: none of them.
const struct curve *curve_named(struct str crv);
const struct curve *curve_of_alg(enum jws_alg alg);
const struct curve *curve_of_key(const EVP_PKEY *pkey);

struct jwk {
    EVP_PKEY *pkey;
    enum jws_alg signs; // of private keys; 0 for keys from a JWK Set
    unsigned verifies;  // mask of jws_alg this key may be used for
    struct str kid;     // owned, NUL-terminated; empty: none
    struct str issuer;  // owned; of keys from a JWK Set; empty: none is named
};

struct jwks {
    size_t n;
    struct jwk keys[JWKS_MAX];
};

// BASE64URL(SHA256(canonical members)), RFC 7638 section 3.
void jwk_thumbprint(const struct jwk *key, struct buf *out);
void jwk_release(struct jwk *key);
// Takes pkey over; kid is copied.
struct jwk jwk_make(EVP_PKEY *pkey, enum jws_alg signs, unsigned verifies, struct str kid);
// A set from the public halves of keys[0..count), for the mask each of them signs with.
struct jwks *jwks_of(const struct jwk *const *keys, size_t count);
MUST_USE bool jwk_verify(const struct jwk *key, enum jws_alg alg, struct str bytes,
                         struct str signature);
// A kid that may be compared and shown: 1 to JWK_KID_MAX printable ASCII bytes.
bool jwk_kid_ok(struct str kid);

#endif
