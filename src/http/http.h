// SPDX-License-Identifier: MIT
// Incoming HTTP/1.1. A server has a table of routes; a request that passes the guard and matches a
// route becomes an exchange, handed to the route's handler with its whole body. A handler answers
// once, with http_reply or http_stream_begin, or hands the exchange over to a worker and returns.
//
// Threads: handlers start on a loop thread and must not block there; http_defer moves to a worker,
// where plain blocking code is fine. After http_defer returned true the loop thread must not touch
// the exchange. An exchange is freed by the server after its answer went out; cancel is set when
// the client hangs up.
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cancel.h"
#include "base/err.h"

struct http_server;
struct exchange;
struct timing;

enum http_method {
    HTTP_GET = 1,
    HTTP_HEAD = 2,
    HTTP_POST = 4,
    HTTP_PUT = 8,
    HTTP_DELETE = 16,
    HTTP_OPTIONS = 32,
    HTTP_PATCH = 64,
};

typedef void http_handler(struct exchange *ex, void *ctx);

struct http_route {
    unsigned methods; // mask; HEAD is answered through GET
    const char *path; // exact; a last segment "*" matches any rest: "/.well-known/*"
    http_handler *handler;
    void *ctx;       // NULL: the server's default_ctx
    size_t max_body; // bytes; 0: 64 KiB; more is 413 before the body is read
    bool worker;     // call the handler on a worker at once
    bool cors;       // answer preflights, Access-Control-Allow-Origin: * (never with credentials)
    bool any_host;   // health checks: no Host and Origin judgement
    bool any_origin; // what any web page may use (metadata, /register, /token): no Origin judgement
};

struct http_config {
    const char *host;                // address to bind
    int port;                        // 0: any free
    const struct http_route *routes; // ends with a NULL path; must outlive the server
    void *default_ctx;
    const char *const *allowed_hosts;   // "name", "name:port", "name:*", "*"; NULL: loopback names
                                        // with any port when bound to loopback, else any
    const char *const *allowed_origins; // besides the request's own origin; NULL: none
    const char *const *allowed_sources; // addresses or CIDRs; NULL: all
    const char *const *trusted_proxies; // whose X-Forwarded-For counts; NULL: none
    size_t threads;                     // loop threads; 0: one a core
    size_t workers, queue;              // 0: 64 and 256
    size_t max_connections;             // 0: 4,096
    size_t max_header_bytes;            // 0: 32 KiB
    int idle_timeout_s;                 // keep-alive; 0: 75
    int heartbeat_s;                    // SSE comment; 0: 15
    const char *tls_cert_file, *tls_key_file, *tls_key_password; // NULL: plain HTTP
    // Authorities (PEM) of whose certificates every client must show one, but at any_host routes;
    // NULL: none are asked for.
    const char *tls_client_ca_file;
    bool log_requests;
};

MUST_USE bool http_server_new(const struct http_config *config, struct http_server **ret,
                              struct err *err);
int http_server_port(const struct http_server *s);
// Reads certificate and key again, as a handshake does by itself once a minute when the files have
// changed. False: they cannot be used, and the old ones stay.
MUST_USE bool http_server_reload_tls(struct http_server *s, struct err *err);
// Figures since the start, and of now.
struct http_stats {
    unsigned long by_class[6]; // answers by the hundreds of their status
    unsigned long turned_away; // 503 because the queue was full
    const struct timing
        *timing; // of answers that are no event streams; lives as long as the server
    size_t connections, streams, jobs;
};
void http_server_stats(struct http_server *s, struct http_stats *ret);
// Accepts no more, lets running exchanges finish for at most grace_ms, cancels what is left, waits
// and frees.
void http_server_stop(struct http_server *s, int grace_ms);

// --- the request ---
enum http_method http_method(const struct exchange *ex);
struct str http_path(const struct exchange *ex);                     // decoded, judged, no query
struct str http_header(const struct exchange *ex, const char *name); // .p NULL if absent
struct str http_query(const struct exchange *ex, const char *name);  // decoded; .p NULL if absent
struct str http_raw_query(const struct exchange *ex);
struct str http_cookie(const struct exchange *ex, const char *name); // .p NULL if absent
struct str http_body(const struct exchange *ex);
struct str http_peer(const struct exchange *ex); // client address after trusted proxies
struct str http_id(const struct exchange *ex);   // request id for logs, 16 hex digits
struct arena *http_arena(struct exchange *ex);
struct cancel *http_cancel(struct exchange *ex);
void *http_local(struct exchange *ex); // one pointer for the caller (who is signed in)
void http_set_local(struct exchange *ex, void *p);

// A parsed application/x-www-form-urlencoded text (query or body): RFC 6749 3.1 wants each
// parameter at most once; form_get of a doubled one sets *ret_doubled.
struct form;
MUST_USE bool form_parse(struct arena *arena, struct str text, struct form **ret,
                         struct err *err);                   // at most 100 pairs
struct str form_get(const struct form *f, const char *name); // .p NULL if absent
bool form_doubled(const struct form *f, const char *name);
size_t form_count(const struct form *f);
void form_at(const struct form *f, size_t i, struct str *ret_name, struct str *ret_value);

// --- the answer ---
// CR and LF are refused (assert)
void http_add_header(struct exchange *ex, const char *name, struct str value);
// Sends; body is copied. content_type NULL: no body type. Compresses text and JSON above 1 KiB
// where accepted.
void http_reply(struct exchange *ex, int status, const char *content_type, struct str body);
// As http_reply without a copy: body must live as long as the server (rendered-once answers); gz is
// the same bytes gzipped, or empty.
void http_reply_static(struct exchange *ex, int status, const char *content_type, struct str body,
                       struct str gz);
// A body that is the same for everybody but for a short head: the tail is kept and compressed once.
struct http_tail;
struct http_tail *http_tail_new(struct str bytes); // copies
void http_tail_free(struct http_tail *t);          // NULL-safe
struct str http_tail_bytes(const struct http_tail *t);
// Sends head and tail as one body; both are copied.
void http_reply_tail(struct exchange *ex, int status, const char *content_type, struct str head,
                     const struct http_tail *tail);
void http_redirect(struct exchange *ex, int status, struct str location);
bool http_replied(const struct exchange *ex);
// For stand-ins that play a broken server: closes the connection without an answer.
void http_break(struct exchange *ex);
// Moves to a worker: handler(ex, ctx) runs there. False: the queue was full and 503 was answered.
bool http_defer(struct exchange *ex, http_handler *handler, void *ctx);

// --- server-sent events (WHATWG HTML section 9.2) ---
struct http_stream;
// Begins a 200 text/event-stream answer; the returned handle is the caller's until http_stream_end
// and may be used from any thread, also after the handler returned. Heartbeats go out by
// themselves.
struct http_stream *http_stream_begin(struct exchange *ex);
// Queues one event (id and event may be NULL). False when the client is gone or HTTP_STREAM_MAX
// bytes wait unread.
bool http_stream_send(struct http_stream *s, const char *event, const char *id, struct str data);
// An event without data: its id is where a client resumes, retry_ms how long it waits before.
bool http_stream_prime(struct http_stream *s, const char *id, int retry_ms);
bool http_stream_gone(struct http_stream *s);
// Called once, from a loop thread, when the client hangs up; set right after begin.
void http_stream_on_gone(struct http_stream *s, void (*fn)(void *), void *arg);
void http_stream_end(struct http_stream *s); // sends what waits, closes; the handle is gone
#define HTTP_STREAM_MAX (1024 * 1024)

#endif
