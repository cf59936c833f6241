// SPDX-License-Identifier: MIT
// The ways to the identity provider: which is taken, by what the registration allows, and the
// device and loopback ways from end to end; sign-ins that end late.
#include "unit/oauth/kit.h"

static const char *const nothing[] = { NULL };
static const char *const other_callback[] = { BASE "/callback", NULL };
static const char *const guide[] = { "http://localhost/callback", NULL };
static const char *const both[] = { BASE "/auth/callback", "http://localhost/callback", NULL };

#define ON_CALLBACK "http://localhost:6274/callback"

static int start_auto(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE });
    return 0;
}

static int start_no_device(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE, .no_device_code = true });
    return 0;
}

static int start_learned(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .tls_upstream = true });
    return 0;
}

#define START(name, way)                                                                           \
    static int name(void **state)                                                                  \
    {                                                                                              \
        (void)state;                                                                               \
        kit_start_with((struct oauth_config){ .base_url = BASE, .sign_in = (way) });               \
        return 0;                                                                                  \
    }
START(start_callback, SIGN_IN_CALLBACK)
START(start_loopback, SIGN_IN_LOOPBACK)
START(start_device, SIGN_IN_DEVICE)

// Consents, and says where the browser is sent.
static struct reply consented(struct jar *jar, struct str client, const char *uri)
{
    struct reply page = get(jar, authorize_target(client, uri, "").p, "");
    assert_int_equal(page.status, 200);
    return decide_on(jar, &page, "allow", OWN);
}

static struct str gone_to(struct jar *jar, struct str client, const char *uri)
{
    struct reply r = consented(jar, client, uri);
    if (r.status != 303)
        fail_msg("%d " STR_FMT, r.status, STR_ARG(r.body));
    return header(&r, "Location");
}

static bool says_issuer(void)
{
    struct reply r = get(NULL, "/.well-known/oauth-authorization-server", "");
    assert_int_equal(r.status, 200);
    return says(&r, "\"authorization_response_iss_parameter_supported\":true");
}

// --- choosing ---

static void a_registered_callback_is_taken(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.registered = both;
    struct str client = register_for("c", ON_CALLBACK);
    struct str url = gone_to(&jar, client, ON_CALLBACK);
    assert_true(str_is(param(url, "redirect_uri"), BASE "/auth/callback"));
    assert_true(says_issuer());
}

static void the_provider_is_asked_once_for_many(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    for (int i = 0; i < 5; i++) {
        struct jar jar = { "", "" };
        gone_to(&jar, client, LOOPBACK);
    }
    assert_int_equal(atomic_load(&kit.probes), 1);
}

static void the_other_callback_serves_as_well(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.registered = other_callback;
    struct str client = register_for("c", LOOPBACK);
    struct str url = gone_to(&jar, client, LOOPBACK);
    assert_true(str_is(param(url, "redirect_uri"), BASE "/callback"));
    struct reply r = get(&jar,
                         arena_printf(kit.arena, "/callback?code=" STR_FMT "&state=" STR_FMT,
                                      STR_ARG(param(url, "nonce")), STR_ARG(param(url, "state")))
                             .p,
                         "");
    assert_int_equal(r.status, 302);
    // RFC 6749 4.1.3: redeemed with the URI that was sent.
    assert_string_equal(kit.redeemed_at, BASE "/callback");
}

static void a_registration_that_changes_is_noticed(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.registered = nothing;
    struct str client = register_for("c", LOOPBACK);
    assert_true(str_starts(gone_to(&jar, client, LOOPBACK), STR(BASE "/auth/device?d=")));
    kit.registered = both;
    assert_true(str_starts(gone_to(&jar, client, LOOPBACK), STR(BASE "/auth/device?d=")));
    clock_freeze(NOW + 301);
    assert_true(
        str_is(param(gone_to(&jar, client, LOOPBACK), "redirect_uri"), BASE "/auth/callback"));
}

