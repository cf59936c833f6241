// SPDX-License-Identifier: MIT
// What comes into a key set, and our own keys.
#include "unit/jose/help.h"

#define N                                                                                          \
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"      \
    "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-"              \
    "65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"   \
    "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
#define X    "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define Y    "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define ED   "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define RSA  "{\"kty\":\"RSA\",\"n\":\"" N "\",\"e\":\"AQAB\""
#define EC   "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":\"" Y "\""
#define OKP  "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" ED "\""
#define K8   "kkkkkkkk"
#define K64  K8 K8 K8 K8 K8 K8 K8 K8
#define K256 K64 K64 K64 K64

#define EC384                                                                                      \
    "{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"77Cn3tjQTe2G2FbU1leH-QnxEonkxAe566wPbzE3GuS__"      \
    "zA8JmSyEWJBrXNwOSwC\",\"y\":\"_mdSVgE9RcyVKHmi2IvHqNu8AcMnIqGiyWl2ekuAM8Kq0MEcYkv4vqgzBMdoqPi3\""

// Each beside one good key: that one stays, this one goes.
static const char *const skipped[] = {
    "7",
    "null",
    "\"RSA\"",
    "[]",
    "{}",
    "{\"kty\":\"RSA\"}",
    "{\"kty\":7}",
    "{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ\"}",
    "{\"kty\":\"rsa\",\"n\":\"" N "\",\"e\":\"AQAB\"}",
    RSA ",\"use\":\"enc\"}",
    RSA ",\"use\":7}",
    RSA ",\"key_ops\":[\"encrypt\"]}",
    RSA ",\"key_ops\":[]}",
    RSA ",\"key_ops\":\"verify\"}",
    RSA ",\"alg\":\"ES384\"}",
    RSA ",\"alg\":\"RSA-OAEP\"}",
    RSA ",\"alg\":\"ES256\"}",
    RSA ",\"alg\":\"none\"}",
    RSA ",\"alg\":\"HS256\"}",
    RSA ",\"alg\":null}",
    RSA ",\"d\":\"AQAB\"}",
    RSA ",\"p\":\"AQAB\"}",
    RSA ",\"k\":\"AQAB\"}",
    RSA ",\"oth\":[]}",
    RSA ",\"kid\":7}",
    RSA ",\"kid\":\"\"}",
    RSA ",\"kid\":\"a\\nb\"}",
    RSA ",\"kid\":\"\xc3\xa9\"}",
    RSA ",\"kid\":\"" K256 "k\"}",
    // RSA of 1024 bits, an even modulus, exponents 1, 2 and of 9 bytes, bad base64url
    "{\"kty\":\"RSA\",\"n\":\"6BJ4V7mWQvSJAV7GDyZJWExE3q72rT6izF52mZjV9grJB70ZONvHtFPxf49rGHYg0TDX"
    "92mSnW68mC30Ip4oj_zfFVTrmDDVOTKNLfMpFoyX2NowUuI0SBeHoBxDBv5JKbSvI5bE7RXC9yJmCHZYQb7Qx7iWXubll8"
    "6D8zF6Tis\",\"e\":\"AQAB\"}",
    "{\"kty\":\"RSA\",\"n\":\"" N "AA\",\"e\":\"AQAB\"}",
    "{\"kty\":\"RSA\",\"n\":\"" N "\",\"e\":\"AQ\"}",
    "{\"kty\":\"RSA\",\"n\":\"" N "\",\"e\":\"Ag\"}",
    "{\"kty\":\"RSA\",\"n\":\"" N "\",\"e\":\"AQAAAAAAAAAB\"}",
    "{\"kty\":\"RSA\",\"n\":\"" N "==\",\"e\":\"AQAB\"}",
    "{\"kty\":\"RSA\",\"n\":\"" N "\",\"e\":\"\"}",
    "{\"kty\":\"RSA\",\"n\":\"" N K256 K256 K256 K256 "\",\"e\":\"AQAB\"}",
    // EC: off the curve, short, long, another curve, none
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" Y "\",\"y\":\"" X "\"}",
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"" Y "\"}",
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AP83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVE\",\"y\":\"" Y
    "\"}",
    "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"" X "\",\"y\":\"" Y "\"}",
    "{\"kty\":\"EC\",\"x\":\"" X "\",\"y\":\"" Y "\"}",
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X "\"}",
    EC384 ",\"alg\":\"ES256\"}",
    "{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" X "\",\"y\":\"" Y "\"}",
    EC ",\"d\":\"" X "\"}",
    EC ",\"alg\":\"EdDSA\"}",
    // OKP: key agreement, short, private
    "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" ED "\"}",
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}",
    OKP ",\"d\":\"" ED "\"}",
    OKP ",\"alg\":\"ES256\"}",
};

