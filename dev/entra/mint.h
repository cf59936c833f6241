// SPDX-License-Identifier: MIT
// Tokens: the ID token, access tokens of APIs in both versions, and Graph's, whose signature nobody
// but the emulator can check.
#ifndef ENTRA_MINT_H
#define ENTRA_MINT_H

#include "grants.h"
#include "scopes.h"

struct mint {
    struct call *c;
    const json_t *tenant, *app, *user; // user NULL: the application itself
    const struct grant *grant;         // NULL: the application itself
    const struct scopes *scopes;
    struct str code, access_token; // for c_hash and at_hash; empty: none
    struct str claims_request;     // JSON of the claims parameter; empty: none
    bool without_nonce;            // after a refresh
    bool front_channel;            // from the authorization endpoint
    int client_strength;           // 0 public, 1 secret, 2 certificate
    const char *fault;             // "aud", "iss", …; NULL: none
};

struct str mint_id_token(struct mint *m);
struct str mint_access_token(struct mint *m);
struct str mint_client_info(struct mint *m);
struct str mint_scope_text(struct mint *m); // the answer's "scope"
int mint_expires_in(struct call *c);        // 3599, or by tokenJitter
// A Graph access token of ours that has not expired; *ret_claims is the caller's.
MUST_USE bool mint_verify_graph(struct call *c, struct str token, json_t **ret_claims,
                                struct err *err);

#endif