static void an_answer_that_says_nothing_means_callback(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.probes_fail = true;
    struct str client = register_for("c", LOOPBACK);
    assert_true(
        str_is(param(gone_to(&jar, client, LOOPBACK), "redirect_uri"), BASE "/auth/callback"));
}

static void nothing_registered_and_no_device_names_the_uri(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.registered = nothing;
    struct reply r = consented(&jar, register_for("c", LOOPBACK), LOOPBACK);
    assert_int_equal(r.status, 400);
    assert_true(says(&r, BASE "/auth/callback"));
    assert_true(says(&r, "Mobile and desktop applications"));
    assert_true(says(&r, "error=server_error")); // the link back
}

static void callback_is_forced(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.registered = nothing;
    struct str url = gone_to(&jar, register_for("c", LOOPBACK), LOOPBACK);
    assert_true(str_is(param(url, "redirect_uri"), BASE "/auth/callback"));
    assert_true(says_issuer());
}

static void loopback_is_forced(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str url = gone_to(&jar, register_for("c", LOOPBACK), LOOPBACK);
    assert_true(str_is(param(url, "redirect_uri"), LOOPBACK));
    assert_false(says_issuer());
    struct reply r = consented(&jar, register_for("c", "https://claude.ai/api/mcp/auth_callback"),
                               "https://claude.ai/api/mcp/auth_callback");
    assert_int_equal(r.status, 400);
    assert_int_equal(atomic_load(&kit.probes), 0);
}

static void device_is_forced(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str url = gone_to(&jar, register_for("c", LOOPBACK), LOOPBACK);
    assert_true(str_starts(url, STR(BASE "/auth/device?d=")));
    assert_true(says_issuer());
}

// Strangers choose the Host header: their addresses neither use up what is asked nor push out ours.
static void strangers_hosts_do_not_move_ours(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.registered = nothing;
    struct str client = register_for("c", LOOPBACK);
    assert_true(str_starts(gone_to(&jar, client, LOOPBACK), STR(BASE "/auth/device?d=")));
    for (int i = 0; i < 300; i++) {
        struct str host = arena_printf(kit.arena, "Host: h%d.example\r\n", i);
        get(NULL, "/.well-known/oauth-authorization-server", host.p);
    }
    assert_in_range(atomic_load(&kit.probes), 3, 12);
    assert_true(str_starts(gone_to(&jar, client, LOOPBACK), STR(BASE "/auth/device?d=")));
}

// --- loopback ---

static void the_application_redeems_the_providers_code(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.registered = guide;
    struct str client = register_for("c", ON_CALLBACK);
    assert_false(says_issuer());
    struct str url = gone_to(&jar, client, ON_CALLBACK);
    assert_true(str_is(param(url, "redirect_uri"), ON_CALLBACK));
    assert_true(str_is(param(url, "code_challenge"), CHALLENGE));
    assert_true(str_is(param(url, "state"), "s-1"));
    struct str code = param(url, "nonce"); // what the kit's provider makes of it
    struct reply r = post(NULL, "/token", "", code_form(client, ON_CALLBACK, code, VERIFIER));
    assert_int_equal(r.status, 200);
    assert_string_equal(kit.redeemed_at, ON_CALLBACK);
    struct reply again =
        post(NULL, "/token", "", refresh_form(client, member(&r, "refresh_token")));
    assert_int_equal(again.status, 200);
}

static void a_code_without_our_consent_is_worth_nothing(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.registered = guide;
    struct str client = register_for("c", ON_CALLBACK), other = register_for("d", ON_CALLBACK);
    struct str code = param(gone_to(&jar, client, ON_CALLBACK), "nonce");
    const struct {
        struct str client, code;
        const char *uri, *verifier;
    } wrong[] = {
        { other, code, ON_CALLBACK, VERIFIER },                      // another client
        { client, STR("nonce-of-somebody"), ON_CALLBACK, VERIFIER }, // begun elsewhere
        { client, code, ON_CALLBACK, "another-verifier-of-43-characters-at-least-abc" },
        { client, code, "http://localhost:7000/callback", VERIFIER }, // another address
        { client, code, "http://localhost:6274/other", VERIFIER },    // … not registered
        { client, code, ON_CALLBACK, "short" },
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct reply r =
            post(NULL, "/token", "",
                 code_form(wrong[i].client, wrong[i].uri, wrong[i].code, wrong[i].verifier));
        if (r.status != 400 || !str_is(member(&r, "error"), "invalid_grant"))
            fail_msg("case %zu: %d " STR_FMT, i, r.status, STR_ARG(r.body));
    }
}

