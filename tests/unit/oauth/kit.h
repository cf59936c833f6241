// SPDX-License-Identifier: MIT
// The façade on a real listener, a raw client with a jar of two cookies, a scripted person, and an
// identity provider that answers inside fetch(): the code it is shown is the nonce of its ID token.
#ifndef TESTS_UNIT_OAUTH_KIT_H
#define TESTS_UNIT_OAUTH_KIT_H

#include "unit/http/help.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#ifdef KIT_WITH_ACCESS // tests of access/ have /mcp too
#include "access/access.h"
#endif
#include "base/log.h"
#include "base/utf8.h"
#include "fetch/fetch.h"
#include "idp/idp.h"
#include "jose/b64url.h"
#include "jose/claims.h"
#include "jose/digest.h"
#include "jose/jws.h"
#include "json/dom.h"
#include "oauth/access_token.h"
#include "oauth/oauth.h"

#define NOW            1788220800
#define HOST           "mcp.example.com"
#define BASE           "https://" HOST
#define ISSUER         "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"
#define APP            "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
#define VERIFIER       "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636 appendix B
#define CHALLENGE      "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define LOOPBACK       "http://localhost:3334/oauth/callback"
#define SECRET_REFRESH "upstream-refresh-token-of-the-provider"

static struct {
    struct keyring *keys;
    struct spent_store *spent;
    struct idp *idp;
    struct oauth *oauth;
#ifdef KIT_WITH_ACCESS
    struct access *access;
#endif
    struct http_server *server;
    struct http_route routes[40];
    struct arena *arena;
    struct jwk *idp_key;
    // what the provider does
    const char *audience;          // NULL: APP
    const char *subject;           // NULL: "person-1"
    const char *error_body;        // of a 400 of its token endpoint; NULL: it says yes
    const char *const *registered; // redirect URIs it knows; NULL: all
    bool unreachable, no_refresh, no_id_token;
    const char *groups; // claims of ID tokens besides: ",\"groups\":[…]"; NULL: none
    bool probes_fail;
    const char *device_body; // of its device endpoint, as a refusal; NULL: it gives a code
    atomic_uint probes;
    char redeemed_at[256]; // redirect_uri of the last code
    int delay_ms;
    int log_fd; // 0: stderr
    // first asked; false: it is no request of the test's
    bool (*answers)(const struct fetch_request *request, struct fetch_response *ret);
    // every other host
    bool (*elsewhere)(const struct fetch_request *, struct fetch_response *, struct err *);
    atomic_uint token_requests;
} kit;

// Who may use the server; outlives kit_start_with, which begins with everybody.
static struct {
    const char *const *users, *const *groups;
} kit_people;

// --- the provider ---

static inline struct str token_of_idp(struct arena *arena, struct str nonce, const char *audience)
{
    CLEANUP(buf_release) struct buf payload = BUF_INIT(4096);
    CLEANUP(buf_release) struct buf token = BUF_INIT(8192);
    const char *subject = kit.subject ? kit.subject : "person-1";
    buf_addf(
        &payload,
        "{\"iss\":\"" ISSUER
        "\",\"aud\":\"%s\",\"sub\":\"%s\",\"oid\":\"%s\",\"tid\":\"11111111-2222-3333-4444-555555555555\","
        "\"name\":\"Ada <i>\",\"preferred_username\":\"ada@example.com\",\"nonce\":\"" STR_FMT
        "\",\"iat\":%lld,\"nbf\":%lld,\"exp\":%lld%s}",
        audience, subject, subject, STR_ARG(nonce), (long long)clock_now(), (long long)clock_now(),
        (long long)clock_now() + 3600, kit.groups ? kit.groups : "");
    jws_sign(kit.idp_key, STR(""), buf_str(&payload), &token);
    return arena_str(arena, buf_str(&token));
}

