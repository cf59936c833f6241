// SPDX-License-Identifier: MIT
// How this server proves at the token endpoint who it is: secrets in body or header, and assertions
// signed with a key, as Entra wants them and as others do.
#include <sys/stat.h>

#include "jose/b64url.h"
#include "unit/idp/client_keys.h"
#include "unit/idp/fake_idp.h"

static struct arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    return fake_set_up(state);
}

static int tear_down(void **state)
{
    arena_free(arena);
    return fake_tear_down(state);
}

static void answer(int first, int second)
{
    fake->token_status[0] = first;
    fake->token_status[1] = second;
    for (int i = 0; i < 2; i++)
        fake->token_body[i] = (i ? second : first) == 200
                                  ? "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}"
                                  : "{\"error\":\"invalid_client\"}";
    fake->token_requests = 0;
}

static bool refresh(struct idp *idp, struct err *err)
{
    struct idp_grant grant;
    return idp_refresh(idp, arena, STR("rt"), NULL, &grant, err);
}

// --- secrets ---

#define OTHER_ISSUER "https://idp.example.com"

static const struct {
    const char *name, *issuer;
    struct announced announced;
    bool basic;
} secrets[] = {
    { "Entra, whatever it says", ISSUER, { .secret_basic = true }, false },
    { "Basic where both are announced", OTHER_ISSUER, { true, true, 0, 0, 0 }, true },
    { "body where only that is", OTHER_ISSUER, { .secret_post = true }, false },
    { "Basic where only that is", OTHER_ISSUER, { .secret_basic = true }, true },
    { "Basic by default", OTHER_ISSUER, { 0 }, true },
};

static struct idp *with_secret(const char *issuer, struct announced announced)
{
    struct idp_config config = fake_config();
    config.issuer = issuer;
    config.client_secret = "p:ss w%rd";
    struct idp *idp = fake_open(&config);
    idp_complete(idp, &idp->given, &announced);
    return idp;
}

/*= rfc6749 2.3.1 "The client identifier is encoded using the "application/x-www-form-urlencoded"
 * encoding algorithm" */
static void secrets_go_where_they_are_wanted(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
        struct err err = { 0 };
        struct idp *idp = with_secret(secrets[i].issuer, secrets[i].announced);
        answer(200, 0);
        if (!refresh(idp, &err))
            fail_msg("%s: %s", secrets[i].name, err.text);
        bool basic = *fake->authorization[0];
        if (basic != secrets[i].basic)
            fail_msg("%s: %s", secrets[i].name, fake->form[0]);
        assert_int_equal(basic, !strstr(fake->form[0], "client_secret=p%3Ass+w%25rd"));
        // The client id stands in one place only.
        assert_int_equal(basic, !strstr(fake->form[0], "client_id=" CLIENT));
        CLEANUP(buf_release) struct buf expected = BUF_INIT(256);
        b64_encode(&expected, STR(CLIENT ":p%3Ass+w%25rd"));
        if (basic)
            assert_string_equal(fake->authorization[0] + strlen("Basic "), buf_cstr(&expected));
        assert_non_null(strstr(fake->form[0], "refresh_token=rt"));
        idp_free(idp);
    }
}

// Providers accept a secret only in the way an application was registered for, and announce both.
static void the_other_way_is_tried_once_and_remembered(void **state)
{
    (void)state;
    static const struct announced both = { .secret_basic = true, .secret_post = true };
    struct err err = { 0 };
    struct idp *idp = with_secret(OTHER_ISSUER, both);
    answer(401, 200);
    assert_true(refresh(idp, &err));
    assert_int_equal(fake->token_requests, 2);
    assert_true(*fake->authorization[0] && !*fake->authorization[1]);
    assert_non_null(strstr(fake->form[1], "client_secret="));
    answer(200, 0);
    assert_true(refresh(idp, &err)); // at once in the way that worked
    assert_int_equal(fake->token_requests, 1);
    assert_false(*fake->authorization[0]);
    idp_free(idp);
}

