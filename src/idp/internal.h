// SPDX-License-Identifier: MIT
// Inside the identity-provider module. struct idp is immutable after idp_new but for what discovery
// fills in once, and for struct keys, which has its own lock.
#ifndef IDP_INTERNAL_H
#define IDP_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "idp/clouds.h"
#include "idp/idp.h"
#include "idp/presets.h"
#include "jose/certificate.h"
#include "jose/jws.h"

#define IDP_TIMEOUT_MS           20000
#define IDP_ANSWER_MAX           (256 * 1024)
#define KEYS_TIMEOUT_MS          10000
#define KEYS_BACKOFF_MS          1000
#define KEYS_BACKOFF_MAX_MS      30000
#define DISCOVERY_BYTES_MAX      (256 * 1024)
#define DISCOVERY_BACKOFF_MS     1000
#define DISCOVERY_BACKOFF_MAX_MS 30000
#define EXPIRES_DEFAULT_S        3600
#define EXPIRES_MAX_S            (24 * 3600)

// A key set that several threads read while a newer one takes its place.
struct key_set {
    _Atomic int refs;
    struct jwks *keys;
};

// Who showed a token. What a stranger shows must not use up the refetch that a sign-in needs right
// after the provider changed its keys.
enum token_source { FROM_ANYBODY, FROM_PROVIDER, TOKEN_SOURCES };

struct keys {
    // immutable from the first use on
    const char *uri;
    const char *variable; // that has the uri, for texts
    unsigned algorithms;  // mask of enum jws_alg
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

// The discovery document, fetched until it could be had once.
struct discovery {
    // immutable
    const char *url;                // NULL: nothing is missing
    int backoff_ms, backoff_max_ms; // tests shorten them before the first call
    struct cancel stop;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    // under lock
    pthread_t thread;
    bool started, stopping;
    uint64_t flights;   // that have ended
    int failures;       // in a row
    int64_t retry_at;   // clock_mono_ms(), after a failure
    struct err failure; // of the last flight
};

// What the document says besides the endpoints.
struct announced {
    bool secret_basic, secret_post; // neither: it does not say
    bool rs256, ps256;              // for assertions; neither: it does not say
    bool no_s256;
};

// How Entra's issuers are made: head, tenant id, tail. NULL heads elsewhere.
struct entra {
    const char *head, *tail; // "https://HOST/", "/v2.0"
    const char *v1_head;     // "https://sts.windows.net/"; its tail is "/"
    const char *tenant;      // NULL: those of allowed_tenants
    bool names_proved;       // sign-in names are of domains that the tenant has proved
};

enum client_method { CLIENT_PUBLIC, CLIENT_BASIC, CLIENT_POST, CLIENT_ASSERTION };

// A managed identity's token, and who fetches the next.
struct federated {
    pthread_mutex_t lock;
    pthread_cond_t done;
    // under lock
    bool asking;
    struct buf token;
    int64_t until;      // its end
    int64_t failed_at;  // clock_mono_ms() of the last request, if that failed; else 0
    struct err failure; // … and why
};

struct idp {
    // immutable
    struct arena *arena;
    struct idp_config given;
    const struct preset *preset;
    struct fetcher *fetcher;
    const char *app_id_uri; // "api://<client id>"
    const struct str *audiences;
    struct jwk *client_key;         // NULL: none
    struct certificate certificate; // sha256 empty: none
    bool key_file_open;             // others can read the key's file

    struct federated federated;
    struct discovery discovery;
    // complete once ready is true, and immutable from then on
    atomic_bool ready;
    struct idp_config config;
    struct announced announced;
    struct entra entra;
    struct keys keys;

