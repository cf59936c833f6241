// SPDX-License-Identifier: MIT
// The modes jwt, zscaler and api-key behind a platform: what is refused and why, who is admitted as
// whom, and how often others are asked.
#define KIT_WITH_ACCESS
#include "unit/oauth/kit.h"

#define JWT_ISSUER "https://issuer.example"
#define JWT_AUD    "zscaler-mcp-server"
#define KEYS_URI   "https://login.example.com/keys"

static struct jwt_judge *judge;
static struct oneapi *api;
static struct fetcher *fetcher;
// the tenant's token endpoint
static int token_status, expires_in;
static const char *token_body; // NULL: a token
static size_t asked;
static char last_form[4096];
static const char *only_secret; // that is good; NULL: all

static bool tenant(const struct fetch_request *request, struct fetch_response *ret, struct err *err)
{
    assert_true(str_is(str_c(request->url), "https://oneapi.example/oauth2/v1/token"));
    asked++;
    snprintf(last_form, sizeof last_form, STR_FMT, STR_ARG(request->body));
    if (!token_status)
        return err_set(err, ERR_CONNECT, "oneapi.example cannot be reached");
    bool good = !only_secret || strstr(last_form, only_secret);
    ret->status = good ? token_status : 401;
    if (good && !token_body)
        buf_addf(&ret->body, "{\"access_token\":\"t0ken\",\"expires_in\":%d}", expires_in);
    else
        buf_adds(&ret->body, good ? token_body : "{\"error\":\"invalid_client\"}");
    return true;
}

static void with_mode(struct access_config config)
{
    struct err err;
    access_free(kit.access);
    assert_true(access_new(&config, &kit.access, &err));
}

static int start(void **state)
{
    struct err err = { 0 };
    kit_start(state);
    kit.elsewhere = tenant;
    token_status = 200;
    expires_in = 3600;
    token_body = only_secret = NULL;
    asked = 0;
    assert_true(fetcher_new(NULL, &fetcher, &err));
    static const char *const algorithms[] = { "RS256", "ES256", NULL };
    const struct jwt_config jwt = { KEYS_URI, JWT_ISSUER, JWT_AUD, algorithms };
    if (!jwt_judge_new(&jwt, fetcher, &judge, &err))
        fail_msg("%s", err.text);
    const struct oneapi_config tenant_config = { .vanity_domain = "acme",
                                                 .base_url = "https://oneapi.example" };
    assert_true(oneapi_new(&tenant_config, fetcher, &api, &err));
    return 0;
}

static int stop(void **state)
{
    kit_stop(state);
    jwt_judge_free(judge);
    oneapi_free(api);
    return 0;
}

// --- jwt ---

#define GOOD                                                                                       \
    "\"iss\":\"" JWT_ISSUER "\",\"aud\":\"" JWT_AUD "\",\"sub\":\"ada\",\"azp\":\"client-1\""

static struct str token_with(const struct jwk *key, const char *claims)
{
    CLEANUP(buf_release) struct buf token = BUF_INIT(8192);
    jws_sign(key, STR("\"typ\":\"JWT\""), arena_printf(kit.arena, "{%s}", claims), &token);
    return arena_str(kit.arena, buf_str(&token));
}

static const char *claims_at(const char *claims, int64_t exp)
{
    return arena_printf(kit.arena, "%s,\"exp\":%lld", claims, (long long)exp).p;
}

static struct reply call_with(const char *claims)
{
    return call_mcp(token_with(kit.idp_key, claims));
}

