// SPDX-License-Identifier: MIT
// The object, its routes, and what every endpoint begins with.
#include "oauth/machines_int.h"

#include "base/mem.h"
#include "base/table.h"
#include "base/url.h"
#include "oauth/base_url.h"
#include "oauth/documents_int.h"

#define OAUTH_BODY_MAX (64 * 1024)

enum where { AT_PATH, AT_RESOURCE_SUFFIX, AT_RESOURCE_PREFIX };

// resource: also where nobody signs in.
// Path forms: as it is; with the resource's path behind (RFC 9728 3.1, RFC 8414 3.1); or before it.
static const struct route_row {
    const char *path;
    enum where where;
    unsigned methods;
    http_handler *handler;
    bool worker, cors;
    enum limit limit;
    bool (*offered)(const struct oauth *o); // NULL: always
    bool resource;
    bool own_origin; // judges Origin itself, and tells a person
} route_table[] = {
    { "/.well-known/oauth-protected-resource", AT_PATH, HTTP_GET, endpoint_resource_metadata, false,
      true, .resource = true },
    { "/.well-known/oauth-protected-resource", AT_RESOURCE_SUFFIX, HTTP_GET,
      endpoint_resource_metadata, false, true, .resource = true },
    { "/.well-known/oauth-authorization-server", AT_PATH, HTTP_GET, endpoint_server_metadata, false,
      true },
    { "/.well-known/oauth-authorization-server", AT_RESOURCE_SUFFIX, HTTP_GET,
      endpoint_server_metadata, false, true },
    { "/.well-known/openid-configuration", AT_PATH, HTTP_GET, endpoint_server_metadata, false,
      true },
    { "/.well-known/openid-configuration", AT_RESOURCE_SUFFIX, HTTP_GET, endpoint_server_metadata,
      false, true },
    { "/.well-known/oauth-authorization-server", AT_RESOURCE_PREFIX, HTTP_GET,
      endpoint_server_metadata, false, true },
    { "/.well-known/openid-configuration", AT_RESOURCE_PREFIX, HTTP_GET, endpoint_server_metadata,
      false, true },
    { "/.well-known/jwks.json", AT_PATH, HTTP_GET, endpoint_keys, false, true },
    { "/.well-known/*", AT_PATH, HTTP_GET, endpoint_unknown_metadata, false, true,
      .resource = true },
    { "/register", AT_PATH, HTTP_POST, endpoint_register, false, true, LIMIT_REGISTER },
    { "/authorize", AT_PATH, HTTP_GET | HTTP_POST, endpoint_authorize, true, false,
      LIMIT_AUTHORIZE },
    { "/consent", AT_PATH, HTTP_POST, endpoint_consent, true, false, LIMIT_AUTHORIZE,
      .own_origin = true },
    { "/auth/callback", AT_PATH, HTTP_GET, endpoint_callback, true, false },
    { DEVICE_PATH, AT_PATH, HTTP_GET, endpoint_device, true, false, LIMIT_POLL },
    { HELP_PATH, AT_PATH, HTTP_GET, endpoint_help, false, false },
    { "/", AT_PATH, HTTP_GET, endpoint_home, false, false },
    { "/callback", AT_PATH, HTTP_GET, endpoint_callback, true, false },
    { "/token", AT_PATH, HTTP_POST, endpoint_token, true, true, LIMIT_TOKEN },
    { "/revoke", AT_PATH, HTTP_POST, endpoint_revoke, true, true, LIMIT_REVOKE },
    { "/introspect", AT_PATH, HTTP_POST, endpoint_introspect, true, false, LIMIT_NONE,
      operator_offered },
    { "/operator/revoke", AT_PATH, HTTP_POST, endpoint_operator_revoke, true, false, LIMIT_NONE,
      operator_offered },
    { "/device_authorization", AT_PATH, HTTP_POST, endpoint_device_authorization, true, true,
      LIMIT_DEVICE, waiting_offered },
    { VERIFICATION_PATH, AT_PATH, HTTP_GET | HTTP_POST, endpoint_verification, true, false,
      LIMIT_AUTHORIZE, waiting_offered, .own_origin = true },
};

static void add_routes(struct oauth *o)
{
    _Static_assert(ARRAY_LEN(route_table) < sizeof(o->routes) / sizeof(o->routes[0]),
                   "room for the end");
    for (size_t i = 0; i < ARRAY_LEN(route_table); i++) {
        const struct route_row *row = &route_table[i];
        const char *path = row->path;
        bool offered = !row->offered || row->offered(o);
        if (!offered || (o->config.resource_only && !row->resource))
            continue;
        if (row->where == AT_RESOURCE_SUFFIX)
            path = arena_printf(o->arena, "%s%s", row->path, o->config.resource_path).p;
        else if (row->where == AT_RESOURCE_PREFIX)
            path = arena_printf(o->arena, "%s%s", o->config.resource_path, row->path).p;
        struct gate *gate = arena_alloc(o->arena, sizeof(*gate));
        *gate = (struct gate){ o, row->handler, row->limit, row->worker };
        o->routes[o->route_count++] =
            (struct http_route){ .methods = row->methods,
                                 .path = path,
                                 .handler = gate_enter,
                                 .ctx = gate,
                                 .max_body = OAUTH_BODY_MAX,
                                 .cors = row->cors,
                                 .any_origin = row->cors || row->own_origin };
    }
}

