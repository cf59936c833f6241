// SPDX-License-Identifier: MIT
// Compact JWS (RFC 7515). The algorithm is our decision (a mask), never the token's; "none" and
// HMAC do not exist here; "crit", "jku", "x5u", "jwk" and "x5c" in a header are refused (RFC
// 8725 3.1, 3.10).
#ifndef JOSE_JWS_H
#define JOSE_JWS_H

#include "jose/jwk.h"
#include "json/dom.h"

#define JWS_BYTES_MAX 32768

struct jws {
    struct str signing_input; // header.payload, inside the token
    json_t *header;
    json_t *payload; // the claims object
    struct buf signature;
};

// Splits and decodes; verifies nothing. The token must outlive *ret.
MUST_USE bool jws_parse(struct str token, struct jws *ret, struct err *err);
void jws_release(struct jws *jws);
DEFINE_CLEANUP_VALUE(jws_release, struct jws)
// Signature check with the key that kid names (without kid: each fitting key). On
// ERR_TOKEN_SIGNATURE, *ret_unknown_kid (may be NULL) tells whether a newer set could help: kid
// names no key in this one, or there was no kid and none of the keys fitted.
MUST_USE bool jws_verify(const struct jws *jws, const struct jwks *keys, unsigned allowed,
                         bool *ret_unknown_kid, struct err *err);
// header.payload.signature, appended. The header has alg, kid (unless the key's is empty) and
// header_extra: more members as JSON ("\"typ\":\"at+jwt\"") or empty.
void jws_sign(const struct jwk *key, struct str header_extra, struct str payload, struct buf *out);
// A raw signature over bytes in JWS form (r||s of ECDSA), appended.
void jwk_sign(const struct jwk *key, struct str bytes, struct buf *out);

#endif