static void other_applications_use_a_code_to_enter(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.registered = guide;
    assert_true(str_starts(gone_to(&jar, register_for("c", LOOPBACK), LOOPBACK),
                           STR(BASE "/auth/device?d=")));
}

// --- device ---

static struct str device_page(struct jar *jar)
{
    kit.registered = nothing;
    struct str url = gone_to(jar, register_for("c", LOOPBACK), LOOPBACK);
    return arena_str(kit.arena, str_slice(url, strlen(BASE), url.n));
}

#define POLL_ERROR(word, number)                                                                   \
    "{\"error\":\"" word "\",\"error_description\":\"AADSTS" number ": …\"}"

static void the_page_waits_then_goes_on(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str page = device_page(&jar);
    kit.error_body = POLL_ERROR("authorization_pending", "70016");
    struct reply r = get(&jar, page.p, "");
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "WDJB-MJHT"));
    assert_true(says(&r, "href=\"https://login.example.com/device\""));
    assert_true(says(&r, "Go on only if you started this yourself"));
    assert_false(says(&r, "upstream-device-code"));
    assert_true(str_starts(header(&r, "Refresh"), STR("5; url=/auth/device?d=")));
    kit.error_body = NULL;
    clock_freeze(NOW + 10);
    r = get(&jar, page.p, "");
    assert_int_equal(r.status, 302);
    struct str client = register_for("c", LOOPBACK), to = header(&r, "Location");
    assert_true(str_starts(to, STR(LOOPBACK "?code=")));
    assert_true(str_is(param(to, "iss"), BASE));
    r = post(NULL, "/token", "", code_form(client, LOOPBACK, param(to, "code"), VERIFIER));
    assert_int_equal(r.status, 200);
    clock_freeze(NOW + 20);
    r = get(&jar, page.p, ""); // the back button
    assert_true(says(&r, "already_finished"));
}

static void reloading_does_not_hurry_the_provider(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str page = device_page(&jar);
    kit.error_body = POLL_ERROR("authorization_pending", "70016");
    for (int i = 0; i < 10; i++)
        assert_int_equal(get(&jar, page.p, "").status, 200);
    assert_int_equal(atomic_load(&kit.token_requests), 1);
}

static void slow_down_slows_down(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str page = device_page(&jar);
    kit.error_body = POLL_ERROR("slow_down", "70000");
    struct reply r = get(&jar, page.p, "");
    assert_true(str_starts(header(&r, "Refresh"), STR("10; url=/auth/device?d=")));
}

static void a_page_may_be_kept_still(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str page = device_page(&jar);
    kit.error_body = POLL_ERROR("authorization_pending", "70016");
    struct reply r = get(&jar, arena_printf(kit.arena, STR_FMT "&still=1", STR_ARG(page)).p, "");
    assert_null(header(&r, "Refresh").p);
    assert_true(says(&r, "I have signed in: go on"));
}

static void the_page_is_this_browsers_alone(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, other = { "", "" };
    struct str page = device_page(&jar);
    get(&other, authorize_target(register_for("c", LOOPBACK), LOOPBACK, "").p, "");
    assert_int_equal(get(&other, page.p, "").status, 403);
    assert_int_equal(get(NULL, page.p, "").status, 403);
    assert_int_equal(get(&jar, "/auth/device?d=forged", "").status, 400);
    assert_int_equal(get(&jar, "/auth/device", "").status, 400);
    assert_int_equal(atomic_load(&kit.token_requests), 0);
}

