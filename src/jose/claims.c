// SPDX-License-Identifier: MIT
#include "base/buf.h"
#include "jose/claims.h"

// Seconds are clamped to this: far beyond any date, and a leeway added to it cannot overflow.
#define TIME_MAX ((int64_t)1 << 53)

static int64_t clamped(const json_t *number)
{
    double d = json_number_value(number);
    if (d >= (double)TIME_MAX)
        return TIME_MAX;
    if (d <= -(double)TIME_MAX)
        return -TIME_MAX;
    return json_is_integer(number) ? json_integer_value(number) : (int64_t)d;
}

int64_t claims_time(const json_t *payload, const char *name, int64_t otherwise)
{
    const json_t *v = dom_get(payload, name);
    return json_is_number(v) ? clamped(v) : otherwise;
}

static const char *type_name(const json_t *v)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array", [JSON_STRING] = "a string",
        [JSON_INTEGER] = "a number", [JSON_REAL] = "a number",  [JSON_TRUE] = "a boolean",
        [JSON_FALSE] = "a boolean",  [JSON_NULL] = "null",
    };
    return names[json_typeof(v)];
}

// A NumericDate that may be absent: then *ret is unchanged.
static bool time_claim(const json_t *payload, const char *name, int64_t *ret, struct err *err)
{
    const json_t *v = dom_get(payload, name);
    /*= rfc7519 4.1.4 "Its value MUST be a number containing a NumericDate value." */
    if (v && !json_is_number(v))
        return err_set(err, ERR_TOKEN_CLAIM,
                       "the token's \"%s\" must be a number of seconds, not %s", name,
                       type_name(v));
    if (v)
        *ret = clamped(v);
    return true;
}

static bool check_times(const json_t *payload, const struct claims_want *want, struct err *err)
{
    int64_t leeway = want->leeway_s ? want->leeway_s : CLAIMS_LEEWAY_S;
    int64_t exp = 0, nbf = -TIME_MAX, iat = -TIME_MAX;
    if (!time_claim(payload, "exp", &exp, err) || !time_claim(payload, "nbf", &nbf, err) ||
        !time_claim(payload, "iat", &iat, err))
        return false;
    if (!dom_get(payload, "exp"))
        return err_set(err, ERR_TOKEN_CLAIM,
                       "the token has no \"exp\": one that never expires "
                       "is not accepted");
    /*= rfc7519 4.1.4 "…the expiration time on or after which the JWT MUST NOT be accepted…" */
    if (want->now >= exp + leeway)
        return err_set(err, ERR_TOKEN_EXPIRED,
                       "the token expired at %lld, %lld seconds ago (it is %lld now)",
                       (long long)exp, (long long)(want->now - exp), (long long)want->now);
    /*= rfc7519 4.1.5 "…the time before which the JWT MUST NOT be accepted for processing." */
    if (want->now + leeway < nbf)
        return err_set(err, ERR_TOKEN_NOT_YET,
                       "the token is valid from %lld on, in %lld seconds (it is %lld now)",
                       (long long)nbf, (long long)(nbf - want->now), (long long)want->now);
    if (want->now + leeway < iat)
        return err_set(err, ERR_TOKEN_NOT_YET,
                       "the token says it was issued at %lld, in %lld seconds (it is %lld now)",
                       (long long)iat, (long long)(iat - want->now), (long long)want->now);
    return true;
}

static bool check_issuer(const json_t *payload, const char *issuer, struct err *err)
{
    struct str iss = dom_str(payload, "iss");
    if (!iss.p)
        return err_set(err, ERR_TOKEN_ISSUER, "the token names no issuer; expected \"%s\"", issuer);
    if (!str_is(iss, issuer))
        return err_set(err, ERR_TOKEN_ISSUER,
                       "the token's issuer is \"" STR_FMT "\"; expected \"%s\"",
                       STR_ARG(str_slice(iss, 0, 200)), issuer);
    return true;
}

static bool is_wanted(struct str audience, const struct str *wanted)
{
    for (; wanted->p; wanted++)
        if (str_eq(audience, *wanted))
            return true;
    return false;
}

static bool audience_refused(const json_t *aud, const struct str *wanted, struct err *err)
{
    struct buf text = BUF_INIT(300);
    for (const struct str *w = wanted; w->p; w++) {
        buf_adds(&text, w == wanted ? "\"" : " or \"");
        buf_add(&text, *w);
        buf_addc(&text, '"');
    }
    const json_t *first = json_is_array(aud) ? json_array_get(aud, 0) : aud;
    if (!first)
        err_set(err, ERR_TOKEN_AUDIENCE, "the token names no audience; expected %s",
                buf_cstr(&text));
    else
        err_set(err, ERR_TOKEN_AUDIENCE, "the token's audience is \"" STR_FMT "\"%s; expected %s",
                STR_ARG(str_slice(dom_text(first), 0, 200)),
                json_array_size(aud) > 1 ? " and others" : "", buf_cstr(&text));
    buf_release(&text);
    return false;
}

static bool check_audience(const json_t *payload, const struct str *wanted, struct err *err)
{
    const json_t *aud = dom_get(payload, "aud");
    /*= rfc7519 4.1.3 "…an array of case-sensitive strings…" or "…a single case-sensitive string…"
     */
    if (aud && !json_is_string(aud) && !json_is_array(aud))
        return err_set(err, ERR_TOKEN_CLAIM,
                       "the token's \"aud\" must be a string or an array of strings, not %s",
                       type_name(aud));
    if (json_is_string(aud) && is_wanted(dom_text(aud), wanted))
        return true;
    bool found = false;
    for (size_t i = 0; i < json_array_size(aud); i++) {
        const json_t *one = json_array_get(aud, i);
        if (!json_is_string(one))
            return err_set(err, ERR_TOKEN_CLAIM,
                           "the token's \"aud\" must hold strings only, not %s", type_name(one));
        found = found || is_wanted(dom_text(one), wanted);
    }
    /*= rfc7519 4.1.3 "…then the JWT MUST be rejected." */
    return found || audience_refused(aud, wanted, err);
}

bool claims_check(const json_t *payload, const struct claims_want *want, struct err *err)
{
    if (!json_is_object(payload))
        return err_set(err, ERR_TOKEN_CLAIM, "the token's payload is no JSON object");
    if (want->issuer && !check_issuer(payload, want->issuer, err))
        return false;
    if (want->audiences && !check_audience(payload, want->audiences, err))
        return false;
    if (!check_times(payload, want, err))
        return false;
    /*= oidc-core 3.1.3.7 "…a nonce Claim MUST be present and its value checked…" */
    struct str nonce = dom_str(payload, "nonce");
    if (want->nonce.p && !(nonce.p && str_eq_secret(nonce, want->nonce)))
        return err_set(err, ERR_TOKEN_CLAIM,
                       "the token's \"nonce\" is %s: it was not made for this sign-in",
                       nonce.p ? "another one than was sent" : "missing");
    return true;
}
