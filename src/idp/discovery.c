// SPDX-License-Identifier: MIT
// The provider's own description of itself (OpenID Connect Discovery 1.0, RFC 8414), fetched until
// it could be had once. It decides where secrets are sent, so it is judged like a stranger's word:
// it must name the issuer we meant, and only hosts that belong to it.
#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "idp/internal.h"

#define OPENID_TAIL "/.well-known/openid-configuration"
#define OAUTH_MARK  "/.well-known/oauth-authorization-server"

// --- where it is, and whom that place stands for ---

/*= oidc-discovery 4.1 "If the Issuer value contains a path component, any terminating / MUST be
 * removed before appending /.well-known/openid-configuration." */
struct str discovery_url_of(struct str issuer, struct arena *arena)
{
    while (str_ends(issuer, STR("/")))
        issuer.n--;
    return arena_printf(arena, STR_FMT OPENID_TAIL, STR_ARG(issuer));
}

// Without a slash behind; empty when the URL has no form that tells.
static struct str implied_issuer(const char *discovery_url, struct arena *arena)
{
    struct str text = str_c(discovery_url);
    text = str_cut(&text, '?');
    struct str tail = STR(OPENID_TAIL), mark = STR(OAUTH_MARK);
    if (str_ends(text, tail))
        return str_slice(text, 0, text.n - tail.n);
    ptrdiff_t at = str_find(text, mark);
    if (at < 0)
        return STR_NONE;
    return arena_printf(arena, STR_FMT STR_FMT, STR_ARG(str_slice(text, 0, (size_t)at)),
                        STR_ARG(str_slice(text, (size_t)at + mark.n, text.n)));
}

static struct str tenant_segment(const struct url *url)
{
    struct str rest = str_slice(url->path, 1, url->path.n);
    return str_cut(&rest, '/');
}

// Two names of the same authority of Microsoft's; hosts below ciamlogin.com and b2clogin.com are
// customers', each its own.
static bool same_authority(struct str a, struct str b)
{
    const struct cloud *cloud = cloud_of(a);
    return cloud && cloud->hosts[0][0] != '.' && cloud_of(b) == cloud;
}

// External ID: the document at NAME.ciamlogin.com names <tenant id>.ciamlogin.com as issuer.
static bool is_tenants_own_host(const struct url *url)
{
    struct str rest = url->host;
    struct str label = str_cut(&rest, '.');
    return str_eq_nocase(label, tenant_segment(url));
}

// Microsoft answers under several names: another host of the same cloud, or a domain instead of
// the tenant's id.
static bool is_microsoft_alias(struct str implied, struct str named)
{
    struct url asked, said;
    if (!url_parse(implied, &asked, NULL) || !url_parse(named, &said, NULL) ||
        !cloud_of(asked.host) || cloud_of(said.host) != cloud_of(asked.host) ||
        str_find(said.path, STR("/v2.0")) < 0)
        return false;
    bool host = str_eq_nocase(asked.host, said.host) || same_authority(asked.host, said.host) ||
                is_tenants_own_host(&said);
    struct str tenant = tenant_segment(&asked);
    return host && (!is_guid(tenant) || str_eq_nocase(tenant, tenant_segment(&said)));
}

static struct str issuer_pattern(struct str issuer, struct arena *arena)
{
    struct url url;
    if (!tenant_is_any(arena_cstr(arena, issuer)) || !url_parse(issuer, &url, NULL))
        return issuer;
    return arena_printf(arena, STR_FMT "://" STR_FMT "/{tenantid}/v2.0", STR_ARG(url.scheme),
                        STR_ARG(url.authority));
}

// Foreign text that may stand in a URL, and so in a message.
static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] <= ' ' || text.p[i] > '~')
            return false;
    return text.n > 0;
}

/*= oidc-discovery 4.3 "The issuer value returned MUST be identical to the Issuer URL that was used
 * as the prefix to /.well-known/openid-configuration to retrieve the configuration information." */
