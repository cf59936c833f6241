// SPDX-License-Identifier: MIT
// Tokens of the standards, and every forgery we know of.
#include "unit/jose/help.h"

// RFC 7515 appendix A.2 (RS256) and A.3 (ES256): key and signature over the same payload.
#define A2_N                                                                                       \
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm"  \
    "4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5r" \
    "exMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyx" \
    "XFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
#define A2_KEYS "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" A2_N "\",\"e\":\"AQAB\"}]}"
#define A_PAYLOAD                                                                                  \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"  \
    "lfQ"
#define A2_TOKEN                                                                                   \
    "eyJhbGciOiJSUzI1NiJ9." A_PAYLOAD                                                              \
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"       \
    "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvk"   \
    "SjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh"  \
    "6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
#define A3_KEYS                                                                                       \
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVE" \
    "U\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"
#define A3_TOKEN                                                                                   \
    "eyJhbGciOiJFUzI1NiJ9." A_PAYLOAD                                                              \
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
// Made with Node's crypto, salt of 32 bytes.
#define PS_KEYS                                                                                      \
    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"lUrb-x4DDCfMOYkxfisYUB8FglSbXc2QhGsqnsJuCN5ZTx-"            \
    "rPma82cL2IqG80O4CmVYQBN1e_juCoyXTQo5nNON8SQRRx-8pTPAncYVsavEpe8FDzyBteFFVKmc_"                  \
    "IQOH7ExyrtxAMTKuANYa6G9bDmnSQiGy5rWr3xD_aYD9TyhWnsmYrUCY_D0mR-"                                 \
    "rPdojZOLYnOR2qKWlqZATPpyZQwxnHIYrwBzegKlFXr9-UTXDnusogYyZAsMtdpPJvG7thy9uOzOmcJToomNwntnh7nT"   \
    "OEK9K3HcFUWnFpcZokSwTlLqG3uWeMnsDGVtER4uqeGlRCGU9Xsm6YgmMQ47uPFw\",\"e\":\"AQAB\",\"kid\":\"ps" \
    "\"}]}"
#define PS_TOKEN                                                                                   \
    "eyJhbGciOiJQUzI1NiIsImtpZCI6InBzIn0."                                                         \
    "eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3ViIjoicHMyNTYifQ."                              \
    "fuLbjSJvhjbUW8KLkXTtFXmXPo7hjUnRGGwD2mhe3cKXibmZONtKa80ImuBDcKIJdboNUoV4UA9uICOh7KNqT6NhODt_" \
    "9ETE7iV7nY6M1PQ-G4b2aLN9sG1wObZtv9ECERu2fCWw9yESHzRvuuUnInOXQYLUgiRrd3xbUPMYoarpMvQLtYgwek-"  \
    "bHv8NBJSIgM8kh-pgH1YnR0b3m4UHpuFmS-EzUZ3Up6TTQRsJdfJWUl9xTsmZz1bdvOCvshM8OVAJ25cltPfw6TAkPvx" \
    "d6-ZzQhfIzOZydS2U8geA1BRBn6TYZ7SWJCburoCchBn--J3q0-Chzx0Ulopvj01iJQ"

static void tokens_of_the_standards(void **state)
{
    (void)state;
    static const struct {
        const char *keys, *token;
        enum jws_alg alg;
    } cases[] = {
        { A2_KEYS, A2_TOKEN, JWS_RS256 },
        { A3_KEYS, A3_TOKEN, JWS_ES256 },
        { PS_KEYS, PS_TOKEN, JWS_PS256 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };
        struct jwks *keys = set_of(cases[i].keys);
        if (!verified(str_c(cases[i].token), keys, cases[i].alg, &err))
            fail_msg("%s", err.text);
        assert_false(
            verified(str_c(cases[i].token), keys, JWS_ALL & ~(unsigned)cases[i].alg, &err));
        assert_err(&err, ERR_TOKEN_SIGNATURE, jws_alg_name(cases[i].alg));
        assert_false(verified(str_c(cases[i].token), keys, 0, &err));
        jwks_free(keys);
    }
}

