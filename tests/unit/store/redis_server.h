// SPDX-License-Identifier: MIT
// A real redis-server of the test's own: a folder, a port below 32768, and an end. A machine
// without redis-server fails the test; scripts/install-deps brings it.
#ifndef TESTS_UNIT_STORE_REDIS_SERVER_H
#define TESTS_UNIT_STORE_REDIS_SERVER_H

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"

#define REDIS_SERVER_ARGS 24

struct redis_server {
    pid_t pid; // 0: not running
    int port;
    char dir[32];
    char url[64];
};

static inline void pause_ms(int ms)
{
    nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L }, NULL);
}

// A listening socket on a free port below 32768; above, outgoing connections take ports.
static inline int listen_below(int *ret_port)
{
    for (int tries = 0; tries < 1000; tries++) {
        unsigned short random;
        random_bytes(&random, sizeof(random));
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 10000 + random % 20000;
        struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
        a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
        if (bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 && listen(fd, 64) == 0) {
            *ret_port = port;
            return fd;
        }
        close(fd);
    }
    fail_msg("no free port");
    return -1;
}

static inline int dial_port(int port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
        return fd;
    close(fd);
    return -1;
}

// Sends a line (Redis takes plain ones) and gives the first bytes of the answer; "" if none came.
static inline const char *redis_say(const struct redis_server *s, const char *line)
{
    static char answer[16384];
    int fd = dial_port(s->port);
    answer[0] = '\0';
    if (fd < 0)
        return answer;
    dprintf(fd, "%s\r\n", line);
    struct pollfd p = { .fd = fd, .events = POLLIN };
    size_t n = 0;
    while (n < sizeof(answer) - 1 && poll(&p, 1, n ? 50 : 2000) == 1) {
        ssize_t got = read(fd, answer + n, sizeof(answer) - 1 - n);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    answer[n] = '\0';
    close(fd);
    return answer;
}

static inline void redis_exec(const struct redis_server *s, const char *const *more)
{
    char port[8];
    snprintf(port, sizeof(port), "%d", s->port);
    const char *args[REDIS_SERVER_ARGS + 16] = {
        "redis-server", "--port",        port,     "--bind",     "127.0.0.1",
        "--dir",        s->dir,          "--save", "",           "--appendonly",
        "yes",          "--appendfsync", "no",     "--loglevel", "warning",
    };
    size_t n = 15;
    for (; more && *more && n < REDIS_SERVER_ARGS + 15; more++)
        args[n++] = *more;
    prctl(PR_SET_PDEATHSIG, SIGKILL); // no test leaves one behind
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(null, 1);
    execvp(args[0], (char *const *)(uintptr_t)args);
    _exit(127);
}

// Starts it, or starts it again on the same port with the same data; more: further options, ends
// with NULL; NULL: none.
static inline void redis_server_start(struct redis_server *s, const char *const *more)
{
    if (!s->port) {
        snprintf(s->dir, sizeof(s->dir), "/tmp/redis-XXXXXX");
        assert_non_null(mkdtemp(s->dir));
        close(listen_below(&s->port));
        snprintf(s->url, sizeof(s->url), "redis://127.0.0.1:%d", s->port);
    }
    s->pid = fork();
    if (s->pid == 0)
        redis_exec(s, more);
    for (int i = 0; i < 500; i++) {
        const char *pong = redis_say(s, "PING");
        if (*pong && strncmp(pong, "-LOADING", 8) != 0) // it may want a password
            return;
        int status;
        if (waitpid(s->pid, &status, WNOHANG) == s->pid)
            fail_msg("%s", WEXITSTATUS(status) == 127
                               ? "redis-server is not installed: scripts/install-deps test"
                               : "redis-server ended at once");
        pause_ms(10);
    }
    fail_msg("redis-server does not listen");
}

static inline void redis_server_kill(struct redis_server *s)
{
    if (!s->pid)
        return;
    kill(s->pid, SIGKILL);
    waitpid(s->pid, NULL, 0);
    s->pid = 0;
}

static inline void remove_folder(const char *path)
{
    DIR *dir = opendir(path);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char name[512];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
        if (unlink(name) != 0)
            remove_folder(name);
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}

static inline void redis_server_end(struct redis_server *s)
{
    redis_server_kill(s);
    if (s->port)
        remove_folder(s->dir);
    *s = (struct redis_server){ .pid = 0 };
}

#endif
