// SPDX-License-Identifier: MIT
// Clients that prove themselves with a key: tests 13, 14, 65, 66; T26, T43, T44, T54.
#include "unit/oauth/kit.h"

#include "oauth/documents_int.h"

#define DOC  "https://app.example/oauth/client.json"
#define KEYS "https://keys.example/jwks.json"
#define URI  "http://localhost/callback"
#define TYPE                                                                                       \
    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
#define NEEDS_KEY ",\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks_uri\":\"" KEYS "\""
#define TAKES_BOTH                                                                                 \
    NEEDS_KEY ",\"token_endpoint_auth_methods_supported\":[\"none\",\"private_key_jwt\"]"

static struct jwk *key, *other;

// The host of the document and the host of the keys.
static struct {
    const char *document, *keys;
    bool keys_down, inside; // inside: on a private address
    atomic_uint asked_document, asked_keys;
    size_t max_bytes;
    bool public_only, proxy_only;
} host;

static bool answer_of_host(const struct fetch_request *request, struct fetch_response *ret,
                           struct err *err)
{
    bool keys = strcmp(request->url, KEYS) == 0;
    atomic_fetch_add(keys ? &host.asked_keys : &host.asked_document, 1);
    if (!keys) {
        buf_adds(&ret->body, host.document);
        return true;
    }
    host.max_bytes = request->max_bytes;
    host.public_only = request->public_only;
    host.proxy_only = request->proxy_only;
    assert_int_equal(request->timeout_ms, 10000);
    if (host.keys_down || (host.inside && request->public_only))
        return err_set(err, ERR_CONNECT, "10.0.0.7: connection refused");
    buf_adds(&ret->body, host.keys);
    return true;
}

static const char *set_of(const struct jwk *one, const char *more)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(16384);
    buf_adds(&out, "{\"keys\":[");
    jwk_public_json(one, str_c(more), &out);
    buf_adds(&out, "]}");
    return arena_str(kit.arena, buf_str(&out)).p;
}

static void document_has(const char *more)
{
    host.document = arena_printf(kit.arena,
                                 "{\"client_id\":\"" DOC
                                 "\",\"client_name\":\"App\",\"redirect_uris\":[\"" URI "\"]%s}",
                                 more)
                        .p;
}

static void start_with(struct oauth_config config)
{
    static struct fetcher *fetcher;
    struct err err;
    assert_true(fetcher_new(NULL, &fetcher, &err));
    config.base_url = BASE;
    config.fetcher = fetcher;
    kit_start_with(config);
    memset(&host, 0, sizeof host);
    kit.elsewhere = answer_of_host;
    key = jwk_generate(JWS_ES256);
    other = jwk_generate(JWS_ES256);
    host.keys = set_of(key, "");
    document_has(NEEDS_KEY);
}

static int start(void **state)
{
    (void)state;
    start_with((struct oauth_config){ .device_codes = true });
    return 0;
}

static int stop(void **state)
{
    jwk_free(key);
    jwk_free(other);
    return kit_stop(state);
}

// --- assertions ---

static struct str sign(const struct jwk *with, const char *header, struct str claims)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(16384);
    jws_sign(with, str_c(header), claims, &out);
    return arena_str(kit.arena, buf_str(&out));
}

static struct str claims_of(const char *id, const char *aud, int64_t exp)
{
    static unsigned number;
    return arena_printf(kit.arena,
                        "{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":%s,\"jti\":\"j-%u\",\"exp\":%lld}",
                        id, id, aud, ++number, (long long)exp);
}

static struct str good(void)
{
    return sign(key, "", claims_of(DOC, "\"" BASE "\"", clock_now() + 60));
}

static struct str with(struct str form, struct str assertion)
{
    return arena_printf(kit.arena, STR_FMT "%s&client_assertion=" STR_FMT, STR_ARG(form), TYPE,
                        STR_ARG(assertion));
}

// Is the client known by it? /revoke says 200 then, whatever the token.
static struct reply show(struct str assertion)
{
    return post(NULL, "/revoke", "", with(STR("token=x&client_id=" DOC), assertion));
}

