// SPDX-License-Identifier: MIT
#include "rig.h"

#include "jose/b64url.h"
#include "jose/jws.h"

#define SEED_FORM                                                                                  \
    "grant_type=authorization_code&client_id=" SEED                                                \
    "&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A6274%%2Fcallback&code=%s"
#define WEB_FORM                                                                                   \
    "grant_type=authorization_code&client_id=" WEB                                                 \
    "&redirect_uri=https%%3A%%2F%%2Fweb.example%%2Fcb&code_verifier=" VERIFIER "&code=%s"
#define WITH_PKCE  "&code_verifier=" VERIFIER
#define API2_SCOPE "https://mcp.example/mcp/mcp.access openid offline_access"

static const char *seed_code(void)
{
    return get_code(NULL, NULL, NULL, ALICE);
}

static json_t *seed_tokens(void)
{
    struct reply r = tk(T1, "", SEED_FORM WITH_PKCE, seed_code());
    return expect_tokens(&r);
}

static const char *member(const json_t *tokens, const char *name)
{
    struct str text = dom_str(tokens, name);
    assert_non_null(text.p);
    return text.p;
}

static struct jwks *key_set(void)
{
    struct jwks *set = NULL;
    struct err err = { 0 };
    struct reply r = get("/" T1 "/discovery/v2.0/keys");
    assert_true(jwks_parse(r.body, &set, &err));
    return set;
}

static bool verifies(const char *token, const struct jwks *set)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    return jws_parse(str_c(token), &jws, NULL) && jws_verify(&jws, set, JWS_RS256, NULL, NULL);
}

static json_t *part_of(const char *token, int which)
{
    struct str rest = str_c(token);
    if (which)
        str_cut(&rest, '.');
    struct buf out = BUF_INIT(65536);
    assert_true(b64url_decode(&out, str_cut(&rest, '.')));
    json_t *tree = json_of(buf_str(&out));
    buf_release(&out);
    return tree;
}

static json_t *claims_of(const char *token)
{
    return part_of(token, 1);
}

static json_t *refresh(const char *token, const char *more)
{
    struct reply r =
        tk(T1, "", "grant_type=refresh_token&client_id=" SEED "&refresh_token=%s%s", token, more);
    return expect_tokens(&r);
}

static void v47_success_in_order(void **state)
{
    (void)state;
    struct reply r = tk(T1, "", SEED_FORM WITH_PKCE, seed_code());
    json_t *tokens = expect_tokens(&r);
    static const char *const order_of[] = { "token_type",     "scope",        "expires_in",
                                            "ext_expires_in", "access_token", "refresh_token",
                                            "id_token" };
    size_t i = 0;
    const char *key;
    json_t *value;
    json_object_foreach(tokens, key, value)
    {
        assert_true(i < ARRAY_LEN(order_of));
        assert_string_equal(key, order_of[i++]);
    }
    assert_int_equal(i, ARRAY_LEN(order_of));
    assert_int_equal(dom_int(tokens, "expires_in", 0), 3599);
    assert_true(str_is(dom_str(tokens, "scope"), "openid profile"));
    assert_true(str_is(header_of(&r, "Cache-Control"), "no-store, no-cache"));
    assert_false(header_of(&r, "Access-Control-Allow-Origin").p);
}

static void v48_id_token(void **state)
{
    (void)state;
    json_t *tokens = seed_tokens();
    CLEANUP(jwks_free) struct jwks *set = key_set();
    assert_true(verifies(member(tokens, "id_token"), set));
    json_t *claims = claims_of(member(tokens, "id_token"));
    assert_true(str_is(dom_str(claims, "aud"), SEED));
    assert_true(str_is(dom_str(claims, "ver"), "2.0"));
    assert_true(str_is(dom_str(claims, "nonce"), "n1"));
    assert_true(str_is(dom_str(claims, "tid"), T1));
    assert_true(str_is(dom_str(claims, "oid"), "0a11ce00-0000-4000-8000-000000000001"));
    assert_true(str_is(dom_str(claims, "preferred_username"), ALICE));
    assert_int_equal(dom_str(claims, "sub").n, 43);
    assert_true(
        str_is(dom_str(claims, "iss"),
               arena_printf(rig.arena, "http://127.0.0.1:%d/" T1 "/v2.0", emu_port(rig.emu)).p));
    assert_int_equal(dom_int(claims, "exp", 0) - dom_int(claims, "iat", 0), 3900);
    assert_null(dom_get(part_of(member(tokens, "id_token"), 0), "x5t"));
}

