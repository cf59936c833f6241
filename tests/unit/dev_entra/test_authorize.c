// SPDX-License-Identifier: MIT
#include "rig.h"

// "page 50011", "redir login_required 50058", "form" (the sign-in page), "code".
static void judge(const struct az *v, const struct reply *r)
{
    char kind[16], error[64] = "";
    int code = 0;
    int fields = sscanf(v->want, "%15s %63s %d", kind, error, &code);
    struct str location = header_of(r, "Location");
    bool ok = false;
    if (strcmp(kind, "page") == 0) {
        const char *mark = arena_printf(rig.arena, "AADSTS%s:", error).p;
        ok = (r->status == 200 || r->status == 400) && !location.p && has(r->body, mark) &&
             has(r->body, "having trouble signing you in");
    } else if (strcmp(kind, "redir") == 0 && fields == 3) {
        const char *mark = arena_printf(rig.arena, "AADSTS%d: ", code).p;
        ok = r->status == 302 && str_is(sent(r, "error"), error) &&
             str_is(sent(r, "state"), "s1") &&
             str_starts(sent(r, "error_description"), str_c(mark)) && !sent(r, "code").p;
    } else if (strcmp(kind, "form") == 0) {
        ok = r->status == 200 && !location.p && has(r->body, "name=\"passwd\"") &&
             field_of(r, "ctx");
    } else if (strcmp(kind, "code") == 0) {
        ok = r->status == 302 && sent(r, "code").n && str_is(sent(r, "state"), "s1");
    }
    if (!ok)
        fail_msg("%s: wanted %s, got %d " STR_FMT STR_FMT, v->name, v->want, r->status,
                 STR_ARG(r->head), STR_ARG(str_slice(r->body, 0, 900)));
}

#define NONE      "&prompt=none"
#define API_SCOPE "https://mcp.example/mcp/mcp.access openid"
#define BEHAVE    "/_emu/behaviour"

