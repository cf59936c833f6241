// SPDX-License-Identifier: MIT
#include "app/settings.h"

#include <ctype.h>

#include "app/keys.h"
#include "app/metrics.h"
#include "app/selection.h"
#include "app/store.h"
#include "base/url.h"
#include "oauth/base_url.h"

#define DEFAULT_PORT 8000

// A variable that each platform sets in every container it runs (their documentation).
static const char *const platform_marks[] = {
    "K_SERVICE",                     // Cloud Run
    "CONTAINER_APP_NAME",            // Azure Container Apps
    "WEBSITE_SITE_NAME",             // Azure App Service
    "ECS_CONTAINER_METADATA_URI_V4", // Amazon ECS
    "KUBERNETES_SERVICE_HOST",       // Kubernetes
};

static const char *text_at(const struct options *o, size_t offset)
{
    return *(const char *const *)(const void *)((const char *)o + offset);
}

static bool is(const char *value, const char *word)
{
    return value && str_eq_nocase(str_c(value), str_c(word));
}

bool option_is_given(const struct options *o, const struct option *opt,
                     const char *(*env_of)(const char *))
{
    if (env_of(opt->env))
        return true;
    if (opt->type == OPT_LIST)
        return text_at(o, opt->offset) != NULL;
    const char *text =
        opt->type == OPT_TEXT || opt->type == OPT_URL ? text_at(o, opt->offset) : NULL;
    return text && !(opt->fallback && strcmp(text, opt->fallback) == 0);
}

static bool any_given(const struct options *o, const char *prefix,
                      const char *(*env_of)(const char *))
{
    for (const struct option *opt = options_table; opt->group; opt++)
        if (opt->env && str_starts(str_c(opt->env), str_c(prefix)) &&
            option_is_given(o, opt, env_of))
            return true;
    return false;
}

// The words of ZSCALER_MCP_AUTH_MODE, in any case; '_' for '-' is fine.
static const struct {
    const char *word;
    enum access_mode mode;
} mode_words[] = {
    { "none", ACCESS_NONE },        { "api-key", ACCESS_API_KEY }, { "jwt", ACCESS_JWT },
    { "zscaler", ACCESS_ZSCALER },  { "oidc", ACCESS_OIDC },       { "oidcproxy", ACCESS_OIDC },
    { "oauth-proxy", ACCESS_OIDC },
};

static void normalize_mode(struct options *o)
{
    if (!o->auth_mode)
        return;
    size_t n = strlen(o->auth_mode);
    char *word = arena_alloc(o->arena, n + 1);
    for (size_t i = 0; i < n; i++)
        word[i] = o->auth_mode[i] == '_' ? '-' : (char)tolower((unsigned char)o->auth_mode[i]);
    o->auth_mode = word;
}

static bool is_oidc(const char *mode)
{
    for (size_t i = 0; i < ARRAY_LEN(mode_words); i++)
        if (is(mode, mode_words[i].word))
            return mode_words[i].mode == ACCESS_OIDC;
    return false;
}

static bool sign_in_wanted(const struct options *o, const char *(*env_of)(const char *))
{
    return is_oidc(o->auth_mode) || provider_wanted(o, env_of);
}

// Who set one of these counts on it: an open door would not be noticed.
static void check_bounds(struct options *o, enum access_mode mode)
{
    bool oidc = mode == ACCESS_OIDC || mode == ACCESS_OIDCPROXY, jwt = mode == ACCESS_JWT;
    if (o->jwt_required_scopes && !jwt)
        options_problem(
            o, "ZSCALER_MCP_AUTH_REQUIRED_SCOPES is for mode jwt, and this is %s: unset it%s",
            access_mode_name(mode), oidc ? ", or set OIDCPROXY_REQUIRED_SCOPES" : "");
    if (o->callers_allowed && !jwt && mode != ACCESS_ZSCALER)
        options_problem(
            o,
            "ZSCALER_MCP_AUTH_ALLOWED_CLIENTS is for the modes zscaler and jwt, and this is %s: "
            "unset it%s",
            access_mode_name(mode), oidc ? ", or set OIDCPROXY_ALLOWED_CLIENTS" : "");
}

