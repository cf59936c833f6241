// SPDX-License-Identifier: MIT
// What an operator may do who has the operator's key: ask about a token (RFC 7662), and throw out a
// person or a sign-in. Nobody else learns anything here.
#include "oauth/machines_int.h"

#include "json/write.h"

// Lines of the log about wrong keys; the key itself is too long to be guessed.
static const struct attempts complaints = { "wrong operator keys", .one = 10, .all = 100 };

bool operator_offered(const struct oauth *o)
{
    return o->has_operator;
}

static bool key_ok(const struct call *c)
{
    uint8_t hash[SHA256_SIZE];
    struct str key = str_trim(http_header(c->ex, "Authorization"));
    bool bearer = str_eq_nocase(str_cut(&key, ' '), STR("Bearer"));
    // Hashes are compared: their length is always the same.
    sha256(str_trim(key), hash);
    return bearer && str_eq_secret(str_of(hash, sizeof(hash)),
                                   str_of(c->o->operator_hash, sizeof(c->o->operator_hash)));
}

/*= rfc7662 2.1 "To prevent token scanning attacks, the endpoint MUST also require some form of
 * authorization to access this endpoint…" */
static bool is_operator(const struct call *c)
{
    if (key_ok(c))
        return true;
    if (attempt(c->o, &complaints, http_peer(c->ex), c->now))
        LOG(LOG_AUDIT, "a wrong operator key was refused", F("from", http_peer(c->ex)),
            F("request", http_id(c->ex)));
    http_add_header(c->ex, "WWW-Authenticate",
                    http_header(c->ex, "Authorization").n
                        ? STR("Bearer realm=\"operator\", error=\"invalid_token\"")
                        : STR("Bearer realm=\"operator\""));
    response_json(
        c->ex, 401,
        STR("{\"error\":\"invalid_token\",\"error_description\":\"this needs the operator's "
            "key (OIDCPROXY_OPERATOR_KEY) as bearer\"}"));
    return false;
}

static bool begin(struct call *c, struct exchange *ex, void *ctx, struct form **ret)
{
    struct err err = { 0 };
    if (!call_begin(c, ex, ctx, false) || !is_operator(c))
        return false;
    if (request_form(ex, ret, &err))
        return true;
    response_error(ex, &err);
    return false;
}

// --- introspection ---

// What is said of a token; access tokens and refresh tokens are alike in it.
struct said {
    struct str token_type, client, client_name, subject, tenant, name, email, family, id;
    int64_t issued, expires;
    bool machine;
};

static void kv_if(struct json_writer *w, const char *key, struct str value)
{
    if (value.n)
        jw_kv(w, key, value);
}

static void audit(const struct call *c, const struct said *s)
{
    struct grant about = { .expires = 0 };
    if (s)
        about = (struct grant){ .subject = s->subject,
                                .email = s->email,
                                .tenant = s->tenant,
                                .client = s->client,
                                .client_name = s->client_name,
                                .family = s->family };
    oauth_audit(c, "token introspected", &about, s ? "active" : "not active");
}

static void say(const struct call *c, const struct said *s)
{
    audit(c, s);
    CLEANUP(buf_release) struct buf body = BUF_INIT(16 * 1024);
    struct json_writer w;
    jw_init(&w, &body);
    jw_object(&w);
    jw_kv_bool(&w, "active", s != NULL);
    /*= rfc7662 2.2 "If the introspection call is properly authorized but the token is not active,
     * does not exist on this server, or the protected resource is not allowed to introspect this
     * particular token, then the authorization server MUST return an introspection response with
     * the "active" field set to "false"." : and no more */
    if (s) {
        kv_if(&w, "token_type", s->token_type);
        jw_kv_c(&w, "scope", OAUTH_SCOPE);
        kv_if(&w, "client_id", s->client);
        kv_if(&w, "client_name", s->client_name);
        kv_if(&w, "username", s->email.n ? s->email : s->name);
        kv_if(&w, "sub", s->subject);
        kv_if(&w, "tenant", s->tenant);
        jw_kv_int(&w, "iat", s->issued);
        jw_kv_int(&w, "exp", s->expires);
        jw_kv(&w, "iss", c->base);
        jw_kv(&w, "aud", c->resource);
        kv_if(&w, "jti", s->id);
        if (s->machine)
            jw_kv_c(&w, "idtyp", "app");
        if (s->family.n)
            jw_kv_c(&w, "family", fingerprint(s->family).text);
    }
    jw_object_end(&w);
    response_json(c->ex, 200, buf_str(&body));
}

