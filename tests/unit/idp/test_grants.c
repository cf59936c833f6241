// SPDX-License-Identifier: MIT
// The sign-in address, redemption and refresh: what is sent, and every kind of answer.
#include "unit/idp/fake_idp.h"

static struct arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    return fake_set_up(state);
}

static int tear_down(void **state)
{
    arena_free(arena);
    return fake_tear_down(state);
}

static bool redeem(struct idp *idp, struct idp_grant *grant, struct err *err)
{
    return idp_redeem_code(idp, arena, STR("c&de"), STR("https://mcp.example.com/auth/callback"),
                           STR("verifier"), STR("n-1"), NULL, grant, err);
}

static const char *success_body(const char *more, const char *claims)
{
    struct str token = fake_token(arena, key_a, claims);
    return arena_printf(
               arena,
               "{\"token_type\":\"Bearer\",\"scope\":\"openid profile\",\"access_token\":\"opaque\",%s\"id_token\":\"" STR_FMT
               "\"}",
               more, STR_ARG(token))
        .p;
}

static void answer(int status, const char *body)
{
    fake->token_status[0] = status;
    fake->token_body[0] = body;
    fake->token_requests = 0;
}

// --- the address ---

/*= rfc7636 4.3 "code_challenge REQUIRED.  Code challenge." */
static void the_sign_in_address_is_whole(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct str url = idp_authorize_url(idp, arena, STR("https://mcp.example.com/auth/callback?a=b"),
                                       STR("st&te"), STR("n-1"), STR("challenge"),
                                       STR("ada@example.com"), false);
    assert_string_equal(
        url.p, "https://login.example.com/authorize?client_id=" CLIENT
               "&response_type=code&response_mode=query"
               "&redirect_uri=https%3A%2F%2Fmcp.example.com%2Fauth%2Fcallback%3Fa%3Db"
               "&scope=openid+profile+offline_access&state=st%26te&nonce=n-1"
               "&code_challenge=challenge&code_challenge_method=S256&login_hint=ada%40example.com");
    url = idp_authorize_url(idp, arena, STR("x"), STR("s"), STR("n"), STR("c"), STR_NONE, false);
    assert_true(str_find(url, STR("login_hint")) < 0);
    assert_true(str_find(url, STR("resource")) < 0);
    assert_true(str_find(url, STR("prompt")) < 0);
    idp_free(idp);
}

static struct str other_account_url(struct idp_config config)
{
    struct idp *idp;
    struct err err = { 0 };
    if (!idp_new(&config, fetcher, &idp, &err))
        fail_msg("%s", err.text);
    struct str url =
        idp_authorize_url(idp, arena, STR("x"), STR("s"), STR("n"), STR("c"), STR_NONE, true);
    idp_free(idp);
    return url;
}

static struct idp_config good_config(void)
{
    return (struct idp_config){ .issuer = ISSUER,
                                .authorization_endpoint =
                                    "https://login.example.com/authorize?p=policy",
                                .token_endpoint = "https://login.example.com/token",
                                .jwks_uri = "https://login.example.com/keys",
                                .client_id = CLIENT };
}

static void extra_parameters_are_appended(void **state)
{
    (void)state;
    struct idp *idp;
    struct err err;
    struct idp_config config = good_config();
    config.extra_authorize_params = "prompt=select_account&domain_hint=example.com";
    assert_true(idp_new(&config, fetcher, &idp, &err));
    struct str url =
        idp_authorize_url(idp, arena, STR("x"), STR("s"), STR("n"), STR("c"), STR_NONE, false);
    assert_true(str_starts(url, STR("https://login.example.com/authorize?p=policy&client_id=")));
    assert_true(str_ends(url, STR("&prompt=select_account&domain_hint=example.com")));
    assert_true(str_find(url, STR("scope=openid+profile+offline_access")) > 0);
    idp_free(idp);
}

/*= oidc-core 3.1.2.1 "The Authorization Server SHOULD prompt the End-User to select a user
 * account."
 */
