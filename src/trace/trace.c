// SPDX-License-Identifier: MIT
#include "trace/trace.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/utf8.h"
#include "json/write.h"

#define HEADERS_MAX 16
#define BODY_MAX    (4 * 1024 * 1024)
#define SEND_MS     5000
#define LAST_MS     2000 // for what waits at the end
#define QUIET_MS    60000

struct tracer {
    // immutable
    struct trace_config config;
    struct fetcher *fetcher;
    struct fetch_header headers[HEADERS_MAX + 2];
    pthread_t thread;
    struct cancel stop;
    atomic_ulong dropped;
    // under lock
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct span *queue; // a ring
    size_t first, count;
    bool ends;
    // the sending thread
    int64_t quiet_until_ms;
};

// --- W3C trace context ---

static bool hex_read(struct str text, uint8_t *ret)
{
    bool any = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0)
            return false;
        ret[i / 2] = (uint8_t)(i % 2 ? ret[i / 2] << 4 | digit : digit);
        any |= digit != 0;
    }
    return any;
}

// https://www.w3.org/TR/trace-context-2/#traceparent-header: what is no valid one starts a trace of
// its own. A newer version may have more behind the flags.
bool traceparent_read(struct str text, uint8_t ret_trace[16], uint8_t ret_parent[8],
                      bool *ret_sampled)
{
    uint8_t version = 0xff, flags = 0;
    struct str rest = text;
    struct str parts[4];
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        parts[i] = str_cut(&rest, '-');
    (void)hex_read(parts[0], &version); // 00 is all zeros
    (void)hex_read(str_slice(parts[3], 0, 2), &flags);
    *ret_sampled = flags & 1;
    return parts[0].n == 2 && version != 0xff && (version > 0 || !rest.p) && parts[1].n == 32 &&
           parts[2].n == 16 && parts[3].n == 2 && hex_read(parts[1], ret_trace) &&
           hex_read(parts[2], ret_parent);
}

// --- spans ---

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool is_sampled(const struct tracer *t)
{
    uint32_t dice;
    random_bytes(&dice, sizeof(dice));
    return dice < t->config.ratio * 4294967295.0 || t->config.ratio >= 1;
}

static void start(struct span *s, struct tracer *t, const char *name, enum span_kind kind)
{
    s->tracer = t;
    s->kind = kind;
    s->began_ns = now_ns();
    snprintf(s->name, sizeof(s->name), "%s", name);
    random_bytes(s->id, sizeof(s->id));
}

void span_begin(struct span *s, struct tracer *t, struct str traceparent, const char *name,
                enum span_kind kind)
{
    bool sampled = false;
    memset(s, 0, sizeof(*s));
    if (!t)
        return;
    bool has_parent = traceparent_read(traceparent, s->trace, s->parent, &sampled);
    if (!has_parent) {
        random_bytes(s->trace, sizeof(s->trace));
        memset(s->parent, 0, sizeof(s->parent));
        sampled = is_sampled(t);
    }
    if (sampled)
        start(s, t, name, kind);
}

void span_begin_child(struct span *s, const struct span *parent, const char *name,
                      enum span_kind kind)
{
    memset(s, 0, sizeof(*s));
    if (!parent || !parent->tracer)
        return;
    memcpy(s->trace, parent->trace, sizeof(s->trace));
    memcpy(s->parent, parent->id, sizeof(s->parent));
    start(s, parent->tracer, name, kind);
}

static struct span_field *next_field(struct span *s, const char *key)
{
    if (!s->tracer || s->field_count == SPAN_FIELDS_MAX)
        return NULL;
    s->fields[s->field_count].key = key;
    return &s->fields[s->field_count++];
}

void span_text(struct span *s, const char *key, struct str text)
{
    struct str shown = utf8_cut(text, SPAN_TEXT_MAX);
    struct span_field *f = text.n ? next_field(s, key) : NULL;
    if (f)
        memcpy(f->text, shown.p, shown.n);
}

void span_number(struct span *s, const char *key, int64_t number)
{
    struct span_field *f = next_field(s, key);
    if (!f)
        return;
    f->number = number;
    f->is_number = true;
}

