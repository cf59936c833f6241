// SPDX-License-Identifier: MIT
// The device code grant (RFC 8628): the request for a code, the person's pages, the polls.
#ifndef ENTRA_DEVICE_H
#define ENTRA_DEVICE_H

#include "session.h"
#include "token.h"

#define DEVICE_SECONDS  900
#define DEVICE_INTERVAL 5

void device_free(void *device);
void devicecode_handle(struct call *c);  // POST …/devicecode
void device_page_handle(struct call *c); // GET and POST /device
void device_confirm_handle(struct call *c);
// Goes on with a sign-in that a user code began (so_far->user_code).
void device_run(struct call *c, const struct interaction *so_far);
// {"user_code":…,"op":"approve|decline|expire|slowDown","user":…}
MUST_USE bool device_control(struct call *c, const json_t *order, struct err *err);

// For the token endpoint.
MUST_USE bool device_judge(struct token_call *t);

#endif
