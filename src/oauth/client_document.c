// SPDX-License-Identifier: MIT
// Client ID Metadata Documents (draft-ietf-oauth-client-id-metadata-document; quotes from -01): the
// client id is the https URL of what the client says of itself. Strangers choose these URLs, so
// what goes wrong is told in the log only, and every failure looks the same from outside.
#include "oauth/documents_int.h"

#include "json/scan.h"

// Hosts of the documents of clients we know (each from its maker's documentation or source). Their
// documents are kept apart from all others.
static const char *const known_hosts[] = {
    "claude.ai",   "claude.com", // Claude, Claude Code
    "vscode.dev",  "insiders.vscode.dev",
    "chatgpt.com", // ChatGPT, Codex
    "zed.dev",     "opencode.ai",         NULL,
};

// Copies for the day when a document cannot be fetched: claude.ai's edge, for one, answers 403 to
// some clouds (anthropics/claude-code 84263, claude-ai-mcp 650), and some networks let nothing out.
// They grant no more than a registration would: their redirect URIs must be allowed here all the
// same.
#define PINNED_WHEN "2026-09-24"
#define LOOPBACK    "\"http://localhost/callback\",\"http://127.0.0.1/callback\""
#define PIN_WITH(url, name, uris, more)                                                            \
    {                                                                                              \
        url, "{\"client_id\":\"" url "\",\"client_name\":\"" name "\",\"redirect_uris\":[" uris    \
             "]" more "}"                                                                          \
    }
#define PIN(url, name, uris) PIN_WITH(url, name, uris, "")
static const struct {
    const char *url, *document;
} pins[] = {
    PIN("https://claude.ai/oauth/mcp-oauth-client-metadata", "Claude",
        "\"https://claude.ai/api/mcp/auth_callback\""),
    PIN("https://claude.ai/oauth/claude-code-client-metadata", "Claude Code", LOOPBACK),
    PIN_WITH("https://chatgpt.com/oauth/client.json", "ChatGPT",
             "\"https://chatgpt.com/connector_platform_oauth_redirect\"",
             ",\"token_endpoint_auth_method\":\"private_key_jwt\","
             "\"token_endpoint_auth_methods_supported\":[\"none\",\"private_key_jwt\"],"
             "\"jwks_uri\":\"https://chatgpt.com/oauth/jwks.json\""),
    PIN("https://chatgpt.com/oauth/codex/client.json", "Codex", LOOPBACK),
    PIN("https://vscode.dev/oauth/client-metadata.json", "Visual Studio Code",
        "\"http://127.0.0.1:33418/\",\"https://vscode.dev/redirect\""),
    PIN("https://zed.dev/oauth/client-metadata.json", "Zed", "\"http://127.0.0.1/callback\""),
    PIN("https://opencode.ai/oauth/opencode/client.json", "opencode", LOOPBACK),
};

struct str document_pinned(struct str url)
{
    for (size_t i = 0; i < ARRAY_LEN(pins); i++)
        if (str_is(url, pins[i].url))
            return str_c(pins[i].document);
    return STR_NONE;
}

const char *document_pinned_when(void)
{
    return PINNED_WHEN;
}

bool client_documents_on(const struct oauth *o)
{
    const struct oauth_config *c = &o->config;
    bool any_host = !c->registration_closed || (c->document_hosts && *c->document_hosts);
    return o->documents && c->documents != OAUTH_DOCUMENTS_OFF && any_host;
}

static bool bad(struct err *err, const char *why)
{
    return err_set(err, ERR_CLIENT_DOCUMENT, "%s", why);
}

/*= cimd-01 3 "Client identifier URLs MUST have an "https" scheme, MUST contain a path component,
 * MUST NOT contain single-dot or double-dot path segments, MUST NOT contain a fragment component
 * and MUST NOT contain a username or password" */
bool document_url_ok(const struct call *c, struct str url, struct redirect_uri *at,
                     enum document_host *ret_host, struct err *err)
{
    const struct oauth_config *config = &c->o->config;
    struct str base = c->base, path;
    // The rules of an https redirect URI are the same and more.
    if (!redirect_uri_parse(url, at, err))
        return false;
    if (at->kind != REDIRECT_HTTPS)
        return bad(err, "its URL is not https");
    path = at->tail;
    path = str_cut(&path, '?');
    if (path.n < 2)
        return bad(err, "its URL has no path");
    (void)str_cut(&base, '/');
    (void)str_cut(&base, '/');
    if (str_eq_nocase(base, at->authority))
        return bad(err, "its URL is one of this server");
    if (redirect_uri_host_in(at, config->document_hosts))
        *ret_host = HOST_LISTED;
    else if (at->port.n && !str_is(at->port, "443"))
        return bad(err,
                   "its port is not 443, and OIDCPROXY_CLIENT_DOCUMENT_HOSTS does not list it");
    else if (redirect_uri_host_in(at, known_hosts))
        *ret_host = HOST_KNOWN;
    else if (config->documents == OAUTH_DOCUMENTS_LISTED)
        return bad(err, "OIDCPROXY_CLIENT_DOCUMENT_HOSTS does not list its host");
    else
        *ret_host = HOST_STRANGER;
    return true;
}

