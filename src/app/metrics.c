// SPDX-License-Identifier: MIT
#include "app/metrics.h"

#include <dirent.h>
#include <unistd.h>

#include "base/audit_sink.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timing.h"
#include "json/write.h"
#include "trace/trace.h"

#define TEXT_MAX (1024 * 1024)
#define PREFIX   "zscaler_mcp_"

struct metrics {
    struct parts *parts;
    struct http_server *server; // whose figures these are
    struct http_server *own;
    struct http_route routes[2];
    int64_t started;
};

bool metrics_address(const char *option, struct arena *arena, const char **ret_host, int *ret_port)
{
    struct str text = str_c(option);
    size_t colon = text.n;
    int64_t port;
    while (colon > 0 && text.p[colon - 1] != ':')
        colon--;
    struct str host = str_slice(text, 0, colon ? colon - 1 : 0);
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = str_slice(host, 1, host.n - 1);
    if (!host.n || !str_to_i64(str_slice(text, colon, text.n), &port) || port < 0 || port > 65535)
        return false;
    *ret_host = arena_cstr(arena, host);
    *ret_port = (int)port;
    return true;
}

// --- the text format ---

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_addf(out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

static void one(struct buf *out, const char *name, const char *type, const char *help, double value)
{
    head(out, name, type, help);
    buf_addf(out, PREFIX "%s ", name);
    json_add_real(out, value);
    buf_addc(out, '\n');
}

// A label's value: quotes and backslashes escaped.
static void add_label(struct buf *out, const char *value)
{
    for (; *value; value++)
        if (*value == '"' || *value == '\\')
            buf_addf(out, "\\%c", *value);
        else
            buf_addc(out, *value == '\n' ? ' ' : *value);
}

static void labelled(struct buf *out, const char *name, const char *label, const char *value,
                     uint64_t n)
{
    buf_addf(out, PREFIX "%s{%s=\"", name, label);
    add_label(out, value);
    buf_addf(out, "\"} %llu\n", (unsigned long long)n);
}

static void histogram(struct buf *out, const char *name, const char *help, const struct timing *t)
{
    unsigned long sum = 0;
    head(out, name, "histogram", help);
    for (size_t i = 0; i <= TIMING_BUCKETS; i++) {
        sum += atomic_load(&t->buckets[i]);
        buf_addf(out, PREFIX "%s_bucket{le=\"", name);
        if (i < TIMING_BUCKETS)
            json_add_real(out, timing_bounds_ms[i] / 1000.0);
        else
            buf_adds(out, "+Inf");
        buf_addf(out, "\"} %lu\n", sum);
    }
    buf_addf(out, PREFIX "%s_sum ", name);
    json_add_real(out, (double)atomic_load(&t->sum_ms) / 1000);
    buf_addf(out, "\n" PREFIX "%s_count %lu\n", name, sum);
}

// --- what there is to tell ---

static void add_http(struct metrics *m, struct buf *out)
{
    static const char *const classes[] = { "none", "1xx", "2xx", "3xx", "4xx", "5xx" };
    struct http_stats s;
    http_server_stats(m->server, &s);
    head(out, "http_requests_total", "counter", "Answered requests by class of status.");
    for (size_t i = 1; i < ARRAY_LEN(classes); i++)
        labelled(out, "http_requests_total", "status", classes[i], s.by_class[i]);
    one(out, "http_requests_turned_away_total", "counter",
        "Requests answered 503 because the queue was full.", (double)s.turned_away);
    histogram(out, "http_request_duration_seconds", "Time to the answer, event streams left out.",
              s.timing);
    one(out, "http_connections", "gauge", "Open connections.", (double)s.connections);
    one(out, "http_streams", "gauge", "Open event streams.", (double)s.streams);
    one(out, "http_jobs", "gauge", "Requests on workers or waiting for one.", (double)s.jobs);
    one(out, "http_workers", "gauge", "Workers there may be.", (double)m->parts->options->workers);
}

static void add_tool(void *ctx, const char *tool, const struct serve_tally *t)
{
    struct buf *out = ctx;
    const struct {
        const char *word;
        unsigned long n;
    } rows[] = { { "ok", atomic_load(&t->ok) },
                 { "error", atomic_load(&t->errors) },
                 { "other", atomic_load(&t->others) } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].n > 0)
            buf_addf(out, PREFIX "tool_calls_total{tool=\"%s\",outcome=\"%s\"} %lu\n", tool,
                     rows[i].word, rows[i].n);
}

static void add_tools(struct metrics *m, struct buf *out)
{
    head(out, "tool_calls_total", "counter",
         "Calls by tool and outcome; other: refused, to be confirmed, not allowed, dry run.");
    serve_tallies(m->parts->serve, add_tool, out);
    histogram(out, "tool_call_duration_seconds", "Time of a tool call.",
              serve_timing(m->parts->serve));
    one(out, "tools", "gauge", "Tools that are offered.", (double)m->parts->tool_count);
}

