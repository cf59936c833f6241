// SPDX-License-Identifier: MIT
// T37: more connections than there is room for. One address takes three quarters at most; what
// comes from elsewhere is served meanwhile, and everybody again once some have gone.
#include "help.h"

#define ROOM  64
#define SHARE 48

static void tell(struct exchange *ex, void *ctx)
{
    (void)ctx;
    http_reply(ex, 200, "text/plain", STR("served"));
}

static const struct http_route routes[] = { { HTTP_GET, "/", tell }, { 0 } };

static int dial_from(const struct http_server *s, const char *address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in from = { .sin_family = AF_INET };
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)http_server_port(s)),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    inet_pton(AF_INET, address, &from.sin_addr);
    assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static bool served(int fd)
{
    struct buf answer = BUF_INIT(10000);
    say(fd, STR("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    hear(fd, &answer, "served", 2000);
    bool good = has(&answer, "served");
    buf_release(&answer);
    return good;
}

// Opens as many as are served, at most ROOM; they stay open.
static size_t crowd(const struct http_server *s, const char *address, int fds[ROOM])
{
    size_t good = 0;
    for (size_t i = 0; i < ROOM; i++) {
        fds[i] = dial_from(s, address);
        good += served(fds[i]);
    }
    return good;
}

static void leave(int fds[ROOM])
{
    for (size_t i = 0; i < ROOM; i++)
        close(fds[i]);
}

static struct http_server *start_with(const char *const *proxies)
{
    return serve((struct http_config){ .host = "127.0.0.1",
                                       .routes = routes,
                                       .threads = 1,
                                       .max_connections = ROOM,
                                       .trusted_proxies = proxies });
}

static void T37_one_address_does_not_lock_the_others_out(void **state)
{
    (void)state;
    struct http_server *s = start_with(NULL);
    int theirs[ROOM];
    assert_int_equal(crowd(s, "127.0.0.2", theirs), SHARE);
    int ours = dial_from(s, "127.0.0.1");
    assert_true(served(ours));
    close(ours);
    leave(theirs);
    for (int i = 0; i < 100; i++) { // as soon as the server has seen them go
        int again = dial_from(s, "127.0.0.2");
        bool good = served(again);
        close(again);
        if (good)
            break;
        assert_true(i < 99);
        usleep(20000);
    }
    http_server_stop(s, 0);
}

// A proxy that was named speaks for many.
static void T37_a_trusted_proxy_may_have_all(void **state)
{
    (void)state;
    static const char *const proxies[] = { "127.0.0.2", NULL };
    struct http_server *s = start_with(proxies);
    int theirs[ROOM];
    assert_int_equal(crowd(s, "127.0.0.2", theirs), ROOM);
    leave(theirs);
    http_server_stop(s, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T37_one_address_does_not_lock_the_others_out),
        cmocka_unit_test(T37_a_trusted_proxy_may_have_all),
    };
    return cmocka_run_group_tests_name("http: a crowd", tests, NULL, NULL);
}
