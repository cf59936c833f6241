// SPDX-License-Identifier: MIT
// POST /oauth2/v1/token: client credentials with a secret or a signed assertion. Clients that the
// configuration does not name may have any secret.
#include "base/clock.h"
#include "fake.h"
#include "jose/jws.h"
#include "json/write.h"

#define TOKEN_MAX      32768
#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

struct request {
    struct str grant, client, secret, assertion, assertion_type;
};

static void refuse(struct call *c, int status, const char *error, const char *text)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
    struct json_writer w;
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv_c(&w, "error", error);
    jw_kv_c(&w, "error_description", text);
    jw_object_end(&w);
    answer(c, status, buf_str(&out));
}

static const json_t *client_of(const struct fake *f, struct str id, bool *ret_any)
{
    const json_t *clients = dom_get(f->config, "clients");
    *ret_any = json_array_size(clients) == 0;
    for (size_t i = 0; i < json_array_size(clients); i++) {
        const json_t *client = json_array_get(clients, i);
        if (str_eq(dom_str(client, "clientId"), id))
            return client;
    }
    return NULL;
}

/*= rfc7523 3 "…The JWT MUST contain an "exp" (expiration time) claim…" */
static bool claims_good(const struct jws *jws, struct str client, int64_t now)
{
    const json_t *p = jws->payload;
    return str_eq(dom_str(p, "iss"), client) && str_eq(dom_str(p, "sub"), client) &&
           dom_str(p, "aud").n && dom_int(p, "exp", 0) > now;
}

static bool signature_good(const struct jws *jws, const json_t *client)
{
    const json_t *set = dom_get(client, "jwks");
    if (!set)
        return str_is(dom_str(jws->header, "alg"), "RS256");
    CLEANUP(buf_release) struct buf text = BUF_INIT(JWKS_BYTES_MAX);
    CLEANUP(jwks_free) struct jwks *keys = NULL;
    json_add_compact(&text, set);
    return jwks_parse(buf_str(&text), &keys, NULL) && jws_verify(jws, keys, JWS_RS256, NULL, NULL);
}

// The client id stands in the assertion when the form does not name it.
static bool assertion_good(struct request *r, const struct fake *f, int64_t now)
{
    bool any;
    CLEANUP(jws_release) struct jws jws = { 0 };
    if (!jws_parse(r->assertion, &jws, NULL))
        return false;
    struct str subject = dom_str(jws.payload, "sub");
    struct str id = r->client.n ? r->client : subject;
    const json_t *client = client_of(f, id, &any);
    return (client || any) && claims_good(&jws, id, now) && signature_good(&jws, client);
}

static bool secret_good(const struct request *r, const struct fake *f)
{
    bool any;
    const json_t *client = client_of(f, r->client, &any);
    if (!client)
        return any;
    return str_eq_secret(dom_str(client, "clientSecret"), r->secret);
}

static bool read_request(struct call *c, struct request *r)
{
    struct form *form;
    struct str type = http_header(c->ex, "Content-Type");
    bool is_form =
        str_eq_nocase(str_trim(str_cut(&type, ';')), STR("application/x-www-form-urlencoded"));
    if (!is_form || !form_parse(c->arena, http_body(c->ex), &form, NULL)) {
        refuse(c, 400, "invalid_request", "The body must be a form.");
        return false;
    }
    *r = (struct request){ form_get(form, "grant_type"), form_get(form, "client_id"),
                           form_get(form, "client_secret"), form_get(form, "client_assertion"),
                           form_get(form, "client_assertion_type") };
    if (!r->grant.n)
        refuse(c, 400, "invalid_request", "grant_type is missing.");
    else if (!str_is(r->grant, "client_credentials"))
        refuse(c, 400, "unsupported_grant_type", "Only client_credentials is served.");
    else if (!r->assertion.n && (!r->client.n || !r->secret.n))
        refuse(c, 400, "invalid_request", "client_id and client_secret are missing.");
    else if (r->assertion.n && !str_is(r->assertion_type, ASSERTION_TYPE))
        refuse(c, 400, "invalid_request", "client_assertion_type is missing or not jwt-bearer.");
    else if (!str_is(form_get(form, "audience"), "https://api.zscaler.com"))
        refuse(c, 400, "invalid_request", "audience must be https://api.zscaler.com.");
    return !http_replied(c->ex);
}

void token_handle(struct call *c)
{
    struct request r;
    struct fake *f = c->fake;
    int64_t now = clock_now(), lifetime = dom_int(f->config, "tokenLifetime", 3600);
    f->token_requests++;
    if (!read_request(c, &r))
        return;
    if (!(r.assertion.n ? assertion_good(&r, f, now) : secret_good(&r, f))) {
        refuse(c, 401, "invalid_client", "The client is not known, or its secret is wrong.");
        return;
    }
    CLEANUP(buf_release) struct buf token = BUF_INIT(TOKEN_MAX), out = BUF_INIT(TOKEN_MAX + 200);
    struct json_writer w;
    tokens_issue(f->tokens, r.client.n ? r.client : STR("assertion"),
                 dom_get(f->config, "services"), now, lifetime, &token);
    jw_init(&w, &out);
    jw_object(&w);
    jw_kv(&w, "access_token", buf_str(&token));
    jw_kv_c(&w, "token_type", "Bearer");
    jw_kv_int(&w, "expires_in", lifetime);
    jw_object_end(&w);
    http_add_header(c->ex, "Cache-Control", STR("no-store"));
    answer(c, 200, buf_str(&out));
}
