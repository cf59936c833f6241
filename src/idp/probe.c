// SPDX-License-Identifier: MIT
// Asking without credentials. What an answer means stands in tables of AADSTS numbers; a provider
// without such numbers is judged by HTTP status and the OAuth error word, and where these say
// nothing, nothing is concluded. Only idp_probe_secret sends the client's credential.
#include <time.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/url.h"
#include "idp/internal.h"
#include "idp/probe.h"
#include "jose/b64url.h"

#define PROBE_ANSWER_MAX (1024 * 1024) // sign-in pages carry their script with them
#define FORM_MAX         (16 * 1024)
#define LOCATION_MAX     (16 * 1024)
#define CHALLENGE_BYTES  32 // 43 characters, as S256 makes them

struct meaning {
    int aadsts;
    enum probe_answer answer;
};

// Pages of the authorization endpoint. Others (700016, 90002, 50194, 7000112 …) say nothing of the
// redirect URI.
static const struct meaning redirect_pages[] = { { 50011, PROBE_NO },  // not registered
                                                 { 90102, PROBE_NO },  // not an absolute address
                                                 { 500113, PROBE_NO }, // none is registered
                                                 { 500117, PROBE_NO }, // http on a public host
                                                 { 900971, PROBE_NO }, // empty
                                                 { 0 } };

// Refusals of an invented code.
static const struct meaning client_refusals[] = {
    { 70000, PROBE_YES },
    { 70008, PROBE_YES },   // the code is expired or revoked
    { 9002313, PROBE_YES }, // … malformed: the client was found before
    { 7000215, PROBE_YES },
    { 7000218, PROBE_YES }, // a credential is wanted: so it exists
    { 70001, PROBE_NO },
    { 700016, PROBE_NO }, // not in this tenant
    { 90002, PROBE_NO },
    { 900023, PROBE_NO }, // no such tenant
    { 50059, PROBE_NO },
    { 50194, PROBE_NO },   // no tenant named
    { 7000112, PROBE_NO }, // switched off
    { 0 }
};

static const struct meaning secret_refusals[] = {
    { 7000215, PROBE_NO }, // wrong
    { 7000222, PROBE_NO }, // expired
    { 700024, PROBE_NO },
    { 700027, PROBE_NO }, // assertion out of its time, wrong certificate
    { 70021, PROBE_NO },
    { 700211, PROBE_NO },
    { 700212, PROBE_NO },
    { 700213, PROBE_NO },
    { 700229, PROBE_NO },
    { 7002131, PROBE_NO },
    { 7002137, PROBE_NO },
    { 7002138, PROBE_NO }, // no federated credential fits
    { 0 },
};

// How providers without AADSTS numbers name the redirect URI on their error pages (Keycloak, Okta,
// Auth0, Ping, oidc-provider).
static const char *const redirect_words[] = { "redirect_uri", "redirect uri", "redirect url",
                                              "callback url" };

static enum probe_answer meaning_of(const struct meaning *table, int aadsts)
{
    for (; table->aadsts; table++)
        if (table->aadsts == aadsts)
            return table->answer;
    return PROBE_UNCLEAR;
}

static bool is_transient(int status)
{
    return status == 408 || status == 429 || status >= 500;
}

// --- texts of strangers ---

struct replacement {
    struct str from;
    char to;
};

static const struct replacement replacements[] = {
    { STR_INIT("&#39;"), '\'' }, { STR_INIT("&#x27;"), '\'' },  { STR_INIT("&quot;"), '"' },
    { STR_INIT("&lt;"), '<' },   { STR_INIT("&gt;"), '>' },     { STR_INIT("&amp;"), '&' },
    { STR_INIT("\\/"), '/' },    { STR_INIT("\\u0027"), '\'' }, { STR_INIT("\\u0026"), '&' },
    { STR_INIT("\\r"), ' ' },    { STR_INIT("\\n"), ' ' },
};

