// SPDX-License-Identifier: MIT
// The discovery document: whom it may speak for, which hosts it may name, and what happens until it
// can be had. Real documents of real providers pass.
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

#define WELL_KNOWN "/.well-known/openid-configuration"
#define IDP        "https://idp.example.com"
#define DOCUMENT(issuer, authorize, token, keys)                                                   \
    "{\"issuer\":\"" issuer "\",\"authorization_endpoint\":\"" authorize                           \
    "\",\"token_endpoint\":\"" token "\",\"jwks_uri\":\"" keys "\"}"
#define GOOD DOCUMENT(IDP, IDP "/authorize", IDP "/token", IDP "/keys")

static struct idp_config by_url(const char *url)
{
    return (struct idp_config){ .discovery_url = url, .client_id = CLIENT };
}

static bool judge(const struct idp_config *given, const char *document, struct idp_config *ret,
                  struct announced *announced, struct err *err)
{
    struct idp *idp;
    if (!idp_new(given, fetcher, &idp, err))
        return false;
    *ret = idp->given;
    bool ok = discovery_judge(idp, str_c(document), arena, ret, announced, err);
    // The strings that were given end with idp; the tests look at discovered ones.
    idp_free(idp);
    return ok;
}

static const struct {
    const char *name, *issuer, *url, *document;
    enum err_code code;
    const char *says;
} wrong[] = {
    { "an array", NULL, IDP WELL_KNOWN, "[" GOOD "]", ERR_UPSTREAM, "no JSON object" },
    { "cut off", NULL, IDP WELL_KNOWN, "{\"issuer\":\"" IDP "\",\"auth", ERR_UPSTREAM,
      "no JSON object" },
    { "a web page", NULL, IDP WELL_KNOWN, "<html>", ERR_UPSTREAM, "no JSON object" },
    { "nothing", NULL, IDP WELL_KNOWN, "", ERR_UPSTREAM, "no JSON object" },
    { "a key twice", NULL, IDP WELL_KNOWN, "{\"issuer\":\"a\",\"issuer\":\"" IDP "\"}",
      ERR_UPSTREAM, "no JSON object" },
    { "no issuer", NULL, IDP WELL_KNOWN, "{\"token_endpoint\":\"" IDP "/t\"}", ERR_CONFIG,
      "names no issuer" },
    { "issuer as list", NULL, IDP WELL_KNOWN, "{\"issuer\":[\"" IDP "\"]}", ERR_CONFIG,
      "names no issuer" },
    { "another issuer", NULL, IDP WELL_KNOWN,
      DOCUMENT("https://evil.example", IDP "/a", IDP "/t", IDP "/k"), ERR_CONFIG,
      "is of issuer https://evil.example; expected " IDP },
    { "another realm", NULL, IDP "/realms/a" WELL_KNOWN,
      DOCUMENT(IDP "/realms/b", IDP "/a", IDP "/t", IDP "/k"), ERR_CONFIG, "expected" },
    { "a slash more than configured", IDP, NULL, DOCUMENT(IDP "/", IDP "/a", IDP "/t", IDP "/k"),
      ERR_CONFIG, "a slash behind it counts" },
    { "configured and discovered differ", "https://other.example", IDP WELL_KNOWN, GOOD, ERR_CONFIG,
      "OIDCPROXY_AUTH_ISSUER" },
    { "a URL that tells nobody", NULL, IDP "/metadata.json", GOOD, ERR_CONFIG,
      "set OIDCPROXY_AUTH_ISSUER too" },
    { "no token endpoint", NULL, IDP WELL_KNOWN,
      "{\"issuer\":\"" IDP "\",\"authorization_endpoint\":\"" IDP "/a\",\"jwks_uri\":\"" IDP
      "/k\"}",
      ERR_CONFIG, "has no token_endpoint" },
    // T32: where secrets would go
    { "a foreign token endpoint", NULL, IDP WELL_KNOWN,
      DOCUMENT(IDP, IDP "/a", "https://evil.example/token", IDP "/k"), ERR_CONFIG,
      "OIDCPROXY_ENDPOINT_HOSTS=evil.example" },
    { "foreign keys", NULL, IDP WELL_KNOWN,
      DOCUMENT(IDP, IDP "/a", IDP "/t", "https://evil.example/keys"), ERR_CONFIG, "jwks_uri" },
    { "a host that only ends alike", NULL, IDP WELL_KNOWN,
      DOCUMENT(IDP, IDP "/a", "https://evilidp.example.com/t", IDP "/k"), ERR_CONFIG,
      "evilidp.example.com" },
    { "the host above", NULL, IDP WELL_KNOWN,
      DOCUMENT(IDP, IDP "/a", "https://example.com/t", IDP "/k"), ERR_CONFIG, "another host" },
    { "a host in front", NULL, IDP WELL_KNOWN,
      DOCUMENT(IDP, IDP "/a", "https://idp.example.com.evil.example/t", IDP "/k"), ERR_CONFIG,
      "another host" },
    { "a user name", NULL, IDP WELL_KNOWN,
      DOCUMENT(IDP, IDP "/a", "https://idp.example.com@evil.example/t", IDP "/k"), ERR_CONFIG,
      "user name" },
    { "plain http", NULL, IDP WELL_KNOWN,
      DOCUMENT(IDP, IDP "/a", "http://idp.example.com/t", IDP "/k"), ERR_CONFIG, "must be https" },
    { "javascript", NULL, IDP WELL_KNOWN, DOCUMENT(IDP, "javascript:alert(1)", IDP "/t", IDP "/k"),
      ERR_CONFIG, "authorization_endpoint is not usable" },
    { "a fragment", NULL, IDP WELL_KNOWN, DOCUMENT(IDP, IDP "/a#x", IDP "/t", IDP "/k"), ERR_CONFIG,
      "no fragment" },
    { "a foreign device endpoint", NULL, IDP WELL_KNOWN,
      "{\"issuer\":\"" IDP "\",\"authorization_endpoint\":\"" IDP "/a\",\"token_endpoint\":\"" IDP
      "/t\",\"jwks_uri\":\"" IDP
      "/k\",\"device_authorization_endpoint\":\"https://evil.example/d\"}",
      ERR_CONFIG, "device_authorization_endpoint" },
    { "a foreign revocation endpoint", NULL, IDP WELL_KNOWN,
      "{\"issuer\":\"" IDP "\",\"authorization_endpoint\":\"" IDP "/a\",\"token_endpoint\":\"" IDP
      "/t\",\"jwks_uri\":\"" IDP "/k\",\"revocation_endpoint\":\"https://evil.example/r\"}",
      ERR_CONFIG, "revocation_endpoint" },
    { "another tenant of Entra", NULL,
      "https://login.microsoftonline.com/" TENANT "/v2.0" WELL_KNOWN,
      DOCUMENT("https://login.microsoftonline.com/99999999-2222-3333-4444-555555555555/v2.0",
               IDP "/a", IDP "/t", IDP "/k"),
      ERR_CONFIG, "99999999" },
    { "Entra's version 1", NULL, "https://login.microsoftonline.com/" TENANT "/v2.0" WELL_KNOWN,
      DOCUMENT("https://sts.windows.net/" TENANT "/", IDP "/a", IDP "/t", IDP "/k"), ERR_CONFIG,
      "sts.windows.net" },
    { "another customer of B2C", NULL, "https://a.b2clogin.com/a.onmicrosoft.com/p/v2.0" WELL_KNOWN,
      DOCUMENT("https://b.b2clogin.com/" TENANT "/v2.0/", IDP "/a", IDP "/t", IDP "/k"), ERR_CONFIG,
      "b.b2clogin.com" },
};

