// SPDX-License-Identifier: MIT
// The token endpoint. token.c keeps the order of checks common to all grants, client.c and
// assertion.c the client's credential, redeem.c what each grant demands and gives, legacy.c the
// grants behind behaviour.legacyGrants.
#ifndef ENTRA_TOKEN_H
#define ENTRA_TOKEN_H

#include "grants.h"
#include "scopes.h"

enum credential { CREDENTIAL_NONE, CREDENTIAL_SECRET, CREDENTIAL_ASSERTION };

struct token_call {
    struct call *c;
    json_t *app;
    json_t *tenant;       // whose tokens are issued
    json_t *user;         // NULL: the application itself
    struct grant *grant;  // in its table; NULL: not known, or none involved
    struct table *grants; // where the grant text is looked up
    enum credential credential;
    struct str client_id, secret, assertion;
    struct str origin;    // .p NULL: no browser
    struct scopes scopes; // what the tokens are for
};

struct grant_type {
    const char *name;
    const char *needs[4]; // T8
    const char *artifact; // parameter whose outer shape T9 judges; NULL: none
    bool (*shape_ok)(struct str text);
    bool (*judge)(struct token_call *t); // T11, T12, T13
    void (*give)(struct token_call *t);
    bool legacy; // behind behaviour.legacyGrants
};

void token_handle(struct call *c);

// client.c
MUST_USE bool client_read(struct token_call *t);  // T5
MUST_USE bool client_judge(struct token_call *t); // T10
MUST_USE bool client_judge_secret(struct token_call *t);

// assertion.c: a client assertion, by a registered key or a federated identity
MUST_USE bool client_judge_assertion(struct token_call *t);

// legacy.c
bool assertion_shape_ok(struct str text);
MUST_USE bool password_judge(struct token_call *t);
MUST_USE bool on_behalf_judge(struct token_call *t);

// redeem.c
extern const struct grant_type grant_types[];      // ends with a NULL name
MUST_USE bool redeem_user(struct token_call *t);   // the grant's person, still there and enabled
MUST_USE bool redeem_scopes(struct token_call *t); // T12
MUST_USE bool redeem_consented(struct token_call *t, const struct scopes *asked);
void redeem_give_first(struct token_call *t);
void redeem_give(struct token_call *t, bool again); // the answer; again: after a refresh

#endif
