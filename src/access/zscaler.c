// SPDX-License-Identifier: MIT
// API clients of the Zscaler tenant, judged by its token endpoint (mode zscaler):
// X-Zscaler-Client-ID and -Secret, else Authorization: Basic. Verdicts are kept by hash for a
// while, and nobody makes us ask without end.
#include "access/internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "jose/b64url.h"
#include "oauth/limits.h"
#include "oneapi/oneapi.h"

#define ID_MAX     256
#define SECRET_MAX 12288 // a private key of 8192 bits as PEM or JWK

struct credential {
    struct str id, secret; // .id.p NULL: none was sent
    uint8_t key[SHA256_SIZE];
};

static bool malformed(struct err *err, const char *what)
{
    return err_set(err, ERR_TOKEN_MALFORMED, "%s", what);
}

// RFC 7617 2 allows no control characters; the lines of a PEM are an exception of ours.
static bool is_sane(const struct credential *c)
{
    for (size_t i = 0; i < c->id.n; i++)
        if ((uint8_t)c->id.p[i] <= ' ' || (uint8_t)c->id.p[i] >= 0x7f)
            return false;
    for (size_t i = 0; i < c->secret.n; i++)
        if (((uint8_t)c->secret.p[i] < ' ' && !strchr("\r\n", c->secret.p[i])) || !c->secret.p[i])
            return false;
    return c->id.n && c->id.n <= ID_MAX && c->secret.n && c->secret.n <= SECRET_MAX;
}

static bool read_basic(struct exchange *ex, struct str header, struct credential *ret,
                       struct err *err)
{
    CLEANUP(buf_wipe) struct buf pair = BUF_INIT(ID_MAX + 1 + SECRET_MAX);
    if (!str_eq_nocase(str_cut(&header, ' '), STR("Basic")))
        return malformed(err, "the Authorization header must be: Basic base64(client id:secret)");
    if (!b64_decode(&pair, str_trim(header)) || !buf_ok(&pair))
        return malformed(err, "what follows Basic in the Authorization header is no base64");
    ret->secret = arena_str(http_arena(ex), buf_str(&pair));
    ret->id = str_cut(&ret->secret, ':');
    return true;
}

static bool credential_read(struct exchange *ex, struct credential *ret, struct err *err)
{
    struct str basic = str_trim(http_header(ex, "Authorization"));
    *ret = (struct credential){ .id = str_trim(http_header(ex, "X-Zscaler-Client-ID")),
                                .secret = str_trim(http_header(ex, "X-Zscaler-Client-Secret")) };
    bool both = ret->id.n && ret->secret.n;
    if (!both && basic.n && !read_basic(ex, basic, ret, err))
        return false;
    if (!both && !basic.n && (ret->id.n || ret->secret.n))
        return malformed(err, "X-Zscaler-Client-ID and X-Zscaler-Client-Secret belong together: "
                              "one of them is missing");
    if (!ret->id.n && !ret->secret.n && !basic.n) {
        ret->id = STR_NONE;
        return true;
    }
    if (!is_sane(ret))
        return malformed(err, "the client id or secret is empty, too long, or has characters that "
                              "none has");
    sha256(
        arena_printf(http_arena(ex), STR_FMT "\n" STR_FMT, STR_ARG(ret->id), STR_ARG(ret->secret)),
        ret->key);
    return true;
}

static struct held *held_of(struct str id, struct arena *arena, int64_t expires)
{
    return held_new(
        &(struct principal){ .mode = ACCESS_ZSCALER,
                             .key = arena_printf(arena, "zscaler:" STR_FMT, STR_ARG(id)),
                             .subject = id,
                             .name = id,
                             .client = id,
                             .expires = expires },
        STR_NONE, 0);
}

static bool refused(struct err *err)
{
    return err_set(err, ERR_INVALID_CLIENT,
                   "Zscaler does not accept this client id and secret (or private key): check them "
                   "in the ZIdentity admin portal, and that the API client is enabled");
}

static bool may_ask(struct access *a, struct exchange *ex, struct err *err)
{
    struct limit_key who = limit_key_of(http_peer(ex));
    int wait_s = 0;
    if (limits_take(a->tries, LIMIT_CREDENTIAL, str_of(who.bytes, who.n), clock_mono_ms(), &wait_s,
                    NULL))
        return true;
    err_set(err, ERR_TOO_MANY,
            "too many credentials from this address that were not known to be good: try again in "
            "%d seconds",
            wait_s);
    err->retry_after = wait_s;
    return false;
}

// The operator reads the reason; whoever asks learns nothing of addresses and settings.
static bool not_judged(struct exchange *ex, const struct err *why, struct err *err)
{
    LOG(LOG_WARNING, "credentials could not be judged", F("reason", err_text(why)),
        F("from", http_peer(ex)), F("request", http_id(ex)));
    err_set(err, ERR_IDP_UNAVAILABLE,
            "the Zscaler sign-in service does not tell now whether these credentials are good: try "
            "again");
    err->retry_after = why->retry_after;
    return false;
}

static bool judge(struct access *a, struct exchange *ex, const struct credential *c, int64_t now,
                  struct held **ret, struct err *err)
{
    struct arena *arena = http_arena(ex);
    struct err why = { 0 };
    int64_t life = 0;
    switch (oneapi_client_check(a->config.oneapi, arena_cstr(arena, c->id),
                                arena_cstr(arena, c->secret), http_cancel(ex), &life, &why)) {
    case ONEAPI_CLIENT_GOOD:
        life = life < ACCESS_ZSCALER_GOOD_S ? life : ACCESS_ZSCALER_GOOD_S;
        *ret = held_of(c->id, arena, now + life);
        cache_put(a->cache, c->key, *ret, now, 0);
        return true;
    case ONEAPI_CLIENT_REFUSED: {
        struct held *bad = held_of(c->id, arena, now + ACCESS_ZSCALER_BAD_S);
        cache_put(a->refused, c->key, bad, now, 0);
        held_unref(bad);
        return refused(err);
    }
    case ONEAPI_CLIENT_NOT_JUDGED:
        break;
    }
    return not_judged(ex, &why, err);
}

bool zscaler_check(struct access *a, struct exchange *ex, bool *ret_would_block, struct held **ret,
                   struct err *err)
{
    struct credential c;
    struct held *bad = NULL;
    int64_t now = clock_now();
    if (!credential_read(ex, &c, err) || !c.id.p || !access_client_ok(a, c.id, err))
        return false;
    if (cache_get(a->cache, c.key, now, 0, ret) != VERDICT_NONE)
        return true;
    if (cache_get(a->refused, c.key, now, 0, &bad) != VERDICT_NONE) {
        held_unref(bad);
        return refused(err);
    }
    if (ret_would_block) {
        *ret_would_block = true;
        return false;
    }
    return may_ask(a, ex, err) && judge(a, ex, &c, now, ret, err);
}