static void a_jwt_is_judged_and_each_refusal_says_why(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_JWT, .jwt = judge });
    const struct {
        const char *claims, *why; // NULL: accepted
    } rows[] = {
        { GOOD, "no 'exp'" },
        { claims_at(GOOD, NOW - 61), "the token expired at" },
        { claims_at(GOOD ",\"nbf\":1788220861", NOW + 600), "valid from 1788220861 on" },
        { claims_at(GOOD ",\"iat\":1788220861", NOW + 600), "issued at 1788220861" },
        { claims_at("\"iss\":\"https://other.example\",\"aud\":\"" JWT_AUD "\",\"sub\":\"a\"",
                    NOW + 600),
          "issuer is 'https://other.example'; expected '" JWT_ISSUER "'" },
        { claims_at("\"aud\":\"" JWT_AUD "\",\"sub\":\"a\"", NOW + 600), "names no issuer" },
        { claims_at("\"iss\":\"" JWT_ISSUER "\",\"aud\":\"x\",\"sub\":\"a\"", NOW + 600),
          "audience is 'x'; expected '" JWT_AUD "'" },
        { claims_at("\"iss\":\"" JWT_ISSUER "\",\"sub\":\"a\"", NOW + 600), "names no audience" },
        { claims_at("\"iss\":\"" JWT_ISSUER "\",\"aud\":\"" JWT_AUD "\"", NOW + 600),
          "names nobody" },
        { claims_at("\"iss\":\"" JWT_ISSUER "\",\"aud\":\"" JWT_AUD "\",\"sub\":7", NOW + 600),
          "'sub' must be a string" },
        { claims_at(GOOD, NOW - 59), NULL },
        { claims_at(GOOD ",\"nbf\":1788220859,\"iat\":1788220859", NOW + 600), NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = call_with(rows[i].claims);
        struct str challenge = header(&r, "WWW-Authenticate");
        bool ok = rows[i].why
                      ? r.status == 401 && str_find(challenge, str_c(rows[i].why)) > 0 &&
                            str_starts(challenge, STR("Bearer error=\"invalid_token\", ")) &&
                            says(&r, "\"code\":-32001,\"message\":\"Unauthorized: ")
                      : r.status == 200;
        if (!ok)
            fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(challenge));
    }
}

static void what_is_no_token_of_the_issuer_is_refused(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_JWT, .jwt = judge });
    CLEANUP(jwk_free) struct jwk *stranger = jwk_generate(JWS_ES256);
    CLEANUP(jwk_free) struct jwk *same_kid = jwk_generate(JWS_ES256);
    CLEANUP(jwk_free) struct jwk *ed = jwk_generate(JWS_EDDSA);
    jwk_set_kid(same_kid, jwk_kid(kit.idp_key));
    const char *claims = claims_at(GOOD, NOW + 600);
    struct reply none = get(NULL, "/mcp", "");
    assert_int_equal(none.status, 401);
    assert_true(str_is(header(&none, "WWW-Authenticate"), "Bearer"));
    assert_true(says(&none, "Authorization: Bearer <jwt-token>"));
    assert_int_equal(get(NULL, "/mcp", "Authorization: Basic YTpi\r\n").status, 401);
    assert_int_equal(call_mcp(STR("garbage")).status, 401);
    assert_int_equal(call_mcp(token_with(stranger, claims)).status, 401);
    assert_int_equal(call_mcp(token_with(same_kid, claims)).status, 401);
    struct reply r = call_mcp(token_with(ed, claims)); // known to us, not allowed here
    assert_int_equal(r.status, 401);
    assert_true(str_find(header(&r, "WWW-Authenticate"), STR("EdDSA")) > 0);
    // {"alg":"none"}
    assert_int_equal(call_mcp(STR("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.")).status, 401);
}