static void v49_graph_token_cannot_be_verified(void **state)
{
    (void)state;
    json_t *tokens = seed_tokens();
    const char *token = member(tokens, "access_token");
    CLEANUP(jwks_free) struct jwks *set = key_set();
    json_t *header = part_of(token, 0), *claims = claims_of(token);
    assert_true(dom_str(header, "nonce").n);
    assert_true(jwks_has(set, dom_str(header, "kid")));
    assert_true(str_is(dom_str(claims, "aud"), GRAPH_APP_ID));
    assert_true(has(dom_str(claims, "iss"), "/sts/" T1 "/"));
    assert_false(verifies(token, set));
    const char *bearer = arena_printf(rig.arena, "Authorization: Bearer %s\r\n", token).p;
    struct reply r = ask("GET", "/oidc/userinfo", bearer, NULL);
    assert_int_equal(r.status, 200);
    assert_true(str_is(dom_str(json_of(r.body), "name"), "Alice Example"));
    r = ask("GET", "/oidc/userinfo",
            arena_printf(rig.arena, "Authorization: Bearer %s\r\n", member(tokens, "id_token")).p,
            NULL);
    assert_int_equal(r.status, 401);
    advance(3601);
    r = ask("GET", "/oidc/userinfo", bearer, NULL);
    assert_int_equal(r.status, 401);
}

static void v50_to_v52_pkce_and_reuse(void **state)
{
    (void)state;
    const char *code = seed_code();
    struct reply r = tk(T1, "", SEED_FORM "&code_verifier=wrong", code);
    expect_error(&r, 400, "invalid_grant", 501481);
    r = tk(T1, "", SEED_FORM, code);
    expect_error(&r, 400, "invalid_grant", 50148);
    r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    expect_tokens(&r);
    r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    expect_error(&r, 400, "invalid_grant", 54005);
}

static void plain_challenge(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE, .more = "&code_challenge=" VERIFIER });
    const char *code = sent(&r, "code").p;
    r = tk(T1, "", SEED_FORM "&code_verifier=" CHALLENGE, code);
    expect_error(&r, 400, "invalid_grant", 501481);
    r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    expect_tokens(&r);
}

static void v53_to_v57_what_a_code_is_bound_to(void **state)
{
    (void)state;
    const char *code = seed_code();
    struct reply r =
        tk(T1, "",
           "grant_type=authorization_code&client_id=" SEED
           "&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A9999%%2Fcallback" WITH_PKCE "&code=%s",
           code);
    expect_error(&r, 400, "invalid_client", 500112);
    r = tk(T1, "",
           "grant_type=authorization_code&client_id=" SRV "&redirect_uri="
           "http%%3A%%2F%%2Flocalhost%%3A6274%%2Fcallback" WITH_PKCE "&code=%s",
           code);
    expect_error(&r, 400, "invalid_grant", 700007);
    r = tk(T2, "", SEED_FORM WITH_PKCE, code);
    expect_error(&r, 400, "unauthorized_client", 700016);
    r = tk(T1, "", SEED_FORM WITH_PKCE "&client_secret=x", code);
    expect_error(&r, 401, "invalid_client", 700025);
    r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    expect_tokens(&r);
    code = seed_code();
    advance(660);
    r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    expect_error(&r, 400, "invalid_grant", 70008);
}

