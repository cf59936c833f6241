// SPDX-License-Identifier: MIT
// A fake OneAPI in this process, and a client that sees bytes: one request a connection. All memory
// of a test lives in rig.arena.
#ifndef TESTS_DEV_ONEAPI_RIG_H
#define TESTS_DEV_ONEAPI_RIG_H

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
#include "dev/oneapi/fake.h"
#include "json/dom.h"

#define ZIA  "/zia/api/v1/"
#define ZPA  "/zpa/mgmtconfig/v1/admin/customers/72058304/"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define SECRET                                                                                     \
    "grant_type=client_credentials&client_id=cid&client_secret=s3cret&audience=https%3A%2F%2Fapi.zscaler.com"

static struct {
    struct fake *fake;
    struct arena *arena;
    const char *bearer; // header line of a good token
} rig;

struct reply {
    int status;
    struct str head, body;
    json_t *json; // NULL: the body is none
};

static void rig_free_tree(void *tree)
{
    json_decref(tree);
}

static inline int dial(void)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)fake_port(rig.fake)) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

static inline struct str exchange_bytes(struct str request)
{
    struct buf in = BUF_INIT(8 * 1024 * 1024);
    int fd = dial();
    assert_int_equal(write(fd, request.p, request.n), request.n);
    for (;;) {
        char *room = buf_room(&in, 65536);
        ssize_t n = read(fd, room, 65536);
        if (n <= 0)
            break;
        buf_grown(&in, (size_t)n);
    }
    close(fd);
    struct str all = arena_str(rig.arena, buf_str(&in));
    buf_release(&in);
    return all;
}

// headers: lines that end with CRLF, or "".
static inline struct reply ask(const char *method, const char *path, const char *headers,
                               const char *body)
{
    struct str all = exchange_bytes(
        arena_printf(rig.arena,
                     "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s"
                     "Content-Length: %zu\r\n\r\n%s",
                     method, path, fake_port(rig.fake), headers, strlen(body), body));
    ptrdiff_t end = str_find(all, STR("\r\n\r\n"));
    struct reply r = { .head = all };
    int64_t status = 0;
    if (end < 0)
        return r;
    assert_true(str_to_i64(str_slice(all, 9, 12), &status));
    r.status = (int)status;
    r.head = str_slice(all, 0, (size_t)end + 2);
    r.body = str_slice(all, (size_t)end + 4, all.n);
    if (dom_parse(r.body, &r.json, NULL))
        arena_defer(rig.arena, rig_free_tree, r.json);
    return r;
}

// With the good token.
static inline struct reply call(const char *method, const char *path, const char *body)
{
    return ask(method, path, rig.bearer, body);
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

static inline const char *sign_in(void)
{
    struct reply r = ask("POST", "/oauth2/v1/token", FORM, SECRET);
    assert_int_equal(r.status, 200);
    return arena_printf(rig.arena, "Authorization: Bearer " STR_FMT "\r\n",
                        STR_ARG(dom_str(r.json, "access_token")))
        .p;
}

static inline void rig_start(const char *config_text)
{
    json_t *config = NULL;
    struct err err = { 0 };
    rig.arena = arena_new();
    assert_true(config_parse(str_c(config_text), &config, &err));
    rig.fake = fake_new(config);
    assert_true(fake_listen(rig.fake, "127.0.0.1", 0, 1, &err));
}

static inline int set_up(void **state)
{
    (void)state;
    rig_start("{}");
    rig.bearer = sign_in();
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    fake_free(rig.fake);
    arena_free(rig.arena);
    return 0;
}

#define WITH_FAKE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
