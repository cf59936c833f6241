// SPDX-License-Identifier: MIT
// Sealed values: opened by who sealed them, for the use they were sealed for, and by nobody else.
#include <pthread.h>
#include <stdlib.h>

#include "jose/seal.h"
#include "unit/jose/help.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MANY 20000
#else
#define MANY 1000000
#endif

#define ROOT_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ROOT_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static struct keyring *ring_of(const char *first, const char *second)
{
    const struct str roots[] = { str_c(first), str_c(second) };
    struct keyring *ring = NULL;
    struct err err = { 0 };
    if (!keyring_new(roots, second ? 2 : 1, &ring, &err))
        fail_msg("%s", err.text);
    return ring;
}

static bool opens(const struct keyring *ring, const char *kind, const char *context,
                  struct str sealed, const char *plain)
{
    struct err err = { 0 };
    struct buf out = BUF_INIT(SEAL_PLAIN_MAX);
    bool ok = unseal(ring, kind, str_c(context), sealed, &out, &err);
    if (ok)
        assert_string_equal(buf_cstr(&out), plain);
    else
        assert_err(&err, ERR_SEAL, "was not issued by this server for this use");
    assert_int_equal(ok ? strlen(plain) : 0, out.n);
    buf_release(&out);
    return ok;
}

static void roots_are_judged(void **state)
{
    (void)state;
    struct str many[ROOT_KEYS_MAX + 1];
    char text[ROOT_KEYS_MAX + 1][ROOT_KEY_MIN];
    for (size_t i = 0; i < ARRAY_LEN(many); i++) {
        memset(text[i], 'a' + (int)i, ROOT_KEY_MIN);
        many[i] = str_of(text[i], ROOT_KEY_MIN);
    }
    struct keyring *ring = NULL;
    struct err err = { 0 };
    assert_false(keyring_new(many, 0, &ring, &err));
    assert_err(&err, ERR_CONFIG, "0 secret keys");
    assert_false(keyring_new(many, ARRAY_LEN(many), &ring, &err));
    assert_err(&err, ERR_CONFIG, "9 secret keys");
    assert_true(keyring_new(many, ROOT_KEYS_MAX, &ring, &err));
    assert_int_equal(keyring_count(ring), ROOT_KEYS_MAX);
    assert_int_equal(jwks_count(keyring_verifiers(ring)), ROOT_KEYS_MAX);
    assert_null(keyring_signer_at(ring, ROOT_KEYS_MAX));
    keyring_free(ring);
    ring = NULL;
    many[1].n--;
    assert_false(keyring_new(many, 2, &ring, &err));
    assert_err(&err, ERR_CONFIG, "secret key 2 has 31 bytes; at least 32");
    assert_null(strstr(err.text, "bbb"));
    many[1] = many[0];
    assert_false(keyring_new(many, 2, &ring, &err));
    assert_err(&err, ERR_CONFIG, "secret key 2 is in the list twice");
    assert_null(ring);
    keyring_free(NULL);
}

typedef void seal_fn(const struct keyring *, const char *, struct str, struct str, struct buf *);
static seal_fn *const both[] = { seal, seal_same };

static void sealed_values_open(void **state)
{
    (void)state;
    struct keyring *ring = ring_of(ROOT_A, NULL);
    for (size_t i = 0; i < ARRAY_LEN(both); i++) {
        struct buf sealed = BUF_INIT(1000);
        both[i](ring, "code", STR("client"), STR("plain text"), &sealed);
        assert_int_equal(sealed.n, (1 + 4 + 12 + 10 + 16) * 4 / 3 + 1);
        assert_true(opens(ring, "code", "client", buf_str(&sealed), "plain text"));
        buf_reset(&sealed);
        both[i](ring, "code", STR(""), STR(""), &sealed);
        assert_true(opens(ring, "code", "", buf_str(&sealed), ""));
        buf_release(&sealed);
    }
    keyring_free(ring);
}

