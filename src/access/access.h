// SPDX-License-Identifier: MIT
// Who may call: turns the credential of an exchange into a principal, by the mode in force.
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include "base/err.h"
#include "http/http.h"
#include "idp/idp.h"
#include "idp/jwt.h"
#include "oauth/oauth.h"
#include "oneapi/oneapi.h"

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
    struct str key; // stable name of the caller, which binds sessions and confirmations:
                    // "oidc:<tenant>:<subject>", "jwt:<application>:<subject>",
                    // "zscaler:<client id>", "api-key:<32 hex digits>", "platform", "anonymous"
    struct str subject, tenant, name, email;
    struct str client; // the AI client's name
    struct str marks;  // what is true of them of what the policy asks about
    struct str family; // sign-in family, for revocation
    bool machine;      // an application of its own at the IdP, no person
    int64_t expires;   // epoch seconds; 0: never
    uint64_t verdict;  // the policy's own, which rules are for them; read and written atomically
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
    const char *const *required_scopes; // of IdP tokens, or those of ACCESS_JWT; NULL: none
    // ACCESS_JWT and ACCESS_ZSCALER: ids of the applications that may call; NULL: all.
    const char *const *allowed_clients;
    size_t cache_max;      // verified credentials kept; 0: 10,000
    const char *api_key;   // for ACCESS_API_KEY
    struct jwt_judge *jwt; // for ACCESS_JWT
    struct oneapi *oneapi; // for ACCESS_ZSCALER
    // ACCESS_API_KEY and ACCESS_ZSCALER: who sends no credential at all was let in by the platform
    // in front, and is "platform".
    bool trust_platform;
    struct idp_marker marker; // of tokens of others; all NULL: none
    bool shared_address;      // many callers have the same address
};

#define ACCESS_ZSCALER_GOOD_S 600 // a verdict of the token endpoint is kept so long at most …
#define ACCESS_ZSCALER_BAD_S  60  // … and this one too, for the same id and secret
#define ACCESS_ZSCALER_TRIES                                                                       \
    20 // unknown credentials of one address a minute, 50 times as many
       // of a shared one

const char *access_mode_name(enum access_mode mode); // "api-key"
MUST_USE bool access_new(const struct access_config *config, struct access **ret, struct err *err);
void access_free(struct access *a);

// Judges the exchange. From the cache without blocking when it can; *ret_principal stays valid
// while the exchange lives. False: the 401, 403 or 503 was answered already. May block on the IdP's
// keys or the store only when ret_would_block is NULL; otherwise sets *ret_would_block and returns
// false without answering, and the caller defers to a worker and asks again.
MUST_USE bool access_check(struct access *a, struct exchange *ex, bool *ret_would_block,
                           const struct principal **ret_principal);

// Keeps a principal of access_check beyond its exchange, until access_drop. Both take and give
// const struct principal *, in the form that the transports of mcp/mcp.h want.
const void *access_keep(const void *principal);
void access_drop(const void *kept);

#endif
