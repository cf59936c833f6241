// SPDX-License-Identifier: MIT
// Which identity provider, and who we are there, out of two namings: the deployment guide's
// (OIDCPROXY_AUTH_*) and the Python server's. They may complement each other, and the log says then
// what was taken from where; the same thing said twice must be the same.
#include "app/settings.h"
#include "base/url.h"
#include "idp/clouds.h"
#include "idp/presets.h"

// The same thing in both namings.
static const struct {
    const char *guide, *old;
    size_t guide_at, old_at;
    bool secret;
} pairs[] = {
    { "OIDCPROXY_AUTH_CLIENT_ID", "OIDCPROXY_CLIENT_ID", offsetof(struct options, idp_client_id),
      offsetof(struct options, old_client_id), false },
    { "OIDCPROXY_AUTH_CLIENT_SECRET", "OIDCPROXY_CLIENT_SECRET",
      offsetof(struct options, idp_client_secret), offsetof(struct options, old_client_secret),
      true },
};

static const char **text_at(struct options *o, size_t offset)
{
    return (const char **)(void *)((char *)o + offset);
}

bool provider_wanted(const struct options *o, const char *(*env_of)(const char *))
{
    static const char *const old[] = { "OIDCPROXY_CONFIG_URL", "OIDCPROXY_CLIENT_ID",
                                       "OIDCPROXY_AUDIENCE" };
    for (const struct option *opt = options_table; opt->group; opt++) {
        if (!opt->env || !option_is_given(o, opt, env_of))
            continue;
        if (str_starts(str_c(opt->env), STR("OIDCPROXY_AUTH_")))
            return true;
        for (size_t i = 0; i < ARRAY_LEN(old); i++)
            if (strcmp(opt->env, old[i]) == 0)
                return true;
    }
    return false;
}

// Both into the guide's member.
static void merge(struct options *o)
{
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const char **guide = text_at(o, pairs[i].guide_at), *old = *text_at(o, pairs[i].old_at);
        if (*guide && old && strcmp(*guide, old) != 0)
            options_problem(o, "%s%s%s%s and %s%s%s%s say different things: unset one of them",
                            pairs[i].guide, pairs[i].secret ? "" : "='",
                            pairs[i].secret ? "" : *guide, pairs[i].secret ? "" : "'", pairs[i].old,
                            pairs[i].secret ? "" : "='", pairs[i].secret ? "" : old,
                            pairs[i].secret ? "" : "'");
        if (!*guide)
            *guide = old;
    }
}

static bool has(const char *const *list, const char *text)
{
    for (; list && *list; list++)
        if (strcmp(*list, text) == 0)
            return true;
    return false;
}

// What the bearers' audience may be, besides the client id.
static const char *const *audiences_of(struct options *o, const char *client_id)
{
    size_t n = 0, at = 0;
    while (o->old_audiences && o->old_audiences[n])
        n++;
    const char **list = arena_alloc(o->arena, (n + 2) * sizeof(*list));
    for (size_t i = 0; i < n; i++)
        if (!client_id || strcmp(o->old_audiences[i], client_id) != 0)
            list[at++] = o->old_audiences[i];
    if (o->idp_audience && (!client_id || strcmp(o->idp_audience, client_id) != 0) &&
        !has(list, o->idp_audience))
        list[at++] = o->idp_audience;
    return at ? list : NULL;
}

static void check_audiences(struct options *o)
{
    if (o->idp_audience && o->old_audiences &&
        !has((const char *const *)o->old_audiences, o->idp_audience))
        options_problem(
            o,
            "OIDCPROXY_AUTH_AUDIENCE='%s' and OIDCPROXY_AUDIENCE='%s' say different things: unset "
            "one of them, or name both values in OIDCPROXY_AUDIENCE",
            o->idp_audience, o->old_audiences[0]);
}

// Named but not usable: that was told when it was read.
static bool is_blank(const char *value, const char *env, const char *(*env_of)(const char *))
{
    const char *given = env_of(env);
    return !value && (!given || !*given);
}

static void check_missing(struct options *o, const struct idp_config *idp,
                          const char *(*env_of)(const char *))
{
    if (is_blank(idp->issuer, "OIDCPROXY_AUTH_ISSUER", env_of) &&
        is_blank(idp->discovery_url, "OIDCPROXY_CONFIG_URL", env_of))
        options_problem(o, "OIDCPROXY_AUTH_ISSUER is missing: give the issuer of the identity "
                           "provider, for example https://login.microsoftonline.com/<tenant "
                           "id>/v2.0, or OIDCPROXY_CONFIG_URL, its discovery document");
    if (!idp->client_id && !idp->audiences)
        options_problem(o, "OIDCPROXY_AUTH_AUDIENCE is missing: with Entra ID the application "
                           "(client) ID, for example 11111111-2222-4333-8444-555555555555; with "
                           "other providers set OIDCPROXY_AUTH_CLIENT_ID (or OIDCPROXY_CLIENT_ID)");
    if (!idp->client_id && idp->audiences &&
        (idp->client_secret || idp->client_certificate || idp->client_key ||
         o->idp_client_assertion))
        options_problem(o, "a secret, key or assertion of a client is set, but no client: set "
                           "OIDCPROXY_CLIENT_ID, so that people can sign in here, or unset it");
}

