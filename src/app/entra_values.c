// SPDX-License-Identifier: MIT
// What can be said of an identity provider's values without asking anybody. The rules of Entra ID
// apply where the issuer has its shape: https://HOST/TENANT/v2.0.
#include "app/settings.h"
#include "base/url.h"
#include "idp/clouds.h"
#include "idp/presets.h"

struct endpoint {
    const char *env;
    const char *value;
    struct str tail; // what an Entra URL has after the tenant; the issuer's is "/v2.0"
};

static struct str tenant_of(struct str path)
{
    struct str rest = str_slice(path, 1, path.n);
    return str_cut(&rest, '/');
}

static void check_scheme(struct options *o, const struct endpoint *e, const struct url *url)
{
    if (str_is(url->scheme, "http") && !url_host_is_loopback(url->host))
        options_problem(o, "%s: '%s' must be https (http is for loopback only)", e->env, e->value);
}

// External ID: endpoints at NAME.ciamlogin.com, issuer at <tenant id>.ciamlogin.com.
static bool same_place(const struct url *a, const struct url *b)
{
    const struct cloud *cloud = cloud_of(a->host);
    bool wild = cloud && cloud->hosts[0][0] == '.';
    return str_eq_nocase(a->host, b->host) || (wild && cloud_of(b->host) == cloud);
}

static void check_tenant(struct options *o, const struct endpoint *e, const struct url *url,
                         const struct url *issuer)
{
    struct str tenant = tenant_of(issuer->path), own = tenant_of(url->path);
    const struct cloud *cloud = cloud_of(issuer->host);
    bool by_name = cloud && !cloud->tenant_in_path; // B2C's endpoints: /<name>/<policy>/oauth2/…
    struct str expected =
        arena_printf(o->arena, STR_FMT "://" STR_FMT "/" STR_FMT STR_FMT, STR_ARG(issuer->scheme),
                     STR_ARG(issuer->authority), STR_ARG(tenant), STR_ARG(e->tail));
    if ((!by_name && !str_eq_nocase(own, tenant)) || !same_place(url, issuer))
        options_problem(
            o,
            "%s: '%s' is of another tenant or cloud than OIDCPROXY_AUTH_ISSUER: expected " STR_FMT,
            e->env, e->value, STR_ARG(expected));
    else if (!str_ends(url->path, e->tail))
        options_problem(o, "%s: '%s' is not the v2.0 endpoint: expected " STR_FMT, e->env, e->value,
                        STR_ARG(expected));
}

static bool is_any(struct str tenant)
{
    return str_is(tenant, "common") || str_is(tenant, "organizations");
}

// Several tenants, each named: the issuer stands for those.
static void check_tenant_list(struct options *o, const struct idp_config *idp, const char *env,
                              const char *value, struct str tenant)
{
    if (!idp->allowed_tenants && is_any(tenant))
        options_problem(
            o,
            "%s: '%s' names no tenant: put the Directory (tenant) ID of the app registration's "
            "overview page into all URLs; or, if people of several tenants shall sign in, name "
            "their tenant IDs in OIDCPROXY_ALLOWED_TENANTS",
            env, value);
    else if (str_is(tenant, "consumers"))
        options_problem(o,
                        "%s: '%s' names no tenant but everybody with a personal Microsoft account: "
                        "put the Directory (tenant) ID there",
                        env, value);
    for (const char *const *t = idp->allowed_tenants; t && *t; t++)
        if (!is_guid(str_c(*t)))
            options_problem(o,
                            "OIDCPROXY_ALLOWED_TENANTS: '%s' is not a tenant ID, for example "
                            "11111111-2222-4333-8444-555555555555: tokens carry no domain",
                            *t);
}

static void check_issuer(struct options *o, const struct idp_config *idp, const struct url *issuer)
{
    struct str tenant = tenant_of(issuer->path);
    const struct cloud *cloud = cloud_of(issuer->host);
    bool slash = cloud && !cloud->tenant_in_path && str_ends(issuer->path, STR("/v2.0/"));
    if (!slash && !str_ends(issuer->path, STR("/v2.0")))
        options_problem(
            o,
            "OIDCPROXY_AUTH_ISSUER: '%s' must end in /v2.0, without a slash behind it: copy \"issuer\" from the "
            "tenant's discovery document",
            idp->issuer);
    check_tenant_list(o, idp, "OIDCPROXY_AUTH_ISSUER", idp->issuer, tenant);
    if (!is_guid(tenant) && !is_any(tenant) && !str_is(tenant, "consumers"))
        options_problem(o,
                        "OIDCPROXY_AUTH_ISSUER: tokens carry the tenant's ID, not '" STR_FMT
                        "': put the Directory (tenant) ID there",
                        STR_ARG(tenant));
}

