// SPDX-License-Identifier: MIT
// The scope parameter: OpenID Connect's own scopes, and permissions on resources (Graph when no
// resource is named); the v1 endpoints' resource parameter.
#ifndef ENTRA_SCOPES_H
#define ENTRA_SCOPES_H

#include "emu.h"

#define SCOPES_MAX 50

struct scope {
    struct str resource; // app id that owns it
    struct str prefix;   // as the request wrote it, empty for a bare Graph scope
    struct str name;     // "User.Read", ".default"
    const json_t *owner; // NULL: Graph
    bool needs_admin;
};

struct scopes {
    bool openid, profile, email, offline_access;
    struct scope api[SCOPES_MAX];
    size_t count;
};

// A12; text must live as long as *ret. Refuses with 70011, 650053, 500011, 650052, 650056, 650057.
MUST_USE bool scopes_resolve(struct call *c, const json_t *tenant, const json_t *client,
                             struct str text, struct scopes *ret);
// What the request asks for: its scope parameter, or at the v1 endpoints all that the registration
// lists for its resource (none: Graph), written as one.
struct str scopes_asked(struct call *c);
// The one resource that the access token is for: the first permission's, else Graph.
struct str scopes_resource(const struct scopes *s);
const json_t *scopes_resource_app(const struct scopes *s); // NULL: Graph
bool scopes_many_resources(const struct scopes *s);
bool scope_is_default(const struct scope *s);
// A13 and its twin at the token endpoint.
MUST_USE bool scopes_fit_resource(struct call *c, const struct scopes *s);

// The OpenID scopes of *s one by one; NULL ends. `i` counts from 0.
const char *scopes_oidc_at(const struct scopes *s, size_t i);
// The i-th delegated permission on a resource (owner NULL: Graph) that a registration lists; .p
// NULL ends.
struct str static_scope_at(const json_t *client, const json_t *owner, size_t i);

// The Graph permissions that exist here.
struct graph_scope {
    const char *name, *id;
    bool admin, oidc;
};
const struct graph_scope *graph_scope_at(size_t i); // NULL ends
const struct graph_scope *graph_scope_named(struct str name);

#endif