static void unusable_keys_are_skipped(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(skipped); i++) {
        struct buf json = BUF_INIT(JWKS_BYTES_MAX);
        buf_addf(&json, "{\"keys\":[%s,%s,\"kid\":\"good\"}]}", skipped[i], OKP);
        struct jwks *set = set_of(buf_cstr(&json));
        if (jwks_count(set) != 1 || !jwks_has(set, STR("good")))
            fail_msg("not skipped: %s", skipped[i]);
        jwks_free(set);
        buf_release(&json);
    }
}

static const struct {
    const char *json;
    size_t count;
    unsigned verifies; // of the first
} taken[] = {
    { "{\"keys\":[" RSA ",\"use\":\"sig\",\"kid\":\"a\",\"x5t\":\"a\",\"x5c\":[\"MIIB\"]}]}", 1,
      JWS_RSA_ALL }, // as Entra publishes it
    { "{\"keys\":[" RSA "}]}", 1, JWS_RSA_ALL },
    { "{\"keys\":[" RSA ",\"alg\":\"RS256\"}]}", 1, JWS_RS256 },
    { "{\"keys\":[" RSA ",\"alg\":\"PS256\",\"key_ops\":[\"verify\"]}]}", 1, JWS_PS256 },
    { "{\"keys\":[" RSA ",\"kid\":\"" K256 "\"}]}", 1, JWS_RSA_ALL },
    { "{\"keys\":[" EC "}]}", 1, JWS_ES256 },
    { "{\"keys\":[" EC ",\"alg\":\"ES256\"}],\"more\":{}}", 1, JWS_ES256 },
    { "{\"keys\":[" EC384 "}]}", 1, JWS_ES384 },
    { "{\"keys\":[" OKP "}]}", 1, JWS_EDDSA },
    { "{\"keys\":[" OKP ",\"alg\":\"EdDSA\"}]}", 1, JWS_EDDSA },
    { "{\"keys\":[" OKP ",\"alg\":\"Ed25519\"}]}", 1, JWS_EDDSA },
    // repeated exactly; the same kid for another key; the same key under another kid
    { "{\"keys\":[" RSA ",\"kid\":\"a\"}," RSA ",\"kid\":\"a\"}]}", 1, JWS_RSA_ALL },
    { "{\"keys\":[" RSA ",\"kid\":\"a\"}," EC ",\"kid\":\"a\"}]}", 2, JWS_RSA_ALL },
    { "{\"keys\":[" EC ",\"kid\":\"a\"}," EC ",\"kid\":\"b\"}]}", 2, JWS_ES256 },
};

static void usable_keys_are_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
        struct jwks *set = set_of(taken[i].json);
        if (jwks_count(set) != taken[i].count || set->keys[0].verifies != taken[i].verifies)
            fail_msg("%zu keys, mask %u: %s", jwks_count(set), set->keys[0].verifies,
                     taken[i].json);
        jwks_free(set);
    }
}

static void refused(struct str json, const char *part)
{
    struct err err = { 0 };
    struct jwks *set = NULL;
    assert_false(jwks_parse(json, &set, &err));
    assert_null(set);
    assert_err(&err, ERR_KEYS_UNAVAILABLE, part);
}

static void sets_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "", "cannot be read" },
        { "<html>", "cannot be read" },
        { "[]", "cannot be read" },
        { "{\"keys\":[],\"keys\":[]}", "cannot be read" },
        { "{}", "no \"keys\" array" },
        { "{\"keys\":{}}", "no \"keys\" array" },
        { "{\"keys\":[]}", "none of the 0 keys" },
        { "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"},{}]}", "none of the 2 keys" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        refused(str_c(cases[i][0]), cases[i][1]);
}

