// SPDX-License-Identifier: MIT
// What the files of oauth share: the server object, one request's context, and what is sealed.
#ifndef OAUTH_INTERNAL_H
#define OAUTH_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "jose/digest.h"
#include "json/dom.h"
#include "oauth/access_token.h"
#include "oauth/limits.h"
#include "oauth/oauth.h"
#include "oauth/redirect_uri.h"

#define OAUTH_SCOPE       "mcp" // the one scope there is; refresh tokens come without asking for one
#define CLIENT_ID_MAX     4096  // bytes; what registration makes stays below 3,600
#define CLIENT_URIS_MAX   32
#define REGISTER_URIS_MAX 10   // all sealed into the client id
#define CLIENT_NAME_MAX   64   // characters
#define STATE_MAX         4096 // bytes of a client's state
#define SEALED_MAX        (28 * 1024)
#define LEARNED_MAX       16
#define MARK_SLACK_S      300 // a mark outlives what it spends: away.c looks for it afterwards
#define AWAY_MAX          500
#define AWAY_QUIET_S      60 // between two lines of the log
#define REFRESH_LEASE_S   60 // longer than a request to the IdP may take
#define LATE_S            25 // a sign-in that took longer may find nobody listening: mcp-remote waits 30 s

struct flight; // token_refresh.c

// Whose host is fetched from: nobody's we know; a known client's; one that the operator lists.
enum document_host { HOST_STRANGER, HOST_KNOWN, HOST_LISTED };

struct oauth {
    // immutable after oauth_new
    struct oauth_config config;
    struct arena *arena;
    struct str base_url; // empty: learned per request
    struct str product;
    struct str required; // scopes, separated by blanks; of the provider's tokens
    struct str csp;
    struct str policy;           // digest of the lists of people; empty: everybody may
    struct limits *limits;       // NULL: none
    struct documents *documents; // client metadata documents and key sets; NULL: nothing is fetched
    struct fixed_client *fixed;
    size_t fixed_count;
    bool has_operator;
    uint8_t operator_hash[SHA256_SIZE]; // of the operator's key
    struct http_route routes[32];
    size_t route_count;

    atomic_uint revocations; // grows with every revocation of this process

    // under lock
    pthread_mutex_t lock;
    pthread_cond_t landed;
    char *learned[LEARNED_MAX];
    size_t learned_count;
    struct flight *flights;
    struct table *away;
    int64_t away_quiet_until;
    struct table *places; // ways.c: redirect URIs, registered or not
    int64_t new_places_until;
    unsigned new_places;
    struct table *tries; // attempts.c

    pthread_mutex_t probing; // held while the provider is asked about one
};

// One request.
struct call {
    struct oauth *o;
    struct exchange *ex; // NULL: nobody asks (oauth_choose_way)
    struct arena *arena;
    struct cancel *cancel;
    struct str base, resource;
    int64_t now;
};
// False: the base URL cannot be told, and the answer went out (a page, or JSON).
MUST_USE bool call_begin(struct call *c, struct exchange *ex, void *ctx, bool page);

// --- flow.c: what rides sealed through browsers and clients ---

// One sign-in from /authorize to the callback.
struct flow {
    struct str id, base, client, client_name, redirect_uri, state, challenge, resource;
    struct str browser;            // which browser began it
    struct str publisher, version; // of the client's metadata document; empty: it has none
    struct str nonce, verifier;    // of the leg to the IdP
    struct str idp_uri;            // the redirect URI of that leg
    bool other_account; // the provider shall ask who to be; for this leg alone, not sealed
    struct str waiting; // id of the waiting device this is for; empty: a redirect ends it
    int64_t began, expires;
    // the device way
    struct str device_code, user_code, device_uri;
    int64_t interval, device_expires;
};
// Who signed in for which client; code, refresh token, and what waits for the late consent.
struct grant {
    struct str id, family, base, resource, client, client_name;
    struct str subject, tenant, name, email;
    struct str marks;                   // of the policy; empty: none
    struct str idp_refresh;             // empty: the IdP gave none
    int64_t vouched;                    // without it: how long the IdP vouches for the person
    struct str redirect_uri, challenge; // codes
    struct str state, browser;          // late consent
    struct str policy;                  // who may use this server, when it was judged
    int64_t issued, expires;
    int64_t turn;   // of a refresh token: how many refreshes of its family led to it
    int64_t proved; // 1: the client proved itself with a key, and must go on doing so
};
// The answer a refresh token gave, kept for the grace period.
struct answer {
    struct str access, refresh, successor;
    int64_t made, expires; // of the access token
};