static void say_unknown(const struct call *c)
{
    struct err err = { 0 };
    err_set(&err, ERR_STORE_UNAVAILABLE, "the store of revocations does not answer");
    response_error(c->ex, &err);
}

static void say_if(const struct call *c, enum spent revoked, const struct said *s)
{
    if (revoked == SPENT_UNAVAILABLE)
        say_unknown(c);
    else
        say(c, revoked == SPENT_FIRST ? s : NULL);
}

// A refresh token that has a successor is spent, also within the grace. Looking spends nothing.
static enum spent refresh_over(const struct call *c, const struct grant *grant)
{
    struct str newest;
    enum spent revoked = grant_revoked(c->o, grant);
    return revoked == SPENT_FIRST ? refresh_outdated(c, grant, &newest) : revoked;
}

static void say_refresh(const struct call *c, const struct grant *grant)
{
    say_if(c, refresh_over(c, grant),
           &(struct said){ .token_type = STR("refresh_token"),
                           .client = grant->client,
                           .client_name = grant->client_name,
                           .subject = grant->subject,
                           .tenant = grant->tenant,
                           .name = grant->name,
                           .email = grant->email,
                           .family = grant->family,
                           .id = grant->id,
                           .issued = grant->issued,
                           .expires = grant->expires });
}

static void say_access(const struct call *c, const struct access_claims *claims)
{
    const struct revocable what = { .family = claims->family,
                                    .jti = claims->id,
                                    .tenant = claims->tenant,
                                    .subject = claims->subject,
                                    .email = claims->email,
                                    .issued = claims->issued };
    say_if(c, oauth_revoked(c->o->config.spent, &what),
           &(struct said){ .token_type = STR("Bearer"),
                           .client = claims->client_id,
                           .client_name = claims->client_name,
                           .subject = claims->subject,
                           .tenant = claims->tenant,
                           .name = claims->name,
                           .email = claims->email,
                           .family = claims->family,
                           .id = claims->id,
                           .machine = claims->machine,
                           .issued = claims->issued,
                           .expires = claims->expires });
}

void endpoint_introspect(struct exchange *ex, void *ctx)
{
    struct call c;
    struct form *form;
    struct grant grant;
    struct access_claims claims;
    struct err err = { 0 };
    if (!begin(&c, ex, ctx, &form))
        return;
    struct str token = form_value(form, "token");
    if (!token.n) {
        err_set(&err, ERR_INVALID_REQUEST, "token is missing");
        response_error(ex, &err);
    } else if (grant_open(&c, KIND_REFRESH, token, &grant, NULL)) {
        say_refresh(&c, &grant);
    } else if (access_token_verify(c.o->config.keys, token, c.base, c.resource, c.now, c.arena,
                                   &claims, NULL)) {
        say_access(&c, &claims);
    } else {
        say(&c, NULL);
    }
}

// --- throwing out ---

void endpoint_operator_revoke(struct exchange *ex, void *ctx)
{
    struct call c;
    struct form *form;
    struct err err = { 0 };
    if (!begin(&c, ex, ctx, &form))
        return;
    const struct throw_out who = { .person = form_value(form, "person"),
                                   .tenant = form_value(form, "tenant"),
                                   .family = form_value(form, "family") };
    bool done = oauth_throw_out(c.o->config.spent, &who, c.now, revocation_ttl_s(c.o), &err);
    revocations_grow(c.o);
    if (!done) {
        response_error(ex, &err);
        return;
    }
    LOG(LOG_AUDIT, "thrown out by the operator", F("person", who.person), F("tenant", who.tenant),
        F("family", who.family), F("from", http_peer(ex)), F("request", http_id(ex)));
    response_json(ex, 200, STR("{\"revoked\":true}"));
}