static void only_applications_and_scopes_that_are_wanted(void **state)
{
    (void)state;
    static const char *const clients[] = { "client-1", "client-2", NULL }, *const scopes[] = {
        "mcp.read", "mcp.write", NULL
    };
    with_mode((struct access_config){
        .mode = ACCESS_JWT, .jwt = judge, .allowed_clients = clients, .required_scopes = scopes });
#define OF(client) "\"iss\":\"" JWT_ISSUER "\",\"aud\":\"" JWT_AUD "\",\"sub\":\"ada\"" client
    static const struct {
        const char *claims;
        int status;
        const char *challenge;
    } rows[] = {
        { GOOD ",\"scope\":\"mcp.read mcp.write\"", 200, NULL },
        { GOOD ",\"scp\":[\"mcp.write\",\"mcp.read\"]", 200, NULL },
        { OF(",\"appid\":\"client-2\",\"roles\":[\"mcp.read\",\"mcp.write\"]"), 200, NULL },
        { GOOD ",\"scope\":\"mcp.read more\"", 403,
          "error=\"insufficient_scope\", error_description=\"the token lacks the scope mcp.write, which "
          "ZSCALER_MCP_AUTH_REQUIRED_SCOPES asks for\", scope=\"mcp.read mcp.write more\"" },
        { GOOD ",\"scope\":\"mcp.readmcp.write\"", 403, "lacks the scope mcp.read," },
        { GOOD, 403, "lacks the scope mcp.read," },
        { OF(",\"azp\":\"client-3\",\"scope\":\"mcp.read mcp.write\""), 403,
          "error=\"access_denied\", error_description=\"the application 'client-3' is none of" },
        { OF(",\"azp\":\"client-\",\"scope\":\"mcp.read mcp.write\""), 403, "'client-' is none" },
        { OF(",\"scope\":\"mcp.read mcp.write\""), 403, "'' is none" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (int twice = 0; twice < 2; twice++) {
            struct reply r = call_with(claims_at(rows[i].claims, NOW + 600));
            struct str challenge = header(&r, "WWW-Authenticate");
            if (r.status != rows[i].status ||
                (rows[i].challenge && str_find(challenge, str_c(rows[i].challenge)) < 0))
                fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(challenge));
        }
}

// The principal is (azp|appid|aud, sub), and no two pairs share one.
static void a_jwt_has_its_principal(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_JWT, .jwt = judge });
#define FOR_US "\"iss\":\"" JWT_ISSUER "\",\"aud\":[\"" JWT_AUD "\"]"
    static const struct {
        const char *claims, *key;
    } rows[] = {
        { FOR_US ",\"sub\":\"ada\"", "jwt:" JWT_AUD ":ada" },
        { FOR_US ",\"sub\":\"ada\",\"appid\":\"a1\"", "jwt:a1:ada" },
        { FOR_US ",\"sub\":\"ada\",\"appid\":\"a1\",\"azp\":\"a2\"", "jwt:a2:ada" },
        { FOR_US ",\"sub\":\"b:c\",\"azp\":\"a\"", "jwt:a:b:c" },
        { FOR_US ",\"sub\":\"c\",\"azp\":\"a:b\"", "jwt:a%3Ab:c" },
        { FOR_US ",\"azp\":\"machine\"", "jwt:machine:" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (int twice = 0; twice < 2; twice++) { // from the keys, then from the cache
            struct reply r = call_with(claims_at(rows[i].claims, NOW + 600));
            if (r.status != 200 || !str_is(r.body, rows[i].key))
                fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(r.body));
        }
}

static void a_cached_jwt_ends_when_it_expires(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_JWT, .jwt = judge });
    struct str token = token_with(kit.idp_key, claims_at(GOOD, NOW + 600));
    assert_int_equal(call_mcp(token).status, 200);
    clock_freeze(NOW + 659);
    assert_int_equal(call_mcp(token).status, 200);
    clock_freeze(NOW + 660);
    assert_int_equal(call_mcp(token).status, 401);
}

static void keys_away_is_503_and_names_the_variable(void **state)
{
    (void)state;
    kit.unreachable = true;
    with_mode((struct access_config){ .mode = ACCESS_JWT, .jwt = judge });
    struct reply r = call_with(claims_at(GOOD, NOW + 600));
    assert_int_equal(r.status, 503);
    assert_true(header(&r, "Retry-After").n > 0);
    assert_null(header(&r, "WWW-Authenticate").p);
    assert_true(says(&r, "ZSCALER_MCP_AUTH_JWKS_URI"));
}

