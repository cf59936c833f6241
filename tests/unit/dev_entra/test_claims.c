// SPDX-License-Identifier: MIT
// What stands in tokens, by registration, person and request.
#include "tokens.h"

#define ALICE_ID "0a11ce00-0000-4000-8000-000000000001"
#define ROLE_ID  "401e0000-0000-4000-8000-000000000001"
#define GROUP_1  "96000000-0000-4000-8000-000000000001"
#define GROUP_2  "96000000-0000-4000-8000-000000000002"

static json_t *alice_claims(const char *scope)
{
    return id_claims(tokens_for(scope, ALICE));
}

static json_t *legacy_claims(void)
{
    return claims_of(member(tokens_for("openid " LEGACY_SCOPE, ALICE), "access_token"));
}

static void names_need_profile(void **state)
{
    (void)state;
    json_t *claims = alice_claims("openid");
    static const char *const of_profile[] = { "name", "preferred_username", "oid" };
    for (size_t i = 0; i < ARRAY_LEN(of_profile); i++)
        assert_null(dom_get(claims, of_profile[i]));
    assert_int_equal(dom_str(claims, "sub").n, 43);
    claims = alice_claims("openid profile email");
    assert_true(claim_is(claims, "preferred_username", ALICE));
    assert_null(dom_get(claims, "email")); // a member's only when the registration asks for it
}

static void optional_claims_of_the_id_token(void **state)
{
    (void)state;
    order(
        "PATCH", "/_emu/apps/" SEED,
        "{\"optionalClaims\":{\"idToken\":[{\"name\":\"email\"},{\"name\":\"upn\"},{\"name\":\"auth_time\"},"
        "{\"name\":\"acct\"},{\"name\":\"xms_edov\"},{\"name\":\"verified_primary_email\"},{\"name\":\"given_name\"}]}}");
    json_t *claims = alice_claims("openid profile email");
    assert_true(claim_is(claims, "email", ALICE) && claim_is(claims, "upn", ALICE));
    assert_true(claim_is(claims, "verified_primary_email", ALICE));
    assert_true(claim_is(claims, "given_name", "Alice"));
    assert_true(dom_bool(claims, "xms_edov", false));
    assert_true(dom_int(claims, "auth_time", 0) > 0);
    assert_int_equal(dom_int(claims, "acct", 9), 0);
    assert_null(dom_get(alice_claims("openid"), "email"));
    claims = id_claims(tokens_for("openid profile", "gina@fabrikam.example"));
    assert_int_equal(dom_int(claims, "acct", 9), 1);
    assert_false(dom_bool(claims, "xms_edov", true));
}

static void optional_and_requested_claims_of_access_tokens(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" API1,
          "{\"optionalClaims\":{\"accessToken\":[{\"name\":\"auth_time\"},{\"name\":\"xms_cc\"},"
          "{\"name\":\"aud\",\"additionalProperties\":[\"use_guid\"]}]}}");
    json_t *claims = legacy_claims();
    assert_true(claim_is(claims, "aud", API1));
    assert_true(dom_int(claims, "auth_time", 0) > 0);
    assert_null(dom_get(claims, "acrs"));
    struct reply r = az_ask(&(struct az){
        .as = ALICE,
        .scope = "openid offline_access " LEGACY_SCOPE,
        .more = "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22value%22%3A%22c1%22%7D%2C"
                "%22xms_cc%22%3A%7B%22values%22%3A%5B%22cp1%22%5D%7D%7D%7D" });
    r = seed_redeem(sent(&r, "code").p, WITH_PKCE);
    json_t *tokens = expect_tokens(&r);
    claims = claims_of(member(tokens, "access_token"));
    assert_true(str_is(dom_text(json_array_get(dom_get(claims, "acrs"), 0)), "c1"));
    assert_true(str_is(dom_text(json_array_get(dom_get(claims, "xms_cc"), 0)), "cp1"));
    r = refresh(SEED, member(tokens, "refresh_token"), "");
    claims = claims_of(member(expect_tokens(&r), "access_token"));
    assert_true(json_is_array(dom_get(claims, "acrs")));
}