static void v58_to_v60_confidential_client(void **state)
{
    (void)state;
    const char *code = get_code(WEB, "https://web.example/cb", NULL, ALICE);
    struct reply r = tk(T1, "", WEB_FORM, code);
    expect_error(&r, 401, "invalid_client", 7000218);
    r = tk(T1, "", WEB_FORM "&client_secret=wrong", code);
    expect_error(&r, 401, "invalid_client", 7000215);
    r = tk(T1, "", WEB_FORM "&client_secret=old-web", code);
    expect_error(&r, 401, "invalid_client", 7000222);
    r = tk(T1, "Origin: https://web.example\r\n", WEB_FORM "&client_secret=s3cret-web", code);
    expect_error(&r, 400, "invalid_request", 9002326);
    r = tk(T1, "", WEB_FORM "&client_secret=s3cret-web", code);
    expect_tokens(&r);
    code = get_code(WEB, "https://web.example/cb", NULL, ALICE);
    struct buf basic = BUF_INIT(1024);
    b64_encode(&basic, STR(WEB ":s3cret-web"));
    const char *header = arena_printf(rig.arena, "Authorization: Basic %s\r\n", buf_cstr(&basic)).p;
    buf_release(&basic);
    r = tk(T1, header,
           "grant_type=authorization_code&redirect_uri=https%%3A%%2F%%2Fweb.example%%2Fcb" WITH_PKCE
           "&code=%s",
           code);
    expect_tokens(&r);
}

static void switch_web_secret_with_public_fallback(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" WEB, "{\"isFallbackPublicClient\":true}");
    const char *code = get_code(WEB, "https://web.example/cb", NULL, ALICE);
    order("PATCH", "/_emu/behaviour", "{\"webSecretWithPublicFallback\":\"700025\"}");
    struct reply r = tk(T1, "", WEB_FORM "&client_secret=s3cret-web", code);
    expect_error(&r, 401, "invalid_client", 700025);
    order("PATCH", "/_emu/behaviour", "{\"webSecretWithPublicFallback\":\"accept\"}");
    r = tk(T1, "", WEB_FORM "&client_secret=s3cret-web", code);
    expect_tokens(&r);
}

#define SPA_FORM                                                                                   \
    "grant_type=authorization_code&client_id=" SPA                                                 \
    "&redirect_uri=https%%3A%%2F%%2Fspa.example%%2Fcb&code=%s" WITH_PKCE
#define SPA_ORIGIN "Origin: https://spa.example\r\n"

static void v61_v62_single_page(void **state)
{
    (void)state;
    const char *code = get_code(SPA, "https://spa.example/cb", NULL, ALICE);
    struct reply r = tk(T1, "", SPA_FORM, code);
    expect_error(&r, 400, "invalid_request", 9002327);
    r = tk(T1, SPA_ORIGIN, SPA_FORM, code);
    json_t *tokens = expect_tokens(&r);
    assert_true(str_is(header_of(&r, "Access-Control-Allow-Origin"), "https://spa.example"));
    static const char form[] = "grant_type=refresh_token&client_id=" SPA "&refresh_token=%s";
    advance(80000);
    r = tk(T1, SPA_ORIGIN, form, member(tokens, "refresh_token"));
    tokens = expect_tokens(&r);
    advance(80000);
    r = tk(T1, SPA_ORIGIN, form, member(tokens, "refresh_token"));
    expect_error(&r, 400, "invalid_grant", 700084);
}

static void v63_origin_on_a_public_code(void **state)
{
    (void)state;
    const char *code = get_code(SRV, "https://mcp.example/callback", NULL, ALICE);
    struct reply r = tk(T1, "Origin: https://mcp.example\r\n",
                        "grant_type=authorization_code&client_id=" SRV
                        "&redirect_uri=https%%3A%%2F%%2Fmcp.example%%2Fcallback&code=%s" WITH_PKCE,
                        code);
    expect_error(&r, 400, "invalid_request", 9002326);
}

