// SPDX-License-Identifier: MIT
// Dynamic client registration (RFC 7591) without a registry: the answer's client_id is the
// registration. Nothing is kept and a registration costs twice the processor time of a refusal
// (22 µs against 11), so the limit (gate.c) is generous, by address, and never one for all: that
// would let any stranger lock everybody else out.
#include "oauth/machines_int.h"

#include "json/write.h"

bool register_read(const struct call *c, struct str body, struct client *ret,
                   struct err *ret_dropped, struct err *err)
{
    JSON_AUTO *tree = NULL;
    if (!dom_parse_object(body, &tree, NULL))
        return err_set(err, ERR_INVALID_CLIENT_METADATA,
                       "the body must be a JSON object (RFC 7591)");
    return client_metadata_read(c, tree, REGISTER_URIS_MAX, ret, ret_dropped, err);
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
    jw_kv_raw(&w, "grant_types",
              waiting_offered(c->o)
                  ? STR("[\"authorization_code\",\"refresh_token\",\"" GRANT_DEVICE_CODE "\"]")
                  : STR("[\"authorization_code\",\"refresh_token\"]"));
    jw_kv_raw(&w, "response_types", STR("[\"code\"]"));
    /*= rfc7591 3.2.1 "the authorization server MUST return all registered metadata about this
     * client" */
    jw_kv_c(&w, "token_endpoint_auth_method", "none");
    if (client->application_type.n)
        jw_kv(&w, "application_type", client->application_type);
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
    if (c.o->config.registration_closed) {
        err_set(&err, ERR_ACCESS_DENIED, REGISTRATION_CLOSED);
        response_error(ex, &err);
        return;
    }
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