static void what_a_judge_cannot_work_with_is_refused(void **state)
{
    (void)state;
    static const char *const none[] = { NULL }, *const hmac[] = { "RS256", "HS256", NULL },
                             *const unsigned_[] = { "none", NULL },
                             *const good[] = { "EdDSA", NULL };
    static const struct {
        struct jwt_config config;
        const char *why;
    } rows[] = {
        { { NULL, "i", "a", good }, "is not a URL" },
        { { "http://issuer.example/keys", "i", "a", good }, "must be https" },
        { { KEYS_URI, "i", "a", hmac },
          "'HS256' is none of RS256, RS384, RS512, PS256, PS384, PS512, "
          "ES256, ES384, ES512, EdDSA: who can check" },
        { { KEYS_URI, "i", "a", unsigned_ }, "a token without a signature proves nothing" },
        { { KEYS_URI, "i", "a", none }, "names no algorithm" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct jwt_judge *j;
        struct err err = { 0 };
        assert_false(jwt_judge_new(&rows[i].config, fetcher, &j, &err));
        if (!strstr(err.text, rows[i].why))
            fail_msg("%zu: %s", i, err.text);
    }
}

// --- zscaler ---

static const char *basic(const char *pair)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    b64_encode(&out, str_c(pair));
    return arena_printf(kit.arena, "Authorization: Basic " STR_FMT "\r\n", STR_ARG(buf_str(&out)))
        .p;
}

#define IN_HEADERS(id, secret)                                                                     \
    "X-Zscaler-Client-ID: " id "\r\nX-Zscaler-Client-Secret: " secret "\r\n"

static void credentials_of_the_tenant(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_ZSCALER, .oneapi = api });
    only_secret = "client_secret=s%3Acret&";
    const struct {
        const char *headers;
        int status;
        size_t asked; // of the tenant, since the start
        const char *says;
    } rows[] = {
        { "", 401, 0, "X-Zscaler-Client-Secret, or Authorization: Basic" },
        { "Authorization: Bearer x\r\n", 401, 0, "must be: Basic base64" },
        { "Authorization: Basic !!!\r\n", 401, 0, "no base64" },
        { basic("without-colon"), 401, 0, "empty" },
        { basic(":s"), 401, 0, "empty" },
        { basic("id:"), 401, 0, "empty" },
        { basic("i d:s"), 401, 0, "has characters" },
        { basic("i\nd:s"), 401, 0, "has characters" },
        { "X-Zscaler-Client-ID: a\r\n", 401, 0, "belong together" },
        { basic("id:wrong"), 401, 1, "Zscaler does not accept" },
        { basic("id:wrong"), 401, 1, "Zscaler does not accept" }, // remembered
        { basic("id:s:cret"), 200, 2, "zscaler:id" },
        { basic("id:s:cret"), 200, 2, "zscaler:id" },
        { IN_HEADERS("id", "s:cret"), 200, 2, "zscaler:id" }, // the same credential
        { IN_HEADERS("two", "s:cret"), 200, 3, "zscaler:two" },
        // Headers win over a bad and over a good Authorization.
        { arena_printf(kit.arena, "%s" IN_HEADERS("two", "s:cret"), basic("id:wrong")).p, 200, 3,
          "zscaler:two" },
        { arena_printf(kit.arena, "%s" IN_HEADERS("two", "bad"), basic("id:s:cret")).p, 401, 4,
          "Zscaler does not accept" },
        { basic("id:{\"kty\":\"RSA\"}"), 401, 4, "Zscaler does not accept" }, // no whole key
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = get(NULL, "/mcp", rows[i].headers);
        if (r.status != rows[i].status || asked != rows[i].asked || !says(&r, rows[i].says))
            fail_msg("%zu: %d, asked %zu: " STR_FMT, i, r.status, asked, STR_ARG(r.body));
        if (r.status == 401)
            assert_true(str_is(header(&r, "WWW-Authenticate"),
                               "Basic realm=\"zscaler-mcp\", charset=\"UTF-8\""));
    }
    assert_non_null(strstr(last_form, "grant_type=client_credentials&client_id=two"));
}

