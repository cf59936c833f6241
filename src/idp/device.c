// SPDX-License-Identifier: MIT
// The device authorization grant (RFC 8628) as its client: a code that somebody enters at the
// provider's own page, and the question whether they have.
#include "base/clock.h"
#include "base/url.h"
#include "idp/internal.h"

#define FORM_BYTES_MAX     (16 * 1024)
#define DEVICE_CODE_MAX    4096
#define USER_CODE_MAX      64
#define INTERVAL_DEFAULT_S 5
#define INTERVAL_MAX_S     60
#define LIFETIME_MIN_S     30
#define LIFETIME_MAX_S     1800

static int64_t bounded(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

// The address is shown as a link: nothing but https (or this machine) may stand there.
static bool link_ok(struct str text)
{
    struct url url;
    return url_parse(text, &url, NULL) &&
           (str_is(url.scheme, "https") || url_host_is_loopback(url.host));
}

bool device_read_success(struct arena *arena, struct str body, struct idp_device *ret,
                         struct err *err)
{
    JSON_AUTO *answer = NULL;
    struct err why = { 0 };
    if (!dom_parse_object(body, &answer, &why))
        return err_set(err, ERR_UPSTREAM,
                       "The device authorization endpoint gave an answer that is not JSON (%zu "
                       "bytes; %s).",
                       body.n, why.text);
    struct str code = dom_str(answer, "device_code"), user = dom_str(answer, "user_code");
    struct str uri = dom_str(answer, "verification_uri");
    if (!uri.n)
        uri = dom_str(answer, "verification_url"); // before RFC 8628; Google still says so
    /*= rfc8628 3.2 "device_code REQUIRED.  The device verification code." */
    if (!code.n || code.n > DEVICE_CODE_MAX || !user.n || user.n > USER_CODE_MAX || !link_ok(uri))
        return err_set(err, ERR_UPSTREAM,
                       "The device authorization endpoint gave no usable device_code, user_code "
                       "and verification_uri.");
    struct str complete = dom_str(answer, "verification_uri_complete");
    *ret = (struct idp_device){
        .device_code = arena_str(arena, code),
        .user_code = arena_str(arena, user),
        .uri = arena_str(arena, uri),
        .uri_complete = link_ok(complete) ? arena_str(arena, complete) : STR_NONE,
        .expires_in = bounded(dom_int(answer, "expires_in", 0), LIFETIME_MIN_S, LIFETIME_MAX_S),
        /*= rfc8628 3.2 "If no value is provided, clients MUST use 5 as the default." */
        .interval = bounded(dom_int(answer, "interval", INTERVAL_DEFAULT_S), 1, INTERVAL_MAX_S),
    };
    return true;
}

bool idp_device_begin(struct idp *idp, struct arena *arena, struct cancel *cancel,
                      struct idp_device *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf form = BUF_INIT(FORM_BYTES_MAX);
    CLEANUP(buf_wipe) struct buf authorization = BUF_INIT(FORM_BYTES_MAX);
    CLEANUP(buf_release) struct buf fields = BUF_INIT(FORM_BYTES_MAX);
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    if (!idp_prepare(idp, err))
        return false;
    if (!idp->config.device_authorization_endpoint)
        return err_set(err, ERR_IDP_MISCONFIGURED,
                       "The identity provider has no device authorization endpoint, so nobody can "
                       "sign in with a code.");
    idp_add_field(&fields, "client_id", str_c(idp->config.client_id));
    idp_add_field(&fields, "scope", str_c(idp->config.scopes));
    /*= rfc8628 3.1 "The client authentication requirements of Section 3.2.1 of [RFC6749] apply to
     * requests on this endpoint" */
    if (!client_auth_add(idp, client_auth_device_method(idp), buf_str(&fields), &form,
                         &authorization, err))
        return false;
    if (!idp_post(idp, idp->config.device_authorization_endpoint, buf_str(&form),
                  buf_str(&authorization), cancel, &response, err))
        return false;
    if (response.status != 200)
        return grant_read_failure(response.status, buf_str(&response.body),
                                  fetch_retry_after(&response, clock_now()), false, err);
    return device_read_success(arena, buf_str(&response.body), ret, err);
}

/*= rfc8628 3.5 "The authorization request is still pending as the end user hasn't yet completed the
 * user-interaction steps" */
static enum idp_poll poll_of(const struct err *err)
{
    static const struct {
        const char *word;
        enum idp_poll poll;
    } words[] = {
        { "authorization_pending", IDP_POLL_PENDING },
        { "slow_down", IDP_POLL_SLOW_DOWN },
        { "access_denied", IDP_POLL_DECLINED },
        { "authorization_declined", IDP_POLL_DECLINED },
        { "expired_token", IDP_POLL_EXPIRED },
        { "code_expired", IDP_POLL_EXPIRED },
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(err->word, words[i].word) == 0)
            return words[i].poll;
    return IDP_POLL_FAILED;
}

enum idp_poll idp_device_poll(struct idp *idp, struct arena *arena, struct str device_code,
                              struct cancel *cancel, struct idp_grant *ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf fields = BUF_INIT(FORM_BYTES_MAX);
    struct idp_grant grant = { 0 };
    struct err why = { 0 };
    idp_add_field(&fields, "grant_type", STR("urn:ietf:params:oauth:grant-type:device_code"));
    idp_add_field(&fields, "client_id", str_c(idp->given.client_id));
    idp_add_field(&fields, "device_code", device_code);
    bool given = idp_token_request(idp, arena, buf_str(&fields), false, cancel, &grant, &why) &&
                 idp_identify(idp, arena, STR_NONE, &grant, &why);
    ret->person = grant.person;
    if (given) {
        *ret = grant;
        return IDP_POLL_DONE;
    }
    if (err)
        *err = why;
    return poll_of(&why);
}
