// SPDX-License-Identifier: MIT
// From a token of the identity provider to a person: what is an ID token, what an access token, and
// whether it was made for us.
#include "idp/internal.h"
#include "jose/claims.h"

static void drop_claims(void *p)
{
    json_decref(p);
}

static struct str first_text(struct arena *arena, const json_t *claims, const char *const *members)
{
    for (; *members; members++) {
        struct str value = dom_str(claims, *members);
        if (value.n)
            return arena_str(arena, value);
    }
    return STR_NONE;
}

void person_add_texts(struct arena *arena, json_t *claims, struct idp_person *ret)
{
    static const char *const name[] = { "name", "app_displayname", NULL };
    static const char *const email[] = { "preferred_username", "email", "upn", NULL };
    ret->name = first_text(arena, claims, name);
    ret->email = first_text(arena, claims, email);
    ret->claims = json_incref(claims);
    arena_defer(arena, drop_claims, claims);
}

static bool fill_person(const struct idp *idp, struct arena *arena, json_t *claims,
                        struct idp_person *ret, struct err *err)
{
    static const char *const subject[] = { "oid", "sub", NULL };
    /*= oidc-core 2 "sub REQUIRED. Subject Identifier." */
    if (!dom_str(claims, "sub").n)
        return err_set(err, ERR_TOKEN_CLAIM, "the token names no subject (sub)");
    *ret = (struct idp_person){ .subject = first_text(arena, claims, subject),
                                .tenant = arena_str(arena, tenant_of(idp, claims)) };
    person_add_texts(arena, claims, ret);
    return true;
}

// *ret_issuer: the one it must name.
static bool parse_and_verify(struct idp *idp, struct arena *arena, struct str token,
                             enum token_source source, int64_t now, struct jws *ret,
                             struct str *ret_issuer, struct err *err)
{
    if (!jws_parse(token, ret, err) || !idp_prepare(idp, err) ||
        !tenant_issuer(idp, ret->payload, arena, ret_issuer, err))
        return false;
    // Microsoft signs these over another header than the one sent, so that only Graph can check
    // them.
    if (dom_get(ret->header, "nonce"))
        return err_set(
            err, ERR_TOKEN_CLAIM,
            "This is an access token for Microsoft Graph, which nobody but Graph can verify. Sign in through this "
            "server, or ask Entra for a token of this application (scope api://%s/.default).",
            idp->config.client_id ? idp->config.client_id : "<client id>");
    return keys_verify(&idp->keys, ret, idp->entra.head ? *ret_issuer : STR_NONE, source, now, err);
}

// --- audience ---

static void describe_audience(const json_t *claims, struct buf *out)
{
    const json_t *aud = dom_get(claims, "aud");
    if (!aud) {
        buf_adds(out, "none");
        return;
    }
    if (json_is_string(aud)) {
        buf_addf(out, "\"" STR_FMT "\"", STR_ARG(str_slice(dom_text(aud), 0, 120)));
        return;
    }
    for (size_t i = 0; i < json_array_size(aud) && i < 4; i++)
        buf_addf(out, "%s\"" STR_FMT "\"", i ? ", " : "",
                 STR_ARG(str_slice(dom_text(json_array_get(aud, i)), 0, 60)));
}

static bool refuse_audience(const struct idp *idp, const json_t *claims, struct err *err)
{
    CLEANUP(buf_release) struct buf found = BUF_INIT(400);
    const struct idp_config *c = &idp->config;
    describe_audience(claims, &found);
    if (c->audiences)
        return err_set(
            err, ERR_TOKEN_AUDIENCE,
            "invalid_audience: the token was issued for %s, this server accepts \"%s\"%s%s%s%s. "
            "OIDCPROXY_AUDIENCE must equal the identifier of the API at the identity provider.",
            found.n ? buf_cstr(&found) : "an unreadable audience", c->audiences[0],
            c->client_id ? " and \"" : "", c->client_id ? c->client_id : "",
            c->client_id ? "\"" : "", c->audiences[1] ? " and others" : "");
    return err_set(
        err, ERR_TOKEN_AUDIENCE,
        "invalid_audience: the token was issued for %s, this server accepts \"%s\". OIDCPROXY_AUTH_AUDIENCE must "
        "equal the application (client) ID exactly (Entra: App registrations, Overview), never an API identifier.",
        found.n ? buf_cstr(&found) : "an unreadable audience", c->client_id);
}

