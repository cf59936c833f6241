// SPDX-License-Identifier: MIT
// The identity provider seen from outside: its keys, its grants, and what its errors mean. Works
// with any OpenID provider; what is special about Microsoft Entra ID is said where it matters.
#ifndef IDP_IDP_H
#define IDP_IDP_H

#include "base/arena.h"
#include "base/err.h"
#include "fetch/fetch.h"
#include "json/dom.h"

struct idp_config {
    // Where the provider is. What is NULL of these comes from its discovery document, after
    // idp_prepare.
    const char *issuer; // byte-equal to the tokens' iss; Entra's …/organizations/v2.0 stands
                        // for the tenants of allowed_tenants
    const char *discovery_url; // NULL: the issuer's own, where something is missing
    const char *authorization_endpoint;
    const char *token_endpoint;
    const char *jwks_uri;
    const char *revocation_endpoint;           // NULL: discovered, or there is none (Entra)
    const char *device_authorization_endpoint; // NULL: Entra's beside its token endpoint, else none
    const char *const *endpoint_hosts; // hosts besides the issuer's that the document may name
    const char *provider;              // a name of presets.h; NULL: recognised by the URL

    // Who we are there.
    bool bearers_only;              // nobody signs in here: tokens of the provider are judged only
    const char *client_id;          // NULL: bearers_only
    const char *client_secret;      // NULL and no key: a public client
    const char *client_certificate; // PEM or a file with it, perhaps with the key; NULL: none
    const char *client_key;         // PEM or a file with it: private_key_jwt
    const char *client_key_id;      // kid of its assertions; NULL: none
    // A federated credential, read or fetched when it is needed, instead of all these.
    const char *client_assertion_file; // a JWT that the platform renews; NULL: none
    bool managed_identity;             // of this Azure machine
    const char *managed_identity_id;   // its client id; NULL: the machine's own
    const char *identity_endpoint;     // App Service, Container Apps: where, and the value that
    const char *identity_header;       // opens it; NULL: the metadata service of VMs
    const char *metadata_host;         // "http://…"; NULL: 169.254.169.254

    // What is asked of it.
    const char *scopes;                 // the full fixed scope; NULL: preset's
    const char *extra_authorize_params; // "prompt=select_account", or NULL

    // Which of its tokens are accepted as bearers. Lists end with NULL, or are NULL.
    const char *const *audiences;       // besides the client id and api://<client id>
    const char *const *allowed_clients; // the applications they were issued to; NULL: any
    const char *const *allowed_tenants; // Entra: tenant ids, Google: domains; NULL: the issuer's
    bool accept_id_tokens;

    // Who of those whom the provider signs in, or whose tokens it gave, may use this server; both
    // NULL: everybody. One list that names somebody is enough.
    const char *const *allowed_users;   // "ada@example.com", "*@example.com", object ids
    const char *const *allowed_groups;  // group ids (or names), values of app roles
    const char *const *machine_clients; // applications whose own tokens no list is asked about

    bool answers_name_issuer; // RFC 9207, by the document; set by us
};

struct idp;

// Judges the values and reads the client's key; contacts nobody yet.
MUST_USE bool idp_new(const struct idp_config *config, struct fetcher *fetcher, struct idp **ret,
                      struct err *err);
void idp_free(struct idp *idp); // NULL-safe
// What was given, and once idp_prepare succeeded, what was discovered too. Strings live as long as
// the object.
const struct idp_config *idp_config(const struct idp *idp);
// True as soon as all endpoints are known, at once where they were given. Else the discovery
// document is fetched by a thread of its own until it can be had; the first caller waits for the
// first try (IDP_DISCOVERY_TIMEOUT_MS). ERR_IDP_UNAVAILABLE with the reason and retry_after. Called
// by all functions below that talk to the provider; before idp_authorize_url it is up to the
// caller.
MUST_USE bool idp_prepare(struct idp *idp, struct err *err);
#define IDP_DISCOVERY_TIMEOUT_MS 5000
// idp_prepare for the start: ERR_CONFIG when the document is there and wrong; that it could not be
// had is no reason to fail.
MUST_USE bool idp_start(struct idp *idp, struct err *err);
// What the operator should know at the start, a line each: certificate about to expire, key file
// that others can read, a token file without a good token, a provider that announces no S256.
void idp_warnings(struct idp *idp, int64_t now, struct buf *out);
#define IDP_CERTIFICATE_WARN_DAYS 30
bool idp_client_is_public(const struct idp *idp); // no secret, no key, nothing federated
// Is iss, of an authorization response (RFC 9207), the provider's? Absent is fine unless its
// document says it always names itself.
bool idp_answer_is_ours(const struct idp *idp, struct str iss);
// Loads the keys now; for the start-up line and /ready. Later loads happen by themselves.
bool idp_warm_up(struct idp *idp, struct err *err);
// What is known of the provider without asking it.
enum idp_reach {
    IDP_NOT_ASKED,      // nobody needed the keys yet, or the first request is under way
    IDP_REACHED,        // the keys are here
    IDP_REACHED_BEFORE, // they are, but the last request for newer ones failed
    IDP_UNREACHED,      // they never came
};
enum idp_reach idp_reach(const struct idp *idp);
int64_t idp_key_fetches(
    const struct idp *idp); // how often the key set was asked for, for tests and metrics

