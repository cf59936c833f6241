// SPDX-License-Identifier: MIT
// The fake OneAPI: a token endpoint and the paths of all tools over records in memory. One mutex
// guards all state below `lock`; handlers run on loop threads and hold it while they work. What a
// fault delays waits on a worker without it.
#ifndef DEV_ONEAPI_FAKE_H
#define DEV_ONEAPI_FAKE_H

#include <pthread.h>

#include "base/arena.h"
#include "base/err.h"
#include "faults.h"
#include "http/http.h"
#include "journal.h"
#include "store.h"
#include "tokens.h"

#define JSON_TYPE  "application/json"
#define ANSWER_MAX (32 * 1024 * 1024)
#define WILDS_MAX  4

struct fake {
    pthread_mutex_t lock;
    struct http_server *server;
    json_t *config; // judged
    struct stores *stores;
    struct tokens *tokens;
    struct faults *faults;
    struct journal *journal;
    int64_t requests, token_requests;
};

// Takes over `config` (judged by config_parse).
struct fake *fake_new(json_t *config);
void fake_free(struct fake *f); // stops listening; NULL-safe
DEFINE_CLEANUP(fake_free, struct fake *)
MUST_USE bool fake_listen(struct fake *f, const char *host, int port, size_t threads,
                          struct err *err);
int fake_port(const struct fake *f);
void fake_reset(struct fake *f); // seeded records, configured faults, no tokens, no journal
void fake_seed(struct fake *f);  // seeded records, no journal; tokens and faults stay

// --- the configuration ---
// { "clients": [{"clientId", "clientSecret"?, "jwks"?}], "tokenLifetime": 3600, "seed": 0,
//   "services": ["ZIA", …], "faults": [as POST /_fake/fault] }; NULL text: all defaults.
MUST_USE bool config_parse(struct str text, json_t **ret, struct err *err);

// --- one request ---
struct api;
struct resource;

struct call {
    struct fake *fake;
    struct exchange *ex;
    struct arena *arena;
    const struct api *api; // NULL: the path belongs to no service
    const struct resource *resource;
    struct str id;              // the item's, .p NULL: the resource itself
    struct str wild[WILDS_MAX]; // what stands for the {} of the pattern
    size_t wilds;
    json_t *body; // owned by the arena; NULL: there was none
    struct token *token;
    int status; // for the journal
};

void answer(struct call *c, int status, struct str json);
void answer_tree(struct call *c, int status, const json_t *tree);
void answer_empty(struct call *c, int status); // 204
// In the shape of the service's own errors; code NULL: the usual one of the status.
void answer_error(struct call *c, int status, const char *code, const char *fmt, ...) PRINTF(4, 5);
// The body as JSON (NULL when empty); on malformed JSON 400 is answered.
MUST_USE bool call_body(struct call *c, json_t **ret);

void control_handle(struct call *c); // /_fake/…
void token_handle(struct call *c);   // POST /oauth2/v1/token
void graphql_handle(struct call *c); // POST /zins/graphql, /zms/graphql

#endif
