// SPDX-License-Identifier: MIT
// Clients that prove themselves with a key (private_key_jwt: RFC 7523 sections 2.2 and 3). Whom an
// assertion is for is said by our issuer, as draft-ietf-oauth-rfc7523bis wants it, or by the URL of
// our token endpoint, as RFC 7523 allows and ChatGPT sends; by one of them alone, because a second
// audience could use the assertion too. An assertion that says it follows the draft (typ) is held
// to it.
#include "jose/assertion.h"
#include "jose/claims.h"
#include "jose/jws.h"
#include "oauth/documents_int.h"

#define JTI_MAX 512
#define REFUSED                                                                                    \
    "this client must prove itself by a client_assertion (private_key_jwt), and did not; the log " \
    "of this server says why"
#define TYP_BIS "client-authentication+jwt"

bool assertions_taken(const struct oauth *o)
{
    return client_documents_on(o) || client_fixed_any_key(o);
}

struct str assertion_subject(const struct call *c, struct str assertion)
{
    CLEANUP(jws_release) struct jws jws = { .header = NULL };
    if (!assertion.n || !jws_parse(assertion, &jws, NULL))
        return STR_NONE;
    return arena_str(c->arena, dom_str(jws.payload, "sub"));
}

static bool bad(struct err *err, const char *why)
{
    return err_set(err, ERR_INVALID_CLIENT, "%s", why);
}

// --- its keys ---

static enum document_kind kind_of(const struct client_keys *keys)
{
    return keys->given ? DOCUMENT_GIVEN_KEYS : DOCUMENT_KEYS;
}

static bool keys_get(const struct call *c, const struct client_keys *keys, struct str *ret,
                     struct err *err)
{
    *ret = keys->set;
    if (keys->trouble.n)
        return err_set(err, ERR_CLIENT_DOCUMENT, STR_FMT, STR_ARG(keys->trouble));
    if (!keys->algs)
        return bad(err, "the client has no keys");
    return keys->set.n || documents_get(c, kind_of(keys), keys->uri, keys->host, ret, err);
}

static bool signed_by(const struct jws *jws, struct str json, unsigned algs, bool *ret_unknown,
                      struct err *err)
{
    CLEANUP(jwks_free) struct jwks *set = NULL;
    if (!jwks_parse(json, &set, err))
        return false;
    // Without a kid each key would be tried, for whoever asks.
    if (jwks_count(set) > 1 && !dom_str(jws->header, "kid").n)
        return bad(err, "it names no kid, and the client has several keys");
    return jws_verify(jws, set, algs, ret_unknown, err);
}

// A key that the set we hold has not may be a new one.
static bool signature_ok(const struct call *c, const struct client_keys *keys, struct str json,
                         const struct jws *jws, struct err *err)
{
    bool unknown = false;
    struct str newer = STR_NONE;
    if (signed_by(jws, json, keys->algs, &unknown, err))
        return true;
    if (!unknown || !keys->uri.n)
        return false;
    documents_doubt(c, kind_of(keys), keys->uri, keys->host);
    return keys_get(c, keys, &newer, err) && !str_eq(newer, json) &&
           signed_by(jws, newer, keys->algs, NULL, err);
}

// --- its claims ---

static bool typ_is(const struct jws *jws, const char *name)
{
    struct str typ = dom_str(jws->header, "typ");
    if (str_starts(typ, STR("application/")))
        typ = str_slice(typ, 12, typ.n);
    return str_eq_nocase(typ, str_c(name));
}

// The one audience, a string or an array of one.
static bool audience_ok(const struct call *c, const struct jws *jws, struct err *err)
{
    const json_t *aud = dom_get(jws->payload, "aud");
    if (json_is_array(aud) && json_array_size(aud) == 1)
        aud = json_array_get(aud, 0);
    struct str endpoint = arena_printf(c->arena, STR_FMT "/token", STR_ARG(c->base));
    struct str one = dom_text(aud);
    if (str_eq(one, c->base) || (str_eq(one, endpoint) && !typ_is(jws, TYP_BIS)))
        return true;
    return err_set(err, ERR_INVALID_CLIENT,
                   "its aud is '" STR_FMT "' and must be '" STR_FMT "' alone",
                   STR_ARG(str_slice(one, 0, 200)), STR_ARG(c->base));
}

static bool lifetime_ok(const struct call *c, const json_t *payload, struct err *err)
{
    int64_t exp = claims_time(payload, "exp", 0), iat = claims_time(payload, "iat", c->now);
    if (exp <= c->now + ASSERTION_LIFE_S + CLAIMS_LEEWAY_S &&
        exp - iat <= ASSERTION_LIFE_S + CLAIMS_LEEWAY_S)
        return true;
    return err_set(err, ERR_INVALID_CLIENT, "it lives for more than %d seconds", ASSERTION_LIFE_S);
}

