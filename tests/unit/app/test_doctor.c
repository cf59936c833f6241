// SPDX-License-Identifier: MIT
// The parts of doctor that ask nobody: numbers of the server's own complaints, scopes, the table of
// misconfigurations, and what findings mean together.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "app/doctor_int.h"

#define TENANT   "7e57ed00-0000-4000-8000-000000000001"
#define CLIENT   "c11e0000-0000-4000-8000-000000000001"
#define HOST     "https://login.microsoftonline.com/"
#define ISSUER   "OIDCPROXY_AUTH_ISSUER=" HOST TENANT "/v2.0"
#define SIGN_IN  "OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT=" HOST TENANT "/oauth2/v2.0/authorize"
#define TOKEN    "OIDCPROXY_AUTH_TOKEN_ENDPOINT=" HOST TENANT "/oauth2/v2.0/token"
#define KEYS     "OIDCPROXY_AUTH_JWKS_URI=" HOST TENANT "/discovery/v2.0/keys"
#define AUDIENCE "OIDCPROXY_AUTH_AUDIENCE=" CLIENT
#define SCOPES   "OIDCPROXY_AUTH_SCOPES=openid profile offline_access"
#define OFF      "ZSCALER_MCP_AUTH_ENABLED=false"
#define UPSTREAM "ZSCALER_MCP_ALLOW_HTTP=true"
#define GUIDE    ISSUER, SIGN_IN, TOKEN, KEYS, AUDIENCE, SCOPES, OFF, UPSTREAM
#define ENV(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const char *const *env_now;

static const char *env_of(const char *name)
{
    size_t n = strlen(name);
    for (const char *const *e = env_now; *e; e++)
        if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
            return *e + n + 1;
    return NULL;
}

static const struct {
    const char *const *env; // the first setting of a name counts
    const char *number;
} complaints[] = {
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST "<TENANT_ID>/v2.0", GUIDE), "E02" },
    { ENV("OIDCPROXY_AUTH_TOKEN_ENDPOINT=" HOST "{tenant}/oauth2/v2.0/token", GUIDE), "E02" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST "my-tenant/v2.0", GUIDE), "E02" },
    { ENV("OIDCPROXY_AUTH_AUDIENCE=" TENANT, GUIDE), "E04" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST "organizations/v2.0", GUIDE), "E05" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST TENANT "/v2.0/", GUIDE), "E06" },
    { ENV("OIDCPROXY_AUTH_ISSUER=https://sts.windows.net/" TENANT "/", GUIDE), "E06" },
    { ENV("OIDCPROXY_AUTH_TOKEN_ENDPOINT=" HOST CLIENT "/oauth2/v2.0/token", GUIDE), "E07" },
    { ENV("OIDCPROXY_AUTH_TOKEN_ENDPOINT=" HOST TENANT "/oauth2/token", GUIDE), "E08" },
    { ENV("OIDCPROXY_AUTH_AUTHORIZATION_ENDPOINT=" HOST TENANT "/oauth2/authorize", GUIDE), "E08" },
    { ENV("OIDCPROXY_AUTH_JWKS_URI=" HOST TENANT "/discovery/keys", GUIDE), "E09" },
    { ENV("OIDCPROXY_AUTH_AUDIENCE=api://zscaler", GUIDE), "E11" },
    { ENV("OIDCPROXY_AUTH_CLIENT_SECRET=" CLIENT, GUIDE), "E17" },
    { ENV("OIDCPROXY_AUTH_SCOPES=profile offline_access", GUIDE), "E34" },
    { ENV("OIDCPROXY_AUTH_SCOPES=openid profile", GUIDE), "E35" },
    { ENV("OIDCPROXY_AUTH_SCOPES=openid offline_access", GUIDE), "E36" },
    { ENV("ZSCALER_MCP_AUTH_ENABLED=true", GUIDE), "E41" },
    { ENV("OIDCPROXY_BASE_URL=http://mcp.example.com", GUIDE), "E42" },
    { ENV("OIDCPROXY_AUTH_ISSUER=" HOST "contoso.example/v2.0", GUIDE), "E58" },
};

static bool any_line_has(const struct buf *lines, const char *number)
{
    struct str rest = buf_str(lines);
    while (rest.n > 0) {
        const char *found = settings_number(str_cut(&rest, '\n'));
        if (found && strcmp(found, number) == 0)
            return true;
    }
    return false;
}

