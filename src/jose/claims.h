// SPDX-License-Identifier: MIT
// Registered claims of a verified token (RFC 7519 section 4.1), judged strictly: exp is required.
#ifndef JOSE_CLAIMS_H
#define JOSE_CLAIMS_H

#include "base/err.h"
#include "json/dom.h"

#define CLAIMS_LEEWAY_S 60 // clock difference tolerated on exp, nbf and iat

struct claims_want {
    const char *issuer;          // byte-equal; NULL: not judged here
    const struct str *audiences; // any of these, ends with .p == NULL; NULL: not judged here
    struct str nonce;            // .p NULL: not judged
    int64_t now;
    int leeway_s; // 0: CLAIMS_LEEWAY_S
};

// Each failure has its own code (ERR_TOKEN_EXPIRED, _NOT_YET, _ISSUER, _AUDIENCE, _CLAIM) and a
// text that says what was expected and what was there.
MUST_USE bool claims_check(const json_t *payload, const struct claims_want *want, struct err *err);

// A time of the payload in seconds, fractions cut off, clamped to +-2^53 (so that 1e300 neither
// wraps nor overflows when a leeway is added); `otherwise` if it is absent or no number.
int64_t claims_time(const json_t *payload, const char *name, int64_t otherwise);

#endif
