// SPDX-License-Identifier: MIT
// The token endpoint (RFC 6749 3.2) and the authorization code grant. All that a wrong request
// could be refused for is judged before the code is spent: a stranger's try burns nobody's code.
#include "oauth/machines_int.h"

#include "jose/b64url.h"
#include "json/write.h"

struct str oauth_marks(const struct call *c, const json_t *claims)
{
    const struct idp_marker *marker = &c->o->config.marker;
    CLEANUP(buf_release) struct buf out = BUF_INIT(IDP_MARKS_MAX);
    if (marker->mark)
        marker->mark(marker->ctx, c->o->config.idp, claims, &out);
    return arena_str(c->arena, buf_str(&out));
}

struct str token_mint(const struct call *c, const struct grant *grant, int64_t expires)
{
    CLEANUP(buf_wipe) struct buf out = BUF_INIT(8192);
    access_token_mint(c->o->config.keys,
                      &(struct access_claims){ .issuer = grant->base,
                                               .resource = grant->resource,
                                               .subject = grant->subject,
                                               .tenant = grant->tenant,
                                               .name = grant->name,
                                               .email = grant->email,
                                               .client_id = grant->client,
                                               .client_name = grant->client_name,
                                               .scope = STR(OAUTH_SCOPE),
                                               .family = grant->family,
                                               .id = random_id(c->arena, 16),
                                               .marks = grant->marks,
                                               .issued = c->now,
                                               .expires = expires },
                      &out);
    return arena_str(c->arena, buf_str(&out));
}

void token_answer(const struct call *c, const struct answer *answer)
{
    CLEANUP(buf_wipe) struct buf body = BUF_INIT(64 * 1024);
    struct json_writer w;
    jw_init(&w, &body);
    jw_object(&w);
    jw_kv(&w, "access_token", answer->access);
    jw_kv_c(&w, "token_type", "Bearer");
    jw_kv_int(&w, "expires_in", answer->expires - c->now);
    if (answer->refresh.n)
        jw_kv(&w, "refresh_token", answer->refresh);
    /*= rfc6749 3.3 "If the issued access token scope is different from the one requested by the
     * client, the authorization server MUST include the "scope" response parameter" */
    jw_kv_c(&w, "scope", OAUTH_SCOPE);
    jw_object_end(&w);
    response_json(c->ex, 200, buf_str(&body));
}

static bool verifier_ok(struct str verifier, struct str challenge)
{
    CLEANUP(buf_release) struct buf hash = BUF_INIT(64);
    /*= rfc7636 4.1 "…with a minimum length of 43 characters and a maximum length of 128
     * characters." */
    if (verifier.n < 43 || verifier.n > 128)
        return false;
    sha256_b64url(&hash, verifier);
    return str_eq_secret(buf_str(&hash), challenge);
}

static bool code_fits(const struct client *client, const struct form *form,
                      const struct grant *grant, struct err *err)
{
    /*= rfc6749 4.1.3 "ensure that the authorization code was issued to the authenticated
     * confidential client, or if the client is public, ensure that the code was issued to
     * "client_id" in the request" */
    if (!str_eq(grant->client, client->ref))
        return err_set(err, ERR_INVALID_GRANT, "the code was given to another client");
    /*= rfc6749 4.1.3 "ensure that the "redirect_uri" parameter is present if the "redirect_uri"
     * parameter was included in the initial authorization request…and if included ensure that their
     * values are identical." */
    if (!str_eq(form_value(form, "redirect_uri"), grant->redirect_uri))
        return err_set(err, ERR_INVALID_GRANT, "redirect_uri is not the one the code was sent to");
    /*= rfc7636 4.6 "If the values are not equal, an error response indicating "invalid_grant" as
     * described in Section 5.2 of [RFC6749] MUST be returned." */
    if (!verifier_ok(form_value(form, "code_verifier"), grant->challenge))
        return err_set(err, ERR_INVALID_GRANT, "code_verifier does not fit the code's challenge");
    return true;
}

// A real code in the wrong hands, or shown wrongly, stands in the audit; an invented one does not:
// everybody can invent many.
static bool code_ok(const struct call *c, const struct client *client, const struct form *form,
                    struct grant *ret, struct err *err)
{
    struct grant grant;
    struct err why = { 0 };
    if (!grant_open(c, KIND_CODE, form_value(form, "code"), &grant, &why))
        return err_set(err, ERR_INVALID_GRANT, "the code is not valid: %s", why.text);
    if (!code_fits(client, form, &grant, err)) {
        oauth_audit(c, "code refused", &grant, err->text);
        return false;
    }
    *ret = grant;
    return true;
}

