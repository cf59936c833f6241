// SPDX-License-Identifier: MIT
#include "mint.h"

#include "claims.h"
#include "config.h"
#include "jose/b64url.h"
#include "jose/digest.h"
#include "jose/jws.h"
#include "json/write.h"
#include "keys.h"
#include "registry.h"

#define TOKEN_MAX JWS_BYTES_MAX

int mint_expires_in(struct call *c)
{
    int64_t jitter = behaviour_number(c->emu, "tokenJitter");
    if (jitter <= 0)
        return 3599;
    // One answer, one lifetime: the trace id is its dice.
    return 3599 + (int)((int64_t)strtoul(c->trace_id + 24, NULL, 16) % (jitter + 1));
}

// --- faults: tokens that every relying party must refuse ---

static void spoil_claims(const char *fault, json_t *claims, int64_t now)
{
    static const struct {
        const char *fault, *claim, *value;
    } texts[] = {
        { "aud", "aud", "c11e0000-0000-4000-8000-00000000dead" },
        { "iss", "iss", "https://issuer.invalid/v2.0" },
        { "tid", "tid", "7e57ed00-0000-4000-8000-00000000dead" },
        { "nonce", "nonce", "another-nonce" },
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (strcmp(fault, texts[i].fault) == 0)
            dom_set(claims, texts[i].claim, json_string(texts[i].value));
    }
    if (strcmp(fault, "nononce") == 0)
        json_object_del(claims, "nonce");
    if (strcmp(fault, "nosub") == 0)
        json_object_del(claims, "sub");
    if (strcmp(fault, "exp") == 0)
        dom_set(claims, "exp", json_integer(now - 3600));
    if (strcmp(fault, "nbf") == 0)
        dom_set(claims, "nbf", json_integer(now + 3600));
    if (strcmp(fault, "audarray") == 0) {
        json_t *list = json_array();
        json_array_append(list, json_object_get(claims, "aud"));
        json_array_append_new(list, json_string("another-audience"));
        dom_set(claims, "aud", list);
    }
}

static const char *header_alg(const char *fault)
{
    if (fault && strcmp(fault, "algnone") == 0)
        return "none";
    return fault && strcmp(fault, "hs256") == 0 ? "HS256" : "RS256";
}

static void add_signature(const struct mint *m, const struct jwk *key, struct str input,
                          struct buf *out)
{
    CLEANUP(buf_release) struct buf signature = BUF_INIT(1024);
    const char *alg = header_alg(m->fault);
    if (strcmp(alg, "none") == 0)
        return;
    if (strcmp(alg, "HS256") == 0) {
        uint8_t mac[SHA256_SIZE];
        CLEANUP(buf_release) struct buf public_key = BUF_INIT(4096);
        jwk_public_der(key, &public_key);
        hmac_sha256(buf_str(&public_key), input, mac);
        buf_add(&signature, str_of(mac, sizeof(mac)));
    } else {
        jwk_sign(key, input, &signature);
    }
    if (m->fault && strcmp(m->fault, "sig") == 0)
        signature.p[signature.n / 2] ^= 1;
    b64url_encode(out, buf_str(&signature));
}

// --- signing ---

// of_app: whose token it is, in case it has a key of its own.
static const struct jwk *signing_key(const struct mint *m, const json_t *of_app)
{
    struct keystore *keys = m->c->emu->keys;
    if (m->fault && strcmp(m->fault, "kid") == 0)
        return keystore_foreign(keys);
    const struct jwk *own = of_app ? keystore_of_app(keys, of_app) : NULL;
    bool personal = tenant_is_personal(m->tenant);
    return own ? own : keystore_get(keys, personal ? KEY_MSA : KEY_CURRENT);
}

static void add_header(const struct jwk *key, const char *alg, bool v1, struct str nonce,
                       struct buf *out)
{
    CLEANUP(buf_release) struct buf header = BUF_INIT(1024);
    struct json_writer w;
    jw_init(&w, &header);
    jw_object(&w);
    jw_kv_c(&w, "typ", "JWT");
    if (nonce.n)
        jw_kv(&w, "nonce", nonce);
    jw_kv_c(&w, "alg", alg);
    if (v1)
        jw_kv(&w, "x5t", jwk_kid(key));
    jw_kv(&w, "kid", jwk_kid(key));
    jw_object_end(&w);
    b64url_encode(out, buf_str(&header));
}

static struct str hashed_nonce(struct arena *arena, struct str nonce)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(64);
    sha256_b64url(&out, nonce);
    return arena_str(arena, buf_str(&out));
}

// Graph's tokens carry a nonce, and are signed as if its hash stood there.
static struct str sign(struct mint *m, const struct jwk *key, json_t *claims, bool v1,
                       struct str nonce)
{
    const char *alg = header_alg(m->fault);
    CLEANUP(buf_release)
    struct buf payload = BUF_INIT(TOKEN_MAX), token = BUF_INIT(2 * TOKEN_MAX),
               signed_text = BUF_INIT(2 * TOKEN_MAX), body = BUF_INIT(2 * TOKEN_MAX);
    if (m->fault)
        spoil_claims(m->fault, claims, m->c->now);
    json_add_compact(&payload, claims);
    json_decref(claims);
    b64url_encode(&body, buf_str(&payload));
    add_header(key, alg, v1, nonce, &token);
    add_header(key, alg, v1, nonce.n ? hashed_nonce(m->c->arena, nonce) : nonce, &signed_text);
    struct buf *both[] = { &token, &signed_text };
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        buf_addc(both[i], '.');
        buf_add(both[i], buf_str(&body));
    }
    buf_addc(&token, '.');
    add_signature(m, key, buf_str(&signed_text), &token);
    return arena_str(m->c->arena, buf_str(&token));
}

