// SPDX-License-Identifier: MIT
// The authorization endpoint, beyond the vectors.
#include "tokens.h"

#define SILENT "&prompt=none"
#define BEHAVE "/_emu/behaviour"
#define BOB    "bob@contoso.example"

static const struct {
    const char *name, *want;
    struct az az;
    const char *patch_path, *patch; // ordered first
} rows[] = {
    { "bogus response type", "redir unsupported_response_type 70005", { .type = "bogus" } },
    { "response type doubled", "redir unsupported_response_type 70005", { .type = "code code" } },
    { "query with id_token",
      "redir invalid_request 70007",
      { .app = WEB, .redirect = WEB_URI, .type = "id_token", .more = "&response_mode=query" } },
    { "unknown response mode", "redir invalid_request 70007", { .more = "&response_mode=x" } },
    { "address", "redir invalid_scope 70011", { .scope = "openid address" } },
    { "characters no scope has", "redir invalid_scope 70011", { .scope = "openid a\"b" } },
    { ".default of an API not listed",
      "redir invalid_client 650057",
      { .scope = "https://mcp.example/mcp/.default" } },
    { ".default of an application that lists nothing",
      "redir invalid_client 650056",
      { .scope = "https://graph.microsoft.com/.default" },
      "/_emu/apps/" SEED,
      "{\"requiredResourceAccess\":[]}" },
    { ".default and another",
      "redir invalid_scope 70011",
      { .app = API2,
        .redirect = "http://localhost/api2",
        .scope = "https://mcp.example/mcp/.default https://mcp.example/mcp/mcp.access" } },
    { "method without challenge",
      "redir invalid_request 50147",
      { .more = "&code_challenge_method=S256" } },
    { "unknown challenge method",
      "redir invalid_request 90023",
      { .more = "&code_challenge=" CHALLENGE "&code_challenge_method=S512" } },
    { "challenge with a blank",
      "redir invalid_request 501491",
      { .more = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSst%20-cM" } },
    { "prompt none and login", "redir invalid_request 90023", { .more = SILENT "%20login" } },
    { "unknown prompt", "redir invalid_request 90023", { .more = "&prompt=x" } },
    { "claims is no JSON", "redir invalid_request 90023", { .more = "&claims=x" } },
    { "max_age is no number", "redir invalid_request 90023", { .more = "&max_age=x" } },
    { "assigned", "code", { .app = ASG, .redirect = "http://localhost/asg", .as = ALICE } },
    { "disabled app, silent: seen only after a sign-in",
      "redir login_required 50058",
      { .app = OFF, .redirect = "https://mcp.example/callback", .more = SILENT } },
    { "not assigned, silent",
      "redir interaction_required 50105",
      { .app = ASG, .redirect = "http://localhost/asg", .as = BOB, .more = SILENT } },
    { "unchecked URI, no scope",
      "page 50011",
      { .redirect = "https://evil.example/", .scope = "" } },
    { "unchecked URI, resource",
      "page 50011",
      { .redirect = "https://evil.example/", .more = "&resource=x%3Ay" } },
    { "not absolute", "page 90102", { .redirect = "callback" } },
    { "with a fragment", "page 90102", { .redirect = SEED_URI "#x" } },
    { "empty redirect URI", "page 900971", { .redirect = "", .more = "&redirect_uri=" } },
    { "one registered, none sent", "code", { .redirect = "", .as = ALICE } },
    { "single-tenant application at consumers", "page 9002332", { .tenant = "consumers" } },
    { "single-tenant application at organizations", "page 50194", { .tenant = "organizations" } },
    { "application for personal accounts alone",
      "page 9002331",
      { 0 },
      "/_emu/apps/" SEED,
      "{\"signInAudience\":\"PersonalMicrosoftAccount\"}" },
    { "work account at consumers",
      "page 50020",
      { .tenant = "consumers", .as = ALICE },
      "/_emu/apps/" SEED,
      "{\"signInAudience\":\"AzureADandPersonalMicrosoftAccount\"}" },
    { "service principal deleted",
      "page 700016",
      { 0 },
      "/_emu/apps/" SEED,
      "{\"servicePrincipal\":{\"deletedDateTime\":\"2026-01-01T00:00:00Z\"}}" },
    { "API without service principal",
      "page 650052",
      { .scope = LEGACY_SCOPE },
      "/_emu/apps/" API1,
      "{\"servicePrincipal\":{\"deletedDateTime\":\"2026-01-01T00:00:00Z\"}}" },
    { "scope that was switched off",
      "redir invalid_client 650053",
      { .scope = LEGACY_SCOPE },
      "/_emu/apps/" API1,
      "{\"api\":{\"oauth2PermissionScopes\":[{\"id\":\"5c09e000-0000-4000-8000-000000000002\","
      "\"value\":\"legacy.read\",\"isEnabled\":false}]}}" },
    { "tenant not published yet",
      "page 90002",
      { 0 },
      "/_emu/tenants/" T1,
      "{\"publishedSince\":\"2999-01-01T00:00:00Z\"}" },
    { "the demo's callback",
      "code",
      { .app = APP("d0"), .redirect = "http://localhost:8123/auth/callback", .as = ALICE } },
};

static void refusals_and_successes_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        order("POST", "/_emu/reset", "{}");
        if (rows[i].patch)
            order("PATCH", rows[i].patch_path, rows[i].patch);
        struct reply r = az_ask(&rows[i].az);
        print_message("%s\n", rows[i].name);
        expect_answer(rows[i].want, &r);
    }
}