static char next_char(struct str *rest)
{
    for (size_t i = 0; i < ARRAY_LEN(replacements); i++) {
        if (!str_starts(*rest, replacements[i].from))
            continue;
        *rest = str_slice(*rest, replacements[i].from.n, rest->n);
        return replacements[i].to;
    }
    char c = *rest->p;
    *rest = str_slice(*rest, 1, rest->n);
    return (unsigned char)c < ' ' || c == 0x7f ? ' ' : c;
}

static size_t whole_utf8(const char *text, size_t n)
{
    while (n && !str_is_utf8(str_of(text, n)))
        n--;
    return n;
}

// One line of plain text, without Entra's trailer of ids.
static void one_line(struct str text, char *ret, size_t size)
{
    size_t n = 0;
    ptrdiff_t trailer = str_find(text, STR("Trace ID:"));
    text = str_trim(trailer >= 0 ? str_slice(text, 0, (size_t)trailer) : text);
    while (text.n && n < size - 1) {
        char c = next_char(&text);
        if (c != ' ' || (n && ret[n - 1] != ' '))
            ret[n++] = c;
    }
    while (n && ret[n - 1] == ' ')
        n--;
    ret[whole_utf8(ret, n)] = '\0';
}

static bool contains_nocase(struct str text, struct str word)
{
    for (size_t i = 0; i + word.n <= text.n; i++)
        if (str_eq_nocase(str_slice(text, i, i + word.n), word))
            return true;
    return false;
}

// --- reading the answers ---

static void read_json(const json_t *answer, struct probe *ret)
{
    struct str description = dom_str(answer, "error_description");
    const json_t *first = json_array_get(dom_get(answer, "error_codes"), 0);
    int64_t number = json_is_integer(first) ? json_integer_value(first) : 0;
    ret->aadsts = number > 0 && number <= 999999999 ? (int)number : aadsts_in(description);
    one_line(dom_str(answer, "error"), ret->error, sizeof ret->error);
    one_line(description.n ? description : dom_str(answer, "error"), ret->said, sizeof ret->said);
    if (!*ret->said)
        snprintf(ret->said, sizeof ret->said, "an answer (status %d) without an error word",
                 ret->status);
}

static int number_behind(struct str page, struct str mark)
{
    char text[32];
    ptrdiff_t at = str_find(page, mark);
    if (at < 0)
        return 0;
    struct str digits = str_slice(page, (size_t)at + mark.n, page.n);
    while (digits.n && (*digits.p == '"' || *digits.p == ' '))
        digits = str_slice(digits, 1, digits.n);
    snprintf(text, sizeof text, "AADSTS" STR_FMT, STR_ARG(str_slice(digits, 0, 9)));
    return aadsts_in(str_c(text));
}

// From "AADSTSn:" to the end of its element or string.
static struct str sentence_in(struct str page, int aadsts)
{
    char mark[24];
    snprintf(mark, sizeof mark, "AADSTS%d", aadsts);
    ptrdiff_t at = str_find(page, str_c(mark));
    if (at < 0)
        return STR_NONE;
    struct str text = str_slice(page, (size_t)at, page.n);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '<' || text.p[i] == '"' || text.p[i] == '\n')
            return str_slice(text, 0, i);
    return text;
}

// The status of a page says nothing: Entra's come with 200 and the failure in their script.
static void read_page(struct str page, struct probe *ret)
{
    ret->aadsts = aadsts_in(page);
    if (!ret->aadsts)
        ret->aadsts = number_behind(page, STR("\"iErrorCode\":"));
    if (!ret->aadsts)
        ret->aadsts = number_behind(page, STR("\"sErrorCode\":"));
    struct str sentence = ret->aadsts ? sentence_in(page, ret->aadsts) : STR_NONE;
    if (sentence.n)
        one_line(sentence, ret->said, sizeof ret->said);
    else if (ret->aadsts)
        snprintf(ret->said, sizeof ret->said, "a page with AADSTS%d", ret->aadsts);
    else
        snprintf(ret->said, sizeof ret->said, "a page (status %d) without an error number",
                 ret->status);
}

