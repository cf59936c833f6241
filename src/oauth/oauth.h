// SPDX-License-Identifier: MIT
// The OIDCProxy: an OAuth 2.1 authorization server in front of an identity provider that has none
// of what MCP clients need (dynamic registration, resource indicators, PKCE metadata). Stateless:
// registrations, flows, codes and refresh tokens are sealed into what the other side holds; only
// spent things are stored.
#ifndef OAUTH_OAUTH_H
#define OAUTH_OAUTH_H

#include "base/err.h"
#include "http/http.h"
#include "idp/idp.h"
#include "jose/seal.h"
#include "store/spent.h"

struct oauth;

// Which way browsers take to the identity provider and back; AUTO: what its registration allows.
enum sign_in { SIGN_IN_AUTO, SIGN_IN_CALLBACK, SIGN_IN_LOOPBACK, SIGN_IN_DEVICE };

// A line of the home page's status, in plain words; nothing secret.
struct oauth_fact {
    const char *name, *text; // name NULL ends a list
    bool good;
};

#define OPERATOR_KEY_MIN 32 // characters

// Pointers must outlive the object; strings are copied.
struct oauth_config {
    const char *base_url; // pinned public URL without trailing slash; NULL: learned per request
    bool tls_upstream;    // ZSCALER_MCP_ALLOW_HTTP: X-Forwarded-Proto of the proxy in front counts
    const char *resource_path;      // "/mcp"
    const char *product_name;       // shown on pages: "Zscaler MCP Server"
    const char *short_name;         // what people call this server in a client's configuration
    const struct oauth_fact *facts; // what the home page says besides; NULL: nothing; not copied
    enum sign_in sign_in;
    bool no_device_code; // never sign in with a device code at the provider, unless sign_in says so
    struct idp *idp;
    struct idp_marker marker; // its marks go into access tokens; all NULL: none do
    bool resource_only; // nobody signs in here: the metadata names the identity provider instead
    const char *const *required_scopes; // of its tokens, for metadata and challenges; NULL: none
    const struct keyring *keys;
    struct spent_store *spent;
    int access_ttl_s;         // 0: 3,600
    int refresh_ttl_s;        // 0: 90 days
    int refresh_grace_s;      // 0: 60; below 0: none
    int code_ttl_s;           // 0: 60
    int flow_ttl_s;           // 0: 900
    int consent_ttl_s;        // remembered consent; 0: 90 days; below 0: never remembered
    bool device_codes;        // /device_authorization for clients without a browser
    const char *operator_key; // opens /introspect and /operator/revoke; NULL: nothing does
    const char *const *machine_clients; // applications at the IdP that may have tokens of their own
                                        // (client_credentials); NULL: none
    const char *machine_audience; // whom the IdP's tokens for them are for; NULL: our client id
    const char *const *redirect_hosts; // https hosts besides the known clients', NULL: none
    const char *const
        *redirect_schemes;   // private-use schemes besides the known clients', NULL: none
    struct fetcher *fetcher; // for client metadata documents; NULL: there are none
    enum oauth_documents {
        OAUTH_DOCUMENTS_ANY,
        OAUTH_DOCUMENTS_LISTED,
        OAUTH_DOCUMENTS_PROXY, // any, through a proxy that is trusted to keep us out of the inner
                               // network
        OAUTH_DOCUMENTS_OFF
    } documents;
    // Hosts whose documents may lie on private addresses and other ports: "host", "host:port",
    // "*.domain". OAUTH_DOCUMENTS_LISTED: no others but the known clients'.
    const char *const *document_hosts;
    size_t document_workers; // that may fetch or wait for strangers; as many for known hosts; 0: 16
    bool documents_by_proxy; // outgoing requests pass a proxy: known hosts are fetched through it
    bool registration_closed;  // only clients and document hosts that are named here
    const char *clients;       // JSON array of fixed clients (docs/clients.md); NULL: none
    const char *idp_client_id; // ours at the provider, which people type in as the client id; NULL
    int rate_limit;      // requests a minute of one address to /register, and so on; 0: no limits
    bool shared_address; // a proxy in front hides the addresses: many people have the same one
};

MUST_USE bool oauth_new(const struct oauth_config *config, struct oauth **ret, struct err *err);
void oauth_free(struct oauth *o); // NULL-safe

// The routes to put into the server's table (ctx filled in); ends with a NULL path.
const struct http_route *oauth_routes(const struct oauth *o, size_t *ret_count);

// Public base URL of this exchange ("https://host"), by DESIGN's rule; ERR_BAD_REQUEST for a Host
// that cannot be.
MUST_USE bool oauth_base_url(const struct oauth *o, struct exchange *ex, struct str *ret,
                             struct err *err);
// The base URL and the resource URL behind it ("https://host/mcp").
MUST_USE bool oauth_resource(const struct oauth *o, struct exchange *ex, struct str *ret_base,
                             struct str *ret_resource, struct err *err);
// Finds out which way people will sign in under this base URL and says so in the log, once. Asks
// the provider: for a thread of its own; sign-ins find it out by themselves otherwise.
void oauth_choose_way(struct oauth *o, struct str base, struct cancel *cancel);
// What a credential can be revoked by; what it has not is empty.
struct revocable {
    struct str family, jti;
    struct str tenant, subject, email;
    int64_t issued;
};
// Is it revoked: itself, its family, or its person? SPENT_AGAIN: yes, SPENT_FIRST: no. One question
// to the store, which may block.
enum spent oauth_revoked(struct spent_store *spent, const struct revocable *what);
// Whom an operator throws out: a person, by subject (Entra: object id) or e-mail address as the log
// shows them, in one tenant or (empty) in all; or one sign-in, by the log's fingerprint of its
// family. All that was given to them until now is worthless from now on, everywhere.
struct throw_out {
    struct str person, tenant, family;
};
// ttl_s: as long as the longest-lived token may live. False: it says too little or too much
// (ERR_INVALID_REQUEST), or the store is away.
MUST_USE bool oauth_throw_out(struct spent_store *spent, const struct throw_out *who, int64_t now,
                              int64_t ttl_s, struct err *err);
// Grows with every revocation this process made: who caches verdicts asks again when it moved.
unsigned oauth_revocations(const struct oauth *o);
// The characters RFC 6749 allows in error_description; others become ' or ?.
struct str error_text_clean(struct arena *arena, struct str text);
// Value of WWW-Authenticate for a 401 or 403 on the resource (RFC 9728 5.1, RFC 6750 3). err NULL:
// no credential was sent. scope: what would be enough; empty: what is asked for usually.
struct str oauth_challenge(const struct oauth *o, struct exchange *ex, const struct err *err,
                           struct str scope);

// Answers a browser that was refused at the resource with a page instead of JSON; the caller has
// set the challenge. False: no browser asked, or there is nothing to say to a person.
MUST_USE bool oauth_refusal_page(const struct oauth *o, struct exchange *ex, int status,
                                 const struct err *err);

#endif
