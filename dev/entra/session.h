// SPDX-License-Identifier: MIT
// Who is signed in at the emulator in this browser (a cookie), and sign-ins that are under way: a
// page was shown, and its answer continues the authorization request that is kept here.
#ifndef ENTRA_SESSION_H
#define ENTRA_SESSION_H

#include "emu.h"

#define SESSION_USERS_MAX 8
#define PENDING_SECONDS   600
#define USER_CODE_SIZE    10
#define SESSION_APPS_MAX  32

struct signed_in {
    char tenant_id[GUID_SIZE]; // of the account
    char oid[GUID_SIZE];
    char sid[GUID_SIZE];
    int64_t auth_time;
    bool mfa;
};

// An application that somebody of this session signed in to: it is told when the session ends.
struct session_app {
    char app_id[GUID_SIZE], tenant_id[GUID_SIZE], sid[GUID_SIZE];
};

struct session {
    struct signed_in users[SESSION_USERS_MAX];
    size_t count;
    struct session_app apps[SESSION_APPS_MAX];
    size_t app_count;
};

enum consent_answer { CONSENT_UNASKED, CONSENT_ACCEPTED, CONSENT_FOR_ALL, CONSENT_DECLINED };

// What the pages have brought so far.
struct interaction {
    bool v1;
    bool signed_in;
    struct signed_in who;
    enum consent_answer consent;
    char user_code[USER_CODE_SIZE]; // device flow; empty: an authorization request
    bool confirmed;                 // device flow: the person wants this sign-in
};

struct pending {
    struct arena *arena; // owns this struct
    struct str segment;  // tenant segment of the authorization request
    struct str params;   // its parameters as they came
    struct interaction so_far;
    int64_t expires;
};

void pending_free(void *pending);

struct session *session_get(struct call *c); // NULL: none
// Adds the account to the browser's session, which is begun if needed; returns its entry.
struct signed_in *session_sign_in(struct call *c, const json_t *tenant, const json_t *user);
// A sign-in of now, in no browser's session.
void signed_in_set(struct call *c, struct signed_in *who, const json_t *tenant, const json_t *user);
void session_note_app(struct call *c, const struct signed_in *who, struct str tenant_id,
                      struct str app_id);
void session_end(struct call *c);

// Keeps the request; *ret_ctx and *ret_canary go into the page's form. The canary is bound to a
// cookie.
void pending_keep(struct call *c, struct str segment, struct str params,
                  const struct interaction *so_far, struct str *ret_ctx, struct str *ret_canary);
// Takes it back, once; NULL (and a refusal) when ctx is unknown, too old, or the canary is
// another's.
struct pending *pending_take(struct call *c);

#endif
