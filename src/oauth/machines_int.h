// SPDX-License-Identifier: MIT
// Devices that wait for somebody to sign in elsewhere, and how often something may be tried.
#ifndef OAUTH_MACHINES_INT_H
#define OAUTH_MACHINES_INT_H

#include "oauth/internal.h"

#define ACCESS_TTL_MIN_S  60 // a shorter-lived token would be over before its first use
#define DEVICE_CODE_TTL_S 600
#define DEVICE_INTERVAL_S 5 // between two polls; each slow_down adds as much (RFC 8628 3.5)
#define USER_CODE_LETTERS 8
#define VERIFICATION_PATH "/device"
#define GRANT_DEVICE_CODE "urn:ietf:params:oauth:grant-type:device_code"

#define KIND_POLL         "poll"    // a flow as the device_code of a waiting device
#define KIND_WAITING      "waiting" // the same flow, in the store under its user code
#define KIND_VERIFY       "verify"  // the same flow, inside the form of the verification page
#define KIND_GRANTED      "granted" // a grant in the store until its device comes for it

// --- device_authorization.c (RFC 8628) ---
bool waiting_offered(const struct oauth *o);
// What waits under a code as somebody typed it. SPENT_FIRST: nothing does (any more).
enum spent waiting_find(const struct call *c, struct str typed, struct flow *ret);
struct str user_code_shown(struct arena *arena, struct str typed); // "BCDF-GHJK"
// The person's answer, once: the tokens the device may fetch, or (NULL) that it gets none. Answers
// with a page.
void waiting_decide(const struct call *c, const struct flow *flow, struct grant *grant);
void device_grant(const struct call *c, const struct client *client, const struct form *form);

// --- client_credentials.c: machines with an application of their own at the IdP ---
bool machines_offered(const struct oauth *o);
void machine_grant(const struct call *c, const struct client *client, const struct form *form);

// --- introspect.c: what an operator may ask and do ---
bool operator_offered(const struct oauth *o);

// --- attempts.c: how often something was tried; counted in this process ---
#define ATTEMPTS_WINDOW_S 600
#define ATTEMPTS_KEPT     10000 // names; the least recently used is forgotten
struct attempts {
    const char *name;
    unsigned one, all; // tries within ATTEMPTS_WINDOW_S, of one and of everybody together
};
// Counts a try; false: they are used up.
MUST_USE bool attempt(struct oauth *o, const struct attempts *limit, struct str who, int64_t now);
void attempt_forgive(struct oauth *o, const struct attempts *limit, struct str who); // it was good

#endif
