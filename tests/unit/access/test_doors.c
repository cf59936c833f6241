// SPDX-License-Identifier: MIT
// What strangers try at all doors at once: headers of proxies that nobody asked to trust, addresses
// to be sent to, sealed values at another door than their own, cookies by the kilobyte.
#define KIT_WITH_ACCESS
#include "unit/oauth/kit.h"

static struct reply get_with(struct jar *jar, struct str target, const char *headers)
{
    return talk(kit.arena, jar, "GET", target, headers, STR_NONE);
}

// A page names the request; else the same is the same.
static bool same_body(const struct reply *a, const struct reply *b)
{
    struct str ids[2] = { header(a, "X-Request-Id"), header(b, "X-Request-Id") };
    struct str rest[2] = { a->body, b->body };
    for (;;) {
        struct str parts[2];
        for (size_t i = 0; i < 2; i++) {
            ptrdiff_t at = str_find(rest[i], ids[i]);
            parts[i] = at < 0 ? rest[i] : str_slice(rest[i], 0, (size_t)at);
            rest[i] = at < 0 ? STR_NONE : str_slice(rest[i], (size_t)at + ids[i].n, rest[i].n);
        }
        if (!str_eq(parts[0], parts[1]) || !rest[0].p != !rest[1].p)
            return false;
        if (!rest[0].p)
            return true;
    }
}

static struct str sealed_state(struct jar *jar, struct str client)
{
    return param(to_idp(jar, client, LOOPBACK), "state");
}

#define NAMED "Host: " HOST "\r\n" // the kit takes X-Forwarded-Host for one

// T34, test 15: what a proxy would say counts from listed peers alone, and never for a URL.
static void T34_headers_of_proxies_change_nothing(void **state)
{
    (void)state;
    static const char *const spoofs[] = {
        NAMED "X-Forwarded-Host: evil.example\r\n",
        NAMED "X-Forwarded-Proto: http\r\n",
        NAMED "X-Forwarded-Proto: ftp\r\nX-Forwarded-Ssl: off\r\n",
        NAMED "X-Forwarded-Port: 8443\r\n",
        NAMED "X-Forwarded-Prefix: /evil\r\n",
        NAMED "X-Forwarded-Path: /health\r\n",
        NAMED "X-Forwarded-Uri: /health\r\nX-Forwarded-Method: GET\r\n",
        NAMED "X-Forwarded-Server: evil.example\r\nX-Host: evil.example\r\n",
        NAMED "X-Forwarded-For: 10.0.0.1\r\nX-Real-IP: 10.0.0.1\r\nTrue-Client-IP: 10.0.0.1\r\n",
        NAMED "Forwarded: for=10.0.0.1;host=evil.example;proto=http\r\n",
        NAMED "X-Original-URL: /health\r\nX-Rewrite-URL: /health\r\n",
        NAMED "X-Original-URI: /health\r\nX-Original-Method: GET\r\n",
        NAMED "X-HTTP-Method-Override: DELETE\r\nX-Method-Override: DELETE\r\n",
        NAMED "X-Forwarded-User: admin\r\nX-Auth-Request-Email: admin@example.com\r\n",
        NAMED "X-MS-CLIENT-PRINCIPAL-NAME: admin@example.com\r\nRemote-User: admin\r\n",
        NAMED "Via: 1.1 evil.example\r\nX-Forwarded-Client-Cert: Subject=admin\r\n",
    };
    static const char *const targets[] = {
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server",
        "/.well-known/jwks.json",
        "/mcp",
        "/auth/callback?state=x&code=y",
        "/authorize?client_id=x",
        "/auth/device?d=x",
        "/none",
    };
    for (size_t t = 0; t < ARRAY_LEN(targets); t++) {
        struct reply plain = get(NULL, targets[t], "");
        for (size_t i = 0; i < ARRAY_LEN(spoofs); i++) {
            struct reply r = get(NULL, targets[t], spoofs[i]);
            if (r.status != plain.status || !same_body(&r, &plain) ||
                !str_eq(header(&r, "WWW-Authenticate"), header(&plain, "WWW-Authenticate")))
                fail_msg("%s with %s: %d " STR_FMT, targets[t], spoofs[i], r.status,
                         STR_ARG(r.body));
        }
    }
    // … and not for where the browser is sent, or what the audit says of where it came from.
    struct jar jar = { "", "" };
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_ERROR);
    for (size_t i = 0; i < ARRAY_LEN(spoofs); i++) {
        struct str all = arena_printf(kit.arena, OWN "%s", spoofs[i]);
        struct str client = register_for("c", LOOPBACK);
        struct reply page = get_with(&jar, authorize_target(client, LOOPBACK, ""), spoofs[i]);
        struct reply r = decide_on(&jar, &page, "allow", all.p);
        assert_int_equal(r.status, 303);
        assert_true(str_is(param(header(&r, "Location"), "redirect_uri"), BASE "/auth/callback"));
    }
    get(NULL, "/auth/callback?state=x", spoofs[8]);
    assert_int_equal(kit_logged("from=10.0.0.1"), 0);
    assert_true(kit_logged("from=127.0.0.1") > 0);
}