#define KIND_CONSENT "consent" // a flow inside the form of the consent page
#define KIND_FLOW    "flow"    // a flow in the state parameter towards the IdP
#define KIND_DEVICE  "device"  // a flow in the address of the page that shows a device code
#define KIND_KEPT    "kept"    // a grant whose code nobody has fetched yet, in the store
#define KIND_FINISH  "finish"  // a grant inside the form of the late consent page
#define KIND_CODE    "code"
#define KIND_REFRESH "refresh"

struct str flow_seal(const struct call *c, const char *kind, const struct flow *flow);
struct str grant_seal(const struct call *c, const char *kind, const struct grant *grant);
// Opens, judges expiry and base URL. ERR_SEAL when it is none of ours, ERR_EXPIRED_TOKEN when it is
// over, ERR_INVALID_GRANT when it was made under another base URL.
MUST_USE bool flow_open(const struct call *c, const char *kind, struct str sealed, struct flow *ret,
                        struct err *err);
MUST_USE bool grant_open(const struct call *c, const char *kind, struct str sealed,
                         struct grant *ret, struct err *err);
// Sealed by us as that, whatever has become of it.
bool grant_is_ours(const struct call *c, const char *kind, struct str sealed);
struct str answer_seal(const struct call *c, struct str key, const struct answer *answer);
MUST_USE bool answer_open(const struct call *c, struct str key, struct str sealed,
                          struct answer *ret);
struct str random_id(struct arena *arena, size_t bytes); // base64url

// --- client.c ---
// What a client proves itself with (private_key_jwt). algs 0: with nothing.
struct client_keys {
    struct str set, uri;     // the key set, or where it lies
    enum document_host host; // of uri
    bool given;              // by the operator
    unsigned algs;           // mask of jws_alg
    bool required, optional; // it never comes without a proof; it may come either way
    struct str trouble;      // it says it has keys, and they cannot be used: why
};
struct client {
    struct str ref; // short name of the client id, for tokens, marks and logs
    struct str name;
    struct str uris[CLIENT_URIS_MAX];
    size_t uri_count;
    enum { URIS_ITS_OWN, URIS_GIVEN, URIS_ANY } which_uris;
    struct str publisher;        // host of its metadata document; empty: it told us itself
    struct str version;          // changes with what the document says
    struct str secret;           // SHA-256 of a fixed client's; empty: a public client
    struct str application_type; // as it said itself; empty: it did not
    struct client_keys keys;
    enum proof { PROOF_NONE, PROOF_GOOD, PROOF_UNKNOWN } proof; // what this request proved
};
// which_uris: URIS_ITS_OWN count where the operator's lists allow them too; URIS_GIVEN the operator
// gave itself; URIS_ANY: it named none, and any that the lists allow will do.
#define CLIENT_UNKNOWN "this client is not registered here: register it again"
#define REGISTRATION_CLOSED                                                                        \
    "this server takes only applications that its administrator has named: ask for a client id "   \
    "(OIDCPROXY_CLIENTS), and give it to your application instead of letting it register"
struct str client_ref(struct arena *arena, struct str id);
struct str client_seal(const struct call *c, const struct client *client); // the client id
MUST_USE bool client_open(const struct call *c, struct str id, struct client *ret, struct err *err);
MUST_USE bool client_redirect_ok(const struct call *c, const struct client *client, struct str uri,
                                 struct err *err);
// Fit to be shown: no control, bidirectional or invisible characters, at most CLIENT_NAME_MAX of
// them.
struct str client_name_clean(struct arena *arena, struct str name);

// --- client_metadata.c: what registrations and documents say alike ---
MUST_USE bool client_metadata_read(const struct call *c, const json_t *tree, size_t uris_max,
                                   struct client *ret, struct err *ret_dropped, struct err *err);
bool client_list_has(const json_t *tree, const char *key, const char *word);

// --- client_document.c: a client id that is the URL of what the client says of itself ---
struct documents; // document_cache.c
bool client_documents_on(const struct oauth *o);
// ERR_CLIENT_DOCUMENT with the same text whatever was wrong: the log has the reason. ERR_BUSY.
MUST_USE bool client_of_document(const struct call *c, struct str url, struct client *ret,
                                 struct err *err);

// An https URL that may be fetched: not ours, a host that may be asked.
MUST_USE bool document_url_ok(const struct call *c, struct str url, struct redirect_uri *ret_at,
                              enum document_host *ret_host, struct err *err);

// --- client_keys.c: which keys a client names ---
// From a document. Keys that cannot be used are an error only where it may not come without.
MUST_USE bool client_keys_read(const struct call *c, const json_t *tree, struct client_keys *ret,
                               struct err *err);
