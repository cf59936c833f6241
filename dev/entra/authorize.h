// SPDX-License-Identifier: MIT
// The authorization endpoint. authorize.c judges the request (A1 to A15 of the emulator's
// contract), signin.c the person (A16 to A22), respond.c answers (A23 and the error redirect). A
// request is judged again from its first parameter each time a page comes back, so that no page can
// be used to slip by.
#ifndef ENTRA_AUTHORIZE_H
#define ENTRA_AUTHORIZE_H

#include "redirects.h"
#include "scopes.h"
#include "session.h"

enum response_mode { MODE_QUERY, MODE_FRAGMENT, MODE_FORM_POST };

struct authorize {
    struct call *c;
    struct str raw; // the parameters as they came, for the pages' way back
    struct str segment;
    json_t *app; // NULL: at an alias, no tenant knows it; said once somebody has signed in
    struct str redirect_uri;
    enum platform platform; // NONE: not registered; then nothing is ever sent there
    enum response_mode mode;
    bool code, id_token, token;          // what response_type asks for
    bool silent, login, select, consent; // prompt
    struct str scope;                    // as asked for
    struct scopes scopes;
    struct interaction so_far;
    bool device_flow; // no redirect URI: the answer waits for the polls

    json_t *tenant; // whose tokens are issued
    json_t *user;
    json_t *user_tenant; // where the account was found
    struct signed_in who;
};

void authorize_handle(struct call *c); // GET and POST …/authorize
void login_handle(struct call *c);     // POST …/login: the sign-in form
void mfa_handle(struct call *c);
void consent_handle(struct call *c);
void pick_handle(struct call *c); // the account picker

// Judges and answers; what the pages brought stands in so_far.
void authorize_run(struct call *c, struct str segment, struct str raw,
                   const struct interaction *so_far);

// What is wrong with the client itself, never sent to its redirect URI: an unregistered URI, or an
// application that the directory does not know. Always false.
bool authorize_refuse_client(struct authorize *a);

// signin.c: true: a->user is set and everything about the person is in order. False: a refusal is
// set, or *ret_shown: a page was shown.
MUST_USE bool signin_judge(struct authorize *a, bool *ret_shown);
// A name and password as typed; fills a->user and a->user_tenant or refuses.
MUST_USE bool signin_password(struct authorize *a, struct str login, struct str password);

// respond.c
void respond_success(struct authorize *a);
void respond_refusal(struct authorize *a); // to the client, or to the person's page

// pages.c
void page_sign_in(struct authorize *a, struct str login, struct str message);
void page_mfa(struct authorize *a);
void page_picker(struct authorize *a);
void page_confirm(struct authorize *a); // device flow: is it really you who wants this?
void page_done(struct authorize *a, const char *heading, const char *text);
void page_device_code(struct call *c, const char *message); // NULL: none
void page_consent(struct authorize *a, bool admin_needed);

#endif
