// SPDX-License-Identifier: MIT
// `zscaler-mcp try URL`: does what an AI client does on first contact, step by step, and says what
// happened.
#ifndef APP_TRY_H
#define APP_TRY_H

// words: the arguments behind "try", NULL-terminated. Returns the exit code: 0 only if the sign-in
// and the call really worked, 1 otherwise with the reason on stderr, 2 for wrong usage.
int try_run(const char *const *words);

#endif
