// SPDX-License-Identifier: MIT
// Two servers that share a key and a store, nothing else; every step of a sign-in meets the other.
#include "unit/oauth/kit.h"

#include <stdlib.h>

static struct node {
    struct keyring *keys;
    struct spent_store *spent;
    struct idp *idp;
    struct oauth *oauth;
    struct http_server *server;
} other;
static char dir[64], path[96];

static void start_with(struct spent_store *first, struct spent_store *second)
{
    struct err err = { 0 };
    size_t count;
    kit_start_with((struct oauth_config){ .base_url = BASE, .spent = first, .device_codes = true });
    other = (struct node){ .keys = kit_keys(), .idp = kit_idp(), .spent = second };
    struct oauth_config config = { .base_url = BASE,
                                   .product_name = "Zscaler MCP Server",
                                   .idp = other.idp,
                                   .keys = other.keys,
                                   .spent = other.spent,
                                   .device_codes = true };
    assert_true(oauth_new(&config, &other.oauth, &err));
    other.server = kit_serve(oauth_routes(other.oauth, &count));
}

static int start(void **state)
{
    struct spent_store *first, *second;
    struct err err = { 0 };
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/test-replicas-XXXXXX");
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/spent.db", dir);
    assert_true(spent_sqlite_new(path, &first, &err));
    assert_true(spent_sqlite_new(path, &second, &err));
    start_with(first, second);
    return 0;
}

// Each remembers for itself.
static int start_apart(void **state)
{
    (void)state;
    start_with(spent_memory_new(1000), spent_memory_new(1000));
    return 0;
}

static int stop(void **state)
{
    char file[128];
    static const char *const tails[] = { "", "-wal", "-shm" };
    talk_to = NULL;
    http_server_stop(other.server, 1000);
    oauth_free(other.oauth);
    idp_free(other.idp);
    keyring_free(other.keys);
    spent_free(other.spent);
    kit_stop(state);
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        snprintf(file, sizeof file, "%s%s", path, tails[i]);
        unlink(file);
    }
    rmdir(dir);
    return 0;
}

static void on(int node)
{
    talk_to = node ? other.server : kit.server;
}

// Register, authorize, consent, callback, token: each on the other one than the step before.
static struct str sign_in_crosswise(struct str *ret_form)
{
    struct jar jar = { "", "" };
    on(0);
    struct str client = register_for("c", LOOPBACK);
    on(1);
    struct reply page = get(&jar, authorize_target(client, LOOPBACK, "").p, "");
    assert_int_equal(page.status, 200);
    on(0);
    struct reply r = decide_on(&jar, &page, "allow", OWN);
    assert_int_equal(r.status, 303);
    struct str url = header(&r, "Location");
    on(1);
    r = come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(r.status, 302);
    *ret_form = code_form(client, LOOPBACK, param(header(&r, "Location"), "code"), VERIFIER);
    on(0);
    return client;
}

static void a_sign_in_may_meet_both(void **state)
{
    (void)state;
    struct str form, client = sign_in_crosswise(&form);
    struct reply tokens = post(NULL, "/token", "", form);
    assert_int_equal(tokens.status, 200);
    struct str first = refresh_form(client, member(&tokens, "refresh_token"));
    on(1);
    struct reply one = post(NULL, "/token", "", first);
    assert_int_equal(one.status, 200);
    on(0); // within the grace: the same answer, from the other one's work
    struct reply two = post(NULL, "/token", "", first);
    assert_int_equal(two.status, 200);
    assert_true(str_eq(member(&one, "refresh_token"), member(&two, "refresh_token")));
    assert_true(str_eq(member(&one, "access_token"), member(&two, "access_token")));
    assert_int_equal(atomic_load(&kit.token_requests), 2);
    // The provider's first code is spent on both.
    clock_freeze(NOW + 62);
    on(1);
    assert_int_equal(post(NULL, "/token", "", first).status, 400);
    on(0);
    assert_int_equal(
        post(NULL, "/token", "", refresh_form(client, member(&one, "refresh_token"))).status, 400);
}

