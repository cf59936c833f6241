// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "app/settings.h"

#define TENANT       "7e57ed00-0000-4000-8000-000000000001"
#define CLIENT       "c11e0000-0000-4000-8000-000000000001"
#define HOST         "https://login.microsoftonline.com/"
#define ISSUER       "OIDCPROXY_AUTH_ISSUER=" HOST TENANT "/v2.0"
#define SIGN_IN      "OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT=" HOST TENANT "/oauth2/v2.0/authorize"
#define TOKEN        "OIDCPROXY_AUTH_TOKEN_ENDPOINT=" HOST TENANT "/oauth2/v2.0/token"
#define KEYS         "OIDCPROXY_AUTH_JWKS_URI=" HOST TENANT "/discovery/v2.0/keys"
#define AUDIENCE     "OIDCPROXY_AUTH_AUDIENCE=" CLIENT
#define SCOPES       "OIDCPROXY_AUTH_SCOPES=openid profile offline_access"
#define OFF          "ZSCALER_MCP_AUTH_ENABLED=false"
#define UPSTREAM     "ZSCALER_MCP_ALLOW_HTTP=true"
#define GUIDE        ISSUER, SIGN_IN, TOKEN, KEYS, AUDIENCE, SCOPES, OFF, UPSTREAM

#define CONFIG       "OIDCPROXY_CONFIG_URL=https://idp.example/.well-known/openid-configuration"
#define US           "https://login.microsoftonline.us/"
#define CHINA        "https://login.partner.microsoftonline.cn/"
#define B2C          "https://contoso.b2clogin.com/"
#define CIAM         "ciamlogin.com/"
#define CHINA_ISSUER "OIDCPROXY_AUTH_ISSUER=" CHINA TENANT "/v2.0"
#define TENANTS_OF(alias)                                                                          \
    "OIDCPROXY_CONFIG_URL=" HOST alias "/v2.0/.well-known/openid-configuration"
#define OLD_NAMES                                                                                  \
    CONFIG, "OIDCPROXY_CLIENT_ID=client-1", "OIDCPROXY_CLIENT_SECRET=s",                           \
        "ZSCALER_MCP_AUTH_MODE=oidc", "ZSCALER_MCP_AUTH_ENABLED=true",                             \
        "OIDCPROXY_BASE_URL=https://mcp.example.com"

#define ENV(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define HTTP     "ZSCALER_MCP_TRANSPORT=streamable-http"
#define JWKS     "ZSCALER_MCP_AUTH_JWKS_URI=https://idp.example/keys"
#define JWT      JWKS, "ZSCALER_MCP_AUTH_ISSUER=https://idp.example"
#define TENANT_  "ZSCALER_VANITY_DOMAIN=acme"

static const char *const *env_now;

// The first of several settings of a name counts, so that a row can put its own before GUIDE.
static const char *env_of(const char *name)
{
    size_t n = strlen(name);
    for (const char *const *e = env_now; *e; e++)
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
            return *e + n + 1;
    return NULL;
}

static void decide(const char *const *env, struct options *o, struct settings *s)
{
    char *argv[] = { (char[]){ "zscaler-mcp" }, NULL };
    env_now = env;
    options_parse(o, 1, argv, env_of, NULL);
    settings_decide(o, env_of, s);
}