// The tenant is not even asked about others.
static void only_api_clients_that_are_named(void **state)
{
    (void)state;
    static const char *const clients[] = { "report", NULL };
    with_mode((struct access_config){ .mode = ACCESS_ZSCALER,
                                      .oneapi = api,
                                      .allowed_clients = clients,
                                      .trust_platform = true });
    struct reply other = get(NULL, "/mcp", basic("id:s"));
    assert_int_equal(other.status, 403);
    assert_true(says(&other, "ZSCALER_MCP_AUTH_ALLOWED_CLIENTS"));
    assert_int_equal(get(NULL, "/mcp", IN_HEADERS("report2", "s")).status, 403);
    assert_int_equal(asked, 0);
    assert_int_equal(get(NULL, "/mcp", basic("report:s")).status, 200);
    assert_int_equal(asked, 1);
}

// A file's name is no key: nothing is read on a stranger's word.
static void a_secret_is_never_a_path(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_ZSCALER, .oneapi = api });
    assert_int_equal(get(NULL, "/mcp", basic("id:/etc/hostname")).status, 200);
    assert_non_null(strstr(last_form, "client_secret=%2Fetc%2Fhostname"));
}

static void verdicts_are_kept_for_a_while(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_ZSCALER, .oneapi = api });
    const char *good = basic("id:s");
    assert_int_equal(get(NULL, "/mcp", good).status, 200);
    clock_freeze(NOW + ACCESS_ZSCALER_GOOD_S - 1);
    assert_int_equal(get(NULL, "/mcp", good).status, 200);
    assert_int_equal(asked, 1);
    token_status = 401; // the secret was revoked
    token_body = "{\"error\":\"invalid_client\"}";
    clock_freeze(NOW + ACCESS_ZSCALER_GOOD_S);
    assert_int_equal(get(NULL, "/mcp", good).status, 401);
    assert_int_equal(asked, 2);
    token_status = 200; // and is good again
    token_body = NULL;
    expires_in = 100;
    assert_int_equal(get(NULL, "/mcp", good).status, 401);
    clock_freeze(NOW + ACCESS_ZSCALER_GOOD_S + ACCESS_ZSCALER_BAD_S);
    assert_int_equal(get(NULL, "/mcp", good).status, 200);
    clock_freeze(NOW + ACCESS_ZSCALER_GOOD_S + ACCESS_ZSCALER_BAD_S + 100); // as it says itself
    assert_int_equal(get(NULL, "/mcp", good).status, 200);
    assert_int_equal(asked, 4);
}

static void nobody_guesses_without_end(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_ZSCALER, .oneapi = api });
    assert_int_equal(get(NULL, "/mcp", basic("id:good")).status, 200);
    only_secret = "good";
    int status = 401;
    struct reply r = { 0 };
    for (int i = 0; i < 2 * ACCESS_ZSCALER_TRIES && status == 401; i++) {
        r = get(NULL, "/mcp", basic(arena_printf(kit.arena, "id:guess-%d", i).p));
        status = r.status;
    }
    assert_int_equal(status, 429);
    assert_true(header(&r, "Retry-After").n > 0);
    assert_in_range(asked, ACCESS_ZSCALER_TRIES - 1, ACCESS_ZSCALER_TRIES + 3);
    // What is known stays known, for better and for worse.
    assert_int_equal(get(NULL, "/mcp", basic("id:good")).status, 200);
    assert_int_equal(get(NULL, "/mcp", basic("id:guess-0")).status, 401);
}