// RFC 8628: asked here, entered there, signed in here, fetched there; the pauses count on both.
static void a_device_may_meet_both(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    on(0);
    struct str client = register_for("c", LOOPBACK);
    struct reply codes = post(NULL, "/device_authorization", "",
                              arena_printf(kit.arena, "client_id=" STR_FMT, STR_ARG(client)));
    assert_int_equal(codes.status, 200);
    struct str form =
        arena_printf(kit.arena,
                     "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=" STR_FMT
                     "&device_code=" STR_FMT,
                     STR_ARG(client), STR_ARG(member(&codes, "device_code")));
    struct reply r = post(NULL, "/token", "", form);
    assert_true(str_is(member(&r, "error"), "authorization_pending"));
    on(1);
    r = post(NULL, "/token", "", form);
    assert_true(str_is(member(&r, "error"), "slow_down"));
    struct reply page =
        post(&jar, "/device", OWN,
             arena_printf(kit.arena, "user_code=" STR_FMT, STR_ARG(member(&codes, "user_code"))));
    assert_int_equal(page.status, 200);
    on(0);
    r = post(&jar, "/device", OWN,
             arena_printf(kit.arena, "flow=" STR_FMT "&csrf=" STR_FMT "&decision=allow",
                          STR_ARG(encoded(input_of(&page, "flow"))),
                          STR_ARG(encoded(input_of(&page, "csrf")))));
    assert_int_equal(r.status, 303);
    struct str url = header(&r, "Location");
    on(1);
    assert_int_equal(come_back(&jar, url, param(url, "nonce")).status, 200);
    on(0);
    r = post(NULL, "/token", "", form);
    assert_int_equal(r.status, 200);
    on(1); // once in all
    assert_int_equal(post(NULL, "/token", "", form).status, 400);
    on(0);
    form = refresh_form(client, member(&r, "refresh_token"));
    assert_int_equal(post(NULL, "/token", "", form).status, 400);
}

static void a_replay_at_the_other_ends_the_family(void **state)
{
    (void)state;
    struct str form, client = sign_in_crosswise(&form);
    struct reply tokens = post(NULL, "/token", "", form);
    on(1);
    assert_int_equal(post(NULL, "/token", "", form).status, 400);
    on(0);
    struct str next = refresh_form(client, member(&tokens, "refresh_token"));
    assert_int_equal(post(NULL, "/token", "", next).status, 400);
}

static void a_revocation_counts_at_the_other(void **state)
{
    (void)state;
    struct str form, client = sign_in_crosswise(&form);
    struct reply tokens = post(NULL, "/token", "", form);
    struct str refresh = member(&tokens, "refresh_token");
    on(1);
    assert_int_equal(post(NULL, "/revoke", "",
                          arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT,
                                       STR_ARG(client), STR_ARG(refresh)))
                         .status,
                     200);
    on(0);
    assert_int_equal(post(NULL, "/token", "", refresh_form(client, refresh)).status, 400);
}

struct runner {
    pthread_t thread;
    struct http_server *server;
    struct str form;
    struct reply reply;
    struct arena *arena;
};

static void *run(void *arg)
{
    struct runner *r = arg;
    talk_to = r->server;
    r->reply = talk(r->arena, NULL, "POST", STR("/token"), FORM, r->form);
    return NULL;
}

// Half of them ask the one, half the other.
static void run_all(struct runner *runners, size_t n, struct str form)
{
    for (size_t i = 0; i < n; i++) {
        runners[i] = (struct runner){ .server = i % 2 ? other.server : kit.server,
                                      .form = form,
                                      .arena = arena_new() };
        assert_int_equal(pthread_create(&runners[i].thread, NULL, run, &runners[i]), 0);
    }
    for (size_t i = 0; i < n; i++)
        pthread_join(runners[i].thread, NULL);
}

static void free_all(struct runner *runners, size_t n)
{
    for (size_t i = 0; i < n; i++)
        arena_free(runners[i].arena);
}