static void refusals_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *body, *location, *text;
    } cases[] = {
        { POLL_ERROR("authorization_declined", "65004"), "error=access_denied", NULL },
        { POLL_ERROR("access_denied", "0"), "error=access_denied", NULL },
        { POLL_ERROR("expired_token", "70020"), NULL, "Get a new code" },
        { POLL_ERROR("invalid_client", "7000218"), NULL, "Allow public client flows" },
        { POLL_ERROR("interaction_required", "53003"), NULL, "AADSTS53003" },
        { POLL_ERROR("bad_verification_code", "70018"), NULL, "AADSTS70018" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct jar jar = { "", "" };
        kit.error_body = NULL;
        struct str page = device_page(&jar);
        kit.error_body = cases[i].body;
        struct reply r = get(&jar, page.p, "");
        struct str to = header(&r, "Location");
        if (cases[i].location ? str_find(to, str_c(cases[i].location)) < 0
                              : !says(&r, cases[i].text))
            fail_msg("case %zu: %d " STR_FMT "\n" STR_FMT, i, r.status, STR_ARG(to),
                     STR_ARG(r.body));
    }
}

static void troubles_that_pass_do_not_end_it(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str page = device_page(&jar);
    kit.unreachable = true;
    struct reply r = get(&jar, page.p, "");
    assert_true(says(&r, "Trying again"));
    kit.unreachable = false;
    clock_freeze(NOW + 10);
    assert_int_equal(get(&jar, page.p, "").status, 302);
}

static void a_code_runs_out_and_is_renewed(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str page = device_page(&jar);
    clock_freeze(NOW + 901);
    struct reply r = get(&jar, page.p, "");
    assert_true(says(&r, "The code ran out"));
    r = decide_on(&jar, &r, "allow", OWN);
    assert_int_equal(r.status, 303);
    assert_true(str_starts(header(&r, "Location"), STR(BASE "/auth/device?d=")));
}

static void cancel_tells_the_application(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str page = device_page(&jar);
    kit.error_body = POLL_ERROR("authorization_pending", "70016");
    struct reply r = get(&jar, page.p, "");
    r = decide_on(&jar, &r, "deny", OWN);
    assert_true(str_find(header(&r, "Location"), STR("error=access_denied")) > 0);
}

static void no_device_codes_to_be_had_is_explained(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    kit.registered = nothing;
    kit.device_body = POLL_ERROR("unauthorized_client", "700016");
    struct reply r = consented(&jar, register_for("c", LOOPBACK), LOOPBACK);
    assert_int_equal(r.status, 400);
    assert_true(says(&r, "AADSTS700016"));
}

// --- sign-ins that end late ---

static struct reply late_end(struct jar *jar, struct str client)
{
    struct str url = to_idp(jar, client, LOOPBACK);
    clock_freeze(clock_now() + 60);
    return come_back(jar, url, param(url, "nonce"));
}

static void a_late_end_tells_before_it_leaves(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct reply r = late_end(&jar, register_for("c", LOOPBACK));
    assert_int_equal(r.status, 200);
    assert_true(says(&r, "You are signed in"));
    assert_true(says(&r, "href=\"" LOOPBACK "?code="));
    assert_true(str_find(header(&r, "Refresh"), STR("url=" LOOPBACK "?code=")) > 0);
}

static void the_next_start_needs_no_second_sign_in(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    late_end(&jar, client);
    unsigned asked = atomic_load(&kit.token_requests);
    struct reply page =
        get(&jar, authorize_target(client, LOOPBACK, "").p, "Sec-Fetch-Site: none\r\n");
    assert_true(says(&page, "You are signed in already"));
    assert_true(says(&page, "ada@example.com"));
    struct reply r = decide_on(&jar, &page, "allow", OWN);
    assert_int_equal(r.status, 303);
    struct str to = header(&r, "Location");
    assert_true(str_starts(to, STR(LOOPBACK "?code=")));
    r = post(NULL, "/token", "", code_form(client, LOOPBACK, param(to, "code"), VERIFIER));
    assert_int_equal(r.status, 200);
    assert_int_equal(atomic_load(&kit.token_requests), asked);
}