// RFC 6749 4.1.2: whoever else holds the code may hold tokens made from it.
static void replayed(const struct call *c, const struct grant *grant)
{
    struct err err = { 0 };
    oauth_audit(c, "code used again, family revoked", grant, "code replay");
    if (!family_revoke(c->o, grant->family))
        err_set(&err, ERR_STORE_UNAVAILABLE, "the store of spent codes does not answer");
    else
        err_set(&err, ERR_INVALID_GRANT, "the code was used before; what it gave is revoked");
    response_error(c->ex, &err);
}

// Where nothing will ask the provider again, a token lives no longer than the provider's.
static int64_t first_ttl_s(const struct call *c, const struct grant *grant)
{
    int64_t ours = c->o->config.access_ttl_s, theirs = grant->vouched - c->now;
    if (!grant->vouched || theirs >= ours)
        return ours;
    return theirs > ACCESS_TTL_MIN_S ? theirs : ACCESS_TTL_MIN_S;
}

void token_first(const struct call *c, const struct client *client, struct grant *grant)
{
    struct answer answer = { .made = c->now, .expires = c->now + first_ttl_s(c, grant) };
    away_back(c, AWAY_AT_CLIENT, grant->id);
    answer.access = token_mint(c, grant, answer.expires);
    grant->redirect_uri = grant->challenge = grant->policy = STR_NONE;
    grant->id = random_id(c->arena, 16);
    grant->issued = c->now;
    grant->expires = c->now + c->o->config.refresh_ttl_s;
    grant->proved = client->proof == PROOF_GOOD;
    // Without a refresh token of the IdP we could not ask it whether the account still exists.
    if (grant->idp_refresh.n)
        answer.refresh = grant_seal(c, KIND_REFRESH, grant);
    oauth_audit(c, "tokens given", grant, NULL);
    token_answer(c, &answer);
}

void token_spend(const struct call *c, const struct client *client, struct grant *grant,
                 struct str code, int ttl_s)
{
    struct err err = { 0 };
    switch (spent_claim(c->o->config.spent, mark_key(c->arena, "code", code), ttl_s + MARK_SLACK_S,
                        NULL)) {
    case SPENT_FIRST:
        token_first(c, client, grant);
        return;
    case SPENT_AGAIN:
        replayed(c, grant);
        return;
    case SPENT_UNAVAILABLE:
        err_set(&err, ERR_STORE_UNAVAILABLE, "the store of spent codes does not answer");
        response_error(c->ex, &err);
    }
}

// A code of the provider's own, which it sent to the client's address.
static void foreign_code(const struct call *c, const struct client *client, const struct form *form)
{
    struct grant grant;
    struct err err = { 0 };
    if (loopback_redeem(c, client, form, &grant, &err)) {
        token_first(c, client, &grant);
        return;
    }
    LOG(LOG_WARNING, "the provider's code could not be redeemed", F("error", err_text(&err)),
        F("client", client->name), F("request", http_id(c->ex)));
    if (err.code == ERR_IDP_REFUSED || err_info(err.code)->http_status == 401)
        err.code = ERR_INVALID_GRANT;
    else if (err.code == ERR_ACCESS_DENIED)
        err.code = ERR_DECLINED; // 400, as all errors of this endpoint (RFC 6749 5.2)
    else if (callback_passing(err.code))
        err.code = ERR_BUSY;
    response_error(c->ex, &err);
}

static void code_grant(const struct call *c, const struct client *client, const struct form *form)
{
    struct grant grant;
    struct err err = { 0 };
    struct str code = form_value(form, "code");
    if (code.n && !grant_is_ours(c, KIND_CODE, code) &&
        way_is_loopback(c, client, form_value(form, "redirect_uri"))) {
        foreign_code(c, client, form);
        return;
    }
    if (!code_ok(c, client, form, &grant, &err)) {
        response_error(c->ex, &err);
        return;
    }
    if (!grant_alive(c, &grant))
        return;
    /*= rfc6749 4.1.2 "If an authorization code is used more than once, the authorization server
     * MUST deny the request and SHOULD revoke (when possible) all tokens previously issued based on
     * that authorization code." */
    // As long as the sign-in is kept (kept.c): a fetched code leaves nothing to be had there.
    token_spend(c, client, &grant, grant.id, c->o->config.flow_ttl_s);
}

