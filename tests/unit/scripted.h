// SPDX-License-Identifier: MIT
// A tiny HTTP server for tests of clients: one thread a connection, one request a connection, every
// answer made by the test's handler, also wrong ones. Handlers run on many threads at once.
#ifndef TESTS_UNIT_SCRIPTED_H
#define TESTS_UNIT_SCRIPTED_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"

#define SCRIPTED_CONNECTIONS_MAX 4096
#define SCRIPTED_BYTES_MAX       (4 * 1024 * 1024)

struct scripted_request {
    struct str method, target, headers, body;
};

struct scripted_answer {
    int status;        // 0: close without a word
    struct buf header; // more raw lines, each with CRLF
    struct buf body;
    size_t promise_more; // Content-Length is so much larger than the body
};

typedef void scripted_handler(void *ctx, const struct scripted_request *request,
                              struct scripted_answer *answer);

struct scripted {
    int fd, port;
    scripted_handler *handler;
    void *ctx;
    pthread_t acceptor;
    pthread_t connections[SCRIPTED_CONNECTIONS_MAX]; // acceptor only, until it is joined
    size_t count;
};

struct scripted_connection {
    struct scripted *server;
    int fd;
};

static inline struct str scripted_header(const struct scripted_request *request, const char *name)
{
    struct str rest = request->headers;
    while (rest.p) {
        struct str line = str_cut(&rest, '\n');
        struct str key = str_cut(&line, ':');
        if (str_eq_nocase(str_trim(key), str_c(name)))
            return line.p ? str_trim(line) : STR_NONE;
    }
    return STR_NONE;
}

static inline bool scripted_read(int fd, struct buf *in, struct scripted_request *ret)
{
    for (;;) {
        ptrdiff_t end = str_find(buf_str(in), STR("\r\n\r\n"));
        if (end >= 0) {
            struct str head = str_slice(buf_str(in), 0, (size_t)end), rest = head;
            struct str line = str_cut(&rest, '\n');
            *ret = (struct scripted_request){ .method = str_cut(&line, ' '), .headers = rest };
            ret->target = str_cut(&line, ' ');
            int64_t length = 0;
            struct str given = scripted_header(ret, "Content-Length");
            if (given.n && !str_to_i64(given, &length))
                return false;
            size_t from = (size_t)end + 4;
            if (in->n >= from + (size_t)length) {
                ret->body = str_slice(buf_str(in), from, from + (size_t)length);
                return true;
            }
        }
        char *room = buf_room(in, 16384);
        ssize_t n = room ? recv(fd, room, 16384, 0) : -1;
        if (n <= 0)
            return false;
        buf_grown(in, (size_t)n);
    }
}

static inline void scripted_write(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        bytes = str_slice(bytes, (size_t)n, bytes.n);
    }
}

static inline void *scripted_serve(void *arg)
{
    struct scripted_connection *c = arg;
    struct buf in = BUF_INIT(SCRIPTED_BYTES_MAX), out = BUF_INIT(2 * SCRIPTED_BYTES_MAX);
    struct scripted_answer answer = { .header = BUF_INIT(65536),
                                      .body = BUF_INIT(SCRIPTED_BYTES_MAX) };
    struct scripted_request request;
    if (scripted_read(c->fd, &in, &request)) {
        c->server->handler(c->server->ctx, &request, &answer);
        if (answer.status) {
            buf_addf(&out, "HTTP/1.1 %d Scripted\r\nConnection: close\r\n", answer.status);
            buf_add(&out, buf_str(&answer.header));
            if (answer.status != 204)
                buf_addf(&out, "Content-Length: %zu\r\n", answer.body.n + answer.promise_more);
            buf_adds(&out, "\r\n");
            buf_add(&out, buf_str(&answer.body));
            scripted_write(c->fd, buf_str(&out));
        }
    }
    shutdown(c->fd, SHUT_WR);
    close(c->fd);
    buf_release(&in);
    buf_release(&out);
    buf_release(&answer.header);
    buf_release(&answer.body);
    free(c);
    return NULL;
}

static inline void *scripted_accept(void *arg)
{
    struct scripted *s = arg;
    while (s->count < SCRIPTED_CONNECTIONS_MAX) {
        int fd = accept(s->fd, NULL, NULL);
        if (fd < 0)
            return NULL;
        struct scripted_connection *c = malloc(sizeof *c);
        if (!c)
            abort();
        *c = (struct scripted_connection){ .server = s, .fd = fd };
        if (pthread_create(&s->connections[s->count], NULL, scripted_serve, c) != 0)
            abort();
        s->count++;
    }
    return NULL;
}

// port 0: any free one. False when it cannot be bound.
static inline bool scripted_start(struct scripted *s, int port, scripted_handler *handler,
                                  void *ctx)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    socklen_t size = sizeof address;
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s->handler = handler;
    s->ctx = ctx;
    s->count = 0;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(s->fd, (struct sockaddr *)&address, size) != 0 || listen(s->fd, 512) != 0 ||
        getsockname(s->fd, (struct sockaddr *)&address, &size) != 0)
        return false;
    s->port = ntohs(address.sin_port);
    return pthread_create(&s->acceptor, NULL, scripted_accept, s) == 0;
}

static inline void scripted_stop(struct scripted *s)
{
    shutdown(s->fd, SHUT_RDWR);
    pthread_join(s->acceptor, NULL);
    close(s->fd);
    for (size_t i = 0; i < s->count; i++)
        pthread_join(s->connections[i], NULL);
}

#endif