static const char client_error[] =
    "{\"error\":\"invalid_client\",\"error_description\":\"this client must prove itself by a "
    "client_assertion (private_key_jwt), and did not; the log of this server says why\"}";

// --- 65: tampered with ---

static void every_claim(void **state)
{
    (void)state;
#define CLAIMS(iss, sub, aud, rest)                                                                \
    "{\"iss\":\"" iss "\",\"sub\":\"" sub "\",\"aud\":" aud ",\"jti\":\"%s\"" rest "}"
#define EXP ",\"exp\":1788220860"
#define AUD "\"" BASE "\""
    static const struct {
        const char *claims, *header;
        bool good;
        const char *reason;
    } rows[] = {
        { CLAIMS("https://x.example/", DOC, AUD, EXP), "", false, "issuer is" },
        { CLAIMS(DOC, "https://x.example/", AUD, EXP), "", false, "its sub is not" },
        { CLAIMS(DOC "/", DOC, AUD, EXP), "", false, "issuer is" },
        { "{\"sub\":\"" DOC "\",\"aud\":" AUD ",\"jti\":\"%s\"" EXP "}", "", false, "no issuer" },
        { "{\"iss\":\"" DOC "\",\"aud\":" AUD ",\"jti\":\"%s\"" EXP "}", "", false, "its sub" },
        { "{\"iss\":\"" DOC "\",\"sub\":\"" DOC "\",\"jti\":\"%s\"" EXP "}", "", false, "its aud" },
        { CLAIMS(DOC, DOC, "\"https://other.example\"", EXP), "", false, "its aud is" },
        { CLAIMS(DOC, DOC, "\"" BASE "/mcp\"", EXP), "", false, "its aud is" },
        { CLAIMS(DOC, DOC, "\"" BASE "/\"", EXP), "", false, "its aud is" },
        { CLAIMS(DOC, DOC, "\"" BASE "/revoke\"", EXP), "", false, "its aud is" },
        { CLAIMS(DOC, DOC, "[" AUD ",\"https://other.example\"]", EXP), "", false, "its aud" },
        { CLAIMS(DOC, DOC, "[]", EXP), "", false, "its aud is" },
        { CLAIMS(DOC, DOC, "7", EXP), "", false, "its aud is" },
        { CLAIMS(DOC, DOC, AUD, ""), "", false, "the token has no" },
        { CLAIMS(DOC, DOC, AUD, ",\"exp\":\"1788220860\""), "", false, "must be a number" },
        { CLAIMS(DOC, DOC, AUD, ",\"exp\":1788220740"), "", false, "expired" },
        { CLAIMS(DOC, DOC, AUD, ",\"exp\":1788221161"), "", false, "more than 300" },
        { CLAIMS(DOC, DOC, AUD, ",\"exp\":1e300"), "", false, "more than 300" },
        { CLAIMS(DOC, DOC, AUD, ",\"iat\":1788220400" EXP), "", false, "more than 300" },
        { CLAIMS(DOC, DOC, AUD, ",\"nbf\":1788220900" EXP), "", false, "valid from" },
        { CLAIMS(DOC, DOC, AUD, ",\"iat\":1788220900" EXP), "", false, "was issued" },
        { "{\"iss\":\"" DOC "\",\"sub\":\"" DOC "\",\"aud\":" AUD ",\"x\":\"%s\"" EXP "}", "",
          false, "its jti" },
        { "{\"iss\":\"" DOC "\",\"sub\":\"" DOC "\",\"aud\":" AUD ",\"jti\":7,\"x\":\"%s\"" EXP "}",
          "", false, "its jti" },
        { CLAIMS(DOC, DOC, AUD, EXP), "\"typ\":\"at+jwt\"", false, "its typ" },
        { CLAIMS(DOC, DOC, AUD, EXP), "\"typ\":7", false, "its typ" },
        { CLAIMS(DOC, DOC, AUD, EXP), "\"crit\":[\"exp\"]", false, "crit" },
        { CLAIMS(DOC, DOC, AUD, EXP), "\"jku\":\"https://x.example/\"", false, "jku" },
        // Test 13: which audience, by which typ.
        { CLAIMS(DOC, DOC, "\"" BASE "/token\"", EXP), "\"typ\":\"client-authentication+jwt\"",
          false, "its aud is" },
        { CLAIMS(DOC, DOC, "\"" BASE "/token\"", EXP), "\"typ\":\"JWT\"", true, NULL },
        { CLAIMS(DOC, DOC, AUD, EXP), "\"typ\":\"client-authentication+jwt\"", true, NULL },
        { CLAIMS(DOC, DOC, AUD, EXP), "\"typ\":\"application/client-authentication+jwt\"", true,
          NULL },
        { CLAIMS(DOC, DOC, "[" AUD "]", EXP), "", true, NULL },
        { CLAIMS(DOC, DOC, AUD, EXP), "", true, NULL },
        { CLAIMS(DOC, DOC, AUD, ",\"exp\":1788221160,\"iat\":1788220800"), "", true, NULL },
        { CLAIMS(DOC, DOC, AUD, ",\"exp\":1788220741"), "", true, NULL }, // clocks differ
    };
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(buf_release) struct buf claims = BUF_INIT(4096);
        const char *mark = strstr(rows[i].claims, "%s");
        buf_add(&claims, str_of(rows[i].claims, (size_t)(mark - rows[i].claims)));
        buf_addf(&claims, "row-%zu%s", i, mark + 2);
        off_t before = lseek(kit.log_fd, 0, SEEK_END);
        struct reply r = show(sign(key, rows[i].header, buf_str(&claims)));
        if (r.status != (rows[i].good ? 200 : 401) ||
            (!rows[i].good && !str_is(r.body, client_error)))
            fail_msg("%s: %d " STR_FMT, rows[i].claims, r.status, STR_ARG(r.body));
        struct str log = kit_log();
        log = str_slice(log, (size_t)before, log.n);
        if (!rows[i].good && (str_find(log, STR("client assertion refused")) < 0 ||
                              str_find(log, str_c(rows[i].reason)) < 0))
            fail_msg("%s: " STR_FMT, rows[i].claims, STR_ARG(log));
    }
    // A jti that is too long would be a name of any size for the store.
    char jti[600];
    memset(jti, 'j', 513);
    jti[513] = '\0';
    for (int n = 513; n >= 512; n--, jti[n] = '\0') {
        struct str claims = arena_printf(kit.arena, CLAIMS(DOC, DOC, AUD, EXP), jti);
        assert_int_equal(show(sign(key, "", claims)).status, n > 512 ? 401 : 200);
    }
}

