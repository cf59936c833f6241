// SPDX-License-Identifier: MIT
// What can be said of an identity provider's values without asking anybody. The rules of Entra ID
// apply where the issuer has its shape: https://HOST/TENANT/v2.0.
#include "app/settings.h"
#include "base/url.h"

struct endpoint {
    const char *env;
    const char *value;
    struct str tail; // what an Entra URL has after the tenant; the issuer's is "/v2.0"
};

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_guid(struct str s)
{
    if (s.n != 36)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !is_hex(s.p[i]))
            return false;
    }
    return true;
}

static bool is_microsoft(struct str host)
{
    static const char *const hosts[] = { "login.microsoftonline.com", "login.microsoftonline.us",
                                         "login.partner.microsoftonline.cn", "login.windows.net",
                                         "sts.windows.net" };
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
        if (str_eq_nocase(host, str_c(hosts[i])))
            return true;
    return false;
}

static struct str tenant_of(struct str path)
{
    struct str rest = str_slice(path, 1, path.n);
    return str_cut(&rest, '/');
}

static bool has_word(const char *words, const char *word)
{
    struct str rest = str_c(words);
    while (rest.p)
        if (str_is(str_cut(&rest, ' '), word))
            return true;
    return false;
}

static void check_scheme(struct options *o, const struct endpoint *e, const struct url *url)
{
    if (str_is(url->scheme, "http") && !url_host_is_loopback(url->host))
        options_problem(o, "%s: '%s' must be https (http is for loopback only)", e->env, e->value);
}

static void check_tenant(struct options *o, const struct endpoint *e, const struct url *url,
                         const struct url *issuer)
{
    struct str tenant = tenant_of(issuer->path), own = tenant_of(url->path);
    struct str expected =
        arena_printf(o->arena, STR_FMT "://" STR_FMT "/" STR_FMT STR_FMT, STR_ARG(issuer->scheme),
                     STR_ARG(issuer->authority), STR_ARG(tenant), STR_ARG(e->tail));
    if (!str_eq_nocase(own, tenant) || !str_eq_nocase(url->host, issuer->host))
        options_problem(
            o,
            "%s: '%s' is of another tenant or cloud than OIDCPROXY_AUTH_ISSUER: expected " STR_FMT,
            e->env, e->value, STR_ARG(expected));
    else if (!str_ends(url->path, e->tail))
        options_problem(o, "%s: '%s' is not the v2.0 endpoint: expected " STR_FMT, e->env, e->value,
                        STR_ARG(expected));
}

static void check_issuer(struct options *o, const struct url *issuer)
{
    struct str tenant = tenant_of(issuer->path);
    if (!str_ends(issuer->path, STR("/v2.0")))
        options_problem(
            o,
            "OIDCPROXY_AUTH_ISSUER: '%s' must end in /v2.0, without a slash behind it: copy \"issuer\" from the "
            "tenant's discovery document",
            o->idp_issuer);
    if (str_is(tenant, "common") || str_is(tenant, "organizations") || str_is(tenant, "consumers"))
        options_problem(
            o,
            "OIDCPROXY_AUTH_ISSUER: '%s' names no tenant: put the Directory (tenant) ID of the app registration's "
            "overview page into all four URLs",
            o->idp_issuer);
    else if (!is_guid(tenant))
        options_problem(o,
                        "OIDCPROXY_AUTH_ISSUER: tokens carry the tenant's ID, not '" STR_FMT
                        "': put the Directory (tenant) ID there",
                        STR_ARG(tenant));
}

static void check_audience(struct options *o, struct str tenant)
{
    struct str audience = str_c(o->idp_audience);
    if (audience.n == 0)
        return;
    if (!is_guid(audience))
        options_problem(
            o,
            "OIDCPROXY_AUTH_AUDIENCE: '%s' is not the application (client) ID: Entra ID puts the client ID into the "
            "tokens' audience, not an API identifier, and every token would fail with invalid_audience; for example "
            "11111111-2222-4333-8444-555555555555 from the app's overview page",
            o->idp_audience);
    else if (str_eq_nocase(audience, tenant))
        options_problem(
            o,
            "OIDCPROXY_AUTH_AUDIENCE is the tenant ID: it must be the Application (client) ID, which stands beside it on "
            "the app's overview page");
}

static void check_scopes(struct options *o)
{
    if (!has_word(o->idp_scopes, "openid"))
        options_problem(
            o,
            "OIDCPROXY_AUTH_SCOPES: '%s' lacks openid, without which nobody can be identified: use \"openid profile "
            "offline_access\"",
            o->idp_scopes);
    if (!has_word(o->idp_scopes, "profile"))
        options_warning(
            o,
            "OIDCPROXY_AUTH_SCOPES lacks profile: the audit log will know people by an opaque id only");
    if (!has_word(o->idp_scopes, "offline_access"))
        options_warning(
            o,
            "OIDCPROXY_AUTH_SCOPES lacks offline_access: people must sign in again whenever their access token ends");
}

static void check_secret(struct options *o)
{
    if (o->idp_client_secret && is_guid(str_c(o->idp_client_secret)))
        options_warning(
            o, "OIDCPROXY_AUTH_CLIENT_SECRET looks like the secret's ID: Entra ID wants its Value");
}

void entra_values_check(struct options *o)
{
    const struct endpoint endpoints[] = {
        { "OIDCPROXY_AUTH_ISSUER", o->idp_issuer, STR("/v2.0") },
        { "OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT", o->idp_authorization_endpoint,
          STR("/oauth2/v2.0/authorize") },
        { "OIDCPROXY_AUTH_TOKEN_ENDPOINT", o->idp_token_endpoint, STR("/oauth2/v2.0/token") },
        { "OIDCPROXY_AUTH_JWKS_URI", o->idp_jwks_uri, STR("/discovery/v2.0/keys") },
    };
    struct url issuer;
    bool have_issuer = url_parse(str_c(o->idp_issuer), &issuer, NULL);
    bool entra = have_issuer &&
                 (is_microsoft(issuer.host) ||
                  (is_guid(tenant_of(issuer.path)) && str_find(issuer.path, STR("/v2.0")) > 0));
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
        struct url url;
        if (!url_parse(str_c(endpoints[i].value), &url, NULL))
            continue; // absent or refused: told already
        check_scheme(o, &endpoints[i], &url);
        if (entra && i > 0)
            check_tenant(o, &endpoints[i], &url, &issuer);
    }
    if (entra) {
        check_issuer(o, &issuer);
        check_audience(o, tenant_of(issuer.path));
    }
    check_scopes(o);
    check_secret(o);
}