// From OIDCPROXY_CLIENTS; jwks, jwks_uri, token_endpoint_auth_signing_alg; none is good too.
MUST_USE bool client_keys_fixed(struct arena *arena, const json_t *tree, struct client_keys *ret,
                                struct err *err);

// --- client_assertion.c: clients that prove themselves with a key (RFC 7523) ---
#define ASSERTION_LIFE_S 300 // an assertion may be good for
bool assertions_taken(const struct oauth *o);
// The subject of an assertion, for those who send no client_id. Nothing is verified.
struct str assertion_subject(const struct call *c, struct str assertion);
// Judges the form's assertion as id's, and spends it: client->proof. ERR_INVALID_CLIENT with the
// same text whatever was wrong: the log has the reason. PROOF_UNKNOWN: its keys cannot be had, and
// it may come without.
MUST_USE bool client_prove(const struct call *c, struct str id, struct client *client,
                           const struct form *form, struct err *err);

// --- client_fixed.c: clients that the operator names ---
struct fixed_client {
    struct str id;
    struct client client;
};
MUST_USE bool client_fixed_read(struct oauth *o, struct err *err); // from o->config
// NULL: none of them. The provider's own client id is one.
const struct client *client_fixed_find(const struct oauth *o, struct str id);
bool client_fixed_any_secret(const struct oauth *o);
bool client_fixed_any_key(const struct oauth *o);
MUST_USE bool client_secret_ok(const struct client *client, struct str secret, struct err *err);

// --- register.c: the metadata of a registration; *ret_dropped says why a URI was left out ---
MUST_USE bool register_read(const struct call *c, struct str body, struct client *ret,
                            struct err *ret_dropped, struct err *err);

// --- browser.c: the cookies ---
// The signed id of this browser; empty: none or a forged one.
struct str browser_id(const struct call *c);
struct str browser_begin(const struct call *c); // the id it has, or a new one (the cookie goes out)
// Is id this browser's? The first windows of a browser may have had one each.
bool browser_holds(const struct call *c, struct str id);
bool browser_remembers(const struct call *c, struct str browser, const struct flow *flow);
void browser_remember(const struct call *c, struct str browser, const struct flow *flow);
// A token that binds a form to this browser, and its check.
struct str csrf_token(const struct call *c, struct str sealed, struct str browser);
MUST_USE bool csrf_ok(const struct call *c, struct str sealed, struct str browser,
                      struct str token);

// --- response.c: the one place that builds redirects and JSON errors ---
struct str response_code_url(const struct call *c, const struct flow *flow, struct str code);
struct str response_error_url(const struct call *c, const struct flow *flow, const char *word,
                              struct str text);
// The person said no: the client is told, or the device that waits.
void response_declined(const struct call *c, const struct flow *flow, struct str text);
void response_redirect(struct exchange *ex,
                       struct str location); // 302, or 303 after a POST; no-store
// HEAD, prefetch, prerender: answered with 204 and no effect. True: that was it.
bool looks_ahead(struct exchange *ex);
void response_error(struct exchange *ex, const struct err *err); // JSON of RFC 6749 5.2
void response_json(struct exchange *ex, int status, struct str json);
// A form from the body, judged: at most 100 pairs, right type, no parameter twice.
MUST_USE bool request_form(struct exchange *ex, struct form **ret, struct err *err);
MUST_USE bool form_no_doubles(const struct form *form, struct err *err);
/*= rfc6749 3.1 "Parameters sent without a value MUST be treated as if they were omitted from the
 * request." */
struct str form_value(const struct form *form, const char *name); // .p NULL when absent or empty
// Is the resource parameter ours? Absent counts as ours.
MUST_USE bool resource_ok(const struct call *c, struct str resource, struct err *err);

// --- page.c: a page of one's own is begin, elements, finish (which answers) ---
#define PAGE_MAX  (96 * 1024)
#define HELP_PATH "/auth/help"
extern const char page_css[];
struct str page_csp(struct arena *arena);
// Does a person's browser ask? It names text/html; programs say */*, JSON, or nothing.
bool page_wanted(const struct exchange *ex);
void page_begin(const struct call *c, struct buf *out, const char *title);
void page_begin_wide(const struct call *c, struct buf *out, const char *title);
void page_finish(const struct call *c, struct buf *out, int status);
// <tag class="cls">text</tag>; cls NULL: none.
void page_element(struct buf *out, const char *tag, const char *cls, struct str text);
// The browser loads url (a path of ours, nothing that a peer chose) after so many seconds, without
// a script. Once a page, anywhere before page_finish.
void page_refresh(const struct call *c, int seconds, struct str url);
// A code to be typed elsewhere: large, one click selects it whole, and spelled for who listens.
void page_code(struct buf *out, const char *label, struct str code);
// value of max, drawn; the label says it in words.
void page_progress(struct buf *out, struct str label, int64_t value, int64_t max);
enum page_look { LOOK_PLAIN, LOOK_FIRST, LOOK_QUIET }; // one LOOK_FIRST a page: what to do next
// url must be of a scheme that may be shown: ours, https, or a judged redirect URI.
void page_button_link(struct buf *out, struct str url, struct str text, enum page_look look,
                      bool new_window);
