// SPDX-License-Identifier: MIT
// The control API under /_emu/: for tests, behind the bearer that is printed at the start.
#ifndef ENTRA_CONTROL_H
#define ENTRA_CONTROL_H

#include "emu.h"

void control_handle(struct call *c);
// The seed guide's export lines for an application, with this emulator's addresses. False: no such
// app.
MUST_USE bool control_env(const struct emu *e, struct arena *arena, struct str app_id,
                          struct buf *out);

#endif
