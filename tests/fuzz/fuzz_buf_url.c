// SPDX-License-Identifier: MIT
// links: base
// Percent-decoding never grows a text; what is encoded decodes to itself.
#include "base/buf.h"
#include "fuzz.h"

static void check(struct str text, bool form)
{
    CLEANUP(buf_release)
    struct buf decoded = BUF_INIT(text.n), encoded = BUF_INIT(3 * text.n), back = BUF_INIT(text.n);
    bool ok = buf_add_urldecoded(&decoded, text, form);
    CHECK(buf_ok(&decoded));
    CHECK(ok || str_index(text, '%') >= 0);
    buf_add_urlencoded(&encoded, text, form);
    CHECK(buf_ok(&encoded));
    CHECK(buf_add_urldecoded(&back, buf_str(&encoded), form) && str_eq(buf_str(&back), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    check(str_of(data, n), false);
    check(str_of(data, n), true);
    return 0;
}
