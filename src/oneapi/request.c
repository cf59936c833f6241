// SPDX-License-Identifier: MIT
// One call of the API: headers, attempts, waiting, and the deadline above all of them.
#include "base/clock.h"
#include "base/random.h"
#include "oneapi/internal.h"

#define HEADERS_MAX   16
#define URL_BYTES_MAX (64 * 1024)

// What one attempt needs; lives on the stack of oneapi_send.
struct call {
    struct oneapi *api;
    const struct oneapi_request *request;
    struct arena *arena;
    const char *url;
    int64_t deadline; // clock_mono_ms()
    struct secret token;
    uint64_t generation;
    int attempts; // made so far
};

static bool has_header(const struct fetch_header *headers, const char *name)
{
    for (; headers && headers->name; headers++)
        if (str_eq_nocase(str_c(headers->name), str_c(name)))
            return true;
    return false;
}

// ZSCALER_MICROTENANT_ID is the default of every ZPA call that names no microtenant itself.
static bool wants_microtenant(const struct oneapi *api, const struct oneapi_request *request)
{
    return api->config.microtenant_id && str_starts(request->path, STR("/zpa/")) &&
           str_find(request->query, STR("microtenantId=")) < 0 &&
           !has_header(request->headers, "microtenantId");
}

static bool build_url(const struct oneapi *api, const struct oneapi_request *request,
                      struct arena *arena, const char **ret, struct err *err)
{
    if (!str_starts(request->path, STR("/")))
        return err_set(err, ERR_INTERNAL, "an API path must begin with '/': " STR_FMT,
                       STR_ARG(request->path));
    CLEANUP(buf_release) struct buf url = BUF_INIT(URL_BYTES_MAX);
    buf_adds(&url, api->api_base);
    buf_add(&url, request->path);
    if (request->query.n) {
        buf_addc(&url, '?');
        buf_add(&url, request->query);
    }
    if (wants_microtenant(api, request)) {
        buf_adds(&url, request->query.n ? "&microtenantId=" : "?microtenantId=");
        buf_add_urlencoded(&url, str_c(api->config.microtenant_id), true);
    }
    if (!buf_ok(&url))
        return err_set(err, ERR_TOOL_ARGUMENTS, "the arguments make a URL of more than %d bytes",
                       URL_BYTES_MAX);
    *ret = arena_cstr(arena, buf_str(&url));
    return true;
}

static void fill_headers(const struct call *call, struct str bearer,
                         struct fetch_header out[HEADERS_MAX])
{
    size_t n = 0;
    out[n++] = (struct fetch_header){ "Authorization", bearer };
    out[n++] = (struct fetch_header){ "Accept", STR("application/json") };
    out[n++] = (struct fetch_header){ "Content-Type", STR("application/json") };
    if (call->api->config.partner_id)
        out[n++] = (struct fetch_header){ "x-partner-id", str_c(call->api->config.partner_id) };
    for (const struct fetch_header *h = call->request->headers; h && h->name && n < HEADERS_MAX - 1;
         h++)
        out[n++] = *h;
    out[n] = (struct fetch_header){ NULL };
}

static void count(struct call *call, int status, int64_t ms)
{
    struct oneapi_stats *s = &call->api->stats;
    size_t class = (size_t)status / 100;
    atomic_fetch_add(&s->by_class[class < ARRAY_LEN(s->by_class) ? class : 0], 1);
    if (status == 429)
        atomic_fetch_add(&s->limited, 1);
    if (call->attempts++ > 0)
        atomic_fetch_add(&s->repeated, 1);
    timing_add(&s->timing, ms);
}