static void good_once(void **state)
{
    (void)state;
    struct str assertion = good();
    assert_int_equal(show(assertion).status, 200);
    struct reply r = show(assertion);
    assert_int_equal(r.status, 401);
    assert_true(str_is(r.body, client_error));
    // Nor at another endpoint, and as long as it would be good otherwise.
    clock_freeze(NOW + 60 + CLAIMS_LEEWAY_S - 1);
    r = post(NULL, "/token", "",
             with(STR("grant_type=refresh_token&refresh_token=x&client_id=" DOC), assertion));
    assert_int_equal(r.status, 401);
    // The same jti of another client is another one.
    document_has(NEEDS_KEY);
    struct str claims = arena_printf(kit.arena, CLAIMS(DOC, DOC, AUD, ",\"exp\":%lld"), "mine",
                                     (long long)clock_now() + 60);
    assert_int_equal(show(sign(key, "", claims)).status, 200);
    assert_int_equal(show(sign(key, "", claims)).status, 401);
}

static atomic_uint known;
static struct str raced;

static void *race(void *arg)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    (void)arg;
    struct reply r = talk(arena, NULL, "POST", STR("/revoke"), FORM, raced);
    atomic_fetch_add(&known, r.status == 200);
    return NULL;
}

static void one_of_16_spends_it(void **state)
{
    pthread_t threads[16];
    (void)state;
    assert_int_equal(show(good()).status, 200); // document and keys are here
    raced = with(STR("token=x&client_id=" DOC), good());
    atomic_store(&known, 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, race, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&known), 1);
}

