// SPDX-License-Identifier: MIT
// Dynamic client registration (RFC 7591) without a registry: the answer's client_id is the
// registration. Nothing is kept and a registration costs twice the processor time of a refusal
// (22 µs against 11), so the limit (gate.c) is generous, by address, and never one for all: that
// would let any stranger lock everybody else out.
#include "oauth/internal.h"

#include "json/write.h"

static bool add_uri(const struct call *c, struct str text, struct client *client, struct err *err)
{
    struct redirect_uri uri;
    if (!redirect_uri_parse(text, &uri, err))
        return false;
    if (!redirect_uri_allowed(&uri, c->o->config.redirect_hosts, c->o->config.redirect_schemes))
        return err_set(err, ERR_INVALID_REDIRECT_URI,
                       uri.kind == REDIRECT_PRIVATE
                           ? "redirect URI '" STR_FMT
                             "' is refused: add its scheme to OIDCPROXY_REDIRECT_SCHEMES"
                           : "redirect URI '" STR_FMT
                             "' is refused: add its host to OIDCPROXY_REDIRECT_HOSTS",
                       STR_ARG(str_slice(text, 0, 120)));
    for (size_t i = 0; i < client->uri_count; i++)
        if (str_eq(client->uris[i], text))
            return true;
    client->uris[client->uri_count++] = text;
    return true;
}

/*= rfc7591 3.2.1 "The authorization server MAY reject or replace any of the client's requested
 * metadata values submitted during the registration and substitute them with suitable values." */
static bool take_uris(const struct call *c, const json_t *uris, struct client *client,
                      struct err *err)
{
    if (!json_is_array(uris) || !json_array_size(uris))
        return err_set(err, ERR_INVALID_REDIRECT_URI, "redirect_uris must list at least one URI");
    if (json_array_size(uris) > CLIENT_URIS_MAX)
        return err_set(err, ERR_INVALID_REDIRECT_URI, "redirect_uris may list at most %d URIs",
                       CLIENT_URIS_MAX);
    for (size_t i = 0; i < json_array_size(uris); i++) {
        struct err why = { 0 };
        struct str text = dom_text(json_array_get(uris, i));
        if (!add_uri(c, text, client, &why) && err->code == ERR_NONE)
            *err = why;
    }
    return client->uri_count > 0;
}

static bool lists_or_absent(const json_t *tree, const char *key, const char *needed,
                            struct err *err)
{
    const json_t *values = dom_get(tree, key);
    if (!values || (json_is_array(values) && !json_array_size(values)))
        return true;
    for (size_t i = 0; i < json_array_size(values); i++)
        if (str_is(dom_text(json_array_get(values, i)), needed))
            return true;
    return err_set(err, ERR_INVALID_CLIENT_METADATA, "%s must contain %s", key, needed);
}

bool register_read(const struct call *c, struct str body, struct client *ret,
                   struct err *ret_dropped, struct err *err)
{
    JSON_AUTO *tree = NULL;
    struct client client = { .uri_count = 0 };
    if (!dom_parse_object(body, &tree, NULL))
        return err_set(err, ERR_INVALID_CLIENT_METADATA,
                       "the body must be a JSON object (RFC 7591)");
    if (!take_uris(c, dom_get(tree, "redirect_uris"), &client, ret_dropped)) {
        *err = *ret_dropped;
        return false;
    }
    if (!lists_or_absent(tree, "grant_types", "authorization_code", err) ||
        !lists_or_absent(tree, "response_types", "code", err))
        return false;
    client.name = client_name_clean(c->arena, dom_str(tree, "client_name"));
    // The tree ends here, its strings live on.
    for (size_t i = 0; i < client.uri_count; i++)
        client.uris[i] = arena_str(c->arena, client.uris[i]);
    *ret = client;
    return true;
}

static void answer(const struct call *c, const struct client *client, struct str id)
{
    CLEANUP(buf_release) struct buf body = BUF_INIT(32 * 1024);
    struct json_writer w;
    jw_init(&w, &body);
    jw_object(&w);
    jw_kv(&w, "client_id", id);
    jw_kv_int(&w, "client_id_issued_at", c->now);
    jw_kv(&w, "client_name", client->name);
    jw_key(&w, "redirect_uris");
    jw_array(&w);
    for (size_t i = 0; i < client->uri_count; i++)
        jw_str(&w, client->uris[i]);
    jw_array_end(&w);
    jw_kv_raw(&w, "grant_types", STR("[\"authorization_code\",\"refresh_token\"]"));
    jw_kv_raw(&w, "response_types", STR("[\"code\"]"));
    /*= rfc7591 3.2.1 "the authorization server MUST return all registered metadata about this
     * client" */
    jw_kv_c(&w, "token_endpoint_auth_method", "none");
    jw_kv_c(&w, "scope", OAUTH_SCOPE);
    jw_object_end(&w);
    response_json(c->ex, 201, buf_str(&body));
}

void endpoint_register(struct exchange *ex, void *ctx)
{
    struct call c;
    struct client client;
    struct err err = { 0 }, dropped = { 0 };
    if (!call_begin(&c, ex, ctx, false))
        return;
    if (!register_read(&c, http_body(ex), &client, &dropped, &err)) {
        response_error(ex, &err);
        return;
    }
    struct str id = client_seal(&c, &client);
    if (!id.n || id.n > CLIENT_ID_MAX) {
        err_set(&err, ERR_INVALID_CLIENT_METADATA,
                "the redirect URIs are too long together: register fewer or shorter ones");
        response_error(ex, &err);
        return;
    }
    LOG(LOG_DEBUG, "client registered", F("client", client.name), F_FP("client_id", id),
        F("dropped", err_text(&dropped)), F("request", http_id(ex)));
    answer(&c, &client, id);
}
