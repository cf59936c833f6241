// SPDX-License-Identifier: MIT
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "jose/b64url.h"
#include "jose/internal.h"
#include "jose/jws.h"
#include "json/write.h"

#define SIGNATURE_MAX 1024 // bytes: RSA 8192

// The first name of an algorithm is the one we write.
static const struct algorithm {
    const char *name;
    enum jws_alg alg;
    const char *digest; // NULL: the signature has its own
    bool pss;
} algorithms[] = {
    { "RS256", JWS_RS256, "SHA256", false }, { "PS256", JWS_PS256, "SHA256", true },
    { "ES256", JWS_ES256, "SHA256", false }, { "EdDSA", JWS_EDDSA, NULL, false },
    { "Ed25519", JWS_EDDSA, NULL, false },   { "RS384", JWS_RS384, "SHA384", false },
    { "RS512", JWS_RS512, "SHA512", false }, { "PS384", JWS_PS384, "SHA384", true },
    { "PS512", JWS_PS512, "SHA512", true },  { "ES384", JWS_ES384, "SHA384", false },
    { "ES512", JWS_ES512, "SHA512", false },
};

enum jws_alg jws_alg_by_name(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++)
        if (str_is(name, algorithms[i].name))
            return algorithms[i].alg;
    return 0;
}

// NULL: no algorithm.
static const struct algorithm *algorithm_of(enum jws_alg alg)
{
    for (size_t i = 0; i < ARRAY_LEN(algorithms); i++)
        if (algorithms[i].alg == alg)
            return &algorithms[i];
    return NULL;
}

const char *jws_alg_name(enum jws_alg alg)
{
    const struct algorithm *a = algorithm_of(alg);
    return a ? a->name : "none";
}

// --- parsing ---

static bool malformed(struct err *err, const char *why)
{
    return err_set(err, ERR_TOKEN_MALFORMED, "the token is no signed JWT: %s", why);
}

// One base64url part that is a JSON object.
static bool parse_object(struct str part, const char *name, json_t **ret, struct err *err)
{
    CLEANUP(buf_release) struct buf json = BUF_INIT(JWS_BYTES_MAX);
    struct err why = { 0 };
    if (!b64url_decode(&json, part))
        return err_set(err, ERR_TOKEN_MALFORMED,
                       "the token is no signed JWT: its %s is not base64url without padding", name);
    if (!dom_parse_object(buf_str(&json), ret, &why))
        return err_set(err, ERR_TOKEN_MALFORMED,
                       "the token is no signed JWT: its %s is not a JSON object (%s)", name,
                       why.text);
    return true;
}

// What a header must not bring along: keys and places to get keys from are ours to choose.
static bool check_header(const json_t *header, struct err *err)
{
    static const char *const refused[] = { "crit", "jwk", "jku", "x5u", "x5c" };
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        /*= rfc7515 4.1.11 "If any of the listed extension Header Parameters are not understood and
         * supported by the recipient, then the JWS is invalid." */
        if (dom_get(header, refused[i]))
            return err_set(err, ERR_TOKEN_MALFORMED,
                           "the token's header has \"%s\", which is not accepted", refused[i]);
    /*= rfc7515 4.1.1 "This Header Parameter MUST be present…" */
    if (!dom_str(header, "alg").p)
        return malformed(err, "its header names no algorithm");
    const json_t *kid = dom_get(header, "kid");
    if (kid && !jwk_kid_ok(dom_text(kid)))
        return malformed(err, "its \"kid\" must be 1 to 256 printable ASCII characters");
    return true;
}

static bool split(struct str token, struct str ret[3], struct err *err)
{
    if (token.n > JWS_BYTES_MAX)
        return err_set(err, ERR_TOKEN_MALFORMED, "the token has %zu bytes; at most %d are accepted",
                       token.n, JWS_BYTES_MAX);
    for (int i = 0; i < 3; i++) {
        if (!token.p)
            return malformed(err, "it must have three parts separated by dots");
        ret[i] = str_cut(&token, '.');
    }
    if (token.p)
        return malformed(err, "it has more than three parts (encrypted tokens are not accepted)");
    if (ret[2].n == 0)
        return malformed(err, "its signature is empty");
    return true;
}

