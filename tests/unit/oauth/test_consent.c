// SPDX-License-Identifier: MIT
// The question: whose it is, how long an answer is remembered, and another account. What forges or
// replays it stands in test_threats.c.
#include "unit/oauth/kit.h"

#define WEB      "https://claude.ai/api/mcp/auth_callback"
#define OWN_WISH "Sec-Fetch-Site: none\r\n"

// All cookies of an answer, as a browser sends them back.
static struct str cookies_of(const struct reply *r)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
    for (struct str rest = r->head; rest.p;) {
        struct str line = str_trim(str_cut(&rest, '\n'));
        if (!str_starts(line, STR("Set-Cookie: ")))
            continue;
        line = str_slice(line, strlen("Set-Cookie: "), line.n);
        struct str pair = str_cut(&line, ';');
        buf_addf(&out, "%s" STR_FMT, out.n ? "; " : "", STR_ARG(pair));
    }
    return arena_str(kit.arena, buf_str(&out));
}

static struct reply send_form(const struct reply *page, const char *decision, struct str cookies)
{
    struct str headers = arena_printf(kit.arena, OWN "%s" STR_FMT "%s", cookies.n ? "Cookie: " : "",
                                      STR_ARG(cookies), cookies.n ? "\r\n" : "");
    return decide_on(NULL, page, decision, headers.p);
}

static struct str without(struct str cookies, const char *name)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
    while (cookies.n) {
        struct str pair = str_trim(str_cut(&cookies, ';'));
        if (!str_starts(pair, str_c(name)))
            buf_addf(&out, "%s" STR_FMT, out.n ? "; " : "", STR_ARG(pair));
    }
    return arena_str(kit.arena, buf_str(&out));
}

static struct str both(struct str one, struct str two)
{
    return arena_printf(kit.arena, STR_FMT "; " STR_FMT, STR_ARG(one), STR_ARG(two));
}

static struct reply first_window(struct str client)
{
    return get(NULL, authorize_target(client, LOOPBACK, "").p, "");
}

// Two windows that knew no cookie yet: the later answer replaces the first one's.
static void first_windows_of_a_browser_do_not_shut_one_another_out(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply one = first_window(client), two = first_window(client);
    struct str left = both(without(cookies_of(&one), "__Host-mcp-browser"), cookies_of(&two));
    struct reply r = send_form(&one, "allow", left);
    assert_int_equal(r.status, 303);
    struct str idp = header(&r, "Location");
    assert_int_equal(send_form(&two, "allow", left).status, 303);
    // … and the way back.
    r = get(NULL,
            arena_printf(kit.arena, "/auth/callback?code=" STR_FMT "&state=" STR_FMT,
                         STR_ARG(encoded(param(idp, "nonce"))),
                         STR_ARG(encoded(param(idp, "state"))))
                .p,
            arena_printf(kit.arena, "Cookie: " STR_FMT "\r\n", STR_ARG(left)).p);
    assert_int_equal(r.status, 302);
    assert_true(str_starts(header(&r, "Location"), STR(LOOPBACK "?code=")));
}

// The second cookie proves what the first one does, and no more.
static void a_window_cookie_is_no_way_around(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply theirs = first_window(client), mine = first_window(client);
    struct str my_cookies = cookies_of(&mine);
    struct str window = without(cookies_of(&theirs), "__Host-mcp-browser");
    struct str value = window;
    struct str name = str_cut(&value, '=');
    const struct {
        struct str cookies;
        int status;
    } rows[] = {
        { my_cookies, 403 },
        { STR_NONE, 403 },
        // The name of theirs with what this browser holds, a forged MAC, nothing.
        { both(my_cookies, arena_printf(kit.arena, STR_FMT "=" STR_FMT, STR_ARG(name),
                                        STR_ARG(str_slice(my_cookies, strlen("__Host-mcp-browser="),
                                                          (size_t)str_index(my_cookies, ';'))))),
          403 },
        { both(my_cookies,
               arena_printf(kit.arena, STR_FMT "=" STR_FMT "x", STR_ARG(name), STR_ARG(value))),
          403 },
        { both(my_cookies, arena_printf(kit.arena, STR_FMT "=", STR_ARG(name))), 403 },
        // Without the prefix that a sibling domain cannot set.
        { both(my_cookies, str_slice(window, strlen("__Host-"), window.n)), 403 },
        { window, 303 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = send_form(&theirs, "allow", rows[i].cookies);
        if (r.status != rows[i].status)
            fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(r.body));
    }
}