// --- federated credentials ---

#define ASSERTION "OIDCPROXY_AUTH_CLIENT_ASSERTION"

// This one or another credential, not both.
static void check_alone(struct options *o, const struct idp_config *idp)
{
    const struct {
        const char *env, *value;
    } others[] = { { o->old_client_secret ? "OIDCPROXY_CLIENT_SECRET"
                                          : "OIDCPROXY_AUTH_CLIENT_SECRET",
                     idp->client_secret },
                   { "OIDCPROXY_AUTH_CLIENT_CERTIFICATE", idp->client_certificate },
                   { "OIDCPROXY_AUTH_CLIENT_KEY", idp->client_key } };
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (others[i].value)
            options_problem(o,
                            ASSERTION " and %s are both set: one of them authenticates this server "
                                      "at the identity provider, so unset the other",
                            others[i].env);
}

static void decide_identity(struct options *o, struct str id, struct idp_config *ret)
{
    ret->managed_identity = true;
    ret->managed_identity_id = id.n ? arena_cstr(o->arena, id) : NULL;
    if (id.p && !is_guid(id))
        options_problem(o,
                        ASSERTION ": '" STR_FMT
                                  "' is not the client ID of a managed identity, such as "
                                  "33333333-4444-4555-8666-777777777777 (Managed Identities > (it) "
                                  "> Overview > Client ID)",
                        STR_ARG(str_slice(id, 0, 60)));
}

// The value is not repeated where it may be a token.
static void decide_assertion(struct options *o, struct idp_config *ret)
{
    struct str value = str_trim(str_c(o->idp_client_assertion)), id = value;
    if (!value.n)
        return;
    check_alone(o, ret);
    if (str_is(str_cut(&id, ':'), "managed-identity"))
        decide_identity(o, id, ret);
    else if (str_is(value, "workload-identity") && !o->federated_token_file)
        options_problem(o, ASSERTION
                        "=workload-identity, but AZURE_FEDERATED_TOKEN_FILE is not set: give the "
                        "pod the label azure.workload.identity/use: \"true\" and a service "
                        "account, or name the token's file here");
    else if (str_is(value, "workload-identity"))
        ret->client_assertion_file = o->federated_token_file;
    else if (*value.p == '/')
        ret->client_assertion_file = arena_cstr(o->arena, value);
    else
        options_problem(o, ASSERTION " is none of /path/to/token, workload-identity, "
                                     "managed-identity and managed-identity:<client ID>; a token "
                                     "itself has no place here, for it ends");
}

// What came from which naming, where both are in use.
static void tell_mixture(struct options *o, const struct idp_config *idp)
{
    const struct {
        const char *what, *env;
        bool given, guide;
    } rows[] = {
        { "issuer", "OIDCPROXY_AUTH_ISSUER", o->idp_issuer, true },
        { "endpoints", "OIDCPROXY_AUTH_*", o->idp_token_endpoint || o->idp_jwks_uri, true },
        { o->idp_token_endpoint ? "what is left" : "endpoints", "OIDCPROXY_CONFIG_URL",
          o->idp_config_url, false },
        { "client", "OIDCPROXY_AUTH_CLIENT_ID",
          o->idp_client_id && o->idp_client_id != o->old_client_id, true },
        { "client", "OIDCPROXY_CLIENT_ID", o->old_client_id, false },
        { "secret", "OIDCPROXY_AUTH_CLIENT_SECRET",
          o->idp_client_secret && o->idp_client_secret != o->old_client_secret, true },
        { "secret", "OIDCPROXY_CLIENT_SECRET", o->old_client_secret, false },
        { idp->audiences ? "audience" : "client", "OIDCPROXY_AUTH_AUDIENCE", o->idp_audience,
          true },
        { "audience", "OIDCPROXY_AUDIENCE", o->old_audiences, false },
    };
    struct str text = STR("");
    bool guide = false, old = false;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!rows[i].given)
            continue;
        guide |= rows[i].guide;
        old |= !rows[i].guide;
        text = arena_printf(o->arena, STR_FMT "%s%s from %s", STR_ARG(text), text.n ? ", " : "",
                            rows[i].what, rows[i].env);
    }
    if (guide && old && o->problems.n == 0)
        options_note(
            o, "the sign-in is configured in two namings, which complement each other: " STR_FMT,
            STR_ARG(text));
}

// Some endpoints are named and others not: what is missing is probably forgotten.
static void tell_discovered(struct options *o, const struct idp_config *idp)
{
    const struct {
        const char *env, *value;
    } rows[] = { { "OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT", idp->authorization_endpoint },
                 { "OIDCPROXY_AUTH_TOKEN_ENDPOINT", idp->token_endpoint },
                 { "OIDCPROXY_AUTH_JWKS_URI", idp->jwks_uri } };
    size_t given = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        given += rows[i].value != NULL;
    for (size_t i = 0; given > 0 && !idp->discovery_url && i < ARRAY_LEN(rows); i++)
        if (!rows[i].value)
            options_warning(o,
                            "%s is not set: it is taken from the discovery document of "
                            "OIDCPROXY_AUTH_ISSUER",
                            rows[i].env);
}

