// SPDX-License-Identifier: MIT
// The parts of the store in Redis: its URL, its connections and the thread that keeps them, TLS,
// and what Redis' refusals mean. Calls only ever take a connection that is ready; connecting,
// resolving names and waiting for a server to come back is done by the keeper alone.
#ifndef STORE_REDIS_INT_H
#define STORE_REDIS_INT_H

#include <hiredis.h>

#include "base/secret.h"
#include "store/store_int.h"

#define REDIS_POOL_MAX       16    // connections
#define REDIS_WAIT_MS        2000  // a call waits for a connection
#define REDIS_COMMAND_MS     1000  // of silence after a command, then the server counts as down
#define REDIS_CONNECT_MS     1000  // an address may take
#define REDIS_IDLE_MS        60000 // a connection unused for longer is not trusted: firewalls forget
#define REDIS_BACKOFF_MIN_MS 100 // between tries to reach a server that is down, doubled each time
#define REDIS_BACKOFF_MAX_MS 5000
#define REDIS_TTL_SLACK_S    300 // Redis keeps an entry so much longer: our clocks decide, not its own
#define REDIS_PREFIX         "{zscaler-mcp}:" // braces: in a cluster all keys are of one node
#define REDIS_PREFIX_MAX     64
#define REDIS_DB_MAX         9999
#define REDIS_WHY_MAX        768 // bytes of a reason in the log

// --- redis_url.c ---

struct redis_url {
    bool tls;
    char *host; // NULL: a Unix socket
    int port;
    char *path; // of the Unix socket
    int db;
    char *user;             // NULL: the default user
    struct secret password; // .p NULL: none
    char *prefix;           // of every key
    char *shown;            // fit for the log: no password, no user
};

// The error names the mistake and never a part of the text that may be the password.
MUST_USE bool redis_url_parse(const char *text, struct redis_url *ret, struct err *err);
void redis_url_release(struct redis_url *url);

// --- redis_errors.c ---

// What a failure asks of us. KEEP: the connection is good, the next call may succeed. RECONNECT:
// the server does not serve us now. REDIAL: the connection died, another one may live.
enum redis_remedy { REDIS_KEEP, REDIS_RECONNECT, REDIS_REDIAL };

// Writes the refusal and what to do about it into text.
enum redis_remedy redis_explain(struct str refusal, const struct redis_url *url, struct buf *text);

// --- redis_tls.c ---

struct redis_tls;

// Fails where this build has no TLS, with what to do.
MUST_USE bool redis_tls_new(struct redis_tls **ret, struct err *err);
void redis_tls_free(struct redis_tls *tls); // NULL-safe
MUST_USE bool redis_tls_start(struct redis_tls *tls, redisContext *c, const char *host,
                              struct err *err);

// --- redis_pool.c ---

struct redis_link {
    redisContext *c;
    int64_t used_ms;     // when the last call gave it back
    unsigned generation; // all links of one die together
    bool used;           // by a call before
};

struct redis {
    struct spent_store store;
    struct redis_url url;   // immutable
    struct redis_tls *tls;  // immutable; NULL: plain
    pthread_t keeper;       // immutable
    pthread_cond_t wanted;  // the keeper waits for work
    pthread_cond_t changed; // calls wait for a connection
    bool advised;           // keeper only: the server's settings were judged

    struct redis_link idle[REDIS_POOL_MAX]; // under lock, the last used on top
    size_t idle_n, open, waiting;           // under lock
    unsigned generation;                    // under lock
    bool down, stop;                        // under lock
    int64_t down_ms, retry_ms;              // under lock: since when; when to try again
    int backoff_ms;                         // under lock
    int64_t warned_ms;                      // under lock: of connections that were refused
    char why[REDIS_WHY_MAX];                // under lock: it is down
};

// Starts the keeper, which connects at once.
void redis_pool_start(struct redis *r);
void redis_pool_stop(struct redis *r);
// Sends a command and returns its answer, never one of type error; NULL: unavailable, said in the
// log. A command whose connection turns out to be dead may be sent twice.
redisReply *redis_ask(struct redis *r, int argc, const struct str *argv);
// The same over one connection, for the keeper: an error's text goes into text (emptied first).
redisReply *redis_ask_link(const struct redis *r, redisContext *c, int argc, const struct str *argv,
                           enum redis_remedy *ret_remedy, struct buf *text);

// --- redis.c ---

// A write and a look at what was written: what every connection begins with.
MUST_USE bool redis_probe(struct redis *r, redisContext *c, enum redis_remedy *ret_remedy,
                          struct buf *text);

#endif
