// SPDX-License-Identifier: MIT
// `zscaler-mcp` itself: builds the parts in the order of the include arrows, serves until it is
// told to stop, and takes them apart again in the reverse order.
#ifndef APP_SERVE_H
#define APP_SERVE_H

#include "app/settings.h"

// Returns the exit code: 0 after a clean end (SIGTERM, SIGINT, end of stdin), 1 when it could not
// start.
int serve_run(struct options *o, const struct settings *settings);

#endif
