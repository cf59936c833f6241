// SPDX-License-Identifier: MIT
#ifndef ENTRA_LOGOUT_H
#define ENTRA_LOGOUT_H

#include "emu.h"

// Ends the browser's session; goes on to post_logout_redirect_uri only if it is registered.
void logout_handle(struct call *c);

#endif