static const struct {
    const char *const *env;
    const char *problem;
} wrong[] = {
    { ENV(ISSUER), "OIDCPROXY_AUTH_AUDIENCE is missing" },
    { ENV(AUDIENCE), "OIDCPROXY_AUTH_ISSUER is missing" },
    { ENV("OIDCPROXY_AUTH_AUDIENCE=api://zscaler", GUIDE), "is not the application (client) ID" },
    { ENV("OIDCPROXY_AUTH_AUDIENCE=api://zscaler", GUIDE), "invalid_audience" },
    { ENV("OIDCPROXY_AUTH_AUDIENCE=" TENANT, GUIDE), "is the tenant ID" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST TENANT "/v2.0/", GUIDE), "must end in /v2.0" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST TENANT, GUIDE), "must end in /v2.0" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST "common/v2.0", GUIDE), "names no tenant" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST "contoso.example/v2.0", GUIDE),
      "put the Directory (tenant) ID there" },
    { ENV("OIDCPROXY_AUTH_TOKEN_ENDPOINT=" HOST TENANT "/oauth2/token", GUIDE),
      "is not the v2.0 endpoint" },
    { ENV("OIDCPROXY_AUTH_JWKS_URI=" HOST
          "00000000-0000-4000-8000-000000000009/discovery/v2.0/keys",
          GUIDE),
      "is of another tenant" },
    { ENV("OIDCPROXY_AUTH_JWKS_URI=http://login.example/keys", GUIDE), "must be https" },
    { ENV("OIDCPROXY_AUTH_SCOPES=profile", GUIDE), "lacks openid" },
    { ENV("ZSCALER_MCP_AUTH_MODE=jwt", GUIDE), "two auth layers" },
    { ENV("OIDCPROXY_ALLOWED_USERS=,", GUIDE), "OIDCPROXY_ALLOWED_USERS: ',' names nothing" },
    { ENV("OIDCPROXY_ALLOWED_GROUPS= , ", GUIDE), "names nothing" },
    { ENV("OIDCPROXY_REGISTRATION=close", GUIDE), "OIDCPROXY_REGISTRATION: 'close' is not valid" },
    { ENV("OIDCPROXY_BASE_URL=http://mcp.example.com", GUIDE), "must be https" },
    { ENV("OIDCPROXY_BASE_URL=https://mcp.example.com/a/b", GUIDE), "must be the bare host" },
    { ENV("ZSCALER_MCP_SECRET_KEY=short", GUIDE), "at least 32 characters" },
    { ENV("ZSCALER_MCP_REQUEST_STATE_KEYS=short", GUIDE),
      "ZSCALER_MCP_REQUEST_STATE_KEYS: each key needs at least 32 characters" },
    { ENV("ZSCALER_MCP_REQUEST_STATE_KEYS={\"a\":1}", GUIDE),
      "ZSCALER_MCP_REQUEST_STATE_KEYS: expected a JSON array of texts" },
    { ENV("ZSCALER_MCP_REQUEST_STATE_KEYS=[1]", GUIDE), "expected a JSON array of texts" },
    { ENV("ZSCALER_MCP_REQUEST_STATE_KEYS=[]", GUIDE), "expected a JSON array of texts" },
    { ENV("ZSCALER_MCP_STORE=disk", GUIDE), "expected memory, sqlite or a Redis URL" },
    { ENV("ZSCALER_MCP_STORE=redis://:p@host:x", GUIDE), "has a port that is not a number" },
    // federated credentials
    { ENV("OIDCPROXY_AUTH_CLIENT_ASSERTION=/run/token", "OIDCPROXY_AUTH_CLIENT_SECRET=s", GUIDE),
      "OIDCPROXY_AUTH_CLIENT_ASSERTION and OIDCPROXY_AUTH_CLIENT_SECRET are both set" },
    { ENV("OIDCPROXY_AUTH_CLIENT_ASSERTION=/run/token", "OIDCPROXY_CLIENT_SECRET=s", GUIDE),
      "OIDCPROXY_AUTH_CLIENT_ASSERTION and OIDCPROXY_CLIENT_SECRET are both set" },
    { ENV("OIDCPROXY_AUTH_CLIENT_ASSERTION=managed-identity",
          "OIDCPROXY_AUTH_CLIENT_CERTIFICATE=/c.pem", GUIDE),
      "OIDCPROXY_AUTH_CLIENT_ASSERTION and OIDCPROXY_AUTH_CLIENT_CERTIFICATE are both set" },
    { ENV("OIDCPROXY_AUTH_CLIENT_ASSERTION=managed-identity", "OIDCPROXY_AUTH_CLIENT_KEY=/c.key",
          GUIDE),
      "OIDCPROXY_AUTH_CLIENT_ASSERTION and OIDCPROXY_AUTH_CLIENT_KEY are both set" },
    { ENV("OIDCPROXY_AUTH_CLIENT_ASSERTION=workload-identity", GUIDE),
      "AZURE_FEDERATED_TOKEN_FILE is not set" },
    { ENV("OIDCPROXY_AUTH_CLIENT_ASSERTION=managed-identity:mine", GUIDE),
      "'mine' is not the client ID of a managed identity" },
    { ENV("OIDCPROXY_AUTH_CLIENT_ASSERTION=managed-identity:", GUIDE),
      "is not the client ID of a managed identity" },
    { ENV("OIDCPROXY_AUTH_CLIENT_ASSERTION=eyJhbGciOiJSUzI1NiJ9.e30.c2ln", GUIDE),
      "a token itself has no place here" },
    { ENV("OIDCPROXY_AUTH_CLIENT_ASSERTION=/run/token", CONFIG, "OIDCPROXY_AUDIENCE=api"),
      "but no client" },
    // both namings
    { ENV(CONFIG), "OIDCPROXY_AUTH_AUDIENCE is missing" },
    { ENV("OIDCPROXY_CLIENT_ID=x"), "OIDCPROXY_AUTH_ISSUER is missing" },
    { ENV("ZSCALER_MCP_AUTH_MODE=oidc", HTTP), "OIDCPROXY_AUTH_ISSUER is missing" },
    { ENV("OIDCPROXY_CLIENT_ID=one", "OIDCPROXY_AUTH_CLIENT_ID=two", CONFIG),
      "OIDCPROXY_AUTH_CLIENT_ID='two' and OIDCPROXY_CLIENT_ID='one' say different things" },
    { ENV("OIDCPROXY_CLIENT_SECRET=one", "OIDCPROXY_AUTH_CLIENT_SECRET=two", CONFIG),
      "OIDCPROXY_AUTH_CLIENT_SECRET and OIDCPROXY_CLIENT_SECRET say different things" },
    { ENV("OIDCPROXY_AUDIENCE=one,three", "OIDCPROXY_AUTH_AUDIENCE=two", CONFIG),
      "OIDCPROXY_AUTH_AUDIENCE='two' and OIDCPROXY_AUDIENCE='one' say different things" },
    { ENV(CONFIG, "OIDCPROXY_AUDIENCE=api", "OIDCPROXY_CLIENT_SECRET=s"), "but no client" },
    { ENV(CONFIG, "OIDCPROXY_CLIENT_ID=x", "OIDCPROXY_AUTH_SCOPES=email"), "lacks openid" },
    { ENV("OIDCPROXY_CONFIG_URL=http://idp.example/.well-known/openid-configuration"),
      "OIDCPROXY_CONFIG_URL: 'http://idp.example/.well-known/openid-configuration' must be https" },
    { ENV("OIDCPROXY_PROVIDER=entraid", CONFIG), "OIDCPROXY_PROVIDER: 'entraid'" },
    // Entra by discovery, several tenants, certificates
    { ENV("OIDCPROXY_CONFIG_URL=" HOST TENANT "/.well-known/openid-configuration", AUDIENCE),
      "is the document of version 1" },
    { ENV(TENANTS_OF("organizations"), AUDIENCE), "OIDCPROXY_CONFIG_URL: '" HOST "organizations" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST "organizations/v2.0", AUDIENCE),
      "OIDCPROXY_ALLOWED_TENANTS" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST "consumers/v2.0", AUDIENCE), "personal Microsoft account" },
    { ENV(TENANTS_OF("common"), AUDIENCE, "OIDCPROXY_ALLOWED_TENANTS=contoso.com"),
      "OIDCPROXY_ALLOWED_TENANTS: 'contoso.com' is not a tenant ID" },
    { ENV(ISSUER, "OIDCPROXY_CLIENT_ID=api://x"), "OIDCPROXY_CLIENT_ID: 'api://x' is not the" },
    { ENV(ISSUER, "OIDCPROXY_AUTH_CLIENT_ID=" TENANT), "OIDCPROXY_AUTH_CLIENT_ID is the tenant" },
    { ENV("OIDCPROXY_AUTH_CLIENT_KEY=/k", GUIDE), "OIDCPROXY_AUTH_CLIENT_CERTIFICATE is missing" },
    { ENV("OIDCPROXY_AUTH_TOKEN_ENDPOINT=" US TENANT "/oauth2/v2.0/token", GUIDE),
      "of another tenant or cloud" },
    { ENV(CHINA_ISSUER, "OIDCPROXY_AUTH_TOKEN_ENDPOINT=" CHINA TENANT "/oauth2/token", AUDIENCE),
      "expected " CHINA TENANT "/oauth2/v2.0/token" },
    // Google
    { ENV("OIDCPROXY_AUTH_ISSUER=https://accounts.google.com", "OIDCPROXY_CLIENT_ID=x",
          "OIDCPROXY_AUTH_SCOPES=openid profile offline_access"),
      "refuses offline_access" },
    { ENV(HTTP), "no way to sign in is configured" },
    { ENV(HTTP, "ZSCALER_MCP_AUTH_MODE=saml"), "'saml' is no mode: expected oidc, jwt, zscaler" },
    { ENV(HTTP, "ZSCALER_MCP_AUTH_MODE=jwt"), "ZSCALER_MCP_AUTH_JWKS_URI is missing" },
    { ENV(HTTP, "ZSCALER_MCP_AUTH_MODE=jwt"), "ZSCALER_MCP_AUTH_ISSUER is missing" },
    { ENV(HTTP, JWKS), "ZSCALER_MCP_AUTH_ISSUER is missing" },
    { ENV(HTTP, JWT, "ZSCALER_MCP_AUTH_ALGORITHMS=HS256"), "'HS256' is none of RS256" },
    { ENV(HTTP, JWT, "ZSCALER_MCP_AUTH_ALGORITHMS=ES256,none"), "'none' is none of RS256" },
    { ENV(HTTP, JWT, "ZSCALER_MCP_AUTH_JWT_ISSUER=https://other.example"),
      "ZSCALER_MCP_AUTH_ISSUER='https://idp.example' and "
      "ZSCALER_MCP_AUTH_JWT_ISSUER='https://other.example' say different things" },
    { ENV(HTTP, "ZSCALER_MCP_AUTH_JWKS_URI=http://idp.example/keys"), "must be https" },
    { ENV(HTTP, "ZSCALER_MCP_AUTH_MODE=zscaler"), "ZSCALER_VANITY_DOMAIN is missing" },
    { ENV(HTTP, "ZSCALER_MCP_AUTH_MODE=api-key"), "ZSCALER_MCP_AUTH_API_KEY is missing" },
    { ENV(HTTP, "ZSCALER_MCP_AUTH_API_KEY=k", "ZSCALER_MCP_AUTH_ALLOWED_CLIENTS=a"),
      "ZSCALER_MCP_AUTH_ALLOWED_CLIENTS is for the modes zscaler and jwt, and this is api-key" },
    { ENV("ZSCALER_MCP_AUTH_ALLOWED_CLIENTS=a", GUIDE), "or set OIDCPROXY_ALLOWED_CLIENTS" },
    { ENV("ZSCALER_MCP_AUTH_REQUIRED_SCOPES=a", GUIDE), "or set OIDCPROXY_REQUIRED_SCOPES" },
    { ENV(HTTP, TENANT_, "ZSCALER_MCP_AUTH_REQUIRED_SCOPES=a"), "and this is zscaler" },
    { ENV(HTTP, JWT, "ZSCALER_MCP_AUTH_ALLOWED_CLIENTS=,"), "names nothing" },
    { ENV(HTTP, OFF, "ZSCALER_MCP_HOST=0.0.0.0"), "plain HTTP on 0.0.0.0" },
    { ENV(HTTP, OFF, UPSTREAM, "ZSCALER_MCP_HOST=0.0.0.0"), "ZSCALER_MCP_ALLOWED_HOSTS" },
    { ENV(HTTP, OFF, UPSTREAM, "ZSCALER_MCP_HOST=::"), "ZSCALER_MCP_ALLOWED_HOSTS" },
    { ENV(HTTP, OFF, "ZSCALER_MCP_TLS_CERTFILE=/c"), "the key is missing" },
};