static json_t *read_body(const struct fetch_response *response, struct probe *ret)
{
    json_t *answer = NULL;
    struct str body = str_trim(buf_str(&response->body));
    if (dom_parse_object(body, &answer, NULL))
        read_json(answer, ret);
    else
        read_page(body, ret);
    return answer;
}

void probe_read_body(const struct fetch_response *response, struct probe *ret)
{
    one_line(fetch_header_get(response, "x-ms-request-id"), ret->request_id,
             sizeof ret->request_id);
    json_decref(read_body(response, ret));
}

// --- asking ---

void probe_new_id(char ret[40])
{
    char hex[33];
    random_hex(hex, 16);
    hex[12] = '4';
    hex[16] = '8';
    snprintf(ret, 40, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

// form .p NULL: GET. False when no answer came; ret says why.
static bool ask(struct idp *idp, const char *url, struct str form, struct cancel *cancel,
                struct fetch_response *response, struct probe *ret)
{
    struct err err = { 0 };
    *ret = (struct probe){ .answer = PROBE_UNCLEAR, .retry_after = -1 };
    probe_new_id(ret->correlation);
    const struct fetch_header headers[] = {
        { "client-request-id", str_c(ret->correlation) },
        { "Accept", form.p ? STR("application/json") : STR("text/html, application/json") },
        { form.p ? "Content-Type" : NULL, STR("application/x-www-form-urlencoded") },
        { NULL },
    };
    const struct fetch_request request = { .method = form.p ? "POST" : "GET",
                                           .url = url,
                                           .headers = headers,
                                           .body = form,
                                           .timeout_ms = PROBE_TIMEOUT_MS,
                                           .max_bytes = PROBE_ANSWER_MAX,
                                           .cancel = cancel };
    if (!fetch(idp->fetcher, &request, response, &err)) {
        one_line(str_c(err.text), ret->said, sizeof ret->said);
        return false;
    }
    ret->status = response->status;
    ret->retry_after = fetch_retry_after(response, clock_now());
    one_line(fetch_header_get(response, "x-ms-request-id"), ret->request_id,
             sizeof ret->request_id);
    return true;
}

static void wipe_body(struct fetch_response *response)
{
    if (response->body.p)
        wipe(response->body.p, response->body.n);
}

// --- the redirect URI ---

struct asked {
    struct str redirect_uri, state;
};

// What stands behind exactly this URI in the address, from its '?', '&' or '#' on; .p NULL when the
// address is another one, such as /callback2 for /callback.
static struct str behind(struct str location, struct str redirect_uri)
{
    if (!str_starts(location, redirect_uri))
        return STR_NONE;
    struct str rest = str_slice(location, redirect_uri.n, location.n);
    char joins = str_index(redirect_uri, '?') >= 0 ? '&' : '?';
    return rest.n && (*rest.p == joins || *rest.p == '#') ? rest : STR_NONE;
}

static struct str parameter(struct arena *arena, struct str pairs, const char *name)
{
    CLEANUP(buf_release) struct buf value = BUF_INIT(LOCATION_MAX);
    while (pairs.n) {
        size_t n = 0;
        while (n < pairs.n && !strchr("?&#", pairs.p[n]))
            n++;
        struct str pair = str_slice(pairs, 0, n);
        pairs = str_slice(pairs, n + 1, pairs.n);
        if (str_is(str_cut(&pair, '='), name) && pair.p && buf_add_urldecoded(&value, pair, true))
            return arena_str(arena, buf_str(&value));
    }
    return STR_NONE;
}

static void read_elsewhere(struct str location, struct probe *ret)
{
    struct url url;
    if (url_parse(location, &url, NULL))
        snprintf(ret->said, sizeof ret->said, "redirected to " STR_FMT, STR_ARG(url.authority));
    else
        snprintf(ret->said, sizeof ret->said, "redirected to another place");
}

static void read_location(struct arena *arena, struct str location, const struct asked *asked,
                          struct probe *ret)
{
    struct str pairs =
        location.n <= LOCATION_MAX ? behind(location, asked->redirect_uri) : STR_NONE;
    if (!pairs.n || !str_eq(parameter(arena, pairs, "state"), asked->state)) {
        read_elsewhere(location, ret);
        return;
    }
    struct str description = parameter(arena, pairs, "error_description");
    one_line(parameter(arena, pairs, "error"), ret->error, sizeof ret->error);
    one_line(description, ret->said, sizeof ret->said);
    ret->aadsts = aadsts_in(description);
    ret->answer = PROBE_YES;
    if (!*ret->said)
        snprintf(ret->said, sizeof ret->said, "redirected to the URI with %s",
                 *ret->error ? ret->error : "a code");
}

// A refusal about the URI, by providers without numbers. An address that is only echoed
// (redirect_uri=…) is not one.
static bool names_redirect_uri(struct str body)
{
    for (size_t i = 0; i < ARRAY_LEN(redirect_words); i++) {
        struct str word = str_c(redirect_words[i]);
        for (size_t at = 0; at + word.n < body.n; at++) {
            char next = body.p[at + word.n];
            if (next != '=' && next != '%' && str_eq_nocase(str_slice(body, at, at + word.n), word))
                return true;
        }
    }
    return false;
}

static enum probe_answer judge_page(const struct probe *probe, struct str body)
{
    if (probe->aadsts)
        return meaning_of(redirect_pages, probe->aadsts);
    bool about_client = contains_nocase(body, STR("invalid_client")) ||
                        contains_nocase(body, STR("unauthorized_client"));
    bool refused = probe->status >= 400 && !is_transient(probe->status);
    return refused && !about_client && names_redirect_uri(body) ? PROBE_NO : PROBE_UNCLEAR;
}

// False: its endpoints are not known yet, so nothing can be asked.
static bool is_known(struct idp *idp, struct probe *ret)
{
    struct err err = { 0 };
    if (idp_prepare(idp, &err))
        return true;
    *ret = (struct probe){ .answer = PROBE_UNCLEAR, .retry_after = err.retry_after };
    snprintf(ret->said, sizeof ret->said, "%.*s", (int)sizeof ret->said - 1, err.text);
    return false;
}

void idp_probe_redirect(struct idp *idp, struct arena *arena, const char *redirect_uri,
                        struct cancel *cancel, struct probe *ret)
{
    char state[33], nonce[33];
    uint8_t bytes[CHALLENGE_BYTES];
    struct buf challenge = BUF_INIT(64);
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    if (!is_known(idp, ret))
        return;
    random_hex(state, 16);
    random_hex(nonce, 16);
    random_bytes(bytes, sizeof bytes);
    b64url_encode(&challenge, str_of(bytes, sizeof bytes));
    // The request of a real sign-in but for what would ask for a person.
    struct idp bare = { .config = idp->config, .preset = idp->preset };
    bare.config.extra_authorize_params = "prompt=none";
    const struct asked asked = { str_c(redirect_uri), str_c(state) };
    struct str url = idp_authorize_url(&bare, arena, asked.redirect_uri, asked.state, str_c(nonce),
                                       buf_str(&challenge), STR_NONE, false);
    buf_release(&challenge);
    if (!ask(idp, url.p, STR_NONE, cancel, &response, ret))
        return;
    struct str location = fetch_header_get(&response, "Location");
    if (response.status >= 300 && response.status < 400 && location.n) {
        read_location(arena, location, &asked, ret);
        return;
    }
    JSON_AUTO *answer = read_body(&response, ret);
    (void)answer;
    ret->answer = judge_page(ret, buf_str(&response.body));
}

// --- the device authorization endpoint ---

static enum probe_answer judge_device(const struct idp *idp, const json_t *answer,
                                      const struct probe *probe)
{
    if (probe->status == 200)
        return dom_str(answer, "device_code").n && dom_str(answer, "user_code").n ? PROBE_YES
                                                                                  : PROBE_UNCLEAR;
    if (is_transient(probe->status) || probe->status < 400)
        return PROBE_UNCLEAR;
    if (!answer)
        return probe->status == 404 || probe->status == 405 ? PROBE_NO : PROBE_UNCLEAR;
    // The probe shows no credential; a provider that wants one first has not refused the client.
    bool wants_credential =
        !idp_client_is_public(idp) && strcmp(probe->error, "invalid_client") == 0;
    return *probe->error && (probe->aadsts || !wants_credential) ? PROBE_NO : PROBE_UNCLEAR;
}

// Asks for a code and keeps it, for the poll.
static void get_device_code(struct idp *idp, struct cancel *cancel, struct buf *ret_code,
                            struct probe *ret)
{
    CLEANUP(buf_release) struct buf form = BUF_INIT(FORM_MAX);
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    if (!is_known(idp, ret))
        return;
    if (!idp->config.device_authorization_endpoint) {
        *ret = (struct probe){ .answer = PROBE_NO,
                               .retry_after = -1,
                               .said = "no device authorization endpoint is known" };
        return;
    }
    idp_add_field(&form, "client_id", str_c(idp->config.client_id));
    idp_add_field(&form, "scope", str_c(idp->config.scopes));
    if (!ask(idp, idp->config.device_authorization_endpoint, buf_str(&form), cancel, &response,
             ret))
        return;
    JSON_AUTO *answer = read_body(&response, ret);
    ret->answer = judge_device(idp, answer, ret);
    if (ret->answer == PROBE_YES) {
        buf_add(ret_code, dom_str(answer, "device_code"));
        snprintf(ret->said, sizeof ret->said, "a device code was given (it is thrown away)");
    }
    wipe_body(&response);
}

void idp_probe_device(struct idp *idp, struct arena *arena, struct cancel *cancel,
                      struct probe *ret)
{
    (void)arena;
    CLEANUP(buf_wipe) struct buf code = BUF_INIT(FORM_MAX);
    get_device_code(idp, cancel, &code, ret);
}

void idp_probe_device_poll(struct idp *idp, int wait_ms, struct cancel *cancel, struct probe *ret)
{
    CLEANUP(buf_wipe) struct buf code = BUF_INIT(FORM_MAX);
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(2 * FORM_MAX);
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    get_device_code(idp, cancel, &code, ret);
    if (ret->answer != PROBE_YES)
        return;
    const struct timespec wait = { .tv_sec = wait_ms / 1000,
                                   .tv_nsec = (long)(wait_ms % 1000) * 1000000 };
    nanosleep(&wait, NULL);
    idp_add_field(&form, "grant_type", STR("urn:ietf:params:oauth:grant-type:device_code"));
    idp_add_field(&form, "client_id", str_c(idp->config.client_id));
    idp_add_field(&form, "device_code", buf_str(&code));
    if (!ask(idp, idp->config.token_endpoint, buf_str(&form), cancel, &response, ret))
        return;
    probe_read_body(&response, ret);
    bool refused =
        strcmp(ret->error, "invalid_client") == 0 || strcmp(ret->error, "unauthorized_client") == 0;
    ret->answer = refused && !is_transient(ret->status) ? PROBE_NO : PROBE_UNCLEAR;
    wipe_body(&response);
}

// --- the client ---

static enum probe_answer judge_client(const struct probe *probe)
{
    if (is_transient(probe->status))
        return PROBE_UNCLEAR;
    if (probe->aadsts)
        return meaning_of(client_refusals, probe->aadsts);
    // A code is judged after the client (RFC 6749 section 4.1.3).
    return strcmp(probe->error, "invalid_grant") == 0 ? PROBE_YES : PROBE_UNCLEAR;
}

void idp_probe_client(struct idp *idp, struct arena *arena, struct cancel *cancel,
                      struct probe *ret)
{
    (void)arena;
    char verifier[65];
    CLEANUP(buf_release) struct buf form = BUF_INIT(FORM_MAX);
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    if (!is_known(idp, ret))
        return;
    random_hex(verifier, 32);
    idp_add_field(&form, "client_id", str_c(idp->config.client_id));
    idp_add_field(&form, "grant_type", STR("authorization_code"));
    idp_add_field(&form, "code", STR("probe-invented-code"));
    idp_add_field(&form, "redirect_uri", STR("http://localhost/callback"));
    idp_add_field(&form, "code_verifier", str_c(verifier));
    if (!ask(idp, idp->config.token_endpoint, buf_str(&form), cancel, &response, ret))
        return;
    JSON_AUTO *answer = read_body(&response, ret);
    ret->answer = answer ? judge_client(ret) : PROBE_UNCLEAR;
}

// --- the client's credential ---

static const char *graph_scope(const struct idp *idp)
{
    static const struct {
        const char *cloud, *scope;
    } clouds[] = { { ".microsoftonline.us/", "https://graph.microsoft.us/.default" },
                   { ".partner.microsoftonline.cn/",
                     "https://microsoftgraph.chinacloudapi.cn/.default" },
                   { ".chinacloudapi.cn/", "https://microsoftgraph.chinacloudapi.cn/.default" } };
    struct str token = str_c(idp->config.token_endpoint);
    if (!str_ends(token, STR("/oauth2/v2.0/token")))
        return NULL; // not Entra
    for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
        if (str_find(token, str_c(clouds[i].cloud)) >= 0)
            return clouds[i].scope;
    return "https://graph.microsoft.com/.default";
}

static enum probe_answer judge_secret(const json_t *answer, const struct probe *probe)
{
    if (probe->status == 200)
        return dom_str(answer, "access_token").n ? PROBE_YES : PROBE_UNCLEAR;
    if (is_transient(probe->status))
        return PROBE_UNCLEAR;
    if (probe->aadsts)
        return meaning_of(secret_refusals, probe->aadsts);
    return strcmp(probe->error, "invalid_client") == 0 ? PROBE_NO : PROBE_UNCLEAR;
}

// As a secret in the body, which providers take whatever they announce, or by assertion. False: no
// assertion can be had.
static bool add_credential(struct idp *idp, const struct buf *fields, struct buf *form,
                           struct probe *ret)
{
    enum client_method method = idp->config.client_secret ? CLIENT_POST : client_auth_method(idp);
    CLEANUP(buf_wipe) struct buf unused = BUF_INIT(1);
    struct err err = { 0 };
    if (client_auth_add(idp, method, buf_str(fields), form, &unused, &err))
        return true;
    *ret = (struct probe){ .answer = PROBE_NO, .retry_after = -1 };
    one_line(str_c(err.text), ret->said, sizeof ret->said);
    return false;
}

void idp_probe_secret(struct idp *idp, struct arena *arena, struct cancel *cancel,
                      struct probe *ret)
{
    (void)arena;
    CLEANUP(buf_wipe) struct buf fields = BUF_INIT(FORM_MAX), form = BUF_INIT(2 * FORM_MAX);
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    if (!is_known(idp, ret))
        return;
    if (idp_client_is_public(idp)) {
        *ret = (struct probe){ .answer = PROBE_UNCLEAR,
                               .retry_after = -1,
                               .said = "no client credential is configured" };
        return;
    }
    const char *scope = graph_scope(idp);
    idp_add_field(&fields, "grant_type", STR("client_credentials"));
    idp_add_field(&fields, "client_id", str_c(idp->config.client_id));
    if (scope)
        idp_add_field(&fields, "scope", str_c(scope));
    if (!add_credential(idp, &fields, &form, ret))
        return;
    if (!ask(idp, idp->config.token_endpoint, buf_str(&form), cancel, &response, ret))
        return;
    JSON_AUTO *answer = read_body(&response, ret);
    ret->answer = judge_secret(answer, ret);
    if (ret->answer == PROBE_YES)
        snprintf(ret->said, sizeof ret->said,
                 "the credential is accepted (the token is thrown away)");
    wipe_body(&response);
}
