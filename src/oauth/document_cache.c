// SPDX-License-Identifier: MIT
// The documents we hold: as long as their host allows within bounds, longer while it is down, never
// so many that a stranger's push out a known client's. One fetch a document at a time; whoever else
// wants it waits for that. A failure is remembered for a few seconds, so that a sign-in that is
// tried again and again asks its host no more often than that.
#include "base/mem.h"
#include "base/table.h"
#include "fetch/fetch.h"
#include "jose/jwk.h"
#include "oauth/documents_int.h"

struct entry {
    char *body, *etag, *modified;
    int64_t checked, fresh_until;
    int64_t next_try; // after a failure
    int64_t doubted;
};

struct failure {
    int64_t until;
    struct err why;
};

// A fetch under way; on the stack of the worker that makes it.
struct asking {
    enum document_kind kind;
    struct str url;
    struct asking *next;
};

struct documents {
    // under lock
    pthread_mutex_t lock;
    pthread_cond_t landed;
    struct kept {
        struct table *known, *strangers, *failures;
    } kept[DOCUMENT_KINDS];
    struct asking *asking;
    size_t workers[2]; // busy for strangers, for others
};

static bool client_good(const struct call *c, struct str url, struct str body, struct err *err)
{
    struct client client;
    return document_read(c, url, body, &client, err);
}

static bool keys_good(const struct call *c, struct str url, struct str body, struct err *err)
{
    CLEANUP(jwks_free) struct jwks *set = NULL;
    (void)c, (void)url;
    return jwks_parse(body, &set, err);
}

#define KEY_SET                                                                                    \
    {                                                                                              \
        KEY_SET_BYTES_MAX, "application/jwk-set+json, application/json", keys_good,                \
            "client's key set not renewed, the one we have is used"                                \
    }
static const struct kind {
    size_t bytes_max;
    const char *accept;
    bool (*good)(const struct call *c, struct str url, struct str body, struct err *err);
    const char *not_renewed;
} kinds[] = {
    [DOCUMENT_CLIENT] = { DOCUMENT_BYTES_MAX, "application/json", client_good,
                          "client metadata document not renewed, the one we have is used" },
    [DOCUMENT_KEYS] = KEY_SET,
    [DOCUMENT_GIVEN_KEYS] = KEY_SET,
};

static void entry_free(void *p)
{
    struct entry *e = p;
    free(e->body);
    free(e->etag);
    free(e->modified);
    free(e);
}

struct documents *documents_new(void)
{
    struct documents *d = mem_zalloc(1, sizeof(*d));
    for (size_t i = 0; i < DOCUMENT_KINDS; i++)
        d->kept[i] = (struct kept){ table_new(DOCUMENTS_KNOWN, entry_free),
                                    table_new(DOCUMENTS_STRANGERS, entry_free),
                                    table_new(FAILURES_MAX, free) };
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->landed, NULL);
    return d;
}

void documents_free(struct documents *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < DOCUMENT_KINDS; i++) {
        table_free(d->kept[i].known);
        table_free(d->kept[i].strangers);
        table_free(d->kept[i].failures);
    }
    pthread_cond_destroy(&d->landed);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

// One look-up, with what its steps share.
struct lookup {
    const struct call *c;
    struct documents *d;
    enum document_kind kind;
    struct str url, name; // name: of its host
    enum document_host host;
};

static struct table *table_of(const struct lookup *l)
{
    struct kept *kept = &l->d->kept[l->kind];
    return l->host == HOST_STRANGER ? kept->strangers : kept->known;
}

// --- what HTTP says about keeping (RFC 9111) ---

static int64_t clamp(int64_t n, int64_t least, int64_t most)
{
    return n < least ? least : n > most ? most : n;
}

// Seconds for which the answer is fresh.
/*= cimd-01 4.4 "The authorization server SHOULD respect HTTP cache headers {{RFC9111}} when caching
 * client metadata, but MAY define its own upper and/or lower bounds on an acceptable cache lifetime
 * as well." */
static int64_t lifetime(const struct fetch_response *r)
{
    int64_t max_age = DOCUMENT_FRESH_S, age = 0;
    struct str rest = fetch_header_get(r, "Cache-Control");
    while (rest.n) {
        struct str value = str_cut(&rest, ',');
        struct str name = str_trim(str_cut(&value, '='));
        if (str_eq_nocase(name, STR("no-store")) || str_eq_nocase(name, STR("no-cache")))
            return DOCUMENT_FRESH_MIN_S;
        if (str_eq_nocase(name, STR("max-age")) && !str_to_i64(str_trim(value), &max_age))
            return DOCUMENT_FRESH_MIN_S;
    }
    if (!str_to_i64(fetch_header_get(r, "Age"), &age) || age < 0)
        age = 0;
    return clamp(clamp(max_age, 0, DOCUMENT_FRESH_MAX_S) - clamp(age, 0, DOCUMENT_FRESH_MAX_S),
                 DOCUMENT_FRESH_MIN_S, DOCUMENT_FRESH_MAX_S);
}

