// SPDX-License-Identifier: MIT
#include "access/access.h"

#include "access/internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "json/write.h"

#define QUIET_MS 1000

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
    case ACCESS_ZSCALER:
        break;
    }
    bool known = (size_t)c->mode < ARRAY_LEN(mode_names);
    return err_set(
        err, ERR_CONFIG,
        "this version has no access mode '%s': use none, api-key, oidc, or oidcproxy (the OIDCPROXY_ variables)",
        known ? mode_names[c->mode] : "?");
}

static struct held *fixed_principal(const struct access_config *c)
{
    if (c->mode == ACCESS_API_KEY)
        return held_new(&(struct principal){ .mode = c->mode,
                                             .key = STR("api-key"),
                                             .subject = STR("api-key"),
                                             .name = STR("API key") },
                        STR_NONE, 0);
    return held_new(&(struct principal){ .mode = c->mode,
                                         .key = STR("anonymous"),
                                         .subject = STR("anonymous"),
                                         .name = STR("Anonymous") },
                    STR_NONE, 0);
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
    if (by_token(config))
        a->cache = cache_new(config->cache_max ? config->cache_max : 10000);
    else
        a->fixed = fixed_principal(config);
    if (config->mode == ACCESS_API_KEY)
        sha256(str_trim(str_c(config->api_key)), a->key_hash);
    *ret = a;
    return true;
}

void access_free(struct access *a)
{
    if (!a)
        return;
    cache_free(a->cache);
    held_unref(a->fixed);
    free(a);
}

// What only the operator can mend (a wrong audience, another issuer, clocks, keys, the store) is
// said in the log too, with what to do; at most one line a second, whoever sends what.
static void tell_operator(struct access *a, struct exchange *ex, const struct err *err)
{
    const char *hint = err_info(err->code)->hint;
    int64_t now = clock_mono_ms();
    int64_t quiet = atomic_load(&a->quiet_until_ms);
    if (err->code == ERR_NONE || !hint || now < quiet ||
        !atomic_compare_exchange_strong(&a->quiet_until_ms, &quiet, now + QUIET_MS))
        return;
    LOG(LOG_WARNING, "a bearer token was refused", F("error", err_text(err)), F_C("fix", hint),
        F("from", http_peer(ex)), F("request", http_id(ex)));
}

// scope: what would be enough; empty but for insufficient_scope.
static void refuse(struct access *a, struct exchange *ex, const struct err *err, struct str scope)
{
    bool none_sent = err->code == ERR_NONE;
    tell_operator(a, ex, err);
    const struct err_info *info = err_info(none_sent ? ERR_TOKEN_MALFORMED : err->code);
    CLEANUP(buf_release) struct buf body = BUF_INIT(8192);
    struct json_writer w;
    jw_init(&w, &body);
    jw_object(&w);
    jw_kv_c(&w, "error",
            none_sent           ? "unauthorized"
            : info->oauth_error ? info->oauth_error
                                : "server_error");
    jw_kv(&w, "error_description",
          none_sent ? STR("a bearer token is needed: sign in") : err_text(err));
    jw_object_end(&w);
    /*= rfc6750 3 "If the protected resource request does not include authentication credentials or
     * does not contain an access token that enables access to the protected resource, the resource
     * server MUST include the HTTP "WWW-Authenticate" response header field" */
    if (info->http_status == 401 || info->http_status == 403)
        http_add_header(ex, "WWW-Authenticate",
                        by_token(&a->config)
                            ? oauth_challenge(a->config.oauth, ex, none_sent ? NULL : err, scope)
                            : STR("Bearer"));
    if (info->http_status == 503)
        http_add_header(
            ex, "Retry-After",
            arena_printf(http_arena(ex), "%d", err->retry_after ? err->retry_after : 5));
    if (a->config.mode == ACCESS_OIDCPROXY &&
        oauth_refusal_page(a->config.oauth, ex, info->http_status, err))
        return;
    http_add_header(ex, "Cache-Control", STR("no-store"));
    http_reply(ex, info->http_status, "application/json", buf_str(&body));
}

static void hold_for(struct exchange *ex, struct held *held, const struct principal **ret)
{
    arena_defer(http_arena(ex), held_unref, held);
    *ret = &held->principal;
}

bool access_check(struct access *a, struct exchange *ex, bool *ret_would_block,
                  const struct principal **ret_principal)
{
    struct err err = { 0 };
    struct held *held = NULL;
    bool blocks = false;
    bool admitted = false;
    struct str scope = STR("");
    if (by_token(&a->config)) {
        admitted = oidcproxy_check(a, ex, ret_would_block ? &blocks : NULL, &held, &scope, &err);
    } else {
        admitted = a->config.mode == ACCESS_NONE || api_key_check(a, ex, &err);
        held = admitted ? held_ref(a->fixed) : NULL;
    }
    if (ret_would_block)
        *ret_would_block = blocks;
    if (admitted)
        hold_for(ex, held, ret_principal);
    else if (!blocks)
        refuse(a, ex, &err, scope);
    return admitted;
}
