// SPDX-License-Identifier: MIT
// The identity provider from outside: is it there, is it the one that the values say, are its keys
// and our clock right, and where does a person's account live?
#include "app/doctor_int.h"
#include "base/clock.h"
#include "base/url.h"
#include "jose/jwk.h"
#include "json/dom.h"

#define CLOCK_WARNING_S 60
#define CLOCK_WRONG_S   300
#define DISCOVERY       "/.well-known/openid-configuration"

// Where else a tenant may live that the configured cloud does not know (%s: the tenant ID).
static const struct {
    const char *number, *issuer;
} elsewhere[] = {
    { "E52", "https://login.microsoftonline.us/%s/v2.0" },
    { "E52", "https://login.partner.microsoftonline.cn/%s/v2.0" },
    { "E52", "https://login.microsoftonline.com/%s/v2.0" },
    { "E53", "https://%s.ciamlogin.com/%s/v2.0" },
};

static bool is_microsoft(struct str host)
{
    return str_find(host, STR("microsoftonline.")) >= 0 || str_is(host, "login.windows.net") ||
           str_is(host, "sts.windows.net");
}

static struct str without_slash(const char *text)
{
    struct str s = str_c(text);
    while (str_ends(s, STR("/")))
        s.n--;
    return s;
}

static struct str tenant_of(const struct url *issuer)
{
    struct str rest = str_slice(issuer->path, 1, issuer->path.n);
    return str_cut(&rest, '/');
}

// --- a tenant that is not there ---

static struct str issuer_in(struct doctor *d, size_t i, struct str tenant)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
    struct str rest = str_c(elsewhere[i].issuer);
    for (ptrdiff_t at; (at = str_find(rest, STR("%s"))) >= 0;) {
        buf_add(&out, str_slice(rest, 0, (size_t)at));
        buf_add(&out, tenant);
        rest = str_slice(rest, (size_t)at + 2, rest.n);
    }
    buf_add(&out, rest);
    return arena_str(d->arena, buf_str(&out));
}

// Asks the other clouds for the tenant; NULL when none knows it.
static const char *find_elsewhere(struct doctor *d, const struct url *issuer,
                                  struct str *ret_issuer)
{
    for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++) {
        CLEANUP(answer_release) struct answer answer = { 0 };
        struct str there = issuer_in(d, i, tenant_of(issuer));
        struct url url;
        if (url_parse(there, &url, NULL) && str_eq_nocase(url.host, issuer->host))
            continue;
        const char *document = doctor_text(d, STR_FMT DISCOVERY, STR_ARG(there));
        if (doctor_fetch(d, document, STR_NONE, NULL, &answer) && answer.said.status == 200) {
            *ret_issuer = there;
            return elsewhere[i].number;
        }
    }
    return NULL;
}

static void add_no_tenant(struct doctor *d, const struct url *issuer, const struct probe *said)
{
    struct str there = STR_NONE;
    const char *number = is_microsoft(issuer->host) ? find_elsewhere(d, issuer, &there) : NULL;
    struct finding *f = doctor_add(d, GRADE_WRONG, number ? number : "E01",
                                   "%s does not know the tenant " STR_FMT "%s" STR_FMT,
                                   arena_cstr(d->arena, issuer->host), STR_ARG(tenant_of(issuer)),
                                   number ? ", but it is there at " : "", STR_ARG(there));
    doctor_saw(f, said);
    if (number)
        f->set =
            doctor_text(d, "OIDCPROXY_AUTH_ISSUER=" STR_FMT " (and its host in the other URLs)",
                        STR_ARG(there));
}

// --- the discovery document ---

static void add_unreachable(struct doctor *d, const struct answer *answer, const char *what)
{
    struct finding *f = doctor_add(d, GRADE_WRONG, "E54", "%s: %s", what, answer->said.said);
    doctor_saw(f, &answer->said);
}

// An answer that no identity provider gives: captive portal, egress proxy, inspecting gateway.
static void add_intercepted(struct doctor *d, const struct answer *answer)
{
    struct finding *f = doctor_add(
        d, GRADE_WRONG, "E54", "something between answers in place of the provider (status %d, %s)",
        answer->said.status,
        answer->said.status < 300 ? "a web page" : "not the discovery document");
    doctor_saw(f, &answer->said);
}

static void judge_refusal(struct doctor *d, const struct url *issuer, const struct answer *answer)
{
    const struct probe *said = &answer->said;
    struct finding *f;
    if (said->aadsts == 900023) {
        f = doctor_add(d, GRADE_WRONG, "E02", "'" STR_FMT "' is no tenant ID",
                       STR_ARG(tenant_of(issuer)));
        doctor_saw(f, said);
    } else if (said->aadsts == 90002 || strcmp(said->error, "invalid_tenant") == 0) {
        add_no_tenant(d, issuer, said);
    } else if (said->status == 404 && d->entra) {
        f = doctor_add(d, GRADE_WRONG, "E06", "there is no discovery document below %s",
                       d->config.issuer);
        doctor_saw(f, said);
    } else if (said->status == 404) {
        f = doctor_add(d, GRADE_WARNING, NULL,
                       "the provider has no discovery document below %s: the endpoints are used as "
                       "they are configured",
                       d->config.issuer);
        doctor_saw(f, said);
    } else if (said->status == 429 || said->status >= 500) {
        f = doctor_add(d, GRADE_UNSEEN, "E54", "the provider is busy or has a fault (status %d)",
                       said->status);
        doctor_saw(f, said);
        f->inconclusive = true;
    } else {
        add_intercepted(d, answer);
    }
}

