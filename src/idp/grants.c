// SPDX-License-Identifier: MIT
// What is said to the identity provider: the address of its sign-in page, and the two grants.
#include "base/clock.h"
#include "base/secret.h"
#include "idp/internal.h"

#define URL_BYTES_MAX  (32 * 1024)
#define FORM_BYTES_MAX (64 * 1024)
#define AADSTS_LOOP    50196
#define RETRY_AFTER_S  5

void idp_add_field(struct buf *out, const char *name, struct str value)
{
    if (out->n)
        buf_addc(out, '&');
    buf_adds(out, name);
    buf_addc(out, '=');
    buf_add_urlencoded(out, value, true);
}

// Some let people choose among the accounts they are signed in with. Others may refuse a prompt
// they do not know, but OpenID Connect has them all know login. A provider that gives refresh
// tokens only with consent is asked for that too.
static struct str other_prompt(const struct idp *idp)
{
    static const struct str login[] = { STR_INIT("login"), STR_INIT("login consent") };
    static const struct str choose[] = { STR_INIT("select_account"),
                                         STR_INIT("select_account consent") };
    struct str own = str_c(idp->preset->authorize_params);
    bool consent = str_find(own, STR("prompt=consent")) >= 0;
    return (idp->preset->select_account ? choose : login)[consent];
}

static void add_extra(struct buf *out, const char *extra, bool without_prompt)
{
    for (struct str rest = str_c(extra); rest.n;) {
        struct str pair = str_cut(&rest, '&'), value = pair;
        if (without_prompt && str_is(str_cut(&value, '='), "prompt"))
            continue;
        buf_addc(out, '&');
        buf_add(out, pair);
    }
}

// "resource" is never among these: Entra compares it with the scopes and refuses (AADSTS9010010).
struct str idp_authorize_url(const struct idp *idp, struct arena *arena, struct str redirect_uri,
                             struct str state, struct str nonce, struct str challenge,
                             struct str login_hint, bool other_account)
{
    const struct idp_config *c = &idp->config;
    CLEANUP(buf_release) struct buf query = BUF_INIT(URL_BYTES_MAX);
    idp_add_field(&query, "client_id", str_c(c->client_id));
    idp_add_field(&query, "response_type", STR("code"));
    idp_add_field(&query, "response_mode", STR("query"));
    idp_add_field(&query, "redirect_uri", redirect_uri);
    idp_add_field(&query, "scope", str_c(c->scopes));
    if (state.n)
        idp_add_field(&query, "state", state);
    idp_add_field(&query, "nonce", nonce);
    /*= rfc7636 4.3 "code_challenge REQUIRED.  Code challenge." */
    idp_add_field(&query, "code_challenge", challenge);
    idp_add_field(&query, "code_challenge_method", STR("S256"));
    if (login_hint.n)
        idp_add_field(&query, "login_hint", login_hint);
    if (idp->preset->sends_audience && c->audiences)
        idp_add_field(&query, "audience", str_c(c->audiences[0]));
    /*= oidc-core 3.1.2.1 "The Authorization Server SHOULD prompt the End-User to select a user
     * account." */
    if (other_account)
        idp_add_field(&query, "prompt", other_prompt(idp));
    add_extra(&query, c->extra_authorize_params, other_account);
    bool has_query = strchr(c->authorization_endpoint, '?') != NULL;
    return arena_printf(arena, "%s%c" STR_FMT, c->authorization_endpoint, has_query ? '&' : '?',
                        STR_ARG(buf_str(&query)));
}

// --- reading the answers ---

static int64_t lifetime(const json_t *answer)
{
    int64_t seconds = dom_int(answer, "expires_in", 0);
    if (seconds == 0 && !str_to_i64(dom_str(answer, "expires_in"), &seconds))
        seconds = 0;
    if (seconds <= 0) // absent or nonsense: what providers give by default
        return EXPIRES_DEFAULT_S;
    return seconds < EXPIRES_MAX_S ? seconds : EXPIRES_MAX_S;
}

static bool parse_answer(struct str body, json_t **ret, struct err *err)
{
    struct str text = str_trim(body);
    struct err why = { 0 };
    if (text.n && text.p[0] == '<')
        return err_set(
            err, ERR_UPSTREAM,
            "The token endpoint answered with a web page instead of JSON: OIDCPROXY_AUTH_TOKEN_ENDPOINT is wrong, "
            "or a proxy stands between this server and the identity provider.");
    if (!dom_parse_object(text, ret, &why))
        return err_set(err, ERR_UPSTREAM,
                       "The token endpoint gave an answer that is not whole JSON (%zu bytes; %s).",
                       body.n, why.text);
    return true;
}

bool grant_read_success(struct arena *arena, struct str body, bool refresh, struct idp_grant *ret,
                        struct err *err)
{
    JSON_AUTO *answer = NULL;
    if (!parse_answer(body, &answer, err))
        return false;
    if (dom_str(answer, "error").n)
        return grant_read_failure(400, body, 0, refresh, err); // some providers refuse with 200
    *ret = (struct idp_grant){ .refresh_token = arena_str(arena, dom_str(answer, "refresh_token")),
                               .id_token = arena_str(arena, dom_str(answer, "id_token")),
                               .expires_in = lifetime(answer),
                               .scope = arena_str(arena, dom_str(answer, "scope")) };
    return true;
}