// At an alias the directory is that of the person, who is not known before the sign-in.
static void unknown_application_at_an_alias(void **state)
{
    (void)state;
    struct az unknown = { .tenant = "common", .app = APP("ff") };
    expect_az("form", &unknown);
    unknown.as = ALICE;
    struct reply r = az_ask(&unknown);
    expect_answer("page 700016", &r);
    assert_true(has(r.body, "Contoso Lab"));
    // What cannot wait for a sign-in is said at once, and never to an unchecked URI.
    unknown.as = NULL;
    unknown.more = SILENT;
    expect_az("page 700016", &unknown);
    unknown.more = "";
    unknown.type = "bogus";
    expect_az("page 700016", &unknown);
    unknown.redirect = "";
    expect_az("page 700016", &unknown);
}

static void error_redirect_is_encoded_as_recorded(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .more = SILENT });
    struct str location = header_of(&r, "Location");
    assert_true(has(location, "error_description=AADSTS50058%3a+A+silent"));
    assert_true(has(location, "%2ferror%3fcode%3d50058"));
    assert_true(str_ends(location, STR("#")));
}

static void state_comes_back_without_markup(void **state)
{
    (void)state;
    struct reply r = get("/" T1 "/oauth2/v2.0/authorize?client_id=" SEED
                         "&prompt=none&response_type=code&scope=openid&redirect_uri="
                         "http%3A%2F%2Flocalhost%3A6274%2Fcallback&state=a%3Cb%3Ec%20%26d");
    assert_true(str_is(sent(&r, "state"), "ac &d"));
}

static void response_modes(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE, .more = "&response_mode=fragment" });
    assert_true(str_starts(header_of(&r, "Location"), STR(SEED_URI "#code=")));
    order(
        "PATCH", "/_emu/apps/" SEED,
        "{\"publicClient\":{\"redirectUris\":[\"https://a.example\",\"https://a.example/q?x=1\"]}}");
    r = az_ask(&(struct az){ .redirect = "https://a.example", .as = ALICE });
    assert_true(str_starts(header_of(&r, "Location"), STR("https://a.example/?code=")));
    r = az_ask(&(struct az){ .redirect = "https://a.example/q?x=1", .as = ALICE });
    assert_true(str_starts(header_of(&r, "Location"), STR("https://a.example/q?x=1&code=")));
    r = az_ask(&(struct az){ .redirect = "https://a.example/q?x=2", .more = SILENT });
    expect_answer("page 50011", &r);
}

