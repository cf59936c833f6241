// SPDX-License-Identifier: MIT
// What the log says and what it never says (T52, T53), over whole flows at the finest level.
#define KIT_WITH_ACCESS
#include "unit/oauth/kit.h"

// Every line stands alone and is whole: one object in JSON; time, level and event in logfmt.
static void check_lines(enum log_format format)
{
    size_t lines = 0;
    for (struct str rest = kit_log(); rest.n; lines++) {
        struct str line = str_cut(&rest, '\n');
        json_t *tree = NULL;
        struct err err;
        if (format == LOG_FORMAT_JSON) {
            if (!dom_parse_object(line, &tree, &err) || !dom_str(tree, "time").n ||
                !dom_str(tree, "event").n || str_is(dom_str(tree, "event"), "forged"))
                fail_msg("%s: " STR_FMT, err.text, STR_ARG(line));
            json_decref(tree);
        } else {
            struct str after = line;
            struct str when = str_cut(&after, ' '), level = str_cut(&after, ' ');
            if (when.n != 20 || level.n < 4 || !str_starts(after, STR("event=\"")) ||
                str_starts(after, STR("event=\"forged")))
                fail_msg(STR_FMT, STR_ARG(line));
        }
        for (size_t i = 0; i < line.n; i++)
            assert_true((unsigned char)line.p[i] >= 0x20 && line.p[i] != 0x7f);
    }
    assert_true(lines > 3);
}

// Through every place where a stranger's words reach the log.
static void talk_hostile(void)
{
    struct jar jar = { "", "" };
    struct str client =
        register_for("evil\\n{\\\"level\\\":\\\"AUDIT\\\",\\\"event\\\":\\\"forged\\\"}"
                     "\\r2026-09-01T00:00:00Z AUDIT event=forged\\u001b[2J\\u2028x",
                     LOOPBACK);
    struct str url = to_idp(&jar, client, LOOPBACK);
    get(&jar,
        arena_printf(
            kit.arena,
            "/auth/callback?error=a%%0Ab%%22&error_description=AADSTS1%%0A%%7B%%22level%%22%%3A1%%7D"
            "%%0D%%0A%%1B%%5B2J%%E2%%80%%A8event%%3Dforged&state=" STR_FMT,
            STR_ARG(param(url, "state")))
            .p,
        "");
    kit.error_body = "{\"error\":\"x\\n2026-09-01T00:00:00Z AUDIT event=forged\","
                     "\"error_description\":\"one\\ntwo\\r{\\\"event\\\":\\\"forged\\\"}\\u001b\"}";
    url = to_idp(&jar, client, LOOPBACK);
    come_back(&jar, url, param(url, "nonce"));
    kit.error_body = NULL;
    assert_int_equal(sign_in(client).status, 200);
    get(&jar, "/authorize?client_id=a%0A%7B%22event%22%3A%22forged%22%7D", "");
    get(&jar,
        arena_printf(kit.arena,
                     "/authorize?client_id=" STR_FMT
                     "&redirect_uri=http%%3A%%2F%%2Flocalhost%%2F%%0Aevent%%3Dforged",
                     STR_ARG(client))
            .p,
        "");
    get(NULL, "/auth/help?code=a%0Aevent%3Dforged", "");
    clock_freeze(NOW + 2000);
    post(NULL, "/token", "", STR("x=y"));
}

static void T53_hostile_text_stays_one_line(void **state)
{
    (void)state;
    static const enum log_format formats[] = { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        clock_freeze(NOW);
        kit_log_from_now(formats[i], LOG_DEBUG);
        talk_hostile();
        check_lines(formats[i]);
        assert_true(kit_logged("evil") > 3 && kit_logged("forged") > 5); // it is told, but inside
    }
}

static void must_not_say(struct str secret, const char *what)
{
    assert_true(secret.n > 8);
    ptrdiff_t at = str_find(kit_log(), secret);
    if (at >= 0)
        fail_msg("%s in the log: " STR_FMT, what,
                 STR_ARG(str_slice(kit_log(), (size_t)(at > 200 ? at - 200 : 0), (size_t)at + 20)));
}