// An access token of the provider for this application.
static inline struct str bearer_of_idp(struct arena *arena)
{
    CLEANUP(buf_release) struct buf payload = BUF_INIT(4096);
    CLEANUP(buf_release) struct buf token = BUF_INIT(8192);
    buf_addf(
        &payload,
        "{\"iss\":\"" ISSUER "\",\"aud\":\"" APP
        "\",\"sub\":\"pairwise\",\"oid\":\"person-1\",\"tid\":\""
        "11111111-2222-3333-4444-555555555555\",\"azp\":\"other-app\",\"azpacr\":\"0\",\"scp\":\"access\","
        "\"iat\":%d,\"nbf\":%d,\"exp\":%d}",
        NOW, NOW, NOW + 3600);
    jws_sign(kit.idp_key, STR(""), buf_str(&payload), &token);
    return arena_str(arena, buf_str(&token));
}

static inline void provider_answers(const struct fetch_request *request, struct buf *out)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct form *form;
    struct err err;
    assert_true(form_parse(arena, request->body, &form, &err));
    bool refresh = str_is(form_get(form, "grant_type"), "refresh_token");
    bool device = form_get(form, "device_code").n > 0;
    if (refresh)
        assert_true(str_starts(form_get(form, "refresh_token"), STR(SECRET_REFRESH)));
    assert_null(form_get(form, "resource").p);
    if (form_get(form, "redirect_uri").n)
        snprintf(kit.redeemed_at, sizeof kit.redeemed_at, STR_FMT,
                 STR_ARG(form_get(form, "redirect_uri")));
    struct str nonce = refresh || device ? STR("") : form_get(form, "code");
    buf_adds(out, "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
                  "\"access_token\":\"opaque-graph\"");
    if (!kit.no_id_token)
        buf_addf(out, ",\"id_token\":\"" STR_FMT "\"",
                 STR_ARG(token_of_idp(arena, nonce, kit.audience ? kit.audience : APP)));
    if (!kit.no_refresh)
        buf_addf(out, ",\"refresh_token\":\"" SECRET_REFRESH "-%u\"",
                 atomic_load(&kit.token_requests));
    buf_adds(out, "}");
}

// prompt=none without a session: back to the application where it is registered, else a page.
static inline void provider_probed(struct str url, struct fetch_response *ret)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct form *form;
    struct err err;
    atomic_fetch_add(&kit.probes, 1);
    (void)str_cut(&url, '?');
    assert_true(form_parse(arena, url, &form, &err));
    struct str uri = form_get(form, "redirect_uri");
    bool known = !kit.registered;
    for (const char *const *r = kit.registered; r && *r; r++)
        known = known || str_is(uri, *r);
    if (known) {
        ret->status = 302;
        buf_addf(&ret->headers,
                 "Location: " STR_FMT
                 "?error=login_required&error_description=AADSTS50058&state=" STR_FMT "\r\n",
                 STR_ARG(uri), STR_ARG(form_get(form, "state")));
        return;
    }
    buf_adds(&ret->body, "<html>AADSTS50011: The redirect URI does not match</html>");
}

struct fetcher {
    int unused;
};

bool fetcher_new(const struct fetch_config *config, struct fetcher **ret, struct err *err)
{
    static struct fetcher one;
    (void)config, (void)err;
    *ret = &one;
    return true;
}

void fetcher_free(struct fetcher *f)
{
    (void)f;
}

