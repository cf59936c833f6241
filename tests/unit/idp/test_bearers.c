// SPDX-License-Identifier: MIT
// Tokens of the provider as bearers: whose, for whom, issued to whom; several tenants and clouds of
// Entra, and the habits of other providers.
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

#define OTHER_TENANT "99999999-2222-3333-4444-555555555555"
#define THIRD_TENANT "88888888-2222-3333-4444-555555555555"
#define HOST         "https://login.microsoftonline.com/"
#define API          "https://mcp.example.com/mcp"
#define OKTA         "https://acme.okta.com/oauth2/default"

// claims: JSON without braces; code ERR_NONE: accepted.
static void judged(const char *name, struct idp *idp, const char *header, const char *claims,
                   enum err_code code, const char *says)
{
    struct idp_person person = { 0 };
    struct err err = { 0 };
    struct str token = fake_token_at(arena, key_a, header, claims, NOW - 10);
    bool ok = idp_verify(idp, arena, token, STR_NONE, NOW, &person, &err);
    if (ok != (code == ERR_NONE))
        fail_msg("%s: %s", name, ok ? "accepted" : err.text);
    if (!ok && (err.code != code || !strstr(err.text, says)))
        fail_msg("%s: %s (%s)", name, err.text, err_info(err.code)->name);
}

#define TOKEN(issuer, aud, tid)                                                                    \
    "\"iss\":\"" issuer "\",\"aud\":\"" aud "\",\"sub\":\"s\",\"scp\":\"x\",\"tid\":\"" tid "\""

// --- several tenants ---

static const struct {
    const char *name, *claims;
    enum err_code code;
    const char *says;
} tenants[] = {
    { "one of them", TOKEN(HOST TENANT "/v2.0", CLIENT, TENANT), ERR_NONE, "" },
    { "another of them", TOKEN(HOST OTHER_TENANT "/v2.0", CLIENT, OTHER_TENANT), ERR_NONE, "" },
    { "version 1",
      TOKEN("https://sts.windows.net/" OTHER_TENANT "/", "api://" CLIENT, OTHER_TENANT), ERR_NONE,
      "" },
    { "none of them", TOKEN(HOST THIRD_TENANT "/v2.0", CLIENT, THIRD_TENANT), ERR_ACCESS_DENIED,
      "not among OIDCPROXY_ALLOWED_TENANTS" },
    { "issuer of one, tid of the other", TOKEN(HOST TENANT "/v2.0", CLIENT, OTHER_TENANT),
      ERR_TOKEN_ISSUER, "expected" },
    { "version 1 of another", TOKEN("https://sts.windows.net/" TENANT "/", CLIENT, OTHER_TENANT),
      ERR_TOKEN_ISSUER, "expected" },
    { "the template itself", TOKEN(HOST "{tenantid}/v2.0", CLIENT, TENANT), ERR_TOKEN_ISSUER, "" },
    { "the alias itself", TOKEN(HOST "organizations/v2.0", CLIENT, TENANT), ERR_TOKEN_ISSUER, "" },
    { "a domain as tid", TOKEN(HOST "contoso.com/v2.0", CLIENT, "contoso.com"), ERR_TOKEN_ISSUER,
      "names no tenant" },
    { "no tid",
      "\"iss\":\"" HOST TENANT "/v2.0\",\"aud\":\"" CLIENT "\",\"sub\":\"s\",\"scp\":\"x\"",
      ERR_TOKEN_ISSUER, "names no tenant" },
    { "another host", TOKEN("https://login.microsoftonline.us/" TENANT "/v2.0", CLIENT, TENANT),
      ERR_TOKEN_ISSUER, "expected" },
    { "a path put before", TOKEN(HOST "x/" TENANT "/v2.0", CLIENT, TENANT), ERR_TOKEN_ISSUER, "" },
};

