// SPDX-License-Identifier: MIT
// Which tokens are believed: every class of forged, foreign and mistaken token, then the good ones.
#include "jose/claims.h"
#include "unit/idp/fake_idp.h"

static struct idp *idp;
static struct arena *arena;

static int set_up(void **state)
{
    if (fake_set_up(state) != 0)
        return -1;
    idp = fake_client(NULL);
    arena = arena_new();
    fake_publish(key_a, key_ec);
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    idp_free(idp);
    return fake_tear_down(state);
}

// header and claims as given, with a signature made of `signature`.
static struct str forge(const char *header, const char *claims, struct str signature)
{
    CLEANUP(buf_release) struct buf token = BUF_INIT(65536);
    b64url_encode(&token, str_c(header));
    buf_addc(&token, '.');
    b64url_encode(&token, str_c(claims));
    buf_addc(&token, '.');
    b64url_encode(&token, signature);
    return arena_str(arena, buf_str(&token));
}

static void refused(const char *name, struct str token, const char *nonce, enum err_code code,
                    const char *says)
{
    struct idp_person person = { 0 };
    struct err err = { 0 };
    if (idp_verify(idp, arena, token, str_c(nonce), NOW, &person, &err))
        fail_msg("%s was accepted", name);
    if (err.code != code || !strstr(err.text, says))
        fail_msg("%s: %s (%s)", name, err_info(err.code)->name, err.text);
    assert_null(person.claims); // untouched
}

#define TIMES      "\"iat\":1788220790,\"nbf\":1788220790,\"exp\":1788224390,"
#define GOOD_CLAIM "{" TIMES ACCESS_CLAIMS "}"

static void forged_signatures_are_refused(void **state)
{
    (void)state;
    struct str good = fake_token(arena, key_a, ACCESS_CLAIMS);
    struct err err;
    struct idp_person person;
    assert_true(idp_verify(idp, arena, good, STR_NONE, NOW, &person, &err));
    // Each byte of the signature's middle, and of the payload, is bound.
    char *bytes = str_dup(good);
    for (size_t i = str_cut(&(struct str){ good.p, good.n }, '.').n + 5; i < good.n - 2; i += 37) {
        if (bytes[i] == '.')
            continue;
        char was = bytes[i];
        bytes[i] = was == 'A' ? 'B' : 'A';
        assert_false(idp_verify(idp, arena, str_of(bytes, good.n), STR_NONE, NOW, &person, &err));
        bytes[i] = was;
    }
    free(bytes);
    // A real key of ours under a foreign kid, and the kid of a key of another kind.
    jwk_set_kid(key_b, STR("kid-a"));
    refused("wrong key", fake_token(arena, key_b, ACCESS_CLAIMS), "", ERR_TOKEN_SIGNATURE, "");
    jwk_set_kid(key_b, STR("kid-ec"));
    refused("RSA token, EC kid", fake_token(arena, key_b, ACCESS_CLAIMS), "", ERR_TOKEN_SIGNATURE,
            "");
    jwk_set_kid(key_b, STR("kid-b"));
}

static void foreign_algorithms_are_refused(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "{\"alg\":\"none\",\"kid\":\"kid-a\"}",
        "{\"alg\":\"None\",\"kid\":\"kid-a\"}",
        "{\"alg\":\"HS256\",\"kid\":\"kid-a\"}",
        "{\"alg\":\"HS384\",\"kid\":\"kid-a\"}",
        "{\"alg\":\"ES384\",\"kid\":\"kid-ec\"}",
        "{\"alg\":\"PS256\",\"kid\":\"kid-ec\"}",
        "{\"alg\":\"ES256\",\"kid\":\"kid-a\"}",
        "{\"alg\":[\"RS256\"],\"kid\":\"kid-a\"}",
        "{\"kid\":\"kid-a\"}",
        "{\"alg\":\"RS256\",\"kid\":\"kid-a\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"RS256\",\"kid\":\"kid-a\",\"jku\":\"https://evil.example/keys\"}",
        "{\"alg\":\"RS256\",\"kid\":\"kid-a\",\"x5c\":[\"AAAA\"]}",
        "{\"alg\":\"RS256\",\"kid\":\"kid-a\",\"jwk\":{\"kty\":\"RSA\"}}",
    };
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct idp_person person;
        struct err err;
        const struct str signatures[] = { STR(""), STR("x"),
                                          STR("01234567890123456789012345678901") };
        for (size_t s = 0; s < ARRAY_LEN(signatures); s++)
            if (idp_verify(idp, arena, forge(headers[i], GOOD_CLAIM, signatures[s]), STR_NONE, NOW,
                           &person, &err))
                fail_msg("accepted: %s", headers[i]);
        assert_int_equal(err_info(err.code)->http_status, 401);
    }
}

