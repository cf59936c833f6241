// SPDX-License-Identifier: MIT
// Who may call: challenges, revocation, modes (tests 18-29, 155; T16, T18, T23).
#define KIT_WITH_ACCESS
#include "unit/oauth/kit.h"

#define PRM_URL "resource_metadata=\"" BASE "/.well-known/oauth-protected-resource/mcp\""

// Tests 18, 20, 22; pitfalls 29, 30.
/*= rfc6750 3.1 "If the request lacks any authentication information…the resource server SHOULD NOT
 * include an error code or other error information." */
/*= rfc6750 3 "If the protected resource request does not include authentication credentials or does
 * not contain an access token that enables access to the protected resource, the resource server
 * MUST include the HTTP "WWW-Authenticate" response header field" */
static void no_credential_gets_the_plain_challenge(void **state)
{
    (void)state;
    static const char *const methods[] = { "GET", "POST" };
    for (size_t i = 0; i < 2; i++) {
        struct reply r =
            talk(kit.arena, NULL, methods[i], STR("/mcp"), "", i ? STR("{}") : STR_NONE);
        assert_int_equal(r.status, 401);
        assert_true(str_is(header(&r, "WWW-Authenticate"), "Bearer scope=\"mcp\", " PRM_URL));
        assert_true(str_starts(header(&r, "Content-Type"), STR("application/json")));
        assert_true(member(&r, "error_description").n > 0);
    }
}

#define BROWSER "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"

// Tests 25, 26: a person who opens the address is told what it is for; the challenge stays the
// same.
static void a_browser_gets_a_page_with_the_same_challenge(void **state)
{
    (void)state;
    struct reply r = get(NULL, "/mcp", BROWSER);
    assert_int_equal(r.status, 401);
    assert_true(str_is(header(&r, "WWW-Authenticate"), "Bearer scope=\"mcp\", " PRM_URL));
    assert_true(str_starts(header(&r, "Content-Type"), STR("text/html")));
    assert_true(str_find(header(&r, "Content-Security-Policy"), STR("default-src 'none'")) == 0);
    assert_true(str_is(header(&r, "Cache-Control"), "no-store"));
    assert_true(says(&r, "<h1>This address is for applications</h1>"));
    assert_true(says(&r, "The address: " BASE "/mcp"));
    assert_true(says(&r, "href=\"/\">How to connect</a>"));
    r = get(NULL, "/mcp", BROWSER "Authorization: Bearer <b>\r\n");
    assert_int_equal(r.status, 401);
    assert_true(str_find(header(&r, "WWW-Authenticate"), STR("error=\"invalid_token\"")) > 0);
    assert_true(str_starts(header(&r, "Content-Type"), STR("text/html")));
    assert_false(says(&r, "<b>"));
    // A program that posts is answered as one, whatever it accepts; so is HEAD, without the body.
    r = post(NULL, "/mcp", BROWSER, STR("a=b"));
    assert_true(str_starts(header(&r, "Content-Type"), STR("application/json")));
    r = talk(kit.arena, NULL, "HEAD", STR("/mcp"), BROWSER, STR_NONE);
    assert_int_equal(r.status, 401);
    assert_int_equal(r.body.n, 0);
}