static struct idp *several_tenants(void)
{
    static const char *const allowed[] = { TENANT, OTHER_TENANT, NULL };
    struct idp_config config = fake_config();
    config.issuer = HOST "organizations/v2.0";
    config.allowed_tenants = allowed;
    return fake_open(&config);
}

static void several_tenants_are_told_apart(void **state)
{
    (void)state;
    struct idp *idp = several_tenants();
    for (size_t i = 0; i < ARRAY_LEN(tenants); i++)
        judged(tenants[i].name, idp, "", tenants[i].claims, tenants[i].code, tenants[i].says);
    struct idp_person person;
    struct err err;
    struct str token =
        fake_token(arena, key_a, TOKEN(HOST OTHER_TENANT "/v2.0", CLIENT, OTHER_TENANT));
    assert_true(idp_verify(idp, arena, token, STR_NONE, NOW, &person, &err));
    assert_true(str_is(person.tenant, OTHER_TENANT)); // persons of two tenants are never the same
    idp_free(idp);
}

static void a_sign_in_from_elsewhere_is_refused(void **state)
{
    (void)state;
    struct idp *idp = several_tenants();
    struct idp_person person;
    struct err err;
    struct str token = fake_token(
        arena, key_a, TOKEN(HOST THIRD_TENANT "/v2.0", CLIENT, THIRD_TENANT) ",\"nonce\":\"n-1\"");
    assert_false(idp_verify(idp, arena, token, STR("n-1"), NOW, &person, &err));
    assert_int_equal(err.code, ERR_ACCESS_DENIED);
    idp_free(idp);
}

static void one_tenant_may_be_listed_too(void **state)
{
    (void)state;
    static const char *const allowed[] = { OTHER_TENANT, NULL };
    struct idp_config config = fake_config();
    config.allowed_tenants = allowed;
    struct idp *idp = fake_open(&config);
    judged("the issuer's tenant, not in the list", idp, "", ACCESS_CLAIMS, ERR_ACCESS_DENIED, "");
    idp_free(idp);
}