static void v64_to_v67_order_before_the_grant(void **state)
{
    (void)state;
    static const struct {
        const char *tenant, *body, *error;
        int status, code;
    } rows[] = {
        { T1, "grant_type=authorization_code&redirect_uri=x&code=bogus&client_id=" SEED,
          "invalid_grant", 400, 9002313 },
        { T1,
          "grant_type=authorization_code&redirect_uri=x&code=bogus&client_secret=bad&client_id=" WEB,
          "invalid_grant", 400, 9002313 },
        { T1,
          "grant_type=authorization_code&redirect_uri=x&code=1.AXabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH&client_id=" SEED,
          "invalid_grant", 400, 70000 },
        { T1, "grant_type=foo&client_id=" SEED, "unsupported_grant_type", 400, 70003 },
        { T1, "grant_type=password&client_id=" SEED, "unsupported_grant_type", 400, 70003 },
        { T1, "grant_type=authorization_code&code=x", "invalid_request", 400, 900144 },
        { T1, "grant_type=authorization_code&client_id=" SEED, "invalid_request", 400, 900144 },
        { T1, "grant_type=refresh_token&client_id=" SEED, "invalid_request", 400, 900144 },
        { T1, "grant_type=authorization_code&client_id=" APP("ff"), "unauthorized_client", 400,
          700016 },
        { T1, "grant_type=authorization_code&client_id=" APP("08"), "unauthorized_client", 400,
          7000112 },
        { "7e57ed00-0000-4000-8000-0000000000ff", "grant_type=foo", "invalid_request", 400, 90002 },
        { "no_dns", "grant_type=foo", "invalid_request", 400, 900023 },
        { "common", "grant_type=authorization_code&client_id=" SEED, "invalid_request", 400,
          50194 },
        { T1, "", "invalid_request", 400, 900144 },
        { T1, "grant_type=refresh_token&refresh_token=abc&client_id=" SEED, "invalid_grant", 400,
          9002313 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = tk(rows[i].tenant, "", "%s", rows[i].body);
        expect_error(&r, rows[i].status, rows[i].error, rows[i].code);
    }
    struct reply r = ask("POST", "/" T1 "/oauth2/v2.0/token?grant_type=foo",
                         "Content-Type: application/json\r\n", "{\"grant_type\":\"foo\"}");
    expect_error(&r, 400, "invalid_request", 900144);
    assert_true(has(r.body, "'grant_type'"));
    r = get("/" T1 "/oauth2/v2.0/token");
    expect_error(&r, 400, "invalid_request", 900561);
}

static void v68_v71_refresh(void **state)
{
    (void)state;
    json_t *first = seed_tokens();
    json_t *second = refresh(member(first, "refresh_token"), "");
    assert_string_not_equal(member(first, "refresh_token"), member(second, "refresh_token"));
    assert_null(dom_get(claims_of(member(second, "id_token")), "nonce"));
    refresh(member(first, "refresh_token"), "&scope=openid%20profile%20offline_access");
    struct reply r = tk(T1, "", "grant_type=refresh_token&client_id=" SRV "&refresh_token=%s",
                        member(first, "refresh_token"));
    expect_error(&r, 400, "invalid_grant", 700007);
    r = tk(T1, "", "grant_type=refresh_token&client_id=" SEED "&client_secret=x&refresh_token=%s",
           member(first, "refresh_token"));
    expect_error(&r, 401, "invalid_client", 700025);
    r = tk(T1, "",
           "grant_type=refresh_token&client_id=" SEED "&scope=Directory.Read.All&refresh_token=%s",
           member(first, "refresh_token"));
    expect_error(&r, 400, "invalid_grant", 65001);
    assert_true(has(r.body, "\"suberror\":\"consent_required\""));
}

static void v73_dead_refresh_tokens(void **state)
{
    (void)state;
    static const char form[] = "grant_type=refresh_token&client_id=" SEED "&refresh_token=%s";
    json_t *tokens = seed_tokens();
    const char *bearer =
        arena_printf(rig.arena, "Authorization: Bearer %s\r\n", member(tokens, "access_token")).p;
    assert_int_equal(ask("POST", "/v1.0/me/revokeSignInSessions", bearer, "").status, 200);
    struct reply r = tk(T1, "", form, member(tokens, "refresh_token"));
    expect_error(&r, 400, "invalid_grant", 50173);
    assert_true(has(r.body, "\"suberror\":\"bad_token\""));
    advance(10);
    tokens = seed_tokens();
    advance(91L * 86400);
    r = tk(T1, "", form, member(tokens, "refresh_token"));
    expect_error(&r, 400, "invalid_grant", 700082);
}

static void a_disabled_account_is_out(void **state)
{
    (void)state;
    json_t *tokens = seed_tokens();
    order("PATCH", "/_emu/users/0a11ce00-0000-4000-8000-000000000001",
          "{\"accountEnabled\":false}");
    struct reply r = tk(T1, "", "grant_type=refresh_token&client_id=" SEED "&refresh_token=%s",
                        member(tokens, "refresh_token"));
    expect_error(&r, 400, "invalid_grant", 50057);
}

static void conditional_access_on_refresh(void **state)
{
    (void)state;
    json_t *tokens = seed_tokens();
    order(
        "PATCH", "/_emu/tenants/" T1,
        "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"refresh\"],\"grant\":\"block\"}]}");
    struct reply r = tk(T1, "", "grant_type=refresh_token&client_id=" SEED "&refresh_token=%s",
                        member(tokens, "refresh_token"));
    expect_error(&r, 400, "interaction_required", 53003);
}

static json_t *api2_tokens(void)
{
    const char *code = get_code(API2, "http://localhost/api2", API2_SCOPE, ALICE);
    struct reply r = tk(T1, "",
                        "grant_type=authorization_code&client_id=" API2
                        "&redirect_uri=http%%3A%%2F%%2Flocalhost%%2Fapi2&code=%s" WITH_PKCE,
                        code);
    return expect_tokens(&r);
}

static void v69_v70_v74_client_that_is_its_own_api(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        const char *error; // NULL: tokens
        int code;
    } rows[] = {
        { "", "invalid_request", 90009 },
        { "&scope=openid%20offline_access", "invalid_request", 90009 },
        { "&scope=https%3A%2F%2Fmcp.example%2Fmcp%2Fmcp.access%20offline_access", NULL, 0 },
        { "&scope=" API2 "%2Fmcp.access%20offline_access", NULL, 0 },
        { "&scope=" API2 "%2Fmcp.access&resource=https%3A%2F%2Fmcp.example%2Fmcp%2F",
          "invalid_target", 9010010 },
        { "&scope=" API2 "%2Fmcp.access&resource=https%3A%2F%2Fmcp.example%2Fmcp", NULL, 0 },
    };
    const char *token = member(api2_tokens(), "refresh_token");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r =
            tk(T1, "", "grant_type=refresh_token&client_id=" API2 "&refresh_token=%s%s", token,
               rows[i].more);
        if (rows[i].error)
            expect_error(&r, 400, rows[i].error, rows[i].code);
        else
            expect_tokens(&r);
    }
    struct reply r = tk(T1, "",
                        "grant_type=refresh_token&client_id=" SEED
                        "&refresh_token=%s&resource=https%%3A%%2F%%2Fmcp.example%%2Fmcp%%2F",
                        member(seed_tokens(), "refresh_token"));
    expect_error(&r, 400, "invalid_target", 9010010);
}

