// SPDX-License-Identifier: MIT
// V11 to V46: the authorization endpoint. V98b stands here too: nothing goes to an unchecked URI.
#include "tokens.h"

#include "jose/digest.h"

#define SILENT    "&prompt=none"
#define RESOURCE  "&resource=https%3A%2F%2Fmcp.example%2Fmcp"
#define API_SCOPE "https://mcp.example/mcp/mcp.access openid"

static void v11_success(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE });
    struct str location = header_of(&r, "Location");
    expect_answer("code", &r);
    assert_true(str_starts(location, STR(SEED_URI "?code=1.A")));
    assert_true(str_ends(location, STR("#")));
    assert_int_equal(sent(&r, "session_state").n, 36);
    assert_false(sent(&r, "iss").p);
}

static void v12_any_loopback_port(void **state)
{
    (void)state;
    expect_az("code", &(struct az){ .redirect = "http://localhost:50123/callback", .as = ALICE });
}

static void v13_other_path_is_said_after_the_sign_in(void **state)
{
    (void)state;
    const struct az other = { .redirect = "http://localhost:6274/oauth/callback" };
    expect_az("form", &other);
    struct reply page = az_ask(&other);
    page = press(&page, "login", cookie_of(&page, "buid"), GOOD_LOGIN);
    expect_answer("page 50011", &page);
    assert_true(has(page.body, "http://localhost:6274/oauth/callback"));
    assert_true(has(page.body, "\"iErrorCode\":50011"));
    assert_true(str_is(header_of(&page, "X-Frame-Options"), "DENY"));
}

static void v14_loopback_address_is_another_host(void **state)
{
    (void)state;
    expect_az("page 50011",
              &(struct az){ .redirect = "http://127.0.0.1:6274/callback", .more = SILENT });
}

static void v15_path_is_case_sensitive(void **state)
{
    (void)state;
    expect_az("page 50011",
              &(struct az){ .redirect = "http://localhost:6274/Callback", .more = SILENT });
}

static void v16_slash_counts(void **state)
{
    (void)state;
    expect_az("page 50011", &(struct az){ .redirect = SEED_URI "/", .more = SILENT });
}

static void v17_scheme_counts(void **state)
{
    (void)state;
    expect_az("page 50011",
              &(struct az){ .redirect = "https://localhost:6274/callback", .more = SILENT });
}

static void v18_silent_without_session(void **state)
{
    (void)state;
    expect_az("redir login_required 50058", &(struct az){ .more = SILENT });
}

static void v19_silent_with_a_server_callback(void **state)
{
    (void)state;
    expect_az(
        "redir login_required 50058",
        &(struct az){ .app = SRV, .redirect = "https://mcp.example/callback", .more = SILENT });
}

static void v20_silent_with_an_unregistered_callback(void **state)
{
    (void)state;
    expect_az("page 50011",
              &(struct az){ .app = SRV, .redirect = "https://mcp.example/other", .more = SILENT });
}

static void v21_http_is_for_loopback(void **state)
{
    (void)state;
    expect_az("page 500117", &(struct az){ .app = SRV, .redirect = "http://mcp.example/callback" });
}

static void v22_nothing_registered(void **state)
{
    (void)state;
    expect_az("page 500113", &(struct az){ .app = APP("07"), .redirect = "" });
}

static void v23_unknown_client(void **state)
{
    (void)state;
    expect_az("page 700016", &(struct az){ .app = APP("ff") });
}

static void v24_no_client(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .app = "" });
    expect_answer("page 900144", &r);
    assert_true(has(r.body, "&#39;client_id&#39;"));
}

static void v25_unknown_tenant(void **state)
{
    (void)state;
    expect_az("page 90002", &(struct az){ .tenant = "7e57ed00-0000-4000-8000-0000000000ff" });
}

static void v26_single_tenant_at_common(void **state)
{
    (void)state;
    expect_az("page 50194", &(struct az){ .tenant = "common" });
}

static void v27_no_response_type(void **state)
{
    (void)state;
    expect_az("redir invalid_request 900144", &(struct az){ .type = "" });
}