// RFC 8037 appendix A.4; its payload is no JSON object, so below the level of tokens.
static void eddsa_of_the_standard(void **state)
{
    (void)state;
    struct buf seed = BUF_INIT(32), signature = BUF_INIT(64), text = BUF_INIT(100);
    struct jwk *key = NULL;
    struct err err;
    const struct str input = STR("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc");
    assert_true(b64url_decode(&seed, STR("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")));
    assert_true(jwk_from_seed((const uint8_t *)seed.p, &key, &err));
    assert_true(str_is(jwk_kid(key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    jwk_sign(key, input, &signature);
    b64url_encode(&text, buf_str(&signature));
    assert_string_equal(buf_cstr(&text),
                        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iy"
                        "lGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    assert_true(jwk_verify(key, JWS_EDDSA, input, buf_str(&signature)));
    assert_false(jwk_verify(key, JWS_EDDSA, STR("x"), buf_str(&signature)));
    assert_false(jwk_verify(key, JWS_ES256, input, buf_str(&signature)));
    jwk_free(key);
    buf_release(&seed);
    buf_release(&signature);
    buf_release(&text);
}

// --- what jws_parse refuses ---

#define LONG8   "kkkkkkkk"
#define LONG64  LONG8 LONG8 LONG8 LONG8 LONG8 LONG8 LONG8 LONG8
#define LONG2K  LONG512 LONG512 LONG512 LONG512
#define LONG512 LONG64 LONG64 LONG64 LONG64 LONG64 LONG64 LONG64 LONG64

static const char *const bad_headers[][2] = {
    { "{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":false}", "\"crit\"" },
    { "{\"alg\":\"RS256\",\"crit\":[]}", "\"crit\"" },
    { "{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\"}}", "\"jwk\"" },
    { "{\"alg\":\"RS256\",\"jku\":\"https://evil.example\"}", "\"jku\"" },
    { "{\"alg\":\"RS256\",\"x5u\":\"https://evil.example\"}", "\"x5u\"" },
    { "{\"alg\":\"RS256\",\"x5c\":[\"MIIB\"]}", "\"x5c\"" },
    { "{\"alg\":\"RS256\",\"x5c\":null}", "\"x5c\"" },
    { "{\"kid\":\"a\"}", "names no algorithm" },
    { "{\"alg\":7}", "names no algorithm" },
    { "{\"alg\":null}", "names no algorithm" },
    { "{\"alg\":\"RS256\",\"kid\":\"" LONG2K "\"}", "\"kid\"" },
    { "{\"alg\":\"RS256\",\"kid\":\"\"}", "\"kid\"" },
    { "{\"alg\":\"RS256\",\"kid\":7}", "\"kid\"" },
    { "{\"alg\":\"RS256\",\"kid\":\"a\\u0000b\"}", "" }, // refused by kid or by JSON
    { "{\"alg\":\"RS256\",\"kid\":\"a\\r\\nSet-Cookie: x\"}", "\"kid\"" },
    { "{\"alg\":\"none\",\"alg\":\"RS256\"}", "not a JSON object" },
    { "[\"alg\",\"RS256\"]", "not a JSON object" },
    { "{\"alg\":\"RS256\"", "not a JSON object" },
    { "{\"alg\":\"RS256\"} ", NULL }, // blanks are JSON
};

static void headers_are_refused(void **state)
{
    (void)state;
    struct buf token = BUF_INIT(JWS_BYTES_MAX), signature = BUF_INIT(8);
    buf_adds(&signature, "sig");
    for (size_t i = 0; i < ARRAY_LEN(bad_headers); i++) {
        struct err err = { 0 };
        struct jws jws = { 0 };
        glue(&token, bad_headers[i][0], "{}", &signature);
        if (jws_parse(buf_str(&token), &jws, &err) != !bad_headers[i][1])
            fail_msg("%s %s", bad_headers[i][0], err.text);
        if (bad_headers[i][1])
            assert_err(&err, ERR_TOKEN_MALFORMED, bad_headers[i][1]);
        jws_release(&jws);
    }
    buf_release(&token);
    buf_release(&signature);
}

// H is {"alg":"RS256"}, P is {}
#define H "eyJhbGciOiJSUzI1NiJ9"
#define P "e30"
static const char *const bad_tokens[][2] = {
    { "", "three parts" },
    { "abc", "three parts" },
    { H "." P, "three parts" },
    { ".", "three parts" },
    { H "." P ".", "signature is empty" },
    { "..", "signature is empty" },
    { "..AA", "header" },
    { H "..AA", "payload" },
    { "." P ".AA", "header" },
    { H "." P ".AA.AA", "more than three" },
    { H "." P ".AA.AA.AA", "more than three" },
    { H "." P ".A", "signature" },
    { H "." P ".AA==", "signature" },
    { H "." P ".AB", "signature" },
    { H "=." P ".AA", "header" },
    { H " ." P ".AA", "header" },
    { H "." P "=.AA", "payload" },
    { H "." P "\n.AA", "payload" },
    { " " H "." P ".AA", "header" },
    { H "." P ".AA ", "signature" },
    { H "." P ".A+AA", "signature" },
    { H ".W10.AA", "payload is not a JSON object" }, // []
    { H ".IiI.AA", "payload is not a JSON object" },
    { H ".MQ.AA", "payload is not" },                               // "" and 1
    { H ".bnVsbA.AA", "payload is not a JSON object" },             // null
    { H ".eyJhIjoxLCJhIjoyfQ.AA", "payload is not a JSON object" }, // a twice
    { H "._w.AA", "payload is not a JSON object" },                 // byte ff
    { "e30." P ".AA", "names no algorithm" },
};

static void shapes_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad_tokens); i++) {
        struct err err = { 0 };
        struct jws jws = { 0 };
        if (jws_parse(str_c(bad_tokens[i][0]), &jws, &err))
            fail_msg("accepted: %s", bad_tokens[i][0]);
        assert_err(&err, ERR_TOKEN_MALFORMED, bad_tokens[i][1]);
        assert_null(jws.header);
    }
}

