// SPDX-License-Identifier: MIT
// A whole server program around a table of tools: stdio, or HTTP on this machine for everybody who
// reaches it. Who needs more (access control, another address) calls the transports itself.
#include <signal.h>
#include <unistd.h>

#include "base/random.h"
#include "mcp/internal.h"

#define SPENT_MAX     65536
#define STOP_GRACE_MS 5000
#define HEADER_MAX    (16 * 1024) // half of it is what an idle stream costs most
#define USAGE                                                                                      \
    "usage: %s [--port N]\n"                                                                       \
    "  Serves MCP on stdin and stdout; with --port on http://127.0.0.1:N/mcp (0: any free port).\n"

struct program {
    struct mcp_server *server;
    struct keyring *keys;
    struct spent_store *spent;
};

static void mcp_endpoint(struct exchange *ex, void *ctx)
{
    mcp_http_serve(ctx, ex, NULL, STR_NONE);
}

static void sse_endpoint(struct exchange *ex, void *ctx)
{
    mcp_sse_serve(ctx, ex, "/messages", STR_NONE);
}

static void message_endpoint(struct exchange *ex, void *ctx)
{
    mcp_sse_message(ctx, ex, NULL, STR_NONE);
}

static int fail(const char *name, const struct err *err)
{
    fprintf(stderr, "%s: %s\n", name, err->text);
    return 1;
}

static int serve_http(struct program *p, const char *name, int port, const sigset_t *signals)
{
    const struct http_route routes[] = {
        { HTTP_GET | HTTP_POST | HTTP_DELETE, "/mcp", mcp_endpoint, p->server, MCP_BODY_MAX,
          .cors = true },
        { HTTP_GET, "/sse", sse_endpoint, p->server, .cors = true },
        { HTTP_POST, "/messages", message_endpoint, p->server, MCP_BODY_MAX, .cors = true },
        { 0 },
    };
    const struct http_config config = {
        .host = "127.0.0.1",
        .port = port,
        .routes = routes,
        .max_header_bytes = HEADER_MAX,
    };
    struct http_server *http;
    struct err err;
    int number = 0;
    if (!http_server_new(&config, &http, &err))
        return fail(name, &err);
    fprintf(stderr, "%s: listening on http://127.0.0.1:%d/mcp\n", name, http_server_port(http));
    while (sigwait(signals, &number) != 0 || number == SIGPIPE)
        continue;
    mcp_server_hang_up(p->server);
    http_server_stop(http, STOP_GRACE_MS);
    return 0;
}

struct stopping {
    const sigset_t *signals;
    struct cancel stop;
};

static void *stop_on_signal(void *arg)
{
    struct stopping *s = arg;
    int number = 0;
    while (sigwait(s->signals, &number) != 0 || number == SIGPIPE)
        continue;
    cancel_set(&s->stop);
    return NULL;
}

static int serve_stdio(struct program *p, const char *name, const sigset_t *signals)
{
    struct stopping s = { .signals = signals };
    struct err err;
    pthread_t watcher;
    cancel_init(&s.stop);
    bool watched = pthread_create(&watcher, NULL, stop_on_signal, &s) == 0;
    bool ok = mcp_stdio_serve(p->server, STDIN_FILENO, STDOUT_FILENO, &s.stop, &err);
    if (watched) {
        pthread_kill(watcher, SIGTERM); // wakes its sigwait
        pthread_join(watcher, NULL);
    }
    cancel_release(&s.stop);
    return ok ? 0 : fail(name, &err);
}

static bool open_server(struct program *p, const struct mcp_config *config, struct err *err)
{
    uint8_t root[ROOT_KEY_MIN] = { 0 };
    struct str roots[] = { str_of(root, sizeof(root)) };
    struct mcp_config own = *config;
    random_bytes(root, sizeof(root));
    if (!own.keys && !keyring_new(roots, 1, &p->keys, err))
        return false;
    if (!own.keys)
        own.keys = p->keys;
    if (!own.spent)
        own.spent = p->spent = spent_memory_new(SPENT_MAX);
    return mcp_server_new(&own, &p->server, err);
}

static bool read_port(int argc, char **argv, uint64_t *ret)
{
    return argc == 3 && strcmp(argv[1], "--port") == 0 && str_to_u64(str_c(argv[2]), ret) &&
           *ret <= 65535;
}

int mcp_main(const struct mcp_config *config, int argc, char **argv)
{
    struct program p = { 0 };
    struct err err;
    uint64_t port = 0;
    sigset_t signals;
    bool http = read_port(argc, argv, &port);
    if (!http && argc > 1) {
        fprintf(stderr, USAGE, argv[0]);
        return 2;
    }
    // Blocked before the first thread starts, so that only sigwait ever sees them.
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    int status = !open_server(&p, config, &err) ? fail(config->info.name, &err)
                 : http ? serve_http(&p, config->info.name, (int)port, &signals)
                        : serve_stdio(&p, config->info.name, &signals);
    mcp_server_free(p.server);
    spent_free(p.spent);
    keyring_free(p.keys);
    return status;
}