static void groups(void **state)
{
    (void)state;
    order("PATCH", "/_emu/users/" ALICE_ID,
          "{\"memberOf\":[\"" GROUP_1 "\",\"" GROUP_2 "\"],\"wids\":[\"" GROUP_2 "\"]}");
    static const struct {
        const char *kind;
        size_t groups, wids;
    } rows[] = {
        { "None", 0, 0 },          { "SecurityGroup", 2, 0 },    { "All", 2, 1 },
        { "DirectoryRole", 0, 1 }, { "ApplicationGroup", 1, 0 },
    };
    order("PATCH", "/_emu/apps/" SEED,
          "{\"servicePrincipal\":{\"appRoleAssignedTo\":[{\"principalId\":\"" GROUP_1 "\"}]}}");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        order("PATCH", "/_emu/apps/" SEED,
              arena_printf(rig.arena, "{\"groupMembershipClaims\":\"%s\"}", rows[i].kind).p);
        json_t *claims = alice_claims(NULL);
        assert_int_equal(json_array_size(dom_get(claims, "groups")), rows[i].groups);
        assert_int_equal(json_array_size(dom_get(claims, "wids")), rows[i].wids);
    }
}

static void two_hundred_groups_fit(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" SEED, "{\"groupMembershipClaims\":\"SecurityGroup\"}");
    order("PATCH", "/_emu/users/" ALICE_ID, "{\"generateGroups\":200}");
    json_t *claims = alice_claims(NULL);
    assert_int_equal(json_array_size(dom_get(claims, "groups")), 200);
    assert_null(dom_get(claims, "_claim_names"));
}

static json_t *front_channel_claims(void)
{
    struct reply r =
        az_ask(&(struct az){ .app = WEB, .redirect = WEB_URI, .type = "id_token", .as = ALICE });
    return claims_of(sent(&r, "id_token").p);
}

static void six_groups_are_too_many_for_a_url(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" WEB, "{\"groupMembershipClaims\":\"SecurityGroup\"}");
    order("PATCH", "/_emu/users/" ALICE_ID, "{\"generateGroups\":5}");
    assert_int_equal(json_array_size(dom_get(front_channel_claims(), "groups")), 5);
    order("PATCH", "/_emu/users/" ALICE_ID, "{\"generateGroups\":6}");
    json_t *claims = front_channel_claims();
    assert_null(dom_get(claims, "groups"));
    assert_true(dom_bool(claims, "hasgroups", false));
}

#define ROLES "\"appRoles\":[{\"id\":\"" ROLE_ID "\",\"value\":\"Mcp.Admin\",\"isEnabled\":true}]"
#define ASSIGNED(who)                                                                              \
    "\"servicePrincipal\":{\"appRoleAssignedTo\":[{\"principalId\":\"" who                         \
    "\",\"appRoleId\":\"" ROLE_ID "\"}]}"

static void roles_of_people(void **state)
{
    (void)state;
    assert_null(dom_get(alice_claims(NULL), "roles"));
    order("PATCH", "/_emu/apps/" SEED, "{" ROLES "," ASSIGNED(GROUP_1) "}");
    assert_null(dom_get(alice_claims(NULL), "roles"));
    order("PATCH", "/_emu/users/" ALICE_ID,
          "{\"memberOf\":[\"" GROUP_1 "\"],\"roles\":{\"" SEED "\":[\"Mcp.Reader\"]}}");
    json_t *roles = dom_get(alice_claims(NULL), "roles");
    assert_int_equal(json_array_size(roles), 2);
    assert_true(str_is(dom_text(json_array_get(roles, 0)), "Mcp.Reader"));
    assert_true(str_is(dom_text(json_array_get(roles, 1)), "Mcp.Admin"));
}

static json_t *application_claims(void)
{
    struct reply r =
        tk(T1, "",
           "grant_type=client_credentials&client_id=" WEB
           "&client_secret=s3cret-web&scope=https%%3A%%2F%%2Fmcp.example%%2Fmcp%%2F.default");
    json_t *tokens = expect_tokens(&r);
    assert_true(verifies(member(tokens, "access_token"), key_set()));
    return claims_of(member(tokens, "access_token"));
}

