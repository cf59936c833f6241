// SPDX-License-Identifier: MIT
// What the server answers at which path: MCP, the health checks, and what the sign-in brings.
#ifndef APP_ROUTES_H
#define APP_ROUTES_H

#include "app/parts.h"

// Ends with a NULL path; lives in the options' arena.
const struct http_route *routes_of(struct parts *p);

#endif
