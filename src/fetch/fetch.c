// SPDX-License-Identifier: MIT
#include "fetch/internal.h"

#include "base/clock.h"
#include "base/mem.h"

#define LATE_MS                                                                                    \
    200 // past the deadline, in case curl's own timer does not run (a transfer that waits for a
        // connection)

static void global_init(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void release_fields(struct fetcher *f)
{
    pthread_mutex_destroy(&f->lock);
    pthread_cond_destroy(&f->unused);
    free(f->user_agent);
    free(f->ca_file);
    free(f);
}

bool fetcher_new(const struct fetch_config *config, struct fetcher **ret, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, global_init);
    struct fetcher *f = mem_zalloc(1, sizeof(*f));
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->unused, NULL);
    f->user_agent = str_dup(config->user_agent ? str_c(config->user_agent) : STR("zscaler-mcp"));
    f->ca_file = config->ca_file ? str_dup(str_c(config->ca_file)) : NULL;
    if (!loop_start(f, config, err)) {
        release_fields(f);
        return false;
    }
    *ret = f;
    return true;
}

void fetcher_free(struct fetcher *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    f->ending = true;
    loop_wake(f);
    while (f->users > 0)
        pthread_cond_wait(&f->unused, &f->lock);
    pthread_mutex_unlock(&f->lock);
    for (size_t i = 0; i < f->idle_count; i++)
        curl_easy_cleanup(f->idle[i]);
    loop_end(f);
    release_fields(f);
}

static CURL *easy_take(struct fetcher *f)
{
    pthread_mutex_lock(&f->lock);
    f->users++;
    CURL *easy = f->idle_count > 0 ? f->idle[--f->idle_count] : NULL;
    pthread_mutex_unlock(&f->lock);
    return easy ? easy : curl_easy_init();
}

static void easy_give(struct fetcher *f, CURL *easy)
{
    if (easy)
        curl_easy_reset(easy); // tokens in headers do not stay behind
    pthread_mutex_lock(&f->lock);
    if (easy && f->idle_count < FETCH_MAX_IDLE) {
        f->idle[f->idle_count++] = easy;
        easy = NULL;
    }
    pthread_mutex_unlock(&f->lock);
    if (easy)
        curl_easy_cleanup(easy);
    pthread_mutex_lock(&f->lock);
    if (--f->users == 0)
        pthread_cond_broadcast(&f->unused);
    pthread_mutex_unlock(&f->lock);
}

static void on_cancel(void *arg)
{
    task_stop(arg, STOP_CANCELLED);
}

static bool wait_until(struct task *t, int64_t when_ms)
{
    struct timespec until = { .tv_sec = when_ms / 1000, .tv_nsec = when_ms % 1000 * 1000000 };
    pthread_mutex_lock(&t->lock);
    while (!t->done && pthread_cond_timedwait(&t->changed, &t->lock, &until) == 0)
        continue;
    bool done = t->done;
    pthread_mutex_unlock(&t->lock);
    return done;
}

static void wait_done(struct task *t)
{
    if (wait_until(t, t->deadline_ms + LATE_MS))
        return;
    task_stop(t, STOP_LATE);
    pthread_mutex_lock(&t->lock);
    while (!t->done)
        pthread_cond_wait(&t->changed, &t->lock);
    pthread_mutex_unlock(&t->lock);
}

static enum err_code code_of(CURLcode result)
{
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
    case CURLE_PROXY:
        return ERR_CONNECT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return ERR_TLS;
    case CURLE_OPERATION_TIMEDOUT:
        return ERR_TIMEOUT;
    case CURLE_FILESIZE_EXCEEDED:
        return ERR_LIMIT;
    default:
        return ERR_UPSTREAM;
    }
}