/*= oidc-discovery 4.3 "The issuer value returned MUST be identical to the Issuer URL that was used
 * as the prefix to /.well-known/openid-configuration to retrieve the configuration information." */
static void wrong_documents_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct idp_config given = by_url(wrong[i].url), found;
        struct announced announced;
        struct err err = { 0 };
        given.issuer = wrong[i].issuer;
        if (judge(&given, wrong[i].document, &found, &announced, &err))
            fail_msg("%s was accepted", wrong[i].name);
        if (err.code != wrong[i].code || !strstr(err.text, wrong[i].says))
            fail_msg("%s: %s (%s)", wrong[i].name, err.text, err_info(err.code)->name);
    }
}

// As the providers publish them (docs/providers.md says where), cut to what is read.
#define ENTRA_AT(host, tenant, path) "https://" host "/" tenant path
#define ENTRA(issuer_host, host, tenant)                                                                                                                                        \
    "{\"token_endpoint\":\"" ENTRA_AT(                                                                                                                                          \
        host, tenant,                                                                                                                                                           \
        "/oauth2/v2.0/token") "\",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\",\"private_key_jwt\","                                                       \
                              "\"client_secret_basic\"],\"jwks_uri\":\"" ENTRA_AT(host, tenant, "/discovery/v2.0/keys") "\",\"issuer\":\"" ENTRA_AT(                            \
                                  issuer_host, TENANT,                                                                                                                          \
                                  "/v2.0") "\",\"userinfo_endpoint\":\"https://graph.microsoft.com/oidc/userinfo\","                                                            \
                                           "\"authorization_endpoint\":\"" ENTRA_AT(host, tenant, "/oauth2/v2.0/authorize") "\",\"device_authorization_endpoint\":\"" ENTRA_AT( \
                                               host, tenant,                                                                                                                    \
                                               "/oauth2/v2.0/devicecode") "\",\"mtls_endpoint_aliases\":{\"token_endpoint\":\"https://mtlsauth.microsoft.com/x\"}}"