static void sets_have_a_maximum(void **state)
{
    (void)state;
    struct buf json = BUF_INIT(JWKS_BYTES_MAX + 100);
    buf_adds(&json, "{\"keys\":[");
    for (int i = 0; i < JWKS_MAX; i++)
        buf_addf(&json, "%s,\"kid\":\"k%d\"},", OKP, i);
    size_t n = json.n;
    buf_truncate(&json, n - 1);
    buf_adds(&json, "]}");
    struct jwks *set = set_of(buf_cstr(&json));
    assert_int_equal(jwks_count(set), JWKS_MAX);
    assert_true(jwks_has(set, STR("k99")));
    assert_false(jwks_has(set, STR("k100")));
    assert_false(jwks_has(set, STR("")));
    jwks_free(set);
    buf_truncate(&json, n - 1);
    buf_adds(&json, ",{}]}");
    refused(buf_str(&json), "101 keys; at most 100");
    while (json.n <= JWKS_BYTES_MAX)
        buf_addc(&json, ' ');
    refused(buf_str(&json), "262145 bytes");
    buf_release(&json);
}

static void thumbprints(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        // RFC 7638 section 3.1; RFC 8037 appendix A.3
        { "{\"keys\":[" RSA ",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}]}",
          "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs" },
        { "{\"keys\":[" OKP "}]}", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf out = BUF_INIT(64);
        struct jwks *set = set_of(cases[i][0]);
        jwk_thumbprint(&set->keys[0], &out);
        assert_string_equal(buf_cstr(&out), cases[i][1]);
        jwks_free(set);
        buf_release(&out);
    }
}

// What we publish of a key comes in again as a set and verifies what the key signs.
static void published_keys_come_back(void **state)
{
    (void)state;
    static const enum jws_alg algs[] = { JWS_RS256, JWS_PS256, JWS_ES256, JWS_EDDSA, JWS_RS384,
                                         JWS_RS512, JWS_PS384, JWS_PS512, JWS_ES384, JWS_ES512 };
    for (size_t i = 0; i < ARRAY_LEN(algs); i++) {
        struct jwk *key = jwk_generate(algs[i]);
        struct buf json = BUF_INIT(4096), token = BUF_INIT(4096), der = BUF_INIT(4096);
        struct err err = { 0 };
        buf_adds(&json, "{\"keys\":[");
        jwk_public_json(key, STR(",\"issuer\":\"https://i\""), &json);
        buf_adds(&json, "]}");
        assert_non_null(strstr(buf_cstr(&json), "\"use\":\"sig\""));
        assert_non_null(strstr(buf_cstr(&json), ",\"issuer\":\"https://i\"}"));
        assert_null(strstr(buf_cstr(&json), "\"d\""));
        struct jwks *set = set_of(buf_cstr(&json)), *own = jwk_public_set(key);
        assert_true(jwks_has(set, jwk_kid(key)));
        assert_int_equal(jwk_kid(key).n, 43);
        jws_sign(key, STR(""), STR("{}"), &token);
        assert_true(verified(buf_str(&token), set, algs[i], &err));
        assert_true(verified(buf_str(&token), own, algs[i], &err));
        assert_int_equal(own->keys[0].verifies, algs[i]);
        jwk_public_der(key, &der);
        assert_true(der.n > 40 && der.p[0] == 0x30);
        jwks_free(set);
        jwks_free(own);
        jwk_free(key);
        buf_release(&json);
        buf_release(&token);
        buf_release(&der);
    }
}

static void public_sets_hold_no_private_part(void **state)
{
    (void)state;
    struct jwk *key = jwk_generate(JWS_EDDSA);
    struct jwks *set = jwk_public_set(key);
    uint8_t seed[32];
    size_t n = sizeof seed;
    assert_int_equal(EVP_PKEY_get_raw_private_key(key->pkey, seed, &n), 1);
    assert_int_not_equal(EVP_PKEY_get_raw_private_key(set->keys[0].pkey, seed, &n), 1);
    jwks_free(set);
    jwk_free(key);
}

#define PEM(kind, body) "-----BEGIN " kind "-----\n" body "\n-----END " kind "-----\n"
// Made for this test with openssl genpkey.
#define ED_PEM                                                                                     \
    PEM("PRIVATE KEY", "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g")