// URL of the IdP's sign-in page. nonce goes into the ID token; challenge is S256 of our own
// verifier. other_account: whoever is signed in there, the person is asked who to be
// (prompt=select_account, or prompt=login of providers that know no such question); a prompt among
// extra_authorize_params gives way.
struct str idp_authorize_url(const struct idp *idp, struct arena *arena, struct str redirect_uri,
                             struct str state, struct str nonce, struct str challenge,
                             struct str login_hint, bool other_account);

// Who signed in, out of a verified ID token. Strings live in the arena.
struct idp_person {
    struct str subject;     // oid where present (Entra: stable across apps), else sub
    struct str tenant;      // tid, may be empty
    struct str name, email; // name; preferred_username, email or upn; may be empty
    const json_t *claims;   // the verified payload, lives as long as the arena
};

// What the claims of a token may say of somebody, for the operator's rules about tools.
enum idp_trait { IDP_USER, IDP_GROUP, IDP_ROLE, IDP_SCOPE };
#define IDP_TRAITS 4
// IDP_USER: an address that the provider vouches for, *@domain of one, or the object id (oid, else
// sub). idp NULL: a token of another issuer, whose addresses count if email_verified says so.
bool idp_has_trait(const struct idp *idp, const json_t *claims, enum idp_trait trait,
                   struct str word);
// More groups than fit into a token of Entra ID: it does not name them.
bool idp_groups_overflow(const json_t *claims);
// Adds to out, in few bytes, which of those that it is asked about are true.
struct idp_marker {
    void (*mark)(void *ctx, const struct idp *idp, const json_t *claims, struct buf *out);
    void *ctx;
};
#define IDP_MARKS_MAX 1024 // bytes

struct idp_grant {
    struct idp_person person; // after a refresh without a new ID token (OIDC Core 12.2): empty
    struct str refresh_token; // empty: none was given
    struct str id_token;
    int64_t expires_in; // of the IdP's access token, seconds
    struct str scope;
};

// Redeems a code and verifies the ID token (signature, iss, aud = client id, nonce, exp).
// ERR_IDP_REFUSED with aadsts set when the IdP said no, ERR_IDP_MISCONFIGURED for what only the
// administrator can mend, ERR_CONNECT… when it could not be asked, ERR_TOKEN_… when its token is
// wrong, ERR_ACCESS_DENIED when this person may not use this server: ret->person says who it is.
MUST_USE bool idp_redeem_code(struct idp *idp, struct arena *arena, struct str code,
                              struct str redirect_uri, struct str verifier, struct str nonce,
                              struct cancel *cancel, struct idp_grant *ret, struct err *err);
// Refreshes. ERR_INVALID_GRANT when the IdP refuses for good (the family is over),
// ERR_ACCESS_DENIED when the person may not use this server any more, or when only certain people
// may and the IdP does not say who it is.
MUST_USE bool idp_refresh(struct idp *idp, struct arena *arena, struct str refresh_token,
                          struct cancel *cancel, struct idp_grant *ret, struct err *err);
// The device authorization grant (RFC 8628), for registrations that let no browser come back. Works
// for public clients, with Entra's «Allow public client flows».
struct idp_device {
    struct str device_code;       // a secret between the IdP and us
    struct str user_code;         // what the person enters at uri
    struct str uri, uri_complete; // https; complete has the code in it, may be empty
    int64_t expires_in, interval; // seconds
};
MUST_USE bool idp_device_begin(struct idp *idp, struct arena *arena, struct cancel *cancel,
                               struct idp_device *ret, struct err *err);