static const struct {
    const char *name, *issuer, *url, *tenants, *document, *found, *token, *device;
} right[] = {
    { "any provider", NULL, IDP WELL_KNOWN, NULL, GOOD, IDP, IDP "/token", NULL },
    { "by its issuer", IDP, NULL, NULL, GOOD, IDP, IDP "/token", NULL },
    { "with a query", NULL, IDP WELL_KNOWN "?appid=x", NULL, GOOD, IDP, IDP "/token", NULL },
    { "RFC 8414's place", NULL, IDP "/.well-known/oauth-authorization-server/tenant", NULL,
      DOCUMENT(IDP "/tenant", IDP "/a", IDP "/t", IDP "/k"), IDP "/tenant", IDP "/t", NULL },
    { "a host below", NULL, IDP WELL_KNOWN, NULL,
      DOCUMENT(IDP, IDP "/a", "https://token.idp.example.com/t", IDP "/k"), IDP,
      "https://token.idp.example.com/t", NULL },
    { "another issuer, said so", "https://sso.example.net", IDP WELL_KNOWN, NULL,
      DOCUMENT("https://sso.example.net", IDP "/a", IDP "/t", "https://sso.example.net/k"),
      "https://sso.example.net", IDP "/t", NULL },
    { "Auth0", NULL, "https://acme.eu.auth0.com" WELL_KNOWN, NULL,
      DOCUMENT("https://acme.eu.auth0.com/", "https://acme.eu.auth0.com/authorize",
               "https://acme.eu.auth0.com/oauth/token",
               "https://acme.eu.auth0.com/.well-known/jwks.json"),
      "https://acme.eu.auth0.com/", "https://acme.eu.auth0.com/oauth/token", NULL },
    { "Auth0 by its issuer", "https://acme.eu.auth0.com/", NULL, NULL,
      DOCUMENT("https://acme.eu.auth0.com/", "https://acme.eu.auth0.com/authorize",
               "https://acme.eu.auth0.com/oauth/token",
               "https://acme.eu.auth0.com/.well-known/jwks.json"),
      "https://acme.eu.auth0.com/", "https://acme.eu.auth0.com/oauth/token", NULL },
    { "Google", NULL, "https://accounts.google.com" WELL_KNOWN, "example.com",
      "{\"issuer\":\"https://accounts.google.com\",\"authorization_endpoint\":"
      "\"https://accounts.google.com/o/oauth2/v2/auth\",\"device_authorization_endpoint\":"
      "\"https://oauth2.googleapis.com/device/code\",\"token_endpoint\":"
      "\"https://oauth2.googleapis.com/token\",\"userinfo_endpoint\":"
      "\"https://openidconnect.googleapis.com/v1/userinfo\",\"jwks_uri\":"
      "\"https://www.googleapis.com/oauth2/v3/certs\","
      "\"token_endpoint_auth_methods_supported\":[\"client_secret_post\",\"client_secret_basic\"],"
      "\"code_challenge_methods_supported\":[\"plain\",\"S256\"]}",
      "https://accounts.google.com", "https://oauth2.googleapis.com/token",
      "https://oauth2.googleapis.com/device/code" },
    { "Entra", NULL, "https://login.microsoftonline.com/" TENANT "/v2.0" WELL_KNOWN, NULL,
      ENTRA("login.microsoftonline.com", "login.microsoftonline.com", TENANT), ISSUER,
      "https://login.microsoftonline.com/" TENANT "/oauth2/v2.0/token",
      "https://login.microsoftonline.com/" TENANT "/oauth2/v2.0/devicecode" },
    { "Entra by a domain", NULL, "https://login.microsoftonline.com/contoso.com/v2.0" WELL_KNOWN,
      NULL, ENTRA("login.microsoftonline.com", "login.microsoftonline.com", TENANT), ISSUER,
      "https://login.microsoftonline.com/" TENANT "/oauth2/v2.0/token",
      "https://login.microsoftonline.com/" TENANT "/oauth2/v2.0/devicecode" },
    { "Entra, several tenants", NULL,
      "https://login.microsoftonline.com/organizations/v2.0" WELL_KNOWN, TENANT,
      "{\"issuer\":\"https://login.microsoftonline.com/{tenantid}/v2.0\","
      "\"authorization_endpoint\":\"https://login.microsoftonline.com/organizations/oauth2/v2.0/"
      "authorize\",\"token_endpoint\":\"https://login.microsoftonline.com/organizations/oauth2/"
      "v2.0/token\",\"jwks_uri\":\"https://login.microsoftonline.com/organizations/discovery/v2.0/"
      "keys\"}",
      "https://login.microsoftonline.com/organizations/v2.0",
      "https://login.microsoftonline.com/organizations/oauth2/v2.0/token", NULL },
    { "US Government", NULL, "https://login.microsoftonline.us/" TENANT "/v2.0" WELL_KNOWN, NULL,
      ENTRA("login.microsoftonline.us", "login.microsoftonline.us", TENANT),
      "https://login.microsoftonline.us/" TENANT "/v2.0",
      "https://login.microsoftonline.us/" TENANT "/oauth2/v2.0/token",
      "https://login.microsoftonline.us/" TENANT "/oauth2/v2.0/devicecode" },
    { "China, by its older name", NULL, "https://login.chinacloudapi.cn/" TENANT "/v2.0" WELL_KNOWN,
      NULL, ENTRA("login.partner.microsoftonline.cn", "login.chinacloudapi.cn", TENANT),
      "https://login.partner.microsoftonline.cn/" TENANT "/v2.0",
      "https://login.chinacloudapi.cn/" TENANT "/oauth2/v2.0/token",
      "https://login.chinacloudapi.cn/" TENANT "/oauth2/v2.0/devicecode" },
    { "External ID", NULL, "https://contoso.ciamlogin.com/" TENANT "/v2.0" WELL_KNOWN, NULL,
      ENTRA(TENANT ".ciamlogin.com", "contoso.ciamlogin.com", TENANT),
      "https://" TENANT ".ciamlogin.com/" TENANT "/v2.0",
      "https://contoso.ciamlogin.com/" TENANT "/oauth2/v2.0/token",
      "https://contoso.ciamlogin.com/" TENANT "/oauth2/v2.0/devicecode" },
    { "B2C", NULL, "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_in/v2.0" WELL_KNOWN,
      NULL,
      DOCUMENT(
          "https://contoso.b2clogin.com/" TENANT "/v2.0/",
          "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_in/oauth2/v2.0/authorize",
          "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_in/oauth2/v2.0/token",
          "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_in/discovery/v2.0/keys"),
      "https://contoso.b2clogin.com/" TENANT "/v2.0/",
      "https://contoso.b2clogin.com/contoso.onmicrosoft.com/b2c_1_in/oauth2/v2.0/token", NULL },
    { "loopback", NULL, "http://127.0.0.1:9000" WELL_KNOWN, NULL,
      DOCUMENT("http://127.0.0.1:9000", "http://127.0.0.1:9000/a", "http://127.0.0.1:9000/t",
               "http://127.0.0.1:9000/k"),
      "http://127.0.0.1:9000", "http://127.0.0.1:9000/t", NULL },
};