// The server's complaints are texts; whoever rewords one learns here that doctor reads it.
static void the_servers_own_complaints_have_their_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(complaints); i++) {
        char *argv[] = { (char[]){ "zscaler-mcp" }, NULL };
        struct options o;
        struct settings s;
        env_now = complaints[i].env;
        options_parse(&o, 1, argv, env_of, NULL);
        settings_decide(&o, env_of, &s);
        if (!any_line_has(&o.problems, complaints[i].number) &&
            !any_line_has(&o.warnings, complaints[i].number))
            fail_msg("row %zu: no %s in: %s%s", i, complaints[i].number, buf_cstr(&o.problems),
                     buf_cstr(&o.warnings));
        options_release(&o);
    }
    assert_null(settings_number(STR("OIDCPROXY_AUTH_ISSUER is missing: … for example "
                                    "https://login.microsoftonline.com/<tenant id>/v2.0")));
    assert_null(settings_number(STR("")));
}

static void scopes_of_foreign_apis_are_noticed(void **state)
{
    (void)state;
    static const struct {
        const char *scopes, *number;
    } rows[] = {
        { "openid profile offline_access", NULL },
        { "openid  email ", NULL },
        { "openid User.Read", NULL },
        { "openid https://graph.microsoft.com/User.Read Mail.Read", NULL },
        { "openid api://x/a api://x/b", NULL },
        { "openid mcp.read", "E30" },
        { "openid access_as_user", "E30" },
        { "openid api://x/a api://y/a", "E32" },
        { "openid api://x/a User.Read", "E32" },
        { "", NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *got = scopes_number(rows[i].scopes);
        if (!got != !rows[i].number || (got && strcmp(got, rows[i].number) != 0))
            fail_msg("'%s': %s", rows[i].scopes, got ? got : "nothing");
    }
    assert_null(scopes_number(NULL));
}

static void every_number_has_a_title_and_a_fix(void **state)
{
    (void)state;
    assert_int_equal(doctor_mistake_count, 64);
    for (size_t i = 0; i < doctor_mistake_count; i++) {
        const struct mistake *m = &doctor_mistakes[i];
        char number[24];
        snprintf(number, sizeof number, "E%02zu", i + 1);
        assert_string_equal(m->number, number);
        assert_ptr_equal(doctor_mistake(number), m);
        if (!doctor_title(m) || !doctor_click(m))
            fail_msg("%s has no title or no fix", number);
        if (m->aadsts && !explain_aadsts(m->aadsts))
            fail_msg("%s: AADSTS%d is not explained", number, m->aadsts);
    }
    assert_null(doctor_mistake("E99"));
    assert_null(doctor_mistake(NULL));
}

// --- what findings mean together ---

static struct check provider_check = { "callback", "callback", "App registration",
                                       NEEDS_SIGN_IN | NEEDS_PROVIDER | NEEDS_CLIENT, NULL };
static struct arena *arena;
static struct options options;

static struct doctor a_doctor(void)
{
    options = (struct options){ .sign_in = "auto", .device_code = true };
    return (struct doctor){ .o = &options,
                            .arena = arena,
                            .settings = { .mode = ACCESS_OIDCPROXY },
                            .idp = (struct idp *)(void *)&options, // only its being there counts
                            .entra = true,
                            .base = STR("https://mcp.example"),
                            .callback_tried = true,
                            .callback_uri = STR("https://mcp.example/auth/callback"),
                            .now = &provider_check };
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

#define U PROBE_UNCLEAR
#define Y PROBE_YES
#define N PROBE_NO

static void the_way_follows_the_registration(void **state)
{
    (void)state;
    static const struct {
        enum probe_answer callback, oauth_callback, loopback, device;
        const char *fixed, *way;
    } rows[] = {
        { Y, Y, Y, Y, "auto", "callback" },     { U, N, N, N, "auto", "callback" },
        { N, Y, N, Y, "auto", "loopback" },     { N, N, Y, Y, "auto", "device" },
        { N, N, Y, N, "auto", "loopback" },     { N, N, N, Y, "auto", "device" },
        { N, N, N, N, "auto", "none" },         { N, N, N, U, "auto", "unknown" },
        { N, U, U, N, "auto", "unknown" },      { Y, Y, Y, Y, "callback", "callback" },
        { N, Y, Y, Y, "callback", "none" },     { U, Y, Y, Y, "callback", "unknown" },
        { Y, Y, N, Y, "loopback", "loopback" }, { Y, N, N, Y, "loopback", "none" },
        { Y, N, N, Y, "device", "device" },     { Y, N, N, N, "device", "none" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct doctor d = a_doctor();
        d.callback = rows[i].callback;
        d.oauth_callback = rows[i].oauth_callback;
        d.loopback = rows[i].loopback;
        d.device = rows[i].device;
        options.sign_in = rows[i].fixed;
        struct verdict v = doctor_verdict(&d);
        if (strcmp(v.way, rows[i].way) != 0)
            fail_msg("row %zu: %s, not %s", i, v.way, rows[i].way);
        assert_true(v.text.n > 0);
        if (strcmp(v.way, "callback") != 0)
            assert_true(str_find(v.change, STR("register https://mcp.example/auth/callback")) >= 0);
    }
}

static void one_change_at_a_time_is_named(void **state)
{
    (void)state;
    static const char *keys[] = { "k", NULL };
    struct doctor d = a_doctor();
    d.callback = PROBE_YES;
    assert_string_equal(doctor_verdict(&d).set, "OIDCPROXY_BASE_URL=https://mcp.example");
    d.settings.base_url = "https://mcp.example";
    assert_string_equal(doctor_verdict(&d).set, "ZSCALER_MCP_SECRET_KEY=<zscaler-mcp keygen>");
    options.secret_keys = keys;
    assert_int_equal(doctor_verdict(&d).change.n, 0);
    assert_null(doctor_verdict(&d).set);
    d.callback = PROBE_NO;
    d.device = PROBE_YES;
    d.base = STR_NONE;
    assert_true(str_starts(doctor_verdict(&d).text, STR("unless the callback of the public")));
    assert_string_equal(doctor_verdict(&d).set, "OIDCPROXY_BASE_URL=https://<public host>");
}

static void nothing_is_promised_while_something_is_wrong(void **state)
{
    (void)state;
    struct doctor d = a_doctor();
    d.callback = PROBE_YES;
    doctor_add(&d, GRADE_WRONG, "E28", "off");
    assert_true(str_starts(doctor_verdict(&d).text, STR("once what is wrong above is mended")));
    doctor_add(&d, GRADE_WRONG, "E01", "no tenant");
    assert_string_equal(d.stopped_by, "E01");
    assert_string_equal(doctor_verdict(&d).way, "unknown");
    d.settings.mode = ACCESS_API_KEY;
    assert_string_equal(doctor_verdict(&d).way, "none");
}

static void a_way_that_works_makes_the_others_troubles_warnings(void **state)
{
    (void)state;
    struct doctor d = a_doctor();
    d.callback = d.oauth_callback = d.loopback = d.device = PROBE_NO;
    struct finding *callback = doctor_add(&d, GRADE_WRONG, "E12", "not registered");
    struct finding *other = doctor_add(&d, GRADE_WRONG, "E18", "expired");
    doctor_weigh(&d);
    assert_int_equal(callback->grade, GRADE_WRONG);
    d.device = PROBE_YES;
    doctor_weigh(&d);
    assert_int_equal(callback->grade, GRADE_WARNING);
    assert_int_equal(other->grade, GRADE_WRONG);
    assert_int_equal(doctor_exit_code(&d), 1);
}

static void the_exit_code_is_that_of_the_worst(void **state)
{
    (void)state;
    struct doctor d = a_doctor();
    doctor_add(&d, GRADE_OK, NULL, "good");
    doctor_add(&d, GRADE_WARNING, "E35", "a warning");
    struct finding *unseen = doctor_add(&d, GRADE_UNSEEN, "E14", "not to be seen");
    assert_int_equal(doctor_exit_code(&d), 0);
    unseen->inconclusive = true;
    assert_int_equal(doctor_exit_code(&d), 2);
    doctor_add(&d, GRADE_WRONG, NULL, "wrong");
    assert_int_equal(doctor_exit_code(&d), 1);
}

// The address that might have told was not given: then not knowing is no success.
static void not_knowing_any_way_is_inconclusive(void **state)
{
    (void)state;
    struct doctor d = a_doctor();
    d.base = STR_NONE;
    d.callback_tried = false;
    d.oauth_callback = d.loopback = d.device = PROBE_NO;
    struct finding *f = doctor_add(&d, GRADE_UNSEEN, NULL, "address not known");
    doctor_weigh(&d);
    assert_true(f->inconclusive);
    f->inconclusive = false;
    d.device = PROBE_YES;
    doctor_weigh(&d);
    assert_false(f->inconclusive);
}

static void fixes_come_with_the_number(void **state)
{
    (void)state;
    struct doctor d = a_doctor();
    struct finding *f = doctor_add(&d, GRADE_WRONG, "E18", "secret of %d", 2024);
    assert_true(str_is(f->text, "secret of 2024"));
    assert_non_null(strstr(f->click, "Certificates & secrets"));
    assert_non_null(strstr(f->set, "OIDCPROXY_AUTH_CLIENT_SECRET="));
    assert_ptr_equal(doctor_find(&d, "E18"), f);
    assert_null(doctor_find(&d, "E17"));
    f = doctor_add(&d, GRADE_OK, "E18", "good");
    assert_null(f->click);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_servers_own_complaints_have_their_numbers),
        TEST(scopes_of_foreign_apis_are_noticed),
        TEST(every_number_has_a_title_and_a_fix),
        TEST(the_way_follows_the_registration),
        TEST(one_change_at_a_time_is_named),
        TEST(nothing_is_promised_while_something_is_wrong),
        TEST(a_way_that_works_makes_the_others_troubles_warnings),
        TEST(the_exit_code_is_that_of_the_worst),
        TEST(not_knowing_any_way_is_inconclusive),
        TEST(fixes_come_with_the_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