// By POST: a request line ends at 16 KiB before.
static void parameters_beyond_64_kib(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf form = BUF_INIT(70000);
    buf_adds(&form, "client_id=" SEED "&response_type=code&scope=openid&state=");
    while (form.n < 65536)
        buf_addc(&form, 'a');
    struct reply r = ask("POST", "/" T1 "/oauth2/v2.0/authorize", FORM, buf_cstr(&form));
    expect_answer("form", &r);
    buf_addc(&form, 'a');
    r = ask("POST", "/" T1 "/oauth2/v2.0/authorize", FORM, buf_cstr(&form));
    expect_answer("page 90015", &r);
}

static void by_post_too(void **state)
{
    (void)state;
    struct reply r = ask("POST", "/" T1 "/oauth2/v2.0/authorize", FORM,
                         "client_id=" SEED "&prompt=none&response_type=code&scope=openid&state=s1"
                         "&redirect_uri=http%3A%2F%2Flocalhost%3A6274%2Fcallback");
    expect_answer("redir login_required 50058", &r);
}

static void client_info_when_asked(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE, .more = "&client_info=1" });
    struct buf out = BUF_INIT(1024);
    assert_true(b64url_decode(&out, sent(&r, "client_info")));
    assert_true(claim_is(json_of(buf_str(&out)), "utid", T1));
    buf_release(&out);
}

static void login_hint_of_another(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE });
    const char *cookie = cookie_of(&r, "ESTSAUTH");
    r = az_ask(
        &(struct az){ .cookie = cookie, .more = SILENT "&login_hint=bob%40contoso.example" });
    expect_answer("redir login_required 50058", &r);
    assert_true(
        has(sent(&r, "error_description"), "none of the currently signed in user(s) match"));
    expect_az("form",
              &(struct az){ .cookie = cookie, .more = "&login_hint=bob%40contoso.example" });
    expect_az("form", &(struct az){ .cookie = cookie, .more = "&prompt=login" });
    expect_az("code", &(struct az){ .cookie = cookie, .more = "&max_age=10" });
    advance(11);
    expect_az("form", &(struct az){ .cookie = cookie, .more = "&max_age=10" });
    r = az_ask(&(struct az){ .cookie = cookie, .more = "&prompt=select_account" });
    assert_true(has(r.body, "Pick an account"));
    r = az_ask(&(struct az){ .cookie = cookie, .more = "&prompt=consent" });
    assert_true(has(r.body, "Permissions requested"));
}

static void several_sessions(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE });
    const char *cookie = cookie_of(&r, "ESTSAUTH");
    az_ask(&(struct az){ .as = BOB, .cookie = cookie });
    expect_az("redir interaction_required 16000", &(struct az){ .cookie = cookie, .more = SILENT });
    r = az_ask(&(struct az){ .cookie = cookie });
    assert_true(has(r.body, "Pick an account"));
    const char *both = arena_printf(rig.arena, "%s; %s", cookie, cookie_of(&r, "buid")).p;
    r = press(&r, "pick", both, "account=0b0b0000-0000-4000-8000-000000000002");
    expect_answer("code", &r);
}

// --- by the forms ---

static void the_forms_lead_to_a_code(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ 0 });
    const char *browser = cookie_of(&page, "buid");
    struct reply consent = press(&page, "login", browser, GOOD_LOGIN);
    assert_true(has(consent.body, "Permissions requested"));
    assert_true(has(consent.body, "SEED"));
    struct reply end = press(&consent, "consent", browser, "decision=accept");
    expect_answer("code", &end);
    // Consent is remembered: the same person in the same browser goes straight through.
    expect_az("code", &(struct az){ .cookie = cookie_of(&consent, "ESTSAUTH"), .more = SILENT });
}