static void tells_contradictions(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct options o;
        struct settings s;
        decide(wrong[i].env, &o, &s);
        if (!strstr(buf_cstr(&o.problems), wrong[i].problem))
            fail_msg("row %zu: '%s' is not in: %s", i, wrong[i].problem, buf_cstr(&o.problems));
        options_release(&o);
    }
}

static const struct {
    const char *const *env;
    bool http, open;
    enum access_mode mode;
    const char *host;
    int port;
    const char *base_url, *warning;
} right[] = {
    { ENV(GUIDE), true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL, NULL },
    { ENV(GUIDE, "K_SERVICE=x", "PORT=8080"), true, false, ACCESS_OIDCPROXY, "0.0.0.0", 8080, NULL,
      NULL },
    { ENV(GUIDE, "PORT=8080", "ZSCALER_MCP_PORT=81"), true, false, ACCESS_OIDCPROXY, "127.0.0.1",
      81, NULL, NULL },
    { ENV(GUIDE, "OIDCPROXY_BASE_URL=https://mcp.example.com/mcp/"), true, false, ACCESS_OIDCPROXY,
      "127.0.0.1", 8000, "https://mcp.example.com", NULL },
    { ENV("ZSCALER_MCP_AUTH_ENABLED=true", GUIDE), true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000,
      NULL, "set ZSCALER_MCP_AUTH_ENABLED=false" },
    { ENV("OIDCPROXY_AUTH_SCOPES=openid", GUIDE), true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000,
      NULL, "lacks offline_access" },
    { ENV("ZSCALER_MCP_TRANSPORT=stdio", GUIDE), false, false, ACCESS_NONE, NULL, 0, NULL,
      "no effect with transport stdio" },
    { ENV("HOME=/x"), false, false, ACCESS_NONE, NULL, 0, NULL, NULL },
    { ENV(ISSUER, AUDIENCE), true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL, NULL },
    { ENV(OLD_NAMES), true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000, "https://mcp.example.com",
      NULL },
    { ENV("ZSCALER_MCP_AUTH_ENABLED=false", OLD_NAMES), true, false, ACCESS_OIDCPROXY, "127.0.0.1",
      8000, "https://mcp.example.com", NULL },
    { ENV(CONFIG, "OIDCPROXY_AUDIENCE=api://x"), true, false, ACCESS_OIDC, "127.0.0.1", 8000, NULL,
      NULL },
    { ENV(CONFIG, "OIDCPROXY_AUTH_CLIENT_ID=x"), true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000,
      NULL,
      "two namings, which complement each other: endpoints from OIDCPROXY_CONFIG_URL, client from "
      "OIDCPROXY_AUTH_CLIENT_ID" },
    { ENV(ISSUER, "OIDCPROXY_CLIENT_ID=" CLIENT, "OIDCPROXY_AUDIENCE=api://x"), true, false,
      ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL,
      "issuer from OIDCPROXY_AUTH_ISSUER, client from OIDCPROXY_CLIENT_ID, audience from "
      "OIDCPROXY_AUDIENCE" },
    { ENV(CONFIG, "OIDCPROXY_CLIENT_ID=x", "OIDCPROXY_AUTH_CLIENT_ID=x"), true, false,
      ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL, "client from OIDCPROXY_AUTH_CLIENT_ID" },
    { ENV(ISSUER, "OIDCPROXY_AUTH_CLIENT_ID=" CLIENT, "OIDCPROXY_AUTH_AUDIENCE=api://x"), true,
      false, ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL, NULL },
    { ENV(TENANTS_OF("organizations"), AUDIENCE, "OIDCPROXY_ALLOWED_TENANTS=" TENANT), true, false,
      ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL, "two namings" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST "organizations/v2.0", AUDIENCE,
          "OIDCPROXY_ALLOWED_TENANTS=" TENANT),
      true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL, NULL },
    // sovereign clouds
    { ENV("OIDCPROXY_AUTH_ISSUER=" US TENANT "/v2.0",
          "OIDCPROXY_AUTH_TOKEN_ENDPOINT=" US TENANT "/oauth2/v2.0/token", AUDIENCE),
      true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL,
      "is not set: it is taken from the discovery document" },
    { ENV(CHINA_ISSUER, "OIDCPROXY_AUTH_JWKS_URI=" CHINA TENANT "/discovery/v2.0/keys", AUDIENCE),
      true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL,
      "is not set: it is taken from the discovery document" },
    { ENV("OIDCPROXY_AUTH_ISSUER=https://" TENANT "." CIAM TENANT "/v2.0",
          "OIDCPROXY_AUTH_TOKEN_ENDPOINT=https://contoso." CIAM TENANT "/oauth2/v2.0/token",
          AUDIENCE),
      true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL,
      "is not set: it is taken from the discovery document" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" B2C TENANT "/v2.0/",
          "OIDCPROXY_AUTH_TOKEN_ENDPOINT=" B2C "contoso.onmicrosoft.com/b2c_1_in/oauth2/v2.0/token",
          AUDIENCE),
      true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL,
      "is not set: it is taken from the discovery document" },
    { ENV("OIDCPROXY_AUTH_ISSUER=https://accounts.google.com", "OIDCPROXY_AUTH_CLIENT_ID=x",
          "OIDCPROXY_AUTH_CLIENT_SECRET=s"),
      true, false, ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL, NULL },
    { ENV(HTTP, OFF), true, true, ACCESS_NONE, "127.0.0.1", 8000, NULL, NULL },
    { ENV(HTTP, "ZSCALER_MCP_AUTH_API_KEY=k"), true, false, ACCESS_API_KEY, "127.0.0.1", 8000, NULL,
      NULL },
    { ENV(OLD_NAMES, "ZSCALER_MCP_AUTH_API_KEY=k"), true, false, ACCESS_OIDCPROXY, "127.0.0.1",
      8000, "https://mcp.example.com", "ZSCALER_MCP_AUTH_API_KEY has no effect" },
    // what is guessed without a mode, in the Python server's order
    { ENV(HTTP, TENANT_), true, false, ACCESS_ZSCALER, "127.0.0.1", 8000, NULL, NULL },
    { ENV(HTTP, TENANT_, "ZSCALER_MCP_AUTH_API_KEY=k"), true, false, ACCESS_API_KEY, "127.0.0.1",
      8000, NULL, NULL },
    { ENV(HTTP, TENANT_, "ZSCALER_MCP_AUTH_API_KEY=k", JWT), true, false, ACCESS_JWT, "127.0.0.1",
      8000, NULL, NULL },
    { ENV(HTTP, TENANT_, JWT, "ZSCALER_MCP_AUTH_MODE=ZScaler"), true, false, ACCESS_ZSCALER,
      "127.0.0.1", 8000, NULL, NULL },
    { ENV(HTTP, TENANT_, "ZSCALER_MCP_AUTH_MODE=API_KEY", "ZSCALER_MCP_AUTH_API_KEY=k"), true,
      false, ACCESS_API_KEY, "127.0.0.1", 8000, NULL, NULL },
    { ENV(HTTP, TENANT_, "ZSCALER_MCP_AUTH_ENABLED="), true, false, ACCESS_ZSCALER, "127.0.0.1",
      8000, NULL, NULL },
    { ENV(HTTP, JWKS, "ZSCALER_MCP_AUTH_JWT_ISSUER=https://idp.example",
          "ZSCALER_MCP_AUTH_JWT_AUDIENCE=mcp", "ZSCALER_MCP_TRUST_PLATFORM_AUTH=yes"),
      true, false, ACCESS_JWT, "127.0.0.1", 8000, NULL, "has no effect in mode jwt" },
    { ENV(HTTP, TENANT_, "ZSCALER_MCP_AUTH_ALLOWED_CLIENTS=b"), true, false, ACCESS_ZSCALER,
      "127.0.0.1", 8000, NULL, NULL },
    { ENV(HTTP, JWT, "ZSCALER_MCP_AUTH_ALLOWED_CLIENTS=b", "ZSCALER_MCP_AUTH_REQUIRED_SCOPES=a"),
      true, false, ACCESS_JWT, "127.0.0.1", 8000, NULL, NULL },
    { ENV("ZSCALER_MCP_AUTH_MODE=oauth_proxy", CONFIG, "OIDCPROXY_CLIENT_ID=x"), true, false,
      ACCESS_OIDCPROXY, "127.0.0.1", 8000, NULL, NULL },
};

