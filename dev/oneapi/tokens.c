// SPDX-License-Identifier: MIT
#include "tokens.h"

#include "base/mem.h"
#include "base/random.h"
#include "base/table.h"
#include "jose/jws.h"
#include "json/write.h"

#define CLAIMS_MAX 16384

struct tokens {
    struct table *known;
    struct jwk *key;
};

struct tokens *tokens_new(void)
{
    struct tokens *t = mem_zalloc(1, sizeof(*t));
    t->known = table_new(TOKENS_MAX, free);
    t->key = jwk_generate(JWS_RS256);
    return t;
}

void tokens_free(struct tokens *t)
{
    if (!t)
        return;
    table_free(t->known);
    jwk_free(t->key);
    free(t);
}

void tokens_expire(struct tokens *t)
{
    table_free(t->known);
    t->known = table_new(TOKENS_MAX, free);
}

static void write_claims(struct buf *out, struct str client, const json_t *services, int64_t now,
                         int64_t lifetime)
{
    struct json_writer w;
    char jti[33];
    random_hex(jti, 16);
    jw_init(&w, out);
    jw_object(&w);
    jw_kv_c(&w, "iss", "https://acme.zslogin.example");
    jw_kv_c(&w, "aud", "https://api.zscaler.com");
    jw_kv(&w, "sub", client);
    jw_kv(&w, "cid", client);
    jw_kv_c(&w, "jti", jti);
    jw_kv_int(&w, "iat", now);
    jw_kv_int(&w, "exp", now + lifetime);
    jw_key(&w, "service-info");
    jw_array(&w);
    for (size_t i = 0; i < json_array_size(services); i++) {
        jw_object(&w);
        jw_kv(&w, "prd", dom_text(json_array_get(services, i)));
        jw_kv_c(&w, "oid", "216196257331281920");
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
}

void tokens_issue(struct tokens *t, struct str client, const json_t *services, int64_t now,
                  int64_t lifetime, struct buf *out)
{
    CLEANUP(buf_release) struct buf claims = BUF_INIT(CLAIMS_MAX);
    write_claims(&claims, client, services, now, lifetime);
    size_t from = out->n;
    jws_sign(t->key, STR("\"typ\":\"JWT\""), buf_str(&claims), out);
    struct str text = str_slice(buf_str(out), from, out->n);
    struct token *token = mem_alloc(sizeof(*token));
    *token = (struct token){ .expires = now + lifetime, .fingerprint = fingerprint(text) };
    table_put(t->known, text, token);
}

struct token *tokens_find(struct tokens *t, struct str text, int64_t now)
{
    struct token *token = table_get(t->known, text);
    return token && now < token->expires ? token : NULL;
}
