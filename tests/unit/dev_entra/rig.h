// SPDX-License-Identifier: MIT
// An emulator in this process, and a client that sees bytes: one request a connection. All memory
// of a test lives in rig.arena. The numbered vectors of the emulator's contract are the tests
// v1_… to v100_… in test_vectors_*.c; scripts/check-tests misses none.
#ifndef TESTS_DEV_ENTRA_RIG_H
#define TESTS_DEV_ENTRA_RIG_H

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "dev/entra/config.h"
#include "dev/entra/emu.h"
#include "json/dom.h"

#define T1        "7e57ed00-0000-4000-8000-000000000001"
#define T2        "7e57ed00-0000-4000-8000-000000000002"
#define APP(nn)   "c11e0000-0000-4000-8000-0000000000" nn
#define SEED      APP("01")
#define SRV       APP("02")
#define WEB       APP("03")
#define SPA       APP("04")
#define API2      APP("05")
#define API1      APP("06")
#define OFF       APP("08")
#define ASG       APP("09")
#define DEVNO     APP("0a")
#define MULTI     APP("0b")
#define SEED_URI  "http://localhost:6274/callback"
#define STD_SCOPE "openid profile offline_access"
// RFC 7636 appendix B
#define VERIFIER  "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
#define ALICE     "alice@contoso.example"
#define FORM      "Content-Type: application/x-www-form-urlencoded\r\n"

static struct {
    struct emu *emu;
    struct arena *arena;
} rig;

struct reply {
    int status;
    struct str head, body;
};

static inline const char *url_encode(const char *text)
{
    struct buf out = BUF_INIT(65536);
    buf_add_urlencoded(&out, str_c(text), false);
    const char *kept = arena_cstr(rig.arena, buf_str(&out));
    buf_release(&out);
    return kept;
}

static inline struct str header_of(const struct reply *r, const char *name)
{
    struct str rest = r->head;
    while (rest.p) {
        struct str line = str_cut(&rest, '\n');
        struct str key = str_cut(&line, ':');
        if (line.p && str_eq_nocase(key, str_c(name)))
            return str_trim(line);
    }
    return STR_NONE;
}

static inline int dial(void)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)emu_port(rig.emu)) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

static inline void read_all(int fd, struct buf *in)
{
    for (;;) {
        char *room = buf_room(in, 65536);
        ssize_t n = read(fd, room, 65536);
        if (n <= 0)
            break;
        buf_grown(in, (size_t)n);
    }
    close(fd);
}

// headers: lines that end with CRLF, or "". body NULL: none.
static inline struct reply ask(const char *method, const char *path, const char *headers,
                               const char *body)
{
    struct str request = arena_printf(
        rig.arena,
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s"
        "Content-Length: %zu\r\n\r\n%s",
        method, path, emu_port(rig.emu), headers, body ? strlen(body) : 0, body ? body : "");
    struct buf in = BUF_INIT(8 * 1024 * 1024);
    int fd = dial();
    assert_int_equal(write(fd, request.p, request.n), request.n);
    read_all(fd, &in);
    struct str all = arena_str(rig.arena, buf_str(&in));
    buf_release(&in);
    ptrdiff_t end = str_find(all, STR("\r\n\r\n"));
    struct reply r = { .head = all };
    if (end < 0)
        return r;
    int64_t status = 0;
    assert_true(str_to_i64(str_slice(all, 9, 12), &status));
    r.status = (int)status;
    r.head = str_slice(all, 0, (size_t)end + 2);
    r.body = str_slice(all, (size_t)end + 4, all.n);
    return r;
}

static inline struct reply get(const char *path)
{
    return ask("GET", path, "", NULL);
}

static inline struct reply control(const char *method, const char *path, const char *json)
{
    return ask(method, path,
               "Authorization: Bearer test-control\r\nContent-Type: application/json\r\n", json);
}

static inline void order(const char *method, const char *path, const char *json)
{
    struct reply r = control(method, path, json);
    if (r.status != 200)
        fail_msg("%s %s: %d " STR_FMT, method, path, r.status, STR_ARG(r.body));
}

static inline void advance(long seconds)
{
    order("POST", "/_emu/clock", arena_printf(rig.arena, "{\"advanceSeconds\":%ld}", seconds).p);
}

static inline void free_tree(void *tree)
{
    json_decref(tree);
}

static inline json_t *json_of(struct str text)
{
    json_t *tree = NULL;
    struct err err = { 0 };
    if (!dom_parse(text, &tree, &err))
        fail_msg("not JSON: %s in " STR_FMT, err.text, STR_ARG(text));
    arena_defer(rig.arena, free_tree, tree);
    return tree;
}

