// SPDX-License-Identifier: MIT
#ifndef JOSE_DIGEST_H
#define JOSE_DIGEST_H

#include "base/buf.h"

#define SHA256_SIZE 32

void sha1(struct str bytes, uint8_t ret[20]); // only for x5t/kid values, never for security
void sha256(struct str bytes, uint8_t ret[SHA256_SIZE]);
void hmac_sha256(struct str key, struct str bytes, uint8_t ret[SHA256_SIZE]);
// BASE64URL(SHA256(bytes)) appended: PKCE S256 (RFC 7636 section 4.6), jti marks.
void sha256_b64url(struct buf *out, struct str bytes);

// The first 8 hex digits of the SHA-256: how logs name a token or code.
struct fingerprint {
    char text[9];
};
struct fingerprint fingerprint(struct str secret);
#define F_FP(k, s) ((struct log_field){ .key = (k), .text = str_c(fingerprint(s).text) })

#endif
