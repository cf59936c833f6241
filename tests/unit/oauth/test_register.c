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
    { "{\"redirect_uris\":[\"http://localhost/\"],\"application_type\":\"service\"}",
      "invalid_client_metadata" },
    { "{\"redirect_uris\":[\"http://localhost/\"],\"application_type\":[\"web\"]}",
      "invalid_client_metadata" },
    { "{\"redirect_uris\":[\"http://localhost/1\",\"http://localhost/2\",\"http://localhost/3\",\"http://localhost/4\",\"http://localhost/5\","
      "\"http://localhost/6\",\"http://localhost/7\",\"http://localhost/8\",\"http://localhost/9\",\"http://localhost/10\",\"http://localhost/11\"]}",
      "invalid_redirect_uri" },
    { "{\"redirect_uris\":[\"http://localhost/\"]}", NULL },
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

// Pitfalls 13-16: the registration of each client as it sends it, the URIs that must stay, and the
// one it then uses.
static const struct habit {
    const char *client, *body, *kept, *uses;
} habits[] = {
    { "Cursor",
      "{\"client_name\":\"Cursor\",\"redirect_uris\":[\"cursor://anysphere.cursor-mcp/oauth/callback\","
      "\"http://localhost:8787/callback\",\"https://www.cursor.com/agents/mcp/oauth/callback\"],"
      "\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"response_types\":[\"code\"],"
      "\"token_endpoint_auth_method\":\"none\",\"application_type\":\"web\"}",
      "[\"cursor://anysphere.cursor-mcp/oauth/callback\",\"http://localhost:8787/callback\","
      "\"https://www.cursor.com/agents/mcp/oauth/callback\"]",
      "cursor://anysphere.cursor-mcp/oauth/callback" },
    { "VS Code",
      "{\"client_name\":\"Visual Studio Code\",\"client_uri\":\"https://code.visualstudio.com\","
      "\"grant_types\":[\"authorization_code\",\"refresh_token\",\"urn:ietf:params:oauth:grant-type:device_code\"],"
      "\"response_types\":[\"code\"],\"redirect_uris\":[\"https://insiders.vscode.dev/redirect\","
      "\"https://vscode.dev/redirect\",\"http://127.0.0.1/\",\"http://127.0.0.1:33418/\"],"
      "\"token_endpoint_auth_method\":\"none\",\"application_type\":\"native\"}",
      "[\"https://insiders.vscode.dev/redirect\",\"https://vscode.dev/redirect\","
      "\"http://127.0.0.1/\",\"http://127.0.0.1:33418/\"]",
      "http://127.0.0.1:51007/" }, // 33418 was taken
    { "Claude Code",
      "{\"client_name\":\"Claude Code (zscaler)\",\"redirect_uris\":[\"http://localhost:61007/callback\"],"
      "\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"response_types\":[\"code\"],"
      "\"token_endpoint_auth_method\":\"none\"}",
      "[\"http://localhost:61007/callback\"]", "http://localhost:61008/callback" },
    { "Claude Code, portless", "{\"redirect_uris\":[\"http://localhost/callback\"]}",
      "[\"http://localhost/callback\"]", "http://localhost:8080/callback" },
    { "claude.ai",
      "{\"client_name\":\"Claude\",\"redirect_uris\":[\"https://claude.ai/api/mcp/auth_callback\"],"
      "\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"response_types\":[\"code\"],"
      "\"token_endpoint_auth_method\":\"client_secret_post\",\"scope\":\"mcp\"}",
      "[\"https://claude.ai/api/mcp/auth_callback\"]", "https://claude.ai/api/mcp/auth_callback" },
    { "ChatGPT",
      "{\"client_name\":\"ChatGPT\",\"redirect_uris\":[\"https://chatgpt.com/connector/oauth/Ab-9_x\"],"
      "\"token_endpoint_auth_method\":\"none\",\"contacts\":[\"a@b.example\"]}",
      "[\"https://chatgpt.com/connector/oauth/Ab-9_x\"]",
      "https://chatgpt.com/connector/oauth/Ab-9_x" },
    { "Gemini CLI",
      "{\"client_name\":\"Gemini CLI MCP Client\",\"redirect_uris\":[\"http://localhost:7777/oauth/callback\"],"
      "\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"response_types\":[\"code\"],"
      "\"token_endpoint_auth_method\":\"none\",\"scope\":\"\"}",
      "[\"http://localhost:7777/oauth/callback\"]", "http://localhost:7777/oauth/callback" },
    { "Antigravity",
      "{\"client_name\":\"Google Antigravity\",\"redirect_uris\":[\"https://antigravity.google/oauth-callback\"]}",
      "[\"https://antigravity.google/oauth-callback\"]",
      "https://antigravity.google/oauth-callback" },
    { "mcp-remote",
      "{\"redirect_uris\":[\"http://localhost:3335/oauth/callback\"],\"token_endpoint_auth_method\":\"none\","
      "\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"response_types\":[\"code\"],"
      "\"client_name\":\"MCP CLI Proxy\","
      "\"software_id\":\"2e6dc280-f3c3-4e01-99a7-8181dbd1d23d\",\"software_version\":\"0.15.1\","
      "\"scope\":\"mcp\",\"application_type\":\"native\"}",
      "[\"http://localhost:3335/oauth/callback\"]", "http://localhost:3336/oauth/callback" },
    { "Python SDK",
      "{\"response_types\":[\"code\"],\"scope\":\"mcp\",\"client_name\":\"x\",\"redirect_uris\":"
      "[\"http://localhost:3030/callback\"],\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
      "\"application_type\":\"native\"}",
      "[\"http://localhost:3030/callback\"]", "http://localhost:3030/callback" },
    { "Inspector",
      "{\"redirect_uris\":[\"http://127.0.0.1:6276/oauth/callback\"],\"token_endpoint_auth_method\":\"none\","
      "\"client_name\":\"MCP Inspector\",\"client_uri\":\"https://github.com/modelcontextprotocol/inspector\"}",
      "[\"http://127.0.0.1:6276/oauth/callback\"]", "http://127.0.0.1:6276/oauth/callback" },
    // Test 35: a web client with loopback and a private scheme is taken as what it is. Test 42: a
    // localised URI counts for nothing. Pitfall 16: what is not known is not judged.
    { "odd members",
      "{\"client_name\":\"X\",\"client_name#ja\":\"\\u30af\",\"redirect_uris#ja\":[\"javascript:alert(1)\"],"
      "\"application_type\":\"web\",\"redirect_uris\":[\"http://[::1]/cb\",\"vscode://a.b/cb\"],"
      "\"software_id\":7,\"jwks\":{\"keys\":[]},\"contacts\":null,\"scope\":\"admin root\","
      "\"token_endpoint_auth_method\":\"private_key_jwt\"}",
      "[\"http://[::1]/cb\",\"vscode://a.b/cb\"]", "http://[::1]:5/cb" },
};

