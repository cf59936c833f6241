// SPDX-License-Identifier: MIT
// The words that act on a server which runs already: status, reload, restart, stop, update
// (docs/lifecycle.md). They find it by its PID file.
#ifndef APP_LIFECYCLE_H
#define APP_LIFECYCLE_H

#include "app/options.h"

bool lifecycle_is_word(const char *command);
// Prints to stdout, errors to stderr. Returns the exit code: 0 done (status: it runs), 1 no server
// runs, 2 wrong usage, and always for update.
int lifecycle_run(const struct options *o);

#endif
