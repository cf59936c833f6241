// SPDX-License-Identifier: MIT
// The public base URL: pinned, hinted by the platform, or learned from a request.
#ifndef OAUTH_BASE_URL_H
#define OAUTH_BASE_URL_H

#include "base/arena.h"
#include "base/err.h"

// What the hosting platform says of its own public name ("https://host", no trailing slash), out of
// the environment; empty when it says nothing. A custom domain is unknown to every platform's
// variables: who has one sets OIDCPROXY_BASE_URL.
struct str oauth_platform_base_url(const char *(*env_of)(const char *name), struct arena *arena);

// From one request: host is its Host header, proto its X-Forwarded-Proto. tls_upstream: TLS ends in
// front of us (or in our own listener), so that a public host means https. Lower-case, default port
// left out.
MUST_USE bool oauth_learn_base_url(struct str host, struct str proto, bool tls_upstream,
                                   struct arena *arena, struct str *ret, struct err *err);

// A Host header taken apart: name[:port], strictly. IPv6 in brackets.
MUST_USE bool oauth_host_ok(struct str host);

#endif
