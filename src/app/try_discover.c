// SPDX-License-Identifier: MIT
// What an AI client learns before the sign-in: the challenge, the two documents, its registration.
#include "app/try_int.h"

bool try_read_challenge(struct try *t, struct err *err)
{
    struct fetch_response CLEANUP(fetch_response_release) answer = { 0 };
    const struct fetch_request request = { .url = t->url };
    if (!fetch(t->fetcher, &request, &answer, err))
        return false;
    if (answer.status != 401) {
        try_say("•", "GET %s answered %d: no sign-in is asked for", t->url, answer.status);
        return true;
    }
    struct str challenge = fetch_header_get(&answer, "WWW-Authenticate");
    ptrdiff_t at = str_find(challenge, STR("resource_metadata=\""));
    if (at < 0)
        return err_set(err, ERR_UPSTREAM, "the 401 of %s names no resource_metadata: " STR_FMT,
                       t->url, STR_ARG(challenge));
    struct str rest = str_slice(challenge, (size_t)at + 19, challenge.n);
    t->metadata_url = try_keep(t, str_cut(&rest, '"'));
    try_done(t, "401 with the address of the metadata: " STR_FMT, STR_ARG(t->metadata_url));
    return true;
}

bool try_read_resource(struct try *t, struct err *err)
{
    JSON_AUTO *document = NULL;
    if (!try_get_json(t, "protected-resource metadata", t->metadata_url, &document, err))
        return false;
    t->resource = try_keep(t, dom_str(document, "resource"));
    /*= rfc9728 3.3 "the resource value returned MUST be identical to the protected resource's
     * resource identifier" */
    if (!str_is(t->resource, t->url))
        return err_set(err, ERR_UPSTREAM,
                       "the metadata is for '" STR_FMT
                       "', not for %s: set OIDCPROXY_BASE_URL, or use that URL",
                       STR_ARG(t->resource), t->url);
    t->issuer =
        try_keep(t, dom_text(json_array_get(dom_get(document, "authorization_servers"), 0)));
    struct str scope = STR("");
    json_t *scopes = dom_get(document, "scopes_supported");
    for (size_t i = 0; i < json_array_size(scopes); i++)
        scope = arena_printf(t->arena, STR_FMT "%s" STR_FMT, STR_ARG(scope), i ? " " : "",
                             STR_ARG(dom_text(json_array_get(scopes, i))));
    t->scope = scope;
    try_done(t, "resource " STR_FMT ", authorization server " STR_FMT, STR_ARG(t->resource),
             STR_ARG(t->issuer));
    return true;
}

bool try_read_server(struct try *t, struct err *err)
{
    JSON_AUTO *document = NULL;
    struct str url = arena_printf(t->arena, STR_FMT "/.well-known/oauth-authorization-server",
                                  STR_ARG(t->issuer));
    if (!try_get_json(t, "authorization-server metadata", url, &document, err))
        return false;
    /*= rfc8414 3.3 "The issuer value returned MUST be identical to the authorization server's
     * issuer identifier value" */
    if (!str_eq(dom_str(document, "issuer"), t->issuer))
        return err_set(err, ERR_UPSTREAM, "the metadata's issuer is '" STR_FMT "', not " STR_FMT,
                       STR_ARG(dom_str(document, "issuer")), STR_ARG(t->issuer));
    t->authorize_url = try_keep(t, dom_str(document, "authorization_endpoint"));
    t->token_url = try_keep(t, dom_str(document, "token_endpoint"));
    t->register_url = try_keep(t, dom_str(document, "registration_endpoint"));
    t->device_url = try_keep(t, dom_str(document, "device_authorization_endpoint"));
    t->expects_iss = dom_bool(document, "authorization_response_iss_parameter_supported", false);
    if (t->authorize_url.n == 0 || t->token_url.n == 0)
        return err_set(err, ERR_UPSTREAM,
                       "the metadata lacks authorization_endpoint or token_endpoint");
    if (t->register_url.n == 0 && !t->named)
        return err_set(err, ERR_UPSTREAM,
                       "the metadata have no registration_endpoint: this server takes only clients "
                       "that its administrator has named (OIDCPROXY_REGISTRATION=closed): give "
                       "one of them with --client-id");
    try_done(t, "endpoints found");
    return true;
}

bool try_register_client(struct try *t, struct err *err)
{
    JSON_AUTO *document = NULL;
    if (t->named) {
        t->client_id = str_c(t->named);
        try_done(t, "is client %s, as given", t->named);
        return true;
    }
    struct str body = arena_printf(
        t->arena,
        "{\"client_name\":\"" TRY_CLIENT_NAME "\",\"redirect_uris\":[\"" STR_FMT "\"],"
        "\"token_endpoint_auth_method\":\"none\",\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
        "\"response_types\":[\"code\"]}",
        STR_ARG(t->redirect_uri));
    if (!try_post(t, "registration", t->register_url, "application/json", body, &document, err))
        return false;
    t->client_id = try_keep(t, dom_str(document, "client_id"));
    try_done(t, "registered as a client (%zu characters of client_id)", t->client_id.n);
    return true;
}
