// SPDX-License-Identifier: MIT
// Registration, tests 30-47 and pitfalls 13-18.
#include "unit/oauth/kit.h"

static const struct row {
    const char *body, *error; // NULL: 201
} rows[] = {
    { "", "invalid_client_metadata" },
    { "[]", "invalid_client_metadata" },
    { "{", "invalid_client_metadata" },
    { "{\"redirect_uris\":[\"http://localhost/\"],\"redirect_uris\":[]}",
      "invalid_client_metadata" },
    { "{}", "invalid_redirect_uri" },
    { "{\"redirect_uris\":[]}", "invalid_redirect_uri" },
    { "{\"redirect_uris\":\"http://localhost/\"}", "invalid_redirect_uri" },
    { "{\"redirect_uris\":[1,null,{}]}", "invalid_redirect_uri" },
    { "{\"redirect_uris\":[\"https://evil.example/cb\"]}", "invalid_redirect_uri" },
    { "{\"redirect_uris\":[\"javascript:alert(1)\",\"data:x\"]}", "invalid_redirect_uri" },
    { "{\"redirect_uris\":[\"http://localhost/\"],\"grant_types\":[\"client_credentials\"]}",
      "invalid_client_metadata" },
    { "{\"redirect_uris\":[\"http://localhost/\"],\"response_types\":[\"token\"]}",
      "invalid_client_metadata" },
    { "{\"redirect_uris\":[\"http://localhost/1\",\"http://localhost/2\",\"http://localhost/3\",\"http://localhost/4\",\"http://localhost/5\","
      "\"http://localhost/6\",\"http://localhost/7\",\"http://localhost/8\",\"http://localhost/9\",\"http://localhost/10\",\"http://localhost/11\"]}",
      "invalid_redirect_uri" },
    { "{\"redirect_uris\":[\"http://localhost/\"]}", NULL },
    // Pitfall 13: Cursor, three at once.
    { "{\"redirect_uris\":[\"cursor://anysphere.cursor-mcp/oauth/callback\",\"http://localhost:8787/callback\","
      "\"https://www.cursor.com/agents/mcp/oauth/callback\"],\"application_type\":\"web\"}",
      NULL },
    // VS Code
    { "{\"client_name\":\"Visual Studio Code\",\"grant_types\":[\"authorization_code\",\"refresh_token\",\"urn:ietf:params:oauth:grant-type:device_code\"],"
      "\"redirect_uris\":[\"https://insiders.vscode.dev/redirect\",\"https://vscode.dev/redirect\",\"http://127.0.0.1/\",\"http://127.0.0.1:33418/\"]}",
      NULL },
    // Gemini: an empty scope; a secret method becomes none; unknown members do not matter
    { "{\"redirect_uris\":[\"http://localhost:7777/oauth/callback\"],\"scope\":\"\",\"token_endpoint_auth_method\":\"client_secret_basic\","
      "\"contacts\":[\"a@b\"],\"software_id\":7,\"client_name#ja\":\"x\"}",
      NULL },
    { "{\"redirect_uris\":[\"http://localhost/\"],\"client_name\":7,\"grant_types\":[],\"response_types\":[]}",
      NULL },
};

static void every_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = post_json("/register", rows[i].body);
        if (r.status != (rows[i].error ? 400 : 201))
            fail_msg("%s: %d " STR_FMT, rows[i].body, r.status, STR_ARG(r.body));
        assert_true(str_is(header(&r, "Cache-Control"), "no-store"));
        if (rows[i].error) {
            assert_true(str_is(member(&r, "error"), rows[i].error));
            continue;
        }
        /*= rfc7591 3.2.1 "the authorization server MUST return all registered metadata about this
         * client" */
        assert_true(str_is(member(&r, "token_endpoint_auth_method"), "none"));
        assert_true(str_is(member(&r, "scope"), "mcp"));
        assert_null(strstr(r.body.p, "client_secret"));
        assert_true(member(&r, "client_id").n < 1024);
        assert_int_equal(number(&r, "client_id_issued_at"), NOW);
    }
}