static void flow_with_secrets(void)
{
    struct jar jar = { "", "" }, fresh = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct reply page = get(&jar, authorize_target(client, LOOPBACK, "").p, "");
    struct str csrf = input_of(&page, "csrf"), flow = input_of(&page, "flow");
    struct str url = to_idp(&jar, client, LOOPBACK);
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    struct str code = param(header(&r, "Location"), "code");
    struct str form = code_form(client, LOOPBACK, code, VERIFIER);
    struct reply tokens = post(NULL, "/token", "", form);
    struct str access = member(&tokens, "access_token"), refresh = member(&tokens, "refresh_token");
    call_mcp(access);
    call_mcp(str_slice(access, 0, access.n - 3)); // refused
    struct reply next = post(NULL, "/token", "", refresh_form(client, refresh));
    struct str refresh2 = member(&next, "refresh_token");
    kit.error_body =
        "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: expired\"}";
    post(NULL, "/token", "", refresh_form(client, refresh2));
    kit.error_body = NULL;
    struct str again = to_idp(&jar, client, LOOPBACK);
    struct reply late = come_back(&fresh, again, param(again, "nonce"));
    struct str finish = input_of(&late, "finish");
    decide_on(&fresh, &late, "allow", OWN);
    post(NULL, "/token", "", form); // replay: the family ends
    post(NULL, "/revoke", "",
         arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT, STR_ARG(client),
                      STR_ARG(refresh2)));
    clock_freeze(NOW + 2000);
    post(NULL, "/token", "", form);
    const struct {
        struct str text;
        const char *what;
    } secrets[] = {
        { code, "code" },
        { access, "access token" },
        { refresh, "refresh token" },
        { refresh2, "second refresh token" },
        { member(&next, "access_token"), "second access token" },
        { STR(SECRET_REFRESH), "the provider's refresh token" },
        { STR("opaque-graph"), "the provider's access token" },
        { STR(VERIFIER), "PKCE verifier" },
        { csrf, "CSRF token" },
        { flow, "sealed flow" },
        { finish, "sealed grant" },
        { param(url, "state"), "state towards the provider" },
        { param(url, "nonce"), "nonce" },
        { param(url, "code_challenge"), "challenge" },
        { client, "client id" },
        { str_c(jar.browser), "browser cookie" },
        { str_c(jar.consents), "consent cookie" },
        { STR("0123456789abcdef0123456789abcdef"), "root key" },
    };
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
        must_not_say(secrets[i].text, secrets[i].what);
}

static void T52_no_secret_is_logged_over_a_whole_flow(void **state)
{
    (void)state;
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_DEBUG);
    flow_with_secrets();
    assert_true(kit_logged("tokens given") >= 1 && kit_logged("refresh at the identity") >= 1);
    assert_true(kit_logged("family revoked") >= 2);
    clock_freeze(NOW);
    kit_log_from_now(LOG_FORMAT_JSON, LOG_DEBUG);
    flow_with_secrets();
}

// --- the other ways to sign in ---

#define SECRETS_MAX 64

static struct {
    struct str text[SECRETS_MAX];
    const char *what[SECRETS_MAX];
    size_t n;
} seen;

static void secret(struct str text, const char *what)
{
    assert_true(seen.n < SECRETS_MAX && text.n > 8);
    seen.text[seen.n] = text;
    seen.what[seen.n++] = what;
}

static void secrets_of_page(const struct reply *page)
{
    static const char *const fields[] = { "flow", "finish", "csrf" };
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (input_of(page, fields[i]).n)
            secret(input_of(page, fields[i]), fields[i]);
}

static struct reply tokens_for(struct str client, const char *uri, struct str code)
{
    struct reply r = post(NULL, "/token", "", code_form(client, uri, code, VERIFIER));
    assert_int_equal(r.status, 200);
    secret(code, "code");
    secret(member(&r, "access_token"), "access token");
    secret(member(&r, "refresh_token"), "refresh token");
    return r;
}

