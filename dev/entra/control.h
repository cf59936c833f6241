// SPDX-License-Identifier: MIT
// The control API under /_emu/: for tests, behind the bearer that is printed at the start.
// control.c has the switches of the emulator itself, portal.c the administrator's clicks.
#ifndef ENTRA_CONTROL_H
#define ENTRA_CONTROL_H

#include "emu.h"

void control_handle(struct call *c);
// The guide's export lines for an application, with this emulator's addresses. False: no such app.
MUST_USE bool control_env(const struct emu *e, struct arena *arena, struct str app_id,
                          struct buf *out);

// What the verbs share.
json_t *control_body(struct call *c); // the caller's; NULL: 400 was answered
void control_reply(struct call *c, const json_t *tree);
void control_done(struct call *c);
void control_fail(struct call *c, int status, struct str why);
// Takes the configuration over if it is sound, else answers 400 with the path of what is wrong.
MUST_USE bool control_take(struct call *c, json_t *config);

// portal.c
void portal_post(struct call *c, struct str rest); // "register", "{appId}/authentication", …
void portal_get(struct call *c, struct str rest);  // "{appId}": the overview, with an export

#endif
