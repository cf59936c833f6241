// SPDX-License-Identifier: MIT
// The key cache: rollover, floods of unknown kids, a provider that is down, and many threads at
// once.
#include "unit/idp/fake_idp.h"

static bool verify(struct idp *idp, const struct jwk *key, int64_t now, struct err *err)
{
    struct arena *arena = arena_new();
    struct idp_person person;
    bool ok = idp_verify(idp, arena, fake_token_at(arena, key, "", ACCESS_CLAIMS, now - 10),
                         STR_NONE, now, &person, err);
    arena_free(arena);
    return ok;
}

static void nobody_is_contacted_before_the_first_token(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    assert_int_equal(idp_key_fetches(idp), 0);
    struct err err;
    assert_true(verify(idp, key_a, NOW, &err));
    assert_true(verify(idp, key_a, NOW, &err));
    assert_true(idp_warm_up(idp, &err));
    assert_int_equal(idp_key_fetches(idp), 1);
    assert_int_equal(fake->key_requests, 1);
    idp_free(idp);
}

static void each_algorithm_is_known(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct err err;
    fake_publish(key_ec, key_ed);
    assert_true(verify(idp, key_ec, NOW, &err));
    assert_true(verify(idp, key_ed, NOW, &err));
    assert_false(verify(idp, key_b, NOW, &err));
    idp_free(idp);
}

/*= oidc-core 10.1.1 "The verifier knows to go back to the jwks_uri location to re-retrieve the keys
 * when it sees an unfamiliar kid value." */
static void rollover_is_followed(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct err err;
    assert_true(verify(idp, key_a, NOW, &err));
    fake_publish(key_b, key_a);
    assert_true(verify(idp, key_b, NOW, &err));
    assert_true(verify(idp, key_a, NOW, &err));
    assert_int_equal(fake->key_requests, 2);
    fake_publish(key_b, NULL); // the old key is retired: known until the next fetch only
    assert_true(verify(idp, key_a, NOW, &err));
    assert_false(verify(idp, key_ec, NOW + IDP_REFETCH_COOLDOWN_S, &err));
    assert_false(verify(idp, key_a, NOW + IDP_REFETCH_COOLDOWN_S, &err));
    assert_int_equal(err.code, ERR_TOKEN_SIGNATURE);
    idp_free(idp);
}

static void a_flood_of_unknown_kids_fetches_once_per_cool_down(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct err err;
    assert_true(verify(idp, key_a, NOW, &err));
    for (int i = 0; i < 200; i++) {
        char kid[32];
        snprintf(kid, sizeof kid, "random-%d", i);
        jwk_set_kid(key_ed, str_c(kid));
        err = (struct err){ 0 };
        assert_false(verify(idp, key_ed, NOW + i / 10, &err));
        assert_int_equal(err.code, ERR_TOKEN_SIGNATURE);
    }
    assert_int_equal(fake->key_requests, 2);
    assert_true(verify(idp, key_a, NOW, &err));
    fake_publish(key_a, key_b); // a real rollover is seen in the next window
    assert_false(verify(idp, key_b, NOW + IDP_REFETCH_COOLDOWN_S - 1, &err));
    assert_true(verify(idp, key_b, NOW + IDP_REFETCH_COOLDOWN_S, &err));
    assert_int_equal(fake->key_requests, 3);
    jwk_set_kid(key_ed, STR("kid-ed"));
    idp_free(idp);
}

