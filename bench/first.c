// SPDX-License-Identifier: MIT
// Time from exec to the first good answer, in microseconds.
//   first PORT REQUEST-FILE COMMAND [ARGUMENT…]
// Starts the command, sends the request as soon as the port accepts, and stops the command when
// "HTTP/1.1 200" came.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX 65536
#define PATIENCE_S  30

static long now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

static pid_t launch(char **argv)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    int null = open("/dev/null", O_RDWR);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execv(argv[0], argv);
    _exit(127);
}

// One try: connect, send, read the status line.
static int asked(int port, const char *request, size_t n)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
    char answer[16];
    size_t have = 0;
    ssize_t got = 1;
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 && write(fd, request, n) == (ssize_t)n)
        while (have < 12 && (got = read(fd, answer + have, 12 - have)) > 0)
            have += (size_t)got;
    close(fd);
    return have == 12 && memcmp(answer, "HTTP/1.1 200", 12) == 0;
}

int main(int argc, char **argv)
{
    static char request[REQUEST_MAX];
    const struct timespec pause = { .tv_nsec = 100000 };
    FILE *file = argc > 3 ? fopen(argv[2], "r") : NULL;
    if (!file) {
        fprintf(stderr, "usage: first PORT REQUEST-FILE COMMAND [ARGUMENT…]\n");
        return 2;
    }
    size_t n = fread(request, 1, sizeof(request), file);
    fclose(file);
    int port = (int)strtol(argv[1], NULL, 10), ok = 0;
    long began = now_us();
    pid_t pid = launch(argv + 3);
    while (!(ok = asked(port, request, n)) && now_us() - began < PATIENCE_S * 1000000L)
        nanosleep(&pause, NULL);
    long took = now_us() - began;
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    if (ok)
        printf("%ld\n", took);
    return ok ? 0 : 1;
}