static void an_application_itself(void **state)
{
    (void)state;
    json_t *claims = application_claims();
    assert_true(claim_is(claims, "idtyp", "app"));
    assert_true(claim_is(claims, "azpacr", "1") && claim_is(claims, "azp", WEB));
    assert_true(str_eq(dom_str(claims, "oid"), dom_str(claims, "sub")));
    static const char *const never[] = { "roles", "scp", "name", "preferred_username" };
    for (size_t i = 0; i < ARRAY_LEN(never); i++)
        assert_null(dom_get(claims, never[i]));
    order("PATCH", "/_emu/apps/" API2, "{" ROLES "," ASSIGNED(WEB) "}");
    json_t *roles = dom_get(application_claims(), "roles");
    assert_true(str_is(dom_text(json_array_get(roles, 0)), "Mcp.Admin"));
}

static void default_of_its_own_api_has_no_scp(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" SEED, "{\"api\":{\"requestedAccessTokenVersion\":2}}");
    json_t *claims =
        claims_of(member(tokens_for("openid " SEED "/.default", ALICE), "access_token"));
    assert_true(claim_is(claims, "aud", SEED) && claim_is(claims, "ver", "2.0"));
    assert_null(dom_get(claims, "scp"));
}

static void default_of_graph_gives_what_is_listed(void **state)
{
    (void)state;
    json_t *tokens = tokens_for("https://graph.microsoft.com/.default openid", ALICE);
    assert_true(claim_is(tokens, "scope", "openid https://graph.microsoft.com/User.Read"));
    struct str scp = dom_str(claims_of(member(tokens, "access_token")), "scp");
    assert_true(has(scp, "User.Read"));
}

static void graph_tokens(void **state)
{
    (void)state;
    tokens_for("User.Read", ALICE);
    const char *token = member(seed_tokens(), "access_token");
    json_t *claims = claims_of(token);
    assert_true(claim_is(claims, "scp", "openid profile User.Read")); // consented earlier
    assert_true(claim_is(claims, "app_displayname", "SEED"));
    assert_true(claim_is(claims, "ver", "1.0") && claim_is(claims, "appidacr", "0"));
    assert_true(json_is_array(dom_get(claims, "wids")));
    assert_non_null(dom_get(claims, "xms_st"));
    struct reply r = with_bearer("GET", "/v1.0/me", token);
    assert_true(claim_is(json_of(r.body), "userPrincipalName", ALICE));
    advance(3601);
    assert_int_equal(with_bearer("GET", "/oidc/userinfo", token).status, 401);
    assert_int_equal(ask("GET", "/oidc/userinfo", "", NULL).status, 401);
}

static void userinfo_gives_what_the_scopes_allow(void **state)
{
    (void)state;
    struct reply r = with_bearer("POST", "/oidc/userinfo", member(seed_tokens(), "access_token"));
    json_t *person = json_of(r.body);
    assert_true(claim_is(person, "given_name", "Alice"));
    assert_null(dom_get(person, "email"));
    r = with_bearer("GET", "/oidc/userinfo",
                    member(tokens_for("openid email", ALICE), "access_token"));
    assert_true(claim_is(json_of(r.body), "email", ALICE));
    r = with_bearer("GET", "/oidc/userinfo",
                    member(tokens_for("User.Read", ALICE), "access_token"));
    assert_int_equal(r.status, 401); // without openid
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(names_need_profile),
        RIG_TEST(optional_claims_of_the_id_token),
        RIG_TEST(optional_and_requested_claims_of_access_tokens),
        RIG_TEST(groups),
        RIG_TEST(two_hundred_groups_fit),
        RIG_TEST(six_groups_are_too_many_for_a_url),
        RIG_TEST(roles_of_people),
        RIG_TEST(an_application_itself),
        RIG_TEST(default_of_its_own_api_has_no_scp),
        RIG_TEST(default_of_graph_gives_what_is_listed),
        RIG_TEST(graph_tokens),
        RIG_TEST(userinfo_gives_what_the_scopes_allow),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
