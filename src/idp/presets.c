// SPDX-License-Identifier: MIT
#include "idp/presets.h"

#include "idp/clouds.h"

// Microsoft's hosts, and whoever has an issuer of that shape (the emulator, custom domains of
// External ID): https://HOST/<tenant id>/v2.0, or an alias of several tenants.
static bool is_entra(const struct url *issuer)
{
    struct str rest = str_slice(issuer->path, 1, issuer->path.n);
    struct str tenant = str_cut(&rest, '/');
    bool named = is_guid(tenant) || str_is(tenant, "organizations") || str_is(tenant, "common") ||
                 str_is(tenant, "consumers");
    return cloud_of(issuer->host) || (named && str_starts(rest, STR("v2.0")));
}

static const char *const auth0_hosts[] = { ".auth0.com", NULL };
static const char *const okta_hosts[] = { ".okta.com",     ".oktapreview.com", ".okta-emea.com",
                                          ".okta-gov.com", ".okta.mil",        NULL };
static const char *const google_hosts[] = { "accounts.google.com", NULL };
static const char *const google_endpoints[] = { "oauth2.googleapis.com", "www.googleapis.com",
                                                NULL };
static const char *const ping_hosts[] = { "auth.pingone.com",
                                          "auth.pingone.eu",
                                          "auth.pingone.ca",
                                          "auth.pingone.asia",
                                          "auth.pingone.com.au",
                                          "auth.pingone.sg",
                                          NULL };

#define OFFLINE "openid profile offline_access"
#define EMAIL   "openid profile email offline_access"

static const struct preset presets[] = {
    { .name = "entra",
      .recognise = is_entra,
      .scopes = OFFLINE,
      .tenant_claim = "tid",
      .select_account = true,
      .scope_at_token = true,
      .secret_in_body = true,
      .assertion_for_endpoint = true,
      .assertion_ps256 = true },
    { .name = "auth0", .hosts = auth0_hosts, .scopes = EMAIL, .sends_audience = true },
    { .name = "okta", .hosts = okta_hosts, .scopes = EMAIL, .assertion_for_endpoint = true },
    { .name = "keycloak", .path_part = "/realms/", .scopes = EMAIL },
    { .name = "google",
      .hosts = google_hosts,
      .scopes = "openid profile email",
      .authorize_params = "access_type=offline&prompt=consent",
      .endpoint_hosts = google_endpoints,
      .tenant_claim = "hd",
      .select_account = true,
      .whole_world = true,
      .no_offline_access = true },
    { .name = "ping", .hosts = ping_hosts, .scopes = EMAIL },
    { .name = "other", .scopes = OFFLINE },
};

const struct preset *preset_named(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(presets) - 1; i++)
        if (str_is(str_c(name), presets[i].name))
            return &presets[i];
    return NULL;
}

static bool fits(const struct preset *p, const struct url *url)
{
    if (p->recognise && p->recognise(url))
        return true;
    for (const char *const *h = p->hosts; h && *h; h++)
        if (host_matches(url->host, *h))
            return true;
    return p->path_part && str_find(url->path, str_c(p->path_part)) >= 0;
}

const struct preset *preset_of(const char *text)
{
    const struct preset *any = &presets[ARRAY_LEN(presets) - 1];
    struct url url;
    if (!url_parse(str_c(text), &url, NULL))
        return any;
    for (const struct preset *p = presets; p < any; p++)
        if (fits(p, &url))
            return p;
    return any;
}
