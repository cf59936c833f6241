// SPDX-License-Identifier: MIT
// The root key, the folder it lives in, and the store. Only looks: nothing is made or changed.
#include <sys/stat.h>
#include <unistd.h>

#include "app/doctor_int.h"
#include "app/keys.h"
#include "app/store.h"
#include "jose/seal.h"

#define STORE_WAIT_MS      5000
#define STORE_LOOK_MS      100
#define READABLE_BY_OTHERS (S_IRWXG | S_IRWXO)
#define WRITABLE_BY_OTHERS (S_IWGRP | S_IWOTH)

static void judge_key_file(struct doctor *d, const char *path, const struct stat *st)
{
    struct finding *f;
    if (st->st_mode & READABLE_BY_OTHERS) {
        f = doctor_add(d, GRADE_WRONG, NULL,
                       "others can read the root key: %s has mode %03o; who has it can make tokens",
                       path, (unsigned)st->st_mode & 0777);
        f->click =
            doctor_text(d, "chmod 600 %s, then make a new key: others may have this one", path);
        f->set = "ZSCALER_MCP_SECRET_KEY=<zscaler-mcp keygen>";
    } else if (st->st_size < ROOT_KEY_MIN) {
        f = doctor_add(d, GRADE_WRONG, NULL, "%s holds no key: it has %lld bytes, %d are needed",
                       path, (long long)st->st_size, ROOT_KEY_MIN);
        f->click = doctor_text(d, "rm %s: the server makes a new one (all sign-ins end)", path);
        f->set = "ZSCALER_MCP_SECRET_KEY=<zscaler-mcp keygen>";
    } else if (access(path, R_OK) != 0) {
        f = doctor_add(d, GRADE_WRONG, NULL, "%s cannot be read by this user (%ld)", path,
                       (long)geteuid());
        f->click = doctor_text(d, "chown the file to the user that runs the server");
    } else {
        doctor_add(d, GRADE_OK, NULL,
                   "kept in %s; replicas need one in common: ZSCALER_MCP_SECRET_KEY", path);
    }
}

// On a platform that runs containers the folder goes with the container.
static bool judge_platform(struct doctor *d)
{
    const char *platform = settings_platform(d->env_of);
    if (!platform || d->o->state_dir)
        return false;
    struct finding *f = doctor_add(
        d, GRADE_WARNING, NULL,
        "no ZSCALER_MCP_SECRET_KEY in a container (%s is set): each restart and each replica makes a key of its "
        "own, and people must sign in again",
        platform);
    f->set = "ZSCALER_MCP_SECRET_KEY=<zscaler-mcp keygen>";
    return true;
}

void check_key(struct doctor *d)
{
    size_t keys = 0;
    struct stat st;
    while (d->o->secret_keys && d->o->secret_keys[keys])
        keys++;
    if (keys > 0) { // their length was judged with the settings
        doctor_add(d, GRADE_OK, NULL, "ZSCALER_MCP_SECRET_KEY, %zu key%s; the first seals", keys,
                   keys > 1 ? "s" : "");
        return;
    }
    if (judge_platform(d))
        return;
    const char *folder = keys_state_path(d->o, d->env_of);
    const char *path = folder ? doctor_text(d, "%s/" KEYS_FILE, folder) : NULL;
    if (path && stat(path, &st) == 0)
        judge_key_file(d, path, &st);
    else
        doctor_add(d, GRADE_OK, NULL,
                   "made at the first start; replicas need one in common: ZSCALER_MCP_SECRET_KEY");
}

// --- the folder ---

static const char *parent_of(struct doctor *d, const char *path)
{
    struct str s = str_c(path);
    while (s.n > 1 && s.p[s.n - 1] != '/')
        s.n--;
    while (s.n > 1 && s.p[s.n - 1] == '/')
        s.n--;
    return s.n ? arena_cstr(d->arena, s) : "/";
}

// The folder itself, or the nearest one above it that is there.
static const char *nearest(struct doctor *d, const char *path)
{
    while (access(path, F_OK) != 0 && strcmp(path, "/") != 0 && strchr(path, '/'))
        path = parent_of(d, path);
    return path;
}

static void add_memory_only(struct doctor *d, const char *why)
{
    struct finding *f = doctor_add(
        d, GRADE_WARNING, NULL,
        "%s: what was spent is remembered in memory only, and a restart forgets it", why);
    f->set = "ZSCALER_MCP_STATE_DIR=<a folder this user can write>";
}

void check_folder(struct doctor *d)
{
    const char *folder = keys_state_path(d->o, d->env_of);
    struct stat st;
    if (store_needs_no_folder(d->o)) {
        doctor_add(d, GRADE_OK, NULL, "none is needed: key and store are elsewhere");
        return;
    }
    if (!folder) {
        add_memory_only(
            d, "no state folder (neither ZSCALER_MCP_STATE_DIR, XDG_STATE_HOME nor HOME is set)");
        return;
    }
    const char *there = nearest(d, folder);
    if (access(there, W_OK) != 0 || stat(there, &st) != 0 || !S_ISDIR(st.st_mode)) {
        add_memory_only(d, doctor_text(d, "the state folder %s cannot be written", folder));
    } else if (strcmp(there, folder) != 0) {
        doctor_add(d, GRADE_OK, NULL, "%s will be made at the first start", folder);
    } else if (st.st_mode & WRITABLE_BY_OTHERS) {
        struct finding *f = doctor_add(d, GRADE_WARNING, NULL, "others can write in %s (mode %03o)",
                                       folder, (unsigned)st.st_mode & 0777);
        f->click = doctor_text(d, "chmod 700 %s", folder);
    } else {
        doctor_add(d, GRADE_OK, NULL, "%s", folder);
    }
}

// --- the store ---

// It is connected to in the background: asked for what is not there, until it answers.
static bool answers(struct spent_store *store)
{
    for (int waited = 0; waited < STORE_WAIT_MS; waited += STORE_LOOK_MS) {
        if (spent_look(store, STR("doctor"), NULL) != SPENT_UNAVAILABLE)
            return true;
        usleep(STORE_LOOK_MS * 1000);
    }
    return false;
}

static void judge_redis(struct doctor *d, struct spent_store *store)
{
    struct finding *f;
    if (!answers(store)) {
        f = doctor_add(d, GRADE_WRONG, NULL,
                       "Redis does not answer at %s: sign-ins would end with 503",
                       spent_where(store));
        f->click =
            "Start Redis, or let this machine reach it; compare user, password and TLS (rediss://).";
        f->set = "ZSCALER_MCP_STORE=redis://[user:password@]host[:port][/db]";
    } else if (!d->o->secret_keys) {
        f = doctor_add(
            d, GRADE_WARNING, NULL,
            "the store is shared but the key is not: only this machine can open what it seals");
        f->set = "ZSCALER_MCP_SECRET_KEY=<zscaler-mcp keygen>";
    } else {
        doctor_add(d, GRADE_OK, NULL, "Redis at %s, shared by all replicas", spent_where(store));
    }
}

void check_store(struct doctor *d)
{
    struct spent_store *store;
    if (!d->settings.http)
        return;
    if (!store_is_redis(d->o)) {
        doctor_add(d, GRADE_OK, NULL,
                   "%s; replicas on several machines share one with ZSCALER_MCP_STORE=redis://…",
                   d->o->store ? d->o->store : "SQLite in the state folder, where there is one");
        return;
    }
    if (spent_redis_new(d->o->store, &store, NULL)) { // else told with the settings
        judge_redis(d, store);
        spent_free(store);
    }
}