const struct http_route *oauth_routes(const struct oauth *o, size_t *ret_count)
{
    *ret_count = o->route_count;
    return o->routes;
}

static bool lists_ok(const struct oauth_config *config, struct err *err)
{
    for (const char *const *h = config->redirect_hosts; h && *h; h++)
        if (!redirect_host_pattern_ok(*h))
            return err_set(err, ERR_CONFIG,
                           "OIDCPROXY_REDIRECT_HOSTS: '%s' is not host, host:port or *.domain.tld",
                           *h);
    for (const char *const *h = config->document_hosts; h && *h; h++)
        if (!redirect_host_pattern_ok(*h))
            return err_set(err, ERR_CONFIG,
                           "OIDCPROXY_CLIENT_DOCUMENT_HOSTS: '%s' is not host, host:port or "
                           "*.domain.tld",
                           *h);
    for (const char *const *s = config->redirect_schemes; s && *s; s++)
        if (!redirect_scheme_ok(str_c(*s)))
            return err_set(err, ERR_CONFIG,
                           "OIDCPROXY_REDIRECT_SCHEMES: '%s' can never receive codes", *s);
    return true;
}

static bool base_ok(struct str base, struct err *err)
{
    struct url url;
    if (!url_parse(base, &url, err))
        return err_prefix(err, "OIDCPROXY_BASE_URL");
    if (url.path.n || url.query.p || url.fragment.p)
        return err_set(err, ERR_CONFIG,
                       "OIDCPROXY_BASE_URL: '" STR_FMT
                       "' must be scheme and host alone, without a slash behind",
                       STR_ARG(base));
    if (str_is(url.scheme, "http") && !url_host_is_loopback(url.host))
        return err_set(err, ERR_CONFIG, "OIDCPROXY_BASE_URL: '" STR_FMT "' must be https",
                       STR_ARG(base));
    return true;
}

static int either(int value, int otherwise)
{
    return value > 0 ? value : otherwise;
}

static void fill_defaults(struct oauth_config *c)
{
    c->resource_path = c->resource_path ? c->resource_path : "/mcp";
    c->product_name = c->product_name ? c->product_name : "MCP Server";
    c->short_name = c->short_name ? c->short_name : "mcp-server";
    c->access_ttl_s = either(c->access_ttl_s, 3600);
    c->refresh_ttl_s = either(c->refresh_ttl_s, 90 * 24 * 3600);
    c->refresh_grace_s = c->refresh_grace_s < 0 ? 0 : either(c->refresh_grace_s, 60);
    c->code_ttl_s = either(c->code_ttl_s, 60);
    c->flow_ttl_s = either(c->flow_ttl_s, 900);
    c->document_workers = c->document_workers ? c->document_workers : 16;
    c->consent_ttl_s = c->consent_ttl_s ? c->consent_ttl_s : 90 * 24 * 3600;
}

static void add_list(struct buf *out, const char *const *list)
{
    for (; list && *list; list++)
        buf_addf(out, "%s\n", *list);
    buf_addc(out, '\n');
}

// Which lists of people a sign-in was judged by. Empty: none.
static struct str policy_of(struct arena *arena, const struct idp_config *idp)
{
    CLEANUP(buf_release) struct buf lists = BUF_INIT(1024 * 1024);
    CLEANUP(buf_release) struct buf out = BUF_INIT(64);
    if (!idp->allowed_users && !idp->allowed_groups)
        return STR_NONE;
    add_list(&lists, idp->allowed_users);
    add_list(&lists, idp->allowed_groups);
    sha256_b64url(&out, buf_str(&lists));
    return arena_str(arena, str_slice(buf_str(&out), 0, 22));
}