// The provider changes its keys right after a stranger has used up the refetch: sign-ins go on.
static void a_stranger_cannot_hold_up_sign_ins(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct err err;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct idp_person person;
    assert_true(verify(idp, key_a, NOW, &err));
    assert_false(verify(idp, key_ec, NOW, &err)); // unknown: the cool-down begins
    fake_publish(key_b, key_a);
    assert_false(verify(idp, key_b, NOW + 1, &err));
    struct str id_token = fake_token_at(arena, key_b, "", ID_CLAIMS, NOW - 10);
    assert_true(idp_verify(idp, arena, id_token, STR("n-1"), NOW + 1, &person, &err));
    assert_int_equal(fake->key_requests, 3);
    // and unknown keys of the provider's own tokens are not asked for again at once
    struct str unknown = fake_token_at(arena, key_ec, "", ID_CLAIMS, NOW - 10);
    int64_t soon = NOW + IDP_REFETCH_OWN_COOLDOWN_S;
    assert_false(idp_verify(idp, arena, unknown, STR("n-1"), soon, &person, &err));
    assert_int_equal(fake->key_requests, 3);
    assert_false(idp_verify(idp, arena, unknown, STR("n-1"), soon + 1, &person, &err));
    assert_int_equal(fake->key_requests, 4);
    idp_free(idp);
}

// --- threads ---

struct crowd {
    struct idp *idp;
    const struct jwk *key;
    pthread_barrier_t start;
    _Atomic int good;
};

static void *one_of_the_crowd(void *arg)
{
    struct crowd *crowd = arg;
    struct err err;
    pthread_barrier_wait(&crowd->start);
    if (verify(crowd->idp, crowd->key, NOW, &err))
        atomic_fetch_add(&crowd->good, 1);
    return NULL;
}

static int run_crowd(struct idp *idp, const struct jwk *key)
{
    struct crowd crowd = { .idp = idp, .key = key };
    pthread_t threads[32];
    pthread_barrier_init(&crowd.start, NULL, ARRAY_LEN(threads));
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, one_of_the_crowd, &crowd), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&crowd.start);
    return atomic_load(&crowd.good);
}

static void many_threads_share_one_fetch(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    fake->delay_ms = 20;
    assert_int_equal(run_crowd(idp, key_a), 32);
    assert_int_equal(fake->key_requests, 1);
    fake_publish(key_b, NULL);
    assert_int_equal(run_crowd(idp, key_b), 32); // all of them, not only the one who asked first
    assert_int_equal(fake->key_requests, 2);
    idp_free(idp);
}

// --- a provider that is down ---

static void wait_for_flights(struct idp *idp, uint64_t flights)
{
    pthread_mutex_lock(&idp->keys.lock);
    while (idp->keys.flights < flights)
        pthread_cond_wait(&idp->keys.changed, &idp->keys.lock);
    pthread_mutex_unlock(&idp->keys.lock);
}

static void wait_for_keys(struct idp *idp)
{
    pthread_mutex_lock(&idp->keys.lock);
    while (!idp->keys.set)
        pthread_cond_wait(&idp->keys.changed, &idp->keys.lock);
    pthread_mutex_unlock(&idp->keys.lock);
}

static void a_provider_that_was_down_at_start_is_found_again(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct err err = { 0 };
    fake->keys_status = 503;
    assert_false(idp_warm_up(idp, &err));
    assert_int_equal(err.code, ERR_KEYS_UNAVAILABLE);
    assert_true(err.retry_after >= 1);
    assert_non_null(strstr(err.text, "OIDCPROXY_AUTH_JWKS_URI"));
    assert_non_null(strstr(err.text, "503"));
    wait_for_flights(idp, 3); // tries by itself
    assert_false(verify(idp, key_a, NOW, &err));
    assert_int_equal(err.code, ERR_KEYS_UNAVAILABLE);
    fake_publish(key_a, NULL);
    wait_for_keys(idp); // nobody asked
    assert_true(verify(idp, key_a, NOW, &err));
    idp_free(idp);
}

static void a_failure_is_told_again_without_a_fetch(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct err err = { 0 };
    idp->keys.backoff_ms = idp->keys.backoff_max_ms = 60000;
    fake->keys_status = 500;
    for (int i = 0; i < 50; i++)
        assert_false(verify(idp, key_a, NOW, &err));
    assert_int_equal(err.code, ERR_KEYS_UNAVAILABLE);
    assert_in_range(err.retry_after, 30, 61);
    assert_int_equal(fake->key_requests, 1);
    idp_free(idp);
}

