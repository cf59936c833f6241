// SPDX-License-Identifier: MIT
// One access token for the whole process: fetched when first needed, renewed in the background
// before it expires, and renewed once for all calls when the API refuses it.
#include "base/clock.h"
#include "base/secret.h"
#include "jose/assertion.h"
#include "json/dom.h"
#include "oneapi/internal.h"

void token_init(struct token *t)
{
    pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&t->changed, &attr);
    pthread_condattr_destroy(&attr);
    cancel_init(&t->stop);
}

void token_release(struct token *t)
{
    pthread_mutex_lock(&t->lock);
    t->stopping = true;
    bool started = t->started;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
    cancel_set(&t->stop);
    if (started)
        pthread_join(t->thread, NULL);
    secret_release(&t->value);
    cancel_release(&t->stop);
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->lock);
}

const struct oneapi_stats *oneapi_stats(const struct oneapi *api)
{
    return &api->stats;
}

int64_t oneapi_token_requests(const struct oneapi *api)
{
    return atomic_load(&api->token.requests);
}

static void add_field(struct buf *body, const char *name, struct str value)
{
    if (body->n)
        buf_addc(body, '&');
    buf_adds(body, name);
    buf_addc(body, '=');
    buf_add_urlencoded(body, value, true);
}

static bool missing_credentials(const struct oneapi_config *c, struct err *err)
{
    const struct {
        const char *name;
        bool set;
    } needed[] = { { "ZSCALER_CLIENT_ID", c->client_id },
                   { "ZSCALER_VANITY_DOMAIN", c->vanity_domain },
                   { "ZSCALER_CLIENT_SECRET (or ZSCALER_PRIVATE_KEY)",
                     c->client_secret || c->private_key } };
    CLEANUP(buf_release) struct buf missing = BUF_INIT(256);
    for (size_t i = 0; i < ARRAY_LEN(needed); i++)
        if (!needed[i].set)
            buf_addf(&missing, "%s%s", missing.n ? ", " : "", needed[i].name);
    if (missing.n > 0)
        err_set(
            err, ERR_ONEAPI_CREDENTIALS,
            "The Zscaler API cannot be called, because its credentials are incomplete; not set: %s. "
            "Set them in the environment or in the .env file and start the server again.",
            buf_cstr(&missing));
    return missing.n > 0;
}

static bool build_form(const struct oneapi_config *c, struct buf *body, struct err *err)
{
    add_field(body, "grant_type", STR("client_credentials"));
    add_field(body, "client_id", str_c(c->client_id));
    if (c->private_key) {
        CLEANUP(buf_wipe) struct buf assertion = BUF_INIT(8 * 1024);
        if (!assertion_make(c->private_key, c->client_id, clock_now(), &assertion, err))
            return false;
        /*= rfc7523 2.2 "The value of the "client_assertion_type" is
         * "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"." */
        add_field(body, "client_assertion", buf_str(&assertion));
        add_field(body, "client_assertion_type", STR(ASSERTION_TYPE));
    } else {
        add_field(body, "client_secret", str_c(c->client_secret));
    }
    add_field(body, "audience", STR(TOKEN_AUDIENCE));
    return true;
}

