// SPDX-License-Identifier: MIT
// Conditional Access, as far as it shows at these endpoints. Policies that only report leave a
// remark in the journal.
#ifndef ENTRA_ACCESS_H
#define ENTRA_ACCESS_H

#include "emu.h"

struct demand {
    const char *grant;    // "block", "compliantDevice", "mfa"; NULL: nothing is demanded
    struct str policy_id; // of the policy behind it
    int64_t frequency_s;  // a sign-in may be this old; 0: any age
};

struct access_who {
    const json_t *tenant, *app, *user;
    bool mfa; // a second factor was passed
};

// flow: "authorizationCode", "deviceCode", "refresh", "ropc", "onBehalfOf". A demand for a second
// factor that was passed is none.
struct demand access_demand(struct call *c, const struct access_who *who, const char *flow);
// At a page: 53003, 53000 or, in the device flow, 530033; 50076 for a second factor.
bool access_refuse(struct call *c, const struct demand *d, bool device_flow); // always false
// At the token endpoint: the same, with claims the client can hand to a new sign-in.
bool access_refuse_token(struct call *c, const struct demand *d, bool device_flow); // always false

#endif