// From the v1 token endpoint an ID token comes without a signature.
static struct str unsigned_token(struct mint *m, json_t *claims)
{
    CLEANUP(buf_release) struct buf payload = BUF_INIT(TOKEN_MAX), token = BUF_INIT(2 * TOKEN_MAX);
    if (m->fault)
        spoil_claims(m->fault, claims, m->c->now);
    json_add_compact(&payload, claims);
    json_decref(claims);
    b64url_encode(&token, STR("{\"typ\":\"JWT\",\"alg\":\"none\"}"));
    buf_addc(&token, '.');
    b64url_encode(&token, buf_str(&payload));
    buf_addc(&token, '.');
    return arena_str(m->c->arena, buf_str(&token));
}

struct str mint_id_token(struct mint *m)
{
    const struct jwk *key = signing_key(m, m->app);
    if (!m->c->v1)
        return sign(m, key, claims_id_token(m), false, STR_NONE);
    if (!m->front_channel && behaviour_is(m->c->emu, "v1IdToken", "unsigned"))
        return unsigned_token(m, claims_id_token_v1(m));
    return sign(m, key, claims_id_token_v1(m), true, STR_NONE);
}

struct str mint_access_token(struct mint *m)
{
    const json_t *api = scopes_resource_app(m->scopes);
    const struct jwk *key = signing_key(m, api);
    if (api && app_mints_v2(api))
        return sign(m, key, claims_api_v2(m, api), false, STR_NONE);
    if (api)
        return sign(m, key, claims_v1(m, api), true, STR_NONE);
    return sign(m, key, claims_v1(m, NULL), true, emu_opaque(m->c, "", 32));
}

struct str mint_client_info(struct mint *m)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(256), out = BUF_INIT(512);
    buf_addf(&text, "{\"uid\":\"" STR_FMT "\",\"utid\":\"" STR_FMT "\"}",
             STR_ARG(dom_str(m->user, "id")), STR_ARG(dom_str(m->tenant, "id")));
    b64url_encode(&out, buf_str(&text));
    return arena_str(m->c->arena, buf_str(&out));
}

static void add_full_name(struct mint *m, const struct scope *s, struct str name, struct buf *out)
{
    struct str prefix = s->owner ? s->prefix : str_c(config_cloud(m->c->emu)->graph);
    buf_addf(out, STR_FMT "/" STR_FMT " ", STR_ARG(prefix), STR_ARG(name));
}

static void add_listed(struct mint *m, const struct scope *s, struct buf *out)
{
    struct str name;
    for (size_t i = 0; (name = static_scope_at(m->app, s->owner, i)).p; i++) {
        const struct graph_scope *graph = s->owner ? NULL : graph_scope_named(name);
        if (!graph || !graph->oidc)
            add_full_name(m, s, name, out);
    }
}

struct str mint_scope_text(struct mint *m)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(16384);
    const char *word;
    for (size_t i = 0; (word = scopes_oidc_at(m->scopes, i)); i++) {
        if (strcmp(word, "offline_access") != 0)
            buf_addf(&out, "%s ", word);
    }
    for (size_t i = 0; i < m->scopes->count; i++) {
        const struct scope *s = &m->scopes->api[i];
        if (!str_eq(s->resource, scopes_resource(m->scopes)))
            continue;
        if (scope_is_default(s) && s->owner != m->app)
            add_listed(m, s, &out);
        else
            add_full_name(m, s, s->name, &out);
    }
    return arena_str(m->c->arena, str_trim(buf_str(&out)));
}

// --- checking our own ---

static bool verify_altered(struct call *c, struct str token, struct jws *jws, struct err *err)
{
    struct str nonce = dom_str(jws->header, "nonce");
    CLEANUP(buf_release) struct buf header = BUF_INIT(1024), input = BUF_INIT(2 * TOKEN_MAX);
    const struct jwk *key = keystore_named(c->emu->keys, dom_str(jws->header, "kid"));
    if (!nonce.n || !key)
        return err_set(err, ERR_TOKEN_SIGNATURE, "no Graph token");
    add_header(key, "RS256", true, hashed_nonce(c->arena, nonce), &header);
    struct str rest = token;
    str_cut(&rest, '.');
    buf_add(&input, buf_str(&header));
    buf_addc(&input, '.');
    buf_add(&input, str_cut(&rest, '.'));
    jws->signing_input = buf_str(&input);
    CLEANUP(jwks_free) struct jwks *set = jwk_public_set(key);
    return jws_verify(jws, set, JWS_RS256, NULL, err);
}

bool mint_verify_graph(struct call *c, struct str token, json_t **ret_claims, struct err *err)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    if (!jws_parse(token, &jws, err) || !verify_altered(c, token, &jws, err))
        return false;
    struct str aud = dom_str(jws.payload, "aud");
    if (!str_is(aud, GRAPH_APP_ID) && !str_is(aud, config_cloud(c->emu)->graph))
        return err_set(err, ERR_TOKEN_AUDIENCE, "the token is not for Graph");
    if (dom_int(jws.payload, "exp", 0) <= c->now)
        return err_set(err, ERR_TOKEN_EXPIRED, "the token has expired");
    *ret_claims = json_incref(jws.payload);
    return true;
}
