// SPDX-License-Identifier: MIT
// Access tokens given out: JWTs as the identity service makes them, looked up as a whole when they
// come back. The owner locks.
#ifndef DEV_ONEAPI_TOKENS_H
#define DEV_ONEAPI_TOKENS_H

#include "jose/digest.h"
#include "jose/jwk.h"
#include "json/dom.h"

#define TOKENS_MAX 4096

struct token {
    int64_t expires;
    struct fingerprint fingerprint;
};

struct tokens;

struct tokens *tokens_new(void);
void tokens_free(struct tokens *t);   // NULL-safe
void tokens_expire(struct tokens *t); // all that were given out
// A new token for the client, appended; services: names for service-info.
void tokens_issue(struct tokens *t, struct str client, const json_t *services, int64_t now,
                  int64_t lifetime, struct buf *out);
// NULL: never given out, or expired.
struct token *tokens_find(struct tokens *t, struct str token, int64_t now);

#endif
