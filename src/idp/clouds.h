// SPDX-License-Identifier: MIT
// Microsoft's clouds: which hosts are one and the same authority, and how tokens of version 1 name
// their issuer there.
#ifndef IDP_CLOUDS_H
#define IDP_CLOUDS_H

#include "base/str.h"

struct cloud {
    const char *const
        *hosts;           // "login.example.com", or ".example.com" for all below; ends with NULL
    const char *v1_host;  // tokens of version 1: https://<v1_host>/<tenant id>/
    const char *exchange; // audience of the tokens of managed identities
    bool tenant_in_path;  // all URLs of an application have the tenant id as first segment
    bool self_service;    // for customers, who may name themselves
};

const struct cloud *cloud_of(struct str host);           // NULL: not Microsoft's
bool host_matches(struct str host, const char *pattern); // a pattern as above
bool is_guid(struct str s);

#endif