static void nothing_else_is_tried(void **state)
{
    (void)state;
    static const struct {
        const char *name, *issuer;
        struct announced announced;
        int status;
        size_t requests;
    } cases[] = {
        { "a wrong secret", OTHER_ISSUER, { .secret_basic = true, .secret_post = true }, 401, 2 },
        { "nothing announced", OTHER_ISSUER, { 0 }, 401, 2 },
        { "one way announced", OTHER_ISSUER, { .secret_basic = true }, 401, 1 },
        { "refused for another reason", OTHER_ISSUER, { 0 }, 400, 1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };
        struct idp *idp = with_secret(cases[i].issuer, cases[i].announced);
        answer(cases[i].status, cases[i].status);
        assert_false(refresh(idp, &err));
        if (fake->token_requests != cases[i].requests)
            fail_msg("%s: %zu", cases[i].name, fake->token_requests);
        assert_int_equal(atomic_load(&idp->secret_method), CLIENT_PUBLIC);
        idp_free(idp);
    }
}

// --- assertions ---

static struct str field(const char *form, const char *name)
{
    struct str rest = str_c(form);
    while (rest.p) {
        struct str pair = str_cut(&rest, '&');
        if (!str_is(str_cut(&pair, '='), name))
            continue;
        CLEANUP(buf_release) struct buf value = BUF_INIT(32768);
        assert_true(buf_add_urldecoded(&value, pair, true));
        return arena_str(arena, buf_str(&value));
    }
    return STR_NONE;
}

static const struct {
    const char *name, *issuer, *certificate, *key, *key_id;
    struct announced announced;
    const char *alg, *typ, *x5t, *aud; // aud NULL: the token endpoint
} assertions[] = {
    { "Entra's certificate",
      ISSUER,
      client_certificate,
      client_pem,
      NULL,
      { 0 },
      "PS256",
      "JWT",
      CLIENT_X5T,
      NULL },
    { "another provider",
      OTHER_ISSUER,
      client_certificate,
      client_pem,
      NULL,
      { 0 },
      "RS256",
      "client-authentication+jwt",
      CLIENT_X5T,
      OTHER_ISSUER },
    { "a bare key with a name",
      OTHER_ISSUER,
      NULL,
      client_pem,
      "my-key",
      { .rs256 = true },
      "RS256",
      "client-authentication+jwt",
      NULL,
      OTHER_ISSUER },
    { "only PS256 announced",
      OTHER_ISSUER,
      NULL,
      client_pem,
      NULL,
      { .ps256 = true },
      "PS256",
      "client-authentication+jwt",
      NULL,
      OTHER_ISSUER },
    { "an elliptic key",
      OTHER_ISSUER,
      NULL,
      client_pem_ec,
      NULL,
      { .ps256 = true },
      "ES256",
      "client-authentication+jwt",
      NULL,
      OTHER_ISSUER },
    { "Okta",
      "https://acme.okta.com/oauth2/default",
      NULL,
      client_pem,
      NULL,
      { 0 },
      "RS256",
      "JWT",
      NULL,
      NULL },
    { "Auth0",
      "https://acme.auth0.com/",
      NULL,
      client_pem,
      NULL,
      { 0 },
      "RS256",
      "client-authentication+jwt",
      NULL,
      "https://acme.auth0.com/" },
};

static struct idp *with_key(size_t i)
{
    struct idp_config config = fake_config();
    config.issuer = assertions[i].issuer;
    config.client_certificate = assertions[i].certificate;
    config.client_key = assertions[i].key;
    config.client_key_id = assertions[i].key_id;
    struct idp *idp = fake_open(&config);
    idp_complete(idp, &idp->given, &assertions[i].announced);
    return idp;
}

static void check_header(size_t i, const json_t *header)
{
    bool ok = str_is(dom_str(header, "alg"), assertions[i].alg) &&
              str_is(dom_str(header, "typ"), assertions[i].typ) &&
              str_eq(dom_str(header, "x5t#S256"), str_c(assertions[i].x5t)) &&
              str_eq(dom_str(header, "kid"), str_c(assertions[i].key_id));
    if (!ok)
        fail_msg("%s: header", assertions[i].name);
}

