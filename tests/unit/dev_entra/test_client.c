// SPDX-License-Identifier: MIT
// Client assertions: a registered certificate or key, and federated identities.
#include "tokens.h"

#include "jose/digest.h"
#include "jose/stand_in.h"

#define TYPE "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define CC                                                                                         \
    "grant_type=client_credentials&client_id=" WEB                                                 \
    "&scope=https%%3A%%2F%%2Fgraph.microsoft.com%%2F.default"

static struct jwk *key;
static char x5t[64], x5t_s256[64];

static int make_key(void **state)
{
    key = jwk_rsa_from_seed(STR("client"));
    return rig_start(state);
}

static int free_key(void **state)
{
    jwk_free(key);
    return rig_stop(state);
}

static void copy(char ret[64], const struct buf *b)
{
    snprintf(ret, 64, STR_FMT, STR_ARG(buf_str(b)));
}

// Registers the certificate of `key`, and keeps its thumbprints.
static void register_certificate(void)
{
    CLEANUP(buf_release)
    struct buf der = BUF_INIT(4096), base64 = BUF_INIT(8192), sha = BUF_INIT(64),
               sha_256 = BUF_INIT(64);
    uint8_t digest[20];
    jwk_certificate(key, "client", &der);
    b64_encode(&base64, buf_str(&der));
    sha1(buf_str(&der), digest);
    b64url_encode(&sha, str_of(digest, sizeof(digest)));
    sha256_b64url(&sha_256, buf_str(&der));
    copy(x5t, &sha);
    copy(x5t_s256, &sha_256);
    order("PATCH", "/_emu/apps/" WEB,
          arena_printf(rig.arena, "{\"keyCredentials\":[{\"usage\":\"Verify\",\"key\":\"%s\"}]}",
                       buf_cstr(&base64))
              .p);
}

struct claims {
    const char *iss, *sub, *aud;
    long lives, begins; // seconds from now
};

static const char *token_endpoint(void)
{
    return arena_printf(rig.arena, "http://127.0.0.1:%d/" T1 "/oauth2/v2.0/token",
                        emu_port(rig.emu))
        .p;
}

static const char *assertion(const struct jwk *by, const char *header, const struct claims *c)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    long long now = (long long)emu_now(rig.emu);
    struct str payload = arena_printf(
        rig.arena,
        "{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":\"%s\",\"jti\":\"1\",\"nbf\":%lld,\"exp\":%lld}",
        c->iss ? c->iss : WEB, c->sub ? c->sub : WEB, c->aud ? c->aud : token_endpoint(),
        now + c->begins, now + (c->lives ? c->lives : 300));
    jws_sign(by, str_c(header), payload, &out);
    return arena_cstr(rig.arena, buf_str(&out));
}

static const char *named(const char *member, const char *value)
{
    return arena_printf(rig.arena, "\"typ\":\"JWT\",\"%s\":\"%s\"", member, value).p;
}

static struct reply present(const char *token)
{
    return tk(T1, "", CC TYPE "&client_assertion=%s", token);
}

static void a_registered_certificate(void **state)
{
    (void)state;
    register_certificate();
    jwk_set_kid(key, STR(""));
    const char *const headers[] = { named("x5t", x5t), named("x5t#S256", x5t_s256),
                                    named("kid", x5t) };
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        struct reply r = present(assertion(key, headers[i], &(struct claims){ 0 }));
        json_t *claims = claims_of(member(expect_tokens(&r), "access_token"));
        assert_true(claim_is(claims, "appidacr", "2"));
    }
}

