// SPDX-License-Identifier: MIT
// The audit: each event once, with who, which client, from where, why and in which request; never
// what could be used. docs/audit.md lists the same events (scripts/check-threats compares).
#include "unit/oauth/kit.h"

enum shows {
    NOBODY = 0,
    PERSON = 1, // person and tenant
    CLIENT = 2, // its name and the short form of its id
    FAMILY = 4, // fingerprint of the sign-in
    ALL = PERSON | CLIENT | FAMILY,
    IS_MACHINE = 8,   // the client is an application at the provider, by its id
    JUST_A_NAME = 16, // whom the operator named
    ADDRESS_ALONE = 32,
};

#define OPERATOR_KEY "operator-key-operator-key-operator-key"
#define OPERATOR     "Authorization: Bearer " OPERATOR_KEY "\r\n"
#define MACHINE      "cccccccc-1111-4222-8333-444444444444"

static struct str client;
static struct jar jar;

static struct str refresh_of(const struct reply *tokens)
{
    return refresh_form(client, member(tokens, "refresh_token"));
}

static struct reply redeem(struct str code)
{
    return post(NULL, "/token", "", code_form(client, LOOPBACK, code, VERIFIER));
}

static struct reply consent_page(struct jar *of)
{
    return get(of, authorize_target(client, LOOPBACK, "").p, "");
}

static struct reply callback_with(const char *answer)
{
    struct str url = to_idp(&jar, client, LOOPBACK);
    return get(&jar,
               arena_printf(kit.arena, "/auth/callback?state=" STR_FMT "%s",
                            STR_ARG(param(url, "state")), answer)
                   .p,
               "");
}

// --- what happens ---

static struct reply says_no(void)
{
    struct reply page = consent_page(&jar);
    return decide_on(&jar, &page, "deny", OWN);
}

static struct reply answers_elsewhere(void)
{
    struct jar other = { "", "" };
    struct reply page = consent_page(&jar);
    consent_page(&other);
    return decide_on(&other, &page, "allow", OWN);
}

static struct reply answers_without_cookie(void)
{
    struct reply page = consent_page(&jar);
    return decide_on(NULL, &page, "allow", OWN);
}

static struct reply answers_from_another_site(void)
{
    struct reply page = consent_page(&jar);
    return decide_on(&jar, &page, "allow", "Origin: https://evil.example\r\n");
}

static struct reply answers_too_late(void)
{
    struct reply page = consent_page(&jar);
    clock_freeze(NOW + 901);
    return decide_on(&jar, &page, "allow", OWN);
}

static struct reply comes_back(void)
{
    struct str url = to_idp(&jar, client, LOOPBACK);
    return come_back(&jar, url, param(url, "nonce"));
}

static struct reply comes_back_elsewhere(void)
{
    struct jar other = { "", "" };
    struct str url = to_idp(&jar, client, LOOPBACK);
    consent_page(&other);
    return come_back(&other, url, param(url, "nonce"));
}

static struct reply comes_back_twice(void)
{
    struct str url = to_idp(&jar, client, LOOPBACK);
    come_back(&jar, url, param(url, "nonce"));
    return come_back(&jar, url, param(url, "nonce"));
}

static struct reply comes_back_with_an_invented_state(void)
{
    return get(&jar, "/auth/callback?code=x&state=invented", "");
}

static struct reply declines_at_the_provider(void)
{
    return callback_with("&error=access_denied");
}

static struct reply provider_refuses(void)
{
    return callback_with("&error=invalid_request&error_description=AADSTS50020%3A+no");
}

static struct reply provider_answers_for_another_application(void)
{
    kit.audience = "api://other";
    return comes_back();
}

static struct reply nothing_is_registered(void)
{
    static const char *const nothing[] = { NULL };
    struct reply page = consent_page(&jar);
    kit.registered = nothing;
    kit.device_body = "{\"error\":\"unauthorized_client\"}";
    return decide_on(&jar, &page, "allow", OWN);
}

static struct reply device_page(void)
{
    static const char *const nothing[] = { NULL };
    struct reply page = consent_page(&jar);
    kit.registered = nothing;
    return decide_on(&jar, &page, "allow", OWN);
}

