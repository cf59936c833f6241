// SPDX-License-Identifier: MIT
#include "app/revoke.h"

#include <time.h>
#include <unistd.h>

#include "app/keys.h"
#include "app/store.h"
#include "base/clock.h"
#include "base/log.h"
#include "oauth/oauth.h"

#define STORE_TRIES    50 // Redis is connected to in the background
#define STORE_PAUSE_MS 200

static const char *env_of(const char *name)
{
    return getenv(name); // NOLINT(concurrency-mt-unsafe): nothing here sets variables
}

static int fail(int code, const char *text)
{
    fprintf(stderr, "zscaler-mcp: error: %s\n", text);
    return code;
}

// A file that would be made just now is not the server's.
static bool file_is_there(const struct options *o, const char *state_dir, struct err *err)
{
    if (!state_dir || (o->store && strcmp(o->store, "memory") == 0))
        return err_set(err, ERR_CONFIG,
                       "the server keeps its records in its own memory, which no command reaches: "
                       "send POST /operator/revoke with OIDCPROXY_OPERATOR_KEY, or restart it");
    struct str path = arena_printf(o->arena, "%s/spent.db", state_dir);
    return access(path.p, R_OK | W_OK) == 0 ||
           err_set(err, ERR_CONFIG,
                   "there is no store at %s: run this with the server's user and environment",
                   path.p);
}

static bool open_store(const struct options *o, const struct settings *settings,
                       struct spent_store **ret, struct err *err)
{
    bool is_url = o->store && strstr(o->store, "://");
    const char *state_dir = is_url ? NULL : keys_state_dir(o, env_of);
    return (is_url || file_is_there(o, state_dir, err)) &&
           store_option_open(o, settings, state_dir, ret, err);
}

static bool mark(const struct options *o, struct spent_store *spent, const struct throw_out *who,
                 struct err *err)
{
    const struct timespec pause = { .tv_nsec = STORE_PAUSE_MS * 1000000L };
    for (int tries = STORE_TRIES;; tries--) {
        if (oauth_throw_out(spent, who, clock_now(), o->refresh_ttl + o->access_ttl, err))
            return true;
        if (err->code != ERR_STORE_UNAVAILABLE || tries == 0)
            return false;
        nanosleep(&pause, NULL);
    }
}

static void say_done(const struct throw_out *who)
{
    struct str name = who->person.n ? who->person : who->family;
    LOG(LOG_AUDIT, "thrown out by the operator", F("person", who->person), F("tenant", who->tenant),
        F("family", who->family), F_C("from", "command line"));
    printf("%s " STR_FMT
           " is out: nothing that was given before works any more, within %d seconds.\n",
           who->person.n ? "Person" : "Sign-in", STR_ARG(name), ACCESS_RECHECK_S);
    if (who->person.n)
        printf(
            "A new sign-in is for the identity provider to refuse: disable the account there too.\n");
}

// --person NAME [--tenant ID], or --family FINGERPRINT; also as --person=NAME.
static bool read_words(const char *const *words, struct throw_out *ret, struct err *err)
{
    const struct {
        const char *flag;
        struct str *value;
    } flags[] = { { "--person", &ret->person },
                  { "--tenant", &ret->tenant },
                  { "--family", &ret->family } };
    for (; *words; words++) {
        struct str value = str_c(*words);
        struct str name = str_cut(&value, '=');
        size_t i = 0;
        while (i < ARRAY_LEN(flags) && !str_is(name, flags[i].flag))
            i++;
        if (i == ARRAY_LEN(flags))
            return err_set(err, ERR_INVALID_REQUEST,
                           "unrecognized argument: %.80s (expected --person NAME [--tenant ID], or "
                           "--family FINGERPRINT)",
                           *words);
        if (!value.p && words[1])
            value = str_c(*++words);
        *flags[i].value = str_trim(value);
    }
    return true;
}

int revoke_run(struct options *o, const struct settings *settings)
{
    struct throw_out who = { .person = STR_NONE };
    struct spent_store *spent;
    struct err err = { 0 };
    if (!read_words((const char *const *)o->words, &who, &err))
        return fail(2, err.text);
    if (!settings->http)
        return fail(2, "nobody signs in to a server on stdio: there is nothing to revoke");
    if (!open_store(o, settings, &spent, &err))
        return fail(1, err.text);
    bool done = mark(o, spent, &who, &err);
    spent_free(spent);
    if (!done)
        return fail(err.code == ERR_INVALID_REQUEST ? 2 : 1, err.text);
    say_done(&who);
    return 0;
}