static void v75_v76_client_credentials(void **state)
{
    (void)state;
#define CC "grant_type=client_credentials&client_id=" WEB
    struct reply r =
        tk(T1, "",
           CC "&client_secret=s3cret-web&scope=https%%3A%%2F%%2Fgraph.microsoft.com%%2F.default");
    json_t *tokens = expect_tokens(&r);
    assert_int_equal(json_object_size(tokens), 4);
    json_t *claims = claims_of(member(tokens, "access_token"));
    assert_true(str_is(dom_str(claims, "idtyp"), "app"));
    assert_true(str_eq(dom_str(claims, "oid"), dom_str(claims, "sub")));
    assert_null(dom_get(claims, "scp"));
    r = tk(T1, "", CC "&scope=https%%3A%%2F%%2Fgraph.microsoft.com%%2F.default");
    expect_error(&r, 401, "invalid_client", 7000216);
    r = tk(T1, "", CC "&client_secret=s3cret-web&scope=User.Read");
    expect_error(&r, 400, "invalid_scope", 1002012);
}

static void v90_v96_api_with_v2_tokens(void **state)
{
    (void)state;
    json_t *tokens = api2_tokens();
    const char *token = member(tokens, "access_token");
    CLEANUP(jwks_free) struct jwks *set = key_set();
    assert_true(verifies(token, set));
    json_t *claims = claims_of(token);
    assert_true(str_is(dom_str(claims, "aud"), API2));
    assert_true(str_is(dom_str(claims, "scp"), "mcp.access"));
    assert_true(str_is(dom_str(claims, "ver"), "2.0"));
    assert_true(str_is(dom_str(claims, "azpacr"), "0"));
    struct reply r = ask("GET", "/oidc/userinfo",
                         arena_printf(rig.arena, "Authorization: Bearer %s\r\n", token).p, NULL);
    assert_int_equal(r.status, 401);
    assert_true(has(r.body, "InvalidAuthenticationToken"));
}

