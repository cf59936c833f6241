// SPDX-License-Identifier: MIT
// Runs every case under tests/wire/<service>/<tool>.json through the real MCP library (over pipes),
// serve, oneapi and fetch. Fails for a request or result that differs, an expectation that was not
// used, and a registered tool without a case. Every case that writes is also run dry, and must show
// what it would send. Then every tool meets an API error, which must be told, and answers that no
// API gives, which must not hurt.  wire_run DIR [TOOL]
//
// A file: {"tool": …, "cases": [{"label", "args", "wire": [{method, path, query, body, status,
// answer}], "text", "structured", "note", "error"}]}. In "text", <<CONFIRM>> stands for how to
// confirm and
// <<NOTICE>> for the banner. "structured" is what the Python server returned: ours covers it
// (covers.h), and our text says the same; any other text is exactly ours. "note" is the second
// text. In "args", <<TOKEN>> stands for a confirmation token, which the runner asks for first.
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "json/write.h"
#include "serve/encode.h"
#include "serve/serve.h"
#include "covers.h"
#include "upstream.h"

#define NOW      1788220800 // 2026-09-01T00:00:00Z
#define TEXT_MAX (16 * 1024 * 1024)
#define CONFIRM  STR("<<CONFIRM>>")
#define NOTICE   STR("<<NOTICE>>")

struct wire {
    struct upstream *upstream;
    struct fetcher *fetcher;
    struct oneapi *oneapi;
    struct keyring *keys;
    struct spent_store *spent;
    struct mcp_server *mcp;
    struct serve *serve;
    pthread_t thread;
    int to[2], from[2]; // pipes of the server: its stdin and stdout
    struct cancel stop;
    struct buf unread;
    int next_id;
    size_t cases, failed;
};

static void need(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "wire: %s\n", err->text);
    exit(2);
}

// --- the server under test ---

static void *serve_pipes(void *ctx)
{
    struct wire *w = ctx;
    struct err err;
    need(mcp_stdio_serve(w->mcp, w->to[0], w->from[1], &w->stop, &err), &err);
    return NULL;
}

static void start_server(struct wire *w)
{
    static char base[64];
    static const char *const all[] = { "*", NULL };
    const struct str root = STR("0123456789abcdef0123456789abcdef");
    struct err err;
    snprintf(base, sizeof(base), "http://127.0.0.1:%d", upstream_port(w->upstream));
    const struct oneapi_config api = { .client_id = "id",
                                       .client_secret = "secret",
                                       .vanity_domain = "acme",
                                       .customer_id = "216196257331281920",
                                       .zcell_customer_id = "zcell-cust-1",
                                       .base_url = base };
    need(fetcher_new(&(struct fetch_config){ 0 }, &w->fetcher, &err), &err);
    need(oneapi_new(&api, w->fetcher, &w->oneapi, &err), &err);
    need(keyring_new(&root, 1, &w->keys, &err), &err);
    w->spent = spent_memory_new(10000);
    need(mcp_server_new(&(struct mcp_config){ .info = { .name = "wire", .version = "1" } }, &w->mcp,
                        &err),
         &err);
    const struct serve_config config = { .oneapi = w->oneapi,
                                         .keys = w->keys,
                                         .spent = w->spent,
                                         .selection = { .enable_write = true,
                                                        .write_tools = all } };
    need(serve_new(&config, w->mcp, &w->serve, &err), &err);
    if (pipe2(w->to, O_CLOEXEC) != 0 || pipe2(w->from, O_CLOEXEC) != 0)
        exit(2);
    cancel_init(&w->stop);
    pthread_create(&w->thread, NULL, serve_pipes, w);
}

static void stop_server(struct wire *w)
{
    close(w->to[1]);
    pthread_join(w->thread, NULL);
    mcp_server_free(w->mcp);
    serve_free(w->serve);
    spent_free(w->spent);
    keyring_free(w->keys);
    oneapi_free(w->oneapi);
    fetcher_free(w->fetcher);
    buf_release(&w->unread);
}

static void send_line(struct wire *w, struct str line)
{
    while (line.n) {
        ssize_t n = write(w->to[1], line.p, line.n);
        if (n <= 0)
            exit(2);
        line = str_slice(line, (size_t)n, line.n);
    }
}

