// SPDX-License-Identifier: MIT
// The v1 endpoints: resource instead of scope, numbers as text, ID tokens of the first version.
#include "devices.h"

#define TOKEN_PATH "/" T1 "/oauth2/token"
#define API1_RES   "&resource=api%3A%2F%2F" API1

static struct reply token(const char *body)
{
    return ask("POST", TOKEN_PATH, FORM, body);
}

static struct reply redeem(const char *code, const char *more)
{
    return token(arena_printf(rig.arena,
                              "grant_type=authorization_code&client_id=" SEED WITH_PKCE
                              "&redirect_uri=http%%3A%%2F%%2Flocalhost%%3A6274%%2Fcallback"
                              "&code=%s%s",
                              code, more)
                     .p);
}

static const char *code_for(const char *resource)
{
    struct reply r = az_ask(&(struct az){ .v1 = true, .scope = "", .as = ALICE, .more = resource });
    expect_answer("code", &r);
    return sent(&r, "code").p;
}

static void list_api1(void)
{
    order("POST", "/_emu/portal/" SEED "/permissions",
          "{\"resource\":\"API1\",\"delegated\":[\"legacy.read\"]}");
}

static void refusals(void **state)
{
    (void)state;
    struct az v1 = { .v1 = true, .scope = "", .more = "&resource=api%3A%2F%2Fnowhere" };
    expect_az("redir invalid_resource 500011", &v1);
    v1.more = API1_RES;
    expect_az("redir invalid_client 650057", &v1);
    v1.redirect = "https://evil.example/";
    expect_az("page 50011", &v1);
    struct reply r = token("grant_type=foo&client_id=" SEED);
    expect_error(&r, 400, "unsupported_grant_type", 70003);
    r = get(TOKEN_PATH);
    expect_error(&r, 400, "invalid_request", 900561);
}

static void the_answer_has_numbers_as_text(void **state)
{
    (void)state;
    list_api1();
    struct reply r = redeem(code_for(API1_RES), "");
    json_t *tokens = expect_tokens(&r);
    int64_t number = 0;
    assert_true(claim_is(tokens, "expires_in", "3599"));
    assert_true(str_to_i64(dom_str(tokens, "expires_on"), &number));
    assert_true(number > emu_now(rig.emu));
    assert_true(str_to_i64(dom_str(tokens, "not_before"), &number));
    assert_true(claim_is(tokens, "resource", "api://" API1));
    const char *access = member(tokens, "access_token");
    assert_true(verifies(access, key_set()));
    assert_true(claim_is(claims_of(access), "scp", "legacy.read"));
    assert_true(dom_str(tokens, "refresh_token").n);
}

static void its_id_token_is_unsigned_and_of_the_first_version(void **state)
{
    (void)state;
    struct reply r = redeem(code_for(""), "");
    const char *id_token = member(expect_tokens(&r), "id_token");
    json_t *claims = claims_of(id_token);
    assert_true(claim_is(header_part(id_token), "alg", "none"));
    assert_true(str_ends(str_c(id_token), STR(".")));
    assert_true(claim_is(claims, "ver", "1.0") && claim_is(claims, "aud", SEED));
    assert_true(has(dom_str(claims, "iss"), "/sts/" T1 "/"));
    assert_true(claim_is(claims, "unique_name", ALICE) && claim_is(claims, "nonce", "n1"));
    order("PATCH", "/_emu/behaviour", "{\"v1IdToken\":\"signed\"}");
    r = redeem(code_for(""), "");
    id_token = member(expect_tokens(&r), "id_token");
    assert_true(verifies(id_token, key_set_at("/common/discovery/keys")));
    assert_true(dom_str(header_part(id_token), "x5t").n);
}

static void at_the_authorization_endpoint_it_is_signed(void **state)
{
    (void)state;
    struct reply r = az_ask(&(struct az){ .v1 = true,
                                          .app = WEB,
                                          .redirect = WEB_URI,
                                          .type = "id_token",
                                          .scope = "",
                                          .as = ALICE });
    const char *id_token = sent(&r, "id_token").p;
    assert_true(verifies(id_token, key_set()));
    assert_true(claim_is(claims_of(id_token), "ver", "1.0"));
}

