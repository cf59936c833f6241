// SPDX-License-Identifier: MIT
// Which keys a client names: in its metadata document, or in the operator's list (RFC 7591 section
// 2: jwks, jwks_uri, token_endpoint_auth_method).
#include "jose/jwk.h"
#include "json/write.h"
#include "oauth/documents_int.h"

static bool bad(struct err *err, const char *why)
{
    return err_set(err, ERR_CLIENT_DOCUMENT, "%s", why);
}

static bool read_algs(const json_t *tree, struct client_keys *keys, struct err *err)
{
    const json_t *alg = dom_get(tree, "token_endpoint_auth_signing_alg");
    keys->algs = alg ? (unsigned)jws_alg_by_name(dom_text(alg)) : JWS_ALL;
    return keys->algs || bad(err, "token_endpoint_auth_signing_alg must be RS256, another of "
                                  "RS, PS or ES with 256, 384 or 512, EdDSA, or left out");
}

static bool read_set(struct arena *arena, const json_t *jwks, struct str *ret, struct err *err)
{
    CLEANUP(jwks_free) struct jwks *set = NULL;
    CLEANUP(buf_release) struct buf json = BUF_INIT(KEY_SET_BYTES_MAX);
    json_add_compact(&json, jwks);
    if (!buf_ok(&json))
        return bad(err, "jwks is larger than 32 KiB");
    *ret = arena_str(arena, buf_str(&json));
    return jwks_parse(*ret, &set, err) || err_prefix(err, "jwks");
}

// Where both would be read, they could differ.
/*= rfc7591 2 "The "jwks_uri" and "jwks" parameters MUST NOT both be present in the same request or
 * response." */
static bool read_place(struct arena *arena, const json_t *tree, struct client_keys *keys,
                       struct err *err)
{
    const json_t *jwks = dom_get(tree, "jwks"), *uri = dom_get(tree, "jwks_uri");
    if (jwks && uri)
        return bad(err, "jwks and jwks_uri exclude each other");
    if (jwks)
        return read_set(arena, jwks, &keys->set, err);
    if (!dom_text(uri).n)
        return bad(err, "private_key_jwt needs jwks or jwks_uri");
    keys->uri = arena_str(arena, dom_text(uri));
    return true;
}

static bool read_keys(const struct call *c, const json_t *tree, struct client_keys *ret,
                      struct err *err)
{
    struct client_keys keys = { .algs = 0 };
    struct redirect_uri at;
    if (!read_algs(tree, &keys, err) || !read_place(c->arena, tree, &keys, err))
        return false;
    if (keys.uri.n && !document_url_ok(c, keys.uri, &at, &keys.host, err))
        return err_prefix(err, "jwks_uri");
    *ret = keys;
    return true;
}

// ChatGPT prefers private_key_jwt and lists none beside it: then it may come either way.
bool client_keys_read(const struct call *c, const json_t *tree, struct client_keys *ret,
                      struct err *err)
{
    static const char list[] = "token_endpoint_auth_methods_supported";
    struct str method = dom_str(tree, "token_endpoint_auth_method");
    bool none = !method.n || str_is(method, "none") || client_list_has(tree, list, "none");
    bool key = str_is(method, "private_key_jwt") || client_list_has(tree, list, "private_key_jwt");
    struct err why = { 0 };
    *ret = (struct client_keys){ .algs = 0 };
    if (!none && !key)
        return bad(err, "it offers no token_endpoint_auth_method that this server takes");
    if (!key)
        return true;
    bool good = read_keys(c, tree, ret, &why);
    ret->required = !none;
    ret->optional = none;
    if (good || !none)
        return good || err_set(err, why.code, "%s", why.text);
    ret->trouble = arena_str(c->arena, err_text(&why));
    return true;
}

// The operator may name any https host.
bool client_keys_fixed(struct arena *arena, const json_t *tree, struct client_keys *ret,
                       struct err *err)
{
    struct client_keys keys = { .required = true, .host = HOST_LISTED, .given = true };
    struct redirect_uri at;
    *ret = (struct client_keys){ .algs = 0 };
    if (!dom_get(tree, "jwks") && !dom_get(tree, "jwks_uri"))
        return !dom_get(tree, "token_endpoint_auth_signing_alg") ||
               bad(err, "token_endpoint_auth_signing_alg needs jwks or jwks_uri");
    if (!read_algs(tree, &keys, err) || !read_place(arena, tree, &keys, err))
        return false;
    if (keys.uri.n && (!redirect_uri_parse(keys.uri, &at, err) || at.kind != REDIRECT_HTTPS))
        return err_set(err, ERR_CONFIG, "jwks_uri must be an https URL");
    *ret = keys;
    return true;
}