static const struct {
    const char *const *env;
    bool shared;
} sharing[] = {
    { ENV(GUIDE), true },
    { ENV(GUIDE, "ZSCALER_MCP_TRUSTED_PROXIES=10.0.0.0/8"), false },
    { ENV("ZSCALER_MCP_ALLOW_HTTP=false", GUIDE), false },
};

static void addresses_are_shared_behind_an_unnamed_proxy(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sharing); i++) {
        struct options o;
        struct settings s;
        decide(sharing[i].env, &o, &s);
        if (s.shared_address != sharing[i].shared)
            fail_msg("row %zu", i);
        options_release(&o);
    }
}

static void decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(right); i++) {
        struct options o;
        struct settings s;
        decide(right[i].env, &o, &s);
        if (o.problems.n > 0)
            fail_msg("row %zu: %s", i, buf_cstr(&o.problems));
        assert_int_equal(s.http, right[i].http);
        assert_int_equal(s.open, right[i].open);
        assert_int_equal(s.mode, right[i].mode);
        assert_true(str_is(str_c(s.host), right[i].host ? right[i].host : ""));
        assert_int_equal(s.port, right[i].port);
        assert_true(str_is(str_c(s.base_url), right[i].base_url ? right[i].base_url : ""));
        const char *said = o.notes.n ? buf_cstr(&o.notes) : buf_cstr(&o.warnings);
        if (right[i].warning ? !strstr(said, right[i].warning) : *said)
            fail_msg("row %zu says: %s", i, said);
        options_release(&o);
    }
}