static bool is_transient(int status, const char *word, int aadsts)
{
    return status >= 500 || status == 429 || status == 408 || aadsts == AADSTS_LOOP ||
           strcmp(word, "temporarily_unavailable") == 0 || strcmp(word, "server_error") == 0;
}

// Words after which only a new sign-in helps.
static bool needs_sign_in(const char *word)
{
    static const char *const words[] = { "invalid_grant",  "interaction_required",
                                         "login_required", "consent_required",
                                         "access_denied",  "account_selection_required" };
    return str_is_among(str_c(word), words, ARRAY_LEN(words));
}

static enum err_code code_of(const char *word, const struct explanation *known, bool refresh)
{
    if (refresh && (needs_sign_in(word) || (known && known->fatal_for_grant)))
        return ERR_INVALID_GRANT;
    return known && known->whose == WHOSE_ADMIN ? ERR_IDP_MISCONFIGURED : ERR_IDP_REFUSED;
}

void idp_tidy(struct str text, char *ret, size_t size)
{
    ptrdiff_t trailer = str_find(text, STR("Trace ID:"));
    text = str_trim(trailer >= 0 ? str_slice(text, 0, (size_t)trailer) : text);
    str_tidy(text, ret, size);
}

static bool is_id(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("0123456789abcdefABCDEF-", s.p[i]) || !s.p[i])
            return false;
    return s.n > 0 && s.n <= 40;
}

static void write_refusal(const json_t *answer, const struct explanation *known, int aadsts,
                          enum err_code code, struct err *err)
{
    char word[64], said[200], correlation[64] = "";
    struct str id = dom_str(answer, "correlation_id");
    idp_tidy(dom_str(answer, "error"), word, sizeof word);
    idp_tidy(dom_str(answer, "error_description"), said, sizeof said);
    if (is_id(id))
        snprintf(correlation, sizeof correlation, ", correlation ID " STR_FMT, STR_ARG(id));
    if (known && (known->aadsts || !aadsts))
        err_set(err, code, "%s %s (%s%s%.0d%s)", known->title, known->fix, word,
                aadsts ? ", AADSTS" : "", aadsts, correlation);
    else if (aadsts)
        err_set(
            err, code,
            "The identity provider refused with AADSTS%d (%s): %s See https://login.microsoftonline.com/error?code=%d%s",
            aadsts, word, said, aadsts, correlation);
    else
        err_set(err, code, "The identity provider refused: %s%s%s%s", word, *said ? ": " : "", said,
                correlation);
}

bool grant_read_failure(int status, struct str body, int retry_after, bool refresh, struct err *err)
{
    JSON_AUTO *answer = NULL;
    char word[64];
    if (!parse_answer(body, &answer, err))
        answer = NULL;
    idp_tidy(dom_str(answer, "error"), word, sizeof word);
    struct str description = dom_str(answer, "error_description");
    int aadsts = aadsts_in(description);
    if (is_transient(status, word, aadsts)) {
        err_set(
            err, ERR_UPSTREAM,
            "The identity provider is busy or has a fault (it answered %d). This passes: try again.",
            status);
        if (err)
            err->retry_after = retry_after > 0 ? retry_after : RETRY_AFTER_S;
    } else if (!*word) {
        if (answer)
            err_set(
                err, ERR_UPSTREAM,
                "The token endpoint answered %d without saying why; is OIDCPROXY_AUTH_TOKEN_ENDPOINT right?",
                status);
        else if (err && err->code == ERR_UPSTREAM)
            err_prefix(err, "status %d", status);
    } else {
        const struct explanation *known = explain_error(word, description);
        write_refusal(answer, known, aadsts, code_of(word, known, refresh), err);
    }
    if (err) {
        err->aadsts = aadsts;
        snprintf(err->word, sizeof err->word, "%.*s", (int)sizeof err->word - 1, word);
    }
    return false;
}

// --- asking ---

bool idp_post(struct idp *idp, const char *url, struct str form, struct str authorization,
              struct cancel *cancel, struct fetch_response *ret, struct err *err)
{
    const struct fetch_header headers[] = {
        { "Accept", STR("application/json") },
        { "Content-Type", STR("application/x-www-form-urlencoded") },
        { authorization.n ? "Authorization" : NULL, authorization },
        { NULL }
    };
    const struct fetch_request request = { .method = "POST",
                                           .url = url,
                                           .headers = headers,
                                           .body = form,
                                           .timeout_ms = IDP_TIMEOUT_MS,
                                           .max_bytes = IDP_ANSWER_MAX,
                                           .cancel = cancel };
    if (fetch(idp->fetcher, &request, ret, err))
        return true;
    return err_prefix(err, "The identity provider cannot be asked");
}