static void add_oneapi(struct metrics *m, struct buf *out)
{
    static const char *const classes[] = { "no answer", "1xx", "2xx", "3xx", "4xx", "5xx" };
    const struct oneapi_stats *s = oneapi_stats(m->parts->oneapi);
    head(out, "zscaler_requests_total", "counter",
         "Requests to the Zscaler API by class of status, repeated ones included.");
    for (size_t i = 0; i < ARRAY_LEN(classes); i++)
        labelled(out, "zscaler_requests_total", "status", classes[i], atomic_load(&s->by_class[i]));
    one(out, "zscaler_limited_total", "counter", "Answers 429: over the API's rate limit.",
        (double)atomic_load(&s->limited));
    one(out, "zscaler_repeated_total", "counter", "Requests that were sent again.",
        (double)atomic_load(&s->repeated));
    one(out, "zscaler_tokens_total", "counter", "Access tokens asked for.",
        (double)oneapi_token_requests(m->parts->oneapi));
    histogram(out, "zscaler_request_duration_seconds", "Time of one request to the Zscaler API.",
              &s->timing);
}

static void add_event(void *ctx, const char *event, uint64_t n)
{
    labelled(ctx, "audit_events_total", "event", event, n);
}

static void add_traces(struct metrics *m, struct buf *out)
{
    if (m->parts->tracer)
        one(out, "spans_dropped_total", "counter", "Spans that were not sent.",
            (double)tracer_dropped(m->parts->tracer));
}

static void add_audit(struct metrics *m, struct buf *out)
{
    (void)m;
    head(out, "audit_events_total", "counter",
         "Lines of the audit by event: sign-ins, refreshes, refusals, tool calls.");
    log_audit_counts(add_event, out);
    one(out, "audit_failures_total", "counter", "Lines that the audit file did not take.",
        (double)audit_sink_failures());
}

static size_t open_files(void)
{
    size_t n = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (dir && readdir(dir)) // NOLINT(concurrency-mt-unsafe): a stream of its own
        n++;
    if (dir)
        closedir(dir);
    return n > 3 ? n - 3 : 0; // "." and "..", and the folder itself
}

static double resident_bytes(void)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT(256);
    int64_t pages = 0;
    if (!file_read("/proc/self/statm", &text, NULL))
        return 0;
    struct str rest = buf_str(&text);
    str_cut(&rest, ' ');
    return str_to_i64(str_cut(&rest, ' '), &pages) ? (double)pages * (double)sysconf(_SC_PAGESIZE)
                                                   : 0;
}

static void add_process(struct metrics *m, struct buf *out)
{
    head(out, "build_info", "gauge", "The version that runs.");
    buf_adds(out, PREFIX "build_info{version=\"" ZSCALER_MCP_VERSION "\"} 1\n");
    bool there = spent_look(m->parts->spent, STR("ready"), NULL) != SPENT_UNAVAILABLE;
    one(out, "store_up", "gauge", "1 if the store of spent codes answers.", there);
    one(out, "resident_memory_bytes", "gauge", "Memory in use.", resident_bytes());
    one(out, "open_fds", "gauge", "Open file descriptors.", (double)open_files());
    one(out, "start_time_seconds", "gauge", "When it began to listen.", (double)m->started);
}

static void show(struct exchange *ex, void *ctx)
{
    struct metrics *m = ctx;
    CLEANUP(buf_release) struct buf out = BUF_INIT(TEXT_MAX);
    add_http(m, &out);
    add_tools(m, &out);
    add_oneapi(m, &out);
    add_audit(m, &out);
    add_traces(m, &out);
    add_process(m, &out);
    http_reply(ex, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&out));
}

// --- living and ending ---

bool metrics_start(struct parts *p, struct http_server *server, struct metrics **ret,
                   struct err *err)
{
    struct http_config config = { .threads = 1, .workers = 2, .queue = 8, .max_connections = 64 };
    *ret = NULL;
    if (!p->options->metrics ||
        !metrics_address(p->options->metrics, p->options->arena, &config.host, &config.port))
        return true; // the settings have judged it
    struct metrics *m = mem_zalloc(1, sizeof(*m));
    m->parts = p;
    m->server = server;
    m->started = clock_now();
    m->routes[0] =
        (struct http_route){ HTTP_GET, "/metrics", show, m, .worker = true, .any_host = true };
    config.routes = m->routes;
    if (!http_server_new(&config, &m->own, err)) {
        free(m);
        return err_prefix(err, "ZSCALER_MCP_METRICS");
    }
    LOG(LOG_INFO, "metrics", F_C("host", config.host), F_INT("port", http_server_port(m->own)),
        F_C("path", "/metrics"));
    *ret = m;
    return true;
}

void metrics_stop(struct metrics *m)
{
    if (!m)
        return;
    http_server_stop(m->own, 0);
    free(m);
}
