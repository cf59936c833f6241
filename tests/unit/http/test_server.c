// SPDX-License-Identifier: MIT
// Routing, bodies, answers, deferral and the end of the server, through real sockets.
#include "help.h"

#include <semaphore.h>
#include <pthread.h>

static void hello(struct exchange *ex, void *ctx)
{
    (void)ctx;
    http_reply(ex, 200, "text/plain", STR("hello"));
}

static void echo(struct exchange *ex, void *ctx)
{
    (void)ctx;
    http_reply(ex, 200, "application/octet-stream", http_body(ex));
}

static void tell_path(struct exchange *ex, void *ctx)
{
    (void)ctx;
    http_reply(ex, 200, "text/plain",
               arena_printf(http_arena(ex), "<" STR_FMT "|" STR_FMT "|" STR_FMT "|" STR_FMT ">",
                            STR_ARG(http_path(ex)), STR_ARG(http_query(ex, "q")),
                            STR_ARG(http_cookie(ex, "c")), STR_ARG(http_peer(ex))));
}

static void later_too(struct exchange *ex, void *ctx)
{
    hello(ex, ctx);
}

static void later(struct exchange *ex, void *ctx)
{
    (void)!http_defer(ex, later_too, ctx);
}

static void defer_twice(struct exchange *ex, void *ctx)
{
    (void)!http_defer(ex, later, ctx);
}

static void forgets(struct exchange *ex, void *ctx)
{
    (void)ex;
    (void)ctx;
}

static void redirects(struct exchange *ex, void *ctx)
{
    (void)ctx;
    http_redirect(ex, 302, STR("https://other.example/?a=1"));
}

static char big[100000];

static void big_json(struct exchange *ex, void *ctx)
{
    (void)ctx;
    memset(big, 'x', sizeof(big));
    http_reply(ex, 200, "application/json", str_of(big, sizeof(big)));
}

static void ready_made(struct exchange *ex, void *ctx)
{
    (void)ctx;
    memset(big, 'x', sizeof(big));
    http_reply_static(ex, 200, "application/json", str_of(big, sizeof(big)), STR("GZIPPED"));
}

static const struct http_route routes[] = {
    { HTTP_GET, "/hello", hello },
    { HTTP_POST, "/echo", echo, .max_body = 1000 },
    { HTTP_PUT, "/echo", echo, .max_body = 1000, .worker = true },
    { HTTP_GET, "/any/*", tell_path },
    { HTTP_GET | HTTP_POST, "/worker", hello, .worker = true },
    { HTTP_GET, "/later", later },
    { HTTP_GET, "/twice", defer_twice },
    { HTTP_GET, "/forgets", forgets },
    { HTTP_GET, "/forgets-later", forgets, .worker = true },
    { HTTP_GET, "/redirect", redirects },
    { HTTP_GET, "/big", big_json },
    { HTTP_GET, "/static", ready_made },
    { HTTP_GET | HTTP_POST, "/shared", hello, .cors = true },
    { 0 },
};

static struct http_server *server;

static int start(void **state)
{
    (void)state;
    server = serve((struct http_config){ .host = "127.0.0.1", .routes = routes });
    return 0;
}

static int stop(void **state)
{
    (void)state;
    http_server_stop(server, 1000);
    return 0;
}