static void decide_sign_in(struct options *o, const char *(*env_of)(const char *),
                           struct settings *ret)
{
    provider_decide(o, env_of, &ret->idp);
    ret->mode = ret->idp.bearers_only ? ACCESS_OIDC : ACCESS_OIDCPROXY;
    if (o->auth_mode && !is_oidc(o->auth_mode) && !is(o->auth_mode, "none"))
        options_problem(
            o,
            "ZSCALER_MCP_AUTH_MODE=%s and OIDCPROXY_AUTH_* are two auth layers: unset one of them. The OIDCProxy "
            "needs no ZSCALER_MCP_AUTH_MODE.",
            o->auth_mode);
    // Beside ZSCALER_MCP_AUTH_MODE=oidc it is the Python server's own way to say the same.
    if (o->auth_enabled && !is(o->auth_enabled, "false") && !is(o->auth_enabled, "0") &&
        !is(o->auth_enabled, "no") && !is_oidc(o->auth_mode))
        options_warning(
            o,
            "ZSCALER_MCP_AUTH_ENABLED=%s asks for the standard middleware beside the OIDCProxy; that one would "
            "answer 403 to every token after a good sign-in. The OIDCProxy is the auth layer: set "
            "ZSCALER_MCP_AUTH_ENABLED=false. Going on with the OIDCProxy alone.",
            o->auth_enabled);
    if (o->jwt_jwks_uri || o->api_key || o->trust_platform)
        options_warning(o, "%s has no effect: the OIDCProxy is the auth layer (docs/access.md)",
                        o->jwt_jwks_uri ? "ZSCALER_MCP_AUTH_JWKS_URI"
                        : o->api_key    ? "ZSCALER_MCP_AUTH_API_KEY"
                                        : "ZSCALER_MCP_TRUST_PLATFORM_AUTH");
    check_bounds(o, ret->mode);
    if (is(o->sign_in, "device") && !o->device_code)
        options_problem(o,
                        "OIDCPROXY_SIGN_IN=device and OIDCPROXY_DEVICE_CODE=false contradict each "
                        "other: unset one of them");
}

// A misspelt or lonely variable must not turn a server that was meant to have a sign-in into an
// open one.
static void judge_open(struct options *o, const char *(*env_of)(const char *))
{
    if (any_given(o, "OIDCPROXY_", env_of))
        options_problem(
            o,
            "variables OIDCPROXY_… are set, but none that configures a sign-in, and "
            "ZSCALER_MCP_AUTH_ENABLED=false would open the server to everybody: check their names, for "
            "example OIDCPROXY_AUTH_ISSUER, or unset them");
}

// False: no word for any mode.
static bool mode_of_word(struct options *o, enum access_mode *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(mode_words); i++) {
        if (!is(o->auth_mode, mode_words[i].word))
            continue;
        *ret = mode_words[i].mode;
        return true;
    }
    options_problem(o,
                    "ZSCALER_MCP_AUTH_MODE: '%s' is no mode: expected oidc, jwt, zscaler, api-key "
                    "or none",
                    o->auth_mode);
    return false;
}

// As the Python server guesses. False: by nothing.
static bool mode_guessed(struct options *o, enum access_mode *ret)
{
    const struct {
        const char *value;
        enum access_mode mode;
    } marks[] = { { o->jwt_jwks_uri, ACCESS_JWT },
                  { o->api_key, ACCESS_API_KEY },
                  { o->zscaler_vanity_domain, ACCESS_ZSCALER } };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (!marks[i].value)
            continue;
        *ret = marks[i].mode;
        return true;
    }
    options_problem(
        o, "no way to sign in is configured for HTTP: set the OIDCPROXY_AUTH_* variables (or "
           "OIDCPROXY_CONFIG_URL and OIDCPROXY_CLIENT_ID) of your identity provider, "
           "ZSCALER_MCP_AUTH_JWKS_URI and ZSCALER_MCP_AUTH_ISSUER, ZSCALER_MCP_AUTH_API_KEY, "
           "ZSCALER_VANITY_DOMAIN (mode zscaler), or (open to everybody) "
           "ZSCALER_MCP_AUTH_ENABLED=false");
    return false;
}

static const char *either(struct options *o, const char *own, const char *chart, const char *name)
{
    if (own && chart && strcmp(own, chart) != 0)
        options_problem(o,
                        "ZSCALER_MCP_AUTH_%s='%s' and ZSCALER_MCP_AUTH_JWT_%s='%s' say different "
                        "things: unset one of them",
                        name, own, name, chart);
    return own ? own : chart;
}

static void decide_jwt(struct options *o, struct settings *ret)
{
    const char *audience = either(o, o->jwt_audience, o->chart_jwt_audience, "AUDIENCE");
    ret->jwt =
        (struct jwt_config){ .jwks_uri = o->jwt_jwks_uri,
                             .issuer = either(o, o->jwt_issuer, o->chart_jwt_issuer, "ISSUER"),
                             .audience = audience ? audience : "zscaler-mcp-server",
                             .algorithms = (const char *const *)o->jwt_algorithms };
    struct err err = { 0 };
    if (!o->jwt_jwks_uri)
        options_problem(o, "ZSCALER_MCP_AUTH_JWKS_URI is missing: mode jwt needs the address of "
                           "the issuer's keys (jwks_uri of its discovery document)");
    else if (!jwt_config_check(&ret->jwt, &err))
        options_problem(o, "%s", err.text);
    if (!ret->jwt.issuer)
        options_problem(o, "ZSCALER_MCP_AUTH_ISSUER is missing: mode jwt needs the issuer (iss) "
                           "of the tokens");
}

