// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/audit_sink.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"

#define LINE_MAX_BYTES  ((size_t)64 * 1024)
#define VALUE_MAX_BYTES 2000
#define NOTICE_PAUSE_MS 60000
#define FIELD_WORST     (8 * VALUE_MAX_BYTES) // every byte escaped, and the key

static const char *const level_names[] = { "DEBUG", "INFO", "WARNING", "ERROR", "AUDIT" };

// Set by log_setup before there are threads, then only read; the level may change.
static struct {
    int fd;
    enum log_format format;
    atomic_int least;
} out = { 2, LOG_FORMAT_TEXT, LOG_INFO };

void log_setup(int fd, enum log_format format, enum log_level least)
{
    out.fd = fd;
    out.format = format;
    log_set_level(least);
}

void log_set_level(enum log_level least)
{
    atomic_store_explicit(&out.least, least, memory_order_relaxed);
}

bool log_wants(enum log_level level)
{
    return level == LOG_AUDIT ||
           (int)level >= atomic_load_explicit(&out.least, memory_order_relaxed);
}

// Controls of both sets, and what some viewers take for the end of a line.
static bool must_escape(int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

static void add_escape(struct buf *line, int32_t c)
{
    switch (c) {
    case '\n':
        buf_adds(line, "\\n");
        return;
    case '\r':
        buf_adds(line, "\\r");
        return;
    case '\t':
        buf_adds(line, "\\t");
        return;
    default:
        buf_addf(line, "\\u%04x", (unsigned)c);
    }
}

static void add_quoted(struct buf *line, struct str s)
{
    struct str shown = utf8_cut(s, VALUE_MAX_BYTES);
    buf_addc(line, '"');
    for (size_t at = 0, n; at < shown.n; at += n) {
        int32_t c = utf8_decode(str_slice(shown, at, shown.n), &n);
        if (c < 0) {
            buf_adds(line, UTF8_REPLACEMENT);
        } else if (must_escape(c)) {
            add_escape(line, c);
        } else {
            if (c == '"' || c == '\\')
                buf_addc(line, '\\');
            buf_add(line, str_slice(shown, at, at + n));
        }
    }
    buf_adds(line, shown.n < s.n ? "…\"" : "\"");
}

static bool is_bare(struct str s)
{
    if (s.n == 0 || s.n > VALUE_MAX_BYTES || !str_is_utf8(s))
        return false;
    for (size_t at = 0, n; at < s.n; at += n) {
        int32_t c = utf8_decode(str_slice(s, at, s.n), &n);
        if (c == ' ' || c == '"' || c == '=' || c == '\\' || must_escape(c))
            return false;
    }
    return true;
}

static void add_text_value(struct buf *line, const struct log_field *f)
{
    if (f->is_number)
        buf_addf(line, "%lld", (long long)f->number);
    else if (is_bare(f->text))
        buf_add(line, f->text);
    else
        add_quoted(line, f->text);
}

static void add_fields_text(struct buf *line, const struct log_field *fields)
{
    for (const struct log_field *f = fields; f && f->key; f++) {
        if (line->n > LINE_MAX_BYTES - FIELD_WORST) {
            buf_adds(line, " cut=true");
            return;
        }
        buf_addf(line, " %s=", f->key);
        add_text_value(line, f);
    }
}

static void add_fields_json(struct buf *line, const struct log_field *fields)
{
    for (const struct log_field *f = fields; f && f->key; f++) {
        if (line->n > LINE_MAX_BYTES - FIELD_WORST) {
            buf_adds(line, ",\"cut\":true");
            return;
        }
        buf_addf(line, ",\"%s\":", f->key);
        if (f->is_number)
            buf_addf(line, "%lld", (long long)f->number);
        else
            add_quoted(line, f->text);
    }
}

// One write a line, so that lines of several threads and processes do not mix.
static void write_line(struct str line)
{
    while (line.n > 0) {
        ssize_t n = write(out.fd, line.p, line.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; // nowhere to tell
        line = str_slice(line, (size_t)n, line.n);
    }
}

// Events are constant texts, few of them: found again by their address, told by their words.
#define EVENTS_MAX 128
static struct {
    _Atomic(const char *) event;
    atomic_ulong n;
} events[EVENTS_MAX];

static void count_event(const char *event)
{
    for (size_t i = 0; i < EVENTS_MAX; i++) {
        const char *there = NULL;
        if (atomic_compare_exchange_strong(&events[i].event, &there, event) || there == event ||
            strcmp(there, event) == 0) {
            atomic_fetch_add_explicit(&events[i].n, 1, memory_order_relaxed);
            return;
        }
    }
}

void log_audit_counts(void (*fn)(void *ctx, const char *event, uint64_t n), void *ctx)
{
    const char *event;
    for (size_t i = 0; i < EVENTS_MAX && (event = atomic_load(&events[i].event)); i++)
        fn(ctx, event, atomic_load(&events[i].n));
}

// What the file did not take stands on the stream, and that it is so is said once a minute.
static void write_audit(struct str line)
{
    static _Atomic int64_t quiet_until_ms;
    unsigned long failures = audit_sink_failures();
    if (audit_sink_write(line))
        return;
    write_line(line);
    int64_t now = clock_mono_ms(), quiet = atomic_load(&quiet_until_ms);
    if (failures != audit_sink_failures() && now >= quiet &&
        atomic_compare_exchange_strong(&quiet_until_ms, &quiet, now + NOTICE_PAUSE_MS))
        LOG(LOG_ERROR, "the audit file does not take lines: they stand here",
            F_INT("so_far", audit_sink_failures()), F_C("fix", "make room on its disk"));
}

void log_event(enum log_level level, const char *event, const struct log_field *fields)
{
    if (!log_wants(level))
        return;
    char when[21];
    clock_iso(clock_now(), when);
    const char *name = level_names[level];
    CLEANUP(buf_release) struct buf line = BUF_INIT(LINE_MAX_BYTES);
    if (out.format == LOG_FORMAT_JSON) {
        buf_addf(&line, "{\"time\":\"%s\",\"level\":\"%s\",\"event\":", when, name);
        add_quoted(&line, str_c(event));
        add_fields_json(&line, fields);
        buf_adds(&line, "}\n");
    } else {
        buf_addf(&line, "%s %s event=", when, name);
        add_quoted(&line, str_c(event));
        add_fields_text(&line, fields);
        buf_addc(&line, '\n');
    }
    if (level == LOG_AUDIT)
        count_event(event);
    if (level == LOG_AUDIT)
        write_audit(buf_str(&line));
    else
        write_line(buf_str(&line));
}

void log_plain(const char *fmt, ...)
{
    CLEANUP(buf_release) struct buf line = BUF_INIT(LINE_MAX_BYTES);
    va_list args;
    va_start(args, fmt);
    buf_vaddf(&line, fmt, args);
    va_end(args);
    buf_addc(&line, '\n');
    write_line(buf_str(&line));
}
