// SPDX-License-Identifier: MIT
// What clients discover: the protected resource (RFC 9728) and the authorization server (RFC 8414).
#include "oauth/machines_int.h"

#include "jose/jwk.h"
#include "json/write.h"

#define METADATA_MAX 8192

static void list(struct json_writer *w, const char *key, const char *const *values)
{
    jw_key(w, key);
    jw_array(w);
    for (; *values; values++)
        jw_c(w, *values);
    jw_array_end(w);
}
#define LIST(w, key, ...) list(w, key, (const char *const[]){ __VA_ARGS__, NULL })

static void list_grant_types(struct json_writer *w, const struct oauth *o)
{
    jw_key(w, "grant_types_supported");
    jw_array(w);
    for (const struct grant_type *t = grant_types; t->name; t++)
        if (grant_type_offered(o, t))
            jw_c(w, t->name);
    jw_array_end(w);
}

// How clients prove themselves. machine_algs: of machines' assertions, which the identity provider
// judges; they come to /token alone.
static const struct auth_method {
    const char *name;
    bool (*offered)(const struct oauth *o); // NULL: always
    bool machines;                          // do they use it?
    unsigned algs, machine_algs;
} auth_methods[] = {
    // First: clients that may choose take the first they know.
    { "none" },
    { "client_secret_post", client_fixed_any_secret, .machines = true },
    { "client_secret_basic", client_fixed_any_secret, .machines = true },
    { "private_key_jwt", assertions_taken, true, JWS_ALL, JWS_RS256 | JWS_PS256 },
};

static void list_algs(struct json_writer *w, struct str key, unsigned algs)
{
    jw_key(w, key.p);
    jw_array(w);
    for (unsigned alg = 1; alg <= JWS_ALL; alg <<= 1)
        if (algs & alg)
            jw_c(w, jws_alg_name((enum jws_alg)alg));
    jw_array_end(w);
}

/*= rfc8414 2 "This metadata entry MUST be present if either of these authentication methods are
 * specified" */
static void list_auth_methods(struct json_writer *w, const struct call *c, const char *endpoint,
                              bool machines)
{
    unsigned algs = 0;
    jw_key(w, arena_printf(c->arena, "%s_auth_methods_supported", endpoint).p);
    jw_array(w);
    for (size_t i = 0; i < ARRAY_LEN(auth_methods); i++) {
        const struct auth_method *m = &auth_methods[i];
        bool clients = !m->offered || m->offered(c->o), theirs = machines && m->machines;
        if (!clients && !theirs)
            continue;
        jw_c(w, m->name);
        algs |= (clients ? m->algs : 0) | (theirs ? m->machine_algs : 0);
    }
    jw_array_end(w);
    if (algs)
        list_algs(w, arena_printf(c->arena, "%s_auth_signing_alg_values_supported", endpoint),
                  algs);
}

static void endpoint(struct json_writer *w, const struct call *c, const char *key, const char *path)
{
    jw_kv(w, key, arena_printf(c->arena, STR_FMT "%s", STR_ARG(c->base), path));
}

static void answer(const struct call *c, struct buf *body)
{
    // What depends on the request's Host must not be kept by anybody in between.
    bool pinned = c->o->base_url.n > 0;
    http_add_header(c->ex, "Cache-Control", pinned ? STR("public, max-age=300") : STR("no-store"));
    if (!pinned)
        http_add_header(c->ex, "Vary", STR("Host, X-Forwarded-Proto"));
    http_reply(c->ex, 200, "application/json", buf_str(body));
}

// Where to sign in: here, or at the identity provider itself. Empty: not known yet.
static struct str authorization_server(const struct call *c)
{
    return c->o->config.resource_only ? str_c(idp_config(c->o->config.idp)->issuer) : c->base;
}

static void list_scopes(struct json_writer *w, struct str scopes)
{
    if (!scopes.n)
        return;
    jw_key(w, "scopes_supported");
    jw_array(w);
    while (scopes.p)
        jw_str(w, str_cut(&scopes, ' '));
    jw_array_end(w);
}

