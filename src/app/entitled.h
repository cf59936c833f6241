// SPDX-License-Identifier: MIT
// The entitlement filter: tools of products that the API client may not use are not offered.
#ifndef APP_ENTITLED_H
#define APP_ENTITLED_H

#include "app/options.h"
#include "oneapi/oneapi.h"

#define ENTITLED_WAIT_MS 5000 // how long the start waits for the token at most

// The services to offer, NULL-terminated, in the arena of o; NULL: all of them, because the filter
// is off or cannot tell, which the log says. It never hides a tool on a doubt. Asks the token
// endpoint; the token is kept for the first call.
const char *const *entitled_services(const struct options *o, struct oneapi *api);

#endif