static void v28_token_is_not_enabled(void **state)
{
    (void)state;
    expect_az("redir unsupported_response_type 700051",
              &(struct az){ .app = WEB, .redirect = WEB_URI, .type = "token" });
}

static void v29_id_token_is_not_enabled(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .type = "id_token" });
    expect_answer("redir unsupported_response_type 700054", &r);
    assert_true(str_starts(header_of(&r, "Location"), STR(SEED_URI "#error=")));
}

static void v30_hybrid_form_post(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .app = WEB,
                                          .redirect = WEB_URI,
                                          .type = "code id_token",
                                          .more = "&response_mode=form_post",
                                          .as = ALICE });
    assert_int_equal(r.status, 200);
    assert_true(has(r.body, "action=\"" WEB_URI "\""));
    assert_string_equal(field_of(&r, "state"), "s1");
    // OpenID Connect Core 3.3.2.11: the left half of the hash of the code
    uint8_t digest[SHA256_SIZE];
    CLEANUP(buf_release) struct buf want = BUF_INIT(64);
    sha256(str_c(field_of(&r, "code")), digest);
    b64url_encode(&want, str_of(digest, SHA256_SIZE / 2));
    assert_true(str_eq(dom_str(claims_of(field_of(&r, "id_token")), "c_hash"), buf_str(&want)));
}

static void v31_no_scope(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .scope = "" });
    expect_answer("redir invalid_request 900144", &r);
    assert_true(has(sent(&r, "error_description"), "'scope'"));
}

static void v32_bare_api_scope_is_graphs(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .scope = "openid mcp.access" });
    expect_answer("redir invalid_client 650053", &r);
    assert_true(has(sent(&r, "error_description"), "00000003-0000-0000-c000-000000000000"));
}

static void v33_unknown_resource(void **state)
{
    (void)state;
    expect_az("redir invalid_resource 500011", &(struct az){ .scope = "api://nowhere/x" });
}

static void v34_resource_is_refused_before_the_sign_in(void **state)
{
    (void)state;
    expect_az("redir invalid_target 9010010", &(struct az){ .more = RESOURCE });
}

static void v35_resource_ignored(void **state)
{
    (void)state;
    order("PATCH", "/_emu/behaviour", "{\"resourceParameter\":\"ignore\"}");
    expect_az("form", &(struct az){ .more = RESOURCE });
}

static void v36_resource_before_2026(void **state)
{
    (void)state;
    order("PATCH", "/_emu/behaviour", "{\"resourceParameter\":\"reject\"}");
    expect_az("redir invalid_request 901002", &(struct az){ .more = RESOURCE });
}

static void v37_resource_that_fits(void **state)
{
    (void)state;
    struct az fits = {
        .app = API2, .redirect = "http://localhost/api2", .scope = API_SCOPE, .more = RESOURCE
    };
    expect_az("form", &fits);
    fits.as = ALICE;
    expect_az("code", &fits);
}

static void v38_resource_with_a_slash(void **state)
{
    (void)state;
    expect_az("redir invalid_target 9010010", &(struct az){ .app = API2,
                                                            .redirect = "http://localhost/api2",
                                                            .scope = API_SCOPE,
                                                            .more = RESOURCE "%2F" });
}

static void v39_short_challenge(void **state)
{
    (void)state;
    expect_az("redir invalid_request 501491",
              &(struct az){ .more = "&code_challenge=0123456789&code_challenge_method=S256" });
}

static void v40_another_tenants_account(void **state)
{
    (void)state;
    const struct az dave = { .as = "dave@fabrikam.example" };
    expect_az("page 50020", &dave);
    order("PATCH", "/_emu/behaviour", "{\"wrongTenantError\":\"70001\"}");
    struct reply r = az_ask(&dave);
    expect_answer("page 70001", &r);
    assert_int_equal(r.status, 400);
    assert_true(has(r.body, "AADSTS70001: Application is not allowed for the user"));
}

static void v41_not_assigned(void **state)
{
    (void)state;
    expect_az("page 50105", &(struct az){ .app = ASG,
                                          .redirect = "http://localhost/asg",
                                          .as = "bob@contoso.example" });
}