static void check_scopes(struct options *o, const struct idp_config *idp,
                         const struct preset *preset)
{
    struct str rest = str_c(idp->scopes);
    bool offline = false, openid = false, profile = false;
    while (rest.p) {
        struct str word = str_cut(&rest, ' ');
        openid |= str_is(word, "openid");
        profile |= str_is(word, "profile");
        offline |= str_is(word, "offline_access");
    }
    if (!openid)
        options_problem(
            o,
            "OIDCPROXY_AUTH_SCOPES: '%s' lacks openid, without which nobody can be identified: use \"%s\"",
            idp->scopes, preset->scopes);
    if (!profile)
        options_warning(
            o,
            "OIDCPROXY_AUTH_SCOPES lacks profile: the audit log will know people by an opaque id only");
    if (!offline && !preset->no_offline_access)
        options_warning(
            o,
            "OIDCPROXY_AUTH_SCOPES lacks offline_access: people must sign in again whenever their access token ends");
    if (offline && preset->no_offline_access)
        options_problem(o,
                        "OIDCPROXY_AUTH_SCOPES: this provider refuses offline_access; refresh "
                        "tokens come without it, so leave the variable unset or use \"%s\"",
                        preset->scopes);
}

static bool any_address(const char *const *list)
{
    for (; list && *list; list++)
        if (strchr(*list, '@'))
            return true;
    return false;
}

static bool has_word(struct str list, const char *word)
{
    while (list.p)
        if (str_is(str_cut(&list, ' '), word))
            return true;
    return false;
}

// Lists that nobody could fit, whoever signs in.
static void check_lists(struct options *o, const struct idp_config *idp,
                        const struct preset *preset)
{
    bool entra = strcmp(preset->name, "entra") == 0;
    if (any_address(idp->allowed_users) && !entra && !has_word(str_c(idp->scopes), "email"))
        options_warning(o, "OIDCPROXY_ALLOWED_USERS names addresses, but OIDCPROXY_AUTH_SCOPES "
                           "lacks email: the provider will tell no address, and let nobody in by "
                           "one");
    if (idp->allowed_groups && strcmp(preset->name, "google") == 0)
        options_warning(o, "OIDCPROXY_ALLOWED_GROUPS lets nobody in: Google's tokens name no "
                           "groups. Use OIDCPROXY_ALLOWED_USERS");
    if (str_is(str_c(o->registration), "closed") && !o->clients && !o->client_document_hosts)
        options_warning(o, "OIDCPROXY_REGISTRATION=closed, but neither OIDCPROXY_CLIENTS nor "
                           "OIDCPROXY_CLIENT_DOCUMENT_HOSTS names a client: no application can "
                           "connect, except with tokens of the identity provider");
}

void provider_decide(struct options *o, const char *(*env_of)(const char *), struct idp_config *ret)
{
    merge(o);
    check_audiences(o);
    const char *client = o->idp_client_id ? o->idp_client_id : o->idp_audience;
    const char *url = o->idp_issuer ? o->idp_issuer : o->idp_config_url;
    const struct preset *preset = o->idp_provider ? preset_named(o->idp_provider) : preset_of(url);
    *ret = (struct idp_config){
        .issuer = o->idp_issuer,
        .discovery_url = o->idp_config_url,
        .authorization_endpoint = o->idp_authorization_endpoint,
        .token_endpoint = o->idp_token_endpoint,
        .jwks_uri = o->idp_jwks_uri,
        .device_authorization_endpoint = o->idp_device_endpoint,
        .revocation_endpoint = o->idp_revocation_endpoint,
        .endpoint_hosts = (const char *const *)o->endpoint_hosts,
        .provider = o->idp_provider,
        .client_id = client,
        .client_secret = o->idp_client_secret,
        .client_certificate = o->idp_client_certificate,
        .client_key = o->idp_client_key,
        .client_key_id = o->idp_client_key_id,
        .identity_endpoint = o->identity_endpoint,
        .identity_header = o->identity_header,
        .metadata_host = o->metadata_host,
        .scopes = o->idp_scopes ? o->idp_scopes : preset->scopes,
        .extra_authorize_params = o->authorize_parameters,
        .audiences = audiences_of(o, client),
        .allowed_clients = (const char *const *)o->allowed_clients,
        .allowed_tenants = (const char *const *)o->allowed_tenants,
        .accept_id_tokens = o->accept_id_tokens,
        .allowed_users = (const char *const *)o->allowed_users,
        .allowed_groups = (const char *const *)o->allowed_groups,
        .machine_clients = (const char *const *)o->machine_clients,
    };
    ret->bearers_only = !client && ret->audiences;
    decide_assertion(o, ret);
    check_missing(o, ret, env_of);
    tell_mixture(o, ret);
    tell_discovered(o, ret);
    check_scopes(o, ret, preset);
    check_lists(o, ret, preset);
    entra_values_check(o, ret);
}
