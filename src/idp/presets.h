// SPDX-License-Identifier: MIT
// What identity providers do differently, one row each; recognised by the issuer's URL, or named
// with OIDCPROXY_PROVIDER where it has a domain of its own. Sources: docs/providers.md.
#ifndef IDP_PRESETS_H
#define IDP_PRESETS_H

#include "base/url.h"

struct preset {
    const char *name;
    bool (*recognise)(const struct url *issuer);
    const char *const *hosts;          // patterns of clouds.h, instead of recognise; NULL: none
    const char *path_part;             // or what every issuer has in its path
    const char *scopes;                // asked for unless OIDCPROXY_AUTH_SCOPES says otherwise
    const char *authorize_params;      // added to every sign-in
    const char *const *endpoint_hosts; // where its endpoints may stand besides the issuer's host
    const char *tenant_claim;          // which organisation a person belongs to; NULL: one only
    bool whole_world;                  // anybody may have an account: OIDCPROXY_ALLOWED_TENANTS
    bool no_offline_access;            // refuses that scope; authorize_params do its work
    bool sends_audience;               // takes audience= at the authorization endpoint
    bool select_account;               // lets people choose among their accounts, if asked
    bool scope_at_token;               // wants the scope said again with every grant
    bool secret_in_body;               // client_secret_post, whatever its document says
    bool assertion_for_endpoint;       // aud of a client assertion: its token endpoint, typ JWT
    bool assertion_ps256;              // RSA keys sign PS256
};

#define PRESET_NAMES "entra|auth0|okta|keycloak|google|ping"

const struct preset *preset_named(const char *name); // NULL: there is none
// By the issuer's, else the discovery document's URL; never NULL: the last row is any provider.
const struct preset *preset_of(const char *url);

#endif
