// SPDX-License-Identifier: MIT
// T27: names that lead inside. The resolver here is a stranger's: it answers what a row says, and
// counts how often it is asked. What listens on this machine must see nobody.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch/fetch.h"

#define ADDRESSES_MAX 6

static struct {
    const char *const *answers[2]; // the first time, and from then on
    atomic_int asked;
} dns;

static struct addrinfo *one_answer(const char *text, const char *port)
{
    struct sockaddr_storage *at = calloc(1, sizeof *at);
    struct sockaddr_in *in = (void *)at;
    struct sockaddr_in6 *in6 = (void *)at;
    struct addrinfo *ai = calloc(1, sizeof *ai);
    uint16_t number = htons((uint16_t)strtoul(port ? port : "0", NULL, 10));
    bool v4 = inet_pton(AF_INET, text, &in->sin_addr) == 1;
    if (v4)
        in->sin_port = number;
    else if (inet_pton(AF_INET6, text, &in6->sin6_addr) == 1)
        in6->sin6_port = number;
    at->ss_family = v4 ? AF_INET : AF_INET6;
    *ai = (struct addrinfo){ .ai_family = at->ss_family,
                             .ai_socktype = SOCK_STREAM,
                             .ai_protocol = IPPROTO_TCP,
                             .ai_addrlen = v4 ? sizeof *in : sizeof *in6,
                             .ai_addr = (struct sockaddr *)at };
    return ai;
}

#define EXPORTED __attribute__((visibility("default")))

// libcurl's call ends here: the program's own definition comes before the C library's.
EXPORTED int getaddrinfo(const char *restrict name, const char *restrict service,
                         const struct addrinfo *restrict hints, struct addrinfo **restrict ret)
{
    (void)name, (void)hints;
    int turn = atomic_fetch_add(&dns.asked, 1);
    *ret = NULL;
    for (const char *const *a = dns.answers[turn > 0]; *a; a++) {
        struct addrinfo *ai = one_answer(*a, service);
        ai->ai_next = *ret;
        *ret = ai;
    }
    return *ret ? 0 : EAI_NONAME;
}

EXPORTED void freeaddrinfo(struct addrinfo *ai)
{
    while (ai) {
        struct addrinfo *next = ai->ai_next;
        free(ai->ai_addr);
        free(ai);
        ai = next;
    }
}

static int listen_here(int *ret_port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY) };
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(fd, 8), 0);
    getsockname(fd, (struct sockaddr *)&a, &n);
    *ret_port = ntohs(a.sin_port);
    return fd;
}

static void T27_a_name_that_leads_inside_is_not_followed(void **state)
{
    (void)state;
    static const char *const rows[][2][ADDRESSES_MAX] = {
        { { "127.0.0.1" }, { "127.0.0.1" } },
        { { "::1" }, { "127.0.0.1" } },
        { { "::ffff:127.0.0.1" }, { "127.0.0.1" } },
        { { "0.0.0.0" }, { "127.0.0.1" } },
        { { "64:ff9b::7f00:1" }, { "127.0.0.1" } },
        { { "169.254.169.254", "10.0.0.1", "127.0.0.1", "::1" }, { "127.0.0.1" } },
        { { "203.0.113.9" }, { "127.0.0.1" } }, // harmless at first, another the next time
    };
    int port, fd = listen_here(&port);
    struct fetcher *f;
    struct err err = { 0 };
    char url[100];
    assert_true(fetcher_new(&(struct fetch_config){ .user_agent = "test" }, &f, &err));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CLEANUP(fetch_response_release) struct fetch_response r = { .status = 0 };
        snprintf(url, sizeof url, "http://m%zu.stranger.example:%d/", i, port);
        dns.answers[0] = rows[i][0];
        dns.answers[1] = rows[i][1];
        atomic_store(&dns.asked, 0);
        assert_false(
            fetch(f, &(struct fetch_request){ .url = url, .public_only = true }, &r, &err));
        if (err.code != ERR_CONNECT || !strstr(err.text, "public internet"))
            fail_msg("%zu: %s", i, err.text);
        assert_true(atomic_load(&dns.asked) >= 1 && atomic_load(&dns.asked) <= 2); // one a family
        assert_int_equal(accept(fd, NULL, NULL), -1);                              // nobody came
    }
    // Such a name without the guard arrives: it was the guard that kept the others away.
    snprintf(url, sizeof url, "http://listed.example:%d/", port);
    CLEANUP(fetch_response_release) struct fetch_response r = { .status = 0 };
    dns.answers[0] = dns.answers[1] = (const char *const[]){ "127.0.0.1", NULL };
    assert_false(fetch(f, &(struct fetch_request){ .url = url, .timeout_ms = 300 }, &r, &err));
    int came = accept(fd, NULL, NULL);
    assert_true(came >= 0);
    close(came);
    close(fd);
    fetcher_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(T27_a_name_that_leads_inside_is_not_followed),
    };
    return cmocka_run_group_tests_name("fetch: rebinding", tests, NULL, NULL);
}