// What was used against open redirects elsewhere (mod_auth_openidc's list and ours).
static const char *const foreign_places[] = {
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/\\/evil.example",
    "/%09/evil.example",
    "/%5cevil.example",
    "/%2f%2fevil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "hTTps://evil.example",
    "\thttps://evil.example",
    " https://evil.example",
    "https://evil.example%00.claude.ai",
    "https://evil.example%23.claude.ai",
    "https://claude.ai@evil.example",
    "https://claude.ai:443@evil.example",
    "https://claude.ai.evil.example",
    "https://evil.example/.claude.ai",
    "https://evil.example?claude.ai",
    "https://evil.example\\.claude.ai",
    "http://localhost:3334@evil.example/oauth/callback",
    "http://localhost:3334.evil.example/oauth/callback",
    "http://localhost:3334%2eevil.example/oauth/callback",
    "http://localhost:3334/oauth/callback\r\nLocation: https://evil.example",
    "http://localhost:3334/oauth/callback%0d%0aLocation:%20https://evil.example",
    "http://localhost:3334/oauth/callback/../../evil",
    "http://localhost:3334/oauth/callback/%2e%2e/evil",
    "http://localhost:3334/oauth/callback;evil",
    "http://localhost:3334/oauth/callback#@evil.example",
    "http://[::ffff:7f00:1]:3334/oauth/callback",
    "http://0x7f.1:3334/oauth/callback",
    "javascript:alert(document.domain)",
    "javascript://localhost:3334/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "ms-msdt:/id",
};

// Every name under which somebody's server took such a place.
static struct str with_places(struct str place)
{
    static const char *const names[] = {
        "redirect_uri", "redirect", "redirect_url",    "next",
        "url",          "return",   "return_to",       "returnTo",
        "rd",           "target",   "target_link_uri", "post_logout_redirect_uri",
        "back",         "continue", "RelayState",      "error_uri",
    };
    CLEANUP(buf_release) struct buf out = BUF_INIT(16384);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        buf_addf(&out, "&%s=" STR_FMT, names[i], STR_ARG(encoded(place)));
    return arena_str(kit.arena, buf_str(&out));
}

static bool goes_home(const struct reply *r, const char *home)
{
    struct str to = header(r, "Location"), refresh = header(r, "Refresh");
    struct str at = refresh;
    (void)str_cut(&at, '=');
    return (!to.p || str_starts(to, str_c(home)) ||
            str_starts(to, STR("https://login.example.com/"))) &&
           (!refresh.p || str_starts(at, str_c(home)) || str_starts(at, STR("/auth/device")));
}

// No button or link of a page leads there either.
static bool links_home(const struct reply *r)
{
    static const char *const allowed[] = { "/", LOOPBACK, "https://login.example.com/" };
    for (struct str rest = r->body; str_find(rest, STR("href=\"")) >= 0;) {
        rest = str_slice(rest, (size_t)str_find(rest, STR("href=\"")) + 6, rest.n);
        bool fine = false;
        for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
            fine = fine || str_starts(rest, str_c(allowed[i]));
        if (!fine || str_starts(rest, STR("//")) || str_starts(rest, STR("/\\")))
            return false;
    }
    return true;
}

