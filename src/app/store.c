// SPDX-License-Identifier: MIT
#include "app/store.h"

#include "base/log.h"

#define SPENT_MEMORY_MAX 1000000 // entries; about 150 bytes each

static const struct {
    const char *name, *means;
} meanings[] = {
    { "memory",
      "for this process alone: a restart forgets what was used or revoked, and replicas do "
      "not tell each other (docs/replicas.md)" },
    { "sqlite",
      "survives restarts, for all processes of this machine; replicas on several machines "
      "share one with ZSCALER_MCP_STORE=redis://… (docs/replicas.md)" },
    { "redis",
      "for all replicas with the same ZSCALER_MCP_SECRET_KEY; while Redis does not answer, "
      "sign-ins and revocation checks are answered with 503" },
};

static bool is(const struct options *o, const char *kind)
{
    return o->store && strcmp(o->store, kind) == 0;
}

bool store_is_redis(const struct options *o)
{
    return o->store && !is(o, "memory") && !is(o, "sqlite");
}

void store_option_check(struct options *o)
{
    struct err err = { 0 };
    if (!store_is_redis(o))
        return;
    if (!strstr(o->store, "://"))
        options_problem(o,
                        "ZSCALER_MCP_STORE: the value is not valid: expected memory, sqlite or a "
                        "Redis URL, for example redis://:password@redis.example:6379/0");
    else if (!spent_redis_url_ok(o->store, &err))
        options_problem(o, "ZSCALER_MCP_STORE: %s", err.text);
}

bool store_needs_no_folder(const struct options *o)
{
    return o->secret_keys && o->store && !is(o, "sqlite");
}

static void say(const struct options *o, const struct spent_store *store)
{
    const char *name = spent_name(store);
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (strcmp(name, meanings[i].name) == 0)
            LOG(LOG_INFO, "the store of spent codes and revoked sign-ins", F_C("store", name),
                F_C("where", spent_where(store)), F_C("means", meanings[i].means));
    if (store_is_redis(o) && !o->secret_keys)
        LOG(LOG_WARNING,
            "the store is shared but the key is not: only this machine can open what "
            "it seals",
            F_C("fix", "give all replicas one ZSCALER_MCP_SECRET_KEY (zscaler-mcp keygen)"));
}

static bool open_store(const struct options *o, const struct settings *s, const char *state_dir,
                       struct spent_store **ret, struct err *err)
{
    if (!s->http || is(o, "memory") || (!o->store && !state_dir)) {
        *ret = spent_memory_new(SPENT_MEMORY_MAX);
        return true;
    }
    if (store_is_redis(o))
        return spent_redis_new(o->store, ret, err) || err_prefix(err, "ZSCALER_MCP_STORE");
    if (!state_dir)
        return err_set(err, ERR_CONFIG,
                       "ZSCALER_MCP_STORE=sqlite needs a writable state folder: set "
                       "ZSCALER_MCP_STATE_DIR");
    struct str path = arena_printf(o->arena, "%s/spent.db", state_dir);
    return spent_sqlite_new(path.p, ret, err);
}

bool store_option_open(const struct options *o, const struct settings *s, const char *state_dir,
                       struct spent_store **ret, struct err *err)
{
    if (!open_store(o, s, state_dir, ret, err))
        return false;
    if (s->http)
        say(o, *ret);
    return true;
}
