// SPDX-License-Identifier: MIT
// Only certain people, and only certain clients: on every way to sign in and at every refresh, what
// the browser and the client are told, what waits while the lists change, and a closed
// registration.
#include "unit/oauth/kit.h"

#define GROUP    "0d1c2b3a-1111-4222-8333-555555555555"
#define MEMBER   ",\"groups\":[\"" GROUP "\"]"
#define TO_IDP   "https://login.example.com/"
#define REFUSED  "This account may not use this server"
#define CALLBACK "http://localhost:6274/callback"

static const char *const only_ada[] = { "ada@example.com", NULL };
static const char *const only_bob[] = { "bob@example.com", NULL };
static const char *const only_group[] = { GROUP, NULL };
static const char *const nothing[] = { NULL };
static const char *const guide[] = { "http://localhost/callback", NULL };

static struct jar jar;

static void let_in(const char *const *users, const char *const *groups)
{
    kit_people.users = users;
    kit_people.groups = groups;
}

static int start_with(const char *const *users, const char *const *groups)
{
    let_in(users, groups);
    jar = (struct jar){ "", "" };
    kit_start_with((struct oauth_config){ .base_url = BASE, .device_codes = true });
    return 0;
}

static int start_bob(void **state)
{
    (void)state;
    return start_with(only_bob, NULL);
}

static int start_ada(void **state)
{
    (void)state;
    return start_with(only_ada, NULL);
}

static int start_group(void **state)
{
    (void)state;
    return start_with(NULL, only_group);
}

static int stop(void **state)
{
    kit_stop(state);
    let_in(NULL, NULL);
    return 0;
}

// The same server, key and store, restarted.
static void restart(struct oauth_config config)
{
    struct err err;
    size_t count;
    http_server_stop(kit.server, 1000);
    oauth_free(kit.oauth);
    idp_free(kit.idp);
    config.idp = kit.idp = kit_idp();
    config.keys = kit.keys;
    config.spent = kit.spent;
    assert_true(oauth_new(&config, &kit.oauth, &err));
    const struct http_route *routes = oauth_routes(kit.oauth, &count);
    memset(kit.routes, 0, sizeof kit.routes);
    memcpy(kit.routes, routes, count * sizeof *routes);
    kit.server = kit_serve(kit.routes);
}

static void restart_with(const char *const *users, const char *const *groups)
{
    let_in(users, groups);
    restart((struct oauth_config){ .base_url = BASE, .device_codes = true });
}

static struct reply comes_back(struct str client)
{
    struct str url = to_idp(&jar, client, LOOPBACK);
    return come_back(&jar, url, param(url, "nonce"));
}

static struct reply refresh(struct str client, const struct reply *tokens)
{
    return post(NULL, "/token", "", refresh_form(client, member(tokens, "refresh_token")));
}

static bool is_error(const struct reply *r, int status, const char *word)
{
    return r->status == status && str_is(member(r, "error"), word);
}

// --- signing in ---

static void a_stranger_is_told_and_may_be_somebody_else(void **state)
{
    (void)state;
    struct reply r = comes_back(register_for("c", LOOPBACK));
    assert_int_equal(r.status, 403);
    assert_true(says(&r, REFUSED));
    assert_true(says(&r, "The account ada@example.com is not among OIDCPROXY_ALLOWED_USERS"));
    assert_true(says(&r, "ask the administrator of this server"));
    assert_true(says(&r, "error=access_denied"));
    assert_false(says(&r, "code="));
    r = decide_on(&jar, &r, "other", OWN);
    struct str url = header(&r, "Location");
    assert_true(str_starts(url, STR(TO_IDP)));
    assert_true(str_is(param(url, "prompt"), "select_account"));
    kit.groups = ",\"upn\":\"bob@example.com\""; // the other account
    r = come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(r.status, 302);
    assert_true(str_starts(header(&r, "Location"), STR(LOOPBACK "?code=")));
}

static void the_button_is_this_browsers_alone(void **state)
{
    (void)state;
    struct jar other = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct reply r = comes_back(client);
    get(&other, authorize_target(client, LOOPBACK, "").p, "");
    assert_int_equal(decide_on(&other, &r, "other", OWN).status, 403);
    // A browser that does not send our cookie is not asked: there is no button.
    struct str url = to_idp(&jar, client, LOOPBACK);
    r = come_back(NULL, url, param(url, "nonce"));
    assert_int_equal(r.status, 403);
    assert_true(says(&r, REFUSED));
    assert_false(says(&r, "<form"));
}

