// SPDX-License-Identifier: MIT
// fake-oneapi: starts the fake and waits for a signal. Exit status 2: the configuration is wrong.
#include <signal.h>

#include "base/file.h"
#include "base/log.h"
#include "base/url.h"
#include "fake.h"

#define CONFIG_MAX (1024 * 1024)

struct start {
    const char *config, *host, *port, *threads;
    bool anywhere;
};

static const char usage[] =
    "usage: fake-oneapi [--config FILE] [--host ADDRESS] [--port N] [--threads N]\n"
    "                   [--listen-anywhere]\n"
    "\n"
    "Stands in for Zscaler OneAPI in tests: a token endpoint and the paths of all tools over\n"
    "invented records.\n"
    "  --config FILE       clients, token lifetime, faults (dev/oneapi/README.md)\n"
    "  --host ADDRESS      where to listen (127.0.0.1); other than loopback needs --listen-anywhere\n"
    "  --port N            0: any free port (the default)\n"
    "  --threads N         loop threads (1)\n";

static bool take_value(const char *name, char **argv, int *i, const char **ret)
{
    if (strcmp(argv[*i], name) != 0 || !argv[*i + 1])
        return false;
    *ret = argv[++*i];
    return true;
}

static bool read_arguments(char **argv, struct start *s, struct err *err)
{
    for (int i = 1; argv[i]; i++) {
        if (strcmp(argv[i], "--listen-anywhere") == 0)
            s->anywhere = true;
        else if (!take_value("--config", argv, &i, &s->config) &&
                 !take_value("--host", argv, &i, &s->host) &&
                 !take_value("--port", argv, &i, &s->port) &&
                 !take_value("--threads", argv, &i, &s->threads))
            return err_set(err, ERR_CONFIG, "%s: unknown, or its value is missing", argv[i]);
    }
    if (!s->anywhere && !url_host_is_loopback(str_c(s->host)))
        return err_set(err, ERR_CONFIG,
                       "--host: '%s' is no loopback address; --listen-anywhere allows it", s->host);
    return true;
}

static bool number(const char *name, const char *text, int64_t low, int64_t high, int64_t *ret,
                   struct err *err)
{
    if (str_to_i64(str_c(text), ret) && *ret >= low && *ret <= high)
        return true;
    return err_set(err, ERR_CONFIG, "%s: '%s' is not between %lld and %lld", name, text,
                   (long long)low, (long long)high);
}

static bool load(const char *path, json_t **ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(CONFIG_MAX);
    if (!path)
        return config_parse(STR_NONE, ret, err);
    return file_read(path, &text, err) && config_parse(buf_str(&text), ret, err);
}

static bool run(char **argv, struct err *err)
{
    struct start s = { .host = "127.0.0.1", .port = "0", .threads = "1" };
    json_t *config = NULL;
    int64_t port, threads;
    sigset_t ends;
    int signal;
    if (!read_arguments(argv, &s, err) || !number("--port", s.port, 0, 65535, &port, err) ||
        !number("--threads", s.threads, 1, 64, &threads, err) || !load(s.config, &config, err))
        return false;
    CLEANUP(fake_free) struct fake *f = fake_new(config);
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    if (!fake_listen(f, s.host, (int)port, (size_t)threads, err))
        return false;
    log_plain("fake OneAPI on http://%s:%d", s.host, fake_port(f));
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
    fprintf(stderr, "fake-oneapi: " STR_FMT "\n", STR_ARG(err_text(&err)));
    return err.code == ERR_CONFIG ? 2 : 1;
}
