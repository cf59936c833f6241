// SPDX-License-Identifier: MIT
// One message a line over a pair of descriptors. The calling thread reads and answers what needs no
// waiting; tool calls run on workers. Whole lines are written under one lock.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/work.h"
#include "mcp/internal.h"

#define WORKERS  16
#define QUEUE    256
#define GRACE_S  10 // how long running calls may go on after the end of the input
#define CHUNK    (64 * 1024)
#define PEER_MAX (64 * 1024) // bytes kept of what a client says of itself

struct stdio {
    // immutable
    struct mcp_server *server;
    int in_fd, out_fd, wake_fd; // wake_fd: the loop must look up
    struct work_pool *pool;
    struct str scope;
    // reading thread only
    struct peer peer;
    struct arena *peer_arena;
    struct buf line;
    bool skipping; // the rest of a line that is too long
    // under lock
    pthread_mutex_t lock;
    pthread_cond_t idle;
    size_t pending;
    bool stopped, broken; // asked to stop; the output is closed
    // under out_lock, the inner of the two
    pthread_mutex_t out_lock;
    bool closed;
};

// What one line asks for; lives in its own arena.
struct job {
    struct stdio *io;
    struct arena *arena;
    struct batch batch;
    struct peer peer;
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
    pthread_mutex_lock(&io->lock);
    io->stopped = true;
    pthread_mutex_unlock(&io->lock);
    wake(io);
}

static bool is_over(struct stdio *io)
{
    pthread_mutex_lock(&io->lock);
    bool over = io->stopped || io->broken;
    pthread_mutex_unlock(&io->lock);
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
    pthread_mutex_lock(&io->lock);
    io->broken = true;
    pthread_mutex_unlock(&io->lock);
    wake(io);
    return false;
}

static void send_error(struct stdio *io, struct str id, enum err_code code, struct str text)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT(MCP_NOTE_MAX);
    rpc_error_write(&out, MCP_LEGACY, id, code, STR_NONE, text);
    send_line(io, buf_str(&out));
}

static void answer(struct job *job, const struct message *m, struct buf *out)
{
    struct stdio *io = job->io;
    struct request r = {
        .server = io->server,
        .msg = m,
        .peer = job->peer,
        .arena = job->arena,
        .log_id = STR("stdio"),
        .scope = io->scope,
        .channel = { .notify = send_line, .ctx = io },
        .out = out,
    };
    r.peer.era = mcp_era_of(m, STR_NONE);
    bool modern_request = m->kind == MESSAGE_REQUEST && r.peer.era == MCP_MODERN;
    if (modern_request && (!mcp_era_modern_meta(&r) || !mcp_era_modern_version(&r)))
        return;
    mcp_dispatch(&r);
}

// A tool's owner may hand in JSON with line ends between its members; in strings there are none.
static void flatten(struct buf *json)
{
    for (char *p = json->p; p && (p = memchr(p, '\n', json->n - (size_t)(p - json->p)));)
        *p = ' ';
}

// Answers in the order of asking, in one array if asked in one.
static void answer_all(struct job *job)
{
    CLEANUP(buf_release) struct buf one = BUF_INIT(MCP_REPLY_MAX);
    CLEANUP(buf_release) struct buf all = BUF_INIT(2 * MCP_REPLY_MAX);
    for (size_t i = 0; i < job->batch.n; i++) {
        buf_reset(&one);
        answer(job, &job->batch.at[i], &one);
        if (one.n && all.n)
            buf_addc(&all, ',');
        buf_add(&all, buf_str(&one));
    }
    if (!all.n)
        return;
    flatten(&all);
    if (!job->batch.array) {
        send_line(job->io, buf_str(&all));
        return;
    }
    buf_reset(&one);
    buf_addc(&one, '[');
    buf_add(&one, buf_str(&all));
    buf_addc(&one, ']');
    if (buf_ok(&one) && buf_ok(&all))
        send_line(job->io, buf_str(&one));
    else
        send_error(job->io, STR_NONE, ERR_LIMIT, STR("The answers are larger than may be sent"));
}

static void run_job(void *arg)
{
    struct job *job = arg;
    struct stdio *io = job->io;
    answer_all(job);
    arena_free(job->arena);
    pthread_mutex_lock(&io->lock);
    if (--io->pending == 0)
        pthread_cond_broadcast(&io->idle);
    pthread_mutex_unlock(&io->lock);
}