static bool parse_parts(const struct str part[3], struct jws *jws, struct err *err)
{
    if (!parse_object(part[0], "header", &jws->header, err) || !check_header(jws->header, err) ||
        !parse_object(part[1], "payload", &jws->payload, err))
        return false;
    if (!b64url_decode(&jws->signature, part[2]))
        return malformed(err, "its signature is not base64url without padding, or too long");
    return true;
}

bool jws_parse(struct str token, struct jws *ret, struct err *err)
{
    struct str part[3] = { { NULL, 0 } };
    if (!split(token, part, err))
        return false;
    struct jws jws = {
        .signing_input = { token.p, part[0].n + 1 + part[1].n },
        .signature = BUF_INIT(SIGNATURE_MAX),
    };
    if (!parse_parts(part, &jws, err)) {
        jws_release(&jws);
        return false;
    }
    *ret = jws;
    return true;
}

void jws_release(struct jws *jws)
{
    json_decref(jws->header);
    json_decref(jws->payload);
    buf_release(&jws->signature);
    jws->header = jws->payload = NULL;
}

// --- signatures ---

// Padding of PS256 and its like; that of RS256 is the default of RSA keys.
static bool set_padding(EVP_PKEY_CTX *ctx, const struct algorithm *a)
{
    /*= rfc7518 3.5 "The size of the salt value is the same size as the hash function output." */
    return !a->pss || (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
                       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1);
}

// r || s of `width` bytes each becomes DER. False: another length, or one of them is zero.
static bool ecdsa_to_der(struct str raw, size_t width, unsigned char **ret, size_t *ret_n)
{
    /*= rfc7518 3.4 "The JWS Signature value MUST be a 64-octet sequence." */
    if (raw.n != 2 * width)
        return false;
    const unsigned char *p = (const unsigned char *)raw.p;
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(p, (int)width, NULL), *s = BN_bin2bn(p + width, (int)width, NULL);
    crypto_must(sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1, "an ECDSA signature");
    int n = BN_is_zero(r) || BN_is_zero(s) ? 0 : i2d_ECDSA_SIG(sig, ret);
    ECDSA_SIG_free(sig);
    *ret_n = n > 0 ? (size_t)n : 0;
    return n > 0;
}

static void ecdsa_from_der(const unsigned char *der, size_t n, size_t width, unsigned char *ret)
{
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)n);
    int w = (int)width;
    crypto_must(sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), ret, w) == w &&
                    BN_bn2binpad(ECDSA_SIG_get0_s(sig), ret + width, w) == w,
                "an ECDSA signature");
    ECDSA_SIG_free(sig);
}

bool jwk_verify(const struct jwk *key, enum jws_alg alg, struct str bytes, struct str signature)
{
    const struct algorithm *a = algorithm_of(alg);
    const struct curve *curve = curve_of_alg(alg);
    if (!a || !(key->verifies & (unsigned)alg))
        return false;
    unsigned char *der = NULL;
    const unsigned char *sig = (const unsigned char *)signature.p;
    size_t sig_n = signature.n;
    if (curve) {
        if (!ecdsa_to_der(signature, curve->width, &der, &sig_n))
            return false;
        sig = der;
    }
    EVP_MD_CTX *ctx = crypto_thread()->signature;
    EVP_PKEY_CTX *pctx = NULL;
    const unsigned char *data = (const unsigned char *)(bytes.n ? bytes.p : "");
    bool ok = EVP_MD_CTX_reset(ctx) == 1 &&
              EVP_DigestVerifyInit_ex(ctx, &pctx, a->digest, NULL, NULL, key->pkey, NULL) == 1 &&
              set_padding(pctx, a) && EVP_DigestVerify(ctx, sig, sig_n, data, bytes.n) == 1;
    EVP_MD_CTX_reset(ctx); // holds a reference to the key
    OPENSSL_free(der);
    ERR_clear_error();
    return ok;
}

