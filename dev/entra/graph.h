// SPDX-License-Identifier: MIT
// The few addresses of Graph that stand here: userinfo, /me, revokeSignInSessions.
#ifndef ENTRA_GRAPH_H
#define ENTRA_GRAPH_H

#include "emu.h"

void userinfo_handle(struct call *c);
void me_handle(struct call *c);
void revoke_handle(struct call *c);

#endif