static int start_full(void **state)
{
    (void)state;
    start_with((struct oauth_config){ .spent = spent_memory_new(1) });
    return 0;
}

static void without_the_store_nobody_is_known(void **state)
{
    (void)state;
    assert_int_equal(show(good()).status, 200);
    struct reply r = show(good());
    assert_int_equal(r.status, 503);
    assert_true(str_is(member(&r, "error"), "temporarily_unavailable"));
}

// --- T44: who signed, and how ---

static struct str unsigned_one(const char *header)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    b64url_encode(&out, str_c(header));
    buf_addc(&out, '.');
    b64url_encode(&out, claims_of(DOC, AUD, NOW + 60));
    buf_addc(&out, '.');
    return arena_str(kit.arena, buf_str(&out));
}

static struct str hs256(void)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(8192);
    uint8_t mac[SHA256_SIZE];
    struct str bare = unsigned_one("{\"alg\":\"HS256\"}");
    struct str input = str_slice(bare, 0, bare.n - 1);
    hmac_sha256(str_c(host.keys), input, mac); // the public key set as the secret
    buf_add(&out, bare);
    b64url_encode(&out, str_of(mac, sizeof mac));
    return arena_str(kit.arena, buf_str(&out));
}

static void T44_signatures(void **state)
{
    (void)state;
    struct str claims = claims_of(DOC, AUD, NOW + 60);
    struct str forged = sign(other, "", claims);
    jwk_set_kid(other, jwk_kid(key)); // the right name, another key
    struct str named = sign(other, "", claims_of(DOC, AUD, NOW + 60));
    struct str valid = sign(key, "", claims_of(DOC, AUD, NOW + 60));
    struct str changed = arena_str(kit.arena, valid);
    ptrdiff_t dot = str_index(changed, '.');
    ((char *)changed.p)[dot + 20] ^= 1;
    const struct str bad[] = { forged,
                               named,
                               changed,
                               hs256(),
                               unsigned_one("{\"alg\":\"none\"}"),
                               unsigned_one("{\"alg\":\"ES256\"}"),
                               str_slice(valid, 0, valid.n - 4),
                               STR("x"),
                               STR("a.b.c"),
                               STR("...") };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct reply r = show(bad[i]);
        if (r.status != 401 || !str_is(r.body, client_error))
            fail_msg("%zu: %d " STR_FMT, i, r.status, STR_ARG(r.body));
    }
    assert_int_equal(show(valid).status, 200); // none of these spent its jti
}

static void each_algorithm(void **state)
{
    (void)state;
    static const enum jws_alg algs[] = { JWS_RS256, JWS_PS256, JWS_ES256,
                                         JWS_EDDSA, JWS_RS512, JWS_ES384 };
    for (size_t i = 0; i < ARRAY_LEN(algs); i++) {
        CLEANUP(jwk_free) struct jwk *one = jwk_generate(algs[i]);
        clock_freeze(NOW + 1000000 * (int64_t)(i + 1));
        host.keys = set_of(one, "");
        struct str claims = claims_of(DOC, AUD, clock_now() + 60);
        assert_int_equal(show(sign(one, "", claims)).status, 200);
        // The document may hold itself to one.
        clock_freeze(clock_now() + 500000);
        document_has(NEEDS_KEY ",\"token_endpoint_auth_signing_alg\":\"PS256\"");
        claims = claims_of(DOC, AUD, clock_now() + 60);
        assert_int_equal(show(sign(one, "", claims)).status, algs[i] == JWS_PS256 ? 200 : 401);
        document_has(NEEDS_KEY);
    }
}

// --- 66: the key set ---

