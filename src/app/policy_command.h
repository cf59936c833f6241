// SPDX-License-Identifier: MIT
// `zscaler-mcp policy`: looks at the policy file before anybody is judged by it.
#ifndef APP_POLICY_COMMAND_H
#define APP_POLICY_COMMAND_H

#include "app/options.h"

// o->words: whom to ask for ("group:ID", "role:NAME", "scope:NAME", "user:ADDRESS", "caller:KEY");
// none: what each rule grants. Returns the exit code: 0, 1 with mistakes in the file, 2 wrong
// usage.
int policy_run(const struct options *o);

#endif