void span_end(struct span *s, bool failed)
{
    struct tracer *t = s->tracer;
    if (!t)
        return;
    s->ended_ns = now_ns();
    s->failed = failed;
    pthread_mutex_lock(&t->lock);
    bool room = t->count < TRACE_QUEUE_MAX;
    if (room)
        t->queue[(t->first + t->count++) % TRACE_QUEUE_MAX] = *s;
    if (t->count == 1 || t->count >= TRACE_BATCH_MAX)
        pthread_cond_signal(&t->filled);
    pthread_mutex_unlock(&t->lock);
    if (!room)
        atomic_fetch_add(&t->dropped, 1);
    s->tracer = NULL;
}

unsigned long tracer_dropped(const struct tracer *t)
{
    return atomic_load(&t->dropped);
}

// --- OTLP as JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding) ---

static void put_hex(struct json_writer *w, const char *key, const uint8_t *bytes, size_t n)
{
    char text[33];
    for (size_t i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    jw_kv_c(w, key, text);
}

static void put_nanos(struct json_writer *w, const char *key, int64_t ns)
{
    char text[24];
    snprintf(text, sizeof(text), "%lld", (long long)ns); // 64-bit integers are texts
    jw_kv_c(w, key, text);
}

static void put_field(struct json_writer *w, const char *key, struct str text, int64_t number,
                      bool is_number)
{
    jw_object(w);
    jw_kv_c(w, "key", key);
    jw_key(w, "value");
    jw_object(w);
    if (is_number)
        put_nanos(w, "intValue", number);
    else
        jw_kv(w, "stringValue", text);
    jw_object_end(w);
    jw_object_end(w);
}

static bool is_root(const struct span *s)
{
    static const uint8_t none[8];
    return memcmp(s->parent, none, sizeof(none)) == 0;
}

static void put_span(struct json_writer *w, const struct span *s)
{
    jw_object(w);
    put_hex(w, "traceId", s->trace, sizeof(s->trace));
    put_hex(w, "spanId", s->id, sizeof(s->id));
    if (!is_root(s))
        put_hex(w, "parentSpanId", s->parent, sizeof(s->parent));
    jw_kv_c(w, "name", s->name);
    jw_kv_int(w, "kind", s->kind);
    put_nanos(w, "startTimeUnixNano", s->began_ns);
    put_nanos(w, "endTimeUnixNano", s->ended_ns);
    jw_key(w, "attributes");
    jw_array(w);
    for (size_t i = 0; i < s->field_count; i++)
        put_field(w, s->fields[i].key, str_c(s->fields[i].text), s->fields[i].number,
                  s->fields[i].is_number);
    jw_array_end(w);
    jw_key(w, "status");
    jw_object(w);
    if (s->failed)
        jw_kv_int(w, "code", 2); // STATUS_CODE_ERROR
    jw_object_end(w);
    jw_object_end(w);
}

static void render(const struct tracer *t, const struct span *spans, size_t n, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key(&w, "resourceSpans");
    jw_array(&w);
    jw_object(&w);
    jw_key(&w, "resource");
    jw_object(&w);
    jw_key(&w, "attributes");
    jw_array(&w);
    put_field(&w, "service.name", str_c(t->config.service), 0, false);
    put_field(&w, "service.version", str_c(t->config.version), 0, false);
    jw_array_end(&w);
    jw_object_end(&w);
    jw_key(&w, "scopeSpans");
    jw_array(&w);
    jw_object(&w);
    jw_key(&w, "scope");
    jw_object(&w);
    jw_kv_c(&w, "name", "zscaler-mcp");
    jw_object_end(&w);
    jw_key(&w, "spans");
    jw_array(&w);
    for (size_t i = 0; i < n; i++)
        put_span(&w, &spans[i]);
    jw_array_end(&w);
    jw_object_end(&w);
    jw_array_end(&w);
    jw_object_end(&w);
    jw_array_end(&w);
    jw_object_end(&w);
}

// --- sending ---

static void tell(struct tracer *t, const char *reason, size_t n)
{
    atomic_fetch_add(&t->dropped, n);
    if (clock_mono_ms() < t->quiet_until_ms)
        return;
    t->quiet_until_ms = clock_mono_ms() + QUIET_MS;
    LOG(LOG_WARNING, "traces cannot be sent: they are dropped", F_C("reason", reason),
        F_C("to", t->config.url), F_INT("dropped_so_far", tracer_dropped(t)));
}

static void send_batch(struct tracer *t, const struct span *spans, size_t n)
{
    CLEANUP(buf_release) struct buf body = BUF_INIT(BODY_MAX);
    CLEANUP(fetch_response_release) struct fetch_response response = { 0 };
    struct err err = { 0 };
    char status[40];
    render(t, spans, n, &body);
    const struct fetch_request request = { .method = "POST",
                                           .url = t->config.url,
                                           .headers = t->headers,
                                           .body = buf_str(&body),
                                           .timeout_ms = SEND_MS,
                                           .max_bytes = 64 * 1024,
                                           .cancel = &t->stop };
    if (!fetch(t->fetcher, &request, &response, &err)) {
        tell(t, err.text, n);
    } else if (response.status < 200 || response.status > 299) {
        snprintf(status, sizeof(status), "status %d", response.status);
        tell(t, status, n);
    }
}

// Waits until there is a batch, or some spans have waited long enough, or the end.
static size_t wait_for_batch(struct tracer *t, struct span *ret, bool *ret_ends)
{
    struct timespec until;
    pthread_mutex_lock(&t->lock);
    while (t->count == 0 && !t->ends)
        pthread_cond_wait(&t->filled, &t->lock);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += TRACE_BATCH_MS / 1000;
    while (t->count < TRACE_BATCH_MAX && !t->ends &&
           pthread_cond_timedwait(&t->filled, &t->lock, &until) == 0)
        continue;
    size_t n = t->count < TRACE_BATCH_MAX ? t->count : TRACE_BATCH_MAX;
    for (size_t i = 0; i < n; i++)
        ret[i] = t->queue[(t->first + i) % TRACE_QUEUE_MAX];
    t->first = (t->first + n) % TRACE_QUEUE_MAX;
    t->count -= n;
    *ret_ends = t->ends && t->count == 0;
    pthread_mutex_unlock(&t->lock);
    return n;
}

static void *run(void *arg)
{
    struct tracer *t = arg;
    struct span *batch = mem_zalloc(TRACE_BATCH_MAX, sizeof(*batch));
    bool ends = false;
    while (!ends) {
        size_t n = wait_for_batch(t, batch, &ends);
        if (n > 0)
            send_batch(t, batch, n);
    }
    free(batch);
    return NULL;
}

// --- living and ending ---

// "name=value"; the strings are cut in place, in a copy.
static bool take_headers(struct tracer *t, struct err *err)
{
    size_t n = 0;
    t->headers[n++] = (struct fetch_header){ "Content-Type", STR("application/json") };
    for (const char *const *h = t->config.headers; h && *h; h++) {
        struct str value = str_c(*h);
        struct str name = str_trim(str_cut(&value, '='));
        if (n > HEADERS_MAX || !name.n || !value.p)
            return err_set(err, ERR_CONFIG,
                           "OTEL_EXPORTER_OTLP_HEADERS: expected at most %d entries name=value",
                           HEADERS_MAX);
        t->headers[n++] = (struct fetch_header){ str_dup(name), str_trim(value) };
    }
    return true;
}

static void release(struct tracer *t)
{
    for (size_t i = 1; i < ARRAY_LEN(t->headers) && t->headers[i].name; i++)
        free((char *)(uintptr_t)t->headers[i].name);
    cancel_release(&t->stop);
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->filled);
    free(t->queue);
    free(t);
}

bool tracer_new(const struct trace_config *config, struct fetcher *fetcher, struct tracer **ret,
                struct err *err)
{
    struct tracer *t = mem_zalloc(1, sizeof(*t));
    t->config = *config;
    t->fetcher = fetcher;
    t->queue = mem_zalloc(TRACE_QUEUE_MAX, sizeof(*t->queue));
    cancel_init(&t->stop);
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->filled, NULL);
    if (!take_headers(t, err) || pthread_create(&t->thread, NULL, run, t) != 0) {
        release(t);
        return false;
    }
    *ret = t;
    return true;
}

void tracer_free(struct tracer *t)
{
    struct timespec until;
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    t->ends = true;
    pthread_cond_signal(&t->filled);
    pthread_mutex_unlock(&t->lock);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LAST_MS / 1000;
    if (pthread_timedjoin_np(t->thread, NULL, &until) != 0) {
        cancel_set(&t->stop);
        pthread_join(t->thread, NULL);
    }
    release(t);
}
