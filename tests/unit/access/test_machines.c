// SPDX-License-Identifier: MIT
// Machines (client_credentials): who may, what is sent to the provider, what its answers become.
#define KIT_WITH_ACCESS
#include "unit/oauth/kit.h"

#define MACHINE "cccccccc-1111-4222-8333-444444444444"
#define TENANT  "11111111-2222-3333-4444-555555555555"
#define SECRET  "s3cr:t/+ of the machine"
#define AS      "/.well-known/oauth-authorization-server"

static const char *const machines[] = { "another-machine", MACHINE, NULL };

// What the provider does, and the last request it got.
static struct {
    int status;          // 0: 200
    const char *refusal; // body of any other
    const char *claims;  // of its token, instead of good ones
    int lifetime;
    char form[4096];
} provider;

#define GOOD_CLAIMS                                                                                \
    "\"aud\":\"" APP "\",\"sub\":\"sp-1\",\"oid\":\"sp-1\",\"azp\":\"" MACHINE                     \
    "\",\"azpacr\":\"1\",\"idtyp\":\"app\",\"app_displayname\":\"Nightly <job>\""

static bool answers(const struct fetch_request *request, struct fetch_response *ret)
{
    if (str_find(request->body, STR("grant_type=client_credentials")) < 0)
        return false;
    atomic_fetch_add(&kit.token_requests, 1);
    snprintf(provider.form, sizeof provider.form, STR_FMT, STR_ARG(request->body));
    if (provider.status) {
        ret->status = provider.status;
        buf_adds(&ret->body, provider.refusal);
        return true;
    }
    CLEANUP(buf_release) struct buf payload = BUF_INIT(4096);
    CLEANUP(buf_release) struct buf token = BUF_INIT(8192);
    buf_addf(&payload,
             "{\"iss\":\"" ISSUER "\",\"tid\":\"" TENANT
             "\",\"iat\":%lld,\"nbf\":%lld,\"exp\":%lld,%s}",
             (long long)clock_now(), (long long)clock_now(),
             (long long)clock_now() + (provider.lifetime ? provider.lifetime : 3600),
             provider.claims ? provider.claims : GOOD_CLAIMS);
    jws_sign(kit.idp_key, STR(""), buf_str(&payload), &token);
    buf_addf(&ret->body, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"%s\"}",
             buf_cstr(&token));
    return true;
}

static int start(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE, .machine_clients = machines });
    memset(&provider, 0, sizeof provider);
    kit.answers = answers;
    return 0;
}

static struct reply with_body(const char *more)
{
    return post(NULL, "/token", "",
                arena_printf(kit.arena, "grant_type=client_credentials%s", more));
}

#define IN_BODY "&client_id=" MACHINE "&client_secret=s3cr%3At%2F%2B+of+the+machine"

static struct reply with_basic(const char *id, const char *secret, const char *more)
{
    CLEANUP(buf_release) struct buf pair = BUF_INIT(8192);
    CLEANUP(buf_release) struct buf text = BUF_INIT(8192);
    buf_addf(&pair, STR_FMT ":" STR_FMT, STR_ARG(encoded(str_c(id))),
             STR_ARG(encoded(str_c(secret))));
    b64_encode(&text, buf_str(&pair));
    return post(NULL, "/token",
                arena_printf(kit.arena, "Authorization: Basic %s\r\n", buf_cstr(&text)).p,
                arena_printf(kit.arena, "grant_type=client_credentials%s", more));
}

static void expect(struct reply r, int status, const char *error)
{
    if (r.status != status || !str_is(member(&r, "error"), error))
        fail_msg("%d " STR_FMT ", wanted %d %s", r.status, STR_ARG(r.body), status, error);
}

static unsigned asked(void)
{
    return atomic_load(&kit.token_requests);
}

static void off_by_default(void **state)
{
    (void)state;
    struct reply metadata = get(NULL, AS, "");
    assert_false(says(&metadata, "client_credentials"));
    expect(with_body(IN_BODY), 401, "invalid_client"); // unknown here, whatever it wants
}