// The document resolves a domain to the tenant's ID by itself.
static void check_config_url(struct options *o, const struct idp_config *idp, const struct url *url)
{
    if (str_find(url->path, STR("/v2.0/")) < 0)
        options_problem(o,
                        "OIDCPROXY_CONFIG_URL: '%s' is the document of version 1: it must end in "
                        "/v2.0/.well-known/openid-configuration",
                        idp->discovery_url);
    if (!idp->issuer)
        check_tenant_list(o, idp, "OIDCPROXY_CONFIG_URL", idp->discovery_url, tenant_of(url->path));
}

// The guide's naming: the audience is the client ID, if no client ID is given apart.
static void check_client(struct options *o, const struct idp_config *idp, struct str tenant)
{
    struct str client = str_c(idp->client_id);
    const char *env = !o->idp_client_id                      ? "OIDCPROXY_AUTH_AUDIENCE"
                      : o->idp_client_id == o->old_client_id ? "OIDCPROXY_CLIENT_ID"
                                                             : "OIDCPROXY_AUTH_CLIENT_ID";
    if (client.n == 0)
        return;
    if (!is_guid(client))
        options_problem(
            o,
            "%s: '%s' is not the application (client) ID: Entra ID puts the client ID into the "
            "tokens' audience, not an API identifier, and every token would fail with invalid_audience; for example "
            "11111111-2222-4333-8444-555555555555 from the app's overview page",
            env, idp->client_id);
    else if (str_eq_nocase(client, tenant))
        options_problem(
            o,
            "%s is the tenant ID: it must be the Application (client) ID, which stands beside it on "
            "the app's overview page",
            env);
}

static void check_secret(struct options *o, const struct idp_config *idp)
{
    if (idp->client_secret && is_guid(str_c(idp->client_secret)))
        options_warning(
            o, "OIDCPROXY_AUTH_CLIENT_SECRET looks like the secret's ID: Entra ID wants its Value");
    if (idp->client_key && !idp->client_certificate)
        options_problem(o, "OIDCPROXY_AUTH_CLIENT_CERTIFICATE is missing: Entra ID knows keys by "
                           "their certificate, the one uploaded under Certificates & secrets");
}

void entra_values_check(struct options *o, const struct idp_config *idp)
{
    const struct endpoint endpoints[] = {
        { "OIDCPROXY_AUTH_ISSUER", idp->issuer, STR("/v2.0") },
        { "OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT", idp->authorization_endpoint,
          STR("/oauth2/v2.0/authorize") },
        { "OIDCPROXY_AUTH_TOKEN_ENDPOINT", idp->token_endpoint, STR("/oauth2/v2.0/token") },
        { "OIDCPROXY_AUTH_JWKS_URI", idp->jwks_uri, STR("/discovery/v2.0/keys") },
        { "OIDCPROXY_CONFIG_URL", idp->discovery_url, STR("") },
    };
    const struct preset *preset = idp->provider
                                      ? preset_named(idp->provider)
                                      : preset_of(idp->issuer ? idp->issuer : idp->discovery_url);
    bool entra = preset == preset_named("entra");
    struct url issuer, config;
    bool have_issuer = url_parse(str_c(idp->issuer), &issuer, NULL);
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
        struct url url;
        if (!url_parse(str_c(endpoints[i].value), &url, NULL))
            continue; // absent or refused: told already
        check_scheme(o, &endpoints[i], &url);
        if (entra && have_issuer && i > 0 && endpoints[i].tail.n)
            check_tenant(o, &endpoints[i], &url, &issuer);
    }
    if (!entra)
        return;
    if (have_issuer)
        check_issuer(o, idp, &issuer);
    if (url_parse(str_c(idp->discovery_url), &config, NULL))
        check_config_url(o, idp, &config);
    check_client(o, idp, have_issuer ? tenant_of(issuer.path) : STR_NONE);
    check_secret(o, idp);
}
