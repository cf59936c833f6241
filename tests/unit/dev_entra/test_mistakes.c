// SPDX-License-Identifier: MIT
// The mistakes people make with a registration, a tenant or a clock, each made here and met at the
// endpoint where it shows; and what a doctor's probes get to see of a few whole set-ups.
#include "devices.h"

#define SILENT  "&prompt=none"
#define SRV_URI "https://mcp.example/callback"
#define SRV_FORM                                                                                   \
    "grant_type=authorization_code&client_id=" SRV                                                 \
    "&redirect_uri=https%%3A%%2F%%2Fmcp.example%%2Fcallback&code=%s" WITH_PKCE
#define BOB "bob@contoso.example"
#define MIA "mia@contoso.example"

static void patch_app(const char *app, const char *json)
{
    order("PATCH", arena_printf(rig.arena, "/_emu/apps/%s", app).p, json);
}

static void patch_tenant(const char *json)
{
    order("PATCH", "/_emu/tenants/" T1, json);
}

static const char *srv_code(void)
{
    return get_code(SRV, SRV_URI, NULL, ALICE);
}

static void under_web_without_a_secret(void)
{
    patch_app(SRV, "{\"publicClient\":null,\"web\":{\"redirectUris\":[\"" SRV_URI "\"]}}");
    struct reply r = tk(T1, "", SRV_FORM, srv_code());
    expect_error(&r, 401, "invalid_client", 7000218);
}

static void under_single_page(void)
{
    patch_app(SRV, "{\"publicClient\":null,\"spa\":{\"redirectUris\":[\"" SRV_URI "\"]}}");
    const char *code = srv_code();
    struct reply r = tk(T1, "", SRV_FORM, code);
    expect_error(&r, 400, "invalid_request", 9002327);
    r = tk(T1, "Origin: https://mcp.example\r\n", SRV_FORM, code);
    expect_tokens(&r);
}

static void a_secret_too_many(void)
{
    const char *code = srv_code();
    struct reply r = tk(T1, "", SRV_FORM "&client_secret=x", code);
    expect_error(&r, 401, "invalid_client", 700025);
    r = tk(T1, "", SRV_FORM, code);
    expect_tokens(&r);
}

static void public_flows_off(void)
{
    patch_app(SEED, "{\"isFallbackPublicClient\":null}");
    json_t *d = begin(SEED);
    expect_pending(SEED, d);
    act(d, "approve");
    struct reply r = poll(SEED, d, "");
    expect_error(&r, 401, "invalid_client", 7000218);
}

static void application_disabled(void)
{
    patch_app(SEED, "{\"servicePrincipal\":{\"accountEnabled\":false}}");
    expect_az("redir login_required 50058", &(struct az){ .more = SILENT });
    expect_az("page 7000112", &(struct az){ .as = ALICE });
    struct reply r = dc(T1, "client_id=" SEED "&scope=openid");
    expect_error(&r, 400, "unauthorized_client", 7000112);
}

static void nobody_assigned(void)
{
    patch_app(SEED, "{\"servicePrincipal\":{\"appRoleAssignmentRequired\":true}}");
    expect_az("page 50105", &(struct az){ .as = ALICE });
    patch_app(SEED, "{\"servicePrincipal\":{\"appRoleAssignedTo\":[{\"principalId\":"
                    "\"96000000-0000-4000-8000-000000000001\"}]}}");
    expect_az("page 50105", &(struct az){ .as = ALICE });
    order("PATCH", "/_emu/users/0a11ce00-0000-4000-8000-000000000001",
          "{\"memberOf\":[\"96000000-0000-4000-8000-000000000001\"]}");
    expect_az("code", &(struct az){ .as = ALICE });
}

static void a_wildcard(void)
{
    order("PATCH", "/_emu/behaviour", "{\"allowWildcardRedirects\":true}");
    patch_app(SRV, "{\"publicClient\":{\"redirectUris\":[\"https://mcp.example/*\"]}}");
    expect_az("redir login_required 50058",
              &(struct az){ .app = SRV,
                            .redirect = "https://mcp.example/doctor-not-registered-1",
                            .more = SILENT });
}