static const struct az vectors[] = {
    { "V12 any loopback port", .redirect = "http://localhost:50123/callback", .as = ALICE,
      .want = "code" },
    { "V13 other path, form first", .redirect = "http://localhost:6274/oauth/callback",
      .want = "form" },
    { "V13 other path, then the page", .redirect = "http://localhost:6274/oauth/callback",
      .as = ALICE, .want = "page 50011" },
    { "V14 127.0.0.1", .redirect = "http://127.0.0.1:6274/callback", .more = NONE,
      .want = "page 50011" },
    { "V15 case", .redirect = "http://localhost:6274/Callback", .more = NONE,
      .want = "page 50011" },
    { "V16 slash", .redirect = "http://localhost:6274/callback/", .more = NONE,
      .want = "page 50011" },
    { "V17 scheme", .redirect = "https://localhost:6274/callback", .more = NONE,
      .want = "page 50011" },
    { "V18 silent", .more = NONE, .want = "redir login_required 50058" },
    { "V19 silent, https", .app = SRV, .redirect = "https://mcp.example/callback", .more = NONE,
      .want = "redir login_required 50058" },
    { "V20 not registered", .app = SRV, .redirect = "https://mcp.example/other", .more = NONE,
      .want = "page 50011" },
    { "V21 http elsewhere", .app = SRV, .redirect = "http://mcp.example/callback",
      .want = "page 500117" },
    { "V22 none registered", .app = APP("07"), .redirect = "", .want = "page 500113" },
    { "V23 unknown client", .app = APP("ff"), .want = "page 700016" },
    { "V24 no client", .app = "", .want = "page 900144" },
    { "V25 unknown tenant", .tenant = "7e57ed00-0000-4000-8000-0000000000ff",
      .want = "page 90002" },
    { "V26 common", .tenant = "common", .want = "page 50194" },
    { "V26 consumers", .tenant = "consumers", .want = "page 9002332" },
    { "V27 no response type", .type = "", .want = "redir invalid_request 900144" },
    { "V28 token", .app = WEB, .redirect = "https://web.example/cb", .type = "token",
      .want = "redir unsupported_response_type 700051" },
    { "V29 id_token", .type = "id_token", .want = "redir unsupported_response_type 700054" },
    { "bogus response type", .type = "bogus", .want = "redir unsupported_response_type 70005" },
    { "query with id_token", .app = WEB, .redirect = "https://web.example/cb", .type = "id_token",
      .more = "&response_mode=query", .want = "redir invalid_request 70007" },
    { "V31 no scope", .scope = "", .want = "redir invalid_request 900144" },
    { "V32 bare API scope", .scope = "openid mcp.access", .want = "redir invalid_client 650053" },
    { "V33 unknown resource", .scope = "api://nowhere/x", .want = "redir invalid_resource 500011" },
    { "address", .scope = "openid address", .want = "redir invalid_scope 70011" },
    { ".default of an API not listed", .scope = "https://mcp.example/mcp/.default",
      .want = "redir invalid_client 650057" },
    { ".default and another", .app = API2, .redirect = "http://localhost/api2",
      .scope = "https://mcp.example/mcp/.default https://mcp.example/mcp/mcp.access",
      .want = "redir invalid_scope 70011" },
    { "V34 resource", .more = "&resource=https%3A%2F%2Fmcp.example%2Fmcp",
      .want = "redir invalid_target 9010010" },
    { "V35 resource ignored", .more = "&resource=https%3A%2F%2Fmcp.example%2Fmcp",
      .patch_path = BEHAVE, .patch = "{\"resourceParameter\":\"ignore\"}", .want = "form" },
    { "V36 resource before 2026", .more = "&resource=https%3A%2F%2Fmcp.example%2Fmcp",
      .patch_path = BEHAVE, .patch = "{\"resourceParameter\":\"reject\"}",
      .want = "redir invalid_request 901002" },
    { "resource, shown as page", .more = "&resource=x%3Ay", .patch_path = BEHAVE,
      .patch = "{\"resourceErrorDelivery\":\"page\"}", .want = "page 9010010" },
    { "V37 resource that fits", .app = API2, .redirect = "http://localhost/api2",
      .scope = API_SCOPE, .more = "&resource=https%3A%2F%2Fmcp.example%2Fmcp", .want = "form" },
    { "V38 resource with slash", .app = API2, .redirect = "http://localhost/api2",
      .scope = API_SCOPE, .more = "&resource=https%3A%2F%2Fmcp.example%2Fmcp%2F",
      .want = "redir invalid_target 9010010" },
    { "V39 short challenge", .more = "&code_challenge=0123456789&code_challenge_method=S256",
      .want = "redir invalid_request 501491" },
    { "method without challenge", .more = "&code_challenge_method=S256",
      .want = "redir invalid_request 50147" },
    { "prompt none and login", .more = "&prompt=none%20login",
      .want = "redir invalid_request 90023" },
    { "claims is no JSON", .more = "&claims=x", .want = "redir invalid_request 90023" },
    { "V40 other tenant", .as = "dave@fabrikam.example", .want = "page 50020" },
    { "V40 in the guide's words", .as = "dave@fabrikam.example", .patch_path = BEHAVE,
      .patch = "{\"wrongTenantError\":\"70001\"}", .want = "page 70001" },
    { "V41 not assigned", .app = APP("09"), .redirect = "http://localhost/asg",
      .as = "bob@contoso.example", .want = "page 50105" },
    { "assigned", .app = APP("09"), .redirect = "http://localhost/asg", .as = ALICE,
      .want = "code" },
    { "V42 disabled app", .app = APP("08"), .redirect = "https://mcp.example/callback", .as = ALICE,
      .want = "page 7000112" },
    { "disabled app, silent: seen only after a sign-in", .app = APP("08"),
      .redirect = "https://mcp.example/callback", .more = NONE,
      .want = "redir login_required 50058" },
    { "V43 declined", .as = ALICE, .consent = "decline", .want = "redir access_denied 65004" },
    { "V45 silent without consent", .as = ALICE, .more = NONE,
      .want = "redir interaction_required 65001" },
    { "V95 silent, second factor", .as = "mia@contoso.example", .more = NONE,
      .want = "redir interaction_required 50076" },
    { "not assigned, silent", .app = APP("09"), .redirect = "http://localhost/asg",
      .as = "bob@contoso.example", .more = NONE, .want = "redir interaction_required 50105" },
    { "V98b nothing goes to an unchecked URI", .redirect = "https://evil.example/", .type = "bogus",
      .want = "page 50011" },
    { "unchecked URI, no scope", .redirect = "https://evil.example/", .scope = "",
      .want = "page 50011" },
    { "redirect checked at once", .redirect = "https://evil.example/", .patch_path = BEHAVE,
      .patch = "{\"redirectUriCheck\":\"immediate\"}", .want = "page 50011" },
    { "not absolute", .redirect = "callback", .want = "page 90102" },
    { "ports matter when the switch says so", .redirect = "http://localhost:1/callback",
      .more = NONE, .patch_path = BEHAVE, .patch = "{\"loopbackPortIgnored\":\"none\"}",
      .want = "page 50011" },
    { "blocked by Conditional Access", .as = ALICE, .patch_path = "/_emu/tenants/" T1,
      .patch =
          "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"any\"],\"grant\":\"compliantDevice\",\"reportOnly\":true}]}",
      .want = "code" },
    { "the demo's callback", .app = APP("d0"), .redirect = "http://localhost:8123/auth/callback",
      .as = ALICE, .want = "code" },
};

