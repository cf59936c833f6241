// SPDX-License-Identifier: MIT
// Tokens as a relying party sees them.
#ifndef TESTS_DEV_ENTRA_TOKENS_H
#define TESTS_DEV_ENTRA_TOKENS_H

#include "rig.h"

#include "jose/b64url.h"
#include "jose/jws.h"

#define SEED_FORM                                                                                  \
    "grant_type=authorization_code&client_id=" SEED                                                \
    "&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A6274%%2Fcallback&code=%s"
#define WEB_URI "https://web.example/cb"
#define WEB_FORM                                                                                   \
    "grant_type=authorization_code&client_id=" WEB                                                 \
    "&redirect_uri=https%%3A%%2F%%2Fweb.example%%2Fcb&code_verifier=" VERIFIER "&code=%s"
#define API2_FORM                                                                                  \
    "grant_type=authorization_code&client_id=" API2                                                \
    "&redirect_uri=http%%3A%%2F%%2Flocalhost%%2Fapi2&code=%s"
#define WITH_PKCE    "&code_verifier=" VERIFIER
#define REFRESH      "grant_type=refresh_token&client_id="
#define API2_SCOPE   "https://mcp.example/mcp/mcp.access openid offline_access"
#define LEGACY_SCOPE "api://" API1 "/legacy.read"

static inline const char *seed_code(void)
{
    return get_code(NULL, NULL, NULL, ALICE);
}

static inline struct reply seed_redeem(const char *code, const char *more)
{
    return tk(T1, "", SEED_FORM "%s", code, more);
}

static inline json_t *seed_tokens(void)
{
    struct reply r = seed_redeem(seed_code(), WITH_PKCE);
    return expect_tokens(&r);
}

// Of SEED, for any scope and person.
static inline json_t *tokens_for(const char *scope, const char *as)
{
    struct reply r = seed_redeem(get_code(NULL, NULL, scope, as), WITH_PKCE);
    return expect_tokens(&r);
}

static inline json_t *api2_tokens(void)
{
    const char *code = get_code(API2, "http://localhost/api2", API2_SCOPE, ALICE);
    struct reply r = tk(T1, "", API2_FORM WITH_PKCE, code);
    return expect_tokens(&r);
}

static inline const char *member(const json_t *tokens, const char *name)
{
    struct str text = dom_str(tokens, name);
    assert_non_null(text.p);
    return text.p;
}

static inline void free_set(void *set)
{
    jwks_free(set);
}

static inline const struct jwks *key_set_at(const char *path)
{
    struct jwks *set = NULL;
    struct err err = { 0 };
    struct reply r = get(path);
    assert_true(jwks_parse(r.body, &set, &err));
    arena_defer(rig.arena, free_set, set);
    return set;
}

static inline const struct jwks *key_set(void)
{
    return key_set_at("/" T1 "/discovery/v2.0/keys");
}

static inline bool verifies(const char *token, const struct jwks *set)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    return jws_parse(str_c(token), &jws, NULL) && jws_verify(&jws, set, JWS_RS256, NULL, NULL);
}

static inline json_t *part_of(const char *token, int which)
{
    struct str rest = str_c(token);
    if (which)
        str_cut(&rest, '.');
    struct buf out = BUF_INIT(65536);
    assert_true(b64url_decode(&out, str_cut(&rest, '.')));
    json_t *tree = json_of(buf_str(&out));
    buf_release(&out);
    return tree;
}

static inline json_t *header_part(const char *token)
{
    return part_of(token, 0);
}

static inline json_t *claims_of(const char *token)
{
    return part_of(token, 1);
}

static inline json_t *id_claims(const json_t *tokens)
{
    return claims_of(member(tokens, "id_token"));
}

static inline bool claim_is(const json_t *claims, const char *name, const char *value)
{
    return str_is(dom_str(claims, name), value);
}

static inline struct reply refresh(const char *client, const char *token, const char *more)
{
    return tk(T1, "", REFRESH "%s&refresh_token=%s%s", client, token, more);
}

static inline struct reply with_bearer(const char *method, const char *path, const char *token)
{
    const char *line = arena_printf(rig.arena, "Authorization: Bearer %s\r\n", token).p;
    return ask(method, path, line, strcmp(method, "POST") == 0 ? "" : NULL);
}

#endif
