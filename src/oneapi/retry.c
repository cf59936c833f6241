// SPDX-License-Identifier: MIT
// Which answers are asked for again, and after how long (docs/retries.md). The table is what the
// API's own client does, but for writes that may have happened already.
#include "base/clock.h"
#include "oneapi/internal.h"

enum rule { BY_TOKEN, BY_HEADER, BY_HEADER_IF_SAFE, BY_EDIT_LOCK };

static const struct {
    int status;
    enum rule rule;
} rules[] = {
    { 401, BY_TOKEN },  { 409, BY_EDIT_LOCK },      { 429, BY_HEADER },
    { 503, BY_HEADER }, { 504, BY_HEADER_IF_SAFE },
};

static const char *const wait_headers[] = { "Retry-After", "x-ratelimit-reset", "RateLimit-Reset" };

#define EDIT_LOCK_STEP_S 5
#define WAIT_MAX_S       86400

// Whole seconds of "3", "3s" or "3.5"; false for dates and everything else.
static bool parse_wait(struct str s, int *ret)
{
    if (s.n && s.p[s.n - 1] == 's')
        s.n--;
    bool fraction = str_index(s, '.') >= 0;
    struct str rest = s;
    struct str whole = str_cut(&rest, '.');
    int64_t n, ignored;
    if (!str_to_i64(whole, &n) || n < 0 || (fraction && !str_to_i64(rest, &ignored)))
        return false;
    n += fraction;
    *ret = n < WAIT_MAX_S ? (int)n : WAIT_MAX_S;
    return true;
}

static bool wait_from_headers(const struct fetch_response *response, int *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(wait_headers); i++) {
        struct str value = fetch_header_get(response, wait_headers[i]);
        if (value.p && parse_wait(value, ret)) {
            *ret += 1; // the limit is lifted during that second
            return true;
        }
    }
    return false;
}

static bool is_edit_lock(struct str path, const struct fetch_response *response)
{
    return str_starts(path, STR("/zia/")) &&
           str_find(buf_str(&response->body), STR("EDIT_LOCK_NOT_AVAILABLE")) >= 0;
}

// Once more changes no more than once does. A gateway that gave up waiting (504) does not know what
// happened behind it; GraphQL only asks.
bool retry_is_safe(const struct oneapi_request *request)
{
    return strcmp(request->method, "POST") != 0 || str_ends(request->path, STR("/graphql"));
}

enum retry retry_judge(const struct oneapi_request *request, int attempt,
                       const struct fetch_response *response, int *ret_wait_s)
{
    if (attempt >= ATTEMPTS_MAX)
        return RETRY_NO;
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if (rules[i].status != response->status)
            continue;
        if (rules[i].rule == BY_TOKEN)
            return RETRY_NEW_TOKEN;
        if (rules[i].rule == BY_HEADER_IF_SAFE && !retry_is_safe(request))
            return RETRY_NO;
        if (rules[i].rule != BY_EDIT_LOCK)
            return wait_from_headers(response, ret_wait_s) ? RETRY_AFTER : RETRY_NO;
        *ret_wait_s = EDIT_LOCK_STEP_S * attempt;
        return is_edit_lock(request->path, response) ? RETRY_AFTER : RETRY_NO;
    }
    return RETRY_NO;
}

struct sleeper {
    pthread_mutex_t lock;
    pthread_cond_t woken;
    bool cancelled; // under lock
};

static void wake(void *arg)
{
    struct sleeper *s = arg;
    pthread_mutex_lock(&s->lock);
    s->cancelled = true;
    pthread_cond_signal(&s->woken);
    pthread_mutex_unlock(&s->lock);
}

bool retry_sleep(void *ctx, int ms, struct cancel *cancel)
{
    (void)ctx;
    struct sleeper s = { .lock = PTHREAD_MUTEX_INITIALIZER };
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s.woken, &attr);
    pthread_condattr_destroy(&attr);
    if (cancel && !cancel_hook(cancel, wake, &s)) {
        pthread_cond_destroy(&s.woken);
        return false;
    }
    int64_t until = clock_mono_ms() + ms;
    struct timespec ts = { .tv_sec = (time_t)(until / 1000),
                           .tv_nsec = (long)(until % 1000) * 1000000 };
    pthread_mutex_lock(&s.lock);
    while (!s.cancelled && pthread_cond_timedwait(&s.woken, &s.lock, &ts) == 0)
        ;
    bool cancelled = s.cancelled;
    pthread_mutex_unlock(&s.lock);
    if (cancel)
        cancel_hook(cancel, NULL, NULL);
    pthread_cond_destroy(&s.woken);
    return !cancelled;
}