static void huge_tokens_are_refused(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct jws jws = { 0 };
    struct buf token = BUF_INIT(JWS_BYTES_MAX + 1);
    buf_adds(&token, H "." P ".");
    while (token.n < JWS_BYTES_MAX)
        buf_addc(&token, 'A');
    assert_false(jws_parse(buf_str(&token), &jws, &err));
    assert_err(&err, ERR_TOKEN_MALFORMED, "too long");
    buf_addc(&token, 'A');
    assert_false(jws_parse(buf_str(&token), &jws, &err));
    assert_err(&err, ERR_TOKEN_MALFORMED, "32769 bytes; at most 32768");
    buf_release(&token);
}

static void errors_never_show_the_token(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct jwks *keys = set_of(A2_KEYS);
    assert_false(verified(STR(H ".eyJzZWNyZXQiOiJodW50ZXIyIn0.c2VjcmV0c2ln"), keys, JWS_ALL, &err));
    assert_null(strstr(err.text, "eyJ"));
    assert_null(strstr(err.text, "hunter2"));
    assert_null(strstr(err.text, "c2Vj"));
    jwks_free(keys);
}

// --- what jws_verify refuses ---

#define CLAIMS "{\"sub\":\"someone\"}"

static struct jwk *rsa, *ec, *ed, *other_rsa;
static struct jwks *keys; // of rsa ("r"), ec ("e") and ed ("d"), as published without alg

static void add_key(struct buf *json, struct jwk *key, const char *kid)
{
    jwk_set_kid(key, str_c(kid));
    buf_adds(json, json->n ? "," : "{\"keys\":[");
    jwk_public_json(key, STR(""), json);
}

static int make_keys(void **state)
{
    (void)state;
    struct buf json = BUF_INIT(8192);
    rsa = jwk_generate(JWS_RS256);
    other_rsa = jwk_generate(JWS_RS256);
    ec = jwk_generate(JWS_ES256);
    ed = jwk_generate(JWS_EDDSA);
    add_key(&json, rsa, "r");
    add_key(&json, ec, "e");
    add_key(&json, ed, "d");
    buf_adds(&json, "]}");
    keys = set_of(buf_cstr(&json));
    buf_release(&json);
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    jwk_free(rsa);
    jwk_free(other_rsa);
    jwk_free(ec);
    jwk_free(ed);
    jwks_free(keys);
    return 0;
}

static void refused(const struct buf *token, unsigned allowed, const char *part)
{
    struct err err = { 0 };
    if (verified(buf_str(token), keys, allowed, &err))
        fail_msg("accepted: %.*s", (int)token->n, token->p);
    assert_err(&err, ERR_TOKEN_SIGNATURE, part);
}