static bool waits(const struct job *job)
{
    for (size_t i = 0; i < job->batch.n; i++) {
        const struct message *m = &job->batch.at[i];
        const struct method *method = mcp_method_find(mcp_era_of(m, STR_NONE), m->name);
        if (m->kind == MESSAGE_REQUEST && method && method->waits)
            return true;
    }
    return false;
}

// Who the client is holds for the process, until it says otherwise.
static void learn_peer(struct stdio *io, const struct message *m)
{
    if (m->kind != MESSAGE_REQUEST || m->meta_version.type || !str_is(m->name, "initialize"))
        return;
    // Running calls may still look at the one before: it is kept until the end.
    struct peer peer = mcp_initialize_peer(m, io->peer_arena);
    io->peer = (struct peer){
        .era = MCP_LEGACY,
        .version = arena_str(io->peer_arena, peer.version),
        .capabilities = arena_str(io->peer_arena, str_slice(peer.capabilities, 0, PEER_MAX)),
        .client_name = arena_str(io->peer_arena, str_slice(peer.client_name, 0, PEER_MAX)),
    };
}

static void refuse_job(struct job *job)
{
    for (size_t i = 0; i < job->batch.n; i++)
        if (job->batch.at[i].id.p)
            send_error(job->io, job->batch.at[i].id, ERR_BUSY, STR("Too many calls are waiting"));
    job->batch.n = 0;
    run_job(job);
}

static void start_job(struct stdio *io, struct job *job)
{
    pthread_mutex_lock(&io->lock);
    io->pending++;
    pthread_mutex_unlock(&io->lock);
    if (!waits(job))
        run_job(job);
    else if (!work_pool_submit(io->pool, run_job, job))
        refuse_job(job);
}

static bool batch_allowed(const struct stdio *io, const struct batch *batch, struct err *err)
{
    /*= mcp-2025-03-26 basic "MCP implementations … MUST support receiving JSON-RPC batches." */
    if (!batch->array || str_is(io->peer.version, "2025-03-26"))
        return true;
    return err_set(err, ERR_BAD_REQUEST, "batches exist only in protocol version 2025-03-26");
}

static void handle_line(struct stdio *io)
{
    struct str text = str_trim(buf_str(&io->line));
    struct err err;
    if (!text.n)
        return;
    struct arena *arena = arena_new();
    struct job *job = arena_alloc(arena, sizeof(*job));
    *job = (struct job){ .io = io, .arena = arena };
    bool ok = rpc_parse(arena_str(arena, text), arena, &job->batch, &err);
    if (!ok || !batch_allowed(io, &job->batch, &err)) {
        send_error(io, STR_NONE, err.code, err_text(&err));
        arena_free(arena);
        return;
    }
    if (!job->batch.array)
        learn_peer(io, &job->batch.at[0]);
    job->peer = io->peer;
    start_job(io, job);
}

static void end_line(struct stdio *io)
{
    if (io->skipping)
        send_error(io, STR_NONE, ERR_LIMIT, STR("A message may have at most 4 MiB"));
    else
        handle_line(io);
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
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += GRACE_S;
    pthread_mutex_lock(&io->lock);
    while (io->pending && !io->stopped && !io->broken)
        if (pthread_cond_timedwait(&io->idle, &io->lock, &until) == ETIMEDOUT)
            break;
    pthread_mutex_unlock(&io->lock);
    mcp_running_cancel_scope(&io->server->running, io->scope);
    work_pool_free(io->pool);
}

static void release(struct stdio *io)
{
    close(io->wake_fd);
    arena_free(io->peer_arena);
    buf_release(&io->line);
    pthread_cond_destroy(&io->idle);
    pthread_mutex_destroy(&io->lock);
    pthread_mutex_destroy(&io->out_lock);
}

bool mcp_stdio_serve(struct mcp_server *s, int in_fd, int out_fd, struct cancel *stop,
                     struct err *err)
{
    struct stdio io = { .server = s, .in_fd = in_fd, .out_fd = out_fd };
    io.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (io.wake_fd < 0)
        return err_set(err, ERR_IO, "eventfd: %s", err_errno(errno));
    mcp_server_freeze(s);
    // A client that has closed our output shows as EPIPE.
    sigset_t pipe_signal, before;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    pthread_mutex_init(&io.lock, NULL);
    pthread_mutex_init(&io.out_lock, NULL);
    pthread_cond_init(&io.idle, NULL);
    buf_init(&io.line, MCP_BODY_MAX);
    io.peer_arena = arena_new();
    io.scope = arena_printf(io.peer_arena, "stdio:%d", io.wake_fd);
    io.pool = work_pool_new(WORKERS, QUEUE);
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
