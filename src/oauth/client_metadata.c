// SPDX-License-Identifier: MIT
// What a registration (RFC 7591) and a client metadata document say alike, read by one rule.
#include "oauth/machines_int.h"

static bool add_uri(const struct oauth_config *config, struct str text, struct client *client,
                    struct err *err)
{
    struct redirect_uri uri;
    if (!redirect_uri_parse(text, &uri, err))
        return false;
    if (!redirect_uri_allowed(&uri, config->redirect_hosts, config->redirect_schemes))
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
static bool take_uris(const struct oauth_config *config, const json_t *uris, size_t max,
                      struct client *client, struct err *err)
{
    if (!json_is_array(uris) || !json_array_size(uris))
        return err_set(err, ERR_INVALID_REDIRECT_URI, "redirect_uris must list at least one URI");
    if (json_array_size(uris) > max)
        return err_set(err, ERR_INVALID_REDIRECT_URI, "redirect_uris may list at most %zu URIs",
                       max);
    for (size_t i = 0; i < json_array_size(uris); i++) {
        struct err why = { 0 };
        struct str text = dom_text(json_array_get(uris, i));
        if (!add_uri(config, text, client, &why) && err->code == ERR_NONE)
            *err = why;
    }
    return client->uri_count > 0;
}

bool client_list_has(const json_t *tree, const char *key, const char *word)
{
    const json_t *values = dom_get(tree, key);
    for (size_t i = 0; i < json_array_size(values); i++)
        if (str_is(dom_text(json_array_get(values, i)), word))
            return true;
    return false;
}

static bool lists_or_absent(const json_t *tree, const char *key, const char *needed,
                            struct err *err)
{
    const json_t *values = dom_get(tree, key);
    if (!values || (json_is_array(values) && !json_array_size(values)))
        return true;
    return client_list_has(tree, key, needed) ||
           err_set(err, ERR_INVALID_CLIENT_METADATA, "%s must contain %s", key, needed);
}

// A client of device codes alone: nobody is sent back to it, so it may have no redirect URI.
static bool is_device_only(const struct call *c, const json_t *tree)
{
    return waiting_offered(c->o) && client_list_has(tree, "grant_types", GRANT_DEVICE_CODE) &&
           !client_list_has(tree, "grant_types", "authorization_code");
}

// What it says is echoed, never believed: Cursor calls itself a web application and is sent back to
// loopback and to a scheme of its own. A redirect URI is judged by what it is.
static bool take_type(const json_t *tree, struct client *client, struct err *err)
{
    const json_t *type = dom_get(tree, "application_type");
    client->application_type = dom_text(type);
    return !type || str_is(client->application_type, "web") ||
           str_is(client->application_type, "native") ||
           err_set(err, ERR_INVALID_CLIENT_METADATA,
                   "application_type must be native or web, or be left out");
}

bool client_metadata_read(const struct call *c, const json_t *tree, size_t uris_max,
                          struct client *ret, struct err *ret_dropped, struct err *err)
{
    struct client client = { .uri_count = 0 };
    bool device = is_device_only(c, tree);
    const json_t *uris = dom_get(tree, "redirect_uris");
    if (!(device && !uris) && !take_uris(&c->o->config, uris, uris_max, &client, ret_dropped)) {
        *err = *ret_dropped;
        return false;
    }
    if (!device && (!lists_or_absent(tree, "grant_types", "authorization_code", err) ||
                    !lists_or_absent(tree, "response_types", "code", err)))
        return false;
    if (!take_type(tree, &client, err))
        return false;
    client.application_type = arena_str(c->arena, client.application_type);
    client.name = client_name_clean(c->arena, dom_str(tree, "client_name"));
    // The tree ends with its reader, the strings live on.
    for (size_t i = 0; i < client.uri_count; i++)
        client.uris[i] = arena_str(c->arena, client.uris[i]);
    *ret = client;
    return true;
}