// The signer is real; the header lies.
static void lying_headers(void **state)
{
    (void)state;
    const struct {
        struct jwk *signer;
        const char *header;
        unsigned allowed;
        const char *text;
    } cases[] = {
        { rsa, "{\"alg\":\"none\",\"kid\":\"r\"}", JWS_ALL, "\"none\"; expected RS256 or PS256" },
        { rsa, "{\"alg\":\"None\",\"kid\":\"r\"}", JWS_ALL, "\"None\"" },
        { rsa, "{\"alg\":\"\",\"kid\":\"r\"}", JWS_ALL, "\"\"" },
        { rsa, "{\"alg\":\"rs256\",\"kid\":\"r\"}", JWS_ALL, "\"rs256\"" },
        { rsa, "{\"alg\":\"RS256 \",\"kid\":\"r\"}", JWS_ALL, "\"RS256 \"" },
        { rsa, "{\"alg\":\"HS384\",\"kid\":\"r\"}", JWS_ALL, "\"HS384\"" },
        { rsa, "{\"alg\":\"RS384\",\"kid\":\"r\"}", JWS_RS256, "\"RS384\"; expected RS256" },
        { rsa, "{\"alg\":\"RS384\",\"kid\":\"r\"}", JWS_ALL, "does not fit key \"r\"" },
        { ec, "{\"alg\":\"ES384\",\"kid\":\"e\"}", JWS_ALL, "does not fit" },
        { rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", JWS_ES256 | JWS_EDDSA,
          "expected ES256 or EdDSA" },
        { rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", 0, "none at all" },
        { rsa, "{\"alg\":\"PS256\",\"kid\":\"r\"}", JWS_ALL, "does not fit key \"r\"" },
        { rsa, "{\"alg\":\"ES256\",\"kid\":\"r\"}", JWS_ALL, "does not fit" },
        { rsa, "{\"alg\":\"EdDSA\",\"kid\":\"r\"}", JWS_ALL, "does not fit" },
        { ec, "{\"alg\":\"RS256\",\"kid\":\"e\"}", JWS_ALL, "does not fit" },
        { ed, "{\"alg\":\"ES256\",\"kid\":\"d\"}", JWS_ALL, "does not fit" },
        { rsa, "{\"alg\":\"RS256\",\"kid\":\"e\"}", JWS_ALL, "does not fit key \"e\"" },
        { other_rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}", JWS_ALL, "does not fit" },
        { other_rsa, "{\"alg\":\"RS256\"}", JWS_ALL, "any of the issuer's keys" },
        { rsa, "{\"alg\":\"RS256\",\"kid\":\"x\"}", JWS_ALL, "\"x\", which is none of the 3" },
        { rsa, "{\"alg\":\"RS256\",\"kid\":\"R\"}", JWS_ALL, "\"R\", which is none" },
    };
    struct buf token = BUF_INIT(JWS_BYTES_MAX);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        forge(&token, cases[i].signer, cases[i].header, CLAIMS);
        refused(&token, cases[i].allowed, cases[i].text);
    }
    buf_release(&token);
}

static void truthful_headers(void **state)
{
    (void)state;
    static const struct {
        struct jwk **signer;
        const char *header;
    } cases[] = {
        { &rsa, "{\"alg\":\"RS256\",\"kid\":\"r\"}" },
        { &rsa, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"x5t\":\"r\"}" },
        { &ec, "{\"alg\":\"ES256\",\"kid\":\"e\"}" },
        { &ec, "{\"alg\":\"ES256\"}" },
        { &ed, "{\"alg\":\"EdDSA\",\"kid\":\"d\"}" },
        { &ed, "{\"alg\":\"Ed25519\"}" },
    };
    struct buf token = BUF_INIT(JWS_BYTES_MAX);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };
        forge(&token, *cases[i].signer, cases[i].header, CLAIMS);
        if (!verified(buf_str(&token), keys, JWS_ALL, &err))
            fail_msg("%s %s", cases[i].header, err.text);
    }
    buf_release(&token);
}

/*= rfc8725 3.1 "Libraries MUST enable the caller to specify a supported set of algorithms…" */
static void public_keys_are_no_hmac_secrets(void **state)
{
    (void)state;
    struct buf secrets[2] = { BUF_INIT(4096), BUF_INIT(4096) }, token = BUF_INIT(8192);
    jwk_public_der(rsa, &secrets[0]);
    jwk_public_json(rsa, STR(""), &secrets[1]);
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        struct buf mac = BUF_INIT(32);
        uint8_t sum[32];
        const char *header = "{\"alg\":\"HS256\",\"kid\":\"r\"}";
        glue(&token, header, CLAIMS, NULL);
        hmac_sha256(buf_str(&secrets[i]), buf_str(&token), sum);
        buf_add(&mac, str_of(sum, sizeof sum));
        glue(&token, header, CLAIMS, &mac);
        refused(&token, JWS_ALL, "\"HS256\"");
        buf_release(&mac);
        buf_release(&secrets[i]);
    }
    buf_release(&token);
}

