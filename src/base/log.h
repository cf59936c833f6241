// SPDX-License-Identifier: MIT
// One line an event, as logfmt (default) or JSON, on one descriptor. Only edges log (main,
// handlers, background threads); library code returns errors. Values are escaped, so that one event
// stays one line. Never pass a token, code or secret: pass its fingerprint (jose/digest.h).
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_AUDIT };
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

struct log_field {
    const char *key;
    struct str text;
    int64_t number;
    bool is_number;
};

#define F(k, s)     ((struct log_field){ .key = (k), .text = (s) })
#define F_C(k, s)   ((struct log_field){ .key = (k), .text = str_c(s) })
#define F_INT(k, v) ((struct log_field){ .key = (k), .number = (int64_t)(v), .is_number = true })

// Before the first line; fd is 2 for stdio and 1 for HTTP transports.
void log_setup(int fd, enum log_format format, enum log_level least);
void log_set_level(enum log_level least); // at any time
// How many audit lines there were of each event, since the start.
void log_audit_counts(void (*fn)(void *ctx, const char *event, uint64_t n), void *ctx);
bool log_wants(enum log_level level);
// event: a short constant text in English ("sign-in finished"); fields end with a NULL key.
void log_event(enum log_level level, const char *event, const struct log_field *fields);

// LOG(LOG_INFO, "listening", F_INT("port", port));   at least one field
#define LOG(level, event, ...)                                                                     \
    log_event(level, event, (const struct log_field[]){ __VA_ARGS__, { .key = NULL } })
// A line that is printed as it is (banner, start-up facts people grep for).
void log_plain(const char *fmt, ...) PRINTF(1, 2);

#endif