static size_t count_of(const struct reply *r, const char *text)
{
    size_t count = 0;
    for (struct str rest = r->head; str_find(rest, str_c(text)) >= 0; count++)
        rest = str_slice(rest, (size_t)str_find(rest, str_c(text)) + 1, rest.n);
    return count;
}

// Only a browser that has none yet gets a second cookie: they do not pile up.
static void a_known_browser_gets_its_own_cookie_back(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str target = authorize_target(register_for("c", LOOPBACK), LOOPBACK, "");
    struct reply r = get(&jar, target.p, "");
    assert_int_equal(count_of(&r, "Set-Cookie: __Host-mcp-window-"), 1);
    assert_int_equal(count_of(&r, "Max-Age=1800; HttpOnly; SameSite=Lax; Secure"), 1);
    char id[256];
    snprintf(id, sizeof id, "%s", jar.browser);
    r = get(&jar, target.p, "");
    assert_int_equal(count_of(&r, "Set-Cookie: __Host-mcp-window-"), 0);
    assert_int_equal(count_of(&r, "Set-Cookie: __Host-mcp-browser="), 1);
    assert_string_equal(jar.browser, id);
}

// --- another account ---

static void another_account_is_asked_for_this_once(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct reply page = get(&jar, authorize_target(client, LOOPBACK, "").p, "");
    assert_true(says(&page, "value=\"other\">Allow, and use another account</button>"));
    struct reply r = decide_on(&jar, &page, "other", OWN);
    assert_int_equal(r.status, 303);
    struct str url = header(&r, "Location");
    assert_true(str_is(param(url, "prompt"), "select_account"));
    struct reply done = come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(done.status, 302);
    // Offered on the page of a kept sign-in too, which is not given out then.
    page = get(&jar, authorize_target(client, LOOPBACK, "").p, OWN_WISH);
    assert_true(says(&page, "You are signed in already"));
    r = decide_on(&jar, &page, "other", OWN);
    assert_true(str_is(param(header(&r, "Location"), "prompt"), "select_account"));
    // Remembered; the next sign-in without it asks for nothing.
    r = post(NULL, "/token", "",
             code_form(client, LOOPBACK, param(header(&done, "Location"), "code"), VERIFIER));
    assert_int_equal(r.status, 200);
    page = get(&jar, authorize_target(client, LOOPBACK, "").p, OWN_WISH);
    assert_true(says(&page, "Continue to sign-in"));
    assert_true(says(&page, "value=\"other\">Use another account</button>"));
    r = decide_on(&jar, &page, "allow", OWN);
    assert_int_equal(r.status, 303);
    assert_null(param(header(&r, "Location"), "prompt").p);
}

// The late page says who signed in: the place where one sees that it is the wrong account.
static void the_late_page_leads_to_another_account(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, fresh = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct str url = to_idp(&jar, client, LOOPBACK);
    struct reply page = come_back(&fresh, url, param(url, "nonce"));
    assert_true(says(&page, "ada@example.com"));
    struct reply r = decide_on(&fresh, &page, "other", OWN);
    assert_int_equal(r.status, 303);
    url = header(&r, "Location");
    assert_true(str_starts(url, STR("https://login.example.com/authorize?")));
    assert_true(str_is(param(url, "prompt"), "select_account"));
    assert_int_equal(decide_on(&fresh, &page, "allow", OWN).status, 400); // the first one is over
    r = come_back(&fresh, url, param(url, "nonce"));
    assert_int_equal(r.status, 302);
    r = post(NULL, "/token", "",
             code_form(client, LOOPBACK, param(header(&r, "Location"), "code"), VERIFIER));
    assert_int_equal(r.status, 200);
}

// --- remembering ---

static int asked_again_after(int ttl_s, int64_t seconds)
{
    struct jar jar = { "", "" };
    kit_start_with((struct oauth_config){ .base_url = BASE, .consent_ttl_s = ttl_s });
    struct str client = register_for("Claude", WEB);
    to_idp(&jar, client, WEB);
    clock_freeze(NOW + seconds);
    int status = get(&jar, authorize_target(client, WEB, "").p, OWN_WISH).status;
    kit_stop(NULL);
    return status;
}