static void check_claims_of(size_t i, const json_t *claims, const char *token_endpoint)
{
    const char *aud = assertions[i].aud ? assertions[i].aud : token_endpoint;
    bool ok = str_is(dom_str(claims, "iss"), CLIENT) && str_is(dom_str(claims, "sub"), CLIENT) &&
              str_is(dom_str(claims, "aud"), aud) && dom_str(claims, "jti").n == 32 &&
              dom_int(claims, "nbf", 0) == NOW && dom_int(claims, "iat", 0) == NOW &&
              dom_int(claims, "exp", 0) > NOW && dom_int(claims, "exp", 0) <= NOW + 300;
    if (!ok)
        fail_msg("%s: claims", assertions[i].name);
}

/*= rfc7523 3 "For client authentication, the subject MUST be the "client_id" of the OAuth client."
 */
static void keys_are_proved_by_assertions(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(assertions); i++) {
        CLEANUP(jws_release) struct jws jws = { 0 };
        CLEANUP(jwk_free) struct jwk *key = NULL;
        struct err err = { 0 };
        struct idp *idp = with_key(i);
        answer(200, 200);
        if (!refresh(idp, &err))
            fail_msg("%s: %s", assertions[i].name, err.text);
        assert_true(str_is(field(fake->form[0], "client_assertion_type"),
                           "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
        assert_false(*fake->authorization[0]);
        assert_null(strstr(fake->form[0], "client_secret"));
        struct str first = field(fake->form[0], "client_assertion");
        assert_true(jws_parse(first, &jws, &err));
        check_header(i, jws.header);
        check_claims_of(i, jws.payload, idp->config.token_endpoint);
        assert_true(jwk_from_pem(str_c(assertions[i].key), &key, &err));
        jwk_set_kid(key, str_c(assertions[i].key_id));
        assert_true(jwk_set_alg(key, idp->client_key ? jwk_alg(idp->client_key) : 0));
        struct jwks *set = jwk_public_set(key);
        if (!jws_verify(&jws, set, JWS_RS256 | JWS_PS256 | JWS_ES256, NULL, &err))
            fail_msg("%s: %s", assertions[i].name, err.text);
        jwks_free(set);
        assert_true(refresh(idp, &err)); // each is made anew
        assert_false(str_eq(first, field(fake->form[1], "client_assertion")));
        idp_free(idp);
    }
}

static void one_file_may_hold_both(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf escaped = BUF_INIT(8192);
    const char *both = arena_printf(arena, "%s%s", client_pem, client_certificate).p;
    for (const char *p = both; *p; p++) // as environment files write it
        buf_adds(&escaped, *p == '\n' ? "\\n" : (char[]){ *p, '\0' });
    const char *const given[] = { both, buf_cstr(&escaped) };
    for (size_t i = 0; i < ARRAY_LEN(given); i++) {
        struct idp_config config = fake_config();
        config.client_certificate = given[i];
        struct idp *idp = fake_open(&config);
        assert_non_null(idp->client_key);
        assert_string_equal(idp->certificate.sha256, CLIENT_X5T);
        assert_false(idp_client_is_public(idp));
        idp_free(idp);
    }
}

static const char *write_file(const char *text, mode_t mode)
{
    char path[] = "/tmp/client-key-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
    return arena_str(arena, str_c(path)).p;
}

static void the_operator_is_warned(void **state)
{
    (void)state;
#define DAY    86400
#define FIRST  1767225600 // 2026-01-01
#define EXPIRY 1798761600 // 2027-01-01
    static const struct {
        int64_t now;
        mode_t mode;
        const char *says;
    } cases[] = {
        { EXPIRY - 31 * DAY, 0600, "" },
        { EXPIRY - 30 * DAY, 0600, "expires at 2027-01-01T00:00:00Z, in 30 days" },
        { EXPIRY - 1, 0600, "in 0 days" },
        { EXPIRY, 0600, "expired at 2027-01-01T00:00:00Z" },
        { EXPIRY + 400 * DAY, 0600, "nobody can sign in" },
        { FIRST - 1, 0600, "not valid before 2026-01-01" },
        { EXPIRY - 90 * DAY, 0644, "chmod 600" },
        { EXPIRY - 90 * DAY, 0640, "" },
        { EXPIRY - 90 * DAY, 0400, "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(buf_release) struct buf out = BUF_INIT(4096);
        const char *path = write_file(client_pem, cases[i].mode);
        struct idp_config config = fake_config();
        config.client_certificate = client_certificate;
        config.client_key = path;
        struct idp *idp = fake_open(&config);
        idp_warnings(idp, cases[i].now, &out);
        if (*cases[i].says ? !strstr(buf_cstr(&out), cases[i].says) : out.n > 0)
            fail_msg("case %zu: %s", i, buf_cstr(&out));
        idp_free(idp);
        unlink(path);
    }
}

static void useless_keys_are_refused_at_start(void **state)
{
    (void)state;
    static const struct {
        const char *name, *certificate, *key, *secret, *says, *issuer;
    } cases[] = {
        { "an elliptic key for Entra", NULL, client_pem_ec, NULL, "RSA keys only" },
        { "both", NULL, client_pem, "s", "a client secret and a client key are both set" },
        { "no file", NULL, "/nonexistent/key.pem", NULL,
          "OIDCPROXY_AUTH_CLIENT_KEY: cannot read /nonexistent/key.pem" },
        { "a file without PEM", NULL, "/etc/hostname", NULL, "holds no PEM" },
        { "a folder", NULL, "/tmp", NULL, "OIDCPROXY_AUTH_CLIENT_KEY" },
        { "no key in the certificate's file", client_certificate, NULL, NULL,
          "OIDCPROXY_AUTH_CLIENT_CERTIFICATE: no private key" },
        { "a key as certificate", client_pem, client_pem, NULL,
          "OIDCPROXY_AUTH_CLIENT_CERTIFICATE: no certificate" },
        { "another's certificate", client_certificate, client_pem_ec, NULL,
          "the private key is not the certificate's", OTHER_ISSUER },
        { "cut off", NULL, "-----BEGIN PRIVATE KEY-----\\nMIIE", NULL,
          "OIDCPROXY_AUTH_CLIENT_KEY" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp_config config = fake_config();
        struct idp *idp = NULL;
        struct err err = { 0 };
        config.client_certificate = cases[i].certificate;
        config.client_key = cases[i].key;
        config.client_secret = cases[i].secret;
        config.issuer = cases[i].issuer ? cases[i].issuer : ISSUER;
        if (idp_new(&config, fetcher, &idp, &err))
            fail_msg("%s was accepted", cases[i].name);
        if (!strstr(err.text, cases[i].says) || strstr(err.text, "MIIE"))
            fail_msg("%s: %s", cases[i].name, err.text);
    }
}

// --- the device authorization endpoint ---

static void device_codes_are_asked_for_as_who_we_are(void **state)
{
    (void)state;
    static const struct {
        const char *issuer;
        bool basic;
    } cases[] = { { ISSUER, false }, { OTHER_ISSUER, true } };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp_config config = fake_config();
        struct idp_device device;
        struct err err = { 0 };
        config.issuer = cases[i].issuer;
        config.client_secret = "s";
        config.device_authorization_endpoint = config.token_endpoint;
        struct idp *idp = fake_open(&config);
        idp_complete(idp, &idp->given, &(struct announced){ .secret_basic = true });
        fake->token_requests = 0;
        fake->token_status[0] = 200;
        fake->token_body[0] = "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":"
                              "\"https://idp.example.com/device\"}";
        assert_true(idp_device_begin(idp, arena, NULL, &device, &err));
        assert_int_equal(*fake->authorization[0] != '\0', cases[i].basic);
        assert_null(strstr(fake->form[0], "client_secret"));
        idp_free(idp);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(secrets_go_where_they_are_wanted),
        T(the_other_way_is_tried_once_and_remembered),
        T(nothing_else_is_tried),
        T(keys_are_proved_by_assertions),
        T(one_file_may_hold_both),
        T(the_operator_is_warned),
        T(useless_keys_are_refused_at_start),
        T(device_codes_are_asked_for_as_who_we_are),
    };
    return cmocka_run_group_tests(tests, fake_group_set_up, fake_group_tear_down);
}