// Microsoft's rule for its key sets: a key's own "issuer" counts.
static void keys_sign_for_their_issuer_alone(void **state)
{
    (void)state;
    static const struct {
        const char *members;
        bool ok;
    } cases[] = {
        { "", true },
        { ",\"issuer\":\"https://login.microsoftonline.com/{tenantid}/v2.0\"", true },
        { ",\"issuer\":\"" ISSUER "\"", true },
        { ",\"issuer\":\"https://login.microsoftonline.com/" OTHER_TENANT "/v2.0\"", false },
        { ",\"issuer\":\"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/"
          "v2.0\"",
          false }, // personal accounts
        { ",\"issuer\":\"https://evil.example/{tenantid}/v2.0\"", false },
        { ",\"issuer\":\"https://login.microsoftonline.com/{tenantid}/v2.0/x\"", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp *one = fake_client(NULL), *several = several_tenants();
        fake_publish_with(key_a, cases[i].members);
        enum err_code code = cases[i].ok ? ERR_NONE : ERR_TOKEN_ISSUER;
        judged(cases[i].members, one, "", ACCESS_CLAIMS, code, "a key that belongs to");
        judged(cases[i].members, several, "", ACCESS_CLAIMS, code, "a key that belongs to");
        judged("version 1", one, "", TOKEN(V1_ISSUER, CLIENT, TENANT), code, "");
        idp_free(one);
        idp_free(several);
    }
}

static void patterns_are_whole(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *issuer;
        bool fits;
    } cases[] = {
        { "https://a/{tenantid}/v2.0", "https://a/" TENANT "/v2.0", true },
        { "https://a/{tenantid}/v2.0", "https://a/" TENANT "/v2.0/", false },
        { "https://a/{tenantid}/v2.0", "https://a//v2.0", false },
        { "https://a/{tenantid}/v2.0", "https://a/x/" TENANT "/v2.0", false },
        { "https://a/{tenantid}/v2.0", "https://a/" TENANT TENANT "/v2.0", false },
        { "https://a/{tenantid}/v2.0", "https://a/{tenantid}/v2.0", false },
        { "{tenantid}", TENANT, true },
        { "https://a/b", "https://a/b", true },
        { "https://a/b", "https://a/c", false },
        { "", "https://a", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (tenant_pattern_fits(str_c(cases[i].pattern), str_c(cases[i].issuer)) != cases[i].fits)
            fail_msg("%s %s", cases[i].pattern, cases[i].issuer);
}

// --- clouds ---

static void each_cloud_has_its_version_1(void **state)
{
    (void)state;
    static const struct {
        const char *issuer, *good, *bad;
    } clouds[] = {
        { "https://login.microsoftonline.us/" TENANT "/v2.0", "https://sts.windows.net/" TENANT "/",
          "https://sts.chinacloudapi.cn/" TENANT "/" },
        { "https://login.partner.microsoftonline.cn/" TENANT "/v2.0",
          "https://sts.chinacloudapi.cn/" TENANT "/", "https://sts.windows.net/" TENANT "/" },
        { "https://" TENANT ".ciamlogin.com/" TENANT "/v2.0",
          "https://" TENANT ".ciamlogin.com/" TENANT "/v2.0",
          "https://contoso.ciamlogin.com/" TENANT "/v2.0" },
        { "https://contoso.b2clogin.com/" TENANT "/v2.0/",
          "https://contoso.b2clogin.com/" TENANT "/v2.0/",
          "https://contoso.b2clogin.com/" TENANT "/v2.0" },
    };
    for (size_t i = 0; i < ARRAY_LEN(clouds); i++) {
        struct idp_config config = fake_config();
        config.issuer = clouds[i].issuer;
        struct idp *idp = fake_open(&config);
        static const char rest[] = "\"aud\":\"" CLIENT "\",\"sub\":\"s\",\"scp\":\"x\"";
        judged(clouds[i].issuer, idp, "",
               arena_printf(arena, "\"iss\":\"%s\",%s", clouds[i].good, rest).p, ERR_NONE, "");
        judged(clouds[i].issuer, idp, "",
               arena_printf(arena, "\"iss\":\"%s\",%s", clouds[i].issuer, rest).p, ERR_NONE, "");
        judged(clouds[i].bad, idp, "",
               arena_printf(arena, "\"iss\":\"%s\",%s", clouds[i].bad, rest).p, ERR_TOKEN_ISSUER,
               "");
        idp_free(idp);
    }
}

// --- audiences and clients ---

static void audiences_are_those_configured(void **state)
{
    (void)state;
    static const char *const audiences[] = { API, "api://zscaler", NULL };
    struct idp_config config = fake_config();
    config.audiences = audiences;
    struct idp *idp = fake_open(&config);
    judged("the client id", idp, "", TOKEN(ISSUER, CLIENT, TENANT), ERR_NONE, "");
    judged("its URI", idp, "", TOKEN(ISSUER, "api://" CLIENT, TENANT), ERR_NONE, "");
    judged("the API", idp, "", TOKEN(ISSUER, API, TENANT), ERR_NONE, "");
    judged("the other", idp, "", TOKEN(ISSUER, "api://zscaler", TENANT), ERR_NONE, "");
    judged("a slash more", idp, "", TOKEN(ISSUER, API "/", TENANT), ERR_TOKEN_AUDIENCE,
           "this server accepts \"" API "\" and \"" CLIENT "\" and others");
    judged("Graph", idp, "", TOKEN(ISSUER, "00000003-0000-0000-c000-000000000000", TENANT),
           ERR_TOKEN_AUDIENCE, "invalid_audience");
    idp_free(idp);
}

static void without_a_client_only_bearers_are_judged(void **state)
{
    (void)state;
    static const char *const audiences[] = { API, NULL };
    struct idp_config config = { .issuer = ISSUER,
                                 .jwks_uri = fake_config().jwks_uri,
                                 .audiences = audiences,
                                 .bearers_only = true };
    struct idp *idp = fake_open(&config);
    assert_true(atomic_load(&idp->ready)); // no endpoint is missing that nobody needs
    judged("the API", idp, "", TOKEN(ISSUER, API, TENANT), ERR_NONE, "");
    judged("a client's", idp, "", TOKEN(ISSUER, CLIENT, TENANT), ERR_TOKEN_AUDIENCE,
           "this server accepts \"" API "\"");
    judged("an ID token", idp, "", ID_CLAIMS, ERR_TOKEN_AUDIENCE, "");
    idp_free(idp);
}

// As each provider writes which application a token was issued to.
static void only_allowed_clients_come_in(void **state)
{
    (void)state;
    static const struct {
        const char *member;
        enum err_code code;
        const char *says;
    } cases[] = {
        { ",\"azp\":\"robot\"", ERR_NONE, "" },
        { ",\"appid\":\"robot\"", ERR_NONE, "" },
        { ",\"cid\":\"robot\"", ERR_NONE, "" },
        { ",\"client_id\":\"robot\"", ERR_NONE, "" },
        { ",\"azp\":\"stranger\",\"client_id\":\"robot\"", ERR_ACCESS_DENIED, "\"stranger\"" },
        { ",\"azp\":\"robot-2\"", ERR_ACCESS_DENIED, "OIDCPROXY_ALLOWED_CLIENTS" },
        { ",\"azp\":[\"robot\"]", ERR_ACCESS_DENIED, "not named" },
        { "", ERR_ACCESS_DENIED, "not named" },
    };
    static const char *const allowed[] = { "robot", NULL };
    struct idp_config config = fake_config();
    config.allowed_clients = allowed;
    struct idp *idp = fake_open(&config);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        judged(cases[i].member, idp, "",
               arena_printf(arena, "%s%s", TOKEN(ISSUER, CLIENT, TENANT), cases[i].member).p,
               cases[i].code, cases[i].says);
    idp_free(idp);
}

// --- ID tokens ---

static void id_tokens_open_only_where_that_is_wanted(void **state)
{
    (void)state;
    static const char *const audiences[] = { API, NULL };
    struct idp_config config = fake_config();
    config.audiences = audiences;
    struct idp *no = fake_open(&config);
    config.accept_id_tokens = true;
    struct idp *yes = fake_open(&config);
#define BARE(aud) "\"iss\":\"" ISSUER "\",\"aud\":" aud ",\"sub\":\"s\",\"tid\":\"" TENANT "\""
    static const struct {
        const char *name, *header, *claims;
        enum err_code code;
    } cases[] = {
        { "with a nonce", "", ID_CLAIMS, ERR_NONE },
        { "refreshed", "", BARE("\"" CLIENT "\""), ERR_NONE },
        { "for the API", "", BARE("\"" API "\"") ",\"nonce\":\"n\"", ERR_TOKEN_AUDIENCE },
        { "for another client", "", BARE("\"other\"") ",\"nonce\":\"n\"", ERR_TOKEN_AUDIENCE },
        { "for two clients", "", BARE("[\"" CLIENT "\",\"x\"]") ",\"nonce\":\"n\"",
          ERR_TOKEN_AUDIENCE },
        { "of another party", "", BARE("\"" CLIENT "\"") ",\"nonce\":\"n\",\"azp\":\"x\"",
          ERR_TOKEN_AUDIENCE },
        { "an access token without scope", "\"typ\":\"at+jwt\"",
          BARE("\"" CLIENT "\"") ",\"nonce\":\"n\"", ERR_TOKEN_CLAIM },
        { "version 1", "",
          "\"iss\":\"" V1_ISSUER "\",\"aud\":\"" CLIENT "\",\"sub\":\"s\",\"nonce\":\"n\"",
          ERR_TOKEN_ISSUER },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp_person person;
        struct err err = { 0 };
        struct str token = fake_token_at(arena, key_a, cases[i].header, cases[i].claims, NOW - 10);
        judged(cases[i].name, yes, cases[i].header, cases[i].claims, cases[i].code, "");
        if (idp_verify(no, arena, token, STR_NONE, NOW, &person, &err))
            fail_msg("%s was accepted by default", cases[i].name);
    }
    judged("an access token still", yes, "", TOKEN(ISSUER, API, TENANT), ERR_NONE, "");
    idp_free(no);
    idp_free(yes);
}

// --- other providers ---

static const struct {
    const char *name, *issuer, *header, *claims;
    enum err_code code;
} foreign[] = {
    { "Okta", OKTA, "",
      "\"ver\":1,\"iss\":\"" OKTA "\",\"aud\":\"" API
      "\",\"cid\":\"c\",\"uid\":\"u\",\"scp\":[\"openid\",\"mcp\"],\"sub\":\"ada@example.com\"",
      ERR_NONE },
    { "Auth0, a person", "https://acme.auth0.com/", "",
      "\"iss\":\"https://acme.auth0.com/\",\"aud\":[\"" API
      "\",\"https://acme.auth0.com/userinfo\"]"
      ",\"sub\":\"auth0|1\",\"azp\":\"c\",\"scope\":\"openid profile\"",
      ERR_NONE },
    { "Auth0, a machine", "https://acme.auth0.com/", "",
      "\"iss\":\"https://acme.auth0.com/\",\"aud\":\"" API
      "\",\"sub\":\"c@clients\",\"azp\":\"c\",\"gty\":\"client-credentials\"",
      ERR_NONE },
    { "Auth0 without its slash", "https://acme.auth0.com/", "",
      "\"iss\":\"https://acme.auth0.com\",\"aud\":\"" API "\",\"sub\":\"s\",\"scope\":\"x\"",
      ERR_TOKEN_ISSUER },
    { "Keycloak", "https://sso.example.com/realms/acme", "",
      "\"iss\":\"https://sso.example.com/realms/acme\",\"aud\":[\"account\",\"" API
      "\"],\"sub\":\"s\",\"typ\":\"Bearer\",\"azp\":\"c\",\"scope\":\"profile email\"",
      ERR_NONE },
    { "Keycloak's ID token", "https://sso.example.com/realms/acme", "",
      "\"iss\":\"https://sso.example.com/realms/acme\",\"aud\":\"" API
      "\",\"sub\":\"s\",\"typ\":\"ID\",\"azp\":\"c\"",
      ERR_TOKEN_CLAIM },
    { "Keycloak without the audience", "https://sso.example.com/realms/acme", "",
      "\"iss\":\"https://sso.example.com/realms/acme\",\"aud\":\"account\",\"sub\":\"s\","
      "\"typ\":\"Bearer\",\"scope\":\"profile\"",
      ERR_TOKEN_AUDIENCE },
    { "PingOne", "https://auth.pingone.eu/" TENANT "/as", "",
      "\"iss\":\"https://auth.pingone.eu/" TENANT "/as\",\"aud\":[\"" API
      "\"],\"sub\":\"s\",\"client_id\":\"c\",\"scope\":\"openid\"",
      ERR_NONE },
    { "RFC 9068", "https://idp.example.com", "\"typ\":\"at+jwt\"",
      "\"iss\":\"https://idp.example.com\",\"aud\":\"" API
      "\",\"sub\":\"s\",\"client_id\":\"c\",\"jti\":\"j\"",
      ERR_NONE },
};

static void tokens_of_other_providers(void **state)
{
    (void)state;
    static const char *const audiences[] = { API, NULL };
    for (size_t i = 0; i < ARRAY_LEN(foreign); i++) {
        struct idp_config config = fake_config();
        config.issuer = foreign[i].issuer;
        config.audiences = audiences;
        struct idp *idp = fake_open(&config);
        judged(foreign[i].name, idp, foreign[i].header, foreign[i].claims, foreign[i].code, "");
        idp_free(idp);
    }
}

static void google_accounts_need_their_domain(void **state)
{
    (void)state;
    static const char *const domains[] = { "example.com", NULL };
    struct idp_config config = fake_config();
    struct idp_person person;
    struct idp *idp = NULL;
    struct err err = { 0 };
    config.issuer = "https://accounts.google.com";
    config.scopes = NULL;
    assert_false(idp_new(&config, fetcher, &idp, &err));
    assert_non_null(strstr(err.text, "OIDCPROXY_ALLOWED_TENANTS"));
    config.allowed_tenants = domains;
    idp = fake_open(&config);
#define GOOGLE                                                                                     \
    "\"iss\":\"https://accounts.google.com\",\"aud\":\"" CLIENT "\",\"azp\":\"" CLIENT             \
    "\",\"sub\":\"1\",\"nonce\":\"n\",\"email\":\"ada@example.com\""
    static const struct {
        const char *claims;
        bool ok;
    } cases[] = { { GOOGLE ",\"hd\":\"example.com\"", true },
                  { GOOGLE ",\"hd\":\"example.org\"", false },
                  { GOOGLE, false } }; // gmail.com, whatever the address looks like
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str token = fake_token(arena, key_a, cases[i].claims);
        bool ok = idp_verify(idp, arena, token, STR("n"), NOW, &person, &err);
        assert_int_equal(ok, cases[i].ok);
        assert_true(ok ? str_is(person.tenant, "example.com") : err.code == ERR_ACCESS_DENIED);
    }
    idp_free(idp);
}

// --- presets ---

static void providers_are_recognised(void **state)
{
    (void)state;
    static const struct {
        const char *url, *name;
    } cases[] = {
        { ISSUER, "entra" },
        { "https://login.microsoftonline.com/organizations/v2.0", "entra" },
        { "https://login.microsoftonline.us/" TENANT "/v2.0", "entra" },
        { "https://contoso.b2clogin.com/" TENANT "/v2.0/", "entra" },
        { "http://127.0.0.1:9000/" TENANT "/v2.0", "entra" },
        { "http://127.0.0.1:9000/organizations/v2.0", "entra" },
        { "http://127.0.0.1:9000/contoso.com/v2.0", "other" },
        { "https://login.microsoftonline.com.evil.example/", "other" },
        { "https://acme.eu.auth0.com/", "auth0" },
        { "https://auth0.com.example/", "other" },
        { "https://evilauth0.com/", "other" },
        { OKTA, "okta" },
        { "https://acme.oktapreview.com", "okta" },
        { "https://sso.example.com/realms/acme", "keycloak" },
        { "https://sso.example.com/auth/realms/acme", "keycloak" },
        { "https://accounts.google.com", "google" },
        { "https://accounts.google.com/.well-known/openid-configuration", "google" },
        { "https://auth.pingone.eu/" TENANT "/as", "ping" },
        { "https://idp.example.com", "other" },
        { "nonsense", "other" },
        { NULL, "other" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (strcmp(preset_of(cases[i].url)->name, cases[i].name) != 0)
            fail_msg("%s: %s", cases[i].url, preset_of(cases[i].url)->name);
    struct str names = STR(PRESET_NAMES);
    while (names.p)
        assert_non_null(preset_named(arena_str(arena, str_cut(&names, '|')).p));
    assert_null(preset_named("other"));
}

static void sign_in_addresses_follow_the_preset(void **state)
{
    (void)state;
    static const char *const audiences[] = { API, NULL }, *const domains[] = { "example.com",
                                                                               NULL };
    static const struct {
        const char *issuer, *provider, *own, *scope, *tail;
    } cases[] = {
        { "https://accounts.google.com", NULL, NULL, "openid+profile+email",
          "&access_type=offline&prompt=consent" },
        { "https://accounts.google.com", NULL, "hd=example.com", "openid+profile+email",
          "&access_type=offline&prompt=consent&hd=example.com" },
        { "https://acme.auth0.com/", NULL, NULL, "openid+profile+email+offline_access",
          "&audience=https%3A%2F%2Fmcp.example.com%2Fmcp" },
        { "https://login.example.com/", "auth0", NULL, "openid+profile+email+offline_access",
          "&audience=https%3A%2F%2Fmcp.example.com%2Fmcp" },
        { OKTA, NULL, "prompt=login", "openid+profile+email+offline_access", "&prompt=login" },
        { ISSUER, NULL, NULL, "openid+profile+offline_access", "code_challenge_method=S256" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp_config config = fake_config();
        config.issuer = cases[i].issuer;
        config.provider = cases[i].provider;
        config.extra_authorize_params = cases[i].own;
        config.scopes = NULL;
        config.audiences = audiences;
        if (strstr(cases[i].issuer, "google"))
            config.allowed_tenants = domains;
        struct idp *idp = fake_open(&config);
        struct str url =
            idp_authorize_url(idp, arena, STR("x"), STR("s"), STR("n"), STR("c"), STR_NONE, false);
        struct str scope = arena_printf(arena, "&scope=%s&", cases[i].scope);
        if (!str_ends(url, str_c(cases[i].tail)) || str_find(url, scope) < 0)
            fail_msg("%s: " STR_FMT, cases[i].issuer, STR_ARG(url));
        idp_free(idp);
    }
}

static void permissions_are_found_wherever_they_stand(void **state)
{
    (void)state;
    static const struct {
        const char *claims;
        bool read, write;
        const char *scopes;
    } cases[] = {
        { "{\"scp\":\"a mcp.read b\"}", true, false, "a mcp.read b" },
        { "{\"scp\":[\"mcp.read\",\"mcp.write\"]}", true, true, "mcp.read mcp.write" },
        { "{\"scope\":\"mcp.read\"}", true, false, "mcp.read" },
        { "{\"roles\":[\"mcp.write\"]}", false, true, "" },
        { "{\"roles\":\"mcp.write\"}", false, true, "" },
        { "{\"scp\":\"mcp.readx xmcp.read\"}", false, false, "mcp.readx xmcp.read" },
        { "{\"scp\":7,\"scope\":null}", false, false, "" },
        { "{}", false, false, "" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        JSON_AUTO *claims = NULL;
        struct err err;
        assert_true(dom_parse_object(str_c(cases[i].claims), &claims, &err));
        assert_int_equal(idp_token_grants(claims, STR("mcp.read")), cases[i].read);
        assert_int_equal(idp_token_grants(claims, STR("mcp.write")), cases[i].write);
        assert_false(idp_token_grants(claims, STR("")) && cases[i].scopes[0]);
        assert_true(str_is(idp_token_scopes(claims, arena), cases[i].scopes));
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(several_tenants_are_told_apart),
        T(a_sign_in_from_elsewhere_is_refused),
        T(one_tenant_may_be_listed_too),
        T(keys_sign_for_their_issuer_alone),
        T(patterns_are_whole),
        T(each_cloud_has_its_version_1),
        T(audiences_are_those_configured),
        T(without_a_client_only_bearers_are_judged),
        T(only_allowed_clients_come_in),
        T(id_tokens_open_only_where_that_is_wanted),
        T(tokens_of_other_providers),
        T(google_accounts_need_their_domain),
        T(providers_are_recognised),
        T(sign_in_addresses_follow_the_preset),
        T(permissions_are_found_wherever_they_stand),
    };
    return cmocka_run_group_tests(tests, fake_group_set_up, fake_group_tear_down);
}
