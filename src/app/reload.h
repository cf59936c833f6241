// SPDX-License-Identifier: MIT
// What a running server takes anew when it is told to (SIGHUP, docs/lifecycle.md): the same flags,
// the environment that it was started with, and .env as it is now. Parts that can change while
// they run put themselves on the list; all else needs a restart, and the log names it.
#ifndef APP_RELOAD_H
#define APP_RELOAD_H

#include "app/options.h"

struct reload;

// Takes what has changed. fresh is gone when it returns: copy what is kept. False, with the reason:
// what was before stays in force. Called by one thread at a time, while calls are served.
typedef bool reload_hook(void *ctx, const struct options *fresh, struct err *err);

// running: the options in force, which must outlive it.
struct reload *reload_new(const struct options *running);
void reload_free(struct reload *r); // NULL-safe
// what: for the log, such as "TLS certificate". At most RELOAD_HOOKS_MAX.
#define RELOAD_HOOKS_MAX 16
void reload_add(struct reload *r, const char *what, reload_hook *hook, void *ctx);
// Reads everything again and logs what came of it. A configuration with problems changes nothing.
void reload_run(struct reload *r);
// Would a restart find a configuration that it can start with? If not, the log says why.
bool reload_would_start(const struct reload *r);

#endif