static inline bool has(struct str text, const char *part)
{
    return str_find(text, str_c(part)) >= 0;
}

static inline int rig_start(void **state)
{
    (void)state;
    json_t *config = NULL;
    struct err err = { 0 };
    assert_true(config_parse(str_c(fixture_json), &config, &err));
    rig.emu = emu_new(config, "test-control");
    assert_true(emu_listen(rig.emu, "127.0.0.1", 0, &err));
    return 0;
}

static inline int rig_stop(void **state)
{
    (void)state;
    emu_free(rig.emu);
    return 0;
}

static inline int rig_fresh(void **state)
{
    (void)state;
    rig.arena = arena_new();
    order("POST", "/_emu/reset", "{}");
    return 0;
}

static inline int rig_done(void **state)
{
    (void)state;
    arena_free(rig.arena);
    return 0;
}

#define RIG_TEST(fn) cmocka_unit_test_setup_teardown(fn, rig_fresh, rig_done)

// --- authorize ---

struct az {
    const char *tenant;   // NULL: T1
    const char *app;      // NULL: SEED; "": none
    const char *redirect; // NULL: the seed's; "": none
    const char *type;     // NULL: code; "": none
    const char *scope;    // NULL: the seed's; "": none
    const char *more;     // appended as it is
    const char *as;       // X-Emu-User
    const char *consent;  // NULL: accept; "": no answer
    const char *cookie;
    bool v1; // the endpoint without "v2.0"
};

static inline void az_add(struct buf *b, const char *name, const char *given, const char *fallback)
{
    const char *value = given ? given : fallback;
    if (value[0])
        buf_addf(b, "&%s=%s", name, url_encode(value));
}

static inline struct reply az_ask(const struct az *v)
{
    struct buf path = BUF_INIT(200000), headers = BUF_INIT(4096);
    buf_addf(&path, "/%s/oauth2/%sauthorize?state=s1&nonce=n1", v->tenant ? v->tenant : T1,
             v->v1 ? "" : "v2.0/");
    if (!v->more || !strstr(v->more, "code_challenge"))
        buf_adds(&path, "&code_challenge=" CHALLENGE "&code_challenge_method=S256");
    az_add(&path, "client_id", v->app, SEED);
    az_add(&path, "redirect_uri", v->redirect, SEED_URI);
    az_add(&path, "response_type", v->type, "code");
    az_add(&path, "scope", v->scope, STD_SCOPE);
    buf_adds(&path, v->more ? v->more : "");
    if (v->as)
        buf_addf(&headers, "X-Emu-User: %s\r\n", v->as);
    if (v->as && (!v->consent || v->consent[0]))
        buf_addf(&headers, "X-Emu-Consent: %s\r\n", v->consent ? v->consent : "accept");
    if (v->cookie)
        buf_addf(&headers, "Cookie: %s\r\n", v->cookie);
    struct reply r = ask("GET", buf_cstr(&path), buf_cstr(&headers), NULL);
    buf_release(&path);
    buf_release(&headers);
    return r;
}

// A parameter of the Location, decoded; .p NULL if absent.
static inline struct str sent(const struct reply *r, const char *name)
{
    struct str location = header_of(r, "Location");
    size_t at = 0;
    while (at < location.n && location.p[at] != '?' && location.p[at] != '#')
        at++;
    struct str rest = str_slice(location, at + 1, location.n);
    while (rest.p && rest.n) {
        struct str pair = str_cut(&rest, '&');
        struct str key = str_cut(&pair, '=');
        if (!str_is(key, name))
            continue;
        if (pair.n && pair.p[pair.n - 1] == '#')
            pair.n--;
        struct buf out = BUF_INIT(65536);
        assert_true(buf_add_urldecoded(&out, pair, true));
        struct str value = arena_str(rig.arena, buf_str(&out));
        buf_release(&out);
        return value;
    }
    return STR_NONE;
}

// The first cookie of this name that an answer sets, as "name=value".
static inline const char *cookie_of(const struct reply *r, const char *name)
{
    struct str rest = r->head;
    while (rest.p) {
        struct str line = str_trim(str_cut(&rest, '\n'));
        if (!str_starts(line, STR("Set-Cookie: ")))
            continue;
        struct str value = str_slice(line, 12, line.n);
        struct str pair = str_cut(&value, ';');
        if (str_starts(pair, str_c(name)) && pair.n > strlen(name) && pair.p[strlen(name)] == '=')
            return arena_cstr(rig.arena, pair);
    }
    return NULL;
}