static void accounts_in_trouble(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *code, *patch; // of erin
    } cases[] = {
        { "login=alice%40contoso.example", "AADSTS50126", "{}" },
        { "login=nobody%40contoso.example&passwd=x", "AADSTS50034", "{}" },
        { "login=erin%40contoso.example&passwd=Pa55-erin", "AADSTS50057", "{}" },
        { "login=erin%40contoso.example&passwd=wrong", "AADSTS50126", "{}" },
        { "login=erin%40contoso.example&passwd=Pa55-erin", "AADSTS50053",
          "{\"accountEnabled\":true,\"state\":[\"locked\"]}" },
        { "login=erin%40contoso.example&passwd=Pa55-erin", "AADSTS50055",
          "{\"accountEnabled\":true,\"state\":[\"passwordExpired\"]}" },
        { "login=erin%40contoso.example&passwd=Pa55-erin", "AADSTS50056", "{\"password\":null}" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        order("PATCH", "/_emu/users/0e210000-0000-4000-8000-000000000005", cases[i].patch);
        struct reply page = az_ask(&(struct az){ 0 });
        struct reply r = press(&page, "login", cookie_of(&page, "buid"), cases[i].fields);
        expect_answer("form", &r);
        assert_true(has(r.body, cases[i].code));
    }
}

static void a_form_counts_once_and_only_in_its_browser(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ 0 });
    struct reply r = press(&page, "login", "buid=stranger", GOOD_LOGIN);
    assert_true(has(r.body, "AADSTS90023"));
    assert_null(cookie_of(&r, "ESTSAUTH"));
    const char *browser = cookie_of(&page, "buid");
    assert_true(has(press(&page, "login", browser, GOOD_LOGIN).body, "Permissions requested"));
    assert_true(has(press(&page, "login", browser, GOOD_LOGIN).body, "AADSTS90023"));
    page = az_ask(&(struct az){ 0 });
    advance(601);
    assert_true(
        has(press(&page, "login", cookie_of(&page, "buid"), GOOD_LOGIN).body, "AADSTS90023"));
}

static void second_factor(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ .as = "mia@contoso.example" });
    assert_true(has(page.body, "AADSTS50076"));
    const char *browser = cookie_of(&page, "buid");
    struct reply again = press(&page, "mfa", browser, "code=");
    assert_true(has(again.body, "Verify your identity"));
    struct reply consent = press(&again, "mfa", browser, "code=123456");
    struct reply end = press(&consent, "consent", browser, "decision=accept");
    expect_answer("code", &end);
    order("PATCH", "/_emu/users/031a0000-0000-4000-8000-000000000004",
          "{\"state\":[\"mfaRegistration\"]}");
    assert_true(has(az_ask(&(struct az){ .as = "mia@contoso.example" }).body, "AADSTS50079"));
}

static void consent_for_the_whole_organization(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ .as = "ada@contoso.example", .consent = "" });
    assert_true(has(page.body, "Consent on behalf of your organization"));
    struct reply end =
        press(&page, "consent", cookie_of(&page, "buid"), "decision=accept&organization=1");
    expect_answer("code", &end);
    expect_az("code", &(struct az){ .as = BOB, .consent = "" });
    // Nobody else has that box.
    order("POST", "/_emu/reset", "{}");
    page = az_ask(&(struct az){ .as = ALICE, .consent = "" });
    assert_false(has(page.body, "on behalf of your organization"));
    press(&page, "consent", cookie_of(&page, "buid"), "decision=accept&organization=1");
    page = az_ask(&(struct az){ .as = BOB, .consent = "" });
    assert_true(has(page.body, "Permissions requested"));
}

static void consent_policies_and_pre_authorized_clients(void **state)
{
    (void)state;
    order("PATCH", "/_emu/tenants/" T1, "{\"userConsent\":\"lowRiskOnly\"}");
    expect_az("code", &(struct az){ .as = ALICE, .scope = "openid offline_access User.Read" });
    struct az api = { .as = ALICE, .scope = "openid " LEGACY_SCOPE };
    assert_true(has(az_ask(&api).body, "AADSTS90094"));
    order("PATCH", "/_emu/apps/" API1,
          "{\"api\":{\"preAuthorizedApplications\":[{\"appId\":\"" SEED
          "\",\"delegatedPermissionIds\":[\"5c09e000-0000-4000-8000-000000000002\"]}]}}");
    expect_az("code", &api);
    assert_true(has(az_ask(&(struct az){ .as = ALICE, .scope = "Directory.Read.All" }).body,
                    "AADSTS90094"));
}

