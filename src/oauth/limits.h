// SPDX-License-Identifier: MIT
// How much one address (or one signed-in family, or one host) may ask of us a minute. Bounded
// memory: what was not seen for longest is forgotten first, and begins anew with a full budget.
// Thread-safe; the time is passed in.
#ifndef OAUTH_LIMITS_H
#define OAUTH_LIMITS_H

#include "base/str.h"

struct limits;

// Each kind has a budget of its own: a flood of one never uses up another.
enum limit {
    LIMIT_NONE,
    LIMIT_REGISTER,
    LIMIT_AUTHORIZE, // with /consent
    LIMIT_DEVICE,    // device authorization, and what people type on its page
    LIMIT_POLL,      // the token endpoint, asked by waiting devices
    LIMIT_TOKEN,     // the token endpoint, asked with what is none of our tokens
    LIMIT_REVOKE,
    LIMIT_FAMILY,     // the token endpoint, asked with a token of ours; by family, not by address
    LIMIT_CREDENTIAL, // mode zscaler: credentials that the token endpoint must be asked about
    LIMIT_CALL,       // requests to the MCP endpoint; by who sends them
    LIMIT_DOCUMENT,   // fetches of client metadata documents; by their host
    LIMIT_KINDS
};

// per_minute: what an address may ask of /register a minute, and at once; the other kinds follow
// from it. shared: many people have the same address (a proxy whose X-Forwarded-For does not
// count).
struct limits *limits_new(int per_minute, bool shared);
void limits_free(struct limits *l); // NULL-safe

// Takes one from the budget of whoever `who` names. False: it is empty, and *ret_wait_s says for
// how many seconds. *ret_suppressed (may be NULL): -1, or how many refusals of this kind were not
// worth a line of the log since the last one; that is told at most once a minute.
bool limits_take(struct limits *l, enum limit kind, struct str who, int64_t now_ms, int *ret_wait_s,
                 int64_t *ret_suppressed);
const char *limit_name(enum limit kind);

// What counts as one address: IPv6 by /64, which one household or machine has to itself.
struct limit_key {
    uint8_t bytes[17];
    size_t n;
};
struct limit_key limit_key_of(struct str peer);

#endif
