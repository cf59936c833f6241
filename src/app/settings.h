// SPDX-License-Identifier: MIT
// What the options mean together: which transport, which address, who may call. Adds every
// contradiction and every missing or wrong value to the options' problems.
#ifndef APP_SETTINGS_H
#define APP_SETTINGS_H

#include "access/access.h"
#include "app/options.h"

struct settings {
    bool http; // streamable-http; else stdio
    const char *host;
    int port;
    enum access_mode mode;
    const char *base_url;     // NULL: learned per request
    const char *platform_url; // what the platform says of itself, for the log; NULL: nothing
    bool open;                // HTTP without any credential: loud warning
    const char *const *allowed_hosts;
    bool shared_address;     // a proxy in front hides the clients' addresses
    bool plain_http_exposed; // HTTP without TLS on an address others can reach
};

// env_of: getenv or a test's, for the platforms' own variables (PORT, K_SERVICE, …).
void settings_decide(struct options *o, const char *(*env_of)(const char *), struct settings *ret);

// The variable by which the platform that runs this container is known ("K_SERVICE"); NULL: none.
const char *settings_platform(const char *(*env_of)(const char *));

// The static checks of an identity provider's values (entra_values.c): shapes, tenants that differ,
// placeholders, the audience rule of Entra ID.
void entra_values_check(struct options *o);

#endif