static void real_documents_are_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(right); i++) {
        const char *const tenants[] = { right[i].tenants, NULL };
        struct idp_config given = by_url(right[i].url), found;
        struct announced announced;
        struct err err = { 0 };
        given.issuer = right[i].issuer;
        given.allowed_tenants = right[i].tenants ? tenants : NULL;
        if (!judge(&given, right[i].document, &found, &announced, &err))
            fail_msg("%s: %s", right[i].name, err.text);
        assert_string_equal(found.issuer, right[i].found);
        assert_string_equal(found.token_endpoint, right[i].token);
        assert_true(str_is(str_c(found.device_authorization_endpoint),
                           right[i].device ? right[i].device : ""));
    }
}

static void allowed_hosts_may_be_foreign(void **state)
{
    (void)state;
    static const char *const lists[][2] = { { "evil.example" }, { ".evil.example" } };
    static const char *const documents[] = {
        DOCUMENT(IDP, IDP "/a", "https://evil.example/t", IDP "/k"),
        DOCUMENT(IDP, IDP "/a", "https://a.evil.example/t", IDP "/k"),
    };
    for (size_t i = 0; i < 2; i++) {
        struct idp_config given = by_url(IDP WELL_KNOWN), found;
        struct announced announced;
        struct err err = { 0 };
        given.endpoint_hosts = lists[i];
        assert_true(judge(&given, documents[i], &found, &announced, &err));
        assert_false(judge(&given, documents[1 - i], &found, &announced, &err));
    }
}

