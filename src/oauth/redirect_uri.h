// SPDX-License-Identifier: MIT
// Redirect URIs: one strict parser, no patterns over text. What it accepts are https URLs, http
// URLs of the loopback interface, and URIs of private-use schemes (RFC 8252 section 7); which https
// hosts and which schemes is a second question.
#ifndef OAUTH_REDIRECT_URI_H
#define OAUTH_REDIRECT_URI_H

#include "base/err.h"

#define REDIRECT_URI_MAX 512 // bytes

enum redirect_kind { REDIRECT_HTTPS, REDIRECT_LOOPBACK, REDIRECT_PRIVATE };

struct redirect_uri { // views into the text
    enum redirect_kind kind;
    struct str scheme;
    struct str host;      // name without port; empty for private-use schemes without an authority
    struct str port;      // digits, empty if absent
    struct str authority; // host[:port] as written
    struct str tail;      // what follows the authority
};

MUST_USE bool redirect_uri_parse(struct str text, struct redirect_uri *ret, struct err *err);

bool redirect_uri_is_loopback(struct str text);

// hosts: "host", "host:port" or "*.domain" (one label or more); both lists end with NULL or are
// NULL. Known clients' hosts and schemes are always allowed, loopback too.
bool redirect_uri_allowed(const struct redirect_uri *uri, const char *const *hosts,
                          const char *const *schemes);
// Is its host on the list alone, without those of the known clients?
bool redirect_uri_host_in(const struct redirect_uri *uri, const char *const *hosts);
MUST_USE bool redirect_host_pattern_ok(const char *pattern);
MUST_USE bool redirect_scheme_ok(struct str scheme); // may be allowed at all

// Does the presented URI stand for the registered one? Exactly, but for the port of loopback.
bool redirect_uri_same(struct str registered, struct str presented);

#endif
