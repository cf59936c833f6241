// SPDX-License-Identifier: MIT
// State of one `try`, shared by try.c and try_callback.c.
#ifndef APP_TRY_INT_H
#define APP_TRY_INT_H

#include "base/arena.h"
#include "base/err.h"
#include "fetch/fetch.h"
#include "json/dom.h"

struct listener;

struct
try {
    const char *url, *tool, *args, *account, *wait; // as given
    struct arena *arena;
    struct fetcher *fetcher;
    struct listener *listener;
    struct str metadata_url, resource, scope, issuer, authorize_url, token_url, register_url;
    bool expects_iss;
    struct str redirect_uri, client_id, verifier, state;
    struct str callback_code, callback_state, callback_iss, callback_error, callback_description;
    struct str token;
    int rpc_id;
};

// The loopback listener of the redirect URI (RFC 8252 section 7.3); sets t->redirect_uri.
MUST_USE bool try_listen(struct try *t, struct err *err);
// Waits for the browser to come back; fills the callback_ fields. False after `seconds` without it.
MUST_USE bool try_wait_callback(struct try *t, int64_t seconds);
void try_unlisten(struct try *t);

#endif