static bool judge_issuer(const struct idp *idp, const json_t *document, struct arena *arena,
                         struct str *ret, struct err *err)
{
    const struct idp_config *given = &idp->given;
    struct str named = dom_str(document, "issuer");
    struct str wanted =
        given->issuer ? str_c(given->issuer) : implied_issuer(given->discovery_url, arena);
    struct str pattern = issuer_pattern(wanted, arena);
    if (!is_plain(named))
        return err_set(err, ERR_CONFIG, "the discovery document at %.200s names no issuer",
                       idp->discovery.url);
    if (!wanted.n)
        return err_set(err, ERR_CONFIG,
                       "OIDCPROXY_CONFIG_URL=%.200s does not end in " OPENID_TAIL
                       ", so it does not tell whose document it is: set OIDCPROXY_AUTH_ISSUER too",
                       given->discovery_url);
    if (!str_eq(pattern, wanted) && str_eq(named, pattern)) { // several tenants
        *ret = wanted;
        return true;
    }
    bool slash = named.n == wanted.n + 1 && str_starts(named, wanted) && str_ends(named, STR("/"));
    if (str_eq(named, wanted) || (!given->issuer && (slash || is_microsoft_alias(wanted, named)))) {
        *ret = named;
        return true;
    }
    return err_set(err, ERR_CONFIG,
                   "the discovery document at %.200s is of issuer " STR_FMT "; expected " STR_FMT
                   ". Correct %s",
                   idp->discovery.url, STR_ARG(str_slice(named, 0, 120)),
                   STR_ARG(str_slice(wanted, 0, 120)),
                   given->issuer ? "OIDCPROXY_AUTH_ISSUER (byte for byte, a slash behind it counts)"
                                 : "OIDCPROXY_CONFIG_URL");
}

// --- the endpoints ---

static bool in_list(const char *const *patterns, struct str host)
{
    for (; patterns && *patterns; patterns++)
        if (host_matches(host, *patterns))
            return true;
    return false;
}

// The host of the issuer or of the document, or one below it.
static bool belongs_to(struct str host, const char *to)
{
    struct url url;
    if (!url_parse(str_c(to), &url, NULL))
        return false;
    bool below = host.n > url.host.n + 1 && host.p[host.n - url.host.n - 1] == '.' &&
                 str_eq_nocase(str_slice(host, host.n - url.host.n, host.n), url.host);
    return below || same_authority(url.host, host) || str_eq_nocase(host, url.host);
}

static bool judge_endpoint(const struct idp *idp, const char *member, struct str value,
                           const char *issuer, struct err *err)
{
    struct url url;
    struct err why = { .text = "it has characters that no URL may have" };
    if (!is_plain(value) || !url_parse(value, &url, &why))
        return err_set(err, ERR_CONFIG, "the discovery document's %s is not usable: %.200s", member,
                       why.text);
    if (url.fragment.p || (str_is(url.scheme, "http") && !url_host_is_loopback(url.host)))
        return err_set(err, ERR_CONFIG,
                       "the discovery document's %s, " STR_FMT
                       ", must be https and have no fragment",
                       member, STR_ARG(str_slice(value, 0, 200)));
    if (belongs_to(url.host, issuer) || belongs_to(url.host, idp->discovery.url) ||
        in_list(idp->preset->endpoint_hosts, url.host) ||
        in_list(idp->given.endpoint_hosts, url.host))
        return true;
    return err_set(err, ERR_CONFIG,
                   "the discovery document's %s is on another host than its issuer, " STR_FMT
                   ": if that host is the provider's, set OIDCPROXY_ENDPOINT_HOSTS=" STR_FMT,
                   member, STR_ARG(str_slice(url.host, 0, 120)),
                   STR_ARG(str_slice(url.host, 0, 120)));
}

