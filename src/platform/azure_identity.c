// SPDX-License-Identifier: MIT
#include "platform/azure_identity.h"

#include "json/dom.h"
#include "platform/internal.h"

#define URL_BYTES_MAX    4096
#define ANSWER_BYTES_MAX (64 * 1024)
#define TRIES            3   // where the endpoint says that another one makes sense
#define PAUSE_MS         500 // before the second, doubled before the third
#define METADATA_HOST    "http://169.254.169.254"

static bool on_app_service(const struct azure_identity *who)
{
    return who->endpoint && who->header;
}

void azure_identity_address(const struct azure_identity *who, struct buf *out)
{
    if (on_app_service(who))
        buf_adds(out, who->endpoint);
    else
        buf_addf(out, "%s/metadata/identity/oauth2/token",
                 who->metadata_host ? who->metadata_host : METADATA_HOST);
}

static void write_url(const struct azure_identity *who, const char *resource, struct buf *out)
{
    azure_identity_address(who, out);
    buf_addc(out, str_find(buf_str(out), STR("?")) >= 0 ? '&' : '?');
    buf_addf(out, "api-version=%s&resource=", on_app_service(who) ? "2019-08-01" : "2018-02-01");
    buf_add_urlencoded(out, str_c(resource), false);
    if (!who->client_id)
        return;
    buf_adds(out, "&client_id=");
    buf_add_urlencoded(out, str_c(who->client_id), false);
}

static bool may_pass(int status)
{
    return status == 404 || status == 408 || status == 410 || status == 429 || status >= 500;
}

// False when nobody answered.
static bool ask(struct fetcher *f, const struct azure_identity *who, const char *url,
                struct fetch_response *ret, struct err *err)
{
    bool app = on_app_service(who);
    const struct fetch_header headers[] = {
        { app ? "X-IDENTITY-HEADER" : "Metadata", app ? str_c(who->header) : STR("true") },
        { "Accept", STR("application/json") },
        { NULL },
    };
    const struct fetch_request request = { .url = url,
                                           .headers = headers,
                                           .timeout_ms = AZURE_IDENTITY_TIMEOUT_MS,
                                           .max_bytes = ANSWER_BYTES_MAX,
                                           .direct = true };
    for (int try = 0, pause = PAUSE_MS;; try++, pause *= 2) {
        if (!fetch(f, &request, ret, err))
            return false;
        if (!may_pass(ret->status) || try + 1 == TRIES)
            return true;
        fetch_response_release(ret);
        *ret = (struct fetch_response){ 0 };
        nanosleep(&(struct timespec){ .tv_sec = pause / 1000, .tv_nsec = pause % 1000 * 1000000L },
                  NULL);
    }
}

static bool read_token(const struct fetch_response *response, struct buf *out, struct err *err)
{
    JSON_AUTO *answer = NULL;
    if (response->status != 200)
        return platform_refused(
            response, may_pass(response->status) ? ERR_UPSTREAM : ERR_IDP_MISCONFIGURED, err);
    if (!dom_parse_object(buf_str(&response->body), &answer, NULL))
        return err_set(err, ERR_IDP_MISCONFIGURED, "its answer is no JSON");
    buf_add(out, dom_str(answer, "access_token"));
    return buf_ok(out) ||
           err_set(err, ERR_LIMIT, "its access_token is larger than %zu bytes", out->max);
}

bool azure_identity_token(struct fetcher *f, const struct azure_identity *who, const char *resource,
                          struct buf *out, struct err *err)
{
    CLEANUP(buf_release) struct buf url = BUF_INIT(URL_BYTES_MAX);
    CLEANUP(fetch_response_wipe) struct fetch_response response = { 0 };
    write_url(who, resource, &url);
    struct err why = { 0 };
    if (!ask(f, who, buf_cstr(&url), &response, &why))
        return err_set(err, ERR_CONNECT, "%s", why.text);
    return read_token(&response, out, err);
}
