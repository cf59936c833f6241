// SPDX-License-Identifier: MIT
// The Zscaler OneAPI client: one token shared by all calls and renewed by a single flight before it
// expires; retries as recorded; errors in the words of the API. One instance a process;
// thread-safe.
#ifndef ONEAPI_ONEAPI_H
#define ONEAPI_ONEAPI_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/cancel.h"
#include "base/err.h"
#include "base/timing.h"
#include "fetch/fetch.h"

struct oneapi;

struct oneapi_config {
    const char *client_id, *client_secret, *private_key; // secret or key; key wins
    const char *vanity_domain;
    const char *cloud;       // NULL or "production", "beta", "gov", "govus", …
    const char *customer_id; // ZPA, ZMS
    const char *zcell_customer_id;
    const char *microtenant_id; // default for ZPA calls
    const char *partner_id;     // x-partner-id
    const char *base_url;       // ZSCALER_MCP_ONEAPI_URL: replaces API and token hosts
    const char *user_agent_comment;
    int deadline_ms; // of one tool call's request with its retries; 0: 60,000
};

struct oneapi_request {
    const char *method;
    struct str path;                    // "/zia/api/v1/…", already percent-encoded
    struct str query;                   // encoded, without '?'; empty: none
    struct str body;                    // JSON; empty: "{}" is sent, as the recordings show
    const struct fetch_header *headers; // more headers, may be NULL
    struct cancel *cancel;
};

struct oneapi_response {
    int status;
    struct str body; // in the arena
    struct str content_type;
    bool has_json; // of a success: body is one JSON value other than null. A 204, null or an answer
                   // that is no JSON by its own type is a success too, with nothing in it.
    struct str error; // of a failure: the whole text for the model, which err->text may have to cut
};

// Never fails for missing credentials: that is said by the first request, so that tools/list works
// without.
MUST_USE bool oneapi_new(const struct oneapi_config *config, struct fetcher *fetcher,
                         struct oneapi **ret, struct err *err);
void oneapi_free(struct oneapi *api);
const struct oneapi_config *oneapi_config(const struct oneapi *api);
// True for 2xx. Otherwise ERR_ONEAPI, ERR_ONEAPI_CREDENTIALS, ERR_CONNECT, … with the API's own
// words; *ret is filled as far as an answer arrived.
MUST_USE bool oneapi_send(struct oneapi *api, const struct oneapi_request *request,
                          struct arena *arena, struct oneapi_response *ret, struct err *err);
// Which services the API client may use, by what its access token says (asking for one if need be).
// Waits at most wait_ms. False only when no token can be had: then err is the reason for the
// administrator.
#define ONEAPI_SERVICES_MAX 16
struct oneapi_entitlements {
    bool told;                                     // false: the token says nothing
    const char *services[ONEAPI_SERVICES_MAX + 1]; // "zia", "zpa", … each once; ends with NULL
    struct str unknown;                            // products that are none of these, "A, B"
};
MUST_USE bool oneapi_entitlements(struct oneapi *api, struct arena *arena, struct cancel *cancel,
                                  int wait_ms, struct oneapi_entitlements *ret, struct err *err);
bool oneapi_entitled(const struct oneapi_entitlements *e, const char *service);
// Is this an API client of the tenant, by asking the token endpoint for a token that is thrown
// away? The secret may be the client's private key instead (PEM or JWK). err: why not, for the
// operator; it may name addresses and settings, so that no stranger should read it. Blocks.
enum oneapi_verdict { ONEAPI_CLIENT_GOOD, ONEAPI_CLIENT_REFUSED, ONEAPI_CLIENT_NOT_JUDGED };
enum oneapi_verdict oneapi_client_check(struct oneapi *api, const char *client_id,
                                        const char *secret, struct cancel *cancel,
                                        int64_t *ret_life_s, struct err *err);
// Figures since the start, which go on growing.
struct oneapi_stats {
    atomic_ulong by_class[6]; // answers by the hundreds of their status; [0]: none came
    atomic_ulong limited;     // 429
    atomic_ulong repeated;    // requests sent again
    struct timing timing;     // of single requests
};
const struct oneapi_stats *oneapi_stats(const struct oneapi *api);
int64_t oneapi_token_requests(
    const struct oneapi *api); // how many tokens were asked for, for tests and metrics

#endif