static json_t *api1_claims(void)
{
    const char *code = get_code(NULL, NULL, "api://" APP("06") "/legacy.read openid", ALICE);
    struct reply r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    json_t *tokens = expect_tokens(&r);
    CLEANUP(jwks_free) struct jwks *set = key_set();
    assert_true(verifies(member(tokens, "access_token"), set));
    assert_non_null(dom_get(part_of(member(tokens, "access_token"), 0), "x5t"));
    return claims_of(member(tokens, "access_token"));
}

static void v91_api_with_v1_tokens(void **state)
{
    (void)state;
    json_t *claims = api1_claims();
    assert_true(str_is(dom_str(claims, "ver"), "1.0"));
    assert_true(has(dom_str(claims, "iss"), "/sts/"));
    assert_true(str_is(dom_str(claims, "aud"), "api://" APP("06")));
    assert_true(str_is(dom_str(claims, "scp"), "legacy.read"));
    order("PATCH", "/_emu/behaviour", "{\"v1AudienceForm\":\"guid\"}");
    assert_true(str_is(dom_str(api1_claims(), "aud"), APP("06")));
}

static void v92_two_resources(void **state)
{
    (void)state;
    const char *code = get_code(NULL, NULL, "openid api://" APP("06") "/legacy.read", ALICE);
    struct reply r =
        tk(T1, "",
           SEED_FORM WITH_PKCE "&scope=api%%3A%%2F%%2F" APP(
               "06") "%%2Flegacy.read%%20https%%3A%%2F%%2Fmcp.example%%2Fmcp%%2Fmcp.access",
           code);
    expect_error(&r, 400, "invalid_request", 28000);
}

static void v93_group_overage(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" SEED, "{\"groupMembershipClaims\":\"SecurityGroup\"}");
    const char *code = get_code(NULL, NULL, NULL, "bob@contoso.example");
    struct reply r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    json_t *claims = claims_of(member(expect_tokens(&r), "id_token"));
    assert_null(dom_get(claims, "groups"));
    assert_non_null(dom_get(dom_get(claims, "_claim_names"), "groups"));
    assert_non_null(dom_get(dom_get(claims, "_claim_sources"), "src1"));
    order("PATCH", "/_emu/users/0b0b0000-0000-4000-8000-000000000002", "{\"generateGroups\":200}");
    r = tk(T1, "", SEED_FORM WITH_PKCE, get_code(NULL, NULL, NULL, "bob@contoso.example"));
    claims = claims_of(member(expect_tokens(&r), "id_token"));
    assert_int_equal(json_array_size(dom_get(claims, "groups")), 200);
}