static void another_account_is_asked_for_once(void **state)
{
    (void)state;
    static const struct {
        const char *issuer, *endpoint, *extra, *ends;
    } rows[] = {
        { ISSUER, NULL, NULL, "&code_challenge_method=S256&prompt=select_account" },
        { ISSUER, NULL, "prompt=consent", "S256&prompt=select_account" },
        { ISSUER, NULL, "a=b&prompt=consent&prompt=x&c=d", "&prompt=select_account&a=b&c=d" },
        { ISSUER, NULL, "prompts=1&xprompt=2", "&prompt=select_account&prompts=1&xprompt=2" },
        { "https://accounts.google.com", "https://accounts.google.com/o/oauth2/v2/auth", NULL,
          "&prompt=select_account+consent&access_type=offline" },
        { "https://login.microsoftonline.com/common/v2.0",
          "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize", NULL,
          "&prompt=select_account" },
        { "https://id.example", "https://id.example/accounts.google.com", "prompt=select_account",
          "S256&prompt=login" },
    };
    static const char *const tenants[] = { TENANT, NULL };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct idp_config config = good_config();
        config.issuer = rows[i].issuer;
        config.allowed_tenants = strstr(rows[i].issuer, "id.example") ? NULL : tenants;
        if (rows[i].endpoint)
            config.authorization_endpoint = rows[i].endpoint;
        config.extra_authorize_params = rows[i].extra;
        struct str url = other_account_url(config);
        if (!str_ends(url, str_c(rows[i].ends)))
            fail_msg("%zu: " STR_FMT, i, STR_ARG(url));
    }
}

