// SPDX-License-Identifier: MIT
#include "jose/b64url.h"
#include "jose/internal.h"

static void digest(const EVP_MD *md, struct str bytes, uint8_t *ret)
{
    EVP_MD_CTX *ctx = crypto_thread()->digest;
    crypto_must(EVP_DigestInit_ex2(ctx, md, NULL) == 1 &&
                    EVP_DigestUpdate(ctx, bytes.p, bytes.n) == 1 &&
                    EVP_DigestFinal_ex(ctx, ret, NULL) == 1,
                "a digest");
}

void sha1(struct str bytes, uint8_t ret[20])
{
    digest(crypto()->sha1, bytes, ret);
}

void sha256(struct str bytes, uint8_t ret[SHA256_SIZE])
{
    digest(crypto()->sha256, bytes, ret);
}

void hmac_sha256_parts(struct str key, const struct str *parts, size_t count,
                       uint8_t ret[SHA256_SIZE])
{
    EVP_MAC_CTX *ctx = crypto_thread()->hmac;
    // A NULL key would mean "the one before"; an empty one is a key.
    const char *bytes = key.n ? key.p : "";
    bool ok = EVP_MAC_init(ctx, (const unsigned char *)bytes, key.n, NULL) == 1;
    for (size_t i = 0; ok && i < count; i++)
        ok = EVP_MAC_update(ctx, (const unsigned char *)parts[i].p, parts[i].n) == 1;
    crypto_must(ok && EVP_MAC_final(ctx, ret, NULL, SHA256_SIZE) == 1, "an HMAC");
}

void hmac_sha256(struct str key, struct str bytes, uint8_t ret[SHA256_SIZE])
{
    hmac_sha256_parts(key, &bytes, 1, ret);
}

void hkdf_extract(struct str salt, struct str ikm, uint8_t ret[SHA256_SIZE])
{
    static const char zeros[SHA256_SIZE];
    /*= rfc5869 2.2 "…if not provided, it is set to a string of HashLen zeros" */
    hmac_sha256(salt.n ? salt : str_of(zeros, sizeof zeros), ikm, ret);
}

void hkdf_expand(const uint8_t prk[SHA256_SIZE], struct str info, uint8_t *ret, size_t n)
{
    uint8_t block[SHA256_SIZE];
    uint8_t counter = 0;
    for (size_t done = 0, step; done < n; done += step) {
        counter++;
        /*= rfc5869 2.3 "T(1) = HMAC-Hash(PRK, T(0) | info | 0x01)" and so on */
        const struct str parts[] = {
            str_of(block, counter > 1 ? sizeof block : 0),
            info,
            str_of(&counter, 1),
        };
        hmac_sha256_parts(str_of(prk, SHA256_SIZE), parts, ARRAY_LEN(parts), block);
        step = n - done < sizeof block ? n - done : sizeof block;
        memcpy(ret + done, block, step);
    }
    OPENSSL_cleanse(block, sizeof block);
}

void sha256_b64url(struct buf *out, struct str bytes)
{
    uint8_t sum[SHA256_SIZE];
    sha256(bytes, sum);
    b64url_encode(out, str_of(sum, sizeof sum));
}

struct fingerprint fingerprint(struct str secret)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t sum[SHA256_SIZE] = { 0 };
    sha256(secret, sum);
    struct fingerprint f = { "" };
    for (size_t i = 0; i < 4; i++) {
        f.text[2 * i] = digits[sum[i] >> 4];
        f.text[2 * i + 1] = digits[sum[i] & 15];
    }
    return f;
}