static void key_sets(void **state)
{
    (void)state;
    const char *pair = arena_printf(kit.arena, "{\"keys\":[%.*s,%s", (int)strlen(host.keys) - 11,
                                    host.keys + 9, set_of(other, "") + 9)
                           .p;
    const struct {
        const char *keys;
        bool good;
    } rows[] = {
        { "", false },
        { "{}", false },
        { "{\"keys\":[]}", false },
        { "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}", false },
        { set_of(key, ",\"d\":\"AAAA\""), false }, // a private member: everybody's key
        { set_of(key, ",\"key_ops\":[\"sign\"]"), false },
        { set_of(key, ",\"alg\":\"RS256\""), false },
        { set_of(other, ""), false },
        { set_of(key, ",\"alg\":\"ES256\""), true },
        { pair, true },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        clock_freeze(NOW + 1000000 * (int64_t)(i + 1));
        host.keys = rows[i].keys;
        struct reply r = show(good());
        if (r.status != (rows[i].good ? 200 : 401) ||
            (!rows[i].good && !str_is(r.body, client_error)))
            fail_msg("%s: %d " STR_FMT, rows[i].keys, r.status, STR_ARG(r.body));
    }
    assert_int_equal(host.max_bytes, 32768);
    assert_true(host.public_only);
    // Of several keys one is named.
    struct str kid = arena_str(kit.arena, jwk_kid(key));
    jwk_set_kid(key, STR(""));
    assert_int_equal(show(good()).status, 401);
    clock_freeze(NOW + 90000000);
    host.keys = set_of(key, "");
    assert_int_equal(show(good()).status, 200);
    jwk_set_kid(key, kid);
}

static void keys_are_kept_and_looked_for_again(void **state)
{
    (void)state;
    struct str claims;
    for (int i = 0; i < 3; i++)
        assert_int_equal(show(good()).status, 200);
    assert_int_equal(atomic_load(&host.asked_keys), 1);
    assert_int_equal(atomic_load(&host.asked_document), 1);
    // A new key within the cool-down: the host was asked just now.
    host.keys = set_of(other, "");
    claims = claims_of(DOC, AUD, clock_now() + 300);
    assert_int_equal(show(sign(other, "", claims)).status, 401);
    assert_int_equal(atomic_load(&host.asked_keys), 1);
    clock_freeze(NOW + KEY_SET_COOL_DOWN_S);
    assert_int_equal(show(sign(other, "", claims)).status, 200);
    assert_int_equal(atomic_load(&host.asked_keys), 2);
    // The old key is gone with the old set, and a flood of unknown ones asks once per cool-down.
    clock_freeze(NOW + 2 * KEY_SET_COOL_DOWN_S);
    host.keys_down = true;
    for (int i = 0; i < 20; i++)
        assert_int_equal(show(good()).status, 401);
    assert_int_equal(atomic_load(&host.asked_keys), 3);
    // … and takes the set that is there from nobody.
    claims = claims_of(DOC, AUD, clock_now() + 60);
    assert_int_equal(show(sign(other, "", claims)).status, 200);
}

// T26: where keys may lie.
static void T26_only_good_places_are_asked(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "http://keys.example/jwks.json",  "https://127.0.0.1/jwks.json",
        "https://[::1]/jwks.json",        "https://keys.example:8443/jwks.json",
        "https://169.254.169.254/latest", "https://" HOST "/.well-known/jwks.json",
        "https://user@keys.example/k",    "file:///etc/passwd",
        "http://localhost/jwks.json",     "app://keys/x",
        "https://keys.example/a/../b",    "",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        clock_freeze(NOW + 1000000 * (int64_t)(i + 1));
        document_has(arena_printf(kit.arena,
                                  ",\"token_endpoint_auth_method\":\"private_key_jwt\","
                                  "\"jwks_uri\":\"%s\"",
                                  bad[i])
                         .p);
        if (show(good()).status != 401)
            fail_msg("%s", bad[i]);
    }
    assert_int_equal(atomic_load(&host.asked_keys), 0);
}

