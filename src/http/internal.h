// SPDX-License-Identifier: MIT
// What the files of http/ share. Ownership: the server owns its connections, a connection shows the
// one exchange that is open on it; an exchange lives in its own arena and is counted (the
// connection, each worker job and the open stream hold one reference each).
//
// Locks, outer first: http_server.lock, conn.lock, http_stream.lock, then libmicrohttpd's own.
#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/timing.h"
#include "base/work.h"
#include "http/addr.h"
#include "http/http.h"

#define HTTP_MAX_HEADERS  100
#define HTTP_MAX_TARGET   (16 * 1024)
#define HTTP_DEFAULT_BODY (64 * 1024)
#define HTTP_HEAD_TIME_MS 10000 // from the request line to the last header
#define HTTP_BODY_TIME_MS 60000 // from the last header to the last byte of the body
#define HTTP_BODY_OVERSHOOT                                                                        \
    (1024 * 1024) // read and dropped so that the 413 of a chunked body arrives

struct header {
    struct str name, value;
};

struct watch;

struct conn {
    // immutable
    struct http_server *server;
    struct addr peer;
    // under server->lock
    struct conn *prev, *next;
    // under lock
    pthread_mutex_t lock;
    int fd;                   // -1: closed
    bool watched, armed;      // in the epoll set; will report a hang-up
    bool gone;                // the client has hung up
    struct exchange *waiting; // deferred to a worker, or streaming
    // any thread
    atomic_int_fast64_t deadline_ms; // 0: none; else the connection is cut off then
    // under the watch's lock, once closed
    struct conn *next_dead;
};

struct http_server {
    // immutable after the start
    struct http_config config;
    bool loopback; // bound to a loopback address
    struct addr_list sources, proxies;
    struct MHD_Daemon *daemon;
    int port;
    struct work_pool *pool;
    struct watch *watch;
    struct tls *tls; // NULL: plain HTTP
    uint64_t id_seed;
    atomic_bool started;
    char start_note[300];
    // any thread
    atomic_uint_fast64_t id_count;
    atomic_size_t active; // exchanges whose request is complete and whose answer has not gone out
    atomic_size_t jobs;   // deferred exchanges whose worker has not returned
    atomic_bool stopping; // answers close their connection, new ones are turned away
    atomic_bool draining; // nothing is deferred any more, streams end
    atomic_ulong by_class[6], turned_away;
    struct timing timing;
    // under lock
    pthread_mutex_t lock;
    pthread_cond_t quiet; // active reached 0 while stopping
    struct conn *conns;
    size_t conn_count;
    struct http_stream *streams;
};

enum stage { STAGE_HEAD, STAGE_BODY, STAGE_HANDLED };

struct exchange {
    // immutable after dispatch
    struct http_server *server;
    struct conn *conn;          // loop thread only after the answer
    struct MHD_Connection *mhd; // valid until the connection's reference is dropped
    const struct http_route *route;
    struct arena *arena; // of whoever runs the handler
    enum http_method method;
    struct str target, path, query; // query .p NULL if absent
    const char *target_at;          // where libmicrohttpd keeps the target
    struct header *headers;
    size_t header_count;
    struct addr client;
    struct str peer;
    char id[17];
    int64_t began_ms;
    // loop thread only
    enum stage stage;
    bool deferred;
    bool counted;   // in server->active
    bool too_large; // the body passed max_body
    size_t max_body, dropped;
    // whoever runs the handler
    struct buf body;
    struct form *query_form;
    struct added_header *added;
    void *local;
    bool close; // the connection ends after the answer
    struct MHD_Response *response;
    unsigned status;
    struct http_stream *stream;
    // any thread
    atomic_int refs, jobs;
    atomic_bool replied;
    struct cancel cancel;
};

// exchange.c
struct exchange *exchange_new(struct http_server *s, struct conn *c, struct MHD_Connection *mhd,
                              const char *target);
