// SPDX-License-Identifier: MIT
// What the options mean together: which transport, which address, who may call. Adds every
// contradiction and every missing or wrong value to the options' problems.
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include "access/access.h"
#include "app/options.h"
#include "base/audit_sink.h"

struct settings {
    bool http; // streamable-http; else stdio
    bool sse;  // beside it the transport of 2024-11-05
    const char *host;
    int port;
    enum access_mode mode;
    const char *base_url;     // NULL: learned per request
    const char *platform_url; // what the platform says of itself, for the log; NULL: nothing
    struct jwt_config jwt;    // for ACCESS_JWT
    struct audit_sinks audit; // the file's name is the options'
    bool open;                // HTTP without any credential: loud warning
    const char *const *allowed_hosts;
    bool shared_address;     // a proxy in front hides the clients' addresses
    bool plain_http_exposed; // HTTP without TLS on an address others can reach
    struct idp_config idp;   // where a sign-in is configured; strings are the options'
};

// env_of: getenv or a test's, for the platforms' own variables (PORT, K_SERVICE, …).
void settings_decide(struct options *o, const char *(*env_of)(const char *), struct settings *ret);

// Where audit lines go, by options without problems.
void settings_audit(const struct options *o, struct audit_sinks *ret);
const char *settings_transport(const struct settings *s); // "stdio", "streamable-http" or "sse"

// The variable by which the platform that runs this container is known ("K_SERVICE"); NULL: none.
const char *settings_platform(const char *(*env_of)(const char *));

// Does anything configure an identity provider?
bool provider_wanted(const struct options *o, const char *(*env_of)(const char *));
// The identity provider from both namings, the guide's (OIDCPROXY_AUTH_*) and the Python server's
// (OIDCPROXY_CONFIG_URL, …): what is missing or said twice becomes a problem.
void provider_decide(struct options *o, const char *(*env_of)(const char *),
                     struct idp_config *ret);
// Set at all, also to nothing: somebody meant to configure it.
bool option_is_given(const struct options *o, const struct option *opt,
                     const char *(*env_of)(const char *));
// The static checks of an identity provider's values (entra_values.c): shapes, tenants that differ,
// placeholders, the audience rule of Entra ID.
void entra_values_check(struct options *o, const struct idp_config *idp);

#endif