static bool check_claims(const struct idp *idp, const json_t *claims, const char *issuer,
                         const struct str *audiences, struct str nonce, int64_t now,
                         struct err *err)
{
    struct err why = { 0 };
    const struct claims_want want = {
        .issuer = issuer, .audiences = audiences, .nonce = nonce, .now = now
    };
    if (claims_check(claims, &want, &why))
        return true;
    if (why.code == ERR_TOKEN_AUDIENCE)
        return refuse_audience(idp, claims, err);
    if (err)
        *err = why;
    return false;
}

static bool check_party(const struct idp *idp, const json_t *claims, struct err *err)
{
    struct str azp = dom_str(claims, "azp");
    bool several = json_array_size(dom_get(claims, "aud")) > 1;
    /*= oidc-core 3.1.3.7 "If the ID Token contains multiple audiences, the Client SHOULD verify
     * that an azp Claim is present." */
    if (several && !azp.n)
        return err_set(err, ERR_TOKEN_AUDIENCE,
                       "the ID token has several audiences and no azp that says whose it is");
    /*= oidc-core 3.1.3.7 "If an azp (authorized party) Claim is present, the Client SHOULD verify
     * that its client_id is the Claim Value." */
    if (azp.p && !str_is(azp, idp->config.client_id))
        return err_set(err, ERR_TOKEN_AUDIENCE,
                       "the ID token was issued to another application (azp " STR_FMT ")",
                       STR_ARG(str_slice(azp, 0, 80)));
    return true;
}

// --- ID tokens ---

static bool is_access_token_type(const json_t *header)
{
    struct str typ = dom_str(header, "typ");
    return str_eq_nocase(typ, STR("at+jwt")) || str_eq_nocase(typ, STR("application/at+jwt"));
}

// Verified already: is it an ID token for this client?
static bool judge_id_token(const struct idp *idp, struct arena *arena, const struct jws *jws,
                           struct str issuer, struct str nonce, int64_t now, struct idp_person *ret,
                           struct err *err)
{
    const struct str audiences[] = { str_c(idp->config.client_id), STR_NONE };
    return check_claims(idp, jws->payload, arena_cstr(arena, issuer), audiences, nonce, now, err) &&
           check_party(idp, jws->payload, err) && fill_person(idp, arena, jws->payload, ret, err) &&
           tenant_check(idp, jws->payload, err);
}

bool person_from_id_token(struct idp *idp, struct arena *arena, struct str token, struct str nonce,
                          int64_t now, struct idp_person *ret, struct err *err)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    struct str issuer;
    if (!parse_and_verify(idp, arena, token, FROM_PROVIDER, now, &jws, &issuer, err))
        return false;
    if (is_access_token_type(jws.header))
        return err_set(err, ERR_TOKEN_CLAIM, "an access token came where an ID token was expected");
    return judge_id_token(idp, arena, &jws, issuer, nonce.n ? nonce : STR_NONE, now, ret, err) &&
           people_check(idp, ret, err);
}

// --- access tokens ---

/*= rfc8725 3.11 "that JWT can include an explicit JWT type value, and the validation rules can
 * specify checking the type" */
static bool looks_like_access_token(const json_t *header, const json_t *claims)
{
    static const char *const id_token_only[] = { "nonce", "at_hash", "c_hash" };
    for (size_t i = 0; i < ARRAY_LEN(id_token_only); i++)
        if (dom_get(claims, id_token_only[i]))
            return false;
    if (str_is(dom_str(claims, "typ"), "ID")) // Keycloak
        return false;
    if (is_access_token_type(header) || dom_get(claims, "scp") || dom_get(claims, "scope"))
        return true;
    if (dom_get(claims, "azpacr") || dom_get(claims, "appidacr") ||
        str_is(dom_str(claims, "idtyp"), "app") || dom_get(claims, "gty")) // Auth0
        return true;
    return dom_get(claims, "roles") && (dom_get(claims, "azp") || dom_get(claims, "appid"));
}

