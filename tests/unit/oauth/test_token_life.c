// SPDX-License-Identifier: MIT
// What tokens live through: lifetimes, the provider's own rotation, new root keys, a stolen store,
// the way back to the provider. Tests 133, 134, 137, 139, 141, 145, 149, 156, 160, 168; T25, T49.
#include "unit/oauth/kit.h"

#include <stdlib.h>

static struct oauth_config config_now;

static int start(void **state)
{
    (void)state;
    config_now = (struct oauth_config){ .base_url = BASE, .device_codes = true };
    kit_start_with(config_now);
    return 0;
}

static struct reply refreshed(struct str client, struct str refresh)
{
    return post(NULL, "/token", "", refresh_form(client, refresh));
}

static struct access_claims claims_of(const struct reply *tokens)
{
    struct access_claims claims;
    struct err err;
    if (!access_token_verify(kit.keys, member(tokens, "access_token"), STR(BASE), STR(BASE "/mcp"),
                             clock_now(), kit.arena, &claims, &err))
        fail_msg("%s", err.text);
    return claims;
}

// --- lifetimes ---

// Test 137: nothing asks the provider again, so it is not vouched for longer than it said.
static void without_a_refresh_token_no_longer_than_the_provider_vouches(void **state)
{
    (void)state;
    http_server_stop(kit.server, 1000);
    oauth_free(kit.oauth);
    static const struct {
        bool no_refresh;
        int ttl, wait, want;
    } rows[] = {
        { true, 86400, 0, 3600 },   { true, 86400, 30, 3570 }, { true, 600, 0, 600 },
        { false, 86400, 0, 86400 }, { false, 0, 0, 3600 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err;
        size_t count;
        struct oauth_config config = { .base_url = BASE,
                                       .idp = kit.idp,
                                       .keys = kit.keys,
                                       .spent = kit.spent,
                                       .access_ttl_s = rows[i].ttl };
        assert_true(oauth_new(&config, &kit.oauth, &err));
        kit.server = kit_serve(oauth_routes(kit.oauth, &count));
        kit.no_refresh = rows[i].no_refresh;
        clock_freeze(NOW);
        struct str client = register_for("c", LOOPBACK), code = code_for(client, LOOPBACK);
        clock_freeze(NOW + rows[i].wait);
        struct reply r = post(NULL, "/token", "", code_form(client, LOOPBACK, code, VERIFIER));
        if (r.status != 200 || number(&r, "expires_in") != rows[i].want)
            fail_msg("%zu: " STR_FMT, i, STR_ARG(r.body));
        assert_int_equal(claims_of(&r).expires, NOW + rows[i].wait + rows[i].want);
        assert_int_equal(says(&r, "refresh_token"), !rows[i].no_refresh);
        if (i + 1 < ARRAY_LEN(rows)) {
            http_server_stop(kit.server, 1000);
            oauth_free(kit.oauth);
        }
    }
}

// --- the provider's refresh token ---

static struct {
    char sent[8][64]; // refresh tokens in the order they came back
    size_t count;
    const char *rotates;   // members of its answer to a refresh
    char revoked[512];     // body of the revocation request
    int revocation_status; // 0: 200
} provider;

static bool answers(const struct fetch_request *request, struct fetch_response *ret)
{
    if (str_ends(str_c(request->url), STR("/revoke"))) {
        snprintf(provider.revoked, sizeof provider.revoked, STR_FMT, STR_ARG(request->body));
        ret->status = provider.revocation_status ? provider.revocation_status : 200;
        return true;
    }
    if (str_find(request->body, STR("grant_type=refresh_token")) < 0)
        return false;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct form *form;
    struct err err;
    assert_true(form_parse(arena, request->body, &form, &err));
    assert_true(provider.count < ARRAY_LEN(provider.sent));
    snprintf(provider.sent[provider.count++], 64, STR_FMT,
             STR_ARG(form_get(form, "refresh_token")));
    buf_addf(&ret->body, "{\"token_type\":\"Bearer\",\"access_token\":\"opaque\"%s}",
             provider.rotates);
    return true;
}

static void with_provider(const char *rotates)
{
    memset(&provider, 0, sizeof provider);
    provider.rotates = rotates;
    kit.answers = answers;
}

// Tests 139, 149: a new one replaces the old, none keeps it; "refresh_expires_in": 0 means nothing.
static void the_providers_newest_refresh_token_is_used(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply r = sign_in(client);
    with_provider(",\"refresh_token\":\"rotated-1\",\"refresh_expires_in\":0");
    r = refreshed(client, member(&r, "refresh_token"));
    assert_int_equal(r.status, 200);
    provider.rotates = "";
    r = refreshed(client, member(&r, "refresh_token"));
    assert_int_equal(r.status, 200);
    provider.rotates = ",\"refresh_token\":\"\"";
    r = refreshed(client, member(&r, "refresh_token"));
    assert_int_equal(r.status, 200);
    provider.rotates = ",\"refresh_token\":\"rotated-2\"";
    r = refreshed(client, member(&r, "refresh_token"));
    r = refreshed(client, member(&r, "refresh_token"));
    assert_int_equal(r.status, 200);
    assert_true(str_starts(str_c(provider.sent[0]), STR(SECRET_REFRESH)));
    static const char *const want[] = { "rotated-1", "rotated-1", "rotated-1", "rotated-2" };
    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        assert_string_equal(provider.sent[i + 1], want[i]);
}

static struct idp *idp_with_revocation(void)
{
    struct fetcher *fetcher;
    struct idp *idp;
    struct err err;
    const struct idp_config config = { .issuer = ISSUER,
                                       .authorization_endpoint =
                                           "https://login.example.com/authorize",
                                       .token_endpoint = "https://login.example.com/token",
                                       .jwks_uri = "https://login.example.com/keys",
                                       .revocation_endpoint = "https://login.example.com/revoke",
                                       .client_id = APP,
                                       .scopes = "openid profile offline_access" };
    assert_true(fetcher_new(NULL, &fetcher, &err));
    assert_true(idp_new(&config, fetcher, &idp, &err));
    return idp;
}

static void restart(struct keyring *keys, struct idp *idp)
{
    struct err err;
    size_t count;
    http_server_stop(kit.server, 1000);
    oauth_free(kit.oauth);
    if (keys) {
        keyring_free(kit.keys);
        kit.keys = keys;
    }
    if (idp) {
        idp_free(kit.idp);
        kit.idp = idp;
    }
    config_now.idp = kit.idp;
    config_now.keys = kit.keys;
    config_now.spent = kit.spent;
    assert_true(oauth_new(&config_now, &kit.oauth, &err));
    kit.server = kit_serve(oauth_routes(kit.oauth, &count));
}

static struct reply revoked(struct str client, struct str token)
{
    return post(NULL, "/revoke", "",
                arena_printf(kit.arena, "client_id=" STR_FMT "&token=" STR_FMT, STR_ARG(client),
                             STR_ARG(token)));
}

// Test 156: the provider gets its own token back, never ours; and its trouble is not the client's.
static void the_provider_gets_its_token_back(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    with_provider("");
    struct reply r = sign_in(client);
    assert_int_equal(revoked(client, member(&r, "refresh_token")).status, 200);
    assert_string_equal(provider.revoked, ""); // no endpoint
    restart(NULL, idp_with_revocation());
    r = sign_in(client);
    assert_int_equal(revoked(client, member(&r, "access_token")).status, 200);
    assert_string_equal(provider.revoked, ""); // an access token is ours alone
    assert_int_equal(revoked(client, member(&r, "refresh_token")).status, 200);
    assert_non_null(strstr(provider.revoked, "token=" SECRET_REFRESH));
    assert_non_null(strstr(provider.revoked, "&token_type_hint=refresh_token&client_id=" APP));
    struct str other = register_for("other", LOOPBACK);
    r = sign_in(client);
    provider.revoked[0] = '\0';
    assert_int_equal(revoked(other, member(&r, "refresh_token")).status, 400);
    assert_string_equal(provider.revoked, "");
    provider.revocation_status = 503;
    assert_int_equal(revoked(client, member(&r, "refresh_token")).status, 200);
    assert_int_equal(refreshed(client, member(&r, "refresh_token")).status, 400);
    r = sign_in(client);
    kit.unreachable = true;
    assert_int_equal(revoked(client, member(&r, "refresh_token")).status, 200);
}

// --- answers ---

// Tests 133, 134, 141.
/*= rfc6749 5.1 "The authorization server MUST include the HTTP "Cache-Control" response header
 * field with a value of "no-store"" */
static void answers_hold_what_is_ours_alone(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct str form = code_form(client, LOOPBACK, code_for(client, LOOPBACK), VERIFIER);
    struct reply one =
        talk(kit.arena, NULL, "POST", STR("/token"),
             "Content-Type: Application/X-WWW-form-urlencoded; charset=UTF-8\r\n", form);
    assert_int_equal(one.status, 200);
    struct reply two = refreshed(client, member(&one, "refresh_token"));
    const struct reply *both[] = { &one, &two };
    for (size_t i = 0; i < 2; i++) {
        assert_true(str_is(header(both[i], "Cache-Control"), "no-store"));
        assert_true(str_is(header(both[i], "Pragma"), "no-cache"));
        assert_int_equal(number(both[i], "expires_in"), 3600);
        assert_true(str_is(member(both[i], "token_type"), "Bearer"));
        assert_true(str_is(member(both[i], "scope"), "mcp"));
        static const char *const foreign[] = { SECRET_REFRESH, "opaque-graph", "id_token" };
        for (size_t j = 0; j < ARRAY_LEN(foreign); j++)
            assert_false(says(both[i], foreign[j]));
    }
}

// Test 160: long names, an ingress with a long name, Entra's ids: still below 1 KiB.
static void tokens_stay_small(void **state)
{
    (void)state;
#define LONG_BASE "https://zscaler-mcp.redpond-12345678.westeurope.azurecontainerapps.io"
    CLEANUP(buf_release) struct buf name = BUF_INIT(4096);
    CLEANUP(buf_release) struct buf email = BUF_INIT(4096);
    CLEANUP(buf_release) struct buf token = BUF_INIT(8192);
    for (int i = 0; i < 64; i++) {
        buf_adds(&name, "\xf0\x9f\xa6\x8a"); // four bytes each
        buf_addc(&email, i == 40 ? '@' : 'e');
    }
    const struct access_claims claims = { .issuer = STR(LONG_BASE),
                                          .resource = STR(LONG_BASE "/mcp"),
                                          .subject = STR("0a11ce00-0000-4000-8000-000000000001"),
                                          .tenant = STR("7e57ed00-0000-4000-8000-000000000001"),
                                          .name = buf_str(&name),
                                          .email = buf_str(&email),
                                          .client_id = STR("0123456789012345678901"),
                                          .client_name = buf_str(&name),
                                          .scope = STR("mcp"),
                                          .family = STR("0123456789012345678901"),
                                          .id = STR("0123456789012345678901"),
                                          .issued = NOW,
                                          .expires = NOW + 3600 };
    access_token_mint(kit.keys, &claims, &token);
    if (token.n > 1024)
        fail_msg("%zu bytes", token.n);
    struct access_claims read;
    assert_true(access_token_verify(kit.keys, buf_str(&token), STR(LONG_BASE),
                                    STR(LONG_BASE "/mcp"), NOW, kit.arena, &read, NULL));
    assert_true(str_eq(read.email, claims.email)); // revocation goes by it
    assert_true(read.name.n > 0 && str_starts(claims.name, read.name) && str_is_utf8(read.name));
}

// Test 145: the audit says which sign-in was ended, and why.
static void reuse_is_in_the_audit(void **state)
{
    (void)state;
    struct str client = register_for("c", LOOPBACK);
    struct reply r = sign_in(client);
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    assert_int_equal(refreshed(client, member(&r, "refresh_token")).status, 200);
    clock_freeze(NOW + 100);
    assert_int_equal(refreshed(client, member(&r, "refresh_token")).status, 400);
    struct str line =
        arena_printf(kit.arena, "AUDIT event=\"refresh token used again, family revoked\" "
                                "person=ada@example.com");
    assert_int_equal(kit_logged(line.p), 1);
    assert_int_equal(kit_logged("reason=\"refresh reuse\""), 1);
    assert_int_equal(
        kit_logged(arena_printf(kit.arena, "family=%s", fingerprint(claims_of(&r).family).text).p),
        2);
}

// --- root keys ---

static struct keyring *ring(const char *first, const char *second)
{
    struct str roots[] = { str_c(first), str_c(second) };
    struct keyring *keys;
    struct err err;
    assert_true(keyring_new(roots, second ? 2 : 1, &keys, &err));
    return keys;
}

#define OLD_ROOT "0123456789abcdef0123456789abcdef" // the kit's
#define NEW_ROOT "a new root key, made by an operator"

static size_t published(void)
{
    struct reply r = get(NULL, "/.well-known/jwks.json", "");
    struct jwks *set;
    struct err err;
    assert_true(jwks_parse(r.body, &set, &err));
    size_t count = jwks_count(set);
    jwks_free(set);
    return count;
}

// Test 168, T49: with «new,old» whatever was made before still opens, and what is made now is new.
static void a_new_root_key_signs_nobody_out(void **state)
{
    (void)state;
    struct jar fresh = { "", "" }, midway = { "", "" }, known = { "", "" }, elsewhere = { "", "" };
    struct str client = register_for("c", LOOPBACK);
    struct reply tokens = sign_in(client), second = sign_in(client);
    struct str code = code_for(client, LOOPBACK);
    struct reply page = get(&fresh, authorize_target(client, LOOPBACK, "").p, "");
    struct str url = to_idp(&midway, client, LOOPBACK);
    come_back(&known, to_idp(&known, client, LOOPBACK), STR("wrong"));
    struct reply device = post(NULL, "/device_authorization", "",
                               arena_printf(kit.arena, "client_id=" STR_FMT, STR_ARG(client)));
    assert_int_equal(published(), 1);

    restart(ring(NEW_ROOT, OLD_ROOT), NULL);
    assert_int_equal(published(), 2);
    claims_of(&tokens); // an access token of before
    struct reply r = refreshed(client, member(&tokens, "refresh_token"));
    assert_int_equal(r.status, 200);
    assert_int_equal(post(NULL, "/token", "", code_form(client, LOOPBACK, code, VERIFIER)).status,
                     200);
    assert_int_equal(decide_on(&fresh, &page, "allow", OWN).status, 303);
    assert_int_equal(come_back(&midway, url, param(url, "nonce")).status, 302);
    struct reply again =
        get(&known, authorize_target(client, LOOPBACK, "").p, "Sec-Fetch-Site: none\r\n");
    assert_true(says(&again, "allowed before in this browser"));
    assert_true(str_eq(claims_of(&r).client_id, claims_of(&tokens).client_id));
    page =
        post(&elsewhere, "/device", OWN,
             arena_printf(kit.arena, "user_code=" STR_FMT, STR_ARG(member(&device, "user_code"))));
    assert_int_equal(page.status, 200);

    // The old one retired: what was renewed meanwhile lives on, the rest signs in again.
    restart(ring(NEW_ROOT, NULL), NULL);
    assert_int_equal(published(), 1);
    claims_of(&r);
    client = register_for("c", LOOPBACK);
    assert_int_equal(refreshed(client, member(&second, "refresh_token")).status, 400);
    struct access_claims claims;
    assert_false(access_token_verify(kit.keys, member(&second, "access_token"), STR(BASE),
                                     STR(BASE "/mcp"), NOW, kit.arena, &claims, NULL));
}

// --- a stolen store ---

static char dir[64], path[96];

static int start_on_disk(void **state)
{
    struct spent_store *spent;
    struct err err;
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/test-token-life-XXXXXX");
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/spent.db", dir);
    assert_true(spent_sqlite_new(path, &spent, &err));
    kit_start_with((struct oauth_config){ .base_url = BASE, .device_codes = true, .spent = spent });
    return 0;
}

static int stop_on_disk(void **state)
{
    static const char *const tails[] = { "", "-wal", "-shm" };
    char file[128];
    kit_stop(state);
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        snprintf(file, sizeof file, "%s%s", path, tails[i]);
        unlink(file);
    }
    rmdir(dir);
    return 0;
}