static struct reply allowed(struct jar *jar, struct str client, const char *uri)
{
    struct reply page = get(jar, authorize_target(client, uri, "").p, "Sec-Fetch-Site: none\r\n");
    secrets_of_page(&page);
    return decide_on(jar, &page, "allow", OWN);
}

static void ends(struct str client, const struct reply *tokens)
{
    struct str refresh = member(tokens, "refresh_token");
    struct reply r = post(NULL, "/token", "", refresh_form(client, refresh));
    assert_int_equal(r.status, 200);
    secret(member(&r, "refresh_token"), "next refresh token");
    secret(member(&r, "access_token"), "next access token");
    kit.unreachable = true;
    post(NULL, "/token", "", refresh_form(client, member(&r, "refresh_token")));
    kit.unreachable = false;
    r = post(NULL, "/revoke", "",
             arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT, STR_ARG(client),
                          STR_ARG(refresh)));
    assert_int_equal(r.status, 200);
    call_mcp(member(tokens, "access_token"));
}

static const char *const no_place[] = { NULL };
static const char *const own_place[] = { "http://localhost/oauth/callback", NULL };

static void device_way(struct jar *jar, struct str client)
{
    kit.registered = no_place;
    struct reply r = allowed(jar, client, LOOPBACK);
    struct str url = header(&r, "Location");
    secret(param(url, "d"), "sealed device page");
    struct str page = arena_str(kit.arena, str_slice(url, strlen(BASE), url.n));
    kit.error_body = "{\"error\":\"authorization_pending\",\"error_description\":\"wait\"}";
    get(jar, page.p, "");
    kit.error_body = "{\"error\":\"slow_down\",\"error_description\":\"upstream-device-code\"}";
    clock_freeze(clock_now() + 20);
    get(jar, page.p, "");
    kit.error_body = NULL;
    clock_freeze(clock_now() + 30);
    r = get(jar, page.p, "");
    if (r.status == 200) // late: a page leads on
        r = (struct reply){ .head = arena_printf(kit.arena, "Location: " STR_FMT,
                                                 STR_ARG(header(&r, "Refresh"))) };
    struct str to = header(&r, "Location");
    struct reply tokens = tokens_for(client, LOOPBACK, param(to, "code"));
    ends(client, &tokens);
    secret(STR("upstream-device-code"), "the provider's device code");
    secret(STR("WDJB-MJHT"), "user code");
}

static void loopback_way(struct jar *jar, struct str client)
{
    clock_freeze(clock_now() + 400); // the provider is asked anew
    kit.registered = own_place;
    struct reply r = allowed(jar, client, LOOPBACK);
    struct str url = header(&r, "Location");
    if (!str_is(param(url, "redirect_uri"), LOOPBACK))
        fail_msg("%d " STR_FMT, r.status, STR_ARG(url));
    struct reply tokens = tokens_for(client, LOOPBACK, param(url, "nonce"));
    ends(client, &tokens);
    post(NULL, "/token", "",
         code_form(client, LOOPBACK, STR("a-code-of-the-providers-that-is-none"), VERIFIER));
    secret(STR("a-code-of-the-providers-that-is-none"), "wrong code");
}

static void kept_sign_in(struct jar *jar, struct str client)
{
    clock_freeze(clock_now() + 7200);
    kit.registered = NULL;
    struct reply r = allowed(jar, client, LOOPBACK);
    struct str url = header(&r, "Location");
    clock_freeze(clock_now() + 60);
    r = come_back(jar, url, param(url, "nonce"));
    assert_true(says(&r, "You are signed in"));
    secret(param(header(&r, "Refresh"), "code"), "code that is kept");
    r = allowed(jar, client, LOOPBACK);
    struct reply tokens = tokens_for(client, LOOPBACK, param(header(&r, "Location"), "code"));
    ends(client, &tokens);
}

