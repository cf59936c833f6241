// SPDX-License-Identifier: MIT
// Inside the OneAPI client. Fields of struct oneapi are immutable after oneapi_new but for what
// struct token guards by its lock.
#ifndef ONEAPI_INTERNAL_H
#define ONEAPI_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/secret.h"
#include "json/dom.h"
#include "oneapi/oneapi.h"

#define ATTEMPTS_MAX        3
#define DEADLINE_DEFAULT_MS 60000
#define TOKEN_TIMEOUT_MS    20000
#define TOKEN_BYTES_MAX     (64 * 1024)
#define TOKEN_LIFE_S        3600 // where the answer has no expires_in
#define TOKEN_LIFE_MIN_S    30
#define TOKEN_RETRY_S       5 // between renewals that failed while the old token still works
#define JITTER_MS           250
#define TOKEN_AUDIENCE      "https://api.zscaler.com"
#define ENTITLEMENTS_MAX    64 // entries of service-info that are read
#define PRODUCT_NAME_MAX    40

// The one access token. A thread of its own fetches it, so that a caller who hangs up never takes
// the request of the others with him, and callers only ever wait for a flight to end.
struct token {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct cancel stop; // ends the running request when the client is freed
    _Atomic int64_t requests;
    // under lock
    pthread_t thread;
    bool started, stopping;
    bool wanted;         // a flight is asked for or under way
    uint64_t flights;    // that have ended
    uint64_t generation; // of value; 0: there is none
    struct secret value;
    int64_t expires, renew_after; // clock_now()
    struct err failure;           // of the last flight; ERR_NONE: it succeeded
};

struct oneapi {
    struct oneapi_config config; // strings are ours
    struct fetcher *fetcher;
    char *api_base;  // "https://api.zsapi.net"
    char *token_url; // may be NULL while the vanity domain is missing
    char *user_agent;
    struct token token;
    struct oneapi_stats stats;
    // Waits ms milliseconds; false when cancel ended it. Tests put their own here before the first
    // call.
    bool (*sleep)(void *ctx, int ms, struct cancel *cancel);
    void *sleep_ctx;
};

// --- token.c ---
void token_init(struct token *t);
void token_release(struct token *t);
// A usable token that is not generation `stale` (0: any), waiting for the one flight where needed.
MUST_USE bool token_get(struct oneapi *api, uint64_t stale, struct cancel *cancel,
                        int64_t deadline_mono_ms, struct secret *ret, uint64_t *ret_generation,
                        struct err *err);

// --- assertion.c ---
// A client assertion (RFC 7523) signed with the configured key, appended.
MUST_USE bool assertion_make(const char *private_key, const char *client_id, int64_t now,
                             struct buf *out, struct err *err);

// --- entitlements.c ---
void entitlements_read(const json_t *claims, struct arena *arena, struct oneapi_entitlements *ret);

// --- retry.c ---
enum retry { RETRY_NO, RETRY_AFTER, RETRY_NEW_TOKEN };
// May the request be sent again although the first one may have been carried out?
bool retry_is_safe(const struct oneapi_request *request);
// What the answer to attempt number `attempt` (from 1) calls for; *ret_wait_s for RETRY_AFTER.
enum retry retry_judge(const struct oneapi_request *request, int attempt,
                       const struct fetch_response *response, int *ret_wait_s);
bool retry_sleep(void *ctx, int ms, struct cancel *cancel); // the real one

// --- errors.c ---
// Judges an answer: true is success with ret->has_json set; false fills ret->error and err.
MUST_USE bool answer_judge(const struct oneapi *api, struct str path, const struct secret *token,
                           struct arena *arena, struct oneapi_response *ret, struct err *err);
// Adds what to do to an error of the transport.
bool explain_transport(const char *what, struct str url, const char *advice, struct err *err);

#endif