// The answer's own words, short, without control characters: "invalid_client: Client authentication
// failed".
static void own_words(struct str body, char *ret, size_t size)
{
    JSON_AUTO *answer = NULL;
    struct str word = str_slice(str_trim(body), 0, 160), more = STR_NONE;
    if (dom_parse_object(body, &answer, NULL) && dom_str(answer, "error").n) {
        word = dom_str(answer, "error");
        more = dom_str(answer, "error_description");
    }
    snprintf(ret, size, STR_FMT "%s" STR_FMT, STR_ARG(word), more.n ? ": " : "", STR_ARG(more));
    for (char *p = ret; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            *p = ' ';
}

// A server that quotes the request in its answer must not make us show the secret.
static bool quotes_secret(const struct oneapi_config *c, struct str body)
{
    return c->client_secret && str_find(body, str_c(c->client_secret)) >= 0;
}

static bool refuse(const struct oneapi *api, const struct oneapi_config *who,
                   const struct fetch_response *response, struct err *err)
{
    char words[240];
    struct str body = buf_str(&response->body);
    own_words(quotes_secret(who, body) ? STR("(an answer that repeats the secret)") : body, words,
              sizeof words);
    if (response->status >= 500 || response->status == 429)
        return err_set(
            err, ERR_UPSTREAM,
            "The Zscaler sign-in service %s answered %d (%s). This is on its side and passes: try again.",
            api->token_url, response->status, words);
    if (response->status == 404)
        return err_set(
            err, ERR_ONEAPI_CREDENTIALS,
            "There is no Zscaler sign-in service at %s (404). ZSCALER_VANITY_DOMAIN or ZSCALER_CLOUD is wrong.",
            api->token_url);
    return err_set(
        err, ERR_ONEAPI_CREDENTIALS,
        "Zscaler refused the API credentials: %s answered %d, %s. Check ZSCALER_CLIENT_ID and %s of the API "
        "client in the ZIdentity admin portal, and that it is enabled.",
        api->token_url, response->status, words,
        who->private_key ? "ZSCALER_PRIVATE_KEY" : "ZSCALER_CLIENT_SECRET");
}

static bool read_answer(const struct oneapi *api, const struct oneapi_config *who,
                        const struct fetch_response *response, struct secret *ret,
                        int64_t *ret_life, struct err *err)
{
    if (response->status >= 300)
        return refuse(api, who, response, err);
    JSON_AUTO *answer = NULL;
    if (!dom_parse_object(buf_str(&response->body), &answer, NULL))
        return err_set(
            err, ERR_UPSTREAM,
            "The Zscaler sign-in service %s answered %d with something that is not JSON: a proxy or a wrong "
            "ZSCALER_VANITY_DOMAIN may stand between.",
            api->token_url, response->status);
    struct str token = dom_str(answer, "access_token");
    if (!token.n)
        return err_set(err, ERR_UPSTREAM,
                       "The Zscaler sign-in service %s answered without an access token",
                       api->token_url);
    for (size_t i = 0; i < token.n; i++)
        if (token.p[i] <= ' ' || token.p[i] >= 0x7f)
            return err_set(
                err, ERR_UPSTREAM,
                "The Zscaler sign-in service %s gave an access token with a byte that no "
                "header may carry",
                api->token_url);
    int64_t life = dom_int(answer, "expires_in", 0);
    if (life == 0 && !str_to_i64(dom_str(answer, "expires_in"), &life))
        life = TOKEN_LIFE_S;
    *ret_life = life < TOKEN_LIFE_MIN_S ? TOKEN_LIFE_MIN_S : life < 86400 ? life : 86400;
    *ret = secret_of(token);
    return true;
}

// Asks for a token in the name of `who`.
static bool ask(struct oneapi *api, const struct oneapi_config *who, struct cancel *cancel,
                struct fetch_response *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf body = BUF_INIT(32 * 1024);
    if (!build_form(who, &body, err))
        return false;
    const struct fetch_header headers[] = { { "Accept", STR("application/json") },
                                            { "Content-Type",
                                              STR("application/x-www-form-urlencoded") },
                                            { NULL } };
    const struct fetch_request request = { .method = "POST",
                                           .url = api->token_url,
                                           .headers = headers,
                                           .body = buf_str(&body),
                                           .user_agent = api->user_agent,
                                           .timeout_ms = TOKEN_TIMEOUT_MS,
                                           .max_bytes = TOKEN_BYTES_MAX,
                                           .cancel = cancel };
    atomic_fetch_add(&api->token.requests, 1);
    return fetch(api->fetcher, &request, ret, err) ||
           explain_transport(
               "The Zscaler sign-in service cannot be asked for a token", str_c(api->token_url),
               "ZSCALER_VANITY_DOMAIN and ZSCALER_CLOUD decide this host; check them, DNS and egress rules.",
               err);
}

static bool request_token(struct oneapi *api, struct secret *ret, int64_t *ret_life,
                          struct err *err)
{
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    if (missing_credentials(&api->config, err) ||
        !ask(api, &api->config, &api->token.stop, &response, err))
        return false;
    bool ok = read_answer(api, &api->config, &response, ret, ret_life, err);
    if (response.body.p)
        wipe(response.body.p, response.body.n);
    return ok;
}

// PEM or JWK, never the name of a file: it comes from a stranger.
static bool is_private_key(struct str s)
{
    return str_find(s, STR("-----BEGIN")) >= 0 || str_starts(s, STR("{"));
}

enum oneapi_verdict oneapi_client_check(struct oneapi *api, const char *client_id,
                                        const char *secret, struct cancel *cancel,
                                        int64_t *ret_life_s, struct err *err)
{
    bool is_key = is_private_key(str_trim(str_c(secret)));
    const struct oneapi_config who = { .client_id = client_id,
                                       .client_secret = is_key ? NULL : secret,
                                       .private_key = is_key ? secret : NULL };
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    CLEANUP(secret_release) struct secret token = { 0 };
    struct err why = { 0 };
    if (!api->token_url) {
        err_set(err, ERR_CONFIG, "ZSCALER_VANITY_DOMAIN is not set");
        return ONEAPI_CLIENT_NOT_JUDGED;
    }
    bool asked = ask(api, &who, cancel, &response, &why);
    if (asked && read_answer(api, &who, &response, &token, ret_life_s, &why)) {
        wipe(response.body.p, response.body.n);
        return ONEAPI_CLIENT_GOOD;
    }
    if (err)
        *err = why;
    bool refused = response.status == 400 || response.status == 401 || response.status == 403;
    bool bad_key = !asked && why.code == ERR_ONEAPI_CREDENTIALS;
    return refused || bad_key ? ONEAPI_CLIENT_REFUSED : ONEAPI_CLIENT_NOT_JUDGED;
}

// Publishes the result of a flight. A failed renewal leaves the old token to those who may still
// use it.
static void land(struct token *t, bool ok, struct secret *value, int64_t life,
                 const struct err *failure)
{
    int64_t now = clock_now();
    pthread_mutex_lock(&t->lock);
    if (ok) {
        int64_t margin = life / 10 < 60 ? life / 10 : 60;
        secret_release(&t->value);
        t->value = *value;
        t->generation++;
        t->expires = now + life;
        t->renew_after = t->expires - margin;
        t->failure = (struct err){ 0 };
    } else {
        t->renew_after = now + TOKEN_RETRY_S;
        t->failure = *failure;
    }
    t->wanted = false;
    t->flights++;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
}

static void *fly(void *arg)
{
    struct oneapi *api = arg;
    struct token *t = &api->token;
    for (;;) {
        pthread_mutex_lock(&t->lock);
        while (!t->wanted && !t->stopping)
            pthread_cond_wait(&t->changed, &t->lock);
        bool stopping = t->stopping;
        pthread_mutex_unlock(&t->lock);
        if (stopping)
            return NULL;
        struct secret value = { 0 };
        struct err failure = { 0 };
        int64_t life = 0;
        bool ok = request_token(api, &value, &life, &failure);
        land(t, ok, &value, life, &failure);
    }
}

// Asks for a flight; with the lock held.
static bool want(struct oneapi *api, struct err *err)
{
    struct token *t = &api->token;
    if (!t->started && pthread_create(&t->thread, NULL, fly, api) != 0)
        return err_set(err, ERR_BUSY,
                       "no thread could be started to ask for the Zscaler API token");
    t->started = true;
    t->wanted = true;
    pthread_cond_broadcast(&t->changed);
    return true;
}

struct waiter {
    struct token *token;
    bool cancelled; // under the token's lock
};

static void wake(void *arg)
{
    struct waiter *w = arg;
    pthread_mutex_lock(&w->token->lock);
    w->cancelled = true;
    pthread_cond_broadcast(&w->token->changed);
    pthread_mutex_unlock(&w->token->lock);
}

// Joins the flight under way or starts one, and waits for its end; with the lock held.
static bool await(struct oneapi *api, const struct waiter *w, int64_t deadline_mono_ms,
                  struct err *err)
{
    struct token *t = &api->token;
    uint64_t target = t->flights + 1;
    if (!t->wanted && !want(api, err))
        return false;
    const struct timespec until = { .tv_sec = (time_t)(deadline_mono_ms / 1000),
                                    .tv_nsec = (long)(deadline_mono_ms % 1000) * 1000000 };
    int rc = 0;
    while (t->flights < target && !w->cancelled && !t->stopping && rc == 0)
        rc = pthread_cond_timedwait(&t->changed, &t->lock, &until);
    if (w->cancelled || t->stopping)
        return err_set(err, ERR_CANCELLED, "cancelled while waiting for the Zscaler API token");
    if (t->flights < target)
        return err_set(err, ERR_TIMEOUT, "the Zscaler sign-in service %s did not answer in time",
                       api->token_url);
    if (t->failure.code != ERR_NONE) {
        if (err)
            *err = t->failure;
        return false;
    }
    return true;
}

static bool get_locked(struct oneapi *api, uint64_t stale, const struct waiter *w,
                       int64_t deadline_mono_ms, struct err *err)
{
    struct token *t = &api->token;
    int64_t now = clock_now();
    bool usable = t->generation && t->generation != stale && now < t->expires;
    if (!usable)
        return await(api, w, deadline_mono_ms, err);
    if (now >= t->renew_after && !t->wanted)
        (void)want(api, NULL); // without a thread the old token still serves
    return true;
}

bool token_get(struct oneapi *api, uint64_t stale, struct cancel *cancel, int64_t deadline_mono_ms,
               struct secret *ret, uint64_t *ret_generation, struct err *err)
{
    struct token *t = &api->token;
    struct waiter w = { .token = t };
    if (cancel && !cancel_hook(cancel, wake, &w))
        return err_set(err, ERR_CANCELLED, "cancelled");
    pthread_mutex_lock(&t->lock);
    bool ok = get_locked(api, stale, &w, deadline_mono_ms, err);
    if (ok) {
        *ret = secret_of(secret_reveal(&t->value));
        *ret_generation = t->generation;
    }
    pthread_mutex_unlock(&t->lock);
    if (cancel)
        cancel_hook(cancel, NULL, NULL);
    return ok;
}