// Tests 19, 29; T16, T18.
/*= rfc6750 2 "Clients MUST NOT use more than one method to transmit the token in each request." */
static void bad_credentials_are_named(void **state)
{
    (void)state;
    struct reply tokens = sign_in(register_for("c", LOOPBACK));
    struct str good = member(&tokens, "access_token"), bent = arena_str(kit.arena, good);
    ((char *)bent.p)[bent.n - 10] = bent.p[bent.n - 10] == 'A' ? 'B' : 'A';
    struct str headers[] = {
        STR("Basic YTpi"),
        STR("Bearer"),
        STR("Bearer a b"),
        STR("Bearer \"x\""),
        STR("Bearer abc"),
        STR("Bearer a.b.c"),
        arena_printf(kit.arena, "Bearer " STR_FMT, STR_ARG(bent)),
        arena_printf(kit.arena, "Bearer " STR_FMT, STR_ARG(member(&tokens, "refresh_token"))),
        arena_printf(kit.arena, "Bearer " STR_FMT,
                     STR_ARG(token_of_idp(kit.arena, STR("n"), "another-app"))),
    };
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct reply r =
            get(NULL, "/mcp",
                arena_printf(kit.arena, "Authorization: " STR_FMT "\r\n", STR_ARG(headers[i])).p);
        struct str challenge = header(&r, "WWW-Authenticate");
        if (r.status != 401 ||
            !str_starts(challenge, STR("Bearer error=\"invalid_token\", error_description=\"")) ||
            str_find(challenge, STR(PRM_URL)) < 0)
            fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(challenge));
        assert_true(str_is(member(&r, "error"), "invalid_token"));
    }
    assert_int_equal(
        get(NULL, arena_printf(kit.arena, "/mcp?access_token=" STR_FMT, STR_ARG(good)).p, "")
            .status,
        401);
    struct reply r =
        get(NULL, "/mcp",
            arena_printf(kit.arena, "Authorization: bEaReR   " STR_FMT "  \r\n", STR_ARG(good)).p);
    assert_int_equal(r.status, 200);
    clock_freeze(NOW + 3600 + 61);
    assert_int_equal(call_mcp(good).status, 401);
}

static void tokens_of_the_provider_pass(void **state)
{
    (void)state;
    struct str token = bearer_of_idp(kit.arena);
    assert_int_equal(call_mcp(token_of_idp(kit.arena, STR("n"), APP)).status,
                     401); // T18: an ID token
    struct reply r = call_mcp(token);
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "person-1"));
    r = call_mcp(token); // from the cache
    assert_int_equal(r.status, 200);
    clock_freeze(NOW + 3700);
    assert_int_equal(call_mcp(token).status, 401);
}

// Test 27: keys that cannot be loaded send nobody to sign in again.
static void keys_away_is_503(void **state)
{
    (void)state;
    kit.unreachable = true;
    struct reply r = call_mcp(bearer_of_idp(kit.arena));
    assert_int_equal(r.status, 503);
    assert_true(header(&r, "Retry-After").n > 0);
    assert_null(header(&r, "WWW-Authenticate").p);
}

// T23, test 155: in this process the next call is refused.
static void T23_revoked_is_401_at_once(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply one = sign_in(client), two = sign_in(client);
    struct str access = member(&one, "access_token"), other = member(&two, "access_token");
    assert_int_equal(call_mcp(access).status, 200);
    assert_int_equal(call_mcp(other).status, 200);
    struct str form = arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT,
                                   STR_ARG(client), STR_ARG(access));
    assert_int_equal(post(NULL, "/revoke", "", form).status, 200);
    assert_int_equal(call_mcp(access).status, 401);
    assert_int_equal(call_mcp(other).status, 200);
    form = arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT, STR_ARG(client),
                        STR_ARG(member(&two, "refresh_token")));
    assert_int_equal(post(NULL, "/revoke", "", form).status, 200);
    assert_int_equal(call_mcp(other).status, 401);
    // The access token alone was revoked: its refresh token lives.
    assert_int_equal(
        post(NULL, "/token", "", refresh_form(client, member(&one, "refresh_token"))).status, 200);
}

// T23: a revocation made by another replica counts within ACCESS_RECHECK_S.
static void T23_another_replicas_mark_counts_within_the_bound(void **state)
{
    (void)state;
    struct reply tokens = sign_in(register_for("c", LOOPBACK));
    struct str access = member(&tokens, "access_token");
    struct access_claims claims;
    struct err err;
    assert_int_equal(call_mcp(access).status, 200);
    assert_true(access_token_verify(kit.keys, access, STR(BASE), STR(BASE "/mcp"), NOW, kit.arena,
                                    &claims, &err));
    assert_true(spent_put(kit.spent,
                          arena_printf(kit.arena, "revoked:" STR_FMT, STR_ARG(claims.family)),
                          STR("1"), 1000));
    assert_int_equal(call_mcp(access).status, 200);
    clock_freeze(NOW + ACCESS_RECHECK_S);
    assert_int_equal(call_mcp(access).status, 401);
}

