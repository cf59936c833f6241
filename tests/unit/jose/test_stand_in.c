// SPDX-License-Identifier: MIT
// Certificates and keys that stand-ins need.
#include "unit/jose/help.h"

#include <openssl/x509.h>

#include "jose/b64url.h"
#include "jose/jws.h"
#include "jose/stand_in.h"

#define SEED STR("golden")

static void certificate_of(struct jwk *key, struct buf *der)
{
    jwk_certificate(key, "a stand-in", der);
}

static void no_certificate_is_refused(void **state)
{
    (void)state;
    CLEANUP(jwk_free) struct jwk *key = jwk_rsa_from_seed(SEED);
    CLEANUP(buf_release) struct buf der = BUF_INIT(4096);
    certificate_of(key, &der);
    CLEANUP(buf_release) struct buf longer = BUF_INIT(4096);
    buf_add(&longer, buf_str(&der));
    buf_addc(&longer, 'x');
    const struct str wrong[] = { STR(""), STR("certificate"), buf_str(&longer),
                                 str_slice(buf_str(&der), 0, der.n - 1) };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct err err = { 0 };
        struct jwk *read = NULL;
        assert_false(jwk_from_certificate(wrong[i], &read, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_null(read);
    }
}

static void only_rsa_certificates(void **state)
{
    (void)state;
    CLEANUP(jwk_free) struct jwk *key = jwk_generate(JWS_EDDSA);
    CLEANUP(buf_release) struct buf der = BUF_INIT(4096);
    certificate_of(key, &der);
    struct err err = { 0 };
    struct jwk *read = NULL;
    assert_false(jwk_from_certificate(buf_str(&der), &read, &err));
    assert_non_null(strstr(err.text, "must be RSA"));
}

static void signed_by_its_own_key(void **state)
{
    (void)state;
    CLEANUP(jwk_free) struct jwk *key = jwk_generate(JWS_RS256);
    CLEANUP(buf_release) struct buf der = BUF_INIT(4096);
    certificate_of(key, &der);
    const unsigned char *p = (const unsigned char *)der.p;
    X509 *cert = d2i_X509(NULL, &p, (long)der.n);
    assert_non_null(cert);
    assert_int_equal(X509_verify(cert, key->pkey), 1);
    assert_int_equal(X509_NAME_cmp(X509_get_subject_name(cert), X509_get_issuer_name(cert)), 0);
    assert_true(X509_cmp_current_time(X509_get0_notBefore(cert)) < 0);
    assert_true(X509_cmp_current_time(X509_get0_notAfter(cert)) > 0);
    char name[64];
    X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, name, sizeof name);
    assert_string_equal(name, "a stand-in");
    X509_free(cert);
}

static void the_certificate_has_the_public_key_and_names_it(void **state)
{
    (void)state;
    CLEANUP(jwk_free) struct jwk *key = jwk_generate(JWS_RS256);
    CLEANUP(jwk_free) struct jwk *read = NULL;
    CLEANUP(buf_release)
    struct buf der = BUF_INIT(4096), mine = BUF_INIT(4096), theirs = BUF_INIT(4096),
               kid = BUF_INIT(64);
    struct err err = { 0 };
    certificate_of(key, &der);
    assert_true(jwk_from_certificate(buf_str(&der), &read, &err));
    jwk_public_der(key, &mine);
    jwk_public_der(read, &theirs);
    assert_true(str_eq(buf_str(&mine), buf_str(&theirs)));
    uint8_t digest[20];
    sha1(buf_str(&der), digest);
    b64url_encode(&kid, str_of(digest, sizeof digest));
    assert_true(str_eq(jwk_kid(read), buf_str(&kid)));
}

static void a_seed_always_gives_the_same_key_and_certificate(void **state)
{
    (void)state;
    CLEANUP(jwk_free)
    struct jwk *a = jwk_rsa_from_seed(SEED), *b = jwk_rsa_from_seed(SEED),
               *other = jwk_rsa_from_seed(STR("golden "));
    CLEANUP(buf_release) struct buf first = BUF_INIT(4096), second = BUF_INIT(4096);
    certificate_of(a, &first);
    certificate_of(b, &second);
    assert_true(str_eq(buf_str(&first), buf_str(&second)));
    // computed apart from this code, with Python's big numbers
    assert_true(str_eq(jwk_kid(a), STR("vTz9VFs4T4IcuhdtATXYZAFbES7K3iusk7lr1NnTDIY")));
    assert_false(str_eq(jwk_kid(a), jwk_kid(other)));
}

static void a_key_from_a_seed_is_a_sound_rsa_key(void **state)
{
    (void)state;
    CLEANUP(jwk_free) struct jwk *key = jwk_rsa_from_seed(SEED);
    EVP_PKEY_CTX *check = EVP_PKEY_CTX_new(key->pkey, NULL);
    assert_int_equal(EVP_PKEY_check(check), 1);
    EVP_PKEY_CTX_free(check);
    assert_int_equal(EVP_PKEY_get_bits(key->pkey), 2048);
    CLEANUP(jwks_free) struct jwks *set = jwk_public_set(key);
    CLEANUP(buf_release) struct buf token = BUF_INIT(4096);
    jws_sign(key, STR(""), STR("{\"a\":1}"), &token);
    CLEANUP(jws_release) struct jws jws = { 0 };
    assert_true(jws_parse(buf_str(&token), &jws, NULL));
    assert_true(jws_verify(&jws, set, JWS_RS256, NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_certificate_is_refused),
        cmocka_unit_test(only_rsa_certificates),
        cmocka_unit_test(signed_by_its_own_key),
        cmocka_unit_test(the_certificate_has_the_public_key_and_names_it),
        cmocka_unit_test(a_seed_always_gives_the_same_key_and_certificate),
        cmocka_unit_test(a_key_from_a_seed_is_a_sound_rsa_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