bool fetch(struct fetcher *f, const struct fetch_request *request, struct fetch_response *ret,
           struct err *err)
{
    (void)f;
    *ret = (struct fetch_response){ .status = 200,
                                    .body = BUF_INIT(65536),
                                    .headers = BUF_INIT(8192) };
    if (kit.answers && !kit.unreachable && kit.answers(request, ret))
        return true;
    if (!str_starts(str_c(request->url), STR("https://login.example.com/")))
        return kit.elsewhere ? kit.elsewhere(request, ret, err)
                             : err_set(err, ERR_CONNECT, "no such host");
    if (kit.probes_fail && strstr(request->url, "/authorize?"))
        return err_set(err, ERR_CONNECT, "login.example.com cannot be reached");
    if (strstr(request->url, "/authorize?")) {
        provider_probed(str_c(request->url), ret);
        return true;
    }
    if (kit.unreachable)
        return err_set(err, ERR_CONNECT, "login.microsoftonline.com cannot be reached");
    if (str_ends(str_c(request->url), STR("/devicecode")) && kit.device_body) {
        ret->status = 400;
        buf_adds(&ret->body, kit.device_body);
        return true;
    }
    if (str_ends(str_c(request->url), STR("/devicecode"))) {
        buf_adds(&ret->body, "{\"device_code\":\"upstream-device-code\",\"user_code\":"
                             "\"WDJB-MJHT\",\"verification_uri\":\"https://login.example.com/"
                             "device\",\"expires_in\":900,\"interval\":5}");
        return true;
    }
    if (str_ends(str_c(request->url), STR("/keys"))) {
        buf_adds(&ret->body, "{\"keys\":[");
        jwk_public_json(kit.idp_key, STR(""), &ret->body);
        buf_adds(&ret->body, "]}");
        return true;
    }
    atomic_fetch_add(&kit.token_requests, 1);
    if (kit.delay_ms)
        usleep((unsigned)kit.delay_ms * 1000);
    if (kit.error_body) {
        ret->status = 400;
        buf_adds(&ret->body, kit.error_body);
    } else {
        provider_answers(request, &ret->body);
    }
    return true;
}

void fetch_response_release(struct fetch_response *r)
{
    buf_release(&r->body);
    buf_release(&r->headers);
}

struct str fetch_header_get(const struct fetch_response *r, const char *name)
{
    struct str rest = buf_str(&r->headers);
    while (rest.n) {
        struct str value = str_cut(&rest, '\n');
        if (str_eq_nocase(str_cut(&value, ':'), str_c(name)) && value.p)
            return str_trim(value);
    }
    return STR_NONE;
}

int fetch_retry_after(const struct fetch_response *r, int64_t now)
{
    (void)r, (void)now;
    return -1;
}

// --- the server ---

#ifdef KIT_WITH_ACCESS
static inline void mcp_checked(struct exchange *ex, void *ctx)
{
    const struct principal *who;
    (void)ctx;
    if (access_check(kit.access, ex, NULL, &who))
        http_reply(ex, 200, "text/plain", who->key);
}

static inline void mcp(struct exchange *ex, void *ctx)
{
    const struct principal *who;
    bool would_block = false;
    (void)ctx;
    if (access_check(kit.access, ex, &would_block, &who))
        http_reply(ex, 200, "text/plain", who->key);
    else if (would_block)
        http_defer(ex, mcp_checked, NULL);
}
#endif

static inline struct keyring *kit_keys(void)
{
    struct keyring *keys;
    struct err err;
    assert_true(keyring_new(&STR("0123456789abcdef0123456789abcdef"), 1, &keys, &err));
    return keys;
}

static inline struct idp *kit_idp(void)
{
    const struct idp_config config = { .allowed_users = kit_people.users,
                                       .allowed_groups = kit_people.groups,
                                       .issuer = ISSUER,
                                       .authorization_endpoint =
                                           "https://login.example.com/authorize",
                                       .token_endpoint = "https://login.example.com/token",
                                       .jwks_uri = "https://login.example.com/keys",
                                       .device_authorization_endpoint =
                                           "https://login.example.com/devicecode",
                                       .client_id = APP,
                                       .scopes = "openid profile offline_access" };
    struct fetcher *fetcher;
    struct idp *idp;
    struct err err;
    assert_true(fetcher_new(NULL, &fetcher, &err));
    assert_true(idp_new(&config, fetcher, &idp, &err));
    return idp;
}

static inline struct http_server *kit_serve(const struct http_route *routes)
{
    static const char *const any[] = { "*", NULL };
    return serve((struct http_config){
        .host = "127.0.0.1", .routes = routes, .allowed_hosts = any, .workers = 16, .queue = 256 });
}