static bool take_endpoints(const struct idp *idp, const json_t *document, struct arena *arena,
                           struct idp_config *config, struct err *err)
{
    const struct {
        const char *member, **to;
        bool needed;
    } rows[] = {
        { "authorization_endpoint", &config->authorization_endpoint, !config->bearers_only },
        { "token_endpoint", &config->token_endpoint, !config->bearers_only },
        { "jwks_uri", &config->jwks_uri, true },
        { "device_authorization_endpoint", &config->device_authorization_endpoint, false },
        { "revocation_endpoint", &config->revocation_endpoint, false },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str value = dom_str(document, rows[i].member);
        if (*rows[i].to || (!value.n && !rows[i].needed))
            continue; // said explicitly, or not there
        if (!value.n)
            return err_set(err, ERR_CONFIG, "the discovery document at %.200s has no %s",
                           idp->discovery.url, rows[i].member);
        if (!judge_endpoint(idp, rows[i].member, value, config->issuer, err))
            return false;
        *rows[i].to = arena_cstr(arena, value);
    }
    return true;
}

static bool lists(const json_t *document, const char *member, const char *word)
{
    const json_t *array = dom_get(document, member);
    for (size_t i = 0; i < json_array_size(array); i++)
        if (str_is(dom_text(json_array_get(array, i)), word))
            return true;
    return false;
}

static struct announced read_announced(const json_t *document)
{
    static const char methods[] = "token_endpoint_auth_methods_supported";
    static const char algs[] = "token_endpoint_auth_signing_alg_values_supported";
    static const char challenges[] = "code_challenge_methods_supported";
    return (struct announced){
        .secret_basic = lists(document, methods, "client_secret_basic"),
        .secret_post = lists(document, methods, "client_secret_post"),
        .rs256 = lists(document, algs, "RS256"),
        .ps256 = lists(document, algs, "PS256"),
        .no_s256 = dom_get(document, challenges) && !lists(document, challenges, "S256"),
    };
}

bool discovery_judge(const struct idp *idp, struct str body, struct arena *arena,
                     struct idp_config *ret, struct announced *ret_announced, struct err *err)
{
    JSON_AUTO *document = NULL;
    struct idp_config config = *ret;
    struct str issuer;
    struct err why = { 0 };
    if (!dom_parse_object(body, &document, &why))
        return err_set(err, ERR_UPSTREAM, "%.200s is no JSON object: %.200s", idp->discovery.url,
                       why.text);
    if (!judge_issuer(idp, document, arena, &issuer, err))
        return false;
    config.issuer = arena_cstr(arena, issuer);
    if (!take_endpoints(idp, document, arena, &config, err))
        return false;
    config.answers_name_issuer =
        dom_bool(document, "authorization_response_iss_parameter_supported", false);
    *ret_announced = read_announced(document);
    *ret = config;
    return true;
}

// --- fetching it ---

static bool fetch_document(struct idp *idp, struct fetch_response *response, struct err *err)
{
    struct discovery *d = &idp->discovery;
    const struct fetch_header headers[] = { { "Accept", STR("application/json") }, { NULL } };
    const struct fetch_request request = { .url = d->url,
                                           .headers = headers,
                                           .timeout_ms = IDP_DISCOVERY_TIMEOUT_MS,
                                           .max_bytes = DISCOVERY_BYTES_MAX,
                                           .cancel = &d->stop };
    if (!fetch(idp->fetcher, &request, response, err))
        return false;
    if (response->status == 200)
        return true;
    struct str to = fetch_header_get(response, "Location");
    if (to.n)
        return err_set(err, ERR_UPSTREAM, "%.200s redirects to " STR_FMT ": set that address",
                       d->url, STR_ARG(str_slice(to, 0, 200)));
    return err_set(err, ERR_UPSTREAM, "%.200s answered %d", d->url, response->status);
}

static void free_arena(void *arena)
{
    arena_free(arena);
}

static bool fly(struct idp *idp, struct err *err)
{
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    struct idp_config config = idp->given;
    struct announced announced;
    if (!fetch_document(idp, &response, err))
        return false;
    struct arena *arena = arena_new(); // a try that fails leaves nothing behind
    if (!discovery_judge(idp, buf_str(&response.body), arena, &config, &announced, err)) {
        arena_free(arena);
        return false;
    }
    arena_defer(idp->arena, free_arena, arena);
    idp_complete(idp, &config, &announced);
    return true;
}

