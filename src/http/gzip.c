// SPDX-License-Identifier: MIT
#include "http/internal.h"

#include <zlib.h>

// A small window and little state: 40 KB while it runs, and close to the best ratio for bodies of
// our size.
#define WINDOW_BITS (13 + 16) // +16: gzip framing
#define MEM_LEVEL   6
#define LEVEL       4

bool gzip_bytes(struct str body, struct buf *out)
{
    z_stream z = { .next_in = (z_const Bytef *)body.p, .avail_in = (uInt)body.n };
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW_BITS, MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    size_t room = deflateBound(&z, body.n);
    char *p = buf_room(out, room);
    bool done = false;
    if (p) {
        z.next_out = (Bytef *)p;
        z.avail_out = (uInt)room;
        done = deflate(&z, Z_FINISH) == Z_STREAM_END;
        buf_grown(out, done ? room - z.avail_out : 0);
    }
    deflateEnd(&z);
    return done;
}

static bool is_zero_weight(struct str parameters)
{
    while (parameters.p) {
        struct str one = str_trim(str_cut(&parameters, ';'));
        if (one.n < 3 || !str_eq_nocase(str_slice(one, 0, 2), STR("q=")))
            continue;
        for (size_t i = 2; i < one.n; i++) {
            if (one.p[i] != '0' && one.p[i] != '.')
                return false;
        }
        return true;
    }
    return false;
}

/*= rfc9110 12.5.3 "…unless it is accompanied by a qvalue of 0…" */
bool accepts_gzip(struct str accept_encoding)
{
    struct str rest = accept_encoding;
    bool any = false;
    while (rest.p) {
        struct str parameters = str_cut(&rest, ',');
        struct str coding = str_trim(str_cut(&parameters, ';'));
        if (str_eq_nocase(coding, STR("gzip")) || str_eq_nocase(coding, STR("x-gzip")))
            return !is_zero_weight(parameters);
        any = any || (str_is(coding, "*") && !is_zero_weight(parameters));
    }
    return any;
}