static inline void kit_start_with(struct oauth_config config)
{
    struct err err = { 0 };
    size_t count;
    memset(&kit, 0, sizeof kit);
    clock_freeze(NOW);
    log_setup(2, LOG_FORMAT_TEXT, LOG_WARNING);
    kit.arena = arena_new();
    kit.idp_key = jwk_generate(JWS_ES256);
    kit.spent = config.spent ? config.spent : spent_memory_new(100000);
    kit.keys = kit_keys();
    kit.idp = kit_idp();
    config.product_name = "Zscaler MCP Server";
    config.idp = kit.idp;
    config.keys = kit.keys;
    config.spent = kit.spent;
    if (!oauth_new(&config, &kit.oauth, &err))
        fail_msg("%s", err.text);
#ifdef KIT_WITH_ACCESS
    struct access_config access = { .mode = ACCESS_OIDCPROXY,
                                    .oauth = kit.oauth,
                                    .keys = kit.keys,
                                    .spent = kit.spent,
                                    .idp = kit.idp };
    assert_true(access_new(&access, &kit.access, &err));
#endif
    const struct http_route *routes = oauth_routes(kit.oauth, &count);
    memcpy(kit.routes, routes, count * sizeof *routes);
#ifdef KIT_WITH_ACCESS
    kit.routes[count] =
        (struct http_route){ .methods = HTTP_GET | HTTP_POST, .path = "/mcp", .handler = mcp };
#endif
    kit.server = kit_serve(kit.routes);
}

static inline int kit_start(void **state)
{
    (void)state;
    kit_start_with((struct oauth_config){ .base_url = BASE });
    return 0;
}

static inline int kit_stop(void **state)
{
    (void)state;
    http_server_stop(kit.server, 1000);
#ifdef KIT_WITH_ACCESS
    access_free(kit.access);
#endif
    oauth_free(kit.oauth);
    idp_free(kit.idp);
    keyring_free(kit.keys);
    spent_free(kit.spent);
    jwk_free(kit.idp_key);
    arena_free(kit.arena);
    if (kit.log_fd)
        close(kit.log_fd);
    log_setup(2, LOG_FORMAT_TEXT, LOG_WARNING);
    clock_freeze(0);
    return 0;
}

// --- the log ---

// Starts the server anew: the log is set up while nobody writes to it.
static inline void kit_log_from_now(enum log_format format, enum log_level least)
{
    http_server_stop(kit.server, 1000);
    if (kit.log_fd)
        close(kit.log_fd);
    kit.log_fd = memfd_create("log", MFD_CLOEXEC);
    assert_true(kit.log_fd > 0);
    log_setup(kit.log_fd, format, least);
    kit.server = kit_serve(kit.routes);
}

static inline struct str kit_log(void)
{
    off_t n = lseek(kit.log_fd, 0, SEEK_END);
    char *bytes = arena_alloc(kit.arena, (size_t)n + 1);
    assert_int_equal(pread(kit.log_fd, bytes, (size_t)n, 0), n);
    return str_of(bytes, (size_t)n);
}

static inline size_t kit_logged(const char *text)
{
    size_t count = 0;
    for (struct str rest = kit_log(); rest.p;)
        count += str_find(str_cut(&rest, '\n'), str_c(text)) >= 0;
    return count;
}

// --- the client ---

struct jar {
    char browser[256], consents[1024];
};

struct reply {
    int status;
    struct str head, body;
};

static inline struct str header(const struct reply *r, const char *name)
{
    for (struct str rest = r->head; rest.p;) {
        struct str line = str_cut(&rest, '\n');
        struct str key = str_cut(&line, ':');
        if (line.p && str_eq_nocase(key, str_c(name)))
            return str_trim(line);
    }
    return STR_NONE;
}

static inline void jar_take(struct jar *jar, const struct reply *r)
{
    for (struct str rest = r->head; rest.p;) {
        struct str line = str_cut(&rest, '\n');
        if (str_starts(line, STR("Set-Cookie: __Host-mcp-browser=")) ||
            str_starts(line, STR("Set-Cookie: mcp-browser="))) {
            (void)str_cut(&line, '=');
            struct str value = str_cut(&line, ';');
            snprintf(jar->browser, sizeof jar->browser, STR_FMT, STR_ARG(value));
        } else if (str_starts(line, STR("Set-Cookie: __Host-mcp-consents="))) {
            (void)str_cut(&line, '=');
            struct str value = str_cut(&line, ';');
            snprintf(jar->consents, sizeof jar->consents, STR_FMT, STR_ARG(value));
        }
    }
}