static void keys_inside_the_document(void **state)
{
    (void)state;
    static const char method[] = ",\"token_endpoint_auth_method\":\"private_key_jwt\"";
    document_has(arena_printf(kit.arena, "%s,\"jwks\":%s", method, host.keys).p);
    assert_int_equal(show(good()).status, 200);
    clock_freeze(NOW + 1000000);
    document_has(arena_printf(kit.arena, "%s,\"jwks\":%s", method, set_of(key, ",\"d\":\"AA\"")).p);
    assert_int_equal(show(good()).status, 401);
    clock_freeze(NOW + 2000000);
    document_has(arena_printf(kit.arena, NEEDS_KEY ",\"jwks\":%s", host.keys).p); // both
    assert_int_equal(show(good()).status, 401);
    assert_int_equal(atomic_load(&host.asked_keys), 0);
}

// --- who needs one ---

static void a_client_with_a_key_alone_needs_it(void **state)
{
    (void)state;
    static const char *const forms[][2] = {
        { "/token", "grant_type=refresh_token&refresh_token=x&client_id=" DOC },
        { "/token", "grant_type=authorization_code&code=x&client_id=" DOC },
        { "/token", "grant_type=refresh_token&refresh_token=x&client_id=" DOC "&client_secret=y" },
        { "/revoke", "token=x&client_id=" DOC },
        { "/device_authorization", "client_id=" DOC },
    };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        struct reply r = post(NULL, forms[i][0], "", str_c(forms[i][1]));
        assert_int_equal(r.status, 401);
        assert_true(str_is(member(&r, "error"), "invalid_client"));
        if (strstr(forms[i][1], "client_secret"))
            continue;
        r = post(NULL, forms[i][0], "", with(str_c(forms[i][1]), good()));
        assert_int_not_equal(r.status, 401);
    }
    // In one way alone, and by its type.
    struct str form = STR("token=x&client_id=" DOC);
    struct str twice = with(STR("token=x&client_secret=y&client_id=" DOC), good());
    assert_int_equal(post(NULL, "/revoke", "", twice).status, 400);
    struct str other_type =
        arena_printf(kit.arena, STR_FMT "&client_assertion_type=saml&client_assertion=" STR_FMT,
                     STR_ARG(form), STR_ARG(good()));
    assert_int_equal(post(NULL, "/revoke", "", other_type).status, 400);
    assert_int_equal(post(NULL, "/revoke", "", with(form, STR(""))).status, 401);
    // client_id may be left out; a foreign one may not be shown.
    assert_int_equal(post(NULL, "/revoke", "", with(STR("token=x"), good())).status, 200);
    struct str public = register_for("Public", LOOPBACK);
    form = arena_printf(kit.arena, "token=x&client_id=" STR_FMT, STR_ARG(public));
    assert_int_equal(post(NULL, "/revoke", "", with(form, good())).status, 401);
}

static struct reply redeem(bool proved)
{
    struct str form = code_form(STR(DOC), URI, code_for(STR(DOC), URI), VERIFIER);
    return post(NULL, "/token", "", proved ? with(form, good()) : form);
}

static void a_sign_in(void **state)
{
    (void)state;
    struct str code = code_for(STR(DOC), URI);
    struct str form = code_form(STR(DOC), URI, code, VERIFIER);
    assert_int_equal(post(NULL, "/token", "", form).status, 401);
    struct str forged = sign(other, "", claims_of(DOC, AUD, NOW + 60));
    assert_int_equal(post(NULL, "/token", "", with(form, forged)).status, 401);
    struct reply r = post(NULL, "/token", "", with(form, good())); // neither burnt the code
    assert_int_equal(r.status, 200);
    for (int i = 0; i < 3; i++) {
        form = refresh_form(STR(DOC), member(&r, "refresh_token"));
        assert_int_equal(post(NULL, "/token", "", form).status, 401);
        r = post(NULL, "/token", "", with(form, good()));
        assert_int_equal(r.status, 200);
    }
}

