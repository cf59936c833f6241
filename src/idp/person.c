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

static bool fill_person(struct arena *arena, json_t *claims, struct idp_person *ret,
                        struct err *err)
{
    static const char *const subject[] = { "oid", "sub", NULL }, *const tenant[] = { "tid", NULL };
    static const char *const name[] = { "name", "app_displayname", NULL };
    static const char *const email[] = { "preferred_username", "email", "upn", NULL };
    /*= oidc-core 2 "sub REQUIRED. Subject Identifier." */
    if (!dom_str(claims, "sub").n)
        return err_set(err, ERR_TOKEN_CLAIM, "the token names no subject (sub)");
    *ret = (struct idp_person){ .subject = first_text(arena, claims, subject),
                                .tenant = first_text(arena, claims, tenant),
                                .name = first_text(arena, claims, name),
                                .email = first_text(arena, claims, email),
                                .claims = json_incref(claims) };
    arena_defer(arena, drop_claims, claims);
    return true;
}

static bool parse_and_verify(struct idp *idp, struct str token, enum token_source source,
                             int64_t now, struct jws *ret, struct err *err)
{
    if (!jws_parse(token, ret, err))
        return false;
    // Microsoft signs these over another header than the one sent, so that only Graph can check
    // them.
    if (dom_get(ret->header, "nonce"))
        return err_set(
            err, ERR_TOKEN_CLAIM,
            "This is an access token for Microsoft Graph, which nobody but Graph can verify. Sign in through this "
            "server, or ask Entra for a token of this application (scope api://%s/.default).",
            idp->config.client_id);
    return keys_verify(&idp->keys, ret, source, now, err);
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
    describe_audience(claims, &found);
    return err_set(
        err, ERR_TOKEN_AUDIENCE,
        "invalid_audience: the token was issued for %s, this server accepts \"%s\". OIDCPROXY_AUTH_AUDIENCE must "
        "equal the application (client) ID exactly (Entra: App registrations, Overview), never an API identifier.",
        found.n ? buf_cstr(&found) : "an unreadable audience", idp->config.client_id);
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

// Entra: the tenant in the issuer and the one in the token are the same.
static bool check_tenant(const struct idp *idp, const json_t *claims, struct err *err)
{
    struct str tid = dom_str(claims, "tid");
    if (!idp->tenant || !tid.p || str_eq_nocase(tid, str_c(idp->tenant)))
        return true;
    return err_set(err, ERR_TOKEN_ISSUER,
                   "the token belongs to tenant " STR_FMT ", this server to %s",
                   STR_ARG(str_slice(tid, 0, 80)), idp->tenant);
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

bool person_from_id_token(struct idp *idp, struct arena *arena, struct str token, struct str nonce,
                          int64_t now, struct idp_person *ret, struct err *err)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    const struct str audiences[] = { str_c(idp->config.client_id), STR_NONE };
    if (!parse_and_verify(idp, token, FROM_PROVIDER, now, &jws, err))
        return false;
    if (is_access_token_type(jws.header))
        return err_set(err, ERR_TOKEN_CLAIM, "an access token came where an ID token was expected");
    return check_claims(idp, jws.payload, idp->config.issuer, audiences, nonce.n ? nonce : STR_NONE,
                        now, err) &&
           check_tenant(idp, jws.payload, err) && check_party(idp, jws.payload, err) &&
           fill_person(arena, jws.payload, ret, err);
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
        str_is(dom_str(claims, "idtyp"), "app"))
        return true;
    return dom_get(claims, "roles") && (dom_get(claims, "azp") || dom_get(claims, "appid"));
}

static bool verify_access_token(struct idp *idp, struct arena *arena, struct str token, int64_t now,
                                struct idp_person *ret, struct err *err)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    const struct str audiences[] = { str_c(idp->config.client_id), str_c(idp->app_id_uri),
                                     STR_NONE };
    if (!parse_and_verify(idp, token, FROM_ANYBODY, now, &jws, err))
        return false;
    bool v1 = idp->v1_issuer && str_is(dom_str(jws.payload, "iss"), idp->v1_issuer);
    if (!check_claims(idp, jws.payload, v1 ? idp->v1_issuer : idp->config.issuer, audiences,
                      STR_NONE, now, err) ||
        !check_tenant(idp, jws.payload, err))
        return false;
    if (!looks_like_access_token(jws.header, jws.payload))
        return err_set(
            err, ERR_TOKEN_CLAIM,
            "This is an ID token: it says who signed in and opens nothing. Send an access token, or sign in "
            "through this server.");
    return fill_person(arena, jws.payload, ret, err);
}

bool idp_verify(struct idp *idp, struct arena *arena, struct str token, struct str nonce,
                int64_t now, struct idp_person *ret, struct err *err)
{
    return nonce.n ? person_from_id_token(idp, arena, token, nonce, now, ret, err)
                   : verify_access_token(idp, arena, token, now, ret, err);
}
