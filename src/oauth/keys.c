// SPDX-License-Identifier: MIT
// The public keys of our tokens (RFC 7517), all roots of the ring: tokens outlive a rotation.
#include "oauth/internal.h"

void endpoint_keys(struct exchange *ex, void *ctx)
{
    const struct oauth *o = ctx;
    CLEANUP(buf_release) struct buf body = BUF_INIT(8192);
    buf_adds(&body, "{\"keys\":[");
    for (size_t i = 0; i < keyring_count(o->config.keys); i++) {
        if (i)
            buf_addc(&body, ',');
        jwk_public_json(keyring_signer_at(o->config.keys, i), STR(",\"alg\":\"EdDSA\""), &body);
    }
    buf_adds(&body, "]}");
    http_add_header(ex, "Cache-Control", STR("public, max-age=300"));
    http_reply(ex, 200, "application/json", buf_str(&body));
}
