// SPDX-License-Identifier: MIT
// The policy file of a running server: read at the start, again at a reload, and when it changes:
// it may belong to somebody who sends this process no signals.
#ifndef APP_POLICY_FILE_H
#define APP_POLICY_FILE_H

#include "policy/policy.h"

struct policy_file;

#define POLICY_FILE_CHECK_S 2

// All mistakes of the file go to the log, one line each; err says that there are some.
MUST_USE bool policy_file_open(const char *path, struct policy_file **ret, struct err *err);
void policy_file_close(struct policy_file *f);                // NULL-safe
struct policies *policy_file_policies(struct policy_file *f); // NULL-safe; NULL: none
// Takes what stands at path now. False: the old one stays in force.
MUST_USE bool policy_file_take(struct policy_file *f, const char *path, struct err *err);
// Takes the file if it has changed, and logs what came of it. By the thread that reloads.
void policy_file_look(struct policy_file *f);

#endif
