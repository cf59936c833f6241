// SPDX-License-Identifier: MIT
// The signing keys of the identity provider. A thread of its own fetches them, so that many callers
// share one request and nobody's hang-up ends it. Old keys stay in use while newer ones are fetched
// or cannot be.
#include "base/clock.h"
#include "base/mem.h"
#include "idp/internal.h"

static struct key_set *set_ref(struct key_set *set)
{
    if (set)
        atomic_fetch_add(&set->refs, 1);
    return set;
}

static void set_unref(struct key_set *set)
{
    if (!set || atomic_fetch_sub(&set->refs, 1) > 1)
        return;
    jwks_free(set->keys);
    free(set);
}
DEFINE_CLEANUP(set_unref, struct key_set *)

void keys_init(struct keys *k, struct fetcher *fetcher)
{
    k->fetcher = fetcher;
    k->variable = "OIDCPROXY_AUTH_JWKS_URI";
    k->algorithms = JWS_ALL;
    k->backoff_ms = KEYS_BACKOFF_MS;
    k->backoff_max_ms = KEYS_BACKOFF_MAX_MS;
    cancel_init(&k->stop);
    pthread_mutex_init(&k->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&k->changed, &attr);
    pthread_condattr_destroy(&attr);
}

void keys_release(struct keys *k)
{
    pthread_mutex_lock(&k->lock);
    k->stopping = true;
    bool started = k->started;
    pthread_cond_broadcast(&k->changed);
    pthread_mutex_unlock(&k->lock);
    cancel_set(&k->stop);
    if (started)
        pthread_join(k->thread, NULL);
    set_unref(k->set);
    cancel_release(&k->stop);
    pthread_cond_destroy(&k->changed);
    pthread_mutex_destroy(&k->lock);
}

// --- one fetch ---

static bool fetch_keys(struct keys *k, struct jwks **ret, struct err *err)
{
    const struct fetch_header headers[] = {
        { "Accept", STR("application/json, application/jwk-set+json") }, { NULL }
    };
    const struct fetch_request request = { .url = k->uri,
                                           .headers = headers,
                                           .timeout_ms = KEYS_TIMEOUT_MS,
                                           .max_bytes = JWKS_BYTES_MAX,
                                           .cancel = &k->stop };
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    atomic_fetch_add(&k->fetches, 1);
    if (!fetch(k->fetcher, &request, &response, err))
        return false;
    if (response.status != 200)
        return err_set(
            err, ERR_UPSTREAM, "it answered %d%s%s%s", response.status,
            response.status == 404 ? "; " : "", response.status == 404 ? k->variable : "",
            response.status == 404 ? " must be the jwks_uri of the discovery document" : "");
    struct jwks *keys;
    if (!jwks_parse(buf_str(&response.body), &keys, err))
        return false;
    if (jwks_count(keys) > 0) {
        *ret = keys;
        return true;
    }
    jwks_free(keys);
    return err_set(err, ERR_UPSTREAM, "the set has no usable signing key");
}

static int64_t backoff(const struct keys *k)
{
    int64_t ms = k->backoff_ms;
    for (int i = 1; i < k->failures && ms < k->backoff_max_ms; i++)
        ms *= 2;
    return ms < k->backoff_max_ms ? ms : k->backoff_max_ms;
}

static void land(struct keys *k, struct jwks *keys, const struct err *failure)
{
    struct key_set *old = NULL;
    pthread_mutex_lock(&k->lock);
    if (keys) {
        old = k->set;
        k->set = mem_zalloc(1, sizeof *k->set);
        atomic_init(&k->set->refs, 1);
        k->set->keys = keys;
        k->loaded_at = clock_now();
        k->failures = 0;
        k->failure = (struct err){ 0 };
    } else {
        k->failures += k->failures < 30;
        k->retry_at = clock_mono_ms() + backoff(k);
        k->failure = *failure;
    }
    k->wanted = false;
    k->flights++;
    pthread_cond_broadcast(&k->changed);
    pthread_mutex_unlock(&k->lock);
    set_unref(old);
}

// --- the thread ---

static struct timespec timespec_of(int64_t mono_ms)
{
    return (struct timespec){ .tv_sec = (time_t)(mono_ms / 1000),
                              .tv_nsec = (long)(mono_ms % 1000) * 1000000 };
}

// Waits until a fetch is asked for, or is due again after a failure; false when the module ends.
static bool next_flight(struct keys *k)
{
    pthread_mutex_lock(&k->lock);
    while (!k->wanted && !k->stopping) {
        if (k->failures == 0) {
            pthread_cond_wait(&k->changed, &k->lock);
            continue;
        }
        const struct timespec until = timespec_of(k->retry_at);
        if (clock_mono_ms() >= k->retry_at)
            k->wanted = true;
        else
            pthread_cond_timedwait(&k->changed, &k->lock, &until);
    }
    bool go = !k->stopping;
    pthread_mutex_unlock(&k->lock);
    return go;
}

static void *keep(void *arg)
{
    struct keys *k = arg;
    while (next_flight(k)) {
        struct jwks *keys = NULL;
        struct err failure = { 0 };
        if (!fetch_keys(k, &keys, &failure))
            keys = NULL;
        land(k, keys, &failure);
    }
    return NULL;
}

// --- callers; the functions below run with the lock held ---

static void want(struct keys *k)
{
    if (!k->started)
        k->started = pthread_create(&k->thread, NULL, keep, k) == 0;
    k->wanted = k->started;
    pthread_cond_broadcast(&k->changed);
}