void exchange_ref(struct exchange *ex);
void exchange_unref(struct exchange *ex);
// All headers of that name, last first: pass 0, then what came back; 0 when there is none left.
size_t exchange_header_before(const struct exchange *ex, size_t before, const char *name);
void exchange_run(
    struct exchange *ex); // loop thread: calls the route's handler, inline or on a worker
void exchange_log(const struct exchange *ex);
// The answer is ready: sends it, waking the connection if it sleeps.
void exchange_answered(struct exchange *ex);
enum MHD_Result exchange_queue(struct exchange *ex);

const struct http_stream *stream_next(const struct http_stream *s); // stream.c, under the lock

// guard.c: false when the request was refused; the answer is then prepared.
bool guard_head(struct exchange *ex, const char *method, const char *version);

// path.c: splits a request target into the decoded path and the raw query; false for every odd
// form.
bool path_judge(struct arena *arena, struct str target, struct str host, struct str *ret_path,
                struct str *ret_query);

// admit.c
bool admit_source(struct exchange *ex);
bool admit_host(struct exchange *ex);
bool admit_origin(struct exchange *ex);
bool host_is_wellformed(struct str host);
bool host_allowed(const char *const *allowed, bool loopback, struct str host);
bool origin_allowed(const char *const *allowed, bool loopback, struct str host, struct str origin);
struct addr forwarded_client(const struct exchange *ex, const struct addr_list *trusted,
                             struct addr peer);

// router.c: sets ex->route, or answers 404, 405, a preflight, 421 or 403; false then.
bool router_find(struct exchange *ex);
void cors_headers(const struct exchange *ex, struct MHD_Response *response);
void cors_preflight(struct exchange *ex);
enum http_method method_of(const char *name); // 0: unknown
struct str method_list(struct arena *arena, unsigned methods);

// reply.c
void reply_error(struct exchange *ex, int status, const char *error, const char *fmt, ...)
    PRINTF(4, 5);
void reply_rpc_error(struct exchange *ex, int status, const char *fmt, ...) PRINTF(3, 4);
// Does the client take gzip, and is a body of n bytes worth it?
bool reply_wants_gzip(const struct exchange *ex, const char *content_type, size_t n);
// As http_reply with bytes that are taken over.
void reply_taken(struct exchange *ex, int status, const char *content_type, struct buf *body,
                 bool gzipped);
void reply_finish(struct exchange *ex, struct MHD_Response *response, int status);
bool accepts_gzip(struct str accept_encoding);
bool gzip_bytes(struct str body, struct buf *out); // gzip.c

// stream.c
void stream_hang_up(struct http_stream *s); // any thread: the client is gone
void stream_finish(struct http_stream *s);  // any thread: the server ends it
void stream_detach(struct http_stream *s);  // loop thread: its connection is done
void stream_beat_all(struct http_server *s, int64_t now_ms);

// watch.c
struct watch *watch_new(struct http_server *s, struct err *err);
void watch_free(struct watch *w);
// One address gets three quarters of the connections at most: alone it locks nobody out.
bool conn_welcome(struct http_server *s, const struct sockaddr *peer);
struct conn *conn_new(struct http_server *s, int fd, const struct sockaddr *peer);
void conn_closed(struct conn *c);
// Shows ex as the one that hears of a hang-up; NULL: nobody.
void conn_wait(struct conn *c, struct exchange *ex);
// As conn_wait, sets ex->stream.
void conn_stream(struct conn *c, struct exchange *ex, struct http_stream *s);
void conns_cancel(struct http_server *s, bool idle_streams_only);

// listen.c
MUST_USE bool listen_open(const char *host, int port, int *ret_fd, int *ret_port,
                          bool *ret_loopback, struct err *err);
// tls.c
MUST_USE bool tls_load(struct http_server *s, struct err *err);
void tls_free(struct http_server *s);
#define TLS_OPTIONS_MAX 4
size_t tls_options(const struct http_server *s, struct MHD_OptionItem ret[TLS_OPTIONS_MAX]);
// False when the client's certificate does not do; the answer is then prepared.
bool tls_admit(struct exchange *ex);

#endif
