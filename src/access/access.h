// SPDX-License-Identifier: MIT
// Who may call: turns the credential of an exchange into a principal, by the mode in force.
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include "base/err.h"
#include "http/http.h"
#include "idp/idp.h"
#include "oauth/oauth.h"

enum access_mode {
    ACCESS_NONE,
    ACCESS_OIDCPROXY,
    ACCESS_API_KEY,
    ACCESS_JWT,
    ACCESS_ZSCALER,
    ACCESS_OIDC
};

// Who calls. Immutable; shared by all exchanges that show the same credential; counted.
struct principal {
    enum access_mode mode;
    struct str key; // stable name of the person: "oidc:<tenant>:<subject>"; binds sessions and
                    // confirmations
    struct str subject, tenant, name, email;
    struct str client; // the AI client's name
    struct str family; // sign-in family, for revocation
    bool machine;      // an application of its own at the IdP, no person
    int64_t expires;   // epoch seconds; 0: never
};

struct access;

// A verified credential is asked about in the store again (revoked?) at most this often; a
// revocation made by this process counts at once, one made by another replica within this time.
#define ACCESS_RECHECK_S 5

struct access_config {
    enum access_mode mode;
    const struct oauth *oauth; // for ACCESS_OIDCPROXY and ACCESS_OIDC
    const struct keyring *keys;
    struct spent_store *spent;          // revoked families
    struct idp *idp;                    // IdP tokens as bearers; may be NULL but for ACCESS_OIDC
    const char *const *required_scopes; // of IdP tokens; NULL: none
    size_t cache_max;                   // verified credentials kept; 0: 10,000
    const char *api_key;                // for ACCESS_API_KEY
};

MUST_USE bool access_new(const struct access_config *config, struct access **ret, struct err *err);
void access_free(struct access *a);

// Judges the exchange. From the cache without blocking when it can; *ret_principal stays valid
// while the exchange lives. False: the 401, 403 or 503 was answered already. May block on the IdP's
// keys or the store only when ret_would_block is NULL; otherwise sets *ret_would_block and returns
// false without answering, and the caller defers to a worker and asks again.
MUST_USE bool access_check(struct access *a, struct exchange *ex, bool *ret_would_block,
                           const struct principal **ret_principal);

#endif