static _Thread_local struct http_server *talk_to; // NULL: kit.server

// Usable from many threads when each has an arena of its own.
static inline struct reply talk(struct arena *arena, struct jar *jar, const char *method,
                                struct str target, const char *headers, struct str body)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(1 << 20);
    bool named = strstr(headers, "Host:") != NULL;
    buf_addf(&out, "%s " STR_FMT " HTTP/1.1\r\n%sConnection: close\r\n%s", method, STR_ARG(target),
             named ? "" : "Host: " HOST "\r\n", headers);
    if (jar && (jar->browser[0] || jar->consents[0]))
        buf_addf(&out, "Cookie: __Host-mcp-browser=%s; __Host-mcp-consents=%s\r\n", jar->browser,
                 jar->consents);
    if (body.p)
        buf_addf(&out, "Content-Length: %zu\r\n", body.n);
    buf_adds(&out, "\r\n");
    buf_add(&out, body);
    struct buf in = BUF_INIT(4 << 20);
    int fd = dial(talk_to ? talk_to : kit.server);
    say(fd, buf_str(&out));
    hear(fd, &in, NULL, 20000);
    close(fd);
    struct str all = arena_str(arena, buf_str(&in));
    buf_release(&in);
    struct reply r = { .status = status_of(all), .head = all };
    ptrdiff_t end = str_find(all, STR("\r\n\r\n"));
    if (end >= 0) {
        r.head = str_slice(all, 0, (size_t)end);
        r.body = str_slice(all, (size_t)end + 4, all.n);
    }
    if (jar)
        jar_take(jar, &r);
    return r;
}

static inline struct reply get(struct jar *jar, const char *target, const char *headers)
{
    return talk(kit.arena, jar, "GET", str_c(target), headers, STR_NONE);
}

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define OWN  "Origin: " BASE "\r\nSec-Fetch-Site: same-origin\r\n"

static inline struct reply post(struct jar *jar, const char *target, const char *headers,
                                struct str body)
{
    CLEANUP(buf_release) struct buf all = BUF_INIT(4096);
    buf_addf(&all, FORM "%s", headers);
    return talk(kit.arena, jar, "POST", str_c(target), buf_cstr(&all), body);
}

static inline struct reply post_json(const char *target, const char *body)
{
    return talk(kit.arena, NULL, "POST", str_c(target), "Content-Type: application/json\r\n",
                str_c(body));
}

static inline bool says(const struct reply *r, const char *text)
{
    return str_find(r->body, str_c(text)) >= 0;
}

static inline struct str encoded(struct str s)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(1 << 18);
    buf_add_urlencoded(&out, s, false);
    return arena_str(kit.arena, buf_str(&out));
}

// A parameter of the query of a URL; .p NULL if absent.
static inline struct str param(struct str url, const char *name)
{
    struct form *form;
    struct err err;
    (void)str_cut(&url, '?');
    assert_true(form_parse(kit.arena, url, &form, &err));
    return form_get(form, name);
}

static inline struct str member(const struct reply *r, const char *name)
{
    json_t *tree;
    struct err err;
    if (!dom_parse_object(r->body, &tree, &err))
        fail_msg("%s: " STR_FMT, err.text, STR_ARG(r->body));
    struct str value = arena_str(kit.arena, dom_str(tree, name));
    json_decref(tree);
    return value;
}

static inline int64_t number(const struct reply *r, const char *name)
{
    json_t *tree;
    struct err err;
    assert_true(dom_parse_object(r->body, &tree, &err));
    int64_t value = dom_int(tree, name, -1);
    json_decref(tree);
    return value;
}

// --- the person ---