static void check_home(const struct reply *r, const char *where, size_t row)
{
    if (!r->status || !goes_home(r, LOOPBACK "?") || !links_home(r))
        fail_msg("%s, %s: %d " STR_FMT "\n" STR_FMT, where, foreign_places[row], r->status,
                 STR_ARG(r->head), STR_ARG(r->body));
}

// T7, tests 67, 68, 114, 122: at each place that redirects, with each payload, in each parameter.
static void T7_every_redirect_goes_where_it_was_registered(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    for (size_t i = 0; i < ARRAY_LEN(foreign_places); i++) {
        struct str more = with_places(str_c(foreign_places[i]));
        struct reply r = get_with(&jar, authorize_target(client, foreign_places[i], ""), "");
        check_home(&r, "/authorize", i);
        assert_int_equal(r.status, 400);
        struct str first = str_slice(more, (size_t)str_find(more, STR("&redirect=")), more.n);
        // A wrong request of a known client: the error goes home.
        r = get_with(
            &jar,
            authorize_target(client, LOOPBACK,
                             arena_printf(kit.arena, "&response_mode=x" STR_FMT, STR_ARG(first)).p),
            "");
        check_home(&r, "/authorize error", i);
        assert_int_equal(r.status, 302);
        struct reply page = get_with(&jar, authorize_target(client, LOOPBACK, first.p), "");
        assert_int_equal(page.status, 200);
        struct str form =
            arena_printf(kit.arena, "flow=" STR_FMT "&csrf=" STR_FMT "&decision=deny" STR_FMT,
                         STR_ARG(encoded(input_of(&page, "flow"))),
                         STR_ARG(encoded(input_of(&page, "csrf"))), STR_ARG(more));
        r = post(&jar, "/consent", OWN, form);
        check_home(&r, "/consent", i);
        assert_int_equal(r.status, 303);
        r = get_with(&jar,
                     arena_printf(kit.arena,
                                  "/auth/callback?error=access_denied&state=" STR_FMT STR_FMT,
                                  STR_ARG(sealed_state(&jar, client)), STR_ARG(more)),
                     "");
        check_home(&r, "/auth/callback", i);
        assert_int_equal(r.status, 302);
        r = get_with(
            &jar,
            arena_printf(
                kit.arena,
                "/auth/callback?error=x&error_description=AADSTS50011&state=" STR_FMT STR_FMT,
                STR_ARG(sealed_state(&jar, client)), STR_ARG(more)),
            "");
        check_home(&r, "/auth/callback page", i);
        r = get_with(NULL, arena_printf(kit.arena, "/auth/help?code=x" STR_FMT, STR_ARG(more)), "");
        check_home(&r, "/auth/help", i);
        r = get_with(NULL, arena_printf(kit.arena, "/auth/device?d=x" STR_FMT, STR_ARG(more)), "");
        check_home(&r, "/auth/device", i);
    }
}

// --- T46: each sealed value at each door ---

enum door { AUTHORIZE, CONSENT, FINISH, CALLBACK, DEVICE, CODE, REFRESH, BEARER, COOKIE, DOORS };

static struct reply knock(enum door door, struct jar *jar, struct str client, struct str value)
{
    struct str v = encoded(value);
    switch (door) {
    case AUTHORIZE:
        return get_with(jar, authorize_target(v, LOOPBACK, ""), "");
    case CONSENT:
    case FINISH:
        return post(jar, "/consent", OWN,
                    arena_printf(kit.arena, "%s=" STR_FMT "&csrf=x&decision=allow",
                                 door == FINISH ? "finish" : "flow", STR_ARG(v)));
    case CALLBACK:
        return get_with(
            jar, arena_printf(kit.arena, "/auth/callback?code=x&state=" STR_FMT, STR_ARG(v)), "");
    case DEVICE:
        return get_with(jar, arena_printf(kit.arena, "/auth/device?d=" STR_FMT, STR_ARG(v)), "");
    case CODE:
        return post(NULL, "/token", "", code_form(client, LOOPBACK, v, VERIFIER));
    case REFRESH:
        return post(NULL, "/token", "", refresh_form(client, v));
    case BEARER:
        return call_mcp(value);
    case COOKIE: // as the browser's id: a page is shown to everybody, but the cookie is made anew
    case DOORS:
        break;
    }
    return get_with(
        NULL, authorize_target(client, LOOPBACK, ""),
        arena_printf(kit.arena, "Cookie: __Host-mcp-browser=" STR_FMT "\r\n", STR_ARG(v)).p);
}