// The list decides in which the port-blind comparison finds the URI first.
static void two_ports_on_two_platforms(void)
{
    patch_app(SEED, "{\"web\":{\"redirectUris\":[\"http://localhost:8080/callback\"]}}");
    const char *code = get_code(SEED, "http://localhost:7000/callback", NULL, ALICE);
    struct reply r = tk(T1, "",
                        "grant_type=authorization_code&client_id=" SEED WITH_PKCE
                        "&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A7000%%2Fcallback&code=%s",
                        code);
    expect_error(&r, 401, "invalid_client", 7000218);
    r = seed_redeem(seed_code(), WITH_PKCE); // the registered port itself is public
    expect_tokens(&r);
}

static void secret_id_instead_of_the_value(void)
{
    struct reply r = tk(T1, "", WEB_FORM "&client_secret=5ec0e700-0000-4000-8000-000000000001",
                        get_code(WEB, WEB_URI, NULL, ALICE));
    expect_error(&r, 401, "invalid_client", 7000215);
    assert_true(has(r.body, "not the client secret ID"));
}

static void secret_expired(void)
{
    struct reply r =
        tk(T1, "", WEB_FORM "&client_secret=old-web", get_code(WEB, WEB_URI, NULL, ALICE));
    expect_error(&r, 401, "invalid_client", 7000222);
}

#define POLICY(flow, grant)                                                                        \
    "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"" flow           \
    "\"],\"grant\":\"" grant "\"}]}"

static void device_code_blocked(void)
{
    patch_tenant(POLICY("deviceCode", "block"));
    struct reply r = control("POST", "/_emu/device", op(begin(SEED), "approve"));
    assert_true(has(r.body, "AADSTS53003"));
    expect_az("code", &(struct az){ .as = ALICE });
}

static void device_not_compliant(void)
{
    patch_tenant(POLICY("any", "compliantDevice"));
    struct reply r = control("POST", "/_emu/device", op(begin(SEED), "approve"));
    assert_true(has(r.body, "AADSTS530033"));
    expect_az("page 53000", &(struct az){ .as = ALICE });
}

static void second_factor_pending(void)
{
    assert_true(has(az_ask(&(struct az){ .as = MIA }).body, "AADSTS50076"));
    const char *token = member(seed_tokens(), "refresh_token");
    patch_tenant(POLICY("refresh", "mfa"));
    struct reply r = refresh(SEED, token, "");
    expect_error(&r, 400, "invalid_grant", 50076);
    assert_true(has(r.body, "\"claims\":"));
}

static void account_of_another_tenant(void)
{
    expect_az("page 50020", &(struct az){ .as = "dave@fabrikam.example" });
    // Where a domain is at home can be seen without any account.
    json_t *d = json_of(get("/fabrikam.example/v2.0/.well-known/openid-configuration").body);
    assert_true(has(dom_str(d, "issuer"), "/" T2 "/"));
    order("PATCH", "/_emu/behaviour", "{\"wrongTenantError\":\"70001\"}");
    expect_az("page 70001", &(struct az){ .as = "dave@fabrikam.example" });
}

static void account_of_no_tenant(void)
{
    struct reply r = get("/outlook.example/v2.0/.well-known/openid-configuration");
    expect_error(&r, 400, "invalid_tenant", 90002);
}

static void admin_consent_needed(void)
{
    patch_tenant("{\"userConsent\":\"adminOnly\"}");
    assert_true(has(az_ask(&(struct az){ .as = ALICE }).body, "AADSTS90094"));
    expect_az("redir access_denied 65004", &(struct az){ .as = ALICE, .consent = "decline" });
}

static void consent_declined(void)
{
    expect_az("redir access_denied 65004", &(struct az){ .as = ALICE, .consent = "decline" });
}