struct page_field {
    const char *name; // NULL ends the list
    struct str value;
};
// A form that is posted, with hidden fields (NULL: none) and buttons.
void page_form_begin(struct buf *out, const char *action, const struct page_field *fields);
// name NULL: the button says nothing but that the form was sent.
void page_button(struct buf *out, const char *name, const char *value, const char *text,
                 enum page_look look);
void page_form_end(struct buf *out);
// … with the one button that sends it.
void page_form_button(struct buf *out, const char *action, const struct page_field *fields,
                      const char *text, enum page_look look);
// A page that says one thing: done, or where to go on.
struct note {
    int status;
    const char *title;
    struct str text;
    struct str next; // URL of the button; empty: none
    const char *next_text;
    struct str more; // quiet; may be empty
};
void page_note(const struct call *c, const struct note *n);

// --- page_problem.c ---
struct problem {
    int status;
    const char *code; // "AADSTS50011", "invalid_audience", "invalid_client" …
    struct str title, cause, fix;
    enum explain_whose whose;
    struct str uri;         // our redirect URI at the provider, where that may matter; else empty
    struct str again;       // sealed flow of a button for another account; empty: there is none
    struct str browser;     // … which is bound to this one
    struct str back;        // URL that tells the client; empty: it cannot be told
    struct str client_name; // for the link back
};
void page_problem(const struct call *c, const struct problem *p);

// --- page_consent.c ---
enum page_ask { ASK_CONSENT, ASK_CONTINUE, ASK_KEPT, ASK_LATE };
// sealed goes into the form's field; grant is who signed in, for ASK_LATE and ASK_KEPT.
void page_consent(const struct call *c, enum page_ask ask, const struct flow *flow,
                  const struct grant *grant, struct str sealed, struct str csrf);

// --- consent.c, callback.c ---
void consent_show(const struct call *c, struct flow *flow);
void callback_finish(const struct call *c, struct grant *grant,
                     const struct flow *flow); // code, redirect
bool form_is_ours(const struct call *c);       // sent from a page of ours
// The person whom the provider named, for this flow's client.
struct grant callback_grant(const struct call *c, const struct flow *flow,
                            const struct idp_grant *idp);
// The provider could not be asked, or did not answer whole: the next try may succeed.
bool callback_passing(enum err_code code);
// The provider's refusal, or its absence, as a page that explains it and tells the client.
void callback_failed(const struct call *c, const struct flow *flow, const struct err *err);
// Spends the flow: true when this is the first time; otherwise a page says why not.
MUST_USE bool callback_first(const struct call *c, const struct flow *flow);

// --- stranger.c: signed in by the provider, but may not use this server ---
void stranger_audit(const struct call *c, const struct flow *flow, const struct idp_person *person,
                    const char *reason);
void stranger_refused(const struct call *c, const struct flow *flow,
                      const struct idp_person *person, const struct err *err); // a page

// --- ways.c: which way a browser takes to the IdP and back ---
enum way { WAY_CALLBACK, WAY_LOOPBACK, WAY_DEVICE, WAY_NONE };
struct choice {
    enum way way;
    struct str uri; // redirect URI towards the IdP; empty: the way has none
    const char *because;
};
void way_go(const struct call *c, struct flow *flow); // chooses, and answers
struct str callback_uri(const struct call *c);        // the one to be registered
// False: telling what the metadata need takes a question to the IdP; ask again from a worker.
bool way_known(const struct call *c);
bool way_says_issuer(const struct call *c); // every answer to a client carries iss (RFC 9207)
// May a code that comes with this redirect URI be one of the IdP's own?
bool way_is_loopback(const struct call *c, const struct client *client, struct str redirect_uri);
// --- loopback.c, device.c ---
void loopback_go(const struct call *c, struct flow *flow);
// A code of the IdP's, sent to the client's own address. False with err; asks the IdP.
MUST_USE bool loopback_redeem(const struct call *c, const struct client *client,
                              const struct form *form, struct grant *ret, struct err *err);