// --- asking its host ---

static bool status_ok(int status, bool conditional, struct err *err)
{
    if (status == 200 || (status == 304 && conditional))
        return true;
    /*= cimd-01 4 "The authorization server MUST treat all other HTTP status codes as an error
     * response. The authorization server MUST NOT automatically follow HTTP redirects" */
    return err_set(err, status == 404 || status == 410 ? ERR_NOT_FOUND : ERR_UPSTREAM,
                   "its host answered HTTP %d", status);
}

// Judged addresses only, unless the operator named the host. Behind a proxy nobody can judge them:
// there the names must be known ones, or the operator vouches for the proxy.
static bool must_be_public(const struct lookup *l)
{
    const struct oauth_config *config = &l->c->o->config;
    if (config->documents == OAUTH_DOCUMENTS_PROXY)
        return false;
    return l->host == HOST_STRANGER || (l->host == HOST_KNOWN && !config->documents_by_proxy);
}

// What the operator did not list never goes around a proxy that is trusted to judge.
static bool must_be_proxied(const struct lookup *l)
{
    return l->host != HOST_LISTED && l->c->o->config.documents == OAUTH_DOCUMENTS_PROXY;
}

static bool ask_host(const struct lookup *l, struct str etag, struct str modified,
                     struct fetch_response *ret, struct err *err)
{
    struct fetch_header headers[4] = { { "Accept", str_c(kinds[l->kind].accept) } };
    size_t n = 1;
    if (etag.n)
        headers[n++] = (struct fetch_header){ "If-None-Match", etag };
    if (modified.n)
        headers[n++] = (struct fetch_header){ "If-Modified-Since", modified };
    const struct fetch_request request = { .url = arena_cstr(l->c->arena, l->url),
                                           .headers = headers,
                                           .timeout_ms = DOCUMENT_TIMEOUT_MS,
                                           .max_bytes = kinds[l->kind].bytes_max,
                                           .cancel = http_cancel(l->c->ex),
                                           .public_only = must_be_public(l),
                                           .proxy_only = must_be_proxied(l) };
    return fetch(l->c->o->config.fetcher, &request, ret, err) && status_ok(ret->status, n > 1, err);
}

static bool within_budget(const struct lookup *l, struct err *err)
{
    int wait_s;
    struct limits *limits = l->c->o->limits;
    if (!limits || l->host != HOST_STRANGER ||
        limits_take(limits, LIMIT_DOCUMENT, l->name, clock_mono_ms(), &wait_s, NULL))
        return true;
    return err_set(err, ERR_CLIENT_DOCUMENT, "its host was asked often enough for this minute");
}

// --- the table ---

static char *header_copy(const struct fetch_response *r, const char *name)
{
    struct str value = fetch_header_get(r, name);
    return value.n && value.n <= 256 ? str_dup(value) : NULL;
}

static void keep(const struct lookup *l, const struct fetch_response *r)
{
    int64_t now = clock_now();
    struct entry *e = table_get(table_of(l), l->url);
    if (r->status == 304) {
        if (!e)
            return; // pushed out meanwhile: it is asked for again, whole
        e->checked = now;
        e->fresh_until = now + lifetime(r);
        e->next_try = 0;
        return;
    }
    e = mem_zalloc(1, sizeof(*e));
    *e = (struct entry){ .body = str_dup(buf_str(&r->body)),
                         .etag = header_copy(r, "ETag"),
                         .modified = header_copy(r, "Last-Modified"),
                         .checked = now,
                         .fresh_until = now + lifetime(r) };
    table_put(table_of(l), l->url, e);
}

static bool may_bridge(const struct entry *e, int64_t now)
{
    return e && now < e->checked + DOCUMENT_KEEP_MAX_S;
}

/*= cimd-01 4.4 "The authorization server MUST NOT cache error responses. The authorization server
 * also MUST NOT cache documents which are invalid or malformed." */
static void note_failure(const struct lookup *l, const struct err *why)
{
    int64_t now = clock_now();
    struct entry *e = table_get(table_of(l), l->url);
    if (why->code == ERR_CANCELLED)
        return;
    if (e && why->code == ERR_NOT_FOUND)
        table_remove(table_of(l), l->url);
    else if (may_bridge(e, now)) {
        e->next_try = now + DOCUMENT_RETRY_S;
        LOG(LOG_WARNING, kinds[l->kind].not_renewed, F("document", l->url),
            F("reason", err_text(why)), F_INT("seconds_old", now - e->checked));
        return;
    }
    bool pinned =
        l->kind == DOCUMENT_CLIENT && document_pinned(l->url).p && why->code != ERR_NOT_FOUND;
    struct failure *f = mem_zalloc(1, sizeof(*f));
    *f = (struct failure){ now + (pinned ? DOCUMENT_RETRY_S : DOCUMENT_PAUSE_S), *why };
    table_put(l->d->kept[l->kind].failures, l->url, f);
    if (pinned)
        LOG(LOG_WARNING, "client metadata document not fetched, this release's copy is used",
            F("document", l->url), F("reason", err_text(why)),
            F_C("copy_of", document_pinned_when()));
}

