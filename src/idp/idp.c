// SPDX-License-Identifier: MIT
// Setting up, with every value judged before anybody is contacted.
#include <ctype.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/url.h"
#include "idp/internal.h"

static const char *const fixed_params[] = {
    "client_id", "response_type", "response_mode",  "redirect_uri",         "scope",
    "state",     "nonce",         "code_challenge", "code_challenge_method"
};

static bool check_url(const char *variable, const char *value, struct err *err)
{
    struct url url;
    struct err why = { 0 };
    if (!value)
        return true; // discovered
    if (!url_parse(str_c(value), &url, &why))
        return err_set(err, ERR_CONFIG, "%s=%.200s is not a URL: %.200s", variable, value,
                       why.text);
    if (url.fragment.p)
        return err_set(err, ERR_CONFIG, "%s=%.200s must have no fragment (#…)", variable, value);
    if (str_is(url.scheme, "http") && !url_host_is_loopback(url.host))
        return err_set(
            err, ERR_CONFIG,
            "%s=%.200s must begin with https:// (http:// is accepted for localhost only)", variable,
            value);
    return true;
}

static bool has_word(struct str list, const char *word)
{
    while (list.p)
        if (str_is(str_cut(&list, ' '), word))
            return true;
    return false;
}

static bool check_extra(const char *extra, struct err *err)
{
    struct str rest = str_c(extra);
    while (rest.p) {
        struct str pair = str_cut(&rest, '&');
        struct str name = str_cut(&pair, '=');
        for (size_t i = 0; i < name.n; i++)
            if (!isalnum((unsigned char)name.p[i]) && !strchr("_-.", name.p[i]))
                return err_set(
                    err, ERR_CONFIG,
                    "the extra authorize parameters must look like name=value&name=value");
        for (size_t i = 0; i < pair.n; i++)
            if (pair.p[i] <= ' ' || pair.p[i] >= 0x7f || pair.p[i] == '#')
                return err_set(err, ERR_CONFIG,
                               "the extra authorize parameter " STR_FMT " is not percent-encoded",
                               STR_ARG(name));
        for (size_t i = 0; i < ARRAY_LEN(fixed_params); i++)
            if (str_is(name, fixed_params[i]))
                return err_set(err, ERR_CONFIG,
                               "the extra authorize parameter " STR_FMT
                               " is set by the server itself",
                               STR_ARG(name));
    }
    return true;
}

static bool check_urls(const struct idp_config *c, struct err *err)
{
    if (!c->issuer && !c->discovery_url)
        return err_set(err, ERR_CONFIG, "OIDCPROXY_AUTH_ISSUER is not set");
    return check_url("OIDCPROXY_AUTH_ISSUER", c->issuer, err) &&
           check_url("OIDCPROXY_CONFIG_URL", c->discovery_url, err) &&
           check_url("OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT", c->authorization_endpoint, err) &&
           check_url("OIDCPROXY_AUTH_TOKEN_ENDPOINT", c->token_endpoint, err) &&
           check_url("OIDCPROXY_AUTH_JWKS_URI", c->jwks_uri, err) &&
           check_url("OIDCPROXY_AUTH_REVOCATION_ENDPOINT", c->revocation_endpoint, err) &&
           check_url("OIDCPROXY_AUTH_DEVICE_AUTHORIZATION_ENDPOINT",
                     c->device_authorization_endpoint, err);
}

static bool check_client(const struct idp_config *c, struct err *err)
{
    if (!c->client_id && !c->bearers_only)
        return err_set(err, ERR_CONFIG,
                       "OIDCPROXY_AUTH_AUDIENCE is not set: give the application (client) ID");
    if (!c->client_id && !(c->audiences && *c->audiences))
        return err_set(err, ERR_CONFIG,
                       "OIDCPROXY_AUDIENCE is not set: give the audience of the tokens to accept");
    if (c->accept_id_tokens && !c->client_id)
        return err_set(err, ERR_CONFIG,
                       "OIDCPROXY_ACCEPT_ID_TOKENS needs OIDCPROXY_CLIENT_ID: an ID token is made "
                       "for a client, and it must be this one");
    /*= oidc-core 3.1.2.1 "OpenID Connect requests MUST contain the openid scope value." */
    if (!has_word(str_c(c->scopes), "openid"))
        return err_set(
            err, ERR_CONFIG,
            "OIDCPROXY_AUTH_SCOPES=\"%.200s\" must contain openid, or nobody can be identified",
            c->scopes);
    return !c->extra_authorize_params || check_extra(c->extra_authorize_params, err);
}