static struct reply opens_the_device_page(void)
{
    struct reply r = device_page();
    struct str url = header(&r, "Location");
    return get(&jar, arena_str(kit.arena, str_slice(url, strlen(BASE), url.n)).p, "");
}

static struct reply device_declined(void)
{
    struct reply r = device_page();
    struct str url = header(&r, "Location");
    kit.error_body = "{\"error\":\"authorization_declined\"}";
    return get(&jar, arena_str(kit.arena, str_slice(url, strlen(BASE), url.n)).p, "");
}

static struct reply device_runs_out(void)
{
    struct reply r = device_page();
    struct str url = header(&r, "Location");
    clock_freeze(NOW + 901);
    return get(&jar, arena_str(kit.arena, str_slice(url, strlen(BASE), url.n)).p, "");
}

static struct reply device_elsewhere(void)
{
    struct jar other = { "", "" };
    struct reply r = device_page();
    struct str url = header(&r, "Location");
    consent_page(&other);
    return get(&other, arena_str(kit.arena, str_slice(url, strlen(BASE), url.n)).p, "");
}

static struct reply redeems(void)
{
    return redeem(code_for(client, LOOPBACK));
}

static struct reply redeems_with_another_verifier(void)
{
    return post(NULL, "/token", "",
                code_form(client, LOOPBACK, code_for(client, LOOPBACK), CHALLENGE));
}

static struct reply redeems_twice(void)
{
    struct str code = code_for(client, LOOPBACK);
    redeem(code);
    return redeem(code);
}

static struct reply refreshes(void)
{
    struct reply tokens = redeems();
    return post(NULL, "/token", "", refresh_of(&tokens));
}

static struct reply refreshes_as_another(void)
{
    struct reply tokens = redeems();
    return post(NULL, "/token", "",
                refresh_form(register_for("Other", LOOPBACK), member(&tokens, "refresh_token")));
}

static struct reply refreshes_again_later(void)
{
    struct reply tokens = redeems();
    post(NULL, "/token", "", refresh_of(&tokens));
    clock_freeze(NOW + 61);
    return post(NULL, "/token", "", refresh_of(&tokens));
}

static struct reply account_is_closed(void)
{
    struct reply tokens = redeems();
    kit.error_body = "{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS50057: …\"}";
    return post(NULL, "/token", "", refresh_of(&tokens));
}

// With rows that are limited to the group.
#define GROUP   "0d1c2b3a-1111-4222-8333-555555555555"
#define MEMBER  ",\"groups\":[\"" GROUP "\"]"
#define NO_LIST "the account ada@example.com is not among OIDCPROXY_ALLOWED_GROUPS"

static struct reply a_stranger_comes_back(void)
{
    kit.groups = ",\"groups\":[]";
    return comes_back();
}

static struct reply leaves_the_group(void)
{
    kit.groups = MEMBER;
    struct reply tokens = redeems();
    kit.groups = ",\"groups\":[]";
    return post(NULL, "/token", "", refresh_of(&tokens));
}

static struct reply provider_refuses_this_time(void)
{
    struct reply tokens = redeems();
    kit.error_body = "{\"error\":\"not_today\"}";
    return post(NULL, "/token", "", refresh_of(&tokens));
}

static struct reply provider_names_another_person(void)
{
    struct reply tokens = redeems();
    kit.subject = "person-2";
    return post(NULL, "/token", "", refresh_of(&tokens));
}

static struct reply revoke_as(struct str who, struct str token)
{
    return post(NULL, "/revoke", "",
                arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT, STR_ARG(who),
                             STR_ARG(token)));
}

static struct reply revokes_refresh(void)
{
    struct reply tokens = redeems();
    return revoke_as(client, member(&tokens, "refresh_token"));
}

static struct reply revokes_access(void)
{
    struct reply tokens = redeems();
    return revoke_as(client, member(&tokens, "access_token"));
}

static struct reply revokes_for_another(void)
{
    struct reply tokens = redeems();
    return revoke_as(register_for("Other", LOOPBACK), member(&tokens, "access_token"));
}

static struct reply refreshes_what_is_revoked(void)
{
    struct reply tokens = redeems();
    revoke_as(client, member(&tokens, "refresh_token"));
    return post(NULL, "/token", "", refresh_of(&tokens));
}

// --- devices without a browser ---

