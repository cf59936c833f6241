// SPDX-License-Identifier: MIT
// The control API, the journal, and logout with its frames.
#include "devices.h"

static void it_needs_the_bearer(void **state)
{
    (void)state;
    assert_int_equal(get("/_emu/config").status, 401);
    assert_int_equal(ask("GET", "/_emu/config", "Authorization: Bearer wrong\r\n", NULL).status,
                     401);
    assert_int_equal(control("GET", "/_emu/config", NULL).status, 200);
    assert_int_equal(control("GET", "/_emu/nothing", NULL).status, 404);
    assert_int_equal(control("POST", "/_emu/clock", "no json").status, 400);
}

static void a_patch_that_is_wrong_changes_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *path, *patch, *says;
        int status;
    } rows[] = {
        { "apps/" SEED, "{\"publicClient\":{\"redirectUris\":[\"http://evil.example/\"]}}",
          "tenants[0].applications[0].publicClient.redirectUris[0]", 400 },
        { "apps/" APP("ff"), "{}", "no such id", 404 },
        { "users/" APP("ff"), "{}", "no such id", 404 },
        { "tenants/" APP("ff"), "{}", "no such id", 404 },
        { "users/0a11ce00-0000-4000-8000-000000000001", "{\"state\":[\"tired\"]}",
          "tenants[0].users[0].state[0]", 400 },
        { "tenants/" T1, "{\"conditionalAccess\":[{}]}", "tenants[0].conditionalAccess[0].apps",
          400 },
        { "behaviour", "{\"resourceParameter\":\"x\"}", "behaviour.resourceParameter", 400 },
        { "config", "{\"issuerMode\":\"x\"}", "issuerMode", 400 },
    };
    struct str before = control("GET", "/_emu/config", NULL).body;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *path = arena_printf(rig.arena, "/_emu/%s", rows[i].path).p;
        struct reply r = control("PATCH", path, rows[i].patch);
        if (r.status != rows[i].status || !has(r.body, rows[i].says))
            fail_msg("%s: %d " STR_FMT, path, r.status, STR_ARG(r.body));
    }
    assert_true(str_eq(before, control("GET", "/_emu/config", NULL).body));
    assert_int_equal(control("PUT", "/_emu/config", "{\"tenants\":[]}").status, 400);
    order("PATCH", "/_emu/apps/" SEED,
          "{\"publicClient\":{\"redirectUris\":[\"http://localhost/auth/callback\"]}}");
    assert_true(get_code(NULL, "http://localhost:8000/auth/callback", NULL, ALICE));
}

static void the_clock(void **state)
{
    (void)state;
    order("POST", "/_emu/clock", "{\"set\":\"2031-01-01T00:00:00Z\"}");
    assert_int_equal(control("POST", "/_emu/clock", "{}").status, 400);
    order("PATCH", "/_emu/config",
          "{\"clock\":{\"mode\":\"fixed\",\"now\":\"2030-06-01T00:00:00Z\"}}");
    order("POST", "/_emu/clock", "{\"set\":\"2030-06-01T00:00:00Z\"}");
    int64_t now = emu_now(rig.emu);
    advance(90);
    assert_int_equal(emu_now(rig.emu), now + 90);
}

static void the_journal_masks_secrets(void **state)
{
    (void)state;
    tk(T1, "",
       "grant_type=refresh_token&client_id=" WEB
       "&client_secret=hush-hush&refresh_token=very-secret");
    struct str journal = control("GET", "/_emu/journal", NULL).body;
    assert_true(has(journal, "9002313") && has(journal, WEB));
    assert_false(has(journal, "hush-hush"));
    assert_false(has(journal, "very-secret"));
    get("/nothing/at/all");
    assert_true(has(control("GET", "/_emu/journal", NULL).body, "/nothing/at/all"));
}

static json_t *last_entry(void)
{
    json_t *all = json_of(control("GET", "/_emu/journal", NULL).body);
    return json_array_get(all, json_array_size(all) - 1);
}

