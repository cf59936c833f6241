// SPDX-License-Identifier: MIT
// links: jose
// Sealed values from strangers, and the base64 below them. The one sealed value in the corpus
// opens; whatever else opens must be its own sealing again.
#include <stdlib.h>

#include "fuzz.h"
#include "jose/b64url.h"
#include "jose/seal.h"

static void base64_is_canonical(struct str text)
{
    struct buf bytes = BUF_INIT(1 << 20), again = BUF_INIT(1 << 21);
    if (b64url_decode(&bytes, text)) {
        b64url_encode(&again, buf_str(&bytes));
        if (!str_eq(buf_str(&again), text))
            abort();
    }
    buf_reset(&bytes);
    buf_reset(&again);
    if (b64_decode(&bytes, text)) {
        b64_encode(&again, buf_str(&bytes));
        if (!str_eq(buf_str(&again), text))
            abort();
    }
    buf_release(&bytes);
    buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct keyring *ring;
    const struct str root = STR("a root key that is only for fuzzing");
    struct str text = str_of(data, size);
    struct err err = { 0 };
    if (!ring && !keyring_new(&root, 1, &ring, &err))
        abort();
    if (size <= 100000)
        base64_is_canonical(text);
    struct buf plain = BUF_INIT(SEAL_PLAIN_MAX), sealed = BUF_INIT(2 * SEAL_PLAIN_MAX);
    if (unseal(ring, "fuzz", STR("context"), text, &plain, &err)) {
        seal_same(ring, "fuzz", STR("context"), buf_str(&plain), &sealed);
        if (!str_eq(buf_str(&sealed), text))
            abort();
    } else if (err.code != ERR_SEAL || plain.n) {
        abort();
    }
    if (unseal(ring, "other", STR("context"), text, &plain, &err))
        abort();
    buf_reset(&plain);
    buf_reset(&sealed);
    seal(ring, "fuzz", text, text, &sealed);
    if (buf_ok(&sealed) && (!unseal(ring, "fuzz", text, buf_str(&sealed), &plain, &err) ||
                            !str_eq(buf_str(&plain), text)))
        abort();
    buf_release(&plain);
    buf_release(&sealed);
    return 0;
}