#define WEAK_PEM                                                                                   \
    PEM("PRIVATE KEY", "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAOgSeFe5lkL0iQFe\n"        \
                       "xg8mSVhMRN6u9q0+osxedpmY1fYKyQe9GTjbx7RT8X+Paxh2INEw1/dpkp1uvJgt\n"        \
                       "9CKeKI/83xVU65gw1TkyjS3zKRaMl9jaMFLiNEgXh6AcQwb+SSm0ryOWxO0Vwvci\n"        \
                       "Zgh2WEG+0Me4ll7m5ZfOg/Mxek4rAgMBAAECgYEAyVbM5X7zqF8zRecNejNDSsHQ\n"        \
                       "tkmhZaiD4T7LMnLwnie5RWd/rF6xIff5+ytYRL6nthXkKJiFROS/5l9oAWip0qql\n"        \
                       "9QS+4LHOwHrRFH1J4De+ZL7C6Rf4dNO6YL7lFThdKtBE44m5CHyEp4V80oKIqKLI\n"        \
                       "hrUZMswlFzvxZtwT/UECQQD/8r06UiM58HxZ+SHEBzgvpMNOktr2/H2TGAiltNNI\n"        \
                       "hU7dqvA9MnU9J1+RruJo15iYKin6DHO4yvrMPL5ssa87AkEA6B5+bz7xOEWAv9Nr\n"        \
                       "CjqGthF0mIVKfDUqxQ7+e3kRJtjCRvCESsZIBe7qA2+oqZ12TYmopFNwhwcaPobp\n"        \
                       "f8jN0QJABd+sOApqhIngULBG9hi0UWOWl9cG72Qb/aQvjp33u1JT3QJvQPhHeH/O\n"        \
                       "0akRyRYpilRtYi+m+DawSr+aHyR0wQJAPySseE7DB+/ASm6U2794DedJtIPt80Pz\n"        \
                       "Uo/1olkY1Vx53Rpoon618QdBGZYyZ5GyMP2Vpr4cCl9gQEorEtvpQQJADYPvhvgg\n"        \
                       "DW/J25GgG+Q8ZdofLMzOKgYJyWDNgCYvEi5MMb/amKZqH+xsuGWJ+SQex1ysArIC\n"        \
                       "EsDmVXm7Wr22Ag==")
#define P384_PEM                                                                                   \
    PEM("PRIVATE KEY", "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCCoOOrqtlt1XB0BTxI\n"        \
                       "tT1rCAqTatV2yPZbljb19RN6hMznXb/KD3DJiGxmj0w6dnyhZANiAATvsKfe2NBN\n"        \
                       "7YbYVtTWV4f5CfESieTEB7nrrA9vMTca5L//MDwmZLIRYkGtc3A5LAL+Z1JWAT1F\n"        \
                       "zJUoeaLYi8eo27wBwycioaLJaXZ6S4AzwqrQwRxiS/i+qDMEx2io+Lc=")