void endpoint_resource_metadata(struct exchange *ex, void *ctx)
{
    struct call c;
    struct json_writer w;
    struct err err = { 0 };
    CLEANUP(buf_release) struct buf body = BUF_INIT(METADATA_MAX);
    if (!call_begin(&c, ex, ctx, false))
        return;
    struct str server = authorization_server(&c);
    if (!server.n) {
        err_set(&err, ERR_IDP_UNAVAILABLE,
                "the identity provider could not be asked for its name yet");
        response_error(ex, &err);
        return;
    }
    jw_init(&w, &body);
    jw_object(&w);
    /*= rfc9728 3.3 "The resource value returned MUST be identical to the protected resource's
     * resource identifier value" */
    jw_kv(&w, "resource", c.resource);
    jw_key(&w, "authorization_servers");
    jw_array(&w);
    jw_str(&w, server);
    jw_array_end(&w);
    list_scopes(&w, c.o->config.resource_only ? c.o->required : STR(OAUTH_SCOPE));
    LIST(&w, "bearer_methods_supported", "header");
    jw_kv(&w, "resource_name", c.o->product);
    jw_object_end(&w);
    answer(&c, &body);
}

static void server_metadata(struct exchange *ex, void *ctx)
{
    struct call c;
    struct json_writer w;
    CLEANUP(buf_release) struct buf body = BUF_INIT(METADATA_MAX);
    if (!call_begin(&c, ex, ctx, false))
        return;
    jw_init(&w, &body);
    jw_object(&w);
    /*= rfc8414 3.3 "The "issuer" value returned MUST be identical to the authorization server's
     * issuer identifier value" */
    jw_kv(&w, "issuer", c.base);
    endpoint(&w, &c, "authorization_endpoint", "/authorize");
    endpoint(&w, &c, "token_endpoint", "/token");
    if (!c.o->config.registration_closed)
        endpoint(&w, &c, "registration_endpoint", "/register");
    endpoint(&w, &c, "revocation_endpoint", "/revoke");
    if (operator_offered(c.o)) {
        endpoint(&w, &c, "introspection_endpoint", "/introspect");
        LIST(&w, "introspection_endpoint_auth_methods_supported", "Bearer");
    }
    if (waiting_offered(c.o))
        endpoint(&w, &c, "device_authorization_endpoint", "/device_authorization");
    endpoint(&w, &c, "jwks_uri", "/.well-known/jwks.json");
    // No offline_access: clients that see it ask for it and force a consent prompt. Refresh tokens
    // come anyway.
    LIST(&w, "scopes_supported", OAUTH_SCOPE);
    LIST(&w, "response_types_supported", "code");
    LIST(&w, "response_modes_supported", "query");
    list_grant_types(&w, c.o);
    list_auth_methods(&w, &c, "token_endpoint", machines_offered(c.o));
    list_auth_methods(&w, &c, "revocation_endpoint", false);
    LIST(&w, "code_challenge_methods_supported", "S256");
    jw_kv_bool(&w, "authorization_response_iss_parameter_supported", way_says_issuer(&c));
    if (client_documents_on(c.o))
        jw_kv_bool(&w, "client_id_metadata_document_supported", true);
    // Required by readers of openid-configuration; we issue no ID tokens.
    LIST(&w, "subject_types_supported", "public");
    LIST(&w, "id_token_signing_alg_values_supported", "EdDSA");
    jw_object_end(&w);
    answer(&c, &body);
}

// Whether answers carry iss may take a question to the identity provider.
void endpoint_server_metadata(struct exchange *ex, void *ctx)
{
    struct call c;
    if (!call_begin(&c, ex, ctx, false))
        return;
    if (way_known(&c))
        server_metadata(ex, ctx);
    else
        http_defer(ex, server_metadata, ctx);
}

void endpoint_unknown_metadata(struct exchange *ex, void *ctx)
{
    (void)ctx;
    struct err err = { 0 };
    err_set(&err, ERR_NOT_FOUND, "there is no such metadata document here");
    response_error(ex, &err);
}
