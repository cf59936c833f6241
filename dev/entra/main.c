// SPDX-License-Identifier: MIT
// entra-emulator: starts the emulator and waits for a signal. Exit status 2: the configuration is
// wrong.
#include <signal.h>

#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/url.h"
#include "config.h"
#include "control.h"
#include "emu.h"
#include "registry.h"

#define CONFIG_MAX (4 * 1024 * 1024)
#define SETS_MAX   64

struct start {
    const char *config, *host, *control_token, *print_env;
    const char *sets[SETS_MAX];
    size_t set_count;
    int port;
    bool anywhere;
};

static const char usage[] =
    "usage: entra-emulator [--config FILE] [--host ADDRESS] [--port N] [--control-token TOKEN]\n"
    "                      [--print-env APPID] [--set PATH=VALUE]... [--listen-anywhere]\n"
    "\n"
    "Stands in for Microsoft Entra ID in tests: sign-in pages, tokens, and its refusals.\n"
    "  --config FILE          configuration; without it, two tenants with test accounts\n"
    "  --host ADDRESS         where to listen (127.0.0.1); other than loopback needs --listen-anywhere\n"
    "  --port N               0: any free port (default: the configuration's, else 0)\n"
    "  --control-token TOKEN  bearer of the control API; without it, a random one is printed\n"
    "  --set PATH=VALUE       changes the configuration: behaviour.issParameter=true, issuerMode=real,\n"
    "                         listen.tls.certFile=a.pem, tenants.0.userConsent=adminOnly; may be repeated\n"
    "  --print-env APPID      also print the environment lines of a server that uses this application\n";

static bool take_value(const char *name, const char *arg, char **argv, int *i, const char **ret)
{
    if (strcmp(arg, name) != 0 || !argv[*i + 1])
        return false;
    *ret = argv[++*i];
    return true;
}

static bool read_arguments(char **argv, struct start *s, struct err *err)
{
    const char *port = NULL, *set = NULL;
    for (int i = 1; argv[i]; i++) {
        const char *a = argv[i];
        if (strcmp(a, "--listen-anywhere") == 0)
            s->anywhere = true;
        else if (!take_value("--config", a, argv, &i, &s->config) &&
                 !take_value("--host", a, argv, &i, &s->host) &&
                 !take_value("--port", a, argv, &i, &port) &&
                 !take_value("--control-token", a, argv, &i, &s->control_token) &&
                 !take_value("--print-env", a, argv, &i, &s->print_env) &&
                 !take_value("--set", a, argv, &i, &set))
            return err_set(err, ERR_CONFIG, "%s: unknown, or its value is missing", a);
        if (set && s->set_count == SETS_MAX)
            return err_set(err, ERR_CONFIG, "--set: at most %d of them", SETS_MAX);
        if (set)
            s->sets[s->set_count++] = set;
        set = NULL;
    }
    int64_t number = -1;
    if (port && (!str_to_i64(str_c(port), &number) || number < 0 || number > 65535))
        return err_set(err, ERR_CONFIG, "--port: '%s' is no port", port);
    s->port = (int)number;
    return true;
}

static bool read_config(const struct start *s, json_t **ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(CONFIG_MAX);
    if (!s->config)
        return config_parse(str_c(fixture_json), ret, err);
    if (file_read(s->config, &text, err))
        return config_parse(buf_str(&text), ret, err);
    err->code = ERR_CONFIG;
    return false;
}

static bool load(const struct start *s, json_t **ret, struct err *err)
{
    JSON_AUTO *config = NULL;
    if (!read_config(s, &config, err))
        return false;
    for (size_t i = 0; i < s->set_count; i++) {
        if (!config_set(config, str_c(s->sets[i]), err))
            return false;
    }
    if (!config_judge(config, err))
        return false;
    *ret = json_incref(config);
    return true;
}

static bool settle_address(struct start *s, const json_t *config, struct err *err)
{
    const json_t *listen = dom_get(config, "listen");
    if (!s->host)
        s->host = dom_str(listen, "host").n ? dom_str(listen, "host").p : "127.0.0.1";
    if (s->port < 0)
        s->port = (int)dom_int(listen, "port", 0);
    if (!s->anywhere && !url_host_is_loopback(str_c(s->host)))
        return err_set(err, ERR_CONFIG,
                       "--host: '%s' is no loopback address; --listen-anywhere allows it", s->host);
    return true;
}

static bool print_start(struct emu *e, const struct start *s, struct err *err)
{
    log_plain("Entra ID emulator on %s: TEST accounts and TEST tokens only.", e->base);
    if (s->anywhere)
        log_plain("WARNING: listening on %s, reachable from outside; anybody can get tokens here.",
                  s->host);
    log_plain("control API: %s/_emu/ with Authorization: Bearer %s", e->base, e->control_token);
    if (!s->print_env)
        return true;
    CLEANUP(arena_free) struct arena *arena = arena_new();
    CLEANUP(buf_release) struct buf env = BUF_INIT(16384);
    if (!control_env(e, arena, str_c(s->print_env), &env))
        return err_set(err, ERR_CONFIG, "--print-env: no application '%s'", s->print_env);
    log_plain("%s", buf_cstr(&env));
    return true;
}

static bool run(char **argv, struct err *err)
{
    struct start s = { .port = -1 };
    json_t *config = NULL;
    if (!read_arguments(argv, &s, err) || !load(&s, &config, err))
        return false;
    // Before any thread, so that all inherit it.
    sigset_t ends;
    int signal;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    char random[33];
    random_hex(random, 16);
    CLEANUP(emu_free) struct emu *e = emu_new(config, s.control_token ? s.control_token : random);
    if (!settle_address(&s, config, err) || !emu_listen(e, s.host, s.port, err) ||
        !print_start(e, &s, err))
        return false;
    sigwait(&ends, &signal);
    return true;
}

int main(int argc, char **argv)
{
    struct err err = { 0 };
    log_setup(1, LOG_FORMAT_TEXT, LOG_INFO);
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    if (run(argv, &err))
        return 0;
    fprintf(stderr, "entra-emulator: " STR_FMT "\n", STR_ARG(err_text(&err)));
    return err.code == ERR_CONFIG ? 2 : 1;
}