/*= oidc-core 3.1.2.1 "OpenID Connect requests MUST contain the openid scope value." */
static void bad_configurations_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        const char *value, *says;
    } cases[] = {
        { offsetof(struct idp_config, issuer), NULL, "OIDCPROXY_AUTH_ISSUER is not set" },
        { offsetof(struct idp_config, issuer), "http://login.example.com",
          "OIDCPROXY_AUTH_ISSUER" },
        { offsetof(struct idp_config, authorization_endpoint), "javascript:alert(1)",
          "AUTHORIZATION_ENDPOINT" },
        { offsetof(struct idp_config, authorization_endpoint), "https://x.example/a#b",
          "fragment" },
        { offsetof(struct idp_config, token_endpoint), "http://169.254.169.254/",
          "TOKEN_ENDPOINT" },
        { offsetof(struct idp_config, device_authorization_endpoint), "http://idp.example/device",
          "DEVICE_AUTHORIZATION_ENDPOINT" },
        { offsetof(struct idp_config, provider), "entraid", "none of entra|auth0" },
        { offsetof(struct idp_config, discovery_url), "http://idp.example/.well-known/x",
          "OIDCPROXY_CONFIG_URL" },
        { offsetof(struct idp_config, client_id), " ", "OIDCPROXY_AUTH_AUDIENCE" },
        { offsetof(struct idp_config, scopes), "profile openidx", "must contain openid" },
        { offsetof(struct idp_config, extra_authorize_params), "scope=all", "scope" },
        { offsetof(struct idp_config, extra_authorize_params), "prompt=none&redirect_uri=x",
          "redirect_uri" },
        { offsetof(struct idp_config, extra_authorize_params), "a=b c", "percent-encoded" },
        { offsetof(struct idp_config, extra_authorize_params), "a b=c", "name=value" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp *idp = NULL;
        struct err err = { 0 };
        struct idp_config config = good_config();
        *(const char **)(void *)((char *)&config + cases[i].offset) = cases[i].value;
        assert_false(idp_new(&config, fetcher, &idp, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        if (!strstr(err.text, cases[i].says))
            fail_msg("case %zu: %s", i, err.text);
    }
}

// --- redemption ---

/*= rfc6749 4.1.3 "…their values MUST be identical." */
static void a_code_is_redeemed(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct idp_grant grant;
    struct err err = { 0 };
    answer(200, success_body("\"expires_in\":3599,\"refresh_token\":\"rt-1\",", ID_CLAIMS));
    if (!redeem(idp, &grant, &err))
        fail_msg("%s", err.text);
    assert_string_equal(fake->form_type, "application/x-www-form-urlencoded");
    assert_string_equal(fake->form[0],
                        "grant_type=authorization_code&client_id=" CLIENT
                        "&code=c%26de&redirect_uri=https%3A%2F%2Fmcp.example.com%2Fauth%2Fcallback"
                        "&code_verifier=verifier&scope=openid+profile+offline_access");
    assert_true(str_is(grant.refresh_token, "rt-1") && str_is(grant.person.subject, "object"));
    assert_true(str_is(grant.scope, "openid profile"));
    assert_int_equal(grant.expires_in, 3599);
    assert_int_equal(fake->token_requests, 1);
    idp_free(idp);
}

/*= rfc6749 5.1 "expires_in RECOMMENDED. The lifetime in seconds of the access token." */
static void lifetimes_are_read_whatever_their_form(void **state)
{
    (void)state;
    static const struct {
        const char *member;
        int64_t seconds;
    } cases[] = {
        { "", EXPIRES_DEFAULT_S },
        { "\"expires_in\":\"1200\",", 1200 },
        { "\"expires_in\":1200.0,", 1200 },
        { "\"expires_in\":0,", EXPIRES_DEFAULT_S },
        { "\"expires_in\":-1,", EXPIRES_DEFAULT_S },
        { "\"expires_in\":\"-7\",", EXPIRES_DEFAULT_S },
        { "\"expires_in\":null,", EXPIRES_DEFAULT_S },
        { "\"expires_in\":\"soon\",", EXPIRES_DEFAULT_S },
        { "\"expires_in\":86400000,", EXPIRES_MAX_S },
        { "\"expires_in\":\"9223372036854775807\",", EXPIRES_MAX_S },
        { "\"expires_in\":1,", 1 },
        { "\"expires_in\":600,\"ext_expires_in\":0,\"refresh_expires_in\":0,", 600 },
    };
    struct idp *idp = fake_client(NULL);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp_grant grant;
        struct err err;
        answer(200, success_body(cases[i].member, ID_CLAIMS));
        assert_true(redeem(idp, &grant, &err));
        assert_int_equal(grant.expires_in, cases[i].seconds);
        assert_int_equal(grant.refresh_token.n, 0);
    }
    idp_free(idp);
}

static void wrong_id_tokens_end_the_redemption(void **state)
{
    (void)state;
    static const struct {
        const char *claims;
        enum err_code code;
    } cases[] = {
        { "\"iss\":\"" ISSUER "\",\"aud\":\"api://own\",\"sub\":\"s\",\"nonce\":\"n-1\"",
          ERR_TOKEN_AUDIENCE },
        { "\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"sub\":\"s\",\"nonce\":\"stolen\"",
          ERR_TOKEN_CLAIM },
        { "\"iss\":\"https://evil.example\",\"aud\":\"" CLIENT "\",\"sub\":\"s\",\"nonce\":\"n-1\"",
          ERR_TOKEN_ISSUER },
    };
    struct idp *idp = fake_client(NULL);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp_grant grant = { 0 };
        struct err err;
        answer(200, success_body("", cases[i].claims));
        assert_false(redeem(idp, &grant, &err));
        assert_int_equal(err.code, cases[i].code);
        assert_int_equal(grant.id_token.n, 0); // untouched
    }
    struct idp_grant grant;
    struct err err;
    answer(200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\"}");
    assert_false(redeem(idp, &grant, &err));
    assert_int_equal(err.code, ERR_IDP_MISCONFIGURED);
    assert_non_null(strstr(err.text, "openid"));
    idp_free(idp);
}

#define REFUSAL(word, text)                                                                        \
    "{\"error\":\"" word "\",\"error_description\":\"" text "\",\"correlation_id\":\"0a1b-2c\"}"

struct refusal_case {
    int status;
    const char *header, *body;
    enum err_code redeemed, refreshed;
    int aadsts;
    const char *says;
};

