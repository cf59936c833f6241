// SPDX-License-Identifier: MIT
// Answers whose largest part is the same for everybody: it is compressed once, and the short head
// before it goes out as a stored block in front of the compressed ones (RFC 1951 section 3.2.4).
#include <assert.h>
#include <zlib.h>

#include "base/mem.h"
#include "http/internal.h"

#define STORED_MAX  65535 // bytes of one stored block
#define LEVEL       9     // once at the start, for all answers
#define FRAME_BYTES (10 + 5 + 8)

struct http_tail {
    struct buf raw;
    struct buf
        deflated; // a whole deflate stream, its last block marked; empty: it did not get smaller
    uLong crc;
};

static bool deflate_once(struct str bytes, struct buf *out)
{
    z_stream z = { .next_in = (z_const Bytef *)bytes.p, .avail_in = (uInt)bytes.n };
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    size_t room = deflateBound(&z, bytes.n);
    char *p = buf_room(out, room);
    z.next_out = (Bytef *)p;
    z.avail_out = (uInt)room;
    bool done = p && deflate(&z, Z_FINISH) == Z_STREAM_END;
    buf_grown(out, done ? room - z.avail_out : 0);
    deflateEnd(&z);
    return done;
}

struct http_tail *http_tail_new(struct str bytes)
{
    struct http_tail *t = mem_zalloc(1, sizeof(*t));
    buf_init(&t->raw, bytes.n + 1);
    buf_init(&t->deflated, 2 * bytes.n + 1024);
    buf_add(&t->raw, bytes);
    t->crc = crc32_z(0, (const Bytef *)buf_cstr(&t->raw), bytes.n);
    if (!deflate_once(bytes, &t->deflated) || t->deflated.n >= bytes.n)
        buf_reset(&t->deflated);
    return t;
}

void http_tail_free(struct http_tail *t)
{
    if (!t)
        return;
    buf_release(&t->raw);
    buf_release(&t->deflated);
    free(t);
}

struct str http_tail_bytes(const struct http_tail *t)
{
    return buf_str(&t->raw);
}

static void add_le(struct buf *out, unsigned bytes, size_t number)
{
    for (unsigned i = 0; i < bytes; i++)
        buf_addc(out, (char)(number >> (8 * i) & 0xff));
}

static void add_gzip(struct buf *out, struct str head, const struct http_tail *t)
{
    /*= rfc1952 2.3.1 "ID1 = 31 (0x1f, \037), ID2 = 139 (0x8b, \213)" */
    buf_add(out, STR("\x1f\x8b\x08\0\0\0\0\0\0\x03"));
    buf_addc(out, 0); // a stored block, not the last
    add_le(out, 2, head.n);
    add_le(out, 2, ~head.n);
    buf_add(out, head);
    buf_add(out, buf_str(&t->deflated));
    uLong crc = crc32_z(0, (const Bytef *)head.p, head.n);
    add_le(out, 4, crc32_combine(crc, t->crc, (z_off_t)t->raw.n));
    add_le(out, 4, head.n + t->raw.n);
}

void http_reply_tail(struct exchange *ex, int status, const char *content_type, struct str head,
                     const struct http_tail *tail)
{
    assert(!http_replied(ex));
    struct buf out = BUF_INIT(head.n + tail->raw.n + FRAME_BYTES + 1);
    bool gzip = tail->deflated.n > 0 && head.n <= STORED_MAX &&
                reply_wants_gzip(ex, content_type, head.n + tail->raw.n);
    if (gzip) {
        add_gzip(&out, head, tail);
    } else {
        buf_add(&out, head);
        buf_add(&out, buf_str(&tail->raw));
    }
    reply_taken(ex, status, content_type, &out, gzip);
}