// T17, test 159; T18, test 157: bound to issuer, resource and kind.
/*= rfc9068 2.1 "JWT access tokens MUST include this media type in the "typ" header parameter" */
/*= rfc9068 4 "The resource server MUST validate that the "aud" claim contains a resource indicator
 * value corresponding to an identifier the resource server expects for itself." */
/*= rfc9068 4 "The resource server MUST verify that the "typ" header value is "at+jwt" or
 * "application/at+jwt" and reject tokens carrying any other value." */
static void T17_access_tokens_are_bound(void **state)
{
    (void)state;
    struct access_claims claims = { .issuer = STR(BASE),
                                    .resource = STR(BASE "/mcp"),
                                    .subject = STR("s"),
                                    .client_id = STR("c"),
                                    .scope = STR("mcp"),
                                    .id = STR("j"),
                                    .issued = NOW,
                                    .expires = NOW + 600 },
                         got;
    CLEANUP(buf_release) struct buf token = BUF_INIT(8192);
    CLEANUP(buf_release) struct buf other = BUF_INIT(8192);
    struct err err;
    access_token_mint(kit.keys, &claims, &token);
    static const struct {
        const char *issuer, *resource;
        int64_t now;
        bool good;
    } rows[] = {
        { BASE, BASE "/mcp-x", NOW, false },
        { BASE, BASE, NOW, false },
        { BASE, BASE "/mcp/", NOW, false },
        { BASE "/", BASE "/mcp", NOW, false },
        { "https://b.example", BASE "/mcp", NOW, false },
        { BASE, BASE "/mcp", NOW + 600 + CLAIMS_LEEWAY_S + 1, false },
        { BASE, BASE "/mcp", NOW - CLAIMS_LEEWAY_S - 1, false },
        { BASE, BASE "/mcp", NOW, true },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (access_token_verify(kit.keys, buf_str(&token), str_c(rows[i].issuer),
                                str_c(rows[i].resource), rows[i].now, kit.arena, &got,
                                &err) != rows[i].good)
            fail_msg("%zu", i);
    assert_true(access_token_is_ours(buf_str(&token)));
    assert_false(access_token_is_ours(token_of_idp(kit.arena, STR("n"), APP)));
    assert_false(access_token_is_ours(STR("")));
    assert_false(access_token_is_ours(STR("a.b.c")));
    // The same signer, another kind of JWT.
    jws_sign(keyring_signer(kit.keys), STR("\"typ\":\"JWT\""),
             STR("{\"iss\":\"" BASE "\",\"aud\":\"" BASE "/mcp\",\"exp\":1788221000}"), &other);
    assert_false(access_token_verify(kit.keys, buf_str(&other), STR(BASE), STR(BASE "/mcp"), NOW,
                                     kit.arena, &got, &err));
}

static void a_mode_without_what_it_needs_is_refused(void **state)
{
    (void)state;
    static const enum access_mode lacking[] = { ACCESS_JWT, ACCESS_ZSCALER, (enum access_mode)99 };
    struct access *a;
    struct err err = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(lacking); i++) {
        assert_false(access_new(&(struct access_config){ .mode = lacking[i] }, &a, &err));
        assert_int_equal(err.code, ERR_CONFIG);
    }
    assert_false(
        access_new(&(struct access_config){ .mode = ACCESS_API_KEY, .api_key = "  " }, &a, &err));
    assert_non_null(strstr(err.text, "ZSCALER_MCP_AUTH_API_KEY"));
    assert_false(access_new(&(struct access_config){ .mode = ACCESS_OIDCPROXY }, &a, &err));
    assert_false(access_new(&(struct access_config){ .mode = ACCESS_OIDC }, &a, &err));
}