static const struct refusal_case refusals[] = {
    // for good
    { 400, NULL,
      REFUSAL("invalid_grant",
              "AADSTS70008: The provided authorization code has expired.\\r\\nTrace ID: 1"),
      ERR_IDP_REFUSED, ERR_INVALID_GRANT, 70008, "Sign in again" },
    { 400, NULL, REFUSAL("invalid_grant", "AADSTS50173: revoked"), ERR_IDP_REFUSED,
      ERR_INVALID_GRANT, 50173, "revoked" },
    { 400, NULL, REFUSAL("invalid_grant", "AADSTS700082: idle"), ERR_IDP_REFUSED, ERR_INVALID_GRANT,
      700082, "90 days|expired" },
    { 400, NULL, REFUSAL("invalid_grant", "no number"), ERR_IDP_REFUSED, ERR_INVALID_GRANT, 0,
      "no longer valid" },
    { 400, NULL, REFUSAL("invalid_grant", "AADSTS98765432: new one"), ERR_IDP_REFUSED,
      ERR_INVALID_GRANT, 98765432, "AADSTS98765432" },
    { 400, NULL, REFUSAL("interaction_required", "AADSTS50076: MFA"), ERR_IDP_REFUSED,
      ERR_INVALID_GRANT, 50076, "Multi-factor" },
    { 400, NULL, REFUSAL("interaction_required", "AADSTS53003: blocked"), ERR_IDP_MISCONFIGURED,
      ERR_INVALID_GRANT, 53003, "Conditional Access" },
    { 400, NULL, REFUSAL("access_denied", ""), ERR_IDP_REFUSED, ERR_INVALID_GRANT, 0, "cancelled" },
    { 200, NULL, REFUSAL("invalid_grant", "refused with 200"), ERR_IDP_REFUSED, ERR_INVALID_GRANT,
      0, "no longer valid" },
    // for the administrator; the family stays
    { 401, NULL, REFUSAL("invalid_client", "AADSTS7000222: expired"), ERR_IDP_MISCONFIGURED,
      ERR_IDP_MISCONFIGURED, 7000222, "Certificates & secrets" },
    { 401, NULL, REFUSAL("invalid_client", "AADSTS7000218: need secret"), ERR_IDP_MISCONFIGURED,
      ERR_IDP_MISCONFIGURED, 7000218, "Allow public client flows" },
    { 400, NULL, REFUSAL("unauthorized_client", "AADSTS700016: not found"), ERR_IDP_MISCONFIGURED,
      ERR_IDP_MISCONFIGURED, 700016, "correlation ID 0a1b-2c" },
    { 400, NULL, REFUSAL("invalid_request", "AADSTS90009: itself"), ERR_IDP_MISCONFIGURED,
      ERR_IDP_MISCONFIGURED, 90009, "OIDCPROXY_AUTH_SCOPES" },
    { 400, NULL, REFUSAL("invalid_target", "AADSTS9010010: resource"), ERR_IDP_MISCONFIGURED,
      ERR_IDP_MISCONFIGURED, 9010010, "resource" },
    { 400, NULL, REFUSAL("something_new", "words\\nwith a line"), ERR_IDP_REFUSED, ERR_IDP_REFUSED,
      0, "something_new: words with a line" },
    // passing; the family stays
    { 500, NULL, REFUSAL("invalid_grant", "AADSTS70008: but a fault"), ERR_UPSTREAM, ERR_UPSTREAM,
      70008, "try again" },
    { 503, "Retry-After: 7\r\n", "<html>", ERR_UPSTREAM, ERR_UPSTREAM, 0, "503" },
    { 429, NULL, "", ERR_UPSTREAM, ERR_UPSTREAM, 0, "429" },
    { 400, NULL, REFUSAL("temporarily_unavailable", ""), ERR_UPSTREAM, ERR_UPSTREAM, 0,
      "try again" },
    { 400, NULL, REFUSAL("invalid_grant", "AADSTS50196: loop"), ERR_UPSTREAM, ERR_UPSTREAM, 50196,
      "try again" },
    // not an answer of a token endpoint
    { 200, NULL, "<!DOCTYPE html><html>captive portal", ERR_UPSTREAM, ERR_UPSTREAM, 0, "web page" },
    { 200, NULL, "{\"token_type\":\"Bearer\",\"id_tok", ERR_UPSTREAM, ERR_UPSTREAM, 0,
      "not whole JSON" },
    { 200, NULL, "[]", ERR_UPSTREAM, ERR_UPSTREAM, 0, "not whole JSON" },
    { 200, NULL, "", ERR_UPSTREAM, ERR_UPSTREAM, 0, "not whole JSON" },
    { 404, NULL, "<html>not here</html>", ERR_UPSTREAM, ERR_UPSTREAM, 0,
      "OIDCPROXY_AUTH_TOKEN_ENDPOINT" },
    { 302, "Location: https://elsewhere.example/\r\n", "", ERR_UPSTREAM, ERR_UPSTREAM, 0, "302" },
    { 400, NULL, "{}", ERR_UPSTREAM, ERR_UPSTREAM, 0, "OIDCPROXY_AUTH_TOKEN_ENDPOINT" },
    { 0, NULL, NULL, ERR_UPSTREAM, ERR_UPSTREAM, 0, "cannot be asked" },
};

