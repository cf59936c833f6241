// SPDX-License-Identifier: MIT
#include "app/serve.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "app/metrics.h"
#include "app/pid_file.h"
#include "app/routes.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

#define STOP_GRACE_MS 10000

static bool listen_http(struct parts *p, struct http_server **ret, struct err *err)
{
    const struct options *o = p->options;
    const struct settings *s = p->settings;
    const struct http_config config = {
        .host = s->host,
        .port = s->port,
        .routes = routes_of(p),
        .default_ctx = p,
        .allowed_hosts = s->allowed_hosts,
        .allowed_origins = (const char *const *)o->allowed_origins,
        .allowed_sources = (const char *const *)o->allowed_source_ips,
        .trusted_proxies = (const char *const *)o->trusted_proxies,
        .workers = (size_t)o->workers,
        .queue = (size_t)o->queue,
        .max_connections = (size_t)o->max_connections,
        .tls_cert_file = o->tls_certfile,
        .tls_key_file = o->tls_keyfile,
        .tls_key_password = o->tls_key_password,
        .tls_client_ca_file = o->tls_ca_certs,
        .log_requests = o->debug,
    };
    return http_server_new(&config, ret, err);
}

// --- what the operator reads at the start ---

// "  auth=jwt (issuer=…)": the mode, and whose word counts in it.
static struct str auth_of(const struct parts *p)
{
    const struct options *o = p->options;
    const struct settings *s = p->settings;
    const struct idp_config *idp = p->idp ? idp_config(p->idp) : NULL;
    const char *name = s->mode == ACCESS_OIDCPROXY ? "OIDCProxy" : access_mode_name(s->mode);
    if (idp)
        return arena_printf(o->arena, "%s (%s=%s)", name, idp->issuer ? "issuer" : "discovery",
                            idp->issuer ? idp->issuer : idp->discovery_url);
    if (s->mode == ACCESS_JWT)
        return arena_printf(o->arena, "%s (issuer=%s audience=%s)", name, s->jwt.issuer,
                            s->jwt.audience);
    if (s->mode == ACCESS_ZSCALER)
        return arena_printf(o->arena, "%s (tenant=%s)", name,
                            o->zscaler_vanity_domain ? o->zscaler_vanity_domain : o->oneapi_url);
    return str_c(name);
}

static void say_security(const struct parts *p)
{
    const struct options *o = p->options;
    const struct settings *s = p->settings;
    log_plain("[SECURITY] transport=%s  auth=" STR_FMT, settings_transport(s), STR_ARG(auth_of(p)));
    if (s->open)
        LOG(LOG_WARNING, "everybody who reaches this port may call every tool",
            F_C("fix", "set OIDCPROXY_AUTH_* or ZSCALER_MCP_AUTH_API_KEY"));
    if (s->mode == ACCESS_ZSCALER && !o->callers_allowed)
        LOG(LOG_INFO, "every API client of the tenant may call every tool offered here",
            F_C("with", "the rights of this server's own API client"),
            F_C("alternatives", "ZSCALER_MCP_AUTH_ALLOWED_CLIENTS, docs/access.md"));
    if (o->trust_platform && (s->mode == ACCESS_API_KEY || s->mode == ACCESS_ZSCALER))
        LOG(LOG_WARNING,
            "ZSCALER_MCP_TRUST_PLATFORM_AUTH: who sends no credential is let in as platform",
            F_C("fix", "let nobody reach this port but through the platform that signs people in"));
}

static void say_sign_in(const struct parts *p, int port)
{
    if (p->settings->mode != ACCESS_OIDCPROXY)
        return;
    const struct settings *s = p->settings;
    const char *base = s->base_url       ? s->base_url
                       : s->platform_url ? s->platform_url
                                         : "https://<this host>";
    struct arena *arena = p->options->arena;
    LOG(LOG_INFO, "the redirect URI to register at the identity provider",
        F("uri", arena_printf(arena, "%s/auth/callback", base)),
        F("on_this_machine", arena_printf(arena, "http://localhost:%d/auth/callback", port)),
        F_C("platform", idp_client_is_public(p->idp) ? "Mobile and desktop applications" : "Web"),
        F_C("base_url", s->base_url ? s->base_url
                                    : "learned from each request; pin it with OIDCPROXY_BASE_URL"));
}

// --- living and ending ---

// What the first sign-in will want of the identity provider, looked at now so that the log tells at
// once what cannot be had. Nobody waits for it.
static void *warm_up(void *arg)
{
    struct parts *p = arg;
    const struct settings *s = p->settings;
    const char *base = s->base_url ? s->base_url : s->platform_url;
    struct err err;
    if (!(p->jwt ? jwt_judge_warm_up(p->jwt, &err) : idp_warm_up(p->idp, &err))) {
        LOG(LOG_WARNING, "the identity provider cannot be reached yet; sign-ins wait until it can",
            F("reason", err_text(&err)));
        return NULL;
    }
    LOG(LOG_INFO, "the identity provider's keys are loaded",
        F_C("from", p->jwt ? s->jwt.jwks_uri : idp_config(p->idp)->jwks_uri));
    if (base && s->mode == ACCESS_OIDCPROXY)
        oauth_choose_way(p->oauth, str_c(base), &p->warming);
    return NULL;
}

// The next signal; while nothing comes, files that change are looked after.
static int next_signal(struct parts *p, const sigset_t *signals)
{
    static const struct timespec while_watching = { .tv_sec = POLICY_FILE_CHECK_S };
    if (!p->policy_file)
        return sigwaitinfo(signals, NULL);
    int number = sigtimedwait(signals, NULL, &while_watching);
    if (number < 0)
        policy_file_look(p->policy_file);
    return number;
}