static void a_refusal_before_the_sign_in_names_nobody(void **state)
{
    (void)state;
    az_ask(&(struct az){ .as = ALICE, .scope = "mcp.read" });
    assert_int_equal(dom_int(last_entry(), "aadsts", 0), 650053);
    assert_null(dom_get(last_entry(), "user"));
    az_ask(&(struct az){ .as = ALICE, .consent = "decline" });
    assert_true(claim_is(last_entry(), "user", ALICE));
    seed_tokens();
    assert_true(claim_is(last_entry(), "user", ALICE));
    assert_true(claim_is(last_entry(), "endpoint", "token"));
}

static void codes(void **state)
{
    (void)state;
    struct reply r = control("GET", "/_emu/codes/50011", NULL);
    assert_true(claim_is(json_of(r.body), "delivery", "page"));
    assert_int_equal(control("GET", "/_emu/codes/1", NULL).status, 404);
}

static void environment_lines(void **state)
{
    (void)state;
    struct str lines = control("GET", "/_emu/env?app=" SEED, NULL).body;
    size_t n = 0;
    for (struct str rest = lines; rest.p && rest.n; str_cut(&rest, '\n'))
        n += str_starts(rest, STR("export "));
    assert_int_equal(n, 7);
    assert_true(has(lines, "export OIDCPROXY_AUTH_AUDIENCE=" SEED "\n"));
    assert_true(has(lines, "/" T1 "/discovery/v2.0/keys\n"));
    assert_int_equal(control("GET", "/_emu/env?app=x", NULL).status, 404);
}

static void reset_forgets(void **state)
{
    (void)state;
    const char *token = member(seed_tokens(), "refresh_token");
    order("PATCH", "/_emu/behaviour", "{\"issParameter\":true}");
    order("POST", "/_emu/keys", "{\"op\":\"retire\"}");
    order("POST", "/_emu/reset", "{}");
    struct reply r = refresh(SEED, token, "");
    expect_error(&r, 400, "invalid_grant", 70000);
    r = az_ask(&(struct az){ .as = ALICE });
    assert_false(sent(&r, "iss").p);
    assert_true(jwks_count(key_set()) >= 4);
}

static void p5defer_puts_the_silent_answer_off(void **state)
{
    (void)state;
    const struct az silent = { .redirect = "https://evil.example/", .more = "&prompt=none" };
    order("POST", "/_emu/fault", "{\"endpoint\":\"authorize\",\"kind\":\"p5defer\",\"count\":2}");
    expect_az("form", &silent);
    expect_az("form", &silent);
    expect_az("page 50011", &silent);
}

static void signing_out_tells_the_applications(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" WEB, "{\"web\":{\"logoutUrl\":\"https://web.example/out?x=1\"}}");
    struct reply r = az_ask(&(struct az){ .app = WEB, .redirect = WEB_URI, .as = ALICE });
    const char *cookie = arena_printf(rig.arena, "Cookie: %s\r\n", cookie_of(&r, "ESTSAUTH")).p;
    struct str sid = sent(&r, "session_state");
    // An application without a logout URL is told nothing.
    az_ask(&(struct az){ .cookie = cookie_of(&r, "ESTSAUTH"), .as = ALICE });
    r = ask("GET", "/" T1 "/oauth2/v2.0/logout", cookie, NULL);
    const char *frame = arena_printf(rig.arena,
                                     "src=\"https://web.example/out?x=1&amp;sid=" STR_FMT
                                     "&amp;iss=http%%3A%%2F%%2F127.0.0.1%%3A%d%%2F" T1 "%%2Fv2.0\"",
                                     STR_ARG(sid), emu_port(rig.emu))
                            .p;
    assert_true(has(r.body, frame));
    ptrdiff_t first = str_find(r.body, STR("<iframe"));
    assert_true(first >= 0 &&
                str_find(str_slice(r.body, (size_t)first + 1, r.body.n), STR("<iframe")) < 0);
    r = ask("GET", "/" T1 "/oauth2/v2.0/logout", cookie, NULL);
    assert_false(has(r.body, "iframe"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(it_needs_the_bearer),
        RIG_TEST(a_patch_that_is_wrong_changes_nothing),
        RIG_TEST(the_clock),
        RIG_TEST(the_journal_masks_secrets),
        RIG_TEST(a_refusal_before_the_sign_in_names_nobody),
        RIG_TEST(codes),
        RIG_TEST(environment_lines),
        RIG_TEST(reset_forgets),
        RIG_TEST(p5defer_puts_the_silent_answer_off),
        RIG_TEST(signing_out_tells_the_applications),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
