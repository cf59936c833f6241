// SPDX-License-Identifier: MIT
#include "app/reload.h"

#include <assert.h>

#include "app/secrets.h"
#include "app/settings.h"
#include "base/log.h"
#include "base/mem.h"

struct reload {
    const struct options *running;
    struct {
        const char *what;
        reload_hook *hook;
        void *ctx;
    } hooks[RELOAD_HOOKS_MAX];
    size_t count;
};

struct reload *reload_new(const struct options *running)
{
    struct reload *r = mem_zalloc(1, sizeof(*r));
    r->running = running;
    return r;
}

void reload_free(struct reload *r)
{
    free(r);
}

void reload_add(struct reload *r, const char *what, reload_hook *hook, void *ctx)
{
    assert(r->count < RELOAD_HOOKS_MAX);
    r->hooks[r->count].what = what;
    r->hooks[r->count].hook = hook;
    r->hooks[r->count++].ctx = ctx;
}

// --- what is there now ---

static void say_problems(struct options *o, const char *event)
{
    struct str rest = buf_str(&o->problems);
    while (rest.n > 0)
        LOG(LOG_ERROR, event, F("problem", str_cut(&rest, '\n')));
}

// What a secret store gave stays: it is asked at the start alone.
static void read_again(const struct options *running, struct options *ret, bool ask_stores)
{
    struct settings ignored;
    options_parse(ret, running->argc, running->argv, running->env_of, running->environ_names);
    if (ask_stores)
        secrets_load(ret);
    for (const struct option *opt = options_table; opt->group; opt++)
        if (running->fixed[opt - options_table] && !ret->fixed[opt - options_table])
            options_take(ret, running, opt);
    settings_decide(ret, running->env_of, &ignored);
}

bool reload_would_start(const struct reload *r)
{
    struct options fresh;
    read_again(r->running, &fresh, true);
    bool well = fresh.problems.n == 0;
    say_problems(&fresh, "not restarted");
    options_release(&fresh);
    return well;
}

// --- taking it ---

static void name_what_waits(const struct options *running, const struct options *fresh)
{
    for (const struct option *opt = options_table; opt->group; opt++)
        if (!opt->live && !options_same(running, fresh, opt))
            LOG(LOG_WARNING, "changed, and in force only after a restart",
                F_C("setting", opt->env ? opt->env : opt->flag), F_C("fix", "zscaler-mcp restart"));
}

void reload_run(struct reload *r)
{
    struct options fresh;
    read_again(r->running, &fresh, false);
    if (fresh.problems.n > 0) {
        say_problems(&fresh, "not reloaded: what was in force stays");
        options_release(&fresh);
        return;
    }
    for (size_t i = 0; i < r->count; i++) {
        struct err err = { 0 };
        if (r->hooks[i].hook(r->hooks[i].ctx, &fresh, &err))
            LOG(LOG_INFO, "reloaded", F_C("what", r->hooks[i].what));
        else
            LOG(LOG_ERROR, "not reloaded: what was in force stays", F_C("what", r->hooks[i].what),
                F("problem", err_text(&err)));
    }
    name_what_waits(r->running, &fresh);
    options_release(&fresh);
}
