// SPDX-License-Identifier: MIT
// Every request of a run: counted, 250 ms apart, within the time of the run, with a
// client-request-id of its own that the report shows. Nothing follows a redirect.
#include <time.h>

#include "app/doctor_int.h"
#include "base/clock.h"

#define WAIT_MAX_S  10 // a longer Retry-After is not waited for
#define POLL_WAIT_S 5  // the interval of device codes

static void sleep_ms(int64_t ms)
{
    struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
    while (ms > 0 && nanosleep(&left, &left) != 0)
        continue;
}

bool doctor_may_ask(struct doctor *d, char *ret_why, size_t size)
{
    int64_t now = clock_mono_ms();
    if (d->requests >= DOCTOR_REQUESTS_MAX)
        snprintf(ret_why, size, "not asked: a run sends at most %d requests", DOCTOR_REQUESTS_MAX);
    else if (now - d->started > DOCTOR_RUN_MS)
        snprintf(ret_why, size, "not asked: a run lasts at most %d seconds", DOCTOR_RUN_MS / 1000);
    else {
        if (d->requests > 0)
            sleep_ms(d->last + DOCTOR_PAUSE_MS - now);
        d->requests++;
        return true;
    }
    return false;
}

void answer_release(struct answer *a)
{
    fetch_response_release(&a->response);
}

// Honours Retry-After, once in a run.
static bool worth_waiting(struct doctor *d, const struct probe *said)
{
    bool busy = said->status == 429 || said->status == 503;
    if (!busy || d->waited || said->retry_after < 0 || said->retry_after > WAIT_MAX_S)
        return false;
    d->waited = true;
    sleep_ms((int64_t)said->retry_after * 1000);
    return true;
}

static void fetch_once(struct doctor *d, const struct fetch_request *request, struct answer *ret)
{
    struct err err = { 0 };
    answer_release(ret);
    *ret = (struct answer){ .said.retry_after = -1 };
    probe_new_id(ret->said.correlation);
    const struct fetch_header *given = request->headers;
    struct fetch_header headers[8] = { { "client-request-id", str_c(ret->said.correlation) } };
    for (size_t i = 1; given && given->name && i < ARRAY_LEN(headers) - 1; i++)
        headers[i] = *given++;
    struct fetch_request with_id = *request;
    with_id.headers = headers;
    if (!doctor_may_ask(d, ret->said.said, sizeof ret->said.said))
        return;
    if (fetch(d->fetcher, &with_id, &ret->response, &err)) {
        ret->said.status = ret->response.status;
        ret->said.retry_after = fetch_retry_after(&ret->response, clock_now());
        probe_read_body(&ret->response, &ret->said);
    } else {
        ret->failure = err.code;
        snprintf(ret->said.said, sizeof ret->said.said, "%.*s", (int)sizeof ret->said.said - 1,
                 err.text);
    }
    d->last = clock_mono_ms();
}

bool doctor_fetch(struct doctor *d, const char *url, struct str body,
                  const struct fetch_header *headers, struct answer *ret)
{
    const struct fetch_request request = { .method = body.p ? "POST" : "GET",
                                           .url = url,
                                           .headers = headers,
                                           .body = body,
                                           .timeout_ms = DOCTOR_TIMEOUT_MS,
                                           .max_bytes = DOCTOR_ANSWER_MAX };
    fetch_once(d, &request, ret);
    if (worth_waiting(d, &ret->said))
        fetch_once(d, &request, ret);
    return ret->said.status != 0;
}

static void probe_once(struct doctor *d, enum probe_kind kind, const char *uri, struct probe *ret)
{
    *ret = (struct probe){ .retry_after = -1 };
    if (!doctor_may_ask(d, ret->said, sizeof ret->said))
        return;
    switch (kind) {
    case ASK_REDIRECT:
        idp_probe_redirect(d->idp, d->arena, uri, NULL, ret);
        break;
    case ASK_DEVICE:
        idp_probe_device(d->idp, d->arena, NULL, ret);
        break;
    case ASK_DEVICE_POLL:
        d->requests++; // it sends two
        idp_probe_device_poll(d->idp, POLL_WAIT_S * 1000, NULL, ret);
        break;
    case ASK_CLIENT:
        idp_probe_client(d->idp, d->arena, NULL, ret);
        break;
    case ASK_SECRET:
        idp_probe_secret(d->idp, d->arena, NULL, ret);
        break;
    }
    d->last = clock_mono_ms();
}

void doctor_probe(struct doctor *d, enum probe_kind kind, const char *uri, struct probe *ret)
{
    probe_once(d, kind, uri, ret);
    if (worth_waiting(d, ret))
        probe_once(d, kind, uri, ret);
}
