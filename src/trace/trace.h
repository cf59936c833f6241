// SPDX-License-Identifier: MIT
// Traces for OpenTelemetry: spans of tool calls and of the requests to the API that they make, sent
// in batches over OTLP/HTTP with JSON, by one thread that nobody waits for. What does not fit into
// the queue is dropped and counted.
//
// A span that is not begun (no tracer, not sampled) is all zeros, and everything done with it does
// nothing.
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "base/buf.h"
#include "base/err.h"
#include "fetch/fetch.h"

#define TRACE_QUEUE_MAX 2048 // spans that wait to be sent
#define TRACE_BATCH_MAX 256
#define TRACE_BATCH_MS  2000
#define SPAN_NAME_MAX   80
#define SPAN_FIELDS_MAX 8
#define SPAN_TEXT_MAX   120

struct tracer;

struct trace_config {
    const char *url;            // of the collector's traces endpoint
    const char *const *headers; // "name=value"; NULL: none
    const char *service;        // service.name
    const char *version;
    double ratio; // of the traces that begin here; what comes with a parent follows it
};

enum span_kind { SPAN_SERVER = 2, SPAN_CLIENT = 3 }; // OTLP's numbers

struct span_field {
    const char *key;
    char text[SPAN_TEXT_MAX + 1];
    int64_t number;
    bool is_number;
};

struct span {
    struct tracer *tracer; // NULL: not begun
    uint8_t trace[16], id[8], parent[8];
    char name[SPAN_NAME_MAX + 1];
    enum span_kind kind;
    int64_t began_ns, ended_ns;
    bool failed;
    struct span_field fields[SPAN_FIELDS_MAX];
    size_t field_count;
};

MUST_USE bool tracer_new(const struct trace_config *config, struct fetcher *fetcher,
                         struct tracer **ret, struct err *err);
void tracer_free(struct tracer *t); // sends what waits, for two seconds at most; NULL-safe
unsigned long tracer_dropped(const struct tracer *t); // spans that were not sent

// traceparent: W3C's header, or empty. t may be NULL.
void span_begin(struct span *s, struct tracer *t, struct str traceparent, const char *name,
                enum span_kind kind);
void span_begin_child(struct span *s, const struct span *parent, const char *name,
                      enum span_kind kind);
void span_text(struct span *s, const char *key, struct str text);
void span_number(struct span *s, const char *key, int64_t number);
void span_end(struct span *s, bool failed);

MUST_USE bool traceparent_read(struct str text, uint8_t ret_trace[16], uint8_t ret_parent[8],
                               bool *ret_sampled);

#endif