static void bad_key_sets_are_failures(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "",
        "<html>sign in</html>",
        "{}",
        "{\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"kid-a\"}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"kid\":\"kid-a\"}]}",
        "{\"keys\":[",
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct idp *idp = fake_client(NULL);
        struct err err = { 0 };
        buf_reset(&fake->keys);
        buf_adds(&fake->keys, bodies[i]);
        assert_false(idp_warm_up(idp, &err));
        assert_int_equal(err.code, ERR_KEYS_UNAVAILABLE);
        idp_free(idp);
    }
}

static void a_huge_key_set_is_refused(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct err err = { 0 };
    buf_reset(&fake->keys);
    buf_adds(&fake->keys, "{\"keys\":[], \"pad\":\"");
    for (size_t i = 0; i < JWKS_BYTES_MAX; i++)
        buf_addc(&fake->keys, 'x');
    buf_adds(&fake->keys, "\"}");
    assert_false(idp_warm_up(idp, &err));
    assert_int_equal(err.code, ERR_KEYS_UNAVAILABLE);
    idp_free(idp);
}

static void old_keys_outlive_a_provider_that_is_down(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct err err = { 0 };
    assert_true(verify(idp, key_a, NOW, &err));
    fake->keys_status = 500;
    // Who signed with an unknown key cannot be told: 503, not a 401 that sends people round in
    // circles.
    assert_false(verify(idp, key_b, NOW, &err));
    assert_int_equal(err.code, ERR_KEYS_UNAVAILABLE);
    clock_freeze(NOW + IDP_KEYS_FRESH_S + 1);
    assert_true(verify(idp, key_a, NOW + IDP_KEYS_FRESH_S + 1, &err));
    clock_freeze(NOW + IDP_KEYS_STALE_S);
    assert_false(verify(idp, key_a, NOW + IDP_KEYS_STALE_S, &err)); // but not for ever
    assert_int_equal(err.code, ERR_KEYS_UNAVAILABLE);
    idp_free(idp);
}

static void old_keys_are_refreshed_in_the_background(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct err err = { 0 };
    assert_true(verify(idp, key_a, NOW, &err));
    fake_publish(key_b, NULL);
    clock_freeze(NOW + IDP_KEYS_FRESH_S);
    fake->delay_ms = 10;
    assert_true(verify(idp, key_a, NOW + IDP_KEYS_FRESH_S, &err)); // not held up
    wait_for_flights(idp, 2);
    assert_true(verify(idp, key_b, NOW + IDP_KEYS_FRESH_S, &err));
    assert_int_equal(idp_key_fetches(idp), 2);
    idp_free(idp);
}

static void freeing_ends_a_running_fetch(void **state)
{
    (void)state;
    struct idp *idp = fake_client(NULL);
    struct err err;
    assert_true(verify(idp, key_a, NOW, &err));
    fake->delay_ms = 300;
    clock_freeze(NOW + IDP_KEYS_FRESH_S);
    assert_true(verify(idp, key_a, NOW + IDP_KEYS_FRESH_S, &err));
    idp_free(idp);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fake_set_up, fake_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(nobody_is_contacted_before_the_first_token),
        T(each_algorithm_is_known),
        T(rollover_is_followed),
        T(a_flood_of_unknown_kids_fetches_once_per_cool_down),
        T(a_stranger_cannot_hold_up_sign_ins),
        T(many_threads_share_one_fetch),
        T(a_provider_that_was_down_at_start_is_found_again),
        T(a_failure_is_told_again_without_a_fetch),
        T(bad_key_sets_are_failures),
        T(a_huge_key_set_is_refused),
        T(old_keys_outlive_a_provider_that_is_down),
        T(old_keys_are_refreshed_in_the_background),
        T(freeing_ends_a_running_fetch),
    };
    return cmocka_run_group_tests(tests, fake_group_set_up, fake_group_tear_down);
}