static bool says_one_of(const char *text, const char *alternatives)
{
    struct str rest = str_c(alternatives);
    while (rest.p)
        if (str_find(str_c(text), str_cut(&rest, '|')) >= 0)
            return true;
    return false;
}

static void check_refusal(size_t i, const struct refusal_case *c, bool ok, const struct err *err,
                          enum err_code code)
{
    if (ok || err->code != code || err->aadsts != c->aadsts || !says_one_of(err->text, c->says))
        fail_msg("case %zu: %s, AADSTS%d, \"%s\"", i, err_info(err->code)->name, err->aadsts,
                 err->text);
    assert_true(str_is_utf8(err_text(err)));
    assert_null(strchr(err->text, '\n'));
    if (code == ERR_UPSTREAM && (c->status >= 500 || c->status == 429))
        assert_true(err->retry_after > 0);
}

static void every_refusal_has_its_meaning(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        const struct refusal_case *c = &refusals[i];
        struct idp_grant grant;
        struct err err = { 0 };
        fake->token_header = c->header;
        answer(c->status, c->body);
        bool ok = redeem(idp, &grant, &err);
        check_refusal(i, c, ok, &err, c->redeemed);
        err = (struct err){ 0 };
        ok = idp_refresh(idp, arena, STR("rt-1"), NULL, &grant, &err);
        check_refusal(i, c, ok, &err, c->refreshed);
    }
    idp_free(idp);
}

