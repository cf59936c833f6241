// SPDX-License-Identifier: MIT
// A server on a free port, and a client of raw bytes, for the tests of http/.
#ifndef TESTS_UNIT_HTTP_HELP_H
#define TESTS_UNIT_HTTP_HELP_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "http/http.h"

static inline struct http_server *serve(struct http_config config)
{
    struct http_server *s = NULL;
    struct err err = { .code = ERR_NONE };
    if (!config.threads)
        config.threads = 2;
    if (!config.workers)
        config.workers = 4;
    if (!http_server_new(&config, &s, &err))
        fail_msg("%s", err.text);
    return s;
}

static inline int dial(const struct http_server *s)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_server_port(s)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

static inline void say(int fd, struct str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n <= 0)
            return; // the server may have closed already
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
}

// Reads what comes until `until` stands in it, the other side closes (true) or ms have passed.
static inline bool hear(int fd, struct buf *in, const char *until, int ms)
{
    int64_t end = clock_mono_ms() + ms;
    while (!until || str_find(buf_str(in), str_c(until)) < 0) {
        int64_t left = end - clock_mono_ms();
        struct pollfd p = { .fd = fd, .events = POLLIN };
        if (left <= 0 || poll(&p, 1, (int)left) <= 0)
            return false;
        char bytes[16 * 1024];
        ssize_t n = recv(fd, bytes, sizeof(bytes), 0);
        if (n <= 0)
            return true;
        buf_add(in, str_of(bytes, (size_t)n));
    }
    return false;
}

static inline int status_of(struct str answer)
{
    int64_t status = 0;
    if (str_starts(answer, STR("HTTP/1.1 ")) && str_to_i64(str_slice(answer, 9, 12), &status))
        return (int)status;
    return 0;
}

// Sends bytes, reads until the server closes or 2 s; the answer is the caller's to release.
static inline struct buf ask(const struct http_server *s, struct str bytes)
{
    struct buf in = BUF_INIT(64 * 1024 * 1024);
    int fd = dial(s);
    say(fd, bytes);
    hear(fd, &in, NULL, 2000);
    close(fd);
    return in;
}

#define REQUEST(method, path, more)                                                                \
    STR(method " " path " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" more "\r\n")

static inline bool has(const struct buf *answer, const char *text)
{
    return str_find(buf_str(answer), str_c(text)) >= 0;
}

#endif
