// SPDX-License-Identifier: MIT
// A client id is the registration itself, sealed so that the same metadata always give the same id
// (RFC 7591 A.5.2): nothing is kept, nothing is lost in a restart, instances of a client share one.
#include "oauth/internal.h"

#include "base/utf8.h"
#include "json/write.h"

#define KIND_CLIENT "client"
#define REF_LENGTH  22 // base64url digits of the SHA-256: 132 bits

struct str client_seal(const struct call *c, const struct client *client)
{
    CLEANUP(buf_release) struct buf plain = BUF_INIT(SEALED_MAX);
    CLEANUP(buf_release) struct buf out = BUF_INIT(2 * SEALED_MAX);
    struct json_writer w;
    jw_init(&w, &plain);
    jw_object(&w);
    jw_kv(&w, "n", client->name);
    jw_key(&w, "r");
    jw_array(&w);
    for (size_t i = 0; i < client->uri_count; i++)
        jw_str(&w, client->uris[i]);
    jw_array_end(&w);
    jw_object_end(&w);
    seal_same(c->o->config.keys, KIND_CLIENT, STR(""), buf_str(&plain), &out);
    return buf_ok(&out) ? arena_str(c->arena, buf_str(&out)) : STR_NONE;
}

struct str client_ref(struct arena *arena, struct str id)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(64);
    sha256_b64url(&out, id);
    return arena_str(arena, str_slice(buf_str(&out), 0, REF_LENGTH));
}

static bool open_sealed(const struct call *c, struct str id, struct client *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf plain = BUF_INIT(CLIENT_ID_MAX);
    JSON_AUTO *tree = NULL;
    if (!id.n || id.n > CLIENT_ID_MAX ||
        !unseal(c->o->config.keys, KIND_CLIENT, STR(""), id, &plain, NULL) ||
        !dom_parse_object(buf_str(&plain), &tree, NULL))
        return err_set(err, ERR_INVALID_CLIENT, CLIENT_UNKNOWN);
    struct client client = { .ref = client_ref(c->arena, id),
                             .name = arena_str(c->arena, dom_str(tree, "n")) };
    const json_t *uris = dom_get(tree, "r");
    for (size_t i = 0; i < json_array_size(uris) && i < CLIENT_URIS_MAX; i++)
        client.uris[client.uri_count++] = arena_str(c->arena, dom_text(json_array_get(uris, i)));
    *ret = client;
    return true;
}

// Which of the four a client id is, it says itself; what we seal never begins with a scheme.
bool client_open(const struct call *c, struct str id, struct client *ret, struct err *err)
{
    const struct client *fixed = client_fixed_find(c->o, id);
    if (fixed) {
        *ret = *fixed;
        return true;
    }
    if (str_starts(id, STR("https://")) && client_documents_on(c->o))
        return client_of_document(c, id, ret, err);
    // Those that registered before the administrator closed it are strangers like all others.
    if (c->o->config.registration_closed)
        return err_set(err, ERR_INVALID_CLIENT, REGISTRATION_CLOSED);
    return open_sealed(c, id, ret, err);
}

static bool is_among(const struct client *client, struct str uri)
{
    for (size_t i = 0; i < client->uri_count; i++)
        if (redirect_uri_same(client->uris[i], uri))
            return true;
    return client->which_uris == URIS_ANY;
}

bool client_redirect_ok(const struct call *c, const struct client *client, struct str uri,
                        struct err *err)
{
    struct redirect_uri parsed;
    if (!redirect_uri_parse(uri, &parsed, err))
        return false;
    // The lists may have changed since the registration.
    const struct oauth_config *config = &c->o->config;
    if (client->which_uris != URIS_GIVEN &&
        !redirect_uri_allowed(&parsed, config->redirect_hosts, config->redirect_schemes))
        return err_set(err, ERR_INVALID_REDIRECT_URI,
                       "redirect URI '" STR_FMT "' is not among those allowed here", STR_ARG(uri));
    return is_among(client, uri) ||
           err_set(err, ERR_INVALID_REDIRECT_URI,
                   "redirect URI '" STR_FMT "' is not one this client registered", STR_ARG(uri));
}

// Ranges that show nothing, or turn the direction of what follows.
static const struct {
    int32_t first, last;
} invisible[] = {
    { 0x00, 0x1f },       { 0x7f, 0x9f },     { 0xad, 0xad },     { 0x34f, 0x34f },
    { 0x61c, 0x61c },     { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
    { 0x200b, 0x200f },   { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
    { 0xfe00, 0xfe0f },   { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
    { 0xe0000, 0xe0fff },
};

static bool is_invisible(int32_t c)
{
    for (size_t i = 0; i < ARRAY_LEN(invisible); i++)
        if (c >= invisible[i].first && c <= invisible[i].last)
            return true;
    return c < 0;
}

struct str client_name_clean(struct arena *arena, struct str name)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(4 * CLIENT_NAME_MAX);
    size_t count = 0;
    for (size_t i = 0, n; i < name.n && count < CLIENT_NAME_MAX; i += n) {
        struct str rest = str_slice(name, i, name.n);
        int32_t c = utf8_decode(rest, &n);
        bool blank = c == '\t' || c == '\n' || c == '\r';
        if (!blank && is_invisible(c))
            continue;
        buf_add(&out, blank ? STR(" ") : str_slice(rest, 0, n));
        count++;
    }
    struct str clean = str_trim(buf_str(&out));
    return clean.n ? arena_str(arena, clean) : STR("Unnamed application");
}