static void members_are_let_in(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    kit.groups = MEMBER;
    struct reply tokens = sign_in(client);
    assert_int_equal(refresh(client, &tokens).status, 200);
    kit.groups = NULL;
    assert_int_equal(comes_back(client).status, 403);
}

static void on_the_loopback_way_the_client_is_told(void **state)
{
    (void)state;
    struct str client = register_for("c", CALLBACK);
    kit.registered = guide;
    kit_log_from_now(LOG_FORMAT_JSON, LOG_ERROR);
    struct reply page = get(&jar, authorize_target(client, CALLBACK, "").p, "");
    page = decide_on(&jar, &page, "allow", OWN);
    struct str code = param(header(&page, "Location"), "nonce");
    struct reply r = post(NULL, "/token", "", code_form(client, CALLBACK, code, VERIFIER));
    assert_true(is_error(&r, 400, "access_denied"));
    assert_true(str_find(member(&r, "error_description"), STR("OIDCPROXY_ALLOWED_USERS")) > 0);
    assert_int_equal(kit_logged("\"event\":\"sign-in refused\",\"person\":\"ada@example.com\""), 1);
}

static void on_the_device_way_a_page_tells(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    kit.registered = nothing;
    struct reply r = get(&jar, authorize_target(client, LOOPBACK, "").p, "");
    r = decide_on(&jar, &r, "allow", OWN);
    struct str url = header(&r, "Location");
    r = get(&jar, arena_str(kit.arena, str_slice(url, strlen(BASE), url.n)).p, "");
    assert_int_equal(r.status, 403);
    assert_true(says(&r, REFUSED));
    r = decide_on(&jar, &r, "other", OWN); // a new code
    assert_true(str_starts(header(&r, "Location"), STR(BASE "/auth/device?d=")));
}

static void for_a_waiting_device_nothing_is_given(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply codes = post(NULL, "/device_authorization", "",
                              arena_printf(kit.arena, "client_id=" STR_FMT, STR_ARG(client)));
    struct reply page =
        post(&jar, "/device", OWN,
             arena_printf(kit.arena, "user_code=" STR_FMT, STR_ARG(member(&codes, "user_code"))));
    page = post(&jar, "/device", OWN,
                arena_printf(kit.arena, "flow=" STR_FMT "&csrf=" STR_FMT "&decision=allow",
                             STR_ARG(encoded(input_of(&page, "flow"))),
                             STR_ARG(encoded(input_of(&page, "csrf")))));
    struct str url = header(&page, "Location");
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    assert_int_equal(r.status, 403);
    assert_false(says(&r, "<form"));
    r = post(
        NULL, "/token", "",
        arena_printf(kit.arena,
                     "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=" STR_FMT
                     "&device_code=" STR_FMT,
                     STR_ARG(client), STR_ARG(member(&codes, "device_code"))));
    assert_true(is_error(&r, 400, "authorization_pending"));
}

// --- afterwards ---

static void out_of_the_group_is_out_at_the_next_refresh(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    kit.groups = MEMBER;
    struct reply tokens = sign_in(client);
    kit.groups = ",\"groups\":[]";
    struct reply r = refresh(client, &tokens);
    assert_true(is_error(&r, 400, "invalid_grant"));
    kit.groups = MEMBER; // back again: the family has ended all the same
    r = refresh(client, &tokens);
    assert_true(is_error(&r, 400, "invalid_grant"));
    assert_true(str_find(member(&r, "error_description"), STR("revoked")) > 0);
}

static void off_the_list_is_out_at_the_next_refresh(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    restart_with(only_bob, NULL);
    struct reply r = refresh(client, &tokens);
    assert_true(is_error(&r, 400, "invalid_grant"));
    restart_with(only_ada, NULL);
    r = refresh(client, &tokens);
    assert_true(is_error(&r, 400, "invalid_grant"));
}

static void a_longer_list_signs_nobody_out(void **state)
{
    (void)state;
    static const char *const two[] = { "ada@example.com", "bob@example.com", NULL };
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    restart_with(two, NULL);
    assert_int_equal(refresh(client, &tokens).status, 200);
}

// OpenID Connect Core 12.2: an answer to a refresh may come without an ID token.
static void an_answer_that_names_nobody_refreshes_nobody(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client);
    kit.no_id_token = true;
    struct reply r = refresh(client, &tokens);
    assert_true(is_error(&r, 400, "invalid_grant"));
    assert_true(str_find(member(&r, "error_description"), STR("does not say who")) > 0);
    kit.no_id_token = false;
    restart_with(NULL, NULL);
    tokens = sign_in(client);
    kit.no_id_token = true;
    assert_int_equal(refresh(client, &tokens).status, 200);
}