static void the_pages_come_back_to_it(void **state)
{
    (void)state;
    struct reply page = az_ask(&(struct az){ .v1 = true, .scope = "" });
    const char *browser = cookie_of(&page, "buid");
    page = press(&page, "login", browser, GOOD_LOGIN);
    page = press(&page, "consent", browser, "decision=accept");
    expect_answer("code", &page);
}

static void refresh_for_another_resource(void **state)
{
    (void)state;
    list_api1();
    struct reply r = redeem(code_for(""), "");
    const char *kept = member(expect_tokens(&r), "refresh_token");
    const char *form = arena_printf(rig.arena, REFRESH SEED "&refresh_token=%s", kept).p;
    r = token(form);
    assert_true(claim_is(expect_tokens(&r), "resource", GRAPH_APP_ID));
    r = token(arena_printf(rig.arena, "%s&resource=api%%3A%%2F%%2F" API1, form).p);
    expect_error(&r, 400, "invalid_grant", 65001);
    code_for(API1_RES); // consents
    r = token(arena_printf(rig.arena, "%s&resource=api%%3A%%2F%%2F" API1, form).p);
    assert_true(claim_is(expect_tokens(&r), "resource", "api://" API1));
}

static void client_credentials(void **state)
{
    (void)state;
#define CC "grant_type=client_credentials&client_id=" WEB "&client_secret=s3cret-web"
    struct reply r = token(CC);
    expect_error(&r, 400, "invalid_request", 900144);
    assert_true(has(r.body, "'resource'"));
    r = token(CC API1_RES);
    json_t *tokens = expect_tokens(&r);
    assert_true(claim_is(tokens, "expires_in", "3599"));
    assert_true(claim_is(claims_of(member(tokens, "access_token")), "aud", "api://" API1));
}

static void device_code(void **state)
{
    (void)state;
#define V1_POLL "grant_type=device_code&client_id=" SEED "&code=%s"
    struct reply r = get("/" T1 "/oauth2/devicecode?client_id=" SEED);
    json_t *d = json_of(r.body);
    assert_int_equal(r.status, 200);
    assert_true(claim_is(d, "expires_in", "900") && claim_is(d, "interval", "5"));
    assert_true(str_ends(dom_str(d, "verification_url"), STR("/device")));
    const char *form = arena_printf(rig.arena, V1_POLL, dom_str(d, "device_code").p).p;
    r = token(form);
    expect_error(&r, 400, "authorization_pending", 70016);
    act(d, "approve");
    r = token(form);
    expect_tokens(&r);
    d = json_of(ask("POST", "/" T1 "/oauth2/devicecode", FORM, "client_id=" SEED).body);
    advance(901);
    r = token(arena_printf(rig.arena, V1_POLL, dom_str(d, "device_code").p).p);
    expect_error(&r, 400, "code_expired", 70020);
}

static void userinfo_and_logout(void **state)
{
    (void)state;
    struct reply r =
        with_bearer("GET", "/" T1 "/openid/userinfo", member(seed_tokens(), "access_token"));
    assert_int_equal(r.status, 200);
    r = get("/" T1 "/oauth2/logout?post_logout_redirect_uri=https%3A%2F%2Fweb.example%2Fcb");
    assert_int_equal(r.status, 302);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(refusals),
        RIG_TEST(the_answer_has_numbers_as_text),
        RIG_TEST(its_id_token_is_unsigned_and_of_the_first_version),
        RIG_TEST(at_the_authorization_endpoint_it_is_signed),
        RIG_TEST(the_pages_come_back_to_it),
        RIG_TEST(refresh_for_another_resource),
        RIG_TEST(client_credentials),
        RIG_TEST(device_code),
        RIG_TEST(userinfo_and_logout),
    };
    return cmocka_run_group_tests(tests, rig_start, rig_stop);
}
