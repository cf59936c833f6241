// SPDX-License-Identifier: MIT
// What has been spent: the only thing replicas share besides keys. A claim is atomic; every entry
// dies by itself after its ttl. Unavailable is a third answer, never the first or second: callers
// answer 503. Keys are 1 to SPENT_KEY_MAX bytes, chosen by the caller with a prefix for its kind
// ("code:…"). All functions are thread-safe; SQLite blocks on the disk, Redis on the network, each
// for two or three seconds at worst: call them from workers.
#ifndef STORE_SPENT_H
#define STORE_SPENT_H

#include "base/buf.h"
#include "base/err.h"

#define SPENT_KEY_MAX   128
#define SPENT_VALUE_MAX 32768
#define SPENT_TTL_MAX   315360000LL // ten years

enum spent { SPENT_FIRST, SPENT_AGAIN, SPENT_UNAVAILABLE };

struct spent_store;

// max: entries after which new claims are SPENT_UNAVAILABLE (never evicts what is not expired).
struct spent_store *spent_memory_new(size_t max);
// path: a file on a local disk, made with mode 0600 if absent; several processes of one host may
// share it. A crash of the process loses nothing; a power failure may lose the last moments (WAL,
// synchronous=NORMAL).
MUST_USE bool spent_sqlite_new(const char *path, struct spent_store **ret, struct err *err);
// url: redis://[user:password@]host[:port][/db], rediss://… (TLS), redis+unix:///path, each with
// ?db=N and ?prefix=… if need be; what is special in a password is percent-encoded. False when the
// URL is wrong or asks for TLS that this build has not. Whether Redis answers is not waited for: it
// is connected to in the background, again and again, and until then all calls are unavailable.
// The process must not die of SIGPIPE.
MUST_USE bool spent_redis_new(const char *url, struct spent_store **ret, struct err *err);
// The same judgement of the URL, without connecting. No error repeats a part of the URL.
MUST_USE bool spent_redis_url_ok(const char *url, struct err *err);
void spent_free(struct spent_store *s); // NULL-safe
DEFINE_CLEANUP(spent_free, struct spent_store *)
const char *spent_name(const struct spent_store *s); // "memory", "sqlite", "redis"
// The file, or the server and database without user and password; empty for memory.
const char *spent_where(const struct spent_store *s);

// Claims key for ttl_s seconds (clamped to 1 … SPENT_TTL_MAX). SPENT_AGAIN when somebody had it;
// then *ret_value (may be NULL) gets what spent_put stored under it, or nothing yet.
enum spent spent_claim(struct spent_store *s, struct str key, int64_t ttl_s, struct buf *ret_value);
// Stores or replaces the value under key (marks, answers for a grace period). False: unavailable.
// The value lives ttl_s seconds; the key lives at least as long, and never shorter than it was
// claimed for: an answer kept for a short grace cannot make a claim forget.
MUST_USE bool spent_put(struct spent_store *s, struct str key, struct str value, int64_t ttl_s);
// SPENT_AGAIN: the key is there (value in *ret_value, may be NULL); SPENT_FIRST: it is not. Changes
// nothing.
enum spent spent_look(struct spent_store *s, struct str key, struct buf *ret_value);
// Looks at several keys, with one question where the store has one for that: ret_there[i] says
// whether keys[i] is there, ret_values[i] gets its value. False: unavailable.
#define SPENT_LOOK_MAX 8
MUST_USE bool spent_look_all(struct spent_store *s, const struct str *keys, size_t count,
                             bool *ret_there, struct buf *ret_values);

#endif
