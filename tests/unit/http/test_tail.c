// SPDX-License-Identifier: MIT
#include <zlib.h>

#include "help.h"

#define TAIL_BYTES 300000

static struct http_tail *tail;
static size_t head_bytes;

static void answer(struct exchange *ex, void *ctx)
{
    (void)ctx;
    struct buf CLEANUP(buf_release) head = BUF_INIT(100000);
    for (size_t i = 0; i < head_bytes; i++)
        buf_addc(&head, (char)('a' + i % 26));
    http_reply_tail(ex, 200, "application/json", buf_str(&head), tail);
}

static const struct http_route routes[] = { { HTTP_GET, "/", answer }, { .path = NULL } };

static struct str body_of(const struct buf *answer_bytes)
{
    ptrdiff_t end = str_find(buf_str(answer_bytes), STR("\r\n\r\n"));
    assert_true(end > 0);
    return str_slice(buf_str(answer_bytes), (size_t)end + 4, answer_bytes->n);
}

static void inflate_into(struct str gz, struct buf *out)
{
    char *room = buf_room(out, TAIL_BYTES + 100000);
    z_stream z = { .next_in = (Bytef *)(uintptr_t)gz.p,
                   .avail_in = (uInt)gz.n,
                   .next_out = (Bytef *)room,
                   .avail_out = TAIL_BYTES + 100000 };
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    // the check sum and the length at the end are judged by zlib
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.avail_in, 0);
    buf_grown(out, z.total_out);
    inflateEnd(&z);
}

static void head_and_tail_are_one_body(void **state)
{
    (void)state;
    static const size_t heads[] = { 0, 1, 60, 65535, 65536, 70000 };
    struct http_server *s = serve((struct http_config){ .routes = routes });
    struct buf CLEANUP(buf_release) text = BUF_INIT(TAIL_BYTES + 1);
    for (size_t i = 0; i < TAIL_BYTES; i++)
        buf_addc(&text, (char)("0123456789abcdef"[(i * i / 7) % 16]));
    tail = http_tail_new(buf_str(&text));
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        head_bytes = heads[i];
        struct buf CLEANUP(buf_release) plain =
            ask(s, STR("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        struct buf CLEANUP(buf_release) gzip =
            ask(s, STR("GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n"
                       "Connection: close\r\n\r\n"));
        struct buf CLEANUP(buf_release) back = BUF_INIT(2 * TAIL_BYTES);
        assert_int_equal(body_of(&plain).n, head_bytes + TAIL_BYTES);
        if (head_bytes > 65535) { // no stored block is that long: sent as it is
            assert_false(has(&gzip, "Content-Encoding"));
            continue;
        }
        assert_true(has(&gzip, "Content-Encoding: gzip"));
        assert_true(body_of(&gzip).n < body_of(&plain).n);
        inflate_into(body_of(&gzip), &back);
        assert_true(str_eq(buf_str(&back), body_of(&plain)));
    }
    http_server_stop(s, 1000);
    http_tail_free(tail);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(head_and_tail_are_one_body) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