// The value of a hidden field of a page.
static inline const char *field_of(const struct reply *r, const char *name)
{
    struct str mark = arena_printf(rig.arena, "name=\"%s\" value=\"", name);
    ptrdiff_t at = str_find(r->body, mark);
    if (at < 0)
        return NULL;
    struct str rest = str_slice(r->body, (size_t)at + mark.n, r->body.n);
    return arena_cstr(rig.arena, str_cut(&rest, '"'));
}

// want: "page 50011", "redir login_required 50058", "form" (the sign-in page), "code".
static inline void expect_answer(const char *want, const struct reply *r)
{
    char kind[16], error[64] = "";
    int code = 0;
    int fields = sscanf(want, "%15s %63s %d", kind, error, &code);
    struct str location = header_of(r, "Location");
    bool ok = false;
    if (strcmp(kind, "page") == 0) {
        const char *mark = arena_printf(rig.arena, "AADSTS%s:", error).p;
        ok = (r->status == 200 || r->status == 400) && !location.p && has(r->body, mark) &&
             has(r->body, strncmp(error, "5300", 4) == 0 ? "You cannot access this right now"
                                                         : "having trouble signing you in");
    } else if (strcmp(kind, "redir") == 0 && fields == 3) {
        const char *mark = arena_printf(rig.arena, "AADSTS%d: ", code).p;
        ok = r->status == 302 && str_is(sent(r, "error"), error) &&
             str_is(sent(r, "state"), "s1") &&
             str_starts(sent(r, "error_description"), str_c(mark)) && !sent(r, "code").p;
    } else if (strcmp(kind, "form") == 0) {
        ok = r->status == 200 && !location.p && has(r->body, "name=\"passwd\"") &&
             field_of(r, "ctx");
    } else if (strcmp(kind, "code") == 0) {
        ok = r->status == 302 && sent(r, "code").n && str_is(sent(r, "state"), "s1");
    }
    if (!ok)
        fail_msg("wanted %s, got %d " STR_FMT STR_FMT, want, r->status, STR_ARG(r->head),
                 STR_ARG(str_slice(r->body, 0, 900)));
}

static inline void expect_az(const char *want, const struct az *v)
{
    struct reply r = az_ask(v);
    expect_answer(want, &r);
}

#define GOOD_LOGIN "login=alice%40contoso.example&passwd=Pa55-alice"

// Posts a form of the page `r` with one more field; the browser's cookie goes along.
static inline struct reply press(const struct reply *r, const char *action, const char *cookie,
                                 const char *more)
{
    const char *body =
        arena_printf(rig.arena, "ctx=%s&canary=%s&%s", url_encode(field_of(r, "ctx")),
                     url_encode(field_of(r, "canary")), more)
            .p;
    const char *path = arena_printf(rig.arena, "/" T1 "/%s", action).p;
    return ask("POST", path, arena_printf(rig.arena, FORM "Cookie: %s\r\n", cookie).p, body);
}

static inline const char *get_code(const char *app, const char *redirect, const char *scope,
                                   const char *as)
{
    struct reply r =
        az_ask(&(struct az){ .app = app, .redirect = redirect, .scope = scope, .as = as });
    struct str code = sent(&r, "code");
    if (!code.n)
        fail_msg("no code: %d " STR_FMT STR_FMT, r.status, STR_ARG(r.head),
                 STR_ARG(str_slice(r.body, 0, 600)));
    return code.p;
}

// --- token ---

static inline struct reply tk(const char *tenant, const char *headers, const char *fmt, ...)
    PRINTF(3, 4);
static inline struct reply tk(const char *tenant, const char *headers, const char *fmt, ...)
{
    struct buf body = BUF_INIT(65536);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&body, fmt, args);
    va_end(args);
    const char *path = arena_printf(rig.arena, "/%s/oauth2/v2.0/token", tenant).p;
    const char *all = arena_printf(rig.arena, FORM "%s", headers).p;
    struct reply r = ask("POST", path, all, buf_cstr(&body));
    buf_release(&body);
    return r;
}

static inline void expect_error(const struct reply *r, int status, const char *error, int code)
{
    if (r->status != status ||
        !has(r->body, arena_printf(rig.arena, "\"error\":\"%s\"", error).p) ||
        !has(r->body, arena_printf(rig.arena, "\"error_codes\":[%d]", code).p))
        fail_msg("wanted %d %s %d, got %d " STR_FMT, status, error, code, r->status,
                 STR_ARG(r->body));
}

static inline json_t *expect_tokens(const struct reply *r)
{
    if (r->status != 200)
        fail_msg("wanted tokens, got %d " STR_FMT, r->status, STR_ARG(r->body));
    return json_of(r->body);
}

#endif