// The document below this issuer names another one.
static const char *number_of_issuer(const struct doctor *d, struct str own, struct str theirs)
{
    if (str_find(theirs, STR("{tenantid}")) >= 0)
        return "E05";
    bool version_2 = str_ends(own, STR("/v2.0"));
    return d->entra && version_2 && !str_eq(own, theirs) ? "E58" : "E06";
}

static void judge_issuer(struct doctor *d, const json_t *document, const struct probe *said)
{
    struct str theirs = dom_str(document, "issuer"), own = without_slash(d->config.issuer);
    bool several = d->config.allowed_tenants && str_find(theirs, STR("{tenantid}")) >= 0;
    if (several || str_is(theirs, d->config.issuer)) {
        doctor_saw(doctor_add(d, GRADE_OK, NULL, "%s" DISCOVERY, d->config.issuer), said);
        return;
    }
    const char *number = number_of_issuer(d, own, theirs);
    struct finding *f = doctor_find(d, number); // the settings may have told it already
    if (!f)
        f = doctor_add(d, GRADE_WRONG, number, "the provider calls itself " STR_FMT ", not %s",
                       STR_ARG(theirs), d->config.issuer);
    doctor_saw(f, said);
    if (d->entra && !str_ends(own, STR("/v2.0")))
        f->set = doctor_text(d, "OIDCPROXY_AUTH_ISSUER=" STR_FMT "/v2.0", STR_ARG(own));
    else if (strcmp(number, "E05") != 0)
        f->set = doctor_text(d, "OIDCPROXY_AUTH_ISSUER=" STR_FMT, STR_ARG(theirs));
}

static const struct {
    const char *member, *variable;
    size_t offset;
} endpoints[] = {
    { "authorization_endpoint", "OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT",
      offsetof(struct idp_config, authorization_endpoint) },
    { "token_endpoint", "OIDCPROXY_AUTH_TOKEN_ENDPOINT",
      offsetof(struct idp_config, token_endpoint) },
    { "jwks_uri", "OIDCPROXY_AUTH_JWKS_URI", offsetof(struct idp_config, jwks_uri) },
};

static struct str without_query(struct str url)
{
    return str_cut(&url, '?');
}

// The document and the values must name the same places. What differs at Entra ID was told with the
// settings already, unless it is the host.
static void judge_endpoints(struct doctor *d, const json_t *document)
{
    size_t differ = 0;
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
        const char *own =
            *(const char *const *)(const void *)((const char *)&d->config + endpoints[i].offset);
        struct str theirs = dom_str(document, endpoints[i].member);
        if (!own || !theirs.n || str_eq(without_query(str_c(own)), without_query(theirs)))
            continue;
        differ++;
        if (doctor_find(d, "E07") || doctor_find(d, "E08") || doctor_find(d, "E09"))
            continue;
        struct finding *f =
            doctor_add(d, GRADE_WARNING, strcmp(endpoints[i].member, "jwks_uri") ? "E07" : "E09",
                       "%s is %s, but the provider names " STR_FMT, endpoints[i].variable, own,
                       STR_ARG(theirs));
        f->set = doctor_text(d, "%s=" STR_FMT, endpoints[i].variable, STR_ARG(theirs));
    }
    if (differ == 0)
        doctor_add(d, GRADE_OK, NULL, "the endpoints are those of the provider's document");
}

static void judge_clock(struct doctor *d, const struct answer *answer)
{
    int64_t theirs = fetch_date(&answer->response);
    if (theirs < 0)
        return;
    int64_t ahead = clock_now() - answer->response.elapsed_ms / 2000 - theirs;
    int64_t off = ahead < 0 ? -ahead : ahead;
    if (off <= CLOCK_WARNING_S)
        doctor_add(d, GRADE_OK, NULL, "the clock agrees with the provider's");
    else
        doctor_add(d, off > CLOCK_WRONG_S ? GRADE_WRONG : GRADE_WARNING, "E48",
                   "the clock of this machine is %lld seconds %s the provider's", (long long)off,
                   ahead > 0 ? "ahead of" : "behind");
}

// The server would refuse to start, or would start and answer 503.
static bool judge_discovered(struct doctor *d)
{
    struct err err = { 0 };
    if (d->idp && !idp_start(d->idp, &err))
        doctor_add(d, GRADE_WRONG, "E06", "%s", err.text);
    else if (d->idp && !idp_prepare(d->idp, &err))
        doctor_add(d, GRADE_WRONG, "E54", "%s", err.text);
    return err.code == ERR_NONE;
}

