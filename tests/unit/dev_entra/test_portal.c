// SPDX-License-Identifier: MIT
// The administrator's clicks: each verb with what it refuses, and the guide from its first step to
// a signed-in person.
#include "devices.h"

#define REGISTER "/_emu/portal/register"
#define GUIDE_CLICK                                                                                \
    "{\"name\":\"Zscaler MCP Server\",\"accountTypes\":\"singleTenant\","                          \
    "\"redirect\":{\"platform\":\"publicClient\",\"uri\":\"" SEED_URI "\"}}"

static json_t *post(const char *path, const char *json)
{
    struct reply r = control("POST", path, json);
    if (r.status != 200)
        fail_msg("%s: %d " STR_FMT, path, r.status, STR_ARG(r.body));
    return json_of(r.body);
}

static const char *page_of(const char *app, const char *page)
{
    return arena_printf(rig.arena, "/_emu/portal/%s/%s", app, page).p;
}

static void clicks_that_are_refused(void **state)
{
    (void)state;
#define AUTH "/_emu/portal/" SEED "/authentication"
    static const struct {
        const char *path, *json, *says;
        int status;
    } rows[] = {
        { REGISTER, "{\"accountTypes\":\"singleTenant\"}", "name", 400 },
        { REGISTER, "{\"name\":\"A\"}", "accountTypes", 400 },
        { REGISTER, "{\"name\":\"A\",\"accountTypes\":\"singleTenant\",\"tenantId\":\"x\"}",
          "tenantId", 400 },
        { REGISTER,
          "{\"name\":\"A\",\"accountTypes\":\"singleTenant\",\"redirect\":{\"platform\":\"x\",\"uri\":\"https://a.example/\"}}",
          "redirect.platform", 400 },
        { REGISTER,
          "{\"name\":\"A\",\"accountTypes\":\"singleTenant\",\"redirect\":{\"platform\":\"web\",\"uri\":\"http://a.example/\"}}",
          "web.redirectUris[0]", 400 },
        { AUTH, "{\"addPlatform\":\"x\"}", "addPlatform", 400 },
        { AUTH, "{\"addPlatform\":\"publicClient\",\"uris\":[\"http://127.0.0.1/cb\"]}", "manifest",
          400 },
        { AUTH, "{\"addPlatform\":\"web\",\"uris\":[\"https://*.example/\"]}", "manifest", 400 },
        { AUTH, "{\"addPlatform\":\"web\",\"uris\":[\"" SEED_URI "\"]}", "registered under web too",
          400 },
        { AUTH, "{\"allowPublicClientFlows\":\"Yes\"}", "isFallbackPublicClient", 400 },
        { "/_emu/portal/" SEED "/permissions", "{\"resource\":\"Nothing\"}", "resource", 400 },
        { "/_emu/portal/" SEED "/permissions",
          "{\"resource\":\"Microsoft Graph\",\"delegated\":[\"User.Fly\"]}", "delegated", 400 },
        { "/_emu/portal/" SEED "/expose", "{\"appIdUri\":\"https://contoso.example/mcp/\"}",
          "ValueCannotEndWithSlash", 400 },
        { "/_emu/portal/" SEED "/expose", "{\"appIdUri\":\"https://other.example/mcp\"}",
          "identifierUris[0]", 400 },
        { "/_emu/portal/" APP("ff") "/authentication", "{}", "no such", 404 },
        { "/_emu/portal/" SEED "/nothing", "{}", "no such", 404 },
    };
    struct str before = control("GET", "/_emu/config", NULL).body;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = control("POST", rows[i].path, rows[i].json);
        if (r.status != rows[i].status || !has(r.body, rows[i].says))
            fail_msg("%s %s: %d " STR_FMT, rows[i].path, rows[i].json, r.status, STR_ARG(r.body));
    }
    assert_true(str_eq(before, control("GET", "/_emu/config", NULL).body));
    assert_int_equal(control("GET", "/_emu/portal/" APP("ff"), NULL).status, 404);
}

// --- the guide ---

static json_t *application(const char *app)
{
    struct reply r = control("GET", arena_printf(rig.arena, "/_emu/portal/%s", app).p, NULL);
    return dom_get(json_of(r.body), "application");
}

static struct reply poll_after_approval(const char *app)
{
    json_t *d = begin(app);
    expect_pending(app, d);
    act(d, "approve");
    return poll(app, d, "");
}

// All but what every registration has of its own.
static json_t *without_names(json_t *app)
{
    json_object_del(app, "appId");
    json_object_del(app, "displayName");
    return app;
}