// The guide turns the standard middleware off; that must never mean an open server.
static void the_guide_is_never_open(void **state)
{
    (void)state;
    static const char *const all[] = { GUIDE };
    // each of the five required ones alone
    for (size_t skip = 0; skip < ARRAY_LEN(all) - 3; skip++) {
        const char *const *env = ENV(all[skip], OFF, HTTP);
        struct options o;
        struct settings s;
        decide(env, &o, &s);
        assert_false(s.open);
        options_release(&o);
    }
}

#define GOOGLE                                                                                     \
    "OIDCPROXY_CONFIG_URL=https://accounts.google.com/.well-known/openid-configuration",           \
        "OIDCPROXY_ALLOWED_TENANTS=example.com"
#define CLIENT_1 "OIDCPROXY_CLIENT_ID=client-1"

// warning NULL: none of these.
static const struct {
    const char *const *env;
    const char *warning;
} lists[] = {
    { ENV("OIDCPROXY_ALLOWED_USERS=ada@example.com", GUIDE), NULL },
    { ENV("OIDCPROXY_ALLOWED_USERS=ada@example.com", CONFIG, CLIENT_1), "lacks email" },
    { ENV("OIDCPROXY_ALLOWED_USERS=subject-1", CONFIG, CLIENT_1), NULL },
    { ENV("OIDCPROXY_ALLOWED_USERS=ada@example.com", GOOGLE, CLIENT_1), NULL },
    { ENV("OIDCPROXY_ALLOWED_GROUPS=g", GOOGLE, CLIENT_1), "Google's tokens name no groups" },
    { ENV("OIDCPROXY_REGISTRATION=closed", GUIDE), "no application can connect" },
    { ENV("OIDCPROXY_REGISTRATION=closed", "OIDCPROXY_CLIENTS=[]", GUIDE), NULL },
    { ENV("OIDCPROXY_REGISTRATION=closed", "OIDCPROXY_CLIENT_DOCUMENT_HOSTS=claude.ai", GUIDE),
      NULL },
    { ENV("OIDCPROXY_ALLOWED_USERS=ada@example.com", "ZSCALER_MCP_AUTH_API_KEY=k", HTTP),
      "have no effect in this mode" },
};