static bool shallow(struct str json)
{
    struct scan s;
    enum scan_token token;
    scan_init(&s, json, DOCUMENT_DEPTH_MAX);
    do
        token = scan_next(&s);
    while (token != SCAN_END && token != SCAN_ERROR);
    return token == SCAN_END;
}

static bool has_no_secret(const json_t *tree, struct err *err)
{
    /*= cimd-01 4.1 "the `client_secret` and `client_secret_expires_at` properties MUST NOT be used"
     */
    if (dom_get(tree, "client_secret") || dom_get(tree, "client_secret_expires_at"))
        return bad(err, "it has a client secret, for everybody to read");
    return !str_starts(dom_str(tree, "token_endpoint_auth_method"), STR("client_secret_")) ||
           bad(err, "its token_endpoint_auth_method needs a secret that nobody could agree on");
}

static struct str version_of(const struct call *c, const struct client *client)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(2 * DOCUMENT_BYTES_MAX);
    CLEANUP(buf_release) struct buf out = BUF_INIT(64);
    buf_add(&text, client->name);
    for (size_t i = 0; i < client->uri_count; i++) {
        buf_addc(&text, '\n');
        buf_add(&text, client->uris[i]);
    }
    sha256_b64url(&out, buf_str(&text));
    return arena_str(c->arena, str_slice(buf_str(&out), 0, 22));
}

bool document_read(const struct call *c, struct str url, struct str body, struct client *ret,
                   struct err *err)
{
    JSON_AUTO *tree = NULL;
    struct client client;
    struct client_keys keys;
    struct redirect_uri at;
    struct err dropped = { 0 };
    if (!shallow(body) || !dom_parse_object(body, &tree, err))
        return bad(err, "it is no JSON object, or too deep, or has a key twice");
    /*= cimd-01 4.1 "The client metadata document MUST contain a `client_id` property whose value
     * MUST match the URL of the document using simple string comparison" */
    if (!str_eq(dom_str(tree, "client_id"), url))
        return bad(err, "its client_id is not its URL");
    if (!dom_str(tree, "client_name").n)
        return bad(err, "it has no client_name");
    if (!has_no_secret(tree, err) || !client_keys_read(c, tree, &keys, err) ||
        !client_metadata_read(c, tree, CLIENT_URIS_MAX, &client, &dropped, err) ||
        !redirect_uri_parse(url, &at, err))
        return false;
    client.keys = keys;
    client.ref = client_ref(c->arena, url);
    client.publisher = arena_str(c->arena, at.authority);
    client.version = version_of(c, &client);
    *ret = client;
    return true;
}

// From its host or from memory; where neither has it, from this release.
static bool find(const struct call *c, struct str url, enum document_host host,
                 struct str *ret_body, struct err *err)
{
    if (documents_get(c, DOCUMENT_CLIENT, url, host, ret_body, err))
        return true;
    *ret_body = document_pinned(url);
    return ret_body->p && err->code != ERR_NOT_FOUND && err->code != ERR_BUSY;
}

// Key sets of named clients may lie anywhere; documents are clients.
static bool is_named(const struct call *c, enum document_host host, struct err *err)
{
    return !c->o->config.registration_closed || host == HOST_LISTED ||
           bad(err, "OIDCPROXY_REGISTRATION=closed, and OIDCPROXY_CLIENT_DOCUMENT_HOSTS does not "
                    "list its host");
}

bool client_of_document(const struct call *c, struct str url, struct client *ret, struct err *err)
{
    struct redirect_uri at;
    enum document_host host = HOST_STRANGER;
    struct str body;
    struct err why = { 0 };
    if (document_url_ok(c, url, &at, &host, &why) && is_named(c, host, &why) &&
        find(c, url, host, &body, &why) && document_read(c, url, body, ret, &why))
        return true;
    if (why.code == ERR_BUSY)
        return err_set(err, ERR_BUSY, "too many clients are being looked up: try again");
    LOG(LOG_WARNING, "client metadata document refused", F("document", str_slice(url, 0, 300)),
        F("reason", err_text(&why)), F("request", http_id(c->ex)));
    return err_set(
        err, ERR_CLIENT_DOCUMENT,
        "the metadata document that the client names as its id cannot be used; the log of "
        "this server says why");
}
