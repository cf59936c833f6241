// SPDX-License-Identifier: MIT
// Each switch of "behaviour": what its default does, and each other value.
#include "devices.h"

#define RESOURCE "&resource=https%3A%2F%2Fmcp.example%2Fmcp"
#define SILENT   "&prompt=none"

static void set(const char *name, const char *json)
{
    order("PATCH", "/_emu/behaviour", arena_printf(rig.arena, "{\"%s\":%s}", name, json).p);
}

static void expect_with(const char *name, const char *json, const char *want, const struct az *v)
{
    set(name, json);
    expect_az(want, v);
}

static void resource_parameter(void)
{
    const struct az v = { .more = RESOURCE };
    expect_az("redir invalid_target 9010010", &v);
    expect_with("resourceParameter", "\"ignore\"", "form", &v);
    expect_with("resourceParameter", "\"reject\"", "redir invalid_request 901002", &v);
    struct reply r = refresh(SEED, member(seed_tokens(), "refresh_token"), RESOURCE);
    expect_error(&r, 400, "invalid_request", 901002);
}

static void resource_error_delivery(void)
{
    expect_with("resourceErrorDelivery", "\"page\"", "page 9010010",
                &(struct az){ .more = RESOURCE });
}

static void redirect_uri_check(void)
{
    const struct az v = { .redirect = "https://evil.example/" };
    expect_az("form", &v);
    expect_with("redirectUriCheck", "\"immediate\"", "page 50011", &v);
}

static void device_code_client_check(void)
{
    json_t *d = begin(DEVNO);
    expect_pending(DEVNO, d);
    set("deviceCodeClientCheck", "\"onPoll\"");
    struct reply r = poll(DEVNO, d, "");
    expect_error(&r, 401, "invalid_client", 7000218);
    set("deviceCodeClientCheck", "\"onRequest\"");
    r = dc(T1, "client_id=" DEVNO "&scope=" SCOPE);
    expect_error(&r, 401, "invalid_client", 7000218);
    begin(SEED);
}

static void device_block_visible(void)
{
    order(
        "PATCH", "/_emu/tenants/" T1,
        "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"any\"],\"grant\":\"block\"}]}");
    json_t *d = begin(SEED);
    assert_int_equal(control("POST", "/_emu/device", op(d, "approve")).status, 400);
    set("deviceBlockVisible", "\"poll\"");
    act(d, "approve");
    struct reply r = poll(SEED, d, "");
    expect_error(&r, 400, "interaction_required", 53003);
}

