// SPDX-License-Identifier: MIT
// Requests that two readers could understand differently: refused, and the connection closed, so
// that what follows is never read as a request. Every row is followed by a second, honest request:
// the trap.
#include "help.h"

static void tell_path(struct exchange *ex, void *ctx)
{
    (void)ctx;
    http_reply(ex, 200, "text/plain",
               arena_printf(http_arena(ex), "<" STR_FMT ">", STR_ARG(http_path(ex))));
}

static const struct http_route routes[] = {
    { HTTP_GET | HTTP_POST, "/*", tell_path, .any_host = true },
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

#define TRAP      "GET /trap HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
#define ROW(s)    STR_INIT(s TRAP)
#define HEAD      "GET /a HTTP/1.1\r\nHost: a\r\n"
#define POST      "POST /a HTTP/1.1\r\nHost: a\r\n"
#define TARGET(t) ROW("GET " t " HTTP/1.1\r\nHost: a\r\n\r\n")

/*= rfc9112 11.2 "…request smuggling…" */
static void smuggling_is_refused(void **state)
{
    (void)state;
    static const struct str rows[] = {
        ROW(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ROW(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        ROW(POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        ROW(POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        ROW(POST "Transfer-Encoding: identity\r\n\r\n"),
        ROW(POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ROW(POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
        ROW(POST "Transfer-Encoding:\x0b"
                 "chunked\r\n\r\n0\r\n\r\n"),
        ROW(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ROW(POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        ROW(POST "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n"),
        ROW(POST "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
        ROW("POST /a HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ROW(POST "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc"),
        ROW(POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        ROW(POST "Content-Length: 3, 3\r\n\r\nabc"),
        ROW(POST "Content-Length: +3\r\n\r\nabc"),
        ROW(POST "Content-Length: -3\r\n\r\nabc"),
        ROW(POST "Content-Length: 0x3\r\n\r\nabc"),
        ROW(POST "Content-Length: 3 \t4\r\n\r\nabc"),
        ROW(POST "Content-Length: \r\n\r\n"),
        ROW(POST "Content-Length : 3\r\n\r\nabc"),
        ROW(POST " Content-Length: 3\r\n\r\nabc"),
        ROW(POST "Content-Length: 99999999999999999999999\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: \r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: a b\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: a:b\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: a:\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: a:99999\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\nHost: a,b\r\n\r\n"),
        ROW("GET /a HTTP/1.1\r\n Host: a\r\n\r\n"),
        ROW(HEAD "X-Fold: a\r\n b\r\n\r\n"),
        ROW(HEAD "X-Fold: a\r\n\tContent-Length: 3\r\n\r\n"),
        ROW(HEAD "X-Fold: a\r\n \r\n\r\n"),
        ROW(HEAD "X-Lf: a\nX-More: b\r\n\r\n"),
        ROW("GET /a HTTP/1.1\nHost: a\r\n\r\n"),
        ROW(HEAD "X-Cr: a\rContent-Length: 3\r\n\r\n"),
        ROW(HEAD "X-Nul: a\0b\r\n\r\n"),
        ROW(HEAD "X-Nul: a\0\0b\r\n\r\n"),
        ROW(HEAD "X-N\0ul: a\r\n\r\n"),
        ROW(HEAD "X-Bell: a\ab\r\n\r\n"),
        ROW(HEAD "X-Del: a\x7f\r\n\r\n"),
        ROW(HEAD "X Y: a\r\n\r\n"),
        ROW(HEAD "X(Y): a\r\n\r\n"),
        ROW(HEAD "X\xc3\xa4: a\r\n\r\n"),
        ROW(HEAD ": a\r\nX: b\r\n\r\n"),
        ROW(HEAD "nonsense\r\n\r\n"),
        ROW(HEAD "Authorization: a\r\nAuthorization: b\r\n\r\n"),
        ROW(HEAD "Origin: http://a\r\nOrigin: http://b\r\n\r\n"),
        ROW(HEAD "Expect: miracles\r\n\r\n"),
        ROW("GET  /a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ROW("GET /a  HTTP/1.1\r\nHost: a\r\n\r\n"),
        ROW("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
        ROW("GET\t/a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ROW("GET /a\r\nHost: a\r\n\r\n"),
        ROW("GET /a HTTP/2.0\r\nHost: a\r\n\r\n"),
        ROW("GET /a HTTP/1.1 x\r\nHost: a\r\n\r\n"),
        ROW("G ET /a HTTP/1.1\r\nHost: a\r\n\r\n"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf answer = BUF_INIT(100000);
        int fd = dial(server);
        say(fd, rows[i]);
        bool closed = hear(fd, &answer, NULL, 3000);
        int status =
            answer.n ? status_of(buf_str(&answer)) : 400; // closed without a word is fine too
        if (!closed || status < 400 ||
            has(&answer, "<"
                         "/trap>") ||
            has(&answer, " 200 "))
            fail_msg("row %zu %s: %s", i, rows[i].p, buf_cstr(&answer));
        close(fd);
        buf_release(&answer);
    }
}

static void odd_targets_are_refused(void **state)
{
    (void)state;
    static const struct str rows[] = {
        TARGET("//a"),
        TARGET("/a//b"),
        TARGET("/./a"),
        TARGET("/a/."),
        TARGET("/a/../b"),
        TARGET("/.."),
        TARGET("/a/%2e%2e/b"),
        TARGET("/a/%2E./b"),
        TARGET("/a%2fb"),
        TARGET("/a%2Fb"),
        TARGET("/a%5cb"),
        TARGET("/a\\b"),
        TARGET("/a;b"),
        TARGET("/a%3bb"),
        TARGET("/a#b"),
        TARGET("/a%23b"),
        TARGET("/a%3fb"),
        TARGET("/a%00"),
        TARGET("/a%0d%0ab"),
        TARGET("/a%7f"),
        TARGET("/a%252e"),
        TARGET("/a%"),
        TARGET("/a%4"),
        TARGET("/a%zz"),
        TARGET("/a%ff"),
        TARGET("/a%c0%af"),
        TARGET("/\xc3\xa4"),
        TARGET("/a|b"),
        TARGET("/a{b}"),
        TARGET("/a<b>"),
        TARGET("/a\"b"),
        TARGET("/a^b"),
        TARGET("a"),
        TARGET("*"),
        TARGET("a:80"),
        TARGET("http://b/a"),
        TARGET("http://a:80/a"),
        TARGET("http:///a"),
        TARGET("ftp://a/a"),
        TARGET("http://a"),
        TARGET("http://u@a/a"),
        TARGET("/a?b#c"),
        TARGET("/a?b\\c"),
        TARGET("http://a//b"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf answer = BUF_INIT(100000);
        int fd = dial(server);
        say(fd, rows[i]);
        bool closed = hear(fd, &answer, NULL, 3000);
        if (!closed || status_of(buf_str(&answer)) != 400 || has(&answer, " 200 "))
            fail_msg("row %zu %s: %s", i, rows[i].p, buf_cstr(&answer));
        close(fd);
        buf_release(&answer);
    }
}

static void honest_requests_pass(void **state)
{
    (void)state;
    static const struct {
        struct str request;
        const char *path;
    } rows[] = {
        { TARGET("/"), "</>" },
        { TARGET("/a/"), "</a/>" },
        { TARGET("/%61/b%20c"), "</a/b c>" },
        { TARGET("/a-._~!$&'()*+,=:@b"), "</a-._~!$&'()*+,=:@b>" },
        { TARGET("/%c3%a4"), "</\xc3\xa4>" },
        { TARGET("/a?b=//;/../%2f&c=%00"), "</a>" },
        { TARGET("http://a/b"), "</b>" },
        { TARGET("HTTP://A/b"), "</b>" },
        { ROW("\r\n" HEAD "\r\n"), "</a>" }, // RFC 9112 2.2: an empty line before the request
        { ROW(HEAD "X-Empty:\r\n\r\n"), "</a>" },
        { ROW(HEAD "X-Empty: \r\nY:b\r\n\r\n"), "</a>" },
        { ROW(HEAD "X-Blanks: \t a b \t \r\n\r\n"), "</a>" },
        { ROW(HEAD "X-Utf8: \xc3\xa4\r\n\r\n"), "</a>" },
        { ROW(HEAD "Cookie: a=b; c=d\r\nCookie: e=f\r\n\r\n"), "</a>" },
        { ROW("GET /a HTTP/1.1\r\nHost: a.b-c:8000\r\n\r\n"), "</a>" },
        { ROW("GET /a HTTP/1.1\r\nHOST: [::1]:8000\r\n\r\n"), "</a>" },
        { ROW(POST "Content-Length: 3\r\n\r\nabc"), "</a>" },
        { ROW(POST "Content-Length: 0\r\n\r\n"), "</a>" },
        { ROW(POST "Transfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), "</a>" },
        { ROW(POST "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-Trailer: a\r\n\r\n"),
          "</a>" },
        { ROW(POST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"), "</a>" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf answer = BUF_INIT(100000);
        int fd = dial(server);
        say(fd, rows[i].request);
        bool closed = hear(fd, &answer, NULL, 3000);
        if (!closed || !has(&answer, rows[i].path) || !has(&answer, "</trap>"))
            fail_msg("row %zu %s: %s", i, rows[i].request.p, buf_cstr(&answer));
        close(fd);
        buf_release(&answer);
    }
}

// The measure holds however the bytes are cut into packets, and whatever the size of the head.
static void bytes_may_come_one_by_one(void **state)
{
    (void)state;
    struct buf request = BUF_INIT(100000), answer = BUF_INIT(100000);
    buf_adds(
        &request,
        "GET /slow?q=1 HTTP/1.1\r\nHost: a\r\nX-A: b\r\nCookie: c=d; e=f\r\nConnection: close\r\n\r\n");
    int fd = dial(server);
    for (size_t i = 0; i < request.n; i++)
        say(fd, str_slice(buf_str(&request), i, i + 1));
    assert_true(hear(fd, &answer, NULL, 3000));
    assert_true(has(&answer, "</slow>"));
    close(fd);
    buf_release(&request);
    buf_release(&answer);
}

static void large_heads_have_a_limit(void **state)
{
    (void)state;
    static const struct {
        size_t lines, each;
        int status;
    } rows[] = {
        { 90, 100, 200 }, { 5, 2000, 200 }, { 101, 10, 431 }, { 2000, 10, 431 }, { 1, 40000, 431 }
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf request = BUF_INIT(200000), answer = BUF_INIT(100000);
        buf_adds(&request, "GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
        for (size_t line = 0; line < rows[i].lines; line++) {
            buf_addf(&request, "X-%zu: ", line);
            for (size_t n = 0; n < rows[i].each; n++)
                buf_addc(&request, 'v');
            buf_adds(&request, "\r\n");
        }
        buf_adds(&request, "\r\n");
        int fd = dial(server);
        say(fd, buf_str(&request));
        assert_true(hear(fd, &answer, NULL, 3000));
        int status = status_of(buf_str(&answer));
        if (status != rows[i].status && !(rows[i].status == 431 && (status == 0 || status == 413)))
            fail_msg("row %zu: %s", i, buf_cstr(&answer));
        close(fd);
        buf_release(&request);
        buf_release(&answer);
    }
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    struct buf answer = BUF_INIT(100000);
    int fd = dial(server);
    say(fd,
        STR("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n" TRAP));
    assert_true(hear(fd, &answer, NULL, 3000));
    const char *const order[] = { "</1>", "</2>", "</3>", "</trap>" };
    ptrdiff_t at = -1;
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        ptrdiff_t next = str_find(buf_str(&answer), str_c(order[i]));
        assert_true(next > at);
        at = next;
    }
    close(fd);
    buf_release(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smuggling_is_refused),
        cmocka_unit_test(odd_targets_are_refused),
        cmocka_unit_test(honest_requests_pass),
        cmocka_unit_test(bytes_may_come_one_by_one),
        cmocka_unit_test(large_heads_have_a_limit),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