static bool check_tenants(const struct idp *idp, struct err *err)
{
    const struct idp_config *c = &idp->given;
    const char *url = c->issuer ? c->issuer : c->discovery_url;
    bool given = c->allowed_tenants && *c->allowed_tenants;
    if (given && !idp->preset->tenant_claim)
        return err_set(err, ERR_CONFIG,
                       "OIDCPROXY_ALLOWED_TENANTS: tokens of this provider name no tenant");
    if (given || (!idp->preset->whole_world && !tenant_is_any(url)))
        return true;
    return err_set(err, ERR_CONFIG,
                   idp->preset->whole_world
                       ? "OIDCPROXY_ALLOWED_TENANTS is not set: %.200s signs anybody in, so name "
                         "the domains (hd) that may"
                       : "OIDCPROXY_ALLOWED_TENANTS is not set: %.200s signs in people of every "
                         "tenant, so name the tenant IDs that may",
                   url);
}

// --- copying ---

static const char *copy(struct idp *idp, const char *text)
{
    struct str s = str_trim(str_c(text));
    return s.n ? arena_cstr(idp->arena, s) : NULL;
}

static const char *const *copy_list(struct idp *idp, const char *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    const char **out = arena_alloc(idp->arena, (n + 1) * sizeof(*out));
    for (size_t i = 0; i < n; i++)
        out[i] = arena_cstr(idp->arena, str_c(list[i]));
    return n ? out : NULL;
}

// Entra: …/oauth2/v2.0/devicecode beside …/oauth2/v2.0/token.
static const char *device_endpoint_of(struct idp *idp, const char *token_endpoint)
{
    struct str token = str_trim(str_c(token_endpoint)), tail = STR("/oauth2/v2.0/token");
    if (!str_ends(token, tail))
        return NULL;
    return arena_printf(idp->arena, STR_FMT "/oauth2/v2.0/devicecode",
                        STR_ARG(str_slice(token, 0, token.n - tail.n)))
        .p;
}

static const char *authorize_params(struct idp *idp, const char *own)
{
    const char *preset = idp->preset->authorize_params;
    const char *given = copy(idp, own);
    if (!preset || !given)
        return given ? given : preset;
    return arena_printf(idp->arena, "%s&%s", preset, given).p;
}

static void copy_config(struct idp *idp, const struct idp_config *from)
{
    struct idp_config *to = &idp->given;
    const struct {
        const char **to;
        const char *from;
    } texts[] = {
        { &to->issuer, from->issuer },
        { &to->discovery_url, from->discovery_url },
        { &to->authorization_endpoint, from->authorization_endpoint },
        { &to->token_endpoint, from->token_endpoint },
        { &to->jwks_uri, from->jwks_uri },
        { &to->device_authorization_endpoint, from->device_authorization_endpoint },
        { &to->revocation_endpoint, from->revocation_endpoint },
        { &to->client_id, from->client_id },
        { &to->client_secret, from->client_secret },
        { &to->client_certificate, from->client_certificate },
        { &to->client_key, from->client_key },
        { &to->client_key_id, from->client_key_id },
        { &to->client_assertion_file, from->client_assertion_file },
        { &to->managed_identity_id, from->managed_identity_id },
        { &to->identity_endpoint, from->identity_endpoint },
        { &to->identity_header, from->identity_header },
        { &to->metadata_host, from->metadata_host },
    };
    *to = *from;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i].to = copy(idp, texts[i].from);
    if (!to->device_authorization_endpoint)
        to->device_authorization_endpoint = device_endpoint_of(idp, to->token_endpoint);
    to->scopes = copy(idp, from->scopes);
    to->scopes = to->scopes ? to->scopes : idp->preset->scopes;
    to->extra_authorize_params = authorize_params(idp, from->extra_authorize_params);
    to->endpoint_hosts = copy_list(idp, from->endpoint_hosts);
    to->audiences = copy_list(idp, from->audiences);
    to->allowed_clients = copy_list(idp, from->allowed_clients);
    to->allowed_tenants = copy_list(idp, from->allowed_tenants);
    to->allowed_users = copy_list(idp, from->allowed_users);
    to->allowed_groups = copy_list(idp, from->allowed_groups);
    to->machine_clients = copy_list(idp, from->machine_clients);
}

static bool needs_discovery(const struct idp_config *c)
{
    bool endpoints = c->bearers_only || (c->authorization_endpoint && c->token_endpoint);
    return !(c->issuer && c->jwks_uri && endpoints);
}

// Those that a bearer may have: the client id, its identifier URI, and the configured ones.
static void list_audiences(struct idp *idp)
{
    const struct idp_config *c = &idp->given;
    size_t n = 0;
    while (c->audiences && c->audiences[n])
        n++;
    struct str *list = arena_alloc(idp->arena, (n + 3) * sizeof(*list));
    size_t at = 0;
    if (c->client_id) {
        list[at++] = str_c(c->client_id);
        idp->app_id_uri = arena_printf(idp->arena, "api://%s", c->client_id).p;
        list[at++] = str_c(idp->app_id_uri);
    }
    for (size_t i = 0; i < n; i++)
        list[at++] = str_c(c->audiences[i]);
    idp->audiences = list; // the last one is all zero
}