    _Atomic int secret_method; // enum client_method that was accepted last; CLIENT_PUBLIC: unknown
};

// --- idp.c ---
// All is known: publishes it. Once.
void idp_complete(struct idp *idp, const struct idp_config *config,
                  const struct announced *announced);

// --- discovery.c ---
void discovery_init(struct idp *idp);
void discovery_release(struct discovery *d);
MUST_USE bool discovery_await(struct idp *idp, struct err *err);
bool discovery_failing(struct discovery *d);
// What the document at given->discovery_url says, judged: fills the members of *ret that are NULL.
// ERR_UPSTREAM: it is no document at all, another try may help. ERR_CONFIG: it is wrong. Foreign
// bytes; fuzzed.
MUST_USE bool discovery_judge(const struct idp *idp, struct str body, struct arena *arena,
                              struct idp_config *ret, struct announced *ret_announced,
                              struct err *err);
// "…/.well-known/openid-configuration" behind the issuer.
struct str discovery_url_of(struct str issuer, struct arena *arena);

// --- tenant.c ---
void tenant_learn(const struct idp_config *config, struct arena *arena, struct entra *ret);
// The issuer that a token with these claims must have; ERR_TOKEN_ISSUER when it can be none.
MUST_USE bool tenant_issuer(const struct idp *idp, const json_t *claims, struct arena *arena,
                            struct str *ret, struct err *err);
// Is this the person's or application's tenant, and one of ours?
MUST_USE bool tenant_check(const struct idp *idp, const json_t *claims, struct err *err);
// "{tenantid}" in the pattern stands for any tenant id.
bool tenant_pattern_fits(struct str pattern, struct str issuer);
struct str tenant_of(const struct idp *idp, const json_t *claims);
// The issuer names no tenant of its own ("organizations", "common").
bool tenant_is_any(const char *issuer);

// --- client_auth.c ---
MUST_USE bool client_auth_load(struct idp *idp, struct err *err);
void client_auth_complete(struct idp *idp); // what the provider announced is known
enum client_method client_auth_method(const struct idp *idp);
// At the device authorization endpoint; Entra's takes no credential.
enum client_method client_auth_device_method(const struct idp *idp);
// The method to try after a refusal; false: none.
bool client_auth_next(const struct idp *idp, enum client_method used, int status, int aadsts,
                      enum client_method *ret);
// fields with what the method adds, and the value of the Authorization header or nothing. Fails
// where no federated assertion can be had, and may wait for one.
MUST_USE bool client_auth_add(struct idp *idp, enum client_method method, struct str fields,
                              struct buf *form, struct buf *authorization, struct err *err);
void client_auth_warnings(const struct idp *idp, int64_t now, struct buf *out);

// --- federated.c ---
#define ASSERTION_BYTES_MAX  (16 * 1024)
#define FEDERATED_TIMEOUT_MS 5000 // of a request to the platform
void federated_init(struct federated *f);
void federated_release(struct federated *f);
bool federated_is_used(const struct idp_config *c);
// Appends the assertion. A file is read anew each time; a managed identity's token is kept until
// shortly before its end, fetched by one for all.
MUST_USE bool federated_assertion(struct idp *idp, struct buf *out, struct err *err);
void federated_warnings(const struct idp *idp, int64_t now, struct buf *out);

// --- keys.c ---
void keys_init(struct keys *k, struct fetcher *fetcher); // uri is set before the first use
void keys_release(struct keys *k);
MUST_USE bool keys_load(struct keys *k, struct err *err);
enum idp_reach keys_reach(struct keys *k);
// Signature check; an unknown kid refetches the set as idp.h says. issuer: whose token it is; a key
// that names another one may not sign it. Empty: not judged.
MUST_USE bool keys_verify(struct keys *k, const struct jws *jws, struct str issuer,
                          enum token_source source, int64_t now, struct err *err);

// --- person.c ---
// An ID token that belongs to this client, of a person who may use this server; *ret is filled also
// when only that is wrong. nonce empty: not judged (refreshed ID tokens need none).
MUST_USE bool person_from_id_token(struct idp *idp, struct arena *arena, struct str token,
                                   struct str nonce, int64_t now, struct idp_person *ret,
                                   struct err *err);

// Name, address and the claims themselves (a reference of the arena's).
void person_add_texts(struct arena *arena, json_t *claims, struct idp_person *ret);
// An access token (or accepted ID token), whoever it is of: people.c is not asked.
MUST_USE bool person_from_bearer(struct idp *idp, struct arena *arena, struct str token,
                                 int64_t now, struct idp_person *ret, struct err *err);

// --- people.c: who may use this server ---
bool people_limited(const struct idp *idp); // not everybody may
MUST_USE bool people_check_lists(const struct idp_config *config, struct err *err);
MUST_USE bool people_check(const struct idp *idp, const struct idp_person *person, struct err *err);
MUST_USE bool people_check_bearer(const struct idp *idp, const struct idp_person *person,
                                  struct err *err);

// --- grants.c ---
// name=value, form-encoded, behind what is there.
void idp_add_field(struct buf *out, const char *name, struct str value);
// One form to one of the provider's endpoints. authorization: the header's value, or empty. False
// when no answer came.
MUST_USE bool idp_post(struct idp *idp, const char *url, struct str form, struct str authorization,
                       struct cancel *cancel, struct fetch_response *ret, struct err *err);
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
// Foreign text before it is shown: one line, no control bytes, without Entra's trailer of ids.
void idp_tidy(struct str text, char *ret, size_t size);
// Turns a refusal into an error; false always.
bool grant_read_failure(int status, struct str body, int retry_after, bool refresh,
                        struct err *err);

// --- device.c ---
MUST_USE bool device_read_success(struct arena *arena, struct str body, struct idp_device *ret,
                                  struct err *err);

#endif