static void await(struct keys *k)
{
    uint64_t target = k->flights + 1;
    if (!k->wanted)
        want(k);
    const struct timespec until = timespec_of(clock_mono_ms() + KEYS_TIMEOUT_MS + 1000);
    int rc = 0;
    while (k->started && k->flights < target && !k->stopping && rc == 0)
        rc = pthread_cond_timedwait(&k->changed, &k->lock, &until);
}

static bool unavailable(const struct keys *k, struct err *err)
{
    int64_t left = k->failures ? k->retry_at - clock_mono_ms() : 0;
    err_set(
        err, ERR_KEYS_UNAVAILABLE,
        "The signing keys of the identity provider cannot be loaded from %s: %s. Check %s and that "
        "this server may reach that host; it keeps trying by itself.",
        k->uri, k->failure.code ? k->failure.text : "no answer in time", k->variable);
    if (err)
        err->retry_after = left > 0 ? (int)((left + 999) / 1000) : 1;
    return false;
}

// The set in use now, fetched where there is none. A failure shortly before is told again, not
// repeated.
static bool current(struct keys *k, struct key_set **ret, struct err *err)
{
    int64_t age = clock_now() - k->loaded_at;
    bool usable = k->set && age < IDP_KEYS_STALE_S;
    if (!usable && (k->wanted || k->failures == 0 || clock_mono_ms() >= k->retry_at)) {
        await(k);
        age = clock_now() - k->loaded_at;
        usable = k->set && age < IDP_KEYS_STALE_S;
    }
    if (!usable)
        return unavailable(k, err);
    if (age >= IDP_KEYS_FRESH_S && !k->wanted && k->failures == 0)
        want(k);
    *ret = set_ref(k->set);
    return true;
}

// An unknown kid: waits for a newer set if one is under way or may be asked for. False: the set
// stays as it is.
/*= oidc-core 10.1.1 "The verifier knows to go back to the jwks_uri location to re-retrieve the keys
 * when it sees an unfamiliar kid value." */
static bool refetch(struct keys *k, enum token_source source, int64_t now, struct key_set *tried)
{
    static const int cool_down_s[] = {
        [FROM_ANYBODY] = IDP_REFETCH_COOLDOWN_S, [FROM_PROVIDER] = IDP_REFETCH_OWN_COOLDOWN_S
    };
    int64_t since = now - k->refetched_at[source];
    bool cooling = k->refetched[source] && since >= 0 && since < cool_down_s[source];
    if (k->set != tried)
        return true; // somebody else's fetch landed meanwhile
    if (cooling && !k->wanted)
        return false;
    if (!cooling) {
        k->refetched[source] = true; // stamped before, so that a flood finds it
        k->refetched_at[source] = now;
    }
    await(k);
    return k->set != tried;
}

bool keys_load(struct keys *k, struct err *err)
{
    struct key_set *set = NULL;
    pthread_mutex_lock(&k->lock);
    bool ok = current(k, &set, err);
    pthread_mutex_unlock(&k->lock);
    set_unref(set);
    return ok;
}

enum idp_reach keys_reach(struct keys *k)
{
    pthread_mutex_lock(&k->lock);
    bool have = k->set != NULL, failing = k->failures > 0;
    pthread_mutex_unlock(&k->lock);
    if (have)
        return failing ? IDP_REACHED_BEFORE : IDP_REACHED;
    return failing ? IDP_UNREACHED : IDP_NOT_ASKED;
}

// Microsoft's rule: a key that names an issuer signs for it alone, "{tenantid}" standing for any
// tenant.
static bool key_is_issuers(const struct jwks *set, const struct jws *jws, struct str issuer,
                           struct err *err)
{
    struct str owner = jwks_issuer(set, dom_str(jws->header, "kid"));
    if (!issuer.n || !owner.n || tenant_pattern_fits(owner, issuer))
        return true;
    return err_set(err, ERR_TOKEN_ISSUER,
                   "the token of " STR_FMT " is signed with a key that belongs to " STR_FMT,
                   STR_ARG(str_slice(issuer, 0, 200)), STR_ARG(str_slice(owner, 0, 200)));
}

static bool set_verify(const struct keys *k, const struct jwks *set, const struct jws *jws,
                       struct str issuer, bool *ret_unknown_kid, struct err *err)
{
    return jws_verify(jws, set, k->algorithms, ret_unknown_kid, err) &&
           key_is_issuers(set, jws, issuer, err);
}

bool keys_verify(struct keys *k, const struct jws *jws, struct str issuer, enum token_source source,
                 int64_t now, struct err *err)
{
    CLEANUP(set_unref) struct key_set *set = NULL;
    CLEANUP(set_unref) struct key_set *newer = NULL;
    bool unknown_kid = false;
    pthread_mutex_lock(&k->lock);
    bool ok = current(k, &set, err);
    pthread_mutex_unlock(&k->lock);
    if (!ok)
        return false;
    if (set_verify(k, set->keys, jws, issuer, &unknown_kid, err))
        return true;
    if (!unknown_kid)
        return false;
    pthread_mutex_lock(&k->lock);
    if (refetch(k, source, now, set))
        newer = set_ref(k->set);
    else if (k->failure.code != ERR_NONE)
        unavailable(k, err); // who signed cannot be known: not the caller's fault
    pthread_mutex_unlock(&k->lock);
    return newer && set_verify(k, newer->keys, jws, issuer, NULL, err);
}