static struct reply asks_for_a_code(void)
{
    return post(NULL, "/device_authorization", "",
                arena_printf(kit.arena, "client_id=" STR_FMT, STR_ARG(client)));
}

static struct reply types(const char *code)
{
    return post(&jar, "/device", OWN, arena_printf(kit.arena, "user_code=%s", code));
}

static struct reply answers_for_a_device(const char *decision, const char *headers)
{
    struct reply codes = asks_for_a_code();
    struct reply page = types(arena_cstr(kit.arena, member(&codes, "user_code")));
    return post(&jar, "/device", headers,
                arena_printf(kit.arena, "flow=" STR_FMT "&csrf=" STR_FMT "&decision=%s",
                             STR_ARG(encoded(input_of(&page, "flow"))),
                             STR_ARG(encoded(input_of(&page, "csrf"))), decision));
}

static struct reply types_a_wrong_code(void)
{
    return types("BCDF-GHJK");
}

static struct reply denies_a_device(void)
{
    return answers_for_a_device("deny", OWN);
}

static struct reply answers_for_a_device_elsewhere(void)
{
    return answers_for_a_device("allow", "Origin: https://evil.example\r\n");
}

static struct reply signs_in_for_a_device(void)
{
    struct reply r = answers_for_a_device("allow", OWN);
    struct str url = header(&r, "Location");
    return come_back(&jar, url, param(url, "nonce"));
}

// --- machines, and the operator ---

static bool provider_knows_no_machine(const struct fetch_request *request,
                                      struct fetch_response *ret)
{
    if (str_find(request->body, STR("grant_type=client_credentials")) < 0)
        return false;
    ret->status = 401;
    buf_adds(&ret->body, "{\"error\":\"invalid_client\"}");
    return true;
}

static bool provider_knows_the_machine(const struct fetch_request *request,
                                       struct fetch_response *ret)
{
    CLEANUP(buf_release) struct buf payload = BUF_INIT(4096);
    CLEANUP(buf_release) struct buf token = BUF_INIT(8192);
    if (str_find(request->body, STR("grant_type=client_credentials")) < 0)
        return false;
    buf_addf(&payload,
             "{\"iss\":\"" ISSUER
             "\",\"tid\":\"11111111-2222-3333-4444-555555555555\",\"iat\":%lld,"
             "\"nbf\":%lld,\"exp\":%lld,\"aud\":\"" APP "\",\"sub\":\"sp-1\",\"oid\":\"sp-1\","
             "\"azp\":\"" MACHINE "\",\"azpacr\":\"1\",\"idtyp\":\"app\"}",
             (long long)NOW, (long long)NOW, (long long)NOW + 3600);
    jws_sign(kit.idp_key, STR(""), buf_str(&payload), &token);
    buf_addf(&ret->body, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"%s\"}",
             buf_cstr(&token));
    return true;
}

static struct reply as_machine(void)
{
    return post(NULL, "/token", "",
                STR("grant_type=client_credentials&client_id=" MACHINE
                    "&client_secret=the-secret-of-the-machine"));
}

static struct reply machine_is_refused(void)
{
    kit.answers = provider_knows_no_machine;
    return as_machine();
}

static struct reply machine_gets_a_token(void)
{
    kit.answers = provider_knows_the_machine;
    return as_machine();
}

static struct reply introspects(const char *headers, struct str token)
{
    return post(NULL, "/introspect", headers,
                arena_printf(kit.arena, "token=" STR_FMT, STR_ARG(token)));
}

static struct reply operator_asks(void)
{
    struct reply tokens = redeems();
    return introspects(OPERATOR, member(&tokens, "access_token"));
}

static struct reply operator_asks_of_nothing(void)
{
    return introspects(OPERATOR, STR("nothing-of-ours"));
}

static struct reply another_asks(void)
{
    return introspects("Authorization: Bearer wrong\r\n", STR("x"));
}

static struct reply operator_throws_out(void)
{
    return post(NULL, "/operator/revoke", OPERATOR, STR("person=ada%40example.com"));
}