// The next message of the server; a new reference.
static json_t *read_message(struct wire *w)
{
    for (;;) {
        ptrdiff_t end = str_index(buf_str(&w->unread), '\n');
        if (end >= 0) {
            json_t *message = NULL;
            struct err err;
            need(dom_parse(str_slice(buf_str(&w->unread), 0, (size_t)end), &message, &err), &err);
            size_t rest = w->unread.n - (size_t)end - 1;
            memmove(w->unread.p, w->unread.p + end + 1, rest);
            buf_truncate(&w->unread, rest);
            return message;
        }
        char *room = buf_room(&w->unread, 65536);
        ssize_t n = room ? read(w->from[0], room, 65536) : -1;
        if (n <= 0)
            exit(2);
        buf_grown(&w->unread, (size_t)n);
    }
}

static json_t *request(struct wire *w, const char *method, json_t *params)
{
    CLEANUP(buf_release) struct buf line = BUF_INIT(TEXT_MAX);
    JSON_AUTO *message = json_pack("{s:s, s:i, s:s, s:o}", "jsonrpc", "2.0", "id", ++w->next_id,
                                   "method", method, "params", params);
    json_add_compact(&line, message);
    buf_addc(&line, '\n');
    send_line(w, buf_str(&line));
    for (;;) {
        json_t *answer = read_message(w);
        if (dom_int(answer, "id", 0) == w->next_id)
            return answer;
        json_decref(answer);
    }
}

static void say_hello(struct wire *w)
{
    json_decref(request(w, "initialize",
                        json_pack("{s:s, s:{}, s:{s:s, s:s}}", "protocolVersion", "2025-06-18",
                                  "capabilities", "clientInfo", "name", "wire", "version", "1")));
    send_line(w, STR("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n"));
}

static json_t *call_tool(struct wire *w, const char *tool, const json_t *args)
{
    json_t *params = json_pack("{s:s, s:o}", "name", tool, "arguments",
                               args ? json_deep_copy(args) : json_object());
    JSON_AUTO *answer = request(w, "tools/call", params);
    return json_incref(json_object_get(answer, "result"));
}

static struct str text_at(const json_t *result, size_t i)
{
    return dom_str(json_array_get(json_object_get(result, "content"), i), "text");
}

static struct str text_of(const json_t *result)
{
    return text_at(result, 0);
}

// --- one case ---

// Asks for a confirmation and puts its token where the arguments say <<TOKEN>>.
static json_t *confirmed(struct wire *w, const char *tool, const json_t *args)
{
    JSON_AUTO *first = json_deep_copy(args);
    json_object_del(first, "kwargs");
    upstream_script(w->upstream, NULL);
    JSON_AUTO *prompt = call_tool(w, tool, first);
    struct str text = text_of(prompt), mark = STR("\"confirmation_token\": \"");
    ptrdiff_t at = str_find(text, mark);
    struct str token = at < 0 ? STR_NONE : str_slice(text, (size_t)at + mark.n, text.n);
    token = str_cut(&token, '"');
    json_t *copy = json_deep_copy(args);
    dom_set(copy, "kwargs", json_pack("{s:o}", "confirmation_token", dom_string(token)));
    return copy;
}

// A text of ours, or one that stands before what no recording can hold: how to confirm, the banner.
static bool text_fits(struct str wanted, struct str got)
{
    ptrdiff_t confirm = str_find(wanted, CONFIRM);
    if (confirm >= 0)
        return str_starts(got, str_slice(wanted, 0, (size_t)confirm)) &&
               str_find(got, STR("\"confirmation_token\": \"")) > 0;
    return str_eq(wanted, got);
}