#define RSA8_PEM                                                                                   \
    PEM("PRIVATE KEY", "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDYPOVcnzkuAeD7\n"        \
                       "sc7UWYuFCsDqdaQpbgtfvclOB2YX+7xdLMpPRf1Q2UYa2Y63Z0j0sb3ZGglegO8a\n"        \
                       "/vszqzH/hnFxYg/4MpT4cMSfeOWKqgp+pxvkp030JtUnrNzdfQN/lNZN0+4Uosmz\n"        \
                       "npfyDLfIcxprqWrgC67mofgeujSH6GArYvaqT7prh5ELk0QvWX84h0bai7kVS3m7\n"        \
                       "faGMet1ZYLnna/JAx0MseSB2bHqGOrdLQ6tynm1pjIwaVzbhb+HsyeVdwxO9+vZY\n"        \
                       "RWBryOFfoTU4jWX2+sKQjbtnDYZ6O3nULsw75sg4TA9r0kchfS5GGovvru4sF5Mx\n"        \
                       "R8LfUEPhAgMBAAECggEAaQfXHlCGbQbjmU2J2VHvNz18a8WdabQ2WRgthbWJTN/s\n"        \
                       "49MEJ1InExSd/R+sNwA3iwckYCXJ5Dm7KgEs0bF3NRa/1mNbv2IOQsg/cPg/gkVK\n"        \
                       "mK8hmMP81Ljh8wX/N6PnxZntJ9tnOmXBk/nV8u9jez0RWbbuHwn9t693fbFTH6mF\n"        \
                       "rWiiVdTi5C+4N0LHEoMQZnZABwgX6AiigNXw7f44r/4YXlzgy53IFoLAWf1iP030\n"        \
                       "RQyRm92ZcbK3WeBYbZvcn2z3/0Jwp/dzXz7r5RHkO5N58/nTYkf/6H+5f/Ai2A4i\n"        \
                       "Sp4zj6NuYEfCZpl2FNF+LgMlF3YblJXJFtLwmqYE4wKBgQD7kQS8YxqFmCIRTi9l\n"        \
                       "2Wc5QP8S3q5WuZfZd8W7wHDJV2r00MY4kWIZTpVayG2dt00tVIoxyiddCG2w/pzh\n"        \
                       "RfWhFsXPVz+JySbZyzRCuuIAvFR0LjRs4gOl8hxxvWz+WGfTxJiMaFgh04VPfWsS\n"        \
                       "rbG8lKUm3E5nUg2oWSwT2suiZwKBgQDcDHynKAXYO4ZOuCil2Yi4tRIqUKKykKV+\n"        \
                       "6xAPnc/rmCsDgOXFdG0G7faRUt1abag5N5LAUxGEmfHXAY+zaBxAWeXFoHTEKGK1\n"        \
                       "DDXERmoHkecwsXfU5UfWOfnAA0Z2SQINhDKFmdTE1dbO71dWHUHT6lBGlEc2xFik\n"        \
                       "4IcprtpKdwKBgDSKvWp7aHaup67lnZCwL5cNtDjEubTzXnvVQD9Omj/zOiuXz07R\n"        \
                       "TqPqfddQNVTTjBMDrTlo93++2uo0w59pdTwH/ZioqGSm1q52epvVXI66xwjc/aYg\n"        \
                       "LpLiVn6LCdC1tjnMve/Ve1LVUuqfT1W/YXf5s+TB7r41rRSUS1h6Qj3RAoGAcSzu\n"        \
                       "894u218KHfSz21E985oVpLPiairhI5zsnsuRA+A4x02FYAAYj0bW2TmgZYEe04bU\n"        \
                       "sJxI10WCUA4ahbCXTzWtau6y/6yxz+JeyPtaT1hoau/r7RCb2P/qhypoFDBKoP8M\n"        \
                       "KRDMkQxWtgn9hmn30HGkJhjfY7iqyuo8OmEXHtMCgYAoXN8vsh2OO2SXkiF3UwDN\n"        \
                       "/OGx9grh4wgetFexR3QmARrh6VdX5li3kmlsUvb1EqFE2qzUTJSqblBwNOL3ttTw\n"        \
                       "/UJJ9z2L4mSKoKk5epgZ1BPYxfZXWRxC7q6XPHlKV+64+neC+hhlMbZIt+/3lUJx\n"        \
                       "WMiyI+xEFoRtn+vKnEjtPw==")