static struct str bytes_of(const char *tail)
{
    char file[128];
    snprintf(file, sizeof file, "%s%s", path, tail);
    FILE *f = fopen(file, "rb");
    assert_non_null(f);
    char *bytes = arena_alloc(kit.arena, 8 << 20);
    size_t n = fread(bytes, 1, 8 << 20, f);
    fclose(f);
    return str_of(bytes, n);
}

// T25: the records of sign-ins, refreshes, grace answers, devices and revocations open nothing.
static void T25_a_stolen_store_opens_nothing(void **state)
{
    (void)state;
    struct jar jar = { "", "" };
    struct str client = register_for("c", LOOPBACK), code = code_for(client, LOOPBACK);
    struct reply one = post(NULL, "/token", "", code_form(client, LOOPBACK, code, VERIFIER));
    struct reply two = refreshed(client, member(&one, "refresh_token"));
    struct reply device = post(NULL, "/device_authorization", "",
                               arena_printf(kit.arena, "client_id=" STR_FMT, STR_ARG(client)));
    struct reply page =
        post(&jar, "/device", OWN,
             arena_printf(kit.arena, "user_code=" STR_FMT, STR_ARG(member(&device, "user_code"))));
    struct reply r =
        post(&jar, "/device", OWN,
             arena_printf(kit.arena, "flow=" STR_FMT "&csrf=" STR_FMT "&decision=allow",
                          STR_ARG(encoded(input_of(&page, "flow"))),
                          STR_ARG(encoded(input_of(&page, "csrf")))));
    struct str url = header(&r, "Location");
    assert_int_equal(come_back(&jar, url, param(url, "nonce")).status, 200);
    const struct throw_out who = { .person = STR("ada@example.com") };
    struct err err;
    assert_true(oauth_throw_out(kit.spent, &who, NOW, 3600, &err));
    const struct str secrets[] = {
        STR(SECRET_REFRESH),
        STR("opaque-graph"),
        STR(OLD_ROOT),
        STR(VERIFIER),
        code,
        member(&one, "access_token"),
        member(&one, "refresh_token"),
        member(&two, "access_token"),
        member(&two, "refresh_token"),
        member(&device, "device_code"),
        param(url, "state"),
        param(url, "nonce"),
        STR("ada@example.com"),
        STR("person-1"),
    };
    static const char *const tails[] = { "", "-wal" };
    bool seen = false; // what has to stand there
    for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
        struct str bytes = bytes_of(tails[i]);
        seen |= str_find(bytes, STR("user-code:")) >= 0;
        for (size_t j = 0; j < ARRAY_LEN(secrets); j++)
            if (secrets[j].n < 8 || str_find(bytes, secrets[j]) >= 0)
                fail_msg("secret %zu stands in the store%s", j, tails[i]);
    }
    assert_true(seen);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, kit_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(without_a_refresh_token_no_longer_than_the_provider_vouches),
        CASE(the_providers_newest_refresh_token_is_used),
        CASE(the_provider_gets_its_token_back),
        CASE(answers_hold_what_is_ours_alone),
        CASE(tokens_stay_small),
        CASE(reuse_is_in_the_audit),
        CASE(a_new_root_key_signs_nobody_out),
        cmocka_unit_test_setup_teardown(T25_a_stolen_store_opens_nothing, start_on_disk,
                                        stop_on_disk),
    };
    return cmocka_run_group_tests_name("oauth: the life of tokens", tests, NULL, NULL);
}
