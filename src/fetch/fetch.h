// SPDX-License-Identifier: MIT
// Outgoing HTTP: fetch() reads like a call and blocks its thread; one thread with a curl_multi
// serves all of them, keeps connections and shares them. Nothing here follows a redirect.
#ifndef FETCH_FETCH_H
#define FETCH_FETCH_H

#include "base/buf.h"
#include "base/cancel.h"
#include "base/err.h"

struct fetcher;

struct fetch_config {
    const char *user_agent;
    const char *ca_file;    // NULL: the system's
    size_t max_connections; // in all; 0: 128
    size_t max_per_host;    // 0: 64
};

struct fetch_header {
    const char *name;
    struct str value;
};

struct fetch_request {
    const char *method;                 // NULL: GET
    const char *url;                    // http or https only
    const struct fetch_header *headers; // ends with a NULL name; Content-Type too
    struct str body;                    // .p NULL: none
    const char *user_agent;             // NULL: the fetcher's
    int timeout_ms;                     // the whole of it; 0: 30,000
    size_t max_bytes;                   // of the body after decompression; 0: 16 MiB
    struct cancel *cancel;              // may be NULL; ends the fetch at once with ERR_CANCELLED
    bool direct;                        // no proxy, whatever the environment names
    // Sent at most once, on a connection of its own: where a kept one ends before the answer, it
    // would be sent again although the other side may have read it.
    bool once;
    bool public_only; // refuse private, loopback, link-local… addresses, judged after resolving
    bool proxy_only;  // never around the proxy, whatever NO_PROXY says
    // AWS Signature Version 4: "aws:amz:<region>:<service>", and "<key id>:<secret key>"; NULL: not
    // signed
    const char *aws_sigv4, *aws_key;
};

struct fetch_response {
    int status;
    struct buf body;
    struct buf headers; // raw lines, use fetch_header_get
    int64_t elapsed_ms;
    bool reused; // went over a kept connection
};

MUST_USE bool fetcher_new(const struct fetch_config *config, struct fetcher **ret, struct err *err);
void fetcher_free(struct fetcher *f); // running fetches end with ERR_CANCELLED; NULL-safe
DEFINE_CLEANUP(fetcher_free, struct fetcher *)

// True when an HTTP answer arrived, whatever its status. ERR_CONNECT, ERR_TLS, ERR_TIMEOUT,
// ERR_LIMIT, ERR_CANCELLED, ERR_UPSTREAM (cut off, not HTTP) otherwise, with host and reason in the
// text (never the query).
MUST_USE bool fetch(struct fetcher *f, const struct fetch_request *request,
                    struct fetch_response *ret, struct err *err);
void fetch_response_release(struct fetch_response *r);
DEFINE_CLEANUP_VALUE(fetch_response_release, struct fetch_response)
static inline void fetch_response_wipe(struct fetch_response *r) // the same, of a secret answer
{
    buf_wipe(&r->body);
    fetch_response_release(r);
}
DEFINE_CLEANUP_VALUE(fetch_response_wipe, struct fetch_response)
// The last header of that name, without blanks around; .p NULL if absent. Name case-insensitive.
struct str fetch_header_get(const struct fetch_response *r, const char *name);
// Seconds to wait as Retry-After says (number or HTTP date against now); -1 if absent or bad.
int fetch_retry_after(const struct fetch_response *r, int64_t now);
// The other side's clock, from its Date header (epoch seconds); -1 if absent or bad.
int64_t fetch_date(const struct fetch_response *r);

#endif