static void lists_that_fit_nobody_are_warned_of(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct options o;
        struct settings s;
        decide(lists[i].env, &o, &s);
        const char *said = buf_cstr(&o.warnings);
        if (o.problems.n > 0)
            fail_msg("row %zu: %s", i, buf_cstr(&o.problems));
        if (lists[i].warning ? !strstr(said, lists[i].warning)
                             : strstr(said, "ALLOWED_") || strstr(said, "REGISTRATION"))
            fail_msg("row %zu: %s", i, said);
        options_release(&o);
    }
}

// What both namings come to, for the identity provider's module.
static const struct {
    const char *const *env;
    const char *client, *audience, *scopes, *secret;
    bool bearers_only;
} both[] = {
    { ENV(GUIDE), CLIENT, NULL, "openid profile offline_access", NULL, false },
    { ENV(OLD_NAMES), "client-1", NULL, "openid profile offline_access", "s", false },
    { ENV(CONFIG, "OIDCPROXY_AUTH_CLIENT_ID=client-1", "OIDCPROXY_AUTH_CLIENT_SECRET=s"),
      "client-1", NULL, "openid profile offline_access", "s", false },
    { ENV(CONFIG, "OIDCPROXY_CLIENT_ID=client-1", "OIDCPROXY_AUDIENCE=api"), "client-1", "api",
      "openid profile offline_access", NULL, false },
    { ENV(CONFIG, "OIDCPROXY_CLIENT_ID=client-1", "OIDCPROXY_AUTH_AUDIENCE=api"), "client-1", "api",
      "openid profile offline_access", NULL, false },
    { ENV(CONFIG, "OIDCPROXY_CLIENT_ID=client-1", "OIDCPROXY_AUDIENCE=client-1"), "client-1", NULL,
      "openid profile offline_access", NULL, false },
    { ENV(CONFIG, "OIDCPROXY_AUDIENCE=api,other"), NULL, "api", "openid profile offline_access",
      NULL, true },
    { ENV(CONFIG, "OIDCPROXY_AUTH_AUDIENCE=client-1", "OIDCPROXY_AUDIENCE=client-1,api"),
      "client-1", "api", "openid profile offline_access", NULL, false },
    { ENV("OIDCPROXY_CONFIG_URL=https://accounts.google.com/.well-known/openid-configuration",
          "OIDCPROXY_CLIENT_ID=x"),
      "x", NULL, "openid profile email", NULL, false },
    { ENV(CONFIG, "OIDCPROXY_CLIENT_ID=x", "OIDCPROXY_PROVIDER=auth0"), "x", NULL,
      "openid profile email offline_access", NULL, false },
    { ENV(CONFIG, "OIDCPROXY_CLIENT_ID=x", "OIDCPROXY_AUTH_SCOPES=openid profile"), "x", NULL,
      "openid profile", NULL, false },
};

