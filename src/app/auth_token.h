// SPDX-License-Identifier: MIT
// --generate-auth-token: the header that clients send in modes zscaler and api-key, and what to
// paste into their configuration.
#ifndef APP_AUTH_TOKEN_H
#define APP_AUTH_TOKEN_H

#include "app/options.h"

// False: what the header is made of is not set. It shows a secret: to be printed, never logged.
MUST_USE bool auth_token_text(const struct options *o, struct buf *out, struct err *err);

#endif