static void explicit_values_beat_discovered_ones(void **state)
{
    (void)state;
    struct idp_config given = by_url(IDP WELL_KNOWN), found;
    struct announced announced;
    struct err err = { 0 };
    given.token_endpoint = "https://gateway.example.net/token"; // nobody's word but the operator's
    struct idp *idp = fake_open(&given);
    found = idp->given;
    assert_true(discovery_judge(
        idp, STR(DOCUMENT(IDP, IDP "/authorize", "https://evil.example/t", IDP "/keys")), arena,
        &found, &announced, &err));
    assert_string_equal(found.token_endpoint, "https://gateway.example.net/token");
    assert_string_equal(found.authorization_endpoint, IDP "/authorize");
    idp_free(idp);
}

static void what_is_announced_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *members;
        struct announced announced;
        bool names_issuer;
    } cases[] = {
        { "", { .no_s256 = false }, false },
        { ",\"code_challenge_methods_supported\":[\"plain\"]", { .no_s256 = true }, false },
        { ",\"code_challenge_methods_supported\":[]", { .no_s256 = true }, false },
        { ",\"code_challenge_methods_supported\":[\"plain\",\"S256\"]", { 0 }, false },
        { ",\"token_endpoint_auth_methods_supported\":[\"client_secret_post\",\"none\"]",
          { .secret_post = true },
          false },
        { ",\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\"]",
          { .secret_basic = true },
          false },
        { ",\"token_endpoint_auth_signing_alg_values_supported\":[\"PS256\",\"ES256\"]",
          { .ps256 = true },
          false },
        { ",\"token_endpoint_auth_methods_supported\":\"client_secret_post\"", { 0 }, false },
        { ",\"authorization_response_iss_parameter_supported\":true", { 0 }, true },
        { ",\"authorization_response_iss_parameter_supported\":\"true\"", { 0 }, false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp_config given = by_url(IDP WELL_KNOWN), found;
        struct announced announced;
        struct err err = { 0 };
        struct str document =
            arena_printf(arena, "%.*s%s}", (int)sizeof(GOOD) - 2, GOOD, cases[i].members);
        if (!judge(&given, document.p, &found, &announced, &err))
            fail_msg("%zu: %s", i, err.text);
        assert_memory_equal(&announced, &cases[i].announced, sizeof announced);
        assert_int_equal(found.answers_name_issuer, cases[i].names_issuer);
    }
}