static const struct row {
    struct reply (*happens)(void);
    const char *event, *reason;
    unsigned shows;
    int status;
    const char *person; // of PERSON; NULL: Ada
    bool limited;       // only members of the group may
} rows[] = {
    { says_no, "consent denied", "", CLIENT, 303 },
    { answers_elsewhere, "sign-in refused", "other browser", CLIENT, 403 },
    { answers_without_cookie, "sign-in refused", "no cookie", CLIENT, 403 },
    { answers_from_another_site, "sign-in refused", "foreign origin", NOBODY, 403 },
    { answers_too_late, "sign-in refused", "consent not valid", NOBODY, 400 },
    { comes_back, "sign-in finished", "", ALL, 302 },
    { comes_back_elsewhere, "sign-in refused", "other_browser", CLIENT, 403 },
    { comes_back_twice, "sign-in refused", "already_finished", CLIENT, 400 },
    { comes_back_with_an_invented_state, "sign-in refused", "invalid_state", NOBODY, 400 },
    { declines_at_the_provider, "sign-in refused", "access_denied", CLIENT, 302 },
    { provider_refuses, "sign-in refused", "AADSTS50020", CLIENT, 400 },
    { provider_answers_for_another_application, "sign-in refused", "invalid_audience", CLIENT,
      400 },
    { nothing_is_registered, "sign-in refused", NULL, CLIENT, 400 },
    { device_page, "device code shown", "", CLIENT, 303 },
    { opens_the_device_page, "sign-in finished", "", ALL, 302 },
    { device_declined, "sign-in refused", "declined at the provider", CLIENT, 302 },
    { device_runs_out, "sign-in refused", "device code expired", CLIENT, 200 },
    { device_elsewhere, "sign-in refused", "other_browser", CLIENT, 403 },
    { redeems, "tokens given", "", ALL, 200 },
    { redeems_with_another_verifier, "code refused",
      "code_verifier does not fit the code's challenge", ALL, 400 },
    { redeems_twice, "code used again, family revoked", "code replay", ALL, 400 },
    { refreshes, "token refreshed", "", ALL, 200 },
    { refreshes_as_another, "refresh refused", "given to another client", ALL, 400 },
    { refreshes_again_later, "refresh token used again, family revoked", "refresh reuse", ALL,
      400 },
    { account_is_closed, "identity provider ended the sign-in, family revoked",
      "refused by the identity provider", ALL, 400 },
    { a_stranger_comes_back, "sign-in refused", NO_LIST, PERSON | CLIENT, 403, .limited = true },
    { leaves_the_group, "person may not use this server any more, family revoked", NO_LIST, ALL,
      400, .limited = true },
    { provider_refuses_this_time, "refresh refused", "refused by the identity provider", ALL, 400 },
    { provider_names_another_person, "another person in the refreshed token, family revoked",
      "subject changed", ALL, 400 },
    { revokes_refresh, "family revoked", "asked by the client", ALL, 200 },
    { revokes_access, "access token revoked", "asked by the client", ALL, 200 },
    { revokes_for_another, "revocation refused", "given to another client", ALL, 400 },
    { refreshes_what_is_revoked, "tokens refused", "revoked before", ALL, 400 },
    { asks_for_a_code, "device code given", "", CLIENT, 200 },
    { types_a_wrong_code, "user code not known", "", NOBODY, 400 },
    { answers_for_a_device_elsewhere, "device sign-in refused", "invalid_request", NOBODY, 403 },
    { denies_a_device, "device refused", "", CLIENT, 200 },
    { signs_in_for_a_device, "sign-in finished", "for a waiting device", ALL, 200 },
    { machine_is_refused, "machine refused", "invalid_client", IS_MACHINE, 401 },
    { machine_gets_a_token, "machine token given", "", PERSON | IS_MACHINE, 200, "sp-1" },
    { operator_asks, "token introspected", "active", ALL, 200 },
    { operator_asks_of_nothing, "token introspected", "not active", NOBODY, 200 },
    { another_asks, "a wrong operator key was refused", "", ADDRESS_ALONE, 401 },
    { operator_throws_out, "thrown out by the operator", "", JUST_A_NAME, 200 },
};

static void has_member(const json_t *line, const char *name, const char *want)
{
    struct str value = dom_str(line, name);
    if (!str_is(value, want))
        fail_msg("%s is '" STR_FMT "', wanted '%s'", name, STR_ARG(value), want);
}

