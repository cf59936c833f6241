// SPDX-License-Identifier: MIT
// Tokens of an issuer of which nothing but its keys is known: nobody signs in, nothing is
// discovered, and any signed token for the audience counts (the Python server's mode jwt).
#ifndef IDP_JWT_H
#define IDP_JWT_H

#include "idp/idp.h"

// that can be allowed
#define JWT_ALGORITHMS "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA"

struct jwt_config {
    const char *jwks_uri; // https, or http on loopback
    const char *issuer;   // byte-equal to the tokens' iss
    const char *audience;
    const char *const *algorithms; // ends with NULL
};

// Are addresses and algorithms usable? Issuer and audience are not judged.
MUST_USE bool jwt_config_check(const struct jwt_config *config, struct err *err);

struct jwt_judge;

// Judges the values; contacts nobody yet.
MUST_USE bool jwt_judge_new(const struct jwt_config *config, struct fetcher *fetcher,
                            struct jwt_judge **ret, struct err *err);
void jwt_judge_free(struct jwt_judge *j); // NULL-safe
// Loads the keys now, so that the log tells at the start what cannot be had.
MUST_USE bool jwt_judge_warm_up(struct jwt_judge *j, struct err *err);
// Signature, iss, aud, exp (required), nbf and iat with CLAIMS_LEEWAY_S, and who it is: subject is
// sub. An unknown kid refetches the keys as with idp_verify. May block.
MUST_USE bool jwt_judge_verify(struct jwt_judge *j, struct arena *arena, struct str token,
                               int64_t now, struct idp_person *ret, struct err *err);

#endif
