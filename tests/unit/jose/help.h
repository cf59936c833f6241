// SPDX-License-Identifier: MIT
// What the tests of jose share: expected failures, and tokens glued together by hand.
#ifndef TESTS_JOSE_HELP_H
#define TESTS_JOSE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jose/b64url.h"
#include "jose/internal.h"
#include "jose/jws.h"

static inline void assert_err(const struct err *err, enum err_code code, const char *part)
{
    if (err->code != code)
        fail_msg("%s, not %s: %s", err_info(err->code)->name, err_info(code)->name, err->text);
    if (!strstr(err->text, part))
        fail_msg("\"%s\" is not in: %s", part, err->text);
}

// base64url(header).base64url(payload), and .signature unless it is NULL.
static inline void glue(struct buf *out, const char *header, const char *payload,
                        const struct buf *signature)
{
    buf_reset(out);
    b64url_encode(out, str_c(header));
    buf_addc(out, '.');
    b64url_encode(out, str_c(payload));
    if (!signature)
        return;
    buf_addc(out, '.');
    b64url_encode(out, buf_str(signature));
}

// A whole token with any header, signed by key.
static inline void forge(struct buf *out, const struct jwk *key, const char *header,
                         const char *payload)
{
    struct buf signature = BUF_INIT(2048);
    glue(out, header, payload, NULL);
    jwk_sign(key, buf_str(out), &signature);
    glue(out, header, payload, &signature);
    buf_release(&signature);
}

static inline struct jwks *set_of(const char *json)
{
    struct jwks *set = NULL;
    struct err err = { 0 };
    if (!jwks_parse(str_c(json), &set, &err))
        fail_msg("%s", err.text);
    return set;
}

// Parses and verifies.
static inline bool verified(struct str token, const struct jwks *keys, unsigned allowed,
                            struct err *err)
{
    CLEANUP(jws_release) struct jws jws = { 0 };
    return jws_parse(token, &jws, err) && jws_verify(&jws, keys, allowed, NULL, err);
}

#endif