void jwk_sign(const struct jwk *key, struct str bytes, struct buf *out)
{
    const struct algorithm *a = algorithm_of(key->signs);
    const struct curve *curve = curve_of_alg(key->signs);
    crypto_must(a, "signing with a public key");
    unsigned char raw[SIGNATURE_MAX * 2];
    size_t n = sizeof raw;
    EVP_MD_CTX *ctx = crypto_thread()->signature;
    EVP_PKEY_CTX *pctx = NULL;
    const unsigned char *data = (const unsigned char *)(bytes.n ? bytes.p : "");
    crypto_must(EVP_MD_CTX_reset(ctx) == 1 &&
                    EVP_DigestSignInit_ex(ctx, &pctx, a->digest, NULL, NULL, key->pkey, NULL) ==
                        1 &&
                    set_padding(pctx, a) && EVP_DigestSign(ctx, raw, &n, data, bytes.n) == 1,
                "a signature");
    EVP_MD_CTX_reset(ctx);
    if (curve) {
        unsigned char fixed[2 * CURVE_WIDTH_MAX];
        ecdsa_from_der(raw, n, curve->width, fixed);
        buf_add(out, str_of(fixed, 2 * curve->width));
        return;
    }
    buf_add(out, str_of(raw, n));
}

// --- verifying and signing tokens ---

// "RS256 or ES256", for the text of a refusal.
static void add_allowed(struct buf *out, unsigned allowed)
{
    for (unsigned bit = JWS_RS256; bit <= JWS_ALL; bit <<= 1)
        if (allowed & bit) {
            if (out->n)
                buf_adds(out, " or ");
            buf_adds(out, jws_alg_name((enum jws_alg)bit));
        }
}

static bool alg_refused(struct str alg, unsigned allowed, struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT(128);
    add_allowed(&names, allowed);
    return err_set(err, ERR_TOKEN_SIGNATURE,
                   "the token is signed with algorithm \"" STR_FMT "\"; expected %s",
                   STR_ARG(str_slice(alg, 0, 32)), names.n ? buf_cstr(&names) : "none at all");
}

bool jws_verify(const struct jws *jws, const struct jwks *keys, unsigned allowed,
                bool *ret_unknown_kid, struct err *err)
{
    bool ignored;
    bool *unknown_kid = ret_unknown_kid ? ret_unknown_kid : &ignored;
    *unknown_kid = false;
    struct str name = dom_str(jws->header, "alg"), kid = dom_str(jws->header, "kid");
    enum jws_alg alg = jws_alg_by_name(name);
    /*= rfc8725 3.1 "Libraries MUST enable the caller to specify a supported set of algorithms and
     * MUST NOT use any other algorithms when performing cryptographic operations." */
    if (!(allowed & (unsigned)alg))
        return alg_refused(name, allowed, err);
    if (kid.n && !jwks_has(keys, kid)) {
        *unknown_kid = true;
        return err_set(err, ERR_TOKEN_SIGNATURE,
                       "the token is signed with key \"" STR_FMT "\", which is none of the %zu "
                       "known keys of its issuer",
                       STR_ARG(kid), keys->n);
    }
    for (size_t i = 0; i < keys->n; i++)
        if ((!kid.n || str_eq(keys->keys[i].kid, kid)) &&
            jwk_verify(&keys->keys[i], alg, jws->signing_input, buf_str(&jws->signature)))
            return true;
    *unknown_kid = kid.n == 0;
    return err_set(err, ERR_TOKEN_SIGNATURE,
                   "the token's %s signature does not fit %s%.*s%s: it was changed, or signed by "
                   "somebody else",
                   jws_alg_name(alg), kid.n ? "key \"" : "any of the issuer's keys", (int)kid.n,
                   kid.n ? kid.p : "", kid.n ? "\"" : "");
}

void jws_sign(const struct jwk *key, struct str header_extra, struct str payload, struct buf *out)
{
    CLEANUP(buf_release) struct buf header = BUF_INIT(JWS_BYTES_MAX);
    CLEANUP(buf_release) struct buf signature = BUF_INIT(SIGNATURE_MAX);
    buf_addf(&header, "{\"alg\":\"%s\"", jws_alg_name(key->signs));
    if (key->kid.n) {
        buf_adds(&header, ",\"kid\":");
        json_add_string(&header, key->kid);
    }
    if (header_extra.n) {
        buf_addc(&header, ',');
        buf_add(&header, header_extra);
    }
    buf_addc(&header, '}');
    size_t start = out->n;
    b64url_encode(out, buf_str(&header));
    buf_addc(out, '.');
    b64url_encode(out, payload);
    if (!buf_ok(out)) // the caller sees it in out; nothing is worth signing
        return;
    jwk_sign(key, str_slice(buf_str(out), start, out->n), &signature);
    buf_addc(out, '.');
    b64url_encode(out, buf_str(&signature));
}