// The text says the same as the structure: CSV where the Python server's is, unless a part that it
// dropped forbids it.
static void judge_text(struct str wanted, struct str got, const json_t *ours, struct buf *wrong)
{
    const json_t *list = json_object_get(ours, "result");
    bool csv = !str_starts(wanted, STR("[")) && !str_starts(wanted, STR("{"));
    CLEANUP(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
    encode(list ? list : ours, csv ? AS_FITS : AS_JSON, &text);
    if (!str_eq(buf_str(&text), got))
        buf_addf(wrong, "    text\n      expected %s\n      got      " STR_FMT "\n",
                 buf_cstr(&text), STR_ARG(got));
}

// A result: what the Python server returned is in it.
static void judge_value(struct str wanted, struct str got, const json_t *structured,
                        const json_t *ours, struct buf *wrong)
{
    if (str_starts(wanted, NOTICE)) {
        str_cut(&wanted, '\n');
        struct str notice = str_cut(&got, '\n');
        if (!got.p || !str_starts(notice, STR("[UNTRUSTED CONTENT] ")))
            buf_adds(wrong, "    the banner is missing\n");
    }
    judge_text(wanted, got, ours, wrong);
    covers(structured, ours, wrong);
}

static void judge_result(const json_t *expected, const json_t *result, struct buf *wrong)
{
    struct str wanted = dom_str(expected, "text"), got = text_of(result);
    json_t *structured = json_object_get(expected, "structured"),
           *ours = json_object_get(result, "structuredContent");
    if (dom_bool(expected, "error", false) != dom_bool(result, "isError", false))
        buf_addf(wrong, "    isError differs\n");
    if (json_object_get(expected, "note") && !str_eq(dom_str(expected, "note"), text_at(result, 1)))
        buf_addf(wrong, "    note\n      expected " STR_FMT "\n      got      " STR_FMT "\n",
                 STR_ARG(dom_str(expected, "note")), STR_ARG(text_at(result, 1)));
    if (structured && ours)
        judge_value(wanted, got, structured, ours, wrong);
    else if (structured || ours || !text_fits(wanted, got))
        buf_addf(wrong, "    text\n      expected " STR_FMT "\n      got      " STR_FMT "\n",
                 STR_ARG(wanted), STR_ARG(got));
}

static bool wants_token(const json_t *args)
{
    struct str kwargs = dom_str(args, "kwargs");
    return str_find(kwargs, STR("<<TOKEN>>")) >= 0;
}

// A token is good for one call, and only for the arguments it was given for.
static void judge_token(struct wire *w, const char *tool, json_t *args, struct buf *wrong)
{
    upstream_script(w->upstream, NULL);
    JSON_AUTO *again = call_tool(w, tool, args);
    if (!str_starts(text_of(again),
                    STR("Confirmation rejected: Confirmation token has already been used.")))
        buf_addf(wrong, "    a spent token was taken: " STR_FMT "\n", STR_ARG(text_of(again)));
    const char *key;
    json_t *value;
    json_object_foreach(args, key, value)
    {
        if (!str_ends(str_c(key), STR("_id")) || !json_is_string(value))
            continue;
        JSON_AUTO *other = json_deep_copy(args);
        dom_set(other, key, json_string("another"));
        JSON_AUTO *refused = call_tool(w, tool, other);
        if (!str_starts(text_of(refused),
                        STR("Confirmation rejected: Confirmation token does not match")))
            buf_addf(wrong, "    the token was taken for another %s: " STR_FMT "\n", key,
                     STR_ARG(text_of(refused)));
    }
}

static void run_case(struct wire *w, const char *tool, const json_t *expected)
{
    CLEANUP(buf_release) struct buf wrong = BUF_INIT(TEXT_MAX);
    const json_t *given = json_object_get(expected, "args");
    JSON_AUTO *args = wants_token(given) ? confirmed(w, tool, given) : json_deep_copy(given);
    upstream_script(w->upstream, json_object_get(expected, "wire"));
    JSON_AUTO *result = call_tool(w, tool, args);
    upstream_differences(w->upstream, &wrong);
    judge_result(expected, result, &wrong);
    if (wants_token(given))
        judge_token(w, tool, args, &wrong);
    upstream_script(w->upstream, NULL);
    w->cases++;
    if (!wrong.n)
        return;
    w->failed++;
    printf("%s: " STR_FMT "\n%s", tool, STR_ARG(dom_str(expected, "label")), buf_cstr(&wrong));
}

// --- the same case, dry ---

// As wanted, but for what is masked.
static bool shown_is(const json_t *wanted, const json_t *shown)
{
    const char *key;
    json_t *member;
    size_t i;
    if (json_is_string(shown) && str_is(dom_text(shown), "***REDACTED***"))
        return wanted != NULL;
    if (json_is_object(wanted) && json_object_size(wanted) == json_object_size(shown)) {
        json_object_foreach(
            (json_t *)(uintptr_t)wanted, key,
            member) if (!shown_is(member, json_object_get(shown, key))) return false;
        return true;
    }
    if (!json_is_array(wanted) || json_array_size(wanted) != json_array_size(shown))
        return json_equal(wanted, shown);
    json_array_foreach((json_t *)(uintptr_t)wanted, i,
                       member) if (!shown_is(member, json_array_get(shown, i))) return false;
    return true;
}

static bool same_path(struct str a, struct str b)
{
    CLEANUP(buf_release) struct buf plain_a = BUF_INIT(TEXT_MAX), plain_b = BUF_INIT(TEXT_MAX);
    return buf_add_urldecoded(&plain_a, a, false) && buf_add_urldecoded(&plain_b, b, false) &&
           str_eq(buf_str(&plain_a), buf_str(&plain_b));
}

static void judge_shown(const json_t *wanted, const json_t *shown, struct buf *wrong)
{
    JSON_AUTO *nothing = json_object();
    const json_t *body = json_object_get(wanted, "body");
    if (str_eq(dom_str(wanted, "method"), dom_str(shown, "method")) &&
        same_path(dom_str(wanted, "path"), dom_str(shown, "path")) &&
        upstream_same_query(dom_str(wanted, "query"), dom_str(shown, "query")) &&
        shown_is(body ? body : nothing, json_object_get(shown, "body")))
        return;
    buf_adds(wrong, "    a dry run shows\n      ");
    json_add_compact(wrong, shown);
    buf_adds(wrong, "\n      for ");
    json_add_compact(wrong, wanted);
    buf_addc(wrong, '\n');
}

static json_t *writes_of(const json_t *exchanges)
{
    json_t *writes = json_array();
    for (size_t i = 0; i < json_array_size(exchanges); i++) {
        json_t *exchange = json_array_get(exchanges, i);
        if (!str_is(dom_str(exchange, "method"), "GET"))
            json_array_append(writes, exchange);
    }
    return writes;
}

static void run_dry(struct wire *w, const struct tool *tool, const json_t *expected)
{
    CLEANUP(buf_release) struct buf wrong = BUF_INIT(TEXT_MAX);
    const json_t *exchanges = json_object_get(expected, "wire");
    JSON_AUTO *writes = writes_of(exchanges);
    if (!tool_changes(tool) || !json_array_size(writes) || dom_bool(expected, "error", false))
        return;
    JSON_AUTO *args = json_deep_copy(json_object_get(expected, "args"));
    dom_set(args, "dry_run", json_true());
    upstream_reads(w->upstream, exchanges);
    JSON_AUTO *result = call_tool(w, tool->name, args);
    upstream_differences(w->upstream, &wrong);
    upstream_script(w->upstream, NULL);
    const json_t *shown = json_object_get(json_object_get(result, "structuredContent"), "requests");
    if (json_array_size(shown) != json_array_size(writes))
        buf_addf(&wrong, "    a dry run shows %zu of %zu writes: " STR_FMT "\n",
                 json_array_size(shown), json_array_size(writes), STR_ARG(text_of(result)));
    for (size_t i = 0; i < json_array_size(shown); i++)
        judge_shown(json_array_get(writes, i), json_array_get(shown, i), &wrong);
    w->cases++;
    if (!wrong.n)
        return;
    w->failed++;
    printf("%s: " STR_FMT "\n%s", tool->name, STR_ARG(dom_str(expected, "label")),
           buf_cstr(&wrong));
}

// --- what no recording shows ---

static void fail(struct wire *w, const char *tool, const char *what, struct str got)
{
    w->failed++;
    printf("%s: %s\n    got      " STR_FMT "\n", tool, what, STR_ARG(got));
}

static json_t *call_with(struct wire *w, const char *tool, const json_t *given, int status,
                         const char *body)
{
    JSON_AUTO *args = wants_token(given) ? confirmed(w, tool, given) : json_deep_copy(given);
    upstream_always(w->upstream, status, body);
    return call_tool(w, tool, args);
}

// An API error says what the API said, and what to make of it.
static void run_refusal(struct wire *w, const char *tool, const json_t *args)
{
    JSON_AUTO *result =
        call_with(w, tool, args, 403, "{\"code\":\"NO_RIGHT\",\"message\":\"not for you\"}");
    struct str text = text_of(result);
    w->cases++;
    if (!upstream_count(w->upstream))
        return;
    if (!dom_bool(result, "isError", false) || str_find(text, STR("\"status\": 403")) < 0 ||
        str_find(text, STR("NO_RIGHT")) < 0 || str_find(text, STR("not for you")) < 0 ||
        str_find(text, STR("needs the permission")) < 0)
        fail(w, tool, "an API error is not told", text);
}

// Answers that no API gives: some result or a clear error, and nothing else.
static void run_nonsense(struct wire *w, const char *tool, const json_t *args)
{
    static const char *const bodies[] = {
        "null",
        "[]",
        "{}",
        "7",
        "\"text\"",
        "[null, 7, \"a\", [[]], {\"id\": {\"x\": [1]}, \"name\": 7}]",
        "{\"list\": {\"a\": 1}, \"content\": 7, \"items\": null, \"records\": \"x\", \"results\": [[1]]}",
        "{\"data\": {\"a\": null}, \"errors\": {}}",
        "{\"data\": [1, {\"nodes\": 3}], \"totalPages\": {}, \"next_offset\": []}",
        "{\"id\": [], \"name\": {}, \"customCategory\": [1], \"appConnectorGroups\": [7, null], \"servers\": 5}",
        "<html>an inspecting proxy</html>",
        "{\"a\": 1",
        "",
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        JSON_AUTO *result = call_with(w, tool, args, 200, bodies[i]);
        json_t *content = json_array_get(json_object_get(result, "content"), 0);
        w->cases++;
        if (!json_is_string(json_object_get(content, "text")))
            fail(w, tool, bodies[i], STR("no text"));
    }
}

static const json_t *simplest(const json_t *cases)
{
    const json_t *first = json_array_get(cases, 0);
    for (size_t i = 0; i < json_array_size(cases); i++)
        if (wants_token(json_object_get(json_array_get(cases, i), "args")))
            return json_array_get(cases, i);
    return first;
}

static void run_tool_file(struct wire *w, const char *dir, const struct tool *tool)
{
    struct err err;
    struct str service = tool_service(tool);
    CLEANUP(buf_release) struct buf path = BUF_INIT(4096), text = BUF_INIT(TEXT_MAX);
    JSON_AUTO *file = NULL;
    buf_addf(&path, "%s/" STR_FMT "/%s.json", dir, STR_ARG(service), tool->name);
    if (!file_read(buf_cstr(&path), &text, &err) || !dom_parse(buf_str(&text), &file, &err)) {
        w->failed++;
        printf("%s: has no case (%s)\n", tool->name, err.text);
        return;
    }
    json_t *cases = json_object_get(file, "cases");
    for (size_t i = 0; i < json_array_size(cases); i++)
        run_case(w, tool->name, json_array_get(cases, i));
    for (size_t i = 0; i < json_array_size(cases); i++)
        run_dry(w, tool, json_array_get(cases, i));
    const json_t *args = json_object_get(simplest(cases), "args");
    run_refusal(w, tool->name, args);
    run_nonsense(w, tool->name, args);
    upstream_script(w->upstream, NULL);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    struct wire w = { .unread = BUF_INIT(TEXT_MAX) };
    log_setup(2, LOG_FORMAT_TEXT, LOG_ERROR);
    clock_freeze(NOW);
    w.upstream = upstream_new();
    start_server(&w);
    say_hello(&w);
    for (size_t i = 0; i < serve_count(w.serve); i++)
        if (argc < 3 || strcmp(argv[2], serve_tool(w.serve, i)->name) == 0)
            run_tool_file(&w, argv[1], serve_tool(w.serve, i));
    printf("%zu tools, %zu cases, %zu failed\n", serve_count(w.serve), w.cases, w.failed);
    stop_server(&w);
    upstream_free(w.upstream);
    return w.failed || !w.cases ? 1 : 0;
}
