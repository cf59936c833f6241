// SPDX-License-Identifier: MIT
// State of one `try`, and its steps. Each step says what it found, or fails with the reason.
#ifndef APP_TRY_INT_H
#define APP_TRY_INT_H

#include "base/arena.h"
#include "base/err.h"
#include "fetch/fetch.h"
#include "json/dom.h"

#define TRY_CLIENT_NAME "zscaler-mcp try"
#define TRY_ANSWER_MAX  (8 * 1024 * 1024) // bytes

struct listener;

struct
try {
    const char *url, *named, *tool, *args, *account, *wait; // as given
    bool device;
    struct arena *arena;
    struct fetcher *fetcher;
    struct listener *listener;
    struct str metadata_url, resource, scope, issuer, authorize_url, token_url, register_url,
        device_url;
    bool expects_iss;
    struct str redirect_uri, client_id, verifier, state;
    struct str callback_code, callback_state, callback_iss, callback_error, callback_description;
    struct str token;
    int rpc_id;
    int64_t step_ms; // clock_mono_ms() when the running step began
};

void try_say(const char *mark, const char *fmt, ...) PRINTF(2, 3);
// A step is done: its line says what it took.
void try_done(struct try *t, const char *fmt, ...) PRINTF(2, 3);

// --- try.c ---
MUST_USE bool try_get_json(struct try *t, const char *what, struct str url, json_t **ret,
                           struct err *err);
MUST_USE bool try_post(struct try *t, const char *what, struct str url, const char *type,
                       struct str body, json_t **ret, struct err *err);
struct str try_keep(struct try *t, struct str s);
struct str try_random(struct try *t); // 256 bits, base64url
struct try_pair {
    const char *name; // NULL ends the list
    struct str value;
};
struct str try_encode(struct try *t, const struct try_pair *pairs);

// --- try_discover.c, try_sign_in.c, try_device.c, try_mcp.c: the steps ---
MUST_USE bool try_read_challenge(struct try *t, struct err *err);
MUST_USE bool try_read_resource(struct try *t, struct err *err);
MUST_USE bool try_read_server(struct try *t, struct err *err);
MUST_USE bool try_register_client(struct try *t, struct err *err);
MUST_USE bool try_get_code(struct try *t, struct err *err);
MUST_USE bool try_get_token(struct try *t, struct err *err);
MUST_USE bool try_get_token_by_device(struct try *t, struct err *err);
MUST_USE bool try_take_token(struct try *t, const json_t *document, struct err *err);
MUST_USE bool try_greet(struct try *t, struct err *err);
MUST_USE bool try_choose_tool(struct try *t, struct err *err);
MUST_USE bool try_call_tool(struct try *t, struct err *err);

// --- try_callback.c ---

// The loopback listener of the redirect URI (RFC 8252 section 7.3); sets t->redirect_uri.
MUST_USE bool try_listen(struct try *t, struct err *err);
// Waits for the browser to come back; fills the callback_ fields. False after `seconds` without it.
MUST_USE bool try_wait_callback(struct try *t, int64_t seconds);
void try_unlisten(struct try *t);

#endif