static void flips_and_cuts_are_refused(void **state)
{
    (void)state;
    struct keyring *ring = ring_of(ROOT_A, NULL);
    for (size_t k = 0; k < ARRAY_LEN(both); k++) {
        struct buf sealed = BUF_INIT(1000), longer = BUF_INIT(1000);
        both[k](ring, "code", STR("c"), STR("some plain text"), &sealed);
        for (size_t i = 0; i < sealed.n; i++)
            for (int bit = 0; bit < 8; bit++) {
                sealed.p[i] = (char)(sealed.p[i] ^ 1 << bit);
                assert_false(opens(ring, "code", "c", buf_str(&sealed), ""));
                sealed.p[i] = (char)(sealed.p[i] ^ 1 << bit);
            }
        for (size_t n = 0; n < sealed.n; n++)
            assert_false(opens(ring, "code", "c", str_slice(buf_str(&sealed), 0, n), ""));
        for (const char *more = "A=. \n"; *more; more++) {
            buf_reset(&longer);
            buf_add(&longer, buf_str(&sealed));
            buf_addc(&longer, *more);
            assert_false(opens(ring, "code", "c", buf_str(&longer), ""));
        }
        assert_true(opens(ring, "code", "c", buf_str(&sealed), "some plain text"));
        buf_release(&sealed);
        buf_release(&longer);
    }
    keyring_free(ring);
}

static void no_kind_opens_as_another(void **state)
{
    (void)state;
    static const char *const kinds[] = { "code",    "refresh", "client", "state", "session",
                                         "consent", "c",       "co",     "codee", "" };
    struct keyring *ring = ring_of(ROOT_A, NULL);
    for (size_t k = 0; k < ARRAY_LEN(both); k++)
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
            struct buf sealed = BUF_INIT(1000);
            both[k](ring, kinds[i], STR("ctx"), STR("v"), &sealed);
            for (size_t j = 0; j < ARRAY_LEN(kinds); j++)
                assert_int_equal(opens(ring, kinds[j], "ctx", buf_str(&sealed), "v"), i == j);
            buf_release(&sealed);
        }
    keyring_free(ring);
}

static void the_context_counts(void **state)
{
    (void)state;
    static const char *const contexts[] = { "", "c", "cc", "C", "ctx", "e" };
    struct keyring *ring = ring_of(ROOT_A, NULL);
    for (size_t i = 0; i < ARRAY_LEN(contexts); i++) {
        struct buf sealed = BUF_INIT(1000);
        seal(ring, "cod", str_c(contexts[i]), STR("v"), &sealed);
        for (size_t j = 0; j < ARRAY_LEN(contexts); j++)
            assert_int_equal(opens(ring, "cod", contexts[j], buf_str(&sealed), "v"), i == j);
        // kind and context do not run into each other
        assert_false(opens(ring, "code", contexts[i], buf_str(&sealed), ""));
        buf_release(&sealed);
    }
    keyring_free(ring);
}

static void rotation(void **state)
{
    (void)state;
    struct keyring *old = ring_of(ROOT_A, NULL), *new = ring_of(ROOT_B, NULL);
    struct keyring *rotated = ring_of(ROOT_B, ROOT_A), *prepared = ring_of(ROOT_A, ROOT_B);
    struct buf by_old = BUF_INIT(100), by_new = BUF_INIT(100), by_rotated = BUF_INIT(100);
    seal(old, "k", STR(""), STR("old"), &by_old);
    seal(new, "k", STR(""), STR("new"), &by_new);
    seal(rotated, "k", STR(""), STR("rot"), &by_rotated);
    assert_true(opens(rotated, "k", "", buf_str(&by_old), "old"));
    assert_true(opens(rotated, "k", "", buf_str(&by_new), "new"));
    assert_true(opens(prepared, "k", "", buf_str(&by_new), "new"));
    assert_true(opens(prepared, "k", "", buf_str(&by_rotated), "rot"));
    assert_true(opens(new, "k", "", buf_str(&by_rotated), "rot")); // the first one sealed
    assert_false(opens(old, "k", "", buf_str(&by_rotated), ""));
    assert_false(opens(old, "k", "", buf_str(&by_new), ""));
    assert_false(opens(new, "k", "", buf_str(&by_old), "")); // once A is taken out
    buf_release(&by_old);
    buf_release(&by_new);
    buf_release(&by_rotated);
    keyring_free(old);
    keyring_free(new);
    keyring_free(rotated);
    keyring_free(prepared);
}

