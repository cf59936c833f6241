// SPDX-License-Identifier: MIT
// Paths to handlers. The tenant is the first segment, so the table is our own.
#ifndef ENTRA_SERVER_H
#define ENTRA_SERVER_H

#include "emu.h"

MUST_USE bool server_start(struct emu *e, const char *host, int port, struct err *err);

#endif