static void huge_and_cut_answers_end_early(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct idp_grant grant;
    struct err err = { 0 };
    char *huge = malloc(IDP_ANSWER_MAX + 2);
    assert_non_null(huge);
    memset(huge, ' ', IDP_ANSWER_MAX + 1);
    huge[IDP_ANSWER_MAX + 1] = '\0';
    answer(200, huge);
    assert_false(redeem(idp, &grant, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    free(huge);
    answer(200, "{\"token_type\":");
    fake->token_promise_more = 100;
    assert_false(redeem(idp, &grant, &err));
    assert_int_equal(err.code, ERR_UPSTREAM);
    idp_free(idp);
}

static void a_cancelled_redemption_ends(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct idp_grant grant;
    struct err err = { 0 };
    struct cancel cancel;
    cancel_init(&cancel);
    cancel_set(&cancel);
    answer(200, "{}");
    assert_false(idp_refresh(idp, arena, STR("rt"), &cancel, &grant, &err));
    assert_int_equal(err.code, ERR_CANCELLED);
    cancel_release(&cancel);
    idp_free(idp);
}

// --- secrets ---

static void a_confidential_client_sends_its_secret_in_the_body(void **state)
{
    (void)state;
    struct idp *idp = fake_client("s3cr&t");
    struct idp_grant grant;
    struct err err;
    answer(200, success_body("", ID_CLAIMS));
    assert_true(redeem(idp, &grant, &err));
    assert_non_null(strstr(fake->form[0], "&client_secret=s3cr%26t"));
    idp_free(idp);
}

static void a_secret_for_a_public_uri_is_left_out_once(void **state)
{
    (void)state;
    struct idp *idp = fake_client("s3cret");
    struct idp_grant grant;
    struct err err;
    answer(401, REFUSAL("invalid_client", "AADSTS700025: Client is public"));
    fake->token_status[1] = 200;
    fake->token_body[1] = success_body("", ID_CLAIMS);
    assert_true(redeem(idp, &grant, &err));
    assert_int_equal(fake->token_requests, 2);
    assert_non_null(strstr(fake->form[0], "client_secret="));
    assert_null(strstr(fake->form[1], "client_secret"));
    assert_non_null(strstr(fake->form[1], "code=c%26de"));
    fake->token_status[1] = 0; // refused again: no third time
    answer(401, REFUSAL("invalid_client", "AADSTS700025: Client is public"));
    assert_false(redeem(idp, &grant, &err));
    assert_int_equal(fake->token_requests, 2);
    assert_int_equal(err.aadsts, 700025);
    idp_free(idp);
    idp = fake_client(NULL); // without a secret there is nothing to leave out
    answer(401, REFUSAL("invalid_client", "AADSTS700025: Client is public"));
    assert_false(redeem(idp, &grant, &err));
    assert_int_equal(fake->token_requests, 1);
    idp_free(idp);
}

// --- refresh ---

/*= oidc-core 12.2 "…it SHOULD NOT have a nonce Claim, even when the ID Token issued at the time of
 * the original authentication contained nonce…" */
static void a_refresh_sends_the_whole_scope(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct idp_grant grant;
    struct err err;
    answer(200, success_body("\"refresh_token\":\"rt-2\",",
                             "\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"sub\":\"s\""));
    assert_true(idp_refresh(idp, arena, STR("rt-1"), NULL, &grant, &err));
    assert_string_equal(fake->form[0], "grant_type=refresh_token&client_id=" CLIENT
                                       "&refresh_token=rt-1&scope=openid+profile+offline_access");
    assert_true(str_is(grant.refresh_token, "rt-2") && str_is(grant.person.subject, "s"));
    answer(200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\",\"expires_in\":60}");
    assert_true(idp_refresh(idp, arena, STR("rt-1"), NULL, &grant,
                            &err)); // no new ID token, no new refresh token
    assert_int_equal(grant.id_token.n + grant.refresh_token.n + grant.person.subject.n, 0);
    assert_int_equal(grant.expires_in, 60);
    answer(200, success_body("", "\"iss\":\"" ISSUER "\",\"aud\":\"other\",\"sub\":\"s\""));
    assert_false(idp_refresh(idp, arena, STR("rt-1"), NULL, &grant, &err));
    assert_int_equal(err.code, ERR_TOKEN_AUDIENCE);
    idp_free(idp);
    // others may have granted less than was asked for, and refuse to hear the rest again
    struct idp_config config = fake_config();
    config.issuer = "https://idp.example.com";
    idp = fake_open(&config);
    answer(200, "{\"token_type\":\"Bearer\",\"access_token\":\"a\"}");
    assert_true(idp_refresh(idp, arena, STR("rt-1"), NULL, &grant, &err));
    assert_string_equal(fake->form[0],
                        "grant_type=refresh_token&client_id=" CLIENT "&refresh_token=rt-1");
    idp_free(idp);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_sign_in_address_is_whole),
        T(extra_parameters_are_appended),
        T(another_account_is_asked_for_once),
        T(bad_configurations_are_refused),
        T(a_code_is_redeemed),
        T(lifetimes_are_read_whatever_their_form),
        T(wrong_id_tokens_end_the_redemption),
        T(every_refusal_has_its_meaning),
        T(huge_and_cut_answers_end_early),
        T(a_cancelled_redemption_ends),
        T(a_confidential_client_sends_its_secret_in_the_body),
        T(a_secret_for_a_public_uri_is_left_out_once),
        T(a_refresh_sends_the_whole_scope),
    };
    return cmocka_run_group_tests(tests, fake_group_set_up, fake_group_tear_down);
}
