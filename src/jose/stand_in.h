// SPDX-License-Identifier: MIT
// What a stand-in for an identity provider needs beyond keys (dev/, tests): a certificate around a
// key, the key of somebody's certificate, and keys that are the same in each run.
#ifndef JOSE_STAND_IN_H
#define JOSE_STAND_IN_H

#include "jose/jwk.h"

// A self-signed X.509 certificate of a private key in DER, appended. The same key and name give the
// same bytes: the dates are fixed, the serial number comes from the key.
void jwk_certificate(const struct jwk *key, const char *common_name, struct buf *out);
// The public key of a certificate (DER; RSA only), for RS256 and PS256. Its kid is BASE64URL(SHA-1
// (certificate)), as x5t. Neither dates nor issuer are judged. ERR_CONFIG if it is none.
MUST_USE bool jwk_from_certificate(struct str der, struct jwk **ret, struct err *err);
// The RSA key (2048 bits, RS256) that always belongs to this seed, for golden files: who knows the
// seed has the key.
struct jwk *jwk_rsa_from_seed(struct str seed);

#endif
