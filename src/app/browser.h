// SPDX-License-Identifier: MIT
// A browser without a face for `try`: follows redirects with cookies, fills the first form of each
// page with an account and presses its first button; a page that shows a device code and waits gets
// it entered in a second window. For test accounts on plain forms (the
// emulator's); a page that needs scripts, as the real Entra ID's, it cannot use.
#ifndef APP_BROWSER_H
#define APP_BROWSER_H

#include "base/arena.h"
#include "base/err.h"
#include "fetch/fetch.h"

struct browser {
    struct fetcher *fetcher;
    struct arena *arena;
    struct str account, password;
    struct str user_code;   // a device code that was entered already, or is to be
    struct cookie *cookies; // the jar
    bool password_sent;
    // a line for each page; may be NULL
    void (*seen)(void *ctx, const char *method, struct str url, int status);
    void *ctx;
};

// Walks from url until a URL that starts with `until` has been fetched. ERR_ACCESS_DENIED with the
// page's text when it ends anywhere else.
MUST_USE bool browser_walk(struct browser *b, struct str url, struct str until, struct err *err);

#endif
