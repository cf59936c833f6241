// SPDX-License-Identifier: MIT
// Our own access token: a JWT (RFC 9068, typ at+jwt) signed with EdDSA, bound to one base URL and
// resource.
#ifndef OAUTH_ACCESS_TOKEN_H
#define OAUTH_ACCESS_TOKEN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "jose/seal.h"

struct access_claims {
    struct str issuer, resource; // base URL; resource URL
    struct str subject, tenant, name, email, client_id, client_name, scope;
    struct str family; // id of the sign-in it descends from, for revocation
    struct str id;     // jti
    struct str marks;  // of the policy; empty: none
    bool machine;      // an application's own token, no person's
    int64_t issued, expires;
};

void access_token_mint(const struct keyring *keys, const struct access_claims *claims,
                       struct buf *out);
// Verifies signature, typ, issuer, resource and times. Strings of *ret live in the arena.
MUST_USE bool access_token_verify(const struct keyring *keys, struct str token, struct str issuer,
                                  struct str resource, int64_t now, struct arena *arena,
                                  struct access_claims *ret, struct err *err);
bool access_token_is_ours(struct str token); // cheap look at the header: ours or somebody else's

#endif
