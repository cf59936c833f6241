// SPDX-License-Identifier: MIT
// Sealed values: AES-256-GCM under keys derived with HKDF-SHA256 from the deployment's root keys.
// What is sealed says its kind ("code", "refresh", …): each kind has a key of its own, so a value
// of one kind never opens as another. Text form: base64url of (version byte, key id, nonce,
// ciphertext, tag); the key id picks the root at once. Nonces are 96 random bits: a kind may be
// sealed 2^32 times under one root (then two nonces are equal with a chance of 2^-33), after that
// the root must be rotated.
#ifndef JOSE_SEAL_H
#define JOSE_SEAL_H

#include "base/buf.h"
#include "base/err.h"
#include "jose/jwk.h"

#define ROOT_KEY_MIN   32 // bytes of input keying material
#define ROOT_KEYS_MAX  8
#define SEAL_PLAIN_MAX 262144 // bytes; more sets out->overflow

struct keyring;

// roots[0] seals, all open (rotation). Each at least ROOT_KEY_MIN bytes, no two alike. Immutable
// and thread-safe.
MUST_USE bool keyring_new(const struct str *roots, size_t count, struct keyring **ret,
                          struct err *err);
void keyring_free(struct keyring *ring); // wipes; NULL-safe
DEFINE_CLEANUP(keyring_free, struct keyring *)

// Appends the sealed text of `plain` to out. `kind` is a short constant; `context` is authenticated
// but not contained (empty, or what the value must be used with).
void seal(const struct keyring *ring, const char *kind, struct str context, struct str plain,
          struct buf *out);
// As seal, but the same input gives the same text: the nonce is a MAC of the input (as AES-SIV
// does).
void seal_same(const struct keyring *ring, const char *kind, struct str context, struct str plain,
               struct buf *out);
// Opens and appends; ERR_SEAL for anything that was not sealed by this ring, kind and context. The
// text says no more.
MUST_USE bool unseal(const struct keyring *ring, const char *kind, struct str context,
                     struct str sealed, struct buf *ret_plain, struct err *err);
// n (<= 64) bytes derived for a purpose of the caller's, from the sealing root key.
void keyring_derive(const struct keyring *ring, const char *purpose, uint8_t *ret, size_t n);
// HMAC under a key derived for `purpose`, appended as base64url; verify tries all roots.
void keyring_mac(const struct keyring *ring, const char *purpose, struct str bytes,
                 struct buf *out);
MUST_USE bool keyring_mac_ok(const struct keyring *ring, const char *purpose, struct str bytes,
                             struct str mac);
// The Ed25519 key (kid = thumbprint) that signs our tokens, and the public keys of all roots.
const struct jwk *keyring_signer(const struct keyring *ring);
const struct jwks *keyring_verifiers(const struct keyring *ring);
size_t keyring_count(const struct keyring *ring);
// For our own JWKS document.
const struct jwk *keyring_signer_at(const struct keyring *ring, size_t i);

#endif