static void a_tenant_that_does_not_answer_is_503(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_ZSCALER, .oneapi = api });
    static const struct {
        int status;
        const char *body;
    } rows[] = { { 0, NULL }, { 500, "s3cret" }, { 429, "" }, { 404, "" }, { 200, "<html>" } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        token_status = rows[i].status;
        token_body = rows[i].body;
        struct reply r = get(NULL, "/mcp", basic("id:s3cret"));
        if (r.status != 503 || says(&r, "oneapi.example") || !header(&r, "Retry-After").n)
            fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(r.body));
    }
    token_status = 200;
    token_body = NULL;
    assert_int_equal(get(NULL, "/mcp", basic("id:s3cret")).status, 200);
}

static void no_secret_is_logged(void **state)
{
    (void)state;
    with_mode((struct access_config){ .mode = ACCESS_ZSCALER, .oneapi = api });
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_DEBUG);
    token_status = 500;
    token_body = "you sent pl4nted-s3cret";
    assert_int_equal(get(NULL, "/mcp", basic("id:pl4nted-s3cret")).status, 503);
    token_status = 401;
    token_body = "{\"error\":\"invalid_client\",\"error_description\":\"pl4nted-s3cret\"}";
    assert_int_equal(get(NULL, "/mcp", basic("id:pl4nted-s3cret")).status, 401);
    assert_int_equal(kit_logged("credentials could not be judged"), 1);
    assert_int_equal(kit_logged("a credential was refused"), 1);
    assert_int_equal(kit_logged("pl4nted"), 0);
}

// --- behind a platform that has asked already ---

static void who_sends_nothing_is_the_platforms(void **state)
{
    (void)state;
    const struct {
        struct access_config config;
        const char *wrong;
        bool trusts;
    } rows[] = {
        { { .mode = ACCESS_API_KEY, .api_key = "k", .trust_platform = true },
          "X-Api-Key: x\r\n",
          true },
        { { .mode = ACCESS_API_KEY, .api_key = "k", .trust_platform = true },
          "Authorization: Bearer\r\n",
          true },
        { { .mode = ACCESS_ZSCALER, .oneapi = api, .trust_platform = true },
          "X-Zscaler-Client-ID: x\r\n",
          true },
        { { .mode = ACCESS_API_KEY, .api_key = "k" }, "X-Api-Key: x\r\n", false },
        { { .mode = ACCESS_ZSCALER, .oneapi = api }, "Authorization: Basic x\r\n", false },
        { { .mode = ACCESS_JWT, .jwt = judge, .trust_platform = true },
          "Authorization: Bearer x\r\n",
          false },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        with_mode(rows[i].config);
        struct reply r = get(NULL, "/mcp", "");
        bool admitted = r.status == 200 && str_is(r.body, "platform");
        if (admitted != rows[i].trusts)
            fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(r.body));
        assert_int_equal(get(NULL, "/mcp", rows[i].wrong).status, 401);
    }
}

int main(void)
{
#define WITH_KIT(test) cmocka_unit_test_setup_teardown(test, start, stop)
    const struct CMUnitTest tests[] = {
        WITH_KIT(a_jwt_is_judged_and_each_refusal_says_why),
        WITH_KIT(what_is_no_token_of_the_issuer_is_refused),
        WITH_KIT(only_applications_and_scopes_that_are_wanted),
        WITH_KIT(only_api_clients_that_are_named),
        WITH_KIT(a_jwt_has_its_principal),
        WITH_KIT(a_cached_jwt_ends_when_it_expires),
        WITH_KIT(keys_away_is_503_and_names_the_variable),
        WITH_KIT(what_a_judge_cannot_work_with_is_refused),
        WITH_KIT(credentials_of_the_tenant),
        WITH_KIT(a_secret_is_never_a_path),
        WITH_KIT(verdicts_are_kept_for_a_while),
        WITH_KIT(nobody_guesses_without_end),
        WITH_KIT(a_tenant_that_does_not_answer_is_503),
        WITH_KIT(no_secret_is_logged),
        WITH_KIT(who_sends_nothing_is_the_platforms),
    };
    return cmocka_run_group_tests_name("access: modes", tests, NULL, NULL);
}