static void a_code_of_other_lists_is_void(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    const char *const *const before[] = { only_ada, NULL };
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        restart_with(before[i], NULL);
        struct str code = code_for(client, LOOPBACK);
        restart_with(only_bob, NULL);
        struct reply r = post(NULL, "/token", "", code_form(client, LOOPBACK, code, VERIFIER));
        assert_true(is_error(&r, 400, "invalid_grant"));
        assert_true(str_find(member(&r, "error_description"), STR("have changed")) > 0);
    }
}

static void a_kept_sign_in_of_other_lists_is_void(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct str url = to_idp(&jar, client, LOOPBACK);
    clock_freeze(NOW + 60);
    assert_int_equal(come_back(&jar, url, param(url, "nonce")).status, 200);
    const char *target = authorize_target(client, LOOPBACK, "").p;
    struct reply page = get(&jar, target, "Sec-Fetch-Site: none\r\n");
    assert_true(says(&page, "You are signed in already"));
    restart_with(only_bob, NULL);
    struct reply r = decide_on(&jar, &page, "allow", OWN); // asked before, answered now
    assert_true(str_starts(header(&r, "Location"), STR(TO_IDP)));
    page = get(&jar, target, "Sec-Fetch-Site: none\r\n");
    assert_false(says(&page, "You are signed in already"));
}

// --- only clients that are named ---

#define NAMED                                                                                      \
    "[{\"client_id\":\"named\",\"client_name\":\"Named\",\"redirect_uris\":[\"" LOOPBACK "\"]}]"

static int start_open(void **state)
{
    (void)state;
    jar = (struct jar){ "", "" };
    kit_start_with(
        (struct oauth_config){ .base_url = BASE, .clients = NAMED, .idp_client_id = APP });
    return 0;
}

static void closed_means_named(void **state)
{
    (void)state;
    struct reply r = get(NULL, "/.well-known/oauth-authorization-server", "");
    assert_true(says(&r, "registration_endpoint"));
    struct str before = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(before);
    restart((struct oauth_config){
        .base_url = BASE, .clients = NAMED, .idp_client_id = APP, .registration_closed = true });
    r = get(NULL, "/.well-known/oauth-authorization-server", "");
    assert_int_equal(r.status, 200);
    assert_false(says(&r, "registration_endpoint"));
    r = post_json("/register", "{\"redirect_uris\":[\"" LOOPBACK "\"]}");
    assert_true(is_error(&r, 403, "access_denied"));
    assert_true(str_find(member(&r, "error_description"), STR("OIDCPROXY_CLIENTS")) > 0);
    // Who registered before has no way left: not by a page, not by a refresh token.
    r = get(&jar, authorize_target(before, LOOPBACK, "").p, "");
    assert_int_equal(r.status, 400);
    assert_true(says(&r, "Ask the administrator of this server to name this application"));
    r = refresh(before, &tokens);
    assert_true(is_error(&r, 401, "invalid_client"));
    // Anybody can read the application ID in the address of the provider's page.
    r = get(&jar, authorize_target(STR(APP), LOOPBACK, "").p, "");
    assert_int_equal(r.status, 400);
    tokens = sign_in(STR("named"));
    assert_int_equal(refresh(STR("named"), &tokens).status, 200);
}

int main(void)
{
#define T(test, start) cmocka_unit_test_setup_teardown(test, start, stop)
    const struct CMUnitTest tests[] = {
        T(a_stranger_is_told_and_may_be_somebody_else, start_bob),
        T(the_button_is_this_browsers_alone, start_bob),
        T(members_are_let_in, start_group),
        T(on_the_loopback_way_the_client_is_told, start_bob),
        T(on_the_device_way_a_page_tells, start_bob),
        T(for_a_waiting_device_nothing_is_given, start_bob),
        T(out_of_the_group_is_out_at_the_next_refresh, start_group),
        T(off_the_list_is_out_at_the_next_refresh, start_ada),
        T(a_longer_list_signs_nobody_out, start_ada),
        T(an_answer_that_names_nobody_refreshes_nobody, start_ada),
        T(a_code_of_other_lists_is_void, start_ada),
        T(a_kept_sign_in_of_other_lists_is_void, start_ada),
        T(closed_means_named, start_open),
    };
    return cmocka_run_group_tests_name("oauth: people", tests, NULL, NULL);
}
