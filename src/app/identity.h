// SPDX-License-Identifier: MIT
// What the server says of itself to clients: name, version, icon, and what a model should know
// before it uses the tools.
#ifndef APP_IDENTITY_H
#define APP_IDENTITY_H

#include "mcp/mcp.h"

extern const struct mcp_info identity;

#endif