static void v94_guest(void **state)
{
    (void)state;
    const char *code = get_code(NULL, NULL, "openid profile email", "gina@fabrikam.example");
    struct reply r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    json_t *claims = claims_of(member(expect_tokens(&r), "id_token"));
    assert_true(str_is(dom_str(claims, "tid"), T1));
    assert_true(has(dom_str(claims, "idp"), T2));
    assert_true(str_is(dom_str(claims, "oid"), "06174000-0000-4000-8000-000000000003"));
    assert_true(str_is(dom_str(claims, "email"), "gina@fabrikam.example"));
}

static void v10_keys_roll(void **state)
{
    (void)state;
    const char *before = member(seed_tokens(), "id_token");
    order("POST", "/_emu/keys", "{\"op\":\"publish\"}");
    order("POST", "/_emu/keys", "{\"op\":\"activate\"}");
    const char *after = member(seed_tokens(), "id_token");
    CLEANUP(jwks_free) struct jwks *both = key_set();
    assert_true(verifies(before, both));
    assert_true(verifies(after, both));
    order("POST", "/_emu/keys", "{\"op\":\"retire\"}");
    CLEANUP(jwks_free) struct jwks *later = key_set();
    assert_false(verifies(before, later));
    assert_true(verifies(after, later));
    order("POST", "/_emu/keys", "{\"op\":\"emergency\"}");
    CLEANUP(jwks_free) struct jwks *emergency = key_set();
    assert_false(verifies(after, emergency));
    assert_int_equal(control("POST", "/_emu/keys", "{\"op\":\"x\"}").status, 400);
    order("POST", "/_emu/keys", "{\"op\":\"activate\"}");
}

static const char *spoiled(const char *kind)
{
    order("POST", "/_emu/fault",
          arena_printf(rig.arena, "{\"endpoint\":\"token\",\"kind\":\"token:%s\"}", kind).p);
    return member(seed_tokens(), "id_token");
}

static void v98_spoiled_tokens(void **state)
{
    (void)state;
    CLEANUP(jwks_free) struct jwks *set = key_set();
    static const char *const unsigned_ones[] = { "algnone", "hs256", "kid", "sig" };
    for (size_t i = 0; i < ARRAY_LEN(unsigned_ones); i++)
        assert_false(verifies(spoiled(unsigned_ones[i]), set));
    static const struct {
        const char *kind, *claim, *wrong;
    } rows[] = { { "aud", "aud", SEED },
                 { "iss", "iss", NULL },
                 { "tid", "tid", T1 },
                 { "nonce", "nonce", "n1" } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *token = spoiled(rows[i].kind);
        assert_true(verifies(token, set));
        assert_false(
            str_is(dom_str(claims_of(token), rows[i].claim), rows[i].wrong ? rows[i].wrong : ""));
    }
    assert_true(json_is_array(dom_get(claims_of(spoiled("audarray")), "aud")));
    assert_null(dom_get(claims_of(spoiled("nosub")), "sub"));
    assert_null(dom_get(claims_of(spoiled("nononce")), "nonce"));
    json_t *late = claims_of(spoiled("exp"));
    assert_true(dom_int(late, "exp", 0) < dom_int(late, "iat", 0));
    // An order is used up: the next token is sound.
    assert_true(str_is(dom_str(claims_of(member(seed_tokens(), "id_token")), "aud"), SEED));
}

static void v99_busy_and_broken_answers(void **state)
{
    (void)state;
    const char *code = seed_code();
    order("POST", "/_emu/fault", "{\"endpoint\":\"token\",\"kind\":\"status429\",\"seconds\":2}");
    struct reply r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    assert_int_equal(r.status, 429);
    assert_true(str_is(header_of(&r, "Retry-After"), "2"));
    order("POST", "/_emu/fault", "{\"endpoint\":\"token\",\"kind\":\"status503\"}");
    assert_int_equal(tk(T1, "", SEED_FORM WITH_PKCE, code).status, 503);
    order("POST", "/_emu/fault", "{\"endpoint\":\"token\",\"kind\":\"badJson\"}");
    r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    json_t *tree;
    assert_false(dom_parse(r.body, &tree, NULL));
    order("POST", "/_emu/fault", "{\"endpoint\":\"token\",\"kind\":\"close\"}");
    r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    assert_int_equal(r.status, 0); // the connection ended without an answer
    order("POST", "/_emu/fault", "{\"endpoint\":\"token\",\"kind\":\"slow\",\"seconds\":0}");
    r = tk(T1, "", SEED_FORM WITH_PKCE, code);
    expect_tokens(&r);
}