static int64_t backoff(const struct discovery *d)
{
    int64_t ms = d->backoff_ms;
    for (int i = 1; i < d->failures && ms < d->backoff_max_ms; i++)
        ms *= 2;
    return ms < d->backoff_max_ms ? ms : d->backoff_max_ms;
}

// True when another try is due, false when the module ends.
static bool land(struct discovery *d, const struct err *failure)
{
    pthread_mutex_lock(&d->lock);
    if (strcmp(d->failure.text, failure->text) != 0 && d->failures > 0)
        LOG(LOG_WARNING, "the discovery document cannot be used yet",
            F("reason", err_text(failure)));
    d->failure = *failure;
    d->failures += d->failures < 30;
    d->retry_at = clock_mono_ms() + backoff(d);
    d->flights++;
    pthread_cond_broadcast(&d->changed);
    const struct timespec until = { .tv_sec = (time_t)(d->retry_at / 1000),
                                    .tv_nsec = (long)(d->retry_at % 1000) * 1000000 };
    while (!d->stopping && clock_mono_ms() < d->retry_at)
        pthread_cond_timedwait(&d->changed, &d->lock, &until);
    bool go = !d->stopping;
    pthread_mutex_unlock(&d->lock);
    return go;
}

static void *keep_trying(void *arg)
{
    struct idp *idp = arg;
    struct discovery *d = &idp->discovery;
    struct err failure = { 0 };
    while (!fly(idp, &failure))
        if (!land(d, &failure))
            return NULL;
    pthread_mutex_lock(&d->lock);
    if (d->failures > 0)
        LOG(LOG_INFO, "the discovery document is there now: people can sign in",
            F_C("from", d->url));
    d->flights++;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

bool discovery_await(struct idp *idp, struct err *err)
{
    struct discovery *d = &idp->discovery;
    pthread_mutex_lock(&d->lock);
    if (!d->started)
        d->started = pthread_create(&d->thread, NULL, keep_trying, idp) == 0;
    int64_t end = clock_mono_ms() + IDP_DISCOVERY_TIMEOUT_MS + 1000;
    const struct timespec until = { .tv_sec = (time_t)(end / 1000),
                                    .tv_nsec = (long)(end % 1000) * 1000000 };
    int rc = 0;
    while (d->started && d->flights == 0 && !d->stopping && rc == 0)
        rc = pthread_cond_timedwait(&d->changed, &d->lock, &until);
    bool ok = atomic_load_explicit(&idp->ready, memory_order_acquire);
    int64_t left = d->retry_at - clock_mono_ms();
    if (!ok && d->flights == 0)
        err_set(err, ERR_UPSTREAM, "%.200s gave no answer in time", d->url);
    else if (!ok && err)
        *err = d->failure;
    if (!ok && err)
        err->retry_after = left > 0 ? (int)((left + 999) / 1000) : 1;
    pthread_mutex_unlock(&d->lock);
    return ok;
}

bool discovery_failing(struct discovery *d)
{
    pthread_mutex_lock(&d->lock);
    bool failing = d->failures > 0;
    pthread_mutex_unlock(&d->lock);
    return failing;
}

void discovery_init(struct idp *idp)
{
    struct discovery *d = &idp->discovery;
    d->backoff_ms = DISCOVERY_BACKOFF_MS;
    d->backoff_max_ms = DISCOVERY_BACKOFF_MAX_MS;
    cancel_init(&d->stop);
    pthread_mutex_init(&d->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&d->changed, &attr);
    pthread_condattr_destroy(&attr);
}

void discovery_release(struct discovery *d)
{
    pthread_mutex_lock(&d->lock);
    d->stopping = true;
    bool started = d->started;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    cancel_set(&d->stop);
    if (started)
        pthread_join(d->thread, NULL);
    cancel_release(&d->stop);
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
}
