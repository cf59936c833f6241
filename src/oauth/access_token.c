// SPDX-License-Identifier: MIT
#include "oauth/access_token.h"

#include "base/utf8.h"
#include "jose/b64url.h"
#include "jose/claims.h"
#include "jose/jws.h"
#include "json/write.h"

#define TOKEN_MAX  4096
#define SHOWN_MAX  48 // bytes of a name that are carried: with Entra's ids a token stays below 1 KiB
#define HEADER_MAX 512

static void kv_if(struct json_writer *w, const char *key, struct str value)
{
    if (value.n)
        jw_kv(w, key, value);
}

void access_token_mint(const struct keyring *keys, const struct access_claims *claims,
                       struct buf *out)
{
    CLEANUP(buf_release) struct buf payload = BUF_INIT(TOKEN_MAX);
    struct json_writer w;
    jw_init(&w, &payload);
    jw_object(&w);
    /*= rfc9068 2.2 "The following claims are used in the JWT access token data structure." : all
     * REQUIRED ones */
    jw_kv(&w, "iss", claims->issuer);
    jw_kv(&w, "aud", claims->resource);
    jw_kv(&w, "sub", claims->subject);
    jw_kv(&w, "client_id", claims->client_id);
    jw_kv_int(&w, "iat", claims->issued);
    jw_kv_int(&w, "exp", claims->expires);
    jw_kv(&w, "jti", claims->id);
    jw_kv(&w, "scope", claims->scope);
    kv_if(&w, "tid", claims->tenant);
    kv_if(&w, "name", utf8_cut(claims->name, SHOWN_MAX));
    kv_if(&w, "email", claims->email);
    kv_if(&w, "client_name", utf8_cut(claims->client_name, SHOWN_MAX));
    kv_if(&w, "fam", claims->family);
    kv_if(&w, "marks", claims->marks);
    if (claims->machine)
        jw_kv_c(&w, "idtyp", "app"); // Entra's word for it
    jw_object_end(&w);
    /*= rfc9068 2.1 "JWT access tokens MUST include this media type in the "typ" header parameter"
     */
    jws_sign(keyring_signer(keys), STR("\"typ\":\"at+jwt\""), buf_str(&payload), out);
}

static bool typ_is_access(const json_t *header)
{
    struct str typ = dom_str(header, "typ");
    return str_eq_nocase(typ, STR("at+jwt")) || str_eq_nocase(typ, STR("application/at+jwt"));
}

static bool judge(const struct jws *jws, struct str issuer, struct str resource, int64_t now,
                  struct err *err)
{
    char want_issuer[512];
    snprintf(want_issuer, sizeof(want_issuer), STR_FMT, STR_ARG(issuer));
    struct str audiences[] = { resource, STR_NONE };
    /*= rfc9068 4 "The resource server MUST validate that the "aud" claim contains a resource
     * indicator value corresponding to an identifier the resource server expects for itself." */
    return claims_check(
        jws->payload,
        &(struct claims_want){ .issuer = want_issuer, .audiences = audiences, .now = now }, err);
}

bool access_token_verify(const struct keyring *keys, struct str token, struct str issuer,
                         struct str resource, int64_t now, struct arena *arena,
                         struct access_claims *ret, struct err *err)
{
    CLEANUP(jws_release) struct jws jws = { .header = NULL };
    if (!jws_parse(token, &jws, err))
        return false;
    /*= rfc9068 4 "The resource server MUST verify that the "typ" header value is "at+jwt" or
     * "application/at+jwt" and reject tokens carrying any other value." */
    if (!typ_is_access(jws.header))
        return err_set(err, ERR_TOKEN_CLAIM,
                       "the token is no access token (its typ is not at+jwt)");
    if (!jws_verify(&jws, keyring_verifiers(keys), JWS_EDDSA, NULL, err))
        return false;
    if (!judge(&jws, issuer, resource, now, err))
        return false;
    *ret = (struct access_claims){
        .issuer = arena_str(arena, issuer),
        .resource = arena_str(arena, resource),
        .subject = arena_str(arena, dom_str(jws.payload, "sub")),
        .tenant = arena_str(arena, dom_str(jws.payload, "tid")),
        .name = arena_str(arena, dom_str(jws.payload, "name")),
        .email = arena_str(arena, dom_str(jws.payload, "email")),
        .client_id = arena_str(arena, dom_str(jws.payload, "client_id")),
        .client_name = arena_str(arena, dom_str(jws.payload, "client_name")),
        .scope = arena_str(arena, dom_str(jws.payload, "scope")),
        .family = arena_str(arena, dom_str(jws.payload, "fam")),
        .id = arena_str(arena, dom_str(jws.payload, "jti")),
        .marks = arena_str(arena, dom_str(jws.payload, "marks")),
        .machine = str_is(dom_str(jws.payload, "idtyp"), "app"),
        .issued = dom_int(jws.payload, "iat", 0),
        .expires = dom_int(jws.payload, "exp", 0),
    };
    return true;
}

bool access_token_is_ours(struct str token)
{
    CLEANUP(buf_release) struct buf header = BUF_INIT(HEADER_MAX);
    JSON_AUTO *tree = NULL;
    struct str first = str_cut(&token, '.');
    return token.n && first.n <= HEADER_MAX && b64url_decode(&header, first) &&
           dom_parse_object(buf_str(&header), &tree, NULL) && typ_is_access(tree) &&
           str_is(dom_str(tree, "alg"), "EdDSA");
}
