// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <zlib.h>

#include <cmocka.h>

#include "http/internal.h"

/*= rfc9110 12.5.3 "…unless it is accompanied by a qvalue of 0…" */
static void acceptance_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        bool accepts;
    } rows[] = {
        { "", false },
        { "identity", false },
        { "br, deflate", false },
        { "gzipped", false },
        { "gzip;q=0", false },
        { "gzip; q=0.000", false },
        { "*;q=0", false },
        { "*, gzip;q=0", false },
        { "gzip", true },
        { "GZIP", true },
        { "br, gzip;q=0.5", true },
        { "deflate,gzip", true },
        { "gzip;q=0.001", true },
        { "*", true },
        { "x-gzip", true },
        { "br;q=1.0, *;q=0.1", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (accepts_gzip(str_c(rows[i].header)) != rows[i].accepts)
            fail_msg("%s", rows[i].header);
    }
    assert_false(accepts_gzip(STR_NONE));
}

static void bytes_come_back(void **state)
{
    (void)state;
    static char text[300000], back[300000];
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)("0123456789abcdef"[(i * i / 7) % 16] + (i % 1000 == 0));
    CLEANUP(buf_release) struct buf out = BUF_INIT(2 * sizeof(text));
    assert_true(gzip_bytes(str_of(text, sizeof(text)), &out));
    z_stream z = { .next_in = (Bytef *)out.p,
                   .avail_in = (uInt)out.n,
                   .next_out = (Bytef *)back,
                   .avail_out = sizeof(back) };
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, sizeof(text));
    assert_memory_equal(text, back, sizeof(text));
    assert_true(out.n < sizeof(text) / 2);
    inflateEnd(&z);
}

static void too_small_a_buffer_is_refused(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf out = BUF_INIT(10);
    assert_false(gzip_bytes(STR("hello"), &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acceptance_is_read),
        cmocka_unit_test(bytes_come_back),
        cmocka_unit_test(too_small_a_buffer_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