bool idp_new(const struct idp_config *config, struct fetcher *fetcher, struct idp **ret,
             struct err *err)
{
    struct idp *idp = mem_zalloc(1, sizeof *idp);
    idp->arena = arena_new();
    idp->fetcher = fetcher;
    idp->preset = config->provider
                      ? preset_named(config->provider)
                      : preset_of(config->issuer ? config->issuer : config->discovery_url);
    keys_init(&idp->keys, fetcher);
    federated_init(&idp->federated);
    discovery_init(idp);
    if (!idp->preset) {
        err_set(err, ERR_CONFIG, "OIDCPROXY_PROVIDER: '%.60s' is none of " PRESET_NAMES,
                config->provider);
        idp_free(idp);
        return false;
    }
    copy_config(idp, config);
    if (!check_urls(&idp->given, err) || !check_client(&idp->given, err) ||
        !check_tenants(idp, err) || !people_check_lists(&idp->given, err) ||
        !client_auth_load(idp, err)) {
        idp_free(idp);
        return false;
    }
    list_audiences(idp);
    if (needs_discovery(&idp->given))
        idp->discovery.url = idp->given.discovery_url
                                 ? idp->given.discovery_url
                                 : discovery_url_of(str_c(idp->given.issuer), idp->arena).p;
    else
        idp_complete(idp, &idp->given, &(struct announced){ .no_s256 = false });
    *ret = idp;
    return true;
}

void idp_complete(struct idp *idp, const struct idp_config *config,
                  const struct announced *announced)
{
    idp->config = *config;
    idp->announced = *announced;
    idp->keys.uri = config->jwks_uri;
    tenant_learn(config, idp->arena, &idp->entra);
    client_auth_complete(idp);
    atomic_store_explicit(&idp->ready, true, memory_order_release);
}

void idp_free(struct idp *idp)
{
    if (!idp)
        return;
    discovery_release(&idp->discovery);
    keys_release(&idp->keys);
    federated_release(&idp->federated);
    jwk_free(idp->client_key);
    const char *secrets[] = { idp->given.client_secret, idp->given.client_key,
                              idp->given.client_certificate, idp->given.identity_header };
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
        if (secrets[i])
            wipe((void *)(uintptr_t)secrets[i], strlen(secrets[i]));
    arena_free(idp->arena);
    free(idp);
}

const struct idp_config *idp_config(const struct idp *idp)
{
    return atomic_load_explicit(&idp->ready, memory_order_acquire) ? &idp->config : &idp->given;
}

bool idp_prepare(struct idp *idp, struct err *err)
{
    struct err why = { 0 };
    if (atomic_load_explicit(&idp->ready, memory_order_acquire) || discovery_await(idp, &why))
        return true;
    err_set(err, ERR_IDP_UNAVAILABLE, "%s", why.text);
    if (err)
        err->retry_after = why.retry_after;
    return false;
}

bool idp_start(struct idp *idp, struct err *err)
{
    struct err why = { 0 };
    if (atomic_load_explicit(&idp->ready, memory_order_acquire) || discovery_await(idp, &why) ||
        why.code != ERR_CONFIG)
        return true;
    if (err)
        *err = why;
    return false;
}

void idp_warnings(struct idp *idp, int64_t now, struct buf *out)
{
    client_auth_warnings(idp, now, out);
    if (atomic_load_explicit(&idp->ready, memory_order_acquire) && idp->announced.no_s256)
        buf_addf(out,
                 "the identity provider announces code challenge methods without S256 (%s): it may "
                 "not protect codes on their way; PKCE is sent all the same\n",
                 idp->discovery.url);
}

bool idp_client_is_public(const struct idp *idp)
{
    return !idp->given.client_secret && !idp->client_key && !federated_is_used(&idp->given);
}

bool idp_answer_is_ours(const struct idp *idp, struct str iss)
{
    const struct idp_config *c = idp_config(idp);
    if (!iss.n)
        return !c->answers_name_issuer;
    if (tenant_is_any(c->issuer)) {
        struct url url, own;
        return url_parse(iss, &url, NULL) && url_parse(str_c(c->issuer), &own, NULL) &&
               str_eq_nocase(url.host, own.host);
    }
    return str_is(iss, c->issuer);
}

bool idp_warm_up(struct idp *idp, struct err *err)
{
    return idp_prepare(idp, err) && keys_load(&idp->keys, err);
}

enum idp_reach idp_reach(const struct idp *idp)
{
    struct idp *own = (struct idp *)(uintptr_t)idp; // the locks are their own
    if (!atomic_load_explicit(&idp->ready, memory_order_acquire))
        return discovery_failing(&own->discovery) ? IDP_UNREACHED : IDP_NOT_ASKED;
    return keys_reach(&own->keys);
}

int64_t idp_key_fetches(const struct idp *idp)
{
    return atomic_load(&idp->keys.fetches);
}