static bool explain(const struct task *t, struct err *err)
{
    struct str host = t->url.authority;
    const struct fetch_request *r = t->request;
    enum stop_reason stop = (enum stop_reason)atomic_load(&t->stop);
    if (stop == STOP_CANCELLED && t->result == CURLE_ABORTED_BY_CALLBACK)
        return err_set(err, ERR_CANCELLED, STR_FMT ": the request was cancelled", STR_ARG(host));
    if (stop == STOP_LATE || t->result == CURLE_OPERATION_TIMEDOUT)
        return err_set(err, ERR_TIMEOUT, STR_FMT ": no answer within %d ms", STR_ARG(host),
                       r->timeout_ms > 0 ? r->timeout_ms : FETCH_TIMEOUT_MS);
    if (t->too_large || t->result == CURLE_FILESIZE_EXCEEDED)
        return err_set(err, ERR_LIMIT, STR_FMT ": the answer is larger than %zu bytes",
                       STR_ARG(host), t->response->body.max);
    if (t->not_public)
        return err_set(err, ERR_CONNECT, STR_FMT ": not an address of the public internet",
                       STR_ARG(host));
    const char *reason = t->error_text[0] ? t->error_text : curl_easy_strerror(t->result);
    return err_set(err, code_of(t->result), STR_FMT ": %s", STR_ARG(host), reason);
}

static bool read_result(struct task *t, struct err *err)
{
    if (t->result != CURLE_OK)
        return explain(t, err);
    long status = 0, connects = 0;
    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connects);
    if (status < 200)
        return err_set(err, ERR_UPSTREAM, STR_FMT ": the answer has no HTTP status",
                       STR_ARG(t->url.authority));
    t->response->status = (int)status;
    t->response->reused = connects == 0;
    t->response->elapsed_ms = clock_mono_ms() - t->began_ms;
    return true;
}

static bool run(struct task *t, struct err *err)
{
    struct cancel *cancel = t->request->cancel;
    if (!request_prepare(t, err))
        return false;
    bool asked = !cancel || cancel_hook(cancel, on_cancel, t);
    bool taken = asked && loop_submit(t->fetcher, t);
    if (taken)
        wait_done(t);
    if (cancel && asked)
        cancel_hook(cancel, NULL, NULL);
    if (taken)
        return read_result(t, err);
    return err_set(err, ERR_CANCELLED, STR_FMT ": the request was cancelled",
                   STR_ARG(t->url.authority));
}

static void task_init(struct task *t)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    t->began_ms = clock_mono_ms();
    t->deadline_ms =
        t->began_ms + (t->request->timeout_ms > 0 ? t->request->timeout_ms : FETCH_TIMEOUT_MS);
}

static void task_release(struct task *t)
{
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->changed);
    curl_slist_free_all(t->headers);
}

bool fetch(struct fetcher *f, const struct fetch_request *request, struct fetch_response *ret,
           struct err *err)
{
    struct fetch_response response = { .status = 0 };
    struct task t = { .request = request, .fetcher = f, .response = &response };
    if (!url_parse(str_c(request->url), &t.url, err))
        return false;
    task_init(&t);
    t.easy = easy_take(f);
    bool answered =
        t.easy ? run(&t, err) : err_set(err, ERR_INTERNAL, "curl has no handle to give");
    easy_give(f, t.easy);
    task_release(&t);
    if (answered)
        *ret = response;
    else
        fetch_response_release(&response);
    return answered;
}

void fetch_response_release(struct fetch_response *r)
{
    buf_release(&r->body);
    buf_release(&r->headers);
}

struct str fetch_header_get(const struct fetch_response *r, const char *name)
{
    struct str rest = buf_str(&r->headers), found = STR_NONE;
    while (rest.p) {
        struct str value = str_cut(&rest, '\n');
        if (str_eq_nocase(str_cut(&value, ':'), str_c(name)) && value.p)
            found = str_trim(value);
    }
    return found;
}

// -1 for what is no HTTP date.
static int64_t http_date(struct str text)
{
    char date[40];
    if (text.n >= sizeof(date) || !str_ends(text, STR(" GMT")))
        return -1;
    memcpy(date, text.p, text.n);
    date[text.n] = '\0';
    return curl_getdate(date, NULL);
}

/*= rfc9110 10.2.3 "Retry-After = HTTP-date / delay-seconds" */
int fetch_retry_after(const struct fetch_response *r, int64_t now)
{
    struct str text = fetch_header_get(r, "Retry-After");
    int64_t seconds = 0;
    if (text.n == 0)
        return -1;
    if (!str_to_i64(text, &seconds)) {
        int64_t when = http_date(text);
        if (when < 0)
            return -1;
        seconds = when > now ? when - now : 0;
    }
    if (seconds < 0)
        return -1;
    return seconds > INT32_MAX ? INT32_MAX : (int)seconds;
}

int64_t fetch_date(const struct fetch_response *r)
{
    return http_date(fetch_header_get(r, "Date"));
}