// Until the server is to end; returns the signal that says so, SIGUSR2 where it is to start anew.
// Over stdio it is not: the client's handshake would be lost.
static int wait_for_end(struct parts *p, const sigset_t *signals)
{
    for (;;) {
        int number = next_signal(p, signals);
        if (number == SIGHUP)
            reload_run(p->reload);
        else if (number == SIGUSR2 && !p->settings->http)
            LOG(LOG_WARNING, "not restarted", F_C("fix", "restart the client that started it"));
        else if (number == SIGTERM || number == SIGINT ||
                 (number == SIGUSR2 && reload_would_start(p->reload)))
            return number;
    }
}

static void say_end(int number)
{
    LOG(LOG_INFO,
        number == SIGUSR2 ? "restarting: running calls may finish"
                          : "stopping: running calls may finish",
        F_C("signal", number == SIGTERM  ? "SIGTERM"
                      : number == SIGINT ? "SIGINT"
                                         : "SIGUSR2"));
}

static bool take_certificate(void *server, const struct options *fresh, struct err *err)
{
    (void)fresh; // the files of before, as they are now
    return http_server_reload_tls(server, err);
}

static int run_http(struct parts *p, const sigset_t *signals, bool *ret_anew)
{
    struct http_server *server;
    struct err err;
    pthread_t warming;
    if (!listen_http(p, &server, &err)) {
        fprintf(stderr, "zscaler-mcp: error: %s\n", err.text);
        return 1;
    }
    struct metrics *metrics;
    if (!metrics_start(p, server, &metrics, &err)) {
        fprintf(stderr, "zscaler-mcp: error: %s\n", err.text);
        http_server_stop(server, 0);
        return 1;
    }
    if (p->options->tls_certfile)
        reload_add(p->reload, "TLS certificate", take_certificate, server);
    say_security(p);
    say_sign_in(p, http_server_port(server));
    LOG(LOG_INFO, "listening", F_C("host", p->settings->host),
        F_INT("port", http_server_port(server)), F_C("path", "/mcp"),
        F_INT("tools", p->tool_count));
    cancel_init(&p->warming);
    bool warms = (p->idp || p->jwt) && pthread_create(&warming, NULL, warm_up, p) == 0;
    p->pid_file = pid_file_write(p->options, p->settings, http_server_port(server), p->executable);
    int number = wait_for_end(p, signals);
    say_end(number);
    *ret_anew = number == SIGUSR2;
    atomic_store(&p->stopping, true);
    mcp_server_hang_up(p->mcp);
    metrics_stop(metrics);
    http_server_stop(server, STOP_GRACE_MS);
    cancel_set(&p->warming);
    if (warms)
        pthread_join(warming, NULL);
    cancel_release(&p->warming);
    LOG(LOG_INFO, "stopped", F_INT("code", 0));
    return 0;
}

struct stdio_stop {
    struct parts *parts;
    const sigset_t *signals;
    struct cancel stop;
};

static void *cancel_on_signal(void *arg)
{
    struct stdio_stop *s = arg;
    int number = wait_for_end(s->parts, s->signals);
    if (!atomic_load(&s->parts->stopping))
        say_end(number);
    cancel_set(&s->stop);
    return NULL;
}

static int run_stdio(struct parts *p, const sigset_t *signals)
{
    struct stdio_stop s = { .parts = p, .signals = signals };
    struct err err;
    pthread_t watcher;
    cancel_init(&s.stop);
    say_security(p);
    LOG(LOG_INFO, "serving stdio", F_INT("tools", p->tool_count));
    p->pid_file = pid_file_write(p->options, p->settings, 0, p->executable);
    bool watched = pthread_create(&watcher, NULL, cancel_on_signal, &s) == 0;
    bool ok = mcp_stdio_serve(p->mcp, STDIN_FILENO, STDOUT_FILENO, &s.stop, &err);
    if (!ok)
        LOG(LOG_ERROR, "stdio ended", F("reason", err_text(&err)));
    if (watched) {
        atomic_store(&p->stopping, true);
        pthread_kill(watcher, SIGTERM); // wakes it
        pthread_join(watcher, NULL);
    }
    cancel_release(&s.stop);
    return ok ? 0 : 1;
}

// Taken at the start: when the file is replaced, the restart runs the new one.
static const char *own_executable(struct arena *arena)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
    return n > 0 && (size_t)n < sizeof(path) ? arena_cstr(arena, str_of(path, (size_t)n)) : NULL;
}

// Keeps process id, flags and environment. The signals stay blocked: one that comes now waits.
static int start_anew(const char *executable, char *const *argv)
{
    execv(executable ? executable : argv[0], argv);
    fprintf(stderr, "zscaler-mcp: error: cannot start %s: %s\n", executable, err_errno(errno));
    return 1;
}

int serve_run(struct options *o, const struct settings *settings)
{
    // Blocked before the first thread starts, so that only wait_for_end ever sees them.
    static const int blocked[] = { SIGTERM, SIGINT, SIGPIPE, SIGHUP, SIGUSR2 };
    sigset_t signals;
    sigemptyset(&signals);
    for (size_t i = 0; i < ARRAY_LEN(blocked); i++)
        sigaddset(&signals, blocked[i]);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);

    struct parts parts = { .options = o,
                           .settings = settings,
                           .executable = own_executable(o->arena) };
    bool anew = false;
    struct err err = { 0 };
    int code = 1;
    if (!parts_open(&parts, &err))
        fprintf(stderr, "zscaler-mcp: error: %s\n", err.text);
    else
        code = settings->http ? run_http(&parts, &signals, &anew) : run_stdio(&parts, &signals);
    pid_file_remove(parts.pid_file);
    parts_close(&parts);
    return anew ? start_anew(parts.executable, o->argv) : code;
}