static void a_code_is_spent_once_in_all(void **state)
{
    (void)state;
    struct runner runners[24];
    struct str form;
    size_t good = 0;
    sign_in_crosswise(&form);
    run_all(runners, ARRAY_LEN(runners), form);
    for (size_t i = 0; i < ARRAY_LEN(runners); i++) {
        good += runners[i].reply.status == 200;
        assert_true(runners[i].reply.status == 200 || runners[i].reply.status == 400);
    }
    assert_int_equal(good, 1);
    free_all(runners, ARRAY_LEN(runners));
}

// The one that comes second waits for the lease of the first, and gives its answer.
static void one_refresh_at_a_time_in_all(void **state)
{
    (void)state;
    struct runner runners[6];
    struct str form, client = sign_in_crosswise(&form);
    struct reply tokens = post(NULL, "/token", "", form);
    unsigned before = atomic_load(&kit.token_requests);
    kit.delay_ms = 300;
    run_all(runners, ARRAY_LEN(runners), refresh_form(client, member(&tokens, "refresh_token")));
    for (size_t i = 0; i < ARRAY_LEN(runners); i++) {
        if (runners[i].reply.status != 200)
            fail_msg("%d " STR_FMT, runners[i].reply.status, STR_ARG(runners[i].reply.body));
        assert_true(str_eq(member(&runners[i].reply, "refresh_token"),
                           member(&runners[0].reply, "refresh_token")));
    }
    assert_int_equal(atomic_load(&kit.token_requests), before + 1);
    free_all(runners, ARRAY_LEN(runners));
}

// A lease whose holder failed is given back: the other one need not wait until it runs out.
static void a_failed_lease_comes_back(void **state)
{
    (void)state;
    struct str form, client = sign_in_crosswise(&form);
    struct reply tokens = post(NULL, "/token", "", form);
    struct str refresh = refresh_form(client, member(&tokens, "refresh_token"));
    kit.unreachable = true;
    assert_int_equal(post(NULL, "/token", "", refresh).status, 503);
    kit.unreachable = false;
    on(1);
    int64_t began = clock_mono_ms();
    assert_int_equal(post(NULL, "/token", "", refresh).status, 200);
    assert_true(clock_mono_ms() - began < 3000);
}

// Without a common store the newest token may come from a refresh that this one knows nothing of;
// what it does know of is still not taken twice.
static void refreshed_in_turns_without_a_common_store(void **state)
{
    (void)state;
    struct str form, client = sign_in_crosswise(&form);
    struct reply tokens = post(NULL, "/token", "", form);
    struct str forms[8];
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        forms[i] = refresh_form(client, member(&tokens, "refresh_token"));
        on(i % 2);
        tokens = post(NULL, "/token", "", forms[i]);
        if (tokens.status != 200)
            fail_msg("refresh %zu: " STR_FMT, i, STR_ARG(tokens.body));
    }
    struct str newest = refresh_form(client, member(&tokens, "refresh_token"));
    on(1);
    assert_int_equal(post(NULL, "/token", "", forms[5]).status, 400);
    assert_int_equal(post(NULL, "/token", "", newest).status, 400);
}

int main(void)
{
#define APART(fn) cmocka_unit_test_setup_teardown(fn, start_apart, stop)
#define CASE(fn)  cmocka_unit_test_setup_teardown(fn, start, stop)
    const struct CMUnitTest tests[] = {
        CASE(a_sign_in_may_meet_both),
        CASE(a_device_may_meet_both),
        CASE(a_replay_at_the_other_ends_the_family),
        CASE(a_revocation_counts_at_the_other),
        CASE(a_code_is_spent_once_in_all),
        CASE(one_refresh_at_a_time_in_all),
        CASE(a_failed_lease_comes_back),
        APART(refreshed_in_turns_without_a_common_store),
    };
    return cmocka_run_group_tests_name("oauth: replicas", tests, NULL, NULL);
}