static bool claims_ok(const struct call *c, struct str id, const struct jws *jws, struct err *err)
{
    const struct claims_want want = { .issuer = arena_cstr(c->arena, id), .now = c->now };
    struct str jti = dom_str(jws->payload, "jti");
    // Made for something else by the same key: RFC 8725 3.11.
    if (dom_get(jws->header, "typ") && !typ_is(jws, "JWT") && !typ_is(jws, TYP_BIS))
        return bad(err, "its typ is neither JWT nor " TYP_BIS);
    if (!claims_check(jws->payload, &want, err))
        return false;
    if (!str_eq(dom_str(jws->payload, "sub"), id))
        return bad(err, "its sub is not the client id");
    if (!jti.n || jti.n > JTI_MAX)
        return bad(err, "its jti must be 1 to 512 bytes");
    return audience_ok(c, jws, err) && lifetime_ok(c, jws->payload, err);
}

// Good once. The mark outlives what it spends.
static bool spend(const struct call *c, const struct client *client, const json_t *payload,
                  struct err *err)
{
    CLEANUP(buf_release) struct buf name = BUF_INIT(1024);
    CLEANUP(buf_release) struct buf hash = BUF_INIT(64);
    buf_addf(&name, STR_FMT "\n" STR_FMT, STR_ARG(client->ref), STR_ARG(dom_str(payload, "jti")));
    sha256_b64url(&hash, buf_str(&name));
    int64_t ttl_s = claims_time(payload, "exp", 0) - c->now + 2 * CLAIMS_LEEWAY_S;
    switch (spent_claim(c->o->config.spent, mark_key(c->arena, "assertion", buf_str(&hash)), ttl_s,
                        NULL)) {
    case SPENT_FIRST:
        return true;
    case SPENT_AGAIN:
        return bad(err, "its jti was used before");
    case SPENT_UNAVAILABLE:
        break;
    }
    return err_set(err, ERR_STORE_UNAVAILABLE, "the store of spent assertions does not answer");
}

static bool assertion_ok(const struct call *c, struct str id, const struct client *client,
                         struct str keys, struct str assertion, struct err *err)
{
    CLEANUP(jws_release) struct jws jws = { .header = NULL };
    return jws_parse(assertion, &jws, err) && claims_ok(c, id, &jws, err) &&
           signature_ok(c, &client->keys, keys, &jws, err) && spend(c, client, jws.payload, err);
}

// --- the client ---

// What a document says everybody knows; which ids the operator named, nobody learns.
static bool refuse(const struct call *c, const struct client *client, const struct err *why,
                   struct err *err)
{
    if (why->code == ERR_STORE_UNAVAILABLE || why->code == ERR_BUSY)
        return err_set(err, why->code, "%s", why->text);
    LOG(LOG_WARNING, "client assertion refused", F("client", client->name),
        F_FP("client_id", client->ref), F("reason", err_text(why)), F("request", http_id(c->ex)));
    return err_set(err, ERR_INVALID_CLIENT, "%s", client->publisher.n ? REFUSED : CLIENT_UNKNOWN);
}

// Anybody may come as this client without a proof: one that cannot be judged takes nothing away.
static bool ignore(const struct call *c, struct client *client, const struct err *why)
{
    LOG(LOG_WARNING, "client assertion not judged, the client counts as a public one",
        F("client", client->name), F("reason", err_text(why)), F("request", http_id(c->ex)));
    client->proof = PROOF_UNKNOWN;
    return true;
}

bool client_prove(const struct call *c, struct str id, struct client *client,
                  const struct form *form, struct err *err)
{
    const struct client_keys *keys = &client->keys;
    struct str assertion = form_value(form, "client_assertion"), set = STR_NONE;
    struct err why = { 0 };
    client->proof = PROOF_NONE;
    if (!assertion.n && !form_value(form, "client_assertion_type").n && !keys->required)
        return true;
    if (!assertion.n) {
        bad(&why, "it came without an assertion");
        return refuse(c, client, &why, err);
    }
    if (!str_is(form_value(form, "client_assertion_type"), ASSERTION_TYPE))
        return err_set(err, ERR_INVALID_REQUEST, "client_assertion_type must be " ASSERTION_TYPE);
    bool known = keys_get(c, keys, &set, &why);
    if (!known && keys->optional && why.code != ERR_BUSY)
        return ignore(c, client, &why);
    if (!known || !assertion_ok(c, id, client, set, assertion, &why))
        return refuse(c, client, &why, err);
    client->proof = PROOF_GOOD;
    return true;
}
