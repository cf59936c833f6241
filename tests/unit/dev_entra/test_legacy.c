// SPDX-License-Identifier: MIT
// The grants behind behaviour.legacyGrants: password, and on behalf of.
#include "tokens.h"

#define ROPC     "grant_type=password&scope=openid+offline_access&client_id=%s&username=%s&password=%s"
#define ALICE_PW "Pa55-alice"
#define BEARER   "grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Ajwt-bearer"
#define OBO      BEARER "&requested_token_use=on_behalf_of"

static void switch_on(void)
{
    order("PATCH", "/_emu/behaviour", "{\"legacyGrants\":true}");
}

static void off_unless_switched_on(void **state)
{
    (void)state;
    struct reply r = tk(T1, "", ROPC, SEED, ALICE, ALICE_PW);
    expect_error(&r, 400, "unsupported_grant_type", 70003);
    r = tk(T1, "", OBO "&assertion=x&scope=openid&client_id=" WEB);
    expect_error(&r, 400, "unsupported_grant_type", 70003);
}

// --- password ---

static void passwords_that_are_refused(void **state)
{
    (void)state;
    switch_on();
    static const struct {
        const char *client, *user, *password, *error;
        int status, code;
    } rows[] = {
        { WEB, ALICE, ALICE_PW, "invalid_client", 401, 7000218 },
        { SEED, ALICE, "wrong", "invalid_grant", 400, 50126 },
        { SEED, "nobody@contoso.example", "x", "invalid_grant", 400, 50034 },
        { SEED, "erin@contoso.example", "Pa55-erin", "invalid_grant", 400, 50057 },
        { SEED, "mia@contoso.example", "Pa55-mia", "invalid_grant", 400, 50076 },
        { SEED, "dave@fabrikam.example", "Pa55-dave", "invalid_grant", 400, 50034 },
        { SEED, ALICE, ALICE_PW, "invalid_grant", 400, 65001 }, // nobody consented yet
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = tk(T1, "", ROPC, rows[i].client, rows[i].user, rows[i].password);
        expect_error(&r, rows[i].status, rows[i].error, rows[i].code);
    }
    static const char *const aliases[] = { "consumers", "common" };
    for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
        struct reply r = tk(aliases[i], "", ROPC, MULTI, ALICE, ALICE_PW);
        expect_error(&r, 400, "invalid_request", 9001023);
    }
}

static void a_password_gives_tokens(void **state)
{
    (void)state;
    switch_on();
    seed_tokens(); // consents
    struct reply r = tk(T1, "", ROPC, SEED, ALICE, ALICE_PW);
    json_t *tokens = expect_tokens(&r);
    assert_true(verifies(member(tokens, "id_token"), key_set()));
    assert_null(dom_get(id_claims(tokens), "nonce"));
    r = refresh(SEED, member(tokens, "refresh_token"), "");
    expect_tokens(&r);
    r = tk(T1, "", ROPC "&client_secret=x", SEED, ALICE, ALICE_PW);
    expect_error(&r, 401, "invalid_client", 700025);
    order(
        "PATCH", "/_emu/tenants/" T1,
        "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"ropc\"],\"grant\":\"block\"}]}");
    r = tk(T1, "", ROPC, SEED, ALICE, ALICE_PW);
    expect_error(&r, 400, "interaction_required", 53003);
}

// --- on behalf of ---

#define API2_AS_CLIENT "&client_id=" API2 "&client_secret=obo"

static void api2_with_a_secret(void)
{
    switch_on();
    order("PATCH", "/_emu/apps/" API2, "{\"passwordCredentials\":[{\"secretText\":\"obo\"}]}");
}

static void tokens_that_cannot_be_handed_on(void **state)
{
    (void)state;
    api2_with_a_secret();
    json_t *mine = api2_tokens();
    struct reply cc = tk(T1, "",
                         "grant_type=client_credentials" API2_AS_CLIENT
                         "&scope=https%%3A%%2F%%2Fmcp.example%%2Fmcp%%2F.default");
    const struct {
        const char *assertion;
        int code;
    } rows[] = {
        { "abc", 9002313 },
        { member(seed_tokens(), "access_token"), 500131 }, // Graph's
        { member(seed_tokens(), "id_token"), 500131 },
        { member(mine, "id_token"), 240002 },
        { member(expect_tokens(&cc), "access_token"), 7000114 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r =
            tk(T1, "", OBO API2_AS_CLIENT "&scope=User.Read&assertion=%s", rows[i].assertion);
        expect_error(&r, 400, "invalid_grant", rows[i].code);
    }
    const char *token = member(mine, "access_token");
    struct str forged = arena_str(rig.arena, str_c(token));
    char *last = (char *)forged.p + forged.n - 10;
    *last = *last == 'A' ? 'B' : 'A';
    struct reply r = tk(T1, "", OBO API2_AS_CLIENT "&scope=User.Read&assertion=%s", forged.p);
    expect_error(&r, 400, "invalid_grant", 50013);
    r = tk(T1, "", OBO "&client_id=" API2 "&scope=User.Read&assertion=%s", token);
    expect_error(&r, 401, "invalid_client", 7000218);
    r = tk(T1, "", BEARER "&requested_token_use=x" API2_AS_CLIENT "&scope=User.Read&assertion=%s",
           token);
    expect_error(&r, 400, "invalid_request", 90023);
    advance(7200);
    r = tk(T1, "", OBO API2_AS_CLIENT "&scope=User.Read&assertion=%s", token);
    expect_error(&r, 400, "invalid_grant", 500133);
}

static void on_behalf_of(void **state)
{
    (void)state;
    api2_with_a_secret();
    const char *token = member(api2_tokens(), "access_token");
    struct reply r = tk(T1, "", OBO API2_AS_CLIENT "&scope=User.Read&assertion=%s", token);
    expect_error(&r, 400, "invalid_grant", 65001);
    order("POST", "/_emu/portal/" API2 "/grantAdminConsent", "{}");
    r = tk(T1, "", OBO API2_AS_CLIENT "&scope=User.Read&assertion=%s", token);
    json_t *claims = claims_of(member(expect_tokens(&r), "access_token"));
    assert_true(claim_is(claims, "aud", GRAPH_APP_ID));
    assert_true(claim_is(claims, "appid", API2) && claim_is(claims, "appidacr", "1"));
    assert_true(claim_is(claims, "upn", ALICE));
    order(
        "PATCH", "/_emu/tenants/" T1,
        "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"onBehalfOf\"],\"grant\":\"mfa\"}]}");
    r = tk(T1, "", OBO API2_AS_CLIENT "&scope=User.Read&assertion=%s", token);
    expect_error(&r, 400, "invalid_grant", 50076);
    assert_true(has(r.body, "\"claims\":\"{"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(off_unless_switched_on),
        RIG_TEST(passwords_that_are_refused),
        RIG_TEST(a_password_gives_tokens),
        RIG_TEST(tokens_that_cannot_be_handed_on),
        RIG_TEST(on_behalf_of),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