static void markup_never_gets_out(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .app = "<script>x</script>" });
    assert_false(has(r.body, "<script>x"));
    r = az_ask(&(struct az){ .more = "&login_hint=%22%3E%3Cscript%3Ex" });
    assert_false(has(r.body, "<script>x"));
    assert_true(has(r.body, "&lt;script&gt;x"));
}

// --- tenants and aliases ---

#define MULTI_URI "http://localhost/multi"

static void a_consent_installs_a_multi_tenant_application(void **state)
{
    (void)state;
    static const char form[] = "grant_type=refresh_token&refresh_token=abc&client_id=" MULTI;
    struct reply r = tk(T2, "", form);
    expect_error(&r, 400, "unauthorized_client", 700016);
    expect_az("code", &(struct az){ .tenant = "common",
                                    .app = MULTI,
                                    .redirect = MULTI_URI,
                                    .as = "dave@fabrikam.example" });
    r = tk(T2, "", form);
    expect_error(&r, 400, "invalid_grant", 9002313);
    // The tenant's own administrator may switch it off there, and only there.
    order("PATCH", "/_emu/tenants/" T2,
          "{\"servicePrincipals\":[{\"appId\":\"" MULTI "\",\"accountEnabled\":false}]}");
    r = tk(T2, "", form);
    expect_error(&r, 400, "unauthorized_client", 7000112);
    expect_az("page 7000112", &(struct az){ .tenant = T2,
                                            .app = MULTI,
                                            .redirect = MULTI_URI,
                                            .as = "dave@fabrikam.example" });
    expect_az("code", &(struct az){ .app = MULTI, .redirect = MULTI_URI, .as = ALICE });
}

static void personal_accounts(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" MULTI,
          "{\"signInAudience\":\"AzureADandPersonalMicrosoftAccount\"}");
    json_t *config = json_of(control("GET", "/_emu/config", NULL).body);
    json_t *tenant = json_of(
        STR("{\"id\":\"" MSA_TENANT
            "\",\"displayName\":\"Microsoft accounts\",\"domains\":[\"outlook.example\"],"
            "\"users\":[{\"id\":\"0e450000-0000-4000-8000-000000000008\",\"displayName\":\"Pat\","
            "\"userPrincipalName\":\"pat@outlook.example\",\"password\":\"x\"}]}"));
    json_array_append(dom_get(config, "tenants"), tenant);
    char *text = json_dumps(config, 0);
    order("PUT", "/_emu/config", text);
    free(text);
    struct az pat = { .app = MULTI, .redirect = MULTI_URI, .as = "pat@outlook.example" };
    const char *const open[] = { "consumers", "common" };
    for (size_t i = 0; i < ARRAY_LEN(open); i++) {
        pat.tenant = open[i];
        expect_az("code", &pat);
    }
    pat.tenant = "organizations";
    expect_az("page 50020", &pat);
    pat.tenant = T1;
    expect_az("page 50020", &pat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(refusals_and_successes_in_order),
        RIG_TEST(unknown_application_at_an_alias),
        RIG_TEST(error_redirect_is_encoded_as_recorded),
        RIG_TEST(state_comes_back_without_markup),
        RIG_TEST(response_modes),
        RIG_TEST(parameters_beyond_64_kib),
        RIG_TEST(by_post_too),
        RIG_TEST(client_info_when_asked),
        RIG_TEST(login_hint_of_another),
        RIG_TEST(several_sessions),
        RIG_TEST(the_forms_lead_to_a_code),
        RIG_TEST(accounts_in_trouble),
        RIG_TEST(a_form_counts_once_and_only_in_its_browser),
        RIG_TEST(second_factor),
        RIG_TEST(consent_for_the_whole_organization),
        RIG_TEST(consent_policies_and_pre_authorized_clients),
        RIG_TEST(markup_never_gets_out),
        RIG_TEST(a_consent_installs_a_multi_tenant_application),
        RIG_TEST(personal_accounts),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