static void loopback_port_ignored(void)
{
    order(
        "PATCH", "/_emu/apps/" SEED,
        "{\"publicClient\":{\"redirectUris\":[\"http://localhost:1/a\",\"http://127.0.0.1:1/b\"]}}");
    static const struct {
        const char *value, *localhost, *address;
    } rows[] = {
        { "\"both\"", "redir login_required 50058", "redir login_required 50058" },
        { "\"localhostOnly\"", "redir login_required 50058", "page 50011" },
        { "\"none\"", "page 50011", "page 50011" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        set("loopbackPortIgnored", rows[i].value);
        expect_az(rows[i].localhost,
                  &(struct az){ .redirect = "http://localhost:2/a", .more = SILENT });
        expect_az(rows[i].address,
                  &(struct az){ .redirect = "http://127.0.0.1:2/b", .more = SILENT });
    }
}

static void description_style(void)
{
    struct reply r = tk(T1, "", "grant_type=foo&client_id=" SEED);
    assert_true(has(r.body, " Trace ID: "));
    set("descriptionStyle", "\"crlf\"");
    r = tk(T1, "", "grant_type=foo&client_id=" SEED);
    assert_true(has(r.body, "\\r\\nTrace ID: "));
    r = az_ask(&(struct az){ .more = SILENT });
    assert_true(has(header_of(&r, "Location"), "%0d%0aTrace+ID%3a+"));
}

static struct str audience_of(const char *scope)
{
    return dom_str(claims_of(member(tokens_for(scope, ALICE), "access_token")), "aud");
}

static void v1_audience_form(void)
{
    const char *scope = "openid " LEGACY_SCOPE;
    assert_true(str_is(audience_of(scope), "api://" API1));
    set("v1AudienceForm", "\"guid\"");
    assert_true(str_is(audience_of(scope), API1));
    set("v1AudienceForm", "\"alternate\"");
    assert_false(str_eq(audience_of(scope), audience_of(scope)));
}

static void graph_audience_form(void)
{
    assert_true(str_is(audience_of("openid"), GRAPH_APP_ID));
    set("graphAudienceForm", "\"url\"");
    assert_true(str_is(audience_of("openid"), "https://graph.microsoft.com"));
    struct reply r = with_bearer("GET", "/oidc/userinfo", member(seed_tokens(), "access_token"));
    assert_int_equal(r.status, 200);
}

static void error_page_status(void)
{
    const struct az v = { .app = APP("ff") };
    assert_int_equal(az_ask(&v).status, 200);
    set("errorPageStatus", "400");
    assert_int_equal(az_ask(&v).status, 400);
    assert_int_equal(control("PATCH", "/_emu/behaviour", "{\"errorPageStatus\":500}").status, 400);
}

static void wrong_tenant_error(void)
{
    const struct az v = { .as = "dave@fabrikam.example" };
    expect_az("page 50020", &v);
    expect_with("wrongTenantError", "\"70001\"", "page 70001", &v);
}

static void iss_parameter(void)
{
    set("issParameter", "true");
    struct reply r = az_ask(&(struct az){ .as = ALICE });
    assert_true(str_ends(sent(&r, "iss"), STR("/" T1 "/v2.0")));
}

static void long_artifacts(void)
{
    struct str code = str_c(seed_code());
    assert_true(code.n >= 900 && code.n <= 1500);
    struct str kept = dom_str(seed_tokens(), "refresh_token");
    assert_true(kept.n >= 1000 && kept.n <= 1800);
    set("longArtifacts", "false");
    assert_true(str_c(seed_code()).n < 100);
    seed_tokens();
}

static void mtls_aliases(void)
{
    const char *path = "/" T1 "/v2.0/.well-known/openid-configuration";
    assert_null(dom_get(json_of(get(path).body), "mtls_endpoint_aliases"));
    set("mtlsAliases", "true");
    json_t *d = json_of(get(path).body);
    assert_true(has(dom_str(dom_get(d, "mtls_endpoint_aliases"), "token_endpoint"), "mtlsauth"));
    assert_true(dom_bool(d, "tls_client_certificate_bound_access_tokens", false));
}

static void token_jitter(void)
{
    set("tokenJitter", "1800");
    bool longer = false;
    for (int i = 0; i < 8; i++) {
        json_t *tokens = seed_tokens(), *claims = id_claims(tokens);
        int64_t lives = dom_int(tokens, "expires_in", 0);
        assert_true(lives >= 3599 && lives <= 3599 + 1800);
        assert_int_equal(dom_int(claims, "exp", 0) - dom_int(claims, "iat", 0), lives + 301);
        longer |= lives > 3599;
    }
    assert_true(longer);
}

static void poll_loop_limit(void)
{
    set("pollLoopLimit", "2");
    json_t *d = begin(SEED);
    expect_pending(SEED, d);
    expect_pending(SEED, d);
    struct reply r = poll(SEED, d, "");
    expect_error(&r, 400, "invalid_grant", 50196);
}

static void web_secret_with_public_fallback(void)
{
    order("PATCH", "/_emu/apps/" WEB, "{\"isFallbackPublicClient\":true}");
    const char *code = get_code(WEB, WEB_URI, NULL, ALICE);
    set("webSecretWithPublicFallback", "\"700025\"");
    struct reply r = tk(T1, "", WEB_FORM "&client_secret=s3cret-web", code);
    expect_error(&r, 401, "invalid_client", 700025);
    set("webSecretWithPublicFallback", "\"accept\"");
    r = tk(T1, "", WEB_FORM "&client_secret=s3cret-web", code);
    expect_tokens(&r);
}

static void clock_skew_seconds(void)
{
    set("clockSkewSeconds", "-7200");
    json_t *claims = id_claims(seed_tokens());
    assert_true(dom_int(claims, "exp", 0) < emu_now(rig.emu));
    set("clockSkewSeconds", "7200");
    claims = id_claims(seed_tokens());
    assert_true(dom_int(claims, "nbf", 0) > emu_now(rig.emu));
}

static void allow_wildcard_redirects(void)
{
    const char *patch = "{\"publicClient\":{\"redirectUris\":[\"https://*.example/cb\"]}}";
    const struct az v = { .redirect = "https://any.example/cb", .more = SILENT };
    assert_int_equal(control("PATCH", "/_emu/apps/" SEED, patch).status, 400);
    set("allowWildcardRedirects", "true");
    order("PATCH", "/_emu/apps/" SEED, patch);
    expect_az("redir login_required 50058", &v);
    expect_az("page 50011", &(struct az){ .redirect = "https://any.example/x", .more = SILENT });
    // Taken back, the registration itself is wrong.
    assert_int_equal(
        control("PATCH", "/_emu/behaviour", "{\"allowWildcardRedirects\":false}").status, 400);
}

static void legacy_grants(void)
{
    static const char form[] =
        "grant_type=password&username=x&password=x&scope=openid&client_id=" SEED;
    struct reply r = tk(T1, "", form);
    expect_error(&r, 400, "unsupported_grant_type", 70003);
    set("legacyGrants", "true");
    r = tk(T1, "", form);
    expect_error(&r, 400, "invalid_grant", 50034);
}

static void code_reuse_revokes(void)
{
    const char *code = seed_code();
    struct reply r = seed_redeem(code, WITH_PKCE);
    const char *token = member(expect_tokens(&r), "refresh_token");
    seed_redeem(code, WITH_PKCE);
    r = refresh(SEED, token, "");
    token = member(expect_tokens(&r), "refresh_token");
    set("codeReuseRevokes", "true");
    seed_redeem(code, WITH_PKCE);
    r = refresh(SEED, token, "");
    expect_error(&r, 400, "invalid_grant", 50173);
    r = refresh(SEED, member(seed_tokens(), "refresh_token"), "");
    expect_tokens(&r);
}

static const char *older_id_token(void)
{
    struct reply r = az_ask(&(struct az){ .v1 = true, .as = ALICE });
    r = ask("POST", "/" T1 "/oauth2/token", FORM,
            arena_printf(rig.arena, SEED_FORM WITH_PKCE, sent(&r, "code").p).p);
    return member(expect_tokens(&r), "id_token");
}

static void older_id_tokens(void)
{
    assert_true(claim_is(header_part(older_id_token()), "alg", "none"));
    set("v1IdToken", "\"signed\"");
    assert_true(verifies(older_id_token(), key_set()));
}

static const struct {
    const char *name;
    void (*proves)(void);
} switches[] = {
    { "resourceParameter", resource_parameter },
    { "resourceErrorDelivery", resource_error_delivery },
    { "redirectUriCheck", redirect_uri_check },
    { "deviceCodeClientCheck", device_code_client_check },
    { "deviceBlockVisible", device_block_visible },
    { "loopbackPortIgnored", loopback_port_ignored },
    { "descriptionStyle", description_style },
    { "v1AudienceForm", v1_audience_form },
    { "graphAudienceForm", graph_audience_form },
    { "errorPageStatus", error_page_status },
    { "wrongTenantError", wrong_tenant_error },
    { "issParameter", iss_parameter },
    { "longArtifacts", long_artifacts },
    { "mtlsAliases", mtls_aliases },
    { "tokenJitter", token_jitter },
    { "pollLoopLimit", poll_loop_limit },
    { "webSecretWithPublicFallback", web_secret_with_public_fallback },
    { "clockSkewSeconds", clock_skew_seconds },
    { "allowWildcardRedirects", allow_wildcard_redirects },
    { "legacyGrants", legacy_grants },
    { "codeReuseRevokes", code_reuse_revokes },
    { "v1IdToken", older_id_tokens },
};

static void each_switch(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
        print_message("%s\n", switches[i].name);
        order("POST", "/_emu/reset", "{}");
        switches[i].proves();
    }
}

static void no_switch_without_a_proof(void **state)
{
    (void)state;
    const char *name;
    size_t n = 0;
    for (; (name = behaviour_name_at(n)); n++) {
        size_t i = 0;
        while (i < ARRAY_LEN(switches) && strcmp(switches[i].name, name) != 0)
            i++;
        if (i == ARRAY_LEN(switches))
            fail_msg("%s is proved by nothing", name);
    }
    assert_int_equal(n, ARRAY_LEN(switches));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(each_switch),
        RIG_TEST(no_switch_without_a_proof),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
