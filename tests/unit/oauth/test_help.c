// SPDX-License-Identifier: MIT
// What the provider shows on its own pages alone: the page that explains it, and the log's line
// about who did not come back.
#include "unit/oauth/kit.h"

static struct reply help(const char *code)
{
    return get(NULL, arena_printf(kit.arena, "/auth/help%s%s", *code ? "?code=" : "", code).p, "");
}

static void codes_are_found_however_they_are_typed(void **state)
{
    (void)state;
    static const struct {
        const char *code, *says;
    } rows[] = {
        { "50011", "<h2>AADSTS50011: " },
        { "AADSTS50011", "<h2>AADSTS50011: " },
        { "aadsts50011", "<h2>AADSTS50011: " },
        { "+AADSTS+50011+", "<h2>AADSTS50011: " },
        { "50011%3A+The+redirect", "<h2>AADSTS50011: " },
        { "Sorry%2C+AADSTS50020%3A+User+account+7+from", "<h2>AADSTS50020: " },
        { "7000218", "<h2>AADSTS7000218: " }, // not on the list, and yet explained
        { "invalid_audience", "must equal the application (client) ID" },
        { "redirect_localhost_6274", "npx -y mcp-remote &lt;url&gt; 6274" },
        { "12345678", "login.microsoftonline.com/error?code=12345678" },
        { "1234567890123", "1234567890123: not explained here" },
        { "AADSTS", "AADSTS: not explained here" },
        { "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "&lt;script&gt;alert(1)" },
        { "%00%0D%0A", "Stuck on the sign-in page?" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = help(rows[i].code);
        ptrdiff_t found = str_find(r.body, str_c(rows[i].says));
        if (r.status != 200 || found < 0 || found > str_find(r.body, STR("<section")))
            fail_msg("%s: %d " STR_FMT, rows[i].code, r.status,
                     STR_ARG(str_slice(r.body, 0, 4000)));
        assert_false(says(&r, "<script"));
    }
    char *big = malloc(6001);
    memset(big, '5', 6000);
    big[6000] = '\0';
    struct reply r = help(big);
    assert_int_equal(r.status, 200);
    assert_true(r.body.n < 80000);
    free(big);
}

// What a person can meet there, by number, and the guide's own table of errors.
static void the_list_has_what_nobody_tells_us(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "AADSTS50011",
        "AADSTS700016",
        "AADSTS50020",
        "AADSTS70001",
        "AADSTS50105",
        "AADSTS90094",
        "AADSTS53003",
        "AADSTS530033",
        "AADSTS50194",
        "AADSTS500113",
        "AADSTS500117",
        "AADSTS650052",
        "AADSTS650053",
        "AADSTS650057",
        "AADSTS9010010",
        "AADSTS7000112",
        "redirect_localhost_6274",
        "forbidden_after_sign_in",
        "invalid_audience",
    };
    struct reply r = help("");
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        if (!says(&r, arena_printf(kit.arena, "<section id=\"%s\">", ids[i]).p))
            fail_msg("%s", ids[i]);
    assert_false(says(&r, "id=\"AADSTS7000218\"")); // the token endpoint tells us that one
    assert_true(str_ends(r.body, STR("</html>\n")));
}

static void the_page_shows_the_values_to_compare(void **state)
{
    (void)state;
    struct reply r = help("50011");
    assert_true(says(&r, "<code>" BASE "/auth/callback</code>"));
    assert_true(says(&r, "<code>Mobile and desktop applications</code>"));
    assert_true(says(&r, "<code>" APP "</code>"));
    assert_true(says(&r, "<code>" ISSUER "</code>"));
    assert_true(str_find(header(&r, "Content-Security-Policy"), STR("default-src 'none'")) >= 0);
    assert_null(header(&r, "Set-Cookie").p);
    r = talk(kit.arena, NULL, "HEAD", STR("/auth/help"), "", STR_NONE);
    assert_int_equal(r.status, 200);
    assert_int_equal(r.body.n, 0);
    assert_int_equal(post(NULL, "/auth/help", "", STR("code=1")).status, 405);
}

static void pages_lead_there(void **state)
{
    (void)state;
    struct reply consent =
        get(NULL, authorize_target(register_for("c", LOOPBACK), LOOPBACK, "").p, "");
    struct reply problem = get(NULL, "/authorize", "");
    assert_true(says(&consent, "<a href=\"/auth/help\">Stuck"));
    assert_true(says(&problem, "<a href=\"/auth/help\">"));
}

// --- the log ---

static void knock(void)
{
    post(NULL, "/token", "", STR("x=y"));
}

#define LOST_THERE "did not come back from the identity provider"
#define LOST_HERE  "did not fetch the tokens"

static void who_came_back_is_not_missed(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, other = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_INFO);
    assert_int_equal(sign_in(client).status, 200);
    struct str url = to_idp(&jar, client, LOOPBACK);
    get(&jar,
        arena_printf(kit.arena, "/auth/callback?error=x&state=" STR_FMT,
                     STR_ARG(param(url, "state")))
            .p,
        "");
    url = to_idp(&jar, client, LOOPBACK);
    to_idp(&other, client, LOOPBACK);
    get(&other,
        arena_printf(kit.arena, "/auth/callback?code=x&state=" STR_FMT,
                     STR_ARG(param(url, "state")))
            .p,
        "");
    clock_freeze(NOW + 100); // not yet
    knock();
    assert_int_equal(kit_logged(LOST_THERE), 0);
    clock_freeze(NOW + 1000);
    knock();
    assert_int_equal(kit_logged("count=1 "), 1); // the last one of `other`
    assert_int_equal(kit_logged(LOST_HERE), 0);
}

