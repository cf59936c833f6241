// SPDX-License-Identifier: MIT
// Clients with an id of the operator's choice, with and without a secret, and the provider's own
// client id, as people type it into claude.ai (test 80). Tests 12, 14, 132; T54.
#include "unit/oauth/kit.h"

#define HOSTED "https://claude.ai/api/mcp/auth_callback"
// printf %s 's3cret+of/this%client' | sha256sum
#define SECRET "s3cret+of/this%client"
#define HASH   "2674d9c475d8fae298a2d52c1155142fd8f3345f0f48487b1f25330f9043abec"

static const char *clients_json;

#define CLIENTS                                                                                    \
    "[{\"client_id\":\"public-1\",\"client_name\":\"Team\\u202e tool\",\"redirect_uris\":"         \
    "[\"https://tool.corp.example/cb\",\"" LOOPBACK "\"]},"                                        \
    "{\"client_id\":\"hosted-2\",\"redirect_uris\":[\"" HOSTED "\"]},"                             \
    "{\"client_id\":\"secret-3\",\"redirect_uris\":[\"" LOOPBACK                                   \
    "\"],\"client_secret_sha256\":\"" HASH "\"}]"

static int start(void **state)
{
    (void)state;
    clients_json = CLIENTS;
    kit_start_with(
        (struct oauth_config){ .base_url = BASE, .clients = CLIENTS, .idp_client_id = APP });
    return 0;
}

static void wrong_lists_stop_the_start(void **state)
{
    (void)state;
    static const struct {
        const char *json, *says;
    } rows[] = {
        { "[", "OIDCPROXY_CLIENTS" },
        { "{}", "JSON array" },
        { "[7]", "client 1: it must be an object" },
        { "[{}]", "client_id must be" },
        { "[{\"client_id\":\"a b\",\"redirect_uris\":[\"" LOOPBACK "\"]}]", "visible ASCII" },
        { "[{\"client_id\":\"a\"}]", "redirect_uris must be" },
        { "[{\"client_id\":\"a\",\"redirect_uris\":[]}]", "redirect_uris must be" },
        { "[{\"client_id\":\"a\",\"redirect_uris\":[\"http://evil.example/\"]}]", "http is for" },
        { "[{\"client_id\":\"a\",\"redirect_uris\":[\"" LOOPBACK "\"],\"client_secret\":\"x\"}]",
          "sha256sum" },
        { "[{\"client_id\":\"a\",\"redirect_uris\":[\"" LOOPBACK
          "\"],\"client_secret_sha256\":\"ABC\"}]",
          "64 lower-case hex" },
        { "[{\"client_id\":\"a\",\"redirect_uris\":[\"" LOOPBACK "\"],\"redirect_uri\":\"x\"}]",
          "'redirect_uri' is not known" },
        { "[{\"client_id\":\"a\",\"redirect_uris\":[\"" LOOPBACK
          "\"]},{\"client_id\":\"a\",\"redirect_uris\":[\"" LOOPBACK "\"]}]",
          "client 2: its client_id is there twice" },
    };
    CLEANUP(keyring_free) struct keyring *keys = kit_keys();
    struct idp *idp = kit_idp();
    struct spent_store *spent = spent_memory_new(10);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct oauth *o = NULL;
        struct err err = { 0 };
        const struct oauth_config config = {
            .clients = rows[i].json, .keys = keys, .idp = idp, .spent = spent
        };
        if (oauth_new(&config, &o, &err) || !strstr(err.text, rows[i].says))
            fail_msg("%s: %s", rows[i].json, err.text);
    }
    spent_free(spent);
    idp_free(idp);
}

static int authorize(const char *client, const char *uri)
{
    struct reply r = get(NULL, authorize_target(encoded(str_c(client)), uri, "").p, "");
    assert_null(header(&r, "Location").p);
    return r.status;
}

static void redirect_uris_are_those_given(void **state)
{
    (void)state;
    static const struct {
        const char *client, *uri;
        int status;
    } rows[] = {
        { "public-1", "https://tool.corp.example/cb",
          200 }, // named by the operator: no list needed
        { "public-1", "https://tool.corp.example/other", 400 },
        { "public-1", "http://localhost:9/oauth/callback", 200 },
        { "public-1", HOSTED, 400 },
        { "public-2", LOOPBACK, 400 },
        { "PUBLIC-1", LOOPBACK, 400 },
        { "hosted-2", HOSTED, 200 },
        // Test 80: the id of the Entra application; the lists apply, nothing else.
        { APP, HOSTED, 200 },
        { APP, LOOPBACK, 200 },
        { APP, "http://127.0.0.1:7/any", 200 },
        { APP, "cursor://anysphere.cursor-mcp/oauth/callback", 200 },
        { APP, "https://evil.example/cb", 400 },
        { APP, "https://tool.corp.example/cb", 400 },
        { APP, "javascript:alert(1)", 400 },
        { "AAAAAAAA-bbbb-cccc-dddd-eeeeeeeeeeee", HOSTED, 400 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int status = authorize(rows[i].client, rows[i].uri);
        if (status != rows[i].status)
            fail_msg("%s %s: %d", rows[i].client, rows[i].uri, status);
    }
    struct reply r = get(NULL, authorize_target(STR("public-1"), LOOPBACK, "").p, "");
    assert_true(says(&r, "<strong>Team tool</strong>"));
}

static void sign_in_with(const char *client, const char *uri)
{
    struct str id = str_c(client);
    struct reply r = post(NULL, "/token", "", code_form(id, uri, code_for(id, uri), VERIFIER));
    if (r.status != 200)
        fail_msg("%s: %d " STR_FMT, client, r.status, STR_ARG(r.body));
    r = post(NULL, "/token", "", refresh_form(id, member(&r, "refresh_token")));
    assert_int_equal(r.status, 200);
}

static void public_ones_sign_in(void **state)
{
    (void)state;
    sign_in_with("public-1", LOOPBACK);
    sign_in_with("hosted-2", HOSTED);
    sign_in_with(APP, HOSTED);
}

static struct str basic(const char *pair)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(1024);
    b64_encode(&out, str_c(pair));
    return arena_printf(kit.arena, "Authorization: Basic %s\r\n", buf_cstr(&out));
}