static void service_principals_deleted(void)
{
    const char *deleted = "{\"servicePrincipal\":{\"deletedDateTime\":\"2026-01-01T00:00:00Z\"}}";
    patch_app(API1, deleted);
    expect_az("page 650052", &(struct az){ .scope = "openid " LEGACY_SCOPE });
    patch_app(SEED, deleted);
    expect_az("page 700016", &(struct az){ .more = SILENT });
}

static void refresh_for_itself(void)
{
    struct reply r = refresh(API2, member(api2_tokens(), "refresh_token"), "");
    expect_error(&r, 400, "invalid_request", 90009);
}

static void single_page_tokens_die_in_a_day(void)
{
    under_single_page();
    const char *origin = "Origin: https://mcp.example\r\n";
    struct reply r = tk(T1, origin, SRV_FORM, srv_code());
    const char *token = member(expect_tokens(&r), "refresh_token");
    advance(86401);
    r = tk(T1, origin, REFRESH SRV "&refresh_token=%s", token);
    expect_error(&r, 400, "invalid_grant", 700084);
}

static void refresh_token_dead(void)
{
    const char *token = member(seed_tokens(), "refresh_token");
    advance(91L * 86400);
    struct reply r = refresh(SEED, token, "");
    expect_error(&r, 400, "invalid_grant", 700082);
}

static void redirect_uri_differs_at_the_token_step(void)
{
    struct reply r = tk(T1, "",
                        "grant_type=authorization_code&client_id=" SRV WITH_PKCE
                        "&redirect_uri=http%%3A%%2F%%2Fmcp.example%%2Fcallback&code=%s",
                        srv_code());
    expect_error(&r, 400, "invalid_client", 500112);
}

static void slash_case_and_address(void)
{
    static const char *const wrong[] = { SRV_URI "/", "https://mcp.example/Callback",
                                         "http://127.0.0.1/oauth/callback" };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        expect_az("page 50011", &(struct az){ .app = SRV, .redirect = wrong[i], .more = SILENT });
}

static void clock_wrong(void)
{
    advance(7200);
    struct reply r = get("/" T1 "/v2.0/.well-known/openid-configuration");
    struct tm tm = { 0 };
    const char *date = arena_cstr(rig.arena, header_of(&r, "Date"));
    assert_non_null(strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &tm));
    int64_t ahead = (int64_t)timegm(&tm) - time(NULL);
    assert_true(ahead > 7100 && ahead < 7300);
}

static void keys_rolled_in_an_emergency(void)
{
    const char *token = member(seed_tokens(), "id_token");
    order("POST", "/_emu/keys", "{\"op\":\"emergency\"}");
    assert_false(jwks_has(key_set(), dom_str(header_part(token), "kid")));
}

static void too_many_groups(void)
{
    patch_app(SEED, "{\"groupMembershipClaims\":\"SecurityGroup\"}");
    assert_non_null(dom_get(id_claims(tokens_for(NULL, BOB)), "_claim_names"));
}

static void nothing_answers(void)
{
    order("POST", "/_emu/fault", "{\"endpoint\":\"discovery\",\"kind\":\"close\"}");
    assert_int_equal(get("/" T1 "/v2.0/.well-known/openid-configuration").status, 0);
    order("POST", "/_emu/fault", "{\"endpoint\":\"keys\",\"kind\":\"status503\"}");
    assert_int_equal(get("/" T1 "/discovery/v2.0/keys").status, 503);
}

static void polls_in_a_loop(void)
{
    order("PATCH", "/_emu/behaviour", "{\"pollLoopLimit\":1}");
    json_t *d = begin(SEED);
    expect_pending(SEED, d);
    struct reply r = poll(SEED, d, "");
    expect_error(&r, 400, "invalid_grant", 50196);
}