static void an_answer_is_remembered_as_long_as_configured(void **state)
{
    (void)state;
    static const struct {
        int ttl_s;
        int64_t seconds;
        int status;
    } rows[] = {
        { -1, 0, 200 },         { 60, 59, 302 },        { 60, 60, 200 },
        { 0, 89 * 86400, 302 }, { 0, 90 * 86400, 200 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(asked_again_after(rows[i].ttl_s, rows[i].seconds), rows[i].status);
}

// Test 100: who is asked every time is not given the cookie either.
static void what_is_not_remembered_leaves_no_cookie(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit_start_with((struct oauth_config){ .base_url = BASE, .consent_ttl_s = -1 });
    struct str client = register_for("c", LOOPBACK);
    struct reply page = get(&jar, authorize_target(client, LOOPBACK, "").p, "");
    assert_true(str_find(header(&page, "Set-Cookie"), STR("Max-Age=1800;")) > 0);
    struct reply r = decide_on(&jar, &page, "allow", OWN);
    assert_int_equal(r.status, 303);
    assert_null(header(&r, "Set-Cookie").p);
    kit_stop(NULL);
}

// Lowered, the setting counts for what was allowed before.
static void a_shorter_memory_counts_at_once(void **state)
{
    (void)state;
    static const struct {
        int ttl_s, status;
    } rows[] = { { 86400, 302 }, { 90000, 302 }, { 3600, 200 }, { -1, 200 } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct jar jar = { "", "" };
        char target[4096];
        kit_start_with((struct oauth_config){ .base_url = BASE, .consent_ttl_s = 86400 });
        struct str client = register_for("Claude", WEB);
        to_idp(&jar, client, WEB);
        snprintf(target, sizeof target, "%s", authorize_target(client, WEB, "").p);
        kit_stop(NULL);
        kit_start_with((struct oauth_config){ .base_url = BASE, .consent_ttl_s = rows[i].ttl_s });
        assert_int_equal(get(&jar, target, OWN_WISH).status, rows[i].status);
        kit_stop(NULL);
    }
}

// --- what the page says ---

// Test 85: who asks, where the result goes, what it gives, for which server.
static void the_page_says_what_is_decided(void **state)
{
    (void)state;
    static const struct {
        const char *uri, *place;
    } rows[] = {
        { LOOPBACK, "localhost:3334 (this computer)" },
        { WEB, "claude.ai" },
        { "cursor://anysphere.cursor-mcp/oauth/callback", "cursor:// on this device" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str client = register_for("Claude", rows[i].uri);
        struct reply r = get(NULL, authorize_target(client, rows[i].uri, "").p, "");
        const char *const texts[] = {
            "<strong>Claude</strong> wants to use Zscaler MCP Server in your name",
            arena_printf(kit.arena, "<p class=\"host\">%s</p>", rows[i].place).p,
            arena_printf(kit.arena, "<dd>%s</dd>", rows[i].uri).p,
            "<dt>May use</dt>\n<dd>" BASE "/mcp</dd>",
            "<dt>Permission</dt>\n<dd>mcp</dd>",
            "<dt>Its ID here</dt>\n<dd>",
            "nobody has verified it",
        };
        for (size_t k = 0; k < ARRAY_LEN(texts); k++)
            if (!says(&r, texts[k]))
                fail_msg("%s\n" STR_FMT, texts[k], STR_ARG(r.body));
        assert_int_equal(says(&r, "some for 30 seconds"), i == 0);
    }
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, kit_start, kit_stop)
    const struct CMUnitTest tests[] = {
        CASE(first_windows_of_a_browser_do_not_shut_one_another_out),
        CASE(a_window_cookie_is_no_way_around),
        CASE(a_known_browser_gets_its_own_cookie_back),
        CASE(another_account_is_asked_for_this_once),
        CASE(the_late_page_leads_to_another_account),
        cmocka_unit_test(an_answer_is_remembered_as_long_as_configured),
        cmocka_unit_test(what_is_not_remembered_leaves_no_cookie),
        cmocka_unit_test(a_shorter_memory_counts_at_once),
        CASE(the_page_says_what_is_decided),
    };
    return cmocka_run_group_tests_name("oauth: consent", tests, NULL, NULL);
}
