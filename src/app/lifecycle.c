// SPDX-License-Identifier: MIT
#include "app/lifecycle.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "app/pid_file.h"
#include "base/clock.h"

typedef int word(const struct options *o, struct arena *arena, const struct pid_record *r);

// --- what is printed ---

static struct str uptime(struct arena *arena, int64_t seconds)
{
    int64_t s = seconds > 0 ? seconds : 0;
    int d = (int)(s / 86400), h = (int)(s / 3600 % 24), m = (int)(s / 60 % 60);
    if (d > 0)
        return arena_printf(arena, "%dd %dh %dm", d, h, m);
    if (h > 0)
        return arena_printf(arena, "%dh %dm", h, m);
    return m > 0 ? arena_printf(arena, "%dm %ds", m, (int)(s % 60))
                 : arena_printf(arena, "%ds", (int)s);
}

static void row(const char *name, struct str value)
{
    printf("  %-14s: " STR_FMT "\n", name, STR_ARG(value));
}

// Where a reload finds new values: a file is read again, variables were fixed when it started.
static struct str env_source(struct arena *arena, const struct pid_record *r)
{
    if (!r->dotenv_path.n)
        return STR("none (environment variables alone: new values need a new process)");
    return access(arena_cstr(arena, r->dotenv_path), R_OK) == 0
               ? STR("live (reload and restart read the file again)")
               : STR("missing (the file cannot be read any more)");
}

static int status(const struct options *o, struct arena *arena, const struct pid_record *r)
{
    (void)o;
    printf("zscaler-mcp server\n");
    row("pid file", str_c(r->path));
    row("pid", arena_printf(arena, "%d", (int)r->pid));
    row("alive", r->alive ? STR("yes") : STR("NO (stale PID file)"));
    if (r->alive)
        row("uptime", uptime(arena, clock_now() - r->started_at));
    row("version", r->version);
    row("transport", r->transport);
    if (r->port)
        row("bind", arena_printf(arena, STR_FMT ":%d", STR_ARG(r->host), r->port));
    row("dotenv path", r->dotenv_path.n ? r->dotenv_path : STR("(none)"));
    row("env source", env_source(arena, r));
    row("executable", r->executable);
    row("argv", r->argv);
    return r->alive ? 0 : 1;
}

static int send_signal(struct arena *arena, const struct pid_record *r, int number,
                       const char *name, const char *effect)
{
    if (kill(r->pid, number) != 0) {
        fprintf(stderr, "zscaler-mcp: error: cannot signal the server (pid=%d): %s\n", (int)r->pid,
                err_errno(errno));
        return 1;
    }
    printf("Sent %s to zscaler-mcp (pid=%d). %s\n", name, (int)r->pid, effect);
    if (number != SIGTERM)
        row("env source", env_source(arena, r));
    return 0;
}

static int reload(const struct options *o, struct arena *arena, const struct pid_record *r)
{
    (void)o;
    return send_signal(arena, r, SIGHUP, "SIGHUP", "MCP sessions preserved.");
}

static int restart(const struct options *o, struct arena *arena, const struct pid_record *r)
{
    (void)o;
    return send_signal(arena, r, SIGUSR2, "SIGUSR2",
                       "It starts anew as the same process, if its configuration is valid; "
                       "sign-ins and sessions go on.");
}

static int stop(const struct options *o, struct arena *arena, const struct pid_record *r)
{
    (void)o;
    return send_signal(arena, r, SIGTERM, "SIGTERM", "Will not respawn.");
}

// The Python server asks GitHub and PyPI here, and runs pip.
static int update(void)
{
    fprintf(stderr,
            "zscaler-mcp: version " ZSCALER_MCP_VERSION
            " is installed. This program asks nobody on the network about newer ones. Put the new "
            "binary (or container image) in place of this one, then: zscaler-mcp restart\n");
    return 2;
}

// --- which of them ---

static const struct {
    const char *name;
    word *run;
} words[] = {
    { "status", status }, { "reload", reload }, { "restart", restart },
    { "stop", stop },     { "update", NULL },
};

bool lifecycle_is_word(const char *command)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i].name, command) == 0)
            return true;
    return false;
}

static int tell_stale(const struct pid_record *r)
{
    fprintf(stderr,
            "zscaler-mcp: the server (pid=%d) does not run any more; PID file %s removed.\n",
            (int)r->pid, r->path);
    unlink(r->path);
    return 1;
}

static int tell_none(const struct options *o, const struct pid_record *r)
{
    if (strcmp(o->command, "status") == 0)
        fprintf(stderr, "No zscaler-mcp server PID file found at %s.\n", r->path);
    else
        fprintf(stderr, "No running zscaler-mcp server found (PID file %s missing).\n", r->path);
    return 1;
}

int lifecycle_run(const struct options *o)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct pid_record r;
    size_t i = 0;
    while (i + 1 < ARRAY_LEN(words) && strcmp(words[i].name, o->command) != 0)
        i++;
    if (!words[i].run)
        return update();
    if (!pid_file_find(o, arena, &r))
        return tell_none(o, &r);
    return r.alive || words[i].run == status ? words[i].run(o, arena, &r) : tell_stale(&r);
}