static void with_mode(struct access_config config)
{
    struct err err;
    access_free(kit.access);
    assert_true(access_new(&config, &kit.access, &err));
}

static void api_keys(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_API_KEY, .api_key = " s3cret!key " });
    static const struct {
        const char *headers;
        int status;
    } rows[] = {
        { "", 401 },
        { "Authorization: Bearer wrong\r\n", 401 },
        { "Authorization: Bearer s3cret!ke\r\n", 401 },
        { "Authorization: Basic s3cret!key\r\n", 401 },
        { "Authorization: Bearer \xff\xfe\r\n", 401 },
        { "Authorization: Bearer\r\n", 401 },
        { "X-Api-Key: nope\r\n", 401 },
        { "X-MCP-API-Key: nope\r\n", 401 },
        { "X-Api-Key: nope\r\nX-MCP-API-Key: s3cret!key\r\n", 401 },
        { "Authorization: Bearer wrong\r\nX-MCP-API-Key: s3cret!key\r\n", 401 },
        { "Authorization: Bearer wrong\r\nX-Api-Key: s3cret!key\r\n", 401 },
        { "Authorization: bearer  s3cret!key \r\n", 200 },
        { "X-Api-Key: s3cret!key\r\n", 200 },
        { "x-mcp-api-key:  s3cret!key\r\n", 200 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = get(NULL, "/mcp", rows[i].headers);
        if (r.status != rows[i].status && !(r.status == 400 && strchr(rows[i].headers, '\xff')))
            fail_msg("%s: %d", rows[i].headers, r.status);
        if (r.status == 401)
            assert_true(str_is(header(&r, "WWW-Authenticate"), "Bearer"));
    }
}

static void without_access_control_everybody_is_anonymous(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_NONE });
    struct reply r = get(NULL, "/mcp", "");
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "anonymous"));
}

static void all_of_it(struct exchange *ex, void *ctx)
{
    const struct principal *who;
    (void)ctx;
    if (!access_check(kit.access, ex, NULL, &who))
        return;
    const struct str fields[] = { who->key,   who->subject, who->tenant, who->name,
                                  who->email, who->client,  who->family };
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        buf_addf(&out, "<" STR_FMT ">", STR_ARG(fields[i]));
    http_reply(ex, 200, "text/plain", buf_str(&out));
}

// Test 174: whoever calls is somebody, and the credential is no part of who.
static void a_principal_in_every_mode_and_no_secret_in_it(void **state)
{
    (void)state;
    size_t mcp_route = 0;
    while (kit.routes[mcp_route].handler != mcp)
        mcp_route++;
    kit.routes[mcp_route].handler = all_of_it;
    kit.routes[mcp_route].worker = true;
    struct reply tokens = sign_in(register_for("c", LOOPBACK));
    const struct {
        struct access_config config;
        struct str credential;
        const char *key;
    } rows[] = {
        { { .mode = ACCESS_OIDCPROXY, .oauth = kit.oauth, .keys = kit.keys, .spent = kit.spent },
          member(&tokens, "access_token"),
          "<oidc:11111111-2222-3333-4444-555555555555:person-1>" },
        { { .mode = ACCESS_OIDC,
            .oauth = kit.oauth,
            .keys = kit.keys,
            .spent = kit.spent,
            .idp = kit.idp },
          bearer_of_idp(kit.arena),
          "<oidc:11111111-2222-3333-4444-555555555555:person-1>" },
        { { .mode = ACCESS_API_KEY, .api_key = "a-key-of-some-length" },
          STR("a-key-of-some-length"),
          "<api-key:46ac9bcd3b7002a90eefe9447f158287>" },
        { { .mode = ACCESS_NONE }, STR("whatever-it-is"), "<anonymous>" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        with_mode(rows[i].config);
        struct reply r = call_mcp(rows[i].credential);
        if (r.status != 200 || !str_starts(r.body, str_c(rows[i].key)) ||
            str_find(r.body, rows[i].credential) >= 0)
            fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(r.body));
    }
}