static void judge_line(const struct row *row, const struct reply *r, struct str text)
{
    json_t *line;
    struct err err;
    if (!dom_parse_object(text, &line, &err))
        fail_msg("%s: " STR_FMT, err.text, STR_ARG(text));
    has_member(line, "level", "AUDIT");
    has_member(line, "event", row->event);
    has_member(line, "from", "127.0.0.1");
    has_member(line, "request", arena_cstr(kit.arena, header(r, "X-Request-Id")));
    bool person = row->shows & (PERSON | JUST_A_NAME);
    has_member(line, "person", !person ? "" : row->person ? row->person : "ada@example.com");
    has_member(line, "tenant", row->shows & PERSON ? "11111111-2222-3333-4444-555555555555" : "");
    if (!(row->shows & (IS_MACHINE | JUST_A_NAME | ADDRESS_ALONE)))
        has_member(line, "client", row->shows & CLIENT ? "Auditor's client" : "");
    size_t ref = row->shows & CLIENT ? 22 : row->shows & IS_MACHINE ? strlen(MACHINE) : 0;
    assert_int_equal(dom_str(line, "client_ref").n, ref);
    assert_int_equal(dom_str(line, "family").n, row->shows & FAMILY ? 8 : 0);
    if (row->reason)
        has_member(line, "reason", row->reason);
    else
        assert_true(dom_str(line, "reason").n > 0);
    json_decref(line);
}

// The last line of the audit is the row's, and its request the one that was answered last.
static struct str last_line(void)
{
    struct str last = STR_NONE;
    for (struct str rest = kit_log(); rest.n;) {
        struct str line = str_cut(&rest, '\n');
        if (str_find(line, STR("\"level\":\"AUDIT\"")) > 0)
            last = line;
    }
    return last;
}

static void every_event_has_its_line(void **state)
{
    static const char *const machines[] = { MACHINE, NULL };
    static const char *const group[] = { GROUP, NULL };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        kit_people.groups = rows[i].limited ? group : NULL;
        kit_start_with((struct oauth_config){ .base_url = BASE,
                                              .device_codes = true,
                                              .operator_key = OPERATOR_KEY,
                                              .machine_clients = machines });
        jar = (struct jar){ "", "" };
        kit_log_from_now(LOG_FORMAT_JSON, LOG_ERROR);
        client = register_for("Auditor's client", LOOPBACK);
        struct reply r = rows[i].happens();
        if (r.status != rows[i].status)
            fail_msg("row %zu, %s: %d " STR_FMT, i, rows[i].event, r.status, STR_ARG(r.body));
        print_message("%s: %s\n", rows[i].event, rows[i].reason ? rows[i].reason : "…");
        judge_line(&rows[i], &r, last_line());
        kit_stop(state);
    }
}

// One event, one line: nobody counts a sign-in twice.
static void a_whole_sign_in_has_two_lines_and_a_refresh_one(void **state)
{
    (void)state;
    kit_log_from_now(LOG_FORMAT_JSON, LOG_ERROR);
    client = register_for("c", LOOPBACK);
    jar = (struct jar){ "", "" };
    refreshes();
    assert_int_equal(kit_logged("\"level\":\"AUDIT\""), 3);
    assert_int_equal(kit_logged("\"event\":\"sign-in finished\""), 1);
    assert_int_equal(kit_logged("\"event\":\"tokens given\""), 1);
    assert_int_equal(kit_logged("\"event\":\"token refreshed\""), 1);
}

// What everybody can invent without end leaves no line: the audit stays readable under a flood.
static void inventions_leave_no_line(void **state)
{
    (void)state;
    kit_log_from_now(LOG_FORMAT_JSON, LOG_ERROR);
    client = register_for("c", LOOPBACK);
    redeem(STR("invented"));
    post(NULL, "/token", "", refresh_form(client, STR("invented")));
    post(NULL, "/token", "", refresh_form(STR("invented"), STR("invented")));
    revoke_as(client, STR("invented"));
    get(NULL, "/authorize?client_id=invented", "");
    post_json("/register", "{}");
    assert_int_equal(kit_log().n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_its_line),
        cmocka_unit_test_setup_teardown(a_whole_sign_in_has_two_lines_and_a_refresh_one, kit_start,
                                        kit_stop),
        cmocka_unit_test_setup_teardown(inventions_leave_no_line, kit_start, kit_stop),
    };
    return cmocka_run_group_tests_name("oauth: audit", tests, NULL, NULL);
}
