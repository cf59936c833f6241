// SPDX-License-Identifier: MIT
// Cases of docs/tests.md that stand in no other file, by their numbers.
#include "unit/oauth/kit.h"

#define WEB      "https://claude.ai/api/mcp/auth_callback"
#define OWN_WISH "Sec-Fetch-Site: none\r\n"

// Test 97: a sign-in that a remembered answer let through silently is bound to its browser too.
static void a_silent_sign_in_is_bound_to_its_browser(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, other = { "", "" };
    struct str client = register_for("Claude", WEB);
    to_idp(&jar, client, WEB);
    struct reply r = get(&jar, authorize_target(client, WEB, "").p, OWN_WISH);
    assert_int_equal(r.status, 302);
    struct str url = header(&r, "Location");
    get(&other, authorize_target(client, WEB, "").p, "");
    assert_int_equal(come_back(&other, url, param(url, "nonce")).status, 403);
    assert_int_equal(come_back(&jar, url, param(url, "nonce")).status, 302);
}

// Test 84: what only asks what is possible begins nothing.
static void options_and_foreign_methods_begin_nothing(void **state)
{
    (void)state;
    static const char *const methods[] = { "OPTIONS", "HEAD", "PUT", "DELETE", "PATCH" };
    struct str target = authorize_target(register_for("c", LOOPBACK), LOOPBACK, "");
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct reply r = talk(kit.arena, NULL, methods[i], target, "", STR_NONE);
        assert_null(header(&r, "Set-Cookie").p);
        assert_null(header(&r, "Location").p);
        assert_int_equal(r.status, i == 1 ? 204 : 405);
    }
}

// Test 133: which content types are a form.
static void a_form_says_that_it_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        int status;
    } rows[] = {
        { "", 400 },
        { "Content-Type: \r\n", 400 },
        { "Content-Type: text/plain\r\n", 400 },
        { "Content-Type: application/json\r\n", 400 },
        { "Content-Type: multipart/form-data; boundary=x\r\n", 400 },
        { "Content-Type: application/x-www-form-urlencodedx\r\n", 400 },
        { "Content-Type: application/x-www-form-urlencoded, text/plain\r\n", 400 },
        { "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n", 200 },
        { "Content-Type: Application/X-WWW-Form-Urlencoded;charset=utf-8\r\n", 200 },
        { "Content-Type: application/x-www-form-urlencoded ; charset=\"x\"\r\n", 200 },
    };
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    struct str form = refresh_form(client, member(&tokens, "refresh_token"));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = talk(kit.arena, NULL, "POST", STR("/token"), rows[i].type, form);
        if (r.status != rows[i].status)
            fail_msg("%s: %d " STR_FMT, rows[i].type, r.status, STR_ARG(r.body));
    }
}

static struct str repeated(const char *text, size_t times)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(64 * 1024);
    for (size_t i = 0; i < times; i++)
        buf_adds(&out, text);
    return arena_str(kit.arena, buf_str(&out));
}

// T38, test 43: documents that are small and costly; each is answered at once.
static void T38_bombs_are_duds(void **state)
{
    (void)state;
    struct str deep = repeated("[", 30000), keys = repeated("\"k\":1,", 8000),
               places = repeated("\"http://localhost/\",", 3000),
               escapes = repeated("\\u0041", 9000), digits = repeated("9", 60000),
               minus = repeated("-", 60000);
    const struct str bodies[] = {
        arena_printf(kit.arena, "{\"redirect_uris\":" STR_FMT, STR_ARG(deep)),
        arena_printf(kit.arena, "{\"jwks\":" STR_FMT, STR_ARG(deep)),
        arena_printf(kit.arena, "{" STR_FMT "\"redirect_uris\":[\"http://localhost/\"]}",
                     STR_ARG(keys)),
        arena_printf(kit.arena, "{\"redirect_uris\":[" STR_FMT "\"x\"]}", STR_ARG(places)),
        arena_printf(kit.arena, "{\"client_name\":\"" STR_FMT "\"}", STR_ARG(escapes)),
        arena_printf(kit.arena, "{\"contacts\":" STR_FMT "}", STR_ARG(digits)),
        arena_printf(kit.arena, "{\"contacts\":1e" STR_FMT "}", STR_ARG(digits)),
        arena_printf(kit.arena, "{\"contacts\":" STR_FMT "}", STR_ARG(minus)),
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        int64_t began = clock_mono_ms();
        struct reply r = post_json("/register", bodies[i].p);
        if (r.status != 400 || clock_mono_ms() - began > 1000)
            fail_msg("%zu: %d after %lld ms", i, r.status, (long long)(clock_mono_ms() - began));
    }
    // Forms: more pairs than anybody needs, each of them once.
    CLEANUP(buf_release) struct buf form = BUF_INIT(64 * 1024);
    for (int i = 0; i < 5000; i++)
        buf_addf(&form, "p%d=1&", i);
    int64_t began = clock_mono_ms();
    assert_int_equal(post(NULL, "/token", "", buf_str(&form)).status, 413);
    assert_int_equal(
        get(NULL, arena_printf(kit.arena, "/authorize?%.1500s", buf_cstr(&form)).p, "").status,
        400);
    assert_true(clock_mono_ms() - began < 1000);
}

