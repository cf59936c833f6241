// SPDX-License-Identifier: MIT
// Conditional Access: each flow with each grant, who it is for, and what a report-only policy does.
#include "devices.h"

#define POLICY(more)                                                                               \
    "{\"conditionalAccess\":[{\"name\":\"P\",\"apps\":[\"all\"],\"users\":[\"all\"]," more "}]}"

static void policy(const char *json)
{
    order("PATCH", "/_emu/tenants/" T1, json);
}

static void flow_policy(const char *flow, const char *grant)
{
    policy(arena_printf(rig.arena, POLICY("\"flows\":[\"%s\"],\"grant\":\"%s\""), flow, grant).p);
}

static void at_the_authorization_endpoint(void **state)
{
    (void)state;
    static const struct {
        const char *grant, *shown, *silent;
    } rows[] = {
        { "block", "page 53003", "redir interaction_required 53003" },
        { "compliantDevice", "page 53000", "redir interaction_required 53000" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        flow_policy("authorizationCode", rows[i].grant);
        struct reply r = az_ask(&(struct az){ .as = ALICE });
        expect_answer(rows[i].shown, &r);
        assert_true(has(r.body, SEED)); // the page names the application
        expect_az(rows[i].silent, &(struct az){ .as = ALICE, .more = "&prompt=none" });
    }
    flow_policy("authorizationCode", "mfa");
    expect_az("redir interaction_required 50076",
              &(struct az){ .as = ALICE, .more = "&prompt=none" });
    struct reply page = az_ask(&(struct az){ .as = ALICE });
    assert_true(has(page.body, "Verify your identity"));
    page = press(&page, "mfa", cookie_of(&page, "buid"), "code=1");
    assert_true(has(page.body, "Permissions requested"));
}

static void at_the_refresh(void **state)
{
    (void)state;
    static const struct {
        const char *grant, *error, *suberror;
        int code;
    } rows[] = {
        { "block", "interaction_required", "message_only", 53003 },
        { "compliantDevice", "interaction_required", "message_only", 53000 },
        { "mfa", "invalid_grant", "basic_action", 50076 },
    };
    const char *token = member(seed_tokens(), "refresh_token");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        flow_policy("refresh", rows[i].grant);
        struct reply r = refresh(SEED, token, "");
        json_t *body = json_of(r.body);
        expect_error(&r, 400, rows[i].error, rows[i].code);
        assert_true(claim_is(body, "suberror", rows[i].suberror));
        // What a new sign-in has to be asked for, as JSON in a text.
        assert_true(has(dom_str(body, "claims"), "{\"access_token\":{\"capolids\":"));
    }
}

static void a_second_factor_that_was_passed_counts(void **state)
{
    (void)state;
    struct reply mia = az_ask(&(struct az){ .as = "mia@contoso.example", .consent = "" });
    const char *browser = cookie_of(&mia, "buid");
    mia = press(&mia, "mfa", browser, "code=1");
    mia = press(&mia, "consent", browser, "decision=accept");
    struct reply r = seed_redeem(sent(&mia, "code").p, WITH_PKCE);
    const char *token = member(expect_tokens(&r), "refresh_token");
    flow_policy("refresh", "mfa");
    r = refresh(SEED, token, "");
    expect_tokens(&r);
}

static void sign_in_frequency(void **state)
{
    (void)state;
    policy(POLICY("\"flows\":[\"refresh\"],\"signInFrequencyHours\":2"));
    const char *token = member(seed_tokens(), "refresh_token");
    advance(3600);
    struct reply r = refresh(SEED, token, "");
    token = member(expect_tokens(&r), "refresh_token");
    advance(3601);
    r = refresh(SEED, token, "");
    expect_error(&r, 400, "invalid_grant", 70043);
}

static void in_the_device_flow(void **state)
{
    (void)state;
    static const struct {
        const char *grant, *code, *error;
        int at_poll;
    } rows[] = {
        { "block", "AADSTS53003", "interaction_required", 53003 },
        { "compliantDevice", "AADSTS530033", "interaction_required", 530033 },
        { "mfa", "AADSTS50076", "invalid_grant", 50076 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        flow_policy("deviceCode", rows[i].grant);
        order("PATCH", "/_emu/behaviour", "{\"deviceBlockVisible\":\"pageOnly\"}");
        json_t *d = begin(SEED);
        struct reply r = ask("POST", "/device", FORM "X-Emu-User: " ALICE "\r\n",
                             arena_printf(rig.arena, "user_code=%s", dom_str(d, "user_code").p).p);
        assert_true(has(r.body, rows[i].code));
        order("PATCH", "/_emu/behaviour", "{\"deviceBlockVisible\":\"poll\"}");
        act(d, "approve");
        r = poll(SEED, d, "");
        expect_error(&r, 400, rows[i].error, rows[i].at_poll);
    }
}

static void only_whom_it_names(void **state)
{
    (void)state;
    policy("{\"conditionalAccess\":[{\"apps\":[\"" SRV
           "\"],\"users\":[\"all\"],\"flows\":[\"any\"],\"grant\":\"block\"}]}");
    expect_az("code", &(struct az){ .as = ALICE });
    policy(
        "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"bob@contoso.example\"],\"flows\":[\"any\"],\"grant\":\"block\"}]}");
    expect_az("code", &(struct az){ .as = ALICE });
    expect_az("page 53003", &(struct az){ .as = "bob@contoso.example" });
    policy(
        "{\"conditionalAccess\":[{\"apps\":[\"all\"],\"users\":[\"0a11ce00-0000-4000-8000-000000000001\"],"
        "\"flows\":[\"any\"],\"grant\":\"block\"}]}");
    expect_az("page 53003", &(struct az){ .as = ALICE });
    policy(POLICY("\"flows\":[\"any\"],\"grant\":\"block\",\"enabled\":false"));
    expect_az("code", &(struct az){ .as = ALICE });
}

static void the_strictest_wins(void **state)
{
    (void)state;
    policy(
        "{\"conditionalAccess\":["
        "{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"any\"],\"grant\":\"mfa\"},"
        "{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"any\"],\"grant\":\"block\"},"
        "{\"apps\":[\"all\"],\"users\":[\"all\"],\"flows\":[\"any\"],\"grant\":\"compliantDevice\"}]}");
    expect_az("page 53003", &(struct az){ .as = ALICE });
}

static void report_only_is_a_remark_in_the_journal(void **state)
{
    (void)state;
    policy(POLICY("\"flows\":[\"any\"],\"grant\":\"block\",\"reportOnly\":true"));
    expect_az("code", &(struct az){ .as = ALICE });
    struct str journal = control("GET", "/_emu/journal", NULL).body;
    assert_true(has(journal, "report only: 'P' would apply (block)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(at_the_authorization_endpoint),
        RIG_TEST(at_the_refresh),
        RIG_TEST(a_second_factor_that_was_passed_counts),
        RIG_TEST(sign_in_frequency),
        RIG_TEST(in_the_device_flow),
        RIG_TEST(only_whom_it_names),
        RIG_TEST(the_strictest_wins),
        RIG_TEST(report_only_is_a_remark_in_the_journal),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