static void same_is_the_same(void **state)
{
    (void)state;
    struct keyring *ring = ring_of(ROOT_A, NULL), *again = ring_of(ROOT_A, ROOT_B);
    struct buf text[8];
    for (size_t i = 0; i < ARRAY_LEN(text); i++)
        buf_init(&text[i], 200);
    seal_same(ring, "client", STR("c"), STR("plain"), &text[0]);
    seal_same(again, "client", STR("c"), STR("plain"), &text[1]); // another process
    assert_string_equal(buf_cstr(&text[0]), buf_cstr(&text[1]));
    seal_same(ring, "client", STR("c"), STR("plaim"), &text[2]);
    seal_same(ring, "client", STR("d"), STR("plain"), &text[3]);
    seal_same(ring, "clienu", STR("c"), STR("plain"), &text[4]);
    seal_same(ring, "client", STR("cp"), STR("lain"), &text[5]);
    seal(ring, "client", STR("c"), STR("plain"), &text[6]);
    seal(ring, "client", STR("c"), STR("plain"), &text[7]);
    for (size_t i = 1; i < ARRAY_LEN(text); i++)
        for (size_t j = i + 1; j < ARRAY_LEN(text); j++) // nonces differ, not only what follows
            assert_memory_not_equal(text[i].p + 7, text[j].p + 7, 16);
    for (size_t i = 0; i < ARRAY_LEN(text); i++)
        buf_release(&text[i]);
    keyring_free(ring);
    keyring_free(again);
}

static int compare_nonces(const void *a, const void *b)
{
    return memcmp(a, b, 12);
}

static void nonces_never_repeat(void **state)
{
    (void)state;
    struct keyring *ring = ring_of(ROOT_A, NULL);
    char(*nonces)[12] = malloc(MANY * sizeof *nonces);
    struct buf sealed = BUF_INIT(100), raw = BUF_INIT(100);
    for (size_t i = 0; i < MANY; i++) {
        buf_reset(&sealed);
        buf_reset(&raw);
        seal(ring, "k", STR(""), STR("x"), &sealed);
        assert_true(b64url_decode(&raw, buf_str(&sealed)));
        memcpy(nonces[i], raw.p + 5, 12);
    }
    qsort(nonces, MANY, sizeof *nonces, compare_nonces);
    for (size_t i = 1; i < MANY; i++)
        if (compare_nonces(nonces[i - 1], nonces[i]) == 0)
            fail_msg("a nonce came twice in %d", MANY);
    free(nonces);
    buf_release(&sealed);
    buf_release(&raw);
    keyring_free(ring);
}

static void sizes_are_bounded(void **state)
{
    (void)state;
    struct keyring *ring = ring_of(ROOT_A, NULL);
    char *plain = calloc(1, SEAL_PLAIN_MAX + 1);
    struct buf sealed = BUF_INIT(2 * SEAL_PLAIN_MAX), small = BUF_INIT(9), out = BUF_INIT(99);
    struct err err = { 0 };
    seal(ring, "k", STR(""), str_of(plain, SEAL_PLAIN_MAX + 1), &sealed);
    assert_false(buf_ok(&sealed));
    buf_reset(&sealed);
    seal(ring, "k", STR(""), str_of(plain, SEAL_PLAIN_MAX), &sealed);
    assert_true(buf_ok(&sealed));
    assert_false(unseal(ring, "k", STR(""), buf_str(&sealed), &out, &err)); // no room for it
    assert_true(buf_ok(&out));
    seal(ring, "k", STR(""), STR("x"), &small);
    assert_false(buf_ok(&small));
    buf_reset(&sealed);
    while (sealed.n < sealed.max)
        buf_addc(&sealed, 'A');
    assert_false(unseal(ring, "k", STR(""), buf_str(&sealed), &out, &err));
    buf_adds(&out, "before ");
    buf_reset(&sealed);
    seal(ring, "k", STR(""), STR("after"), &sealed);
    assert_true(unseal(ring, "k", STR(""), buf_str(&sealed), &out, &err));
    assert_string_equal(buf_cstr(&out), "before after");
    free(plain);
    buf_release(&sealed);
    buf_release(&small);
    buf_release(&out);
    keyring_free(ring);
}

static void macs(void **state)
{
    (void)state;
    struct keyring *old = ring_of(ROOT_A, NULL), *rotated = ring_of(ROOT_B, ROOT_A);
    struct buf mac = BUF_INIT(64);
    keyring_mac(old, "csrf", STR("flow"), &mac);
    assert_int_equal(mac.n, 43);
    assert_true(keyring_mac_ok(old, "csrf", STR("flow"), buf_str(&mac)));
    assert_true(keyring_mac_ok(rotated, "csrf", STR("flow"), buf_str(&mac)));
    assert_false(keyring_mac_ok(old, "csrg", STR("flow"), buf_str(&mac)));
    assert_false(keyring_mac_ok(old, "csrf", STR("flox"), buf_str(&mac)));
    assert_false(keyring_mac_ok(old, "csrf", STR("flow"), STR("")));
    assert_false(keyring_mac_ok(old, "csrf", STR("flow"), str_slice(buf_str(&mac), 0, 42)));
    for (size_t i = 0; i < mac.n; i++) {
        mac.p[i] ^= 1;
        assert_false(keyring_mac_ok(old, "csrf", STR("flow"), buf_str(&mac)));
        mac.p[i] ^= 1;
    }
    buf_reset(&mac);
    keyring_mac(rotated, "csrf", STR("flow"), &mac);
    assert_false(keyring_mac_ok(old, "csrf", STR("flow"), buf_str(&mac)));
    buf_release(&mac);
    keyring_free(old);
    keyring_free(rotated);
}