static void refusals_and_successes_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        const struct az *v = &vectors[i];
        order("POST", "/_emu/reset", "{}");
        if (v->patch)
            order("PATCH", v->patch_path, v->patch);
        struct reply r = az_ask(v);
        judge(v, &r);
    }
}

static void v11_success(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE });
    struct str location = header_of(&r, "Location");
    assert_int_equal(r.status, 302);
    assert_true(str_starts(location, STR(SEED_URI "?code=1.A")));
    assert_true(str_ends(location, STR("#")));
    assert_true(sent(&r, "session_state").n == 36);
    assert_true(sent(&r, "code").n >= 900 && sent(&r, "code").n <= 1500);
    assert_false(sent(&r, "iss").p);
}

static void v13_page_names_the_uri(void **state)
{
    (void)state;
    struct reply r =
        az_ask(&(struct az){ .redirect = "http://localhost:6274/oauth/callback", .as = ALICE });
    assert_true(has(r.body, "http://localhost:6274/oauth/callback"));
    assert_true(has(r.body, "\"iErrorCode\":50011"));
    assert_true(str_is(header_of(&r, "X-Frame-Options"), "DENY"));
}

static void v30_hybrid_form_post(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .app = WEB,
                                          .redirect = "https://web.example/cb",
                                          .type = "code id_token",
                                          .more = "&response_mode=form_post",
                                          .as = ALICE });
    assert_int_equal(r.status, 200);
    assert_true(has(r.body, "action=\"https://web.example/cb\""));
    assert_non_null(field_of(&r, "code"));
    assert_string_equal(field_of(&r, "state"), "s1");
    assert_non_null(field_of(&r, "id_token"));
}

static void v32_names_graph(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .scope = "openid mcp.access" });
    assert_true(has(sent(&r, "error_description"), "00000003-0000-0000-c000-000000000000"));
}

static void v43_subcode(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE, .consent = "decline" });
    assert_true(str_is(sent(&r, "error_subcode"), "cancel"));
}

static void v29_error_in_the_fragment(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .type = "id_token" });
    assert_true(str_starts(header_of(&r, "Location"), STR(SEED_URI "#error=")));
}

static void error_redirect_is_encoded_as_recorded(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .more = "&prompt=none" });
    struct str location = header_of(&r, "Location");
    assert_true(has(location, "error_description=AADSTS50058%3a+A+silent"));
    assert_true(has(location, "%2ferror%3fcode%3d50058"));
    assert_true(str_ends(location, STR("#")));
}

static void login_hint_of_another(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE });
    const char *cookie = cookie_of(&r, "ESTSAUTH");
    assert_non_null(cookie);
    r = az_ask(&(struct az){ .cookie = cookie, .more = "&prompt=none" });
    assert_true(sent(&r, "code").n);
    r = az_ask(
        &(struct az){ .cookie = cookie, .more = "&prompt=none&login_hint=bob%40contoso.example" });
    assert_true(str_is(sent(&r, "error"), "login_required"));
    assert_true(
        has(sent(&r, "error_description"), "none of the currently signed in user(s) match"));
    r = az_ask(&(struct az){ .cookie = cookie, .more = "&prompt=login" });
    assert_true(has(r.body, "name=\"passwd\""));
}

