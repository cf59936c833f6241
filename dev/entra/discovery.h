// SPDX-License-Identifier: MIT
// Documents anybody may fetch: discovery in both versions, the key sets, instance discovery.
#ifndef ENTRA_DISCOVERY_H
#define ENTRA_DISCOVERY_H

#include "emu.h"

void discovery_v2_handle(struct call *c);
void discovery_v1_handle(struct call *c);
void keys_v2_handle(struct call *c);
void keys_v1_handle(struct call *c);
void instance_handle(struct call *c);

#endif