static void derived_keys_are_apart(void **state)
{
    (void)state;
    struct keyring *a = ring_of(ROOT_A, ROOT_B), *b = ring_of(ROOT_B, ROOT_A);
    uint8_t key[5][64];
    keyring_derive(a, "one", key[0], 64);
    keyring_derive(a, "one", key[1], 64);
    keyring_derive(a, "two", key[2], 64);
    keyring_derive(b, "one", key[3], 64);
    memset(key[4], 0, 64);
    keyring_derive(a, "one", key[4], 16);
    assert_memory_equal(key[0], key[1], 64);
    assert_memory_equal(key[0], key[4], 16);
    assert_int_equal(key[4][16], 0);
    assert_memory_not_equal(key[0], key[2], 32);
    assert_memory_not_equal(key[0], key[3], 32);
    assert_memory_not_equal(key[0], key[0] + 32, 32);
    keyring_free(a);
    keyring_free(b);
}

static void signing_keys_rotate(void **state)
{
    (void)state;
    struct keyring *old = ring_of(ROOT_A, NULL), *rotated = ring_of(ROOT_B, ROOT_A);
    struct buf token = BUF_INIT(1000);
    struct err err = { 0 };
    jws_sign(keyring_signer(old), STR(""), STR("{}"), &token);
    assert_true(verified(buf_str(&token), keyring_verifiers(old), JWS_EDDSA, &err));
    assert_true(verified(buf_str(&token), keyring_verifiers(rotated), JWS_EDDSA, &err));
    assert_true(str_eq(jwk_kid(keyring_signer(old)), jwk_kid(keyring_signer_at(rotated, 1))));
    buf_reset(&token);
    jws_sign(keyring_signer(rotated), STR(""), STR("{}"), &token);
    assert_false(verified(buf_str(&token), keyring_verifiers(old), JWS_EDDSA, &err));
    assert_err(&err, ERR_TOKEN_SIGNATURE, "none of the 1 known keys");
    buf_release(&token);
    keyring_free(old);
    keyring_free(rotated);
}

static struct keyring *shared;

static void *seal_and_open(void *arg)
{
    char plain[32];
    struct buf sealed = BUF_INIT(200), out = BUF_INIT(100);
    struct err err;
    intptr_t bad = 0;
    for (int i = 0; i < 500; i++) {
        buf_reset(&sealed);
        buf_reset(&out);
        snprintf(plain, sizeof plain, "%d of %d", i, (int)(intptr_t)arg);
        seal(shared, "k", STR("c"), str_c(plain), &sealed);
        bad += !unseal(shared, "k", STR("c"), buf_str(&sealed), &out, &err) ||
               !str_is(buf_str(&out), plain);
    }
    buf_reset(&sealed);
    buf_release(&sealed);
    buf_release(&out);
    return (void *)bad;
}

static void threads_share_a_ring(void **state)
{
    (void)state;
    pthread_t threads[8];
    shared = ring_of(ROOT_A, NULL);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, seal_and_open, (void *)(intptr_t)i), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *bad;
        pthread_join(threads[i], &bad);
        assert_null(bad);
    }
    keyring_free(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_judged),           cmocka_unit_test(sealed_values_open),
        cmocka_unit_test(flips_and_cuts_are_refused), cmocka_unit_test(no_kind_opens_as_another),
        cmocka_unit_test(the_context_counts),         cmocka_unit_test(rotation),
        cmocka_unit_test(same_is_the_same),           cmocka_unit_test(nonces_never_repeat),
        cmocka_unit_test(sizes_are_bounded),          cmocka_unit_test(macs),
        cmocka_unit_test(derived_keys_are_apart),     cmocka_unit_test(signing_keys_rotate),
        cmocka_unit_test(threads_share_a_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