#define RSA1_PEM                                                                                   \
    PEM("RSA PRIVATE KEY", "MIIEogIBAAKCAQEA2DzlXJ85LgHg+7HO1FmLhQrA6nWkKW4LX73JTgdmF/u8XSzK\n"    \
                           "T0X9UNlGGtmOt2dI9LG92RoJXoDvGv77M6sx/4ZxcWIP+DKU+HDEn3jliqoKfqcb\n"    \
                           "5KdN9CbVJ6zc3X0Df5TWTdPuFKLJs56X8gy3yHMaa6lq4Auu5qH4Hro0h+hgK2L2\n"    \
                           "qk+6a4eRC5NEL1l/OIdG2ou5FUt5u32hjHrdWWC552vyQMdDLHkgdmx6hjq3S0Or\n"    \
                           "cp5taYyMGlc24W/h7MnlXcMTvfr2WEVga8jhX6E1OI1l9vrCkI27Zw2Gejt51C7M\n"    \
                           "O+bIOEwPa9JHIX0uRhqL767uLBeTMUfC31BD4QIDAQABAoIBAGkH1x5Qhm0G45lN\n"    \
                           "idlR7zc9fGvFnWm0NlkYLYW1iUzf7OPTBCdSJxMUnf0frDcAN4sHJGAlyeQ5uyoB\n"    \
                           "LNGxdzUWv9ZjW79iDkLIP3D4P4JFSpivIZjD/NS44fMF/zej58WZ7SfbZzplwZP5\n"    \
                           "1fLvY3s9EVm27h8J/bevd32xUx+pha1oolXU4uQvuDdCxxKDEGZ2QAcIF+gIooDV\n"    \
                           "8O3+OK/+GF5c4MudyBaCwFn9Yj9N9EUMkZvdmXGyt1ngWG2b3J9s9/9CcKf3c18+\n"    \
                           "6+UR5DuTefP502JH/+h/uX/wItgOIkqeM4+jbmBHwmaZdhTRfi4DJRd2G5SVyRbS\n"    \
                           "8JqmBOMCgYEA+5EEvGMahZgiEU4vZdlnOUD/Et6uVrmX2XfFu8BwyVdq9NDGOJFi\n"    \
                           "GU6VWshtnbdNLVSKMconXQhtsP6c4UX1oRbFz1c/ickm2cs0QrriALxUdC40bOID\n"    \
                           "pfIccb1s/lhn08SYjGhYIdOFT31rEq2xvJSlJtxOZ1INqFksE9rLomcCgYEA3Ax8\n"    \
                           "pygF2DuGTrgopdmIuLUSKlCispClfusQD53P65grA4DlxXRtBu32kVLdWm2oOTeS\n"    \
                           "wFMRhJnx1wGPs2gcQFnlxaB0xChitQw1xEZqB5HnMLF31OVH1jn5wANGdkkCDYQy\n"    \
                           "hZnUxNXWzu9XVh1B0+pQRpRHNsRYpOCHKa7aSncCgYA0ir1qe2h2rqeu5Z2QsC+X\n"    \
                           "DbQ4xLm081571UA/Tpo/8zorl89O0U6j6n3XUDVU04wTA605aPd/vtrqNMOfaXU8\n"    \
                           "B/2YqKhkptaudnqb1VyOuscI3P2mIC6S4lZ+iwnQtbY5zL3v1XtS1VLqn09Vv2F3\n"    \
                           "+bPkwe6+Na0UlEtYekI90QKBgHEs7vPeLttfCh30s9tRPfOaFaSz4moq4SOc7J7L\n"    \
                           "kQPgOMdNhWAAGI9G1tk5oGWBHtOG1LCcSNdFglAOGoWwl081rWrusv+ssc/iXsj7\n"    \
                           "Wk9YaGrv6+0Qm9j/6ocqaBQwSqD/DCkQzJEMVrYJ/YZp99BxpCYY32O4qsrqPDph\n"    \
                           "Fx7TAoGAKFzfL7Idjjtkl5Ihd1MAzfzhsfYK4eMIHrRXsUd0JgEa4elXV+ZYt5Jp\n"    \
                           "bFL29RKhRNqs1EyUqm5QcDTi97bU8P1CSfc9i+JkiqCpOXqYGdQT2MX2V1kcQu6u\n"    \
                           "lzx5SlfuuPp3gvoYZTG2SLfv95VCcVjIsiPsRBaEbZ/rypxI7T8=")
#define EC8_PEM                                                                                    \
    PEM("PRIVATE KEY", "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrQREpFVokBtCjFxg\n"        \
                       "sdlBAFpgrtKIZ2ElY75CFRbB3lOhRANCAASymVfzU0VIMSMZVgYvGLPwVJCtwHtv\n"        \
                       "0JaSGXrzpMr78tGcxie5f6Q/EsH13lWBuE2/wfL0LaBHylxIPXYyeaGR")