/*= rfc6749 2.3 "The client MUST NOT use more than one authentication method in each request." */
static void what_is_wrong_here_is_not_sent_upstream(void **state)
{
    (void)state;
    static const struct {
        const char *more;
        int status;
        const char *error;
    } rows[] = {
        { "", 401, "invalid_client" },
        { "&client_id=" MACHINE, 401, "invalid_client" },
        { "&client_id=" MACHINE "&client_secret=", 401, "invalid_client" },
        { "&client_secret=x", 401, "invalid_client" },
        { "&client_id=stranger&client_secret=x", 400, "unauthorized_client" },
        { "&client_id=another-machin&client_secret=x", 400, "unauthorized_client" },
        { "&client_id=ANOTHER-MACHINE&client_secret=x", 400, "unauthorized_client" },
        { IN_BODY "&resource=https%3A%2F%2Fevil.example%2Fmcp", 400, "invalid_target" },
        { IN_BODY "&client_assertion=a.b.c", 400, "invalid_request" },
        { IN_BODY "&client_id=twice", 400, "invalid_request" },
        { "&client_id=" MACHINE "&client_assertion=a.b.c", 400, "invalid_request" },
        { "&client_assertion=a.b.c&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-"
          "assertion-type%3Ajwt-bearer",
          401, "invalid_client" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = with_body(rows[i].more);
        if (r.status != rows[i].status || !str_is(member(&r, "error"), rows[i].error))
            fail_msg("%s: %d " STR_FMT, rows[i].more, r.status, STR_ARG(r.body));
    }
    expect(with_basic(MACHINE, "x", "&client_secret=y"), 400, "invalid_request");
    expect(with_basic(MACHINE, "x", "&client_id=other"), 400, "invalid_request");
    expect(with_basic(MACHINE, "", ""), 401, "invalid_client");
    expect(with_basic("stranger", "x", ""), 400, "unauthorized_client");
    // A client of ours is no machine, and a machine no client of ours.
    struct str client = register_for("c", LOOPBACK);
    expect(with_basic(client.p, "x", ""), 400, "unauthorized_client");
    expect(post(NULL, "/token", "", STR("grant_type=refresh_token&client_id=" MACHINE)), 401,
           "invalid_client");
    assert_int_equal(asked(), 0);
}

/*= rfc6749 4.4.3 "A refresh token SHOULD NOT be included." */
static void a_machine_gets_a_token_of_ours(void **state)
{
    (void)state;
    struct reply metadata = get(NULL, AS, "");
    assert_true(says(&metadata, "\"client_credentials\""));
    assert_true(
        says(&metadata, "\"client_secret_post\",\"client_secret_basic\",\"private_key_jwt\""));
    struct reply r = with_basic(MACHINE, SECRET, "&scope=mcp&resource=" BASE "/mcp");
    if (r.status != 200)
        fail_msg(STR_FMT, STR_ARG(r.body));
    assert_false(says(&r, "refresh_token"));
    assert_true(str_is(member(&r, "scope"), "mcp"));
    assert_int_equal(number(&r, "expires_in"), 3600);
    assert_true(str_is(header(&r, "Cache-Control"), "no-store"));
    struct str token = member(&r, "access_token");
    struct access_claims claims;
    assert_true(access_token_verify(kit.keys, token, STR(BASE), STR(BASE "/mcp"), NOW, kit.arena,
                                    &claims, NULL));
    assert_true(claims.machine);
    assert_true(str_is(claims.subject, "sp-1"));
    assert_true(str_is(claims.tenant, TENANT));
    assert_true(str_is(claims.client_id, MACHINE));
    assert_int_equal(claims.family.n + claims.email.n, 0);
    r = call_mcp(token);
    assert_int_equal(r.status, 200);
    assert_true(str_is(r.body, "oidc:" TENANT ":sp-1"));
}

static void what_the_provider_is_sent(void **state)
{
    (void)state;
    const char *const same = "grant_type=client_credentials&client_id=" MACHINE
                             "&client_secret=s3cr%3At%2F%2B+of+the+machine&audience=" APP;
    assert_int_equal(with_basic(MACHINE, SECRET, "").status, 200);
    assert_string_equal(provider.form, same);
    provider.form[0] = '\0';
    assert_int_equal(with_body(IN_BODY "&scope=anything&audience=evil").status, 200);
    assert_string_equal(provider.form, same);
    // GUIDs know no case.
    struct reply r = with_body("&client_id=CCCCCCCC-1111-4222-8333-444444444444&client_secret=x");
    assert_int_equal(r.status, 200);
    // {"alg":"none"}.{"sub":MACHINE}.x: whose it is; whether it is good is the provider's to say.
    CLEANUP(buf_release) struct buf jwt = BUF_INIT(1024);
    b64url_encode(&jwt, STR("{\"alg\":\"PS256\"}"));
    buf_addc(&jwt, '.');
    b64url_encode(&jwt, STR("{\"sub\":\"" MACHINE "\"}"));
    buf_adds(&jwt, ".c2ln");
    r = with_body(arena_printf(kit.arena,
                               "&client_assertion=%s&client_assertion_type=urn%%3Aietf%%3Aparams"
                               "%%3Aoauth%%3Aclient-assertion-type%%3Ajwt-bearer",
                               buf_cstr(&jwt))
                      .p);
    if (r.status != 200)
        fail_msg(STR_FMT, STR_ARG(r.body));
    assert_non_null(strstr(provider.form, buf_cstr(&jwt)));
    assert_non_null(strstr(provider.form, "client_id=" MACHINE));
    assert_null(strstr(provider.form, "client_secret"));
}

// mcp-remote does not encode what it puts into Basic: the secret is tried as it came, too.
static void a_secret_that_is_not_encoded(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT(8192);
    b64_encode(&text, STR(MACHINE ":a+b%2"));
    struct str headers = arena_printf(kit.arena, "Authorization: Basic %s\r\n", buf_cstr(&text));
    assert_int_equal(post(NULL, "/token", headers.p, STR("grant_type=client_credentials")).status,
                     200);
    assert_non_null(
        strstr(provider.form, "client_secret=a%2Bb%252")); // no escape: as it came at once
    buf_reset(&text);
    b64_encode(&text, STR(MACHINE ":a+b"));
    headers = arena_printf(kit.arena, "Authorization: Basic %s\r\n", buf_cstr(&text));
    provider.status = 401;
    provider.refusal = "{\"error\":\"invalid_client\"}";
    unsigned before = asked();
    expect(post(NULL, "/token", headers.p, STR("grant_type=client_credentials")), 401,
           "invalid_client");
    assert_int_equal(asked(), before + 2);
    assert_non_null(strstr(provider.form, "client_secret=a%2Bb"));
    before = asked();
    expect(with_basic(MACHINE, "plain", ""), 401, "invalid_client");
    assert_int_equal(asked(), before + 1);
}

static void it_lives_no_longer_than_the_providers(void **state)
{
    (void)state;
    provider.lifetime = 900;
    struct reply r = with_body(IN_BODY);
    assert_int_equal(number(&r, "expires_in"), 900);
    provider.lifetime = 86400;
    r = with_body(IN_BODY);
    assert_int_equal(number(&r, "expires_in"), 3600);
}

static void the_providers_refusals(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        int want;
        const char *error, *says;
    } rows[] = {
        { 401,
          "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret\"}",
          401, "invalid_client", "not the Secret ID" },
        { 401, "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: expired\"}",
          401, "invalid_client", "has expired" },
        { 400,
          "{\"error\":\"unauthorized_client\",\"error_description\":\"AADSTS700016: not found\"}",
          401, "invalid_client", "AADSTS700016" },
        { 401, "{\"error\":\"invalid_client\"}", 401, "invalid_client", "" },
        { 403,
          "{\"error\":\"access_denied\",\"error_description\":\"Client has not been granted\"}",
          400, "unauthorized_client", "has not been granted" },
        { 400,
          "{\"error\":\"unauthorized_client\",\"error_description\":\"AADSTS7000112: disabled\"}",
          400, "unauthorized_client", "AADSTS7000112" },
        { 400, "{\"error\":\"invalid_resource\",\"error_description\":\"AADSTS500011: not found\"}",
          502, "server_error", "AADSTS500011" },
        { 503, "{\"error\":\"temporarily_unavailable\"}", 503, "temporarily_unavailable", "" },
        { 500, "<html>", 503, "temporarily_unavailable", "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        provider.status = rows[i].status;
        provider.refusal = rows[i].body;
        struct reply r = with_basic(MACHINE, SECRET, "");
        if (r.status != rows[i].want || !str_is(member(&r, "error"), rows[i].error) ||
            !says(&r, rows[i].says))
            fail_msg("%s: %d " STR_FMT, rows[i].body, r.status, STR_ARG(r.body));
        if (r.status == 401)
            assert_true(str_starts(header(&r, "WWW-Authenticate"), STR("Basic")));
    }
    kit.unreachable = true;
    expect(with_body(IN_BODY), 503, "temporarily_unavailable");
}

// T16: whatever came back for the credential, only the machine's own token for us counts.
static void T16_other_tokens_of_the_provider_are_refused(void **state)
{
    (void)state;
    static const char *const claims[] = {
        // for another application
        "\"aud\":\"https://graph.microsoft.com\",\"sub\":\"sp-1\",\"oid\":\"sp-1\",\"azp\":\"" MACHINE
        "\",\"idtyp\":\"app\"",
        // of another application
        "\"aud\":\"" APP
        "\",\"sub\":\"sp-1\",\"oid\":\"sp-1\",\"azp\":\"another-machine\",\"idtyp\":\"app\"",
        // of nobody
        "\"aud\":\"" APP "\",\"sub\":\"sp-1\",\"oid\":\"sp-1\",\"idtyp\":\"app\"",
        // of a person
        "\"aud\":\"" APP "\",\"sub\":\"p\",\"oid\":\"person-1\",\"azp\":\"" MACHINE
        "\",\"azpacr\":\"1\",\"scp\":\"mcp.access\"",
        "\"aud\":\"" APP "\",\"sub\":\"p\",\"oid\":\"person-1\",\"azp\":\"" MACHINE
        "\",\"azpacr\":\"1\",\"idtyp\":\"user\"",
        // an ID token
        "\"aud\":\"" APP "\",\"sub\":\"sp-1\",\"azp\":\"" MACHINE
        "\",\"nonce\":\"n\",\"idtyp\":\"app\"",
        // of another tenant
        "\"aud\":\"" APP "\",\"sub\":\"sp-1\",\"azp\":\"" MACHINE
        "\",\"idtyp\":\"app\",\"tid\":\"22222222-2222-3333-4444-555555555555\"",
    };
    for (size_t i = 0; i < ARRAY_LEN(claims); i++) {
        provider.claims = claims[i];
        struct reply r = with_body(IN_BODY);
        if (r.status != 502 || says(&r, "access_token\""))
            fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(r.body));
    }
}