// --- fetching ---

static const char *local(const char *path)
{
    return arena_printf(arena, "http://127.0.0.1:%d%s", fake->server.port, path).p;
}

static void serve(int status, const char *document)
{
    pthread_mutex_lock(&fake->lock);
    fake->discovery_status = status;
    fake->discovery = document;
    pthread_mutex_unlock(&fake->lock);
}

static const char *own_document(void)
{
    return arena_printf(arena, DOCUMENT("%s", "%s", "%s", "%s"), local(""), local("/authorize"),
                        local("/token"), local("/keys"))
        .p;
}

static void a_document_is_fetched_once(void **state)
{
    (void)state;
    struct idp_config config = by_url(local(WELL_KNOWN));
    struct err err = { 0 };
    serve(200, own_document());
    struct idp *idp = fake_open(&config);
    assert_null(idp_config(idp)->token_endpoint);
    assert_int_equal(fake->discovery_requests, 0); // nobody is contacted before somebody asks
    for (int i = 0; i < 3; i++)
        if (!idp_prepare(idp, &err))
            fail_msg("%s", err.text);
    assert_int_equal(fake->discovery_requests, 1);
    assert_string_equal(idp_config(idp)->issuer, local(""));
    assert_string_equal(idp_config(idp)->token_endpoint, local("/token"));
    assert_true(idp_warm_up(idp, &err)); // the keys come from where the document says
    assert_int_equal(fake->key_requests, 1);
    idp_free(idp);
}

static void wait_until_ready(struct idp *idp)
{
    struct err err;
    for (int i = 0; i < 500 && !idp_prepare(idp, &err); i++)
        usleep(10000);
    assert_true(idp_prepare(idp, &err));
}

static void it_recovers_by_itself(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body, *says;
    } troubles[] = {
        { 0, "", "127.0.0.1" },
        { 503, "busy", "answered 503" },
        { 404, "{}", "answered 404" },
        { 200, "<html>captive portal</html>", "no JSON object" },
        { 200, DOCUMENT("https://evil.example", "a", "b", "c"), "https://evil.example" },
    };
    for (size_t i = 0; i < ARRAY_LEN(troubles); i++) {
        struct idp_config config = by_url(local(WELL_KNOWN));
        struct idp_person person;
        struct idp_grant grant;
        struct err err = { 0 };
        serve(troubles[i].status, troubles[i].body);
        struct idp *idp = fake_open(&config);
        assert_false(idp_prepare(idp, &err));
        assert_int_equal(err.code, ERR_IDP_UNAVAILABLE);
        assert_true(err.retry_after > 0);
        if (!strstr(err.text, troubles[i].says))
            fail_msg("%zu: %s", i, err.text);
        // everything that needs the provider says the same, and says it at once
        assert_false(idp_refresh(idp, arena, STR("r"), NULL, &grant, &err));
        assert_int_equal(err.code, ERR_IDP_UNAVAILABLE);
        assert_false(idp_verify(idp, arena, fake_token(arena, key_a, ACCESS_CLAIMS), STR_NONE, NOW,
                                &person, &err));
        assert_int_equal(err.code, ERR_IDP_UNAVAILABLE);
        assert_int_equal(err_info(err.code)->http_status, 503);
        serve(200, own_document());
        wait_until_ready(idp);
        idp_free(idp);
    }
}

static void only_a_wrong_document_stops_the_start(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *body;
        bool starts;
    } cases[] = {
        { 0, "", true },
        { 500, "", true },
        { 200, "[]", true },
        { 200, DOCUMENT("https://evil.example", "a", "b", "c"), false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp_config config = by_url(local(WELL_KNOWN));
        struct err err = { 0 };
        serve(cases[i].status, cases[i].body);
        struct idp *idp = fake_open(&config);
        assert_int_equal(idp_start(idp, &err), cases[i].starts);
        idp_free(idp); // while it tries again
    }
}