// Pitfalls 10, 15: the answer says what holds: public, the one scope, no secret.
static void each_client_as_it_registers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(habits); i++) {
        const struct habit *h = &habits[i];
        struct reply r = post_json("/register", h->body);
        struct str kept = arena_printf(kit.arena, "\"redirect_uris\":%s", h->kept);
        if (r.status != 201 || !says(&r, kept.p))
            fail_msg("%s: %d " STR_FMT, h->client, r.status, STR_ARG(r.body));
        assert_true(str_is(member(&r, "token_endpoint_auth_method"), "none"));
        assert_true(str_is(member(&r, "scope"), "mcp"));
        assert_false(says(&r, "client_secret") || says(&r, "javascript"));
        assert_true(number(&r, "client_id_issued_at") > 0);
        const char *type = strstr(h->body, "\"application_type\":");
        if (type && !says(&r, type[20] == 'w' ? "\"application_type\":\"web\""
                                              : "\"application_type\":\"native\""))
            fail_msg("%s: " STR_FMT, h->client, STR_ARG(r.body));
        assert_int_equal(type != NULL, says(&r, "application_type"));
        struct str id = member(&r, "client_id");
        if (get(NULL, authorize_target(id, h->uses, "&scope=openid+admin").p, "").status != 200)
            fail_msg("%s may not use %s", h->client, h->uses);
        struct str form = code_form(id, h->uses, code_for(id, h->uses), VERIFIER);
        r = post(NULL, "/token", "", form);
        if (r.status != 200 || !str_is(member(&r, "scope"), "mcp"))
            fail_msg("%s: %d " STR_FMT, h->client, r.status, STR_ARG(r.body));
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
        cmocka_unit_test_setup_teardown(each_client_as_it_registers, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(unacceptable_uris_are_dropped, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(the_same_metadata_give_the_same_id, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(big_bodies_are_refused, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(the_longest_registration, kit_start, kit_stop),
        cmocka_unit_test_setup_teardown(T6_hostile_names_are_tamed, kit_start, kit_stop),
    };
    return cmocka_run_group_tests_name("oauth: registration", tests, NULL, NULL);
}