static void code_page_opened_too_late(void)
{
    json_t *d = begin(SEED);
    advance(901);
    const char *typed = arena_printf(rig.arena, "user_code=%s", dom_str(d, "user_code").p).p;
    assert_true(has(ask("POST", "/device", FORM, typed).body, "did not work"));
    struct reply r = poll(SEED, d, "");
    expect_error(&r, 400, "expired_token", 70020);
}

static void web_secret_and_public_flows(void)
{
    patch_app(WEB, "{\"isFallbackPublicClient\":true}");
    order("PATCH", "/_emu/behaviour", "{\"webSecretWithPublicFallback\":\"700025\"}");
    struct reply r =
        tk(T1, "", WEB_FORM "&client_secret=s3cret-web", get_code(WEB, WEB_URI, NULL, ALICE));
    expect_error(&r, 401, "invalid_client", 700025);
}

// The directory is in this cloud, the addresses of another were written down.
static void another_cloud(void)
{
    order("PATCH", "/_emu/config", "{\"cloud\":\"usGov\",\"issuerMode\":\"real\"}");
    json_t *d = json_of(get("/" T1 "/v2.0/.well-known/openid-configuration").body);
    assert_true(claim_is(d, "issuer", "https://login.microsoftonline.us/" T1 "/v2.0"));
    assert_true(claim_is(d, "userinfo_endpoint", "https://graph.microsoft.us/oidc/userinfo"));
    assert_true(claim_is(d, "cloud_instance_name", "microsoftonline.us"));
}

static const struct {
    const char *number; // of the doctor's table
    void (*shows)(void);
} mistakes[] = {
    { "E14", under_web_without_a_secret },
    { "E15", under_single_page },
    { "E16", a_secret_too_many },
    { "E17", secret_id_instead_of_the_value },
    { "E18", secret_expired },
    { "E19", public_flows_off },
    { "E20", device_code_blocked },
    { "E21", device_not_compliant },
    { "E22", second_factor_pending },
    { "E23", account_of_another_tenant },
    { "E24", account_of_no_tenant },
    { "E25", nobody_assigned },
    { "E26", admin_consent_needed },
    { "E27", consent_declined },
    { "E28", application_disabled },
    { "E29", service_principals_deleted },
    { "E38", refresh_for_itself },
    { "E39", single_page_tokens_die_in_a_day },
    { "E40", refresh_token_dead },
    { "E43", redirect_uri_differs_at_the_token_step },
    { "E44, E45", slash_case_and_address },
    { "E48", clock_wrong },
    { "E49", keys_rolled_in_an_emergency },
    { "E50", two_ports_on_two_platforms },
    { "E51", too_many_groups },
    { "E52", another_cloud },
    { "E54", nothing_answers },
    { "E56", a_wildcard },
    { "E57", polls_in_a_loop },
    { "E59", code_page_opened_too_late },
    { "E62", web_secret_and_public_flows },
};

static void each_mistake_shows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
        print_message("%s\n", mistakes[i].number);
        order("POST", "/_emu/reset", "{}");
        mistakes[i].shows();
    }
}

// --- what the probes of a doctor see of whole set-ups ---

#define UNREGISTERED "https://mcp.example/doctor-not-registered-1"