// What the mode needs.
static void check_mode(struct options *o, enum access_mode mode, struct settings *ret)
{
    if (mode == ACCESS_JWT)
        decide_jwt(o, ret);
    if (mode == ACCESS_API_KEY && !o->api_key)
        options_problem(
            o,
            "ZSCALER_MCP_AUTH_API_KEY is missing: mode api-key needs the key that clients send as "
            "Authorization: Bearer …");
    if (mode == ACCESS_ZSCALER && !o->zscaler_vanity_domain && !o->oneapi_url)
        options_problem(o, "ZSCALER_VANITY_DOMAIN is missing: mode zscaler asks that tenant about "
                           "the client ids and secrets that callers send");
    if (o->trust_platform && mode != ACCESS_API_KEY && mode != ACCESS_ZSCALER)
        options_warning(o,
                        "ZSCALER_MCP_TRUST_PLATFORM_AUTH has no effect in mode %s: it is for "
                        "api-key and zscaler",
                        access_mode_name(mode));
}

static enum access_mode decide_other(struct options *o, const char *(*env_of)(const char *),
                                     struct settings *ret)
{
    enum access_mode mode = ACCESS_NONE;
    bool off =
        is(o->auth_enabled, "false") || is(o->auth_enabled, "0") || is(o->auth_enabled, "no");
    bool known = off || (o->auth_mode ? mode_of_word(o, &mode) : mode_guessed(o, &mode));
    if (known && mode == ACCESS_NONE) {
        judge_open(o, env_of);
        ret->open = true;
    }
    if (mode != ACCESS_NONE && any_given(o, "OIDCPROXY_ALLOWED_", env_of))
        options_warning(o,
                        "OIDCPROXY_ALLOWED_… have no effect in this mode, only where people sign "
                        "in through the OIDCProxy or show tokens of its provider");
    if (!known)
        return mode;
    check_mode(o, mode, ret);
    check_bounds(o, mode);
    return mode;
}

const char *settings_platform(const char *(*env_of)(const char *))
{
    for (size_t i = 0; i < ARRAY_LEN(platform_marks); i++)
        if (env_of(platform_marks[i]))
            return platform_marks[i];
    return NULL;
}

static int decide_port(const struct options *o, const char *(*env_of)(const char *))
{
    if (o->port != PORT_UNSET)
        return (int)o->port;
    int64_t platform; // Cloud Run and App Service tell the port this way
    return str_to_i64(str_c(env_of("PORT")), &platform) && platform > 0 && platform < 65536
               ? (int)platform
               : DEFAULT_PORT;
}

static void decide_tls(struct options *o, struct settings *ret)
{
    if (!o->tls_certfile != !o->tls_keyfile)
        options_problem(
            o, "TLS needs both ZSCALER_MCP_TLS_CERTFILE and ZSCALER_MCP_TLS_KEYFILE: %s is missing",
            o->tls_certfile ? "the key" : "the certificate");
    if (o->tls_ca_certs && !o->tls_certfile)
        options_problem(o, "ZSCALER_MCP_TLS_CA_CERTS asks clients for certificates, which needs "
                           "ZSCALER_MCP_TLS_CERTFILE and ZSCALER_MCP_TLS_KEYFILE");
    bool reachable = !url_host_is_loopback(str_c(ret->host));
    ret->plain_http_exposed = reachable && !o->tls_certfile;
    if (ret->plain_http_exposed && !o->allow_http)
        options_problem(
            o,
            "plain HTTP on %s: set ZSCALER_MCP_ALLOW_HTTP=true if TLS ends upstream (ingress, Cloud Run, Container "
            "Apps), or give ZSCALER_MCP_TLS_CERTFILE and ZSCALER_MCP_TLS_KEYFILE",
            ret->host);
}

// With the OIDCProxy a foreign Host gains nothing (every call needs a token bound to that very
// host), and the guide configures no hosts; all other modes keep the Python server's demand for a
// list.
static void decide_hosts(struct options *o, struct settings *ret)
{
    static const char *const any[] = { "*", NULL };
    bool reachable = !url_host_is_loopback(str_c(ret->host));
    if (o->allowed_hosts)
        ret->allowed_hosts = (const char *const *)o->allowed_hosts;
    else if (o->disable_host_validation ||
             (ret->mode == ACCESS_OIDCPROXY && (reachable || o->allow_http || ret->base_url)))
        ret->allowed_hosts = any;
    else if (reachable)
        options_problem(
            o,
            "listening on %s without ZSCALER_MCP_ALLOWED_HOSTS invites DNS rebinding: name the public host, for "
            "example ZSCALER_MCP_ALLOWED_HOSTS=mcp.example.com, or set ZSCALER_MCP_DISABLE_HOST_VALIDATION=true",
            ret->host);
}

