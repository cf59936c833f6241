// SPDX-License-Identifier: MIT
// Clients that need no registration: those the operator names (OIDCPROXY_CLIENTS), for products
// where people type an id and perhaps a secret; and this server's own client id at the identity
// provider, because that is what people find in its portal and type.
#include "oauth/internal.h"

#define FIXED_MAX     1000
#define FIXED_ID_MAX  512
#define SECRET_DIGITS (2 * SHA256_SIZE)

static bool bad(struct err *err, size_t i, const char *why)
{
    return err_set(err, ERR_CONFIG, "OIDCPROXY_CLIENTS: client %zu: %s", i + 1, why);
}

static const char *unknown_key(const json_t *entry)
{
    static const char *const known[] = { "client_id",
                                         "client_name",
                                         "redirect_uris",
                                         "client_secret_sha256",
                                         "jwks",
                                         "jwks_uri",
                                         "token_endpoint_auth_signing_alg" };
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)entry, key, value)
    {
        size_t i = 0;
        while (i < ARRAY_LEN(known) && strcmp(key, known[i]) != 0)
            i++;
        if (i == ARRAY_LEN(known))
            return key;
    }
    return NULL;
}

static bool id_ok(struct str id)
{
    for (size_t i = 0; i < id.n; i++)
        if (id.p[i] <= ' ' || id.p[i] > '~')
            return false;
    return id.n > 0 && id.n <= FIXED_ID_MAX;
}

static bool secret_hash_ok(struct str hash)
{
    for (size_t i = 0; i < hash.n; i++)
        if (!strchr("0123456789abcdef", hash.p[i]))
            return false;
    return hash.n == 0 || hash.n == SECRET_DIGITS;
}

static bool read_uris(struct arena *arena, const json_t *uris, size_t at, struct client *client,
                      struct err *err)
{
    struct redirect_uri parsed;
    if (!json_is_array(uris) || !json_array_size(uris) || json_array_size(uris) > CLIENT_URIS_MAX)
        return bad(err, at, "redirect_uris must be an array of 1 to 32 URIs");
    for (size_t i = 0; i < json_array_size(uris); i++) {
        struct str uri = dom_text(json_array_get(uris, i));
        if (!redirect_uri_parse(uri, &parsed, err))
            return err_prefix(err, "OIDCPROXY_CLIENTS: client %zu", at + 1);
        client->uris[client->uri_count++] = arena_str(arena, uri);
    }
    return true;
}

static bool read_one(struct arena *arena, const json_t *entry, size_t at, struct fixed_client *ret,
                     struct err *err)
{
    if (!json_is_object(entry))
        return bad(err, at, "it must be an object");
    struct str id = dom_str(entry, "client_id");
    struct str hash = dom_str(entry, "client_secret_sha256");
    if (dom_get(entry, "client_secret"))
        return bad(err, at,
                   "client_secret is not taken in the clear: give client_secret_sha256, as "
                   "printf %s \"$SECRET\" | sha256sum prints it");
    const char *key = unknown_key(entry);
    if (key)
        return err_set(err, ERR_CONFIG, "OIDCPROXY_CLIENTS: client %zu: '%s' is not known", at + 1,
                       key);
    if (!id_ok(id))
        return bad(err, at, "client_id must be 1 to 512 visible ASCII characters");
    if (!secret_hash_ok(hash))
        return bad(err, at, "client_secret_sha256 must be 64 lower-case hex digits");
    struct str name = dom_str(entry, "client_name");
    ret->id = arena_str(arena, id);
    ret->client = (struct client){ .ref = client_ref(arena, id),
                                   .name = client_name_clean(arena, name.n ? name : id),
                                   .which_uris = URIS_GIVEN,
                                   .secret = arena_str(arena, hash) };
    if (!client_keys_fixed(arena, entry, &ret->client.keys, err))
        return err_prefix(err, "OIDCPROXY_CLIENTS: client %zu", at + 1);
    if (hash.n && ret->client.keys.algs)
        return bad(err, at, "it has a secret and keys: it can prove itself by one of them only");
    return read_uris(arena, dom_get(entry, "redirect_uris"), at, &ret->client, err);
}

static void add_own(struct oauth *o, struct arena *arena)
{
    if (!o->config.idp_client_id || o->config.registration_closed)
        return; // everybody can read it in the address of the provider's sign-in page
    struct str id = arena_str(arena, str_c(o->config.idp_client_id));
    o->fixed[o->fixed_count++] = (struct fixed_client){
        .id = id,
        .client = { .ref = client_ref(arena, id),
                    .name = STR("An application that was given this server's client ID"),
                    .which_uris = URIS_ANY },
    };
}

bool client_fixed_read(struct oauth *o, struct err *err)
{
    JSON_AUTO *tree = NULL;
    struct str json = str_c(o->config.clients);
    if (json.n && !dom_parse(json, &tree, err))
        return err_prefix(err, "OIDCPROXY_CLIENTS");
    if (json.n && (!json_is_array(tree) || json_array_size(tree) > FIXED_MAX))
        return err_set(err, ERR_CONFIG,
                       "OIDCPROXY_CLIENTS: must be a JSON array of at most %d clients", FIXED_MAX);
    size_t count = json_array_size(tree);
    o->fixed = arena_alloc(o->arena, (count + 1) * sizeof(*o->fixed));
    for (; o->fixed_count < count; o->fixed_count++) {
        struct fixed_client *at = &o->fixed[o->fixed_count];
        if (!read_one(o->arena, json_array_get(tree, o->fixed_count), o->fixed_count, at, err))
            return false;
        if (client_fixed_find(o, at->id))
            return bad(err, o->fixed_count, "its client_id is there twice");
    }
    add_own(o, o->arena); // the last one: an entry of the operator with the same id comes first
    return true;
}

const struct client *client_fixed_find(const struct oauth *o, struct str id)
{
    for (size_t i = 0; i < o->fixed_count; i++)
        if (str_eq(o->fixed[i].id, id))
            return &o->fixed[i].client;
    return NULL;
}

bool client_fixed_any_secret(const struct oauth *o)
{
    for (size_t i = 0; i < o->fixed_count; i++)
        if (o->fixed[i].client.secret.n)
            return true;
    return false;
}

bool client_fixed_any_key(const struct oauth *o)
{
    for (size_t i = 0; i < o->fixed_count; i++)
        if (o->fixed[i].client.keys.algs)
            return true;
    return false;
}

// The same words as for an unknown client: whether it was the id or the secret, nobody learns.
bool client_secret_ok(const struct client *client, struct str secret, struct err *err)
{
    uint8_t digest[SHA256_SIZE];
    char hex[SECRET_DIGITS + 1];
    if (!client->secret.n)
        return true;
    sha256(secret, digest);
    for (size_t i = 0; i < SHA256_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return str_eq_secret(str_of(hex, SECRET_DIGITS), client->secret) ||
           err_set(err, ERR_INVALID_CLIENT, CLIENT_UNKNOWN);
}
