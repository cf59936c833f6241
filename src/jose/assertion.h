// SPDX-License-Identifier: MIT
// Client assertions (RFC 7523 section 2.2): who holds a private key proves it at a token endpoint.
#ifndef JOSE_ASSERTION_H
#define JOSE_ASSERTION_H

#include "jose/jwk.h"

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

struct assertion {
    const char *client_id; // iss and sub
    struct str audience;
    const char *typ;
    const char *x5t_s256; // of the certificate (certificate.h); NULL: none
    struct str id;        // jti, with which go iat and nbf; empty: none of the three
    int64_t now;
    int life_s;
};

// Appended. The header names the key's kid, unless it is empty.
void assertion_sign(const struct jwk *key, const struct assertion *a, struct buf *out);

#endif