// Pitfall 13: what cannot be accepted is dropped while something stays, and the answer says what
// stayed.
static void unacceptable_uris_are_dropped(void **state)
{
    (void)state;
    struct reply r = post_json(
        "/register",
        "{\"redirect_uris\":[\"javascript:x\",\"http://localhost:1/cb\",\"evil://cb\",\"http://localhost:1/cb\"]}");
    assert_int_equal(r.status, 201);
    assert_true(says(&r, "\"redirect_uris\":[\"http://localhost:1/cb\"]"));
}

// Test 45: instances of a client share one id; other metadata, another id.
static void the_same_metadata_give_the_same_id(void **state)
{
    (void)state;
    struct str one = register_for("A", LOOPBACK);
    clock_freeze(NOW + 86400);
    assert_true(str_eq(one, register_for("A", LOOPBACK)));
    assert_false(str_eq(one, register_for("B", LOOPBACK)));
    assert_false(str_eq(one, register_for("A", "http://localhost:3335/oauth/callback")));
}

// Test 43.
static void big_bodies_are_refused(void **state)
{
    (void)state;
    char *big = malloc(200 * 1024);
    memset(big, '[', 200 * 1024);
    struct reply r = talk(kit.arena, NULL, "POST", STR("/register"),
                          "Content-Type: application/json\r\n", str_of(big, 200 * 1024));
    assert_int_equal(r.status, 413);
    r = talk(kit.arena, NULL, "POST", STR("/register"), "Content-Type: application/json\r\n",
             str_of(big, 60 * 1024));
    assert_int_equal(r.status, 400);
    free(big);
}

// The longest that is accepted still gives a usable id.
static void the_longest_registration(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf body = BUF_INIT(16384);
    buf_adds(&body, "{\"client_name\":\"x\",\"redirect_uris\":[");
    for (int i = 0; i < 10; i++)
        buf_addf(&body, "%s\"http://localhost/%d%0500d\"", i ? "," : "", i, 0);
    buf_adds(&body, "]}");
    struct reply r = post_json("/register", buf_cstr(&body));
    assert_int_equal(r.status, 400);
    assert_true(str_is(member(&r, "error"), "invalid_redirect_uri") ||
                str_is(member(&r, "error"), "invalid_client_metadata"));
}

// T6, test 85: golden names; the page shows them escaped, without what turns or hides text.
static void T6_hostile_names_are_tamed(void **state)
{
    (void)state;
    static const struct {
        const char *name, *shown;
    } names[] = {
        { "", "Unnamed application" },
        { "\\u202e\\u2066", "Unnamed application" },
        { "Claude\\u202eedualC", "ClaudeedualC" },
        { "Cl\\u200baude\\ufeff", "Claude" },
        { "a\\u0000b\\u001bc\\u0085", "abc" },
        { "two\\nlines\\tand", "two lines and" },
        { "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
        { "\\\"><img src=x>", "&gt;&lt;img src=x&gt;" },
        { "it's & co", "&amp; co" },
        { "\\ud83d\\ude00 smile", "\xf0\x9f\x98\x80 smile" },
        { "\\udb40\\udc41tag", "tag" },
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct jar jar = { "", "" };
        struct reply r =
            get(&jar, authorize_target(register_for(names[i].name, LOOPBACK), LOOPBACK, "").p, "");
        assert_int_equal(r.status, 200);
        struct str shown = arena_printf(kit.arena, "%s</strong> wants to use", names[i].shown);
        if (!says(&r, shown.p))
            fail_msg("%s: " STR_FMT, names[i].name, STR_ARG(r.body));
        assert_false(says(&r, "<script"));
        assert_false(says(&r, "<img"));
        assert_true(says(&r, "localhost:3334"));
    }
    char name[400];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    struct reply r = post_json(
        "/register",
        arena_printf(kit.arena, "{\"client_name\":\"%s\",\"redirect_uris\":[\"" LOOPBACK "\"]}",
                     name)
            .p);
    assert_int_equal(member(&r, "client_name").n, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_row, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(unacceptable_uris_are_dropped, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(the_same_metadata_give_the_same_id, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(big_bodies_are_refused, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(the_longest_registration, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(T6_hostile_names_are_tamed, kit_start, kit_stop),
    };
    return cmocka_run_group_tests_name("oauth: registration", tests, NULL, NULL);
}