static void several_sessions(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE });
    const char *cookie = cookie_of(&r, "ESTSAUTH");
    az_ask(&(struct az){ .as = "bob@contoso.example", .cookie = cookie });
    r = az_ask(&(struct az){ .cookie = cookie, .more = "&prompt=none" });
    assert_true(str_is(sent(&r, "error"), "interaction_required"));
    assert_true(has(sent(&r, "error_description"), "AADSTS16000"));
    r = az_ask(&(struct az){ .cookie = cookie });
    assert_true(has(r.body, "Pick an account"));
    assert_true(has(r.body, "bob@contoso.example"));
}

// --- by the forms ---

// Posts a form of the page `r` with one more field; the browser's cookie goes along.
static struct reply press(const struct reply *r, const char *action, const char *cookie,
                          const char *more)
{
    const char *body =
        arena_printf(rig.arena, "ctx=%s&canary=%s&%s", url_encode(field_of(r, "ctx")),
                     url_encode(field_of(r, "canary")), more)
            .p;
    const char *path = arena_printf(rig.arena, "/" T1 "/%s", action).p;
    return ask("POST", path, arena_printf(rig.arena, FORM "Cookie: %s\r\n", cookie).p, body);
}

#define GOOD_LOGIN "login=alice%40contoso.example&passwd=Pa55-alice"

static void the_forms_lead_to_a_code(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ 0 });
    const char *browser = cookie_of(&page, "esctx");
    struct reply consent = press(&page, "login", browser, GOOD_LOGIN);
    assert_true(has(consent.body, "Permissions requested"));
    assert_true(has(consent.body, "SEED"));
    assert_non_null(cookie_of(&consent, "ESTSAUTH"));
    struct reply end = press(&consent, "consent", browser, "decision=accept");
    assert_int_equal(end.status, 302);
    assert_true(sent(&end, "code").n);
    assert_true(str_is(sent(&end, "state"), "s1"));
    // Consent is remembered: the same person in the same browser goes straight through.
    const char *session = cookie_of(&consent, "ESTSAUTH");
    end = az_ask(&(struct az){ .cookie = session, .more = "&prompt=none" });
    assert_true(sent(&end, "code").n);
}

static void v46_wrong_passwords_show_the_form_again(void **state)
{
    (void)state;
    static const struct {
        const char *fields, *code;
    } rows[] = {
        { "login=alice%40contoso.example&passwd=wrong", "AADSTS50126" },
        { "login=alice%40contoso.example", "AADSTS50126" },
        { "login=nobody%40contoso.example&passwd=x", "AADSTS50034" },
        { "login=erin%40contoso.example&passwd=Pa55-erin", "AADSTS50057" },
        { "login=erin%40contoso.example&passwd=wrong", "AADSTS50126" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply page = az_ask(&(struct az){ 0 });
        struct reply r = press(&page, "login", cookie_of(&page, "esctx"), rows[i].fields);
        assert_int_equal(r.status, 200);
        assert_false(header_of(&r, "Location").p);
        assert_true(has(r.body, rows[i].code));
        assert_non_null(field_of(&r, "ctx"));
    }
}

static void v44_admin_approval(void **state)
{
    (void)state;
    order("PATCH", "/_emu/tenants/" T1, "{\"userConsent\":\"adminOnly\"}");
    struct reply page = az_ask(&(struct az){ .as = ALICE });
    assert_true(has(page.body, "Need admin approval"));
    assert_true(has(page.body, "AADSTS90094"));
    // Pressing "accept" where there is no such button changes nothing.
    struct reply again = press(&page, "consent", cookie_of(&page, "esctx"), "decision=accept");
    assert_true(has(again.body, "AADSTS90094"));
    const char *browser = cookie_of(&page, "esctx");
    struct reply end = press(&again, "consent", browser, "decision=decline");
    assert_true(str_is(sent(&end, "error"), "access_denied"));
    end = az_ask(&(struct az){ .as = "ada@contoso.example" });
    assert_true(sent(&end, "code").n);
}

static void a_form_counts_once_and_only_in_its_browser(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ 0 });
    struct reply r = press(&page, "login", "esctx=stranger", GOOD_LOGIN);
    assert_true(has(r.body, "AADSTS90023"));
    assert_null(cookie_of(&r, "ESTSAUTH"));
    const char *browser = cookie_of(&page, "esctx");
    assert_true(has(press(&page, "login", browser, GOOD_LOGIN).body, "Permissions requested"));
    assert_true(has(press(&page, "login", browser, GOOD_LOGIN).body, "AADSTS90023"));
    page = az_ask(&(struct az){ 0 });
    advance(601);
    assert_true(
        has(press(&page, "login", cookie_of(&page, "esctx"), GOOD_LOGIN).body, "AADSTS90023"));
}