#define DEVICE_PATH "/auth/device"
void device_go(const struct call *c, struct flow *flow);

// --- kept.c: finished sign-ins whose code nobody fetched ---
void kept_put(const struct call *c, const struct flow *flow, const struct grant *grant);
// Is there one for this browser, client and place? Its code is still unspent then.
bool kept_find(const struct call *c, const struct flow *flow, struct grant *ret);
// Takes it over: spends the old code. False: there is none, or the client got it meanwhile.
MUST_USE bool kept_take(const struct call *c, const struct flow *flow, struct grant *ret);

// --- away.c: sign-ins that left and did not come back; nobody but the log hears of them ---
enum away { AWAY_AT_IDP, AWAY_AT_CLIENT };
// The browser leaves for the provider's page, or for the application with a code; uri is what
// receives it there.
void away_note(const struct call *c, enum away where, const struct flow *flow, struct str id,
               struct str uri);
void away_back(const struct call *c, enum away where, struct str id);
// Logs those that are overdue. Asks the store: for workers.
void away_report(const struct call *c);
void away_free(struct oauth *o);

// --- family.c: what is spent and what is revoked ---
enum spent grant_revoked(const struct oauth *o, const struct grant *grant);
// Not revoked; otherwise, or when the store cannot say, the answer went out.
MUST_USE bool grant_alive(const struct call *c, const struct grant *grant);
// Until the last token that could descend from a sign-in of now is over.
int64_t revocation_ttl_s(const struct oauth *o);
void revocations_grow(struct oauth *o); // after each: cached verdicts are asked about again
MUST_USE bool family_revoke(struct oauth *o, struct str family);
MUST_USE bool token_revoke(struct oauth *o, struct str jti, int64_t ttl_s);
struct str mark_key(struct arena *arena, const char *kind, struct str id);
void oauth_audit(const struct call *c, const char *event, const struct grant *grant,
                 const char *reason);
// Before anybody is known; flow NULL: not even the client is.
void oauth_audit_flow(const struct call *c, const char *event, const struct flow *flow,
                      const char *reason);

// --- token.c, token_refresh.c ---
// What the token endpoint gives tokens for; the metadata lists what is offered. Ends with a NULL
// name.
struct grant_type {
    const char *name;
    bool (*offered)(const struct oauth *o); // NULL: always
    bool own_clients; // give identifies the client itself, and gets an empty one
    void (*give)(const struct call *c, const struct client *client, const struct form *form);
};
extern const struct grant_type grant_types[];
bool grant_type_offered(const struct oauth *o, const struct grant_type *type);
// Which client asks (Basic or body); ERR_INVALID_CLIENT when it is none of ours.
struct credential {
    struct str id, secret;
    struct str raw; // the secret as it came: some clients do not encode it
};
// Id and secret out of "Basic …": percent-decoded after splitting at the first colon.
MUST_USE bool read_basic(const struct call *c, struct str header, struct credential *ret,
                         struct err *err);
MUST_USE bool request_client(const struct call *c, const struct form *form, struct client *ret,
                             struct err *err);
void token_answer(const struct call *c, const struct answer *answer);
// What the marker says of somebody's claims.
struct str oauth_marks(const struct call *c, const json_t *claims);
struct str token_mint(const struct call *c, const struct grant *grant, int64_t expires);
// SPENT_AGAIN: the store knows a newer refresh token of the family, *ret_newest is its id.
enum spent refresh_outdated(const struct call *c, const struct grant *grant,
                            struct str *ret_newest);
void token_refresh(const struct call *c, const struct client *client, const struct form *form);
// The first tokens of a sign-in.
void token_first(const struct call *c, const struct client *client, struct grant *grant);
// Spends the code that the grant stands under, for ttl_s seconds: tokens the first time; the second
// time the family is revoked.
void token_spend(const struct call *c, const struct client *client, struct grant *grant,
                 struct str code, int ttl_s);

// --- gate.c: what a request passes before its endpoint: the budgets, then the queue ---
struct gate {
    struct oauth *o;
    http_handler *handler;
    enum limit limit;
    bool worker;
};
http_handler gate_enter; // ctx: a struct gate

// --- endpoints, as routes ---
http_handler endpoint_resource_metadata, endpoint_server_metadata, endpoint_unknown_metadata,
    endpoint_keys, endpoint_register, endpoint_authorize, endpoint_consent, endpoint_callback,
    endpoint_token, endpoint_revoke, endpoint_help, endpoint_device, endpoint_home,
    endpoint_device_authorization, endpoint_verification, endpoint_introspect,
    endpoint_operator_revoke;

#endif