static void v100_correlation(void **state)
{
    (void)state;
    static const char id[] = "5e1f0000-0000-4000-8000-00000000000a";
    const char *headers =
        arena_printf(rig.arena, "client-request-id: %s\r\nreturn-client-request-id: true\r\n", id)
            .p;
    struct reply r =
        tk(T1, headers, "grant_type=authorization_code&redirect_uri=x&code=bogus&client_id=" SEED);
    json_t *body = json_of(r.body);
    assert_true(str_is(dom_str(body, "correlation_id"), id));
    assert_true(str_is(header_of(&r, "client-request-id"), id));
    assert_true(str_eq(dom_str(body, "trace_id"), header_of(&r, "x-ms-request-id")));
    assert_true(str_is(header_of(&r, "x-ms-clitelem"), "1,9002313,0,,"));
    // Not a GUID: not echoed.
    r = tk(T1, "client-request-id: <x>\r\n", "grant_type=foo&client_id=" SEED);
    assert_false(has(r.body, "<x>"));
}

static void envelope_order(void **state)
{
    (void)state;
    struct reply r = tk(T1, "", "grant_type=foo&client_id=" SEED);
    static const char *const members[] = { "error",     "error_description", "error_codes",
                                           "timestamp", "trace_id",          "correlation_id",
                                           "error_uri" };
    size_t i = 0;
    const char *key;
    json_t *value;
    json_t *body = json_of(r.body);
    json_object_foreach(body, key, value)
    {
        assert_true(i < ARRAY_LEN(members));
        assert_string_equal(key, members[i++]);
    }
    assert_int_equal(i, ARRAY_LEN(members));
    assert_true(has(r.body, " Trace ID: "));
    order("PATCH", "/_emu/behaviour", "{\"descriptionStyle\":\"crlf\"}");
    r = tk(T1, "", "grant_type=foo&client_id=" SEED);
    assert_true(has(r.body, "\\r\\nTrace ID: "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(v64_to_v67_order_before_the_grant),
        RIG_TEST(v50_to_v52_pkce_and_reuse),
        RIG_TEST(plain_challenge),
        RIG_TEST(v53_to_v57_what_a_code_is_bound_to),
        RIG_TEST(v58_to_v60_confidential_client),
        RIG_TEST(switch_web_secret_with_public_fallback),
        RIG_TEST(v61_v62_single_page),
        RIG_TEST(v63_origin_on_a_public_code),
        RIG_TEST(v47_success_in_order),
        RIG_TEST(v48_id_token),
        RIG_TEST(v49_graph_token_cannot_be_verified),
        RIG_TEST(v68_v71_refresh),
        RIG_TEST(v73_dead_refresh_tokens),
        RIG_TEST(a_disabled_account_is_out),
        RIG_TEST(conditional_access_on_refresh),
        RIG_TEST(v69_v70_v74_client_that_is_its_own_api),
        RIG_TEST(v75_v76_client_credentials),
        RIG_TEST(v90_v96_api_with_v2_tokens),
        RIG_TEST(v91_api_with_v1_tokens),
        RIG_TEST(v92_two_resources),
        RIG_TEST(v93_group_overage),
        RIG_TEST(v94_guest),
        RIG_TEST(v10_keys_roll),
        RIG_TEST(v98_spoiled_tokens),
        RIG_TEST(v99_busy_and_broken_answers),
        RIG_TEST(v100_correlation),
        RIG_TEST(envelope_order),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