static void v42_disabled(void **state)
{
    (void)state;
    expect_az("page 7000112",
              &(struct az){ .app = OFF, .redirect = "https://mcp.example/callback", .as = ALICE });
}

static void v43_declined(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE, .consent = "decline" });
    expect_answer("redir access_denied 65004", &r);
    assert_true(str_is(sent(&r, "error_subcode"), "cancel"));
}

static void v44_admin_approval(void **state)
{
    (void)state;
    order("PATCH", "/_emu/tenants/" T1, "{\"userConsent\":\"adminOnly\"}");
    struct reply page = az_ask(&(struct az){ .as = ALICE });
    const char *browser = cookie_of(&page, "buid");
    assert_true(has(page.body, "Need admin approval"));
    assert_true(has(page.body, "AADSTS90094"));
    // Pressing "accept" where there is no such button changes nothing.
    page = press(&page, "consent", browser, "decision=accept");
    assert_true(has(page.body, "AADSTS90094"));
    struct reply end = press(&page, "consent", browser, "decision=decline");
    assert_true(str_is(sent(&end, "error"), "access_denied"));
    expect_az("code", &(struct az){ .as = "ada@contoso.example" });
}

static void v45_silent_without_consent(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ 0 });
    page = press(&page, "login", cookie_of(&page, "buid"), GOOD_LOGIN);
    expect_az("redir interaction_required 65001",
              &(struct az){ .cookie = cookie_of(&page, "ESTSAUTH"), .more = SILENT });
}

static void v46_wrong_password(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ 0 });
    struct reply r = press(&page, "login", cookie_of(&page, "buid"),
                           "login=alice%40contoso.example&passwd=wrong");
    expect_answer("form", &r);
    assert_true(has(r.body, "AADSTS50126"));
    assert_null(cookie_of(&r, "ESTSAUTH"));
}

static void v98b_nothing_goes_to_an_unchecked_uri(void **state)
{
    (void)state;
    expect_az("page 50011", &(struct az){ .redirect = "https://evil.example/", .type = "bogus" });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(v11_success),
        RIG_TEST(v12_any_loopback_port),
        RIG_TEST(v13_other_path_is_said_after_the_sign_in),
        RIG_TEST(v14_loopback_address_is_another_host),
        RIG_TEST(v15_path_is_case_sensitive),
        RIG_TEST(v16_slash_counts),
        RIG_TEST(v17_scheme_counts),
        RIG_TEST(v18_silent_without_session),
        RIG_TEST(v19_silent_with_a_server_callback),
        RIG_TEST(v20_silent_with_an_unregistered_callback),
        RIG_TEST(v21_http_is_for_loopback),
        RIG_TEST(v22_nothing_registered),
        RIG_TEST(v23_unknown_client),
        RIG_TEST(v24_no_client),
        RIG_TEST(v25_unknown_tenant),
        RIG_TEST(v26_single_tenant_at_common),
        RIG_TEST(v27_no_response_type),
        RIG_TEST(v28_token_is_not_enabled),
        RIG_TEST(v29_id_token_is_not_enabled),
        RIG_TEST(v30_hybrid_form_post),
        RIG_TEST(v31_no_scope),
        RIG_TEST(v32_bare_api_scope_is_graphs),
        RIG_TEST(v33_unknown_resource),
        RIG_TEST(v34_resource_is_refused_before_the_sign_in),
        RIG_TEST(v35_resource_ignored),
        RIG_TEST(v36_resource_before_2026),
        RIG_TEST(v37_resource_that_fits),
        RIG_TEST(v38_resource_with_a_slash),
        RIG_TEST(v39_short_challenge),
        RIG_TEST(v40_another_tenants_account),
        RIG_TEST(v41_not_assigned),
        RIG_TEST(v42_disabled),
        RIG_TEST(v43_declined),
        RIG_TEST(v44_admin_approval),
        RIG_TEST(v45_silent_without_consent),
        RIG_TEST(v46_wrong_password),
        RIG_TEST(v98b_nothing_goes_to_an_unchecked_uri),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