static void T46_no_value_opens_a_door_that_is_not_its_own(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, fresh = { "", "" };
    static const char *const nothing[] = { NULL };
    struct str client = register_for("c", LOOPBACK);
    struct reply page = get_with(&jar, authorize_target(client, LOOPBACK, ""), "");
    kit.registered = nothing;
    struct reply device = decide_on(&jar, &page, "allow", OWN);
    kit.registered = NULL;
    clock_freeze(NOW + 301); // the provider is asked anew
    struct str idp = to_idp(&jar, client, LOOPBACK), second = to_idp(&jar, client, LOOPBACK);
    struct reply late = come_back(&fresh, second, param(second, "nonce"));
    struct str code = code_for(client, LOOPBACK);
    struct reply tokens = sign_in(client);
    const struct {
        const char *what;
        struct str value;
        enum door own;
    } values[] = {
        { "client id", client, AUTHORIZE },
        { "consent", input_of(&page, "flow"), CONSENT },
        { "late consent", input_of(&late, "finish"), FINISH },
        { "state", param(idp, "state"), CALLBACK },
        { "device page", param(header(&device, "Location"), "d"), DEVICE },
        { "code", code, CODE },
        { "refresh token", member(&tokens, "refresh_token"), REFRESH },
        { "access token", member(&tokens, "access_token"), BEARER },
        { "browser cookie", str_c(jar.browser), COOKIE },
        { "csrf token", input_of(&page, "csrf"), DOORS },
        { "consent cookie", str_c(jar.consents), DOORS },
    };
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        if (values[i].value.n < 20)
            fail_msg("no %s", values[i].what);
        for (enum door door = AUTHORIZE; door < COOKIE; door++) {
            if (door == values[i].own)
                continue;
            struct reply r = knock(door, &jar, client, values[i].value);
            bool unsealed = door >= CONSENT && door <= REFRESH &&
                            !says(&r, "not issued by this server for this use");
            if (r.status < 400 || r.status >= 500 || header(&r, "Location").p || unsealed)
                fail_msg("%s at door %d: %d " STR_FMT, values[i].what, (int)door, r.status,
                         STR_ARG(r.body));
        }
        struct reply r = knock(COOKIE, NULL, client, values[i].value);
        bool kept = str_find(r.head, values[i].value) >= 0;
        if (kept != (values[i].own == COOKIE))
            fail_msg("%s as the browser's cookie", values[i].what);
    }
    // … and each opens its own.
    assert_int_equal(knock(AUTHORIZE, &jar, client, client).status, 200);
    assert_int_equal(knock(BEARER, NULL, client, values[7].value).status, 200);
    assert_int_equal(knock(REFRESH, NULL, client, values[6].value).status, 200);
}

// T54: nobody learns which check it was that a made-up client id, code or token did not pass.
static void T54_all_inventions_look_alike(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    struct str refresh = member(&tokens, "refresh_token");
    struct str bent = arena_str(kit.arena, client), spoilt = arena_str(kit.arena, refresh);
    ((char *)bent.p)[bent.n / 2] ^= 1;
    ((char *)spoilt.p)[spoilt.n / 2] ^= 1;
    const struct str clients[] = { STR("x"), STR("unknown-client"), bent, refresh,
                                   str_slice(client, 0, client.n - 1) };
    struct reply first = post(NULL, "/token", "", refresh_form(clients[0], refresh));
    struct reply page = get_with(NULL, authorize_target(clients[0], LOOPBACK, ""), "");
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        struct reply r = post(NULL, "/token", "", refresh_form(clients[i], refresh));
        assert_int_equal(r.status, 401);
        assert_true(same_body(&r, &first));
        r = get_with(NULL, authorize_target(clients[i], LOOPBACK, ""), "");
        assert_int_equal(r.status, 400);
        if (!same_body(&r, &page))
            fail_msg("%zu: " STR_FMT "\n" STR_FMT, i, STR_ARG(r.body), STR_ARG(page.body));
        r = get_with(NULL, authorize_target(clients[i], "https://evil.example/", ""), "");
        assert_true(same_body(&r, &page));
    }
    const struct str values[] = { spoilt, str_slice(refresh, 0, refresh.n - 4), client };
    first = post(NULL, "/token", "", refresh_form(client, values[0]));
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct reply r = post(NULL, "/token", "", refresh_form(client, values[i]));
        assert_int_equal(r.status, 400);
        assert_true(same_body(&r, &first));
        r = post(NULL, "/revoke", "",
                 arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT, STR_ARG(client),
                              STR_ARG(values[i])));
        assert_int_equal(r.status, 200); // RFC 7009 2.2: what is none is revoked
        assert_int_equal(r.body.n, 0);
    }
}

