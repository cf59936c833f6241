// SPDX-License-Identifier: MIT
#include "access/access.h"

#include "access/internal.h"
#include "base/mem.h"

#define REFUSED_MAX 1000

static const char *const mode_names[] = {
    [ACCESS_NONE] = "none", [ACCESS_OIDCPROXY] = "oidcproxy", [ACCESS_API_KEY] = "api-key",
    [ACCESS_JWT] = "jwt",   [ACCESS_ZSCALER] = "zscaler",     [ACCESS_OIDC] = "oidc",
};

static bool config_ok(const struct access_config *c, struct err *err)
{
    switch (c->mode) {
    case ACCESS_NONE:
        return true;
    case ACCESS_OIDCPROXY:
        return (c->oauth && c->keys && c->spent) ||
               err_set(err, ERR_CONFIG, "access mode oidcproxy needs sign-in, keys and a store");
    case ACCESS_OIDC:
        return (c->oauth && c->idp && c->spent) ||
               err_set(err, ERR_CONFIG, "access mode oidc needs an identity provider");
    case ACCESS_API_KEY:
        return str_trim(str_c(c->api_key)).n ||
               err_set(err, ERR_CONFIG,
                       "ZSCALER_MCP_AUTH_API_KEY must be set for access mode api-key");
    case ACCESS_JWT:
        return c->jwt || err_set(err, ERR_CONFIG, "access mode jwt needs the keys of an issuer");
    case ACCESS_ZSCALER:
        return c->oneapi || err_set(err, ERR_CONFIG, "access mode zscaler needs a Zscaler tenant");
    }
    return err_set(err, ERR_CONFIG, "there is no access mode %d", (int)c->mode);
}

const char *access_mode_name(enum access_mode mode)
{
    return mode_names[mode];
}

static struct held *fixed_principal(enum access_mode mode, struct str key, struct str name)
{
    return held_new(&(struct principal){ .mode = mode, .key = key, .subject = key, .name = name },
                    STR_NONE, 0);
}

static void set_up_api_key(struct access *a, struct str key)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    sha256(key, a->key_hash);
    a->fixed = fixed_principal(ACCESS_API_KEY, api_key_principal(key, arena), STR("API key"));
}

static bool by_token(const struct access_config *c)
{
    return c->mode == ACCESS_OIDCPROXY || c->mode == ACCESS_OIDC;
}

bool access_new(const struct access_config *config, struct access **ret, struct err *err)
{
    if (!config_ok(config, err))
        return false;
    struct access *a = mem_zalloc(1, sizeof(*a));
    a->config = *config;
    a->config.api_key = NULL; // its hash is enough
    if (by_token(config) || config->mode == ACCESS_JWT || config->mode == ACCESS_ZSCALER)
        a->cache = cache_new(config->cache_max ? config->cache_max : 10000);
    if (config->mode == ACCESS_ZSCALER) {
        a->refused = cache_new(REFUSED_MAX);
        a->tries = limits_new(ACCESS_ZSCALER_TRIES, config->shared_address);
    }
    if (config->mode == ACCESS_API_KEY)
        set_up_api_key(a, str_trim(str_c(config->api_key)));
    if (config->mode == ACCESS_NONE)
        a->fixed = fixed_principal(ACCESS_NONE, STR("anonymous"), STR("Anonymous"));
    if (config->trust_platform &&
        (config->mode == ACCESS_API_KEY || config->mode == ACCESS_ZSCALER))
        a->platform = fixed_principal(config->mode, STR("platform"), STR("the platform's caller"));
    *ret = a;
    return true;
}

void access_free(struct access *a)
{
    if (!a)
        return;
    cache_free(a->cache);
    cache_free(a->refused);
    limits_free(a->tries);
    held_unref(a->fixed);
    held_unref(a->platform);
    free(a);
}

bool access_client_ok(const struct access *a, struct str client, struct err *err)
{
    const char *const *allowed = a->config.allowed_clients;
    for (const char *const *c = allowed; c && *c; c++)
        if (str_is(client, *c))
            return true;
    return !allowed ||
           err_set(err, ERR_ACCESS_DENIED,
                   "the application \"" STR_FMT
                   "\" is none of those that may call here (ZSCALER_MCP_AUTH_ALLOWED_CLIENTS)",
                   STR_ARG(str_slice(client, 0, 200)));
}

static void hold_for(struct exchange *ex, struct held *held, const struct principal **ret)
{
    arena_defer(http_arena(ex), held_unref, held);
    *ret = &held->principal;
}

static bool check(struct access *a, struct exchange *ex, bool *ret_would_block, struct held **ret,
                  struct str *ret_scope, struct err *err)
{
    switch (a->config.mode) {
    case ACCESS_OIDCPROXY:
    case ACCESS_OIDC:
        return oidcproxy_check(a, ex, ret_would_block, ret, ret_scope, err);
    case ACCESS_API_KEY:
        return api_key_check(a, ex, ret, err);
    case ACCESS_JWT:
        return jwt_check(a, ex, ret_would_block, ret, ret_scope, err);
    case ACCESS_ZSCALER:
        return zscaler_check(a, ex, ret_would_block, ret, err);
    case ACCESS_NONE:
        break;
    }
    *ret = held_ref(a->fixed);
    return true;
}

bool access_check(struct access *a, struct exchange *ex, bool *ret_would_block,
                  const struct principal **ret_principal)
{
    struct err err = { 0 };
    struct held *held = NULL;
    bool blocks = false;
    struct str scope = STR("");
    bool admitted = check(a, ex, ret_would_block ? &blocks : NULL, &held, &scope, &err);
    if (!admitted && !blocks && err.code == ERR_NONE && a->platform) {
        held = held_ref(a->platform);
        admitted = true;
    }
    if (ret_would_block)
        *ret_would_block = blocks;
    if (admitted)
        hold_for(ex, held, ret_principal);
    else if (!blocks)
        access_refuse(a, ex, &err, scope);
    return admitted;
}
