// SPDX-License-Identifier: MIT
#include "jose/assertion.h"

#include "jose/jws.h"
#include "json/write.h"

#define CLAIMS_MAX 4096

static void write_claims(const struct assertion *a, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    /*= rfc7523 3 "For client authentication, the subject MUST be the "client_id" of the OAuth
     * client." */
    jw_kv_c(&w, "iss", a->client_id);
    jw_kv_c(&w, "sub", a->client_id);
    /*= rfc7523 3 "The JWT MUST contain an "aud" (audience) claim containing a value that identifies
     * the authorization server as an intended audience." */
    jw_kv(&w, "aud", a->audience);
    if (a->id.n) {
        jw_kv(&w, "jti", a->id);
        jw_kv_int(&w, "iat", a->now);
        jw_kv_int(&w, "nbf", a->now);
    }
    /*= rfc7523 3 "The JWT MUST contain an "exp" (expiration time) claim that limits the time window
     * during which the JWT can be used." */
    jw_kv_int(&w, "exp", a->now + a->life_s);
    jw_object_end(&w);
}

void assertion_sign(const struct jwk *key, const struct assertion *a, struct buf *out)
{
    CLEANUP(buf_release) struct buf claims = BUF_INIT(CLAIMS_MAX);
    CLEANUP(buf_release) struct buf header = BUF_INIT(256);
    write_claims(a, &claims);
    buf_addf(&header, "\"typ\":\"%s\"", a->typ);
    if (a->x5t_s256)
        buf_addf(&header, ",\"x5t#S256\":\"%s\"", a->x5t_s256);
    jws_sign(key, buf_str(&header), buf_str(&claims), out);
}