struct str idp_token_client(const json_t *claims)
{
    // Entra v2 and OpenID, Entra v1, Okta, RFC 9068
    static const char *const members[] = { "azp", "appid", "cid", "client_id" };
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        struct str client = dom_str(claims, members[i]);
        if (client.n)
            return client;
    }
    return STR_NONE;
}

struct str idp_token_scopes(const json_t *claims, struct arena *arena)
{
    const json_t *scopes = dom_get(claims, "scp");
    scopes = scopes ? scopes : dom_get(claims, "scope");
    struct str out = dom_text(scopes);
    for (size_t i = 0; i < json_array_size(scopes); i++)
        out = arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(out), i ? " " : "",
                           STR_ARG(dom_text(json_array_get(scopes, i))));
    return out;
}

static bool holds(const json_t *list, struct str word)
{
    struct str rest = dom_text(list);
    while (rest.p)
        if (str_eq(str_cut(&rest, ' '), word))
            return true;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (str_eq(dom_text(json_array_get(list, i)), word))
            return true;
    return false;
}

bool idp_token_grants(const json_t *claims, struct str scope)
{
    static const char *const members[] = { "scp", "scope", "roles" };
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (holds(dom_get(claims, members[i]), scope))
            return true;
    return false;
}

static bool check_client(const struct idp *idp, const json_t *claims, struct err *err)
{
    const char *const *allowed = idp->config.allowed_clients;
    struct str client = idp_token_client(claims);
    if (!allowed)
        return true;
    for (; *allowed; allowed++)
        if (str_is(client, *allowed))
            return true;
    return err_set(err, ERR_ACCESS_DENIED,
                   "the token was issued to application %s" STR_FMT
                   "%s, which is not among OIDCPROXY_ALLOWED_CLIENTS",
                   client.n ? "\"" : "(not named)", STR_ARG(str_slice(client, 0, 80)),
                   client.n ? "\"" : "");
}

// Entra: tokens of version 1 name the same tenant in another form.
static const char *issuer_of_version(const struct idp *idp, struct arena *arena,
                                     const json_t *claims, struct str issuer)
{
    const struct entra *e = &idp->entra;
    struct str named = dom_str(claims, "iss");
    if (!e->head || !str_starts(named, str_c(e->v1_head)) || str_starts(named, str_c(e->head)))
        return arena_cstr(arena, issuer);
    struct str tenant = e->tenant ? str_c(e->tenant) : dom_str(claims, "tid");
    return arena_printf(arena, "%s" STR_FMT "/", e->v1_head, STR_ARG(tenant)).p;
}

static bool refuse_id_token(struct err *err)
{
    return err_set(
        err, ERR_TOKEN_CLAIM,
        "This is an ID token: it says who signed in and opens nothing. Send an access token, or sign in "
        "through this server.");
}

bool person_from_bearer(struct idp *idp, struct arena *arena, struct str token, int64_t now,
                        struct idp_person *ret, struct err *err)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    struct str issuer;
    if (!parse_and_verify(idp, arena, token, FROM_ANYBODY, now, &jws, &issuer, err))
        return false;
    bool access = looks_like_access_token(jws.header, jws.payload);
    if (!access && idp->config.accept_id_tokens && !is_access_token_type(jws.header))
        return judge_id_token(idp, arena, &jws, issuer, STR_NONE, now, ret, err);
    if (!check_claims(idp, jws.payload, issuer_of_version(idp, arena, jws.payload, issuer),
                      idp->audiences, STR_NONE, now, err) ||
        !tenant_check(idp, jws.payload, err))
        return false;
    if (!access)
        return refuse_id_token(err);
    return check_client(idp, jws.payload, err) && fill_person(idp, arena, jws.payload, ret, err);
}

bool idp_verify(struct idp *idp, struct arena *arena, struct str token, struct str nonce,
                int64_t now, struct idp_person *ret, struct err *err)
{
    if (nonce.n)
        return person_from_id_token(idp, arena, token, nonce, now, ret, err);
    return person_from_bearer(idp, arena, token, now, ret, err) &&
           people_check_bearer(idp, ret, err);
}