#define EC1_PEM                                                                                    \
    PEM("EC PRIVATE KEY", "MHcCAQEEIK0ERKRVaJAbQoxcYLHZQQBaYK7SiGdhJWO+QhUWwd5ToAoGCCqGSM49\n"     \
                          "AwEHoUQDQgAEsplX81NFSDEjGVYGLxiz8FSQrcB7b9CWkhl686TK+/LRnMYnuX+k\n"     \
                          "PxLB9d5VgbhNv8Hy9C2gR8pcSD12MnmhkQ==")
#define ENCRYPTED_PEM                                                                              \
    PEM("ENCRYPTED PRIVATE KEY",                                                                   \
        "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAj3L3ClRmiXawICCAAw\n"                       \
        "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEECjxqZ3gllR5OIm7y8/iuYEEgZD3\n"                       \
        "1KiaGWfEyVi3DFe+hgocBdJNpLc77FxMLaX7I0I8t+ZctycEAYoVeokc1Sn02nBx\n"                       \
        "KLsjqzwuoLDVzHTVzqypn97B7zCMAuyThzDVN197L8KgFmcBQ9yhEKCrAM/KmmRj\n"                       \
        "iZLV75YiG0Y5tKR3Rr//ySZNiCm2iP6qmCTMcn8Ty/Io8QwqOMN9xo80DunERls=")
#define PUBLIC_PEM                                                                                 \
    PEM("PUBLIC KEY", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsplX81NFSDEjGVYGLxiz8FSQrcB7\n"         \
                      "b9CWkhl686TK+/LRnMYnuX+kPxLB9d5VgbhNv8Hy9C2gR8pcSD12MnmhkQ==")
#define X25519_PEM                                                                                 \
    PEM("PRIVATE KEY", "MC4CAQAwBQYDK2VuBCIEIAgt7r6qljkzPC4KDdGe3O+guhiih3GlovyU1MQusrVa")

static const struct {
    const char *pem;
    enum jws_alg alg; // 0: refused
    const char *text;
} pems[] = {
    { "", 0, "1 byte to 64 KiB" },
    { "secret", 0, "no private key in PEM form" },
    { "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", 0, "no private key" },
    { PUBLIC_PEM, 0, "no private key" },
    { ENCRYPTED_PEM, 0, "encrypted" },
    { WEAK_PEM, 0, "has 1024 bits" },
    { P384_PEM, JWS_ES384, "" },
    { X25519_PEM, 0, "of type X25519" },
    { RSA8_PEM, JWS_RS256, "" },
    { RSA1_PEM, JWS_RS256, "" },
    { EC8_PEM, JWS_ES256, "" },
    { EC1_PEM, JWS_ES256, "" },
    { ED_PEM, JWS_EDDSA, "" },
};

static void private_keys_from_pem(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pems); i++) {
        struct err err = { 0 };
        struct jwk *key = NULL;
        if (jwk_from_pem(str_c(pems[i].pem), &key, &err) != (pems[i].alg != 0))
            fail_msg("%s%s", pems[i].pem, err.text);
        if (key)
            assert_int_equal(jwk_alg(key), pems[i].alg);
        else
            assert_err(&err, ERR_CONFIG, pems[i].text);
        jwk_free(key);
    }
}

static void algorithms_fit_the_key(void **state)
{
    (void)state;
    struct err err;
    struct jwk *rsa = NULL, *ed = jwk_generate(JWS_EDDSA);
    assert_true(jwk_from_pem(STR(RSA8_PEM), &rsa, &err));
    assert_false(jwk_set_alg(rsa, JWS_ES256));
    assert_false(jwk_set_alg(ed, JWS_RS256));
    assert_true(jwk_set_alg(ed, JWS_EDDSA));
    assert_true(jwk_set_alg(rsa, JWS_PS256));
    assert_int_equal(jwk_alg(rsa), JWS_PS256);
    jwk_free(rsa);
    jwk_free(ed);
    jwk_free(NULL);
    jwks_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unusable_keys_are_skipped),
        cmocka_unit_test(usable_keys_are_taken),
        cmocka_unit_test(sets_are_refused),
        cmocka_unit_test(sets_have_a_maximum),
        cmocka_unit_test(thumbprints),
        cmocka_unit_test(published_keys_come_back),
        cmocka_unit_test(public_sets_hold_no_private_part),
        cmocka_unit_test(private_keys_from_pem),
        cmocka_unit_test(algorithms_fit_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