// Test 114: what an operator has taken from the lists receives nothing after the restart, though
// the client had registered it.
static void a_place_that_is_no_longer_allowed_gets_nothing(void **state)
{
    static const char *const hosts[] = { "tools.example.com", NULL };
    const char *place = "https://tools.example.com/cb";
    kit_start_with((struct oauth_config){ .base_url = BASE, .redirect_hosts = hosts });
    char client[4096];
    snprintf(client, sizeof client, STR_FMT, STR_ARG(register_for("c", place)));
    assert_int_equal(get(NULL, authorize_target(str_c(client), place, "").p, "").status, 200);
    kit_stop(state);
    kit_start_with((struct oauth_config){ .base_url = BASE }); // the same key
    struct reply r = get(NULL, authorize_target(str_c(client), place, "").p, "");
    assert_int_equal(r.status, 400);
    assert_null(header(&r, "Location").p);
    assert_true(says(&r, "not among those allowed here"));
    kit_stop(state);
}

// Test 153: a client that refreshes in the second in which it got its tokens, and again.
static void a_refresh_right_after_the_sign_in_works(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply r = sign_in(client);
    for (int i = 0; i < 5; i++) {
        r = post(NULL, "/token", "", refresh_form(client, member(&r, "refresh_token")));
        assert_int_equal(r.status, 200);
        assert_int_equal(number(&r, "expires_in"), 3600);
    }
}

// Test 143: within the grace the answer is the same to the last byte.
static void the_same_answer_is_the_same_to_the_last_byte(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    struct str form = refresh_form(client, member(&tokens, "refresh_token"));
    struct reply one = post(NULL, "/token", "", form), two = post(NULL, "/token", "", form);
    assert_int_equal(one.status, 200);
    assert_true(str_eq(one.body, two.body));
}

// Test 126: a stranger who saw the code and burns tries on it does not take it from its owner.
static void a_code_survives_a_hundred_wrong_tries(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK), other = register_for("other", LOOPBACK);
    struct str code = code_for(client, LOOPBACK);
    for (int i = 0; i < 100; i++)
        assert_int_equal(
            post(NULL, "/token", "",
                 code_form(i % 2 ? client : other, LOOPBACK, code, i % 2 ? CHALLENGE : VERIFIER))
                .status,
            400);
    assert_int_equal(post(NULL, "/token", "", code_form(client, LOOPBACK, code, VERIFIER)).status,
                     200);
}

// Test 41, 74, 75: whatever scope is asked for, there is one; it is said, and never widened.
static void there_is_one_scope_whatever_is_asked(void **state)
{
    (void)state;
    static const char *const asked[] = { "",
                                         "&scope=",
                                         "&scope=mcp",
                                         "&scope=admin+mcp+openid",
                                         "&scope=%22%3E",
                                         "&scope=api%3A%2F%2Fx%2F.default" };
    struct reply r = post_json("/register", "{\"redirect_uris\":[\"" LOOPBACK
                                            "\"],\"scope\":\"admin everything\"}");
    assert_int_equal(r.status, 201);
    assert_true(str_is(member(&r, "scope"), "mcp"));
    struct str client = member(&r, "client_id");
    for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
        struct jar jar = { "", "" };
        struct reply page = get(&jar, authorize_target(client, LOOPBACK, asked[i]).p, "");
        r = decide_on(&jar, &page, "allow", OWN);
        struct str url = header(&r, "Location");
        assert_true(str_is(param(url, "scope"), "openid profile offline_access"));
        r = come_back(&jar, url, param(url, "nonce"));
        struct str form =
            code_form(client, LOOPBACK, param(header(&r, "Location"), "code"), VERIFIER);
        r = post(NULL, "/token", "", form);
        assert_true(str_is(member(&r, "scope"), "mcp"));
    }
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, kit_start, kit_stop)
    const struct CMUnitTest tests[] = {
        CASE(a_silent_sign_in_is_bound_to_its_browser),
        CASE(options_and_foreign_methods_begin_nothing),
        CASE(a_form_says_that_it_is_one),
        CASE(T38_bombs_are_duds),
        cmocka_unit_test(a_place_that_is_no_longer_allowed_gets_nothing),
        CASE(a_refresh_right_after_the_sign_in_works),
        CASE(the_same_answer_is_the_same_to_the_last_byte),
        CASE(a_code_survives_a_hundred_wrong_tries),
        CASE(there_is_one_scope_whatever_is_asked),
    };
    return cmocka_run_group_tests_name("oauth: cases", tests, NULL, NULL);
}
