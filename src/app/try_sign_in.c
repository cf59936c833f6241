// SPDX-License-Identifier: MIT
// The sign-in with a browser: authorization code with PKCE, the code comes to a loopback listener.
#include <unistd.h>

#include "app/browser.h"
#include "app/try_int.h"
#include "base/clock.h"
#include "jose/digest.h"

static struct str authorize_url(struct try *t)
{
    struct buf CLEANUP(buf_release) challenge = BUF_INIT(64);
    sha256_b64url(&challenge, t->verifier);
    const struct try_pair pairs[] = { { "response_type", STR("code") },
                                      { "client_id", t->client_id },
                                      { "redirect_uri", t->redirect_uri },
                                      { "code_challenge", buf_str(&challenge) },
                                      { "code_challenge_method", STR("S256") },
                                      { "state", t->state },
                                      { "resource", t->resource },
                                      { t->scope.n ? "scope" : NULL, t->scope },
                                      { NULL, STR_NONE } };
    return arena_printf(t->arena, STR_FMT "?" STR_FMT, STR_ARG(t->authorize_url),
                        STR_ARG(try_encode(t, pairs)));
}

static void say_page(void *ctx, const char *method, struct str url, int status)
{
    (void)ctx;
    struct str place = str_cut(&url, '?');
    try_say(" ", "  %-4s " STR_FMT " → %d", method, STR_ARG(place), status);
}

static bool sign_in_with_account(struct try *t, struct str url, struct err *err)
{
    struct str password = str_c(t->account);
    struct browser browser = { .fetcher = t->fetcher, .arena = t->arena, .seen = say_page };
    browser.account = str_cut(&password, ':');
    browser.password = password;
    try_say("•", "signing in as " STR_FMT, STR_ARG(browser.account));
    return browser_walk(&browser, url, t->redirect_uri, err);
}

static void sign_in_with_browser(struct try *t, struct str url)
{
    try_say("•",
            "sign in at this address (opening it in the browser where there is one):\n\n  " STR_FMT
            "\n",
            STR_ARG(url));
    const char *own = getenv("BROWSER");
    if (fork() != 0)
        return;
    FILE *null = freopen("/dev/null", "w", stderr);
    (void)null;
    if (own)
        execlp(own, own, arena_cstr(t->arena, url), (char *)NULL);
    execlp("xdg-open", "xdg-open", arena_cstr(t->arena, url), (char *)NULL);
    _exit(127);
}

static bool check_callback(struct try *t, struct err *err)
{
    if (t->callback_error.n > 0)
        return err_set(err, ERR_ACCESS_DENIED, "the sign-in was refused: " STR_FMT ": " STR_FMT,
                       STR_ARG(t->callback_error), STR_ARG(t->callback_description));
    if (!str_eq(t->callback_state, t->state))
        return err_set(err, ERR_UPSTREAM, "the callback carries another state than the one sent");
    /*= rfc9207 2.4 "Clients MUST then compare the extracted and URL-decoded value to the issuer
     * identifier" */
    if (t->expects_iss && !str_eq(t->callback_iss, t->issuer))
        return err_set(err, ERR_UPSTREAM, "the callback's iss is '" STR_FMT "', not " STR_FMT,
                       STR_ARG(t->callback_iss), STR_ARG(t->issuer));
    if (t->callback_code.n == 0)
        return err_set(err, ERR_UPSTREAM, "the callback carries no code");
    try_done(t, "signed in: the browser came back with a code");
    return true;
}

bool try_get_code(struct try *t, struct err *err)
{
    t->verifier = try_random(t);
    t->state = try_random(t);
    struct str url = authorize_url(t);
    int64_t wait = 300;
    if (t->wait && !str_to_i64(str_c(t->wait), &wait))
        return err_set(err, ERR_CONFIG, "--wait %s is not a number of seconds", t->wait);
    if (!t->account)
        sign_in_with_browser(t, url);
    else if (!sign_in_with_account(t, url, err))
        return false;
    if (!try_wait_callback(t, wait))
        return err_set(err, ERR_TIMEOUT, "nobody signed in within %lld seconds", (long long)wait);
    return check_callback(t, err);
}

bool try_take_token(struct try *t, const json_t *document, struct err *err)
{
    t->token = try_keep(t, dom_str(document, "access_token"));
    if (t->token.n == 0)
        return err_set(err, ERR_UPSTREAM, "the token answer has no access_token");
    try_done(t, "access token for %lld s%s", (long long)dom_int(document, "expires_in", 0),
             dom_str(document, "refresh_token").n ? ", and a refresh token" : "; no refresh token");
    return true;
}

bool try_get_token(struct try *t, struct err *err)
{
    JSON_AUTO *document = NULL;
    const struct try_pair pairs[] = { { "grant_type", STR("authorization_code") },
                                      { "code", t->callback_code },
                                      { "redirect_uri", t->redirect_uri },
                                      { "client_id", t->client_id },
                                      { "code_verifier", t->verifier },
                                      { "resource", t->resource },
                                      { NULL, STR_NONE } };
    if (!try_post(t, "token", t->token_url, "application/x-www-form-urlencoded",
                  try_encode(t, pairs), &document, err))
        return false;
    return try_take_token(t, document, err);
}
