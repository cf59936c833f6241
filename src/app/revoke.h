// SPDX-License-Identifier: MIT
// `zscaler-mcp revoke --person …`, run with the environment of the server, for example in its
// container: marks in the same store, so that the server and all its replicas refuse what was given
// before within ACCESS_RECHECK_S. Needs no key: who can read the store could do worse.
#ifndef APP_REVOKE_H
#define APP_REVOKE_H

#include "app/settings.h"

// Exit code: 0 done, 1 the store did not take it, 2 it was not said whom.
int revoke_run(struct options *o, const struct settings *settings);

#endif
