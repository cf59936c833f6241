// SPDX-License-Identifier: MIT
// Which store the deployment has: by ZSCALER_MCP_STORE, else SQLite in the state folder, else
// memory.
#ifndef APP_STORE_H
#define APP_STORE_H

#include "app/settings.h"
#include "store/spent.h"

// A value that no store can be made of is added to the options' problems, without being shown.
void store_option_check(struct options *o);
// A Redis, whatever it is worth.
bool store_is_redis(const struct options *o);
// Neither the key nor the store is kept in the state folder.
bool store_needs_no_folder(const struct options *o);
// state_dir: NULL if there is none. Logs which store it is and what that means for replicas. Redis
// need not answer yet; on stdio it is memory always.
MUST_USE bool store_option_open(const struct options *o, const struct settings *s,
                                const char *state_dir, struct spent_store **ret, struct err *err);

#endif
