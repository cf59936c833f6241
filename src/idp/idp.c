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

static char *copy(const char *text)
{
    struct str s = str_trim(str_c(text));
    return s.n ? str_dup(s) : NULL;
}

static void release_config(struct idp_config *c)
{
    if (c->client_secret)
        wipe((void *)(uintptr_t)c->client_secret, strlen(c->client_secret));
    const char *all[] = { c->issuer,
                          c->authorization_endpoint,
                          c->token_endpoint,
                          c->jwks_uri,
                          c->client_id,
                          c->client_secret,
                          c->scopes,
                          c->extra_authorize_params,
                          c->device_authorization_endpoint,
                          c->revocation_endpoint };
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        free((void *)(uintptr_t)all[i]);
}

static bool check_url(const char *variable, const char *value, struct err *err)
{
    struct url url;
    struct err why = { 0 };
    if (!value)
        return err_set(err, ERR_CONFIG, "%s is not set", variable);
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

static bool check_config(const struct idp_config *c, struct err *err)
{
    if (!check_url("OIDCPROXY_AUTH_ISSUER", c->issuer, err) ||
        !check_url("OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT", c->authorization_endpoint, err) ||
        !check_url("OIDCPROXY_AUTH_TOKEN_ENDPOINT", c->token_endpoint, err) ||
        !check_url("OIDCPROXY_AUTH_JWKS_URI", c->jwks_uri, err) ||
        (c->revocation_endpoint &&
         !check_url("OIDCPROXY_AUTH_REVOCATION_ENDPOINT", c->revocation_endpoint, err)))
        return false;
    if (!c->client_id)
        return err_set(err, ERR_CONFIG,
                       "OIDCPROXY_AUTH_AUDIENCE is not set: give the application (client) ID");
    /*= oidc-core 3.1.2.1 "OpenID Connect requests MUST contain the openid scope value." */
    if (!has_word(str_c(c->scopes), "openid"))
        return err_set(
            err, ERR_CONFIG,
            "OIDCPROXY_AUTH_SCOPES=\"%.200s\" must contain openid, or nobody can be identified",
            c->scopes);
    return !c->extra_authorize_params || check_extra(c->extra_authorize_params, err);
}

static bool is_guid(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !isxdigit((unsigned char)s.p[i]))
            return false;
    }
    return s.n == 36;
}

// Entra: https://host/<tid>/v2.0. Version 1 access tokens of that tenant name it in another form.
static void learn_tenant(struct idp *idp)
{
    struct url url;
    if (!url_parse(str_c(idp->config.issuer), &url, NULL) || !str_ends(url.path, STR("/v2.0")))
        return;
    struct str tenant = str_slice(url.path, 1, url.path.n - strlen("/v2.0"));
    if (!is_guid(tenant))
        return;
    CLEANUP(buf_release) struct buf v1 = BUF_INIT(128);
    buf_addf(&v1, "https://sts.windows.net/" STR_FMT "/", STR_ARG(tenant));
    idp->tenant = str_dup(tenant);
    idp->v1_issuer = buf_take(&v1, NULL);
}

// Entra: …/oauth2/v2.0/devicecode beside …/oauth2/v2.0/token.
static char *device_endpoint_of(const char *token_endpoint)
{
    struct str token = str_c(token_endpoint), tail = STR("/oauth2/v2.0/token");
    CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
    if (!str_ends(token, tail))
        return NULL;
    buf_addf(&out, STR_FMT "/oauth2/v2.0/devicecode",
             STR_ARG(str_slice(token, 0, token.n - tail.n)));
    return buf_take(&out, NULL);
}

static void copy_config(struct idp_config *to, const struct idp_config *from)
{
    to->issuer = copy(from->issuer);
    to->authorization_endpoint = copy(from->authorization_endpoint);
    to->token_endpoint = copy(from->token_endpoint);
    to->jwks_uri = copy(from->jwks_uri);
    to->device_authorization_endpoint = from->device_authorization_endpoint
                                            ? copy(from->device_authorization_endpoint)
                                            : device_endpoint_of(from->token_endpoint);
    to->revocation_endpoint = copy(from->revocation_endpoint);
    to->client_id = copy(from->client_id);
    to->client_secret = copy(from->client_secret);
    to->scopes = copy(from->scopes ? from->scopes : SCOPES_DEFAULT);
    to->extra_authorize_params = copy(from->extra_authorize_params);
}

bool idp_new(const struct idp_config *config, struct fetcher *fetcher, struct idp **ret,
             struct err *err)
{
    struct idp *idp = mem_zalloc(1, sizeof *idp);
    copy_config(&idp->config, config);
    if (!idp->config.scopes)
        idp->config.scopes = str_dup(STR(SCOPES_DEFAULT));
    keys_init(&idp->keys, idp->config.jwks_uri, fetcher);
    idp->fetcher = fetcher;
    if (!check_config(&idp->config, err)) {
        idp_free(idp);
        return false;
    }
    learn_tenant(idp);
    CLEANUP(buf_release) struct buf uri = BUF_INIT(4096);
    buf_addf(&uri, "api://%s", idp->config.client_id);
    idp->app_id_uri = buf_take(&uri, NULL);
    *ret = idp;
    return true;
}

void idp_free(struct idp *idp)
{
    if (!idp)
        return;
    keys_release(&idp->keys);
    release_config(&idp->config);
    free(idp->v1_issuer);
    free(idp->tenant);
    free(idp->app_id_uri);
    free(idp);
}

const struct idp_config *idp_config(const struct idp *idp)
{
    return &idp->config;
}

bool idp_warm_up(struct idp *idp, struct err *err)
{
    return keys_load(&idp->keys, err);
}

enum idp_reach idp_reach(const struct idp *idp)
{
    return keys_reach((struct keys *)(uintptr_t)&idp->keys); // its lock is its own
}

int64_t idp_key_fetches(const struct idp *idp)
{
    return atomic_load(&idp->keys.fetches);
}
