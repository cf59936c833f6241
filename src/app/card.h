// SPDX-License-Identifier: MIT
// The server card: what a client or a registry may know of the server before it connects, in the
// shape of the draft SEP-2127 (github.com/modelcontextprotocol/modelcontextprotocol/pull/2127).
#ifndef APP_CARD_H
#define APP_CARD_H

#include "app/parts.h"

#define CARD_PATH "/.well-known/mcp-server-card"

void card_endpoint(struct exchange *ex, void *parts);

#endif
