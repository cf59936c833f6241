// SPDX-License-Identifier: MIT
// An absolute http or https URL taken apart (RFC 3986 section 3), strictly: no user information, no
// backslash, no control or non-ASCII byte, a port from 1 to 65535. Parts are views into the text.
#ifndef BASE_URL_H
#define BASE_URL_H

#include "base/err.h"
#include "base/str.h"

struct url {
    struct str scheme;    // "http" or "https", lower case
    struct str host;      // without brackets
    struct str authority; // host[:port] as written
    struct str path;      // with its first '/', may be empty
    struct str query;     // without '?'; .p NULL if absent
    struct str fragment;  // without '#'; .p NULL if absent
    int port;             // as written, else the scheme's default
};

MUST_USE bool url_parse(struct str text, struct url *ret, struct err *err);
// localhost, 127.0.0.0/8 and ::1 (RFC 8252 section 7.3, RFC 6761 section 6.3).
bool url_host_is_loopback(struct str host);

#endif