// Pitfall 27, test 132: encoded and not, in the header and in the body.
static void a_secret_is_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *header, *body;
        int status;
    } rows[] = {
        { NULL, "", 401 },
        { NULL, "&client_secret=", 401 },
        { NULL, "&client_secret=wrong", 401 },
        { NULL, "&client_secret=s3cret%2Bof%2Fthis%25clien", 401 },
        { "secret-3:", "", 401 },
        { "secret-3:wrong", "", 401 },
        { "public-1:" SECRET, "", 400 }, // says two ids
        { "secret-3:wrong", "&client_secret=s3cret%2Bof%2Fthis%25client", 401 },
        { NULL, "&client_secret=s3cret%2Bof%2Fthis%25client", 200 },
        { "secret-3:s3cret%2Bof%2Fthis%25client", "", 200 },
        { "secret%2D3:" SECRET, "", 200 },
    };
    struct str id = STR("secret-3");
    struct reply tokens = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str form = code_form(id, LOOPBACK, code_for(id, LOOPBACK), VERIFIER);
        form = arena_printf(kit.arena, STR_FMT "%s", STR_ARG(form), rows[i].body);
        struct str header_line = rows[i].header ? basic(rows[i].header) : STR("");
        struct reply r = post(NULL, "/token", header_line.p, form);
        if (r.status != rows[i].status)
            fail_msg("%s %s: %d", rows[i].header, rows[i].body, r.status);
        if (r.status == 200)
            tokens = r;
        if (r.status == 401 && rows[i].header)
            assert_true(str_starts(header(&r, "WWW-Authenticate"), STR("Basic")));
    }
    // The refresh token is worth nothing without it.
    struct str refresh = refresh_form(id, member(&tokens, "refresh_token"));
    struct reply r = post(NULL, "/token", "", refresh);
    assert_true(str_is(member(&r, "error"), "invalid_client"));
    r = post(NULL, "/token", basic("secret-3:" SECRET).p, refresh);
    assert_int_equal(r.status, 200);
    r = post(NULL, "/revoke", "",
             arena_printf(kit.arena, "client_id=secret-3&token=" STR_FMT,
                          STR_ARG(member(&r, "refresh_token"))));
    assert_int_equal(r.status, 401);
}

// T54: neither words nor status tell an unknown id from a wrong secret.
static void unknown_and_wrong_look_alike(void **state)
{
    (void)state;
    struct reply a =
        post(NULL, "/token", "", STR("grant_type=authorization_code&code=x&client_id=nobody"));
    struct reply b = post(NULL, "/token", "",
                          STR("grant_type=authorization_code&code=x&client_id=secret-3&"
                              "client_secret=no"));
    assert_int_equal(a.status, b.status);
    assert_true(str_eq(a.body, b.body));
}

static int start_public_only(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE, .idp_client_id = APP });
    return 0;
}

// Tests 4, 12, 14.
static void methods_are_those_in_use(void **state)
{
    (void)state;
    struct reply r = get(NULL, "/.well-known/oauth-authorization-server", "");
    assert_true(says(&r, clients_json ? "\"token_endpoint_auth_methods_supported\":[\"none\","
                                        "\"client_secret_post\",\"client_secret_basic\"]"
                                      : "\"token_endpoint_auth_methods_supported\":[\"none\"]"));
    // A registration stays public whatever it asks for.
    r = post_json("/register", "{\"redirect_uris\":[\"" LOOPBACK
                               "\"],\"token_endpoint_auth_method\":\"client_secret_basic\"}");
    assert_true(str_is(member(&r, "token_endpoint_auth_method"), "none"));
    assert_false(says(&r, "client_secret"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(methods_are_those_in_use, start_public_only, kit_stop),
        cmocka_unit_test_setup_teardown(wrong_lists_stop_the_start, start, kit_stop),
        cmocka_unit_test_setup_teardown(redirect_uris_are_those_given, start, kit_stop),
        cmocka_unit_test_setup_teardown(public_ones_sign_in, start, kit_stop),
        cmocka_unit_test_setup_teardown(a_secret_is_asked_for, start, kit_stop),
        cmocka_unit_test_setup_teardown(unknown_and_wrong_look_alike, start, kit_stop),
        cmocka_unit_test_setup_teardown(methods_are_those_in_use, start, kit_stop),
    };
    return cmocka_run_group_tests_name("oauth: fixed clients", tests, NULL, NULL);
}