static void malformed_tokens_are_refused(void **state)
{
    (void)state;
    static const char *const tokens[] = {
        "", ".", "..", "a.b", "a.b.c", "e30.e30.", "e30.e30.e30.e30", "Bearer x", "\n"
    };
    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        struct idp_person person;
        struct err err;
        assert_false(idp_verify(idp, arena, str_c(tokens[i]), STR_NONE, NOW, &person, &err));
        assert_int_equal(err_info(err.code)->http_status, 401);
    }
}

/*= oidc-core 2 "sub REQUIRED. Subject Identifier." */
static void foreign_claims_are_refused(void **state)
{
    (void)state;
#define SUB_TID "\"sub\":\"s\",\"scp\":\"x\",\"tid\":\"" TENANT "\","
#define US      "\"aud\":\"" CLIENT "\""
    static const struct {
        const char *name, *claims;
        enum err_code code;
        const char *says;
    } cases[] = {
        { "no issuer", SUB_TID US, ERR_TOKEN_ISSUER, "" },
        { "other tenant",
          SUB_TID US
          ",\"iss\":\"https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0\"",
          ERR_TOKEN_ISSUER, "99999999" },
        { "issuer with a slash", SUB_TID US ",\"iss\":\"" ISSUER "/\"", ERR_TOKEN_ISSUER, "" },
        { "issuer in capitals",
          SUB_TID US ",\"iss\":\"https://LOGIN.microsoftonline.com/" TENANT "/v2.0\"",
          ERR_TOKEN_ISSUER, "" },
        { "v1 issuer of another tenant",
          SUB_TID US ",\"iss\":\"https://sts.windows.net/99999999-2222-3333-4444-555555555555/\"",
          ERR_TOKEN_ISSUER, "" },
        { "tid of another tenant",
          "\"sub\":\"s\",\"scp\":\"x\",\"tid\":\"99999999-2222-3333-4444-555555555555\"," US
          ",\"iss\":\"" ISSUER "\"",
          ERR_TOKEN_ISSUER, "99999999" },
        { "no audience", SUB_TID "\"iss\":\"" ISSUER "\"", ERR_TOKEN_AUDIENCE, "invalid_audience" },
        { "Graph",
          SUB_TID "\"iss\":\"" V1_ISSUER "\",\"aud\":\"00000003-0000-0000-c000-000000000000\"",
          ERR_TOKEN_AUDIENCE, "\"00000003-0000-0000-c000-000000000000\"" },
        { "prefix of the audience", SUB_TID "\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "-x\"",
          ERR_TOKEN_AUDIENCE, "OIDCPROXY_AUTH_AUDIENCE must equal the application (client) ID" },
        { "api:// of another", SUB_TID "\"iss\":\"" ISSUER "\",\"aud\":\"api://x/" CLIENT "\"",
          ERR_TOKEN_AUDIENCE, "api://x/" CLIENT },
        { "list without us", SUB_TID "\"iss\":\"" ISSUER "\",\"aud\":[\"a\",\"b\"]",
          ERR_TOKEN_AUDIENCE, "\"a\", \"b\"" },
        { "empty list", SUB_TID "\"iss\":\"" ISSUER "\",\"aud\":[]", ERR_TOKEN_AUDIENCE,
          "invalid_audience" },
        { "no subject", "\"scp\":\"x\"," US ",\"iss\":\"" ISSUER "\"", ERR_TOKEN_CLAIM, "sub" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        refused(cases[i].name, fake_token(arena, key_a, cases[i].claims), "", cases[i].code,
                cases[i].says);
}

static void times_are_judged_with_leeway(void **state)
{
    (void)state;
    struct idp_person person;
    struct err err;
    static const struct {
        int64_t issued;
        enum err_code code;
    } cases[] = {
        { NOW - 3600 - 600, ERR_TOKEN_EXPIRED },
        { NOW - 3600 - CLAIMS_LEEWAY_S, ERR_TOKEN_EXPIRED },
        { NOW - 3600 - 5, ERR_NONE },
        { NOW, ERR_NONE },
        { NOW + 5, ERR_NONE },
        { NOW + 600, ERR_TOKEN_NOT_YET },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str token = fake_token_at(arena, key_a, "", ACCESS_CLAIMS, cases[i].issued);
        bool ok = idp_verify(idp, arena, token, STR_NONE, NOW, &person, &err);
        assert_int_equal(ok ? ERR_NONE : err.code, cases[i].code);
    }
    CLEANUP(buf_release) struct buf eternal = BUF_INIT(8192);
    jws_sign(key_a, STR(""), STR("{" ACCESS_CLAIMS "}"), &eternal);
    refused("no exp", buf_str(&eternal), "", ERR_TOKEN_CLAIM, "exp");
}

static void an_id_token_is_no_access_token(void **state)
{
    (void)state;
#define BASE_CLAIMS                                                                                \
    "\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"sub\":\"s\",\"tid\":\"" TENANT "\""
    static const char *const id_tokens[] = {
        ID_CLAIMS,
        BASE_CLAIMS,                                       // refreshed: no nonce
        BASE_CLAIMS ",\"roles\":[\"Admin\"]",              // with app roles
        BASE_CLAIMS ",\"nonce\":\"n\",\"scp\":\"access\"", // dressed up
        BASE_CLAIMS ",\"at_hash\":\"h\",\"azpacr\":\"0\"", // other providers
        BASE_CLAIMS ",\"c_hash\":\"h\",\"scope\":\"openid\"",
        BASE_CLAIMS ",\"typ\":\"ID\",\"azp\":\"" CLIENT "\",\"roles\":[]", // Keycloak
    };
    for (size_t i = 0; i < ARRAY_LEN(id_tokens); i++)
        refused(id_tokens[i], fake_token(arena, key_a, id_tokens[i]), "", ERR_TOKEN_CLAIM,
                "This is an ID token");
}

static void a_graph_token_is_explained(void **state)
{
    (void)state;
    struct str token = fake_token_at(arena, key_a, "\"nonce\":\"abc\"", ACCESS_CLAIMS, NOW - 10);
    refused("Graph by its header", token, "", ERR_TOKEN_CLAIM, "Microsoft Graph");
    refused("the same as ID token", token, "n-1", ERR_TOKEN_CLAIM, "Microsoft Graph");
}

static void access_tokens_are_accepted(void **state)
{
    (void)state;
    static const char *const good[] = {
        ACCESS_CLAIMS,
        BASE_CLAIMS ",\"scp\":\"a b\"",
        BASE_CLAIMS ",\"scp\":[\"a\",\"b\"]",
        BASE_CLAIMS ",\"scope\":\"a\"",
        BASE_CLAIMS ",\"azpacr\":\"1\"",                    // own app, .default
        BASE_CLAIMS ",\"idtyp\":\"app\",\"roles\":[\"R\"]", // app-only
        BASE_CLAIMS ",\"azp\":\"caller\",\"roles\":[\"R\"]",
        "\"iss\":\"" V1_ISSUER "\",\"aud\":\"api://" CLIENT
        "\",\"sub\":\"s\",\"appid\":\"x\",\"appidacr\":\"1\",\"ver\":\"1.0\"",
        "\"iss\":\"" V1_ISSUER "\",\"aud\":\"" CLIENT
        "\",\"sub\":\"s\",\"scp\":\"x\",\"ver\":\"1.0\"",
        "\"iss\":\"" ISSUER "\",\"aud\":[\"other\",\"" CLIENT "\"],\"sub\":\"s\",\"scp\":\"x\"",
    };
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct idp_person person;
        struct err err;
        if (!idp_verify(idp, arena, fake_token(arena, key_a, good[i]), STR_NONE, NOW, &person,
                        &err))
            fail_msg("%s: %s", good[i], err.text);
    }
    struct idp_person person;
    struct err err;
    struct str typed = fake_token_at(arena, key_ec, "\"typ\":\"at+jwt\"", BASE_CLAIMS, NOW);
    assert_true(idp_verify(idp, arena, typed, STR_NONE, NOW, &person, &err));
    refused("at+jwt as ID token", typed, "n-1", ERR_TOKEN_CLAIM, "access token");
}

static void id_tokens_are_bound_to_us_and_to_the_nonce(void **state)
{
    (void)state;
    static const struct {
        const char *name, *claims;
        enum err_code code;
    } bad[] = {
        { "no nonce", BASE_CLAIMS, ERR_TOKEN_CLAIM },
        { "other nonce", BASE_CLAIMS ",\"nonce\":\"n-2\"", ERR_TOKEN_CLAIM },
        { "nonce as number", BASE_CLAIMS ",\"nonce\":1", ERR_TOKEN_CLAIM },
        { "v1 issuer",
          "\"iss\":\"" V1_ISSUER "\",\"aud\":\"" CLIENT "\",\"sub\":\"s\",\"nonce\":\"n-1\"",
          ERR_TOKEN_ISSUER },
        { "api:// audience",
          "\"iss\":\"" ISSUER "\",\"aud\":\"api://" CLIENT "\",\"sub\":\"s\",\"nonce\":\"n-1\"",
          ERR_TOKEN_AUDIENCE },
        { "several audiences without azp",
          "\"iss\":\"" ISSUER "\",\"aud\":[\"" CLIENT "\",\"x\"],\"sub\":\"s\",\"nonce\":\"n-1\"",
          ERR_TOKEN_AUDIENCE },
        { "azp of another", BASE_CLAIMS ",\"nonce\":\"n-1\",\"azp\":\"other\"",
          ERR_TOKEN_AUDIENCE },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        refused(bad[i].name, fake_token(arena, key_a, bad[i].claims), "n-1", bad[i].code, "");
}

static void a_person_is_read(void **state)
{
    (void)state;
    struct idp_person person;
    struct err err;
    struct str token = fake_token(arena, key_a, ID_CLAIMS ",\"roles\":[\"Reader\"]");
    assert_true(idp_verify(idp, arena, token, STR("n-1"), NOW, &person, &err));
    assert_true(str_is(person.subject, "object") && str_is(person.tenant, TENANT));
    assert_true(str_is(person.name, "Ada") && str_is(person.email, "ada@example.com"));
    assert_int_equal(json_array_size(dom_get(person.claims, "roles")), 1);
    token = fake_token(arena, key_a, BASE_CLAIMS ",\"nonce\":\"n-1\",\"email\":\"e@example.com\"");
    assert_true(idp_verify(idp, arena, token, STR("n-1"), NOW, &person, &err));
    assert_true(str_is(person.subject, "s") && str_is(person.email, "e@example.com"));
    assert_int_equal(person.name.n, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(forged_signatures_are_refused),
        T(foreign_algorithms_are_refused),
        T(malformed_tokens_are_refused),
        T(foreign_claims_are_refused),
        T(times_are_judged_with_leeway),
        T(an_id_token_is_no_access_token),
        T(a_graph_token_is_explained),
        T(access_tokens_are_accepted),
        T(id_tokens_are_bound_to_us_and_to_the_nonce),
        T(a_person_is_read),
    };
    return cmocka_run_group_tests(tests, fake_group_set_up, fake_group_tear_down);
}
