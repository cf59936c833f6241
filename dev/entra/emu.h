// SPDX-License-Identifier: MIT
// The Entra ID emulator: what all its parts share. One struct emu holds the configuration tree, the
// keys and everything that happened since the start (sessions, codes, tokens, consents), in memory,
// under one lock that a handler takes for its whole life; nothing in a handler waits. One struct
// call is a request on its way through the checks: the first check that refuses fills call.refusal
// and stops.
//
// The registrations are kept as the JSON they were configured with (Microsoft Graph's property
// names), so that an exported registration can be pasted in and a PATCH is a plain JSON merge.
// Pointers into the tree are valid while the lock is held; what must live longer is kept by id.
#ifndef ENTRA_EMU_H
#define ENTRA_EMU_H

#include <pthread.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/table.h"
#include "http/http.h"
#include "json/dom.h"

#define GRAPH_APP_ID "00000003-0000-0000-c000-000000000000"
#define MSA_TENANT   "9188040d-6c67-4c5b-b112-36a304b66dad"
#define GUID_SIZE    37
#define HTML_TYPE    "text/html; charset=utf-8"
#define JSON_TYPE    "application/json; charset=utf-8"

struct keystore;
struct journal;
struct faults;
struct session;

struct emu {
    // immutable after emu_listen
    char *base;           // "http://127.0.0.1:4401"
    char *control_token;  // bearer of the control API
    json_t *start_config; // what /_emu/reset goes back to
    struct http_server *server;

    pthread_mutex_t lock;
    // under lock
    json_t *config;
    struct keystore *keys;
    struct journal *journal;
    struct faults *faults;
    uint64_t ids;            // counter behind deterministic ids
    int64_t clock_offset;    // seconds; with a fixed clock: added to clock.now
    bool audience_flip;      // v1AudienceForm "alternate"
    struct table *pending;   // ctx -> struct pending
    struct table *sessions;  // cookie -> struct session
    struct table *codes;     // code -> struct grant
    struct table *refreshes; // refresh token -> struct grant
    struct table *consents;  // tenant|app|user|resource|scope -> any
    struct table *devices;   // device code -> struct device
    struct table *revoked;   // user oid -> heap int64_t: refresh tokens issued before are void
    struct table *reused;    // family of a code that was redeemed twice -> any (codeReuseRevokes)
};

enum alias { ALIAS_NONE, ALIAS_COMMON, ALIAS_ORGANIZATIONS, ALIAS_CONSUMERS };

struct refusal {
    int code;             // AADSTS number; 0: nothing was refused
    const char *error;    // OAuth error word
    const char *subcode;  // error_subcode of a redirect; NULL: none
    const char *suberror; // suberror of a JSON body; NULL: none
    int status;
    bool page;         // shown to the person, never delivered to the client
    struct str text;   // "AADSTS50011: …"
    struct str claims; // JSON for a new sign-in, in a JSON body; empty: none
};

struct call {
    struct emu *emu;
    struct exchange *ex;
    struct arena *arena;
    int64_t now;
    const char *endpoint; // for journal and faults: "authorize", "token", …
    bool v1;              // of the endpoints without "v2.0" in their path
    struct str segment;   // tenant segment as written
    json_t *tenant;       // NULL at an alias
    enum alias alias;
    const struct form *params; // query or body, by endpoint
    char trace_id[GUID_SIZE];
    struct str correlation_id;
    struct refusal refusal;
    struct str note;         // for the journal: what was decided
    struct str person;       // for the journal: who signed in, once that is known
    json_t *remarks;         // for the journal: warnings; NULL: none
    struct session *session; // begun in this very request; NULL: the cookie's
    bool silent_deferred;    // fault p5defer: prompt=none is answered with the form
};

// --- emu.c ---
// Takes over `config` (already judged). base NULL: made from host and port in emu_listen.
struct emu *emu_new(json_t *config, const char *control_token);
MUST_USE bool emu_listen(struct emu *e, const char *host, int port, struct err *err);
int emu_port(const struct emu *e);
void emu_free(struct emu *e); // stops listening; NULL-safe
DEFINE_CLEANUP(emu_free, struct emu *)
// Replaces the configuration (takes it over); consents, sessions and tokens stay.
void emu_set_config(struct emu *e, json_t *config);
void emu_forget(struct emu *e); // sessions, codes, tokens, consents, faults, journal
int64_t emu_now(const struct emu *e);
// Random, or derived from the configured seed.
void emu_bytes(struct emu *e, uint8_t *p, size_t n);
void emu_guid(struct emu *e, char ret[GUID_SIZE]);
// prefix + base64url with dots, as codes and refresh tokens look.
struct str emu_opaque(struct call *c, const char *prefix, size_t bytes);
// The GUID that always belongs to these two texts (service principal ids, object ids of groups).
struct str emu_derived_guid(struct arena *arena, struct str a, const char *b);

// --- a call's parameters ---
struct str call_param(const struct call *c, const char *name); // first value; .p NULL if absent
bool call_has(const struct call *c, const char *name);         // present and not empty
// Refuses with 900144 naming the parameter when it is not there.
MUST_USE bool call_need(struct call *c, const char *name);
// A warning for the journal.
void call_remark(struct call *c, const char *fmt, ...) PRINTF(2, 3);
// Fills c->refusal from the table of codes; {0} and {1} of its text become a and b. Always false.
bool refuse(struct call *c, int code, struct str a, struct str b);
bool refuse_plain(struct call *c, int code);
bool refuse_as(struct call *c, int code, const char *error, const char *suberror);
// The tenant segment (known tenant, alias, or 90002/900023).
MUST_USE bool call_tenant(struct call *c);

bool emu_plays_real(const struct emu *e); // issuerMode
// Where documents and tokens say the endpoints are: baseUrl, or the real host.
struct str emu_login_host(const struct emu *e, struct arena *arena);
struct str emu_issuer_v2(const struct emu *e, struct arena *arena, struct str tenant_id);
struct str emu_issuer_v1(const struct emu *e, struct arena *arena, struct str tenant_id);

#endif
