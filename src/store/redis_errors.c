// SPDX-License-Identifier: MIT
// What Redis' refusals mean, and what the operator does about each. Inside a script Redis before 7
// wraps the word into a longer text, so it is looked for anywhere.
#include "store/redis_int.h"

#define TEXT_MAX 200 // bytes of Redis' own text

static const struct {
    const char *word;
    enum redis_remedy remedy;
    const char *fix;
} refusals[] = {
    { "NOAUTH", REDIS_RECONNECT,
      "Redis asks for a password: put it into ZSCALER_MCP_STORE, redis://:password@host or "
      "redis://user:password@host" },
    { "WRONGPASS", REDIS_RECONNECT,
      "correct the user or password in ZSCALER_MCP_STORE (special characters percent-encoded); in "
      "Redis, ACL GETUSER shows the user" },
    { "invalid password", REDIS_RECONNECT, "correct the password in ZSCALER_MCP_STORE" },
    { "without any password configured", REDIS_RECONNECT,
      "Redis has no password: set requirepass there, or take the password out of "
      "ZSCALER_MCP_STORE" },
    { "no password is set", REDIS_RECONNECT,
      "Redis has no password: set requirepass there, or take the password out of "
      "ZSCALER_MCP_STORE" },
    { "NOPERM", REDIS_RECONNECT,
      "the Redis user may not do this: ACL SETUSER it with +eval +hmget +hget +hset +hdel +ttl "
      "+expire +select +info and the pattern ~ of the keys' prefix" },
    { "READONLY", REDIS_RECONNECT,
      "this Redis is a read-only replica, perhaps after a failover: ZSCALER_MCP_STORE must lead to "
      "the primary; it is connected to anew until then" },
    { "LOADING", REDIS_RECONNECT, "Redis is loading its data: nothing to do but wait" },
    { "MASTERDOWN", REDIS_RECONNECT,
      "this Redis is a replica without its primary: ZSCALER_MCP_STORE must lead to the primary" },
    { "MOVED", REDIS_RECONNECT,
      "this is a Redis Cluster, and the keys belong to the node named here: let ZSCALER_MCP_STORE "
      "lead to it, or better to a Redis without cluster mode" },
    { "ASK ", REDIS_RECONNECT,
      "this is a Redis Cluster, and the keys are moving to the node named here: use a Redis "
      "without cluster mode" },
    { "CLUSTERDOWN", REDIS_RECONNECT,
      "the Redis Cluster is not whole: repair it (CLUSTER INFO), or use a Redis without cluster "
      "mode" },
    { "OOM", REDIS_KEEP,
      "Redis is full and rightly evicts nothing: raise its maxmemory (what is spent expires by "
      "itself; nothing new is accepted until there is room)" },
    { "MISCONF", REDIS_KEEP,
      "Redis cannot save to its disk and therefore refuses writes: see its log, make room on the "
      "disk" },
    { "NOREPLICAS", REDIS_KEEP,
      "Redis has fewer replicas in step than min-replicas-to-write asks for: bring them back" },
    { "BUSY", REDIS_KEEP, "a script keeps Redis busy: SCRIPT KILL ends it" },
    { "DENIED", REDIS_RECONNECT,
      "Redis is in protected mode: set a password there (requirepass) and put it into "
      "ZSCALER_MCP_STORE" },
    { "max number of clients", REDIS_RECONNECT, "raise Redis' maxclients" },
    { "DB index", REDIS_RECONNECT,
      "the number behind the host in ZSCALER_MCP_STORE is a database that this Redis does not "
      "have" },
    { "unknown command", REDIS_RECONNECT,
      "Redis 5 or newer is needed (or Valkey), with scripts (EVAL) allowed" },
    { "WRONGTYPE", REDIS_KEEP,
      "another program uses these keys: give ours a prefix of their own, ZSCALER_MCP_STORE="
      "redis://…?prefix=name:" },
};

enum redis_remedy redis_explain(struct str refusal, const struct redis_url *url, struct buf *text)
{
    // An unknown command is quoted with its arguments, and AUTH has one that nobody may see.
    ptrdiff_t quoted = str_find(refusal, STR(", with args"));
    struct str said = str_slice(refusal, 0, quoted < 0 ? TEXT_MAX : (size_t)quoted);
    said = str_slice(said, 0, TEXT_MAX);
    buf_addf(text, "%s answers \"" STR_FMT "\"", url->shown, STR_ARG(said));
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        if (str_find(refusal, str_c(refusals[i].word)) >= 0) {
            buf_addf(text, ": %s", refusals[i].fix);
            return refusals[i].remedy;
        }
    return REDIS_KEEP;
}