static void second_factor(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ .as = "mia@contoso.example" });
    assert_true(has(page.body, "Verify your identity"));
    const char *browser = cookie_of(&page, "esctx");
    struct reply again = press(&page, "mfa", browser, "code=");
    assert_true(has(again.body, "Verify your identity"));
    struct reply consent = press(&again, "mfa", browser, "code=123456");
    struct reply end = press(&consent, "consent", browser, "decision=accept");
    assert_true(sent(&end, "code").n);
}

static void conditional_access_blocks(void **state)
{
    (void)state;
    order(
        "PATCH", "/_emu/tenants/" T1,
        "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"authorizationCode\"],\"grant\":\"block\"}]}");
    struct reply r = az_ask(&(struct az){ .as = ALICE });
    assert_true(has(r.body, "Error Code: 53003"));
    assert_true(has(r.body, SEED));
    assert_false(header_of(&r, "Location").p);
    r = az_ask(&(struct az){ .as = ALICE, .more = "&prompt=none" });
    assert_true(has(sent(&r, "error_description"), "AADSTS53003"));
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

static void v97_logout(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .as = ALICE });
    const char *cookie = cookie_of(&r, "ESTSAUTH");
    const char *line = arena_printf(rig.arena, "Cookie: %s\r\n", cookie).p;
    r = ask("GET",
            "/" T1
            "/oauth2/v2.0/logout?state=x&post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F",
            line, NULL);
    assert_int_equal(r.status, 200);
    assert_false(header_of(&r, "Location").p);
    r = az_ask(&(struct az){ .cookie = cookie, .more = "&prompt=none" });
    assert_true(str_is(sent(&r, "error"), "login_required"));
    r = get("/" T1
            "/oauth2/v2.0/logout?state=x&post_logout_redirect_uri=https%3A%2F%2Fweb.example%2Fcb");
    assert_true(str_is(header_of(&r, "Location"), "https://web.example/cb?state=x"));
}

static void multi_tenant_at_common(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .tenant = "common",
                                          .app = APP("0b"),
                                          .redirect = "http://localhost/multi",
                                          .as = "dave@fabrikam.example" });
    assert_true(sent(&r, "code").n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(refusals_and_successes_in_order),
        RIG_TEST(v11_success),
        RIG_TEST(v13_page_names_the_uri),
        RIG_TEST(v29_error_in_the_fragment),
        RIG_TEST(v30_hybrid_form_post),
        RIG_TEST(v32_names_graph),
        RIG_TEST(v43_subcode),
        RIG_TEST(error_redirect_is_encoded_as_recorded),
        RIG_TEST(login_hint_of_another),
        RIG_TEST(several_sessions),
        RIG_TEST(the_forms_lead_to_a_code),
        RIG_TEST(v46_wrong_passwords_show_the_form_again),
        RIG_TEST(v44_admin_approval),
        RIG_TEST(a_form_counts_once_and_only_in_its_browser),
        RIG_TEST(second_factor),
        RIG_TEST(conditional_access_blocks),
        RIG_TEST(markup_never_gets_out),
        RIG_TEST(v97_logout),
        RIG_TEST(multi_tenant_at_common),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