// ChatGPT's shape: public where it comes without, but who began with the key goes on with it.
static void a_client_of_both_kinds(void **state)
{
    (void)state;
    document_has(TAKES_BOTH);
    struct reply r = redeem(false);
    assert_int_equal(r.status, 200);
    r = post(NULL, "/token", "", refresh_form(STR(DOC), member(&r, "refresh_token")));
    assert_int_equal(r.status, 200);

    r = redeem(true);
    assert_int_equal(r.status, 200);
    struct str form = refresh_form(STR(DOC), member(&r, "refresh_token"));
    assert_int_equal(post(NULL, "/token", "", form).status, 401);
    r = post(NULL, "/token", "", with(form, good()));
    assert_int_equal(r.status, 200);
    form = refresh_form(STR(DOC), member(&r, "refresh_token"));
    assert_int_equal(post(NULL, "/token", "", form).status, 401);

    // A wrong assertion is refused, not overlooked.
    struct str forged = sign(other, "", claims_of(DOC, AUD, NOW + 60));
    assert_int_equal(show(forged).status, 401);
}

// Where nothing can be fetched, ChatGPT's known copy still signs people in.
static void keys_that_cannot_be_had(void **state)
{
    (void)state;
    document_has(TAKES_BOTH);
    host.keys_down = true;
    kit_log_from_now(LOG_FORMAT_TEXT, LOG_WARNING);
    struct reply r = redeem(true);
    assert_int_equal(r.status, 200);
    assert_true(kit_logged("client assertion not judged") >= 1);
    r = post(NULL, "/token", "", with(refresh_form(STR(DOC), member(&r, "refresh_token")), good()));
    assert_int_equal(r.status, 200);

    // Not for a sign-in that began with the key: that waits.
    clock_freeze(NOW + 1000000);
    host.keys_down = false;
    r = redeem(true);
    struct str form = refresh_form(STR(DOC), member(&r, "refresh_token"));
    clock_freeze(NOW + 2000000);
    host.keys_down = true;
    struct reply later = post(NULL, "/token", "", with(form, good()));
    assert_int_equal(later.status, 503);
    assert_true(says(&later, "temporarily_unavailable"));
    host.keys_down = false;
    clock_freeze(NOW + 2000000 + DOCUMENT_PAUSE_S);
    assert_int_equal(post(NULL, "/token", "", with(form, good())).status, 200);
}

// --- metadata ---

static int start_off(void **state)
{
    (void)state;
    start_with((struct oauth_config){ .documents = OAUTH_DOCUMENTS_OFF });
    return 0;
}

static void announced_where_it_works(void **state)
{
    (void)state;
    struct reply r = get(NULL, "/.well-known/oauth-authorization-server", "");
    bool on = client_documents_on(kit.oauth);
    static const char *const endpoints[] = { "token", "revocation" };
    for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
        const char *text =
            arena_printf(kit.arena,
                         "\"%s_endpoint_auth_methods_supported\":[\"none\",\"private_key_jwt\"],"
                         "\"%s_endpoint_auth_signing_alg_values_supported\":[\"RS256\",\"PS256\","
                         "\"ES256\",\"EdDSA\",\"RS384\",\"RS512\",\"PS384\",\"PS512\",\"ES384\","
                         "\"ES512\"]",
                         endpoints[i], endpoints[i])
                .p;
        assert_int_equal(says(&r, text), on);
    }
    assert_int_equal(says(&r, "private_key_jwt"), on);
    assert_int_equal(show(good()).status, on ? 200 : 401);
}

// --- fixed clients ---

static const char *clients_of(const char *more)
{
    return arena_printf(kit.arena,
                        "[{\"client_id\":\"fixed\",\"redirect_uris\":[\"" LOOPBACK "\"]%s}]", more)
        .p;
}

static void start_fixed(const char *more, enum oauth_documents documents)
{
    const char *clients = clients_of(more);
    struct jwk *keep = key, *keep_other = other;
    clients = strdup(clients);
    (void)kit_stop(NULL);
    start_with((struct oauth_config){ .clients = clients, .documents = documents });
    jwk_free(key);
    jwk_free(other);
    key = keep;
    other = keep_other;
    host.keys = set_of(key, "");
    free((void *)(uintptr_t)clients);
}

static struct reply show_fixed(const struct jwk *by)
{
    struct str assertion = sign(by, "", claims_of("fixed", AUD, NOW + 60));
    return post(NULL, "/revoke", "", with(STR("token=x&client_id=fixed"), assertion));
}

