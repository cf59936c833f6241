// SPDX-License-Identifier: MIT
// Signing in with a private key (RFC 7523): the key comes as PEM, as JWK or in a file.
#include "base/file.h"
#include "jose/assertion.h"
#include "jose/b64url.h"
#include "jose/certificate.h"
#include "json/dom.h"
#include "oneapi/internal.h"

#define KEY_BYTES_MAX    (32 * 1024)
#define ASSERTION_LIFE_S 600
#define RSA_BYTES_MIN    256 // 2048 bits

// --- a JWK as PKCS#1 (RFC 8017 appendix A.1.2), which the PEM reader understands ---

static void der_header(struct buf *out, uint8_t tag, size_t n)
{
    buf_addc(out, (char)tag);
    if (n < 0x80) {
        buf_addc(out, (char)n);
        return;
    }
    buf_addc(out, (char)0x82);
    buf_addc(out, (char)(n >> 8 & 0xff));
    buf_addc(out, (char)(n & 0xff));
}

static void der_integer(struct buf *out, struct str bytes)
{
    while (bytes.n > 1 && bytes.p[0] == 0)
        bytes = str_slice(bytes, 1, bytes.n);
    bool pad = bytes.n && ((uint8_t)bytes.p[0] & 0x80);
    der_header(out, 0x02, bytes.n + pad);
    if (pad)
        buf_addc(out, 0);
    buf_add(out, bytes);
}

static bool jwk_to_pem(struct str text, struct buf *pem, struct err *err)
{
    static const char *const members[] = { "n", "e", "d", "p", "q", "dp", "dq", "qi" };
    JSON_AUTO *jwk = NULL;
    if (!dom_parse_object(text, &jwk, NULL))
        return err_set(err, ERR_ONEAPI_CREDENTIALS,
                       "ZSCALER_PRIVATE_KEY begins like a JWK but is not valid JSON");
    CLEANUP(buf_wipe) struct buf integers = BUF_INIT(KEY_BYTES_MAX);
    der_integer(&integers, STR("\0"));
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        CLEANUP(buf_wipe) struct buf value = BUF_INIT(4096);
        struct str encoded = dom_str(jwk, members[i]);
        if (!encoded.n || !b64url_decode(&value, encoded))
            return err_set(
                err, ERR_ONEAPI_CREDENTIALS,
                "The JWK in ZSCALER_PRIVATE_KEY has no usable \"%s\": give a whole private RSA key (n, e, d, p, "
                "q, dp, dq, qi)",
                members[i]);
        der_integer(&integers, buf_str(&value));
    }
    CLEANUP(buf_wipe) struct buf der = BUF_INIT(KEY_BYTES_MAX);
    der_header(&der, 0x30, integers.n);
    buf_add(&der, buf_str(&integers));
    CLEANUP(buf_wipe) struct buf base64 = BUF_INIT(2 * KEY_BYTES_MAX);
    b64_encode(&base64, buf_str(&der));
    buf_adds(pem, "-----BEGIN RSA PRIVATE KEY-----\n");
    for (size_t at = 0; at < base64.n; at += 64) {
        buf_add(pem, str_slice(buf_str(&base64), at, at + 64));
        buf_addc(pem, '\n');
    }
    buf_adds(pem, "-----END RSA PRIVATE KEY-----\n");
    return true;
}

static bool to_pem(struct str given, bool may_be_path, struct buf *pem, struct err *err)
{
    if (str_find(given, STR("-----BEGIN")) >= 0) {
        pem_add(pem, given);
        return true;
    }
    if (given.n && given.p[0] == '{')
        return jwk_to_pem(given, pem, err);
    if (!may_be_path)
        return err_set(err, ERR_ONEAPI_CREDENTIALS,
                       "The file that ZSCALER_PRIVATE_KEY names holds neither PEM nor a JWK");
    CLEANUP(buf_wipe) struct buf path = BUF_INIT(4096);
    CLEANUP(buf_wipe) struct buf content = BUF_INIT(KEY_BYTES_MAX);
    buf_add(&path, given);
    if (!buf_ok(&path) || !file_read(buf_cstr(&path), &content, NULL))
        return err_set(err, ERR_ONEAPI_CREDENTIALS,
                       "ZSCALER_PRIVATE_KEY is neither PEM nor a JWK nor a file that can be read");
    return to_pem(str_trim(buf_str(&content)), false, pem, err);
}

static bool check_size(const struct jwk *key, struct err *err)
{
    CLEANUP(buf_release) struct buf json = BUF_INIT(8192);
    CLEANUP(buf_release) struct buf modulus = BUF_INIT(4096);
    JSON_AUTO *public = NULL;
    jwk_public_json(key, STR(""), &json);
    if (jwk_alg(key) != JWS_RS256 || !dom_parse_object(buf_str(&json), &public, err) ||
        !b64url_decode(&modulus, dom_str(public, "n")))
        return err_set(err, ERR_ONEAPI_CREDENTIALS,
                       "ZSCALER_PRIVATE_KEY must be an RSA key: Zscaler knows RS256 only");
    if (modulus.n < RSA_BYTES_MIN)
        return err_set(err, ERR_ONEAPI_CREDENTIALS,
                       "ZSCALER_PRIVATE_KEY has %zu bits; at least 2048 are needed", modulus.n * 8);
    return true;
}

static bool load_key(const char *private_key, struct jwk **ret, struct err *err)
{
    CLEANUP(buf_wipe) struct buf pem = BUF_INIT(2 * KEY_BYTES_MAX);
    struct err why = { 0 };
    if (!to_pem(str_trim(str_c(private_key)), true, &pem, err))
        return false;
    if (!jwk_from_pem(buf_str(&pem), ret, &why))
        return err_set(err, ERR_ONEAPI_CREDENTIALS, "ZSCALER_PRIVATE_KEY cannot be read: %s",
                       why.text);
    return true;
}

bool assertion_make(const char *private_key, const char *client_id, int64_t now, struct buf *out,
                    struct err *err)
{
    CLEANUP(jwk_free) struct jwk *key = NULL;
    if (!load_key(private_key, &key, err) || !check_size(key, err))
        return false;
    jwk_set_kid(key, STR("")); // Zscaler looks the key up by the client, a kid of ours is foreign
    assertion_sign(key,
                   &(struct assertion){ .client_id = client_id,
                                        .audience = STR(TOKEN_AUDIENCE),
                                        .typ = "JWT",
                                        .now = now,
                                        .life_s = ASSERTION_LIFE_S },
                   out);
    return true;
}