static void secrets_are_not_tried_out_through_us(void **state)
{
    (void)state;
    provider.status = 401;
    provider.refusal = "{\"error\":\"invalid_client\"}";
    for (int i = 0; i < 60; i++)
        expect(with_basic(MACHINE, "wrong", ""), 401, "invalid_client");
    unsigned before = asked();
    struct reply r = with_basic(MACHINE, SECRET, "");
    expect(r, 429, "temporarily_unavailable");
    assert_true(str_is(header(&r, "Retry-After"), "600"));
    assert_int_equal(asked(), before);
    clock_freeze(NOW + 600);
    provider.status = 0;
    for (int i = 0; i < 100; i++) // what is right is not counted
        assert_int_equal(with_basic(MACHINE, SECRET, "").status, 200);
}

static void a_machine_is_thrown_out_too(void **state)
{
    (void)state;
    struct err err;
    struct reply r = with_body(IN_BODY);
    struct str token = member(&r, "access_token");
    const struct throw_out who = { .person = STR("sp-1") };
    assert_true(oauth_throw_out(kit.spent, &who, NOW, 3600, &err));
    assert_int_equal(call_mcp(token).status, 401);
}

static void nothing_leaks(void **state)
{
    (void)state;
    kit_log_from_now(LOG_FORMAT_JSON, LOG_DEBUG);
    struct reply r = with_basic(MACHINE, SECRET, "");
    assert_int_equal(kit_logged("machine token given"), 1);
    assert_int_equal(kit_logged(member(&r, "access_token").p), 0);
    provider.status = 401;
    provider.refusal = "{\"error\":\"invalid_client\"}";
    with_basic(MACHINE, SECRET, "");
    with_basic("stranger", SECRET, "");
    assert_int_equal(kit_logged("machine refused"), 2);
    assert_int_equal(kit_logged("s3cr"), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, kit_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(off_by_default, kit_start, kit_stop),
        CASE(what_is_wrong_here_is_not_sent_upstream),
        CASE(a_machine_gets_a_token_of_ours),
        CASE(what_the_provider_is_sent),
        CASE(a_secret_that_is_not_encoded),
        CASE(it_lives_no_longer_than_the_providers),
        CASE(the_providers_refusals),
        CASE(T16_other_tokens_of_the_provider_are_refused),
        CASE(secrets_are_not_tried_out_through_us),
        CASE(a_machine_is_thrown_out_too),
        CASE(nothing_leaks),
    };
    return cmocka_run_group_tests_name("oauth: machines", tests, NULL, NULL);
}
