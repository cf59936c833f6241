// SPDX-License-Identifier: MIT
#include "http/internal.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

static bool explain_bind(const char *host, int port, int errnum, struct err *err)
{
    if (errnum == EADDRINUSE)
        return err_set(
            err, ERR_IO,
            "port %d on %s is in use: stop the program that listens there, or choose another port",
            port, host);
    if (errnum == EACCES)
        return err_set(err, ERR_IO,
                       "port %d on %s may not be opened by this user: choose one from 1024 up",
                       port, host);
    return err_set(err, ERR_IO, "cannot listen on %s port %d: %s", host, port, err_errno(errnum));
}

static int try_bind(const struct addrinfo *ai)
{
    int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    int on = 1, off = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (ai->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)); // "::" serves IPv4 too
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int errnum = errno;
    close(fd);
    errno = errnum;
    return -1;
}

static bool resolve(const char *host, int port, int family, struct addrinfo **ret)
{
    char service[16];
    snprintf(service, sizeof(service), "%d", port);
    struct addrinfo hints = { .ai_family = family,
                              .ai_socktype = SOCK_STREAM,
                              .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    return getaddrinfo(host, service, &hints, ret) == 0;
}

static void what_was_bound(int fd, int *ret_port, bool *ret_loopback)
{
    struct sockaddr_storage bound = { .ss_family = AF_UNSPEC };
    socklen_t n = sizeof(bound);
    getsockname(fd, (struct sockaddr *)&bound, &n);
    struct addr a = addr_of((struct sockaddr *)&bound);
    *ret_loopback = addr_is_loopback(&a);
    if (bound.ss_family == AF_INET6)
        *ret_port = ntohs(((struct sockaddr_in6 *)&bound)->sin6_port);
    else
        *ret_port = ntohs(((struct sockaddr_in *)&bound)->sin_port);
}

// IPv4 first: what "localhost" means to the most clients.
bool listen_open(const char *host, int port, int *ret_fd, int *ret_port, bool *ret_loopback,
                 struct err *err)
{
    struct addrinfo *found = NULL;
    if (!resolve(host, port, AF_INET, &found) && !resolve(host, port, AF_INET6, &found))
        return err_set(err, ERR_CONFIG, "'%s' is not an address to listen on", host);
    int fd = try_bind(found);
    int errnum = errno;
    freeaddrinfo(found);
    if (fd < 0)
        return explain_bind(host, port, errnum, err);
    what_was_bound(fd, ret_port, ret_loopback);
    *ret_fd = fd;
    return true;
}
