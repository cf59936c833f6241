// SPDX-License-Identifier: MIT
// Federated credentials: a token file that the platform renews, and Azure's managed identity asked
// the way each platform wants it.
#include "unit/idp/fake_idp.h"

#define OTHER_ISSUER "https://idp.example.com"
#define IDENTITY     "33333333-4444-4555-8666-777777777777"
#define THREADS      16

static struct arena *arena;

// The platform's identity endpoint.
static struct platform {
    struct scripted server;
    pthread_mutex_t lock;
    // under lock
    int status[3]; // of the first answers; the last counts for all that follow
    const char *body[3];
    int delay_ms;
    size_t requests;
    char target[512], metadata[16], header[64];
} platform;

static void serve(void *ctx, const struct scripted_request *request, struct scripted_answer *answer)
{
    struct platform *p = ctx;
    pthread_mutex_lock(&p->lock);
    size_t i = p->requests < 3 ? p->requests : 2;
    p->requests++;
    while (i > 0 && !p->status[i])
        i--;
    snprintf(p->target, sizeof p->target, STR_FMT, STR_ARG(request->target));
    snprintf(p->metadata, sizeof p->metadata, STR_FMT,
             STR_ARG(scripted_header(request, "Metadata")));
    snprintf(p->header, sizeof p->header, STR_FMT,
             STR_ARG(scripted_header(request, "X-IDENTITY-HEADER")));
    answer->status = p->status[i];
    buf_adds(&answer->body, p->body[i]);
    int delay_ms = p->delay_ms;
    pthread_mutex_unlock(&p->lock);
    usleep((useconds_t)delay_ms * 1000);
}

static int set_up(void **state)
{
    arena = arena_new();
    platform = (struct platform){ .status = { 200 } };
    pthread_mutex_init(&platform.lock, NULL);
    if (!scripted_start(&platform.server, 0, serve, &platform))
        return -1;
    return fake_set_up(state);
}

static int tear_down(void **state)
{
    scripted_stop(&platform.server);
    pthread_mutex_destroy(&platform.lock);
    arena_free(arena);
    return fake_tear_down(state);
}

// What the platform answers from now on.
static void say(int status, const char *body)
{
    pthread_mutex_lock(&platform.lock);
    platform.requests = 0;
    for (int i = 0; i < 3; i++) {
        platform.status[i] = status;
        platform.body[i] = body;
    }
    pthread_mutex_unlock(&platform.lock);
}

static const char *token(const char *subject, int64_t ends_in)
{
    const char *claims = arena_printf(arena, "\"sub\":\"%s\"", subject).p;
    return fake_token_at(arena, key_a, "", claims, NOW + ends_in - 3600).p;
}

static void give(const char *jwt)
{
    say(200, arena_printf(arena, "{\"access_token\":\"%s\",\"token_type\":\"Bearer\"}", jwt).p);
}

static const char *platform_url(const char *path)
{
    return arena_printf(arena, "http://127.0.0.1:%d%s", platform.server.port, path).p;
}

static void accept_all(void)
{
    fake->token_status[0] = fake->token_status[1] = 200;
    fake->token_body[0] = fake->token_body[1] =
        "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"device_code\":\"d\",\"user_code\":\"u\","
        "\"verification_uri\":\"https://idp.example.com/device\"}";
    fake->token_requests = 0;
}

static struct idp *open_as(struct idp_config config)
{
    struct idp *idp = fake_open(&config);
    idp_complete(idp, &idp->given, &(struct announced){ .secret_basic = true });
    accept_all();
    return idp;
}

static bool refresh(struct idp *idp, struct err *err)
{
    struct idp_grant grant;
    return idp_refresh(idp, arena, STR("rt"), NULL, &grant, err);
}

static bool sent(size_t request, const char *jwt)
{
    return strstr(fake->form[request], arena_printf(arena, "&client_assertion=%s", jwt).p) &&
           strstr(fake->form[request],
                  "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3A"
                  "jwt-bearer&") &&
           strstr(fake->form[request], "client_id=" CLIENT) && !*fake->authorization[request] &&
           !strstr(fake->form[request], "client_secret");
}

// --- a file ---

static const char *file_with(const char *text)
{
    char path[] = "/tmp/federated-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return arena_str(arena, str_c(path)).p;
}

static struct idp *with_file(const char *path, const char *issuer)
{
    struct idp_config config = fake_config();
    config.issuer = issuer;
    config.client_assertion_file = path;
    config.revocation_endpoint = config.device_authorization_endpoint = config.token_endpoint;
    return open_as(config);
}