bool read_basic(const struct call *c, struct str header, struct credential *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf pair = BUF_INIT(2 * CLIENT_ID_MAX);
    CLEANUP(buf_release) struct buf id = BUF_INIT(2 * CLIENT_ID_MAX);
    CLEANUP(buf_wipe) struct buf secret = BUF_INIT(2 * CLIENT_ID_MAX);
    struct str text = header;
    struct str scheme = str_cut(&text, ' ');
    if (!str_eq_nocase(scheme, STR("Basic")))
        return err_set(err, ERR_INVALID_CLIENT,
                       "the Authorization header must be Basic, or absent");
    if (!b64_decode(&pair, str_trim(text)) || str_index(buf_str(&pair), ':') < 0)
        return err_set(err, ERR_INVALID_CLIENT, "the Basic credential is not base64 of id:secret");
    struct str rest = buf_str(&pair);
    /*= rfc6749 2.3.1 "The client identifier is encoded using the
     * "application/x-www-form-urlencoded" encoding algorithm" */
    if (!buf_add_urldecoded(&id, str_cut(&rest, ':'), true) || !id.n)
        return err_set(err, ERR_INVALID_CLIENT, "the Basic credential has no client id");
    ret->id = arena_str(c->arena, buf_str(&id));
    ret->raw = arena_str(c->arena, rest);
    ret->secret =
        buf_add_urldecoded(&secret, rest, true) ? arena_str(c->arena, buf_str(&secret)) : ret->raw;
    return true;
}

// Whoever it says it is, by whatever it sent.
static bool read_credential(const struct call *c, const struct form *form, struct credential *ret,
                            struct err *err)
{
    struct str header = http_header(c->ex, "Authorization");
    struct credential body = { form_value(form, "client_id"), form_value(form, "client_secret") };
    struct credential basic = { .id = STR_NONE };
    struct str assertion = form_value(form, "client_assertion");
    if (header.n && !read_basic(c, header, &basic, err))
        return false;
    if (basic.id.n && body.id.n && !str_eq(basic.id, body.id))
        return err_set(err, ERR_INVALID_REQUEST,
                       "client_id in the body and in the Authorization header differ");
    if (assertion.n && (header.n || body.secret.n))
        return err_set(err, ERR_INVALID_REQUEST,
                       "the client identifies itself in more than one way");
    if (!body.id.n && assertion.n)
        body.id = assertion_subject(c, assertion);
    *ret = basic.id.n ? basic : body;
    return ret->id.n || err_set(err, ERR_INVALID_CLIENT, "client_id is missing");
}

bool request_client(const struct call *c, const struct form *form, struct client *ret,
                    struct err *err)
{
    struct credential used;
    struct client client;
    if (!read_credential(c, form, &used, err) || !client_open(c, used.id, &client, err) ||
        !client_prove(c, used.id, &client, form, err))
        return false;
    if (!client_secret_ok(&client, used.secret, NULL) && !client_secret_ok(&client, used.raw, err))
        return false;
    *ret = client;
    return true;
}

const struct grant_type grant_types[] = {
    { "authorization_code", .give = code_grant },
    { "refresh_token", .give = token_refresh },
    { GRANT_DEVICE_CODE, waiting_offered, .give = device_grant },
    { "client_credentials", machines_offered, .own_clients = true, .give = machine_grant },
    { NULL },
};

bool grant_type_offered(const struct oauth *o, const struct grant_type *type)
{
    return !type->offered || type->offered(o);
}

static const struct grant_type *grant_type_of(const struct call *c, const struct form *form,
                                              struct err *err)
{
    struct str name = form_value(form, "grant_type");
    CLEANUP(buf_release) struct buf offered = BUF_INIT(512);
    for (const struct grant_type *t = grant_types; t->name; t++) {
        if (!grant_type_offered(c->o, t))
            continue;
        if (str_is(name, t->name))
            return t;
        buf_addf(&offered, "%s%s", offered.n ? ", " : "", t->name);
    }
    if (name.n)
        err_set(err, ERR_UNSUPPORTED_GRANT_TYPE, "grant_type must be one of: %s",
                buf_cstr(&offered));
    else
        err_set(err, ERR_INVALID_REQUEST, "grant_type is missing");
    return NULL;
}

static bool token_request_ok(const struct call *c, const struct form *form,
                             const struct grant_type **ret_type, struct client *ret_client,
                             struct err *err)
{
    *ret_type = grant_type_of(c, form, err);
    if (*ret_type && (*ret_type)->own_clients)
        return resource_ok(c, form_value(form, "resource"), err);
    // An unknown client is told so first: it must register anew, whatever else is wrong.
    struct err why = { 0 };
    if (!request_client(c, form, ret_client, &why)) {
        *err = why;
        return false;
    }
    return *ret_type && resource_ok(c, form_value(form, "resource"), err);
}

void endpoint_token(struct exchange *ex, void *ctx)
{
    struct call c;
    struct form *form = NULL;
    const struct grant_type *type;
    struct client client = { .uri_count = 0 };
    struct err err = { 0 };
    if (!call_begin(&c, ex, ctx, false))
        return;
    away_report(&c);
    if (!request_form(ex, &form, &err) || !token_request_ok(&c, form, &type, &client, &err)) {
        response_error(ex, &err);
        return;
    }
    type->give(&c, &client, form);
}