bool oauth_new(const struct oauth_config *config, struct oauth **ret, struct err *err)
{
    if (!config->idp || !config->keys || !config->spent)
        return err_set(err, ERR_CONFIG, "sign-in needs an identity provider, keys and a store");
    if (config->operator_key && strlen(config->operator_key) < OPERATOR_KEY_MIN)
        return err_set(err, ERR_CONFIG, "OIDCPROXY_OPERATOR_KEY needs at least %d characters",
                       OPERATOR_KEY_MIN);
    if ((config->base_url && !base_ok(str_c(config->base_url), err)) || !lists_ok(config, err))
        return false;
    struct oauth *o = mem_zalloc(1, sizeof(*o));
    o->config = *config;
    o->arena = arena_new();
    fill_defaults(&o->config);
    o->config.resource_path = arena_cstr(o->arena, str_c(o->config.resource_path));
    o->base_url = config->base_url ? arena_str(o->arena, str_c(config->base_url)) : STR_NONE;
    o->product = arena_str(o->arena, str_c(o->config.product_name));
    o->config.short_name = arena_cstr(o->arena, str_c(o->config.short_name));
    for (const char *const *scope = config->required_scopes; scope && *scope; scope++)
        o->required = arena_printf(o->arena, STR_FMT "%s%s", STR_ARG(o->required),
                                   o->required.n ? " " : "", *scope);
    o->csp = page_csp(o->arena);
    o->policy = policy_of(o->arena, idp_config(config->idp));
    pthread_mutex_init(&o->lock, NULL);
    pthread_mutex_init(&o->probing, NULL);
    pthread_cond_init(&o->landed, NULL);
    if (config->rate_limit > 0)
        o->limits = limits_new(config->rate_limit, config->shared_address);
    if (config->fetcher)
        o->documents = documents_new();
    o->has_operator = config->operator_key != NULL;
    sha256(str_c(config->operator_key), o->operator_hash);
    o->config.operator_key = NULL; // its hash is enough
    add_routes(o);
    if (!client_fixed_read(o, err)) {
        oauth_free(o);
        return false;
    }
    *ret = o;
    return true;
}

void oauth_free(struct oauth *o)
{
    if (!o)
        return;
    for (size_t i = 0; i < o->learned_count; i++)
        free(o->learned[i]);
    away_free(o);
    limits_free(o->limits);
    documents_free(o->documents);
    table_free(o->tries);
    pthread_cond_destroy(&o->landed);
    pthread_mutex_destroy(&o->lock);
    pthread_mutex_destroy(&o->probing);
    table_free(o->places);
    arena_free(o->arena);
    free(o);
}

bool call_begin(struct call *c, struct exchange *ex, void *ctx, bool page)
{
    struct err err = { 0 };
    *c = (struct call){
        .o = ctx, .ex = ex, .arena = http_arena(ex), .cancel = http_cancel(ex), .now = clock_now()
    };
    if (oauth_base_url(c->o, ex, &c->base, &err)) {
        c->resource =
            arena_printf(c->arena, STR_FMT "%s", STR_ARG(c->base), c->o->config.resource_path);
        return true;
    }
    if (page)
        page_problem(
            c, &(struct problem){
                   .status = 400,
                   .code = "invalid_request",
                   .title = STR("This server cannot tell its own address"),
                   .cause = err_text(&err),
                   .fix = STR("Set OIDCPROXY_BASE_URL to the public https address of this server."),
                   .whose = WHOSE_ADMIN });
    else
        response_error(ex, &err);
    return false;
}

bool oauth_resource(const struct oauth *o, struct exchange *ex, struct str *ret_base,
                    struct str *ret_resource, struct err *err)
{
    if (!oauth_base_url(o, ex, ret_base, err))
        return false;
    *ret_resource =
        arena_printf(http_arena(ex), STR_FMT "%s", STR_ARG(*ret_base), o->config.resource_path);
    return true;
}

struct str oauth_challenge(const struct oauth *o, struct exchange *ex, const struct err *err,
                           struct str scope)
{
    struct arena *arena = http_arena(ex);
    struct str base, error = STR(""), asked = STR("");
    if (!oauth_base_url(o, ex, &base, NULL))
        return STR("Bearer");
    /*= rfc6750 3.1 "If the request lacks any authentication information…the resource server SHOULD
     * NOT include an error code or other error information." */
    if (err) {
        const char *word = err_info(err->code)->oauth_error;
        error = arena_printf(arena, "error=\"%s\", error_description=\"" STR_FMT "\", ",
                             word ? word : "invalid_token",
                             STR_ARG(error_text_clean(arena, err_text(err))));
    }
    if (!scope.n)
        scope = o->config.resource_only ? o->required : STR(OAUTH_SCOPE);
    if (scope.n)
        asked =
            arena_printf(arena, "scope=\"" STR_FMT "\", ", STR_ARG(error_text_clean(arena, scope)));
    /*= rfc9728 5.1 "…the "resource_metadata" parameter…The URL of the protected resource metadata."
     */
    return arena_printf(arena,
                        "Bearer " STR_FMT STR_FMT "resource_metadata=\"" STR_FMT
                        "/.well-known/oauth-protected-resource%s\"",
                        STR_ARG(error), STR_ARG(asked), STR_ARG(base), o->config.resource_path);
}