static inline struct str register_for(const char *name, const char *uri)
{
    struct str body =
        arena_printf(kit.arena, "{\"client_name\":\"%s\",\"redirect_uris\":[\"%s\"]}", name, uri);
    struct reply r = post_json("/register", body.p);
    assert_int_equal(r.status, 201);
    return member(&r, "client_id");
}

static inline struct str authorize_target(struct str client, const char *uri, const char *more)
{
    return arena_printf(kit.arena,
                        "/authorize?response_type=code&client_id=" STR_FMT "&redirect_uri=" STR_FMT
                        "&code_challenge=" CHALLENGE "&code_challenge_method=S256&state=s-1%s",
                        STR_ARG(client), STR_ARG(encoded(str_c(uri))), more);
}

static inline struct str input_of(const struct reply *page, const char *name)
{
    struct str mark = arena_printf(kit.arena, "name=\"%s\" value=\"", name);
    ptrdiff_t at = str_find(page->body, mark);
    if (at < 0)
        return STR_NONE;
    struct str rest = str_slice(page->body, (size_t)at + mark.n, page->body.n);
    return str_cut(&rest, '"');
}

static inline struct reply decide_on(struct jar *jar, const struct reply *page,
                                     const char *decision, const char *headers)
{
    const char *field = input_of(page, "finish").p ? "finish" : "flow";
    struct str body = arena_printf(kit.arena, "%s=" STR_FMT "&csrf=" STR_FMT "&decision=%s", field,
                                   STR_ARG(encoded(input_of(page, field))),
                                   STR_ARG(encoded(input_of(page, "csrf"))), decision);
    return post(jar, "/consent", headers, body);
}

// From /authorize to the address of the provider's page.
static inline struct str to_idp(struct jar *jar, struct str client, const char *uri)
{
    struct reply page = get(jar, authorize_target(client, uri, "").p, "");
    assert_int_equal(page.status, 200);
    struct reply r = decide_on(jar, &page, "allow", OWN);
    assert_int_equal(r.status, 303);
    struct str url = header(&r, "Location");
    assert_true(str_starts(url, STR("https://login.example.com/authorize?")));
    return url;
}

static inline struct reply come_back(struct jar *jar, struct str idp_url, struct str code)
{
    struct str target =
        arena_printf(kit.arena, "/auth/callback?code=" STR_FMT "&state=" STR_FMT,
                     STR_ARG(encoded(code)), STR_ARG(encoded(param(idp_url, "state"))));
    return get(jar, target.p, "Sec-Fetch-Site: cross-site\r\n");
}

static inline struct str code_for(struct str client, const char *uri)
{
    struct jar jar = { "", "" };
    struct str url = to_idp(&jar, client, uri);
    struct reply r = come_back(&jar, url, param(url, "nonce"));
    if (r.status != 302)
        fail_msg("%d " STR_FMT, r.status, STR_ARG(r.body));
    return param(header(&r, "Location"), "code");
}

static inline struct str code_form(struct str client, const char *uri, struct str code,
                                   const char *verifier)
{
    return arena_printf(kit.arena,
                        "grant_type=authorization_code&client_id=" STR_FMT "&redirect_uri=" STR_FMT
                        "&code=" STR_FMT "&code_verifier=%s",
                        STR_ARG(client), STR_ARG(encoded(str_c(uri))), STR_ARG(code), verifier);
}

static inline struct str refresh_form(struct str client, struct str refresh)
{
    return arena_printf(kit.arena,
                        "grant_type=refresh_token&client_id=" STR_FMT "&refresh_token=" STR_FMT,
                        STR_ARG(client), STR_ARG(refresh));
}

static inline struct reply sign_in(struct str client)
{
    struct reply r =
        post(NULL, "/token", "", code_form(client, LOOPBACK, code_for(client, LOOPBACK), VERIFIER));
    if (r.status != 200)
        fail_msg("%d " STR_FMT, r.status, STR_ARG(r.body));
    return r;
}

static inline struct reply call_mcp(struct str token)
{
    return get(NULL, "/mcp",
               arena_printf(kit.arena, "Authorization: Bearer " STR_FMT "\r\n", STR_ARG(token)).p);
}

#endif