// One POST. *ret_status: of the answer, 0 where none came.
static bool ask_once(struct idp *idp, struct arena *arena, struct str fields,
                     enum client_method method, bool refresh, struct cancel *cancel,
                     struct idp_grant *ret, int *ret_status, struct err *err)
{
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(FORM_BYTES_MAX);
    CLEANUP(buf_wipe) struct buf authorization = BUF_INIT(FORM_BYTES_MAX);
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    if (!client_auth_add(idp, method, fields, &form, &authorization, err) ||
        !idp_post(idp, idp->config.token_endpoint, buf_str(&form), buf_str(&authorization), cancel,
                  &response, err))
        return false;
    bool ok = response.status == 200
                  ? grant_read_success(arena, buf_str(&response.body), refresh, ret, err)
                  : grant_read_failure(response.status, buf_str(&response.body),
                                       fetch_retry_after(&response, clock_now()), refresh, err);
    *ret_status = response.status;
    if (response.body.p)
        wipe(response.body.p, response.body.n);
    return ok;
}

bool idp_token_request(struct idp *idp, struct arena *arena, struct str fields, bool refresh,
                       struct cancel *cancel, struct idp_grant *ret, struct err *err)
{
    struct err first = { 0 };
    enum client_method method, next;
    int status = 0;
    if (!idp_prepare(idp, err))
        return false;
    method = client_auth_method(idp);
    if (ask_once(idp, arena, fields, method, refresh, cancel, ret, &status, &first))
        return true;
    if (client_auth_next(idp, method, status, first.aadsts, &next)) {
        if (!ask_once(idp, arena, fields, next, refresh, cancel, ret, &status, err))
            return false;
        if (next != CLIENT_PUBLIC)
            atomic_store(&idp->secret_method, (int)next);
        return true;
    }
    if (err)
        *err = first;
    return false;
}

bool idp_identify(struct idp *idp, struct arena *arena, struct str nonce, struct idp_grant *grant,
                  struct err *err)
{
    if (!grant->id_token.n)
        return err_set(
            err, ERR_IDP_MISCONFIGURED,
            "The identity provider gave no ID token, so nobody can be identified: OIDCPROXY_AUTH_SCOPES must "
            "contain openid, and the application must be allowed to use it.");
    return person_from_id_token(idp, arena, grant->id_token, nonce, clock_now(), &grant->person,
                                err);
}

// Entra wants it always (AADSTS90009).
/*= rfc6749 6 "The requested scope MUST NOT include any scope not originally granted by the resource
 * owner, and if omitted is treated as equal to the scope originally granted by the resource owner."
 */
static void add_scope(const struct idp *idp, struct buf *fields)
{
    if (idp->preset->scope_at_token)
        idp_add_field(fields, "scope", str_c(idp->given.scopes));
}

bool idp_redeem_code(struct idp *idp, struct arena *arena, struct str code, struct str redirect_uri,
                     struct str verifier, struct str nonce, struct cancel *cancel,
                     struct idp_grant *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf fields = BUF_INIT(FORM_BYTES_MAX);
    struct idp_grant grant = { 0 };
    idp_add_field(&fields, "grant_type", STR("authorization_code"));
    idp_add_field(&fields, "client_id", str_c(idp->given.client_id));
    idp_add_field(&fields, "code", code);
    /*= rfc6749 4.1.3 "…their values MUST be identical." */
    idp_add_field(&fields, "redirect_uri", redirect_uri);
    idp_add_field(&fields, "code_verifier", verifier);
    add_scope(idp, &fields);
    if (!buf_ok(&fields))
        return err_set(err, ERR_LIMIT, "the authorization code is too long");
    if (!nonce.n)
        return err_set(err, ERR_INTERNAL, "a code is redeemed with the nonce of its request");
    if (!idp_token_request(idp, arena, buf_str(&fields), false, cancel, &grant, err))
        return false;
    bool good = idp_identify(idp, arena, nonce, &grant, err);
    if (good)
        *ret = grant;
    ret->person = grant.person;
    return good;
}

bool idp_refresh(struct idp *idp, struct arena *arena, struct str refresh_token,
                 struct cancel *cancel, struct idp_grant *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf fields = BUF_INIT(FORM_BYTES_MAX);
    struct idp_grant grant = { 0 };
    idp_add_field(&fields, "grant_type", STR("refresh_token"));
    idp_add_field(&fields, "client_id", str_c(idp->given.client_id));
    idp_add_field(&fields, "refresh_token", refresh_token);
    add_scope(idp, &fields);
    if (!buf_ok(&fields))
        return err_set(err, ERR_LIMIT, "the refresh token is too long");
    if (!idp_token_request(idp, arena, buf_str(&fields), true, cancel, &grant, err))
        return false;
    if (grant.id_token.n && !person_from_id_token(idp, arena, grant.id_token, STR_NONE, clock_now(),
                                                  &grant.person, err))
        return false;
    if (!grant.id_token.n && people_limited(idp))
        return err_set(err, ERR_ACCESS_DENIED,
                       "only certain people may use this server, and the identity provider's "
                       "answer to the refresh does not say who it is for: sign in again");
    *ret = grant;
    return true;
}