static void a_redirect_is_told_not_followed(void **state)
{
    (void)state;
    struct idp_config config = by_url(local(WELL_KNOWN));
    struct err err = { 0 };
    serve(302, "");
    fake->discovery_header = "Location: https://idp.example.com/elsewhere\r\n";
    struct idp *idp = fake_open(&config);
    assert_false(idp_prepare(idp, &err));
    assert_non_null(strstr(err.text, "redirects to https://idp.example.com/elsewhere"));
    idp_free(idp);
}

static void a_huge_document_is_refused(void **state)
{
    (void)state;
    struct idp_config config = by_url(local(WELL_KNOWN));
    struct err err = { 0 };
    char *huge = calloc(1, DISCOVERY_BYTES_MAX + 2);
    memset(huge, ' ', DISCOVERY_BYTES_MAX + 1);
    serve(200, huge);
    struct idp *idp = fake_open(&config);
    assert_false(idp_prepare(idp, &err));
    assert_non_null(strstr(err.text, "262144"));
    idp_free(idp);
    free(huge);
}

static void nothing_is_fetched_when_all_is_given(void **state)
{
    (void)state;
    struct err err = { 0 };
    struct idp *idp = fake_client(NULL);
    serve(200, own_document());
    assert_true(idp_prepare(idp, &err) && idp_start(idp, &err));
    assert_int_equal(fake->discovery_requests, 0);
    idp_free(idp);
}

static void the_issuer_alone_is_enough(void **state)
{
    (void)state;
    struct idp_config config = { .issuer = local(""), .client_id = CLIENT };
    struct err err = { 0 };
    serve(200, own_document());
    struct idp *idp = fake_open(&config);
    assert_string_equal(idp->discovery.url, local(WELL_KNOWN));
    assert_true(idp_prepare(idp, &err));
    assert_string_equal(idp_config(idp)->authorization_endpoint, local("/authorize"));
    idp_free(idp);
}

static void answers_are_held_to_their_issuer(void **state)
{
    (void)state;
    static const struct {
        const char *issuer, *tenant, *iss;
        bool named, ours;
    } cases[] = {
        { ISSUER, NULL, "", false, true },
        { ISSUER, NULL, ISSUER, false, true },
        { ISSUER, NULL, ISSUER "/", false, false },
        { ISSUER, NULL, "https://evil.example", false, false },
        { ISSUER, NULL, "", true, false }, // it always says so, and here does not
        { "https://login.microsoftonline.com/organizations/v2.0", TENANT, ISSUER, false, true },
        { "https://login.microsoftonline.com/organizations/v2.0", TENANT, "https://evil.example/",
          false, false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *const tenants[] = { cases[i].tenant, NULL };
        struct idp_config config = fake_config();
        config.issuer = cases[i].issuer;
        config.allowed_tenants = cases[i].tenant ? tenants : NULL;
        struct idp *idp = fake_open(&config);
        idp->config.answers_name_issuer = cases[i].named;
        if (idp_answer_is_ours(idp, str_c(cases[i].iss)) != cases[i].ours)
            fail_msg("case %zu", i);
        idp_free(idp);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(wrong_documents_are_refused),
        T(real_documents_are_accepted),
        T(allowed_hosts_may_be_foreign),
        T(explicit_values_beat_discovered_ones),
        T(what_is_announced_is_read),
        T(a_document_is_fetched_once),
        T(it_recovers_by_itself),
        T(only_a_wrong_document_stops_the_start),
        T(a_redirect_is_told_not_followed),
        T(a_huge_document_is_refused),
        T(nothing_is_fetched_when_all_is_given),
        T(the_issuer_alone_is_enough),
        T(answers_are_held_to_their_issuer),
    };
    return cmocka_run_group_tests(tests, fake_group_set_up, fake_group_tear_down);
}
