// SPDX-License-Identifier: MIT
// One message a line over a pair of descriptors. The calling thread reads and answers what needs no
// waiting; tool calls run on workers. Whole lines are written under one lock.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/work.h"
#include "mcp/wire_int.h"

#define WORKERS 16
#define QUEUE   256
#define GRACE_S 10 // how long running calls may go on after the end of the input
#define CHUNK   (64 * 1024)

struct stdio {
    // immutable
    int in_fd, out_fd, wake_fd; // wake_fd: the loop must look up
    struct wire wire;
    // reading thread only
    struct buf line;
    bool skipping; // the rest of a line that is too long
    // under the wire's lock
    bool stopped, broken; // asked to stop; the output is closed
    // under out_lock, the inner of the two
    pthread_mutex_t out_lock;
    bool closed;
};

static void wake(const struct stdio *io)
{
    uint64_t one = 1;
    ssize_t n = write(io->wake_fd, &one, sizeof(one));
    (void)n; // the counter is full: it is awake
}

static void stop_wanted(void *arg)
{
    struct stdio *io = arg;
    pthread_mutex_lock(&io->wire.lock);
    io->stopped = true;
    pthread_mutex_unlock(&io->wire.lock);
    wake(io);
}

static bool is_over(struct stdio *io)
{
    pthread_mutex_lock(&io->wire.lock);
    bool over = io->stopped || io->broken;
    pthread_mutex_unlock(&io->wire.lock);
    return over;
}

static bool write_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EAGAIN) {
            poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
            continue;
        }
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            s = str_slice(s, (size_t)n, s.n);
    }
    return true;
}

/*= mcp-2026-07-28 basic/transports/stdio "Messages are delimited by newlines, and MUST NOT contain
 * embedded newlines." */
static bool send_line(void *ctx, struct str json)
{
    struct stdio *io = ctx;
    pthread_mutex_lock(&io->out_lock);
    bool ok = !io->closed && write_all(io->out_fd, json) && write_all(io->out_fd, STR("\n"));
    io->closed = !ok;
    pthread_mutex_unlock(&io->out_lock);
    if (ok)
        return true;
    pthread_mutex_lock(&io->wire.lock);
    io->broken = true;
    pthread_mutex_unlock(&io->wire.lock);
    wake(io);
    return false;
}

static void end_line(struct stdio *io)
{
    if (io->skipping)
        mcp_wire_refuse(&io->wire, ERR_LIMIT, STR("A message may have at most 4 MiB"));
    else if (str_trim(buf_str(&io->line)).n)
        mcp_wire_take(&io->wire, str_trim(buf_str(&io->line)));
    io->skipping = false;
    buf_reset(&io->line);
}

static void take(struct stdio *io, struct str piece)
{
    if (io->skipping)
        return;
    buf_add(&io->line, piece);
    io->skipping = !buf_ok(&io->line);
}

static void take_chunk(struct stdio *io, struct str chunk)
{
    for (ptrdiff_t end; (end = str_index(chunk, '\n')) >= 0;) {
        take(io, str_slice(chunk, 0, (size_t)end));
        end_line(io);
        chunk = str_slice(chunk, (size_t)end + 1, chunk.n);
    }
    take(io, chunk);
}

// Waits for input. False: the end, for whatever reason.
static bool wait_input(struct stdio *io)
{
    struct pollfd fds[] = { { .fd = io->in_fd, .events = POLLIN },
                            { .fd = io->wake_fd, .events = POLLIN },
                            { .fd = io->out_fd } };
    while (poll(fds, ARRAY_LEN(fds), -1) < 0)
        if (errno != EINTR)
            return false;
    bool out_closed = fds[2].revents & (POLLERR | POLLHUP | POLLNVAL);
    return !fds[1].revents && !out_closed && !is_over(io);
}

static bool read_loop(struct stdio *io, struct err *err)
{
    CLEANUP(buf_release) struct buf chunk = BUF_INIT(CHUNK);
    char *room = buf_room(&chunk, CHUNK);
    while (wait_input(io)) {
        ssize_t n = read(io->in_fd, room, CHUNK);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n < 0)
            return err_set(err, ERR_IO, "reading the client's messages: %s", err_errno(errno));
        if (n == 0) {
            if (io->line.n || io->skipping)
                end_line(io);
            return true;
        }
        take_chunk(io, str_of(room, (size_t)n));
    }
    return true;
}

// After the end of the input running calls may finish, for a while; when the client is gone or the
// process is asked to stop, at once.
static void drain(struct stdio *io)
{
    struct wire *wire = &io->wire;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += GRACE_S;
    pthread_mutex_lock(&wire->lock);
    while (wire->pending && !io->stopped && !io->broken)
        if (pthread_cond_timedwait(&wire->idle, &wire->lock, &until) == ETIMEDOUT)
            break;
    pthread_mutex_unlock(&wire->lock);
    mcp_running_cancel_scope(&wire->server->running, wire->scope);
    work_pool_free(wire->pool);
    mcp_hub_cancel(&wire->server->hub, wire->scope, STR_NONE);
}

static void release(struct stdio *io)
{
    close(io->wake_fd);
    buf_release(&io->line);
    mcp_wire_release(&io->wire);
    pthread_mutex_destroy(&io->out_lock);
}

bool mcp_stdio_serve(struct mcp_server *s, int in_fd, int out_fd, struct cancel *stop,
                     struct err *err)
{
    struct stdio io = { .in_fd = in_fd, .out_fd = out_fd };
    io.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (io.wake_fd < 0)
        return err_set(err, ERR_IO, "eventfd: %s", err_errno(errno));
    mcp_server_freeze(s);
    // A client that has closed our output shows as EPIPE.
    sigset_t pipe_signal, before;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    pthread_mutex_init(&io.out_lock, NULL);
    buf_init(&io.line, MCP_BODY_MAX);
    mcp_wire_init(&io.wire, s, send_line, &io);
    io.wire.scope = arena_printf(io.wire.arena, "stdio:%d", io.wake_fd);
    io.wire.log_id = STR("stdio");
    io.wire.pool = work_pool_new(WORKERS, QUEUE);
    bool stopped = stop && !cancel_hook(stop, stop_wanted, &io);
    bool ok = stopped || read_loop(&io, err);
    if (stopped)
        stop_wanted(&io);
    drain(&io);
    if (stop)
        cancel_hook(stop, NULL, NULL);
    release(&io);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}