static void raw_signatures(void **state)
{
    (void)state;
    static const struct {
        const char *alg, *kid;
        size_t n;
        uint8_t fill;
    } cases[] = {
        { "ES256", "e", 64, 0 },  { "ES256", "e", 64, 0xff },  { "ES256", "e", 63, 1 },
        { "ES256", "e", 65, 1 },  { "ES256", "e", 1, 0 },      { "ES256", "e", 72, 0x30 },
        { "EdDSA", "d", 64, 0 },  { "EdDSA", "d", 64, 0xff },  { "EdDSA", "d", 1, 1 },
        { "RS256", "r", 256, 0 }, { "RS256", "r", 256, 0xff }, { "RS256", "r", 255, 1 },
        { "RS256", "r", 257, 1 }, { "PS256", "r", 256, 0 },    { "RS256", "r", 1, 1 },
    };
    struct buf token = BUF_INIT(8192), signature = BUF_INIT(300);
    char header[64];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        snprintf(header, sizeof header, "{\"alg\":\"%s\",\"kid\":\"%s\"}", cases[i].alg,
                 cases[i].kid);
        buf_reset(&signature);
        while (signature.n < cases[i].n)
            buf_addc(&signature, (char)cases[i].fill);
        glue(&token, header, CLAIMS, &signature);
        refused(&token, JWS_ALL, "does not fit");
    }
    buf_release(&token);
    buf_release(&signature);
}

// ES256 in DER, as OpenSSL writes it, instead of r || s; and with r or s zero.
static void es256_in_other_forms(void **state)
{
    (void)state;
    struct buf token = BUF_INIT(8192), signature = BUF_INIT(300), half = BUF_INIT(300);
    const char *header = "{\"alg\":\"ES256\",\"kid\":\"e\"}";
    glue(&token, header, CLAIMS, NULL);
    jwk_sign(ec, buf_str(&token), &signature);
    assert_int_equal(signature.n, 64);
    for (size_t zero = 0; zero < 64; zero += 32) {
        buf_reset(&half);
        buf_add(&half, buf_str(&signature));
        memset(half.p + zero, 0, 32);
        glue(&token, header, CLAIMS, &half);
        refused(&token, JWS_ALL, "does not fit");
    }
    unsigned char der[100];
    size_t n = sizeof der;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    glue(&token, header, CLAIMS, NULL);
    assert_int_equal(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, ec->pkey), 1);
    assert_int_equal(EVP_DigestSign(ctx, der, &n, (unsigned char *)token.p, token.n), 1);
    EVP_MD_CTX_free(ctx);
    buf_reset(&half);
    buf_add(&half, str_of(der, n));
    glue(&token, header, CLAIMS, &half);
    refused(&token, JWS_ALL, "does not fit");
    buf_release(&token);
    buf_release(&signature);
    buf_release(&half);
}

// Flips each bit of text from `from` on; nothing of it may verify.
static void each_flip_is_refused(struct str token, size_t from, const struct jwks *set)
{
    struct buf copy = BUF_INIT(JWS_BYTES_MAX);
    buf_add(&copy, token);
    for (size_t i = from; i < token.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct err err;
            copy.p[i] = (char)(token.p[i] ^ 1 << bit);
            if (verified(buf_str(&copy), set, JWS_ALL, &err))
                fail_msg("bit %d of byte %zu may be flipped", bit, i);
            copy.p[i] = token.p[i];
        }
    buf_release(&copy);
}

static void flips_and_cuts(void **state)
{
    (void)state;
    struct jwk *const signers[] = { rsa, ec, ed };
    for (size_t i = 0; i < ARRAY_LEN(signers); i++) {
        struct buf token = BUF_INIT(JWS_BYTES_MAX);
        struct err err;
        jws_sign(signers[i], STR(""), STR(CLAIMS), &token);
        assert_true(verified(buf_str(&token), keys, JWS_ALL, &err));
        each_flip_is_refused(buf_str(&token), 0, keys);
        for (size_t n = 0; n < token.n; n++)
            assert_false(verified(str_slice(buf_str(&token), 0, n), keys, JWS_ALL, &err));
        buf_release(&token);
    }
}