// The platform's own name is shown, not pinned: it knows nothing of a custom domain, and metadata
// under another name than the one people configured would lock every client out. What they use is
// learned from each request.
static void decide_base_url(struct options *o, const char *(*env_of)(const char *),
                            struct settings *ret)
{
    struct str hint = oauth_platform_base_url(env_of, o->arena);
    ret->platform_url = hint.n ? arena_cstr(o->arena, hint) : NULL;
    struct str base = str_c(o->base_url);
    while (str_ends(base, STR("/")))
        base.n--;
    if (str_ends(base, STR("/mcp")))
        base.n -= 4;
    struct url url;
    if (!o->base_url || !url_parse(base, &url, NULL))
        return;
    if (str_is(url.scheme, "http") && !url_host_is_loopback(url.host))
        options_problem(o, "OIDCPROXY_BASE_URL: '%s' must be https (http is for loopback only)",
                        o->base_url);
    if (url.path.n > 0 || url.query.p)
        options_problem(
            o,
            "OIDCPROXY_BASE_URL: '%s' must be the bare host, for example https://mcp.example.com",
            o->base_url);
    ret->base_url = arena_cstr(o->arena, base);
}

const char *settings_transport(const struct settings *s)
{
    return s->sse ? "sse" : s->http ? "streamable-http" : "stdio";
}

static void decide_transport(struct options *o, bool proxy, struct settings *ret)
{
    ret->http = o->transport ? strcmp(o->transport, "stdio") != 0 : proxy;
    ret->sse = is(o->transport, "sse");
    if (proxy && !ret->http)
        options_warning(
            o, "OIDCPROXY_* has no effect with transport stdio: people sign in over HTTP only");
}

// The word that is none; NULL: all are.
static const char *read_audit(const struct options *o, struct audit_sinks *ret)
{
    *ret = (struct audit_sinks){ .log = !o->audit };
    for (const char **sink = o->audit; sink && *sink; sink++) {
        if (is(*sink, "log"))
            ret->log = true;
        else if (is(*sink, "syslog"))
            ret->syslog = true;
        else if (str_starts(str_c(*sink), STR("file:/")) && !ret->file)
            ret->file = *sink + strlen("file:");
        else
            return *sink;
    }
    return NULL;
}

void settings_audit(const struct options *o, struct audit_sinks *ret)
{
    (void)read_audit(o, ret);
}

static void decide_audit(struct options *o, struct settings *ret)
{
    const char *bad = read_audit(o, &ret->audit);
    if (bad)
        options_problem(o,
                        "ZSCALER_MCP_AUDIT: '%s' is not valid: expected log, syslog or one "
                        "file:/absolute/path",
                        bad);
}

void settings_decide(struct options *o, const char *(*env_of)(const char *), struct settings *ret)
{
    *ret = (struct settings){ .mode = ACCESS_NONE };
    normalize_mode(o);
    bool sign_in = sign_in_wanted(o, env_of);
    decide_transport(o, sign_in, ret);
    selection_check(o);
    if (o->metrics && !metrics_address(o->metrics, o->arena, &(const char *){ NULL }, &(int){ 0 }))
        options_problem(o,
                        "ZSCALER_MCP_METRICS: '%s' is not valid: expected address:port, for "
                        "example 127.0.0.1:9464",
                        o->metrics);
    keys_decide(o);
    decide_audit(o, ret);
    if (o->operator_key && strlen(o->operator_key) < OPERATOR_KEY_MIN)
        options_problem(
            o,
            "OIDCPROXY_OPERATOR_KEY needs at least %d characters, it has %zu: make one with "
            "zscaler-mcp keygen",
            OPERATOR_KEY_MIN, strlen(o->operator_key));
    if (!ret->http)
        return;
    store_option_check(o);
    ret->host = o->host ? o->host : settings_platform(env_of) ? "0.0.0.0" : "127.0.0.1";
    ret->port = decide_port(o, env_of);
    decide_base_url(o, env_of, ret);
    if (sign_in)
        decide_sign_in(o, env_of, ret);
    else
        ret->mode = decide_other(o, env_of, ret);
    decide_tls(o, ret);
    ret->shared_address = o->allow_http && !o->trusted_proxies;
    decide_hosts(o, ret);
}