static void T52_no_secret_is_logged_on_any_way(void **state)
{
    (void)state;
    static const enum log_format formats[] = { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        struct jar jar = { "", "" };
        seen.n = 0;
        clock_freeze(NOW + (int64_t)i * 40000);
        kit_log_from_now(formats[i], LOG_DEBUG);
        struct str client = register_for("c", LOOPBACK);
        device_way(&jar, client);
        loopback_way(&jar, client);
        kept_sign_in(&jar, client);
        secret(str_c(jar.browser), "browser cookie");
        secret(str_c(jar.consents), "consent cookie");
        secret(STR(VERIFIER), "verifier");
        secret(STR(SECRET_REFRESH), "the provider's refresh token");
        secret(STR("opaque-graph"), "the provider's access token");
        assert_true(kit_logged("device code shown") >= 1 && kit_logged("tokens given") >= 3);
        assert_true(kit_logged("token refreshed") >= 3 && kit_logged("family revoked") >= 3);
        for (size_t n = 0; n < seen.n; n++)
            must_not_say(seen.text[n], seen.what[n]);
        assert_true(seen.n > 25);
    }
}

// The guide's first row: whoever runs the server reads which variable is wrong.
static void wrong_audience_and_issuer_are_explained(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct jar jar = { "", "" };
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    struct str url = to_idp(&jar, client, LOOPBACK);
    kit.audience = "api://some-other-app";
    come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(kit_logged("code=invalid_audience"), 1);
    assert_true(kit_logged("OIDCPROXY_AUTH_AUDIENCE must equal the application (client) ID") >= 1);

    // As a bearer, in the log and in the answer.
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    struct reply r = call_mcp(token_of_idp(kit.arena, STR("n"), "api://some-other-app"));
    assert_int_equal(r.status, 401);
    assert_true(str_find(header(&r, "WWW-Authenticate"), STR("invalid_audience")) > 0);
    assert_true(says(&r, "OIDCPROXY_AUTH_AUDIENCE must equal the application (client) ID"));
    assert_int_equal(kit_logged("a bearer token was refused"), 1);
    assert_int_equal(kit_logged("fix=\"invalid_audience: OIDCPROXY_AUTH_AUDIENCE must equal"), 1);
    assert_int_equal(kit_logged("api://some-other-app"), 1);
    // A flood of them does not flood the log.
    for (int i = 0; i < 10; i++)
        call_mcp(token_of_idp(kit.arena, STR("n"), "api://some-other-app"));
    assert_true(kit_logged("a bearer token was refused") < 5);
}

static void another_issuer_is_explained(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf token = BUF_INIT(8192);
    jws_sign(kit.idp_key, STR(""),
             STR("{\"iss\":\"https://login.microsoftonline.com/other/v2.0\",\"aud\":\"" APP
                 "\",\"sub\":\"s\",\"scp\":\"x\",\"exp\":1788224000}"),
             &token);
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    struct reply r = call_mcp(buf_str(&token));
    assert_int_equal(r.status, 401);
    assert_int_equal(kit_logged("fix=\"OIDCPROXY_AUTH_ISSUER must equal the issuer"), 1);
}

// What anybody can cause from outside is not a warning.
static void strangers_do_not_fill_the_log(void **state)
{
    (void)state;
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_INFO);
    get(NULL, "/mcp", "");
    call_mcp(STR("abc"));
    call_mcp(STR("a.b.c"));
    post_json("/register", "{}");
    assert_int_equal(kit_log().n, 0);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, kit_start, kit_stop)
    const struct CMUnitTest tests[] = {
        CASE(T53_hostile_text_stays_one_line),    CASE(T52_no_secret_is_logged_over_a_whole_flow),
        CASE(T52_no_secret_is_logged_on_any_way), CASE(wrong_audience_and_issuer_are_explained),
        CASE(another_issuer_is_explained),        CASE(strangers_do_not_fill_the_log),
    };
    return cmocka_run_group_tests_name("access: logs", tests, NULL, NULL);
}