static void the_file_proves_every_request(void **state)
{
    (void)state;
    const char *jwt = token("pod", 3600);
    const char *path = file_with(arena_printf(arena, "\n %s \r\n", jwt).p);
    struct idp *idp = with_file(path, OTHER_ISSUER);
    struct idp_grant grant;
    struct idp_device device;
    struct err err = { 0 };
    assert_false(idp_client_is_public(idp));
    assert_true(refresh(idp, &err) && sent(0, jwt));
    accept_all();
    assert_true(idp_device_begin(idp, arena, NULL, &device, &err) && sent(0, jwt));
    accept_all();
    assert_true(idp_revoke(idp, STR("rt"), NULL, &err) && sent(0, jwt));
    accept_all(); // these two lack the ID token, which comes after the proof
    assert_false(idp_redeem_code(idp, arena, STR("c"), STR("https://x/cb"), STR("v"), STR("n"),
                                 NULL, &grant, &err));
    assert_true(sent(0, jwt));
    accept_all();
    assert_int_equal(idp_device_poll(idp, arena, STR("d"), NULL, &grant, &err), IDP_POLL_FAILED);
    assert_true(sent(0, jwt));
    idp_free(idp);
    unlink(path);
}

static void replace(const char *path, const char *jwt)
{
    const char *fresh = file_with(jwt);
    assert_int_equal(rename(fresh, path), 0);
}

static void a_renewed_file_counts_at_once(void **state)
{
    (void)state;
    const char *first = token("first", 3600), *second = token("second", 3600);
    const char *path = file_with(first);
    struct idp *idp = with_file(path, ISSUER);
    struct err err = { 0 };
    assert_true(refresh(idp, &err) && sent(0, first));
    replace(path, second);
    assert_true(refresh(idp, &err) && sent(1, second));
    unlink(path);
    assert_false(refresh(idp, &err)); // nothing is kept
    assert_int_equal(fake->token_requests, 2);
    idp_free(idp);
}