static void a_kept_sign_in_is_nobody_elses(void **state)
{
    (void)state;
    struct jar jar = { "", "" }, other = { "", "" };
    struct str client = register_for("c", LOOPBACK), second = register_for("d", LOOPBACK);
    late_end(&jar, client);
    const struct {
        struct jar *jar;
        struct str client;
    } cases[] = { { &other, client }, { &jar, second } };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct reply page = get(cases[i].jar, authorize_target(cases[i].client, LOOPBACK, "").p,
                                "Sec-Fetch-Site: none\r\n");
        assert_false(says(&page, "You are signed in already"));
        struct reply r = decide_on(cases[i].jar, &page, "allow", OWN);
        assert_true(str_starts(header(&r, "Location"), STR("https://login.example.com/")));
    }
}

static void a_fetched_code_leaves_nothing_kept(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct str url = to_idp(&jar, client, LOOPBACK);
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    r = post(NULL, "/token", "",
             code_form(client, LOOPBACK, param(header(&r, "Location"), "code"), VERIFIER));
    assert_int_equal(r.status, 200);
    // Whenever the next start is: with a second copy of the grant the family would be revoked.
    static const int64_t later[] = { 0, 59, 361, 600, 899, 901 };
    for (size_t i = 0; i < ARRAY_LEN(later); i++) {
        clock_freeze(NOW + later[i]);
        struct reply page =
            get(&jar, authorize_target(client, LOOPBACK, "").p, "Sec-Fetch-Site: none\r\n");
        assert_false(says(&page, "You are signed in already"));
        r = decide_on(&jar, &page, "allow", OWN);
        assert_true(str_starts(header(&r, "Location"), STR("https://login.example.com/")));
    }
}

static void a_kept_sign_in_ends(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    late_end(&jar, client);
    clock_freeze(clock_now() + 901);
    assert_true(str_starts(gone_to(&jar, client, LOOPBACK), STR("https://login.example.com/")));
}

#define T(f, start) cmocka_unit_test_setup_teardown(f, start, kit_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_registered_callback_is_taken, start_auto),
        T(the_provider_is_asked_once_for_many, start_auto),
        T(the_other_callback_serves_as_well, start_auto),
        T(a_registration_that_changes_is_noticed, start_auto),
        T(an_answer_that_says_nothing_means_callback, start_auto),
        T(nothing_registered_and_no_device_names_the_uri, start_no_device),
        T(callback_is_forced, start_callback),
        T(loopback_is_forced, start_loopback),
        T(device_is_forced, start_device),
        T(strangers_hosts_do_not_move_ours, start_learned),
        T(the_application_redeems_the_providers_code, start_auto),
        T(a_code_without_our_consent_is_worth_nothing, start_auto),
        T(other_applications_use_a_code_to_enter, start_auto),
        T(the_page_waits_then_goes_on, start_auto),
        T(reloading_does_not_hurry_the_provider, start_auto),
        T(slow_down_slows_down, start_auto),
        T(a_page_may_be_kept_still, start_auto),
        T(the_page_is_this_browsers_alone, start_auto),
        T(refusals_are_told, start_auto),
        T(troubles_that_pass_do_not_end_it, start_auto),
        T(a_code_runs_out_and_is_renewed, start_auto),
        T(cancel_tells_the_application, start_auto),
        T(no_device_codes_to_be_had_is_explained, start_auto),
        T(a_late_end_tells_before_it_leaves, start_auto),
        T(the_next_start_needs_no_second_sign_in, start_auto),
        T(a_kept_sign_in_is_nobody_elses, start_auto),
        T(a_fetched_code_leaves_nothing_kept, start_auto),
        T(a_kept_sign_in_ends, start_auto),
    };
    return cmocka_run_group_tests_name("oauth.ways", tests, NULL, NULL);
}