static void both_namings_come_to_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        struct options o;
        struct settings s;
        decide(both[i].env, &o, &s);
        const char *audience = s.idp.audiences ? s.idp.audiences[0] : NULL;
        if (o.problems.n > 0)
            fail_msg("row %zu: %s", i, buf_cstr(&o.problems));
        bool same = str_eq(str_c(s.idp.client_id), str_c(both[i].client)) &&
                    str_eq(str_c(audience), str_c(both[i].audience)) &&
                    str_eq(str_c(s.idp.client_secret), str_c(both[i].secret)) &&
                    str_is(str_c(s.idp.scopes), both[i].scopes) &&
                    s.idp.bearers_only == both[i].bearers_only;
        if (!same)
            fail_msg("row %zu: client %s, audience %s, scopes %s", i, s.idp.client_id, audience,
                     s.idp.scopes);
        options_release(&o);
    }
}

// Which credential each value of OIDCPROXY_AUTH_CLIENT_ASSERTION is.
static const struct {
    const char *const *env;
    const char *file, *id;
    bool identity;
} federated[] = {
    { ENV(GUIDE, "AZURE_FEDERATED_TOKEN_FILE=/az/token"), NULL, NULL, false },
    { ENV(GUIDE, "OIDCPROXY_AUTH_CLIENT_ASSERTION=/run/token"), "/run/token", NULL, false },
    { ENV(GUIDE, "OIDCPROXY_AUTH_CLIENT_ASSERTION=workload-identity",
          "AZURE_FEDERATED_TOKEN_FILE=/az/token"),
      "/az/token", NULL, false },
    { ENV(GUIDE, "OIDCPROXY_AUTH_CLIENT_ASSERTION=managed-identity",
          "AZURE_FEDERATED_TOKEN_FILE=/az/token"),
      NULL, NULL, true },
    { ENV(GUIDE, "OIDCPROXY_AUTH_CLIENT_ASSERTION=managed-identity:" CLIENT), NULL, CLIENT, true },
};