// The guide's rows, in the log of whoever runs the server.
static void who_stays_away_is_named_with_what_it_may_be(void **state)
{
    (void)state;
    static const char *const must_say[] = {
        "redirect_uri=" BASE "/auth/callback",
        "help=" BASE "/auth/help",
        "AADSTS50011=\"The redirect URI is not registered",
        "AADSTS50020=\"This account belongs to another tenant",
        "AADSTS70001=\"The application may not be used by this user",
        "AADSTS700016=\"The application does not exist in this tenant",
        "AADSTS50105=",
        "AADSTS90094=",
        "AADSTS53003=",
    };
    struct str client = register_for("Claude Desktop", LOOPBACK);
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    for (int i = 0; i < 3; i++)
        to_idp(&(struct jar){ "", "" }, client, LOOPBACK);
    clock_freeze(NOW + 900);
    knock();
    knock();
    assert_int_equal(kit_logged(LOST_THERE), 1);
    assert_int_equal(kit_logged("client=\"Claude Desktop\" count=3"), 1);
    for (size_t i = 0; i < ARRAY_LEN(must_say); i++)
        if (kit_logged(must_say[i]) != 1)
            fail_msg("%s: " STR_FMT, must_say[i], STR_ARG(kit_log()));
    to_idp(&(struct jar){ "", "" }, client, LOOPBACK);
    clock_freeze(NOW + 900 + 900);
    knock();
    assert_int_equal(kit_logged(LOST_THERE), 2);
}

// At most one line a minute, and none of them is lost.
static void a_crowd_is_counted(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    kit_log_from_now(LOG_FORMAT_JSON, LOG_WARNING);
    for (int i = 0; i < 20; i++)
        to_idp(&(struct jar){ "", "" }, client, LOOPBACK);
    for (int s = 0; s < 120; s += 10) {
        clock_freeze(NOW + 900 + s);
        knock();
    }
    assert_int_equal(kit_logged(LOST_THERE), 2);
    assert_int_equal(kit_logged("\"count\":16,"), 1);
    assert_int_equal(kit_logged("\"count\":4,"), 1);
}

// The callback reached another replica: its mark in the store says so.
static void replicas_know_of_one_another(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str url = to_idp(&jar, register_for("c", LOOPBACK), LOOPBACK);
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    struct oauth_config config = {
        .base_url = BASE, .idp = kit.idp, .keys = kit.keys, .spent = kit.spent
    };
    struct http_server *first = kit.server;
    struct oauth *other;
    struct err err;
    size_t count;
    assert_true(oauth_new(&config, &other, &err));
    kit.server = kit_serve(oauth_routes(other, &count));
    assert_int_equal(come_back(&jar, url, param(url, "nonce")).status, 302);
    http_server_stop(kit.server, 1000);
    oauth_free(other);
    kit.server = first;
    clock_freeze(NOW + 900);
    knock();
    assert_int_equal(kit_logged(LOST_THERE), 0);
}

// The guide's third row: the browser cannot reach the application on localhost.
static void a_code_nobody_redeems_is_told(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    code_for(client, LOOPBACK);
    clock_freeze(NOW + 59);
    knock();
    assert_int_equal(kit_logged(LOST_HERE), 0);
    clock_freeze(NOW + 61);
    knock();
    assert_int_equal(kit_logged(LOST_HERE), 1);
    assert_int_equal(kit_logged("redirect_uri=" LOOPBACK), 1);
    assert_int_equal(kit_logged("redirect_localhost_6274="), 1);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, kit_start, kit_stop)
    const struct CMUnitTest tests[] = {
        CASE(codes_are_found_however_they_are_typed),
        CASE(the_list_has_what_nobody_tells_us),
        CASE(the_page_shows_the_values_to_compare),
        CASE(pages_lead_there),
        CASE(who_came_back_is_not_missed),
        CASE(who_stays_away_is_named_with_what_it_may_be),
        CASE(a_crowd_is_counted),
        CASE(replicas_know_of_one_another),
        CASE(a_code_nobody_redeems_is_told),
    };
    return cmocka_run_group_tests_name("oauth: help", tests, NULL, NULL);
}