static void useless_files_are_named(void **state)
{
    (void)state;
    char large[ASSERTION_BYTES_MAX + 2];
    memset(large, 'a', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    const struct {
        const char *path, *says;
    } cases[] = {
        { "/nonexistent/token", "cannot read /nonexistent/token: No such file" },
        { "/tmp", "/tmp is no file" },
        { "/dev/zero", "/dev/zero is no file" },
        { file_with(""), "is empty" },
        { file_with(" \n"), "is empty" },
        { file_with("s3cret-no-jwt"), "is not a signed JWT" },
        { file_with("e30.s3cret.x"), "is not a signed JWT" },
        { file_with(large), "is larger than the limit of 16384 bytes" },
        { file_with(token("s3cret", 0)), "ended at 2026-09-01T00:00:00Z (exp)" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(buf_release) struct buf warnings = BUF_INIT(4096);
        struct idp *idp = with_file(cases[i].path, ISSUER);
        struct err err = { 0 };
        idp_warnings(idp, NOW, &warnings);
        assert_false(refresh(idp, &err));
        const char *const texts[] = { err.text, buf_cstr(&warnings) };
        for (size_t j = 0; j < ARRAY_LEN(texts); j++)
            if (!strstr(texts[j], cases[i].says) || !strstr(texts[j], cases[i].path) ||
                !strstr(texts[j], "OIDCPROXY_AUTH_CLIENT_ASSERTION") || strstr(texts[j], "s3cret"))
                fail_msg("case %zu: %s", i, texts[j]);
        assert_int_equal(err.code, ERR_IDP_MISCONFIGURED);
        assert_int_equal(fake->token_requests, 0);
        idp_free(idp);
        if (strstr(cases[i].path, "federated-"))
            unlink(cases[i].path);
    }
}

static void a_good_file_raises_no_warning(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf warnings = BUF_INIT(4096);
    const char *path = file_with(token("pod", 1));
    struct idp *idp = with_file(path, ISSUER);
    idp_warnings(idp, NOW, &warnings);
    assert_int_equal(warnings.n, 0);
    idp_free(idp);
    unlink(path);
}

// --- a managed identity ---

static struct idp *with_identity(const char *id, const char *endpoint, const char *header)
{
    struct idp_config config = fake_config();
    config.managed_identity = true;
    config.managed_identity_id = id;
    config.identity_endpoint = endpoint;
    config.identity_header = header;
    config.metadata_host = platform_url("");
    return open_as(config);
}

static void each_platform_is_asked_its_way(void **state)
{
    (void)state;
    const struct {
        const char *id, *endpoint, *header, *token_endpoint, *target;
    } cases[] = {
        { NULL, NULL, NULL, NULL,
          "/metadata/identity/oauth2/token?api-version=2018-02-01&resource="
          "api%3A%2F%2FAzureADTokenExchange" },
        { IDENTITY, NULL, NULL, NULL,
          "/metadata/identity/oauth2/token?api-version=2018-02-01&resource="
          "api%3A%2F%2FAzureADTokenExchange&client_id=" IDENTITY },
        { IDENTITY, platform_url("/msi/token"), "opens-it", NULL,
          "/msi/token?api-version=2019-08-01&resource=api%3A%2F%2FAzureADTokenExchange&client_id=" IDENTITY },
        { NULL, platform_url("/msi/token?x=1"), "opens-it",
          "https://login.microsoftonline.us/" TENANT "/oauth2/v2.0/token",
          "/msi/token?x=1&api-version=2019-08-01&resource="
          "api%3A%2F%2FAzureADTokenExchangeUSGov" },
        { NULL, platform_url("/msi/token"), NULL, // Azure Arc: no header
          "https://login.partner.microsoftonline.cn/" TENANT "/oauth2/v2.0/token",
          "/metadata/identity/oauth2/token?api-version=2018-02-01&resource="
          "api%3A%2F%2FAzureADTokenExchangeChina" },
    };
    give(token("mi", 3600));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        CLEANUP(buf_release) struct buf out = BUF_INIT(ASSERTION_BYTES_MAX);
        struct err err = { 0 };
        struct idp *idp = with_identity(cases[i].id, cases[i].endpoint, cases[i].header);
        if (cases[i].token_endpoint)
            idp->config.token_endpoint = cases[i].token_endpoint;
        if (!federated_assertion(idp, &out, &err))
            fail_msg("%zu: %s", i, err.text);
        bool app = strstr(cases[i].target, "2019-08-01");
        assert_string_equal(platform.target, cases[i].target);
        assert_string_equal(platform.metadata, app ? "" : "true");
        assert_string_equal(platform.header, app ? cases[i].header : "");
        idp_free(idp);
    }
}

static void its_token_is_kept_until_shortly_before_its_end(void **state)
{
    (void)state;
    const char *first = token("first", 3600), *second = token("second", 7200);
    struct idp *idp = with_identity(IDENTITY, NULL, NULL);
    struct err err = { 0 };
    give(first);
    assert_true(refresh(idp, &err) && sent(0, first));
    clock_freeze(NOW + 3600 - 301);
    assert_true(refresh(idp, &err) && sent(1, first));
    assert_int_equal(platform.requests, 1);
    clock_freeze(NOW + 3600 - 300);
    give(second);
    assert_true(refresh(idp, &err) && sent(1, second));
    assert_int_equal(platform.requests, 1);
    idp_free(idp);
}

static void a_failing_platform_is_bridged_by_the_old_token(void **state)
{
    (void)state;
    const char *first = token("first", 3600);
    struct idp *idp = with_identity(IDENTITY, NULL, NULL);
    struct err err = { 0 };
    give(first);
    assert_true(refresh(idp, &err));
    say(400, "{}");
    clock_freeze(NOW + 3600 - 100);
    assert_true(refresh(idp, &err) && sent(1, first));
    assert_true(refresh(idp, &err) && sent(1, first)); // not asked again at once
    assert_int_equal(platform.requests, 1);
    clock_freeze(NOW + 3600 - 30); // too late to be sent
    usleep(2000);
    assert_false(refresh(idp, &err));
    assert_int_equal(platform.requests, 2);
    idp_free(idp);
}

struct caller {
    pthread_t thread;
    struct idp *idp;
    bool ok;
    struct err err;
};

static void *call(void *arg)
{
    struct caller *c = arg;
    CLEANUP(buf_release) struct buf out = BUF_INIT(ASSERTION_BYTES_MAX);
    c->ok = federated_assertion(c->idp, &out, &c->err);
    return NULL;
}

static void one_asks_for_all(void **state)
{
    (void)state;
    platform.delay_ms = 300; // all have come before it answers
    for (int good = 0; good < 2; good++) {
        struct caller callers[THREADS] = { 0 };
        struct idp *idp = with_identity(NULL, NULL, NULL);
        if (good)
            give(token("mi", 3600));
        else
            say(400,
                "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}");
        for (int i = 0; i < THREADS; i++) {
            callers[i].idp = idp;
            assert_int_equal(pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
        }
        for (int i = 0; i < THREADS; i++) {
            pthread_join(callers[i].thread, NULL);
            assert_int_equal(callers[i].ok, good);
            assert_true(good || strstr(callers[i].err.text, "Identity not found"));
        }
        assert_int_equal(platform.requests, 1);
        idp_free(idp);
    }
}

static void refusals_say_what_to_do(void **state)
{
    (void)state;
    const char *ended = arena_printf(arena, "{\"access_token\":\"%s\"}", token("s3cret", 20)).p;
    const struct {
        int status;
        const char *body, *says;
        enum err_code code;
        size_t requests;
    } cases[] = {
        { 400, "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}",
          "it answered 400: invalid_request: Identity not found. Assign the", ERR_IDP_MISCONFIGURED,
          1 },
        { 400, "{\"statusCode\":400,\"message\":\"No User Assigned\\nManaged Identity found\"}",
          "it answered 400: No User Assigned Managed Identity found", ERR_IDP_MISCONFIGURED, 1 },
        { 401, "", "it answered 401. Assign the identity", ERR_IDP_MISCONFIGURED, 1 },
        { 404, "<html>not a metadata service of Azure</html>", "it answered 404. Assign",
          ERR_UPSTREAM, 3 },
        { 200, "<html>", "its answer is no JSON", ERR_IDP_MISCONFIGURED, 1 },
        { 200, "{}", "its access_token is not a signed JWT", ERR_IDP_MISCONFIGURED, 1 },
        { 200, "{\"access_token\":\"s3cret\"}", "its access_token is not a signed JWT",
          ERR_IDP_MISCONFIGURED, 1 },
        { 200, ended, "its access_token ended at 2026-09-01T00:00:20Z", ERR_IDP_MISCONFIGURED, 1 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct idp *idp = with_identity(NULL, platform_url("/msi/token"), "opens-it");
        struct err err = { 0 };
        say(cases[i].status, cases[i].body);
        assert_false(refresh(idp, &err));
        if (!strstr(err.text, cases[i].says) || strstr(err.text, "s3cret") ||
            strstr(err.text, "opens-it") || !strstr(err.text, "/msi/token"))
            fail_msg("case %zu: %s", i, err.text);
        assert_int_equal(err.code, cases[i].code);
        assert_int_equal(platform.requests, cases[i].requests);
        assert_int_equal(fake->token_requests, 0);
        idp_free(idp);
    }
}

static void a_passing_fault_is_asked_again(void **state)
{
    (void)state;
    struct idp *idp = with_identity(NULL, NULL, NULL);
    struct err err = { 0 };
    give(token("mi", 3600));
    platform.status[0] = 410;
    platform.status[1] = 500;
    assert_true(refresh(idp, &err));
    assert_int_equal(platform.requests, 3);
    idp_free(idp);
}

static void another_machine_than_azures_is_told(void **state)
{
    (void)state;
    struct idp_config config = fake_config();
    config.managed_identity = true;
    config.metadata_host = "http://127.0.0.1:1";
    struct idp *idp = open_as(config);
    struct err err = { 0 };
    assert_false(refresh(idp, &err));
    static const char *const says[] = {
        "nobody answers at http://127.0.0.1:1/metadata/identity/oauth2/token", "IDENTITY_ENDPOINT",
        "OIDCPROXY_AUTH_CLIENT_ASSERTION=/path"
    };
    for (size_t i = 0; i < ARRAY_LEN(says); i++)
        if (!strstr(err.text, says[i]))
            fail_msg("%s: %s", says[i], err.text);
    idp_free(idp);
}

// A proxy must not learn the identity's token, nor answer in the platform's place.
static void no_proxy_stands_between(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf out = BUF_INIT(ASSERTION_BYTES_MAX);
    struct idp *idp = with_identity(NULL, NULL, NULL);
    struct err err = { 0 };
    give(token("mi", 3600));
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    bool ok = federated_assertion(idp, &out, &err);
    unsetenv("http_proxy");
    assert_true(ok);
    idp_free(idp);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_file_proves_every_request),
        T(a_renewed_file_counts_at_once),
        T(useless_files_are_named),
        T(a_good_file_raises_no_warning),
        T(each_platform_is_asked_its_way),
        T(its_token_is_kept_until_shortly_before_its_end),
        T(a_failing_platform_is_bridged_by_the_old_token),
        T(one_asks_for_all),
        T(refusals_say_what_to_do),
        T(a_passing_fault_is_asked_again),
        T(another_machine_than_azures_is_told),
        T(no_proxy_stands_between),
    };
    return cmocka_run_group_tests(tests, fake_group_set_up, fake_group_tear_down);
}