static void fixed_clients(void **state)
{
    (void)state;
    start_fixed(arena_printf(kit.arena, ",\"jwks\":%s", host.keys).p, OAUTH_DOCUMENTS_OFF);
    assert_int_equal(show_fixed(key).status, 200);
    // T54: which ids there are, neither shows.
    struct reply unknown = post(NULL, "/revoke", "", STR("token=x&client_id=nobody"));
    struct reply r = show_fixed(other);
    assert_true(r.status == 401 && str_eq(r.body, unknown.body));
    r = post(NULL, "/revoke", "", STR("token=x&client_id=fixed"));
    assert_true(r.status == 401 && str_eq(r.body, unknown.body));
    r = get(NULL, "/.well-known/oauth-authorization-server", "");
    assert_true(says(&r, "[\"none\",\"private_key_jwt\"]"));
    start_fixed(",\"jwks_uri\":\"" KEYS "\"", OAUTH_DOCUMENTS_ANY);
    // A stranger's document that names the same place does not get there, and spoils nothing.
    host.inside = true;
    assert_int_equal(show(good()).status, 401);
    assert_int_equal(show_fixed(key).status, 200);
    assert_int_equal(show(good()).status, 401);
    assert_false(host.public_only); // the operator named it
    assert_int_equal(atomic_load(&host.asked_keys), 2);
}

static void wrong_fixed_clients_stop_the_start(void **state)
{
    (void)state;
    const struct {
        const char *more, *says;
    } rows[] = {
        { ",\"jwks\":{\"keys\":[]}", "client 1: jwks: none of the 0 keys" },
        { arena_printf(kit.arena, ",\"jwks\":%s", set_of(key, ",\"d\":\"AA\"")).p, "none of the" },
        { arena_printf(kit.arena, NEEDS_KEY ",\"jwks\":%s", host.keys).p, "is not known" },
        { arena_printf(kit.arena, ",\"jwks_uri\":\"" KEYS "\",\"jwks\":%s", host.keys).p,
          "exclude each other" },
        { ",\"jwks_uri\":\"http://localhost/k\"", "https URL" },
        { ",\"jwks_uri\":7", "needs jwks" },
        { ",\"jwks_uri\":\"" KEYS "\",\"token_endpoint_auth_signing_alg\":\"HS256\"", "RS256" },
        { ",\"token_endpoint_auth_signing_alg\":\"RS256\"", "needs jwks" },
        { ",\"jwks_uri\":\"" KEYS "\",\"client_secret_sha256\":\""
          "2674d9c475d8fae298a2d52c1155142fd8f3345f0f48487b1f25330f9043abec\"",
          "a secret and keys" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct oauth *o = NULL;
        struct err err = { 0 };
        const struct oauth_config config = { .clients = clients_of(rows[i].more),
                                             .keys = kit.keys,
                                             .idp = kit.idp,
                                             .spent = kit.spent };
        if (oauth_new(&config, &o, &err) || !strstr(err.text, rows[i].says))
            fail_msg("%s: %s", rows[i].more, err.text);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_claim),
        TEST(good_once),
        TEST(one_of_16_spends_it),
        cmocka_unit_test_setup_teardown(without_the_store_nobody_is_known, start_full, stop),
        TEST(T44_signatures),
        TEST(each_algorithm),
        TEST(key_sets),
        TEST(keys_are_kept_and_looked_for_again),
        TEST(T26_only_good_places_are_asked),
        TEST(keys_inside_the_document),
        TEST(a_client_with_a_key_alone_needs_it),
        TEST(a_sign_in),
        TEST(a_client_of_both_kinds),
        TEST(keys_that_cannot_be_had),
        TEST(announced_where_it_works),
        cmocka_unit_test_setup_teardown(announced_where_it_works, start_off, stop),
        TEST(fixed_clients),
        TEST(wrong_fixed_clients_stop_the_start),
    };
    return cmocka_run_group_tests_name("oauth: assertions of clients", tests, NULL, NULL);
}