static void answers_as_expected(void **state)
{
    (void)state;
    const struct {
        const char *name;
        struct str request;
        int status;
        const char *has, *has_not;
    } rows[] = {
        { "unknown path", REQUEST("GET", "/nothing", ""), 404, "\"error\":\"not_found\"", NULL },
        { "prefix is no match", REQUEST("GET", "/hello/", ""), 404, NULL, NULL },
        { "wrong method", REQUEST("DELETE", "/echo", ""), 405, "Allow: POST, PUT", NULL },
        { "unknown method", REQUEST("BREW", "/hello", ""), 501, NULL, NULL },
        { "options without cors", REQUEST("OPTIONS", "/hello", ""), 405, "Allow: GET, HEAD", NULL },
        { "handler forgets", REQUEST("GET", "/forgets", ""), 500, "server_error", NULL },
        { "worker forgets", REQUEST("GET", "/forgets-later", ""), 500, "server_error", NULL },
        { "announced too large", REQUEST("POST", "/echo", "Content-Length: 1001\r\n"), 413, NULL,
          NULL },
        { "chunked too large",
          REQUEST(
              "POST", "/echo",
              "Transfer-Encoding: chunked\r\n\r\n258\r\n"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "\r\n258\r\n"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
              "\r\n0\r\n"),
          413, NULL, NULL },
        { "get", REQUEST("GET", "/hello", ""), 200, "\r\n\r\nhello", "Access-Control" },
        { "nosniff", REQUEST("GET", "/hello", ""), 200, "X-Content-Type-Options: nosniff",
          "Server:" },
        { "request id", REQUEST("GET", "/hello", ""), 200, "X-Request-Id: ", NULL },
        { "date", REQUEST("GET", "/hello", ""), 200, "Date: ", NULL },
        { "head through get", REQUEST("HEAD", "/hello", ""), 200, "Content-Length: 5", "hello" },
        { "length", REQUEST("POST", "/echo", "Content-Length: 3\r\n\r\nabc"), 200, "\r\n\r\nabc",
          NULL },
        { "chunks",
          REQUEST("POST", "/echo",
                  "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n"),
          200, "\r\n\r\nabcde", NULL },
        { "other route of the path", REQUEST("PUT", "/echo", "Content-Length: 3\r\n\r\nabc"), 200,
          "\r\n\r\nabc", NULL },
        { "wildcard", REQUEST("GET", "/any/b/%63?q=a%20b+c&q=2", "Cookie: a=b; c=d\r\n"), 200,
          "</any/b/c|a b c|d|127.0.0.1>", NULL },
        { "worker", REQUEST("GET", "/worker", ""), 200, "\r\n\r\nhello", NULL },
        { "deferred", REQUEST("GET", "/later", ""), 200, "\r\n\r\nhello", NULL },
        { "deferred twice", REQUEST("GET", "/twice", ""), 200, "\r\n\r\nhello", NULL },
        { "redirect", REQUEST("GET", "/redirect", ""), 302,
          "Location: https://other.example/?a=1\r\n", NULL },
        { "gzip", REQUEST("GET", "/big", "Accept-Encoding: br, gzip\r\n"), 200,
          "Content-Encoding: gzip", "xxx" },
        { "gzip refused", REQUEST("GET", "/big", "Accept-Encoding: gzip;q=0\r\n"), 200,
          "Vary: Accept-Encoding", "gzip" },
        { "no gzip asked", REQUEST("GET", "/big", ""), 200, "xxxxx", "gzip" },
        { "ready-made gzip", REQUEST("GET", "/static", "Accept-Encoding: gzip\r\n"), 200, "GZIPPED",
          "xxx" },
        { "ready-made plain", REQUEST("GET", "/static", ""), 200, "xxxxx", "GZIPPED" },
        { "preflight",
          REQUEST("OPTIONS", "/shared",
                  "Origin: http://localhost:6274\r\nAccess-Control-Request-Method: POST\r\n"),
          204, "Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS", "Allow-Credentials" },
        { "preflight headers", REQUEST("OPTIONS", "/shared", "Origin: http://localhost:6274\r\n"),
          204, "Access-Control-Allow-Headers: Authorization, Content-Type", NULL },
        { "shared", REQUEST("GET", "/shared", "Origin: http://localhost:6274\r\n"), 200,
          "Access-Control-Allow-Origin: *", "Allow-Credentials" },
        { "exposed", REQUEST("GET", "/shared", ""), 200,
          "Access-Control-Expose-Headers: Mcp-Session-Id, WWW-Authenticate", NULL },
        { "shared, foreign origin", REQUEST("GET", "/shared", "Origin: http://evil.example\r\n"),
          403, "-32001", NULL },
        { "foreign host",
          STR("GET /hello HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), 421,
          "-32001", NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf answer = ask(server, rows[i].request);
        if (status_of(buf_str(&answer)) != rows[i].status ||
            (rows[i].has && !has(&answer, rows[i].has)) ||
            (rows[i].has_not && has(&answer, rows[i].has_not)))
            fail_msg("%s: %.600s", rows[i].name, buf_cstr(&answer));
        buf_release(&answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers_as_expected, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