void check_discovery(struct doctor *d)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    JSON_AUTO *document = NULL;
    struct url issuer;
    if (!judge_discovered(d) || !url_parse(str_c(d->config.issuer), &issuer, NULL))
        return; // told now, or with the settings
    struct str place = without_slash(d->config.issuer);
    const char *url = d->config.discovery_url ? d->config.discovery_url
                                              : doctor_text(d, STR_FMT DISCOVERY, STR_ARG(place));
    if (!doctor_fetch(d, url, STR_NONE, NULL, &answer)) {
        add_unreachable(d, &answer, url);
        return;
    }
    if (answer.said.status != 200) {
        judge_refusal(d, &issuer, &answer);
        return;
    }
    if (!dom_parse_object(buf_str(&answer.response.body), &document, NULL) ||
        !dom_str(document, "issuer").n) {
        add_intercepted(d, &answer);
        return;
    }
    judge_issuer(d, document, &answer.said);
    judge_endpoints(d, document);
    judge_clock(d, &answer);
}

// --- keys ---

static void judge_own_keys(struct doctor *d, const struct jwks *keys)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct jwks *own = NULL;
    const char *url =
        doctor_text(d, "%s%cappid=%s", d->config.jwks_uri,
                    strchr(d->config.jwks_uri, '?') ? '&' : '?', idp_config(d->idp)->client_id);
    if (!doctor_fetch(d, url, STR_NONE, NULL, &answer) || answer.said.status != 200 ||
        !jwks_parse(buf_str(&answer.response.body), &own, NULL))
        return;
    if (jwks_count(own) > jwks_count(keys)) {
        struct finding *f =
            doctor_add(d, GRADE_WARNING, "E09", "the application has a signing key of its own");
        f->set = doctor_text(d, "OIDCPROXY_AUTH_JWKS_URI=%s", url);
    }
    jwks_free(own);
}

void check_keys(struct doctor *d)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    struct jwks *keys = NULL;
    struct err err = { 0 };
    const char *uri = d->config.jwks_uri;
    if (!doctor_fetch(d, uri, STR_NONE, NULL, &answer)) {
        add_unreachable(d, &answer, uri);
        return;
    }
    int status = answer.said.status;
    if (status == 429 || status >= 500) {
        doctor_add(d, GRADE_UNSEEN, "E09", "%s is busy or has a fault (status %d)", uri, status)
            ->inconclusive = true;
        return;
    }
    if (status != 200 || !jwks_parse(buf_str(&answer.response.body), &keys, &err)) {
        if (!doctor_confirm(d, "E09", &answer.said))
            doctor_saw(doctor_add(d, GRADE_WRONG, "E09", "no keys at %s (status %d%s%s)", uri,
                                  status, *err.text ? ", " : "", err.text),
                       &answer.said);
        return;
    }
    doctor_add(d, GRADE_OK, NULL, "%zu signing keys at %s", jwks_count(keys), uri);
    if (d->deep && d->entra && d->idp)
        judge_own_keys(d, keys);
    jwks_free(keys);
}

// --- a person's tenant ---

void check_user(struct doctor *d)
{
    CLEANUP(answer_release) struct answer answer = { 0 };
    JSON_AUTO *document = NULL;
    struct url issuer, theirs;
    struct str rest = str_c(d->user);
    (void)str_cut(&rest, '@');
    if (!url_parse(str_c(d->config.issuer), &issuer, NULL))
        return;
    const char *url = doctor_text(d, STR_FMT "://" STR_FMT "/" STR_FMT "/v2.0" DISCOVERY,
                                  STR_ARG(issuer.scheme), STR_ARG(issuer.authority), STR_ARG(rest));
    bool answered = doctor_fetch(d, url, STR_NONE, NULL, &answer);
    bool known = answered && answer.said.status == 200 &&
                 dom_parse_object(buf_str(&answer.response.body), &document, NULL) &&
                 url_parse(dom_str(document, "issuer"), &theirs, NULL);
    struct finding *f;
    if (known && str_eq_nocase(tenant_of(&theirs), tenant_of(&issuer)))
        f = doctor_add(d, GRADE_OK, NULL, STR_FMT " is a domain of this tenant", STR_ARG(rest));
    else if (known)
        f = doctor_add(d, GRADE_WARNING, "E23",
                       STR_FMT " is a domain of tenant " STR_FMT
                               ", not of this one: unless invited as a "
                               "guest, the person is refused",
                       STR_ARG(rest), STR_ARG(tenant_of(&theirs)));
    else if (answer.said.aadsts == 90002)
        f = doctor_add(d, GRADE_WARNING, "E24", STR_FMT " is a domain of no Entra tenant",
                       STR_ARG(rest));
    else {
        f = doctor_add(d, GRADE_UNSEEN, NULL, "whose domain " STR_FMT " is cannot be told: %s",
                       STR_ARG(rest), answer.said.said);
        f->inconclusive = true;
    }
    doctor_saw(f, &answer.said);
}
