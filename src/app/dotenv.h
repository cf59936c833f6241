// SPDX-License-Identifier: MIT
// .env files: NAME=value lines, optional `export `, # comments, single quotes (as they are) and
// double quotes (with \n, \", \\). No expansion of $NAME.
#ifndef APP_DOTENV_H
#define APP_DOTENV_H

#include "base/arena.h"
#include "base/err.h"

struct dotenv;
#define DOTENV_BYTES_MAX (256 * 1024)

bool dotenv_present(const char *path);
MUST_USE bool dotenv_load(struct arena *arena, const char *path, struct dotenv **ret,
                          struct err *err);
MUST_USE bool dotenv_parse(struct arena *arena, struct str text, struct dotenv **ret,
                           struct err *err);
// .p NULL if absent; the last line wins
struct str dotenv_get(const struct dotenv *env, const char *name);
// Each line, the last first.
void dotenv_each(const struct dotenv *env, void (*fn)(void *ctx, struct str name, struct str value),
                 void *ctx);

#endif
