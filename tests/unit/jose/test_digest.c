// SPDX-License-Identifier: MIT
#include <pthread.h>

#include "unit/jose/help.h"

static void hex_of(const uint8_t *p, size_t n, char *ret)
{
    for (size_t i = 0; i < n; i++)
        snprintf(ret + 2 * i, 3, "%02x", p[i]);
}

static void base64_refuses(void **state)
{
    (void)state;
    static const char *const bad_url[] = { "A",    "AB=",        "AA==",  "A A", "AA\n",
                                           "A+AA", "A/AA",       "AAAAA", "AB",  "AAB",
                                           "A.AA", "AA\xc3\xa9", "_" };
    static const char *const bad_std[] = { "A",    "AA",   "AAA",  "A===", "====", "AB==", "AAB=",
                                           "AA=A", "A-AA", "A_AA", "AA =", "=AAA", "AAAA=" };
    struct buf out = BUF_INIT(100);
    for (size_t i = 0; i < ARRAY_LEN(bad_url); i++)
        if (b64url_decode(&out, str_c(bad_url[i])))
            fail_msg("base64url accepts %s", bad_url[i]);
    for (size_t i = 0; i < ARRAY_LEN(bad_std); i++)
        if (b64_decode(&out, str_c(bad_std[i])))
            fail_msg("base64 accepts %s", bad_std[i]);
    assert_false(b64url_decode(&out, STR("AA\0A")));
    assert_int_equal(out.n, 0);
    buf_release(&out);
    struct buf small = BUF_INIT(2);
    assert_false(b64url_decode(&small, STR("AAAA")));
    buf_release(&small);
}

static void base64_known(void **state)
{
    (void)state;
    // RFC 4648 section 10
    static const char *const pairs[][2] = {
        { "", "" },
        { "f", "Zg==" },
        { "fo", "Zm8=" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" },
        { "foobar", "Zm9vYmFy" },
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        struct buf text = BUF_INIT(100), back = BUF_INIT(100);
        b64_encode(&text, str_c(pairs[i][0]));
        assert_string_equal(buf_cstr(&text), pairs[i][1]);
        assert_true(b64_decode(&back, buf_str(&text)));
        assert_string_equal(buf_cstr(&back), pairs[i][0]);
        buf_release(&text);
        buf_release(&back);
    }
    struct buf text = BUF_INIT(100);
    b64url_encode(&text, STR("\xfb\xff\xfe")); // both alphabets differ here
    b64_encode(&text, STR("\xfb\xff\xfe"));
    assert_string_equal(buf_cstr(&text), "-__-+//+");
    buf_release(&text);
}

static void base64_round_trips(void **state)
{
    (void)state;
    uint8_t bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 167 + (i >> 3));
    for (size_t n = 0; n <= sizeof bytes; n++) {
        struct buf text = BUF_INIT(500), back = BUF_INIT(300);
        b64url_encode(&text, str_of(bytes, n));
        assert_true(b64url_decode(&back, buf_str(&text)));
        assert_true(str_eq(buf_str(&back), str_of(bytes, n)));
        buf_release(&text);
        buf_release(&back);
    }
}

static void digests_known(void **state)
{
    (void)state;
    uint8_t sum[32];
    char hex[65];
    sha1(STR("abc"), sum);
    hex_of(sum, 20, hex);
    assert_string_equal(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
    sha256(STR("abc"), sum);
    hex_of(sum, 32, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(STR_NONE, sum);
    hex_of(sum, 32, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    // RFC 4231 section 4.3, then HMAC of nothing under an empty key
    hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), sum);
    hex_of(sum, 32, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    hmac_sha256(STR_NONE, STR_NONE, sum);
    hex_of(sum, 32, hex);
    assert_string_equal(hex, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    assert_string_equal(fingerprint(STR("abc")).text, "ba7816bf");
}

static void pkce_s256(void **state)
{
    (void)state;
    /*= rfc7636 4.6 "BASE64URL-ENCODE(SHA256(ASCII(code_verifier))) == code_challenge" (appendix B)
     */
    struct buf out = BUF_INIT(64);
    sha256_b64url(&out, STR("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
    assert_string_equal(buf_cstr(&out), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    buf_release(&out);
}

// RFC 5869 appendix A.1 to A.3: keying material, salt and info are runs of rising or equal bytes.
static const struct {
    uint8_t ikm, ikm_step, salt, info;
    size_t ikm_n, salt_n, info_n, n;
    const char *prk, *okm;
} hkdf_cases[] = {
    { 0x0b, 0, 0x00, 0xf0, 22, 13, 10, 42,
      "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865" },
    { 0x00, 1, 0x60, 0xb0, 80, 80, 80, 82,
      "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e59"
      "0e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87" },
    { 0x0b, 0, 0, 0, 22, 0, 0, 42,
      "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8" },
};

static struct str run_of(uint8_t *p, size_t n, uint8_t first, uint8_t step)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)(first + i * step);
    return str_of(p, n);
}

static void hkdf_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(hkdf_cases); i++) {
        uint8_t ikm[80], salt[80], info[80], prk[32], okm[82];
        char hex[165];
        struct str material =
            run_of(ikm, hkdf_cases[i].ikm_n, hkdf_cases[i].ikm, hkdf_cases[i].ikm_step);
        hkdf_extract(run_of(salt, hkdf_cases[i].salt_n, hkdf_cases[i].salt, 1), material, prk);
        hex_of(prk, sizeof prk, hex);
        assert_string_equal(hex, hkdf_cases[i].prk);
        hkdf_expand(prk, run_of(info, hkdf_cases[i].info_n, hkdf_cases[i].info, 1), okm,
                    hkdf_cases[i].n);
        hex_of(okm, hkdf_cases[i].n, hex);
        assert_string_equal(hex, hkdf_cases[i].okm);
    }
}

static void *digest_often(void *arg)
{
    (void)arg;
    intptr_t bad = 0;
    for (int i = 0; i < 500; i++)
        bad += !str_is(str_c(fingerprint(STR("abc")).text), "ba7816bf");
    return (void *)bad;
}

static void threads_have_their_own_contexts(void **state)
{
    (void)state;
    pthread_t threads[8];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, digest_often, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *bad;
        pthread_join(threads[i], &bad);
        assert_null(bad);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_refuses),
        cmocka_unit_test(base64_known),
        cmocka_unit_test(base64_round_trips),
        cmocka_unit_test(digests_known),
        cmocka_unit_test(pkce_s256),
        cmocka_unit_test(hkdf_known),
        cmocka_unit_test(threads_have_their_own_contexts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