// A cache of one entry: principals in use outlive their place in it.
static void principals_outlive_the_cache(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_OIDCPROXY,
                                      .oauth = kit.oauth,
                                      .keys = kit.keys,
                                      .spent = kit.spent,
                                      .cache_max = 1 });
    struct str client = register_for("c", LOOPBACK);
    struct reply one = sign_in(client), two = sign_in(client);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(call_mcp(member(&one, "access_token")).status, 200);
        assert_int_equal(call_mcp(member(&two, "access_token")).status, 200);
    }
    assert_int_equal(call_mcp(bearer_of_idp(kit.arena)).status, 401); // no provider given
}

// Tests 23, 24: all that is needed, with what is there already; never for who signed in here.
/*= rfc6750 3.1 "If included, the "scope" attribute with the scope necessary to access the protected
 * resource." */
static void missing_scopes_are_told_whole(void **state)
{
    (void)state;
    static const char *const some[] = { "mcp.read", "mcp.write", NULL };
    static const char *const met[] = { "access", NULL };
    struct access_config config = { .mode = ACCESS_OIDCPROXY,
                                    .oauth = kit.oauth,
                                    .keys = kit.keys,
                                    .spent = kit.spent,
                                    .idp = kit.idp,
                                    .required_scopes = some };
    with_mode(config);
    for (int i = 0; i < 2; i++) { // a refusal is never kept
        struct reply r = call_mcp(bearer_of_idp(kit.arena));
        struct str challenge = header(&r, "WWW-Authenticate");
        assert_int_equal(r.status, 403);
        assert_true(str_starts(challenge, STR("Bearer error=\"insufficient_scope\", ")));
        assert_true(str_ends(challenge, STR(", scope=\"mcp.read mcp.write access\", " PRM_URL)));
        assert_true(str_is(member(&r, "error"), "insufficient_scope"));
    }
    struct reply tokens = sign_in(register_for("c", LOOPBACK));
    assert_int_equal(call_mcp(member(&tokens, "access_token")).status, 200);
    config.required_scopes = met;
    with_mode(config);
    assert_int_equal(call_mcp(bearer_of_idp(kit.arena)).status, 200);
}

static void in_mode_oidc_only_the_providers_tokens_count(void **state)
{
    (void)state;
    struct reply tokens = sign_in(register_for("c", LOOPBACK));
    with_mode((struct access_config){ .mode = ACCESS_OIDC,
                                      .oauth = kit.oauth,
                                      .keys = kit.keys,
                                      .spent = kit.spent,
                                      .idp = kit.idp });
    assert_int_equal(call_mcp(member(&tokens, "access_token")).status, 401);
    struct reply r = call_mcp(bearer_of_idp(kit.arena));
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "person-1"));
    assert_int_equal(call_mcp(token_of_idp(kit.arena, STR("n"), APP)).status, 401);
    assert_int_equal(get(NULL, "/mcp", "").status, 401);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, kit_start, kit_stop)
    const struct CMUnitTest tests[] = {
        CASE(no_credential_gets_the_plain_challenge),
        CASE(a_browser_gets_a_page_with_the_same_challenge),
        CASE(bad_credentials_are_named),
        CASE(tokens_of_the_provider_pass),
        CASE(keys_away_is_503),
        CASE(T23_revoked_is_401_at_once),
        CASE(T23_another_replicas_mark_counts_within_the_bound),
        CASE(T17_access_tokens_are_bound),
        CASE(a_mode_without_what_it_needs_is_refused),
        CASE(api_keys),
        CASE(without_access_control_everybody_is_anonymous),
        CASE(a_principal_in_every_mode_and_no_secret_in_it),
        CASE(principals_outlive_the_cache),
        CASE(missing_scopes_are_told_whole),
        CASE(in_mode_oidc_only_the_providers_tokens_count),
    };
    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
