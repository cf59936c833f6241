// SPDX-License-Identifier: MIT
// The sign-in without a browser here: a device code (RFC 8628), entered in any browser anywhere.
#include <time.h>

#include "app/try_int.h"
#include "base/clock.h"

#define LIFETIME_MAX_S 1800
#define INTERVAL_MAX_S 60

static bool begin(struct try *t, json_t **ret, struct err *err)
{
    if (!t->device_url.n)
        return err_set(err, ERR_UPSTREAM,
                       "this server gives no device codes: set OIDCPROXY_CLIENT_DEVICE_CODE=true "
                       "there, or leave --device out");
    const struct try_pair pairs[] = { { "client_id", t->client_id },
                                      { "resource", t->resource },
                                      { t->scope.n ? "scope" : NULL, t->scope },
                                      { NULL, STR_NONE } };
    if (!try_post(t, "device authorization", t->device_url, "application/x-www-form-urlencoded",
                  try_encode(t, pairs), ret, err))
        return false;
    struct str complete = dom_str(*ret, "verification_uri_complete");
    struct str uri = dom_str(*ret, "verification_uri");
    if (!dom_str(*ret, "device_code").n || !dom_str(*ret, "user_code").n || !uri.n)
        return err_set(err, ERR_UPSTREAM,
                       "the device authorization answer lacks device_code, user_code or "
                       "verification_uri");
    try_done(t, "device code received");
    try_say("•", "in a browser, on any machine, open\n\n  " STR_FMT "\n\nand enter  " STR_FMT "\n",
            STR_ARG(complete.n ? complete : uri), STR_ARG(dom_str(*ret, "user_code")));
    return true;
}

// One question: *ret_error is the error word, empty when the token is there.
static bool poll(struct try *t, struct str device_code, struct str *ret_error, struct err *err)
{
    JSON_AUTO *document = NULL;
    const struct try_pair pairs[] = { { "grant_type",
                                        STR("urn:ietf:params:oauth:grant-type:device_code") },
                                      { "device_code", device_code },
                                      { "client_id", t->client_id },
                                      { NULL, STR_NONE } };
    struct fetch_response CLEANUP(fetch_response_release) answer = { 0 };
    const struct fetch_header headers[] = {
        { "Content-Type", STR("application/x-www-form-urlencoded") }, { NULL, STR_NONE }
    };
    const struct fetch_request request = { .method = "POST",
                                           .url = arena_cstr(t->arena, t->token_url),
                                           .headers = headers,
                                           .body = try_encode(t, pairs),
                                           .max_bytes = TRY_ANSWER_MAX };
    if (!fetch(t->fetcher, &request, &answer, err) ||
        !dom_parse_object(buf_str(&answer.body), &document, err))
        return err_prefix(err, "token");
    *ret_error = try_keep(t, dom_str(document, "error"));
    if (ret_error->n) {
        err_set(err, ERR_UPSTREAM, "token: " STR_FMT ": " STR_FMT, STR_ARG(*ret_error),
                STR_ARG(dom_str(document, "error_description")));
        return true;
    }
    return try_take_token(t, document, err);
}

static int64_t bounded(const json_t *document, const char *key, int64_t otherwise, int64_t most)
{
    int64_t value = dom_int(document, key, otherwise);
    return value < 1 ? otherwise : value > most ? most : value;
}

bool try_get_token_by_device(struct try *t, struct err *err)
{
    JSON_AUTO *device = NULL;
    if (!begin(t, &device, err))
        return false;
    int64_t interval = bounded(device, "interval", 5, INTERVAL_MAX_S);
    int64_t until = clock_mono_ms() + 1000 * bounded(device, "expires_in", 600, LIFETIME_MAX_S);
    while (clock_mono_ms() < until) {
        struct str error = STR_NONE;
        nanosleep(&(struct timespec){ .tv_sec = (time_t)interval }, NULL);
        if (!poll(t, dom_str(device, "device_code"), &error, err))
            return false;
        if (!error.n)
            return true;
        if (str_is(error, "slow_down"))
            interval += 5;
        else if (!str_is(error, "authorization_pending"))
            return false;
    }
    return err_set(err, ERR_TIMEOUT, "nobody entered the code in time");
}
