// SPDX-License-Identifier: MIT
// What a code or refresh token stands for.
#ifndef ENTRA_GRANTS_H
#define ENTRA_GRANTS_H

#include "emu.h"
#include "redirects.h"

#define CODE_SECONDS         600
#define REFRESH_IDLE_SECONDS (90 * 86400)
#define REFRESH_SPA_SECONDS  86400

struct grant {
    struct arena *arena; // owns this struct and its strings
    struct str app_id;
    struct str tenant_id;      // where the tokens are for
    struct str user_tenant_id; // where the account was found
    struct str oid;
    struct str scope;        // as granted
    struct str redirect_uri; // as sent to authorize
    struct str challenge, method;
    struct str nonce;
    struct str sid;
    struct str claims; // the claims request, JSON; empty: none
    struct str family; // of a code and all refresh tokens that come from it
    enum platform platform;
    bool confidential; // redeemed with a credential
    bool mfa;          // a second factor was passed
    bool redeemed;
    int64_t auth_time;
    int64_t issued;       // of this code or refresh token
    int64_t first_issued; // of the first refresh token of the family
};

// A copy with strings of its own.
struct grant *grant_copy(const struct grant *g);
void grant_free(void *grant);
// Could this text be a code or refresh token at all? (Judged before any credential.)
bool grant_text_ok(struct str text);
// Stores a copy; returns the text that stands for it (in c->arena).
struct str grant_issue_code(struct call *c, const struct grant *g);
struct str grant_issue_refresh(struct call *c, const struct grant *g);

#endif