static void assertions_that_are_refused(void **state)
{
    (void)state;
    register_certificate();
    jwk_set_kid(key, STR(""));
    CLEANUP(jwk_free) struct jwk *other = jwk_rsa_from_seed(STR("other"));
    jwk_set_kid(other, STR(""));
    const char *good = named("x5t", x5t);
    const struct {
        const struct jwk *by;
        const char *header;
        struct claims claims;
        int code;
    } rows[] = {
        { other, good, { 0 }, 700027 },
        { key, "\"typ\":\"JWT\"", { 0 }, 700027 }, // names no certificate
        { key, named("x5t", "AAAA"), { 0 }, 700027 },
        { key, named("x5t#S256", x5t), { 0 }, 700027 },
        { key, good, { .sub = SEED }, 700027 },
        { key, good, { .aud = "https://elsewhere.example/token" }, 700027 },
        { key, good, { .lives = -1 }, 700024 },
        { key, good, { .begins = 3600, .lives = 7200 }, 700024 },
        { key, good, { .iss = "https://issuer.example" }, 700211 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = present(assertion(rows[i].by, rows[i].header, &rows[i].claims));
        expect_error(&r, 401, "invalid_client", rows[i].code);
    }
    struct reply r = present("no.jwt");
    expect_error(&r, 401, "invalid_client", 700027);
    r = tk(T1, "", CC "&client_assertion=%s", assertion(key, good, &(struct claims){ 0 }));
    expect_error(&r, 400, "invalid_request", 900144);
}

static void a_public_client_presents_none(void **state)
{
    (void)state;
    register_certificate();
    struct reply r = seed_redeem(seed_code(), WITH_PKCE TYPE "&client_assertion=a.b.c");
    expect_error(&r, 401, "invalid_client", 700025);
}

static void a_registered_jwk_and_a_client_id_from_the_subject(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf jwk = BUF_INIT(4096);
    jwk_set_kid(key, STR("my-key"));
    jwk_public_json(key, STR(""), &jwk);
    order("PATCH", "/_emu/apps/" WEB,
          arena_printf(rig.arena, "{\"keyCredentials\":[{\"jwk\":%s}]}", buf_cstr(&jwk)).p);
    struct reply r =
        tk(T1, "",
           "grant_type=client_credentials&scope=https%%3A%%2F%%2Fgraph.microsoft.com%%2F.default"
           "&client_assertion=%s" TYPE,
           assertion(key, "\"typ\":\"JWT\"", &(struct claims){ 0 }));
    expect_tokens(&r);
}

// --- federated identities ---

#define ISSUER  "https://token.actions.example"
#define SUBJECT "repo:octo/app:ref:refs/heads/main"

static void register_identity(void)
{
    CLEANUP(buf_release) struct buf jwk = BUF_INIT(4096);
    jwk_set_kid(key, STR("their-key"));
    jwk_public_json(key, STR(""), &jwk);
    order("PATCH", "/_emu/apps/" WEB,
          arena_printf(rig.arena,
                       "{\"federatedIdentityCredentials\":[{\"issuer\":\"" ISSUER
                       "\",\"subject\":\"" SUBJECT "\",\"jwks\":{\"keys\":[%s]}}]}",
                       buf_cstr(&jwk))
              .p);
}

static void an_identity_of_another_issuer(void **state)
{
    (void)state;
    register_identity();
    const struct {
        struct claims claims;
        int code; // 0: tokens
    } rows[] = {
        { { ISSUER, SUBJECT, "api://AzureADTokenExchange", 300, 0 }, 0 },
        { { "https://other.example", SUBJECT, "api://AzureADTokenExchange", 300, 0 }, 700211 },
        { { ISSUER, "repo:octo/other", "api://AzureADTokenExchange", 300, 0 }, 700213 },
        { { ISSUER, SUBJECT, "https://elsewhere.example", 300, 0 }, 700212 },
        { { ISSUER, SUBJECT, "api://AzureADTokenExchange", -1, 0 }, 700024 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct reply r = present(assertion(key, "\"typ\":\"JWT\"", &rows[i].claims));
        if (rows[i].code)
            expect_error(&r, 401, "invalid_client", rows[i].code);
        else
            expect_tokens(&r);
    }
    CLEANUP(jwk_free) struct jwk *other = jwk_rsa_from_seed(STR("other"));
    jwk_set_kid(other, STR("their-key"));
    struct reply r = present(assertion(other, "\"typ\":\"JWT\"", &rows[0].claims));
    expect_error(&r, 401, "invalid_client", 700027);
}

// As a managed identity: a token of this very directory.
static void an_identity_of_the_directory_itself(void **state)
{
    (void)state;
    order("PATCH", "/_emu/apps/" API2,
          "{\"identifierUris\":[\"api://AzureADTokenExchange\"],"
          "\"passwordCredentials\":[{\"secretText\":\"identity\"}]}");
    struct reply r = tk(T1, "",
                        "grant_type=client_credentials&client_id=" API2 "&client_secret=identity"
                        "&scope=api%%3A%%2F%%2FAzureADTokenExchange%%2F.default");
    const char *token = member(expect_tokens(&r), "access_token");
    json_t *claims = claims_of(token);
    order("PATCH", "/_emu/apps/" WEB,
          arena_printf(rig.arena,
                       "{\"federatedIdentityCredentials\":[{\"issuer\":\"%s\",\"subject\":\"%s\","
                       "\"audiences\":[\"" API2 "\"]}]}",
                       dom_str(claims, "iss").p, dom_str(claims, "sub").p)
              .p);
    r = present(token);
    expect_tokens(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(assertions_that_are_refused),
        RIG_TEST(a_registered_certificate),
        RIG_TEST(a_public_client_presents_none),
        RIG_TEST(a_registered_jwk_and_a_client_id_from_the_subject),
        RIG_TEST(an_identity_of_another_issuer),
        RIG_TEST(an_identity_of_the_directory_itself),
    };
    return cmocka_run_group_tests(tests, make_key, free_key);
}
