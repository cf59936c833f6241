// SPDX-License-Identifier: MIT
// What the files of access share: the credential of a request, and the cache of verified ones.
#ifndef ACCESS_INTERNAL_H
#define ACCESS_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "access/access.h"
#include "base/arena.h"
#include "jose/digest.h"
#include "oauth/limits.h"

#define BEARER_MAX (16 * 1024)

// --- principal.c: counted; the strings live in its own arena ---
struct held {
    struct principal principal;
    struct arena *arena;
    struct str jti;
    int64_t issued;
    atomic_uint refs;
};
// Copies all strings; one reference.
struct held *held_new(const struct principal *from, struct str jti, int64_t issued);
struct held *held_ref(struct held *h);
void held_unref(void *h);

// --- cache.c: by SHA-256 of base URL and credential ---
struct cache;
struct cache *cache_new(size_t max);
void cache_free(struct cache *cache);
enum verdict { VERDICT_NONE, VERDICT_FRESH, VERDICT_STALE }; // stale: the store must be asked again
// *ret_held (a reference of the caller's) is set unless VERDICT_NONE.
enum verdict cache_get(struct cache *cache, const uint8_t key[SHA256_SIZE], int64_t now,
                       unsigned revocations, struct held **ret_held);
void cache_put(struct cache *cache, const uint8_t key[SHA256_SIZE], struct held *held, int64_t now,
               unsigned revocations);
void cache_drop(struct cache *cache, const uint8_t key[SHA256_SIZE]);

// --- bearer.c ---
// The token of "Authorization: Bearer …"; .p NULL when no credential was sent. False: malformed.
MUST_USE bool bearer_token(struct exchange *ex, struct str *ret, struct err *err);

struct access {
    struct access_config config; // immutable
    struct held *fixed;          // the principal of ACCESS_NONE and ACCESS_API_KEY
    struct held *platform;       // who sends nothing, with trust_platform; else NULL
    uint8_t key_hash[SHA256_SIZE];
    struct cache *cache;
    struct cache *refused;          // ACCESS_ZSCALER
    struct limits *tries;           // ACCESS_ZSCALER
    _Atomic int64_t quiet_until_ms; // of the log, clock_mono_ms()
};
// What the marker says of the claims of somebody else's token.
struct str access_marks(const struct access *a, struct arena *arena, const json_t *claims);
// Does the token carry what is required? False: *ret_scope is what would be enough.
MUST_USE bool access_scopes_ok(const struct access *a, struct arena *arena, const json_t *claims,
                               struct str *ret_scope, struct err *err);
MUST_USE bool access_client_ok(const struct access *a, struct str client, struct err *err);
// --- oidcproxy.c, api_key.c, jwt.c, zscaler.c: fill *ret (a reference) or err; err->code ERR_NONE:
// no credential at all. *ret_scope: with ERR_INSUFFICIENT_SCOPE, the scopes of a token that is
// enough ---
MUST_USE bool oidcproxy_check(struct access *a, struct exchange *ex, bool *ret_would_block,
                              struct held **ret, struct str *ret_scope, struct err *err);
MUST_USE bool api_key_check(struct access *a, struct exchange *ex, struct held **ret,
                            struct err *err);
MUST_USE bool jwt_check(struct access *a, struct exchange *ex, bool *ret_would_block,
                        struct held **ret, struct str *ret_scope, struct err *err);
MUST_USE bool zscaler_check(struct access *a, struct exchange *ex, bool *ret_would_block,
                            struct held **ret, struct err *err);
// "api-key:" and 32 hex digits that say nothing of the key.
struct str api_key_principal(struct str key, struct arena *arena);

// --- refuse.c: answers the 401, 403, 429 or 503 ---
// scope: what would be enough; empty but for insufficient_scope.
void access_refuse(struct access *a, struct exchange *ex, const struct err *err, struct str scope);

#endif