static void the_guide_step_by_step(void **state)
{
    (void)state;
    // Step 1: register. The overview shows both ids.
    json_t *overview = post(REGISTER, GUIDE_CLICK);
    const char *app = dom_str(overview, "clientId").p;
    assert_true(claim_is(overview, "tenantId", T1));
    assert_int_equal(dom_str(overview, "clientId").n, 36);

    // Before step 2 the device way ends after the person approved.
    struct reply r = poll_after_approval(app);
    expect_error(&r, 401, "invalid_client", 7000218);

    // Step 2: authentication.
    post(page_of(app, "authentication"),
         "{\"addPlatform\":\"publicClient\",\"uris\":[],\"allowPublicClientFlows\":true}");
    assert_true(dom_bool(application(app), "isFallbackPublicClient", false));

    // Step 3: permissions. User.Read is there from the beginning.
    post(page_of(app, "permissions"),
         "{\"resource\":\"Microsoft Graph\",\"delegated\":[\"openid\",\"profile\"]}");
    assert_true(json_equal(without_names(application(app)), without_names(application(SEED))));

    // No admin consent was given: the first sign-in asks, for offline_access too.
    struct reply page =
        az_ask(&(struct az){ .app = app, .as = "bob@contoso.example", .consent = "" });
    assert_true(has(page.body, "Permissions requested"));
    assert_true(has(page.body, "Maintain access to data"));

    // Step 4: the environment, ready to be pasted.
    struct str lines =
        control("GET", arena_printf(rig.arena, "/_emu/env?app=%s", app).p, NULL).body;
    assert_true(has(lines, arena_printf(rig.arena, "AUDIENCE=%s\n", app).p));
    assert_true(has(lines, "export ZSCALER_MCP_AUTH_ENABLED=false\n"));

    // Step 5: the code way, and the device way, for this registration.
    const char *code = get_code(app, SEED_URI, NULL, ALICE);
    r = tk(T1, "",
           "grant_type=authorization_code&client_id=%s&code=%s" WITH_PKCE
           "&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A6274%%2Fcallback",
           app, code);
    assert_true(claim_is(id_claims(expect_tokens(&r)), "aud", app));
    r = poll_after_approval(app);
    expect_tokens(&r);

    // The journal shows authorize and token.
    struct str journal = control("GET", "/_emu/journal", NULL).body;
    assert_true(has(journal, "\"endpoint\": \"authorize\""));
    assert_true(has(journal, "token issued (authorization_code)"));
}

static void admin_consent_covers_what_is_listed(void **state)
{
    (void)state;
    order("PATCH", "/_emu/tenants/" T1, "{\"userConsent\":\"adminOnly\"}");
    const struct az without = { .as = ALICE, .scope = "openid profile", .consent = "" };
    const struct az with = { .as = ALICE, .consent = "" };
    assert_true(has(az_ask(&without).body, "AADSTS90094"));
    post(page_of(SEED, "grantAdminConsent"), "{}");
    expect_az("code", &without);
    assert_true(has(az_ask(&with).body, "AADSTS90094")); // offline_access is not listed
    post(page_of(SEED, "permissions"),
         "{\"resource\":\"Microsoft Graph\",\"delegated\":[\"offline_access\",\"openid\"]}");
    post(page_of(SEED, "grantAdminConsent"), "{}");
    expect_az("code", &with);
}

static void an_api_is_exposed_and_asked_for(void **state)
{
    (void)state;
    post(page_of(SEED, "expose"), "{\"scopes\":[\"mcp.read\"]}");
    assert_true(has(control("GET", "/_emu/portal/" SEED, NULL).body, "api://" SEED));
    post(page_of(SRV, "permissions"), "{\"resource\":\"SEED\",\"delegated\":[\"mcp.read\"]}");
    const char *code =
        get_code(SRV, "https://mcp.example/callback", "api://" SEED "/.default openid", ALICE);
    struct reply r = tk(T1, "",
                        "grant_type=authorization_code&client_id=" SRV WITH_PKCE
                        "&redirect_uri=https%%3A%%2F%%2Fmcp.example%%2Fcallback&code=%s",
                        code);
    json_t *tokens = expect_tokens(&r);
    assert_true(claim_is(claims_of(member(tokens, "access_token")), "scp", "mcp.read"));
    assert_true(claim_is(tokens, "scope", "openid api://" SEED "/mcp.read"));
}

static void a_secret_has_an_id_that_is_none(void **state)
{
    (void)state;
    json_t *app = dom_get(post(page_of(WEB, "secret"), "{}"), "application");
    json_t *list = dom_get(app, "passwordCredentials");
    json_t *fresh = json_array_get(list, json_array_size(list) - 1);
    const char *code = get_code(WEB, WEB_URI, NULL, ALICE);
    struct reply r = tk(T1, "", WEB_FORM "&client_secret=%s", code, dom_str(fresh, "keyId").p);
    expect_error(&r, 401, "invalid_client", 7000215);
    r = tk(T1, "", WEB_FORM "&client_secret=%s", code, dom_str(fresh, "secretText").p);
    expect_tokens(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(clicks_that_are_refused),
        RIG_TEST(the_guide_step_by_step),
        RIG_TEST(admin_consent_covers_what_is_listed),
        RIG_TEST(an_api_is_exposed_and_asked_for),
        RIG_TEST(a_secret_has_an_id_that_is_none),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
