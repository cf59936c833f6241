// SPDX-License-Identifier: MIT
// The deployment's root keys: from ZSCALER_MCP_SECRET_KEY, else made once and kept in the state
// folder, else (no writable folder) for this process only.
#ifndef APP_KEYS_H
#define APP_KEYS_H

#include "app/options.h"
#include "jose/seal.h"

#define KEYS_FILE "secret.key" // in the state folder

// Judges the configured keys, and takes those of ZSCALER_MCP_REQUEST_STATE_KEYS where
// ZSCALER_MCP_SECRET_KEY is unset: what is wrong is added to the options' problems.
void keys_decide(struct options *o);
// Where the state folder should be, by the rule of ZSCALER_MCP_STATE_DIR; NULL: nowhere.
const char *keys_state_path(const struct options *o, const char *(*env_of)(const char *));
// That folder, created if need be; NULL if there is none that can be written.
const char *keys_state_dir(const struct options *o, const char *(*env_of)(const char *));
// state_dir may be NULL. Logs where the key comes from and what that means.
MUST_USE bool keys_open(const struct options *o, const char *state_dir, struct keyring **ret,
                        struct err *err);
// 48 random bytes as base64: what `zscaler-mcp keygen` prints.
void keys_generate(struct buf *out);

#endif