// T40, tests 92-94: cookies of others do not hide ours, and too many are told without harm.
static void T40_a_heap_of_cookies_does_no_harm(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf heap = BUF_INIT(65536);
    for (int i = 0; i < 100; i++)
        buf_addf(&heap, "%stossed%d=%0100d", i ? "; " : "", i, i);
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct reply page = get_with(&jar, authorize_target(client, LOOPBACK, ""), "");
    const struct str around[] = {
        arena_printf(kit.arena, "Cookie: %s; __Host-mcp-browser=%s\r\n", buf_cstr(&heap),
                     jar.browser),
        arena_printf(kit.arena, "Cookie: __Host-mcp-browser=%s; %s\r\n", jar.browser,
                     buf_cstr(&heap)),
        arena_printf(kit.arena, "Cookie: %s\r\nCookie: __Host-mcp-browser=%s\r\n", buf_cstr(&heap),
                     jar.browser),
        arena_printf(kit.arena, "Cookie: mcp-browser=tossed; __Host-mcp-browser=%s; =; ;;\r\n",
                     jar.browser),
    };
    for (size_t i = 0; i < ARRAY_LEN(around); i++) {
        struct str headers = arena_printf(kit.arena, FORM OWN STR_FMT, STR_ARG(around[i]));
        struct str form = arena_printf(
            kit.arena, "flow=" STR_FMT "&csrf=" STR_FMT "&decision=allow",
            STR_ARG(encoded(input_of(&page, "flow"))), STR_ARG(encoded(input_of(&page, "csrf"))));
        struct reply r = talk(kit.arena, NULL, "POST", STR("/consent"), headers.p, form);
        if (r.status != 303)
            fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(r.body));
    }
    for (int i = 0; i < 200; i++)
        buf_addf(&heap, "; more%d=%0150d", i, i);
    struct str headers = arena_printf(kit.arena, "Cookie: %s\r\n", buf_cstr(&heap));
    struct reply r = get_with(NULL, authorize_target(client, LOOPBACK, ""), headers.p);
    assert_true(r.status == 431 || r.status == 413); // libmicrohttpd's own, or ours
    assert_int_equal(get_with(&jar, authorize_target(client, LOOPBACK, ""), "").status, 200);
}

// … and ours never come to that: what a browser holds of us after fifty sign-ins.
static void T40_our_own_cookies_stay_few(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    const char *web = "https://claude.ai/api/mcp/auth_callback";
    size_t windows = 0;
    for (int i = 0; i < 50; i++) {
        struct str client = register_for(arena_printf(kit.arena, "client %d", i).p, web);
        struct reply page = get_with(&jar, authorize_target(client, web, ""), "");
        windows += str_find(page.head, STR("__Host-mcp-window-")) >= 0;
        struct reply r = decide_on(&jar, &page, "allow", OWN);
        come_back(&jar, header(&r, "Location"), param(header(&r, "Location"), "nonce"));
    }
    assert_int_equal(windows, 1);
    assert_true(strlen(jar.browser) + strlen(jar.consents) < 1024);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, kit_start, kit_stop)
    const struct CMUnitTest tests[] = {
        CASE(T34_headers_of_proxies_change_nothing),
        CASE(T7_every_redirect_goes_where_it_was_registered),
        CASE(T46_no_value_opens_a_door_that_is_not_its_own),
        CASE(T54_all_inventions_look_alike),
        CASE(T40_a_heap_of_cookies_does_no_harm),
        CASE(T40_our_own_cookies_stay_few),
    };
    return cmocka_run_group_tests_name("access: doors", tests, NULL, NULL);
}
