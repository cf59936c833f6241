// SPDX-License-Identifier: MIT
// Who may talk to the server: Host, Origin, source addresses, forwarded addresses.
#include "help.h"

#include "http/internal.h"

static void tell_peer(struct exchange *ex, void *ctx)
{
    (void)ctx;
    http_reply(ex, 200, "text/plain",
               arena_printf(http_arena(ex), "<" STR_FMT ">", STR_ARG(http_peer(ex))));
}

static const struct http_route routes[] = {
    { HTTP_GET, "/a", tell_peer },
    { HTTP_GET, "/health", tell_peer, .any_host = true },
    { HTTP_GET, "/public", tell_peer, .any_origin = true, .cors = true },
    { 0 },
};

static void hosts(void **state)
{
    (void)state;
    static const char *const some[] = { "good.com", "ported.com:8443", "any.com:*",
                                        "[2001:db8::1]:80", NULL };
    static const char *const all[] = { "*", NULL };
    static const struct {
        const char *const *allowed;
        bool loopback;
        const char *host;
        bool fine;
    } rows[] = {
        { NULL, true, "evil.com", false },
        { NULL, true, "evil.localhost.com", false },
        { NULL, true, "127.0.0.1.evil.com", false },
        { NULL, true, "", false },
        { some, false, "evil.com", false },
        { some, false, "good.com.evil.com", false },
        { some, false, "xgood.com", false },
        { some, false, "good.com.", false },
        { some, false, "ported.com", false },
        { some, false, "ported.com:8444", false },
        { some, false, "[2001:db8::1]:81", false },
        { some, true, "localhost:8000", false },
        { NULL, true, "localhost", true },
        { NULL, true, "LOCALHOST:8000", true },
        { NULL, true, "127.0.0.1:8000", true },
        { NULL, true, "[::1]:8000", true },
        { NULL, false, "anything.example", true },
        { some, false, "good.com", true },
        { some, false, "Good.Com:1234", true },
        { some, false, "ported.com:8443", true },
        { some, false, "any.com:1", true },
        { some, false, "[2001:db8::1]:80", true },
        { all, true, "evil.com", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (host_allowed(rows[i].allowed, rows[i].loopback, str_c(rows[i].host)) != rows[i].fine)
            fail_msg("row %zu: %s", i, rows[i].host);
    }
}

static void origins(void **state)
{
    (void)state;
    static const char *const some[] = { "https://app.example", "http://ported.example:81", NULL };
    static const struct {
        const char *const *allowed;
        bool loopback;
        const char *host, *origin;
        bool fine;
    } rows[] = {
        { NULL, false, "me.example", "null", false },
        { NULL, false, "me.example", "", false },
        { NULL, false, "me.example", "me.example", false },
        { NULL, false, "me.example", "https://evil.example", false },
        { NULL, false, "me.example", "https://me.example.evil.example", false },
        { NULL, false, "me.example", "https://me.example:444", false },
        { NULL, false, "me.example:8443", "https://me.example", false },
        { NULL, false, "me.example", "https://me.example/", false },
        { NULL, false, "me.example", "https://me.example https://evil.example", false },
        { NULL, false, "me.example", "https://user@me.example", false },
        { NULL, false, "me.example", "http://localhost:6274", false },
        { NULL, true, "localhost:8000", "http://localhost.evil.example", false },
        { NULL, true, "localhost:8000", "http://evil.example", false },
        { some, false, "me.example", "http://app.example", false },
        { some, false, "me.example", "https://app.example:444", false },
        { NULL, false, "me.example", "https://me.example", true },
        { NULL, false, "me.example:443", "https://me.example", true },
        { NULL, false, "ME.example:8443", "https://me.example:8443", true },
        { NULL, true, "localhost:8000", "http://localhost:6274", true },
        { NULL, true, "127.0.0.1:8000", "http://[::1]:1", true },
        { some, false, "me.example", "https://app.example", true },
        { some, false, "me.example", "http://ported.example:81", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (origin_allowed(rows[i].allowed, rows[i].loopback, str_c(rows[i].host),
                           str_c(rows[i].origin)) != rows[i].fine)
            fail_msg("row %zu: %s", i, rows[i].origin);
    }
}

static void ranges(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",         "localhost", "10.0.0",      "10.0.0.0/33", "10.0.0.0/",
        "10.0.0/8", "::/129",    "10.0.0.0/-1", "1.2.3.4/8/8", "/8"
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct addr_list list;
        struct err err = { .code = ERR_NONE };
        assert_false(
            addr_list_parse((const char *const[]){ bad[i], NULL }, "sources", &list, &err));
        assert_int_equal(err.code, ERR_CONFIG);
        assert_non_null(strstr(err.text, "sources"));
    }
    static const struct {
        const char *range, *address;
        bool inside;
    } rows[] = {
        { "10.0.0.0/8", "11.0.0.1", false },
        { "10.1.2.3", "10.1.2.4", false },
        { "192.168.1.128/25", "192.168.1.127", false },
        { "2001:db8::/33", "2001:db8:8000::1", false },
        { "::/0", "::1", true },
        { "0.0.0.0/0", "::1", false },
        { "0.0.0.0/0", "1.2.3.4", true },
        { "*", "::1", true },
        { "10.0.0.0/8", "10.9.9.9", true },
        { "10.0.0.5/8", "10.9.9.9", true },
        { "10.0.0.0/8", "::ffff:10.9.9.9", true },
        { "::ffff:10.0.0.0/104", "10.9.9.9", true },
        { "192.168.1.128/25", "192.168.1.129", true },
        { "2001:db8::/33", "2001:db8:7fff::1", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct addr_list list;
        struct addr a;
        assert_true(addr_list_parse((const char *const[]){ rows[i].range, NULL }, "", &list, NULL));
        assert_true(addr_parse(str_c(rows[i].address), &a));
        if (addr_list_has(&list, &a) != rows[i].inside)
            fail_msg("%s in %s", rows[i].address, rows[i].range);
        addr_list_release(&list);
    }
}

static void forwarded_addresses(void **state)
{
    (void)state;
    static const char *const none[] = { NULL }, *const local[] = { "127.0.0.1", "10.0.0.0/8",
                                                                   NULL };
    static const struct {
        const char *const *trusted;
        const char *headers, *peer;
    } rows[] = {
        { none, "X-Forwarded-For: 1.2.3.4\r\n", "<127.0.0.1>" },
        { local, "", "<127.0.0.1>" },
        { local, "Forwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\n", "<127.0.0.1>" },
        { local, "X-Forwarded-For: 1.2.3.4\r\n", "<1.2.3.4>" },
        { local, "X-Forwarded-For: 6.6.6.6, 1.2.3.4\r\n",
          "<1.2.3.4>" }, // what a client may have written stays unread
        { local, "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.1.1.1\r\n", "<1.2.3.4>" },
        { local, "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.2.3.4 ,10.1.1.1\r\n",
          "<1.2.3.4>" },
        { local, "X-Forwarded-For: 1.2.3.4:5678\r\n", "<1.2.3.4>" },
        { local, "X-Forwarded-For: [2001:db8::1]:5678\r\n", "<2001:db8::1>" },
        { local, "X-Forwarded-For: 1.2.3.4, junk\r\n", "<127.0.0.1>" },
        { local, "X-Forwarded-For: 1.2.3.4, \r\n", "<127.0.0.1>" },
        { local, "X-Forwarded-For: 10.2.2.2, 10.1.1.1\r\n", "<10.2.2.2>" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_server *s = serve((struct http_config){ .host = "127.0.0.1",
                                                            .routes = routes,
                                                            .threads = 1,
                                                            .trusted_proxies = rows[i].trusted });
        struct buf request = BUF_INIT(1000);
        buf_addf(&request, "GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n",
                 rows[i].headers);
        struct buf answer = ask(s, buf_str(&request));
        if (!has(&answer, rows[i].peer))
            fail_msg("row %zu: %s", i, buf_cstr(&answer));
        buf_release(&request);
        buf_release(&answer);
        http_server_stop(s, 0);
    }
}

static void rules_meet_routes(void **state)
{
    (void)state;
    static const char *const sources[] = { "10.0.0.0/8", NULL }, *const local[] = { "127.0.0.1",
                                                                                    NULL };
    static const struct {
        const char *const *sources;
        struct str request;
        int status;
    } rows[] = {
        { NULL, STR_INIT("GET /a HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n"), 421 },
        { NULL, STR_INIT("GET /none HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n"),
          421 },
        { NULL, STR_INIT("GET /health HTTP/1.1\r\nHost: evil.com\r\nConnection: close\r\n\r\n"),
          200 },
        { NULL, STR_INIT("GET /health HTTP/1.0\r\n\r\n"), 200 },
        { NULL, STR_INIT("GET /a HTTP/1.0\r\n\r\n"), 421 },
        { NULL, REQUEST("GET", "/a", "Origin: http://evil.com\r\n"), 403 },
        { NULL, REQUEST("GET", "/a", "Origin: null\r\n"), 403 },
        { NULL, REQUEST("GET", "/public", "Origin: http://evil.com\r\n"), 200 },
        { NULL, REQUEST("GET", "/a", ""), 200 },
        { sources, REQUEST("GET", "/a", ""), 403 },
        { sources, REQUEST("GET", "/a", "X-Forwarded-For: 10.1.1.1\r\n"), 200 },
        { sources, REQUEST("GET", "/a", "X-Forwarded-For: 10.1.1.1, 9.9.9.9\r\n"), 403 },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_server *s = serve((struct http_config){ .host = "127.0.0.1",
                                                            .routes = routes,
                                                            .threads = 1,
                                                            .allowed_sources = rows[i].sources,
                                                            .trusted_proxies = local });
        struct buf answer = ask(s, rows[i].request);
        if (status_of(buf_str(&answer)) != rows[i].status)
            fail_msg("row %zu: %s", i, buf_cstr(&answer));
        buf_release(&answer);
        http_server_stop(s, 0);
    }
}

static void bad_starts_are_explained(void **state)
{
    (void)state;
    struct http_server *s = serve((struct http_config){ .host = "127.0.0.1", .routes = routes });
    static const char *const junk[] = { "junk", NULL };
    const struct {
        struct http_config config;
        enum err_code code;
        const char *word;
    } rows[] = {
        { { .port = http_server_port(s) }, ERR_IO, "in use" },
        { { .host = "no-such-host.invalid" }, ERR_CONFIG, "no-such-host.invalid" },
        { { .allowed_sources = junk }, ERR_CONFIG, "'junk'" },
        { { .tls_cert_file = "/does/not/exist" }, ERR_CONFIG, "key is missing" },
        { { .tls_cert_file = "/does/not/exist", .tls_key_file = "/dev/null" },
          ERR_IO,
          "/does/not/exist" },
        { { .tls_cert_file = "/dev/null", .tls_key_file = "/dev/null" }, ERR_CONFIG, "PEM" },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_server *other = NULL;
        struct err err = { .code = ERR_NONE };
        struct http_config config = rows[i].config;
        config.host = config.host ? config.host : "127.0.0.1";
        config.routes = routes;
        assert_false(http_server_new(&config, &other, &err));
        if (err.code != rows[i].code || !strstr(err.text, rows[i].word))
            fail_msg("row %zu: %s", i, err.text);
    }
    http_server_stop(s, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts),
        cmocka_unit_test(origins),
        cmocka_unit_test(ranges),
        cmocka_unit_test(forwarded_addresses),
        cmocka_unit_test(rules_meet_routes),
        cmocka_unit_test(bad_starts_are_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
