// SPDX-License-Identifier: MIT
// Keys: JSON Web Key Sets of others (RFC 7517), and keys of our own. A set holds at most JWKS_MAX
// keys; entries we cannot use (unknown kty, curve or alg, RSA below 2048 or above 8192 bits,
// private parts, use other than "sig", key_ops without "verify", symmetric, a kid that is too long
// or not printable) and exact repetitions are skipped. An RSA key without "alg" (Entra) may be used
// for all algorithms of RSA, one of a curve for the one that RFC 7518 section 3.4 gives the curve.
#ifndef JOSE_JWK_H
#define JOSE_JWK_H

#include "base/buf.h"
#include "base/err.h"

#define JWKS_MAX       100
#define JWKS_BYTES_MAX 262144 // 256 KiB
#define JWK_KID_MAX    256

enum jws_alg { // a bit each: allow-lists are masks
    JWS_RS256 = 1,
    JWS_PS256 = 2,
    JWS_ES256 = 4,
    JWS_EDDSA = 8, // Ed25519
    JWS_RS384 = 16,
    JWS_RS512 = 32,
    JWS_PS384 = 64,
    JWS_PS512 = 128,
    JWS_ES384 = 256,
    JWS_ES512 = 512, // P-521
};
#define JWS_RSA_ALL (JWS_RS256 | JWS_PS256 | JWS_RS384 | JWS_RS512 | JWS_PS384 | JWS_PS512)
#define JWS_ALL     (JWS_RSA_ALL | JWS_ES256 | JWS_ES384 | JWS_ES512 | JWS_EDDSA)
// Names of RFC 7518 section 3.1, RFC 8037 section 3.1 and RFC 9864 section 2.2; 0 for all others.
enum jws_alg jws_alg_by_name(struct str name);
const char *jws_alg_name(enum jws_alg alg);

struct jwk;  // one public key, or a private one of our own
struct jwks; // an immutable set

// ERR_KEYS_UNAVAILABLE: no JSON, no "keys" array, more than JWKS_MAX entries, or none of them
// usable.
MUST_USE bool jwks_parse(struct str json, struct jwks **ret, struct err *err);
void jwks_free(struct jwks *set); // NULL-safe
DEFINE_CLEANUP(jwks_free, struct jwks *)
size_t jwks_count(const struct jwks *set);
bool jwks_has(const struct jwks *set, struct str kid);
// The member "issuer" that Microsoft adds to each key: whose tokens it may sign. Empty: not named.
struct str jwks_issuer(const struct jwks *set, struct str kid);

// Private keys (own tokens, private_key_jwt, the emulator).
struct jwk *jwk_generate(enum jws_alg alg); // RSA: 2048 bits
MUST_USE bool jwk_from_seed(const uint8_t seed[32], struct jwk **ret, struct err *err); // Ed25519
// PKCS#8 or PKCS#1, not encrypted.
MUST_USE bool jwk_from_pem(struct str pem, struct jwk **ret, struct err *err);
void jwk_free(struct jwk *key);
DEFINE_CLEANUP(jwk_free, struct jwk *)
enum jws_alg jwk_alg(const struct jwk *key);
// An RSA key from a PEM signs RS256; this gives it another algorithm of RSA. False if the key
// cannot do alg.
MUST_USE bool jwk_set_alg(struct jwk *key, enum jws_alg alg);
void jwk_set_kid(struct jwk *key, struct str kid); // empty: what it signs names no key
struct str jwk_kid(const struct jwk *key);         // default: RFC 7638 thumbprint
// The members of the public JWK (kty, use, kid if not empty, and n, e or crv, x, y; no alg) as one
// JSON object; extra is appended inside it (",\"alg\":\"EdDSA\"") or empty.
void jwk_public_json(const struct jwk *key, struct str extra, struct buf *out);
// DER of the SubjectPublicKeyInfo.
void jwk_public_der(const struct jwk *key, struct buf *out);
// A set of one key that verifies what `key` signs.
struct jwks *jwk_public_set(const struct jwk *key);

#endif