// True: decided, by a document that is fresh (or bridges) or a failure of just now.
static bool decided(const struct lookup *l, struct str *ret_body, struct err *err)
{
    int64_t now = clock_now();
    struct entry *e = table_get(table_of(l), l->url);
    if (e && (now < e->fresh_until || (now < e->next_try && may_bridge(e, now)))) {
        *ret_body = arena_str(l->c->arena, str_c(e->body));
        return true;
    }
    struct failure *f = table_get(l->d->kept[l->kind].failures, l->url);
    if (!f || now >= f->until)
        return false;
    *err = f->why;
    return true;
}

static bool is_asked(const struct lookup *l)
{
    for (const struct asking *a = l->d->asking; a; a = a->next)
        if (a->kind == l->kind && str_eq(a->url, l->url))
            return true;
    return false;
}

static void forget_asking(struct documents *d, const struct asking *mine)
{
    struct asking **at = &d->asking;
    while (*at != mine)
        at = &(*at)->next;
    *at = mine->next;
    pthread_cond_broadcast(&d->landed);
}

// Called and left with the lock held, which is open while the host is asked. False: our own client
// left, and nothing is known.
static bool ask(const struct lookup *l, struct err *ret_err)
{
    struct documents *d = l->d;
    struct entry *old = table_get(table_of(l), l->url);
    struct str etag = arena_str(l->c->arena, old ? str_c(old->etag) : STR_NONE);
    struct str modified = arena_str(l->c->arena, old ? str_c(old->modified) : STR_NONE);
    struct asking mine = { l->kind, l->url, d->asking };
    CLEANUP(fetch_response_release) struct fetch_response r = { .status = 0 };
    struct err err = { 0 };
    d->asking = &mine;
    pthread_mutex_unlock(&d->lock);
    bool good = within_budget(l, &err) && ask_host(l, etag, modified, &r, &err) &&
                (r.status == 304 || kinds[l->kind].good(l->c, l->url, buf_str(&r.body), &err));
    pthread_mutex_lock(&d->lock);
    if (good)
        keep(l, &r);
    else
        note_failure(l, &err);
    forget_asking(d, &mine);
    if (err.code != ERR_CANCELLED)
        return true;
    *ret_err = err;
    return false;
}

static bool get_locked(const struct lookup *l, struct str *ret_body, struct err *err)
{
    for (;;) {
        if (decided(l, ret_body, err))
            return ret_body->p != NULL;
        if (is_asked(l))
            pthread_cond_wait(&l->d->landed, &l->d->lock);
        else if (!ask(l, err))
            return false;
    }
}

void documents_doubt(const struct call *c, enum document_kind kind, struct str url,
                     enum document_host host)
{
    const struct lookup l = { c, c->o->documents, kind, url, STR_NONE, host };
    int64_t now = clock_now();
    pthread_mutex_lock(&l.d->lock);
    struct entry *e = table_get(table_of(&l), url);
    if (e && now >= e->checked + KEY_SET_COOL_DOWN_S && now >= e->doubted + KEY_SET_COOL_DOWN_S) {
        e->doubted = now; // before it is asked, so that a flood finds it
        e->fresh_until = e->next_try = now;
    }
    pthread_mutex_unlock(&l.d->lock);
}

bool documents_get(const struct call *c, enum document_kind kind, struct str url,
                   enum document_host host, struct str *ret_body, struct err *err)
{
    struct documents *d = c->o->documents;
    struct redirect_uri at;
    if (!d)
        return err_set(err, ERR_CONFIG, "nothing is fetched here");
    if (!redirect_uri_parse(url, &at, err))
        return false;
    const struct lookup l = { c, d, kind, url, at.host, host };
    size_t *workers = &d->workers[host != HOST_STRANGER];
    struct str body = STR_NONE;
    bool found = false;
    pthread_mutex_lock(&d->lock);
    if (decided(&l, &body, err)) {
        found = body.p != NULL;
    } else if (*workers >= c->o->config.document_workers) {
        err_set(err, ERR_BUSY, "enough documents are being fetched");
    } else {
        ++*workers;
        found = get_locked(&l, &body, err);
        --*workers;
    }
    pthread_mutex_unlock(&d->lock);
    if (found)
        *ret_body = body;
    return found;
}