static const struct setup {
    const char *name;
    const char *tenant, *app, *callback;
    const char *patch_path, *patch;
    const char *discovery;                         // "ok", or the AADSTS code
    const char *silent, *unregistered, *guide_uri; // answers of /authorize with prompt=none
    int device, invented;                          // AADSTS codes; device 0: pending polls
    const char *secret;                            // "": none; sent with client_credentials
    int secret_code;                               // 0: tokens
} setups[] = {
    { "the guide's registration", T1, SEED, SRV_URI, NULL, NULL, "ok", "page 50011", "page 50011",
      "redir login_required 50058", 0, 9002313, "", 0 },
    { "with our callback", T1, SRV, SRV_URI, NULL, NULL, "ok", "redir login_required 50058",
      "page 50011", "page 50011", 0, 9002313, "", 0 },
    { "a secret that is good", T1, WEB, WEB_URI, NULL, NULL, "ok", "redir login_required 50058",
      "page 50011", "page 50011", 0, 9002313, "s3cret-web", 0 },
    { "a secret that has expired", T1, WEB, WEB_URI, NULL, NULL, "ok", "redir login_required 50058",
      "page 50011", "page 50011", 0, 9002313, "old-web", 7000222 },
    { "a wrong client id", T1, APP("ff"), SRV_URI, NULL, NULL, "ok", "page 700016", "page 700016",
      "page 700016", 700016, 700016, "", 0 },
    { "a wrong tenant", "7e57ed00-0000-4000-8000-0000000000ff", SEED, SRV_URI, NULL, NULL, "90002",
      "page 90002", "page 90002", "page 90002", 90002, 90002, "", 0 },
    { "common", "common", SEED, SRV_URI, NULL, NULL, "template", "page 50194", "page 50194",
      "page 50194", 50194, 50194, "", 0 },
    { "disabled", T1, OFF, SRV_URI, NULL, NULL, "ok", "redir login_required 50058", "page 50011",
      "page 50011", 7000112, 7000112, "", 0 },
    { "silent requests put off", T1, SRV, SRV_URI, "fault",
      "{\"endpoint\":\"authorize\",\"kind\":\"p5defer\",\"count\":3}", "ok", "form", "form", "form",
      0, 9002313, "", 0 },
};

static void probe_discovery(const struct setup *s)
{
    struct reply r =
        get(arena_printf(rig.arena, "/%s/v2.0/.well-known/openid-configuration", s->tenant).p);
    if (strcmp(s->discovery, "ok") == 0)
        assert_true(has(r.body, "/" T1 "/v2.0\""));
    else if (strcmp(s->discovery, "template") == 0)
        assert_true(has(r.body, "/{tenantid}/v2.0\""));
    else
        expect_error(&r, 400, "invalid_tenant", (int)strtol(s->discovery, NULL, 10));
}

static void probe_authorize(const struct setup *s)
{
    const struct {
        const char *uri, *want;
    } rows[] = { { s->callback, s->silent },
                 { UNREGISTERED, s->unregistered },
                 { SEED_URI, s->guide_uri } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        expect_az(rows[i].want, &(struct az){ .tenant = s->tenant,
                                              .app = s->app,
                                              .redirect = rows[i].uri,
                                              .more = SILENT });
}

static void expect_code(const struct reply *r, int code)
{
    assert_true(has(r->body, arena_printf(rig.arena, "\"error_codes\":[%d]", code).p));
}

static void probe_tokens(const struct setup *s)
{
    struct reply r = dc(s->tenant, arena_printf(rig.arena, "client_id=%s&scope=" SCOPE, s->app).p);
    if (s->device)
        expect_code(&r, s->device);
    else
        expect_pending(s->app, json_of(r.body));
    r = tk(
        s->tenant, "",
        "grant_type=authorization_code&code=doctor-invalid&redirect_uri=x&code_verifier=" VERIFIER
        "&client_id=%s",
        s->app);
    expect_code(&r, s->invented);
    if (!s->secret[0])
        return;
    r = tk(s->tenant, "",
           "grant_type=client_credentials&client_id=%s&client_secret=%s"
           "&scope=https%%3A%%2F%%2Fgraph.microsoft.com%%2F.default",
           s->app, s->secret);
    if (s->secret_code)
        expect_code(&r, s->secret_code);
    else
        expect_tokens(&r);
}

static void what_probes_see(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(setups); i++) {
        const struct setup *s = &setups[i];
        print_message("%s\n", s->name);
        order("POST", "/_emu/reset", "{}");
        if (s->patch)
            order("POST", arena_printf(rig.arena, "/_emu/%s", s->patch_path).p, s->patch);
        probe_discovery(s);
        probe_authorize(s);
        probe_tokens(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(each_mistake_shows),
        RIG_TEST(what_probes_see),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