// One question, not more often than interval. FAILED: err says why (it may be a passing trouble:
// ERR_CONNECT, ERR_UPSTREAM …; ERR_ACCESS_DENIED as above); DONE: the ID token is verified (it has
// no nonce in this grant).
enum idp_poll {
    IDP_POLL_DONE,
    IDP_POLL_PENDING,
    IDP_POLL_SLOW_DOWN,
    IDP_POLL_DECLINED,
    IDP_POLL_EXPIRED,
    IDP_POLL_FAILED
};
enum idp_poll idp_device_poll(struct idp *idp, struct arena *arena, struct str device_code,
                              struct cancel *cancel, struct idp_grant *ret, struct err *err);

// Gives a refresh token back (RFC 7009); true at once where the IdP has no endpoint for it.
MUST_USE bool idp_revoke(struct idp *idp, struct str refresh_token, struct cancel *cancel,
                         struct err *err);
// A machine that identifies itself with its own application at the IdP.
struct idp_machine {
    struct str client_id, secret;
    struct str assertion; // a client assertion (RFC 7523) instead of the secret, passed on
    struct str audience;  // whom the token is to be for: us
};
// Asks for an app-only token in the machine's name and verifies that it is one, for us, and the
// machine's. ERR_INVALID_CLIENT when the IdP does not accept the credential,
// ERR_UNAUTHORIZED_CLIENT when it refuses otherwise, ERR_IDP_MISCONFIGURED for what only the
// administrator can mend, ERR_CONNECT… when it could not be asked.
MUST_USE bool idp_machine_token(struct idp *idp, struct arena *arena,
                                const struct idp_machine *machine, struct cancel *cancel,
                                struct idp_person *ret, struct err *err);
bool idp_machine_same(struct str a, struct str b); // two client ids: GUIDs in any case

// Verifies a token of the IdP itself. With a nonce it must be an ID token for this client: iss, aud
// = client id, azp if there, nonce. Without, it must be an access token (v1 or v2 of the issuer's
// tenant, or of an allowed one) with aud = client id, api://client id or one of the configured
// audiences, issued to an allowed client; an ID token is refused unless the configuration accepts
// them. What counts as an access token: header typ at+jwt, or a scope (scp, scope), or an app-only
// mark (azpacr, appidacr, idtyp=app, gty), or roles together with azp or appid; and never one that
// carries nonce, at_hash or c_hash, which only ID tokens do. An unknown kid refetches the key set
// once per IDP_REFETCH_COOLDOWN_S; keys not loadable: ERR_KEYS_UNAVAILABLE. ERR_ACCESS_DENIED: not
// a person who may use this server, nor one of machine_clients.
MUST_USE bool idp_verify(struct idp *idp, struct arena *arena, struct str token, struct str nonce,
                         int64_t now, struct idp_person *ret, struct err *err);
#define IDP_REFETCH_COOLDOWN_S     30 // between refetches that an unknown kid of anybody's token causes
#define IDP_REFETCH_OWN_COOLDOWN_S 5 // … of an ID token that came from the provider itself
#define IDP_KEYS_FRESH_S           (24 * 3600)
#define IDP_KEYS_STALE_S                                                                           \
    (7 * 24 * 3600) // old keys serve so long while the key set cannot be loaded

// Which application a token was issued to (azp, appid, cid or client_id); empty: it does not say.
struct str idp_token_client(const json_t *claims);
// scp or scope, one after the other with blanks between.
struct str idp_token_scopes(const json_t *claims, struct arena *arena);
// Does the token carry this permission? In scp or scope (text or list), or in roles (app-only).
bool idp_token_grants(const json_t *claims, struct str scope);

// --- explain.c: what an IdP error means and how to mend it, for pages, log, OAuth errors and
// doctor ---
enum explain_whose { WHOSE_ADMIN, WHOSE_USER, WHOSE_NOBODY };
struct explanation {
    int aadsts;        // 0: by its word
    const char *error; // OAuth error word or our own ("invalid_audience"); NULL: any
    enum explain_whose whose;
    const char *title;    // one short sentence, what happened
    const char *cause;    // likely cause
    const char *fix;      // what to do, with click path and variable
    bool fatal_for_grant; // a refresh token that met this is dead
    bool unheard;         // ends on a page of the provider's or in the client: nobody tells us
};
const struct explanation *explain_aadsts(int number); // NULL: unknown
// Finds AADSTSn in the text first.
const struct explanation *explain_error(const char *word, struct str description);
const struct explanation *explain_table(size_t *ret_count); // all rows, for docs and doctor
int aadsts_in(struct str text); // the number in "AADSTS50011: …", 0 if none

#endif