static void federated_credentials_are_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(federated); i++) {
        struct options o;
        struct settings s;
        decide(federated[i].env, &o, &s);
        if (o.problems.n > 0)
            fail_msg("row %zu: %s", i, buf_cstr(&o.problems));
        assert_true(str_eq(str_c(s.idp.client_assertion_file), str_c(federated[i].file)));
        assert_true(str_eq(str_c(s.idp.managed_identity_id), str_c(federated[i].id)));
        assert_int_equal(s.idp.managed_identity, federated[i].identity);
        options_release(&o);
    }
}

#define OLD_KEY "an old key that all of the replicas had"
#define NEW_KEY "a new key, with a comma, for all of them"

// The first seals, all open.
static void keys_by_the_other_name(void **state)
{
    (void)state;
    const struct {
        const char *const *env;
        const char *first, *second;
    } rows[] = {
        { ENV("ZSCALER_MCP_REQUEST_STATE_KEYS=[\"" NEW_KEY "\", \"" OLD_KEY "\"]", GUIDE), NEW_KEY,
          OLD_KEY },
        { ENV("ZSCALER_MCP_REQUEST_STATE_KEYS=" OLD_KEY ",x" OLD_KEY, GUIDE), OLD_KEY,
          "x" OLD_KEY },
        { ENV("ZSCALER_MCP_REQUEST_STATE_KEYS=" OLD_KEY, "ZSCALER_MCP_SECRET_KEY=y" OLD_KEY, GUIDE),
          "y" OLD_KEY, NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct options o;
        struct settings s;
        decide(rows[i].env, &o, &s);
        assert_string_equal(buf_cstr(&o.problems), "");
        assert_string_equal(o.secret_keys[0], rows[i].first);
        assert_true(str_eq(str_c(o.secret_keys[1]), str_c(rows[i].second)));
        options_release(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_by_the_other_name),
        cmocka_unit_test(tells_contradictions),
        cmocka_unit_test(decides),
        cmocka_unit_test(addresses_are_shared_behind_an_unnamed_proxy),
        cmocka_unit_test(the_guide_is_never_open),
        cmocka_unit_test(lists_that_fit_nobody_are_warned_of),
        cmocka_unit_test(both_namings_come_to_the_same),
        cmocka_unit_test(federated_credentials_are_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