static bool attempt(struct call *call, struct fetch_response *response, struct err *err)
{
    int64_t left = call->deadline - clock_mono_ms();
    if (left <= 0)
        return err_set(err, ERR_TIMEOUT, "The Zscaler API did not answer within %d ms: " STR_FMT,
                       call->api->config.deadline_ms, STR_ARG(call->request->path));
    CLEANUP(buf_wipe) struct buf bearer = BUF_INIT(TOKEN_BYTES_MAX + 16);
    struct fetch_header headers[HEADERS_MAX];
    buf_adds(&bearer, "Bearer ");
    buf_add(&bearer, secret_reveal(&call->token));
    fill_headers(call, buf_str(&bearer), headers);
    const struct fetch_request request = { .method = call->request->method,
                                           .url = call->url,
                                           .headers = headers,
                                           .body = call->request->body.n ? call->request->body
                                                                         : STR("{}"),
                                           .user_agent = call->api->user_agent,
                                           .timeout_ms = (int)left,
                                           .once = !retry_is_safe(call->request),
                                           .cancel = call->request->cancel };
    int64_t began = clock_mono_ms();
    bool answered = fetch(call->api->fetcher, &request, response, err);
    count(call, answered ? response->status : 0, clock_mono_ms() - began);
    if (answered)
        return true;
    if (err && err->code == ERR_LIMIT)
        return err_set(err, ERR_ONEAPI,
                       "The answer of the API is too large (%s): ask for fewer records at a time, "
                       "or narrow the search",
                       arena_cstr(call->arena, err_text(err)));
    return explain_transport(
        "The Zscaler API cannot be reached", str_c(call->url),
        "Check DNS, egress rules and proxy settings of the machine this server runs on, and ZSCALER_CLOUD.",
        err);
}

static bool renew(struct call *call, struct err *err)
{
    struct secret fresh;
    if (!token_get(call->api, call->generation, call->request->cancel, call->deadline, &fresh,
                   &call->generation, err))
        return false;
    secret_release(&call->token);
    call->token = fresh;
    return true;
}

// False when there is no time left for the wait (the answer stands) or the caller has gone.
static bool pause_for(struct call *call, int seconds)
{
    uint16_t dice;
    random_bytes(&dice, sizeof dice);
    int64_t ms = (int64_t)seconds * 1000 + dice % JITTER_MS;
    if (clock_mono_ms() + ms >= call->deadline)
        return false;
    return call->api->sleep(call->api->sleep_ctx, (int)ms, call->request->cancel);
}

static bool take_answer(struct call *call, const struct fetch_response *response,
                        struct oneapi_response *ret, struct err *err)
{
    *ret = (struct oneapi_response){ .status = response->status,
                                     .body = arena_str(call->arena, buf_str(&response->body)),
                                     .content_type = arena_str(
                                         call->arena, fetch_header_get(response, "Content-Type")) };
    return answer_judge(call->api, call->request->path, &call->token, call->arena, ret, err);
}

// Goes on with the next attempt (true) or leaves the answer as it is (false).
static bool try_again(struct call *call, int number, const struct fetch_response *response)
{
    int seconds = 0;
    switch (retry_judge(call->request, number, response, &seconds)) {
    case RETRY_NEW_TOKEN:
        return renew(call, NULL);
    case RETRY_AFTER:
        return pause_for(call, seconds);
    case RETRY_NO:
        break;
    }
    return false;
}

static bool send_all(struct call *call, struct oneapi_response *ret, struct err *err)
{
    if (!renew(call, err))
        return false;
    for (int number = 1;; number++) {
        CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
        if (!attempt(call, &response, err))
            return false;
        if (try_again(call, number, &response))
            continue;
        if (cancel_is_set(call->request->cancel))
            return err_set(err, ERR_CANCELLED, "cancelled");
        return take_answer(call, &response, ret, err);
    }
}

bool oneapi_send(struct oneapi *api, const struct oneapi_request *request, struct arena *arena,
                 struct oneapi_response *ret, struct err *err)
{
    struct call call = { .api = api,
                         .request = request,
                         .arena = arena,
                         .deadline = clock_mono_ms() + api->config.deadline_ms };
    *ret = (struct oneapi_response){ 0 };
    if (!build_url(api, request, arena, &call.url, err))
        return false;
    bool ok = send_all(&call, ret, err);
    secret_release(&call.token);
    return ok;
}
