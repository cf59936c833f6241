// SPDX-License-Identifier: MIT
// Inside the identity-provider module. struct idp is immutable after idp_new but for struct keys,
// which has its own lock.
#ifndef IDP_INTERNAL_H
#define IDP_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "idp/idp.h"
#include "jose/jws.h"

#define IDP_TIMEOUT_MS      20000
#define IDP_ANSWER_MAX      (256 * 1024)
#define KEYS_TIMEOUT_MS     10000
#define KEYS_BACKOFF_MS     1000
#define KEYS_BACKOFF_MAX_MS 30000
#define SCOPES_DEFAULT      "openid profile offline_access"
#define EXPIRES_DEFAULT_S   3600
#define EXPIRES_MAX_S       (24 * 3600)

// A key set that several threads read while a newer one takes its place.
struct key_set {
    _Atomic int refs;
    struct jwks *keys;
};

// Who showed a token. What a stranger shows must not use up the refetch that a sign-in needs right
// after the provider changed its keys.
enum token_source { FROM_ANYBODY, FROM_PROVIDER, TOKEN_SOURCES };

struct keys {
    // immutable
    const char *uri;
    struct fetcher *fetcher;
    int backoff_ms, backoff_max_ms; // tests shorten them before the first call
    _Atomic int64_t fetches;
    struct cancel stop; // ends the running fetch when the module is freed
    pthread_mutex_t lock;
    pthread_cond_t changed;
    // under lock
    pthread_t thread;
    bool started, stopping;
    bool wanted;         // a flight is asked for or under way
    uint64_t flights;    // that have ended
    struct key_set *set; // NULL: none was ever loaded
    int64_t loaded_at;   // clock_now() of the set
    // an unknown kid has caused a fetch, and when (clock_now()), by who showed it
    bool refetched[TOKEN_SOURCES];
    int64_t refetched_at[TOKEN_SOURCES];
    int failures;       // in a row
    int64_t retry_at;   // clock_mono_ms(), after a failure
    struct err failure; // of the last flight; ERR_NONE: it succeeded
};

struct idp {
    struct idp_config config; // strings are ours
    char *v1_issuer;  // "https://sts.windows.net/<tid>/", NULL where the issuer names no tenant
    char *tenant;     // <tid>, or NULL
    char *app_id_uri; // "api://<client id>"
    struct fetcher *fetcher;
    struct keys keys;
};

// --- keys.c ---
void keys_init(struct keys *k, const char *uri, struct fetcher *fetcher);
void keys_release(struct keys *k);
MUST_USE bool keys_load(struct keys *k, struct err *err);
enum idp_reach keys_reach(struct keys *k);
// Signature check; an unknown kid refetches the set as idp.h says.
MUST_USE bool keys_verify(struct keys *k, const struct jws *jws, enum token_source source,
                          int64_t now, struct err *err);

// --- person.c ---
// An ID token that belongs to this client. nonce empty: not judged (refreshed ID tokens need none).
MUST_USE bool person_from_id_token(struct idp *idp, struct arena *arena, struct str token,
                                   struct str nonce, int64_t now, struct idp_person *ret,
                                   struct err *err);

// --- grants.c ---
// POSTs fields (grant_type, client_id and the rest, form-encoded) to the token endpoint with this
// client's authentication, and reads the answer; its ID token is not judged. refresh: the grant is
// a refresh token. For every grant alike: code, refresh, device code.
MUST_USE bool idp_token_request(struct idp *idp, struct arena *arena, struct str fields,
                                bool refresh, struct cancel *cancel, struct idp_grant *ret,
                                struct err *err);
// Who the grant's ID token names, into grant->person; nonce empty: not judged.
MUST_USE bool idp_identify(struct idp *idp, struct arena *arena, struct str nonce,
                           struct idp_grant *grant, struct err *err);
// Reads an answer of the token endpoint, without judging its ID token. refresh: the grant was a
// refresh token. Both parse foreign bytes and are fuzzed.
MUST_USE bool grant_read_success(struct arena *arena, struct str body, bool refresh,
                                 struct idp_grant *ret, struct err *err);
// Turns a refusal into an error; false always.
bool grant_read_failure(int status, struct str body, int retry_after, bool refresh,
                        struct err *err);

// --- device.c ---
MUST_USE bool device_read_success(struct arena *arena, struct str body, struct idp_device *ret,
                                  struct err *err);

#endif