static void unknown_kids_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        bool unknown;
    } cases[] = {
        { "{\"alg\":\"RS256\",\"kid\":\"x\"}", true },  // rolled over
        { "{\"alg\":\"RS256\",\"kid\":\"r\"}", false }, // a forgery
        { "{\"alg\":\"HS256\",\"kid\":\"x\"}", false }, // no set would help
        { "{\"alg\":\"RS256\"}", true },
    };
    struct buf token = BUF_INIT(8192);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct jws jws = { 0 };
        struct err err;
        bool unknown = !cases[i].unknown;
        forge(&token, other_rsa, cases[i].header, CLAIMS);
        assert_true(jws_parse(buf_str(&token), &jws, &err));
        assert_false(jws_verify(&jws, keys, JWS_ALL, &unknown, &err));
        assert_int_equal(unknown, cases[i].unknown);
        jws_release(&jws);
    }
    buf_release(&token);
}

static void keys_keep_to_their_alg(void **state)
{
    (void)state;
    struct buf json = BUF_INIT(4096), token = BUF_INIT(8192);
    struct err err;
    buf_adds(&json, "{\"keys\":[");
    jwk_public_json(rsa, STR(",\"alg\":\"PS256\""), &json);
    buf_adds(&json, "]}");
    struct jwks *only_ps = set_of(buf_cstr(&json));
    jws_sign(rsa, STR(""), STR(CLAIMS), &token);
    assert_false(verified(buf_str(&token), only_ps, JWS_ALL, &err));
    assert_err(&err, ERR_TOKEN_SIGNATURE, "does not fit key \"r\"");
    assert_true(jwk_set_alg(rsa, JWS_PS256));
    buf_reset(&token);
    jws_sign(rsa, STR(""), STR(CLAIMS), &token);
    assert_true(verified(buf_str(&token), only_ps, JWS_ALL, &err));
    assert_true(jwk_set_alg(rsa, JWS_RS256));
    jwks_free(only_ps);
    buf_release(&json);
    buf_release(&token);
}

static void the_second_key_of_a_kid_counts(void **state)
{
    (void)state;
    struct buf json = BUF_INIT(8192), token = BUF_INIT(8192);
    struct err err;
    struct jwk *twin = jwk_generate(JWS_RS256);
    add_key(&json, twin, "r");
    add_key(&json, rsa, "r");
    buf_adds(&json, "]}");
    struct jwks *set = set_of(buf_cstr(&json));
    jws_sign(rsa, STR(""), STR(CLAIMS), &token);
    assert_true(verified(buf_str(&token), set, JWS_RS256, &err));
    jwks_free(set);
    jwk_free(twin);
    buf_release(&json);
    buf_release(&token);
}

static void signed_tokens_look_right(void **state)
{
    (void)state;
    struct buf token = BUF_INIT(8192), small = BUF_INIT(20);
    struct jws jws = { 0 };
    struct err err;
    buf_adds(&token, "Bearer ");
    jws_sign(ed, STR("\"typ\":\"at+jwt\""), STR(CLAIMS), &token);
    assert_true(jws_parse(str_slice(buf_str(&token), 7, token.n), &jws, &err));
    assert_true(str_is(dom_str(jws.header, "alg"), "EdDSA"));
    assert_true(str_is(dom_str(jws.header, "kid"), "d"));
    assert_true(str_is(dom_str(jws.header, "typ"), "at+jwt"));
    assert_true(str_is(dom_str(jws.payload, "sub"), "someone"));
    assert_int_equal(jws.signature.n, 64);
    jws_release(&jws);
    jwk_set_kid(ed, STR(""));
    buf_reset(&token);
    jws_sign(ed, STR(""), STR(CLAIMS), &token);
    assert_true(jws_parse(buf_str(&token), &jws, &err));
    assert_null(dom_get(jws.header, "kid"));
    jws_release(&jws);
    jwk_set_kid(ed, STR("d"));
    jws_sign(ed, STR(""), STR(CLAIMS), &small);
    assert_false(buf_ok(&small));
    buf_release(&token);
    buf_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_of_the_standards),
        cmocka_unit_test(eddsa_of_the_standard),
        cmocka_unit_test(headers_are_refused),
        cmocka_unit_test(shapes_are_refused),
        cmocka_unit_test(huge_tokens_are_refused),
        cmocka_unit_test(errors_never_show_the_token),
        cmocka_unit_test(lying_headers),
        cmocka_unit_test(truthful_headers),
        cmocka_unit_test(public_keys_are_no_hmac_secrets),
        cmocka_unit_test(raw_signatures),
        cmocka_unit_test(es256_in_other_forms),
        cmocka_unit_test(flips_and_cuts),
        cmocka_unit_test(unknown_kids_are_told),
        cmocka_unit_test(keys_keep_to_their_alg),
        cmocka_unit_test(the_second_key_of_a_kid_counts),
        cmocka_unit_test(signed_tokens_look_right),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
